/* What a run over a fuzzer's case gives, to be held against what another one gives. */
#ifndef FUZZ_RUN_H
#define FUZZ_RUN_H

#include "fuzz_input.h"

/* What is looked at: matches with groups, lines and columns; the matches as lines; or only how many there are. */
typedef enum fuzz_sight { FUZZ_GROUPS, FUZZ_LINES, FUZZ_NUMBER, FUZZ_N_SIGHTS } fuzz_sight;

typedef struct fuzz_manner {
    fuzz_sight sight;
    unsigned n_threads;
    uint64_t chunk_bytes;
} fuzz_manner;

/* `words` has a line for each match, and one for a failure; the caller releases them. */
typedef struct outcome {
    thrum_buffer words;
    uint64_t n_matches;
    bool failed;
} outcome;

outcome fuzz_run(const fuzz_case *c, const thrum_pattern *pattern, const thrum_inputs *inputs, const fuzz_manner *how);
/* Prints both and aborts with the words, when they differ; `how` is how the second one was run. */
void fuzz_expect_same(const outcome *a, const outcome *b, const fuzz_manner *how, const char *what);

#endif
