#define _GNU_SOURCE
#include "inputs.h"
#include "matches.h"

#include <errno.h>

#include "thrum/match.h"

/* A run, written down as all_matches does. */
typedef struct taken {
    thrum_buffer words;
    size_t n_captures;
    bool several;
} taken;

static thrum_status format(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    const taken *t = context;
    thrum_buffer one = {0};
    append_match(&one, match->groups, t->n_captures, match->pattern, t->several);
    thrum_buffer_append(buffer, one.bytes, one.n_bytes);
    thrum_buffer_append_text(buffer, " ");
    thrum_buffer_release(&one);
    return buffer->failed ? THRUM_ERROR_MEMORY : THRUM_OK;
}

static thrum_status write_words(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    (void)error;
    taken *t = context;
    thrum_buffer_append(&t->words, bytes, n_bytes);
    return THRUM_OK;
}

typedef struct outcome {
    thrum_status status;
    thrum_error error;
    thrum_match_totals totals;
    char *words; /* for free() */
} outcome;

static outcome run_captures(const thrum_inputs *inputs, const thrum_pattern *pattern, size_t n_captures,
                            const thrum_run_options *run) {
    outcome o = {.error = {.code = THRUM_OK}};
    taken t = {.n_captures = n_captures, .several = thrum_pattern_n_texts(pattern) > 1};
    const thrum_match_options options = {
        .n_captures = n_captures, .format = format, .format_context = &t, .write = write_words, .write_context = &t};
    o.status = thrum_match_run(inputs, pattern, &options, run, &o.totals, &o.error);
    if (t.words.n_bytes)
        t.words.n_bytes--;
    thrum_buffer_append(&t.words, "", 1);
    o.words = (char *)t.words.bytes;
    return o;
}

static uint64_t count(const thrum_inputs *inputs, const thrum_pattern *pattern, const thrum_run_options *run,
                      thrum_match_totals *totals) {
    const thrum_match_options options = {0};
    assert_int_equal(thrum_match_run(inputs, pattern, &options, run, totals, NULL), THRUM_OK);
    return totals->n_matches;
}

static size_t n_words(const char *words) {
    size_t n = *words != '\0';
    for (; *words; words++)
        n += *words == ' ';
    return n;
}

/* The run, however it is cut and shared out, against one search over the text; listing and counting. */
static void expect_same(const thrum_pattern *pattern, const void *text, size_t n_bytes, size_t n_captures) {
    static const uint64_t chunks[] = {1, 2, 3, 7, 64, 1000, 0};
    char *expected = all_matches(pattern, text, n_bytes, n_captures);
    thrum_inputs *inputs = input_of(text, n_bytes);
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        thrum_run_options run = run_with(thread_counts[i % N_THREAD_COUNTS], chunks[i], NULL);
        outcome o = run_captures(inputs, pattern, n_captures, &run);
        assert_int_equal(o.status, THRUM_OK);
        assert_string_equal(o.words, expected);
        assert_int_equal(o.totals.n_matches, n_words(expected));
        assert_int_equal(o.totals.n_bytes, n_bytes);
        assert_int_equal(o.totals.n_inputs_failed, 0);
        free(o.words);
        thrum_match_totals totals;
        assert_int_equal(count(inputs, pattern, &run, &totals), n_words(expected));
    }
    thrum_inputs_free(inputs);
    free(expected);
}

/* ---- the same matches ---- */

/* Short words of few letters, line ends of both kinds, long characters, stray bytes. */
static uint8_t *make_text(size_t n_bytes, uint32_t seed) {
    static const char *const pieces[] = {"a",    "b",        "x", "aa",           " ",    "\n",
                                         "\r\n", "\xc3\xa4", "z", "\xe4\xb8\xad", "\xff", "y"};
    thrum_buffer text = {0};
    while (text.n_bytes < n_bytes) {
        seed = seed * 1664525 + 1013904223;
        thrum_buffer_append_text(&text, pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)]);
    }
    assert_false(text.failed);
    return text.bytes;
}

