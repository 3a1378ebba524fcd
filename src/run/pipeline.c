/* The pipeline: a ring of units, and a lock that is held only to look and to choose.
 *
 *      retired        resolved       scanned        claimed
 *         |              |              |              |
 *     ----R==============S==============C==============+----> unit numbers
 *           emit: any      resolve: S     scan: any
 *
 * Every thread does the same: it takes the most advanced work that may be done now (retire before resolve before emit
 * before a new claim), does it without the lock, and looks again. So output leaves early, and memory stays small.
 *
 * Whoever starts on something wakes one more thread, which may find something too and then wakes the next: so nobody
 * sleeps beside work, and small units do not wake a crowd for one of them. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "run/parallel.h"

typedef enum unit_state {
    UNIT_FREE,
    UNIT_SCANNING,
    UNIT_SCANNED,
    UNIT_RESOLVED,
    UNIT_EMITTING,
    UNIT_EMITTED
} unit_state;

typedef struct ring {
    const pipeline *line;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t n_slots;
    unsigned char *units; /* n_slots x stride bytes */
    size_t stride_bytes;
    unit_state *states;
    uint64_t n_claimed, n_resolved, n_retired; /* units that have passed the ordered stages */
    bool is_claiming, is_resolving, is_retiring;
    bool is_exhausted;
} ring;

static unit_state *state_of(ring *r, uint64_t number) {
    return &r->states[number % r->n_slots];
}

static void *unit_of(ring *r, uint64_t number) {
    return r->units + number % r->n_slots * r->stride_bytes;
}

static void leave_lock(ring *r) {
    pthread_cond_signal(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

/* Each of the steps below is called with the lock held, gives it up while it works, and tells whether it found work. */

static bool step_retire(ring *r) {
    uint64_t number = r->n_retired;
    if (r->is_retiring || number == r->n_claimed || *state_of(r, number) != UNIT_EMITTED)
        return false;
    r->is_retiring = true;
    leave_lock(r);
    r->line->retire(r->line->context, unit_of(r, number));
    pthread_mutex_lock(&r->lock);
    r->is_retiring = false;
    *state_of(r, number) = UNIT_FREE;
    r->n_retired++;
    return true;
}

static bool step_resolve(ring *r) {
    uint64_t number = r->n_resolved;
    if (r->is_resolving || number == r->n_claimed || *state_of(r, number) != UNIT_SCANNED)
        return false;
    if (r->line->resolve) {
        r->is_resolving = true;
        leave_lock(r);
        r->line->resolve(r->line->context, unit_of(r, number));
        pthread_mutex_lock(&r->lock);
        r->is_resolving = false;
    }
    *state_of(r, number) = r->line->emit ? UNIT_RESOLVED : UNIT_EMITTED;
    r->n_resolved++;
    return true;
}

static bool step_emit(ring *r, unsigned thread) {
    uint64_t number = r->n_retired;
    while (number < r->n_resolved && *state_of(r, number) != UNIT_RESOLVED)
        number++;
    if (number == r->n_resolved)
        return false;
    *state_of(r, number) = UNIT_EMITTING;
    leave_lock(r);
    r->line->emit(r->line->context, unit_of(r, number), thread);
    pthread_mutex_lock(&r->lock);
    *state_of(r, number) = UNIT_EMITTED;
    return true;
}

static bool step_scan(ring *r, unsigned thread) {
    uint64_t number = r->n_claimed;
    if (r->is_exhausted || r->is_claiming || number - r->n_retired == r->n_slots)
        return false;
    r->is_claiming = true;
    leave_lock(r);
    bool claimed = r->line->claim(r->line->context, unit_of(r, number));
    pthread_mutex_lock(&r->lock);
    r->is_claiming = false;
    r->is_exhausted = !claimed;
    if (!claimed)
        return true;
    *state_of(r, number) = UNIT_SCANNING;
    r->n_claimed++;
    leave_lock(r);
    r->line->scan(r->line->context, unit_of(r, number), thread);
    pthread_mutex_lock(&r->lock);
    *state_of(r, number) = UNIT_SCANNED;
    return true;
}

static void work(void *context, unsigned thread) {
    ring *r = context;
    pthread_mutex_lock(&r->lock);
    while (!r->is_exhausted || r->n_retired < r->n_claimed) {
        if (!step_retire(r) && !step_resolve(r) && !step_emit(r, thread) && !step_scan(r, thread))
            pthread_cond_wait(&r->changed, &r->lock);
    }
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

thrum_status pipeline_run(const pipeline *line, unsigned n_threads, thrum_error *error) {
    ring r = {.line = line, .n_slots = (size_t)n_threads + 2};
    r.stride_bytes = (line->unit_bytes / CACHE_LINE_PAIR_BYTES + 1) * CACHE_LINE_PAIR_BYTES;
    r.units = memory_own(r.n_slots, r.stride_bytes);
    r.states = calloc(r.n_slots, sizeof *r.states);
    thrum_status status = r.units && r.states ? THRUM_OK : error_memory(error);
    if (status == THRUM_OK) {
        pthread_mutex_init(&r.lock, NULL);
        pthread_cond_init(&r.changed, NULL);
        parallel_team(n_threads, work, &r);
        pthread_cond_destroy(&r.changed);
        pthread_mutex_destroy(&r.lock);
        for (size_t i = 0; i < r.n_slots; i++)
            line->release(r.units + i * r.stride_bytes);
    }
    free(r.units);
    free(r.states);
    return status;
}
