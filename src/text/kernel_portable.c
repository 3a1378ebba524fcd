/* The kernel in plain C: for any machine, and the reference for the others.
 *
 * Loops over bytes without a jump, each of which a compiler turns into a handful of vector instructions on any machine
 * that has them; the bytes of the text are never looked at one by one where it can be helped.
 *
 *   masks    64 flags of 0 or 1, then eight of them at a time gathered into a byte by a multiplication
 *   edges    eight bits of a mask at a time name a row of a table of places, which is written whole; the next row
 *            overwrites what was too much of it. Where each row goes is known in advance, from the sums of the bits.
 *   counts   64 counters of a byte each, 255 rows at a time so that none can overflow; only then are they summed up
 *   hashes   two multiplications of 64 by 64 bits, each folded
 *
 * Cost: masks and counts move at some 10 GB/s, an edge takes 0.5 ns, a hash 2 ns. */
#include <string.h>

#include "text/kernel_set.h"
#include "text/kernel_streams.h"
#include "text/utf8.h"

/* ---- Classes of bytes ---- */

static inline uint8_t is_letter(uint8_t byte) {
    return (uint8_t)((byte | 0x20) - 'a') < 26;
}

static inline uint8_t is_visible(uint8_t byte) {
    return (byte != ' ') & ((uint8_t)(byte - '\t') > '\r' - '\t');
}

static inline uint8_t is_line_feed(uint8_t byte) {
    return byte == '\n';
}

/* As signed numbers, the bytes 10xxxxxx are the 64 least ones. */
static inline uint8_t begins_character(uint8_t byte) {
    return (int8_t)byte >= -64;
}

/* ---- Masks ---- */

/* Gathers 64 bytes of 0 or 1 into bits: the product moves the lowest bit of byte i of a word to bit 56 + i. */
static inline uint64_t pack(const uint8_t flags[KERNEL_MASK_BYTES]) {
    uint64_t mask = 0;
    for (unsigned i = 0; i < KERNEL_MASK_BYTES; i += 8) {
        uint64_t word = 0;
        for (unsigned k = 0; k < 8; k++)
            word |= (uint64_t)flags[i + k] << (8 * k);
        mask |= (word * UINT64_C(0x0102040810204080)) >> 56 << i;
    }
    return mask;
}

static inline void find_masks(uint64_t *masks, const uint8_t *bytes, size_t n_masks, uint8_t is_inside(uint8_t)) {
    uint8_t flags[KERNEL_MASK_BYTES];
    for (size_t m = 0; m < n_masks; m++, bytes += KERNEL_MASK_BYTES) {
        for (size_t i = 0; i < KERNEL_MASK_BYTES; i++)
            flags[i] = is_inside(bytes[i]);
        masks[m] = pack(flags);
    }
}

static void letter_masks(uint64_t *masks, const uint8_t *bytes, size_t n_masks) {
    find_masks(masks, bytes, n_masks, is_letter);
}

static void visible_masks(uint64_t *masks, const uint8_t *bytes, size_t n_masks) {
    find_masks(masks, bytes, n_masks, is_visible);
}

static void word_masks(uint64_t *words, uint64_t *visible, const uint8_t *bytes, size_t n_masks, uint8_t extra_letter) {
    uint8_t flags[KERNEL_MASK_BYTES];
    for (size_t m = 0; m < n_masks; m++, bytes += KERNEL_MASK_BYTES) {
        for (size_t i = 0; i < KERNEL_MASK_BYTES; i++) {
            uint8_t byte = bytes[i];
            flags[i] = is_letter(byte) | ((uint8_t)(byte - '0') < 10) | (byte == '_') | (byte == extra_letter);
        }
        words[m] = pack(flags);
        for (size_t i = 0; i < KERNEL_MASK_BYTES; i++)
            flags[i] = (int8_t)bytes[i] > ' ';
        visible[m] = pack(flags);
    }
}

/* ---- Edges ---- */

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define NTH_OF_FOUR(n) (48 - 16 * ((n)&3))
#else
#define NTH_OF_FOUR(n) (16 * ((n)&3))
#endif
#define COUNT_4(b)        (((b)&1) + ((b) >> 1 & 1) + ((b) >> 2 & 1) + ((b) >> 3 & 1))
#define COUNT_BELOW(b, i) (COUNT_4((b) & ((1 << (i)) - 1)) + COUNT_4(((b) & ((1 << (i)) - 1)) >> 4))
#define PLACE(b, i, four)                                                                                              \
    ((b) >> (i)&1 && COUNT_BELOW(b, i) / 4 == (four) ? UINT64_C(i) << NTH_OF_FOUR(COUNT_BELOW(b, i)) : 0)
