#include "matches.h"

#include "thrum/match.h"

static const thrum_pattern_options plain = {0};

static thrum_pattern *compile(const char *const *texts, size_t n_texts) {
    thrum_pattern *pattern;
    assert_int_equal(thrum_pattern_compile(&pattern, texts, NULL, n_texts, &plain, NULL), THRUM_OK);
    return pattern;
}

/* Expands a template with the first match in a text. */
static void expect(const thrum_pattern *pattern, const char *template_text, const char *text, const void *expected,
                   size_t n_expected) {
    thrum_template *template_;
    thrum_error error;
    if (thrum_template_compile(&template_, template_text, pattern, &error) != THRUM_OK)
        fail_msg("%s: %s", template_text, error.message);
    size_t n_captures = thrum_template_n_captures(template_);
    matcher *matcher_ = matcher_create(pattern, n_captures);
    thrum_range *groups = calloc(n_captures + 1, sizeof *groups);
    size_t n_bytes = strlen(text), program = 0;
    matcher_begin(matcher_, &(matcher_window){(const uint8_t *)text, n_bytes, n_bytes, SIZE_MAX, false});
    assert_int_equal(matcher_next(matcher_, (match_state){0, false}, groups, &program, NULL), MATCHER_FOUND);
    const thrum_match match = {.subject = (const uint8_t *)text,
                               .n_subject_bytes = n_bytes,
                               .pattern = program,
                               .groups = groups,
                               .n_captures = n_captures};
    thrum_buffer buffer = {0};
    thrum_buffer_append_text(&buffer, ">");
    thrum_template_expand(template_, &match, &buffer);
    assert_int_equal(buffer.n_bytes, n_expected + 1);
    if (n_expected)
        assert_memory_equal(buffer.bytes + 1, expected, n_expected);
    thrum_buffer_release(&buffer);
    free(groups);
    matcher_free(matcher_);
    thrum_template_free(template_);
}

static void groups_escapes_and_text_are_filled_in(void **state) {
    (void)state;
    static const char *const text = "(?<first>a)(?<second>b)?(c)(d)(e)(f)(g)(h)(i)(j)(k)(?<twelfth>l)";
    thrum_pattern *pattern = compile(&text, 1);
    static const struct {
        const char *template_;
        const char *expected;
    } examples[] = {
        {"$0", "acdefghijkl"},
        {"", ""},
        {"no group", "no group"},
        {"$1", "a"},
        {"${1}2", "a2"},
        {"$12", "l"},
        {"${12}", "l"},
        {"${012}", "l"},
        {"[$2]", "[]"}, /* took no part */
        {"${first}-${twelfth}", "a-l"},
        {"$$1", "$1"},
        {"$$$1$$", "$a$"},
        {"\\t\\n\\r\\\\", "\t\n\r\\"},
        {"{$3}", "{c}"},
        {"$3$4$5", "cde"},
        {"\xc3\xa4${1}\xff", "\xc3\xa4"
                             "a\xff"},
        {"}{", "}{"},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        expect(pattern, examples[i].template_, "acdefghijkl", examples[i].expected, strlen(examples[i].expected));
    expect(pattern, "$1\\0$3", "acdefghijkl", "a\0c", 3);
    thrum_pattern_free(pattern);
}

static void expect_error(const thrum_pattern *pattern, const char *text, size_t offset, const char *words) {
    thrum_template *template_ = (thrum_template *)&offset;
    thrum_error error;
    assert_int_equal(thrum_template_compile(&template_, text, pattern, &error), THRUM_ERROR_ARGUMENT);
    assert_null(template_);
    assert_int_equal(error.offset, offset);
    assert_non_null(strstr(error.message, words));
    assert_int_equal(thrum_template_compile(&template_, text, pattern, NULL), THRUM_ERROR_ARGUMENT);
}

static void faults_are_told_at_their_place(void **state) {
    (void)state;
    static const char *const text = "(?<name>a)(b)";
    thrum_pattern *pattern = compile(&text, 1);
    expect_error(pattern, "ab$3", 2, "no group '3'");
    expect_error(pattern, "$0$1$2${nam}", 6, "no group 'nam'");
    expect_error(pattern, "${namee}", 0, "no group 'namee'");
    expect_error(pattern, "${1x}", 0, "no group '1x'");
    expect_error(pattern, "$99999999999999999999999999", 0, "no group");
    expect_error(pattern, "${18446744073709551617}", 0, "no group"); /* 2^64 + 1 is not group 1 */
    expect_error(pattern, "a$", 1, "needs");
    expect_error(pattern, "$$$", 2, "needs");
    expect_error(pattern, "$x", 0, "needs");
    expect_error(pattern, "${", 0, "needs");
    expect_error(pattern, "${}", 0, "needs");
    expect_error(pattern, "x${name", 1, "needs");
    expect_error(pattern, "abc\\", 3, "needs");
    expect_error(pattern, "\\q", 0, "needs");
    thrum_pattern_free(pattern);
}

static void several_texts_have_groups_of_their_own(void **state) {
    (void)state;
    static const char *const texts[] = {"(?<day>\\d+)\\.(?<month>\\d+)", "(m)(?<month>\\d+)(d)(?<day>\\d+)", "x"};
    thrum_pattern *pattern = compile(texts, 3);
    expect(pattern, "${day}/${month}", "24.12", "24/12", 5);
    expect(pattern, "${day}/${month}", "m12d24", "24/12", 5);
    expect(pattern, "${day}/${month}", "x", "/", 1);
    expect(pattern, "<$4>", "24.12", "<>", 2); /* a group that only another text has */
    expect(pattern, "<$4>", "m12d24", "<24>", 4);
    expect_error(pattern, "$5", 0, "no group '5'");

    thrum_template *template_;
    assert_int_equal(thrum_template_compile(&template_, "${day}", pattern, NULL), THRUM_OK);
    assert_int_equal(thrum_template_n_captures(template_), 4);
    thrum_template_free(template_);
    assert_int_equal(thrum_template_compile(&template_, "$0", pattern, NULL), THRUM_OK);
    assert_int_equal(thrum_template_n_captures(template_), 0);
    thrum_template_free(template_);
    thrum_pattern_free(pattern);
}

/* A caller that asked for fewer groups than the template names gets empty ones. */
static void groups_that_were_not_asked_for_are_empty(void **state) {
    (void)state;
    static const char *const text = "(a)(b)";
    thrum_pattern *pattern = compile(&text, 1);
    thrum_template *template_;
    assert_int_equal(thrum_template_compile(&template_, "$1|$2", pattern, NULL), THRUM_OK);
    const thrum_range groups[] = {{0, 2}, {0, 1}};
    const thrum_match match = {
        .subject = (const uint8_t *)"ab", .n_subject_bytes = 2, .groups = groups, .n_captures = 1};
    thrum_buffer buffer = {0};
    thrum_template_expand(template_, &match, &buffer);
    assert_int_equal(buffer.n_bytes, 2);
    assert_memory_equal(buffer.bytes, "a|", 2);
    thrum_buffer_release(&buffer);
    thrum_template_free(template_);
    thrum_pattern_free(pattern);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_escapes_and_text_are_filled_in),
        cmocka_unit_test(faults_are_told_at_their_place),
        cmocka_unit_test(several_texts_have_groups_of_their_own),
        cmocka_unit_test(groups_that_were_not_asked_for_are_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
