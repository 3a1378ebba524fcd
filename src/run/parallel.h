/* All that the project knows of threads: a team, a loop, and a pipeline of ordered work. */
#ifndef RUN_PARALLEL_H
#define RUN_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

#include "thrum/error.h"

/* The number of threads that a caller's wish (0: no wish) stands for. */
unsigned parallel_n_threads(unsigned wished);

/* Calls body(context, thread) on n_threads threads, the caller's among them, and returns when all have ended. The
 * system may give fewer. */
void parallel_team(unsigned n_threads, void (*body)(void *context, unsigned thread), void *context);

/* Calls body(context, index) for each index below n, on n_threads threads, in no order. */
void parallel_for(unsigned n_threads, size_t n, void (*body)(void *context, size_t index), void *context);

/* A pipeline of units of work. Each unit goes through the stages from top to bottom. `claim`, `resolve` and `retire`
 * see the units in order, one at a time (each on any thread); `scan` and `emit` run on many threads at once. No more
 * than n_threads + 2 units are under way, so what waits for its turn is bounded. The calls of a stage for one unit
 * happen after those of the stage before. */
typedef struct pipeline {
    void *context;
    bool (*claim)(void *context, void *unit); /* fills the next unit; false: there are no more */
    void (*scan)(void *context, void *unit, unsigned thread);
    void (*resolve)(void *context, void *unit);               /* may be NULL */
    void (*emit)(void *context, void *unit, unsigned thread); /* may be NULL */
    void (*retire)(void *context, void *unit);
    void (*release)(void *unit); /* frees what a unit holds, when the pipeline ends */
    size_t unit_bytes;           /* units are zeroed once, then used again and again */
} pipeline;

/* Runs until claim says that there is no more and all units are retired. */
thrum_status pipeline_run(const pipeline *line, unsigned n_threads, thrum_error *error);

#endif
