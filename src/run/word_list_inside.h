/* The inside of a list of words, for word_list.c, which makes it, and word_list_rows.c, which gives it out. */
#ifndef RUN_WORD_LIST_INSIDE_H
#define RUN_WORD_LIST_INSIDE_H

#include "count/count_ranks.h"
#include "run/word_blocks.h"
#include "run/word_list.h"

struct thrum_words {
    thrum_words_sort sort;
    bool documents;
    unsigned n_threads;
    /* in memory */
    word_table **documents_of_parts; /* NULL: not asked for */
    size_t n_parts;
    word_blocks blocks;
    word_block block; /* the one being given */
    /* as a stream */
    word_source stream; /* next is NULL in memory */

    count_ranks ranks; /* of a stream, by word */
    uint64_t n_rows, n_given;
    thrum_word word; /* the last one given */
    uint64_t n_tokens, n_types, n_hapaxes, n_bytes, n_inputs_failed, n_runs;
};

/* How many inputs have the word of a row of a block; 0 when they were not counted. */
uint64_t word_list_documents_of(const thrum_words *words, const word_row *row);

#endif