static void matches_do_not_depend_on_chunks(void **state) {
    (void)state;
    static const char *const patterns[] = {
        "a",       "aa",          "\\w+",   "a.*z",           "(?s)a.*z",  "(?s).*", "[^x]*",       "",
        "$",       "^",           "x*",     "(?<=a)b|aab",    "a(?=b)",    "\\b",    "\\r\\n|a\\n", "(?s).",
        "\\bz\\b", "(a)|(b)(x)?", "(.)\\1", "(?s)b.{5,20}?x", "aab|baa|a", "\\Ra",   "q",           "(?i)A\xc3\x84",
    };
    enum { N_BYTES = 1500 };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        uint8_t *text = make_text(N_BYTES, (uint32_t)i);
        thrum_pattern *pattern = pattern_of(patterns[i], NULL);
        assert_true(thrum_pattern_is_parallel(pattern));
        expect_same(pattern, text, N_BYTES, 3);
        thrum_pattern_free(pattern);
        free(text);
    }
}

static void patterns_that_run_in_order_do_so_over_all_chunks(void **state) {
    (void)state;
    static const char *const patterns[] = {
        "\\Ga",        "\\G(?:a|x|\\s)?", "a\\Kb",           "(?:a|b)\\K", "aa(*SKIP)b|.", "a(*COMMIT)b|x",
        "(?s)\\G.{3}", "(?s)\\G.",        "a+(*SKIP)(*F)|b", "(?<=\\Ka)",  "b(?C1)a",      "\\K",
    };
    enum { N_BYTES = 1500 };
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        uint8_t *text = make_text(N_BYTES, (uint32_t)i);
        thrum_pattern *pattern;
        static const thrum_pattern_options plain = {0};
        if (thrum_pattern_compile(&pattern, &patterns[i], NULL, 1, &plain, NULL) == THRUM_OK) {
            assert_false(thrum_pattern_is_parallel(pattern));
            expect_same(pattern, text, N_BYTES, 0);
            thrum_pattern_free(pattern);
        }
        free(text);
    }
}

static void several_texts_and_bytes(void **state) {
    (void)state;
    static const char *const texts[] = {"aa\\w*", "\\s+", "(?s)x.*?z"};
    enum { N_BYTES = 1500 };
    uint8_t *text = make_text(N_BYTES, 99);
    for (int bytes = 0; bytes < 2; bytes++) {
        thrum_pattern *pattern;
        const thrum_pattern_options options = {.bytes = bytes};
        assert_int_equal(thrum_pattern_compile(&pattern, texts, NULL, 3, &options, NULL), THRUM_OK);
        expect_same(pattern, text, N_BYTES, 1);
        thrum_pattern_free(pattern);
    }
    free(text);
}

static void empty_matches_at_the_edges_of_chunks(void **state) {
    (void)state;
    static const struct {
        const char *pattern, *text, *matches;
    } examples[] = {
        {"", "abc", "0-0 1-1 2-2 3-3"},
        {"b*", "abba", "0-0 1-3 3-3 4-4"},
        {"$", "a\r\nb\n", "1-1 4-4 5-5"},
        {"^", "a\r\nb\n", "0-0 3-3"},
        {"(?<=a)|b", "aabb", "1-1 2-2 2-3 3-4"},
        {"\\b", "ab cd", "0-0 2-2 3-3 5-5"},
        {"", "\xc3\xa4\xc3\xa4", "0-0 2-2 4-4"},
        {"", "\r\n\r\n", "0-0 2-2 4-4"},
        {"a*?", "aa", "0-0 0-1 1-1 1-2 2-2"},
        {"", "", "0-0"},
        {"^", "", "0-0"},
        {"a", "", ""},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        thrum_pattern *pattern = pattern_of(examples[i].pattern, NULL);
        thrum_inputs *inputs = input_of(examples[i].text, strlen(examples[i].text));
        for (uint64_t chunk = 1; chunk <= 6; chunk++) {
            thrum_run_options run = run_with(3, chunk, NULL);
            outcome o = run_captures(inputs, pattern, 0, &run);
            if (strcmp(o.words, examples[i].matches) != 0)
                fail_msg("'%s', chunks of %d: %s", examples[i].pattern, (int)chunk, o.words);
            free(o.words);
        }
        thrum_inputs_free(inputs);
        thrum_pattern_free(pattern);
    }
}

/* ---- long matches ---- */

