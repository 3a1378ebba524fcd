/* Exact matching in parallel: guess, and mend in order.
 *
 * The matches of a file are those of one loop that runs over it from the left. A worker that takes a chunk from the
 * middle does not know where that loop will stand when it comes there; it guesses "at the chunk's begin, no match being
 * open" and matches on, over the real text to the left and right. Afterwards, in file order, each guess is held against
 * the truth:
 *
 *      the true loop       ...[match]....[match that runs over the edge]..[match]...
 *      chunks              ---------------------|------------------------------------
 *      the guess                                 [match]......[match]....[match]...
 *                                                              ^ from here on both are the same
 *
 * The true loop goes on from the end of its last match until its state is one that the guess passed through, or lies in
 * a gap where the guess found that no match begins; the rest of the guess is then the truth, because where a match
 * begins and ends depends on the text alone. (Patterns for which it does not are never guessed.)
 *
 * A guess must not cost more than its chunk: it sees the text up to one chunk's length past its end. A match attempt
 * that wants to look further makes it give up there, and the true loop, which sees everything, goes on from that
 * state. When guess after guess proves useless, only one in a few is still made. So a pattern that runs to the end of
 * the text from everywhere costs at most about twice what the plain loop costs. */
#ifndef RUN_SPECULATION_H
#define RUN_SPECULATION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern/matcher.h"
#include "run/hits.h"
#include "run/plan.h"

/* The matches of one piece. Its list is [before] + guess[n_dropped ..) + [after], `before` and `after` being stretches
 * of the unit's list of mended hits. */
typedef struct guess {
    size_t first_listed, n_listed; /* in the unit's list of guessed hits */
    uint64_t n_found;              /* may be more than are listed, when matches are only counted */
    match_state state;             /* after the last of them */
    bool is_made;
    bool is_complete; /* no further match begins in the piece */
    uint64_t n_dropped;
    size_t first_mended, n_before, n_after;
} guess;

/* The true loop. One for a run; used in order. */
typedef struct true_loop {
    matcher *matcher_; /* over the whole file */
    bool has_begun;    /* matcher_ is set to the file */
    matcher *near;     /* within a piece; a matcher of its own, so that the other keeps what it found far ahead */
    bool has_window;
    matcher_window window; /* the one that near is set to */
    hits_shape shape;
    match_state state;
    uint64_t last_end; /* of the last match; 0 before the first */
    bool is_done;      /* no further match in the file */
    bool has_pending;
    thrum_range *pending; /* the next match, found already: shape.n_groups ranges */
    size_t pending_program;
    atomic_uint n_useless; /* guesses in a row */
} true_loop;

/* The window in which a piece is guessed. */
matcher_window guess_window(const thrum_pattern *pattern, const piece *p, size_t chunk_bytes);

/* Guesses a piece: appends its hits to `list` (all of them, or only as many as mending needs). False without memory. */
bool guess_make(guess *g, matcher *matcher_, const matcher_window *window, const piece *p, hits *list, hits_shape shape,
                bool list_all);

/* The true matches of a piece, pieces taken in order; appends to `mended` (NULL: they are only counted).
 * THRUM_ERROR_MATCH is the file's failure, with its place; THRUM_ERROR_MEMORY and _TIME are the run's. */
thrum_status guess_mend(guess *g, true_loop *loop, const thrum_pattern *pattern, const matcher_window *window,
                        const piece *p, const hits *list, hits *mended, thrum_error *error);

/* Forgets all but the first matches of a mended piece. */
void guess_keep_first(guess *g, uint64_t n_kept);

/* How many matches the piece has, after mending. */
uint64_t guess_n_matches(const guess *g);

/* Whether a piece is to be guessed: always when it is a whole file, never when the pattern depends on the path, and
 * only now and then while guessing proves useless. Any thread may ask. */
bool guess_is_wanted(const thrum_pattern *pattern, const true_loop *loop, const piece *p);

/* False without memory. `started_seconds` is for matcher_set_start. */
bool true_loop_init(true_loop *loop, const thrum_pattern *pattern, hits_shape shape, double started_seconds);
void true_loop_release(true_loop *loop);

#endif
