/* The examples that PCRE2's manual gives, through thrum_match_run in chunks that cut through them, and what a run may
 * be asked beside all matches: lines, the first ones only, whole lines in one buffer. */
#define _GNU_SOURCE
#include "inputs.h"
#include "matches.h"

#include "thrum/match.h"

static const uint64_t chunk_sizes[] = {0, 1, 2, 3, 4, 5, 6, 7, 64};
enum { N_CHUNK_SIZES = sizeof chunk_sizes / sizeof *chunk_sizes, MOST_CAPTURES = 2 };

/* One run, written down: the files' matches, each file's after its number when there are several. */
typedef struct record {
    thrum_buffer words;
    size_t n_captures;
    bool names_inputs;
    size_t n_inputs_told;
    uint64_t n_matches_told;
} record;

static thrum_status format(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    const record *r = context;
    thrum_buffer one = {0};
    if (r->names_inputs) {
        thrum_buffer_append_number(buffer, match->input);
        thrum_buffer_append_text(buffer, "/");
    }
    append_match(&one, match->groups, r->n_captures, match->pattern, false);
    thrum_buffer_append(buffer, one.bytes, one.n_bytes);
    thrum_buffer_append_text(buffer, match->same_line ? "+ " : " ");
    thrum_buffer_release(&one);
    return buffer->failed ? THRUM_ERROR_MEMORY : THRUM_OK;
}

static thrum_status write_words(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    (void)error;
    thrum_buffer_append(&((record *)context)->words, bytes, n_bytes);
    return THRUM_OK;
}

static void take_input(void *context, size_t input, uint64_t n_matches) {
    (void)input;
    record *r = context;
    r->n_inputs_told++;
    r->n_matches_told += n_matches;
}

/* The words of a run, for free(). */
static char *run_record(record *r, const thrum_inputs *inputs, const thrum_pattern *pattern,
                        const thrum_match_options *wanted, const thrum_run_options *run, thrum_match_totals *totals) {
    thrum_match_options options = *wanted;
    options.format = format;
    options.format_context = r;
    options.write = write_words;
    options.write_context = r;
    options.on_input = take_input;
    options.on_input_context = r;
    r->n_captures = options.n_captures;
    r->names_inputs = thrum_inputs_n(inputs) > 1;
    assert_int_equal(thrum_match_run(inputs, pattern, &options, run, totals, NULL), THRUM_OK);
    if (r->words.n_bytes)
        r->words.n_bytes--;
    thrum_buffer_append(&r->words, "", 1);
    assert_false(r->words.failed);
    return (char *)r->words.bytes;
}

/* However the inputs are cut and shared out, a run gives these words. */
static void expect_words(const thrum_inputs *inputs, const char *text, const thrum_pattern *pattern,
                         const thrum_match_options *options, const char *expected) {
    for (size_t i = 0; i < N_CHUNK_SIZES; i++) {
        record r = {0};
        thrum_match_totals totals;
        thrum_run_options run = run_with(thread_counts[i % N_THREAD_COUNTS], chunk_sizes[i], NULL);
        char *words = run_record(&r, inputs, pattern, options, &run, &totals);
        if (strcmp(words, expected) != 0)
            fail_msg("'%s' in chunks of %d: %s instead of %s", text, (int)chunk_sizes[i], words, expected);
        assert_int_equal(totals.n_matches, r.n_matches_told);
        free(words);
    }
}

/* ---- the manual's examples ---- */

typedef struct example {
    const char *pattern, *subject, *matches;
    size_t n_captures;
} example;

static void expect_examples(const example *examples, size_t n) {
    for (const example *e = examples; e < examples + n; e++) {
        thrum_pattern *pattern = pattern_of(e->pattern, NULL);
        thrum_inputs *inputs = input_of(e->subject, strlen(e->subject));
        const thrum_match_options options = {.n_captures = e->n_captures};
        expect_words(inputs, e->pattern, pattern, &options, e->matches);
        thrum_inputs_free(inputs);
        thrum_pattern_free(pattern);
    }
}

#define EXPECT_EXAMPLES(table) expect_examples(table, sizeof(table) / sizeof *(table))

