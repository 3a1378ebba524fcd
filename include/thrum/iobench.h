/* Ordinary reading held against mapping, on this machine and a file of the caller's: the same work done in each way,
 * the results compared, the times told. */
#ifndef THRUM_IOBENCH_H
#define THRUM_IOBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/error.h"

/* One measurement. The texts are static. */
typedef struct thrum_iobench_row {
    const char *name;      /* what was done, as thrum_iobench_names tells */
    const char *state;     /* "cold": the system had forgotten the file; "warm": it had it in memory */
    unsigned n_threads;    /* at work */
    const char *method;    /* "read", "blocks" and "stdio" are ordinary; "map" */
    double median_seconds; /* of all runs, from opening the file to closing it */
    double ratio;          /* of that time to the mapping's: above 1 the mapping was faster */
} thrum_iobench_row;

typedef thrum_status thrum_iobench_callback(void *context, const thrum_iobench_row *row, thrum_error *error);

/* Initialise with {0}. */
typedef struct thrum_iobench_options {
    unsigned n_runs;         /* of each measurement; 0: 5 */
    unsigned n_threads;      /* of the measurements with many; 0: one for each processor */
    const char *const *only; /* n_only of thrum_iobench_names */
    size_t n_only;           /* 0: all */
    const char *folder;      /* for copies of the file that are changed; NULL: $TMPDIR, or /tmp */
} thrum_iobench_options;

typedef struct thrum_iobench_totals {
    uint64_t n_bytes;      /* of the file */
    uint64_t n_bytes_kept; /* that the system would not forget when it was asked for a cold start: no cold rows then */
} thrum_iobench_totals;

/* The names of what is measured, ending with NULL. Static. */
THRUM_API const char *const *thrum_iobench_names(void);
/* What one of them is, in a line; NULL for another name. Static. */
THRUM_API const char *thrum_iobench_about(const char *name);

/* Measures, row by row. The path must name a regular file, or a share; some ways of reading hold all of it in memory.
 * The file is never written to: what is changed is a copy of at most its first 64 MiB. When two ways give different
 * results that is THRUM_ERROR_CHANGED. A status other than THRUM_OK from the callback ends the run with it. */
THRUM_API thrum_status thrum_iobench_run(const char *path, const thrum_iobench_options *options,
                                         thrum_iobench_callback *on_row, void *context, thrum_iobench_totals *totals,
                                         thrum_error *error);

#endif
