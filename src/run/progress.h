/* Tells a caller how far a run has come. */
#ifndef RUN_PROGRESS_H
#define RUN_PROGRESS_H

#include <stdint.h>

#include "run/plan.h"

typedef struct progress {
    const thrum_run_options *run;
    uint64_t n_bytes_done;
    uint64_t n_bytes_total;
} progress;

static inline progress progress_begin(const thrum_inputs *inputs, const thrum_run_options *run) {
    return (progress){run, 0, plan_n_bytes(inputs)};
}

/* Called in an ordered stage, for each piece. */
static inline void progress_add(progress *done, const piece *p) {
    done->n_bytes_done += p->end - p->begin;
    if (done->run->on_progress)
        done->run->on_progress(done->run->context, done->n_bytes_done,
                               done->n_bytes_total > done->n_bytes_done ? done->n_bytes_total : done->n_bytes_done);
}

#endif
