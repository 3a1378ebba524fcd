#include "matches.h"

typedef struct search {
    thrum_pattern *pattern;
    matcher *matcher_;
    thrum_range groups[4];
    size_t program;
    thrum_error error;
} search;

static const uint8_t *as_bytes(const char *text) {
    return (const uint8_t *)text;
}

static search open_search(const char *pattern, const char *text, size_t n_visible_bytes, size_t starts_before) {
    search s = {.pattern = pattern_of(pattern, NULL)};
    s.matcher_ = matcher_create(s.pattern, 0);
    assert_non_null(s.matcher_);
    matcher_begin(s.matcher_, &(matcher_window){as_bytes(text), strlen(text), n_visible_bytes, starts_before, false});
    return s;
}

static matcher_answer next(search *s, uint64_t position, bool not_empty) {
    return matcher_next(s->matcher_, (match_state){position, not_empty}, s->groups, &s->program, &s->error);
}

static void close_search(search *s) {
    matcher_free(s->matcher_);
    thrum_pattern_free(s->pattern);
}

static void expect_answer(const char *pattern, const char *text, size_t n_visible_bytes, size_t starts_before,
                          matcher_answer answer) {
    search s = open_search(pattern, text, n_visible_bytes, starts_before);
    matcher_answer found = next(&s, 0, false);
    if (found != answer)
        fail_msg("%s in %s, %zu visible, before %zu: %d", pattern, text, n_visible_bytes, starts_before, (int)found);
    close_search(&s);
}

static void what_looks_past_the_visible_end_is_unsure(void **state) {
    (void)state;
    expect_answer("a+", "--aaaa--", 4, SIZE_MAX, MATCHER_UNSURE);
    expect_answer("a+", "--aaaa--", 6, SIZE_MAX, MATCHER_UNSURE); /* another a could follow */
    expect_answer("a+", "--aaaa--", 7, SIZE_MAX, MATCHER_FOUND);
    expect_answer("a{4}", "--aaaa--", 6, SIZE_MAX, MATCHER_FOUND);
    expect_answer("ab", "---ab", 4, SIZE_MAX, MATCHER_UNSURE);
    expect_answer("ab", "--x--", 3, 3, MATCHER_NONE);
    expect_answer("x(?=y)", "--xz-", 3, SIZE_MAX, MATCHER_UNSURE);
    expect_answer("x\\b", "--xz-", 3, SIZE_MAX, MATCHER_UNSURE);
    expect_answer("x$", "--x--", 3, SIZE_MAX, MATCHER_UNSURE);
    expect_answer("x\\z", "--x--", 3, SIZE_MAX, MATCHER_UNSURE);
    expect_answer("(?s)-.*", "--x--", 3, SIZE_MAX, MATCHER_UNSURE);
    /* The end of the subject is an end. */
    expect_answer("a+", "--aaaa", 6, SIZE_MAX, MATCHER_FOUND);
    expect_answer("x\\z", "--x", 3, SIZE_MAX, MATCHER_FOUND);
    expect_answer("ab", "---a", 4, SIZE_MAX, MATCHER_NONE);
}

/* An attempt that is unsure hides later matches, never earlier ones. */
static void matches_before_an_unsure_attempt_are_found(void **state) {
    (void)state;
    search s = open_search("ab?c|x", "-x--x-abc", 8, SIZE_MAX);
    assert_int_equal(next(&s, 0, false), MATCHER_FOUND);
    assert_int_equal(s.groups[0].begin, 1);
    assert_int_equal(next(&s, 2, false), MATCHER_FOUND);
    assert_int_equal(s.groups[0].begin, 4);
    assert_int_equal(next(&s, 5, false), MATCHER_UNSURE);
    close_search(&s);
}

static void matches_begin_before_the_limit_and_may_run_over_it(void **state) {
    (void)state;
    expect_answer("abc", "--abc--", 7, 2, MATCHER_NONE);
    expect_answer("abc", "--abc--", 7, 3, MATCHER_FOUND);
    expect_answer("abc", "--abc--", 7, SIZE_MAX, MATCHER_FOUND);
    expect_answer("$", "--", 2, 2, MATCHER_NONE);
    expect_answer("$", "--", 2, SIZE_MAX, MATCHER_FOUND);
    /* Limits beside line ends, in characters and between CR and LF. */
    expect_answer("(?m)^b", "a\nb", 3, 2, MATCHER_NONE);
    expect_answer("(?m)^b", "a\nb", 3, 3, MATCHER_FOUND);
    expect_answer("b", "a\r\nb", 4, 2, MATCHER_NONE);
    expect_answer("\n", "a\r\nb", 4, 2, MATCHER_NONE);
    expect_answer("\r\n", "a\r\nb", 4, 2, MATCHER_FOUND);
    expect_answer("b",
                  "\xc3\xa4"
                  "b",
                  3, 1, MATCHER_NONE);
}

