/* Rows of a frequency list: their orders, sorting, choosing the first ones, merging. */
#ifndef COUNT_WORD_ROWS_H
#define COUNT_WORD_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "thrum/words.h"

/* One distinct word. The bytes belong to whoever made the row. */
typedef struct word_row {
    const uint8_t *bytes;
    size_t n_bytes;
    uint64_t count;
    uint64_t key; /* scratch of sorting and choosing, which leave anything here; it keeps them from allocating */
} word_row;

/* Orders for qsort-like use: count descending then word ascending bytewise, and word ascending bytewise. Negative when
 * a comes first. */
int word_row_compare_count(const word_row *a, const word_row *b);
int word_row_compare_word(const word_row *a, const word_row *b);

/* Sorts rows in place, on one thread. Linear in the bytes that tell the words apart, on a stack of about 4 KiB
 * for each doubling of n_rows. */
void word_rows_sort(word_row *rows, size_t n_rows, thrum_words_sort order);
/* Moves the first n_top rows of the order to the front, sorted; the rest follow in any order. Linear in n_rows. */
void word_rows_select(word_row *rows, size_t n_rows, size_t n_top, thrum_words_sort order);
/* Merges two sorted runs into `to`, which overlaps neither. Of equal rows those of `a` come first. */
void word_rows_merge(word_row *to, const word_row *a, size_t n_a, const word_row *b, size_t n_b,
                     thrum_words_sort order);

#endif
