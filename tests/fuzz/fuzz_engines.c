/* A pattern with each engine in front of PCRE2, where that takes it, and with PCRE2 alone: the same matches. The
 * subject is tried as it is, and again and again until it fills several of the windows in which the engines look at it.
 *
 * Left out: subjects on which PCRE2 alone reaches a limit, as an engine may know the answer all the same. */
#include <string.h>

#include "fuzz_run.h"

enum { MOST_SUBJECT_BYTES = 1024, LONG_BYTES = 10000, CHUNK_BYTES = 3000, N_THREADS = 2 };

/* A pattern that the engine runs, or NULL. */
static thrum_pattern *compile(const fuzz_case *c, thrum_engine engine) {
    thrum_pattern_options options = c->pattern;
    thrum_pattern *pattern = NULL;
    options.engine = engine;
    thrum_pattern_compile(&pattern, c->texts, c->n_text_bytes, c->n_texts, &options, NULL);
    return pattern;
}

static void compare(const fuzz_case *c, const thrum_pattern *alone, const thrum_pattern *with,
                    const thrum_inputs *inputs) {
    for (int i = 0; i < FUZZ_N_SIGHTS; i++) {
        const fuzz_manner whole = {(fuzz_sight)i, 1, 0}, cut = {(fuzz_sight)i, N_THREADS, CHUNK_BYTES};
        outcome expected = fuzz_run(c, alone, inputs, &whole);
        for (int is_cut = 0; is_cut < 2 && !expected.failed; is_cut++) {
            const fuzz_manner *how = is_cut ? &cut : &whole;
            outcome seen = fuzz_run(c, with, inputs, how);
            fuzz_expect_same(&expected, &seen, how, "an engine changes the matches");
            thrum_buffer_release(&seen.words);
        }
        thrum_buffer_release(&expected.words);
    }
}

static void compare_all(const fuzz_case *c, const thrum_pattern *alone, thrum_pattern *const *engines) {
    thrum_inputs *inputs = fuzz_inputs(c->subject, c->n_subject_bytes);
    for (size_t i = 0; i < 2; i++)
        if (engines[i])
            compare(c, alone, engines[i], inputs);
    thrum_inputs_free(inputs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes) {
    static uint8_t long_subject[LONG_BYTES];
    fuzz_case c;
    if (!fuzz_case_read(&c, data, n_bytes, MOST_SUBJECT_BYTES) || c.pattern.no_jit || c.n_subject_bytes == 0)
        return -1;
    thrum_pattern *alone = compile(&c, THRUM_ENGINE_PCRE2);
    thrum_pattern *engines[] = {compile(&c, THRUM_ENGINE_BITS), compile(&c, THRUM_ENGINE_LITERAL)};
    if (alone && (engines[0] || engines[1])) {
        compare_all(&c, alone, engines);
        for (size_t i = 0; i < LONG_BYTES; i++)
            long_subject[i] = c.subject[i % c.n_subject_bytes];
        c.subject = long_subject;
        c.n_subject_bytes = LONG_BYTES;
        compare_all(&c, alone, engines);
    }
    thrum_pattern_free(alone);
    thrum_pattern_free(engines[0]);
    thrum_pattern_free(engines[1]);
    return 0;
}
