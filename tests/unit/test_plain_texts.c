/* Lists of plain texts, which are searched together, against the same texts as programs of PCRE2. */
#include "literal_cases.h"
#include "matches.h"

#include "pattern/pattern.h"

enum { MOST_TEXTS = 12 };

typedef struct list {
    char bytes[MOST_TEXTS][64];
    const char *texts[MOST_TEXTS];
    size_t n_bytes[MOST_TEXTS], n;
} list;

static thrum_pattern *compile_texts(const list *l, thrum_pattern_options options, thrum_engine engine, bool literal) {
    thrum_pattern *pattern = NULL;
    options.engine = engine;
    options.literal = literal;
    thrum_error error;
    if (thrum_pattern_compile(&pattern, l->texts, l->n_bytes, l->n, &options, &error) != THRUM_OK)
        fail_msg("%s", error.message);
    return pattern;
}

static thrum_pattern *compile(const list *l, thrum_pattern_options options, thrum_engine engine) {
    return compile_texts(l, options, engine, true);
}

static void make_list(list *l, bool is_utf) {
    static const char *const pieces[] = {"a",        "b", "ab", "A", "c", "bc", "x", "y z", " ", "\n", "\r", "_", "1",
                                         "\xc3\xa9", "K", "ſ",  "k", "S", "ß",  "ẞ", "σ",   "ς", "Σ",  "ш",  "Ш", "е"};
    static const char *const ill_formed[] = {"\xff", "\xc3", "\xa9", "\xe2\x84"};
    *l = (list){.n = 2 + below(MOST_TEXTS - 1)};
    bool is_plain = below(2);
    for (size_t i = 0; i < l->n; i++) {
        size_t n_pieces = 1 + below(5);
        for (size_t k = 0; k < n_pieces; k++)
            strcat(l->bytes[i], is_utf || below(8) ? pieces[below(is_plain ? 8 : sizeof pieces / sizeof *pieces)]
                                                   : PICK(ill_formed));
        l->texts[i] = l->bytes[i];
        l->n_bytes[i] = strlen(l->bytes[i]);
    }
}

static void expect_same(const thrum_pattern *together, const thrum_pattern *alone, const thrum_buffer *subject) {
    char *expected = all_matches(alone, subject->bytes, subject->n_bytes, 1);
    expect_matches(together, subject->bytes, subject->n_bytes, 1, expected);
    size_t n_expected = 0;
    for (const char *at = expected; *at; at++)
        n_expected += *at == '[';
    matcher *matcher_ = matcher_create(together, 0);
    match_state state = {0, false};
    uint64_t n_found = 0;
    assert_non_null(matcher_);
    matcher_begin(matcher_, &(matcher_window){subject->bytes, subject->n_bytes, subject->n_bytes, SIZE_MAX, false});
    assert_int_equal(matcher_count(matcher_, &state, &n_found, NULL), MATCHER_NONE);
    assert_int_equal(n_found, n_expected);
    matcher_free(matcher_);
    free(expected);
}

/* Over some random texts, with an end that may be a match. */
static void expect_same_anywhere(const thrum_pattern *together, const thrum_pattern *alone, const char *end) {
    enum { N_SUBJECTS = 8, PADDING_BYTES = 64 };
    for (int k = 0; k < N_SUBJECTS; k++) {
        thrum_buffer subject = {0};
        append_subject(&subject);
        thrum_buffer_append_text(&subject, below(2) ? end : "");
        assert_non_null(thrum_buffer_reserve(&subject, PADDING_BYTES));
        memset(subject.bytes + subject.n_bytes, 0, PADDING_BYTES);
        expect_same(together, alone, &subject);
        thrum_buffer_release(&subject);
    }
}

