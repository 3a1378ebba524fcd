/* Two divisions, so that all steps run on all cores, with what they look at in the cache:
 *
 *                   block 0   block 1   block 2   ...       blocks, by the order of the list
 *        part 0   | .......  | ...    | ........ |
 *        part 1   | ....     | ...... | .....    |          each part's records lie together, grouped by blocks
 *        ...      |          |        |          |
 *        parts, by the hash
 *
 * A part of all tables is united, filtered, grouped and written down by the thread that takes it. As the hash knows
 * nothing of the order, the rows of one part are a fair sample of all: part 0, looked at beforehand, tells where the
 * blocks have to end to be about equal. A block is read by gathering its groups from all parts and sorting them.
 *
 * Memory that the process never had before is slow to get. Records are smaller than the entries of tables, which give
 * their pages back as the parts before some point are all written down: so what the records and later the output
 * take was the tables' before. The last part is taken first, because words that it pushed onwards stand where the
 * tables begin.
 *
 * When only the first rows of the list are wanted, no part keeps more than that. */
#include "run/word_blocks.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "count/word_union.h"
#include "run/parallel.h"

enum {
    PART_TYPES = 16384, /* about; so many rows stay in a second-level cache */
    MOST_PARTS = WORD_TAIL_PARTITIONS,
    BLOCK_ROWS = 8192, /* about; sorted and formatted, with their words, in such a cache */
    MOST_BLOCKS = 4096,
    PREFETCH_ROWS = 16,   /* so far ahead words are asked for */
    TIMES_GIVEN_BACK = 64 /* giving back disturbs the other threads: so many times */
};

/* --- parts ------------------------------------------------------------------------------------------------------- */

typedef struct division {
    word_blocks *blocks;
    word_table *const *tables;
    size_t n_tables;
    bool uses_up;
    word_splitters splitters;
    struct worker *workers;
    atomic_bool failed;
    pthread_mutex_t lock;
    /* With the lock held. Parts are numbered here in the order in which they are taken. */
    size_t n_taken;
    bool *are_done;
    size_t n_done; /* all before it are done */
    size_t n_given_back;
} division;

/* What a thread needs for its parts, and what it learns from them. */
typedef struct worker {
    word_union part;
    uint32_t *block_of_row;
    size_t capacity;
    word_block_sums *sums;
    count_ranks ranks;
    uint64_t n_types, n_hapaxes;
} worker;

static void worker_release(worker *w) {
    word_union_release(&w->part);
    free(w->block_of_row);
    free(w->sums);
    count_ranks_release(&w->ranks);
}

/* Leaves those rows of a part that are wanted and, with `ranks`, takes note of all that are listed. */
static bool choose_rows(word_union *part, const word_order *order, count_ranks *ranks) {
    size_t n = 0;
    for (size_t i = 0; i < part->n_rows; i++) {
        const word_row *row = &part->rows[i];
        if (order->filter && !word_filter_lists(order->filter, row->bytes, row->n_bytes, row->count))
            continue;
        if (ranks && !count_ranks_add(ranks, row->count))
            return false;
        part->rows[n++] = *row;
    }
    part->n_rows = n;
    if (order->top > 0 && order->top < n) {
        part->n_rows = (size_t)order->top;
        word_rows_select(part->rows, n, part->n_rows, order->sort);
    }
    return true;
}

/* Writes the rows of a part down, grouped by blocks. */
static bool write_part(division *d, worker *w, size_t number) {
    word_blocks *blocks = d->blocks;
    const word_union *part = &w->part;
    size_t *ends = blocks->ends + number * blocks->n_blocks, n_bytes = 0;
    if (!memory_grow(&w->block_of_row, &w->capacity, part->n_rows, sizeof *w->block_of_row))
        return false;
    for (size_t i = 0; i < part->n_rows; i++) {
        if (part->n_rows - i > PREFETCH_ROWS)
            __builtin_prefetch(part->rows[i + PREFETCH_ROWS].bytes);
        size_t block = word_splitters_find(&d->splitters, &part->rows[i]);
        w->block_of_row[i] = (uint32_t)block;
        w->sums[block].n_rows++;
        w->sums[block].n_tokens += part->rows[i].count;
        ends[block] += word_row_n_bytes(&part->rows[i]);
    }
    for (size_t block = 0; block < blocks->n_blocks; block++) {
        size_t begin = n_bytes;
        n_bytes += ends[block];
        ends[block] = begin;
    }
    uint8_t *records = blocks->parts[number] = malloc(n_bytes + 1);
    for (size_t i = 0; i < part->n_rows && records; i++) {
        size_t *at = &ends[w->block_of_row[i]];
        *at = (size_t)(word_row_write(records + *at, &part->rows[i]) - records);
    }
    return records;
}

