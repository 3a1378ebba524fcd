/* A pattern, options and a subject through the public API: nothing crashes or hangs, and every match that is told lies
 * where a match may lie. The pattern's first text also serves as a template. */
#include <stdlib.h>
#include <string.h>

#include "fuzz_input.h"

enum { MOST_SUBJECT_BYTES = 2048, CHUNK_BYTES = 100 };

typedef struct check {
    const fuzz_case *c;
    size_t n_texts;
    const thrum_template *template_;
} check;

static void check_groups(const thrum_match *match) {
    for (size_t i = 0; i <= match->n_captures; i++) {
        thrum_range group = match->groups[i];
        bool is_unset = i > 0 && group.begin == THRUM_UNSET && group.end == THRUM_UNSET;
        fuzz_expect(is_unset || (group.begin <= group.end && group.end <= match->n_subject_bytes),
                    "a group leaves the subject");
    }
}

/* Runs on many threads. Writes the match's range, and the template to see that it can be expanded. */
static thrum_status format(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    const check *k = context;
    fuzz_expect(match->input == 0 && match->pattern < k->n_texts, "a match of nothing");
    fuzz_expect(match->n_subject_bytes == k->c->n_subject_bytes &&
                    memcmp(match->subject, k->c->subject, k->c->n_subject_bytes) == 0,
                "the subject is another one");
    check_groups(match);
    fuzz_expect(match->line >= 1 && match->column >= 1 && match->column <= match->groups[0].begin + 1,
                "a match outside lines and columns");
    thrum_buffer_append(buffer, &match->groups[0], sizeof match->groups[0]);
    if (k->template_) {
        thrum_buffer expanded = {0};
        thrum_template_expand(k->template_, match, &expanded);
        thrum_buffer_release(&expanded);
    }
    return buffer->failed ? THRUM_ERROR_MEMORY : THRUM_OK;
}

static thrum_status write_ranges(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    (void)error;
    thrum_buffer_append(context, bytes, n_bytes);
    return THRUM_OK;
}

/* Matches do not overlap and come in order; two in a row are never empty at one place. A \K in a look-behind may begin
 * a match before the one before it, so patterns that run in order are left out. */
static void check_order(const thrum_buffer *ranges, uint64_t n_matches) {
    thrum_range last = {0, 0}, range;
    fuzz_expect(ranges->n_bytes == n_matches * sizeof range, "matches were lost or counted twice");
    for (size_t i = 0; i < n_matches; i++, last = range) {
        memcpy(&range, ranges->bytes + i * sizeof range, sizeof range);
        fuzz_expect(i == 0 || (range.begin >= last.end && range.end > last.begin && range.end >= last.end),
                    "matches overlap");
        fuzz_expect(i == 0 || range.begin != range.end || last.begin != last.end || range.begin > last.begin,
                    "an empty match twice");
    }
}

static void note_failure(void *context, const thrum_error *error) {
    (void)context;
    fuzz_expect((error->code == THRUM_ERROR_MATCH || error->code == THRUM_ERROR_TEXT) && error->message[0] != '\0',
                "an error without a reason");
}

static void run_match(const fuzz_case *c, const thrum_pattern *pattern, unsigned n_threads) {
    thrum_inputs *inputs = fuzz_inputs(c->subject, c->n_subject_bytes);
    check k = {c, c->n_texts, NULL};
    thrum_template *template_ = NULL;
    thrum_buffer ranges = {0};
    thrum_match_totals totals;
    thrum_match_options options = c->match;
    char *text = strndup(c->texts[0], c->n_text_bytes[0]);
    fuzz_expect(text != NULL, "no memory");
    options.n_captures = thrum_pattern_n_groups(pattern);
    if (thrum_template_compile(&template_, text, pattern, NULL) == THRUM_OK)
        fuzz_expect(thrum_template_n_captures(template_) <= options.n_captures, "a template of unknown groups");
    k.template_ = template_;
    if (options.n_captures > FUZZ_MOST_CAPTURES && !template_)
        options.n_captures = FUZZ_MOST_CAPTURES;
    options.format = format;
    options.format_context = &k;
    options.write = write_ranges;
    options.write_context = &ranges;
    const thrum_run_options run = {.n_threads = n_threads, .chunk_bytes = CHUNK_BYTES, .on_error = note_failure};
    fuzz_expect(thrum_match_run(inputs, pattern, &options, &run, &totals, NULL) == THRUM_OK, "the run failed");
    if (thrum_pattern_is_parallel(pattern))
        check_order(&ranges, totals.n_matches);
    free(text);
    thrum_buffer_release(&ranges);
    thrum_template_free(template_);
    thrum_inputs_free(inputs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    fuzz_case c;
    thrum_pattern *pattern = NULL;
    thrum_error error = {.code = THRUM_OK};
    if (!fuzz_case_read(&c, data, n_bytes, MOST_SUBJECT_BYTES))
        return -1;
    thrum_status status = thrum_pattern_compile(&pattern, c.texts, c.n_text_bytes, c.n_texts, &c.pattern, &error);
    if (status != THRUM_OK) {
        fuzz_expect(!pattern && error.code == status && error.message[0] != '\0', "a refusal without a reason");
        fuzz_expect(error.offset == THRUM_NO_OFFSET || error.offset <= FUZZ_MOST_PATTERN_BYTES,
                    "a fault outside the pattern");
        return 0;
    }
    run_match(&c, pattern, 1 + (unsigned)(n_bytes % 3));
    thrum_pattern_free(pattern);
    return 0;
}
