/* Numbers as few bytes: seven bits a byte, the lowest first; the highest bit says that there are more. */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum { NUMBER_MOST_BYTES = 10 };

/* Writes a number and returns the place behind it. */
static inline uint8_t *number_write(uint8_t *to, uint64_t number) {
    for (; number >= 0x80; number >>= 7)
        *to++ = (uint8_t)(number | 0x80);
    *to++ = (uint8_t)number;
    return to;
}

/* Reads a number that was written here, and so is whole, and returns the place behind it. */
static inline const uint8_t *number_read(const uint8_t *from, uint64_t *number) {
    *number = *from & 0x7f;
    for (unsigned shift = 7; *from++ & 0x80; shift += 7)
        *number |= (uint64_t)(*from & 0x7f) << shift;
    return from;
}

static inline size_t number_n_bytes(uint64_t number) {
    size_t n = 1;
    while (number >>= 7)
        n++;
    return n;
}

#endif
