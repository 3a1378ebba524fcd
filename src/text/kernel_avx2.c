/* The kernel for AVX2: 64 bytes a step as two halves, whose comparisons are moved to masks.
 *
 * What comes after the last whole step is copied behind it into a padded block, or left to the portable kernel where
 * that is as good. Edges come from the portable kernel's table of places, eight by one addition: there is no
 * instruction to move bits together. Sets have each a table of half a byte's values, and are made four at a time. The
 * second bytes of pairs are looked up in four tables of 16, of which two bits of theirs choose one.
 *
 * Cost: masks and counts move at some 30 GB/s in the nearest cache, an edge takes 0.3 ns, a hash 1 ns. */
#include "text/kernel_aes.h"
#include "text/kernel_set.h"
#include "text/kernel_streams.h"

#define STEP KERNEL_MASK_BYTES

typedef struct step {
    __m256i low, high;
} step;

static inline step load(const uint8_t *bytes) {
    return (step){_mm256_loadu_si256((const __m256i *)bytes), _mm256_loadu_si256((const __m256i *)(bytes + STEP / 2))};
}

/* The last bytes, fewer than a step, zeros behind them. */
static inline step load_rest(const uint8_t *bytes, size_t n_bytes) {
    uint8_t padded[STEP] = {0};
    if (n_bytes)
        memcpy(padded, bytes, n_bytes);
    return load(padded);
}

/* What will be asked for next comes from memory while this is worked on: no processor foresees it beyond a page. */
static inline void ask_for(const uint8_t *bytes) {
    _mm_prefetch((const char *)bytes, _MM_HINT_T0);
}

static inline uint64_t bits(__m256i flags) {
    return (uint32_t)_mm256_movemask_epi8(flags);
}

/* The bits of the first n bytes, n < STEP. */
static inline uint64_t first_bits(size_t n) {
    return _bzhi_u64(~UINT64_C(0), (unsigned)n);
}

/* ---- Classes of bytes: each tells of 32 of them ---- */

/* Without a comparison of numbers without sign: the range is moved to the least ones. */
static inline __m256i in_range(__m256i bytes, int first, int n) {
    __m256i moved = _mm256_add_epi8(bytes, _mm256_set1_epi8((char)(-128 - first)));
    return _mm256_cmpgt_epi8(_mm256_set1_epi8((char)(-128 + n)), moved);
}

static inline __m256i letters(__m256i bytes) {
    return in_range(_mm256_or_si256(bytes, _mm256_set1_epi8(0x20)), 'a', 26);
}

static inline __m256i white(__m256i bytes) {
    return _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(' ')), in_range(bytes, '\t', 5));
}

static inline __m256i visible(__m256i bytes) {
    return _mm256_xor_si256(white(bytes), _mm256_set1_epi8(-1));
}

static inline __m256i line_feeds(__m256i bytes) {
    return _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n'));
}

static inline __m256i characters(__m256i bytes) {
    return _mm256_cmpgt_epi8(bytes, _mm256_set1_epi8(-65));
}

static inline uint64_t mask_of(step block, __m256i class_of(__m256i)) {
    return bits(class_of(block.low)) | bits(class_of(block.high)) << 32;
}

/* ---- Masks ---- */

static inline void find_masks(uint64_t *masks, const uint8_t *bytes, size_t n_masks, __m256i class_of(__m256i)) {
    for (size_t m = 0; m < n_masks; m++)
        masks[m] = mask_of(load(bytes + m * STEP), class_of);
}

static void letter_masks(uint64_t *masks, const uint8_t *bytes, size_t n_masks) {
    find_masks(masks, bytes, n_masks, letters);
}

static void visible_masks(uint64_t *masks, const uint8_t *bytes, size_t n_masks) {
    find_masks(masks, bytes, n_masks, visible);
}

static inline __m256i word_characters(__m256i bytes, __m256i extra_letter) {
    __m256i numbers = in_range(bytes, '0', 10), connectors = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('_'));
    __m256i extra = _mm256_cmpeq_epi8(bytes, extra_letter);
    return _mm256_or_si256(_mm256_or_si256(letters(bytes), numbers), _mm256_or_si256(connectors, extra));
}

