#include "run/lines.h"

#include <string.h>

#include "base/error.h"

static void move_groups(thrum_range *groups, size_t n_groups, uint64_t distance) {
    for (size_t i = 0; i < n_groups; i++) {
        if (groups[i].begin == THRUM_UNSET)
            continue;
        groups[i].begin += distance;
        groups[i].end += distance;
    }
}

/* Matches one line; false without memory. A failure's record (may be NULL) has the offset in the file. */
static bool match_line(guess *g, matcher *matcher_, const subject *s, matcher_line l, hits *list, hits_shape shape,
                       bool list_all, matcher_answer *answer, thrum_error *error) {
    const matcher_window window = {s->bytes + l.begin, l.end - l.begin, l.end - l.begin, SIZE_MAX, false};
    match_state state = {0, false};
    matcher_begin(matcher_, &window);
    for (;;) {
        size_t program = 0;
        thrum_range *groups = hits_reserve(list, shape, 1);
        if (!groups)
            return false;
        *answer = matcher_next(matcher_, state, groups, &program, error);
        if (*answer == MATCHER_FAILED && error)
            error->offset += l.begin;
        if (*answer != MATCHER_FOUND)
            return true;
        state = (match_state){groups->end, groups->begin == groups->end};
        move_groups(groups, shape.n_groups, l.begin);
        if (list_all && !hits_add(list, shape, program))
            return false;
        g->n_found++;
    }
}

/* The same of a piece at once, where that makes no difference. What fails is left to be found line by line: where it
 * fails, and whether it does, may be another matter there. *is_done: it did not fail. */
static bool match_at_once(guess *g, matcher *matcher_, const piece *p, hits *list, hits_shape shape, bool list_all,
                          bool *is_done) {
    const matcher_window window = {p->subject->bytes, p->end, p->end, p->end, true};
    size_t n_hits = list->n_hits;
    if (!guess_make(g, matcher_, &window, p, list, shape, list_all))
        return false;
    *is_done = g->is_complete;
    if (!*is_done)
        *g = (guess){0};
    if (!*is_done || !list_all) {
        list->n_hits = n_hits;
        g->n_listed = 0;
    }
    return true;
}

/* Whether every carriage return of a piece stands before a line feed. */
static bool returns_end_lines(const piece *p) {
    const uint8_t *bytes = p->subject->bytes;
    for (size_t at = p->begin; at < p->end; at++) {
        const uint8_t *found = memchr(bytes + at, '\r', p->end - at);
        if (!found)
            return true;
        at = (size_t)(found - bytes);
        if (at + 1 == p->end || found[1] != '\n')
            return false;
    }
    return true;
}

static bool may_match_at_once(const thrum_pattern *pattern, const piece *p) {
    return pattern_stays_in_line(pattern) && (!pattern_knows_no_returns(pattern) || returns_end_lines(p));
}

bool lines_match(guess *g, matcher *matcher_, const thrum_pattern *pattern, const piece *p, hits *list,
                 hits_shape shape, bool list_all) {
    matcher_answer answer = MATCHER_NONE;
    bool is_done = false;
    if (may_match_at_once(pattern, p) && (!match_at_once(g, matcher_, p, list, shape, list_all, &is_done) || is_done))
        return is_done;
    g->is_made = true;
    g->first_listed = list->n_hits;
    for (size_t at = p->begin; at < p->end && answer == MATCHER_NONE;) {
        matcher_line l = matcher_line_at(pattern, p->subject->bytes, p->subject->n_bytes, at);
        if (!match_line(g, matcher_, p->subject, l, list, shape, list_all, &answer, NULL))
            return false;
        g->state.position = at;
        at = l.next;
    }
    g->is_complete = answer == MATCHER_NONE;
    g->n_listed = list->n_hits - g->first_listed;
    return true;
}

thrum_status lines_check(const guess *g, matcher *matcher_, const thrum_pattern *pattern, const piece *p,
                         hits_shape shape, thrum_error *error) {
    if (g->is_complete)
        return THRUM_OK;
    matcher_line l = matcher_line_at(pattern, p->subject->bytes, p->subject->n_bytes, (size_t)g->state.position);
    hits list = {0};
    guess again = {0};
    matcher_answer answer = MATCHER_NONE;
    bool has_memory = match_line(&again, matcher_, p->subject, l, &list, shape, false, &answer, error);
    hits_release(&list);
    if (!has_memory)
        return error_memory(error);
    return answer == MATCHER_FAILED
               ? error->code
               : error_set(error, THRUM_ERROR_MATCH, NULL, "a line that could not be matched changed meanwhile");
}
