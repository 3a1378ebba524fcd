/* Which engine runs a pattern, and why. */
#ifndef PATTERN_ENGINE_H
#define PATTERN_ENGINE_H

#include <stdbool.h>
#include <stddef.h>

#include "pattern/bits.h"
#include "pattern/literal.h"
#include "thrum/pattern.h"

/* What runs one text of a pattern: PCRE2 alone (neither is set), or PCRE2 with one of them in front. */
typedef struct pattern_engine {
    bit_program *bits;
    literal_search *literal;
    bool stays_in_line;         /* what one of them finds is what it would find in each line alone, */
    bool is_cut;                /* but PCRE2 not: they know of no line ends, and serve windows of lines only */
    const char *why_alone;      /* NULL: an accelerator was looked for */
    const char *why_opaque;     /* NULL: there is a tree */
    const char *why_no_bits;    /* NULL: bits, or not tried */
    const char *why_no_literal; /* NULL: literal, or not tried */
} pattern_engine;

/* Chooses for a text that PCRE2 has compiled, or takes the one that options->engine names; THRUM_ERROR_ARGUMENT with
 * the reason when that one cannot run it. `why_alone`, a static sentence, says why PCRE2 has to run it alone; NULL: it
 * has not. *n_window_bytes is what is left to the windows of the texts of a pattern, and becomes less. Memory that
 * cannot be had for an accelerator only makes matching slower. */
thrum_status engine_choose(pattern_engine *chosen, const char *text, size_t n_bytes,
                           const thrum_pattern_options *options, const char *why_alone, size_t *n_window_bytes,
                           thrum_error *error);
void engine_release(pattern_engine *chosen);

thrum_engine engine_kind(const pattern_engine *chosen);

#endif
