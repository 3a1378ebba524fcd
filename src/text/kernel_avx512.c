/* The kernel for AVX-512: 64 bytes a step, whose classes come as masks without further work.
 *
 *   edges    vpcompressb moves the places of the set bits of a mask together: the register form, since the one that
 *            writes to memory is microcode on some processors
 *   pairs    for each lead byte of two-byte characters in a step, the bytes behind choose classes and folded forms from
 *            tables of 64 (vpermb)
 *   ends     masked loads and stores, which touch nothing outside, so there is no loop for the rest
 *   hashes   first the keys of a batch, each by one load under the mask of its length; then four of them at a time go
 *            through the rounds of AES side by side
 *
 * Cost: masks and counts move at 50 GB/s and more in the nearest cache, an edge takes 0.1 ns, a hash 0.6 ns. */
#include "text/kernel_aes.h"
#include "text/kernel_set.h"

#define STEP KERNEL_MASK_BYTES

static inline __m512i load(const uint8_t *bytes) {
    return _mm512_loadu_si512(bytes);
}

/* The bits of the first n bytes, n <= STEP. */
static inline uint64_t first_bits(size_t n) {
    return _bzhi_u64(~UINT64_C(0), (unsigned)n);
}

/* The next bytes, zeros behind the last of them. */
static inline __m512i load_next(const uint8_t *bytes, size_t n_left) {
    return n_left >= STEP ? load(bytes) : _mm512_maskz_loadu_epi8(first_bits(n_left), bytes);
}

/* ---- Classes of bytes ---- */

static inline uint64_t in_range(__m512i bytes, char first, int n) {
    return _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes, _mm512_set1_epi8(first)), _mm512_set1_epi8((char)n));
}

static inline uint64_t letters(__m512i bytes) {
    return in_range(_mm512_or_si512(bytes, _mm512_set1_epi8(0x20)), 'a', 26);
}

static inline uint64_t visible(__m512i bytes) {
    return ~(_mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(' ')) | in_range(bytes, '\t', 5));
}

static inline uint64_t line_feeds(__m512i bytes) {
    return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\n'));
}

static inline uint64_t characters(__m512i bytes) {
    return _mm512_cmpgt_epi8_mask(bytes, _mm512_set1_epi8(-65));
}

/* ---- Masks ---- */

static inline void find_masks(uint64_t *masks, const uint8_t *bytes, size_t n_masks, uint64_t class_of(__m512i)) {
    for (size_t m = 0; m < n_masks; m++)
        masks[m] = class_of(load(bytes + m * STEP));
}

static void letter_masks(uint64_t *masks, const uint8_t *bytes, size_t n_masks) {
    find_masks(masks, bytes, n_masks, letters);
}

static void visible_masks(uint64_t *masks, const uint8_t *bytes, size_t n_masks) {
    find_masks(masks, bytes, n_masks, visible);
}

static void word_masks(uint64_t *words, uint64_t *above_space, const uint8_t *bytes, size_t n_masks,
                       uint8_t extra_letter) {
    __m512i connector = _mm512_set1_epi8('_'), extra = _mm512_set1_epi8((char)extra_letter);
    for (size_t m = 0; m < n_masks; m++) {
        __m512i block = load(bytes + m * STEP);
        words[m] = letters(block) | in_range(block, '0', 10) | _mm512_cmpeq_epi8_mask(block, connector) |
                   _mm512_cmpeq_epi8_mask(block, extra);
        above_space[m] = _mm512_cmpgt_epi8_mask(block, _mm512_set1_epi8(' '));
    }
}

/* The pairs of one step: for each lead byte in it, the second bytes choose from its tables (vpermb). */
typedef struct pair_step {
    uint64_t letters, foreign; /* bits of lead bytes */
    __m512i leads, nexts;      /* folded, at the places of the lead bytes */
} pair_step;

static inline pair_step look_up_pairs(const uint8_t *bytes, uint64_t leads, __m512i block, __m512i nexts,
                                      const kernel_pairs *const pairs[KERNEL_LEADS]) {
    pair_step step = {0, 0, block, nexts};
    while (leads) {
        uint8_t lead = bytes[_tzcnt_u64(leads)];
        uint64_t places = leads & _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8((char)lead));
        const kernel_pairs *known = pairs[lead % KERNEL_LEADS];
        leads &= ~places;
        if (!known) {
            step.foreign |= places;
            continue;
        }
        __m512i classes = _mm512_permutexvar_epi8(nexts, _mm512_load_si512(known->classes));
        step.letters |= places & _mm512_movepi8_mask(classes);
        step.foreign |= places & _mm512_test_epi8_mask(classes, _mm512_set1_epi8(KERNEL_PAIR_FOREIGN));
        step.leads = _mm512_mask_permutexvar_epi8(step.leads, places, nexts, _mm512_load_si512(known->leads));
        step.nexts = _mm512_mask_permutexvar_epi8(step.nexts, places, nexts, _mm512_load_si512(known->nexts));
    }
    return step;
}