static void look_behind_sees_what_is_before_the_position(void **state) {
    (void)state;
    search s = open_search("(?<=ab)c|^d|\\be", "abcdxe e", 8, SIZE_MAX);
    assert_int_equal(next(&s, 2, false), MATCHER_FOUND);
    assert_int_equal(s.groups[0].begin, 2);
    assert_int_equal(next(&s, 3, false), MATCHER_FOUND);
    assert_int_equal(s.groups[0].begin, 7);
    close_search(&s);
}

static void empty_matches_are_followed_by_others(void **state) {
    (void)state;
    static const struct {
        const char *pattern, *text, *matches;
    } examples[] = {
        {"x*", "aaxb", "0-0 1-1 2-3 3-3 4-4"},
        {"", "ab", "0-0 1-1 2-2"},
        {"", "\xc3\xa4\xe4\xb8\xad", "0-0 2-2 5-5"},
        {"$", "a\nb\n", "1-1 3-3 4-4"},
        {"^", "a\nb\n", "0-0 2-2"},
        {"a|", "ba", "0-0 1-2 2-2"},
        {"|a", "ba", "0-0 1-1 1-2 2-2"},
        {"\\b", "a bc", "0-0 1-1 2-2 4-4"},
        {"(?=a)", "aa", "0-0 1-1"},
        {"$", "a\r\nb", "1-1 4-4"},
        {"", "", "0-0"},
        {"a", "", ""},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        for (int no_jit = 0; no_jit < 2; no_jit++) {
            thrum_pattern *pattern = pattern_of(examples[i].pattern, &(thrum_pattern_options){.no_jit = no_jit});
            assert_int_equal(thrum_pattern_is_jit(pattern), !no_jit);
            expect_matches(pattern, examples[i].text, strlen(examples[i].text), 0, examples[i].matches);
            thrum_pattern_free(pattern);
        }
}

static void the_earliest_wins_then_the_first_given(void **state) {
    (void)state;
    static const struct {
        const char *texts[3];
        const char *subject, *matches;
    } examples[] = {
        {{"b", "a", "ab"}, "ab b", "1:0-1 0:1-2 0:3-4"},
        {{"ab", "a", "b"}, "ab b", "0:0-2 2:3-4"},
        {{"z", ".", "q"}, "abz", "1:0-1 1:1-2 0:2-3"},
        {{"q", "z", "."}, "abz", "2:0-1 2:1-2 1:2-3"},
        {{"x*", "b", "q"}, "ab", "0:0-0 0:1-1 1:1-2 0:2-2"},
        {{"b", "x*", "q"}, "ab", "1:0-0 0:1-2 1:2-2"},
        {{"abc", "bcd", "cde"}, "abcde bcde", "0:0-3 1:6-9"},
        {{"(?<=a)b", "a", "\\bc"}, "abc c", "1:0-1 0:1-2 2:4-5"},
        {{"$", "^", "a"}, "a\na", "1:0-0 2:0-1 0:1-1 1:2-2 2:2-3 0:3-3"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        for (int no_jit = 0; no_jit < 2; no_jit++) {
            thrum_pattern *pattern;
            const thrum_pattern_options options = {.no_jit = no_jit};
            assert_int_equal(thrum_pattern_compile(&pattern, examples[i].texts, NULL, 3, &options, NULL), THRUM_OK);
            expect_matches(pattern, examples[i].subject, strlen(examples[i].subject), 0, examples[i].matches);
            thrum_pattern_free(pattern);
        }
}

static void groups_that_took_no_part_are_unset(void **state) {
    (void)state;
    thrum_pattern *pattern = pattern_of("(a)|(b)(c)?", NULL);
    expect_matches(pattern, "abbc", 4, 4, "0-1[0-1][][][] 1-2[][1-2][][] 2-4[][2-3][3-4][]");
    thrum_pattern_free(pattern);
    /* Nothing is left of the attempt at 0, which set the group and failed. */
    pattern = pattern_of("(?>(a)x|b)", NULL);
    expect_matches(pattern, "ab", 2, 1, "1-2[]");
    thrum_pattern_free(pattern);
}

static void failures_carry_their_place(void **state) {
    (void)state;
    char text[64] = "xx ";
    memset(text + 3, 'a', 40);
    strcat(text, "!");
    search s = open_search("(a+)+$", text, strlen(text), SIZE_MAX);
    assert_int_equal(next(&s, 3, false), MATCHER_FAILED);
    assert_int_equal(s.error.code, THRUM_ERROR_MATCH);
    assert_int_equal(s.error.pcre2_errno, PCRE2_ERROR_MATCHLIMIT);
    assert_int_equal(s.error.offset, 3);
    assert_non_null(strstr(s.error.message, "match limit"));
    close_search(&s);
}

static void searches_try_at_characters_and_not_inside_line_ends(void **state) {
    (void)state;
    static const uint8_t text[] = "a\r\n\xc3\xa4\r";
    static const bool in_text[] = {true, true, false, true, false, true, true, true};
    static const bool in_bytes[] = {true, true, false, true, true, true, true, true};
    thrum_pattern *pattern = pattern_of("a", NULL);
    thrum_pattern *bytes = pattern_of("a", &(thrum_pattern_options){.bytes = true});
    for (size_t i = 0; i <= 6; i++) {
        assert_int_equal(matcher_tries(pattern, text, 6, i), in_text[i]);
        assert_int_equal(matcher_tries(bytes, text, 6, i), in_bytes[i]);
    }
    thrum_pattern_free(pattern);
    thrum_pattern_free(bytes);
}

/* Long enough for the interpreter to be shown several pieces. */
static void both_engines_find_the_same_in_long_texts(void **state) {
    (void)state;
    enum { N_BYTES = 20000 };
    static const char *const patterns[] = {"\\w+", "(?s)a.*z", "a[^z]*z", "$", "\xc3\xa4+", "q", "(.)\\1", "\\bx|y\\b"};
    static const char *const letters[] = {"a", "b", " ", "\n", "\xc3\xa4", "z", "x", "y"};
    thrum_buffer text = {0};
    uint32_t random = 1;
    while (text.n_bytes < N_BYTES) {
        random = random * 1664525 + 1013904223;
        thrum_buffer_append_text(&text, letters[random >> 29]);
    }
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        thrum_pattern *jit = pattern_of(patterns[i], NULL);
        thrum_pattern *interpreted = pattern_of(patterns[i], &(thrum_pattern_options){.no_jit = true});
        char *expected = all_matches(interpreted, text.bytes, text.n_bytes, 1);
        expect_matches(jit, text.bytes, text.n_bytes, 1, expected);
        free(expected);
        thrum_pattern_free(jit);
        thrum_pattern_free(interpreted);
    }
    thrum_buffer_release(&text);
}

/* What is ill-formed is no character, no line end, no end of the text, and a place to begin at where no continuation
 * byte stands. */
static void ill_formed_text_is_the_same_for_both_engines(void **state) {
    (void)state;
    static const struct {
        const char *pattern, *text, *matches;
    } examples[] = {
        {".",
         "a\xff"
         "b\xe2\x82\xc3\xa9",
         "0-1 2-3 5-7"},
        {"",
         "a\xff"
         "b",
         "0-0 1-1 2-2 3-3"},
        {"",
         "a\xe2\x82"
         "b",
         "0-0 1-1 3-3 4-4"},
        {"(?!.)", "a\x80", "2-2"},
        {"^", "a\n\xff\nb", "0-0 2-2 4-4"},
        {"$", "a\n\xff\nb\xff", "1-1 3-3 6-6"},
        {"\\A.?",
         "\xff"
         "a",
         "0-0"},
        {"\\z", "a\xff", "2-2"},
        {"\\Z", "a\n\xff\n", "3-3 4-4"},
        {"\\Ga",
         "aa\xff"
         "a",
         "0-1 1-2"},
        {"\\B", "\xff\xff", "0-0 2-2"},
        {"(?<=a)\\b", "a\xff", "1-1"},
        {"(?<!\\w)\\w+",
         "ab\xff"
         "c",
         "0-2 3-4"},
        {"(?<=.)b",
         "\xff"
         "bb",
         "2-3"},
        {"(?<=^|a)b",
         "b\xff"
         "ab\n\xff"
         "b",
         "0-1 3-4"},
        {"(*COMMIT)b",
         "\xff"
         "b",
         ""},
        {"a(*COMMIT)c|b",
         "\xff"
         "ab",
         ""},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        for (int no_jit = 0; no_jit < 2; no_jit++) {
            thrum_pattern *pattern = pattern_of(examples[i].pattern, &(thrum_pattern_options){.no_jit = no_jit});
            /* As a mapping shows it, with zeros on both sides. */
            char padded[64] = {0};
            strcpy(padded + 16, examples[i].text);
            expect_matches(pattern, padded + 16, strlen(examples[i].text), 0, examples[i].matches);
            thrum_pattern_free(pattern);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_looks_past_the_visible_end_is_unsure),
        cmocka_unit_test(matches_before_an_unsure_attempt_are_found),
        cmocka_unit_test(matches_begin_before_the_limit_and_may_run_over_it),
        cmocka_unit_test(look_behind_sees_what_is_before_the_position),
        cmocka_unit_test(empty_matches_are_followed_by_others),
        cmocka_unit_test(the_earliest_wins_then_the_first_given),
        cmocka_unit_test(groups_that_took_no_part_are_unset),
        cmocka_unit_test(failures_carry_their_place),
        cmocka_unit_test(searches_try_at_characters_and_not_inside_line_ends),
        cmocka_unit_test(both_engines_find_the_same_in_long_texts),
        cmocka_unit_test(ill_formed_text_is_the_same_for_both_engines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
