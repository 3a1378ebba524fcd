/* What a count file says of how its words were made, out of the options of a pass, and back. */
#ifndef RUN_COUNT_NAMES_H
#define RUN_COUNT_NAMES_H

#include "count/count_file.h"
#include "thrum/words.h"

/* Fills in the values and by_document. False without memory. */
bool count_names_write(count_header *header, const thrum_words_options *options);

/* Fills in of the options what a list made of a count file looks at: keep_case, normalization, n_gram, and as token the
 * rule by which its words were folded. THRUM_ERROR_FORMAT for values that no pass writes; `path` is the file's. */
thrum_status count_names_read(const count_header *header, thrum_words_options *options, const char *path,
                              thrum_error *error);

#endif