#define FOUR(b, n)                                                                                                     \
    PLACE(b, 1, n) | PLACE(b, 2, n) | PLACE(b, 3, n) | PLACE(b, 4, n) | PLACE(b, 5, n) | PLACE(b, 6, n) | PLACE(b, 7, n)
#define PLACES(b)                                                                                                      \
    { FOUR(b, 0), FOUR(b, 1) }
#define PLACES_4(b)  PLACES((b)), PLACES((b) + 1), PLACES((b) + 2), PLACES((b) + 3)
#define PLACES_16(b) PLACES_4(b), PLACES_4((b) + 4), PLACES_4((b) + 8), PLACES_4((b) + 12)
#define PLACES_64(b) PLACES_16(b), PLACES_16((b) + 16), PLACES_16((b) + 32), PLACES_16((b) + 48)

const uint64_t kernel_byte_places[256][2] = {PLACES_64(0), PLACES_64(64), PLACES_64(128), PLACES_64(192)};

static inline void write_places(uint16_t *edges, uint64_t bits, size_t at) {
    uint16_t row[8];
    memcpy(row, kernel_byte_places[bits & 0xFF], sizeof row);
    for (unsigned i = 0; i < 8; i++)
        edges[i] = (uint16_t)(at + row[i]);
}

/* Byte i of the result: how many bits are set in the bytes 0 to i. */
static inline uint64_t sums_of_bits(uint64_t bits) {
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return bits * UINT64_C(0x0101010101010101);
}

static size_t find_edges(uint16_t *edges, const uint64_t *masks, size_t from, size_t to) {
    uint16_t *begin = edges;
    uint64_t carry = 0, keep = ~UINT64_C(0) << from % KERNEL_MASK_BYTES;
    for (size_t at = from - from % KERNEL_MASK_BYTES; at < to; at += KERNEL_MASK_BYTES, keep = ~UINT64_C(0)) {
        if (to - at < KERNEL_MASK_BYTES)
            keep &= (UINT64_C(1) << (to - at)) - 1;
        uint64_t mask = masks[at / KERNEL_MASK_BYTES] & keep;
        uint64_t changes = (mask ^ (mask << 1 | carry)) & keep;
        uint64_t sums = sums_of_bits(changes);
        carry = mask >> 63;
        write_places(edges, changes, at);
        for (unsigned i = 8; i < KERNEL_MASK_BYTES; i += 8)
            write_places(edges + (sums >> (i - 8) & 0xFF), changes >> i, at + i);
        edges += sums >> 56;
    }
    return (size_t)(edges - begin);
}

/* ---- Copying and looking ---- */

static bool fold(uint8_t *restrict to, const uint8_t *restrict bytes, size_t n_bytes) {
    uint8_t all = 0;
    for (size_t i = 0; i < n_bytes; i++) {
        uint8_t byte = bytes[i];
        all |= byte;
        to[i] = (uint8_t)(byte | ((uint8_t)(byte - 'A') < 26 ? 0x20 : 0));
    }
    return all < 0x80;
}