static inline __m256i above_space(__m256i bytes) {
    return _mm256_cmpgt_epi8(bytes, _mm256_set1_epi8(' '));
}

static void word_masks(uint64_t *words, uint64_t *others, const uint8_t *bytes, size_t n_masks, uint8_t extra_letter) {
    __m256i extra = _mm256_set1_epi8((char)extra_letter);
    for (size_t m = 0; m < n_masks; m++) {
        step block = load(bytes + m * STEP);
        words[m] = bits(word_characters(block.low, extra)) | bits(word_characters(block.high, extra)) << 32;
        others[m] = mask_of(block, above_space);
    }
}

/* ---- Pairs ---- */

/* Looks up 64 entries at the lower six bits of each byte: a shuffle for every 16 of them, and the upper two bits
 * choose. */
static inline __m256i look_up(const uint8_t table[64], __m256i bytes) {
    const __m128i *rows = (const __m128i *)table;
    __m256i low = _mm256_and_si256(bytes, _mm256_set1_epi8(15));
    __m256i fourth = _mm256_slli_epi16(bytes, 3), fifth = _mm256_slli_epi16(bytes, 2); /* as the highest bit */
    __m256i row[4];
    for (unsigned i = 0; i < 4; i++)
        row[i] = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_load_si128(rows + i)), low);
    return _mm256_blendv_epi8(_mm256_blendv_epi8(row[0], row[1], fourth), _mm256_blendv_epi8(row[2], row[3], fourth),
                              fifth);
}

/* The pairs of half a step, at the places of their lead bytes: all bits set, or none. */
typedef struct pair_half {
    __m256i block, behind; /* the bytes, and those one further on */
    __m256i valid;         /* lead bytes with a second byte */
    __m256i letters, foreign;
    __m256i leads, nexts; /* folded, of letters */
} pair_half;

static inline pair_half pair_half_at(const uint8_t *bytes) {
    const __m256i zero = _mm256_setzero_si256();
    pair_half half = {.block = _mm256_loadu_si256((const __m256i *)bytes),
                      .behind = _mm256_loadu_si256((const __m256i *)(bytes + 1)),
                      .letters = zero,
                      .foreign = zero,
                      .leads = zero,
                      .nexts = zero};
    half.valid = _mm256_and_si256(in_range(half.block, 0xC2, 0xE0 - 0xC2), in_range(half.behind, 0x80, 0x40));
    return half;
}

static inline void look_up_pairs(pair_half *half, uint8_t lead, const kernel_pairs *known, bool folds) {
    const __m256i foreign = _mm256_set1_epi8(KERNEL_PAIR_FOREIGN);
    __m256i places = _mm256_and_si256(half->valid, _mm256_cmpeq_epi8(half->block, _mm256_set1_epi8((char)lead)));
    if (!known) {
        half->foreign = _mm256_or_si256(half->foreign, places);
        return;
    }
    __m256i classes = look_up(known->classes, half->behind);
    __m256i letters = _mm256_and_si256(places, _mm256_cmpgt_epi8(_mm256_setzero_si256(), classes));
    __m256i foreigners = _mm256_and_si256(places, _mm256_cmpeq_epi8(_mm256_and_si256(classes, foreign), foreign));
    half->letters = _mm256_or_si256(half->letters, letters);
    half->foreign = _mm256_or_si256(half->foreign, foreigners);
    if (folds) {
        half->leads = _mm256_blendv_epi8(half->leads, look_up(known->leads, half->behind), letters);
        half->nexts = _mm256_blendv_epi8(half->nexts, look_up(known->nexts, half->behind), letters);
    }
}

/* The bytes of b moved on by one, behind the last one of a. */
static inline __m256i moved_on(__m256i a, __m256i b) {
    return _mm256_alignr_epi8(b, _mm256_permute2x128_si256(a, b, 0x21), 15);
}