static bool divide_part(division *d, worker *w, size_t number) {
    if (!word_union_make(&w->part, d->tables, d->n_tables, number, d->blocks->n_parts))
        return false;
    w->n_types += w->part.n_rows;
    for (size_t i = 0; i < w->part.n_rows; i++)
        w->n_hapaxes += w->part.rows[i].count == 1;
    return choose_rows(&w->part, &d->blocks->order, &w->ranks) && write_part(d, w, number);
}

/* With the lock held. All parts that are done but one, the last one, are the first of the tables. */
static void give_back(division *d) {
    size_t n_parts = d->blocks->n_parts;
    while (d->n_done < n_parts && d->are_done[d->n_done])
        d->n_done++;
    if (!d->uses_up || d->n_done < d->n_given_back + 1 + (n_parts + TIMES_GIVEN_BACK - 1) / TIMES_GIVEN_BACK)
        return;
    for (size_t i = 0; i < d->n_tables; i++)
        word_table_give_back(d->tables[i], d->n_given_back, d->n_done - 1, n_parts);
    d->n_given_back = d->n_done - 1;
}

static void divide_parts(void *context, unsigned thread) {
    division *d = context;
    worker *w = &d->workers[thread];
    size_t n_parts = d->blocks->n_parts;
    bool is_good = (w->sums = calloc(d->blocks->n_blocks, sizeof *w->sums));
    pthread_mutex_lock(&d->lock);
    while (is_good && d->n_taken < n_parts) {
        size_t taken = d->n_taken++;
        pthread_mutex_unlock(&d->lock);
        is_good = divide_part(d, w, (taken + n_parts - 1) % n_parts);
        pthread_mutex_lock(&d->lock);
        d->are_done[taken] = true;
        give_back(d);
    }
    pthread_mutex_unlock(&d->lock);
    if (!is_good)
        atomic_store(&d->failed, true);
}

/* --- all of it --------------------------------------------------------------------------------------------------- */

/* Splits where a sample, the first of several parts, says. */
static bool choose_blocks(division *d) {
    word_blocks *blocks = d->blocks;
    word_union sample = {0};
    bool is_chosen = blocks->n_parts == 1 || (word_union_make(&sample, d->tables, d->n_tables, 0, blocks->n_parts) &&
                                              choose_rows(&sample, &blocks->order, NULL));
    size_t n_rows = sample.n_rows * blocks->n_parts;
    size_t n_splitters = n_rows / BLOCK_ROWS < MOST_BLOCKS ? n_rows / BLOCK_ROWS : MOST_BLOCKS - 1;
    is_chosen =
        is_chosen && word_splitters_init(&d->splitters, sample.rows, sample.n_rows, n_splitters, blocks->order.sort);
    blocks->n_blocks = d->splitters.n + 1;
    word_union_release(&sample);
    return is_chosen;
}

static bool sum_up(word_blocks *blocks, const worker *workers, unsigned n_workers) {
    uint64_t n_rows = 0, n_tokens = 0;
    for (unsigned i = 0; i < n_workers; i++) {
        blocks->n_types += workers[i].n_types;
        blocks->n_hapaxes += workers[i].n_hapaxes;
        if (!count_ranks_add_all(&blocks->ranks, &workers[i].ranks))
            return false;
    }
    for (size_t block = 0; block < blocks->n_blocks; block++) {
        word_block_sums *sums = &blocks->sums[block];
        *sums = (word_block_sums){.n_rows_before = n_rows, .n_tokens_before = n_tokens};
        for (unsigned i = 0; i < n_workers; i++) {
            sums->n_rows += workers[i].sums ? workers[i].sums[block].n_rows : 0;
            sums->n_tokens += workers[i].sums ? workers[i].sums[block].n_tokens : 0;
        }
        n_rows += sums->n_rows;
        n_tokens += sums->n_tokens;
    }
    blocks->n_rows = blocks->order.top > 0 && blocks->order.top < n_rows ? blocks->order.top : n_rows;
    return count_ranks_finish(&blocks->ranks);
}