static inline uint64_t load64(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static size_t find_ascii_end(const uint8_t *bytes, size_t n_bytes) {
    size_t at = 0;
    while (n_bytes - at >= 8 && (load64(bytes + at) & UINT64_C(0x8080808080808080)) == 0)
        at += 8;
    while (at < n_bytes && bytes[at] < 0x80)
        at++;
    return at;
}

/* ---- Counts ---- */

enum { LANES = 64, MAX_ROWS = 255 };

static inline uint64_t count(const uint8_t *bytes, size_t n_bytes, uint8_t is_inside(uint8_t)) {
    uint64_t n = 0;
    while (n_bytes >= LANES) {
        uint8_t lanes[LANES] = {0};
        size_t n_rows = n_bytes / LANES < MAX_ROWS ? n_bytes / LANES : MAX_ROWS;
        for (size_t row = 0; row < n_rows; row++, bytes += LANES)
            for (size_t i = 0; i < LANES; i++)
                lanes[i] = (uint8_t)(lanes[i] + is_inside(bytes[i]));
        for (size_t i = 0; i < LANES; i++)
            n += lanes[i];
        n_bytes -= n_rows * LANES;
    }
    for (size_t i = 0; i < n_bytes; i++)
        n += is_inside(bytes[i]);
    return n;
}

/* Runs begin at bytes inside the class behind one outside. */
static inline uint64_t count_runs(const uint8_t *bytes, size_t n_bytes, uint8_t is_inside(uint8_t)) {
    uint64_t n = n_bytes > 0 && is_inside(bytes[0]);
    size_t at = 1;
    while (n_bytes > at && n_bytes - at >= LANES) {
        uint8_t lanes[LANES] = {0};
        size_t n_rows = (n_bytes - at) / LANES < MAX_ROWS ? (n_bytes - at) / LANES : MAX_ROWS;
        for (size_t row = 0; row < n_rows; row++, at += LANES)
            for (size_t i = 0; i < LANES; i++)
                lanes[i] = (uint8_t)(lanes[i] + (is_inside(bytes[at + i]) & (is_inside(bytes[at + i - 1]) ^ 1)));
        for (size_t i = 0; i < LANES; i++)
            n += lanes[i];
    }
    for (; at < n_bytes; at++)
        n += is_inside(bytes[at]) & (is_inside(bytes[at - 1]) ^ 1);
    return n;
}

static uint64_t count_letter_runs(const uint8_t *bytes, size_t n_bytes) {
    return count_runs(bytes, n_bytes, is_letter);
}

static uint64_t count_visible_runs(const uint8_t *bytes, size_t n_bytes) {
    return count_runs(bytes, n_bytes, is_visible);
}

static uint64_t count_lines(const uint8_t *bytes, size_t n_bytes) {
    return count(bytes, n_bytes, is_line_feed);
}

static uint64_t count_characters(const uint8_t *bytes, size_t n_bytes) {
    return count(bytes, n_bytes, begins_character);
}

/* ---- Hashes ---- */

/* Both halves of the 128-bit product, folded. */
static inline uint64_t mix(uint64_t a, uint64_t b) {
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 uint128;
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t a_low = (uint32_t)a, a_high = a >> 32, b_low = (uint32_t)b, b_high = b >> 32;
    uint64_t low = a_low * b_low, middle = a_high * b_low + (low >> 32);
    uint64_t carry = a_low * b_high + (uint32_t)middle;
    return (a * b) ^ (a_high * b_high + (middle >> 32) + (carry >> 32));
#endif
}

/* The halves are multiplied after the seed has hidden them: without it nobody can tell which words collide. The second
 * round spreads what the first left uneven when one half is zero, as in every word of 8 bytes or fewer. */
static inline uint64_t hash_halves(const uint64_t seed[2], uint64_t low, uint64_t high) {
    uint64_t mixed = mix(low ^ seed[0], high ^ seed[1]);
    return mix(mixed ^ seed[1], UINT64_C(0x9e3779b97f4a7c15));
}

/* Writes key and hash of one word; returns whether it is not short. Every word is treated as a short one, so that there
 * is nothing to jump over. */
static inline uint64_t hash_word(kernel_hashes *to, size_t i, const uint64_t seed[2], const uint8_t *bytes,
                                 size_t n_bytes) {
    /* Read from 15 - last on, last + 1 bytes are kept. */
    static const uint8_t keep[2 * KERNEL_SHORT_BYTES] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                         255, 255, 255, 255, 255, 255, 255, 255};
    size_t last = n_bytes - 1, last_short = last % KERNEL_SHORT_BYTES;
    const uint8_t *mask = keep + KERNEL_SHORT_BYTES - 1 - last_short;
    uint64_t low = load64(bytes) & load64(mask), high = load64(bytes + 8) & load64(mask + 8);
    to->keys[i][0] = low;
    to->keys[i][1] = high;
    to->hashes[i] = hash_halves(seed, low, high);
    return (last >= KERNEL_SHORT_BYTES) | (bytes[last_short] == 0);
}

static uint64_t hash_runs(kernel_hashes *to, const uint64_t seed[2], const uint8_t *block, const uint16_t *edges,
                          size_t n_words) {
    uint64_t others = 0;
    for (size_t i = 0; i < n_words; i++)
        others |= hash_word(to, i, seed, block + edges[2 * i], (size_t)(edges[2 * i + 1] - edges[2 * i])) << i;
    return others;
}

static uint64_t hash_tokens(kernel_hashes *to, const uint64_t seed[2], const token *tokens, size_t n_tokens) {
    uint64_t others = 0;
    for (size_t i = 0; i < n_tokens; i++)
        others |= hash_word(to, i, seed, tokens[i].bytes, tokens[i].n_bytes) << i;
    return others;
}

