/* A pattern that is nothing but many plain texts, such as a list of names: they are searched together, and PCRE2
 * compiles none of them. They are literals, or the alternatives of one pattern, such as (?:Aaron)|Moses|... */
#ifndef PATTERN_PLAIN_TEXTS_H
#define PATTERN_PLAIN_TEXTS_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern/literal_set.h"
#include "thrum/pattern.h"

/* Constant: any number of threads may use it. */
typedef struct plain_texts {
    literal_set *set;
    case_fold *fold;       /* of letters beyond ASCII; NULL: none has another case */
    size_t n_texts;        /* of the pattern, as it was given */
    size_t n_alternatives; /* of its only text; 0: the texts are literals */
    bool is_whole_word;
    bool is_utf;
    bool stay_in_line; /* none has the end of a line in it */
    /* With whole words in Unicode mode, whether a place is no end of a word; NULL otherwise. */
    pcre2_code *no_word_before, *no_word_behind;
} plain_texts;

/* NULL when the texts have to be programs of PCRE2, or without memory. */
plain_texts *plain_texts_compile(const char *const *texts, const size_t *n_bytes, size_t n_texts,
                                 const thrum_pattern_options *options);
void plain_texts_free(plain_texts *texts);

#endif
