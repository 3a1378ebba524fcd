/* Sorting rows whose words lie anywhere in memory.
 *
 * What costs is not comparing but fetching the words, so each row carries a key of 64 bits that is enough to order it
 * for a while. Keys come level by level. At the level of counts the key is the complement of the count, so that the
 * greatest comes first. At a level of words with depth d it is
 *
 *      byte d | d+1 | d+2 | d+3 | d+4 | d+5 | d+6 | how many bytes are left from d on, at most 8
 *
 * big-endian, zero where the word has ended. The last byte puts a word before the same word followed by NULs, and says
 * whether equal keys mean equal words (up to 7) or that the next level must decide (8). Rows with equal keys go down
 * to the next level, counts first, then depths 0, 7, 14, ...
 *
 * The keys of a level are sorted by their bytes, highest first, each time by an American flag permutation: count the
 * 256 values, then swap every row to its bucket. (P. M. McIlroy, K. Bostic, M. D. McIlroy, "Engineering Radix Sort",
 * Computing Systems 6(1), 1993.) No input makes this quadratic. All buckets but the largest are sorted by
 * recursion and the largest by the loop, so the recursion halves its rows each time and is never deeper than log2(n).
 *
 * To choose the first n rows is to sort, leaving alone the buckets that begin behind them: one bucket at most is
 * divided further without being sorted, hence a linear cost. */
#include "count/word_rows.h"

#include <stdbool.h>
#include <string.h>

enum {
    N_BUCKETS = 256,
    N_INSERTION = 32,  /* so many rows are sorted by insertion */
    PREFETCH_ROWS = 16 /* so far ahead words are asked for */
};

/* The depth that stands for the level of counts. */
#define DEPTH_OF_COUNTS SIZE_MAX

static int compare_bytes(const uint8_t *a, size_t n_a, const uint8_t *b, size_t n_b) {
    size_t n = n_a < n_b ? n_a : n_b;
    int order = n ? memcmp(a, b, n) : 0;
    return order ? order : (n_a > n_b) - (n_a < n_b);
}

int word_row_compare_word(const word_row *a, const word_row *b) {
    return compare_bytes(a->bytes, a->n_bytes, b->bytes, b->n_bytes);
}

int word_row_compare_count(const word_row *a, const word_row *b) {
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return word_row_compare_word(a, b);
}

static uint64_t key_of_word(const word_row *row, size_t depth) {
    const uint8_t *bytes = row->bytes + depth;
    size_t n = row->n_bytes - depth;
    uint64_t key = 0;
    if (n >= 8) {
        for (int i = 0; i < 8; i++)
            key = key << 8 | bytes[i];
        return (key & ~UINT64_C(0xff)) | 8;
    }
    for (size_t i = 0; i < n; i++)
        key |= (uint64_t)bytes[i] << (56 - 8 * i);
    return key | n;
}

static void load_keys(word_row *rows, size_t n_rows, size_t depth) {
    if (depth == DEPTH_OF_COUNTS) {
        for (size_t i = 0; i < n_rows; i++)
            rows[i].key = ~rows[i].count;
        return;
    }
    for (size_t i = 0; i < n_rows; i++) {
        if (n_rows - i > PREFETCH_ROWS)
            __builtin_prefetch(rows[i + PREFETCH_ROWS].bytes + depth);
        rows[i].key = key_of_word(&rows[i], depth);
    }
}

/* Takes rows whose keys are equal to the next level; false when there is none, since the rows are equal. */
static bool descend(word_row *rows, size_t n_rows, size_t *depth) {
    if (*depth == DEPTH_OF_COUNTS)
        *depth = 0;
    else if ((rows->key & 0xff) == 8)
        *depth += 7;
    else
        return false;
    load_keys(rows, n_rows, *depth);
    return true;
}

static bool comes_before(const word_row *a, const word_row *b, size_t depth) {
    if (a->key != b->key)
        return a->key < b->key;
    size_t same = depth == DEPTH_OF_COUNTS ? 0 : depth;
    return compare_bytes(a->bytes + same, a->n_bytes - same, b->bytes + same, b->n_bytes - same) < 0;
}

static void sort_by_insertion(word_row *rows, size_t n_rows, size_t depth) {
    for (size_t i = 1; i < n_rows; i++) {
        word_row row = rows[i];
        size_t at = i;
        for (; at > 0 && comes_before(&row, &rows[at - 1], depth); at--)
            rows[at] = rows[at - 1];
        rows[at] = row;
    }
}

static size_t digit(const word_row *row, unsigned shift) {
    return row->key >> shift & (N_BUCKETS - 1);
}

