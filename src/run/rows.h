/* The order of a frequency list, on all cores. */
#ifndef RUN_ROWS_H
#define RUN_ROWS_H

#include <stddef.h>

#include "count/word_rows.h"
#include "thrum/error.h"

/* Sorts the rows, so far that the first n_wanted of them are right. */
thrum_status rows_arrange(word_row *rows, size_t n_rows, size_t n_wanted, thrum_words_sort sort, unsigned n_threads,
                          thrum_error *error);

#endif
