/* A list of matches: for each the ranges of its groups, and which text of the pattern matched. */
#ifndef RUN_HITS_H
#define RUN_HITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/match.h"

typedef struct hits {
    thrum_range *groups; /* n_hits rows of n_groups each */
    uint32_t *programs;  /* n_hits; unused while the pattern has one text */
    size_t n_hits;
    size_t group_capacity, program_capacity;
} hits;

/* How a run shapes all its lists. */
typedef struct hits_shape {
    size_t n_groups; /* the match itself, and the captures asked for */
    bool has_programs;
} hits_shape;

/* Room for the groups of n more hits, to be filled before they are added; NULL without memory. */
thrum_range *hits_reserve(hits *list, hits_shape shape, size_t n);
/* Takes the groups of one reserved hit in. Where which text matched is of no interest, n_hits may be raised instead. */
bool hits_add(hits *list, hits_shape shape, size_t program);

static inline const thrum_range *hits_groups(const hits *list, hits_shape shape, size_t index) {
    return list->groups ? list->groups + index * shape.n_groups : NULL;
}

static inline size_t hits_program(const hits *list, hits_shape shape, size_t index) {
    return shape.has_programs ? list->programs[index] : 0;
}

void hits_release(hits *list);

#endif
