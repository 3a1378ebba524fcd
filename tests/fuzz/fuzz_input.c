#define _GNU_SOURCE
#include "fuzz_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_expect(bool is_right, const char *what) {
    if (is_right)
        return;
    fprintf(stderr, "fuzz: %s\n", what);
    abort();
}

/* The next line of *rest, without its end. */
static bool take_line(const uint8_t **rest, const uint8_t *end, const char **line, size_t *n_bytes) {
    const uint8_t *line_end = *rest < end ? memchr(*rest, '\n', (size_t)(end - *rest)) : NULL;
    if (!line_end)
        return false;
    *line = (const char *)*rest;
    *n_bytes = (size_t)(line_end - *rest);
    *rest = line_end + 1;
    return true;
}

static void read_options(fuzz_case *c, const char *letters, size_t n_letters) {
#define HAS(letter) (memchr(letters, letter, n_letters) != NULL)
    c->pattern = (thrum_pattern_options){
        .bytes = HAS('b'),
        .literal = HAS('F'),
        .caseless = HAS('i'),
        .whole_word = HAS('w'),
        .whole_line = HAS('x'),
        .by_line = HAS('l'),
        .newline = HAS('n')   ? THRUM_NEWLINE_LF
                   : HAS('r') ? THRUM_NEWLINE_CRLF
                              : THRUM_NEWLINE_ANYCRLF,
        .match_limit = HAS('L') ? 50 : 5000,
        .heap_limit_bytes = 1 << 20,
        .time_limit_seconds = HAS('t') ? 1000 : 0,
        .no_jit = HAS('j'),
    };
    c->match = (thrum_match_options){
        .max_matches = HAS('m') ? 3 : 0,
        .first_only = HAS('1'),
        .by_line = HAS('l'),
        .lines = true,
        .whole_lines = HAS('c'),
        .column_characters = true,
    };
    c->n_texts = HAS('3') ? 3 : HAS('2') ? 2 : 1;
#undef HAS
}

bool fuzz_case_read(fuzz_case *c, const uint8_t *data, size_t n_bytes, size_t most_subject_bytes) {
    const uint8_t *rest = data, *end = data + n_bytes;
    const char *letters;
    size_t n_letters;
    if (!take_line(&rest, end, &letters, &n_letters))
        return false;
    read_options(c, letters, n_letters);
    for (size_t i = 0; i < c->n_texts; i++)
        if (!take_line(&rest, end, &c->texts[i], &c->n_text_bytes[i]) || c->n_text_bytes[i] > FUZZ_MOST_PATTERN_BYTES)
            return false;
    c->subject = rest;
    c->n_subject_bytes = (size_t)(end - rest) < most_subject_bytes ? (size_t)(end - rest) : most_subject_bytes;
    return true;
}

thrum_inputs *fuzz_inputs(const uint8_t *subject, size_t n_bytes) {
    static int descriptor = -1;
    static char path[64];
    if (descriptor < 0) {
        descriptor = memfd_create("thrum-fuzz", 0);
        fuzz_expect(descriptor >= 0, "no file in memory");
        snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    }
    bool is_written = ftruncate(descriptor, 0) == 0 && pwrite(descriptor, subject, n_bytes, 0) == (ssize_t)n_bytes;
    fuzz_expect(is_written, "the subject could not be written");
    thrum_inputs *inputs = NULL;
    bool is_listed = thrum_inputs_create(&inputs, NULL) == THRUM_OK &&
                     thrum_inputs_add(inputs, path, NULL, NULL) == THRUM_OK && thrum_inputs_n(inputs) == 1;
    fuzz_expect(is_listed, "the subject could not be listed");
    return inputs;
}
