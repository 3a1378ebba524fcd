/* The operations on streams, in plain C: each kernel compiles them for its own instruction set.
 *
 * All but one are loops that any compiler makes vectors of. REACH has to carry: what is reached in one word is reached
 * from the word before it. Within a word six doubling steps do; from word to word a carry passes beyond the next one
 * only through a word all of whose bytes are in the set, which text seldom has, so that a second loop over the words
 * mostly needs no order.
 *
 * Cost, for 64 words in the nearest cache: 15 ns with vectors of 16 bytes, 5 ns with 64; for REACH 120 ns and 30 ns. */
#ifndef TEXT_KERNEL_STREAMS_H
#define TEXT_KERNEL_STREAMS_H

#ifdef __BMI2__
#include <immintrin.h>
#endif

#include "text/kernel.h"

/* So that compilers know that no loop has a rest. */
static inline size_t whole_steps(size_t n_words) {
    return n_words / KERNEL_STREAM_STEP * KERNEL_STREAM_STEP;
}

/* Word i of a stream moved by less than a word. */
static inline uint64_t moved_word(const uint64_t *stream, size_t i, unsigned n_moved) {
    return stream[i] >> n_moved | stream[i + 1] << 1 << (63 - n_moved);
}

static void stream_and(uint64_t *restrict to, const uint64_t *a, const uint64_t *b, const uint64_t *c, size_t n_moved,
                       size_t n_words) {
    (void)c;
    b += n_moved / 64;
    for (size_t i = 0; i < whole_steps(n_words); i++)
        to[i] = a[i] & moved_word(b, i, n_moved % 64);
}

static void stream_add(uint64_t *restrict to, const uint64_t *a, const uint64_t *b, const uint64_t *c, size_t n_moved,
                       size_t n_words) {
    b += n_moved / 64;
    for (size_t i = 0; i < whole_steps(n_words); i++)
        to[i] = c[i] | (a[i] & moved_word(b, i, n_moved % 64));
}

static void stream_remove(uint64_t *restrict to, const uint64_t *a, const uint64_t *b, const uint64_t *c,
                          size_t n_moved, size_t n_words) {
    (void)c, (void)n_moved;
    for (size_t i = 0; i < whole_steps(n_words); i++)
        to[i] = a[i] & ~b[i];
}

static void stream_not(uint64_t *restrict to, const uint64_t *a, const uint64_t *b, const uint64_t *c, size_t n_moved,
                       size_t n_words) {
    (void)b, (void)c, (void)n_moved;
    for (size_t i = 0; i < whole_steps(n_words); i++)
        to[i] = ~a[i];
}

/* One doubling step, from the places reached downwards through the set, within a word. */
static inline void reach_by(uint64_t *reached, uint64_t *set, unsigned n) {
    *reached |= *set & *reached >> n;
    *set &= *set >> n;
}

/* All six, written out: a loop inside a loop does not become vectors. What remains of the set is zero unless it was
 * full. */
static inline uint64_t reach_in_word(uint64_t set, uint64_t *reached) {
    reach_by(reached, &set, 1);
    reach_by(reached, &set, 2);
    reach_by(reached, &set, 4);
    reach_by(reached, &set, 8);
    reach_by(reached, &set, 16);
    reach_by(reached, &set, 32);
    return set;
}

/* The ones at the upper end of a word. */
static inline uint64_t upper_run(uint64_t set) {
    uint64_t others = ~set;
    others |= others >> 1;
    others |= others >> 2;
    others |= others >> 4;
    others |= others >> 8;
    others |= others >> 16;
    others |= others >> 32;
    return ~others;
}

static void stream_reach(uint64_t *restrict to, const uint64_t *a, const uint64_t *b, const uint64_t *c, size_t n_moved,
                         size_t n_words) {
    (void)c, (void)n_moved;
    uint64_t has_full = 0;
    for (size_t i = 0; i < whole_steps(n_words); i++) {
        uint64_t reached = a[i] & moved_word(b, i, 1);
        has_full |= reach_in_word(a[i], &reached);
        to[i] = reached;
    }
    if (n_words == 0)
        return;
    if (has_full) {
        for (size_t i = n_words - 1; i-- > 0;)
            if (to[i + 1] & 1)
                to[i] |= upper_run(a[i]);
        return;
    }
    for (size_t i = 0; i < whole_steps(n_words) - 1; i++)
        to[i] |= upper_run(a[i]) & (0 - (to[i + 1] & 1));
}

