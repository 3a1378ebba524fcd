/* Random patterns over random texts: thrum_match_run, with each engine, every number of threads and every chunk size
 * tried, against the plain loop that defines the answer. Over long texts thrum itself is the plain loop: with PCRE2
 * alone, on one thread, and the text in one chunk.
 *
 *   match_property [--cases N] [--seed S]     N 0: without end
 *
 * A case that differs is printed as the command line that runs it alone. It is a failure as well when an engine has run
 * in no case. */
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

#include "match_cases.h"
#include "thrum/thrum.h"

/* --- the plain loop ---------------------------------------------------------------------------------------------- */

enum { MOST_CAPTURES = 3 };

/* What is looked at: matches with their groups, without, as plain lines, or only how many there are. */
typedef enum sight { SEE_GROUPS, SEE_RANGES, SEE_LINES, SEE_NUMBER, N_SIGHTS } sight;

/* What was found. `words` differ by sight; those of SEE_NUMBER stay empty. */
typedef struct finding {
    thrum_buffer words[N_SIGHTS];
    uint64_t n_matches;
    bool failed;
    bool hides_groups; /* on ill-formed text PCRE2 reports those of an atomic part by what stands around it */
} finding;

static void append_number(thrum_buffer *words, uint64_t number, const char *behind) {
    if (number == THRUM_UNSET)
        thrum_buffer_append_text(words, "-");
    else
        thrum_buffer_append_number(words, number);
    thrum_buffer_append_text(words, behind);
}

static void describe(thrum_buffer *words, size_t program, const uint64_t *pairs, size_t n_pairs, uint64_t line,
                     uint64_t column) {
    append_number(words, program, "");
    for (size_t i = 0; i < 2 * n_pairs; i++) {
        thrum_buffer_append_text(words, " ");
        append_number(words, pairs[i], "");
    }
    thrum_buffer_append_text(words, " @");
    append_number(words, line, ":");
    append_number(words, column, "\n");
}

static void note_match(const test_case *c, finding *found, size_t program, const uint64_t *pairs, uint64_t line,
                       uint64_t column) {
    describe(&found->words[SEE_GROUPS], program, pairs, found->hides_groups ? 1 : 1 + MOST_CAPTURES, line, column);
    describe(&found->words[SEE_RANGES], program, pairs, 1, line, column);
    thrum_buffer_append(&found->words[SEE_LINES], c->subject.bytes + pairs[0], pairs[1] - pairs[0]);
    thrum_buffer_append_text(&found->words[SEE_LINES], "\n");
    found->n_matches++;
}

static void finding_release(finding *found) {
    for (int i = 0; i < N_SIGHTS; i++)
        thrum_buffer_release(&found->words[i]);
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

/* JIT may find what the interpreter passes over: a match that begins between CR and LF, of a pattern without either. */
static bool is_slip(const test_case *c, const pcre2_code *code, const uint8_t *bytes, size_t n_bytes, size_t begin) {
    uint32_t has_cr_or_lf = 0;
    pcre2_pattern_info(code, PCRE2_INFO_HASCRORLF, &has_cr_or_lf);
    return c->options.newline != THRUM_NEWLINE_LF && !has_cr_or_lf && begin < n_bytes && bytes[begin - 1] == '\r' &&
           bytes[begin] == '\n';
}

/* Matches one subject, the bytes [begin, end) of the file. */
static void plain_loop(const test_case *c, pcre2_code *const *codes, plain_engine engine, size_t begin, size_t end,
                       finding *e) {
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
        note_match(c, e, best, pairs, line, column);
        not_empty = pairs[0] == pairs[1];
        position = pairs[1] - begin;
    }
    pcre2_match_data_free(data);
    pcre2_jit_stack_free(stack);
    pcre2_match_context_free(context);
}

