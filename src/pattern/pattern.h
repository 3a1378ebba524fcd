/* The inside of a compiled pattern, for the matcher and the template. */
#ifndef PATTERN_PATTERN_H
#define PATTERN_PATTERN_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "pattern/engine.h"
#include "pattern/plain_texts.h"
#include "thrum/buffer.h"
#include "thrum/pattern.h"

/* One text of a pattern, compiled on its own: so its groups keep their numbers and names, and a comment or a flag at
 * its end cannot leak into the next. */
enum { PATTERN_MOST_LOOK_BEHIND = 4096 }; /* characters, of an ascii_code */

typedef struct pattern_program {
    pattern_engine engine;
    pcre2_code *code;
    pcre2_code
        *ascii_code; /* the same without Unicode, for text that is ASCII all around; NULL: it would differ there */
    pcre2_code *interpreted_code; /* for the interpreter, without MATCH_INVALID_UTF (see interpreter.c) */
    pcre2_code *stretch_code;     /* for a stretch of the subject, with callouts; NULL: interpreted_code does */
    thrum_buffer stretch_text;    /* what that was compiled from */
    size_t n_bytes_back;          /* neither looks further back */
    size_t n_groups;              /* highest group number */
    bool is_plain_start;          /* compiled without PCRE2's short cuts to where a match may begin */
    bool keeps_captures;          /* JIT may report groups of attempts that failed */
    bool passes_over_crlf;        /* no match begins between CR and LF, but where a search begins there */
    bool is_bounded;              /* no repeat without an end: a match attempt reads a bounded stretch of text */
} pattern_program;

struct thrum_pattern {
    pattern_program *programs; /* one for each text, */
    size_t n_programs;
    plain_texts *texts;       /* or, where they are plain, all of them, and no programs */
    const char *order_reason; /* why it runs in order; NULL: it need not */
    bool is_jit;
    bool is_utf;
    thrum_newline newline;
    uint32_t match_limit;
    uint32_t heap_limit_kibibytes;
    double time_limit_seconds; /* 0: none */
    char *source; /* letters of the options that change what matches, ":", and the texts with line feeds between */
};

/* The number of the group called `name` (n_bytes long) in one program, or 0. The first, when several share the name. */
size_t pattern_group_number(const pattern_program *program, const char *name, size_t n_bytes);

/* True when no text of the pattern has a repeat without an end. */
bool pattern_is_bounded(const thrum_pattern *pattern);

/* True when the matches in a text of many lines are those in each line alone, or what the engines find there is. */
bool pattern_stays_in_line(const thrum_pattern *pattern);
/* Then: true when that takes it that every carriage return ends a line, as those before line feeds do. */
bool pattern_knows_no_returns(const thrum_pattern *pattern);

/* The options with which PCRE2 compiles a text. */
uint32_t pattern_compile_bits(const thrum_pattern_options *options);
extern const uint32_t pattern_newlines[]; /* by thrum_newline */

/* The length of a text as thrum_pattern_compile is given it. */
static inline size_t pattern_text_bytes(const char *const *texts, const size_t *n_bytes, size_t text) {
    return n_bytes ? n_bytes[text] : strlen(texts[text]);
}

/* Compiles a code just in time; false when that cannot be done here. */
bool pattern_compile_jit(pcre2_code *code);

/* Writes PCRE2's words for a code into an error record. */
void pattern_error_words(int pcre2_errno, char *words, size_t n_bytes);

/* "pcre2 10.42 (JIT)". */
void pattern_library(char *words, size_t n_bytes);

#endif
