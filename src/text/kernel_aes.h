/* Hashing by the AES instructions, for the kernels of processors that have them.
 *
 * Two rounds carry every bit of 16 bytes to every bit of the result; the seed goes in before the first, so that nobody
 * who does not know it can tell which words collide. */
#ifndef TEXT_KERNEL_AES_H
#define TEXT_KERNEL_AES_H

#include <immintrin.h>
#include <string.h>

#include "text/kernel.h"

typedef struct aes_seed {
    __m128i before, between;
} aes_seed;

static inline aes_seed aes_seed_of(const uint64_t seed[2]) {
    __m128i before = _mm_loadu_si128((const __m128i *)seed);
    return (aes_seed){before, _mm_shuffle_epi32(before, _MM_SHUFFLE(1, 0, 3, 2))};
}

/* The result of the rounds is added to the key again: what comes out says less about the seed. */
static inline __m128i aes_hash(aes_seed seed, __m128i key) {
    return _mm_aesenc_si128(_mm_aesenc_si128(_mm_xor_si128(key, seed.before), seed.between), key);
}

static inline uint64_t aes_hash_bytes(const uint64_t seed_[2], const uint8_t *bytes, size_t n_bytes) {
    aes_seed seed = aes_seed_of(seed_);
    __m128i state = aes_hash(seed, _mm_set1_epi64x((int64_t)n_bytes));
    if (n_bytes < 16) {
        uint8_t padded[16] = {0};
        if (n_bytes)
            memcpy(padded, bytes, n_bytes);
        state = _mm_xor_si128(state, _mm_loadu_si128((const __m128i *)padded));
    } else {
        const uint8_t *last = bytes + n_bytes - 16;
        for (const uint8_t *at = bytes; at < last; at += 16)
            state = aes_hash(seed, _mm_xor_si128(state, _mm_loadu_si128((const __m128i *)at)));
        state = _mm_xor_si128(state, _mm_loadu_si128((const __m128i *)last));
    }
    return (uint64_t)_mm_cvtsi128_si64(aes_hash(seed, state));
}

#endif
