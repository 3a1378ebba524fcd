/* Compiled PCRE2 patterns and templates that print their matches. */
#ifndef THRUM_PATTERN_H
#define THRUM_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/buffer.h"
#include "thrum/error.h"

typedef struct thrum_pattern thrum_pattern;

/* What ends a line for ^ $ . and \N. */
typedef enum thrum_newline { THRUM_NEWLINE_ANYCRLF, THRUM_NEWLINE_LF, THRUM_NEWLINE_CRLF } thrum_newline;

/* What runs a pattern: PCRE2 alone, or in front of it streams of bits, or a search for texts that every match has. All
 * give the same matches. */
typedef enum thrum_engine {
    THRUM_ENGINE_AUTO,
    THRUM_ENGINE_PCRE2,
    THRUM_ENGINE_BITS,
    THRUM_ENGINE_LITERAL
} thrum_engine;

/* Initialise with {0}: Unicode text, case counts, default limits. */
typedef struct thrum_pattern_options {
    bool bytes;   /* every byte is a character: no UTF-8, ASCII classes */
    bool literal; /* the pattern is the text itself */
    bool caseless;
    bool whole_word; /* only matches with no word character on either side */
    bool whole_line; /* only matches that are a whole line */
    thrum_newline newline;
    bool by_line; /* for matching with thrum_match_options.by_line, which it makes faster: engines then look for what
                     matches in many lines at once. In any other matching PCRE2 may have to do without them */
    uint64_t match_limit; /* steps of one match attempt; 0: 10 million. Reaching it is an error, never "no match" */
    uint64_t heap_limit_bytes; /* memory of one match attempt of the interpreter; 0: 256 MiB */
    double time_limit_seconds; /* wall time of a whole run; 0: none */
    bool no_jit;               /* leave PCRE2's interpreter to it (slow; for tests and for systems that forbid JIT) */
    thrum_engine engine;       /* other than _AUTO: this one, or the pattern is refused with the reason */
} thrum_pattern_options;

/* Compiles one or more patterns into one: the match that starts first wins, at the same start the pattern given
 * first. Each pattern keeps its own numbers and names of groups. PCRE2 options are UTF, UCP, MATCH_INVALID_UTF (unless
 * bytes), MULTILINE, newline ANYCRLF and NEVER_BACKSLASH_C. Patterns are NUL-free or given by length. The error's
 * offset is the place in the pattern at fault. The caller frees *pattern. A compiled pattern is constant: any number of
 * threads may use it. */
THRUM_API thrum_status thrum_pattern_compile(thrum_pattern **pattern, const char *const *texts, const size_t *n_bytes,
                                             size_t n_texts, const thrum_pattern_options *options, thrum_error *error);
THRUM_API size_t thrum_pattern_n_texts(const thrum_pattern *pattern);
/* The highest group number in any of the texts, and in one of them. */
THRUM_API size_t thrum_pattern_n_groups(const thrum_pattern *pattern);
THRUM_API size_t thrum_pattern_text_n_groups(const thrum_pattern *pattern, size_t text);
/* The name of the group with a number (from 1) in the first text that names it, and in one of them; NULL when it has
 * none. Lives as long as the pattern. */
THRUM_API const char *thrum_pattern_group_name(const thrum_pattern *pattern, size_t number);
THRUM_API const char *thrum_pattern_text_group_name(const thrum_pattern *pattern, size_t text, size_t number);
/* False when the pattern's matches depend on the way taken to them (\G, \K, verbs, callouts): such a pattern runs in
 * order, on one thread. */
THRUM_API bool thrum_pattern_is_parallel(const thrum_pattern *pattern);
/* What makes it so: the part of a pattern to blame, such as "\\K"; NULL for a parallel pattern. Static. */
THRUM_API const char *thrum_pattern_order_reason(const thrum_pattern *pattern);
/* False when the system refused just-in-time compilation: results are the same, matching is slow. */
THRUM_API bool thrum_pattern_is_jit(const thrum_pattern *pattern);
/* The engine that runs a text of the pattern, and its name: "pcre2", "bits" or "literal". */
THRUM_API thrum_engine thrum_pattern_engine(const thrum_pattern *pattern, size_t text);
THRUM_API const char *thrum_engine_name(thrum_engine kind);
/* Appends, for each text of the pattern, a paragraph about its engine: which one, why, and what would make it another.
 */
THRUM_API void thrum_pattern_explain(const thrum_pattern *pattern, thrum_buffer *buffer);
THRUM_API void thrum_pattern_free(thrum_pattern *pattern);

typedef struct thrum_template thrum_template;
struct thrum_match;

/* Compiles "$0 $1 ${name} ${12} $$ \t \n \\" against a pattern: a group that no text of the pattern has is an error
 * with its offset. The pattern must outlive the template. The caller frees *template_. Constant once compiled. */
THRUM_API thrum_status thrum_template_compile(thrum_template **template_, const char *text,
                                              const thrum_pattern *pattern, thrum_error *error);
/* The highest group it names: what thrum_match_options.n_captures has to be. */
THRUM_API size_t thrum_template_n_captures(const thrum_template *template_);
/* Appends the template with the match's groups filled in; a group that took no part is empty. */
THRUM_API void thrum_template_expand(const thrum_template *template_, const struct thrum_match *match,
                                     thrum_buffer *buffer);
THRUM_API void thrum_template_free(thrum_template *template_);

#endif
