#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "run/word_blocks.h"

enum { MOST_TABLES = 5, WORD_BYTES = 80 };

/* Distinct words: short, middle and long ones, of which many begin alike; and how often each is in which table. */
typedef struct case_words {
    size_t n;
    char (*words)[WORD_BYTES];
    word_row *rows;
    size_t n_tables;
    word_table *tables[MOST_TABLES];
} case_words;

static uint64_t random_state = 88172645463325252u;

static uint64_t random_below(uint64_t n) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state % n;
}

static uint64_t draw_count(void) {
    return random_below(3) ? 1 : 1 + random_below(random_below(50) ? 20 : UINT64_C(1) << 40);
}

static void make_word(char *word, size_t i) {
    static const char *const begins[] = {"", "a", "0x000000", "the_same_begin_of_words_",
                                         "of_more_than_48_bytes_of_which_all_begin_so_____"};
    snprintf(word, WORD_BYTES, "%s%zx%s", begins[i % 5], i, i % 7 == 0 ? "_and_more" : "");
}

/* A bound of 0 is none. In bounded tables many words come again when they have been shed. */
static void make_case(case_words *made, size_t n, size_t n_tables, size_t bound_bytes) {
    word_seed seed = word_seed_draw();
    *made = (case_words){.n = n, .n_tables = n_tables};
    made->words = calloc(n + 1, sizeof *made->words);
    made->rows = calloc(n + 1, sizeof *made->rows);
    assert_non_null(made->words);
    assert_non_null(made->rows);
    for (size_t i = 0; i < n_tables; i++) {
        assert_non_null(made->tables[i] = word_table_create(&seed));
        if (bound_bytes)
            word_table_bound(made->tables[i], bound_bytes);
    }
    for (size_t i = 0; i < n; i++) {
        make_word(made->words[i], i);
        word_row *row = &made->rows[i];
        *row = (word_row){.bytes = (const uint8_t *)made->words[i], .n_bytes = strlen(made->words[i])};
        size_t first = random_below(n_tables), n_having = random_below(4) ? 1 : 1 + random_below(n_tables);
        for (size_t j = 0; j < n_having; j++) {
            uint64_t count = draw_count();
            row->count += count;
            assert_true(word_table_add_count(made->tables[(first + j) % n_tables], row->bytes, row->n_bytes, count));
        }
    }
    for (size_t i = 0; i < n && bound_bytes; i += 1 + random_below(3)) {
        word_row *row = &made->rows[i];
        row->count += 2;
        assert_true(word_table_add_count(made->tables[random_below(n_tables)], row->bytes, row->n_bytes, 2));
    }
}

static void release_case(case_words *made) {
    for (size_t i = 0; i < made->n_tables; i++)
        word_table_free(made->tables[i]);
    free(made->rows);
    free(made->words);
}

static int by_count(const void *a, const void *b) {
    return word_row_compare_count(a, b);
}

static int by_word(const void *a, const void *b) {
    return word_row_compare_word(a, b);
}

/* What the blocks should hold: the rows with at least min_count, sorted; the caller frees them. */
static word_row *expect_rows(const case_words *made, thrum_words_sort sort, uint64_t min_count, size_t *n) {
    word_row *expected = calloc(made->n + 1, sizeof *expected);
    assert_non_null(expected);
    *n = 0;
    for (size_t i = 0; i < made->n; i++)
        if (made->rows[i].count >= min_count)
            expected[(*n)++] = made->rows[i];
    qsort(expected, *n, sizeof *expected, sort == THRUM_WORDS_BY_COUNT ? by_count : by_word);
    return expected;
}

static void assert_rows(const word_blocks *blocks, const word_row *expected, size_t n_expected) {
    word_block block = {0};
    uint64_t n_rows = 0, n_tokens = 0;
    assert_int_equal(blocks->n_rows, n_expected);
    for (size_t number = 0; number < blocks->n_blocks && n_rows < n_expected; number++) {
        assert_true(word_block_read(&block, blocks, number));
        assert_int_equal(block.n_rows_before, n_rows);
        assert_int_equal(block.n_tokens_before, n_tokens);
        for (size_t i = 0; i < block.n_rows; i++, n_rows++) {
            assert_int_equal(block.rows[i].count, expected[n_rows].count);
            assert_int_equal(block.rows[i].n_bytes, expected[n_rows].n_bytes);
            assert_memory_equal(block.rows[i].bytes, expected[n_rows].bytes, expected[n_rows].n_bytes);
            assert_int_equal(word_blocks_find(blocks, n_rows), number);
            n_tokens += expected[n_rows].count;
        }
    }
    assert_int_equal(n_rows, n_expected);
    word_block_release(&block);
}

