/* Frequency lists: how often each word, or each distinct match of a pattern, occurs. */
#ifndef THRUM_WORDS_H
#define THRUM_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/buffer.h"
#include "thrum/error.h"
#include "thrum/input.h"
#include "thrum/pattern.h"
#include "thrum/run.h"

typedef enum thrum_token_rule {
    THRUM_TOKEN_UNICODE, /* ICU's root word-break segments of status UBRK_WORD_NUMBER and above (UAX #29) */
    THRUM_TOKEN_ASCII,   /* maximal runs of [A-Za-z] */
    THRUM_TOKEN_SPACE,   /* maximal runs of bytes that are not ASCII white space */
    THRUM_TOKEN_PATTERN  /* the matches of a pattern */
} thrum_token_rule;

typedef enum thrum_words_sort {
    THRUM_WORDS_BY_COUNT, /* count descending, then word ascending bytewise */
    THRUM_WORDS_BY_WORD   /* word ascending bytewise */
} thrum_words_sort;

typedef enum thrum_normalization {
    THRUM_NORMALIZE_NONE,
    THRUM_NORMALIZE_NFC, /* each word by itself, before it is folded, and again after it (UAX #15) */
    THRUM_NORMALIZE_NFKC
} thrum_normalization;

/* Which words stand for which: forms and their lemmas. */
typedef struct thrum_lemmas thrum_lemmas;

enum { THRUM_N_GRAM_MOST = 8, THRUM_N_SKIPPED_MOST = 8 };

/* Initialise with {0}: Unicode words, case folded, all of them, by count. */
typedef struct thrum_words_options {
    thrum_token_rule token;
    const thrum_pattern *pattern; /* for THRUM_TOKEN_PATTERN only, as are the next two */
    bool by_line;                 /* each line is a subject of its own, as in thrum_match_options */
    uint64_t max_matches;         /* end the run after so many, over all inputs in order; 0: no bound */
    bool keep_case;               /* else full Unicode case folding; A-Z only for the rules ASCII and SPACE */
    thrum_normalization normalization;
    const thrum_lemmas *lemmas; /* each word becomes its lemma, after folding; NULL: none */
    unsigned n_gram;            /* so many words of one input in a row are counted as one, joined by spaces; 0: 1 */
    unsigned n_skipped;         /* up to so many words in all may be left out between those of an n-gram */
    bool documents;             /* count in how many inputs each word is; one that failed on the way is one of them */
    /* What is left out of the list, and with it the n-grams that have such a word (a part between single spaces). */
    uint64_t min_chars;           /* shorter words; 0: no bound */
    uint64_t max_chars;           /* longer words; 0: no bound */
    uint64_t min_count;           /* rarer words and n-grams; 0 and 1: no bound */
    const char *const *stopwords; /* n_stopwords words, compared after folding and normalising them the same way */
    size_t n_stopwords;
    uint64_t top; /* keep the first so many rows; 0: all */
    thrum_words_sort sort;
    uint64_t memory_bytes; /* for the words; beyond it they go to files in $TMPDIR; 0: a quarter of the machine's */
    /* A count file of all words, those left out of the list too, in the place of no input; NULL: none. thrum/merge.h */
    const char *save_path;
} thrum_words_options;

typedef struct thrum_words thrum_words;

/* One row of a list. */
typedef struct thrum_word {
    const uint8_t *bytes;
    size_t n_bytes;
    uint64_t count;
    uint64_t documents;        /* inputs that have the word; 0 when they were not counted */
    uint64_t rank;             /* place by count among the listed words; equal counts share the lowest (1, 1, 3) */
    uint64_t cumulative_count; /* the sum of the counts of this row and those before it */
} thrum_word;

/* Counts the words of all inputs together. Inputs that fail are told to run->on_error; of one that fails on the way (it
 * changed while it was read, a limit was reached) the words counted by then stay in the list. When one failed, no count
 * file is written: it would not hold what it says. The caller frees *words. Memory is that of the distinct words, once
 * per thread, up to memory_bytes. Thread-safe. */
THRUM_API thrum_status thrum_words_count(thrum_words **words, const thrum_inputs *inputs,
                                         const thrum_words_options *options, const thrum_run_options *run,
                                         thrum_error *error);
THRUM_API uint64_t thrum_words_n_rows(const thrum_words *words);
/* The next row, which lives until the next call; *word is NULL after the last one. Fails where rows are on disk and
 * cannot be read. One thread at a time. */
THRUM_API thrum_status thrum_words_next(thrum_words *words, const thrum_word **word, thrum_error *error);

/* Appends what is to be written for one row. Runs on many threads at once: `context` is to be treated as constant. A
 * status other than THRUM_OK ends the run with it. */
typedef thrum_status thrum_words_format(const void *context, const thrum_word *word, thrum_buffer *buffer);
/* Takes what was appended, in order, on one thread at a time, in pieces of many rows. */
typedef thrum_status thrum_words_write(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error);
/* Formats and writes the rows that were not given yet, on as many threads as counted the words: much the quickest way
 * to write a long list. */
THRUM_API thrum_status thrum_words_write_rows(thrum_words *words, thrum_words_format *format,
                                              const void *format_context, thrum_words_write *write, void *write_context,
                                              thrum_error *error);

/* Over everything that was read, before any row was left out. */
THRUM_API uint64_t thrum_words_n_tokens(const thrum_words *words);
THRUM_API uint64_t thrum_words_n_types(const thrum_words *words);
THRUM_API uint64_t thrum_words_n_hapaxes(const thrum_words *words);
THRUM_API uint64_t thrum_words_n_bytes(const thrum_words *words);
THRUM_API uint64_t thrum_words_n_inputs_failed(const thrum_words *words);
/* How many sorted runs went to disk, because memory_bytes did not hold all words; 0: none. */
THRUM_API uint64_t thrum_words_n_runs(const thrum_words *words);
THRUM_API void thrum_words_free(thrum_words *words);

/* Reads lemmas: a file of lines "form TAB lemma", those that begin with "#" being comments; the first lemma of a form
 * counts. Forms and lemmas are folded and normalised as the words of `options` are (its token, pattern, keep_case and
 * normalization): they are for countings with the same. Thread-safe once made. The caller frees *lemmas. */
THRUM_API thrum_status thrum_lemmas_read(thrum_lemmas **lemmas, const char *path, const thrum_words_options *options,
                                         thrum_error *error);
THRUM_API void thrum_lemmas_free(thrum_lemmas *lemmas);

/* The languages of the built-in stop words ("en"), NULL behind the last of them. */
THRUM_API extern const char *const thrum_stopword_languages[];

/* The built-in stop words of a language: *n words, sorted bytewise, or NULL when there are none. Static. */
THRUM_API const char *const *thrum_stopwords(const char *language, size_t *n);

#endif
