/* Frequency lists: how often each word, or each distinct match of a pattern, occurs. */
#ifndef THRUM_WORDS_H
#define THRUM_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

/* Initialise with {0}: Unicode words, case folded, all of them, by count. */
typedef struct thrum_words_options {
    thrum_token_rule token;
    const thrum_pattern *pattern; /* for THRUM_TOKEN_PATTERN only, as are the next two */
    bool by_line;                 /* each line is a subject of its own, as in thrum_match_options */
    uint64_t max_matches;         /* end the run after so many, over all inputs in order; 0: no bound */
    bool keep_case;               /* else full Unicode case folding; A-Z only for the rules ASCII and SPACE */
    uint64_t min_chars;           /* shorter words are left out of the list; 0: no bound */
    uint64_t max_chars;           /* longer words are left out; 0: no bound */
    uint64_t min_count;           /* rarer words are left out; 0 and 1: no bound */
    const char *const *stopwords; /* n_stopwords words to leave out, compared after folding them the same way */
    size_t n_stopwords;
    uint64_t top; /* keep the first so many rows; 0: all */
    thrum_words_sort sort;
} thrum_words_options;

typedef struct thrum_words thrum_words;

/* One row of a list. The bytes live as long as the list. */
typedef struct thrum_word {
    const uint8_t *bytes;
    size_t n_bytes;
    uint64_t count;
    uint64_t rank; /* place by count among the listed words; equal counts share the lowest (1, 1, 3) */
} thrum_word;

/* Counts the words of all inputs together. Inputs that fail are told to run->on_error; of one that fails on the way (it
 * changed while it was read, a limit was reached) the words counted by then stay in the list. The caller frees *words.
 * Memory is that of the distinct words, once per thread. Thread-safe. */
THRUM_API thrum_status thrum_words_count(thrum_words **words, const thrum_inputs *inputs,
                                         const thrum_words_options *options, const thrum_run_options *run,
                                         thrum_error *error);
THRUM_API size_t thrum_words_n_rows(const thrum_words *words);
THRUM_API thrum_word thrum_words_row(const thrum_words *words, size_t index);
/* Over everything that was read, before any row was left out. */
THRUM_API uint64_t thrum_words_n_tokens(const thrum_words *words);
THRUM_API uint64_t thrum_words_n_types(const thrum_words *words);
THRUM_API uint64_t thrum_words_n_hapaxes(const thrum_words *words);
THRUM_API uint64_t thrum_words_n_bytes(const thrum_words *words);
THRUM_API uint64_t thrum_words_n_inputs_failed(const thrum_words *words);
THRUM_API void thrum_words_free(thrum_words *words);

/* The built-in stop words of a language ("en"): *n words, or NULL when there are none. Static. */
THRUM_API const char *const *thrum_stopwords(const char *language, size_t *n);

#endif
