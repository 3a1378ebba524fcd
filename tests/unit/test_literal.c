/* The texts that patterns are searched by, and the search by them against PCRE2 alone. */
#include "literal_cases.h"
#include "matches.h"

#include "pattern/literal.h"
#include "pattern/syntax.h"

/* --- which texts -------------------------------------------------------------------------------------------------- */

/* "= " in front of texts that are the whole pattern, "LEAST-MOST " in front of a factor's; "" for none. */
static char *describe(const char *pattern, const thrum_pattern_options *options) {
    syntax_tree tree;
    const char *why = NULL;
    thrum_buffer words = {0};
    literal_search *search = NULL;
    if (syntax_read(&tree, pattern, strlen(pattern), options, &why))
        search = literal_compile(&tree, options, &why);
    syntax_release(&tree);
    if (search && literal_is_whole(search)) {
        thrum_buffer_append_text(&words, "= ");
    } else if (search) {
        thrum_buffer_append_number(&words, literal_least_before(search));
        thrum_buffer_append_text(&words, "-");
        if (literal_most_before(search) != SIZE_MAX)
            thrum_buffer_append_number(&words, literal_most_before(search));
        thrum_buffer_append_text(&words, " ");
    }
    if (search)
        literal_describe(search, &words);
    else
        assert_non_null(why);
    literal_free(search);
    thrum_buffer_append(&words, "", 1);
    assert_false(words.failed);
    return (char *)words.bytes;
}

static void expect_texts(const char *pattern, const thrum_pattern_options *options, const char *expected) {
    char *found = describe(pattern, options);
    if (strcmp(found, expected) != 0)
        fail_msg("%s: %s instead of %s", pattern, found, expected);
    free(found);
}

