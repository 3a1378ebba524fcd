/* Random numbers that a seed repeats: splitmix64 (G. L. Steele, D. Lea, C. H. Flood, 2014). */
#ifndef DIFFERENTIAL_RANDOM_H
#define DIFFERENTIAL_RANDOM_H

#include <stdint.h>

static uint64_t random_state;

static uint64_t random_next(void) {
    uint64_t z = random_state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static unsigned below(unsigned n) {
    return (unsigned)(random_next() % n);
}

#define PICK(table) table[below(sizeof(table) / sizeof *(table))]

#endif
