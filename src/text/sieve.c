/* Where one of some texts may begin.
 *
 * One text is looked for as find.c does, by two of its bytes at their distance.
 *
 * Few texts, after Hyperscan's "Teddy" (Wang et al., "Hyperscan: a fast multi-pattern regex matcher for modern CPUs",
 * 2019): the texts lie in eight buckets. Of four bytes of the texts, chosen so that few places pass, it is known which
 * buckets have a text with such a lower half of the byte, and which with such an upper half:
 *
 *     bytes[i + offset]    0x4D 'M'        low[0xD]   0 0 1 0 0 0 1 0     buckets with M, m, ...
 *                                          high[0x4]  0 1 1 0 0 1 0 0     buckets with M, A, J, ...
 *                                          and        0 0 1 0 0 0 0 0     four of these must share a bucket
 *
 * A shuffle of the register looks up 64 bytes at a time. Texts whose case does not count are no more work. Cost: some 8
 * cycles for 64 places.
 *
 * Many texts fill the buckets until everything passes. For them a table, small enough for the nearest caches, has a bit
 * for each hash of their first bytes, as many as the shortest text has and up to eight. Where that are only three or
 * four, it has 32 bits for a hash, one for what the next byte may be: so longer texts are held against one byte more.
 * Texts of one and two bytes have a table of pairs. But first masks tell the places whose first byte begins a text and
 * whose next ones are bytes of texts, too: in prose a third of all, when the texts are words of five letters and more.
 * Cost: some 4 cycles for a place that is left, and 0.1 for each of the others. */
#include "text/sieve.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "text/rarity.h"

enum {
    N_BUCKETS = 8,
    SHORT_BYTES = 2, /* texts up to this are in the table of pairs */
    N_PAIR_WORDS = 65536 / 32,
    LEAST_TABLE_BITS = 12, /* of the number of words */
    MOST_TABLE_BITS = 17,
    MOST_BEGIN_BYTES = 8,
    NEXTS_BEGIN_BYTES = 4, /* up to this the next byte counts, too */
    MASKS_AT_ONCE = 16,
    AHEAD_BYTES = 4096 /* are asked for: processors foresee nothing beyond a page */
};

/* Of the sets of bytes of many texts. */
enum { SET_FIRST, SET_ALL, N_SETS };

static const uint64_t FOLD = UINT64_C(0x2020202020202020);

/* The first byte lowest. */
static inline uint64_t load_eight(const uint8_t *bytes) {
    uint64_t eight;
    memcpy(&eight, bytes, sizeof eight);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    eight = __builtin_bswap64(eight);
#endif
    return eight;
}

/* Of the first three or four bytes. */
static inline uint32_t begin_index(uint32_t four, unsigned n_begin_bytes, unsigned shift) {
    return (four << (32 - 8 * n_begin_bytes)) * UINT32_C(0x9E3779B1) >> shift;
}

/* Of more; the lowest five bits are those of a bit. */
static inline uint64_t long_begin_index(uint64_t eight, unsigned n_begin_bytes, unsigned shift) {
    return (eight << (64 - 8 * n_begin_bytes)) * UINT64_C(0x9E3779B97F4A7C15) >> (shift + 27);
}

/* --- scanning ----------------------------------------------------------------------------------------------------- */

#define ALWAYS_INLINE static inline __attribute__((always_inline)) /* for the instructions of whom it is in */

#define DEFINE_SCAN(name, attributes, block)                                                                           \
    attributes static size_t name(const sieve *s, const uint8_t *bytes, size_t n_blocks, sieve_block *found,           \
                                  size_t *n_found, size_t most) {                                                      \
        size_t i = 0, n = *n_found;                                                                                    \
        for (; i < n_blocks && n < most; i++) {                                                                        \
            found[n] = (sieve_block){i * SIEVE_BLOCK, block(s, bytes + i * SIEVE_BLOCK)};                              \
            n += found[n].candidates != 0;                                                                             \
        }                                                                                                              \
        *n_found = n;                                                                                                  \
        return i;                                                                                                      \
    }

static size_t scan_one(const sieve *s, const uint8_t *bytes, size_t n_blocks, sieve_block *found, size_t *n_found,
                       size_t most) {
    size_t i = 0;
    while (i < n_blocks && *n_found < most) {
        const uint8_t *from = bytes + i * SIEVE_BLOCK;
        uint64_t places = 0;
        i += s->scan_pair(from + s->offsets[0], from + s->offsets[1], s->pair, n_blocks - i, &places);
        if (i < n_blocks)
            found[(*n_found)++] = (sieve_block){i++ * SIEVE_BLOCK, places};
    }
    return i;
}

