/* Counting and merging words against an oracle: the same words sorted with qsort and counted one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "count/word_table.h"

/* A stream of words with its text, in which what follows a word is no zero. */
typedef struct corpus {
    token *tokens;
    size_t n_tokens;
    size_t capacity;
    uint8_t *text;
    size_t n_text;
    size_t text_capacity;
} corpus;

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

static corpus corpus_create(size_t capacity, size_t text_capacity) {
    corpus made = {.capacity = capacity, .text_capacity = text_capacity + TOKEN_PADDING_BYTES};
    made.tokens = malloc(capacity * sizeof *made.tokens);
    made.text = malloc(made.text_capacity);
    assert_non_null(made.tokens);
    assert_non_null(made.text);
    memset(made.text, 0xa5, made.text_capacity);
    return made;
}

static void corpus_free(corpus *from) {
    free(from->tokens);
    free(from->text);
}

static void corpus_append(corpus *to, const void *bytes, size_t n_bytes) {
    assert_true(to->n_tokens < to->capacity);
    assert_true(to->n_text + n_bytes + TOKEN_PADDING_BYTES <= to->text_capacity);
    uint8_t *copy = to->text + to->n_text;
    memcpy(copy, bytes, n_bytes);
    to->tokens[to->n_tokens++] = (token){copy, n_bytes};
    to->n_text += n_bytes;
}

/* n_tokens drawn from n_types words of 0 to n_bytes_max bytes; few distinct bytes make words that nearly collide. */
static corpus corpus_draw(size_t n_tokens, size_t n_types, size_t n_bytes_max, unsigned n_byte_values) {
    corpus types = corpus_create(n_types, n_types * n_bytes_max);
    for (size_t i = 0; i < n_types; i++) {
        uint8_t word[128];
        size_t n_bytes = random_below(n_bytes_max + 1);
        for (size_t k = 0; k < n_bytes; k++)
            word[k] = (uint8_t)random_below(n_byte_values);
        corpus_append(&types, word, n_bytes);
    }
    corpus drawn = corpus_create(n_tokens, n_tokens * n_bytes_max);
    for (size_t i = 0; i < n_tokens; i++) {
        const token *word = &types.tokens[random_below(1 + random_below(n_types))];
        corpus_append(&drawn, word->bytes, word->n_bytes);
    }
    corpus_free(&types);
    return drawn;
}

static int compare_rows(const void *a, const void *b) {
    return word_row_compare_word(a, b);
}

/* Adds up the rows of each word in place. */
static size_t unite(word_row *rows, size_t n_rows) {
    size_t n = 0;
    qsort(rows, n_rows, sizeof *rows, compare_rows);
    for (size_t i = 0; i < n_rows; i++)
        if (n > 0 && compare_rows(&rows[n - 1], &rows[i]) == 0)
            rows[n - 1].count += rows[i].count;
        else
            rows[n++] = rows[i];
    return n;
}

static word_row *count_naively(const corpus *from, size_t *n_rows) {
    word_row *rows = malloc((from->n_tokens + 1) * sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < from->n_tokens; i++)
        rows[i] = (word_row){.bytes = from->tokens[i].bytes, .n_bytes = from->tokens[i].n_bytes, .count = 1};
    *n_rows = unite(rows, from->n_tokens);
    return rows;
}

static word_table *create(const word_seed *seed) {
    word_table *table = word_table_create(seed);
    assert_non_null(table);
    return table;
}

/* Adds at most n_tokens as words of one block, as many as come in turn and are not empty; returns how many. */
static size_t add_runs(word_table *table, const token *tokens, size_t n_tokens) {
    enum { BLOCK_BYTES = 8192 };
    uint16_t edges[2 * 200];
    const uint8_t *block = tokens[0].bytes;
    size_t n = 0;
    for (; n < n_tokens && n < 200 && tokens[n].n_bytes > 0; n++) {
        size_t begin = (size_t)(tokens[n].bytes - block), end = begin + tokens[n].n_bytes;
        if (tokens[n].bytes < block || end > BLOCK_BYTES)
            break;
        edges[2 * n] = (uint16_t)begin;
        edges[2 * n + 1] = (uint16_t)end;
    }
    assert_true(word_table_add_runs(table, block, edges, n));
    return n;
}

