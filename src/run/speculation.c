#include "run/speculation.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum {
    LISTED_FOR_MENDING = 64,   /* hits kept of a guess that is only counted */
    HITS_AT_ONCE = 4096,       /* asked of the matcher, when all are kept */
    MOST_USELESS_GUESSES = 16, /* in a row, before guessing pauses */
    PIECES_PER_PROBE = 16      /* while it pauses, one piece in so many is guessed, to see */
};

/* Matches of a piece begin before this. The empty match at the end of a file belongs to its last piece. */
static size_t piece_limit(const piece *p) {
    return piece_is_last(p) ? SIZE_MAX : p->end;
}

static match_state state_after(const thrum_range *match) {
    return (match_state){match->end, match->begin == match->end};
}

/* --- guessing ---------------------------------------------------------------------------------------------------- */

matcher_window guess_window(const thrum_pattern *pattern, const piece *p, size_t chunk_bytes) {
    size_t n_bytes = p->subject->n_bytes;
    matcher_window window = {p->subject->bytes, n_bytes, n_bytes, piece_limit(p), false};
    if (!pattern_is_bounded(pattern) && n_bytes - p->end > chunk_bytes)
        window.n_visible_bytes = p->end + chunk_bytes;
    return window;
}

/* Lists the hits one by one, with groups and which text matched. */
static bool guess_each(guess *g, matcher *matcher_, hits *list, hits_shape shape, matcher_answer *answer) {
    do {
        thrum_range *groups = hits_reserve(list, shape, 1);
        if (!groups)
            return false;
        size_t program = 0;
        *answer = matcher_next(matcher_, g->state, groups, &program, NULL);
        if (*answer == MATCHER_FOUND) {
            g->state = state_after(groups);
            g->n_found++;
            if (!hits_add(list, shape, program))
                return false;
        }
    } while (*answer == MATCHER_FOUND);
    return true;
}

/* Lists the hits, or as many as mending needs, and counts the others. */
static bool guess_many(guess *g, matcher *matcher_, hits *list, hits_shape shape, bool list_all,
                       matcher_answer *answer) {
    do {
        size_t n = 0, n_most = list_all ? HITS_AT_ONCE : LISTED_FOR_MENDING;
        thrum_range *groups = hits_reserve(list, shape, n_most);
        if (!groups)
            return false;
        *answer = matcher_next_many(matcher_, &g->state, groups, n_most, &n, NULL);
        list->n_hits += n;
        g->n_found += n;
    } while (list_all && *answer == MATCHER_FOUND);
    if (*answer == MATCHER_FOUND)
        *answer = matcher_count(matcher_, &g->state, &g->n_found, NULL);
    return true;
}

bool guess_make(guess *g, matcher *matcher_, const matcher_window *window, const piece *p, hits *list, hits_shape shape,
                bool list_all) {
    bool is_plain = shape.n_groups == 1 && !(shape.has_programs && list_all);
    matcher_answer answer = MATCHER_NONE;
    g->is_made = true;
    g->first_listed = list->n_hits;
    g->state = (match_state){p->begin, false};
    matcher_begin(matcher_, window);
    bool is_ok = is_plain ? guess_many(g, matcher_, list, shape, list_all, &answer)
                          : guess_each(g, matcher_, list, shape, &answer);
    g->is_complete = answer == MATCHER_NONE || g->state.position >= piece_limit(p);
    g->n_listed = list->n_hits - g->first_listed;
    return is_ok;
}

/* --- the true loop ----------------------------------------------------------------------------------------------- */

bool true_loop_init(true_loop *loop, const thrum_pattern *pattern, hits_shape shape, double started_seconds) {
    *loop = (true_loop){.shape = shape};
    atomic_init(&loop->n_useless, 0);
    loop->matcher_ = matcher_create(pattern, shape.n_groups - 1);
    loop->near = matcher_create(pattern, shape.n_groups - 1);
    loop->pending = calloc(shape.n_groups, sizeof *loop->pending);
    if (!loop->matcher_ || !loop->near || !loop->pending)
        return false;
    matcher_set_start(loop->matcher_, started_seconds);
    matcher_set_start(loop->near, started_seconds);
    return true;
}

