/* Stages run on other threads, where assertions do not reach: they count what is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "run/parallel.h"

typedef struct watch {
    unsigned n_threads;
    int n_units;
    unsigned longest_sleep_us;
    bool has_resolve, has_emit;
    /* Written by the ordered stages only, one call at a time: plain on purpose, for the thread sanitizer to see. */
    int n_claimed, n_resolved, n_retired;
    atomic_int n_claiming, n_resolving, n_retiring;
    atomic_int n_under_way, n_most_under_way;
    atomic_int n_wrong;
    atomic_int n_busy[1024]; /* calls with this thread's number */
} watch;

typedef struct unit {
    int number;
    int step; /* stages it has been through */
    uint32_t random;
    void *kept; /* something to be released */
} unit;

static void nap(const watch *w, uint32_t *random) {
    *random = *random * 1664525 + 1013904223;
    if (w->longest_sleep_us == 0 || *random >> 31)
        return;
    const struct timespec time = {0, (long)((*random >> 8) % w->longest_sleep_us) * 1000};
    nanosleep(&time, NULL);
}

static void expect(watch *w, bool condition) {
    if (!condition)
        atomic_fetch_add(&w->n_wrong, 1);
}

static bool claim(void *context, void *unit_) {
    watch *w = context;
    unit *u = unit_;
    expect(w, atomic_fetch_add(&w->n_claiming, 1) == 0);
    expect(w, u->step == 0 || u->step == 5); /* zeroed, or used to the end before */
    bool has_more = w->n_claimed < w->n_units;
    if (has_more) {
        uint32_t random = (uint32_t)w->n_claimed * 2654435761u + w->n_threads;
        void *kept = u->kept ? u->kept : malloc(1);
        *u = (unit){.number = w->n_claimed++, .step = 1, .random = random, .kept = kept};
        int n = atomic_fetch_add(&w->n_under_way, 1) + 1;
        expect(w, n <= (int)w->n_threads + 2);
        if (n > atomic_load(&w->n_most_under_way))
            atomic_store(&w->n_most_under_way, n);
        nap(w, &u->random);
    }
    atomic_fetch_sub(&w->n_claiming, 1);
    return has_more;
}

static void scan(void *context, void *unit_, unsigned thread) {
    watch *w = context;
    unit *u = unit_;
    expect(w, thread < w->n_threads && atomic_fetch_add(&w->n_busy[thread], 1) == 0);
    expect(w, u->step++ == 1);
    nap(w, &u->random);
    atomic_fetch_sub(&w->n_busy[thread], 1);
}

static void resolve(void *context, void *unit_) {
    watch *w = context;
    unit *u = unit_;
    expect(w, atomic_fetch_add(&w->n_resolving, 1) == 0);
    expect(w, u->number == w->n_resolved++);
    expect(w, u->step++ == 2);
    nap(w, &u->random);
    atomic_fetch_sub(&w->n_resolving, 1);
}

static void emit(void *context, void *unit_, unsigned thread) {
    watch *w = context;
    unit *u = unit_;
    expect(w, thread < w->n_threads && atomic_fetch_add(&w->n_busy[thread], 1) == 0);
    expect(w, u->step++ == 2 + w->has_resolve);
    nap(w, &u->random);
    atomic_fetch_sub(&w->n_busy[thread], 1);
}

static void retire(void *context, void *unit_) {
    watch *w = context;
    unit *u = unit_;
    expect(w, atomic_fetch_add(&w->n_retiring, 1) == 0);
    expect(w, u->number == w->n_retired++);
    expect(w, u->step == 2 + w->has_resolve + w->has_emit);
    u->step = 5;
    nap(w, &u->random);
    atomic_fetch_sub(&w->n_under_way, 1);
    atomic_fetch_sub(&w->n_retiring, 1);
}

static atomic_int n_released;

static void release(void *unit_) {
    unit *u = unit_;
    free(u->kept);
    atomic_fetch_add(&n_released, 1);
}

static void run(unsigned n_threads, int n_units, unsigned longest_sleep_us, bool has_resolve, bool has_emit) {
    watch w = {.n_threads = n_threads,
               .n_units = n_units,
               .longest_sleep_us = longest_sleep_us,
               .has_resolve = has_resolve,
               .has_emit = has_emit};
    const pipeline line = {.context = &w,
                           .claim = claim,
                           .scan = scan,
                           .resolve = has_resolve ? resolve : NULL,
                           .emit = has_emit ? emit : NULL,
                           .retire = retire,
                           .release = release,
                           .unit_bytes = sizeof(unit)};
    atomic_store(&n_released, 0);
    assert_int_equal(pipeline_run(&line, n_threads, NULL), THRUM_OK);
    assert_int_equal(w.n_wrong, 0);
    assert_int_equal(w.n_claimed, n_units);
    assert_int_equal(w.n_resolved, has_resolve ? n_units : 0);
    assert_int_equal(w.n_retired, n_units);
    assert_int_equal(w.n_under_way, 0);
    assert_true(w.n_most_under_way <= (int)n_threads + 2);
    assert_int_equal(n_released, n_threads + 2);
}

static void units_pass_the_stages_in_order(void **state) {
    (void)state;
    for (unsigned n_threads = 1; n_threads <= 16; n_threads++)
        for (int stages = 0; stages < 4; stages++)
            run(n_threads, 300, 0, stages & 1, stages & 2);
}

static void sleeping_stages_change_nothing(void **state) {
    (void)state;
    static const unsigned counts[] = {1, 2, 3, 5, 8, 16};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        run(counts[i], 100, 200, true, true);
}

static void few_units_or_none(void **state) {
    (void)state;
    for (unsigned n_threads = 1; n_threads <= 16; n_threads += 3)
        for (int n_units = 0; n_units < 5; n_units++)
            run(n_threads, n_units, 50, true, true);
}

/* The system may give fewer threads than were asked for. */
static void many_more_threads_than_processors(void **state) {
    (void)state;
    run(200, 500, 0, true, true);
}

/* ---- the loop ---- */

static void mark(void *context, size_t index) {
    atomic_int *marks = context;
    atomic_fetch_add(&marks[index], 1);
}

static void every_index_once(void **state) {
    (void)state;
    enum { N = 1000 };
    static atomic_int marks[N + 1];
    for (unsigned n_threads = 1; n_threads <= 16; n_threads++) {
        for (size_t i = 0; i <= N; i++)
            atomic_store(&marks[i], 0);
        parallel_for(n_threads, N, mark, marks);
        parallel_for(n_threads, 0, mark, marks);
        for (size_t i = 0; i < N; i++)
            assert_int_equal(marks[i], 1);
        assert_int_equal(marks[N], 0);
    }
}

static void wishes(void **state) {
    (void)state;
    assert_true(parallel_n_threads(0) >= 1);
    assert_int_equal(parallel_n_threads(1), 1);
    assert_int_equal(parallel_n_threads(65), 65);
    assert_true(parallel_n_threads(UINT32_MAX) < 100000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_pass_the_stages_in_order),
        cmocka_unit_test(sleeping_stages_change_nothing),
        cmocka_unit_test(few_units_or_none),
        cmocka_unit_test(many_more_threads_than_processors),
        cmocka_unit_test(every_index_once),
        cmocka_unit_test(wishes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
