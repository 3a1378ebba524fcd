/* A hash table of places in an array of rows. The tables are walked in the order of their hashes, so the rows that are
 * made from the first and found again from the others are visited about in their order; the table of places takes the
 * low bits of the hash, which the walk leaves in disorder, so that it may grow on the way. */
#include "count/word_union.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { N_FIRST_INDEX = 1024 };

static bool same_word(const word_row *a, const word_row *b) {
    return a->key == b->key && a->n_bytes == b->n_bytes &&
           (a->n_bytes == 0 || memcmp(a->bytes, b->bytes, a->n_bytes) == 0);
}

/* Where the row is, or where it would go. */
static uint32_t *probe(const word_union *all, const word_row *row) {
    size_t at = (size_t)row->key & (all->n_index - 1);
    while (all->index[at] && !same_word(&all->rows[all->index[at] - 1], row))
        at = (at + 1) & (all->n_index - 1);
    return &all->index[at];
}

static bool grow_index(word_union *all) {
    size_t n = all->n_index ? 2 * all->n_index : N_FIRST_INDEX;
    free(all->index);
    all->index = calloc(n, sizeof *all->index);
    all->n_index = all->index ? n : 0;
    for (size_t i = 0; i < all->n_rows && all->index; i++) {
        size_t at = (size_t)all->rows[i].key & (n - 1);
        while (all->index[at])
            at = (at + 1) & (n - 1);
        all->index[at] = (uint32_t)(i + 1);
    }
    return all->index;
}

static bool append(void *context, const word_row *row) {
    word_union *all = context;
    if (all->n_rows == all->capacity && !memory_grow(&all->rows, &all->capacity, all->n_rows + 1, sizeof *all->rows))
        return false;
    all->rows[all->n_rows++] = *row;
    return true;
}

static bool add(void *context, const word_row *row) {
    word_union *all = context;
    if (2 * all->n_rows >= all->n_index && !grow_index(all))
        return false;
    uint32_t *place = probe(all, row);
    if (*place) {
        all->rows[*place - 1].count += row->count;
        return true;
    }
    *place = (uint32_t)(all->n_rows + 1);
    return append(all, row);
}

bool word_union_make(word_union *all, word_table *const *tables, size_t n_tables, size_t partition,
                     size_t n_partitions) {
    bool may_repeat = n_tables != 1 || word_table_is_bounded(tables[0]);
    word_row_callback *take = may_repeat ? add : append;
    all->n_rows = 0;
    if (may_repeat && all->index)
        memset(all->index, 0, all->n_index * sizeof *all->index);
    for (size_t i = 0; i < n_tables; i++)
        if (!word_table_walk(tables[i], partition, n_partitions, take, all))
            return false;
    return true;
}

void word_union_release(word_union *all) {
    free(all->rows);
    free(all->index);
    *all = (word_union){0};
}
