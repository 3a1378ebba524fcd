/* Sorting more words than memory holds. */
#ifndef COUNT_WORD_SORTER_H
#define COUNT_WORD_SORTER_H

#include <stdint.h>

#include "count/word_merge.h"
#include "count/word_spill.h"

typedef struct word_sorter word_sorter;

/* Only the first `top` records (0: all) are wanted. Of a budget of memory it takes about a half: words are gathered
 * there, and go to disk in sorted runs when it is full, unless all that is wanted of them fits. NULL without memory. */
word_sorter *word_sorter_create(thrum_words_sort order, uint64_t top, uint64_t memory_bytes);
/* The record's document is forgotten. */
thrum_status word_sorter_add(word_sorter *sorter, const word_record *record, thrum_error *error);
/* Makes the records a source, in order; those behind the first `top` may follow. Uses the sorter up, also when it
 * fails. */
thrum_status word_sorter_finish(word_sorter *sorter, word_source *sorted, thrum_error *error);
/* For a sorter that is not finished. NULL is allowed. */
void word_sorter_free(word_sorter *sorter);

/* How many runs went to disk. */
uint64_t word_sorter_n_runs(const word_sorter *sorter);

#endif