/* Puts the folded letters into half a step; the ones that begin in the half before it have their second bytes here. */
static inline void fold_pairs(uint8_t *folded, const pair_half *half, __m256i letters_before, __m256i nexts_before) {
    __m256i bytes = _mm256_loadu_si256((const __m256i *)folded);
    bytes = _mm256_blendv_epi8(bytes, half->leads, half->letters);
    bytes = _mm256_blendv_epi8(bytes, moved_on(nexts_before, half->nexts), moved_on(letters_before, half->letters));
    _mm256_storeu_si256((__m256i *)folded, bytes);
}

static void pair_masks(uint64_t *words, uint64_t *foreign, const uint8_t *bytes, uint8_t *folded, size_t n_masks,
                       const kernel_pairs *const pairs[KERNEL_LEADS]) {
    uint64_t carried_letter = 0, carried_pair = 0;
    __m256i letters_before = _mm256_setzero_si256(), nexts_before = letters_before;
    for (size_t m = 0; m < n_masks; m++, bytes += STEP) {
        step block = load(bytes);
        uint64_t beyond = bits(block.low) | bits(block.high) << 32;
        foreign[m] = 0;
        if (!beyond)
            continue; /* and so no pair was cut in two before it */
        pair_half low = pair_half_at(bytes), high = pair_half_at(bytes + STEP / 2);
        uint64_t leads = bits(low.valid) | bits(high.valid) << 32;
        for (uint64_t left = leads; left;) {
            uint8_t lead = bytes[_tzcnt_u64(left)];
            __m256i same = _mm256_set1_epi8((char)lead);
            look_up_pairs(&low, lead, pairs[lead % KERNEL_LEADS], folded);
            look_up_pairs(&high, lead, pairs[lead % KERNEL_LEADS], folded);
            left &= left - 1; /* even if another process writes there */
            left &= ~(bits(_mm256_cmpeq_epi8(block.low, same)) | bits(_mm256_cmpeq_epi8(block.high, same)) << 32);
        }
        uint64_t letters_ = bits(low.letters) | bits(high.letters) << 32;
        words[m] |= letters_ | letters_ << 1 | carried_letter;
        foreign[m] = (beyond & ~(leads | leads << 1 | carried_pair)) | bits(low.foreign) | bits(high.foreign) << 32;
        carried_letter = letters_ >> 63;
        carried_pair = leads >> 63;
        if (folded) {
            fold_pairs(folded + m * STEP, &low, letters_before, nexts_before);
            fold_pairs(folded + m * STEP + STEP / 2, &high, low.letters, low.nexts);
            letters_before = high.letters;
            nexts_before = high.nexts;
        }
    }
}

/* ---- Edges ---- */

/* Writes the places of the set bits of a step; eight each time, of which the next eight overwrite what was too much. */
static inline uint16_t *write_places(uint16_t *edges, uint64_t bits, size_t at) {
    __m128i from = _mm_set1_epi16((short)at);
    for (unsigned i = 0; i < STEP; i += 8, from = _mm_add_epi16(from, _mm_set1_epi16(8))) {
        unsigned eight = bits >> i & 0xFF;
        __m128i places = _mm_loadu_si128((const __m128i *)kernel_byte_places[eight]);
        _mm_storeu_si128((__m128i *)edges, _mm_add_epi16(places, from));
        edges += _mm_popcnt_u32(eight);
    }
    return edges;
}

static size_t find_edges(uint16_t *edges, const uint64_t *masks, size_t from, size_t to) {
    uint16_t *begin = edges;
    uint64_t carry = 0, keep = ~UINT64_C(0) << from % STEP;
    for (size_t at = from - from % STEP; at < to; at += STEP, keep = ~UINT64_C(0)) {
        if (to - at < STEP)
            keep &= first_bits(to - at);
        uint64_t mask = masks[at / STEP] & keep;
        uint64_t changes = (mask ^ (mask << 1 | carry)) & keep;
        carry = mask >> 63;
        edges = write_places(edges, changes, at);
    }
    return (size_t)(edges - begin);
}

/* ---- Copying and looking ---- */

static inline __m256i fold_half(__m256i bytes) {
    __m256i capitals = in_range(bytes, 'A', 26);
    return _mm256_add_epi8(bytes, _mm256_and_si256(capitals, _mm256_set1_epi8(0x20)));
}

