/* One line on standard error that says how far a run has come. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"

typedef struct progress {
    bool wanted;
    bool visible;
    double started;    /* seconds_now() */
    double next_shown; /* not before this time */
} progress;

/* Seconds on a clock that only goes forward. */
double seconds_now(void);

void progress_init(progress *line, when_choice when);
void progress_show(progress *line, uint64_t n_bytes_done, uint64_t n_bytes_total);
/* Takes the line away. */
void progress_erase(progress *line);

#endif
