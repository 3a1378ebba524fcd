/* Sorting, choosing and merging rows against qsort. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "count/word_rows.h"

static uint64_t random_state;

static uint64_t random_below(uint64_t bound) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 11) % bound;
}

static int setup(void **state) {
    (void)state;
    random_state = 88172645463325252u;
    return 0;
}

/* ---- rows that are hard in one way or another; every maker fills row i of n, whose bytes it takes from malloc ---- */

typedef void row_maker(word_row *row, size_t i, size_t n_rows);

static void take_bytes(word_row *row, const void *bytes, size_t n_bytes) {
    uint8_t *copy = malloc(n_bytes + 1);
    assert_non_null(copy);
    memcpy(copy, bytes, n_bytes);
    row->bytes = copy;
    row->n_bytes = n_bytes;
}

/* `fill` n_fill times, then the number in n_digits digits. */
static void take_number(word_row *row, uint8_t fill, size_t n_fill, uint64_t number, size_t n_digits) {
    uint8_t bytes[256];
    memset(bytes, fill, n_fill);
    for (size_t i = 0; i < n_digits; i++, number /= 10)
        bytes[n_fill + n_digits - 1 - i] = (uint8_t)('0' + number % 10);
    take_bytes(row, bytes, n_fill + n_digits);
}

static void make_random(word_row *row, size_t i, size_t n_rows) {
    (void)i;
    (void)n_rows;
    uint8_t bytes[70];
    size_t n_bytes = random_below(71);
    for (size_t k = 0; k < n_bytes; k++)
        bytes[k] = (uint8_t)random_below(256);
    take_bytes(row, bytes, n_bytes);
    row->count = UINT64_C(1) << random_below(64) | random_below(3);
}

/* Few bytes and short: many prefixes of each other, and equal words with unequal counts. */
static void make_nearly_equal(word_row *row, size_t i, size_t n_rows) {
    (void)i;
    (void)n_rows;
    uint8_t bytes[30];
    size_t n_bytes = random_below(31);
    for (size_t k = 0; k < n_bytes; k++)
        bytes[k] = (uint8_t)random_below(2);
    take_bytes(row, bytes, n_bytes);
    row->count = 1 + random_below(3);
}

static void make_one_count(word_row *row, size_t i, size_t n_rows) {
    make_random(row, i, n_rows);
    row->count = 1;
}

static void make_sorted(word_row *row, size_t i, size_t n_rows) {
    take_number(row, 'w', 3, i, 9);
    row->count = n_rows - i;
}

static void make_reversed(word_row *row, size_t i, size_t n_rows) {
    take_number(row, 'w', 3, n_rows - i, 9);
    row->count = i + 1;
}

static void make_long_prefix(word_row *row, size_t i, size_t n_rows) {
    take_number(row, 'p', 200, (i * 7919) % n_rows, 9);
    row->count = 1 + i % 2;
}

static void make_same_counts_by_word_reversed(word_row *row, size_t i, size_t n_rows) {
    take_number(row, 'x', 12, n_rows - i, 9);
    row->count = UINT64_MAX;
}

static void make_all_equal(word_row *row, size_t i, size_t n_rows) {
    (void)i;
    (void)n_rows;
    take_bytes(row, "the same word for all of them", 29);
    row->count = 5;
}

static void make_huge_counts(word_row *row, size_t i, size_t n_rows) {
    take_number(row, 'h', 0, i, 9);
    row->count = i % 2 ? UINT64_MAX - random_below(n_rows) : random_below(n_rows);
}

static void make_empty_and_nuls(word_row *row, size_t i, size_t n_rows) {
    (void)n_rows;
    uint8_t bytes[256] = {0};
    bytes[i % 256] = i / 256 % 2 ? 'a' : 0;
    take_bytes(row, bytes, i % 256);
    row->count = 1 + i / 1024;
}

static row_maker *const makers[] = {
    make_random,      make_nearly_equal, make_one_count,   make_sorted,         make_reversed,
    make_long_prefix, make_all_equal,    make_huge_counts, make_empty_and_nuls, make_same_counts_by_word_reversed};
enum { N_MAKERS = sizeof makers / sizeof *makers };

static word_row *make_rows(row_maker *make, size_t n_rows) {
    word_row *rows = calloc(n_rows + 1, sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < n_rows; i++)
        make(&rows[i], i, n_rows);
    return rows;
}

