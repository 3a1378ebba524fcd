#define _GNU_SOURCE
#include "inputs.h"

#include <errno.h>
#include <inttypes.h>

#include "thrum/buffer.h"
#include "thrum/words.h"

/* "rank word count" and a line feed. */
static thrum_status append_row(const void *context, const thrum_word *word, thrum_buffer *text) {
    (void)context;
    thrum_buffer_append_number(text, word->rank);
    thrum_buffer_append_text(text, " ");
    thrum_buffer_append(text, word->bytes, word->n_bytes);
    thrum_buffer_append_text(text, " ");
    thrum_buffer_append_number(text, word->count);
    thrum_buffer_append_text(text, "\n");
    return THRUM_OK;
}

static thrum_status append_rows(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    (void)error;
    thrum_buffer_append(context, bytes, n_bytes);
    return THRUM_OK;
}

/* The list written down, a third of its rows one by one; for free(). */
static char *written(thrum_words *words) {
    thrum_buffer text = {0};
    const thrum_word *word;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < thrum_words_n_rows(words) / 3; i++) {
        assert_int_equal(thrum_words_next(words, &word, NULL), THRUM_OK);
        assert_non_null(word);
        sum += word->count;
        assert_int_equal(word->cumulative_count, sum);
        append_row(NULL, word, &text);
    }
    assert_int_equal(thrum_words_write_rows(words, append_row, NULL, append_rows, &text, NULL), THRUM_OK);
    assert_int_equal(thrum_words_next(words, &word, NULL), THRUM_OK);
    assert_null(word);
    assert_int_equal(thrum_words_write_rows(words, append_row, NULL, append_rows, NULL, NULL), THRUM_OK);
    thrum_buffer_append(&text, "", 1);
    assert_false(text.failed);
    return (char *)text.bytes;
}

static thrum_words *count(const thrum_inputs *inputs, const thrum_words_options *options,
                          const thrum_run_options *run) {
    thrum_words *words;
    thrum_error error;
    if (thrum_words_count(&words, inputs, options, run, &error) != THRUM_OK)
        fail_msg("%s", error.message);
    return words;
}

/* In memory, and with so little of it that the words go to disk. */
static void expect(const thrum_inputs *inputs, const thrum_words_options *options_, const char *rows) {
    for (size_t i = 0; i < N_THREAD_COUNTS; i++)
        for (uint64_t chunk = 1; chunk <= 16; chunk += 3) {
            thrum_run_options run = run_with(thread_counts[i], chunk, NULL);
            thrum_words_options options = *options_;
            options.memory_bytes = chunk % 2 ? 0 : 1;
            thrum_words *words = count(inputs, &options, &run);
            assert_int_equal(thrum_words_n_runs(words) > 0, thrum_words_n_types(words) > 0 && options.memory_bytes);
            char *text = written(words);
            assert_string_equal(text, rows);
            free(text);
            thrum_words_free(words);
        }
}

static void expect_of(const char *text, const thrum_words_options *options, const char *rows) {
    thrum_inputs *inputs = input_of(text, strlen(text));
    expect(inputs, options, rows);
    thrum_inputs_free(inputs);
}

static void token_rules(void **state) {
    (void)state;
    static const char text[] = "The the don't 3.14 \xc3\x84h \xc3\xa4h x-y!\n";
    expect_of(text, &(thrum_words_options){0}, "1 the 2\n1 \xc3\xa4h 2\n3 3.14 1\n3 don't 1\n3 x 1\n3 y 1\n");
    expect_of(text, &(thrum_words_options){.token = THRUM_TOKEN_ASCII},
              "1 h 2\n1 the 2\n3 don 1\n3 t 1\n3 x 1\n3 y 1\n");
    expect_of(text, &(thrum_words_options){.token = THRUM_TOKEN_SPACE},
              "1 the 2\n2 3.14 1\n2 don't 1\n2 x-y! 1\n2 \xc3\x84h 1\n2 \xc3\xa4h 1\n");
    expect_of(text, &(thrum_words_options){.token = THRUM_TOKEN_SPACE, .keep_case = true},
              "1 3.14 1\n1 The 1\n1 don't 1\n1 the 1\n1 x-y! 1\n1 \xc3\x84h 1\n1 \xc3\xa4h 1\n");
    expect_of("Stra\u00dfe STRASSE", &(thrum_words_options){0}, "1 strasse 2\n"); /* full folding */
    expect_of("", &(thrum_words_options){0}, "");
    expect_of(" \n\t", &(thrum_words_options){.token = THRUM_TOKEN_SPACE}, "");
}

