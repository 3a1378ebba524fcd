/* Rows of a frequency list: their orders, sorting, choosing the first ones, dividing them. */
#ifndef COUNT_WORD_ROWS_H
#define COUNT_WORD_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/number.h"
#include "thrum/words.h"

/* One distinct word. The bytes belong to whoever made the row. */
typedef struct word_row {
    const uint8_t *bytes;
    size_t n_bytes;
    uint64_t count;
    uint64_t key; /* scratch of sorting and choosing, which leave anything here; it keeps them from allocating */
} word_row;

/* A row as few bytes: count, number of bytes, word. */
static inline size_t word_row_n_bytes(const word_row *row) {
    return number_n_bytes(row->count) + number_n_bytes(row->n_bytes) + row->n_bytes;
}

/* Writes a row and returns the place behind it. */
static inline uint8_t *word_row_write(uint8_t *to, const word_row *row) {
    to = number_write(to, row->count);
    to = number_write(to, row->n_bytes);
    if (row->n_bytes)
        memcpy(to, row->bytes, row->n_bytes);
    return to + row->n_bytes;
}

/* Reads a row that was written here, but for its key, and returns the place behind it. The word stays where it is. */
static inline const uint8_t *word_row_read(const uint8_t *from, word_row *row) {
    uint64_t n_bytes;
    from = number_read(from, &row->count);
    row->bytes = number_read(from, &n_bytes);
    row->n_bytes = (size_t)n_bytes;
    return row->bytes + n_bytes;
}

/* Takes one row of a walk over many. False ends the walk. */
typedef bool word_row_callback(void *context, const word_row *row);

/* Orders for qsort-like use: count descending then word ascending bytewise, and word ascending bytewise. Negative when
 * a comes first. */
int word_row_compare_count(const word_row *a, const word_row *b);
int word_row_compare_word(const word_row *a, const word_row *b);

/* Sorts rows in place, on one thread. Linear in the bytes that tell the words apart, on a stack of about 4 KiB
 * for each doubling of n_rows. */
void word_rows_sort(word_row *rows, size_t n_rows, thrum_words_sort order);
/* Moves the first n_top rows of the order to the front, sorted; the rest follow in any order. Linear in n_rows. */
void word_rows_select(word_row *rows, size_t n_rows, size_t n_top, thrum_words_sort order);
/* Sorted rows, with copies of their words, that divide others into blocks, which follow each other in the order; and
 * their numbers, as far as those tell rows apart. Initialise with {0}; the caller owns the struct. */
typedef struct word_splitters {
    thrum_words_sort order;
    word_row *rows;
    uint8_t *bytes;
    uint64_t *numbers;
    size_t n;
} word_splitters;

/* Takes n of the rows, which it sorts, evenly. At most as many as there are. False without memory. */
bool word_splitters_init(word_splitters *splitters, word_row *rows, size_t n_rows, size_t n, thrum_words_sort order);
void word_splitters_release(word_splitters *splitters);
/* The block of a row: how many splitters do not come behind it. Constant. */
size_t word_splitters_find(const word_splitters *splitters, const word_row *row);

#endif