static void free_rows(word_row *rows, size_t n_rows) {
    for (size_t i = 0; i < n_rows; i++)
        free((void *)(uintptr_t)rows[i].bytes);
    free(rows);
}

static word_row *copy_rows(const word_row *rows, size_t n_rows) {
    word_row *copy = malloc((n_rows + 1) * sizeof *copy);
    assert_non_null(copy);
    memcpy(copy, rows, n_rows * sizeof *copy);
    return copy;
}

/* ---- the oracle ---- */

static int oracle_word(const void *a_, const void *b_) {
    const word_row *a = a_, *b = b_;
    for (size_t i = 0; i < a->n_bytes && i < b->n_bytes; i++)
        if (a->bytes[i] != b->bytes[i])
            return a->bytes[i] < b->bytes[i] ? -1 : 1;
    return a->n_bytes < b->n_bytes ? -1 : a->n_bytes > b->n_bytes;
}

static int oracle_count(const void *a_, const void *b_) {
    const word_row *a = a_, *b = b_;
    return a->count > b->count ? -1 : a->count < b->count ? 1 : oracle_word(a_, b_);
}

typedef int row_order(const void *a, const void *b);

static row_order *const oracles[] = {[THRUM_WORDS_BY_COUNT] = oracle_count, [THRUM_WORDS_BY_WORD] = oracle_word};

/* By count: the same rows. By word, rows may have equal words; then their counts may stand in any order. */
static void assert_same(const word_row *rows, const word_row *expected, size_t n_rows, thrum_words_sort order) {
    for (size_t i = 0; i < n_rows; i++)
        assert_int_equal(oracles[order](&rows[i], &expected[i]), 0);
}

/* The same rows in any order, counts and all. */
static void assert_permutation(const word_row *rows, const word_row *of, size_t n_rows) {
    word_row *a = copy_rows(rows, n_rows), *b = copy_rows(of, n_rows);
    qsort(a, n_rows, sizeof *a, oracle_count);
    qsort(b, n_rows, sizeof *b, oracle_count);
    assert_same(a, b, n_rows, THRUM_WORDS_BY_COUNT);
    free(a);
    free(b);
}

static const size_t sizes[] = {0, 1, 2, 31, 32, 33, 40, 255, 3000};
enum { N_SIZES = sizeof sizes / sizeof *sizes };

static void test_compare(void **state) {
    (void)state;
    word_row *rows = make_rows(make_nearly_equal, 300);
    for (size_t i = 0; i < 300; i++) {
        for (size_t k = 0; k < 300; k++) {
            int by_count = word_row_compare_count(&rows[i], &rows[k]),
                by_word = word_row_compare_word(&rows[i], &rows[k]);
            assert_int_equal((by_count > 0) - (by_count < 0), oracle_count(&rows[i], &rows[k]));
            assert_int_equal((by_word > 0) - (by_word < 0), oracle_word(&rows[i], &rows[k]));
        }
    }
    free_rows(rows, 300);
}

static void test_sort(void **state) {
    (void)state;
    for (size_t m = 0; m < N_MAKERS * N_SIZES * 2; m++) {
        thrum_words_sort order = m % 2;
        size_t n_rows = sizes[m / 2 % N_SIZES];
        word_row *rows = make_rows(makers[m / 2 / N_SIZES], n_rows);
        word_row *expected = copy_rows(rows, n_rows), *sorted = copy_rows(rows, n_rows);
        qsort(expected, n_rows, sizeof *expected, oracles[order]);
        word_rows_sort(sorted, n_rows, order);
        assert_same(sorted, expected, n_rows, order);
        assert_permutation(sorted, rows, n_rows);
        word_rows_sort(sorted, n_rows, order);
        assert_same(sorted, expected, n_rows, order);
        free(sorted);
        free(expected);
        free_rows(rows, n_rows);
    }
}

