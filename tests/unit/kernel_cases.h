/* Every function of a kernel against a byte-by-byte oracle, on random and edge inputs. Only the C library is used, so
 * that the cases also run where there is no test framework: on the emulated machines of tests/arm. */
#ifndef KERNEL_CASES_H
#define KERNEL_CASES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/kernel.h"

enum { CASE_BYTES = 8192, CASE_MASKS = CASE_BYTES / KERNEL_MASK_BYTES, CASE_WORD_BYTES = 300 };

#define CASE_CHECK(condition)                                                                                          \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            printf("%s:%d: %s: %s\n", __FILE__, __LINE__, tested->name, #condition);                                   \
            return false;                                                                                              \
        }                                                                                                              \
    } while (0)

static uint64_t case_random_state = 88172645463325252u;

static size_t case_random(size_t bound) {
    case_random_state ^= case_random_state << 13;
    case_random_state ^= case_random_state >> 7;
    case_random_state ^= case_random_state << 17;
    return (size_t)(case_random_state >> 11) % bound;
}

static uint64_t case_word(void) {
    return (uint64_t)case_random(UINT32_MAX) << 32 | case_random(UINT32_MAX);
}

/* n_bytes at the end of a block of their own, behind `n_padding` more, so that a sanitizer sees a read past them. */
static uint8_t *case_block(size_t n_bytes, size_t n_padding) {
    uint8_t *block = malloc(n_bytes + n_padding + 1);
    if (!block)
        exit(2);
    return block;
}

/* Random bytes of several kinds: any; those around the bounds of the classes; long runs; ASCII but for a few. */
static void case_fill(uint8_t *bytes, size_t n_bytes, unsigned kind) {
    static const uint8_t edges[] = {0,   8,   9,    10,   13,   14,   31,   32,   33,   '/',  '0',  '9',  ':',
                                    '@', 'A', 'Z',  '[',  '_',  '`',  'a',  'z',  '{',  0x7F, 0x80, 0xBF, 0xC0,
                                    'e', ' ', '\n', 0xC1, 0xDA, 0xE1, 0xFA, 0xFF, 0x88, 0x8A, 0xA0};
    for (size_t i = 0; i < n_bytes; i++) {
        if (kind == 0)
            bytes[i] = (uint8_t)case_random(256);
        else if (kind == 1)
            bytes[i] = edges[case_random(sizeof edges)];
        else if (kind == 2)
            bytes[i] = i > 0 && case_random(40) ? bytes[i - 1] : edges[case_random(sizeof edges)];
        else if (kind == 3)
            bytes[i] = case_random(300) ? (uint8_t)(case_random(6) ? 'a' + case_random(26) : ' ') : 0xC3;
        else
            bytes[i] = edges[kind % sizeof edges];
    }
}

/* ---- What the kernels promise, a byte at a time ---- */

