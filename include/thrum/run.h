/* How a pass over files is run: threads, chunks, progress, failing inputs. Results never depend on any of it. */
#ifndef THRUM_RUN_H
#define THRUM_RUN_H

#include <stdint.h>

#include "thrum/error.h"
#include "thrum/input.h"

/* Initialise with {0} for the defaults. The callbacks run on one thread at a time, not always the same. */
typedef struct thrum_run_options {
    unsigned n_threads;             /* 0: one for each processor that the process may use */
    uint64_t chunk_bytes;           /* 0: 4 MiB, less when the input is small for the number of threads */
    thrum_error_callback *on_error; /* an input failed, in input order; the others go on */
    void (*on_progress)(void *context, uint64_t n_bytes_done, uint64_t n_bytes_total);
    void *context; /* handed to both callbacks */
} thrum_run_options;

/* Processors that this process may run on (at least 1). */
THRUM_API unsigned thrum_n_processors(void);

#endif
