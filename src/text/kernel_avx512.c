/* The kernel for AVX-512: 64 bytes a step, whose classes come as masks without further work.
 *
 *   edges    vpcompressb moves the places of the set bits of a mask together: the register form, since the one that
 *            writes to memory is microcode on some processors
 *   pairs    for each lead byte of two-byte characters in a step, the bytes behind choose classes and folded forms from
 *            tables of 64 (vpermb)
 *   ends     masked loads and stores, which touch nothing outside, so there is no loop for the rest
 *   hashes   four keys are cut out of one register by a single comparison with their lengths, and go through the
 *            rounds of AES side by side; keys of words that lie anywhere are loaded under the mask of their length
 *
 * Cost: masks and counts move at 50 GB/s and more in the nearest cache, an edge takes 0.1 ns, a hash 0.4 ns. */
#include "text/kernel_aes.h"
#include "text/kernel_set.h"
#include "text/kernel_streams.h"

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
        leads &= ~places & (leads - 1); /* even if another process writes there */
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

typedef struct wide_seed {
    __m512i before, between;
} wide_seed;

static inline wide_seed wide_seed_of(const uint64_t seed_[2]) {
    aes_seed seed = aes_seed_of(seed_);
    return (wide_seed){_mm512_broadcast_i32x4(seed.before), _mm512_broadcast_i32x4(seed.between)};
}

static inline __m512i wide_hash(wide_seed seed, __m512i keys) {
    return _mm512_aesenc_epi128(_mm512_aesenc_epi128(_mm512_xor_si512(keys, seed.before), seed.between), keys);
}

/* The hashes of eight keys. */
static inline __m512i hash_eight(wide_seed seed, __m512i a, __m512i b) {
    const __m512i low_halves = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0);
    return _mm512_permutex2var_epi64(wide_hash(seed, a), low_halves, wide_hash(seed, b));
}

/* What must be known of the words of a batch besides their keys. */
typedef struct oddities {
    uint64_t longs; /* bits of the words of more bytes than a key */
    uint64_t nuls;  /* not 0 when a key has a NUL */
} oddities;

static inline __m512i load_four(const uint8_t *block, const uint16_t *edges) {
    __m512i four = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)(block + edges[0])));
    four = _mm512_inserti32x4(four, _mm_loadu_si128((const __m128i *)(block + edges[2])), 1);
    four = _mm512_inserti32x4(four, _mm_loadu_si128((const __m128i *)(block + edges[4])), 2);
    return _mm512_inserti32x4(four, _mm_loadu_si128((const __m128i *)(block + edges[6])), 3);
}

/* The keys of words i to i + 3. Two edges are a pair of 16 bits, the difference of which is compared with the places of
 * a key's bytes. */
static inline __m512i take_four(oddities *found, size_t i, const uint8_t *block, const uint16_t *edges) {
    const __m512i places = _mm512_set4_epi32(0x0F0E0D0C, 0x0B0A0908, 0x07060504, 0x03020100);
    const __m512i spread = _mm512_set_epi32(0x0C0C0C0C, 0x0C0C0C0C, 0x0C0C0C0C, 0x0C0C0C0C, 0x08080808, 0x08080808,
                                            0x08080808, 0x08080808, 0x04040404, 0x04040404, 0x04040404, 0x04040404, //
                                            0, 0, 0, 0);
    __m128i pairs = _mm_loadu_si128((const __m128i *)edges);
    __m128i lengths = _mm_srli_epi32(_mm_sub_epi32(pairs, _mm_slli_epi32(pairs, 16)), 16);
    __mmask64 kept = _mm512_cmplt_epu8_mask(places, _mm512_permutexvar_epi8(spread, _mm512_castsi128_si512(lengths)));
    __m512i four = load_four(block, edges);
    found->longs |= (uint64_t)_mm_cmpgt_epi32_mask(lengths, _mm_set1_epi32(KERNEL_SHORT_BYTES)) << i;
    found->nuls |= _mm512_mask_testn_epi8_mask(kept, four, four);
    return _mm512_maskz_mov_epi8(kept, four);
}

static uint64_t hash_runs(kernel_hashes *to, const uint64_t seed_[2], const uint8_t *block, const uint16_t *edges,
                          size_t n_words) {
    wide_seed seed = wide_seed_of(seed_);
    oddities found = {0, 0};
    for (size_t i = 0; i < n_words; i += 8) {
        const uint16_t *eight = edges + 2 * i;
        uint16_t last[16] = {0};
        if (n_words - i < 8)
            eight = memcpy(last, eight, (n_words - i) * 2 * sizeof *last);
        __m512i a = take_four(&found, i, block, eight), b = take_four(&found, i + 4, block, eight + 8);
        _mm512_store_si512(to->keys[i], a);
        _mm512_store_si512(to->keys[i + 4], b);
        _mm512_store_si512(to->hashes + i, hash_eight(seed, a, b));
    }
    uint64_t others = found.longs;
    if (found.nuls) /* few texts have one anywhere */
        for (size_t i = 0; i < n_words; i++)
            others |= (uint64_t)(block[edges[2 * i + 1] - 1] == 0) << i;
    return others;
}

