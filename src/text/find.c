/* Where a text lies among bytes.
 *
 * Two bytes of the text that are rare as a rule are looked for at their distance, 64 places at a time:
 *
 *     text       t h e _ k i n g              bytes[i + 4] == 'k'  &  bytes[i + 7] == 'g'
 *                        ^     ^              -> 64 bits, a candidate each
 *
 * Candidates are compared as a whole. This goes at the speed of memory as long as candidates are few, and would take
 * the product of both lengths where they are many and alike (a run of zeros searched for zeros and a one). So each
 * search has a credit that grows with the bytes it has passed and shrinks with those it compared in vain; when it is
 * used up, a stretch is searched by the Two-Way algorithm (Crochemore and Perrin, "Two-way string-matching", Journal of
 * the ACM 38, 1991), which is linear whatever the text, needs no memory, and runs at some 1 GB/s. The stretch is longer
 * than the text, so that the cost of its begin is a share of it; after it the fast way is tried again. All in all:
 * linear.
 *
 * Backward search is the same from the other end; Two-Way sees both texts reversed. */
#include "text/find.h"

#include <string.h>

#include "text/rarity.h"
#include "thrum/find.h"

enum {
    BLOCK = 64,
    AHEAD_BYTES = 4096 /* are asked for: processors foresee nothing beyond a page */
};

/* --- two bytes at their distance ---------------------------------------------------------------------------------- */

