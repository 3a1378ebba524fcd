/* Which words are listed. */
#ifndef RUN_WORD_FILTER_H
#define RUN_WORD_FILTER_H

#include <stdbool.h>

#include "count/word_table.h"
#include "thrum/words.h"

/* The caller owns the struct. */
typedef struct word_filter {
    const thrum_words_options *options;
    word_table *stopwords; /* NULL: none */
} word_filter;

/* Stop words are folded by `rule`, and as the options say. The options are borrowed until word_filter_release, which
 * is due also after a failure. */
thrum_status word_filter_init(word_filter *filter, const thrum_words_options *options, thrum_token_rule rule,
                              const word_seed *seed, thrum_error *error);
void word_filter_release(word_filter *filter);

/* False when it would list every word. */
bool word_filter_is_needed(const word_filter *filter);
/* Constant: any number of threads may ask. */
bool word_filter_lists(const word_filter *filter, const uint8_t *bytes, size_t n_bytes, uint64_t count);

#endif