static void plain_file(const test_case *c, pcre2_code *const *codes, plain_engine engine, finding *e) {
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

/* How thrum is run. */
typedef struct manner {
    sight sight;
    unsigned n_threads;
    uint64_t chunk_bytes;
    bool hides_groups;
} manner;

static thrum_status format_match(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    const manner *how = context;
    uint64_t pairs[2 * (1 + MOST_CAPTURES)];
    for (size_t i = 0; i <= match->n_captures; i++) {
        pairs[2 * i] = match->groups[i].begin;
        pairs[2 * i + 1] = match->groups[i].end;
    }
    describe(buffer, match->pattern, pairs, how->hides_groups ? 1 : 1 + match->n_captures, match->line, match->column);
    return THRUM_OK;
}

static thrum_status write_words(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    (void)error;
    thrum_buffer_append(context, bytes, n_bytes);
    return THRUM_OK;
}

static void observe_error(void *context, const thrum_error *error) {
    (void)error;
    ((finding *)context)->failed = true;
}

/* Matches, and puts what was seen in the place of what was there. */
static void observe(const test_case *c, const thrum_inputs *inputs, const thrum_pattern *pattern, const manner *how,
                    finding *seen) {
    bool is_described = how->sight == SEE_GROUPS || how->sight == SEE_RANGES;
    thrum_match_options options = {.n_captures = how->sight == SEE_GROUPS ? MOST_CAPTURES : 0,
                                   .by_line = c->by_line,
                                   .max_matches = c->max_matches,
                                   .lines = is_described,
                                   .column_characters = true,
                                   .format = is_described ? format_match : NULL,
                                   .format_context = how,
                                   .plain = how->sight == SEE_LINES,
                                   .write = write_words,
                                   .write_context = &seen->words[how->sight]};
    thrum_run_options run = {how->n_threads, how->chunk_bytes, observe_error, NULL, seen};
    thrum_match_totals totals;
    thrum_error error;
    thrum_buffer_clear(&seen->words[how->sight]);
    seen->failed = false;
    thrum_status status = thrum_match_run(inputs, pattern, &options, &run, &totals, &error);
    seen->failed |= status == THRUM_ERROR_TIME;
    if (status != THRUM_OK && status != THRUM_ERROR_TIME) {
        fprintf(stderr, "the run failed: %s\n", error.message);
        exit(2);
    }
    seen->n_matches = totals.n_matches;
}

/* --- a case ------------------------------------------------------------------------------------------------------ */

static char subject_path[] = "/tmp/thrum-property-XXXXXX";

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

/* A case, as it is run with one engine. */
typedef struct trial {
    const test_case *c;
    const thrum_inputs *inputs;
    const thrum_pattern *pattern;
    thrum_engine engine;
    const finding *expected;
    uint64_t seed;
    const char *program; /* the test itself */
} trial;

static void tell_difference(const trial *t, const manner *how, const finding *seen) {
    static const char *const sights[] = {"groups", "ranges", "lines", "the number"};
    const test_case *c = t->c;
    const thrum_buffer *expected = &t->expected->words[how->sight], *words = &seen->words[how->sight];
    printf("FAILED: %s --cases 1 --seed %llu   (engine %s, %s, %u threads, chunks of %llu bytes)\n", t->program,
           (unsigned long long)t->seed, thrum_engine_name(t->engine), sights[how->sight], how->n_threads,
           (unsigned long long)how->chunk_bytes);
    for (size_t i = 0; i < c->n_texts; i++)
        printf("  pattern: %s\n", c->texts[i]);
    const thrum_pattern_options *o = &c->options;
    printf("  bytes %d, literal %d, caseless %d, whole word %d, line %d, newline %d, no JIT %d, time limit %g, "
           "by line %d, compiled for it %d, at most %llu matches\n",
           o->bytes, o->literal, o->caseless, o->whole_word, o->whole_line, o->newline, o->no_jit,
           o->time_limit_seconds, c->by_line, o->by_line, (unsigned long long)c->max_matches);
    printf("  subject: %zu bytes in hexadecimal: ", c->subject.n_bytes);
    for (size_t i = 0; i < c->subject.n_bytes && i < 300; i++)
        printf("%02x", c->subject.bytes[i]);
    printf("\n  %llu matches expected, %llu seen, failed %d and %d; the first line that differs:\n",
           (unsigned long long)t->expected->n_matches, (unsigned long long)seen->n_matches, t->expected->failed,
           seen->failed);
    size_t at = first_difference(expected, words);
    print_line("expected", expected, at);
    print_line("seen", words, at);
}

/* Where PCRE2 gave up, an engine in front of it may know the answer. */
static bool is_same(const trial *t, const manner *how, const finding *seen) {
    const finding *e = t->expected;
    const thrum_buffer *a = &e->words[how->sight], *b = &seen->words[how->sight];
    if (e->failed || seen->failed)
        return e->failed == seen->failed || (e->failed && t->engine != THRUM_ENGINE_PCRE2);
    return seen->n_matches == e->n_matches && a->n_bytes == b->n_bytes &&
           (a->n_bytes == 0 || memcmp(a->bytes, b->bytes, a->n_bytes) == 0);
}

/* Returns the number of comparisons, or -1 after a difference. */
static int compare(const trial *t) {
    static const unsigned threads[] = {1, 2, 3, 8};
    static const uint64_t small[] = {1, 2, 3, 7, 64, 4096}, large[] = {64, 100, 1000, 4096, 5000, 1 << 20};
    finding seen = {0};
    int n_compared = 0;
    for (int i = 0; i < N_SIGHTS && n_compared >= 0; i++) {
        uint64_t at = (t->seed / 4 + (uint64_t)i * 5) % 6;
        const manner how = {(sight)i, threads[(t->seed + (uint64_t)i) % 4], t->c->is_long ? large[at] : small[at],
                            t->expected->hides_groups};
        observe(t->c, t->inputs, t->pattern, &how, &seen);
        n_compared = is_same(t, &how, &seen) ? n_compared + 1 : -1;
        if (n_compared < 0)
            tell_difference(t, &how, &seen);
    }
    finding_release(&seen);
    return n_compared;
}

/* Sums over all cases. */
static struct {
    uint64_t n_cases, n_compared, n_failed;
    uint64_t n_run[THRUM_ENGINE_LITERAL + 1], n_refused[THRUM_ENGINE_LITERAL + 1];
} sums;

static thrum_pattern *compile(const test_case *c, thrum_engine engine, double most_seconds, thrum_status *status) {
    const char *texts[MOST_TEXTS];
    thrum_pattern_options options = c->options;
    if (most_seconds > 0)
        options.time_limit_seconds = most_seconds;
    thrum_pattern *pattern = NULL;
    thrum_error error;
    for (size_t i = 0; i < c->n_texts; i++)
        texts[i] = c->texts[i];
    options.engine = engine;
    *status = thrum_pattern_compile(&pattern, texts, NULL, c->n_texts, &options, &error);
    return pattern;
}

/* What is to be found. False when the plain loop and thrum do not agree on what compiles. */
static bool expect(test_case *c, const thrum_inputs *inputs, const thrum_pattern *pattern, finding *e) {
    pcre2_code *codes[MOST_TEXTS] = {NULL};
    e->hides_groups = pattern && c->is_long ? !engines_agree(c) : pattern && choose_engine(c, pattern) == JIT;
    if (c->is_long) {
        for (int i = 0; i < N_SIGHTS && pattern && !e->failed; i++)
            observe(c, inputs, pattern, &(manner){(sight)i, 1, UINT64_C(1) << 40, e->hides_groups}, e);
        return true;
    }
    plain_engine engine = pattern ? choose_engine(c, pattern) : INTERPRETER;
    bool compiles = compile_plain(c, engine, codes);
    if (compiles && pattern)
        plain_file(c, codes, engine, e);
    for (size_t i = 0; i < c->n_texts; i++)
        pcre2_code_free(codes[i]);
    return compiles == (pattern != NULL);
}

/* PCRE2 may take the square of a long text, and more. */
static bool is_quick(const test_case *c, const thrum_inputs *inputs) {
    finding seen = {0};
    thrum_status status;
    thrum_pattern *pattern = c->is_long ? compile(c, THRUM_ENGINE_PCRE2, 0.05, &status) : NULL;
    if (pattern)
        observe(c, inputs, pattern, &(manner){SEE_NUMBER, 1, UINT64_C(1) << 40, true}, &seen);
    thrum_pattern_free(pattern);
    return !seen.failed;
}

static void run_case(const char *program, test_case *c, const thrum_inputs *inputs, uint64_t seed) {
    finding e = {0};
    thrum_status status;
    trial t = {.c = c, .inputs = inputs, .expected = &e, .seed = seed, .program = program};
    thrum_pattern *plain = compile(c, THRUM_ENGINE_PCRE2, 0, &status);
    sums.n_cases++;
    if (!is_quick(c, inputs)) {
        thrum_pattern_free(plain);
        return;
    }
    if (!expect(c, inputs, plain, &e)) {
        printf("FAILED: %s --cases 1 --seed %llu   (compiling)\n", program, (unsigned long long)seed);
        sums.n_failed++;
    }
    for (int engine = THRUM_ENGINE_AUTO; engine <= THRUM_ENGINE_LITERAL && plain; engine++) {
        thrum_pattern *pattern = compile(c, (thrum_engine)engine, 0, &status);
        t.pattern = pattern;
        t.engine = (thrum_engine)engine;
        int n = pattern ? compare(&t) : 0;
        bool may_refuse = engine > THRUM_ENGINE_PCRE2 && status == THRUM_ERROR_ARGUMENT;
        if (!pattern && !may_refuse)
            printf("FAILED: %s --cases 1 --seed %llu   (status %d from the engine %s)\n", program,
                   (unsigned long long)seed, status, thrum_engine_name(t.engine));
        sums.n_refused[engine] += !pattern;
        sums.n_run[engine] += pattern != NULL;
        sums.n_compared += n > 0 ? (uint64_t)n : 0;
        sums.n_failed += n < 0 || (!pattern && !may_refuse);
        thrum_pattern_free(pattern);
    }
    thrum_pattern_free(plain);
    finding_release(&e);
}

/* False when one of them has run in no case. */
static bool tell_engines(void) {
    bool is_right = true;
    for (int engine = THRUM_ENGINE_AUTO; engine <= THRUM_ENGINE_LITERAL; engine++) {
        printf("%-8s %llu cases, %llu refused\n", thrum_engine_name((thrum_engine)engine),
               (unsigned long long)sums.n_run[engine], (unsigned long long)sums.n_refused[engine]);
        is_right = is_right && sums.n_run[engine] > 0;
    }
    return is_right;
}

int main(int argc, char **argv) {
    uint64_t n_cases = 12000, seed = 1;
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
    for (; (n_cases == 0 || sums.n_cases < n_cases) && sums.n_failed < 5;) {
        uint64_t own_seed = seed + sums.n_cases;
        case_make(&c, own_seed);
        write_subject(&c);
        /* The size is noted when an input is listed. */
        thrum_inputs_free(inputs);
        if (thrum_inputs_create(&inputs, &error) != THRUM_OK ||
            thrum_inputs_add(inputs, subject_path, NULL, NULL) != THRUM_OK)
            return 2;
        run_case(argv[0], &c, inputs, own_seed);
    }
    thrum_buffer_release(&c.subject);
    thrum_inputs_free(inputs);
    close(descriptor);
    unlink(subject_path);
    bool have_all_run = tell_engines();
    printf("%llu cases, %llu comparisons, %llu differences\n", (unsigned long long)sums.n_cases,
           (unsigned long long)sums.n_compared, (unsigned long long)sums.n_failed);
    return sums.n_failed > 0 || (n_cases > 100 && !have_all_run);
}
