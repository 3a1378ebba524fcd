/* The choice is made from the pattern alone: what an engine costs on the text at hand it notices itself, and leaves
 * stretches that are too dense for it to PCRE2. */
#include "pattern/engine.h"

#include <string.h>

#include "base/error.h"

/* Up to so many occurrences a byte, a search for texts is faster than streams of bits, which take a quarter of a
 * nanosecond for each byte, whatever is there, or a whole one where characters have two; PCRE2 takes some hundred for
 * each place where it is asked. */
#define MOST_LITERAL_COST (1.0 / 2048)

static const char *const names[] = {[THRUM_ENGINE_AUTO] = "auto",
                                    [THRUM_ENGINE_PCRE2] = "pcre2",
                                    [THRUM_ENGINE_BITS] = "bits",
                                    [THRUM_ENGINE_LITERAL] = "literal"};

const char *thrum_engine_name(thrum_engine kind) {
    return names[kind];
}

thrum_engine engine_kind(const pattern_engine *chosen) {
    return chosen->bits ? THRUM_ENGINE_BITS : chosen->literal ? THRUM_ENGINE_LITERAL : THRUM_ENGINE_PCRE2;
}

static bool is_wanted(const thrum_pattern_options *options, thrum_engine kind) {
    return options->engine == kind || options->engine == THRUM_ENGINE_AUTO;
}

static const char *why_not(const pattern_engine *chosen, thrum_engine wanted) {
    const char *why = wanted == THRUM_ENGINE_BITS ? chosen->why_no_bits : chosen->why_no_literal;
    return chosen->why_opaque ? chosen->why_opaque : why;
}

static void drop_bits(pattern_engine *chosen) {
    bits_free(chosen->bits);
    chosen->bits = NULL;
}

/* No match is empty or runs over the end of a line, and what is asserted of a line's end holds at the text's too. */
static void keep_in_line(pattern_engine *chosen, syntax_node *root, const thrum_pattern_options *options) {
    if (options->newline == THRUM_NEWLINE_CRLF || syntax_least_bytes(root) == 0)
        return;
    chosen->stays_in_line = syntax_stays_in_line(root, options->newline);
    if (!chosen->stays_in_line && options->by_line)
        chosen->stays_in_line = chosen->is_cut = syntax_cut_to_line(root, options->newline);
}

static void look(pattern_engine *chosen, const char *text, size_t n_bytes, const thrum_pattern_options *options) {
    syntax_tree tree;
    if (syntax_read(&tree, text, n_bytes, options, &chosen->why_opaque)) {
        keep_in_line(chosen, tree.root, options);
        if (is_wanted(options, THRUM_ENGINE_LITERAL))
            chosen->literal = literal_compile(&tree, options, &chosen->why_no_literal);
        if (is_wanted(options, THRUM_ENGINE_BITS) && !(chosen->literal && literal_is_whole(chosen->literal)))
            chosen->bits = bits_compile(&tree, options, &chosen->why_no_bits);
    }
    syntax_release(&tree);
    if (!chosen->bits || !chosen->literal)
        return;
    if (bits_need_pairs(chosen->bits) || literal_cost(chosen->literal) <= MOST_LITERAL_COST) {
        drop_bits(chosen);
    } else {
        literal_free(chosen->literal);
        chosen->literal = NULL;
    }
}

static thrum_status refuse(const pattern_engine *chosen, const char *text, size_t n_bytes, thrum_engine wanted,
                           thrum_error *error) {
    enum { MOST_SHOWN_BYTES = 60 };
    const char *has = chosen->why_alone ? "" : "it has ";
    const char *why = chosen->why_alone ? chosen->why_alone : why_not(chosen, wanted);
    if (strcmp(why, "memory") == 0)
        return error_memory(error);
    size_t n_shown = n_bytes;
    if (n_shown > MOST_SHOWN_BYTES)
        for (n_shown = MOST_SHOWN_BYTES; n_shown > 0 && ((unsigned char)text[n_shown] & 0xC0) == 0x80;)
            n_shown--;
    return error_set(error, THRUM_ERROR_ARGUMENT, NULL,
                     "the engine %s cannot run the pattern %.*s%s: %s%s; --engine auto takes one that can",
                     names[wanted], (int)n_shown, text, n_shown < n_bytes ? "..." : "", has, why);
}

thrum_status engine_choose(pattern_engine *chosen, const char *text, size_t n_bytes,
                           const thrum_pattern_options *options, const char *why_alone, size_t *n_window_bytes,
                           thrum_error *error) {
    *chosen = (pattern_engine){.why_alone = options->engine == THRUM_ENGINE_PCRE2 ? "that was asked for" : why_alone};
    if (!chosen->why_alone)
        look(chosen, text, n_bytes, options);
    size_t n_needed_bytes = chosen->bits ? bits_window_n_bytes(chosen->bits) : 0;
    if (n_needed_bytes > *n_window_bytes) {
        drop_bits(chosen);
        chosen->why_no_bits = "too many patterns before it that run on it";
        n_needed_bytes = 0;
    }
    *n_window_bytes -= n_needed_bytes;
    bool is_right = options->engine == THRUM_ENGINE_AUTO || engine_kind(chosen) == options->engine;
    return is_right ? THRUM_OK : refuse(chosen, text, n_bytes, options->engine, error);
}

void engine_release(pattern_engine *chosen) {
    bits_free(chosen->bits);
    literal_free(chosen->literal);
    *chosen = (pattern_engine){0};
}