void true_loop_release(true_loop *loop) {
    matcher_free(loop->matcher_);
    matcher_free(loop->near);
    free(loop->pending);
    *loop = (true_loop){0};
}

bool guess_is_wanted(const thrum_pattern *pattern, const true_loop *loop, const piece *p) {
    if (piece_is_first(p) && piece_is_last(p))
        return true;
    return thrum_pattern_is_parallel(pattern) &&
           (atomic_load(&loop->n_useless) < MOST_USELESS_GUESSES || p->number % PIECES_PER_PROBE == 0);
}

static bool is_same_window(const matcher_window *a, const matcher_window *b) {
    return a->subject == b->subject && a->n_subject_bytes == b->n_subject_bytes &&
           a->n_visible_bytes == b->n_visible_bytes && a->starts_before == b->starts_before;
}

static matcher_answer search_near(true_loop *loop, const matcher_window *window) {
    if (!loop->has_window || !is_same_window(&loop->window, window)) {
        loop->window = *window;
        loop->has_window = true;
        matcher_begin(loop->near, window);
    }
    return matcher_next(loop->near, loop->state, loop->pending, &loop->pending_program, NULL);
}

static matcher_answer search_file(true_loop *loop, const matcher_window *window, thrum_error *error) {
    if (!loop->has_begun) {
        matcher_window whole = {window->subject, window->n_subject_bytes, window->n_subject_bytes, SIZE_MAX, false};
        loop->has_begun = true;
        matcher_begin(loop->matcher_, &whole);
    }
    return matcher_next(loop->matcher_, loop->state, loop->pending, &loop->pending_program, error);
}

/* Finds the next match after the loop's state. First as the guess would, within the piece; what cannot be decided
 * there, and what fails there, is searched again over the whole file, so that the answer is that of the plain loop. */
static thrum_status find_pending(true_loop *loop, const matcher_window *window, bool is_plain, thrum_error *error) {
    matcher_answer answer = MATCHER_UNSURE;
    if (!is_plain) {
        answer = search_near(loop, window);
        if (answer == MATCHER_NONE && window->starts_before == SIZE_MAX)
            loop->is_done = true;
    }
    if (answer == MATCHER_UNSURE || answer == MATCHER_FAILED) {
        answer = search_file(loop, window, error);
        loop->is_done = answer == MATCHER_NONE;
    }
    loop->has_pending = answer == MATCHER_FOUND;
    if (answer != MATCHER_FAILED)
        return THRUM_OK;
    error->offset = loop->last_end; /* where the plain loop's search began, whatever the chunks */
    return error->code;
}

/* --- mending ----------------------------------------------------------------------------------------------------- */

/* Walks over the guess's hits beside the true loop. */
typedef struct walk {
    const guess *g;
    const thrum_range *groups; /* of the first listed hit */
    hits_shape shape;
    const piece *p;
    const thrum_pattern *pattern;
    size_t n_passed; /* hits of the guess that begin before the loop's state */
} walk;

static const thrum_range *walk_hit(const walk *w, size_t index) {
    return w->groups + index * w->shape.n_groups;
}

