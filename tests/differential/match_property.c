/* Random patterns over random texts: thrum_match_run, with every number of threads and every chunk size tried, against
 * the plain loop that defines the answer.
 *
 *   match_property [--cases N] [--seed S]     N 0: without end
 *
 * A case that differs is printed as the command line that runs it alone. */
#define _GNU_SOURCE
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "random.h"
#include "thrum/thrum.h"

/* --- texts ------------------------------------------------------------------------------------------------------- */

static const char *const ascii_pieces[] = {"a", "b", "c", "ab", "aab", "x", "y", "0", "1", "_", " ", "  ", "\n", "-"};
static const char *const line_pieces[] = {"a", "b", "\r\n", "\r", "\n", "\n\n", "\r\r\n", "ab", " ", "x"};
static const char *const utf8_pieces[] = {
    "a", "b", "é", "É",  "ß", "中", "文",           "😀",       "e\xCC\x81", "\xC5\xBF",
    "K", "Σ", "σ", "\n", " ", "ab", "\xE2\x80\xA8", "\xC2\x85"};
static const char *const broken_pieces[] = {"a",
                                            "b",
                                            "\xFF",
                                            "\xC3",
                                            "\x80",
                                            "\xF0\x9F\x98",
                                            "\xC0\x80",
                                            "\xED\xA0\x80",
                                            "\xE4\xB8",
                                            "中",
                                            "\n",
                                            "é",
                                            "\xF5\x80\x80\x80"};

/* Long ASCII, now and then something else: for what goes by blocks of the text. */
static void random_long_text(thrum_buffer *text) {
    unsigned n_pieces = 3000 + below(3000);
    for (unsigned i = 0; i < n_pieces; i++)
        thrum_buffer_append_text(text, below(4000) == 0 ? PICK(utf8_pieces)
                                       : below(12)      ? PICK(ascii_pieces)
                                                        : PICK(line_pieces));
}

static void random_text(thrum_buffer *text) {
    unsigned kind = below(8);
    unsigned n_pieces = below(20) == 0 ? below(3000) : below(60);
    thrum_buffer_clear(text);
    if (below(600) == 0)
        random_long_text(text);
    for (unsigned i = 0; i < n_pieces; i++)
        thrum_buffer_append_text(text, kind < 3   ? PICK(ascii_pieces)
                                       : kind < 4 ? PICK(line_pieces)
                                       : kind < 6 ? PICK(utf8_pieces)
                                                  : PICK(broken_pieces));
    thrum_buffer_reserve(text, 1); /* so that bytes is never NULL */
}

/* --- patterns ---------------------------------------------------------------------------------------------------- */

static const char *const atoms[] = {"a",   "b",      "c",    "x",    ".",       "\\w",     "\\W",         "\\d",
                                    "\\s", "\\S",    "[ab]", "[^a]", "[^x\\n]", "[a-c]",   "[[:alpha:]]", "é",
                                    "中",  "\\n",    "\\r",  "\\R",  "\\h",     "\\p{L}",  "\\P{L}",      "\\p{Lu}",
                                    "\\X", "[^\\s]", "ab",   "-",    "_",       "\\x{e9}", "[é中]",       "\\N"};
static const char *const assertions[] = {"^",     "$",      "\\b",    "\\B",      "\\A",     "\\z",      "\\Z", "(?=a)",
                                         "(?!a)", "(?<=a)", "(?<!b)", "(?<=^|a)", "(?=.*b)", "(?<=\\n)", "\\G"};
static const char *const repeats[] = {"*",  "+",  "?",   "*?",    "+?",   "??",    "*+",
                                      "++", "?+", "{2}", "{1,3}", "{2,}", "{0,2}?"};
static const char *const flags[] = {"(?i)", "(?s)", "(?-m)", "(?x) ", "(?is)", "(?U)"};
static const char *const specials[] = {"a\\Kb",     "\\K",     "(*SKIP)",        "(*PRUNE)",
                                       "(*COMMIT)", "(*THEN)", "a(*SKIP)(*FAIL)"};

static unsigned n_groups;

