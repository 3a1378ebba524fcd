/* A subject matched in chunks of 1 to 7 bytes on three threads, and whole on one: the same matches, groups, lines and
 * columns, or the same failure.
 *
 * Left out:
 * - the place of a failure. It is where the search began that failed, which may be a chunk's begin;
 * - PCRE2's interpreter on ill-formed UTF-8, whose answer depends on where a search begins. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_input.h"

enum { MOST_SUBJECT_BYTES = 512, MOST_CHUNK_BYTES = 7, N_THREADS = 3 };

/* What a run gave. `words` has a line for each match, and one for a failure. */
typedef struct outcome {
    thrum_buffer words;
    uint64_t n_matches;
} outcome;

static void append_number(thrum_buffer *buffer, uint64_t number) {
    thrum_buffer_append_number(buffer, number);
    thrum_buffer_append_text(buffer, " ");
}

static thrum_status format(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    (void)context;
    append_number(buffer, match->pattern);
    for (size_t i = 0; i <= match->n_captures; i++) {
        append_number(buffer, match->groups[i].begin);
        append_number(buffer, match->groups[i].end);
    }
    append_number(buffer, match->line);
    append_number(buffer, match->column);
    thrum_buffer_append_text(buffer, match->same_line ? "s\n" : "\n");
    return buffer->failed ? THRUM_ERROR_MEMORY : THRUM_OK;
}

static thrum_status write_words(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    (void)error;
    thrum_buffer_append(context, bytes, n_bytes);
    return THRUM_OK;
}

static void note_failure(void *context, const thrum_error *error) {
    outcome *o = context;
    thrum_buffer_append_text(&o->words, error->message);
    thrum_buffer_append_text(&o->words, "\n");
}

static outcome run_match(const fuzz_case *c, const thrum_pattern *pattern, const thrum_inputs *inputs,
                         unsigned n_threads, uint64_t chunk_bytes) {
    outcome o = {{0}, 0};
    thrum_match_totals totals;
    thrum_match_options options = c->match;
    size_t n_groups = thrum_pattern_n_groups(pattern);
    options.n_captures = n_groups < FUZZ_MOST_CAPTURES ? n_groups : FUZZ_MOST_CAPTURES;
    options.format = format;
    options.write = write_words;
    options.write_context = &o.words;
    const thrum_run_options run = {
        .n_threads = n_threads, .chunk_bytes = chunk_bytes, .on_error = note_failure, .context = &o};
    fuzz_expect(thrum_match_run(inputs, pattern, &options, &run, &totals, NULL) == THRUM_OK, "the run failed");
    o.n_matches = totals.n_matches;
    return o;
}

static void expect_same(const outcome *whole, const outcome *cut, uint64_t chunk_bytes) {
    const thrum_buffer *a = &whole->words, *b = &cut->words;
    if (whole->n_matches == cut->n_matches && a->n_bytes == b->n_bytes &&
        (a->n_bytes == 0 || memcmp(a->bytes, b->bytes, a->n_bytes) == 0))
        return;
    fprintf(stderr, "whole, %llu matches:\n%.*s\nin chunks of %llu bytes, %llu matches:\n%.*s\n",
            (unsigned long long)whole->n_matches, (int)a->n_bytes, (const char *)a->bytes,
            (unsigned long long)chunk_bytes, (unsigned long long)cut->n_matches, (int)b->n_bytes,
            (const char *)b->bytes);
    fuzz_expect(false, "chunks change the matches");
}

static bool is_well_formed(const uint8_t *bytes, size_t n_bytes) {
    static pcre2_code *empty;
    static pcre2_match_data *data;
    int code;
    PCRE2_SIZE offset;
    if (!empty) {
        empty = pcre2_compile((PCRE2_SPTR) "", 0, PCRE2_UTF, &code, &offset, NULL);
        data = pcre2_match_data_create(1, NULL);
        fuzz_expect(empty && data, "no memory");
    }
    return pcre2_match(empty, bytes, n_bytes, 0, 0, data, NULL) >= 0;
}

static bool is_left_out(const fuzz_case *c) {
    return c->pattern.no_jit && !c->pattern.bytes && !is_well_formed(c->subject, c->n_subject_bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    fuzz_case c;
    thrum_pattern *pattern = NULL;
    if (!fuzz_case_read(&c, data, n_bytes, MOST_SUBJECT_BYTES) || is_left_out(&c))
        return -1;
    if (thrum_pattern_compile(&pattern, c.texts, c.n_text_bytes, c.n_texts, &c.pattern, NULL) != THRUM_OK)
        return 0;
    thrum_inputs *inputs = fuzz_inputs(c.subject, c.n_subject_bytes);
    outcome whole = run_match(&c, pattern, inputs, 1, 0);
    for (uint64_t chunk_bytes = 1; chunk_bytes <= MOST_CHUNK_BYTES; chunk_bytes++) {
        outcome cut = run_match(&c, pattern, inputs, N_THREADS, chunk_bytes);
        expect_same(&whole, &cut, chunk_bytes);
        thrum_buffer_release(&cut.words);
    }
    thrum_buffer_release(&whole.words);
    thrum_inputs_free(inputs);
    thrum_pattern_free(pattern);
    return 0;
}
