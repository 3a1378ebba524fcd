/* A subject matched in chunks of 1 to 7 bytes on three threads, and whole on one: the same matches, groups, lines and
 * columns, or the same failure.
 *
 * Left out:
 * - the place of a failure. It is where the search began that failed, which may be a chunk's begin;
 * - PCRE2's interpreter on ill-formed UTF-8, whose answer depends on where a search begins. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "fuzz_run.h"

enum { MOST_SUBJECT_BYTES = 512, MOST_CHUNK_BYTES = 7, N_THREADS = 3 };

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
    outcome whole = fuzz_run(&c, pattern, inputs, &(fuzz_manner){FUZZ_GROUPS, 1, 0});
    for (uint64_t chunk_bytes = 1; chunk_bytes <= MOST_CHUNK_BYTES; chunk_bytes++) {
        const fuzz_manner how = {FUZZ_GROUPS, N_THREADS, chunk_bytes};
        outcome cut = fuzz_run(&c, pattern, inputs, &how);
        fuzz_expect_same(&whole, &cut, &how, "chunks change the matches");
        thrum_buffer_release(&cut.words);
    }
    thrum_buffer_release(&whole.words);
    thrum_inputs_free(inputs);
    thrum_pattern_free(pattern);
    return 0;
}