static uint64_t block_few_portable(const sieve *s, const uint8_t *bytes) {
    uint64_t places = 0;
    for (unsigned i = 0; i < SIEVE_BLOCK; i++) {
        uint8_t buckets = 0xFF;
        for (unsigned k = 0; k < SIEVE_LOOKS; k++) {
            uint8_t byte = bytes[i + s->offsets[k]];
            buckets &= s->low[k][byte & 15] & s->high[k][byte >> 4];
        }
        places |= (uint64_t)(buckets != 0) << i;
    }
    return places;
}

/* Where the first bytes of texts may be, by their sets. */
static void find_begins(const sieve *s, const uint8_t *bytes, size_t n_blocks, uint64_t begins[MASKS_AT_ONCE]) {
    uint64_t masks[N_SETS][MASKS_AT_ONCE + 1];
    s->kernel_->set_masks(masks[0], MASKS_AT_ONCE + 1, bytes, n_blocks + 1, s->sets);
    for (size_t i = 0; i < n_blocks; i++) {
        uint64_t run = masks[SET_ALL][i], behind = masks[SET_ALL][i + 1];
        unsigned n = 1; /* bytes from a place on that are in the set */
        for (; 2 * n <= s->n_begin_bytes; n *= 2) {
            run &= run >> n | behind << (64 - n);
            behind &= behind >> n;
        }
        unsigned n_more = s->n_begin_bytes - n;
        begins[i] = masks[SET_FIRST][i] & run & (run >> n_more | behind << 1 << (63 - n_more));
    }
}

ALWAYS_INLINE uint32_t passes_long(const sieve *s, const uint8_t *bytes) {
    uint64_t index = long_begin_index(load_eight(bytes) | (s->is_caseless ? FOLD : 0), s->n_begin_bytes, s->shift);
    return s->table[index / 32] >> index % 32 & 1;
}

ALWAYS_INLINE uint32_t passes_nexts(const sieve *s, const uint8_t *bytes, unsigned n_begin_bytes) {
    uint64_t eight = load_eight(bytes) | (s->is_caseless ? FOLD : 0);
    return s->table[begin_index((uint32_t)eight, n_begin_bytes, s->shift)] >> bytes[n_begin_bytes] % 32 & 1;
}

ALWAYS_INLINE uint32_t passes_four(const sieve *s, const uint8_t *bytes) {
    return passes_nexts(s, bytes, 4);
}

ALWAYS_INLINE uint32_t passes_three(const sieve *s, const uint8_t *bytes) {
    return passes_nexts(s, bytes, 3);
}

ALWAYS_INLINE uint32_t passes_short(const sieve *s, const uint8_t *bytes) {
    uint32_t pair = (load_eight(bytes) | (s->is_caseless ? FOLD : 0)) & 0xFFFF;
    return passes_three(s, bytes) | (s->pairs[pair / 32] >> pair % 32 & 1);
}

#define DEFINE_SCAN_MANY(name, attributes, passes)                                                                     \
    attributes static size_t name(const sieve *s, const uint8_t *bytes, size_t n_blocks, sieve_block *found,           \
                                  size_t *n_found, size_t most) {                                                      \
        size_t i = 0, n = *n_found;                                                                                    \
        while (i < n_blocks && n < most) {                                                                             \
            uint64_t begins[MASKS_AT_ONCE];                                                                            \
            size_t n_known = n_blocks - i < MASKS_AT_ONCE ? n_blocks - i : MASKS_AT_ONCE;                              \
            find_begins(s, bytes + i * SIEVE_BLOCK, n_known, begins);                                                  \
            for (size_t k = 0; k < n_known && n < most; k++, i++) {                                                    \
                uint64_t places = 0;                                                                                   \
                for (uint64_t left = begins[k]; left; left &= left - 1) {                                              \
                    unsigned at = (unsigned)__builtin_ctzll(left);                                                     \
                    places |= (uint64_t)passes(s, bytes + i * SIEVE_BLOCK + at) << at;                                 \
                }                                                                                                      \
                found[n] = (sieve_block){i * SIEVE_BLOCK, places};                                                     \
                n += places != 0;                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        *n_found = n;                                                                                                  \
        return i;                                                                                                      \
    }

DEFINE_SCAN_MANY(scan_many_long_portable, , passes_long)
DEFINE_SCAN_MANY(scan_many_of_four_portable, , passes_four)
DEFINE_SCAN_MANY(scan_many_of_three_portable, , passes_three)
DEFINE_SCAN_MANY(scan_many_and_short_portable, , passes_short)
DEFINE_SCAN(scan_few_portable, , block_few_portable)

#if defined(__x86_64__)
#include <immintrin.h>

#define WITH_AVX2   __attribute__((target("avx2,bmi2")))
#define WITH_AVX512 __attribute__((target("avx512bw")))

WITH_AVX2 static inline __m256i half_table(const uint8_t table[16]) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)table));
}

