/* The rank that each count has among others. */
#ifndef COUNT_COUNT_RANKS_H
#define COUNT_COUNT_RANKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Initialise with {0}; the caller owns the struct. Memory is that of the distinct counts, of which words with n tokens
 * in all have fewer than sqrt(2 n). */
typedef struct count_ranks {
    struct count_rank *slots;
    size_t n_slots; /* a power of two, or 0 */
    size_t n_used;
} count_ranks;

/* Takes note of one row with a count above 0. False without memory. */
bool count_ranks_add(count_ranks *ranks, uint64_t count);
/* Takes note of all rows that others, not finished, took note of. */
bool count_ranks_add_all(count_ranks *ranks, const count_ranks *others);
/* Call once, after the last row. False without memory. */
bool count_ranks_finish(count_ranks *ranks);
/* 1 + the number of rows whose count is greater, for a count that was added. */
uint64_t count_ranks_find(const count_ranks *ranks, uint64_t count);
void count_ranks_release(count_ranks *ranks);

#endif