static bool fold(uint8_t *restrict to, const uint8_t *restrict bytes, size_t n_bytes) {
    __m256i all = _mm256_setzero_si256();
    for (; n_bytes >= STEP / 2; n_bytes -= STEP / 2, bytes += STEP / 2, to += STEP / 2) {
        __m256i half = _mm256_loadu_si256((const __m256i *)bytes);
        all = _mm256_or_si256(all, half);
        _mm256_storeu_si256((__m256i *)to, fold_half(half));
    }
    return kernel_portable.fold(to, bytes, n_bytes) && bits(all) == 0;
}

static size_t find_ascii_end(const uint8_t *bytes, size_t n_bytes) {
    size_t at = 0;
    for (; n_bytes - at >= STEP / 2; at += STEP / 2) {
        uint64_t beyond = bits(_mm256_loadu_si256((const __m256i *)(bytes + at)));
        if (beyond)
            return at + (size_t)_tzcnt_u64(beyond);
    }
    return at + kernel_portable.ascii_end(bytes + at, n_bytes - at);
}

/* ---- Counts ---- */

static inline uint64_t count(const uint8_t *bytes, size_t n_bytes, __m256i class_of(__m256i)) {
    uint64_t n = 0;
    for (; n_bytes >= STEP; n_bytes -= STEP, bytes += STEP)
        n += (uint64_t)_mm_popcnt_u64(mask_of(load(bytes), class_of));
    return n + (uint64_t)_mm_popcnt_u64(mask_of(load_rest(bytes, n_bytes), class_of) & first_bits(n_bytes));
}

/* Runs begin at bytes inside the class behind one outside. */
static inline uint64_t count_runs(const uint8_t *bytes, size_t n_bytes, __m256i class_of(__m256i)) {
    uint64_t n = 0, carry = 0, mask;
    for (; n_bytes >= STEP; n_bytes -= STEP, bytes += STEP, carry = mask >> 63) {
        mask = mask_of(load(bytes), class_of);
        n += (uint64_t)_mm_popcnt_u64(mask & ~(mask << 1 | carry));
    }
    mask = mask_of(load_rest(bytes, n_bytes), class_of) & first_bits(n_bytes);
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

/* Read from 16 - n on, n bytes are kept. */
static const _Alignas(32) uint8_t kept_bytes[2 * KERNEL_SHORT_BYTES] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                                        255, 255, 255, 255, 255, 255, 255, 255};

/* Writes key and hash of one word, of which n_bytes are kept. */
static inline void hash_word(kernel_hashes *to, size_t i, aes_seed seed, const uint8_t *bytes, size_t n_bytes) {
    __m128i mask = _mm_loadu_si128((const __m128i *)(kept_bytes + KERNEL_SHORT_BYTES - n_bytes));
    __m128i key = _mm_and_si128(_mm_loadu_si128((const __m128i *)bytes), mask);
    _mm_store_si128((__m128i *)to->keys[i], key);
    to->hashes[i] = (uint64_t)_mm_cvtsi128_si64(aes_hash(seed, key));
}

/* Whether there is a NUL among bytes behind which there is padding. */
static inline bool has_nul(const uint8_t *bytes, size_t n_bytes) {
    __m128i all = _mm_setzero_si128();
    for (size_t i = 0; i < n_bytes; i += 16)
        all = _mm_or_si128(all, _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)(bytes + i)), _mm_setzero_si128()));
    return _mm_movemask_epi8(all) != 0;
}

/* Writes keys and hashes of eight words; returns which are longer than a key. Two edges are a pair of 16 bits. */
static inline uint64_t hash_eight(kernel_hashes *to, size_t i, aes_seed seed, const uint8_t *block,
                                  const uint16_t *edges) {
    const __m256i most = _mm256_set1_epi32(KERNEL_SHORT_BYTES);
    __m256i pairs = _mm256_loadu_si256((const __m256i *)edges);
    __m256i lengths = _mm256_srli_epi32(_mm256_sub_epi32(pairs, _mm256_slli_epi32(pairs, 16)), 16);
    uint32_t kept[8];
    _mm256_storeu_si256((__m256i *)kept, _mm256_min_epu32(lengths, most));
    for (unsigned k = 0; k < 8; k++)
        hash_word(to, i + k, seed, block + edges[2 * k], kept[k]);
    return (uint64_t)_mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpgt_epi32(lengths, most))) << i;
}