static void matches_of_a_pattern(void **state) {
    (void)state;
    static const char *const text = "\\w(?=\\w)|\xc3\xa4+";
    const thrum_pattern_options none = {0};
    thrum_pattern *pattern;
    assert_int_equal(thrum_pattern_compile(&pattern, &text, NULL, 1, &none, NULL), THRUM_OK);
    expect_of("abA Bc \xc3\x84", &(thrum_words_options){.token = THRUM_TOKEN_PATTERN, .pattern = pattern},
              "1 b 2\n2 a 1\n");
    expect_of("abA Bc \xc3\xa4 \xc3\xa4\xc3\xa4",
              &(thrum_words_options){.token = THRUM_TOKEN_PATTERN, .pattern = pattern, .keep_case = true},
              "1 \xc3\xa4 3\n2 B 1\n2 a 1\n2 b 1\n");
    thrum_pattern_free(pattern);

    static const char *const empty = "x*";
    assert_int_equal(thrum_pattern_compile(&pattern, &empty, NULL, 1, &none, NULL), THRUM_OK);
    expect_of("axb", &(thrum_words_options){.token = THRUM_TOKEN_PATTERN, .pattern = pattern}, "1  3\n2 x 1\n");
    thrum_pattern_free(pattern);

    thrum_inputs *inputs = inputs_of(NULL, 0);
    const thrum_words_options missing = {.token = THRUM_TOKEN_PATTERN};
    const thrum_run_options run = {0};
    thrum_words *words = (thrum_words *)&run;
    thrum_error error;
    assert_int_equal(thrum_words_count(&words, inputs, &missing, &run, &error), THRUM_ERROR_ARGUMENT);
    assert_null(words);
    assert_int_equal(error.code, THRUM_ERROR_ARGUMENT);
    thrum_inputs_free(inputs);
}

static const char sample[] = "e d d c c b b b a a a a \xc3\xb6\xc3\xb6\xc3\xb6 \xc3\xb6\xc3\xb6\xc3\xb6 ff";

static void filters(void **state) {
    (void)state;
    expect_of(sample, &(thrum_words_options){0},
              "1 a 4\n2 b 3\n3 c 2\n3 d 2\n3 \xc3\xb6\xc3\xb6\xc3\xb6 2\n6 e 1\n6 ff 1\n");
    expect_of(sample, &(thrum_words_options){.min_chars = 2}, "1 \xc3\xb6\xc3\xb6\xc3\xb6 2\n2 ff 1\n");
    expect_of(sample, &(thrum_words_options){.min_chars = 3}, "1 \xc3\xb6\xc3\xb6\xc3\xb6 2\n");
    expect_of(sample, &(thrum_words_options){.min_chars = 4}, "");
    expect_of(sample, &(thrum_words_options){.max_chars = 2}, "1 a 4\n2 b 3\n3 c 2\n3 d 2\n5 e 1\n5 ff 1\n");
    expect_of(sample, &(thrum_words_options){.min_chars = 2, .max_chars = 2}, "1 ff 1\n");
    expect_of(sample, &(thrum_words_options){.min_count = 3}, "1 a 4\n2 b 3\n");
    expect_of(sample, &(thrum_words_options){.min_count = 1, .top = 1}, "1 a 4\n");
    expect_of(sample, &(thrum_words_options){.min_count = UINT64_MAX}, "");
}

static void top_and_orders(void **state) {
    (void)state;
    expect_of(sample, &(thrum_words_options){.top = 4}, "1 a 4\n2 b 3\n3 c 2\n3 d 2\n");
    expect_of(sample, &(thrum_words_options){.top = 1000},
              "1 a 4\n2 b 3\n3 c 2\n3 d 2\n3 \xc3\xb6\xc3\xb6\xc3\xb6 2\n6 e 1\n6 ff 1\n");
    expect_of(sample, &(thrum_words_options){.sort = THRUM_WORDS_BY_WORD},
              "1 a 4\n2 b 3\n3 c 2\n3 d 2\n6 e 1\n6 ff 1\n3 \xc3\xb6\xc3\xb6\xc3\xb6 2\n");
    /* Ranks are among all that is listed, not only the rows kept. */
    expect_of("a b b c c c", &(thrum_words_options){.sort = THRUM_WORDS_BY_WORD, .top = 1}, "3 a 1\n");
    expect_of("a b b c c c", &(thrum_words_options){.sort = THRUM_WORDS_BY_WORD, .top = 2, .min_count = 2},
              "2 b 2\n1 c 3\n");
}

