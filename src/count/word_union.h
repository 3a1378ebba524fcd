/* The words of several tables, each once: what is left to be done when every thread has filled a table of its own. */
#ifndef COUNT_WORD_UNION_H
#define COUNT_WORD_UNION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "count/word_rows.h"
#include "count/word_table.h"

/* Initialise with {0}; the caller owns the struct, which may be used for one partition after the other. */
typedef struct word_union {
    word_row *rows; /* in no order, until the next call; the tables hold their bytes */
    size_t n_rows;
    size_t capacity;
    uint32_t *index; /* by hash, 1 + the place among the rows, or 0 */
    size_t n_index;  /* a power of two, or 0 */
} word_union;

/* Makes the rows of one partition of n_partitions (a power of two) of tables with the same seed, adding up the counts
 * that a word has in several; fewer than 2^32 of them. The tables stay as they are. False without memory. */
bool word_union_make(word_union *all, word_table *const *tables, size_t n_tables, size_t partition,
                     size_t n_partitions);
void word_union_release(word_union *all);

#endif
