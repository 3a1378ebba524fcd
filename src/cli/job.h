/* One command at work: the files it reads, the output it writes, how it runs and what went wrong, all resolved from the
 * common settings in one place. */
#ifndef CLI_JOB_H
#define CLI_JOB_H

#include "options.h"
#include "progress.h"
#include "thrum/thrum.h"
#include "writer.h"

typedef struct job_stat {
    const char *name;
    uint64_t value;
    const char *text; /* instead of the value, if not NULL */
} job_stat;

typedef struct job {
    const common_settings *settings;
    thrum_inputs *inputs;
    thrum_output *output;
    thrum_run_options run;                           /* its callbacks tell errors and progress */
    const char *(*remedy)(const thrum_error *error); /* the option that helps against an error, or NULL; may be NULL */
    void (*before_error)(void *context);             /* called before the error of an input is told; may be NULL */
    void *before_error_context;
    report_style style;
    uint64_t n_errors;      /* told so far */
    uint64_t n_lost_inputs; /* paths that never came to be inputs */
    uint64_t n_bytes;       /* read, for the rate in the statistics */
    progress progress;
} job;

/* Lists the files below the paths (standard input when there are none) and opens the output. False when there is
 * nothing to be done; the error was told. */
bool job_open(job *work, const common_settings *settings, char *const *paths, int n_paths);

/* Ends the job and returns the exit status of the program: `exit_status` when all went well. `status` and `error` are
 * those of the run; after a failure the output is discarded. */
int job_close(job *work, thrum_status status, const thrum_error *error, int exit_status);

/* Says that results are written while the run goes on: on a terminal, progress stays away from them. */
void job_streams(job *work);

/* Prints statistics to standard error, when they are asked for, with seconds, rate and threads. */
void job_stats(job *work, const job_stat *stats, size_t n);

/* Tells the error of one input; the others go on. */
thrum_error_callback job_on_error;

#endif