/* Counts the values of one byte of the keys. True when they are all the same. */
static bool count_digits(const word_row *rows, size_t n_rows, unsigned shift, size_t counts[N_BUCKETS]) {
    memset(counts, 0, N_BUCKETS * sizeof *counts);
    for (size_t i = 0; i < n_rows; i++)
        counts[digit(&rows[i], shift)]++;
    return counts[digit(rows, shift)] == n_rows;
}

/* Swaps every row to its bucket. Takes the sizes of the buckets and leaves their ends. */
static void permute(word_row *rows, unsigned shift, size_t ends[N_BUCKETS]) {
    size_t next[N_BUCKETS];
    for (size_t bucket = 0, at = 0; bucket < N_BUCKETS; bucket++) {
        next[bucket] = at;
        ends[bucket] = at += ends[bucket];
    }
    for (size_t bucket = 0; bucket < N_BUCKETS; bucket++) {
        while (next[bucket] < ends[bucket]) {
            word_row row = rows[next[bucket]];
            for (size_t home; (home = digit(&row, shift)) != bucket;) {
                word_row displaced = rows[next[home]];
                rows[next[home]++] = row;
                row = displaced;
            }
            rows[next[bucket]++] = row;
        }
    }
}

/* The highest byte in which the keys differ, as a shift; -1 when they are equal. */
static int differing_shift(const word_row *rows, size_t n_rows) {
    uint64_t differing = 0;
    for (size_t i = 1; i < n_rows; i++)
        differing |= rows[i].key ^ rows->key;
    int shift = -1;
    for (; differing; differing >>= 8)
        shift += shift < 0 ? 1 : 8;
    return shift;
}

/* Sorts the first n_top rows to the front, n_top > 0. The keys are those of `depth` and equal above the byte at
 * `shift`; -1 when they are wholly equal. */
static void sort_from(word_row *rows, size_t n_rows, size_t n_top, size_t depth, int shift) {
    size_t ends[N_BUCKETS];
    while (n_rows > N_INSERTION) {
        if (shift < 0) {
            if (!descend(rows, n_rows, &depth))
                return;
            shift = 56;
        }
        if (count_digits(rows, n_rows, (unsigned)shift, ends)) {
            shift = differing_shift(rows, n_rows);
            continue;
        }
        permute(rows, (unsigned)shift, ends);
        shift -= 8;

        size_t largest = 0, largest_begin = 0, largest_rows = 0;
        for (size_t bucket = 0, begin = 0; bucket < N_BUCKETS && begin < n_top; begin = ends[bucket++]) {
            if (ends[bucket] - begin > largest_rows) {
                largest = bucket;
                largest_begin = begin;
                largest_rows = ends[bucket] - begin;
            }
        }
        for (size_t bucket = 0, begin = 0; bucket < N_BUCKETS && begin < n_top; begin = ends[bucket++])
            if (bucket != largest && ends[bucket] - begin > 1)
                sort_from(rows + begin, ends[bucket] - begin, n_top - begin, depth, shift);
        rows += largest_begin;
        n_rows = largest_rows;
        n_top -= largest_begin;
    }
    sort_by_insertion(rows, n_rows, depth);
}

void word_rows_select(word_row *rows, size_t n_rows, size_t n_top, thrum_words_sort order) {
    if (n_top == 0)
        return;
    size_t depth = order == THRUM_WORDS_BY_COUNT ? DEPTH_OF_COUNTS : 0;
    load_keys(rows, n_rows, depth);
    sort_from(rows, n_rows, n_top, depth, 56);
}

void word_rows_sort(word_row *rows, size_t n_rows, thrum_words_sort order) {
    word_rows_select(rows, n_rows, n_rows, order);
}

void word_rows_merge(word_row *to, const word_row *a, size_t n_a, const word_row *b, size_t n_b,
                     thrum_words_sort order) {
    bool by_count = order == THRUM_WORDS_BY_COUNT;
    size_t i = 0, j = 0;
    while (i < n_a && j < n_b) {
        bool from_b = (by_count ? word_row_compare_count(&b[j], &a[i]) : word_row_compare_word(&b[j], &a[i])) < 0;
        if (from_b) {
            if (n_b - j > PREFETCH_ROWS)
                __builtin_prefetch(b[j + PREFETCH_ROWS].bytes);
            *to++ = b[j++];
        } else {
            if (n_a - i > PREFETCH_ROWS)
                __builtin_prefetch(a[i + PREFETCH_ROWS].bytes);
            *to++ = a[i++];
        }
    }
    while (i < n_a)
        *to++ = a[i++];
    while (j < n_b)
        *to++ = b[j++];
}