static void plain_matches_are_lines(void **state) {
    (void)state;
    static const char text[] = "a bb  a-word-of-more-than-sixteen-bytes\nccc";
    static const char *const expected[][2] = {
        {"[\\w-]+", "a\nbb\na-word-of-more-than-sixteen-bytes\nccc\n"}, {"(?=c)|b*$", "\n\n\n\n\n"}, {"q", ""}};
    static const thrum_pattern_options options_of_pattern = {0};
    thrum_inputs *inputs = input_of(text, sizeof text - 1);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        thrum_pattern *pattern;
        assert_int_equal(thrum_pattern_compile(&pattern, &expected[i][0], NULL, 1, &options_of_pattern, NULL),
                         THRUM_OK);
        taken t = {0};
        const thrum_match_options options = {.plain = true, .write = write_words, .write_context = &t};
        const thrum_run_options run = run_with(2, 5, NULL);
        assert_int_equal(thrum_match_run(inputs, pattern, &options, &run, NULL, NULL), THRUM_OK);
        assert_int_equal(t.words.n_bytes, strlen(expected[i][1]));
        assert_memory_equal(t.words.bytes ? (char *)t.words.bytes : "", expected[i][1], t.words.n_bytes);
        thrum_buffer_release(&t.words);
        thrum_pattern_free(pattern);
    }
    thrum_inputs_free(inputs);
}

static void a_match_of_20_megabytes(void **state) {
    (void)state;
    enum { N_BYTES = 20 << 20 };
    uint8_t *text = malloc(N_BYTES);
    assert_non_null(text);
    memset(text, 'm', N_BYTES);
    memcpy(text, "--a", 3);
    memcpy(text + N_BYTES - 3, "z--", 3);
    thrum_inputs *inputs = input_of(text, N_BYTES);
    free(text);
    static const struct {
        const char *pattern;
        const char *matches;
    } examples[] = {{"a[^z]*z", "2-20971518"}, {"(?s)a.*z", "2-20971518"}, {"(?s).*", "0-20971520 20971520-20971520"}};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        thrum_pattern *pattern = pattern_of(examples[i].pattern, NULL);
        thrum_run_options run = run_with(2, 64 << 10, NULL);
        outcome o = run_captures(inputs, pattern, 0, &run);
        assert_int_equal(o.status, THRUM_OK);
        assert_string_equal(o.words, examples[i].matches);
        assert_int_equal(o.totals.n_chunks, 320);
        free(o.words);
        thrum_pattern_free(pattern);
    }
    thrum_inputs_free(inputs);
}

/* Patterns that run to the end of the text from wherever they begin: were every chunk to try, 32,768 chunks would cost
 * 2^35 steps instead of 2^21. */
static void endless_patterns_stay_linear(void **state) {
    (void)state;
    enum { N_BYTES = 2 << 20, CHUNK_BYTES = 64 };
    uint8_t *text = malloc(N_BYTES);
    assert_non_null(text);
    for (size_t i = 0; i < N_BYTES; i++)
        text[i] = i % 7 ? 'a' : ' ';
    thrum_inputs *inputs = input_of(text, N_BYTES);
    free(text);
    static const struct {
        const char *pattern;
        uint64_t n_matches;
    } examples[] = {{"[^x]*", 2}, {"(?s).*", 2}, {"(?s)a.*", 1}, {"(?s)a.*\\z", 1}, {"(?s)\\A.*q", 0}};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        thrum_pattern *pattern = pattern_of(examples[i].pattern, NULL);
        thrum_run_options run = run_with(4, CHUNK_BYTES, NULL);
        thrum_match_totals totals;
        assert_int_equal(count(inputs, pattern, &run, &totals), examples[i].n_matches);
        assert_int_equal(totals.n_chunks, N_BYTES / CHUNK_BYTES);
        assert_true(totals.n_chunks_in_order > totals.n_chunks / 2);
        thrum_pattern_free(pattern);
    }
    thrum_inputs_free(inputs);
}

/* A text of the pattern that matches nothing must not be searched for to the end of the file again and again because
 * another one keeps chunk after chunk unsure. */
static void a_rare_text_beside_an_endless_one_stays_linear(void **state) {
    (void)state;
    enum { N_BYTES = 32 << 20, CHUNK_BYTES = 1024, MATCH_BYTES = 5000 };
    uint8_t *text = malloc(N_BYTES);
    assert_non_null(text);
    memset(text, 'a', N_BYTES);
    thrum_inputs *inputs = input_of(text, N_BYTES);
    free(text);
    static const char *const texts[] = {"zz|yy|xw", "(?s).{5000}"};
    static const thrum_pattern_options plain = {0};
    thrum_pattern *pattern;
    assert_int_equal(thrum_pattern_compile(&pattern, texts, NULL, 2, &plain, NULL), THRUM_OK);
    thrum_run_options run = run_with(2, CHUNK_BYTES, NULL);
    thrum_match_totals totals;
    assert_int_equal(count(inputs, pattern, &run, &totals), N_BYTES / MATCH_BYTES);
    thrum_pattern_free(pattern);
    thrum_inputs_free(inputs);
}

