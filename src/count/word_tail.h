/* The tail of a vocabulary: seldom words that a table does not keep, written down in the order of their hashes and
 * counted when they are read. */
#ifndef COUNT_WORD_TAIL_H
#define COUNT_WORD_TAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "count/word_rows.h"

/* A record is in the partition that the highest bits of its hash name. */
enum { WORD_TAIL_BITS = 12, WORD_TAIL_PARTITIONS = 1 << WORD_TAIL_BITS };

/* Records, some of the same word. Initialise with {0}; the caller owns the struct. */
typedef struct word_tail {
    struct word_tail_run *runs;
    size_t n_runs, runs_capacity;
    struct word_tail_block *blocks; /* what the runs lie in */
    size_t n_blocks, blocks_capacity;
    size_t n_done; /* partitions of the run being written */
    uint64_t n_records;
    size_t n_bytes;
} word_tail;

/* Begins a run of at most so many records, whose words have at most n_word_bytes together. False without memory. */
bool word_tail_begin(word_tail *tail, size_t n_records, size_t n_word_bytes);
/* Appends a record to it: a row whose key is the word's hash. Partitions come in their order. */
void word_tail_put(word_tail *tail, const word_row *row);
void word_tail_end(word_tail *tail);

/* Walks over the records of a partition of n_partitions, a power of two up to WORD_TAIL_PARTITIONS. True when it came
 * to the end. The rows' bytes stay until the tail is released. Constant: any number of threads may walk. */
bool word_tail_walk(const word_tail *tail, size_t partition, size_t n_partitions, word_row_callback *callback,
                    void *context);
/* Forgets all records; the tail may be used again. */
void word_tail_release(word_tail *tail);

#endif
