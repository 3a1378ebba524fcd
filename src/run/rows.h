/* The order of a frequency list, on all cores. */
#ifndef RUN_ROWS_H
#define RUN_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "count/word_rows.h"
#include "thrum/error.h"

/* Sorts the rows, keeps the first `top` of them (0: all) and gives each its rank by count among all that were there:
 * *ranks, on the heap, is the caller's. */
thrum_status rows_arrange(word_row *rows, size_t *n_rows, uint64_t **ranks, uint64_t top, thrum_words_sort sort,
                          unsigned n_threads, thrum_error *error);

#endif