static void they_match_as_programs_do(void **state) {
    (void)state;
    const char *wanted = getenv("LITERAL_CASES");
    long n_cases = wanted ? atol(wanted) : 1500, n_together = 0;
    for (long i = 0; i < n_cases; i++) {
        thrum_pattern_options options = {.bytes = below(3) == 0,
                                         .caseless = below(3) == 0,
                                         .whole_word = below(2),
                                         .whole_line = below(4) == 0,
                                         .newline = (thrum_newline)below(3)};
        list l;
        make_list(&l, !options.bytes);
        thrum_pattern *together = compile(&l, options, THRUM_ENGINE_AUTO),
                      *alone = compile(&l, options, THRUM_ENGINE_PCRE2);
        n_together += together->texts != NULL;
        assert_null(alone->texts);
        expect_same_anywhere(together, alone, "");
        thrum_pattern_free(together);
        thrum_pattern_free(alone);
    }
    assert_true(n_together > n_cases / 4);
}

/* Patterns that are but texts need not be called literals. */
static void patterns_match_as_literals_do(void **state) {
    (void)state;
    for (long i = 0; i < 300; i++) {
        thrum_pattern_options options = {
            .bytes = below(3) == 0, .caseless = below(3) == 0, .whole_word = below(2), .whole_line = below(4) == 0};
        list l;
        make_list(&l, !options.bytes);
        bool is_marked = below(3) == 0, is_other = below(4) == 0;
        for (size_t k = 0; k < l.n && is_marked; k++)
            if (strlen(l.bytes[k]) < sizeof l.bytes[k] - 2)
                l.n_bytes[k] = strlen(strcat(l.bytes[k], "\\."));
        if (is_other)
            l.n_bytes[0] = strlen(strcpy(l.bytes[0], "a+"));
        thrum_pattern *together = compile_texts(&l, options, THRUM_ENGINE_AUTO, false),
                      *alone = compile_texts(&l, options, THRUM_ENGINE_PCRE2, false);
        assert_int_equal(together->texts != NULL, !is_other);
        assert_int_equal(thrum_pattern_n_texts(together), l.n);
        expect_same_anywhere(together, alone, "ab.");
        thrum_pattern_free(together);
        thrum_pattern_free(alone);
    }
}

/* The texts as alternatives of one pattern, and so many times over, with words that never come, that there are enough.
 */
static void append_alternatives(thrum_buffer *pattern, const list *l) {
    static const char meant[] = "^$.[]()?*+{}|\\";
    size_t first = below(60);
    for (size_t i = 0; i < 70 + l->n; i++) {
        bool is_grouped = below(3) == 0, is_own = i >= first && i < first + l->n;
        thrum_buffer_append_text(pattern, i > 0 ? "|" : "");
        thrum_buffer_append_text(pattern, is_grouped ? "(?:" : "");
        for (const char *at = is_own ? l->texts[i - first] : "never.(done)"; *at; at++) {
            if (strchr(meant, *at) || (*at == '_' && below(2)))
                thrum_buffer_append_text(pattern, "\\");
            thrum_buffer_append(pattern, at, 1);
        }
        thrum_buffer_append_text(pattern, is_grouped ? ")" : "");
    }
}

static void alternatives_match_as_programs_do(void **state) {
    (void)state;
    for (long i = 0; i < 300; i++) {
        thrum_pattern_options options = {
            .bytes = below(3) == 0, .caseless = below(3) == 0, .whole_word = below(2), .whole_line = below(4) == 0};
        list l, one = {.n = 1};
        thrum_buffer alternatives = {0};
        make_list(&l, !options.bytes);
        append_alternatives(&alternatives, &l);
        one.texts[0] = (const char *)alternatives.bytes;
        one.n_bytes[0] = alternatives.n_bytes;
        thrum_pattern *together = compile_texts(&one, options, THRUM_ENGINE_AUTO, false),
                      *alone = compile_texts(&one, options, THRUM_ENGINE_PCRE2, false),
                      *literals = compile(&l, options, THRUM_ENGINE_AUTO);
        assert_int_equal(together->texts != NULL, literals->texts != NULL);
        assert_int_equal(thrum_pattern_n_texts(together), 1);
        expect_same_anywhere(together, alone, "");
        thrum_pattern_free(together);
        thrum_pattern_free(alone);
        thrum_pattern_free(literals);
        thrum_buffer_release(&alternatives);
    }
}