/* pcre2api: "Option bits for pcre2_match", "The string to be matched"; pcre2demo. */
static void empty_matches_and_start_offsets(void **state) {
    (void)state;
    static const example examples[] = {
        {"a?b?", "xaby", "0-0 1-3 3-3 4-4", 0},
        {"\\Biss\\B", "Mississippi", "1-4 4-7", 0},
        {"\\Biss\\B", "iss", "", 0},
        {"(?<=a)b?",
         "ab\xc3\xa4"
         "ab",
         "1-2 5-6", 0},
        {"x*|(?<=x)y", "xxyy", "0-2 2-2 2-3 3-3 4-4", 0},
    };
    EXPECT_EXAMPLES(examples);
}

/* pcre2pattern: "Resetting the match start", "Simple assertions". */
static void the_match_start_is_reset_and_remembered(void **state) {
    (void)state;
    static const example examples[] = {
        {"foo\\Kbar", "foobar bar foobar", "3-6 14-17", 0},
        {"(foo)\\Kbar", "foobar", "3-6[0-3]", 1},
        {"\\Ga", "aaba", "0-1 1-2", 0},
        {"\\G\\d{2}", "12345 67", "0-2 2-4", 0},
        {"\\G(?:(a)|(b))", "abxab", "0-1[0-1][] 1-2[][1-2]", 2},
        {"^x|\\Gy", "xyy\nyxy", "0-1 1-2 2-3", 0},
    };
    EXPECT_EXAMPLES(examples);
    const char *refused = "(?=ab\\K)";
    static const thrum_pattern_options plain = {0};
    thrum_pattern *pattern;
    assert_int_equal(thrum_pattern_compile(&pattern, &refused, NULL, 1, &plain, NULL), THRUM_ERROR_PATTERN);
}

/* pcre2pattern: "Lookahead assertions", "Lookbehind assertions", "Using multiple assertions". */
static void assertions_look_over_the_edge_of_a_chunk(void **state) {
    (void)state;
    static const example examples[] = {
        {"\\w+(?=;)", "ab; cd e;", "0-2 7-8", 0},
        {"foo(?!bar)", "foobar foox", "7-10", 0},
        {"(?<!foo)bar", "foobar bar", "7-10", 0},
        {"(?<=bullock|donkey) cart", "bullock cart, donkey cart, horse cart", "7-12 20-25", 0},
        {"(?<=\\d{3})(?<!999)foo", "999foo 123foo", "10-13", 0},
        {"(?<=\\d{3}...)(?<!999)foo", "123abcfoo 123999foo", "6-9", 0},
        {"(?<=(?<!foo)bar)baz", "barbaz foobarbaz", "3-6", 0},
        {"(?<=\\d{3}(?!999)...)foo", "123abcfoo 123999foo", "6-9", 0},
        {"^.*+(?<=abcd)$", "xxabcd\nabcde\nabcd", "0-6 13-17", 0},
        {"(?=(\\w+))\\1:", "abc:d", "0-4[0-3]", 1},
    };
    EXPECT_EXAMPLES(examples);
}

/* pcre2pattern: "Groups", "Atomic grouping", "Conditional groups", "Recursive patterns", "Groups as subroutines",
 * "Backtracking control". */
static void groups_conditions_and_recursion(void **state) {
    (void)state;
    static const example examples[] = {
        {"cat(aract|erpillar|)", "cataract caterpillar cat", "0-8[3-8] 9-20[12-20] 21-24[24-24]", 1},
        {"the ((?:red|white) (king|queen))", "the white queen", "0-15[4-15][10-15]", 2},
        {"(?|(Sat)ur|(Sun))day", "Saturday Sunday", "0-8[0-3] 9-15[9-12]", 1},
        {"(a(?i)b|c)", "ab aB Ab c C", "0-2 3-5 9-10 11-12", 0},
        {"(?>\\d+)foo", "123456bar 12foo", "10-15", 0},
        {"(sens|respons)e and \\1ibility", "sense and sensibility, sense and responsibility", "0-21", 0},
        {"(sens|respons)e and (?1)ibility", "sense and sensibility, sense and responsibility", "0-21 23-47", 0},
        {"(\\()?[^()]+(?(1)\\))", "(ab)cd", "0-4 4-6", 0},
        {"(?(?=[^a-z]*[a-z])\\d{2}-[a-z]{3}-\\d{2}|\\d{2}-\\d{2}-\\d{2})", "12-abc-34 12-34-56", "0-9 10-18", 0},
        {"(?x)(?(DEFINE)(?<byte>2[0-4]\\d|25[0-5]|1\\d\\d|[1-9]?\\d)) \\b(?&byte)(\\.(?&byte)){3}\\b",
         "at 192.168.23.245 not 1.2.3.456", "3-17", 0},
        {"\\(([^()]++|(?R))*\\)", "(ab(cd)ef)", "0-10[7-9]", 1},
        {"\\((([^()]++|(?R))*)\\)", "(ab(cd)ef)", "0-10[1-9][7-9]", 2},
        {"^((.)(?1)\\2|.?)$", "abcba\nabcda", "0-5", 0},
        {"A((?:A|B(*ACCEPT)|C)D)", "AB AAD ACD", "0-2[1-2] 3-6[4-6] 7-10[8-10]", 1},
        {"aaab|a(*SKIP)c|a", "aaac", "2-4", 0},
        {"<(?:a(*COMMIT)b|cd)>|e", "<cd> e <ax> e", "0-4 5-6", 0},
    };
    EXPECT_EXAMPLES(examples);
}