/* ---- inputs ---- */

typedef struct seen {
    size_t n;
    size_t inputs[8];
    uint64_t n_matches[8];
} seen;

static void see(void *context, size_t input, uint64_t n_matches) {
    seen *s = context;
    if (s->n < 8) {
        s->inputs[s->n] = input;
        s->n_matches[s->n] = n_matches;
    }
    s->n++;
}

static void inputs_are_told_in_order_failed_ones_not(void **state) {
    (void)state;
    static const char *const texts[] = {"a a", "", "gone", "b", "aaaaaa", "\n"};
    thrum_inputs *inputs = inputs_of(texts, 6);
    assert_int_equal(unlink(thrum_inputs_path(inputs, 2)), 0);
    thrum_pattern *pattern = pattern_of("a", NULL);
    for (size_t i = 0; i < N_THREAD_COUNTS; i++)
        for (uint64_t chunk = 1; chunk < 5; chunk++) {
            seen s = {0};
            told t = {0};
            const thrum_match_options options = {.on_input = see, .on_input_context = &s};
            thrum_run_options run = run_with(thread_counts[i], chunk, &t);
            thrum_match_totals totals;
            assert_int_equal(thrum_match_run(inputs, pattern, &options, &run, &totals, NULL), THRUM_OK);
            static const size_t expected[] = {0, 1, 3, 4, 5};
            static const uint64_t n_expected[] = {2, 0, 0, 6, 0};
            assert_int_equal(s.n, 5);
            assert_memory_equal(s.inputs, expected, sizeof expected);
            assert_memory_equal(s.n_matches, n_expected, sizeof n_expected);
            assert_int_equal(t.n, 1);
            assert_int_equal(t.errors[0].code, THRUM_ERROR_SYSTEM);
            assert_int_equal(t.errors[0].system_errno, ENOENT);
            assert_string_equal(t.errors[0].path, thrum_inputs_path(inputs, 2));
            assert_int_equal(totals.n_inputs_failed, 1);
            assert_int_equal(totals.n_matches, 8);
        }
    thrum_pattern_free(pattern);
    thrum_inputs_free(inputs);
}

static void no_inputs(void **state) {
    (void)state;
    thrum_inputs *inputs = inputs_of(NULL, 0);
    thrum_pattern *pattern = pattern_of("a", NULL);
    thrum_run_options run = run_with(3, 0, NULL);
    thrum_match_totals totals;
    assert_int_equal(count(inputs, pattern, &run, &totals), 0);
    assert_int_equal(totals.n_chunks, 0);
    thrum_pattern_free(pattern);
    thrum_inputs_free(inputs);
}

static void a_limit_is_the_failure_of_its_file(void **state) {
    (void)state;
    char bomb[8192];
    memset(bomb, '-', sizeof bomb);
    memset(bomb + 5000, 'a', 40);
    bomb[sizeof bomb - 1] = '\0';
    const char *const texts[] = {"aaa", bomb, "-aaa", "aa"};
    thrum_inputs *inputs = inputs_of(texts, 4);
    thrum_pattern *pattern = pattern_of("(a+)+$", &(thrum_pattern_options){.engine = THRUM_ENGINE_PCRE2});
    static const uint64_t chunks[] = {0, 100, 7};
    for (size_t i = 0; i < sizeof chunks / sizeof *chunks; i++) {
        seen s = {0};
        told t = {0};
        const thrum_match_options options = {.on_input = see, .on_input_context = &s};
        thrum_run_options run = run_with(2, chunks[i], &t);
        thrum_match_totals totals;
        assert_int_equal(thrum_match_run(inputs, pattern, &options, &run, &totals, NULL), THRUM_OK);
        assert_int_equal(t.n, 1);
        assert_int_equal(t.errors[0].code, THRUM_ERROR_MATCH);
        assert_int_equal(t.errors[0].pcre2_errno, PCRE2_ERROR_MATCHLIMIT);
        assert_string_equal(t.errors[0].path, thrum_inputs_path(inputs, 1));
        assert_true(t.errors[0].offset <= 5000);
        assert_int_equal(totals.n_inputs_failed, 1);
        assert_int_equal(s.n, 3);
        assert_int_equal(s.inputs[1], 2);
        assert_int_equal(s.n_matches[0] + s.n_matches[1] + s.n_matches[2], 3);
        assert_int_equal(totals.n_matches, 3);
    }
    thrum_pattern_free(pattern);
    thrum_inputs_free(inputs);
}