static void pair_masks(uint64_t *words, uint64_t *foreign, const uint8_t *bytes, uint8_t *folded, size_t n_masks,
                       const kernel_pairs *const pairs[KERNEL_LEADS]) {
    uint64_t carried_letter = 0, carried_pair = 0;
    for (size_t m = 0; m < n_masks; m++, bytes += STEP) {
        __m512i block = load(bytes);
        uint64_t beyond = _mm512_movepi8_mask(block);
        foreign[m] = 0;
        if (!beyond)
            continue;
        __m512i nexts = load(bytes + 1);
        uint64_t leads = in_range(block, (char)0xC2, 0xE0 - 0xC2) & in_range(nexts, (char)0x80, 0x40);
        pair_step step = look_up_pairs(bytes, leads, block, nexts, pairs);
        words[m] |= step.letters | step.letters << 1 | carried_letter;
        foreign[m] = (beyond & ~(leads | leads << 1 | carried_pair)) | step.foreign;
        carried_letter = step.letters >> 63;
        carried_pair = leads >> 63;
        if (folded) {
            _mm512_mask_storeu_epi8(folded + m * STEP, step.letters, step.leads);
            _mm512_mask_storeu_epi8(folded + m * STEP + 1, step.letters, step.nexts);
        }
    }
}

/* ---- Edges ---- */

static inline void write_places(uint16_t *edges, __m256i places, size_t at) {
    __m512i wide = _mm512_add_epi16(_mm512_cvtepu8_epi16(places), _mm512_set1_epi16((short)at));
    _mm512_storeu_si512(edges, wide);
}

static size_t find_edges(uint16_t *edges, const uint64_t *masks, size_t from, size_t to) {
    const __m512i iota =
        _mm512_set_epi8(63, 62, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40,
                        39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16,
                        15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    uint16_t *begin = edges;
    uint64_t carry = 0, keep = ~UINT64_C(0) << from % STEP;
    for (size_t at = from - from % STEP; at < to; at += STEP, keep = ~UINT64_C(0)) {
        if (to - at < STEP)
            keep &= first_bits(to - at);
        uint64_t mask = masks[at / STEP] & keep;
        uint64_t changes = (mask ^ (mask << 1 | carry)) & keep;
        carry = mask >> 63;
        __m512i places = _mm512_maskz_compress_epi8(changes, iota);
        size_t n = (size_t)_mm_popcnt_u64(changes);
        write_places(edges, _mm512_castsi512_si256(places), at);
        if (n > STEP / 2)
            write_places(edges + STEP / 2, _mm512_extracti64x4_epi64(places, 1), at);
        edges += n;
    }
    return (size_t)(edges - begin);
}

/* ---- Copying and looking ---- */

static inline __m512i fold_step(__m512i bytes) {
    return _mm512_mask_add_epi8(bytes, in_range(bytes, 'A', 26), bytes, _mm512_set1_epi8(0x20));
}

static bool fold(uint8_t *restrict to, const uint8_t *restrict bytes, size_t n_bytes) {
    __m512i all = _mm512_setzero_si512();
    for (; n_bytes >= STEP; n_bytes -= STEP, bytes += STEP, to += STEP) {
        __m512i block = load(bytes);
        all = _mm512_or_si512(all, block);
        _mm512_storeu_si512(to, fold_step(block));
    }
    __m512i rest = load_next(bytes, n_bytes);
    _mm512_mask_storeu_epi8(to, first_bits(n_bytes), fold_step(rest));
    return _mm512_movepi8_mask(_mm512_or_si512(all, rest)) == 0;
}

static size_t find_ascii_end(const uint8_t *bytes, size_t n_bytes) {
    for (size_t at = 0; at < n_bytes; at += STEP) {
        uint64_t beyond = _mm512_movepi8_mask(load_next(bytes + at, n_bytes - at));
        if (beyond)
            return at + (size_t)_tzcnt_u64(beyond);
    }
    return n_bytes;
}

/* ---- Counts ---- */

static inline uint64_t count(const uint8_t *bytes, size_t n_bytes, uint64_t class_of(__m512i)) {
    uint64_t n = 0;
    for (; n_bytes >= STEP; n_bytes -= STEP, bytes += STEP)
        n += (uint64_t)_mm_popcnt_u64(class_of(load(bytes)));
    return n + (uint64_t)_mm_popcnt_u64(class_of(load_next(bytes, n_bytes)) & first_bits(n_bytes));
}

/* Runs begin at bytes inside the class behind one outside. */
static inline uint64_t count_runs(const uint8_t *bytes, size_t n_bytes, uint64_t class_of(__m512i)) {
    uint64_t n = 0, carry = 0, mask;
    for (; n_bytes >= STEP; n_bytes -= STEP, bytes += STEP, carry = mask >> 63) {
        mask = class_of(load(bytes));
        n += (uint64_t)_mm_popcnt_u64(mask & ~(mask << 1 | carry));
    }
    mask = class_of(load_next(bytes, n_bytes)) & first_bits(n_bytes);
    return n + (uint64_t)_mm_popcnt_u64(mask & ~(mask << 1 | carry));
}

static uint64_t count_letter_runs(const uint8_t *bytes, size_t n_bytes) {
    return count_runs(bytes, n_bytes, letters);
}

static uint64_t count_visible_runs(const uint8_t *bytes, size_t n_bytes) {
    return count_runs(bytes, n_bytes, visible);
}

static uint64_t count_lines(const uint8_t *bytes, size_t n_bytes) {
    return count(bytes, n_bytes, line_feeds);
}

static uint64_t count_characters(const uint8_t *bytes, size_t n_bytes) {
    return count(bytes, n_bytes, characters);
}

/* ---- Hashes ---- */

static inline void take_key(kernel_hashes *to, size_t i, const uint8_t *bytes, size_t n_bytes) {
    __mmask16 kept = (__mmask16)_bzhi_u32(0xFFFF, (unsigned)n_bytes);
    _mm_store_si128((__m128i *)to->keys[i], _mm_maskz_loadu_epi8(kept, bytes));
}

static void hash_keys(kernel_hashes *to, const uint64_t seed_[2], size_t n_words) {
    const __m512i low_halves = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0);
    aes_seed seed = aes_seed_of(seed_);
    __m512i before = _mm512_broadcast_i32x4(seed.before), between = _mm512_broadcast_i32x4(seed.between);
    for (size_t i = 0; i < n_words; i += 8) {
        __m512i a = _mm512_load_si512(to->keys[i]), b = _mm512_load_si512(to->keys[i + 4]);
        __m512i hashed_a = _mm512_aesenc_epi128(_mm512_aesenc_epi128(_mm512_xor_si512(a, before), between), a);
        __m512i hashed_b = _mm512_aesenc_epi128(_mm512_aesenc_epi128(_mm512_xor_si512(b, before), between), b);
        _mm512_store_si512(to->hashes + i, _mm512_permutex2var_epi64(hashed_a, low_halves, hashed_b));
    }
}