/* The same steps for each width of register: the block of the nearest candidate, from either end. */
#define DEFINE_SCANS(name, attributes)                                                                                 \
    attributes static size_t scan_##name(const uint8_t *first, const uint8_t *second, byte_pair pair, size_t n_blocks, \
                                         uint64_t *places) {                                                           \
        for (size_t i = 0; i < n_blocks; i++) {                                                                        \
            __builtin_prefetch(first + i * BLOCK + AHEAD_BYTES);                                                       \
            if ((*places = block_##name(first + i * BLOCK, second + i * BLOCK, pair)) != 0)                            \
                return i;                                                                                              \
        }                                                                                                              \
        return n_blocks;                                                                                               \
    }                                                                                                                  \
    attributes static size_t scan_back_##name(const uint8_t *first, const uint8_t *second, byte_pair pair,             \
                                              size_t n_blocks, uint64_t *places) {                                     \
        for (size_t i = n_blocks; i-- > 0;)                                                                            \
            if ((*places = block_##name(first + i * BLOCK, second + i * BLOCK, pair)) != 0)                            \
                return i;                                                                                              \
        return n_blocks;                                                                                               \
    }

/* Bit 7 of each byte that is zero. */
static inline uint64_t zero_bytes(uint64_t word) {
    const uint64_t low = UINT64_C(0x7F7F7F7F7F7F7F7F);
    return ~(((word & low) + low) | word | low);
}

static inline uint64_t load_word(const uint8_t *bytes) {
    uint64_t word = 0;
    for (unsigned i = 0; i < 8; i++) /* compilers make one load of it */
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

static inline uint64_t block_portable(const uint8_t *first, const uint8_t *second, byte_pair pair) {
    /* The product brings bit 8k to bit 56 + k, and no two of them to the same place. */
    const uint64_t each = UINT64_C(0x0101010101010101), gather = UINT64_C(0x0102040810204080);
    uint64_t places = 0;
    for (unsigned i = 0; i < BLOCK; i += 8) {
        uint64_t zeros = zero_bytes(((load_word(first + i) | pair.fold_a * each) ^ pair.a * each) |
                                    ((load_word(second + i) | pair.fold_b * each) ^ pair.b * each));
        if (zeros)
            places |= ((zeros >> 7) * gather >> 56) << i;
    }
    return places;
}

DEFINE_SCANS(portable, )

#if defined(__x86_64__)
#include <immintrin.h>

#define WITH_AVX2   __attribute__((target("avx2")))
#define WITH_AVX512 __attribute__((target("avx512bw")))

WITH_AVX2 static inline __m256i equal_avx2(const uint8_t *bytes, uint8_t fold, uint8_t byte) {
    __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)bytes);
    return _mm256_cmpeq_epi8(_mm256_or_si256(block, _mm256_set1_epi8((char)fold)), _mm256_set1_epi8((char)byte));
}

WITH_AVX2 static inline uint64_t half_avx2(const uint8_t *first, const uint8_t *second, byte_pair pair) {
    __m256i has_a = equal_avx2(first, pair.fold_a, pair.a), has_b = equal_avx2(second, pair.fold_b, pair.b);
    return (uint32_t)_mm256_movemask_epi8(_mm256_and_si256(has_a, has_b));
}

WITH_AVX2 static inline uint64_t block_avx2(const uint8_t *first, const uint8_t *second, byte_pair pair) {
    return half_avx2(first, second, pair) | half_avx2(first + 32, second + 32, pair) << 32;
}

WITH_AVX512 static inline uint64_t block_avx512(const uint8_t *first, const uint8_t *second, byte_pair pair) {
    __m512i a = _mm512_or_si512(_mm512_loadu_si512(first), _mm512_set1_epi8((char)pair.fold_a));
    __m512i b = _mm512_or_si512(_mm512_loadu_si512(second), _mm512_set1_epi8((char)pair.fold_b));
    return _mm512_mask_cmpeq_epi8_mask(_mm512_cmpeq_epi8_mask(a, _mm512_set1_epi8((char)pair.a)), b,
                                       _mm512_set1_epi8((char)pair.b));
}

DEFINE_SCANS(avx2, WITH_AVX2)
DEFINE_SCANS(avx512, WITH_AVX512)

#endif

static const struct {
    const char *kernel; /* whose instructions they need */
    pair_scan *scan, *scan_back;
} scans[] = {
    {"portable", scan_portable, scan_back_portable},
#if defined(__x86_64__)
    {"avx2", scan_avx2, scan_back_avx2},
    {"avx512", scan_avx512, scan_back_avx512},
#endif
};

static size_t scans_of(const kernel *chosen) {
    size_t i = sizeof scans / sizeof *scans;
    while (--i > 0 && strcmp(scans[i].kernel, chosen->name) != 0)
        continue;
    return i;
}

pair_scan *pair_scan_of(const kernel *chosen) {
    return scans[scans_of(chosen)].scan;
}

/* --- which two bytes ---------------------------------------------------------------------------------------------- */

enum { MOST_LOOKED_AT = 256 };

/* The two rarest bytes; the same byte again says less than any other. */
static void choose_pair(finder *f) {
    size_t n = f->n_text < MOST_LOOKED_AT ? f->n_text : MOST_LOOKED_AT;
    f->first = 0;
    for (size_t i = 1; i < n; i++)
        if (byte_rarity[f->text[i]] > byte_rarity[f->text[f->first]])
            f->first = i;
    f->second = f->first == 0 && n > 1 ? n - 1 : 0;
    unsigned second_rarity = 0;
    for (size_t i = 0; i < n; i++)
        if (f->text[i] != f->text[f->first] && byte_rarity[f->text[i]] > second_rarity) {
            second_rarity = byte_rarity[f->text[i]];
            f->second = i;
        }
    f->pair = (byte_pair){.a = f->text[f->first], .b = f->text[f->second]};
}

void finder_init(finder *f, const uint8_t *text, size_t n_text, const kernel *chosen) {
    *f = (finder){.text = text, .n_text = n_text};
    choose_pair(f);
    f->scan = scans[scans_of(chosen)].scan;
    f->scan_back = scans[scans_of(chosen)].scan_back;
}

/* --- Two-Way ------------------------------------------------------------------------------------------------------ */

/* Bytes read from front to back or from back to front. */
typedef struct reading {
    const uint8_t *begin;
    ptrdiff_t step; /* 1 or -1 */
} reading;

static inline uint8_t at(reading r, size_t i) {
    return r.begin[(ptrdiff_t)i * r.step];
}

/* A text cut in two, such that a mismatch on either side of the cut tells how far to go. */
typedef struct factors {
    size_t cut;
    size_t period;    /* of the whole text, or a bound below it */
    bool is_periodic; /* the former */
} factors;

/* Where the greatest suffix begins, by the order of bytes or its reverse, and that suffix's period. */
static size_t greatest_suffix(reading text, size_t n_text, bool reverse, size_t *period) {
    size_t best = 0, candidate = 1, n_equal = 0;
    *period = 1;
    while (candidate + n_equal < n_text) {
        uint8_t a = at(text, candidate + n_equal), b = at(text, best + n_equal);
        if (a == b) {
            n_equal++;
            if (n_equal == *period) {
                candidate += *period;
                n_equal = 0;
            }
        } else if (reverse ? a > b : a < b) {
            candidate += n_equal + 1;
            n_equal = 0;
            *period = candidate - best;
        } else {
            best = candidate++;
            n_equal = 0;
            *period = 1;
        }
    }
    return best;
}

static factors factorize(reading text, size_t n_text) {
    size_t period, period_reverse;
    size_t cut = greatest_suffix(text, n_text, false, &period);
    size_t cut_reverse = greatest_suffix(text, n_text, true, &period_reverse);
    if (cut_reverse > cut) {
        cut = cut_reverse;
        period = period_reverse;
    }
    size_t i = 0;
    while (i < cut && i + period < n_text && at(text, i) == at(text, i + period))
        i++;
    if (i == cut)
        return (factors){cut, period, true};
    return (factors){cut, (cut > n_text - cut ? cut : n_text - cut) + 1, false};
}

/* The first place below `end` at which the text begins; `end` when there is none. All of the text has to lie in the
 * bytes wherever it begins there. */
static size_t two_way(reading text, size_t n_text, reading bytes, size_t end) {
    const factors f = factorize(text, n_text);
    size_t n_known = 0; /* of the left part, from the last move by a period */
    for (size_t place = 0; place < end;) {
        size_t i = f.cut > n_known ? f.cut : n_known;
        while (i < n_text && at(text, i) == at(bytes, place + i))
            i++;
        if (i < n_text) {
            place += i - f.cut + 1;
            n_known = 0;
            continue;
        }
        i = f.cut;
        while (i > n_known && at(text, i - 1) == at(bytes, place + i - 1))
            i--;
        if (i <= n_known)
            return place;
        place += f.period;
        n_known = f.is_periodic ? n_text - f.period : 0;
    }
    return end;
}

/* How far Two-Way goes before the fast way is tried again. */
static size_t stretch(const finder *f) {
    const size_t least = (size_t)64 << 10;
    return f->n_text > least / 8 ? 8 * f->n_text : least;
}

/* --- the search --------------------------------------------------------------------------------------------------- */

/* One search under way. What candidates cost, each its comparison and a little more, is set against the bytes that
 * were passed. */
typedef struct search {
    const finder *f;
    const uint8_t *bytes;
    size_t from, end; /* places still to be looked at */
    uint64_t *offsets;
    size_t n, most;
    uint64_t n_spent;
    size_t credit_place; /* since when it counts */
} search;

enum { FIRST_CREDIT = 2048, CREDIT_PER_BYTE = 4, CANDIDATE_COST = 16 };

static bool is_spent(const search *s, size_t place) {
    size_t n_passed = place > s->credit_place ? place - s->credit_place : s->credit_place - place;
    return s->n_spent > FIRST_CREDIT + (uint64_t)CREDIT_PER_BYTE * n_passed;
}

/* In pieces, so that what is charged is what was compared. */
static bool is_text(search *s, size_t place) {
    enum { PIECE = 64 };
    const finder *f = s->f;
    for (size_t i = 0; i < f->n_text; i += PIECE) {
        size_t n = f->n_text - i < PIECE ? f->n_text - i : PIECE;
        if (memcmp(s->bytes + place + i, f->text + i, n) != 0) {
            s->n_spent += CANDIDATE_COST + i + n;
            return false;
        }
    }
    return true;
}

static uint64_t scan_rest(const finder *f, const uint8_t *bytes, size_t n_places) {
    uint8_t first[BLOCK] = {0}, second[BLOCK] = {0};
    uint64_t places;
    memcpy(first, bytes + f->first, n_places);
    memcpy(second, bytes + f->second, n_places);
    f->scan(first, second, f->pair, 1, &places);
    return places & ((UINT64_C(1) << n_places) - 1);
}

/* The next candidates from `from` on: a block that begins there or later. Bytes behind the last place, where a block
 * has fewer than 64, are not ours to read. */
static uint64_t next_block(const search *s, size_t *block) {
    const finder *f = s->f;
    const uint8_t *bytes = s->bytes + s->from;
    uint64_t places = 0;
    size_t n_blocks = (s->end - s->from) / BLOCK, n_rest = (s->end - s->from) % BLOCK;
    size_t i = f->scan(bytes + f->first, bytes + f->second, f->pair, n_blocks, &places);
    *block = s->from + i * BLOCK;
    return i < n_blocks ? places : n_rest ? scan_rest(f, bytes + i * BLOCK, n_rest) : 0;
}

/* The same from the other end, before s->end. */
static uint64_t last_block(const search *s, size_t *block) {
    const finder *f = s->f;
    uint64_t places = 0;
    size_t n_blocks = (s->end - s->from) / BLOCK, n_rest = (s->end - s->from) % BLOCK;
    const uint8_t *bytes = s->bytes + s->from + n_rest;
    size_t i = f->scan_back(bytes + f->first, bytes + f->second, f->pair, n_blocks, &places);
    *block = i < n_blocks ? s->from + n_rest + i * BLOCK : s->from;
    return i < n_blocks ? places : n_rest ? scan_rest(f, s->bytes + s->from, n_rest) : 0;
}

static void take(search *s, size_t place) {
    s->offsets[s->n++] = place;
    s->from = place + s->f->n_text;
}

/* Takes the occurrences among the candidates of a block and moves to where the search resumes; stops at a candidate
 * that was one too many. */
static void take_block(search *s, size_t block, uint64_t places) {
    size_t next = s->end - block < BLOCK ? s->end : block + BLOCK;
    for (s->from = block; places && s->n < s->most; places &= places - 1) {
        size_t place = block + (size_t)__builtin_ctzll(places);
        if (place < s->from)
            continue;
        if (is_text(s, place)) {
            take(s, place);
        } else if (is_spent(s, place)) {
            s->from = place + 1;
            return;
        }
    }
    if (s->n < s->most && s->from < next)
        s->from = next;
}

static void renew_credit(search *s, size_t place) {
    s->n_spent = 0;
    s->credit_place = place;
}

/* One occurrence, or none in a stretch, by Two-Way. */
static void take_stretch(search *s) {
    const finder *f = s->f;
    size_t n_left = s->end - s->from, n_places = n_left < stretch(f) ? n_left : stretch(f);
    size_t i = two_way((reading){f->text, 1}, f->n_text, (reading){s->bytes + s->from, 1}, n_places);
    if (i < n_places)
        take(s, s->from + i);
    else
        s->from += n_places;
    renew_credit(s, s->from);
}

/* Places below `end` at which the text has room in the bytes. */
static size_t end_of_places(const finder *f, size_t n_bytes, size_t end) {
    size_t n_places = n_bytes >= f->n_text ? n_bytes - f->n_text + 1 : 0;
    return end < n_places ? end : n_places;
}

size_t finder_next(const finder *f, const uint8_t *bytes, size_t n_bytes, size_t *at, size_t end, uint64_t *offsets,
                   size_t most) {
    search s = {.f = f,
                .bytes = bytes,
                .from = *at,
                .end = end_of_places(f, n_bytes, end),
                .offsets = offsets,
                .most = most,
                .credit_place = *at};
    while (s.from < s.end && s.n < most) {
        size_t block;
        uint64_t places = next_block(&s, &block);
        if (places)
            take_block(&s, block, places);
        else
            s.from = s.end;
        if (s.from < s.end && s.n < most && is_spent(&s, s.from))
            take_stretch(&s);
    }
    *at = s.n < most && s.from < end ? end : s.from;
    return s.n;
}

/* The last occurrence among the candidates of a block, or THRUM_NOT_FOUND with s->end where the search goes on. */
static uint64_t last_in_block(search *s, size_t block, uint64_t places) {
    s->end = block;
    while (places) {
        unsigned bit = BLOCK - 1 - (unsigned)__builtin_clzll(places);
        places ^= UINT64_C(1) << bit;
        if (is_text(s, block + bit))
            return block + bit;
        if (is_spent(s, block + bit)) {
            s->end = block + bit;
            break;
        }
    }
    return THRUM_NOT_FOUND;
}

static uint64_t last_in_stretch(search *s) {
    const finder *f = s->f;
    size_t n_left = s->end - s->from, n_places = n_left < stretch(f) ? n_left : stretch(f);
    const uint8_t *text_end = f->text + f->n_text - 1, *bytes_end = s->bytes + s->end + f->n_text - 2;
    size_t i = two_way((reading){text_end, -1}, f->n_text, (reading){bytes_end, -1}, n_places);
    if (i < n_places)
        return s->end - 1 - i;
    s->end -= n_places;
    renew_credit(s, s->end);
    return THRUM_NOT_FOUND;
}

uint64_t finder_last(const finder *f, const uint8_t *bytes, size_t begin, size_t end) {
    search s = {.f = f, .bytes = bytes, .from = begin, .end = end_of_places(f, end, end)};
    s.credit_place = s.end;
    uint64_t found = THRUM_NOT_FOUND;
    while (found == THRUM_NOT_FOUND && s.from < s.end) {
        size_t block;
        uint64_t places = last_block(&s, &block);
        found = last_in_block(&s, block, places);
        if (found == THRUM_NOT_FOUND && s.from < s.end && is_spent(&s, s.end))
            found = last_in_stretch(&s);
    }
    return found;
}

bool finder_may_overlap_itself(const finder *f) {
    enum { MOST_TRIED = 4096 };
    for (size_t i = 1; i < f->n_text && i < MOST_TRIED; i++)
        if (memcmp(f->text, f->text + f->n_text - i, i) == 0)
            return true;
    return f->n_text > MOST_TRIED;
}

/* --- one place -----------------------------------------------------------------------------------------------------
 */

uint64_t thrum_find(const uint8_t *bytes, uint64_t n_bytes, const uint8_t *text, size_t n_text_bytes, uint64_t from) {
    if (from > n_bytes || n_text_bytes > n_bytes - from)
        return THRUM_NOT_FOUND;
    if (n_text_bytes == 0)
        return from;
    finder f;
    size_t at = (size_t)from;
    uint64_t offset;
    finder_init(&f, text, n_text_bytes, kernel_get());
    return finder_next(&f, bytes, (size_t)n_bytes, &at, (size_t)n_bytes, &offset, 1) ? offset : THRUM_NOT_FOUND;
}

static uint64_t find_last_between(const uint8_t *bytes, uint64_t begin, uint64_t end, const uint8_t *text,
                                  size_t n_text) {
    if (begin > end || n_text > end - begin)
        return THRUM_NOT_FOUND;
    if (n_text == 0)
        return end;
    finder f;
    finder_init(&f, text, n_text, kernel_get());
    return finder_last(&f, bytes, (size_t)begin, (size_t)end);
}

uint64_t thrum_find_last(const uint8_t *bytes, uint64_t n_bytes, const uint8_t *text, size_t n_text_bytes,
                         uint64_t to) {
    return find_last_between(bytes, 0, to < n_bytes ? to : n_bytes, text, n_text_bytes);
}

static uint64_t place_of(int64_t place, uint64_t n_bytes) {
    uint64_t length = place < 0 ? -(uint64_t)place : (uint64_t)place;
    if (place < 0)
        return length < n_bytes ? n_bytes - length : 0;
    return length < n_bytes ? length : n_bytes;
}

uint64_t thrum_mapping_find(const thrum_mapping *mapping, const void *text, size_t n_text_bytes, int64_t start,
                            int64_t end) {
    uint64_t n_bytes = thrum_mapping_n_bytes(mapping);
    return thrum_find(thrum_mapping_bytes(mapping), place_of(end, n_bytes), text, n_text_bytes,
                      place_of(start, n_bytes));
}

uint64_t thrum_mapping_find_last(const thrum_mapping *mapping, const void *text, size_t n_text_bytes, int64_t start,
                                 int64_t end) {
    uint64_t n_bytes = thrum_mapping_n_bytes(mapping);
    return find_last_between(thrum_mapping_bytes(mapping), place_of(start, n_bytes), place_of(end, n_bytes), text,
                             n_text_bytes);
}