/* ---- callbacks ---- */

static thrum_status format_begin(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    (void)context;
    char text[32];
    thrum_buffer_append(buffer, text,
                        (size_t)snprintf(text, sizeof text, "%zu %zu\n", match->input, (size_t)match->groups[0].begin));
    return THRUM_OK;
}

/* Checks that places come in order, and stops after so many pieces. */
typedef struct sink {
    int n_pieces, most_pieces;
    size_t last_input, last_begin;
    bool is_ordered;
    bool fills_error;
} sink;

static thrum_status write_sink(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    sink *s = context;
    for (const uint8_t *at = bytes, *end = bytes + n_bytes; at < end;) {
        char *rest;
        size_t input = strtoull((const char *)at, &rest, 10);
        size_t begin = strtoull(rest, &rest, 10);
        s->is_ordered = s->is_ordered && (input > s->last_input || (input == s->last_input && begin >= s->last_begin));
        s->last_input = input;
        s->last_begin = begin;
        at = (const uint8_t *)rest + 1;
    }
    if (++s->n_pieces < s->most_pieces)
        return THRUM_OK;
    if (s->fills_error && error)
        *error = (thrum_error){.code = THRUM_ERROR_SYSTEM, .system_errno = ENOSPC, .message = "full"};
    return s->fills_error ? THRUM_ERROR_SYSTEM : THRUM_ERROR_STOPPED;
}

static void the_writer_is_called_in_order_and_may_stop(void **state) {
    (void)state;
    enum { N_BYTES = 4000 };
    char text[N_BYTES + 1];
    memset(text, 'a', N_BYTES);
    text[N_BYTES] = '\0';
    const char *const texts[] = {text, "", text, "a", text};
    thrum_inputs *inputs = inputs_of(texts, 5);
    thrum_pattern *pattern = pattern_of("a", NULL);
    for (size_t i = 0; i < N_THREAD_COUNTS; i++)
        for (int most = 1; most < 40; most += 13) {
            for (int fills_error = 0; fills_error < 2; fills_error++) {
                sink s = {.most_pieces = most, .is_ordered = true, .fills_error = fills_error};
                const thrum_match_options options = {.format = format_begin, .write = write_sink, .write_context = &s};
                thrum_run_options run = run_with(thread_counts[i], 100, NULL);
                thrum_error error;
                thrum_status status = thrum_match_run(inputs, pattern, &options, &run, NULL, &error);
                assert_int_equal(status, fills_error ? THRUM_ERROR_SYSTEM : THRUM_ERROR_STOPPED);
                assert_int_equal(error.code, status);
                assert_int_equal(error.system_errno, fills_error ? ENOSPC : 0);
                assert_true(error.message[0] != '\0');
                assert_int_equal(s.n_pieces, most); /* never again after it failed */
                assert_true(s.is_ordered);
            }
        }
    sink all = {.most_pieces = 1000, .is_ordered = true};
    const thrum_match_options options = {.format = format_begin, .write = write_sink, .write_context = &all};
    thrum_run_options run = run_with(4, 100, NULL);
    thrum_match_totals totals;
    assert_int_equal(thrum_match_run(inputs, pattern, &options, &run, &totals, NULL), THRUM_OK);
    assert_true(all.is_ordered);
    assert_int_equal(all.last_input, 4);
    assert_int_equal(totals.n_matches, 3 * N_BYTES + 1);
    thrum_pattern_free(pattern);
    thrum_inputs_free(inputs);
}

/* `context` is the offset from which on the format fails. */
static thrum_status format_failing(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    thrum_buffer_append(buffer, "a", 1);
    return match->groups[0].begin >= *(const uint64_t *)context ? THRUM_ERROR_STOPPED : THRUM_OK;
}

