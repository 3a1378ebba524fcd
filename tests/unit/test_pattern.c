#include "matches.h"

#include "pattern/pattern.h"

static const thrum_pattern_options plain = {0};
static const thrum_pattern_options word = {.whole_word = true};
static const thrum_pattern_options line = {.whole_line = true};

/* ---- errors ---- */

/* What PCRE2 says of the pattern as the user wrote it. */
static int oracle(const char *text, size_t n_bytes, PCRE2_SIZE *offset) {
    int code = 0;
    uint32_t bits = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    pcre2_code *compiled = pcre2_compile((PCRE2_SPTR)text, n_bytes, bits, &code, offset, NULL);
    assert_null(compiled);
    return code;
}

static void expect_error(const char *text, const thrum_pattern_options *options) {
    PCRE2_SIZE offset = 0;
    int code = oracle(text, strlen(text), &offset);
    char words[256];
    pcre2_get_error_message(code, (PCRE2_UCHAR *)words, sizeof words);

    thrum_pattern *pattern = (thrum_pattern *)&code;
    thrum_error error;
    assert_int_equal(thrum_pattern_compile(&pattern, &text, NULL, 1, options, &error), THRUM_ERROR_PATTERN);
    assert_null(pattern);
    assert_int_equal(error.code, THRUM_ERROR_PATTERN);
    assert_int_equal(error.offset, offset);
    assert_int_equal(error.pcre2_errno, code);
    assert_int_equal(error.system_errno, 0);
    assert_string_equal(error.message, words);
    assert_string_equal(error.path, "");
    assert_int_equal(thrum_pattern_compile(&pattern, &text, NULL, 1, options, NULL), THRUM_ERROR_PATTERN);
}

static void faults_are_told_at_their_place_in_what_the_user_wrote(void **state) {
    (void)state;
    static const char *const faulty[] = {
        "a(b",          "ab)c",         "[a",   "a**+*",     "(?=ab\\K)",  "(?<n>a)(?<n>b)", "\\",
        "\\g{9}",       "(?<!a+)b",     "\xff", "a\\Cb",     "(*NOSUCH)a", "(?z)",           "x{2,1}",
        "\\p{Nonsuch}", "(?x)a # (\n(", "(?#a", "a\\Q(\\E(", "((((",       "(*UCP)a(b",      "\\x{110000}"};
    for (size_t i = 0; i < sizeof faulty / sizeof *faulty; i++) {
        expect_error(faulty[i], &plain);
        expect_error(faulty[i], &word);
        expect_error(faulty[i], &line);
    }
}

static void the_faulty_one_of_several_texts_ends_the_compilation(void **state) {
    (void)state;
    static const char *const texts[] = {"a", "bc(", "d"};
    thrum_pattern *pattern;
    thrum_error error;
    assert_int_equal(thrum_pattern_compile(&pattern, texts, NULL, 3, &plain, &error), THRUM_ERROR_PATTERN);
    assert_int_equal(error.offset, 3);
    assert_null(pattern);
    assert_int_equal(thrum_pattern_compile(&pattern, texts, NULL, 0, &plain, &error), THRUM_ERROR_ARGUMENT);
    assert_null(pattern);
}

/* ---- what is put around a pattern ---- */

typedef struct example {
    const thrum_pattern_options *options;
    const char *pattern;
    const char *text;
    const char *matches;
} example;

static void check(const example *e) {
    thrum_pattern *pattern = pattern_of(e->pattern, e->options);
    expect_matches(pattern, e->text, strlen(e->text), 0, e->matches);
    thrum_pattern_free(pattern);
}

