/* A pattern that is nothing but many plain texts, such as a list of names: they are searched together, and PCRE2
 * compiles none of them. They are literals, or patterns that stand for themselves, such as Aaron and Moses, or the
 * alternatives of one pattern, such as (?:Aaron)|Moses|... */
#ifndef PATTERN_PLAIN_TEXTS_H
#define PATTERN_PLAIN_TEXTS_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern/literal_set.h"
#include "thrum/pattern.h"

/* What has to be on either side of a text. */
typedef enum plain_edges { PLAIN_EDGES_ANY, PLAIN_EDGES_WORD, PLAIN_EDGES_LINE } plain_edges;

/* Constant: any number of threads may use it. */
typedef struct plain_texts {
    literal_set *set;
    case_fold *fold;       /* of letters beyond ASCII; NULL: none has another case */
    size_t n_texts;        /* of the pattern, as it was given */
    size_t n_alternatives; /* of its only text; 0: they are the pattern's texts */
    bool stay_in_line;     /* none has the end of a line in it */
    plain_edges edges;
    /* Whether a text may begin, or end, at a place, where bytes alone do not tell. NULL: they do. */
    pcre2_code *may_begin, *may_end;
} plain_texts;

/* NULL when the texts have to be programs of PCRE2, or without memory. The context is that of programs. */
plain_texts *plain_texts_compile(const char *const *texts, const size_t *n_bytes, size_t n_texts,
                                 const thrum_pattern_options *options, pcre2_compile_context *context);
void plain_texts_free(plain_texts *texts);

#endif