static inline void take_key(kernel_hashes *to, size_t i, const uint8_t *bytes, size_t n_bytes) {
    __mmask16 kept = (__mmask16)_bzhi_u32(0xFFFF, (unsigned)n_bytes);
    _mm_store_si128((__m128i *)to->keys[i], _mm_maskz_loadu_epi8(kept, bytes));
}

static uint64_t hash_tokens(kernel_hashes *to, const uint64_t seed_[2], const token *tokens, size_t n_tokens) {
    wide_seed seed = wide_seed_of(seed_);
    uint64_t others = 0;
    for (size_t i = 0; i < n_tokens; i++) {
        size_t last = tokens[i].n_bytes - 1;
        take_key(to, i, tokens[i].bytes, tokens[i].n_bytes);
        others |= (uint64_t)((last >= KERNEL_SHORT_BYTES) | (tokens[i].bytes[last % KERNEL_SHORT_BYTES] == 0)) << i;
    }
    for (size_t i = 0; i < n_tokens; i += 8)
        _mm512_store_si512(to->hashes + i,
                           hash_eight(seed, _mm512_load_si512(to->keys[i]), _mm512_load_si512(to->keys[i + 4])));
    return others;
}

/* ---- Any sets, and streams ---- */

/* A bit for each set of a group, by byte: a table of 128 bytes is two registers (vpermi2b). */
typedef struct group_table {
    __m512i ascii[2], beyond[2];
} group_table;

static inline __m512i look_up(const group_table *table, __m512i bytes) {
    __m512i ascii = _mm512_permutex2var_epi8(table->ascii[0], bytes, table->ascii[1]);
    __m512i beyond = _mm512_permutex2var_epi8(table->beyond[0], bytes, table->beyond[1]);
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(bytes), ascii, beyond);
}

static void set_masks(uint64_t *masks, size_t stride, const uint8_t *bytes, size_t n_masks, const kernel_sets *sets) {
    __m512i places[KERNEL_SET_GROUP];
    for (unsigned k = 0; k < KERNEL_SET_GROUP; k++)
        places[k] = _mm512_set1_epi8((char)(1u << k));
    for (size_t first = 0; first < sets->n_sets; first += KERNEL_SET_GROUP) {
        const uint8_t *group = sets->groups[first / KERNEL_SET_GROUP];
        group_table table = {{_mm512_load_si512(group), _mm512_load_si512(group + 64)},
                             {_mm512_load_si512(group + 128), _mm512_load_si512(group + 192)}};
        size_t n_sets = sets->n_sets - first < KERNEL_SET_GROUP ? sets->n_sets - first : KERNEL_SET_GROUP;
        for (size_t m = 0; m < n_masks; m++) {
            _mm_prefetch((const char *)(bytes + (m + n_masks) * STEP), _MM_HINT_T0); /* the next ones, beyond a page */
            __m512i found = look_up(&table, load(bytes + m * STEP));
            for (size_t k = 0; k < n_sets; k++)
                masks[(first + k) * stride + m] = _mm512_test_epi8_mask(found, places[k]);
        }
    }
}

/* At the lead bytes of a step, what a group of sets says of the pairs that begin there. */
static inline __m512i pair_flags(const uint8_t *bytes, __m512i block, __m512i nexts, uint64_t leads,
                                 const uint8_t group[KERNEL_LEADS][64]) {
    __m512i flags = _mm512_setzero_si512();
    while (leads) {
        uint8_t lead = bytes[_tzcnt_u64(leads)];
        uint64_t places = leads & _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8((char)lead));
        flags = _mm512_mask_permutexvar_epi8(flags, places, nexts, _mm512_load_si512(group[lead % KERNEL_LEADS]));
        leads &= ~places & (leads - 1); /* even if another process writes there */
    }
    return flags;
}

static void pair_set_masks(uint64_t *masks, size_t stride, uint64_t *leads, const uint8_t *bytes, size_t n_masks,
                           const kernel_pair_sets *sets) {
    for (size_t m = 0; m < n_masks; m++, bytes += STEP) {
        __m512i block = load(bytes);
        leads[m] = 0;
        if (!_mm512_movepi8_mask(block))
            continue;
        __m512i nexts = load(bytes + 1);
        leads[m] = in_range(block, (char)0xC2, 0xE0 - 0xC2) & in_range(nexts, (char)0x80, 0x40);
        for (size_t first = 0; first < sets->n_sets && leads[m]; first += KERNEL_SET_GROUP) {
            size_t n = sets->n_sets - first < KERNEL_SET_GROUP ? sets->n_sets - first : KERNEL_SET_GROUP;
            __m512i flags = pair_flags(bytes, block, nexts, leads[m], sets->groups[first / KERNEL_SET_GROUP]);
            for (unsigned i = 0; i < n; i++) {
                uint64_t *mask = &masks[(first + i) * stride + m];
                *mask = (*mask & ~leads[m]) | _mm512_test_epi8_mask(flags, _mm512_set1_epi8((char)(1u << i)));
            }
        }
    }
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
    .set_masks = set_masks,
    .pair_set_masks = pair_set_masks,
    .squeeze = squeeze,
    .spread = spread,
    .streams = KERNEL_STREAM_FUNCTIONS,
    .count_bits = count_bits,
    .running_counts = running_counts,
};