/* Which of the words have more bytes than a key: two edges are a pair of 16 bits. */
static inline uint64_t find_long(const uint16_t *edges, size_t n_words) {
    uint64_t longs = 0;
    for (size_t i = 0; i < n_words; i += 16) {
        __mmask16 some = (__mmask16)first_bits(n_words - i < 16 ? n_words - i : 16);
        __m512i pairs = _mm512_maskz_loadu_epi32(some, edges + 2 * i);
        __m512i lengths = _mm512_sub_epi16(_mm512_srli_epi32(pairs, 16), pairs);
        __m512i low = _mm512_and_si512(lengths, _mm512_set1_epi32(0xFFFF));
        longs |= (uint64_t)_mm512_cmpgt_epu32_mask(low, _mm512_set1_epi32(KERNEL_SHORT_BYTES)) << i;
    }
    return longs;
}

static uint64_t hash_runs(kernel_hashes *to, const uint64_t seed[2], const uint8_t *block, const uint16_t *edges,
                          size_t n_words) {
    for (size_t i = 0; i < n_words; i++)
        take_key(to, i, block + edges[2 * i], (size_t)(edges[2 * i + 1] - edges[2 * i]));
    hash_keys(to, seed, n_words);
    uint64_t others = find_long(edges, n_words);
    /* Few texts have a NUL anywhere. */
    if (memchr(block + edges[0], 0, (size_t)(edges[2 * n_words - 1] - edges[0])))
        for (size_t i = 0; i < n_words; i++)
            others |= (uint64_t)(block[edges[2 * i + 1] - 1] == 0) << i;
    return others;
}

static uint64_t hash_tokens(kernel_hashes *to, const uint64_t seed[2], const token *tokens, size_t n_tokens) {
    uint64_t others = 0;
    for (size_t i = 0; i < n_tokens; i++) {
        size_t last = tokens[i].n_bytes - 1;
        take_key(to, i, tokens[i].bytes, tokens[i].n_bytes);
        others |= (uint64_t)((last >= KERNEL_SHORT_BYTES) | (tokens[i].bytes[last % KERNEL_SHORT_BYTES] == 0)) << i;
    }
    hash_keys(to, seed, n_tokens);
    return others;
}

const kernel kernel_avx512 = {
    .name = "avx512",
    .masks = {[KERNEL_LETTERS] = letter_masks, [KERNEL_VISIBLE] = visible_masks},
    .word_masks = word_masks,
    .pair_masks = pair_masks,
    .edges = find_edges,
    .fold = fold,
    .ascii_end = find_ascii_end,
    .count_runs = {[KERNEL_LETTERS] = count_letter_runs, [KERNEL_VISIBLE] = count_visible_runs},
    .count_lines = count_lines,
    .count_characters = count_characters,
    .hash_runs = hash_runs,
    .hash_tokens = hash_tokens,
    .hash_bytes = aes_hash_bytes,
};
