/* Searching with streams of bits: windows of the subject one after the other. Where a window is sure, its masks say
 * what matches; the stretches where it is not are asked of PCRE2, and windows that are unsure altogether are put
 * together, so that PCRE2 is not called more often than it would be alone. The first window of a group speaks for all:
 * where it is unsure altogether, the others are not looked at, so that a text that is not for the masks, such as one in
 * Greek of which words are wanted, does not cost both. Groups lie on a grid of the subject, too.
 *
 * The whole subject is read, whatever the matcher's window shows: masks are cheaper than finding out again. */
#include <stdlib.h>

#include "base/memory.h"
#include "pattern/matcher_inside.h"
#include "text/utf8.h"

enum {
    LEAST_SUBJECT_BYTES = 256, /* of shorter ones PCRE2 is through before the masks are made */
    MOST_UNSURE_BYTES = 256 * 1024,
    GROUP_WINDOWS = 16,
    WINDOWS_PER_LOOK = 16 /* at the clock */
};

/* One thread's windows of one program. */
struct bits_search {
    const bit_program *program;
    bits_window window;
    bool is_filled;
    size_t group; /* the one looked at last */
    bool is_group_known, is_group_unsure;
    size_t unsure_begin, unsure_end; /* windows known to be unsure */
};

bits_search *bits_search_create(const bit_program *program) {
    bits_search *made = memory_own(1, sizeof *made);
    if (!made)
        return NULL;
    made->program = program;
    if (!bits_window_init(&made->window, program)) {
        free(made);
        return NULL;
    }
    return made;
}

void bits_search_free(bits_search *search) {
    if (search)
        bits_window_release(&search->window);
    free(search);
}

void bits_search_begin(bits_search *search) {
    search->is_filled = search->is_group_known = false;
    bits_window_forget(&search->window);
    search->unsure_begin = search->unsure_end = 0;
}

bool bits_search_serves(const matcher *matcher_, size_t program) {
    return matcher_->next[program].bits && matcher_->window.n_subject_bytes >= LEAST_SUBJECT_BYTES &&
           matcher_may_serve(matcher_, program);
}

/* A search under way: where it looks next, and where it began. */
typedef struct progress {
    matcher *matcher_;
    size_t program;
    bits_search *search;
    size_t origin, position;
    size_t limit; /* matches begin before this */
} progress;

static progress progress_from(matcher *matcher_, size_t program, size_t position) {
    const matcher_window *window = &matcher_->window;
    size_t n_bytes = window->n_subject_bytes;
    return (progress){matcher_, program,  matcher_->next[program].bits,
                      position, position, window->starts_before < n_bytes ? window->starts_before : n_bytes};
}

static void fill(progress *p, size_t number) {
    const matcher_window *window = &p->matcher_->window;
    bits_search *search = p->search;
    if (search->is_filled && search->window.number == number)
        return;
    bits_window_fill(&search->window, search->program, window->subject, window->n_subject_bytes, number);
    search->is_filled = true;
}

static bool is_group_unsure(progress *p, size_t group) {
    bits_search *search = p->search;
    if (!search->is_group_known || search->group != group) {
        fill(p, group * GROUP_WINDOWS);
        search->group = group;
        search->is_group_known = true;
        search->is_group_unsure = search->window.is_unsure;
    }
    return search->is_group_unsure;
}

/* The number of the window behind those that are unsure altogether, from one on: its own where it is not, and then it
 * is filled. */
static size_t unsure_windows_end(progress *p, size_t number) {
    size_t group = number / GROUP_WINDOWS;
    if (is_group_unsure(p, group))
        return (group + 1) * GROUP_WINDOWS;
    fill(p, number);
    return number + p->search->window.is_unsure;
}

/* Fills the window of the position, or finds how far what is unsure altogether goes on. 0, or why the search ends. */
static int look(progress *p) {
    bits_search *search = p->search;
    size_t number = p->position / BITS_WINDOW_BYTES, from = number, end = number;
    if (p->position >= search->unsure_begin && p->position < search->unsure_end)
        return 0;
    bool is_new = !search->is_filled || search->window.number != number;
    if (is_new && number % WINDOWS_PER_LOOK == 0 && matcher_is_out_of_time(p->matcher_))
        return INTERPRETER_OUT_OF_TIME;
    do {
        from = end;
        end = unsure_windows_end(p, from);
    } while (end > from && end * BITS_WINDOW_BYTES < p->limit &&
             (end - number) * BITS_WINDOW_BYTES < MOST_UNSURE_BYTES);
    search->unsure_begin = number * BITS_WINDOW_BYTES;
    search->unsure_end = end * BITS_WINDOW_BYTES;
    return end > number && p->matcher_->window.is_of_lines ? PCRE2_ERROR_PARTIAL : 0;
}