static void test_select(void **state) {
    (void)state;
    for (size_t m = 0; m < N_MAKERS * N_SIZES * 2; m++) {
        thrum_words_sort order = m % 2;
        size_t n_rows = sizes[m / 2 % N_SIZES];
        word_row *rows = make_rows(makers[m / 2 / N_SIZES], n_rows), *expected = copy_rows(rows, n_rows);
        qsort(expected, n_rows, sizeof *expected, oracles[order]);
        const size_t tops[] = {0, 1, 2, 10, n_rows / 3, n_rows - (n_rows > 0), n_rows, n_rows + 9};
        for (size_t i = 0; i < sizeof tops / sizeof *tops; i++) {
            word_row *chosen = copy_rows(rows, n_rows);
            word_rows_select(chosen, n_rows, tops[i], order);
            assert_same(chosen, expected, tops[i] < n_rows ? tops[i] : n_rows, order);
            assert_permutation(chosen, rows, n_rows);
            free(chosen);
        }
        free(expected);
        free_rows(rows, n_rows);
    }
}

/* Rows find the block in which sorting puts them, however alike their words. */
static void test_splitters(void **state) {
    (void)state;
    static const size_t numbers[] = {0, 1, 2, 7, 100, 1000};
    for (size_t m = 0; m < N_MAKERS * N_SIZES * 2; m++) {
        thrum_words_sort order = m % 2;
        size_t n_rows = sizes[m / 2 % N_SIZES];
        word_row *rows = make_rows(makers[m / 2 / N_SIZES], n_rows), *sorted = copy_rows(rows, n_rows);
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
            word_splitters splitters;
            assert_true(word_splitters_init(&splitters, sorted, n_rows, numbers[i], order));
            assert_int_equal(splitters.n, numbers[i] < n_rows ? numbers[i] : n_rows);
            size_t last = 0;
            for (size_t j = 0; j < n_rows; j++) {
                size_t expected = 0, found = word_splitters_find(&splitters, &sorted[j]);
                while (expected < splitters.n && oracles[order](&splitters.rows[expected], &sorted[j]) <= 0)
                    expected++;
                assert_int_equal(found, expected);
                assert_true(found >= last);
                last = found;
            }
            word_splitters_release(&splitters);
        }
        free(sorted);
        free_rows(rows, n_rows);
    }
}

/* "", "a", "aa", ...: every level of the sort parts with a few rows only. */
static void test_chain_of_prefixes(void **state) {
    (void)state;
    enum { N = 10000 };
    uint8_t *bytes = malloc(N);
    word_row *rows = malloc(N * sizeof *rows);
    assert_non_null(bytes);
    assert_non_null(rows);
    for (int fill = 0; fill < 2; fill++) {
        memset(bytes, fill ? 'a' : 0, N);
        for (size_t i = 0; i < N; i++)
            rows[i] = (word_row){.bytes = bytes, .n_bytes = (i * 7919) % N, .count = 1};
        word_rows_sort(rows, N, fill ? THRUM_WORDS_BY_COUNT : THRUM_WORDS_BY_WORD);
        for (size_t i = 0; i < N; i++)
            assert_int_equal(rows[i].n_bytes, i);
    }
    free(rows);
    free(bytes);
}

/* A million rows and more, as lists have them: most words come once. */
static void test_many_rows(void **state) {
    (void)state;
    enum { N = 1 << 20, WORD_BYTES = 20 };
    uint8_t *bytes = malloc((size_t)N * WORD_BYTES);
    word_row *rows = malloc(N * sizeof *rows);
    assert_non_null(bytes);
    assert_non_null(rows);
    for (size_t i = 0; i < (size_t)N * WORD_BYTES; i++)
        bytes[i] = (uint8_t)('a' + random_below(4));
    for (size_t i = 0; i < N; i++)
        rows[i] = (word_row){.bytes = bytes + i * WORD_BYTES,
                             .n_bytes = 5 + random_below(WORD_BYTES - 4),
                             .count = 1 + N / (1 + random_below(N)) / 8};
    for (int order = 0; order < 2; order++) {
        word_rows_sort(rows, N, order);
        for (size_t i = 1; i < N; i++)
            assert_true(oracles[order](&rows[i - 1], &rows[i]) <= 0);
    }
    free(rows);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup(test_compare, setup),
                                       cmocka_unit_test_setup(test_sort, setup),
                                       cmocka_unit_test_setup(test_select, setup),
                                       cmocka_unit_test_setup(test_splitters, setup),
                                       cmocka_unit_test_setup(test_chain_of_prefixes, setup),
                                       cmocka_unit_test_setup(test_many_rows, setup)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