/* What one look lets through. */
typedef struct half_look {
    __m256i low, high;
    size_t offset;
} half_look;

WITH_AVX2 static inline half_look half_look_of(const sieve *s, unsigned k) {
    return (half_look){half_table(s->low[k]), half_table(s->high[k]), s->offsets[k]};
}

WITH_AVX2 static inline __m256i half_passed(half_look look, const uint8_t *bytes) {
    const __m256i lower = _mm256_set1_epi8(15);
    __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)(bytes + look.offset));
    __m256i low = _mm256_shuffle_epi8(look.low, _mm256_and_si256(block, lower));
    __m256i high = _mm256_shuffle_epi8(look.high, _mm256_and_si256(_mm256_srli_epi16(block, 4), lower));
    return _mm256_and_si256(low, high);
}

WITH_AVX2 static inline uint64_t half_places(__m256i buckets) {
    return (uint32_t)~_mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, _mm256_setzero_si256()));
}

/* The first two looks, which are the sharpest, leave nothing of most blocks. */
WITH_AVX2 static size_t scan_few_avx2(const sieve *s, const uint8_t *bytes, size_t n_blocks, sieve_block *found,
                                      size_t *n_found, size_t most) {
    const half_look first = half_look_of(s, 0), second = half_look_of(s, 1);
    size_t i = 0, n = *n_found;
    for (; i < n_blocks && n < most; i++) {
        const uint8_t *low = bytes + i * SIEVE_BLOCK, *high = low + SIEVE_BLOCK / 2;
        _mm_prefetch((const char *)low + AHEAD_BYTES, _MM_HINT_T0);
        __m256i in_low = _mm256_and_si256(half_passed(first, low), half_passed(second, low));
        __m256i in_high = _mm256_and_si256(half_passed(first, high), half_passed(second, high));
        __m256i all = _mm256_or_si256(in_low, in_high);
        if (_mm256_testz_si256(all, all))
            continue;
        for (unsigned k = 2; k < SIEVE_LOOKS; k++) {
            in_low = _mm256_and_si256(in_low, half_passed(half_look_of(s, k), low));
            in_high = _mm256_and_si256(in_high, half_passed(half_look_of(s, k), high));
        }
        found[n] = (sieve_block){i * SIEVE_BLOCK, half_places(in_low) | half_places(in_high) << 32};
        n += found[n].candidates != 0;
    }
    *n_found = n;
    return i;
}

WITH_AVX512 static inline __m512i whole_table(const uint8_t table[16]) {
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(const void *)table));
}

WITH_AVX512 static inline uint64_t block_few_avx512(const sieve *s, const uint8_t *bytes) {
    const __m512i lower = _mm512_set1_epi8(15);
    __m512i buckets = _mm512_set1_epi8(-1);
    for (unsigned k = 0; k < SIEVE_LOOKS; k++) {
        __m512i block = _mm512_loadu_si512(bytes + s->offsets[k]);
        __m512i low = _mm512_shuffle_epi8(whole_table(s->low[k]), _mm512_and_si512(block, lower));
        __m512i high =
            _mm512_shuffle_epi8(whole_table(s->high[k]), _mm512_and_si512(_mm512_srli_epi16(block, 4), lower));
        buckets = _mm512_and_si512(buckets, _mm512_and_si512(low, high));
    }
    return _mm512_test_epi8_mask(buckets, buckets);
}