static void the_best_texts_are_taken(void **state) {
    (void)state;
    static const struct {
        const char *pattern, *texts;
    } examples[] = {
        {"Aaron|Moses|Pharaoh|Jordan", "= \"Aaron\", \"Moses\", \"Pharaoh\", \"Jordan\""},
        {"[Ss]herlock", "= \"Sherlock\", \"sherlock\""},
        {"colou?r", "= \"colour\", \"color\""},
        {"colou??r", "= \"color\", \"colour\""},
        {"a(?:b|cd){2}", "= \"abb\", \"abcd\", \"acdb\", \"acdcd\""},
        {"(?:the|a){1,2}x", "= \"thethex\", \"theax\", \"thex\", \"athex\", \"aax\", \"ax\""},
        {"(?i)the", "= \"the\" in either case"},
        {"(?i)jerusalem", "0-0 \"jerusalem\", \"jeruſalem\" in either case"},
        {"(?i)kit", "0-0 \"kit\", \"\u212ait\" in either case"},
        {"(?i)straße", "0-0 \"straße\", \"straẞe\", \"ſtraße\", \"ſtraẞe\" in either case"},
        {"(?i)яzebra\\d", "0-0 \"Яzebra\", \"яzebra\" in either case"},
        {"(?i)\\d\\dzebraσ", "2-8 \"zebraΣ\", \"zebraς\", \"zebraσ\" in either case"},
        {"(?i)\\wюz|Moses", "0-4 \"Юz\", \"юz\", \"moses\", \"moseſ\", \"moſes\", \"moſeſ\" in either case"},
        {"(?i)\\wюя", ""},
        {"[a-z]{9}\\s+[\\s\\S]{0,9}Zebra", ""},
        {"(?s)a.*Zebra.*|Moses", ""},
        {"(?s)Moses.*Zebra", "0-0 \"Moses\""},
        {"\\w+\\s+unto\\s+\\w+", "2- \"unto\""},
        {"\\bunto\\b", "0-0 \"unto\""},
        {"\\w+ing\\b", "1- \"ing\""},
        {"\\d\\dZebra.*", "2-8 \"Zebra\""},
        {"x+Jordan|y?Moses", "0- \"Jordan\", \"Moses\""},
        {"(?:\\w+Jordan)+.*", "1- \"Jordan\""},
        {"(\\w+Jordan)?.*", ""},
        {"^Jordan$", "0-0 \"Jordan\""},
        {"\\x{e9}t\\x{e9}", "= \"\xc3\xa9t\xc3\xa9\""},
        {"(?i)\\x{e9}tude", "0-0 \"Étude\", \"étude\" in either case"},
        {"e", ""},
        {"Q", "= \"Q\""},
        {"e|the", ""},
        {"\\w+", ""},
        {"[a-z]+@[a-z]+", "1- \"@\""},
        {"Zb?+b", "0-0 \"Z\""},
        {"", ""},
        {"a*", ""},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        expect_texts(examples[i].pattern, &(thrum_pattern_options){0}, examples[i].texts);
    expect_texts("a.b|c", &(thrum_pattern_options){.literal = true}, "= \"a.b|c\"");
    expect_texts("Jordan", &(thrum_pattern_options){.whole_word = true}, "0-0 \"Jordan\"");
    expect_texts("jerusalem", &(thrum_pattern_options){.caseless = true, .bytes = true},
                 "= \"jerusalem\" in either case");
}

static void many_alternatives_are_texts(void **state) {
    (void)state;
    thrum_buffer pattern = {0};
    for (unsigned i = 0; i < 500; i++) {
        char word[32];
        snprintf(word, sizeof word, "%sword%u", i ? "|" : "", i);
        thrum_buffer_append_text(&pattern, word);
    }
    thrum_buffer_append(&pattern, "", 1);
    char *found = describe((const char *)pattern.bytes, &(thrum_pattern_options){0});
    assert_string_equal(found,
                        "= \"word0\", \"word1\", \"word2\", \"word3\", \"word4\", \"word5\", \"word6\", \"word7\" "
                        "and 492 more");
    free(found);
    thrum_buffer_release(&pattern);
}

/* --- against PCRE2 alone ------------------------------------------------------------------------------------------ */

static void append_pattern(thrum_buffer *pattern, int depth) {
    static const char *const pieces[] = {
        "ab",       "a",        "b",       "Ab",       "abc",    "[ab]",    "[^a]",          "\\w",     "\\s",
        "\\d",      ".",        "\\b",     "^",        "$",      "\\n",     "\\r",           "\\r?\\n", "k",
        "\xc3\xa9", "s",        "\\W",     "\\x{17f}", "(?i:a)", "(?i:ks)", "(?i:\xc3\xa9)", "[sk]",    "(?i:kß)",
        "(?i:éa)",  "(?i:σше)", "(?i:ab)", "(?i:ς|k)"};
    static const char *const repeats[] = {"?",  "*",  "+",  "{2}", "{1,3}",  "*?",
                                          "+?", "??", "?+", "++",  "{0,2}?", "{2}+"};
    size_t n = 1 + below(5);
    for (size_t i = 0; i < n; i++) {
        bool is_group = depth > 0 && below(5) == 0, is_simple = below(3) != 0;
        if (is_group) {
            thrum_buffer_append_text(pattern, below(2) ? "(" : "(?:");
            append_pattern(pattern, depth - 1);
            thrum_buffer_append_text(pattern, ")");
        } else {
            thrum_buffer_append_text(pattern, is_simple ? pieces[below(5)] : PICK(pieces));
        }
        if (below(4) == 0)
            thrum_buffer_append_text(pattern, PICK(repeats));
    }
    if (depth > 0 && below(3) == 0) {
        thrum_buffer_append_text(pattern, "|");
        append_pattern(pattern, depth - 1);
    }
}

/* Matches from a state on in a window, as words; ends with the answer. */
static void append_matches(thrum_buffer *words, const thrum_pattern *pattern, const matcher_window *window,
                           match_state from, size_t n_captures, int way) {
    matcher *matcher_ = matcher_create(pattern, n_captures);
    thrum_range groups[4];
    size_t program, n;
    uint64_t n_all = 0;
    matcher_answer answer;
    assert_non_null(matcher_);
    matcher_begin(matcher_, window);
    if (way == 0) {
        while ((answer = matcher_next(matcher_, from, groups, &program, NULL)) == MATCHER_FOUND) {
            append_match(words, groups, n_captures, program, false);
            from = (match_state){groups[0].end, groups[0].begin == groups[0].end};
        }
    } else if (way == 1) {
        do {
            answer = matcher_next_many(matcher_, &from, groups, 3, &n, NULL);
            for (size_t i = 0; i < n; i++)
                append_match(words, groups + i, 0, 0, false);
        } while (answer == MATCHER_FOUND);
    } else {
        answer = matcher_count(matcher_, &from, &n_all, NULL);
        thrum_buffer_append_number(words, n_all);
    }
    thrum_buffer_append_text(words, answer == MATCHER_NONE ? " end" : answer == MATCHER_UNSURE ? " unsure" : " failed");
    thrum_buffer_append(words, "", 1);
    assert_false(words->failed);
    matcher_free(matcher_);
}

static void expect_as_alone(const char *text, const thrum_pattern *literal, const thrum_pattern *alone,
                            const matcher_window *window, match_state from, size_t n_captures, int way) {
    thrum_buffer found = {0}, wanted = {0};
    append_matches(&wanted, alone, window, from, n_captures, way);
    append_matches(&found, literal, window, from, n_captures, way);
    /* PCRE2 alone may reach a limit where a place that has no factor near it need not be tried. */
    bool has_failed = strstr((char *)wanted.bytes, "failed");
    if (!has_failed && strcmp((char *)found.bytes, (char *)wanted.bytes) != 0) {
        for (size_t i = 0; i < window->n_subject_bytes; i++)
            printf("\\x%02x", window->subject[i]);
        fail_msg("\n%s (newline %d) from %d before %zu: %s instead of %s", text, (int)literal->newline,
                 (int)from.position, window->starts_before, (char *)found.bytes, (char *)wanted.bytes);
    }
    thrum_buffer_release(&found);
    thrum_buffer_release(&wanted);
}

/* Returns whether the pattern is one for literals. */
static bool check_pattern(const char *text, thrum_pattern_options options) {
    thrum_pattern *literal = NULL, *alone = NULL;
    options.engine = THRUM_ENGINE_LITERAL;
    if (thrum_pattern_compile(&literal, &text, NULL, 1, &options, NULL) != THRUM_OK)
        return false;
    options.engine = THRUM_ENGINE_PCRE2;
    assert_int_equal(thrum_pattern_compile(&alone, &text, NULL, 1, &options, NULL), THRUM_OK);
    assert_int_equal(thrum_pattern_engine(literal, 0), THRUM_ENGINE_LITERAL);
    for (int i = 0; i < 6; i++) {
        thrum_buffer subject = {0};
        append_subject(&subject);
        size_t n = subject.n_bytes, begin = below(n + 1);
        /* Copied, so that a sanitizer sees what is read beyond it; PCRE2 reads a little further on ill-formed text. */
        uint8_t *bytes = calloc(n + 64, 1);
        assert_non_null(bytes);
        if (n > 0)
            memcpy(bytes, subject.bytes, n);
        matcher_window window = {bytes, n, n, SIZE_MAX, false};
        for (int way = 0; way < 3; way++)
            expect_as_alone(text, literal, alone, &window, (match_state){0, false}, way ? 0 : below(3), way);
        window.starts_before = begin + below(n - begin + 1);
        expect_as_alone(text, literal, alone, &window, (match_state){begin, below(2)}, 0, (int)below(3));
        free(bytes);
        thrum_buffer_release(&subject);
    }
    thrum_pattern_free(literal);
    thrum_pattern_free(alone);
    return true;
}

static void the_matches_are_those_of_pcre2_alone(void **state) {
    (void)state;
    const char *wanted = getenv("LITERAL_CASES");
    long n_cases = wanted ? atol(wanted) : 3000, n_literal = 0;
    for (long i = 0; i < n_cases; i++) {
        thrum_buffer text = {0};
        append_pattern(&text, 2);
        thrum_buffer_append(&text, "", 1);
        thrum_pattern_options options = {.bytes = below(4) == 0,
                                         .caseless = below(4) == 0,
                                         .whole_word = below(6) == 0,
                                         .newline = (thrum_newline)below(3)};
        n_literal += check_pattern((const char *)text.bytes, options);
        thrum_buffer_release(&text);
    }
    assert_true(n_literal > n_cases / 10);
}

/* Occurrences that are dense, so that PCRE2 is left alone with stretches, and matches that are far longer than those.
 */
static void dense_stretches_are_no_different(void **state) {
    (void)state;
    static const char *const patterns[] = {"Qa",         "\\w+Qa", "Qa\\w", "b.*Qa", "(?s)b.{0,9}?Qa.*?c",
                                           "[^Q]*Qa\\d", "\\bQab"};
    enum { N_BYTES = 300000 };
    uint8_t *bytes = malloc(N_BYTES + 64);
    assert_non_null(bytes);
    for (int round = 0; round < 4; round++) {
        size_t at = 0;
        while (at < N_BYTES) {
            bool is_dense = below(2);
            for (size_t end = at + below(40000); at < end && at < N_BYTES; at++)
                bytes[at] = (uint8_t)(below(is_dense ? 10 : 4000) == 0 ? 'Q' : "aaaab  c\n1"[below(10)]);
        }
        for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
            thrum_pattern *literal = pattern_of(patterns[i], &(thrum_pattern_options){.engine = THRUM_ENGINE_LITERAL});
            thrum_pattern *alone = pattern_of(patterns[i], &(thrum_pattern_options){.engine = THRUM_ENGINE_PCRE2});
            for (int way = 0; way < 3; way++) {
                size_t begin = below(N_BYTES);
                const matcher_window window = {bytes, N_BYTES, N_BYTES, way ? SIZE_MAX : begin + below(N_BYTES - begin),
                                               false};
                expect_as_alone(patterns[i], literal, alone, &window, (match_state){begin, false}, 0, way);
            }
            thrum_pattern_free(literal);
            thrum_pattern_free(alone);
        }
    }
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_texts_are_taken),
        cmocka_unit_test(many_alternatives_are_texts),
        cmocka_unit_test(the_matches_are_those_of_pcre2_alone),
        cmocka_unit_test(dense_stretches_are_no_different),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