static uint64_t hash_runs(kernel_hashes *to, const uint64_t seed_[2], const uint8_t *block, const uint16_t *edges,
                          size_t n_words) {
    aes_seed seed = aes_seed_of(seed_);
    uint64_t others = 0;
    for (size_t i = 0; i < n_words; i += 8) {
        const uint16_t *eight = edges + 2 * i;
        uint16_t last[16] = {0};
        if (n_words - i < 8)
            eight = memcpy(last, eight, (n_words - i) * 2 * sizeof *last);
        others |= hash_eight(to, i, seed, block, eight);
    }
    /* Few texts have one anywhere. */
    if (has_nul(block + edges[0], (size_t)(edges[2 * n_words - 1] - edges[0])))
        for (size_t i = 0; i < n_words; i++)
            others |= (uint64_t)(block[edges[2 * i + 1] - 1] == 0) << i;
    return others;
}

static uint64_t hash_tokens(kernel_hashes *to, const uint64_t seed_[2], const token *tokens, size_t n_tokens) {
    aes_seed seed = aes_seed_of(seed_);
    uint64_t others = 0;
    for (size_t i = 0; i < n_tokens; i++) {
        size_t n_bytes = tokens[i].n_bytes, last = n_bytes - 1;
        hash_word(to, i, seed, tokens[i].bytes, n_bytes < KERNEL_SHORT_BYTES ? n_bytes : KERNEL_SHORT_BYTES);
        others |= (uint64_t)((last >= KERNEL_SHORT_BYTES) | (tokens[i].bytes[last % KERNEL_SHORT_BYTES] == 0)) << i;
    }
    return others;
}

/* ---- Any sets, and streams ---- */

/* The bit that the higher four bits of a byte choose. */
static inline __m256i high_places(__m256i bytes) {
    const __m256i powers = _mm256_set1_epi64x((int64_t)UINT64_C(0x8040201008040201));
    return _mm256_shuffle_epi8(powers, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15)));
}

/* A byte is looked up at its low four bits (vpshufb takes no others, and gives 0 for bytes of the upper half); in what
 * comes out is a bit for each value of the next three. */
static inline __m256i in_row(__m256i row, __m256i bytes, __m256i places) {
    return _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(row, bytes), places), places);
}

static inline __m256i row_of(const uint8_t row[16]) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)row));
}

/* Masks of the next n sets, each of which has all bytes beyond ASCII or none; n is a constant. */
static inline void find_set_masks(uint64_t *masks, size_t stride, const uint8_t *bytes, size_t n_masks,
                                  const kernel_sets *sets, size_t first, size_t n) {
    __m256i rows[4];
    uint64_t beyond[4];
    for (size_t i = 0; i < n; i++) {
        rows[i] = row_of(sets->rows[first + i][0]);
        beyond[i] = sets->beyond_ascii[first + i] == KERNEL_BEYOND_ALL ? UINT64_MAX : 0;
    }
    for (size_t m = 0; m < n_masks; m++) {
        step block = load(bytes + m * STEP);
        ask_for(bytes + (m + n_masks) * STEP);
        __m256i low = high_places(block.low), high = high_places(block.high);
        uint64_t above = bits(block.low) | bits(block.high) << 32;
        for (size_t i = 0; i < n; i++)
            masks[(first + i) * stride + m] = bits(in_row(rows[i], block.low, low)) |
                                              bits(in_row(rows[i], block.high, high)) << 32 | (above & beyond[i]);
    }
}