DEFINE_SCAN(scan_few_avx512, WITH_AVX512, block_few_avx512)
DEFINE_SCAN_MANY(scan_many_long_bmi2, WITH_AVX2, passes_long)
DEFINE_SCAN_MANY(scan_many_of_four_bmi2, WITH_AVX2, passes_four)
DEFINE_SCAN_MANY(scan_many_of_three_bmi2, WITH_AVX2, passes_three)
DEFINE_SCAN_MANY(scan_many_and_short_bmi2, WITH_AVX2, passes_short)

#endif

static const struct {
    const char *kernel; /* whose instructions it needs */
    sieve_scan *few, *many_long, *many_of_four, *many_of_three, *many_and_short;
} scans[] = {
    {"portable", scan_few_portable, scan_many_long_portable, scan_many_of_four_portable, scan_many_of_three_portable,
     scan_many_and_short_portable},
#if defined(__x86_64__)
    {"avx2", scan_few_avx2, scan_many_long_bmi2, scan_many_of_four_bmi2, scan_many_of_three_bmi2,
     scan_many_and_short_bmi2},
    {"avx512", scan_few_avx512, scan_many_long_bmi2, scan_many_of_four_bmi2, scan_many_of_three_bmi2,
     scan_many_and_short_bmi2},
#endif
};

/* The same where bytes behind the last ones would be read: they are taken for zeros. */
static void look_at_rest(const sieve *s, const uint8_t *bytes, size_t n_bytes, sieve_block *found, size_t *n_found,
                         size_t most) {
    uint8_t rest[SIEVE_BLOCK + SIEVE_MOST_REACH] = {0};
    memcpy(rest, bytes, n_bytes < sizeof rest ? n_bytes : sizeof rest);
    s->scan(s, rest, 1, found, n_found, most);
}

size_t sieve_find(const sieve *s, const uint8_t *bytes, size_t n_bytes, size_t *from, size_t end, sieve_block *found,
                  size_t most) {
    const size_t n_beyond = s->n_reach + SIEVE_BLOCK - 1;
    size_t n = 0;
    while (*from < end && n < most) {
        size_t n_left = n_bytes - *from, n_before = n, n_blocks = 1;
        size_t n_wanted = (end - *from + SIEVE_BLOCK - 1) / SIEVE_BLOCK;
        size_t n_readable = n_left >= n_beyond ? (n_left - n_beyond) / SIEVE_BLOCK + 1 : 0;
        if (n_readable > 0)
            n_blocks = s->scan(s, bytes + *from, n_wanted < n_readable ? n_wanted : n_readable, found, &n, most);
        else
            look_at_rest(s, bytes + *from, n_left, found, &n, most);
        for (size_t i = n_before; i < n; i++)
            found[i].place += *from;
        *from += n_blocks * SIEVE_BLOCK;
    }
    if (n > 0 && end - found[n - 1].place < SIEVE_BLOCK)
        found[n - 1].candidates &= (UINT64_C(1) << (end - found[n - 1].place)) - 1;
    return n;
}

/* --- few texts ---------------------------------------------------------------------------------------------------- */

/* What part of all bytes each bucket lets through at each offset. */
typedef struct bucket_shares {
    double shares[N_BUCKETS][SIEVE_MOST_REACH];
} bucket_shares;

static size_t bucket_of(size_t text, size_t n_texts) {
    return text * N_BUCKETS / n_texts;
}

static inline bool is_lower(uint8_t byte) {
    return byte >= 'a' && byte <= 'z';
}

/* Bytes beyond ASCII are rare until the texts have them: then the subject is in their script. */
static void guess_shares(double shares[256], const sieve_text *texts, size_t n_texts) {
    size_t n_of[256] = {0}, n_bytes = 0;
    for (size_t i = 0; i < n_texts; i++)
        for (size_t k = 0; k < texts[i].n_bytes; k++, n_bytes++)
            n_of[texts[i].bytes[k]]++;
    for (unsigned b = 0; b < 256; b++) {
        double own = (double)n_of[b] / (double)n_bytes;
        shares[b] = b >= 0x80 && own > byte_share((uint8_t)b) ? own : byte_share((uint8_t)b);
    }
}

static void find_shares(bucket_shares *to, const sieve_text *texts, size_t n_texts, size_t n_offsets,
                        bool is_caseless) {
    double shares[256];
    guess_shares(shares, texts, n_texts);
    memset(to, 0, sizeof *to);
    for (size_t offset = 0; offset < n_offsets; offset++) {
        bool is_seen[N_BUCKETS][256] = {{false}};
        for (size_t i = 0; i < n_texts; i++) {
            uint8_t byte = texts[i].bytes[offset];
            size_t bucket = bucket_of(i, n_texts);
            if (is_seen[bucket][byte])
                continue;
            is_seen[bucket][byte] = true;
            to->shares[bucket][offset] += shares[byte] + (is_caseless && is_lower(byte) ? shares[byte ^ 0x20] : 0);
        }
    }
}

