#define _GNU_SOURCE
#include "inputs.h"

#include <errno.h>
#include <inttypes.h>

#include "thrum/buffer.h"
#include "thrum/count.h"

enum { N_PATTERNS = 3 };

/* Each input written down as "input: lines words characters bytes, matches". */
static void see(void *context, size_t input, const thrum_counts *counts) {
    thrum_buffer *text = context;
    const uint64_t numbers[] = {input,           counts->n_lines,      counts->n_words,      counts->n_characters,
                                counts->n_bytes, counts->n_matches[0], counts->n_matches[1], counts->n_matches[2]};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        thrum_buffer_append_text(text, i == 0 ? "" : i == 1 ? ": " : " ");
        thrum_buffer_append_number(text, numbers[i]);
    }
    thrum_buffer_append_text(text, "\n");
}

static void see_plain(void *context, size_t input, const thrum_counts *counts) {
    uint64_t *sums = context;
    sums[0] += input;
    sums[1] += counts->n_lines;
    sums[2] += counts->n_words;
    sums[3] += counts->n_characters;
    sums[4] += counts->n_bytes;
}

static void compile(thrum_pattern **patterns, const char *const *texts) {
    for (size_t i = 0; i < N_PATTERNS; i++) {
        const thrum_pattern_options none = {0};
        assert_int_equal(thrum_pattern_compile(&patterns[i], &texts[i], NULL, 1, &none, NULL), THRUM_OK);
    }
}

static void release(thrum_pattern **patterns) {
    for (size_t i = 0; i < N_PATTERNS; i++)
        thrum_pattern_free(patterns[i]);
}

static void counts_do_not_depend_on_chunks(void **state) {
    (void)state;
    static const char *const texts[] = {
        "one two\nthree\xc3\xa4 \xe4\xb8\xad\n", "", "\n\n\n", "a aa aaa\r\naaaa", "gone", "don't 3.14"};
    static const char *const patterns_texts[] = {"a+", "$", "\\Ga|\\K\xc3\xa4"};
    /* Words of each rule in inputs 0, 1, 2, 3 and 5. */
    static const struct {
        thrum_token_rule rule;
        int words[5];
    } rules[] = {{THRUM_TOKEN_UNICODE, {4, 0, 0, 4, 2}},
                 {THRUM_TOKEN_ASCII, {3, 0, 0, 4, 2}},
                 {THRUM_TOKEN_SPACE, {4, 0, 0, 4, 2}}};
    thrum_inputs *inputs = inputs_of(texts, 6);
    assert_int_equal(unlink(thrum_inputs_path(inputs, 4)), 0);
    thrum_pattern *patterns[N_PATTERNS];
    compile(patterns, patterns_texts);
    for (size_t i = 0; i < 3; i++) {
        char expected[512];
        snprintf(
            expected, sizeof expected,
            "0: 2 %d 17 20 0 3 1\n1: 0 %d 0 0 0 1 0\n2: 3 %d 3 3 0 4 0\n3: 1 %d 14 14 4 2 1\n5: 0 %d 10 10 0 1 0\n",
            rules[i].words[0], rules[i].words[1], rules[i].words[2], rules[i].words[3], rules[i].words[4]);
        for (size_t j = 0; j < N_THREAD_COUNTS; j++)
            for (uint64_t chunk = 1; chunk < 30; chunk += 4) {
                const thrum_count_options options = {.token = rules[i].rule,
                                                     .patterns = (const thrum_pattern *const *)patterns,
                                                     .n_patterns = N_PATTERNS};
                told t = {0};
                thrum_run_options run = run_with(thread_counts[j], chunk, &t);
                thrum_buffer text = {0};
                assert_int_equal(thrum_count_run(inputs, &options, &run, see, &text, NULL), THRUM_OK);
                thrum_buffer_append(&text, "", 1);
                assert_string_equal((const char *)text.bytes, expected);
                thrum_buffer_release(&text);
                assert_int_equal(t.n, 1);
                assert_int_equal(t.errors[0].system_errno, ENOENT);
                assert_string_equal(t.errors[0].path, thrum_inputs_path(inputs, 4));
            }
    }
    release(patterns);
    thrum_inputs_free(inputs);
}

static void without_patterns(void **state) {
    (void)state;
    static const char *const texts[] = {"a b\n", "c\n"};
    thrum_inputs *inputs = inputs_of(texts, 2);
    const thrum_count_options options = {0};
    const thrum_run_options run = {0};
    uint64_t sums[5] = {0};
    assert_int_equal(thrum_count_run(inputs, &options, &run, see_plain, sums, NULL), THRUM_OK);
    static const uint64_t expected[] = {1, 2, 3, 6, 6};
    assert_memory_equal(sums, expected, sizeof expected);
    thrum_inputs_free(inputs);

    inputs = inputs_of(NULL, 0);
    assert_int_equal(thrum_count_run(inputs, &options, &run, see_plain, sums, NULL), THRUM_OK);
    assert_memory_equal(sums, expected, sizeof expected);
    thrum_inputs_free(inputs);
}

static void words_of_a_pattern_are_refused(void **state) {
    (void)state;
    thrum_inputs *inputs = inputs_of(NULL, 0);
    const thrum_count_options options = {.token = THRUM_TOKEN_PATTERN};
    const thrum_run_options run = {0};
    thrum_error error;
    uint64_t sums[5];
    assert_int_equal(thrum_count_run(inputs, &options, &run, see_plain, sums, &error), THRUM_ERROR_ARGUMENT);
    assert_int_equal(error.code, THRUM_ERROR_ARGUMENT);
    assert_true(error.message[0] != '\0');
    thrum_inputs_free(inputs);
}

/* One pattern, which PCRE2 has to run alone, hits its limit in one file, in the middle of its chunks. */
static void a_limit_is_the_failure_of_its_file(void **state) {
    (void)state;
    char bomb[4096];
    memset(bomb, '-', sizeof bomb);
    memset(bomb + 2000, 'a', 40);
    bomb[sizeof bomb - 1] = '\0';
    const char *const texts[] = {"aaa\n", bomb, "a\n"};
    static const char *const patterns_texts[] = {"a", "(?=a)(a+)+$", "-"};
    thrum_inputs *inputs = inputs_of(texts, 3);
    thrum_pattern *patterns[N_PATTERNS];
    compile(patterns, patterns_texts);
    for (uint64_t chunk = 50; chunk < 10000; chunk *= 10) {
        const thrum_count_options options = {
            .token = THRUM_TOKEN_ASCII, .patterns = (const thrum_pattern *const *)patterns, .n_patterns = N_PATTERNS};
        told t = {0};
        thrum_run_options run = run_with(3, chunk, &t);
        thrum_buffer text = {0};
        assert_int_equal(thrum_count_run(inputs, &options, &run, see, &text, NULL), THRUM_OK);
        thrum_buffer_append(&text, "", 1);
        assert_string_equal((const char *)text.bytes, "0: 1 1 4 4 3 1 0\n2: 1 1 2 2 1 1 0\n");
        thrum_buffer_release(&text);
        assert_int_equal(t.n, 1);
        assert_int_equal(t.errors[0].code, THRUM_ERROR_MATCH);
        assert_string_equal(t.errors[0].path, thrum_inputs_path(inputs, 1));
        assert_true(t.errors[0].offset <= 2000);
    }
    release(patterns);
    thrum_inputs_free(inputs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_do_not_depend_on_chunks),
        cmocka_unit_test(without_patterns),
        cmocka_unit_test(words_of_a_pattern_are_refused),
        cmocka_unit_test(a_limit_is_the_failure_of_its_file),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
