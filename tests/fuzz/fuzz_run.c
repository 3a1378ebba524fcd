#include "fuzz_run.h"

#include <stdio.h>
#include <string.h>

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
    o->failed = true;
    thrum_buffer_append_text(&o->words, error->message);
    thrum_buffer_append_text(&o->words, "\n");
}

outcome fuzz_run(const fuzz_case *c, const thrum_pattern *pattern, const thrum_inputs *inputs, const fuzz_manner *how) {
    outcome o = {{0}, 0, false};
    thrum_match_totals totals;
    thrum_match_options options = c->match;
    size_t n_groups = thrum_pattern_n_groups(pattern);
    bool has_groups = how->sight == FUZZ_GROUPS;
    options.n_captures = !has_groups ? 0 : n_groups < FUZZ_MOST_CAPTURES ? n_groups : FUZZ_MOST_CAPTURES;
    options.lines = options.lines && has_groups;
    options.format = has_groups ? format : NULL;
    options.plain = how->sight == FUZZ_LINES;
    options.write = write_words;
    options.write_context = &o.words;
    const thrum_run_options run = {
        .n_threads = how->n_threads, .chunk_bytes = how->chunk_bytes, .on_error = note_failure, .context = &o};
    fuzz_expect(thrum_match_run(inputs, pattern, &options, &run, &totals, NULL) == THRUM_OK, "the run failed");
    o.n_matches = totals.n_matches;
    return o;
}

void fuzz_expect_same(const outcome *a, const outcome *b, const fuzz_manner *how, const char *what) {
    if (a->n_matches == b->n_matches && a->words.n_bytes == b->words.n_bytes &&
        (a->words.n_bytes == 0 || memcmp(a->words.bytes, b->words.bytes, a->words.n_bytes) == 0))
        return;
    fprintf(stderr, "%llu matches:\n%.*s\nand, on %u threads in chunks of %llu bytes, %llu matches:\n%.*s\n",
            (unsigned long long)a->n_matches, (int)a->words.n_bytes, (const char *)a->words.bytes, how->n_threads,
            (unsigned long long)how->chunk_bytes, (unsigned long long)b->n_matches, (int)b->words.n_bytes,
            (const char *)b->words.bytes);
    fuzz_expect(false, what);
}