static void surrounded_patterns_stay_whole(void **state) {
    (void)state;
    static const thrum_pattern_options both = {.whole_word = true, .whole_line = true};
    static const example examples[] = {
        {&word, "foo", "foo foobar barfoo foo", "0-3 18-21"},
        {&word, "foo|bar", "foobar bar", "7-10"},
        {&line, "foo|bar", "foobar\nbar\nfoo", "7-10 11-14"},
        {&both, "foo", "foo foo\nfoo", "8-11"},
        {&word, "(?x) foo # comment", "food foo", "5-8"},
        {&line, "(?x) foo # comment", "food\nfoo", "5-8"},
        {&line, "(?x) foo # a \\", "food\nfoo", "5-8"},
        {&line, "(?x) foo # )", "food\nfoo", "5-8"},
        {&line, "(?x: foo # one\n) # two", "foo # two\nfoo", "0-9"},
        {&line, "(*CR)(?x) foo # comment", "foo", "0-3"},
        {&line, "(*CRLF)(?x) foo # comment", "foo", "0-3"},
        {&word, "\\Qa.b", "axb a.b", "4-7"},
        {&line, "\\Qa.b", "axb\na.b", "4-7"},
        {&line, "\\Qa\\", "a\na\\", "2-4"},
        {&line, "\\Qa\\E", "ab\na", "3-4"},
        {&word, "(?i)foo", "Foo FOOD", "0-3"},
        {&line, "a\\\\", "a\\\na", "0-2"},
        {&line, "", "a\n\nb", "2-2"},
        {&word, "-", "a-b - -", "4-5 6-7"},
        {&word, "\xc3\xa4", "\xc3\xa4 \xc3\xa4\xc3\xa4", "0-2"},
        {&line, "(*UCP)a", "ab\na", "3-4"},
        {&line, "(*UCP)(*LIMIT_MATCH=1000)(*NO_AUTO_POSSESS)a", "ab\na", "3-4"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        check(&examples[i]);
}

static void the_compiled_in_options_are_those_of_the_contract(void **state) {
    (void)state;
    static const thrum_pattern_options bytes = {.bytes = true}, caseless = {.caseless = true};
    static const example examples[] = {
        {&plain, "^b$", "a\r\nb\rb\nb", "3-4 5-6 7-8"}, /* MULTILINE, ANYCRLF */
        {&plain, "\\w", "\xc3\xa4", "0-2"},             /* UTF, UCP */
        {&bytes, "\\w", "\xc3\xa4", ""},
        {&bytes, ".", "\xc3\xa4", "0-1 1-2"},
        {&bytes, "(*UCP)\\w", "\xe9", "0-1"},
        {&caseless, "\xc3\x84", "\xc3\xa4", "0-2"},
        {&plain, ".",
         "a\xff"
         "b",
         "0-1 2-3"}, /* ill-formed bytes match nothing */
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        check(&examples[i]);
}

/* ---- literals ---- */

static void expect_literal(const char *text, size_t n_bytes, thrum_pattern_options options) {
    options.literal = true;
    thrum_pattern *pattern;
    assert_int_equal(thrum_pattern_compile(&pattern, &text, &n_bytes, 1, &options, NULL), THRUM_OK);
    thrum_buffer subject = {0};
    thrum_buffer_append_text(&subject, "--\n");
    thrum_buffer_append(&subject, text, n_bytes);
    thrum_buffer_append_text(&subject, "\n--");
    char expected[64];
    snprintf(expected, sizeof expected, "3-%zu", 3 + n_bytes);
    expect_matches(pattern, subject.bytes, subject.n_bytes, 0, expected);
    thrum_buffer_release(&subject);
    thrum_pattern_free(pattern);
}

static void literals_match_themselves(void **state) {
    (void)state;
    static const char every[] =
        "\\ ^ $ . [ ] | ( ) ? * + { } # < > = ! : & ~ ` ' \" / \\Q \\E \\d (?x) (*F) [[:alpha:]] a{2}";
    expect_literal(every, sizeof every - 1, plain);
    expect_literal(every, sizeof every - 1, line);
    expect_literal(every, sizeof every - 1, word);
    expect_literal("a\0b\0", 4, plain);
    expect_literal("\0"
                   "7",
                   2, plain);
    expect_literal("\0", 1, (thrum_pattern_options){.bytes = true});
    expect_literal("\xff\xfe(", 3, (thrum_pattern_options){.bytes = true});
    expect_literal("\xc3\xa4 \xe4\xb8\xad\n\t x", 10, plain);
    expect_literal("\\E", 2, word);

    static const thrum_pattern_options empty = {.literal = true};
    check(&(example){&empty, "", "ab", "0-0 1-1 2-2"});
    static const thrum_pattern_options caseless = {.literal = true, .caseless = true};
    check(&(example){&caseless, "A.B", "a.b axb A.b", "0-3 8-11"});
}

/* ---- order ---- */

static void patterns_that_depend_on_the_path_are_known(void **state) {
    (void)state;
    static const char *const in_order[] = {
        "\\Ga",       "a\\Kb",       "a(*SKIP)b",  "a(*COMMIT)b",      "(?C1)a", "a(?C'text')",
        "(*MARK:x)a", "a(*ACCEPT)b", "(*UCP)\\Ga", "(?:a(*PRUNE)b|c)", "(*:n)a", "a(*THEN)b|c"};
    static const char *const side_by_side[] = {"a",       "\\ba+\\b", "(a)|(b)", "^a$",           "(?<=a)b",
                                               "(?=a)",   "(a)\\1",   "\\Ab",    "a\\z",          "",
                                               "(?>a+)b", "(?s)a.*z", "\\Q.\\E", "(?<n>a)\\k<n>", "a++b"};
    for (size_t i = 0; i < sizeof in_order / sizeof *in_order; i++) {
        thrum_pattern *pattern = pattern_of(in_order[i], &plain);
        assert_false(thrum_pattern_is_parallel(pattern));
        thrum_pattern_free(pattern);
    }
    for (size_t i = 0; i < sizeof side_by_side / sizeof *side_by_side; i++) {
        thrum_pattern *pattern = pattern_of(side_by_side[i], &plain);
        if (!thrum_pattern_is_parallel(pattern))
            fail_msg("%s", side_by_side[i]);
        thrum_pattern_free(pattern);
    }
    static const char *const texts[] = {"a", "b\\Kc", "d"};
    thrum_pattern *pattern;
    assert_int_equal(thrum_pattern_compile(&pattern, texts, NULL, 3, &plain, NULL), THRUM_OK);
    assert_false(thrum_pattern_is_parallel(pattern));
    thrum_pattern_free(pattern);
}

/* Nothing in a plain text is an operator, whatever it looks like. */
static void plain_texts_never_depend_on_the_path(void **state) {
    (void)state;
    static const char *const texts[] = {"\\Ga", "C:\\Kits", "(*SKIP)", "(?C1)", "a+(?=b)\\1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        thrum_pattern *pattern = pattern_of(texts[i], &(thrum_pattern_options){.literal = true});
        assert_true(thrum_pattern_is_parallel(pattern));
        assert_true(pattern_is_bounded(pattern));
        thrum_pattern_free(pattern);
    }
}

/* ---- groups ---- */

static void each_text_keeps_its_own_groups(void **state) {
    (void)state;
    static const char *const texts[] = {"(?<year>\\d+)-(?<month>\\d+)", "(m)(?<month>\\w)(?<year>y)", "x"};
    thrum_pattern *pattern;
    assert_int_equal(thrum_pattern_compile(&pattern, texts, NULL, 3, &plain, NULL), THRUM_OK);
    assert_int_equal(thrum_pattern_n_texts(pattern), 3);
    static const size_t n_groups[] = {2, 3, 0}, year[] = {1, 3, 0}, month[] = {2, 2, 0};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(pattern->programs[i].n_groups, n_groups[i]);
        assert_int_equal(pattern_group_number(&pattern->programs[i], "year", 4), year[i]);
        assert_int_equal(pattern_group_number(&pattern->programs[i], "month", 5), month[i]);
        assert_int_equal(pattern_group_number(&pattern->programs[i], "mont", 4), 0);
        assert_int_equal(pattern_group_number(&pattern->programs[i], "", 0), 0);
    }
    expect_matches(pattern, "7-8 mxy x", 9, 3, "0:0-3[0-1][2-3][] 1:4-7[4-5][5-6][6-7] 2:8-9[][][]");
    thrum_pattern_free(pattern);
}

static void freeing_nothing_is_safe(void **state) {
    (void)state;
    thrum_pattern_free(NULL);
    thrum_template_free(NULL);
    matcher_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_told_at_their_place_in_what_the_user_wrote),
        cmocka_unit_test(the_faulty_one_of_several_texts_ends_the_compilation),
        cmocka_unit_test(surrounded_patterns_stay_whole),
        cmocka_unit_test(the_compiled_in_options_are_those_of_the_contract),
        cmocka_unit_test(literals_match_themselves),
        cmocka_unit_test(patterns_that_depend_on_the_path_are_known),
        cmocka_unit_test(plain_texts_never_depend_on_the_path),
        cmocka_unit_test(each_text_keeps_its_own_groups),
        cmocka_unit_test(freeing_nothing_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
