/* The frequency list, made out of what a pass counted. */
#ifndef RUN_WORD_LIST_H
#define RUN_WORD_LIST_H

#include "count/count_file.h"
#include "count/word_spill.h"
#include "count/word_table.h"
#include "thrum/words.h"

/* What a pass counted, in the tables of its threads and perhaps on disk. */
typedef struct word_counts {
    word_seed seed;
    word_table **tables;    /* how often each word was seen: n_tables of them, none NULL */
    word_table **documents; /* beside each table, how many inputs have each of its words; NULL: not asked for */
    size_t n_tables;
    word_spill *spill;    /* what went to disk beside the tables; NULL: nothing. The list's from word_list_make on */
    uint64_t n_bytes;     /* read */
    uint64_t n_documents; /* inputs read to their end */
    uint64_t n_inputs_failed;
} word_counts;

/* The rule by which the words of a pass, and so its stop words, are folded. */
thrum_token_rule word_list_folding_rule(const thrum_words_options *options);

/* The memory for words: what the options say, or the default. */
uint64_t word_list_memory(const thrum_words_options *options);

/* Finds out before the counting what would keep its count file from being written after it; nothing when none is
 * wanted. A count file in the place of an input, NULL where that does no harm, would take the text away. */
thrum_status word_list_check_save(const thrum_words_options *options, const thrum_inputs *inputs, thrum_error *error);

/* Makes the list; the tables may be emptied or freed on the way (they are then set to NULL in `counts`), what is left
 * of them stays the caller's. The caller frees *words. */
thrum_status word_list_make(thrum_words **words, word_counts *counts, const thrum_words_options *options,
                            unsigned n_threads, thrum_error *error);

/* Words that come as a stream, in their order, each once. */
typedef struct word_stream {
    word_source source;  /* closed in any case */
    count_header header; /* what a count file of them says; the caller's */
    uint64_t n_inputs_failed;
    uint64_t n_runs; /* that went to disk on the way to the stream */
} word_stream;

/* Makes the list of a stream in bounded memory. */
thrum_status word_list_stream(thrum_words **words, const word_stream *stream, const thrum_words_options *options,
                              thrum_error *error);

#endif
