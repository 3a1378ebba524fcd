/* Choosing the kernel. The processor is asked once; every thread finds the same, so that whoever comes first may write
 * it down. */
#include "text/kernel.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#include <cpuid.h>
#endif

#include "text/kernel_set.h"

static bool is_known_portable(void) {
    return true;
}

#ifdef __x86_64__
/* Besides the instructions, the system must save the wide registers; __builtin_cpu_supports asks for both. */
static bool is_known_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("aes");
}

/* Not every compiler's __builtin_cpu_supports knows VAES: bit 9 of ECX of leaf 7. */
static bool is_known_vaes(void) {
    unsigned a, b, c = 0, d;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (c >> 9 & 1);
}

static bool is_known_avx512(void) {
    return is_known_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
           __builtin_cpu_supports("avx512vbmi2") && is_known_vaes();
}
#endif

static const struct {
    const kernel *kernel;
    bool (*is_known)(void);
} kernels[] = {
    {&kernel_portable, is_known_portable},
#ifdef __x86_64__
    {&kernel_avx2, is_known_avx2},
    {&kernel_avx512, is_known_avx512},
#endif
};

enum { N_KERNELS = sizeof kernels / sizeof *kernels };

static const kernel *choose(void) {
    const char *wanted = getenv("THRUM_ISA");
    const kernel *best = &kernel_portable;
    for (size_t i = 0; i < N_KERNELS && kernels[i].is_known(); i++) {
        best = kernels[i].kernel;
        if (wanted && strcmp(wanted, best->name) == 0)
            break;
    }
    return best;
}

const kernel *kernel_get(void) {
    static _Atomic(const kernel *) chosen;
    const kernel *found = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (!found) {
        found = choose();
        atomic_store_explicit(&chosen, found, memory_order_relaxed);
    }
    return found;
}

const kernel *kernel_named(const char *name) {
    for (size_t i = 0; i < N_KERNELS && kernels[i].is_known(); i++)
        if (strcmp(name, kernels[i].kernel->name) == 0)
            return kernels[i].kernel;
    return NULL;
}

size_t kernel_sets_add(kernel_sets *sets, const uint64_t set[4]) {
    size_t number = sets->n_sets++;
    for (unsigned byte = 0; byte < 256; byte++) {
        if (!(set[byte / 64] >> byte % 64 & 1))
            continue;
        sets->groups[number / KERNEL_SET_GROUP][byte] |= (uint8_t)(1u << number % KERNEL_SET_GROUP);
        sets->rows[number][byte >> 7][byte & 15] |= (uint8_t)(1u << (byte >> 4 & 7));
    }
    sets->beyond_ascii[number] = (set[2] | set[3]) == 0            ? KERNEL_BEYOND_NONE
                                 : (set[2] & set[3]) == UINT64_MAX ? KERNEL_BEYOND_ALL
                                                                   : KERNEL_BEYOND_SOME;
    return number;
}

size_t kernel_pair_sets_add(kernel_pair_sets *sets, const uint64_t set[KERNEL_LEADS]) {
    size_t number = sets->n_sets++;
    for (unsigned i = 0; i < KERNEL_LEADS * 64; i++)
        if (set[i / 64] >> i % 64 & 1)
            sets->groups[number / KERNEL_SET_GROUP][i / 64][i % 64] |= (uint8_t)(1u << number % KERNEL_SET_GROUP);
    return number;
}
