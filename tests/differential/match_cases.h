/* Random patterns and texts for match_property: a seed makes a case. */
#ifndef DIFFERENTIAL_MATCH_CASES_H
#define DIFFERENTIAL_MATCH_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/thrum.h"

enum { MOST_TEXTS = 40, MOST_TEXT_BYTES = 4096 };

typedef struct test_case {
    char texts[MOST_TEXTS][MOST_TEXT_BYTES];
    size_t n_texts;
    thrum_pattern_options options;
    bool by_line;
    uint64_t max_matches;
    bool is_long; /* a text of several windows: PCRE2 alone, over the whole of it, is the oracle */
    thrum_buffer subject;
} test_case;

/* Every second case is of patterns that the engines in front of PCRE2 take, over texts that are hard for them. */
void case_make(test_case *c, uint64_t seed);

#endif