/* In batches of any size, as tokens or as words of a block. */
static void add(word_table *table, const token *tokens, size_t n_tokens) {
    for (size_t i = 0, n; i < n_tokens; i += n) {
        n = random_below(random_below(8) ? 40 : 200);
        n = n < n_tokens - i ? n : n_tokens - i;
        if (random_below(2))
            n = add_runs(table, tokens + i, n);
        else
            assert_true(word_table_add(table, tokens + i, n));
    }
}

/* The tables together hold these rows and nothing else, each once. */
static void assert_hold(word_table *const *tables, size_t n_tables, const word_row *expected, size_t n_expected) {
    size_t n_rows = 0;
    uint64_t n_tokens = 0, n_tokens_expected = 0;
    for (size_t i = 0; i < n_tables; i++) {
        n_rows += word_table_n_types(tables[i]);
        n_tokens += word_table_n_tokens(tables[i]);
    }
    assert_int_equal(n_rows, n_expected);
    word_row *rows = malloc((n_rows + 1) * sizeof *rows), *to = rows;
    assert_non_null(rows);
    for (size_t i = 0; i < n_tables; i++) {
        word_table_rows(tables[i], to);
        to += word_table_n_types(tables[i]);
    }
    qsort(rows, n_rows, sizeof *rows, compare_rows);
    for (size_t i = 0; i < n_rows; i++) {
        assert_int_equal(rows[i].n_bytes, expected[i].n_bytes);
        assert_memory_equal(rows[i].bytes, expected[i].bytes, expected[i].n_bytes);
        assert_int_equal(rows[i].count, expected[i].count);
        n_tokens_expected += expected[i].count;
    }
    assert_int_equal(n_tokens, n_tokens_expected);
    free(rows);
}

static void assert_finds(const word_table *table, const word_row *expected, size_t n_expected) {
    for (size_t i = 0; i < n_expected; i++)
        assert_int_equal(word_table_find(table, expected[i].bytes, expected[i].n_bytes), expected[i].count);
}

static void test_empty_table(void **state) {
    (void)state;
    word_seed seed = word_seed_draw();
    word_table *table = create(&seed);
    assert_true(word_table_add(table, NULL, 0));
    assert_true(word_table_add_count(table, (const uint8_t *)"word", 4, 0));
    assert_int_equal(word_table_n_types(table), 0);
    assert_int_equal(word_table_n_tokens(table), 0);
    assert_int_equal(word_table_find(table, (const uint8_t *)"word", 4), 0);
    assert_int_equal(word_table_find(table, (const uint8_t *)"", 0), 0);
    word_row row = {.count = 7};
    word_table_rows(table, &row);
    assert_int_equal(row.count, 7);
    word_table_free(table);
    word_table_free(NULL);
}

static void test_seeds_differ(void **state) {
    (void)state;
    word_seed a = word_seed_draw(), b = word_seed_draw();
    assert_memory_not_equal(&a, &b, sizeof a);
}

/* Every prefix of "aaa...", each with up to three NULs behind it, and of NULs alone: what padding could confuse. */
static void test_words_with_nuls(void **state) {
    (void)state;
    corpus words = corpus_create(20000, 1 << 20);
    uint8_t word[48];
    for (size_t n = 0; n <= 40; n++) {
        for (size_t n_nuls = n ? 0 : 1; n_nuls <= 3; n_nuls++) {
            memset(word, 'a', n);
            memset(word + n, 0, n_nuls);
            for (size_t i = 0; i <= n + n_nuls; i++)
                corpus_append(&words, word, n + n_nuls);
        }
    }
    for (size_t n = 4; n <= 40; n++) {
        memset(word, 0, n);
        corpus_append(&words, word, n);
        word[n - 1] = 'a';
        corpus_append(&words, word, n);
        corpus_append(&words, word, 0);
    }
    size_t n_expected;
    word_row *expected = count_naively(&words, &n_expected);
    word_seed seed = word_seed_draw();
    word_table *table = create(&seed);
    add(table, words.tokens, words.n_tokens);
    assert_hold(&table, 1, expected, n_expected);
    assert_finds(table, expected, n_expected);
    word_table_free(table);
    free(expected);
    corpus_free(&words);
}