static bool divide(division *d, unsigned n_threads) {
    word_blocks *blocks = d->blocks;
    blocks->parts = calloc(blocks->n_parts, sizeof *blocks->parts);
    blocks->ends = calloc(blocks->n_parts * blocks->n_blocks, sizeof *blocks->ends);
    blocks->sums = calloc(blocks->n_blocks, sizeof *blocks->sums);
    d->are_done = calloc(blocks->n_parts, sizeof *d->are_done);
    d->workers = memory_own(n_threads, sizeof *d->workers);
    bool is_divided = blocks->parts && blocks->ends && blocks->sums && d->are_done && d->workers;
    if (is_divided) {
        pthread_mutex_init(&d->lock, NULL);
        parallel_team(n_threads, divide_parts, d);
        pthread_mutex_destroy(&d->lock);
        is_divided = !atomic_load(&d->failed) && sum_up(blocks, d->workers, n_threads);
    }
    for (unsigned i = 0; i < n_threads && d->workers; i++)
        worker_release(&d->workers[i]);
    free(d->workers);
    free(d->are_done);
    return is_divided;
}

thrum_status word_blocks_make(word_blocks *blocks, word_table *const *tables, size_t n_tables, const word_order *order,
                              bool uses_up, unsigned n_threads, thrum_error *error) {
    division d = {.blocks = blocks, .tables = tables, .n_tables = n_tables, .uses_up = uses_up};
    uint64_t n_types = 0;
    *blocks = (word_blocks){.order = *order, .n_parts = 1};
    for (size_t i = 0; i < n_tables; i++) {
        n_types += word_table_n_types(tables[i]);
        blocks->n_tokens += word_table_n_tokens(tables[i]);
    }
    while (blocks->n_parts < MOST_PARTS && n_types / blocks->n_parts > PART_TYPES)
        blocks->n_parts *= 2;
    if (blocks->n_parts < n_threads)
        n_threads = (unsigned)blocks->n_parts;
    bool is_made = choose_blocks(&d) && divide(&d, n_threads);
    word_splitters_release(&d.splitters);
    blocks->order.filter = NULL;
    return is_made ? THRUM_OK : error_memory(error);
}

void word_blocks_release(word_blocks *blocks) {
    for (size_t i = 0; i < blocks->n_parts && blocks->parts; i++)
        free(blocks->parts[i]);
    free(blocks->parts);
    free(blocks->ends);
    free(blocks->sums);
    count_ranks_release(&blocks->ranks);
    *blocks = (word_blocks){0};
}

size_t word_blocks_find(const word_blocks *blocks, uint64_t row) {
    size_t begin = 0, end = blocks->n_blocks;
    while (begin + 1 < end) {
        size_t middle = begin + (end - begin) / 2;
        if (blocks->sums[middle].n_rows_before <= row)
            begin = middle;
        else
            end = middle;
    }
    return begin;
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

bool word_block_read(word_block *block, const word_blocks *blocks, size_t number) {
    const word_block_sums *sums = &blocks->sums[number];
    if (!memory_grow(&block->rows, &block->capacity, sums->n_rows, sizeof *block->rows))
        return false;
    word_row *row = block->rows;
    for (size_t part = 0; part < blocks->n_parts; part++) {
        const size_t *ends = blocks->ends + part * blocks->n_blocks;
        const uint8_t *at = blocks->parts[part] + (number > 0 ? ends[number - 1] : 0);
        const uint8_t *end = blocks->parts[part] + ends[number];
        while (at < end)
            at = word_row_read(at, row++);
    }
    uint64_t n_left = sums->n_rows_before < blocks->n_rows ? blocks->n_rows - sums->n_rows_before : 0;
    block->n_rows = n_left < sums->n_rows ? (size_t)n_left : sums->n_rows;
    block->n_rows_before = sums->n_rows_before;
    block->n_tokens_before = sums->n_tokens_before;
    word_rows_select(block->rows, sums->n_rows, block->n_rows, blocks->order.sort);
    return true;
}

void word_block_release(word_block *block) {
    free(block->rows);
    *block = (word_block){0};
}
