/* Lines, words, characters and bytes, as wc counts them, and the matches of patterns beside them. */
#ifndef THRUM_COUNT_H
#define THRUM_COUNT_H

#include <stddef.h>
#include <stdint.h>

#include "thrum/error.h"
#include "thrum/input.h"
#include "thrum/pattern.h"
#include "thrum/run.h"
#include "thrum/words.h"

/* Counts of one input. A line is a line feed; a character is any byte that does not continue a UTF-8 sequence, which
 * for well-formed text is the number of code points; words follow the token rule. */
typedef struct thrum_counts {
    uint64_t n_lines;
    uint64_t n_words;
    uint64_t n_characters;
    uint64_t n_bytes;
    const uint64_t *n_matches; /* one for each pattern */
} thrum_counts;

/* Initialise with {0}: Unicode words. */
typedef struct thrum_count_options {
    thrum_token_rule token;               /* THRUM_TOKEN_PATTERN is not for this */
    const thrum_pattern *const *patterns; /* counted one by one, each on its own */
    size_t n_patterns;
} thrum_count_options;

/* Counts each input and tells on_input, in input order, on one thread at a time; the counts live during the call.
 * Inputs that fail go to run->on_error instead. Thread-safe. */
THRUM_API thrum_status thrum_count_run(const thrum_inputs *inputs, const thrum_count_options *options,
                                       const thrum_run_options *run,
                                       void (*on_input)(void *context, size_t input, const thrum_counts *counts),
                                       void *context, thrum_error *error);

#endif
