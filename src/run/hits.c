#include "run/hits.h"

#include <stdlib.h>

#include "base/memory.h"

thrum_range *hits_reserve(hits *list, hits_shape shape, size_t n) {
    size_t n_used = list->n_hits * shape.n_groups;
    if (!memory_grow(&list->groups, &list->group_capacity, n_used + n * shape.n_groups, sizeof *list->groups))
        return NULL;
    return list->groups + n_used;
}

bool hits_add(hits *list, hits_shape shape, size_t program) {
    if (shape.has_programs) {
        if (!memory_grow(&list->programs, &list->program_capacity, list->n_hits + 1, sizeof *list->programs))
            return false;
        list->programs[list->n_hits] = (uint32_t)program;
    }
    list->n_hits++;
    return true;
}

void hits_release(hits *list) {
    free(list->groups);
    free(list->programs);
    *list = (hits){0};
}
