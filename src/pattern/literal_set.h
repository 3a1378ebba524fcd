/* The occurrences of some texts, one or a hundred thousand, in a subject. */
#ifndef PATTERN_LITERAL_SET_H
#define PATTERN_LITERAL_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern/case_fold.h"
#include "text/kernel.h"
#include "text/sieve.h"

/* Constant once made: any number of threads may search with it. */
typedef struct literal_set literal_set;

typedef struct literal_set_options {
    bool is_caseless;      /* A-Z are a-z, no other letter has a case, */
    const case_fold *fold; /* but those that it folds; NULL: none. It lives as long as the set */
    bool keeps_all; /* of the texts that begin at one place all are told, not only the one that was given first */
    const kernel *kernel_;
} literal_set_options;

/* An occurrence. */
typedef struct literal_hit {
    size_t begin;
    uint32_t n_bytes;
    uint32_t text; /* its number */
} literal_hit;

enum { LITERAL_MOST_FOLDED_BYTES = 1024 };

/* Copies the texts, none of which may be empty; fewer than 2^32 with fewer than 2^32 bytes each, or up to
 * LITERAL_MOST_FOLDED_BYTES where there is a fold. NULL without memory. */
literal_set *literal_set_create(const sieve_text *texts, size_t n_texts, const literal_set_options *options);
void literal_set_free(literal_set *set);

/* Which occurrences count, in a set that keeps all. */
typedef struct literal_judge {
    bool (*takes)(const void *context, size_t begin, size_t end);
    uint64_t (*may_begin)(const void *context, size_t place); /* at SIEVE_BLOCK places from one on; NULL: at all */
    const void *context;
} literal_judge;

/* What is searched. */
typedef struct literal_field {
    const uint8_t *subject;
    size_t n_subject_bytes;
    size_t end;                 /* occurrences begin before it */
    bool is_separate;           /* none begins inside the one before it */
    const literal_judge *judge; /* NULL: each counts, and the set does not keep all */
} literal_field;

/* Finds up to `most` occurrences from a place on, from left to right; of several at one place the text that was given
 * first. Returns how many, and moves *from to where the search resumes: behind the last of them, or at least to the
 * field's end when there are no more. */
size_t literal_set_find(const literal_set *set, const literal_field *field, size_t *from, literal_hit *hits,
                        size_t most);

#endif