static void stream_behind(uint64_t *restrict to, const uint64_t *a, const uint64_t *b, const uint64_t *c,
                          size_t n_moved, size_t n_words) {
    (void)b, (void)c, (void)n_moved;
    for (size_t i = 0; i < whole_steps(n_words); i++)
        to[i] = a[i] << 1 | a[(ptrdiff_t)i - 1] >> 63;
}

static void stream_edges(uint64_t *restrict to, const uint64_t *a, const uint64_t *b, const uint64_t *c, size_t n_moved,
                         size_t n_words) {
    (void)b, (void)c, (void)n_moved;
    for (size_t i = 0; i < whole_steps(n_words); i++)
        to[i] = a[i] ^ (a[i] << 1 | a[(ptrdiff_t)i - 1] >> 63);
}

static inline uint64_t count_of_word(uint64_t bits) {
#ifdef __POPCNT__
    return (uint64_t)__builtin_popcountll(bits);
#else
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    return ((bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f)) * UINT64_C(0x0101010101010101) >> 56;
#endif
}

static void running_counts(uint64_t *n_before, const uint64_t *masks, size_t n_masks) {
    n_before[0] = 0;
    for (size_t i = 0; i < n_masks; i++)
        n_before[i + 1] = n_before[i] + count_of_word(masks[i]);
}

static uint64_t count_bits(const uint64_t *masks, size_t n_masks) {
    uint64_t n = 0;
    for (size_t i = 0; i < n_masks; i++)
        n += count_of_word(masks[i]);
    return n;
}

/* --- characters of several bytes as one place -------------------------------------------------------------------- */

/* The bits at the places of `kept`, moved together. */
static inline uint64_t extract(uint64_t bits, uint64_t kept) {
#ifdef __BMI2__
    return _pext_u64(bits, kept);
#else
    for (uint64_t left = ~kept; left;) {
        uint64_t place = UINT64_C(1) << (63 - __builtin_clzll(left)), below = place - 1;
        bits = (bits & below) | (bits >> 1 & ~below);
        left &= below;
    }
    return bits;
#endif
}

/* The first bits, moved apart to the places of `kept`. */
static inline uint64_t deposit(uint64_t bits, uint64_t kept) {
#ifdef __BMI2__
    return _pdep_u64(bits, kept);
#else
    for (uint64_t left = ~kept; left; left &= left - 1) {
        uint64_t below = (left & (0 - left)) - 1;
        bits = (bits & below) | (bits & ~below) << 1;
    }
    return bits;
#endif
}

static void squeeze(uint64_t *stream, const uint64_t *kept, size_t n_words) {
    uint64_t word = 0;
    size_t n_done = 0, n = 0; /* words written, bits in the next one */
    for (size_t i = 0; i < n_words; i++) {
        uint64_t bits = extract(stream[i], kept[i]);
        word |= bits << n;
        size_t n_next = n + count_of_word(kept[i]);
        if (n_next >= 64) {
            stream[n_done++] = word;
            word = n > 0 ? bits >> (64 - n) : 0;
        }
        n = n_next % 64;
    }
    for (; n_done < n_words; n_done++, word = 0)
        stream[n_done] = word;
}

static void spread(uint64_t *restrict to, const uint64_t *from, const uint64_t *kept, size_t n_words) {
    size_t place = 0;
    for (size_t i = 0; i < n_words; i++) {
        to[i] = deposit(moved_word(from, place / 64, place % 64), kept[i]);
        place += count_of_word(kept[i]);
    }
}

#define KERNEL_STREAM_FUNCTIONS                                                                                        \
    {                                                                                                                  \
        [KERNEL_STREAM_AND] = stream_and, [KERNEL_STREAM_ADD] = stream_add, [KERNEL_STREAM_REMOVE] = stream_remove,    \
        [KERNEL_STREAM_NOT] = stream_not, [KERNEL_STREAM_REACH] = stream_reach,                                        \
        [KERNEL_STREAM_BEHIND] = stream_behind, [KERNEL_STREAM_EDGES] = stream_edges                                   \
    }

#endif