static void a_format_that_fails_ends_the_run(void **state) {
    (void)state;
    char text[3001];
    memset(text, 'a', 3000);
    text[3000] = '\0';
    const char *const texts[] = {text, text};
    thrum_inputs *inputs = inputs_of(texts, 2);
    thrum_pattern *pattern = pattern_of("a", NULL);
    for (size_t i = 0; i < N_THREAD_COUNTS; i++)
        for (uint64_t from = 0; from < 3000; from += 700) {
            taken t = {0};
            const thrum_match_options options = {
                .format = format_failing, .format_context = &from, .write = write_words, .write_context = &t};
            thrum_run_options run = run_with(thread_counts[i], 100, NULL);
            thrum_error error;
            assert_int_equal(thrum_match_run(inputs, pattern, &options, &run, NULL, &error), THRUM_ERROR_STOPPED);
            assert_int_equal(error.code, THRUM_ERROR_STOPPED);
            assert_true(t.words.n_bytes <= from); /* chunks before the failing one, and nothing after */
            thrum_buffer_release(&t.words);
        }
    thrum_pattern_free(pattern);
    thrum_inputs_free(inputs);
}

typedef struct far {
    uint64_t last, total;
    bool is_ordered;
} far;

static void see_progress(void *context, uint64_t n_bytes_done, uint64_t n_bytes_total) {
    far *f = context;
    f->is_ordered = f->is_ordered && n_bytes_done >= f->last && n_bytes_done <= n_bytes_total;
    f->last = n_bytes_done;
    f->total = n_bytes_total;
}

static void progress_goes_forward_to_the_end(void **state) {
    (void)state;
    static const char *const texts[] = {"abcdefghij", "", "abc"};
    thrum_inputs *inputs = inputs_of(texts, 3);
    thrum_pattern *pattern = pattern_of("a", NULL);
    far f = {.is_ordered = true};
    thrum_run_options run = {.n_threads = 3, .chunk_bytes = 2, .on_progress = see_progress, .context = &f};
    thrum_match_totals totals;
    assert_int_equal(count(inputs, pattern, &run, &totals), 2);
    assert_true(f.is_ordered);
    assert_int_equal(f.last, 13);
    assert_int_equal(f.total, 13);
    thrum_pattern_free(pattern);
    thrum_inputs_free(inputs);
}

/* ---- lines and columns ---- */

static thrum_status format_place(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    (void)context;
    char text[64];
    thrum_buffer_append(buffer, text,
                        (size_t)snprintf(text, sizeof text, "%" PRIu64 ":%" PRIu64 " ", match->line, match->column));
    return THRUM_OK;
}

static void lines_and_columns_do_not_depend_on_chunks(void **state) {
    (void)state;
    static const char text[] = "x\n\xc3\xa4x\n\nxx\xe4\xb8\xadx\r\nx";
    static const char *const expected[] = {"1:1 2:3 4:1 4:2 4:6 5:1 ", "1:1 2:2 4:1 4:2 4:4 5:1 "};
    thrum_inputs *inputs = input_of(text, sizeof text - 1);
    thrum_pattern *pattern = pattern_of("x", NULL);
    for (uint64_t chunk = 1; chunk < 20; chunk++)
        for (int characters = 0; characters < 2; characters++) {
            taken t = {0};
            const thrum_match_options options = {.lines = true,
                                                 .column_characters = characters,
                                                 .format = format_place,
                                                 .write = write_words,
                                                 .write_context = &t};
            thrum_run_options run = run_with(2, chunk, NULL);
            assert_int_equal(thrum_match_run(inputs, pattern, &options, &run, NULL, NULL), THRUM_OK);
            thrum_buffer_append(&t.words, "", 1);
            assert_string_equal((const char *)t.words.bytes, expected[characters]);
            thrum_buffer_release(&t.words);
        }
    thrum_pattern_free(pattern);
    thrum_inputs_free(inputs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches_do_not_depend_on_chunks),
        cmocka_unit_test(patterns_that_run_in_order_do_so_over_all_chunks),
        cmocka_unit_test(several_texts_and_bytes),
        cmocka_unit_test(empty_matches_at_the_edges_of_chunks),
        cmocka_unit_test(lines_and_columns_do_not_depend_on_chunks),
        cmocka_unit_test(plain_matches_are_lines),
        cmocka_unit_test(a_match_of_20_megabytes),
        cmocka_unit_test(endless_patterns_stay_linear),
        cmocka_unit_test(a_rare_text_beside_an_endless_one_stays_linear),
        cmocka_unit_test(inputs_are_told_in_order_failed_ones_not),
        cmocka_unit_test(no_inputs),
        cmocka_unit_test(a_limit_is_the_failure_of_its_file),
        cmocka_unit_test(the_writer_is_called_in_order_and_may_stop),
        cmocka_unit_test(a_format_that_fails_ends_the_run),
        cmocka_unit_test(progress_goes_forward_to_the_end),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