/* One offset after the other, each time the one that leaves the fewest candidates. Where texts are too short for as
 * many, the first is taken again. */
static void choose_offsets(sieve *s, const bucket_shares *known, size_t n_offsets) {
    double passed[N_BUCKETS];
    bool is_taken[SIEVE_MOST_REACH] = {false};
    for (size_t b = 0; b < N_BUCKETS; b++)
        passed[b] = 1;
    for (size_t k = 0; k < SIEVE_LOOKS && k < n_offsets; k++) {
        double best = N_BUCKETS + 1;
        for (size_t offset = 0; offset < n_offsets; offset++) {
            double sum = 0;
            for (size_t b = 0; b < N_BUCKETS; b++)
                sum += passed[b] * known->shares[b][offset];
            if (sum < best && !is_taken[offset]) {
                best = sum;
                s->offsets[k] = offset;
            }
        }
        is_taken[s->offsets[k]] = true;
        for (size_t b = 0; b < N_BUCKETS; b++)
            passed[b] *= known->shares[b][s->offsets[k]];
        s->pass_estimate = best;
    }
    for (size_t k = n_offsets; k < SIEVE_LOOKS; k++)
        s->offsets[k] = s->offsets[0];
}

static void admit_byte(sieve *s, unsigned look, uint8_t byte, uint8_t bucket_bit) {
    s->low[look][byte & 15] |= bucket_bit;
    s->high[look][byte >> 4] |= bucket_bit;
}

static void fill_buckets(sieve *s, const sieve_text *texts, size_t n_texts) {
    for (size_t i = 0; i < n_texts; i++) {
        uint8_t bit = (uint8_t)(1u << bucket_of(i, n_texts));
        for (unsigned k = 0; k < SIEVE_LOOKS; k++) {
            uint8_t byte = texts[i].bytes[s->offsets[k]];
            admit_byte(s, k, byte, bit);
            if (s->is_caseless && is_lower(byte))
                admit_byte(s, k, byte ^ 0x20, bit);
        }
    }
}

static void set_few(sieve *s, const sieve_text *texts, size_t n_texts, size_t isa) {
    s->scan = scans[isa].few;
    for (size_t k = 0; k < SIEVE_LOOKS; k++)
        if (s->offsets[k] >= s->n_reach)
            s->n_reach = s->offsets[k] + 1;
    fill_buckets(s, texts, n_texts);
}

static void set_one(sieve *s, const uint8_t *text, const kernel *chosen) {
    const size_t first = s->offsets[0], second = s->offsets[1];
    s->scan = scan_one;
    s->scan_pair = pair_scan_of(chosen);
    s->pair = (byte_pair){.a = text[first],
                          .b = text[second],
                          .fold_a = s->is_caseless && is_lower(text[first]) ? 0x20 : 0,
                          .fold_b = s->is_caseless && is_lower(text[second]) ? 0x20 : 0};
    s->n_reach = (first > second ? first : second) + 1;
}

/* --- many texts --------------------------------------------------------------------------------------------------- */

/* The pairs that a text of one or two bytes begins with. */
static void admit_short(sieve *s, const sieve_text *text) {
    uint32_t n_pairs = text->n_bytes == 1 ? 256 : 1;
    uint32_t pair = text->bytes[0] | (text->n_bytes == 1 ? 0 : (uint32_t)text->bytes[1] << 8);
    pair |= s->is_caseless ? 0x2020 : 0;
    for (uint32_t k = 0; k < n_pairs; k++) {
        uint32_t one = pair ^ k << 8;
        s->pairs[one / 32] |= UINT32_C(1) << one % 32;
    }
}

