/* Words beyond memory: sorted runs in temporary files, to be merged as a stream. */
#ifndef COUNT_WORD_SPILL_H
#define COUNT_WORD_SPILL_H

#include <stdint.h>

#include "count/word_table.h"
#include "thrum/error.h"

typedef struct word_spill word_spill;

/* Runs go to files without a name in $TMPDIR, or /tmp. NULL without memory. */
word_spill *word_spill_create(void);
/* NULL is allowed. */
void word_spill_free(word_spill *spill);

/* As the document of a run: each of its words is counted for as many documents as the run says. */
#define WORD_SPILL_NO_DOCUMENT UINT64_MAX

/* Writes the words of a table, sorted, as a run, with the number of documents of each from a second table or, when that
 * is NULL, 1; then clears both. Where a document is too large for memory, its runs have its number as `document`: a
 * word in several of them has been seen in one document. Thread-safe, for tables of the calling thread. */
thrum_status word_spill_write(word_spill *spill, word_table *counts, word_table *documents, uint64_t document,
                              thrum_error *error);

#endif