static void random_pattern(thrum_buffer *pattern, unsigned depth);

static void random_group(thrum_buffer *pattern, unsigned depth) {
    static const char *const openings[] = {"(?:", "(", "(", "(?>", "(?=", "(?!", "(?|"};
    const char *opening = PICK(openings);
    n_groups += strcmp(opening, "(") == 0;
    thrum_buffer_append_text(pattern, opening);
    random_pattern(pattern, depth - 1);
    thrum_buffer_append_text(pattern, ")");
}

static void random_item(thrum_buffer *pattern, unsigned depth) {
    unsigned kind = below(40);
    if (kind < 8 && depth > 0) {
        random_group(pattern, depth);
    } else if (kind < 12) {
        thrum_buffer_append_text(pattern, PICK(assertions));
        return;
    } else if (kind == 12 && n_groups > 0) {
        thrum_buffer_append_text(pattern, "\\1");
    } else if (kind == 13 && below(4) == 0) {
        thrum_buffer_append_text(pattern, PICK(specials));
        return;
    } else {
        thrum_buffer_append_text(pattern, PICK(atoms));
    }
    if (below(3) == 0)
        thrum_buffer_append_text(pattern, PICK(repeats));
}

static void random_pattern(thrum_buffer *pattern, unsigned depth) {
    unsigned n_alternatives = below(4) == 0 ? 2 + below(2) : 1;
    for (unsigned i = 0; i < n_alternatives; i++) {
        if (i > 0)
            thrum_buffer_append_text(pattern, "|");
        for (unsigned n = below(4); n > 0; n--)
            random_item(pattern, depth);
    }
}

/* --- the plain loop ---------------------------------------------------------------------------------------------- */

enum { MOST_TEXTS = 3, MOST_CAPTURES = 3 };

typedef struct test_case {
    char texts[MOST_TEXTS][4096];
    size_t n_texts;
    thrum_pattern_options options;
    bool by_line;
    uint64_t max_matches;
    bool hides_groups; /* ill-formed text, where PCRE2 reports groups of an atomic part by what stands around it */
    thrum_buffer subject;
} test_case;

static void describe(const test_case *c, thrum_buffer *lines, size_t program, const uint64_t *pairs, uint64_t line,
                     uint64_t column) {
    thrum_buffer_append_number(lines, program);
    for (size_t i = 0; i < (c->hides_groups ? 2 : 2 * (1 + MOST_CAPTURES)); i++) {
        thrum_buffer_append_text(lines, " ");
        if (pairs[i] == THRUM_UNSET)
            thrum_buffer_append_text(lines, "-");
        else
            thrum_buffer_append_number(lines, pairs[i]);
    }
    thrum_buffer_append_text(lines, " @");
    thrum_buffer_append_number(lines, line);
    thrum_buffer_append_text(lines, ":");
    thrum_buffer_append_number(lines, column);
    thrum_buffer_append_text(lines, "\n");
}

/* Lines and columns (in characters), counted from the front each time. */
static void plain_place(const uint8_t *bytes, size_t at, uint64_t *line, uint64_t *column) {
    *line = *column = 1;
    for (size_t i = 0; i < at; i++) {
        *column += (bytes[i] & 0xC0) != 0x80;
        if (bytes[i] == '\n') {
            ++*line;
            *column = 1;
        }
    }
}