static void test_random_words(void **state) {
    (void)state;
    static const struct {
        size_t n_tokens, n_types, n_bytes_max;
        unsigned n_byte_values;
    } cases[] = {{50000, 9000, 70, 256}, {50000, 20000, 16, 256}, {50000, 3000, 20, 2}, {5000, 100, 3, 2},
                 {100000, 60000, 24, 4}, {7, 7, 70, 256},         {30000, 1000, 40, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        corpus words = corpus_draw(cases[i].n_tokens, cases[i].n_types, cases[i].n_bytes_max, cases[i].n_byte_values);
        size_t n_expected;
        word_row *expected = count_naively(&words, &n_expected);
        word_seed seed = word_seed_draw();
        word_table *table = create(&seed), *one_by_one = create(&seed);
        add(table, words.tokens, words.n_tokens);
        for (size_t k = 0; k < words.n_tokens; k++) {
            /* Exactly as long as the word, so that a sanitizer sees a read past it. */
            uint8_t *exact = malloc(words.tokens[k].n_bytes + 1);
            assert_non_null(exact);
            uint8_t *bytes = exact + 1;
            memcpy(bytes, words.tokens[k].bytes, words.tokens[k].n_bytes);
            assert_true(word_table_add_count(one_by_one, bytes, words.tokens[k].n_bytes, 1));
            free(exact);
        }
        assert_hold(&table, 1, expected, n_expected);
        assert_finds(table, expected, n_expected);
        assert_hold(&one_by_one, 1, expected, n_expected);
        assert_finds(one_by_one, expected, n_expected);
        word_table_free(table);
        word_table_free(one_by_one);
        free(expected);
        corpus_free(&words);
    }
}

static void test_text_may_go(void **state) {
    (void)state;
    corpus words = corpus_draw(3000, 500, 70, 256);
    size_t n_expected;
    word_row *expected = count_naively(&words, &n_expected);
    corpus copy = corpus_create(words.n_tokens, words.n_text);
    for (size_t i = 0; i < words.n_tokens; i++)
        corpus_append(&copy, words.tokens[i].bytes, words.tokens[i].n_bytes);
    word_seed seed = word_seed_draw();
    word_table *table = create(&seed);
    add(table, copy.tokens, copy.n_tokens);
    corpus_free(&copy);
    assert_hold(&table, 1, expected, n_expected);
    word_table_free(table);
    free(expected);
    corpus_free(&words);
}

static void test_large_counts(void **state) {
    (void)state;
    static const char *const words[] = {"short", "a word of more than sixteen bytes", ""};
    word_seed seed = word_seed_draw();
    word_table *table = create(&seed), *into = create(&seed);
    for (size_t i = 0; i < 3; i++)
        for (uint64_t k = 0; k < 5; k++)
            assert_true(word_table_add_count(table, (const uint8_t *)words[i], strlen(words[i]), UINT64_C(1) << 58));
    word_table *tables[] = {table, table};
    assert_true(word_table_merge(into, tables, 2, 0, 1));
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(word_table_find(table, (const uint8_t *)words[i], strlen(words[i])), UINT64_C(5) << 58);
        assert_int_equal(word_table_find(into, (const uint8_t *)words[i], strlen(words[i])), UINT64_C(10) << 58);
    }
    assert_int_equal(word_table_n_types(into), 3);
    assert_int_equal(word_table_n_tokens(table), UINT64_C(15) << 58);
    word_table_free(table);
    word_table_free(into);
}

