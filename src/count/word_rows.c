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

#include <stdlib.h>
#include <string.h>

enum {
    N_BUCKETS = 256,
    N_INSERTION = 48,  /* so many rows are sorted by insertion */
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
        memcpy(&key, bytes, sizeof key);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
        key = __builtin_bswap64(key);
#endif
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

/* --- dividing ---------------------------------------------------------------------------------------------------- */

/* Of two rows the one with the smaller number comes first; equal numbers leave it open. By count, a first byte that is
 * not 0 tells a small count, of which there are so many, and leaves seven for the word. */
static uint64_t number_of(const word_row *row, thrum_words_sort order) {
    if (order == THRUM_WORDS_BY_WORD)
        return key_of_word(row, 0);
    if (row->count < N_BUCKETS - 1)
        return (N_BUCKETS - 1 - row->count) << 56 | key_of_word(row, 0) >> 8;
    const uint64_t most = UINT64_MAX >> 8;
    return row->count < most ? most - row->count : 0;
}

bool word_splitters_init(word_splitters *splitters, word_row *rows, size_t n_rows, size_t n, thrum_words_sort order) {
    size_t n_bytes = 0;
    if (n > n_rows)
        n = n_rows;
    *splitters = (word_splitters){.order = order,
                                  .rows = malloc((n + 1) * sizeof *splitters->rows),
                                  .numbers = malloc((n + 1) * sizeof *splitters->numbers),
                                  .n = n};
    if (!splitters->rows || !splitters->numbers)
        return false;
    word_rows_sort(rows, n_rows, order);
    for (size_t i = 0; i < n; i++) {
        splitters->rows[i] = rows[(i + 1) * n_rows / (n + 1)];
        splitters->numbers[i] = number_of(&splitters->rows[i], order);
        n_bytes += splitters->rows[i].n_bytes;
    }
    uint8_t *copy = splitters->bytes = malloc(n_bytes + 1);
    for (size_t i = 0; i < n && copy; i++) {
        word_row *row = &splitters->rows[i];
        if (row->n_bytes)
            memcpy(copy, row->bytes, row->n_bytes);
        row->bytes = copy;
        copy += row->n_bytes;
    }
    return copy;
}

void word_splitters_release(word_splitters *splitters) {
    free(splitters->rows);
    free(splitters->bytes);
    free(splitters->numbers);
    *splitters = (word_splitters){0};
}

static int compare(const word_row *a, const word_row *b, thrum_words_sort order) {
    return order == THRUM_WORDS_BY_COUNT ? word_row_compare_count(a, b) : word_row_compare_word(a, b);
}

/* The first search has no jumps but that of its loop. */
size_t word_splitters_find(const word_splitters *splitters, const word_row *row) {
    uint64_t number = number_of(row, splitters->order);
    const uint64_t *numbers = splitters->numbers;
    size_t n_before = 0;
    for (size_t n = splitters->n; n > 0;) {
        size_t half = (n + 1) / 2;
        n_before += numbers[n_before + half - 1] < number ? half : 0;
        n -= half;
    }
    if (n_before == splitters->n || numbers[n_before] != number)
        return n_before;
    size_t end = splitters->n;
    while (n_before < end) {
        size_t middle = n_before + (end - n_before) / 2;
        if (compare(&splitters->rows[middle], row, splitters->order) <= 0)
            n_before = middle + 1;
        else
            end = middle;
    }
    return n_before;
}
