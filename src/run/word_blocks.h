/* The rows of a frequency list in memory, divided into blocks that follow each other in the order of the list. What a
 * block holds is sorted only when it is read, by whoever reads it. */
#ifndef RUN_WORD_BLOCKS_H
#define RUN_WORD_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#include "count/count_ranks.h"
#include "count/word_table.h"
#include "run/word_filter.h"
#include "thrum/words.h"

/* Which rows, and in which order. */
typedef struct word_order {
    thrum_words_sort sort;
    uint64_t top;              /* only the first so many; 0: all */
    const word_filter *filter; /* for word_blocks_make; NULL: all words */
} word_order;

/* What there is in a block, and before it. */
typedef struct word_block_sums {
    size_t n_rows;
    uint64_t n_tokens; /* the sum of their counts */
    uint64_t n_rows_before;
    uint64_t n_tokens_before;
} word_block_sums;

/* Initialise with {0}; the caller owns the struct. Once made it is constant. */
typedef struct word_blocks {
    word_order order;
    size_t n_parts;  /* of the tables, by the hash */
    uint8_t **parts; /* the records of each: count, number of bytes, word */
    size_t n_blocks;
    size_t *ends; /* n_parts x n_blocks: of a part's records for a block, from the part's begin */
    word_block_sums *sums;
    count_ranks ranks;
    uint64_t n_rows;                       /* wanted */
    uint64_t n_tokens, n_types, n_hapaxes; /* of all words */
} word_blocks;

/* Divides the words of the tables, which have the same seed. With `uses_up` the tables give their memory back on the
 * way and can only be freed afterwards. The caller releases the blocks, also after a failure. */
thrum_status word_blocks_make(word_blocks *blocks, word_table *const *tables, size_t n_tables, const word_order *order,
                              bool uses_up, unsigned n_threads, thrum_error *error);
void word_blocks_release(word_blocks *blocks);
/* The block of a row, of which there are more than `row`. */
size_t word_blocks_find(const word_blocks *blocks, uint64_t row);

/* One block, read. Initialise with {0}; the caller owns the struct, which may be used for one block after the other. */
typedef struct word_block {
    word_row *rows; /* those wanted, sorted; their bytes are the blocks' */
    size_t n_rows;
    size_t capacity;
    uint64_t n_rows_before;
    uint64_t n_tokens_before;
} word_block;

/* False without memory. Constant: any number of threads may read. */
bool word_block_read(word_block *block, const word_blocks *blocks, size_t number);
void word_block_release(word_block *block);

#endif