/* pcre2partial: what a subject given in pieces must still find. */
static void matches_that_span_chunks(void **state) {
    (void)state;
    static const example examples[] = {
        {"\\d?\\d(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\\d\\d", "25jun04, 1dec99", "0-7[2-5] 9-15[10-13]",
         1},
        {"dog(sbody)?", "dogsbody dogs", "0-8[3-8] 9-12[]", 1},
        {"(?<=123)abc", "xx123abcxx", "5-8", 0},
        {"1234|3789", "ABC123789", "5-9", 0},
        {"c(?<=abc)x", "abcx cx", "2-4", 0},
        {"(?s).*", "one\ntwo\r\nthree", "0-14 14-14", 0},
        {"\\R", "a\r\nb\n\r", "1-3 4-5 5-6", 0},
        {"\\X", "e\xcc\x81\xcc\x81x\r\n", "0-5 5-6 6-8", 0},
    };
    EXPECT_EXAMPLES(examples);
}

/* pcre2pattern, "Atomic grouping and possessive quantifiers": the first takes forever to fail, the second is quick. */
static void an_endless_attempt_is_an_error(void **state) {
    (void)state;
    static const thrum_pattern_options options = {.match_limit = 100000, .engine = THRUM_ENGINE_PCRE2};
    const char *text = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    thrum_inputs *inputs = input_of(text, strlen(text));
    static const struct {
        const char *pattern;
        size_t n_failures;
    } examples[] = {{"(\\D+|<\\d+>)*[!?]", 1}, {"((?>\\D+)|<\\d+>)*[!?]", 0}};
    for (size_t i = 0; i < 2; i++) {
        told t = {0};
        thrum_pattern *pattern = pattern_of(examples[i].pattern, &options);
        thrum_run_options run = run_with(2, 10, &t);
        thrum_match_totals totals;
        const thrum_match_options count_only = {0};
        assert_int_equal(thrum_match_run(inputs, pattern, &count_only, &run, &totals, NULL), THRUM_OK);
        assert_int_equal(totals.n_matches, 0);
        assert_int_equal(t.n, examples[i].n_failures);
        assert_int_equal(totals.n_inputs_failed, t.n);
        if (t.n)
            assert_int_equal(t.errors[0].code, THRUM_ERROR_MATCH);
        thrum_pattern_free(pattern);
    }
    thrum_inputs_free(inputs);
}

/* ---- one long match ---- */

/* 100 MB between two marks, most of it a hole in the file. */
static const char *long_document(uint64_t n_bytes) {
    const char *path = scratch_file("long", "--<doc>", 7);
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, (long)n_bytes - 8, SEEK_SET), 0);
    assert_int_equal(fwrite("</doc>--", 1, 8, file), 8);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void a_match_of_100_megabytes(void **state) {
    (void)state;
    enum { N_BYTES = 100000000 };
    static const uint64_t chunks[] = {0, 64 << 10, 1000003, (uint64_t)1 << 30};
    /* Each byte that a lazy repeat takes is a step. */
    static const thrum_pattern_options patient = {.match_limit = 200000000};
    thrum_pattern *pattern = pattern_of("(?s)<doc>.*?</doc>", &patient);
    thrum_inputs *inputs;
    assert_int_equal(thrum_inputs_create(&inputs, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, long_document(N_BYTES), NULL, NULL), THRUM_OK);
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        record r = {0};
        thrum_match_totals totals;
        const thrum_match_options options = {0};
        thrum_run_options run = run_with(1 + i % 3, chunks[i], NULL);
        char *words = run_record(&r, inputs, pattern, &options, &run, &totals);
        assert_string_equal(words, "2-99999998");
        assert_int_equal(totals.n_inputs_failed, 0);
        free(words);
    }
    thrum_inputs_free(inputs);
    thrum_pattern_free(pattern);
}

