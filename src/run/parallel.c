#include "run/parallel.h"

#include <omp.h>

#include "thrum/run.h"

enum { MOST_THREADS = 1024 };

/* Threads that take the next index as they come order each other by taking it, which hides races from a detector; so
 * builds for one divide the indexes beforehand. */
#ifdef THRUM_STATIC_SCHEDULE
#define SCHEDULE static
#else
#define SCHEDULE dynamic
#endif

unsigned parallel_n_threads(unsigned wished) {
    unsigned n = wished ? wished : thrum_n_processors();
    return n < MOST_THREADS ? n : MOST_THREADS;
}

void parallel_team(unsigned n_threads, void (*body)(void *context, unsigned thread), void *context) {
#pragma omp parallel num_threads(n_threads)
    body(context, (unsigned)omp_get_thread_num());
}

void parallel_for(unsigned n_threads, size_t n, void (*body)(void *context, size_t index), void *context) {
#pragma omp parallel for num_threads(n_threads) schedule(SCHEDULE)
    for (size_t i = 0; i < n; i++)
        body(context, i);
}