/* Whether 70 times a text, one of them another, are taken for plain alternatives. */
static bool are_alternatives(const char *other) {
    thrum_buffer pattern = {0};
    list one = {.n = 1};
    for (int i = 0; i < 70; i++)
        thrum_buffer_append_text(&pattern, i == 33 ? other : i > 0 ? "|ab" : "ab");
    one.texts[0] = (const char *)pattern.bytes;
    one.n_bytes[0] = pattern.n_bytes;
    thrum_pattern *compiled = compile_texts(&one, (thrum_pattern_options){0}, THRUM_ENGINE_AUTO, false);
    bool are_plain = compiled->texts != NULL;
    thrum_pattern_free(compiled);
    thrum_buffer_release(&pattern);
    return are_plain;
}

static void other_alternatives_are_programs(void **state) {
    (void)state;
    static const char *const plain[] = {"|a", "|(?:a)", "|\\.", "|(?:\\|\\))", "|a-b # c", "|\xC3\xA9", "|\n"};
    static const char *const others[] = {"|",     "|(?:)",   "|a.",      "|(a)",       "|(?:a)+",  "|a+",
                                         "|\\d",  "|(?i:a)", "|(?:a|b)", "|^a",        "|\\Qa\\E", "|[a]",
                                         "|a{2}", "|(?:a)b", "|(?i)a",   "|\\\xC3\xA9"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (!are_alternatives(plain[i]))
            fail_msg("%s is not taken for plain", plain[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (are_alternatives(others[i]))
            fail_msg("%s is taken for plain", others[i]);
}

static void what_pcre2_refuses_is_refused(void **state) {
    (void)state;
    static const char *const ends[] = {"|a\\", "|\xC3", "|(?:a", "|a)"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        thrum_buffer text = {0};
        for (int k = 0; k < 70; k++)
            thrum_buffer_append_text(&text, k > 0 ? "|ab" : "ab");
        thrum_buffer_append_text(&text, ends[i]);
        const char *bytes = (const char *)text.bytes;
        thrum_pattern *pattern = NULL;
        thrum_error error;
        assert_int_equal(thrum_pattern_compile(&pattern, &bytes, &text.n_bytes, 1, &(thrum_pattern_options){0}, &error),
                         THRUM_ERROR_PATTERN);
        thrum_buffer_release(&text);
    }
}

/* PCRE2 refuses so many. */
static void no_number_of_alternatives_is_too_large(void **state) {
    (void)state;
    thrum_buffer pattern = {0};
    list one = {.n = 1};
    for (uint64_t i = 0; i < 5000; i++) {
        thrum_buffer_append_text(&pattern, i > 0 ? "|some_long_word_" : "some_long_word_");
        thrum_buffer_append_number(&pattern, i);
        thrum_buffer_append_text(&pattern, "_");
    }
    one.texts[0] = (const char *)pattern.bytes;
    one.n_bytes[0] = pattern.n_bytes;
    thrum_pattern *compiled = compile_texts(&one, (thrum_pattern_options){0}, THRUM_ENGINE_AUTO, false);
    static const char subject[128] = "some_long_word_17 some_long_word_4999_";
    expect_matches(compiled, (const uint8_t *)subject, strlen(subject), 1, "18-38[]");
    thrum_pattern_free(compiled);
    thrum_buffer_release(&pattern);
}

static void what_is_asked_of_the_pattern_is_answered(void **state) {
    (void)state;
    const list l = {.texts = {"one", "two", "three"}, .n_bytes = {3, 3, 5}, .n = 3};
    thrum_pattern *pattern = compile(&l, (thrum_pattern_options){0}, THRUM_ENGINE_LITERAL);
    assert_non_null(pattern->texts);
    assert_int_equal(thrum_pattern_n_texts(pattern), 3);
    assert_int_equal(thrum_pattern_n_groups(pattern), 0);
    assert_int_equal(thrum_pattern_text_n_groups(pattern, 2), 0);
    assert_null(thrum_pattern_group_name(pattern, 1));
    assert_null(thrum_pattern_text_group_name(pattern, 1, 1));
    assert_true(thrum_pattern_is_parallel(pattern));
    assert_true(thrum_pattern_is_jit(pattern));
    assert_int_equal(thrum_pattern_engine(pattern, 1), THRUM_ENGINE_LITERAL);
    thrum_buffer words = {0};
    thrum_pattern_explain(pattern, &words);
    assert_true(words.n_bytes > 0 && !words.failed);
    thrum_buffer_release(&words);
    thrum_template *template_ = NULL;
    thrum_error error;
    assert_int_equal(thrum_template_compile(&template_, "$1", pattern, &error), THRUM_ERROR_ARGUMENT);
    assert_int_equal(thrum_template_compile(&template_, "${name}", pattern, &error), THRUM_ERROR_ARGUMENT);
    assert_int_equal(thrum_template_compile(&template_, "<$0>", pattern, &error), THRUM_OK);
    const thrum_range range = {1, 4};
    thrum_template_expand(template_, &(thrum_match){.subject = (const uint8_t *)" two", .pattern = 2, .groups = &range},
                          &words);
    assert_int_equal(words.n_bytes, 5);
    assert_memory_equal(words.bytes, "<two>", 5);
    thrum_buffer_release(&words);
    thrum_template_free(template_);
    thrum_pattern_free(pattern);
}

static void texts_that_pcre2_has_to_read_are_programs(void **state) {
    (void)state;
    static const list with_empty = {.texts = {"one", ""}, .n_bytes = {3, 0}, .n = 2};
    static const list with_kelvin = {.texts = {"one", "ok"}, .n_bytes = {3, 2}, .n = 2};
    static const list ill_formed = {.texts = {"one", "\xc3"}, .n_bytes = {3, 1}, .n = 2};
    static char many[LITERAL_MOST_FOLDED_BYTES + 1];
    static const list too_long = {.texts = {"one", many}, .n_bytes = {3, sizeof many}, .n = 2};
    static const list single = {.texts = {"one"}, .n_bytes = {3}, .n = 1};
    static const struct {
        const list *texts;
        thrum_pattern_options options;
        bool is_together;
    } examples[] = {
        {&with_empty, {0}, false},
        {&with_kelvin, {0}, true},
        {&with_kelvin, {.caseless = true}, true},
        {&too_long, {0}, true},
        {&too_long, {.caseless = true}, false},
        {&with_kelvin, {.caseless = true, .bytes = true}, true},
        {&with_kelvin, {.whole_word = true}, true},
        {&with_kelvin, {.whole_line = true}, true},
        {&with_kelvin, {.no_jit = true}, false},
        {&ill_formed, {.bytes = true}, true},
        {&single, {0}, false},
    };
    memset(many, 'k', sizeof many);
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        thrum_pattern *pattern = compile(examples[i].texts, examples[i].options, THRUM_ENGINE_AUTO);
        assert_int_equal(pattern->texts != NULL, examples[i].is_together);
        thrum_pattern_free(pattern);
    }
    thrum_pattern *pattern = NULL;
    thrum_error error;
    assert_int_equal(thrum_pattern_compile(&pattern, ill_formed.texts, ill_formed.n_bytes, 2,
                                           &(thrum_pattern_options){.literal = true}, &error),
                     THRUM_ERROR_PATTERN);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_match_as_programs_do),
        cmocka_unit_test(patterns_match_as_literals_do),
        cmocka_unit_test(alternatives_match_as_programs_do),
        cmocka_unit_test(other_alternatives_are_programs),
        cmocka_unit_test(what_pcre2_refuses_is_refused),
        cmocka_unit_test(no_number_of_alternatives_is_too_large),
        cmocka_unit_test(what_is_asked_of_the_pattern_is_answered),
        cmocka_unit_test(texts_that_pcre2_has_to_read_are_programs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
