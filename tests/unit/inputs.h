/* Lists of inputs made of files in the scratch directory, and what a run told of those that failed. */
#ifndef UNIT_INPUTS_H
#define UNIT_INPUTS_H

#include "scratch.h"

#include "thrum/input.h"
#include "thrum/run.h"

/* A list of files "0", "1", ... with these texts, for thrum_inputs_free. */
static inline thrum_inputs *inputs_of(const char *const *texts, size_t n) {
    thrum_inputs *inputs;
    assert_int_equal(thrum_inputs_create(&inputs, NULL), THRUM_OK);
    for (size_t i = 0; i < n; i++) {
        char name[32];
        snprintf(name, sizeof name, "%zu", i);
        const char *path = scratch_file(name, texts[i], strlen(texts[i]));
        assert_int_equal(thrum_inputs_add(inputs, path, NULL, NULL), THRUM_OK);
    }
    return inputs;
}

static inline thrum_inputs *input_of(const void *bytes, size_t n_bytes) {
    thrum_inputs *inputs;
    assert_int_equal(thrum_inputs_create(&inputs, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, scratch_file("0", bytes, n_bytes), NULL, NULL), THRUM_OK);
    return inputs;
}

enum { MOST_TOLD = 8 };

typedef struct told {
    size_t n;
    thrum_error errors[MOST_TOLD];
} told;

/* For run.on_error, with run.context = a struct told. */
static inline void tell(void *context, const thrum_error *error) {
    told *t = context;
    if (t->n < MOST_TOLD)
        t->errors[t->n] = *error;
    t->n++;
}

static inline thrum_run_options run_with(unsigned n_threads, uint64_t chunk_bytes, told *t) {
    return (thrum_run_options){
        .n_threads = n_threads, .chunk_bytes = chunk_bytes, .on_error = t ? tell : NULL, .context = t};
}

static const unsigned thread_counts[] = {1, 2, 3, 8};
enum { N_THREAD_COUNTS = sizeof thread_counts / sizeof *thread_counts };

#endif