/* Masks of any set. */
static void find_mixed_set_masks(uint64_t *masks, const uint8_t *bytes, size_t n_masks, const uint8_t rows[2][16]) {
    const __m256i row = row_of(rows[0]), upper = row_of(rows[1]), flip = _mm256_set1_epi8((char)0x80);
    for (size_t m = 0; m < n_masks; m++) {
        step block = load(bytes + m * STEP);
        __m256i low = high_places(block.low), high = high_places(block.high);
        __m256i low_found = _mm256_or_si256(in_row(row, block.low, low), //
                                            in_row(upper, _mm256_xor_si256(block.low, flip), low));
        __m256i high_found =
            _mm256_or_si256(in_row(row, block.high, high), in_row(upper, _mm256_xor_si256(block.high, flip), high));
        masks[m] = bits(low_found) | bits(high_found) << 32;
    }
}

/* How many of the next four sets have all bytes beyond ASCII or none, up to one that has some. */
static size_t n_plain_sets(const kernel_sets *sets, size_t first) {
    size_t n = 0;
    while (n < 4 && first + n < sets->n_sets && sets->beyond_ascii[first + n] != KERNEL_BEYOND_SOME)
        n++;
    return n;
}

static void set_masks(uint64_t *masks, size_t stride, const uint8_t *bytes, size_t n_masks, const kernel_sets *sets) {
    for (size_t first = 0, n; first < sets->n_sets; first += n) {
        n = n_plain_sets(sets, first);
        switch (n) {
        case 0:
            find_mixed_set_masks(masks + first * stride, bytes, n_masks, sets->rows[first]);
            n = 1;
            break;
        case 1:
            find_set_masks(masks, stride, bytes, n_masks, sets, first, 1);
            break;
        case 2:
            find_set_masks(masks, stride, bytes, n_masks, sets, first, 2);
            break;
        case 3:
            find_set_masks(masks, stride, bytes, n_masks, sets, first, 3);
            break;
        default:
            find_set_masks(masks, stride, bytes, n_masks, sets, first, 4);
        }
    }
}

/* At the lead bytes of a step, what a group of sets says of the pairs that begin there. */
static inline step pair_flags(const uint8_t *bytes, const pair_half *low, const pair_half *high, uint64_t leads,
                              const uint8_t group[KERNEL_LEADS][64]) {
    step flags = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    while (leads) {
        uint8_t lead = bytes[_tzcnt_u64(leads)];
        const uint8_t *table = group[lead % KERNEL_LEADS];
        __m256i same = _mm256_set1_epi8((char)lead);
        __m256i at_low = _mm256_cmpeq_epi8(low->block, same), at_high = _mm256_cmpeq_epi8(high->block, same);
        flags.low = _mm256_blendv_epi8(flags.low, look_up(table, low->behind), at_low);
        flags.high = _mm256_blendv_epi8(flags.high, look_up(table, high->behind), at_high);
        leads &= ~(bits(at_low) | bits(at_high) << 32) & (leads - 1);
    }
    return flags;
}

static void pair_set_masks(uint64_t *masks, size_t stride, uint64_t *leads, const uint8_t *bytes, size_t n_masks,
                           const kernel_pair_sets *sets) {
    for (size_t m = 0; m < n_masks; m++, bytes += STEP) {
        step block = load(bytes);
        leads[m] = 0;
        if (!(bits(block.low) | bits(block.high)))
            continue;
        pair_half low = pair_half_at(bytes), high = pair_half_at(bytes + STEP / 2);
        leads[m] = bits(low.valid) | bits(high.valid) << 32;
        for (size_t first = 0; first < sets->n_sets && leads[m]; first += KERNEL_SET_GROUP) {
            size_t n = sets->n_sets - first < KERNEL_SET_GROUP ? sets->n_sets - first : KERNEL_SET_GROUP;
            step flags = pair_flags(bytes, &low, &high, leads[m], sets->groups[first / KERNEL_SET_GROUP]);
            for (unsigned i = 0; i < n; i++) {
                __m128i to_top = _mm_cvtsi32_si128(7 - (int)i);
                uint64_t found = bits(_mm256_sll_epi16(flags.low, to_top)) | bits(_mm256_sll_epi16(flags.high, to_top))
                                                                                 << 32;
                uint64_t *mask = &masks[(first + i) * stride + m];
                *mask = (*mask & ~leads[m]) | (found & leads[m]);
            }
        }
    }
}

const kernel kernel_avx2 = {
    .name = "avx2",
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