static void admit_long(sieve *s, const sieve_text *text, unsigned n_hashed_bytes) {
    uint8_t begin[MOST_BEGIN_BYTES] = {0};
    memcpy(begin, text->bytes, text->n_bytes < sizeof begin ? text->n_bytes : sizeof begin);
    uint64_t eight = load_eight(begin) | (s->is_caseless ? FOLD : 0);
    if (n_hashed_bytes > NEXTS_BEGIN_BYTES) {
        uint64_t index = long_begin_index(eight, n_hashed_bytes, s->shift);
        s->table[index / 32] |= UINT32_C(1) << index % 32;
    } else {
        uint32_t next = text->n_bytes > n_hashed_bytes ? UINT32_C(1) << begin[n_hashed_bytes] % 32 : UINT32_MAX;
        s->table[begin_index((uint32_t)eight, n_hashed_bytes, s->shift)] |= next;
    }
}

static void add_to_set(uint64_t set[4], uint8_t byte, bool is_caseless) {
    set[byte / 64] |= UINT64_C(1) << byte % 64;
    if (is_caseless && is_lower(byte))
        add_to_set(set, byte ^ 0x20, false);
}

/* Of the texts' first bytes, and of all that are looked at. */
static bool find_sets(sieve *s, const sieve_text *texts, size_t n_texts) {
    uint64_t sets[N_SETS][4] = {{0}};
    s->sets = memory_own(1, sizeof *s->sets);
    for (size_t i = 0; i < n_texts; i++) {
        add_to_set(sets[SET_FIRST], texts[i].bytes[0], s->is_caseless);
        for (unsigned k = 0; k < s->n_begin_bytes; k++)
            add_to_set(sets[SET_ALL], texts[i].bytes[k], s->is_caseless);
    }
    for (unsigned i = 0; i < N_SETS && s->sets; i++)
        kernel_sets_add(s->sets, sets[i]);
    return s->sets;
}

static bool set_many(sieve *s, const sieve_text *texts, size_t n_texts, size_t n_least_bytes, size_t isa) {
    s->n_begin_bytes = n_least_bytes < MOST_BEGIN_BYTES ? (unsigned)n_least_bytes : MOST_BEGIN_BYTES;
    unsigned n_hashed_bytes = s->n_begin_bytes > SHORT_BYTES ? s->n_begin_bytes : SHORT_BYTES + 1;
    unsigned bits = LEAST_TABLE_BITS;
    while (bits < MOST_TABLE_BITS && (size_t)1 << bits < n_texts)
        bits++;
    s->scan = s->n_begin_bytes > NEXTS_BEGIN_BYTES    ? scans[isa].many_long
              : s->n_begin_bytes == NEXTS_BEGIN_BYTES ? scans[isa].many_of_four
              : s->n_begin_bytes > SHORT_BYTES        ? scans[isa].many_of_three
                                                      : scans[isa].many_and_short;
    s->n_reach = SIEVE_MOST_REACH + 1; /* the masks of the block behind */
    s->shift = 32 - bits;
    s->table = calloc((size_t)1 << bits, sizeof *s->table);
    s->pairs = calloc(N_PAIR_WORDS, sizeof *s->pairs);
    if (!s->table || !s->pairs || !find_sets(s, texts, n_texts))
        return false;
    for (size_t i = 0; i < n_texts; i++) {
        if (texts[i].n_bytes <= SHORT_BYTES)
            admit_short(s, &texts[i]);
        else
            admit_long(s, &texts[i], n_hashed_bytes);
    }
    return true;
}

bool sieve_init(sieve *s, const sieve_text *texts, size_t n_texts, bool is_caseless, const kernel *chosen) {
    const double most_passed = 0.02; /* a candidate costs as much as some 50 places */
    *s = (sieve){.is_caseless = is_caseless, .kernel_ = chosen};
    size_t isa = sizeof scans / sizeof *scans;
    while (--isa > 0 && strcmp(scans[isa].kernel, chosen->name) != 0)
        continue;
    size_t n_least_bytes = SIEVE_MOST_REACH;
    for (size_t i = 0; i < n_texts; i++)
        if (texts[i].n_bytes < n_least_bytes)
            n_least_bytes = texts[i].n_bytes;
    bucket_shares known;
    find_shares(&known, texts, n_texts, n_least_bytes, is_caseless);
    choose_offsets(s, &known, n_least_bytes);
    if (n_texts > N_BUCKETS && s->pass_estimate > most_passed)
        return set_many(s, texts, n_texts, n_least_bytes, isa);
    if (n_texts == 1)
        set_one(s, texts[0].bytes, chosen);
    else
        set_few(s, texts, n_texts, isa);
    return true;
}

void sieve_release(sieve *s) {
    free(s->sets);
    free(s->table);
    free(s->pairs);
    *s = (sieve){0};
}
