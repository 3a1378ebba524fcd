/* What the fuzzers read: a text whose first line is letters for options, then come the patterns, one a line, then the
 * subject. So a finding can be read, and a seed written, in an editor.
 *
 *   b bytes    F literal   i caseless   w whole word   x whole line   n newline LF   r newline CRLF   j no JIT
 *   l by line  1 first only   m three matches at most  t a time limit   L a very low match limit
 *   c whole lines   2, 3 so many patterns */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/thrum.h"

enum {
    FUZZ_MOST_TEXTS = 3,
    FUZZ_MOST_PATTERN_BYTES = 200, /* compiling is PCRE2's; long patterns only make it slow */
    FUZZ_MOST_CAPTURES = 4
};

typedef struct fuzz_case {
    const char *texts[FUZZ_MOST_TEXTS];
    size_t n_text_bytes[FUZZ_MOST_TEXTS];
    size_t n_texts;
    thrum_pattern_options pattern;
    thrum_match_options match; /* without callbacks */
    const uint8_t *subject;
    size_t n_subject_bytes;
} fuzz_case;

/* Reads a case, whose texts and subject lie in `data`; of a longer subject only the first bytes are taken. False when
 * there are too few lines, or a pattern is too long. */
bool fuzz_case_read(fuzz_case *c, const uint8_t *data, size_t n_bytes, size_t most_subject_bytes);

/* The subject as the one input of a list, for thrum_inputs_free. It lies in memory, in a file without a name that the
 * next call writes over. */
thrum_inputs *fuzz_inputs(const uint8_t *subject, size_t n_bytes);

/* Says what is wrong and aborts, when `is_right` is false. */
void fuzz_expect(bool is_right, const char *what);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n_bytes);

#endif