/* ---- what a run may be asked ---- */

static void by_line(void **state) {
    (void)state;
    static const char text[] = "ab\r\ncd\n\nx\rab\nab";
    static const struct {
        const char *pattern;
        thrum_newline newline;
        const char *matches;
    } examples[] = {
        {"^.*$", THRUM_NEWLINE_ANYCRLF, "0-2 4-6 7-7 8-9 10-12 13-15"},
        {"(?s)^.*\\z", THRUM_NEWLINE_LF, "0-3 4-6 7-7 8-12 13-15"},
        {"(?s).+", THRUM_NEWLINE_ANYCRLF, "0-2 4-6 8-12 13-15"},
        {"\\Aab", THRUM_NEWLINE_ANYCRLF, "0-2 13-15"},
        {"\\Gab|(?<=b\\r\\n)c", THRUM_NEWLINE_ANYCRLF, "0-2 13-15"},
        {"(?<=\\n)", THRUM_NEWLINE_ANYCRLF, ""},
        {"(?s)a.*c", THRUM_NEWLINE_ANYCRLF, ""},
        {"\\S\\s", THRUM_NEWLINE_ANYCRLF, "8-10"},
        {"\\S\\s", THRUM_NEWLINE_LF, "1-3 8-10"},
        {"\\s[^c]", THRUM_NEWLINE_ANYCRLF, "9-11"},
        {"[^a]+", THRUM_NEWLINE_ANYCRLF, "1-2 4-6 8-10 11-12 14-15"},
        {"b[^x]|\\n", THRUM_NEWLINE_ANYCRLF, ""},
    };
    thrum_inputs *inputs = input_of(text, sizeof text - 1);
    for (size_t i = 0; i < 2 * (sizeof examples / sizeof *examples); i++) {
        const thrum_pattern_options how = {.newline = examples[i / 2].newline, .by_line = i % 2};
        const thrum_match_options options = {.by_line = true};
        thrum_pattern *pattern = pattern_of(examples[i / 2].pattern, &how);
        expect_words(inputs, examples[i / 2].pattern, pattern, &options, examples[i / 2].matches);
        thrum_pattern_free(pattern);
    }
    thrum_inputs_free(inputs);
}

static char *words_of(const thrum_inputs *inputs, const char *text, bool is_for_lines, thrum_engine engine,
                      bool by_line) {
    record r = {0};
    thrum_match_totals totals;
    const thrum_pattern_options how = {.by_line = is_for_lines, .engine = engine};
    const thrum_match_options options = {.by_line = by_line};
    thrum_run_options run = run_with(2, 1000, NULL);
    thrum_pattern *pattern = pattern_of(text, &how);
    char *words = run_record(&r, inputs, pattern, &options, &run, &totals);
    thrum_pattern_free(pattern);
    return words;
}

/* Engines search many lines at once, where they know of no line ends; elsewhere PCRE2 alone does. */
static void patterns_for_lines(void **state) {
    (void)state;
    enum { N_TIMES = 100 };
    static const char stretch[] = "an axe\r\nbe\xC3\xA9 at e\nax\r\n\nat x ", end[] = "\nat\rax e\r\n";
    static const char *const texts[] = {"[te]\\s",  "\\S\\s\\w", "(\\w+)\\s+(x?)", "[^a]+",
                                        "\\W{1,2}", "at[^t]",    "(?:\\s|e)+x"};
    char text[N_TIMES * (sizeof stretch - 1) + sizeof end] = "";
    for (size_t i = 0; i < N_TIMES; i++)
        memcpy(text + i * (sizeof stretch - 1), stretch, sizeof stretch - 1);
    for (size_t n_end_bytes = 0; n_end_bytes < sizeof end; n_end_bytes += sizeof end - 1) {
        memcpy(text + N_TIMES * (sizeof stretch - 1), end, n_end_bytes);
        thrum_inputs *inputs = input_of(text, N_TIMES * (sizeof stretch - 1) + n_end_bytes);
        for (size_t i = 0; i < 2 * (sizeof texts / sizeof *texts); i++) {
            bool by_line = i % 2;
            char *wanted = words_of(inputs, texts[i / 2], false, THRUM_ENGINE_PCRE2, by_line);
            char *words = words_of(inputs, texts[i / 2], true, THRUM_ENGINE_BITS, by_line);
            assert_true(strlen(wanted) > N_TIMES);
            assert_string_equal(words, wanted);
            free(wanted);
            free(words);
        }
        thrum_inputs_free(inputs);
    }
}

