/* Matches told one by one, in order: to a callback, or pulled.
 *
 * The workers append each match to their unit's buffer as it is in memory: the struct, then its groups. The ordered
 * write stage reads the buffer again, while the subjects are still there. For pulling, a thread runs the pass, and its
 * write stage hands each buffer to the caller and waits until it is used up; so nothing is copied, and the run stays at
 * most a pipeline's length ahead. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "run/match.h"

static size_t record_bytes(size_t n_captures) {
    return sizeof(thrum_match) + (n_captures + 1) * sizeof(thrum_range);
}

static thrum_status take_record(void *context, unsigned thread, const thrum_match *match, thrum_buffer *buffer) {
    (void)context;
    (void)thread;
    thrum_buffer_append(buffer, match, sizeof *match);
    thrum_buffer_append(buffer, match->groups, (match->n_captures + 1) * sizeof *match->groups);
    return buffer->failed ? THRUM_ERROR_MEMORY : THRUM_OK;
}

/* Reads the record at the front of a buffer; returns its size. */
static size_t read_record(const uint8_t *bytes, thrum_match *match) {
    memcpy(match, bytes, sizeof *match);
    match->groups = (const thrum_range *)(const void *)(bytes + sizeof *match);
    return record_bytes(match->n_captures);
}

/* --- told to a callback ------------------------------------------------------------------------------------------ */

typedef struct teller {
    thrum_match_callback *callback;
    void *context;
} teller;

static thrum_status tell_records(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    const teller *to = context;
    thrum_match match;
    for (size_t at = 0; at < n_bytes;) {
        at += read_record(bytes + at, &match);
        thrum_status status = to->callback(to->context, &match);
        if (status != THRUM_OK)
            return error_set(error, status, match.path, "the run was stopped");
    }
    return THRUM_OK;
}

thrum_status thrum_match_each(const thrum_inputs *inputs, const thrum_pattern *pattern,
                              const thrum_match_options *options, thrum_match_callback *callback, void *context,
                              const thrum_run_options *run, thrum_match_totals *totals, thrum_error *error) {
    teller to = {callback, context};
    thrum_match_options own = *options;
    own.write = tell_records;
    own.write_context = &to;
    return match_run(inputs, pattern, &own, take_record, NULL, run, totals, error);
}

/* --- pulled ------------------------------------------------------------------------------------------------------ */

struct thrum_matches {
    const thrum_inputs *inputs;
    const thrum_pattern *pattern;
    thrum_match_options options;
    thrum_run_options run;
    thrum_match_totals totals;
    pthread_t runner;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    const uint8_t *bytes; /* the buffer that the caller reads; NULL: the runner has the word */
    size_t n_bytes;
    const uint8_t *next, *end; /* what the caller has not read of it; its own, outside the lock */
    bool is_closing;           /* set by the caller */
    bool has_ended;            /* set by the runner */
    thrum_status status;
    thrum_error error;
    thrum_match match;
};

static thrum_status hand_over(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    thrum_matches *m = context;
    pthread_mutex_lock(&m->lock);
    m->bytes = bytes;
    m->n_bytes = n_bytes;
    pthread_cond_broadcast(&m->changed);
    while (m->bytes && !m->is_closing)
        pthread_cond_wait(&m->changed, &m->lock);
    bool is_closing = m->is_closing;
    pthread_mutex_unlock(&m->lock);
    return is_closing ? error_set(error, THRUM_ERROR_STOPPED, NULL, "the run was stopped") : THRUM_OK;
}

static void *run_pass(void *context) {
    thrum_matches *m = context;
    thrum_error error;
    thrum_status status = match_run(m->inputs, m->pattern, &m->options, take_record, NULL, &m->run, &m->totals, &error);
    pthread_mutex_lock(&m->lock);
    m->status = status;
    if (status != THRUM_OK)
        m->error = error;
    m->has_ended = true;
    pthread_cond_broadcast(&m->changed);
    pthread_mutex_unlock(&m->lock);
    return NULL;
}

thrum_status thrum_matches_open(thrum_matches **matches, const thrum_inputs *inputs, const thrum_pattern *pattern,
                                const thrum_match_options *options, const thrum_run_options *run, thrum_error *error) {
    *matches = NULL;
    thrum_matches *made = calloc(1, sizeof *made);
    if (!made)
        return error_memory(error);
    made->inputs = inputs;
    made->pattern = pattern;
    made->options = *options;
    made->options.write = hand_over;
    made->options.write_context = made;
    made->run = *run;
    pthread_mutex_init(&made->lock, NULL);
    pthread_cond_init(&made->changed, NULL);
    int failure = pthread_create(&made->runner, NULL, run_pass, made);
    if (failure) {
        pthread_cond_destroy(&made->changed);
        pthread_mutex_destroy(&made->lock);
        free(made);
        return error_system(error, failure, NULL, "cannot start a thread");
    }
    *matches = made;
    return THRUM_OK;
}

/* Gives the buffer that is used up back to the runner and waits for the next; false at the end. */
static bool fetch(thrum_matches *m) {
    pthread_mutex_lock(&m->lock);
    if (m->next)
        m->bytes = NULL;
    pthread_cond_broadcast(&m->changed);
    while (!m->bytes && !m->has_ended)
        pthread_cond_wait(&m->changed, &m->lock);
    m->next = m->bytes;
    m->end = m->bytes ? m->bytes + m->n_bytes : NULL;
    pthread_mutex_unlock(&m->lock);
    return m->next != NULL;
}

thrum_status thrum_matches_next(thrum_matches *m, const thrum_match **match, thrum_error *error) {
    *match = NULL;
    if (m->next == m->end && !fetch(m)) {
        if (m->status != THRUM_OK && error)
            *error = m->error;
        return m->status;
    }
    m->next += read_record(m->next, &m->match);
    *match = &m->match;
    return THRUM_OK;
}

thrum_match_totals thrum_matches_totals(const thrum_matches *m) {
    return m->totals;
}

void thrum_matches_close(thrum_matches *m) {
    if (!m)
        return;
    pthread_mutex_lock(&m->lock);
    m->is_closing = true;
    pthread_cond_broadcast(&m->changed);
    pthread_mutex_unlock(&m->lock);
    pthread_join(m->runner, NULL);
    pthread_cond_destroy(&m->changed);
    pthread_mutex_destroy(&m->lock);
    free(m);
}