/* 16 bytes at a time, the last 16 over again; fewer are padded. The length tells apart what the padding does not. */
static uint64_t hash_bytes(const uint64_t seed[2], const uint8_t *bytes, size_t n_bytes) {
    uint64_t state = mix(n_bytes ^ seed[1], UINT64_C(0x9e3779b97f4a7c15));
    uint8_t padded[16] = {0};
    const uint8_t *last = padded;
    if (n_bytes < sizeof padded) {
        if (n_bytes)
            memcpy(padded, bytes, n_bytes);
    } else {
        last = bytes + n_bytes - sizeof padded;
        for (const uint8_t *at = bytes; at < last; at += sizeof padded)
            state = mix(state ^ load64(at) ^ seed[0], load64(at + 8) ^ seed[1]);
    }
    return hash_halves(seed, load64(last) ^ state, load64(last + 8));
}

/* ---- Any sets, and streams ---- */

/* Bit k of byte i becomes bit i of byte k. */
static inline uint64_t transpose(uint64_t x) {
    uint64_t t = (x ^ x >> 7) & UINT64_C(0x00aa00aa00aa00aa);
    x ^= t ^ t << 7;
    t = (x ^ x >> 14) & UINT64_C(0x0000cccc0000cccc);
    x ^= t ^ t << 14;
    t = (x ^ x >> 28) & UINT64_C(0x00000000f0f0f0f0);
    return x ^ t ^ t << 28;
}

/* Eight bytes at a time, each with its bits of the eight sets of a group. */
static void set_masks(uint64_t *masks, size_t stride, const uint8_t *bytes, size_t n_masks, const kernel_sets *sets) {
    for (size_t first = 0; first < sets->n_sets; first += KERNEL_SET_GROUP) {
        const uint8_t *group = sets->groups[first / KERNEL_SET_GROUP];
        size_t n_sets = sets->n_sets - first < KERNEL_SET_GROUP ? sets->n_sets - first : KERNEL_SET_GROUP;
        for (size_t m = 0; m < n_masks; m++) {
            uint64_t found[KERNEL_SET_GROUP] = {0};
            for (unsigned i = 0; i < KERNEL_MASK_BYTES; i += 8) {
                uint64_t flags = 0;
                for (unsigned k = 0; k < 8; k++)
                    flags |= (uint64_t)group[bytes[m * KERNEL_MASK_BYTES + i + k]] << 8 * k;
                flags = transpose(flags);
                for (unsigned k = 0; k < KERNEL_SET_GROUP; k++)
                    found[k] |= (flags >> 8 * k & 0xFF) << i;
            }
            for (size_t k = 0; k < n_sets; k++)
                masks[(first + k) * stride + m] = found[k];
        }
    }
}

/* Which of 64 bytes begin a character of two. */
static uint64_t lead_mask(const uint8_t *bytes) {
    uint64_t mask = 0;
    for (unsigned i = 0; i < KERNEL_MASK_BYTES; i++)
        mask |= (uint64_t)utf8_is_pair(bytes[i], bytes[i + 1]) << i;
    return mask;
}

static void pair_set_masks(uint64_t *masks, size_t stride, uint64_t *leads, const uint8_t *bytes, size_t n_masks,
                           const kernel_pair_sets *sets) {
    for (size_t m = 0; m < n_masks; m++, bytes += KERNEL_MASK_BYTES) {
        leads[m] = lead_mask(bytes);
        for (size_t i = 0; i < sets->n_sets && leads[m]; i++)
            masks[i * stride + m] &= ~leads[m];
        for (uint64_t left = leads[m]; left; left &= left - 1) {
            size_t place = (size_t)__builtin_ctzll(left);
            size_t lead = bytes[place] % KERNEL_LEADS, second = bytes[place + 1] & 0x3F;
            for (size_t i = 0; i < sets->n_sets; i++) {
                uint64_t flags = sets->groups[i / KERNEL_SET_GROUP][lead][second];
                masks[i * stride + m] |= (flags >> i % KERNEL_SET_GROUP & 1) << place;
            }
        }
    }
}

const kernel kernel_portable = {
    .name = "portable",
    .masks = {[KERNEL_LETTERS] = letter_masks, [KERNEL_VISIBLE] = visible_masks},
    .word_masks = word_masks,
    .edges = find_edges,
    .fold = fold,
    .ascii_end = find_ascii_end,
    .count_runs = {[KERNEL_LETTERS] = count_letter_runs, [KERNEL_VISIBLE] = count_visible_runs},
    .count_lines = count_lines,
    .count_characters = count_characters,
    .hash_runs = hash_runs,
    .hash_tokens = hash_tokens,
    .hash_bytes = hash_bytes,
    .set_masks = set_masks,
    .pair_set_masks = pair_set_masks,
    .squeeze = squeeze,
    .spread = spread,
    .streams = KERNEL_STREAM_FUNCTIONS,
    .count_bits = count_bits,
    .running_counts = running_counts,
};