static bool case_is_letter(uint8_t byte) {
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static bool case_is_visible(uint8_t byte) {
    return byte == 0 || !strchr(" \t\n\v\f\r", byte);
}

static bool case_is_in(kernel_class class, uint8_t byte) {
    return class == KERNEL_LETTERS ? case_is_letter(byte) : case_is_visible(byte);
}

static bool case_bit(const uint64_t *masks, size_t i) {
    return masks[i / 64] >> i % 64 & 1;
}

/* ---- The cases ---- */

static bool case_masks(const kernel *tested, const uint8_t *bytes, size_t n_masks) {
    uint64_t masks[CASE_MASKS], above[CASE_MASKS];
    for (kernel_class class = 0; class < KERNEL_CLASSES; class ++) {
        tested->masks[class](masks, bytes, n_masks);
        for (size_t i = 0; i < n_masks * 64; i++)
            CASE_CHECK(case_bit(masks, i) == case_is_in(class, bytes[i]));
    }
    for (const char *extra = "_@:\x01"; *extra; extra++) {
        tested->word_masks(masks, above, bytes, n_masks, (uint8_t)*extra);
        for (size_t i = 0; i < n_masks * 64; i++) {
            bool is_word = case_is_letter(bytes[i]) || (bytes[i] >= '0' && bytes[i] <= '9') || bytes[i] == '_' ||
                           bytes[i] == (uint8_t)*extra;
            CASE_CHECK(case_bit(masks, i) == is_word);
            CASE_CHECK(case_bit(above, i) == (bytes[i] > ' ' && bytes[i] < 0x80));
        }
    }
    return true;
}

/* What a lead byte begins, made up; for some lead bytes nothing is known. */
static void case_make_pairs(kernel_pairs made[KERNEL_LEADS], const kernel_pairs *pairs[KERNEL_LEADS]) {
    static const uint8_t classes[] = {KERNEL_PAIR_LETTER, KERNEL_PAIR_OTHER, KERNEL_PAIR_FOREIGN};
    for (unsigned lead = 0; lead < KERNEL_LEADS; lead++) {
        pairs[lead] = case_random(5) == 0 ? NULL : &made[lead];
        for (unsigned i = 0; i < 64; i++) {
            made[lead].classes[i] = classes[case_random(3)];
            made[lead].leads[i] = (uint8_t)(0xC2 + case_random(30));
            made[lead].nexts[i] = (uint8_t)(0x80 + case_random(64));
        }
    }
}

/* Text of pairs with all else in between. */
static void case_fill_pairs(uint8_t *bytes, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        bytes[i] = (uint8_t)(case_random(8) == 0             ? case_random(256)
                             : case_random(6) == 0           ? case_random(128)
                             : i > 0 && bytes[i - 1] >= 0xC2 ? 0x80 + case_random(64)
                                                             : 0xC2 + case_random(30));
}

static bool case_is_pair(const uint8_t *bytes) {
    return bytes[0] >= 0xC2 && bytes[0] < 0xE0 && bytes[1] >= 0x80 && bytes[1] < 0xC0;
}

/* The last mask is left out, of which the end is unreliable. */
static bool case_pairs(const kernel *tested, size_t n_masks) {
    static kernel_pairs made[KERNEL_LEADS];
    static uint8_t bytes[CASE_BYTES + 1], folded[CASE_BYTES + 1];
    const kernel_pairs *pairs[KERNEL_LEADS];
    uint64_t words[CASE_MASKS] = {0}, foreign[CASE_MASKS];
    size_t n_bytes = n_masks * 64;
    if (!tested->pair_masks)
        return true;
    case_make_pairs(made, pairs);
    case_fill_pairs(bytes, n_bytes + 1);
    memcpy(folded, bytes, n_bytes + 1);
    tested->pair_masks(words, foreign, bytes, folded, n_masks, pairs);
    for (size_t i = 0, n; i + 64 < n_bytes; i += n) {
        bool is_pair = case_is_pair(bytes + i);
        const kernel_pairs *known = is_pair ? pairs[bytes[i] % KERNEL_LEADS] : NULL;
        unsigned at = bytes[i + 1] & 0x3F, class = known ? known->classes[at] : KERNEL_PAIR_FOREIGN;
        bool is_letter = known && class == KERNEL_PAIR_LETTER;
        n = is_pair ? 2 : 1;
        CASE_CHECK(case_bit(foreign, i) == (bytes[i] >= 0x80 && class == KERNEL_PAIR_FOREIGN));
        for (size_t k = 0; k < n; k++)
            CASE_CHECK(case_bit(words, i + k) == is_letter);
        CASE_CHECK(folded[i] == (is_letter ? known->leads[at] : bytes[i]));
        CASE_CHECK(n == 1 || folded[i + 1] == (is_letter ? known->nexts[at] : bytes[i + 1]));
        CASE_CHECK(n == 1 || !case_bit(foreign, i + 1));
    }
    return true;
}

static bool case_edges(const kernel *tested, const uint64_t *masks, size_t from, size_t to) {
    static uint16_t edges[CASE_BYTES + KERNEL_EDGE_SLACK];
    size_t n = tested->edges(edges, masks, from, to), n_expected = 0;
    bool inside = false;
    for (size_t i = from; i < to; i++) {
        if (case_bit(masks, i) == inside)
            continue;
        inside = !inside;
        CASE_CHECK(n_expected < n && edges[n_expected] == i);
        n_expected++;
    }
    CASE_CHECK(n == n_expected);
    return true;
}

static bool case_bytes(const kernel *tested, const uint8_t *bytes, size_t n_bytes) {
    size_t n_lines = 0, n_characters = 0, n_runs[KERNEL_CLASSES] = {0}, ascii_end = n_bytes;
    for (size_t i = n_bytes; i-- > 0;) {
        n_lines += bytes[i] == '\n';
        n_characters += bytes[i] < 0x80 || bytes[i] > 0xBF;
        ascii_end = bytes[i] >= 0x80 ? i : ascii_end;
        for (kernel_class class = 0; class < KERNEL_CLASSES; class ++)
            n_runs[class] += case_is_in(class, bytes[i]) && (i == 0 || !case_is_in(class, bytes[i - 1]));
    }
    CASE_CHECK(tested->count_lines(bytes, n_bytes) == n_lines);
    CASE_CHECK(tested->count_characters(bytes, n_bytes) == n_characters);
    for (kernel_class class = 0; class < KERNEL_CLASSES; class ++)
        CASE_CHECK(tested->count_runs[class](bytes, n_bytes) == n_runs[class]);
    CASE_CHECK(tested->ascii_end(bytes, n_bytes) == ascii_end);

    uint8_t *folded = case_block(n_bytes, 0);
    folded[n_bytes] = 0xA5; /* nothing is written behind */
    CASE_CHECK(tested->fold(folded, bytes, n_bytes) == (ascii_end == n_bytes));
    for (size_t i = 0; i < n_bytes; i++)
        CASE_CHECK(folded[i] == (bytes[i] >= 'A' && bytes[i] <= 'Z' ? bytes[i] + 32 : bytes[i]));
    CASE_CHECK(folded[n_bytes] == 0xA5);
    free(folded);
    return true;
}

static bool case_hashed(const kernel *tested, const kernel_hashes *batch, size_t i, bool is_other, token word) {
    static const uint64_t seed[2] = {UINT64_C(0x0123456789abcdef), UINT64_C(0xfedcba9876543210)};
    bool is_short = word.n_bytes >= 1 && word.n_bytes <= KERNEL_SHORT_BYTES && word.bytes[word.n_bytes - 1] != 0;
    CASE_CHECK(is_other == !is_short);
    if (!is_short)
        return true;
    uint8_t key[KERNEL_SHORT_BYTES] = {0};
    memcpy(key, word.bytes, word.n_bytes);
    CASE_CHECK(memcmp(batch->keys[i], key, sizeof key) == 0);
    /* The hash of a word depends on nothing around it. */
    kernel_hashes alone;
    CASE_CHECK(tested->hash_tokens(&alone, seed, &(token){key, word.n_bytes}, 1) == 0);
    CASE_CHECK(alone.hashes[0] == batch->hashes[i]);
    return true;
}

/* n_words of 1 to CASE_WORD_BYTES bytes, some with NULs at their end or inside. */
static bool case_hashes(const kernel *tested, size_t n_words) {
    static const uint64_t seed[2] = {UINT64_C(0x0123456789abcdef), UINT64_C(0xfedcba9876543210)};
    uint8_t *block = case_block(n_words * (CASE_WORD_BYTES + 1), TOKEN_PADDING_BYTES);
    uint16_t edges[2 * KERNEL_BATCH];
    token tokens[KERNEL_BATCH];
    size_t at = 0;
    kernel_hashes of_runs, of_tokens;
    for (size_t i = 0; i < n_words; i++) {
        size_t n = 1 + case_random(case_random(2) ? CASE_WORD_BYTES : KERNEL_SHORT_BYTES + 1);
        case_fill(block + at, n, (unsigned)case_random(3));
        if (case_random(8) == 0)
            block[at + n - 1] = 0;
        edges[2 * i] = (uint16_t)at;
        edges[2 * i + 1] = (uint16_t)(at + n);
        tokens[i] = (token){block + at, case_random(20) ? n : 0};
        at += n + case_random(2);
    }
    memset(block + at, 0xA5, TOKEN_PADDING_BYTES);
    uint64_t others = tested->hash_runs(&of_runs, seed, block, edges, n_words);
    uint64_t other_tokens = tested->hash_tokens(&of_tokens, seed, tokens, n_words);
    for (size_t i = 0; i < n_words; i++) {
        token word = {block + edges[2 * i], (size_t)(edges[2 * i + 1] - edges[2 * i])};
        if (!case_hashed(tested, &of_runs, i, others >> i & 1, word) ||
            !case_hashed(tested, &of_tokens, i, other_tokens >> i & 1, tokens[i]))
            return false;
    }
    CASE_CHECK(n_words == KERNEL_BATCH || (others >> n_words == 0 && other_tokens >> n_words == 0));
    free(block);
    return true;
}

/* A change of any bit, of the length and of the seed changes the hash, whatever lies around the bytes. */
static bool case_hash_of_bytes(const kernel *tested, size_t n_bytes) {
    const uint64_t seed[2] = {3, 4}, other_seed[2] = {3, 5};
    uint8_t *bytes = case_block(n_bytes, 1) + 1; /* nothing behind them can be read */
    case_fill(bytes, n_bytes, 0);
    uint64_t hash = tested->hash_bytes(seed, bytes, n_bytes);
    CASE_CHECK(hash != tested->hash_bytes(other_seed, bytes, n_bytes));
    CASE_CHECK(n_bytes == 0 || hash != tested->hash_bytes(seed, bytes, n_bytes - 1));
    for (size_t bit = 0; bit < 8 * n_bytes; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        CASE_CHECK(hash != tested->hash_bytes(seed, bytes, n_bytes));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    CASE_CHECK(hash == tested->hash_bytes(seed, bytes, n_bytes));
    free(bytes - 1);
    return true;
}

/* The high bits of the hashes, which choose the slots, are spread evenly over numbered words, of one byte on. */
static bool case_spread(const kernel *tested, size_t n_bytes) {
    enum { BUCKETS = 256, PER_BUCKET = 64 };
    const uint64_t seed[2] = {UINT64_C(0x5851f42d4c957f2d), UINT64_C(0x14057b7ef767814f)};
    size_t counts[BUCKETS] = {0}, limit = n_bytes == 1 ? 255 : 255 * PER_BUCKET;
    double n = (double)limit, squares = 0;
    for (size_t number = 0; number < limit; number++) {
        uint8_t bytes[64] = {0};
        kernel_hashes one;
        bytes[0] = (uint8_t)(number / 255);
        bytes[n_bytes / 2] = n_bytes > 2 ? 'a' : 0;
        bytes[n_bytes - 1] = (uint8_t)(number % 255 + 1);
        bool is_short = tested->hash_tokens(&one, seed, &(token){bytes, n_bytes}, 1) == 0;
        counts[(is_short ? one.hashes[0] : tested->hash_bytes(seed, bytes, n_bytes)) >> 56]++;
    }
    for (size_t i = 0; i < BUCKETS; i++)
        squares += ((double)counts[i] - n / BUCKETS) * ((double)counts[i] - n / BUCKETS);
    CASE_CHECK(squares / (n / BUCKETS) < 2 * BUCKETS); /* chi squared, of 255 +- 23 by chance */
    return true;
}

/* Sets of every size, in ASCII and beyond. */
static bool case_sets(const kernel *tested, const uint8_t *bytes, size_t n_masks) {
    enum { SETS = 19, STRIDE = CASE_MASKS + 1 };
    static uint64_t masks[SETS * STRIDE];
    static kernel_sets sets;
    uint64_t wanted[SETS][4];
    size_t n_sets = 1 + case_random(SETS);
    memset(&sets, 0, sizeof sets);
    for (size_t i = 0; i < n_sets; i++) {
        size_t rarity = 1 + case_random(30), n = case_random(6) ? 128 : 256;
        memset(wanted[i], 0, sizeof wanted[i]);
        if (n == 128 && case_random(3) == 0)
            wanted[i][2] = wanted[i][3] = UINT64_MAX;
        for (size_t byte = 0; byte < n; byte++)
            if (case_random(rarity) == 0)
                wanted[i][byte / 64] |= UINT64_C(1) << byte % 64;
        CASE_CHECK(kernel_sets_add(&sets, wanted[i]) == i);
    }
    memset(masks, 0xAA, sizeof masks);
    tested->set_masks(masks, STRIDE, bytes, n_masks, &sets);
    for (size_t i = 0; i < n_sets; i++) {
        for (size_t at = 0; at < n_masks * 64; at++)
            CASE_CHECK(case_bit(masks + i * STRIDE, at) == case_bit(wanted[i], bytes[at]));
        CASE_CHECK(masks[i * STRIDE + n_masks] == UINT64_C(0xAAAAAAAAAAAAAAAA));
    }
    return true;
}

/* Sets of characters of two bytes, in masks that say something else before. */
static bool case_pair_sets(const kernel *tested, size_t n_masks) {
    enum { SETS = 19, STRIDE = CASE_MASKS + 1 };
    static uint64_t masks[SETS * STRIDE], before[SETS * STRIDE];
    static kernel_pair_sets sets;
    uint64_t wanted[SETS][KERNEL_LEADS], leads[STRIDE];
    size_t n_sets = 1 + case_random(SETS), n_bytes = n_masks * 64;
    uint8_t *bytes = case_block(n_bytes, 0); /* and one behind */
    case_fill_pairs(bytes, n_bytes + 1);
    if (case_random(8) == 0)
        memset(bytes, 'a', n_bytes);
    memset(&sets, 0, sizeof sets);
    for (size_t i = 0; i < n_sets; i++) {
        size_t rarity = 1 + case_random(30);
        memset(wanted[i], 0, sizeof wanted[i]);
        for (size_t pair = 0; pair < KERNEL_LEADS * 64; pair++)
            wanted[i][pair / 64] |= (uint64_t)(case_random(rarity) == 0) << pair % 64;
        CASE_CHECK(kernel_pair_sets_add(&sets, wanted[i]) == i);
    }
    for (size_t i = 0; i < SETS * STRIDE; i++)
        masks[i] = before[i] = case_word();
    leads[n_masks] = 7;
    tested->pair_set_masks(masks, STRIDE, leads, bytes, n_masks, &sets);
    CASE_CHECK(leads[n_masks] == 7);
    for (size_t at = 0; at < n_bytes; at++)
        CASE_CHECK(case_bit(leads, at) == case_is_pair(bytes + at));
    for (size_t i = 0; i < SETS * STRIDE; i++) {
        size_t set = i / STRIDE, m = i % STRIDE;
        for (size_t at = 0; at < 64; at++) {
            const uint8_t *pair = bytes + m * 64 + at;
            bool is_there = set < n_sets && m < n_masks && case_bit(leads + m, at);
            bool expected =
                is_there ? case_bit(wanted[set] + (pair[0] & 0x1F), pair[1] & 0x3F) : case_bit(before + i, at);
            CASE_CHECK(case_bit(masks + i, at) == expected);
        }
    }
    free(bytes);
    return true;
}

/* Places left out and put in again: none, all, or some of them. */
static bool case_squeeze(const kernel *tested) {
    enum { WORDS = 40 };
    uint64_t stream[WORDS + 1], squeezed[WORDS + 1], kept[WORDS], spread[WORDS + 1];
    size_t n_words = case_random(WORDS + 1), rarity = case_random(9), n_kept = 0;
    for (size_t i = 0; i < WORDS + 1; i++)
        stream[i] = squeezed[i] = case_word();
    for (size_t at = 0; at < 64 * n_words; at++) {
        uint64_t is_kept = rarity == 0 ? case_random(2) : rarity < 8 && case_random(rarity * rarity * rarity) > 0;
        kept[at / 64] = (at % 64 ? kept[at / 64] : 0) | is_kept << at % 64;
    }
    tested->squeeze(squeezed, kept, n_words);
    CASE_CHECK(squeezed[n_words] == stream[n_words]);
    spread[n_words] = 7;
    tested->spread(spread, squeezed, kept, n_words);
    CASE_CHECK(spread[n_words] == 7);
    for (size_t at = 0; at < 64 * n_words; at++) {
        CASE_CHECK(case_bit(spread, at) == (case_bit(kept, at) && case_bit(stream, at)));
        if (case_bit(kept, at))
            CASE_CHECK(case_bit(squeezed, n_kept++) == case_bit(stream, at));
    }
    for (; n_kept < 64 * n_words; n_kept++)
        CASE_CHECK(!case_bit(squeezed, n_kept));
    return true;
}

enum { CASE_AROUND = 16 }; /* words of a stream before and behind what is worked on */

static bool case_stream_bit(kernel_stream kind, const uint64_t *a, const uint64_t *b, const uint64_t *c, size_t moved,
                            size_t at) {
    bool in_a = case_bit(a, at), before = case_bit(a - 1, at + 63);
    switch (kind) {
    case KERNEL_STREAM_AND:
        return in_a && case_bit(b, at + moved);
    case KERNEL_STREAM_ADD:
        return case_bit(c, at) || (in_a && case_bit(b, at + moved));
    case KERNEL_STREAM_REMOVE:
        return in_a && !case_bit(b, at);
    case KERNEL_STREAM_NOT:
        return !in_a;
    case KERNEL_STREAM_REACH:
        for (; case_bit(a, at); at++)
            if (case_bit(b, at + 1))
                return true;
        return false;
    case KERNEL_STREAM_BEHIND:
        return before;
    default:
        return in_a != before;
    }
}

static bool case_streams(const kernel *tested) {
    enum { WORDS = 40 };
    uint64_t streams[4][WORDS + 2 * CASE_AROUND];
    size_t n_words = KERNEL_STREAM_STEP * case_random(WORDS / KERNEL_STREAM_STEP + 1), moved = case_random(200);
    for (unsigned i = 0; i < 3; i++) {
        size_t n_lasting = (size_t)1 << case_random(8);
        bool bit = false;
        memset(streams[i], 0, sizeof streams[i]);
        for (size_t at = 0; at < 64 * (WORDS + 2 * CASE_AROUND); at++) {
            bit = case_random(n_lasting) ? bit : !bit;
            streams[i][at / 64] |= (uint64_t)bit << at % 64;
        }
    }
    uint64_t *a = streams[0] + CASE_AROUND, *b = streams[1] + CASE_AROUND, *c = streams[2] + CASE_AROUND;
    uint64_t *to = streams[3] + CASE_AROUND;
    a[n_words] &= ~UINT64_C(1);
    for (kernel_stream kind = 0; kind < KERNEL_STREAMS; kind++) {
        memset(streams[3], 0x55, sizeof streams[3]);
        tested->streams[kind](to, a, b, c, moved, n_words);
        for (size_t at = 0; at < 64 * n_words; at++)
            CASE_CHECK(case_bit(to, at) == case_stream_bit(kind, a, b, c, moved, at));
        CASE_CHECK(to[n_words] == UINT64_C(0x5555555555555555) && to[-1] == UINT64_C(0x5555555555555555));
    }
    uint64_t n_set = 0;
    for (size_t at = 0; at < 64 * n_words; at++)
        n_set += case_bit(a, at);
    CASE_CHECK(tested->count_bits(a, n_words) == n_set);
    uint64_t counts[WORDS + 2];
    counts[n_words + 1] = 7;
    tested->running_counts(counts, a, n_words);
    for (size_t i = 0; i <= n_words; i++)
        CASE_CHECK(counts[i] == tested->count_bits(a, i));
    CASE_CHECK(counts[n_words + 1] == 7);
    return true;
}

static bool kernel_passes(const kernel *tested) {
    for (unsigned run = 0; run < 400; run++) {
        size_t n_masks = run < 20 ? CASE_MASKS : case_random(9), offset = case_random(64);
        size_t n_bytes = run < 300 ? run : case_random(3 * 255 * 64 + 130);
        uint8_t *block = case_block(n_masks * 64 + offset, 0), *bytes = case_block(n_bytes, 0);
        uint64_t masks[CASE_MASKS];
        case_fill(block + offset, n_masks * 64, run % 5);
        case_fill(bytes, n_bytes, run % 40);
        if (!case_masks(tested, block + offset, n_masks) || !case_bytes(tested, bytes, n_bytes) ||
            !case_pairs(tested, n_masks) || !case_sets(tested, block + offset, n_masks) ||
            !case_pair_sets(tested, n_masks) || !case_squeeze(tested) || !case_streams(tested))
            return false;
        for (size_t i = 0; i < CASE_MASKS; i++) {
            uint64_t fill = run % 4 == 0 ? 0 : run % 4 == 1 ? ~UINT64_C(0) : UINT64_C(0x5555555555555555);
            masks[i] = fill;
            for (unsigned n = run % 7 == 0 ? 64 : 0; n > 0; n--)
                masks[i] ^= UINT64_C(1) << case_random(64);
        }
        for (unsigned n = 0; n < 20; n++) {
            size_t to = n == 0 ? CASE_BYTES : case_random(CASE_BYTES + 1), from = n < 2 ? 0 : case_random(to + 1);
            if (!case_edges(tested, masks, from, to))
                return false;
        }
        if (!case_hashes(tested, run < KERNEL_BATCH ? run + 1 : 1 + case_random(KERNEL_BATCH)))
            return false;
        free(block);
        free(bytes);
    }
    for (size_t n_bytes = 0; n_bytes < 70; n_bytes++)
        if (!case_hash_of_bytes(tested, n_bytes) || (n_bytes > 0 && n_bytes <= 64 && !case_spread(tested, n_bytes)))
            return false;
    return true;
}

#endif