/* True when the guess holds from its hit n_passed on, if the loop goes on from `state`. */
static bool walk_meets(walk *w, match_state state) {
    const guess *g = w->g;
    if (state.position < w->p->begin)
        return true;
    while (w->n_passed < g->n_listed && walk_hit(w, w->n_passed)->end <= state.position &&
           (walk_hit(w, w->n_passed)->begin < state.position || state.not_empty))
        w->n_passed++;
    match_state passed = w->n_passed ? state_after(walk_hit(w, w->n_passed - 1)) : (match_state){w->p->begin, false};
    if (passed.position == state.position)
        return passed.not_empty == state.not_empty;
    if (passed.position > state.position ||
        !matcher_tries(w->pattern, w->p->subject->bytes, w->p->subject->n_bytes, state.position))
        return false;
    if (w->n_passed < g->n_listed) {
        uint64_t next_begin = walk_hit(w, w->n_passed)->begin;
        return state.position < next_begin || (state.position == next_begin && !state.not_empty);
    }
    return g->is_complete && g->n_listed == g->n_found;
}

static bool take_pending(true_loop *loop, hits *mended) {
    loop->state = state_after(loop->pending);
    loop->last_end = loop->state.position;
    loop->has_pending = false;
    if (!mended)
        return true;
    thrum_range *groups = hits_reserve(mended, loop->shape, 1);
    if (!groups)
        return false;
    memcpy(groups, loop->pending, loop->shape.n_groups * sizeof *groups);
    return hits_add(mended, loop->shape, loop->pending_program);
}

static void begin_subject(true_loop *loop) {
    loop->state = (match_state){0, false};
    loop->last_end = 0;
    loop->is_done = false;
    loop->has_pending = false;
    loop->has_begun = false;
    loop->has_window = false;
    atomic_store(&loop->n_useless, 0);
}

thrum_status guess_mend(guess *g, true_loop *loop, const thrum_pattern *pattern, const matcher_window *window,
                        const piece *p, const hits *list, hits *mended, thrum_error *error) {
    if (piece_is_first(p))
        begin_subject(loop);
    walk w = {g, hits_groups(list, loop->shape, g->first_listed), loop->shape, p, pattern, 0};
    thrum_status status = THRUM_OK;
    bool may_meet = g->is_made, has_met = false;
    bool is_plain = !thrum_pattern_is_parallel(pattern) || !g->is_made;
    g->first_mended = mended ? mended->n_hits : 0;
    for (;;) {
        if (loop->has_pending && loop->pending[0].begin >= piece_limit(p))
            break;
        if (loop->has_pending) {
            if (!take_pending(loop, mended))
                return error_memory(error);
            g->n_before += !has_met;
            g->n_after += has_met;
            continue;
        }
        if (loop->is_done || loop->state.position >= piece_limit(p))
            break;
        if (may_meet && walk_meets(&w, loop->state)) {
            may_meet = false;
            has_met = true;
            g->n_dropped = w.n_passed;
            if (g->n_found > w.n_passed) {
                loop->state = g->state;
                loop->last_end = g->state.position;
            } else if (loop->state.position < p->begin) {
                loop->state = (match_state){p->begin, false};
            }
            if (g->is_complete)
                break;
        }
        /* Where a guess gave up, the next match is known to need the whole file. */
        status = find_pending(loop, window, is_plain || (has_met && g->n_after == 0), error);
        if (status != THRUM_OK || !loop->has_pending)
            break;
    }
    if (!has_met)
        g->n_dropped = g->n_found;
    bool is_useless = g->is_made && !(has_met && (g->is_complete || g->n_found > g->n_dropped));
    if (g->is_made)
        atomic_store(&loop->n_useless, is_useless ? atomic_load(&loop->n_useless) + 1 : 0);
    return status;
}

static uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

void guess_keep_first(guess *g, uint64_t n_kept) {
    uint64_t n_before = least(g->n_before, n_kept);
    uint64_t n_guessed = least(g->n_found - g->n_dropped, n_kept - n_before);
    g->n_after = (size_t)least(g->n_after, n_kept - n_before - n_guessed);
    g->n_found = g->n_dropped + n_guessed;
    g->n_listed = (size_t)least(g->n_listed, g->n_found);
    g->n_before = (size_t)n_before;
}

uint64_t guess_n_matches(const guess *g) {
    return g->n_before + (g->n_found - g->n_dropped) + g->n_after;
}