/* The bound is on all files together, and on none of them beyond it. */
static void max_matches_over_files(void **state) {
    (void)state;
    static const char *const texts[] = {"aab a", "", "b", "baaa", "a"};
    static const char all[] = "0/0-1 0/1-2 0/4-5 3/1-2 3/2-3 3/3-4 4/0-1";
    static const size_t last_inputs[] = {0, 0, 0, 0, 3, 3, 3, 4};
    thrum_inputs *inputs = inputs_of(texts, 5);
    thrum_pattern *pattern = pattern_of("a", NULL);
    for (uint64_t most = 1; most <= 7; most++) {
        const thrum_match_options options = {.max_matches = most};
        for (size_t i = 0; i < N_CHUNK_SIZES; i++) {
            record r = {0};
            thrum_match_totals totals;
            thrum_run_options run = run_with(thread_counts[i % N_THREAD_COUNTS], chunk_sizes[i], NULL);
            char *words = run_record(&r, inputs, pattern, &options, &run, &totals);
            assert_int_equal(strlen(words), 6 * most - 1);
            assert_memory_equal(words, all, 6 * most - 1);
            assert_int_equal(totals.n_matches, most);
            assert_int_equal(r.n_matches_told, most);
            assert_int_equal(r.n_inputs_told, last_inputs[most] + 1);
            free(words);
        }
    }
    thrum_pattern_free(pattern);
    thrum_inputs_free(inputs);
}

static void first_of_each_file(void **state) {
    (void)state;
    static const char *const texts[] = {"xxaab a", "", "b", "a\na", "\n\n\n\n\n\n\n\n\na"};
    thrum_inputs *inputs = inputs_of(texts, 5);
    thrum_pattern *pattern = pattern_of("a+", NULL);
    expect_words(inputs, "a+", pattern, &(thrum_match_options){.first_only = true}, "0/2-4 3/0-1 4/9-10");
    expect_words(inputs, "a+", pattern, &(thrum_match_options){.first_only = true, .max_matches = 2}, "0/2-4 3/0-1");
    expect_words(inputs, "a+", pattern, &(thrum_match_options){.first_only = true, .by_line = true},
                 "0/2-4 3/0-1 4/9-10");
    thrum_pattern_free(pattern);
    thrum_inputs_free(inputs);
}

/* "+" marks a match on the line of the one before it. A match over a line end belongs to the line it begins on. */
static void whole_lines_tell_the_same_line(void **state) {
    (void)state;
    static const char text[] = "a a\na\n\nb a a a\naa";
    static const struct {
        const char *pattern, *matches;
    } examples[] = {
        {"a", "0-1 2-3+ 4-5 9-10 11-12+ 13-14+ 15-16 16-17+"},
        {"(?s)a.a", "0-3 9-12 13-16+"},
        {"$", "3-3 5-5 6-6 14-14 17-17"},
        {"a\\s", "0-2 2-4+ 4-6 9-11 11-13+ 13-15+"},
    };
    thrum_inputs *inputs = input_of(text, sizeof text - 1);
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const thrum_match_options options = {.whole_lines = true};
        thrum_pattern *pattern = pattern_of(examples[i].pattern, NULL);
        expect_words(inputs, examples[i].pattern, pattern, &options, examples[i].matches);
        thrum_pattern_free(pattern);
    }
    thrum_inputs_free(inputs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_matches_and_start_offsets),
        cmocka_unit_test(the_match_start_is_reset_and_remembered),
        cmocka_unit_test(assertions_look_over_the_edge_of_a_chunk),
        cmocka_unit_test(groups_conditions_and_recursion),
        cmocka_unit_test(matches_that_span_chunks),
        cmocka_unit_test(an_endless_attempt_is_an_error),
        cmocka_unit_test(a_match_of_100_megabytes),
        cmocka_unit_test(by_line),
        cmocka_unit_test(patterns_for_lines),
        cmocka_unit_test(max_matches_over_files),
        cmocka_unit_test(first_of_each_file),
        cmocka_unit_test(whole_lines_tell_the_same_line),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
