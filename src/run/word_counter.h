/* The way of words from the text into a table: cut, folded, normalised, put for their lemmas, joined to n-grams. */
#ifndef RUN_WORD_COUNTER_H
#define RUN_WORD_COUNTER_H

#include "count/ngram.h"
#include "count/word_spill.h"
#include "count/word_table.h"
#include "run/plan.h"
#include "text/normalize.h"
#include "text/token.h"
#include "thrum/words.h"

enum { WORD_COUNTER_BATCH = 256 };

/* Where the words go that memory does not hold. */
typedef struct word_overflow {
    word_spill *spill;
    uint64_t thread_bytes; /* what the tables of one thread may take */
} word_overflow;

/* What one thread works with. */
typedef struct word_counter {
    const thrum_words_options *options;
    word_seed seed;
    tokenizer *tokenizer_;   /* NULL: the words are a pattern's */
    normalizer *normalizer_; /* NULL: the tokenizer folds, and there is no more to be done */
    ngrams *ngrams_;         /* NULL: single words */
    size_t n_ways;           /* n-grams that begin with one word, at most */
    word_table *table;       /* how often each word was seen */
    word_table *documents;   /* how many inputs have it; NULL: not asked for */
    word_table *file;        /* with documents, the words of one small file or of the one at hand; else NULL */
    word_table *into;        /* where words are being counted */
    word_overflow overflow;
    uint64_t document;    /* the input whose words `into` holds, if it is not `table` */
    bool is_document_cut; /* some of the input's words are on disk already */
    thrum_error failure;  /* of writing there; the code is THRUM_OK while there is none */
    size_t n_wanted;      /* words behind a piece that are still to be looked at */
    thrum_buffer formed;  /* words of a batch, made anew */
    token words[WORD_COUNTER_BATCH];
} word_counter;

/* The caller frees *counter. */
thrum_status word_counter_create(word_counter **counter, const thrum_words_options *options, const word_seed *seed,
                                 const word_overflow *overflow, thrum_error *error);
void word_counter_free(word_counter *counter);

/* Why a function below returned false: for want of memory, or of room on the disk. */
thrum_status word_counter_failure(const word_counter *counter, thrum_error *error);

/* Counts the words, or the n-grams, that begin in a piece. */
thrum_status word_counter_scan(word_counter *counter, const piece *p, word_table *into, thrum_error *error);

/* One match of a pattern as a word: appended to a buffer, with the padding of a token. False without memory. */
bool word_counter_form(word_counter *counter, const uint8_t *bytes, size_t n_bytes, thrum_buffer *to);
/* Counts the next words of a text, formed already. False without memory. */
bool word_counter_add(word_counter *counter, const token *words, size_t n_words, word_table *into);
/* Ends the text. */
bool word_counter_end_text(word_counter *counter, word_table *into);

/* Adds the words of one input, which the tables hold together, to those of the thread, and the input to their
 * documents. `is_cut`: others of its words are on disk. False without memory. */
bool word_counter_take_input(word_counter *counter, word_table *const *tables, size_t n_tables, bool is_cut);
/* The same with counter->file, which is empty afterwards. */
bool word_counter_take_file(word_counter *counter);

#endif