static void stop_words(void **state) {
    (void)state;
    static const char *const stopwords[] = {"THE", "stra\u00dfe", "absent", "", "a-very-long-stop-word-indeed"};
    static const char text[] = "The the cat STRASSE Cat a-very-long-stop-word-indeed";
    expect_of(text, &(thrum_words_options){.stopwords = stopwords, .n_stopwords = 4},
              "1 cat 2\n2 a 1\n2 indeed 1\n2 long 1\n2 stop 1\n2 very 1\n2 word 1\n");
    expect_of(text, &(thrum_words_options){.stopwords = stopwords, .n_stopwords = 5, .token = THRUM_TOKEN_SPACE},
              "1 cat 2\n2 strasse 1\n");
    expect_of(text, &(thrum_words_options){.stopwords = stopwords, .n_stopwords = 2, .keep_case = true, .max_chars = 3},
              "1 Cat 1\n1 The 1\n1 a 1\n1 cat 1\n1 the 1\n");
}

static void sums_are_over_all_that_was_read(void **state) {
    (void)state;
    thrum_inputs *inputs = input_of(sample, sizeof sample - 1);
    const thrum_words_options options = {.top = 1, .min_count = 3, .max_chars = 1};
    for (size_t i = 0; i < N_THREAD_COUNTS; i++) {
        thrum_run_options run = run_with(thread_counts[i], 4, NULL);
        thrum_words *words = count(inputs, &options, &run);
        assert_int_equal(thrum_words_n_rows(words), 1);
        assert_int_equal(thrum_words_n_tokens(words), 15);
        assert_int_equal(thrum_words_n_types(words), 7);
        assert_int_equal(thrum_words_n_hapaxes(words), 2);
        assert_int_equal(thrum_words_n_bytes(words), sizeof sample - 1);
        assert_int_equal(thrum_words_n_inputs_failed(words), 0);
        thrum_words_free(words);
    }
    thrum_inputs_free(inputs);
}

/* So many types that tables are merged by parts and rows sorted by several threads. Word i comes 1 + i % 5 times. */
static void tables_of_many_threads_are_merged(void **state) {
    (void)state;
    enum { N_TYPES = 132000 };
    thrum_buffer text = {0};
    for (unsigned round = 0; round < 5; round++)
        for (unsigned i = 0; i < N_TYPES; i++)
            if (round <= i % 5) {
                char word[48];
                int n = snprintf(word, sizeof word, i % 3 ? "%u " : "a-word-longer-than-sixteen-bytes%u\n", i);
                thrum_buffer_append(&text, word, (size_t)n);
            }
    thrum_inputs *inputs = input_of(text.bytes, text.n_bytes);
    thrum_buffer_release(&text);
    const thrum_words_options orders[] = {{.token = THRUM_TOKEN_SPACE},
                                          {.token = THRUM_TOKEN_SPACE, .sort = THRUM_WORDS_BY_WORD},
                                          {.token = THRUM_TOKEN_SPACE, .top = 5000}};
    for (size_t order = 0; order < 3; order++) {
        char *expected = NULL;
        for (size_t i = 0; i < N_THREAD_COUNTS; i++) {
            thrum_run_options run = run_with(thread_counts[i], 100000, NULL);
            thrum_words *words = count(inputs, &orders[order], &run);
            assert_int_equal(thrum_words_n_types(words), N_TYPES);
            assert_int_equal(thrum_words_n_tokens(words), 3 * N_TYPES);
            assert_int_equal(thrum_words_n_hapaxes(words), N_TYPES / 5);
            char *rows = written(words);
            if (expected)
                assert_true(strcmp(rows, expected) == 0);
            else
                expected = strdup(rows);
            free(rows);
            thrum_words_free(words);
        }
        if (order == 0)
            assert_memory_equal(expected, "1 100004 5\n1 100009 5\n", 22);
        free(expected);
    }
    thrum_inputs_free(inputs);
}