/* The word of a number: short ones, and every tenth longer than 16 bytes. */
static size_t word_of_number(uint8_t word[32], uint64_t number) {
    size_t n = 0;
    for (uint64_t rest = number; n == 0 || rest; rest /= 200)
        word[n++] = (uint8_t)(1 + rest % 200);
    if (number % 10 == 0) {
        memset(word + n, 250, 18 - n); /* no digit */
        n = 18;
    }
    return n;
}

static void add_numbers(word_table *table, uint64_t begin, uint64_t end) {
    enum { BATCH = 1000 };
    static uint8_t words[BATCH][32];
    token tokens[BATCH];
    size_t n = 0;
    for (uint64_t number = begin; number < end; number++) {
        tokens[n] = (token){words[n], word_of_number(words[n], number)};
        if (++n == BATCH || number + 1 == end) {
            assert_true(word_table_add(table, tokens, n));
            n = 0;
        }
    }
}

static void assert_numbers(const word_table *table, uint64_t begin, uint64_t end, uint64_t count) {
    uint8_t word[32];
    for (uint64_t number = begin; number < end; number++)
        assert_int_equal(word_table_find(table, word, word_of_number(word, number)), count);
}

/* Two tables with overlapping words, merged in one and in 16 parts. */
static void test_millions_of_types(void **state) {
    (void)state;
    enum { N = 1000000 };
    word_seed seed = word_seed_draw();
    word_table *tables[2] = {create(&seed), create(&seed)};
    add_numbers(tables[0], 0, 2 * N);
    add_numbers(tables[1], N, 3 * N);
    assert_int_equal(word_table_n_types(tables[0]), 2 * N);
    assert_int_equal(word_table_n_tokens(tables[0]), 2 * N);
    assert_numbers(tables[0], 0, 2 * N, 1);
    assert_numbers(tables[0], 2 * N, 3 * N, 0);

    word_table *into = create(&seed);
    assert_true(word_table_merge(into, tables, 2, 0, 1));
    assert_int_equal(word_table_n_types(into), 3 * N);
    assert_numbers(into, 0, N, 1);
    assert_numbers(into, N, 2 * N, 2);
    assert_numbers(into, 2 * N, 3 * N, 1);
    word_table_free(into);

    enum { N_PARTITIONS = 16 };
    word_table *parts[N_PARTITIONS], *whole = create(&seed);
    uint64_t n_types = 0;
    for (size_t i = 0; i < N_PARTITIONS; i++) {
        parts[i] = create(&seed);
        assert_true(word_table_merge(parts[i], tables, 2, i, N_PARTITIONS));
        n_types += word_table_n_types(parts[i]);
    }
    assert_int_equal(n_types, 3 * N);
    /* The parts make one again, and take words of any partition. */
    assert_true(word_table_merge(whole, parts, N_PARTITIONS, 0, 1));
    assert_int_equal(word_table_n_types(whole), 3 * N);
    assert_numbers(whole, 0, N, 1);
    assert_numbers(whole, N, 2 * N, 2);
    add_numbers(parts[3], 3 * N, 3 * N + 1000);
    assert_numbers(parts[3], 3 * N, 3 * N + 1000, 1);
    for (size_t i = 0; i < N_PARTITIONS; i++)
        word_table_free(parts[i]);
    word_table_free(whole);
    word_table_free(tables[0]);
    word_table_free(tables[1]);
}

