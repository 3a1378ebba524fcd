/* A run is written in one go, partition after partition:
 *
 *      | hash : 8, row | ... | hash : 8, ...                       rows as word_row_write writes them
 *      ^ begin                                ^ ends[0]            where the first partition's records end
 *
 * A partition is read by going over its share of every run. Runs lie one after the other in blocks, memory that the
 * system gives only as it is written to. */
#include "count/word_tail.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "map/system.h"

enum { BLOCK_BYTES = 64 << 20, HASH_BYTES = 8, RECORD_BYTES = HASH_BYTES + 2 * NUMBER_MOST_BYTES };

typedef struct word_tail_run {
    uint8_t *begin, *end;
    size_t ends[WORD_TAIL_PARTITIONS]; /* from `begin` */
} word_tail_run;

typedef struct word_tail_block {
    uint8_t *bytes;
    size_t n_bytes;
} word_tail_block;

static uint8_t *add_block(word_tail *tail, size_t n_bytes) {
    void *bytes;
    n_bytes = n_bytes > BLOCK_BYTES ? n_bytes : BLOCK_BYTES;
    n_bytes = (n_bytes + SYSTEM_HUGE_PAGE_BYTES - 1) & ~(size_t)(SYSTEM_HUGE_PAGE_BYTES - 1);
    if (!memory_grow(&tail->blocks, &tail->blocks_capacity, tail->n_blocks + 1, sizeof *tail->blocks) ||
        system_map_huge(&bytes, n_bytes))
        return NULL;
    tail->blocks[tail->n_blocks++] = (word_tail_block){bytes, n_bytes};
    return bytes;
}

/* Behind the last run, if there is room. */
static uint8_t *reserve(word_tail *tail, size_t n_bytes) {
    if (tail->n_runs > 0) {
        const word_tail_block *block = &tail->blocks[tail->n_blocks - 1];
        uint8_t *end = tail->runs[tail->n_runs - 1].end;
        if ((size_t)(block->bytes + block->n_bytes - end) >= n_bytes)
            return end;
    }
    return add_block(tail, n_bytes);
}

bool word_tail_begin(word_tail *tail, size_t n_records, size_t n_word_bytes) {
    if (!memory_grow(&tail->runs, &tail->runs_capacity, tail->n_runs + 1, sizeof *tail->runs))
        return false;
    uint8_t *begin = reserve(tail, n_records * RECORD_BYTES + n_word_bytes);
    if (!begin)
        return false;
    word_tail_run *run = &tail->runs[tail->n_runs++];
    run->begin = run->end = begin;
    tail->n_done = 0;
    return true;
}

/* The partitions before this one are written. */
static void end_partitions(word_tail *tail, size_t partition) {
    word_tail_run *run = &tail->runs[tail->n_runs - 1];
    while (tail->n_done < partition)
        run->ends[tail->n_done++] = (size_t)(run->end - run->begin);
}

void word_tail_put(word_tail *tail, const word_row *row) {
    end_partitions(tail, (size_t)(row->key >> (64 - WORD_TAIL_BITS)));
    uint8_t *to = tail->runs[tail->n_runs - 1].end;
    memcpy(to, &row->key, HASH_BYTES);
    tail->runs[tail->n_runs - 1].end = word_row_write(to + HASH_BYTES, row);
    tail->n_records++;
}

void word_tail_end(word_tail *tail) {
    end_partitions(tail, WORD_TAIL_PARTITIONS);
    tail->n_bytes += sizeof *tail->runs + tail->runs[tail->n_runs - 1].ends[WORD_TAIL_PARTITIONS - 1];
}

bool word_tail_walk(const word_tail *tail, size_t partition, size_t n_partitions, word_row_callback *callback,
                    void *context) {
    size_t n_each = WORD_TAIL_PARTITIONS / n_partitions, first = partition * n_each, last = first + n_each - 1;
    for (const word_tail_run *run = tail->runs; run < tail->runs + tail->n_runs; run++) {
        const uint8_t *at = run->begin + (first > 0 ? run->ends[first - 1] : 0), *end = run->begin + run->ends[last];
        while (at < end) {
            word_row row;
            memcpy(&row.key, at, HASH_BYTES);
            at = word_row_read(at + HASH_BYTES, &row);
            if (!callback(context, &row))
                return false;
        }
    }
    return true;
}

void word_tail_release(word_tail *tail) {
    for (size_t i = 0; i < tail->n_blocks; i++)
        system_unmap(tail->blocks[i].bytes, tail->blocks[i].n_bytes);
    free(tail->blocks);
    free(tail->runs);
    *tail = (word_tail){0};
}
