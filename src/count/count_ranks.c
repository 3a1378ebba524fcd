#include "count/count_ranks.h"

#include <stdlib.h>

#include "base/memory.h"

enum { N_FIRST_SLOTS = 64 };

/* In use when count is not 0. */
typedef struct count_rank {
    uint64_t count;
    uint64_t number; /* of rows with this count; once finished, the rank */
} count_rank;

/* Counts come from texts, but not so freely that they could be made to collide: a multiplication is hash enough. */
static count_rank *probe(const count_ranks *ranks, uint64_t count) {
    uint64_t hash = count * UINT64_C(0x9e3779b97f4a7c15);
    size_t slot = (size_t)(hash >> 32) & (ranks->n_slots - 1);
    while (ranks->slots[slot].count && ranks->slots[slot].count != count)
        slot = (slot + 1) & (ranks->n_slots - 1);
    return &ranks->slots[slot];
}

static bool grow(count_ranks *ranks) {
    count_ranks grown = {.n_slots = ranks->n_slots ? 2 * ranks->n_slots : N_FIRST_SLOTS, .n_used = ranks->n_used};
    grown.slots = memory_own(grown.n_slots, sizeof *grown.slots);
    if (!grown.slots)
        return false;
    for (size_t i = 0; i < ranks->n_slots; i++)
        if (ranks->slots[i].count)
            *probe(&grown, ranks->slots[i].count) = ranks->slots[i];
    free(ranks->slots);
    *ranks = grown;
    return true;
}

static bool add(count_ranks *ranks, uint64_t count, uint64_t number) {
    if (ranks->n_used * 2 >= ranks->n_slots && !grow(ranks))
        return false;
    count_rank *at = probe(ranks, count);
    ranks->n_used += at->count == 0;
    at->count = count;
    at->number += number;
    return true;
}

bool count_ranks_add(count_ranks *ranks, uint64_t count) {
    return add(ranks, count, 1);
}

bool count_ranks_add_all(count_ranks *ranks, const count_ranks *others) {
    for (size_t i = 0; i < others->n_slots; i++)
        if (others->slots[i].count && !add(ranks, others->slots[i].count, others->slots[i].number))
            return false;
    return true;
}

static int compare_descending(const void *a_, const void *b_) {
    const count_rank *a = a_, *b = b_;
    return (a->count < b->count) - (a->count > b->count);
}

bool count_ranks_finish(count_ranks *ranks) {
    count_rank *sorted = memory_own(ranks->n_used, sizeof *sorted);
    if (!sorted)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < ranks->n_slots; i++)
        if (ranks->slots[i].count)
            sorted[n++] = ranks->slots[i];
    qsort(sorted, n, sizeof *sorted, compare_descending);
    uint64_t n_before = 0;
    for (size_t i = 0; i < n; i++) {
        probe(ranks, sorted[i].count)->number = n_before + 1;
        n_before += sorted[i].number;
    }
    free(sorted);
    return true;
}

uint64_t count_ranks_find(const count_ranks *ranks, uint64_t count) {
    return probe(ranks, count)->number;
}

void count_ranks_release(count_ranks *ranks) {
    free(ranks->slots);
    *ranks = (count_ranks){0};
}
