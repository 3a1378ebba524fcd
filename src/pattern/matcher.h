/* One thread's use of a pattern: the next match of a search, over a window of a subject. */
#ifndef PATTERN_MATCHER_H
#define PATTERN_MATCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern/pattern.h"
#include "thrum/error.h"
#include "thrum/match.h"

/* Where a global search stands: after a match it goes on at its end, and after an empty match it must not find an empty
 * match at that place again. */
typedef struct match_state {
    uint64_t position;
    bool not_empty;
} match_state;

typedef enum matcher_answer {
    MATCHER_FOUND,
    MATCHER_NONE,
    MATCHER_UNSURE, /* the attempt looked past the window's end, where the subject goes on */
    MATCHER_FAILED  /* a limit was hit, or PCRE2 failed; the error record says which, and where */
} matcher_answer;

/* The part of a subject that a search sees. Whatever stands before the search's position is seen always. */
typedef struct matcher_window {
    const uint8_t *subject;
    size_t n_subject_bytes;
    size_t n_visible_bytes; /* <= n_subject_bytes; where it is less, an attempt that reaches it is UNSURE */
    size_t starts_before;   /* matches must begin before this; SIZE_MAX: anywhere */
    bool is_of_lines;       /* whole lines, each a subject of its own, for a pattern that stays in a line. The caller
                               would rather go line by line than ask PCRE2 about a long stretch: UNSURE */
} matcher_window;

/* True when a search that comes from the left tries to match at the position. PCRE2 steps over the place between CR and
 * LF and, in UTF mode, over every byte that continues a character; a search that begins at such a place tries it all
 * the same. */
bool matcher_tries(const thrum_pattern *pattern, const uint8_t *subject, size_t n_bytes, uint64_t position);

/* A line: where it ends without its line end, and where the next one begins. */
typedef struct matcher_line {
    size_t begin, end, next;
} matcher_line;

/* The line of a subject that begins at a place. */
matcher_line matcher_line_at(const thrum_pattern *pattern, const uint8_t *subject, size_t n_bytes, size_t begin);

typedef struct matcher matcher;

/* n_captures: how many groups beside the whole match the caller wants. NULL without memory. One thread at a time. */
matcher *matcher_create(const thrum_pattern *pattern, size_t n_captures);
void matcher_free(matcher *matcher_);

/* Tells when (by system_seconds) the run began. From then on the pattern's time limit counts; it ends searches with
 * THRUM_ERROR_TIME. */
void matcher_set_start(matcher *matcher_, double started_seconds);

/* Starts a new search in a window. */
void matcher_begin(matcher *matcher_, const matcher_window *window);

/* The first match at or after the state's position. `groups` takes 1 + n_captures ranges, `*program` which text
 * matched. The states of one search never go back. */
matcher_answer matcher_next(matcher *matcher_, match_state state, thrum_range *groups, size_t *program,
                            thrum_error *error);

/* As many of the next matches as `ranges` has room for, of which it takes the whole matches only: what calls of
 * matcher_next would find one after the other, but quicker where an engine knows many at a time. *state moves along.
 * MATCHER_FOUND when n_most were found; otherwise what ended it. Which text matched is not told. */
matcher_answer matcher_next_many(matcher *matcher_, match_state *state, thrum_range *ranges, size_t n_most,
                                 size_t *n_found, thrum_error *error);
/* Counts all further matches of the window in the same way: adds them to *n_found. Never MATCHER_FOUND. */
matcher_answer matcher_count(matcher *matcher_, match_state *state, uint64_t *n_found, thrum_error *error);

#endif