static bool is_well_formed(const thrum_buffer *text) {
    int code;
    PCRE2_SIZE offset;
    pcre2_code *empty = pcre2_compile((PCRE2_SPTR) "", 0, PCRE2_UTF, &code, &offset, NULL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    bool ok = pcre2_match(empty, text->bytes, text->n_bytes, 0, 0, data, NULL) >= 0;
    pcre2_match_data_free(data);
    pcre2_code_free(empty);
    return ok;
}

/* Where PCRE2's interpreter and its JIT are known to give the same answers. */
static bool engines_agree(const test_case *c) {
    return c->options.bytes || is_well_formed(&c->subject);
}

/* How the plain loop matches: by the interpreter where it can, else by JIT, as thrum does. */
typedef enum plain_engine { INTERPRETER, JIT, JIT_IN_ORDER } plain_engine;

static plain_engine choose_engine(const test_case *c, const thrum_pattern *pattern) {
    if (c->options.no_jit && engines_agree(c))
        return INTERPRETER;
    if (!thrum_pattern_is_parallel(pattern))
        return JIT_IN_ORDER;
    return engines_agree(c) ? INTERPRETER : JIT;
}

/* The codes of a case; false when one does not compile. */
static bool compile_plain(const test_case *c, plain_engine engine, pcre2_code **codes) {
    static const uint32_t newlines[] = {PCRE2_NEWLINE_ANYCRLF, PCRE2_NEWLINE_LF, PCRE2_NEWLINE_CRLF};
    uint32_t bits = PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C | (c->options.caseless ? PCRE2_CASELESS : 0) |
                    (c->options.bytes ? PCRE2_NEVER_UTF
                                      : PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NO_DOTSTAR_ANCHOR);
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    pcre2_set_newline(context, newlines[c->options.newline]);
    bool ok = true;
    for (size_t i = 0; i < c->n_texts; i++) {
        int code;
        PCRE2_SIZE offset;
        bool plain_start = engine == INTERPRETER || strstr(c->texts[i], "(?>") || strstr(c->texts[i], "(*");
        codes[i] = pcre2_compile((PCRE2_SPTR)c->texts[i], PCRE2_ZERO_TERMINATED,
                                 bits | (plain_start ? PCRE2_NO_START_OPTIMIZE : 0), &code, &offset, context);
        ok = ok && codes[i] && (engine == INTERPRETER || pcre2_jit_compile(codes[i], PCRE2_JIT_COMPLETE) == 0);
    }
    pcre2_compile_context_free(context);
    return ok;
}

/* The subject as a mapping shows it, with zeros on both sides, and a read further in front of it is caught. */
static const uint8_t *fence(const uint8_t *bytes, size_t n_bytes) {
    static uint8_t *pages;
    static const size_t n_page = 65536, n_most = (size_t)1 << 20;
    if (!pages) {
        pages = mmap(NULL, n_page + n_most, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pages == MAP_FAILED || mprotect(pages, n_page, PROT_NONE) != 0 || n_bytes >= n_most)
            exit(2);
    }
    uint8_t *subject = pages + n_page + THRUM_MAPPING_PADDING_BYTES;
    memcpy(subject, bytes, n_bytes);
    memset(subject + n_bytes, 0, THRUM_MAPPING_PADDING_BYTES);
    return subject;
}

/* What the plain loop found. */
typedef struct expectation {
    thrum_buffer lines;
    size_t n_matches;
    bool failed;
} expectation;

/* JIT may find what the interpreter passes over: a match that begins between CR and LF, of a pattern without either. */
static bool is_slip(const test_case *c, const pcre2_code *code, const uint8_t *bytes, size_t n_bytes, size_t begin) {
    uint32_t has_cr_or_lf = 0;
    pcre2_pattern_info(code, PCRE2_INFO_HASCRORLF, &has_cr_or_lf);
    return c->options.newline != THRUM_NEWLINE_LF && !has_cr_or_lf && begin < n_bytes && bytes[begin - 1] == '\r' &&
           bytes[begin] == '\n';
}

/* Matches one subject, the bytes [begin, end) of the file. */
static void plain_loop(const test_case *c, pcre2_code *const *codes, plain_engine engine, size_t begin, size_t end,
                       expectation *e) {
    const uint8_t *bytes = fence(c->subject.bytes + begin, end - begin);
    size_t n_bytes = end - begin, position = 0;
    bool not_empty = false;
    pcre2_match_data *data = pcre2_match_data_create(64, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_jit_stack *stack = pcre2_jit_stack_create(32 * 1024, 64 * 1024 * 1024, NULL);
    pcre2_jit_stack_assign(context, NULL, stack);
    while (!e->failed && (c->max_matches == 0 || e->n_matches < c->max_matches)) {
        size_t best = SIZE_MAX;
        uint64_t pairs[2 * (1 + MOST_CAPTURES)];
        for (size_t i = 0; i < c->n_texts && !e->failed; i++) {
            uint32_t bits = engine == INTERPRETER ? PCRE2_NO_JIT : 0;
            int n = pcre2_match(codes[i], bytes, n_bytes, position, bits | (not_empty ? PCRE2_NOTEMPTY_ATSTART : 0),
                                data, context);
            const PCRE2_SIZE *v = pcre2_get_ovector_pointer(data);
            while (n > 0 && engine == JIT && v[0] > position && is_slip(c, codes[i], bytes, n_bytes, v[0]))
                n = pcre2_match(codes[i], bytes, n_bytes, v[0] + 1, bits, data, context);
            e->failed = n <= 0 && n != PCRE2_ERROR_NOMATCH;
            if (n <= 0 || (best != SIZE_MAX && v[0] >= pairs[0] - begin))
                continue;
            best = i;
            for (int j = 0; j < 2 * (1 + MOST_CAPTURES); j++)
                pairs[j] = j < 2 * n && v[j] != PCRE2_UNSET ? begin + v[j] : THRUM_UNSET;
            e->failed = v[0] > v[1];
        }
        if (best == SIZE_MAX || e->failed)
            break;
        uint64_t line, column;
        plain_place(c->subject.bytes, pairs[0], &line, &column);
        describe(c, &e->lines, best, pairs, line, column);
        e->n_matches++;
        not_empty = pairs[0] == pairs[1];
        position = pairs[1] - begin;
    }
    pcre2_match_data_free(data);
    pcre2_jit_stack_free(stack);
    pcre2_match_context_free(context);
}

static void plain_file(const test_case *c, pcre2_code *const *codes, plain_engine engine, expectation *e) {
    const thrum_buffer *text = &c->subject;
    for (size_t begin = 0, end; c->by_line && begin < text->n_bytes; begin = end + 1) {
        for (end = begin; end < text->n_bytes && text->bytes[end] != '\n';)
            end++;
        bool has_return = c->options.newline != THRUM_NEWLINE_LF && end < text->n_bytes && end > begin &&
                          text->bytes[end - 1] == '\r';
        plain_loop(c, codes, engine, begin, end - has_return, e);
    }
    if (!c->by_line)
        plain_loop(c, codes, engine, 0, text->n_bytes, e);
}

/* --- thrum ------------------------------------------------------------------------------------------------------- */

static thrum_status format_match(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    uint64_t pairs[2 * (1 + MOST_CAPTURES)];
    for (size_t i = 0; i <= MOST_CAPTURES; i++) {
        pairs[2 * i] = match->groups[i].begin;
        pairs[2 * i + 1] = match->groups[i].end;
    }
    describe(context, buffer, match->pattern, pairs, match->line, match->column);
    return THRUM_OK;
}

static thrum_status write_matches(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    (void)error;
    thrum_buffer_append(context, bytes, n_bytes);
    return THRUM_OK;
}

typedef struct observed {
    thrum_buffer lines;
    uint64_t n_matches;
    bool failed;
} observed;

static void observe_error(void *context, const thrum_error *error) {
    (void)error;
    ((observed *)context)->failed = true;
}

static void observe(const test_case *c, const thrum_inputs *inputs, const thrum_pattern *pattern, unsigned n_threads,
                    uint64_t chunk_bytes, bool is_counting, observed *seen) {
    thrum_match_options options = {.n_captures = MOST_CAPTURES,
                                   .by_line = c->by_line,
                                   .max_matches = c->max_matches,
                                   .lines = true,
                                   .column_characters = true,
                                   .format = is_counting ? NULL : format_match,
                                   .format_context = c,
                                   .write = write_matches,
                                   .write_context = &seen->lines};
    thrum_run_options run = {n_threads, chunk_bytes, observe_error, NULL, seen};
    thrum_match_totals totals;
    thrum_error error;
    thrum_buffer_clear(&seen->lines);
    seen->failed = false;
    if (thrum_match_run(inputs, pattern, &options, &run, &totals, &error) != THRUM_OK) {
        fprintf(stderr, "the run failed: %s\n", error.message);
        exit(2);
    }
    seen->n_matches = totals.n_matches;
}

/* --- a case ------------------------------------------------------------------------------------------------------ */

static char subject_path[] = "/tmp/thrum-property-XXXXXX";

static void make_case(test_case *c, uint64_t seed) {
    random_state = seed * 0x2545F4914F6CDD1Du + 1;
    c->n_texts = below(8) == 0 ? 2 + below(2) : 1;
    c->options =
        (thrum_pattern_options){.bytes = below(3) == 0,
                                .caseless = below(5) == 0,
                                .newline = below(6) == 0 ? (thrum_newline)(1 + below(2)) : THRUM_NEWLINE_ANYCRLF,
                                .time_limit_seconds = below(6) == 0 ? 1000 : 0};
    c->by_line = below(6) == 0;
    c->max_matches = below(8) == 0 ? 1 + below(20) : 0;
    for (size_t i = 0; i < c->n_texts; i++) {
        thrum_buffer pattern = {0};
        n_groups = 0;
        if (below(6) == 0)
            thrum_buffer_append_text(&pattern, PICK(flags));
        random_pattern(&pattern, 3);
        thrum_buffer_append(&pattern, "", 1);
        snprintf(c->texts[i], sizeof c->texts[i], "%s", (const char *)pattern.bytes);
        thrum_buffer_release(&pattern);
    }
    random_text(&c->subject);
    c->options.no_jit = below(3) == 0;
}

static void write_subject(const test_case *c) {
    FILE *file = fopen(subject_path, "wb");
    if (!file || fwrite(c->subject.bytes, 1, c->subject.n_bytes, file) != c->subject.n_bytes || fclose(file) != 0) {
        perror(subject_path);
        exit(2);
    }
}

/* Where the line begins in which two texts part. */
static size_t first_difference(const thrum_buffer *a, const thrum_buffer *b) {
    size_t line = 0;
    for (size_t i = 0; i < a->n_bytes && i < b->n_bytes && a->bytes[i] == b->bytes[i]; i++)
        if (a->bytes[i] == '\n')
            line = i + 1;
    return line;
}

static void print_line(const char *name, const thrum_buffer *lines, size_t at) {
    size_t end = at;
    while (end < lines->n_bytes && lines->bytes[end] != '\n')
        end++;
    printf("    %-8s  %.*s\n", name, (int)(end - at), end > at ? (const char *)lines->bytes + at : "");
}

static void tell_difference(const char *program, const test_case *c, uint64_t seed, unsigned n_threads,
                            uint64_t chunk_bytes, const thrum_buffer *expected, const observed *seen) {
    printf("FAILED: %s --cases 1 --seed %llu   (%u threads, chunks of %llu bytes)\n", program, (unsigned long long)seed,
           n_threads, (unsigned long long)chunk_bytes);
    for (size_t i = 0; i < c->n_texts; i++)
        printf("  pattern: %s\n", c->texts[i]);
    printf("  bytes %d, caseless %d, newline %d, no JIT %d, time limit %g, by line %d, at most %llu matches\n",
           c->options.bytes, c->options.caseless, c->options.newline, c->options.no_jit, c->options.time_limit_seconds,
           c->by_line, (unsigned long long)c->max_matches);
    printf("  subject: %zu bytes in hexadecimal: ", c->subject.n_bytes);
    for (size_t i = 0; i < c->subject.n_bytes && i < 300; i++)
        printf("%02x", c->subject.bytes[i]);
    printf("\n  %llu matches seen; the first line that differs:\n", (unsigned long long)seen->n_matches);
    print_line("expected", expected, first_difference(expected, &seen->lines));
    print_line("seen", &seen->lines, first_difference(expected, &seen->lines));
}

static bool is_same(const expectation *e, const observed *seen, bool is_counting) {
    if (e->failed || seen->failed)
        return e->failed == seen->failed;
    if (seen->n_matches != e->n_matches)
        return false;
    return is_counting || (seen->lines.n_bytes == e->lines.n_bytes &&
                           (e->lines.n_bytes == 0 || memcmp(seen->lines.bytes, e->lines.bytes, e->lines.n_bytes) == 0));
}

enum { RUNS_PER_CASE = 4 };

/* Returns the number of comparisons, or -1 after a difference. */
static int compare(const char *program, const test_case *c, const thrum_inputs *inputs, const thrum_pattern *pattern,
                   const expectation *e, uint64_t seed) {
    static const unsigned threads[] = {1, 2, 3, 8};
    static const uint64_t chunks[] = {1, 2, 3, 7, 64, 4096};
    observed seen = {0};
    int n_compared = 0;
    for (int i = 0; i < RUNS_PER_CASE && n_compared >= 0; i++) {
        unsigned n_threads = threads[(seed + (uint64_t)i) % 4];
        uint64_t chunk_bytes = chunks[(seed / 4 + (uint64_t)i * 5) % 6];
        bool is_counting = i == RUNS_PER_CASE - 1;
        observe(c, inputs, pattern, n_threads, chunk_bytes, is_counting, &seen);
        n_compared = is_same(e, &seen, is_counting) ? n_compared + 1 : -1;
        if (n_compared < 0)
            tell_difference(program, c, seed, n_threads, chunk_bytes, &e->lines, &seen);
    }
    thrum_buffer_release(&seen.lines);
    return n_compared;
}

static int run_case(const char *program, test_case *c, const thrum_inputs *inputs, uint64_t seed) {
    pcre2_code *codes[MOST_TEXTS] = {NULL};
    const char *texts[MOST_TEXTS] = {c->texts[0], c->texts[1], c->texts[2]};
    expectation e = {0};
    thrum_pattern *pattern = NULL;
    thrum_error error;
    int n_compared = 0;
    bool compiles = thrum_pattern_compile(&pattern, texts, NULL, c->n_texts, &c->options, &error) == THRUM_OK;
    plain_engine engine = compiles ? choose_engine(c, pattern) : INTERPRETER;
    c->hides_groups = engine == JIT;
    if (compile_plain(c, engine, codes) != compiles) {
        printf("FAILED: %s --cases 1 --seed %llu   (compiling)\n", program, (unsigned long long)seed);
        n_compared = -1;
    } else if (compiles) {
        plain_file(c, codes, engine, &e);
        n_compared = compare(program, c, inputs, pattern, &e, seed);
    }
    for (size_t i = 0; i < c->n_texts; i++)
        pcre2_code_free(codes[i]);
    thrum_pattern_free(pattern);
    thrum_buffer_release(&e.lines);
    return n_compared;
}

int main(int argc, char **argv) {
    uint64_t n_cases = 20000, seed = 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--cases") == 0)
            n_cases = strtoull(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], NULL, 10);
    }
    int descriptor = mkstemp(subject_path);
    thrum_inputs *inputs = NULL;
    thrum_error error;
    if (descriptor < 0 || thrum_inputs_create(&inputs, &error) != THRUM_OK)
        return 2;
    static test_case c;
    uint64_t n_compared = 0, n_failed = 0, n_run = 0;
    for (; (n_cases == 0 || n_run < n_cases) && n_failed < 5; n_run++) {
        make_case(&c, seed + n_run);
        write_subject(&c);
        /* The size is noted when an input is listed. */
        thrum_inputs_free(inputs);
        if (thrum_inputs_create(&inputs, &error) != THRUM_OK ||
            thrum_inputs_add(inputs, subject_path, NULL, NULL) != THRUM_OK)
            return 2;
        int n = run_case(argv[0], &c, inputs, seed + n_run);
        n_compared += n > 0 ? (uint64_t)n : 0;
        n_failed += n < 0;
    }
    thrum_buffer_release(&c.subject);
    thrum_inputs_free(inputs);
    close(descriptor);
    unlink(subject_path);
    printf("%llu cases, %llu comparisons, %llu differences\n", (unsigned long long)n_run,
           (unsigned long long)n_compared, (unsigned long long)n_failed);
    return n_failed > 0;
}