static void assert_merges(const corpus *words, size_t n_tables, size_t n_partitions) {
    size_t n_expected;
    word_row *expected = count_naively(words, &n_expected);
    word_seed seed = word_seed_draw();
    word_table *tables[8];
    for (size_t i = 0; i < n_tables; i++)
        tables[i] = create(&seed);
    /* Unequal shares; the last of eight stays empty. */
    for (size_t i = 0, n; i < words->n_tokens; i += n) {
        size_t to = random_below(1 + random_below(n_tables == 8 ? 7 : n_tables));
        n = 1 + random_below(words->n_tokens - i < 100 ? words->n_tokens - i : 100);
        add(tables[to], words->tokens + i, n);
    }
    word_table **parts = malloc(n_partitions * sizeof(word_table *));
    assert_non_null(parts);
    for (size_t i = 0; i < n_partitions; i++) {
        parts[i] = create(&seed);
        assert_true(word_table_merge(parts[i], tables, n_tables, i, n_partitions));
    }
    assert_hold(parts, n_partitions, expected, n_expected);

    /* What was merged is merged again, into fewer parts. */
    size_t n_fewer = n_partitions > 4 ? 4 : 1;
    word_table *fewer[4];
    for (size_t i = 0; i < n_fewer; i++) {
        fewer[i] = create(&seed);
        assert_true(word_table_merge(fewer[i], parts, n_partitions, i, n_fewer));
    }
    assert_hold(fewer, n_fewer, expected, n_expected);
    for (size_t i = 0; i < n_fewer; i++)
        word_table_free(fewer[i]);
    for (size_t i = 0; i < n_partitions; i++)
        word_table_free(parts[i]);
    for (size_t i = 0; i < n_tables; i++)
        word_table_free(tables[i]);
    free(parts);
    free(expected);
}

static void test_merge(void **state) {
    (void)state;
    static const size_t n_tables[] = {1, 2, 3, 8}, n_partitions[] = {1, 2, 16, 256, 4096};
    corpus words = corpus_draw(30000, 8000, 70, 256);
    corpus none = corpus_create(1, 1);
    for (size_t i = 0; i < 4; i++) {
        for (size_t k = 0; k < 5; k++) {
            assert_merges(&words, n_tables[i], n_partitions[k]);
            assert_merges(&none, n_tables[i], n_partitions[k]);
        }
    }
    corpus_free(&none);
    corpus_free(&words);
}

/* Small tables as full as they get, with many seeds: words pushed past the end of their partition and of the table. */
static void test_merge_of_full_tables(void **state) {
    (void)state;
    static const size_t n_partitions[] = {1, 2, 16, 64, 256};
    for (int run = 0; run < 60; run++) {
        /* 256 short types fill a quarter of the first 1024 slots, 32768 half of a table that is not small any more;
         * 48 middle ones three quarters of 64. */
        uint64_t n_short = run % 20 ? 256 : 32768, n_types = n_short + 48;
        corpus words = corpus_create(n_types, n_types * 20);
        for (uint64_t i = 0; i < n_types; i++) {
            uint8_t word[20] = {0};
            for (size_t k = 0; k < 20; k++)
                word[k] = (uint8_t)(1 + random_below(255));
            corpus_append(&words, word, i < n_short ? 8 + random_below(9) : 20);
        }
        assert_merges(&words, 1 + random_below(3), n_partitions[run % 5]);
        corpus_free(&words);
    }
}

/* ---- Bounded tables ---- */

typedef struct partition_rows {
    word_row *rows;
    size_t n, capacity;
    unsigned n_partition_bits;
    size_t partition;
} partition_rows;

static bool take_row(void *context, const word_row *row) {
    partition_rows *to = context;
    assert_true(to->n < to->capacity);
    assert_int_equal(to->n_partition_bits ? row->key >> (64 - to->n_partition_bits) : 0, to->partition);
    to->rows[to->n++] = *row;
    return true;
}

static bool refuse_row(void *context, const word_row *row) {
    (void)row;
    return --*(size_t *)context > 0;
}

static void assert_same_rows(word_row *rows, size_t n_rows, const word_row *expected, size_t n_expected) {
    n_rows = unite(rows, n_rows);
    assert_int_equal(n_rows, n_expected);
    for (size_t i = 0; i < n_rows; i++) {
        assert_int_equal(compare_rows(&rows[i], &expected[i]), 0);
        assert_int_equal(rows[i].count, expected[i].count);
    }
}