/* The end of the unsure stretch at the position; the position itself where it is sure. */
static size_t unsure_until(const progress *p) {
    const bits_search *search = p->search;
    size_t end = p->position;
    if (end >= search->unsure_begin && end < search->unsure_end)
        end = search->unsure_end;
    else if (bits_window_is_unsure(&search->window, end))
        end = bits_window_next_sure(&search->window, end);
    return end < p->limit ? end : p->limit;
}

/* Asks PCRE2 for a match that begins before `until`. Where a search from the left would step over the position, the
 * next one is asked. */
static int ask(progress *p, size_t until) {
    const matcher *m = p->matcher_;
    const uint8_t *subject = m->window.subject;
    bool passes_over = m->pattern->programs[p->program].passes_over_crlf;
    while (p->position < until && p->position > p->origin) {
        uint8_t before = subject[p->position - 1], here = subject[p->position];
        if (!(passes_over && before == '\r' && here == '\n') && !(m->pattern->is_utf && utf8_continues(here)))
            break;
        p->position++;
    }
    if (p->position >= until)
        return PCRE2_ERROR_NOMATCH;
    return matcher_ask(p->matcher_, p->program, (match_state){p->position, false}, until);
}

/* What begins at the position, where a match does for sure. Groups are PCRE2's. */
static int take(progress *p) {
    matcher *m = p->matcher_;
    PCRE2_SIZE *pair = pcre2_get_ovector_pointer(m->next[p->program].data);
    if (m->n_captures > 0)
        return matcher_ask(m, p->program, (match_state){p->position, false}, p->position + 1);
    pair[0] = p->position;
    pair[1] = bits_window_end(&p->search->window, p->search->program, p->position);
    return 1;
}

int bits_search_next(matcher *matcher_, size_t program, match_state state) {
    progress p = progress_from(matcher_, program, (size_t)state.position);
    while (p.position < p.limit) {
        int why_not = look(&p);
        if (why_not)
            return why_not;
        size_t until = unsure_until(&p);
        if (until > p.position) {
            int n = ask(&p, until);
            if (n != PCRE2_ERROR_NOMATCH)
                return n;
            p.position = until;
            continue;
        }
        size_t next = bits_window_next(&p.search->window, p.position);
        bool is_sure = next < p.limit && next / BITS_WINDOW_BYTES == p.search->window.number &&
                       !bits_window_is_unsure(&p.search->window, next);
        p.position = next;
        if (is_sure) {
            int n = take(&p);
            if (n != PCRE2_ERROR_NOMATCH)
                return n;
            p.position++;
        }
    }
    return PCRE2_ERROR_NOMATCH;
}

/* All sure matches from the position up to the next unsure place, or the end of the window. */
static uint64_t take_many(progress *p, match_state *state, thrum_range *ranges, uint64_t n_most) {
    const bits_window *window = &p->search->window;
    size_t before = bits_window_next_unsure(window, p->position);
    before = before < p->limit ? before : p->limit;
    uint64_t n = bits_window_matches(window, p->search->program, &p->position, before, ranges, n_most);
    if (n > 0) {
        *state = (match_state){p->position, false};
        p->origin = p->position;
    }
    if (n < n_most && p->position < before)
        p->position = before;
    return n;
}

matcher_answer bits_search_many(matcher *matcher_, match_state *state, thrum_range *ranges, uint64_t n_most,
                                uint64_t *n_found, thrum_error *error) {
    const PCRE2_SIZE *pair = pcre2_get_ovector_pointer(matcher_->next[0].data);
    progress p = progress_from(matcher_, 0, (size_t)state->position);
    matcher_->next[0].is_known = false;
    for (*n_found = 0; *n_found < n_most;) {
        if (p.position >= p.limit)
            return MATCHER_NONE;
        int why_not = look(&p);
        if (why_not)
            return matcher_conclude(matcher_, 0, why_not, *state, error);
        size_t until = unsure_until(&p);
        if (until == p.position) {
            *n_found += take_many(&p, state, ranges ? ranges + *n_found : NULL, n_most - *n_found);
            continue;
        }
        int n = ask(&p, until);
        if (n == PCRE2_ERROR_NOMATCH) {
            p.position = until;
            continue;
        }
        matcher_answer answer = matcher_conclude(matcher_, 0, n, *state, error);
        if (answer != MATCHER_FOUND)
            return answer;
        if (ranges)
            ranges[*n_found] = (thrum_range){pair[0], pair[1]};
        ++*n_found;
        *state = (match_state){pair[1], false};
        p.origin = p.position = pair[1];
    }
    return MATCHER_FOUND;
}