static void check(const case_words *made, thrum_words_sort sort, uint64_t top, uint64_t min_count, bool uses_up,
                  unsigned n_threads) {
    const thrum_words_options options = {.min_count = min_count};
    word_filter filter;
    size_t n_listed;
    word_blocks blocks;
    word_row *expected = expect_rows(made, sort, min_count, &n_listed);
    assert_int_equal(word_filter_init(&filter, &options, THRUM_TOKEN_ASCII, NULL, NULL), THRUM_OK);
    assert_int_equal(word_filter_is_needed(&filter), min_count > 1);
    const word_order order = {sort, top, min_count > 1 ? &filter : NULL};
    assert_int_equal(word_blocks_make(&blocks, made->tables, made->n_tables, &order, uses_up, n_threads, NULL),
                     THRUM_OK);
    assert_rows(&blocks, expected, top > 0 && top < n_listed ? (size_t)top : n_listed);
    uint64_t n_tokens = 0, n_hapaxes = 0;
    for (size_t i = 0; i < made->n; i++) {
        n_tokens += made->rows[i].count;
        n_hapaxes += made->rows[i].count == 1;
    }
    assert_int_equal(blocks.n_types, made->n);
    assert_int_equal(blocks.n_tokens, n_tokens);
    assert_int_equal(blocks.n_hapaxes, n_hapaxes);
    /* Ranks are among all that are listed. */
    qsort(expected, n_listed, sizeof *expected, by_count);
    for (size_t i = 0, rank = 1; i < n_listed; i++) {
        rank = i > 0 && expected[i].count == expected[i - 1].count ? rank : i + 1;
        assert_int_equal(count_ranks_find(&blocks.ranks, expected[i].count), rank);
    }
    word_blocks_release(&blocks);
    word_filter_release(&filter);
    free(expected);
}

static void blocks_hold_all_rows_in_order(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 2, 1000, 16384, 40000};
    static const uint64_t tops[] = {0, 1, 100, 9000, 1000000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t n_tables = 1; n_tables <= 3; n_tables += 2) {
            case_words made;
            make_case(&made, sizes[i], n_tables, 0);
            for (size_t j = 0; j < sizeof tops / sizeof *tops; j++)
                for (int sort = THRUM_WORDS_BY_COUNT; sort <= THRUM_WORDS_BY_WORD; sort++)
                    check(&made, (thrum_words_sort)sort, tops[j], j % 2 ? 3 : 0, false, 1 + (unsigned)(i + j) % 4);
            release_case(&made);
        }
}

/* So many that tables lie in huge pages and give them back. */
static void tables_are_used_up(void **state) {
    (void)state;
    for (unsigned n_threads = 1; n_threads <= 8; n_threads += n_threads) {
        case_words made;
        make_case(&made, 300000, n_threads < 8 ? n_threads : MOST_TABLES, 0);
        check(&made, THRUM_WORDS_BY_WORD, 0, 0, false, n_threads);
        check(&made, THRUM_WORDS_BY_COUNT, 0, 0, true, n_threads);
        release_case(&made);
    }
}

static void tables_may_be_bounded(void **state) {
    (void)state;
    static const struct {
        size_t n, n_tables, bound_bytes;
    } cases[] = {{1, 1, 1}, {1000, 1, 1}, {1000, 3, 1}, {40000, 1, 1}, {40000, 2, 1 << 16}, {200000, 3, 1 << 21}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        case_words made;
        make_case(&made, cases[i].n, cases[i].n_tables, cases[i].bound_bytes);
        check(&made, THRUM_WORDS_BY_WORD, 0, 0, false, 2);
        check(&made, THRUM_WORDS_BY_COUNT, 100, 3, false, 3);
        check(&made, THRUM_WORDS_BY_COUNT, 0, 0, true, 2);
        release_case(&made);
    }
}

static void there_may_be_no_table(void **state) {
    (void)state;
    const word_order order = {0};
    word_blocks blocks;
    assert_int_equal(word_blocks_make(&blocks, NULL, 0, &order, true, 2, NULL), THRUM_OK);
    assert_rows(&blocks, NULL, 0);
    word_blocks_release(&blocks);
    word_blocks_release(&blocks);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_hold_all_rows_in_order),
        cmocka_unit_test(tables_are_used_up),
        cmocka_unit_test(tables_may_be_bounded),
        cmocka_unit_test(there_may_be_no_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
