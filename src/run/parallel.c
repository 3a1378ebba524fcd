#include "run/parallel.h"

#include <omp.h>

#include "thrum/run.h"

enum { MOST_THREADS = 1024 };

unsigned parallel_n_threads(unsigned wished) {
    unsigned n = wished ? wished : thrum_n_processors();
    return n < MOST_THREADS ? n : MOST_THREADS;
}

void parallel_team(unsigned n_threads, void (*body)(void *context, unsigned thread), void *context) {
#pragma omp parallel num_threads(n_threads)
    body(context, (unsigned)omp_get_thread_num());
}

void parallel_for(unsigned n_threads, size_t n, void (*body)(void *context, size_t index), void *context) {
#pragma omp parallel for num_threads(n_threads) schedule(dynamic)
    for (size_t i = 0; i < n; i++)
        body(context, i);
}
