#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/rows.h"

enum { NAME_BYTES = 16 };

/* Rows with distinct words and few distinct counts, shuffled. */
static word_row *make_rows(size_t n_rows, char (*names)[NAME_BYTES]) {
    word_row *rows = calloc(n_rows + 1, sizeof *rows);
    assert_non_null(rows);
    uint64_t random = 88172645463325252u;
    for (size_t i = 0; i < n_rows; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        int n = snprintf(names[i], NAME_BYTES, "%zx", i * 2654435761u % 1000003 + (i << 20));
        rows[i] = (word_row){(const uint8_t *)names[i], (size_t)n, 1 + random % 100 % (1 + random % 50), 0};
    }
    return rows;
}

static int by_count(const void *a, const void *b) {
    return word_row_compare_count(a, b);
}

static int by_word(const void *a, const void *b) {
    return word_row_compare_word(a, b);
}

static void check(size_t n_rows, size_t n_wanted, thrum_words_sort sort, unsigned n_threads) {
    char(*names)[NAME_BYTES] = calloc(n_rows + 1, sizeof *names);
    word_row *rows = make_rows(n_rows, names), *expected = calloc(n_rows + 1, sizeof *expected);
    memcpy(expected, rows, n_rows * sizeof *rows);
    qsort(expected, n_rows, sizeof *expected, sort == THRUM_WORDS_BY_COUNT ? by_count : by_word);
    assert_int_equal(rows_arrange(rows, n_rows, n_wanted, sort, n_threads, NULL), THRUM_OK);
    for (size_t i = 0; i < n_wanted; i++) {
        assert_ptr_equal(rows[i].bytes, expected[i].bytes);
        assert_int_equal(rows[i].count, expected[i].count);
    }
    free(expected);
    free(rows);
    free(names);
}

static void rows_are_sorted(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 33, 1000};
    static const size_t wanted[] = {0, 1, 5, 999, 1000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t j = 0; j < sizeof wanted / sizeof *wanted; j++)
            for (int sort = THRUM_WORDS_BY_COUNT; sort <= THRUM_WORDS_BY_WORD; sort++)
                check(sizes[i], wanted[j] < sizes[i] ? wanted[j] : sizes[i], (thrum_words_sort)sort, 2);
}

/* So many that several threads sort runs and merge them: numbers of runs that are no powers of two, too. */
static void many_rows_are_sorted_side_by_side(void **state) {
    (void)state;
    static const unsigned counts[] = {1, 2, 3, 5, 8};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        check(150000, 150000, THRUM_WORDS_BY_COUNT, counts[i]);
        check(131072 + i, 100000, THRUM_WORDS_BY_WORD, counts[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_sorted),
        cmocka_unit_test(many_rows_are_sorted_side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