static void inputs_that_fail_are_left_out(void **state) {
    (void)state;
    static const char *const texts[] = {"a b", "c", "a", ""};
    thrum_inputs *inputs = inputs_of(texts, 4);
    assert_int_equal(unlink(thrum_inputs_path(inputs, 1)), 0);
    for (size_t i = 0; i < N_THREAD_COUNTS; i++) {
        told t = {0};
        thrum_run_options run = run_with(thread_counts[i], 0, &t);
        const thrum_words_options options = {0};
        thrum_words *words = count(inputs, &options, &run);
        char *rows = written(words);
        assert_string_equal(rows, "1 a 2\n2 b 1\n");
        free(rows);
        assert_int_equal(thrum_words_n_inputs_failed(words), 1);
        assert_int_equal(thrum_words_n_bytes(words), 4);
        assert_int_equal(t.n, 1);
        assert_int_equal(t.errors[0].system_errno, ENOENT);
        assert_string_equal(t.errors[0].path, thrum_inputs_path(inputs, 1));
        thrum_words_free(words);
    }
    thrum_inputs_free(inputs);
}

static void no_inputs(void **state) {
    (void)state;
    thrum_inputs *inputs = inputs_of(NULL, 0);
    expect(inputs, &(thrum_words_options){0}, "");
    expect(inputs, &(thrum_words_options){.sort = THRUM_WORDS_BY_WORD, .top = 3}, "");
    thrum_inputs_free(inputs);
    thrum_words_free(NULL);
}

/* Lists of many blocks, and streams, are the same row by row and at once. */
static void long_lists_are_written(void **state) {
    (void)state;
    enum { N = 60000 };
    thrum_buffer text = {0};
    for (uint64_t i = 0; i < N; i++) {
        thrum_buffer_append_number(&text, i * i % 50021);
        thrum_buffer_append_text(&text, i % 2 ? " " : " and_words_that_are_longer_than_those ");
    }
    thrum_inputs *inputs = input_of((const char *)text.bytes, text.n_bytes);
    char *lists[4];
    for (size_t i = 0; i < 4; i++) {
        const thrum_words_options options = {.token = THRUM_TOKEN_SPACE, .memory_bytes = i < 2 ? 0 : 1 << 20};
        const thrum_run_options run = run_with(1 + (unsigned)i % 2 * 3, 4096, NULL);
        thrum_words *words = count(inputs, &options, &run);
        assert_int_equal(thrum_words_n_runs(words) > 0, i >= 2);
        lists[i] = written(words);
        assert_string_equal(lists[i], lists[0]);
        thrum_words_free(words);
    }
    for (size_t i = 0; i < 4; i++)
        free(lists[i]);
    thrum_inputs_free(inputs);
    thrum_buffer_release(&text);
}

static thrum_status refuse_row(const void *context, const thrum_word *word, thrum_buffer *text) {
    (void)word, (void)text;
    return *(const thrum_status *)context;
}

static thrum_status refuse_rows(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    (void)bytes, (void)n_bytes;
    ++*(unsigned *)context;
    *error = (thrum_error){.code = THRUM_ERROR_CLOSED, .message = "closed"};
    return THRUM_ERROR_CLOSED;
}

static void writing_may_fail(void **state) {
    (void)state;
    thrum_inputs *inputs = input_of("a b c", 5);
    for (size_t i = 0; i < 2; i++) {
        const thrum_words_options options = {.memory_bytes = i};
        const thrum_run_options run = run_with(2, 0, NULL);
        const thrum_status refused = THRUM_ERROR_STOPPED;
        thrum_error error;
        unsigned n_refused = 0;
        thrum_words *words = count(inputs, &options, &run);
        assert_int_equal(thrum_words_write_rows(words, refuse_row, &refused, refuse_rows, &n_refused, &error),
                         THRUM_ERROR_STOPPED);
        assert_int_equal(error.code, THRUM_ERROR_STOPPED);
        assert_int_equal(n_refused, 0);
        thrum_words_free(words);
        words = count(inputs, &options, &run);
        assert_int_equal(thrum_words_write_rows(words, append_row, NULL, refuse_rows, &n_refused, &error),
                         THRUM_ERROR_CLOSED);
        assert_string_equal(error.message, "closed");
        assert_int_equal(n_refused, 1);
        thrum_words_free(words);
    }
    thrum_inputs_free(inputs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token_rules),
        cmocka_unit_test(matches_of_a_pattern),
        cmocka_unit_test(filters),
        cmocka_unit_test(top_and_orders),
        cmocka_unit_test(stop_words),
        cmocka_unit_test(sums_are_over_all_that_was_read),
        cmocka_unit_test(tables_of_many_threads_are_merged),
        cmocka_unit_test(inputs_that_fail_are_left_out),
        cmocka_unit_test(no_inputs),
        cmocka_unit_test(long_lists_are_written),
        cmocka_unit_test(writing_may_fail),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