/* All partitions of the table, and all its rows at once. */
static void assert_bounded_holds(const word_table *table, const word_row *expected, size_t n_expected) {
    size_t n_rows = (size_t)word_table_n_types(table);
    partition_rows all = {.rows = malloc((n_rows + 1) * sizeof *all.rows), .capacity = n_rows};
    assert_non_null(all.rows);
    for (unsigned n_bits = 0; n_bits <= WORD_TAIL_BITS; n_bits += 3) {
        all.n = 0;
        all.n_partition_bits = n_bits;
        for (all.partition = 0; all.partition < (size_t)1 << n_bits; all.partition++)
            assert_true(word_table_walk(table, all.partition, (size_t)1 << n_bits, take_row, &all));
        assert_int_equal(all.n, n_rows);
        assert_same_rows(all.rows, all.n, expected, n_expected);
    }
    word_table_rows(table, all.rows);
    assert_same_rows(all.rows, n_rows, expected, n_expected);
    free(all.rows);
    for (size_t n = 1; n <= n_rows; n += 1 + n_rows / 10) {
        size_t n_left = n;
        assert_false(word_table_walk(table, 0, 1, refuse_row, &n_left));
        assert_int_equal(n_left, 0);
    }
}

static void check_bounded(const corpus *words, size_t bound_bytes, bool is_shed) {
    size_t n_expected;
    word_row *expected = count_naively(words, &n_expected);
    const word_seed seed = word_seed_draw();
    word_table *table = create(&seed);
    assert_false(word_table_is_bounded(table));
    word_table_bound(table, bound_bytes);
    assert_true(word_table_is_bounded(table));
    for (int round = 0; round < 2; round++) { /* a table that was cleared is bounded still */
        size_t n_most = word_table_n_bytes_with(table, words->n_tokens);
        add(table, words->tokens, words->n_tokens);
        assert_int_equal(word_table_n_tokens(table), words->n_tokens);
        assert_int_equal(word_table_n_types(table) > n_expected, is_shed);
        if (!is_shed)
            assert_true(word_table_n_bytes(table) <= n_most);
        assert_bounded_holds(table, expected, n_expected);
        word_table_clear(table);
        assert_int_equal(word_table_n_types(table), 0);
        assert_bounded_holds(table, NULL, 0);
    }
    word_table_free(table);
    free(expected);
}

static void test_bounded_tables(void **state) {
    (void)state;
    corpus few = corpus_draw(20000, 100, 15, 2), many = corpus_draw(30000, 15000, 100, 256),
           shorts = corpus_draw(30000, 15000, 16, 30), middles = corpus_draw(20000, 10000, 48, 256);
    check_bounded(&few, 1 << 20, false);
    check_bounded(&many, 1, true);
    check_bounded(&many, 300000, true);
    check_bounded(&many, 100 << 20, false);
    check_bounded(&shorts, 1, true);
    check_bounded(&shorts, 1 << 17, true);
    check_bounded(&middles, 1, true);
    corpus_free(&few);
    corpus_free(&many);
    corpus_free(&shorts);
    corpus_free(&middles);
}

/* A word that is frequent stays where it is found at once, and is told once. */
static void test_frequent_words_stay(void **state) {
    (void)state;
    enum { N_SELDOM = 100000, EVERY = 10 };
    const word_seed seed = word_seed_draw();
    word_table *table = create(&seed);
    word_table_bound(table, 1 << 16);
    uint8_t frequent[32] = "of";
    const token word = {frequent, 2};
    for (uint64_t i = 0; i < N_SELDOM; i += EVERY) {
        add_numbers(table, i, i + EVERY);
        assert_true(word_table_add(table, &word, 1));
    }
    assert_int_equal(word_table_n_types(table), N_SELDOM + 1);
    word_table_free(table);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_empty_table, setup),          cmocka_unit_test_setup(test_seeds_differ, setup),
        cmocka_unit_test_setup(test_words_with_nuls, setup),      cmocka_unit_test_setup(test_random_words, setup),
        cmocka_unit_test_setup(test_text_may_go, setup),          cmocka_unit_test_setup(test_large_counts, setup),
        cmocka_unit_test_setup(test_millions_of_types, setup),    cmocka_unit_test_setup(test_merge, setup),
        cmocka_unit_test_setup(test_merge_of_full_tables, setup), cmocka_unit_test_setup(test_bounded_tables, setup),
        cmocka_unit_test_setup(test_frequent_words_stay, setup)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
