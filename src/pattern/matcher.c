#define _GNU_SOURCE /* memrchr */
/* Searching with PCRE2.
 *
 * A window shows the matcher a subject up to n_visible_bytes. Where the subject goes on after that, PCRE2 runs in hard
 * partial mode: it answers "partial" as soon as an attempt wants to look past the end, so every other answer is the one
 * that the whole subject would give. That is how a speculation stays exact and cheap at once.
 *
 * With several programs each keeps its next match until the search has passed it, so a program that matches seldom is
 * not asked again for every match of the others. The first to start wins, then the first given.
 *
 * Some habits of PCRE2 10.42 are kept from the caller. Near a line end the offset limit makes JIT stop between CR and
 * LF, and "^" never matches at the end of what is shown; so both ends are moved away from line ends. JIT's short cuts
 * find matches that begin between CR and LF, where the interpreter passes over; they do not count. JIT may keep what a
 * group captured in an attempt that failed; where such groups are wanted, the interpreter finds them again. And on
 * ill-formed text both look a few bytes past either end of the subject: the padding of mappings is for that.
 *
 * Unicode halves PCRE2's speed. Where the text is ASCII, a program that was compiled without it finds the same; so a
 * search goes by blocks of the file, and those that are ASCII and have ASCII neighbours are given to that program. What
 * it cannot decide within the neighbours, or fails at, goes to the Unicode program. Which one answers depends on the
 * text and the place alone, so even the places at which a limit is reached do not depend on chunks.
 *
 * With a deadline no call of JIT may take long: then a search goes in pieces. A piece allows so many places to begin at
 * and shows so much text after them; a place from which more has to be seen is tried again with more text and fewer
 * places, so that the product, which bounds the work of a call, stays. Patterns that must not be searched in pieces
 * (their matches depend on where a search began) look at the clock in a callout instead, and so does the interpreter,
 * which serves without JIT and where JIT's stack is too small. */
#include "pattern/matcher.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "map/system.h"
#include "pattern/interpreter.h"
#include "pattern/matcher_inside.h"

enum {
    JIT_STACK_START_BYTES = 32 * 1024,
    JIT_STACK_MOST_BYTES = 64 * 1024 * 1024,
    PIECE_PLACES = 1024, /* to begin at, in the first piece of a search */
    PIECE_BYTES = 4096,  /* shown after its position */
    PIECE_GROWTH = 4,
    BLOCK_BYTES = PATTERN_MOST_LOOK_BEHIND,
    BLOCK_SLACK_BYTES = 64 /* ASCII that must follow a block, for an end that moves away from a line end */
};

/* Made when JIT is called for the first time, which it may never be. NULL, which leaves JIT the thread's own stack,
 * where there is no memory. */
static pcre2_jit_stack *jit_stack_of(void *matcher_) {
    matcher *m = matcher_;
    if (!m->jit_stack)
        m->jit_stack = pcre2_jit_stack_create(JIT_STACK_START_BYTES, JIT_STACK_MOST_BYTES, NULL);
    return m->jit_stack;
}

matcher *matcher_create(const thrum_pattern *pattern, size_t n_captures) {
    size_t n_bytes = sizeof(matcher) + pattern->n_programs * sizeof(next_match);
    matcher *made = memory_own(1, n_bytes);
    if (!made)
        return NULL;
    made->pattern = pattern;
    made->n_captures = n_captures;
    made->context = pcre2_match_context_create(NULL);
    bool ok = made->context != NULL;
    for (size_t i = 0; i < pattern->n_programs; i++) {
        made->next[i].data = pcre2_match_data_create((uint32_t)n_captures + 1, NULL);
        ok = ok && made->next[i].data;
        if (ok && pattern->programs[i].engine.bits) {
            made->next[i].bits = bits_search_create(pattern->programs[i].engine.bits);
            ok = made->next[i].bits != NULL;
        }
        if (ok && pattern->programs[i].engine.literal) {
            made->next[i].literal = literal_walk_create();
            ok = made->next[i].literal != NULL;
        }
    }
    if (ok && pattern->n_programs > 1) {
        made->queue = calloc(pattern->n_programs, sizeof *made->queue);
        ok = made->queue != NULL;
    }
    if (ok && pattern->texts) {
        made->texts = literal_walk_create();
        made->edge_data = pcre2_match_data_create(1, NULL);
        ok = made->texts && made->edge_data;
    }
    if (!ok) {
        matcher_free(made);
        return NULL;
    }
    pcre2_jit_stack_assign(made->context, jit_stack_of, made);
    pcre2_set_match_limit(made->context, pattern->match_limit);
    pcre2_set_heap_limit(made->context, pattern->heap_limit_kibibytes);
    pcre2_set_callout(made->context, interpreter_callout, &made->interpreter_);
    return made;
}

void matcher_free(matcher *matcher_) {
    if (!matcher_)
        return;
    for (size_t i = 0; i < matcher_->pattern->n_programs; i++) {
        pcre2_match_data_free(matcher_->next[i].data);
        bits_search_free(matcher_->next[i].bits);
        literal_walk_free(matcher_->next[i].literal);
    }
    free(matcher_->queue);
    literal_walk_free(matcher_->texts);
    pcre2_match_data_free(matcher_->edge_data);
    pcre2_jit_stack_free(matcher_->jit_stack);
    pcre2_match_context_free(matcher_->context);
    free(matcher_);
}

void matcher_set_start(matcher *matcher_, double started_seconds) {
    double limit_seconds = matcher_->pattern->time_limit_seconds;
    if (limit_seconds > 0)
        matcher_->interpreter_.deadline_seconds = started_seconds + limit_seconds;
}

bool matcher_is_out_of_time(const matcher *matcher_) {
    return matcher_->interpreter_.deadline_seconds > 0 && system_seconds() >= matcher_->interpreter_.deadline_seconds;
}

bool matcher_tries(const thrum_pattern *pattern, const uint8_t *subject, size_t n_bytes, uint64_t position) {
    if (position == 0 || position >= n_bytes)
        return true;
    uint8_t before = subject[position - 1], here = subject[position];
    return !(before == '\r' && here == '\n') && !(pattern->is_utf && (here & 0xC0) == 0x80);
}

matcher_line matcher_line_at(const thrum_pattern *pattern, const uint8_t *subject, size_t n_bytes, size_t begin) {
    const uint8_t *feed = memchr(subject + begin, '\n', n_bytes - begin);
    if (!feed)
        return (matcher_line){begin, n_bytes, n_bytes};
    size_t end = (size_t)(feed - subject);
    bool has_return = pattern->newline != THRUM_NEWLINE_LF && end > begin && subject[end - 1] == '\r';
    return (matcher_line){begin, end - has_return, end + 1};
}

static bool ends_line(uint8_t byte) {
    return byte == '\n' || byte == '\r';
}

/* The first place at or after `at` that neither begins inside a character nor stands beside a line end. */
static size_t away_from_line_end(const thrum_pattern *pattern, const matcher_window *window, size_t at) {
    size_t n_bytes = window->n_subject_bytes;
    while (at > 0 && at < n_bytes &&
           (ends_line(window->subject[at - 1]) || ends_line(window->subject[at]) ||
            !matcher_tries(pattern, window->subject, n_bytes, at)))
        at++;
    return at < n_bytes ? at : n_bytes;
}

void matcher_begin(matcher *matcher_, const matcher_window *window) {
    const thrum_pattern *pattern = matcher_->pattern;
    memset(matcher_->blocks, 0, sizeof matcher_->blocks);
    matcher_->plan.is_known = false;
    matcher_->is_queue_valid = false;
    matcher_->line = (matcher_line){0};
    interpreter_begin(&matcher_->interpreter_);
    matcher_->window = *window;
    matcher_->window.n_visible_bytes = away_from_line_end(pattern, window, window->n_visible_bytes);
    if (matcher_->texts)
        literal_walk_begin(matcher_->texts);
    for (size_t i = 0; i < pattern->n_programs; i++) {
        matcher_->next[i].is_known = false;
        matcher_->next[i].begin = 0;
        if (matcher_->next[i].bits)
            bits_search_begin(matcher_->next[i].bits);
        if (matcher_->next[i].literal)
            literal_walk_begin(matcher_->next[i].literal);
    }
}

/* --- one call of PCRE2 ------------------------------------------------------------------------------------------- */

/* What one call is shown. */
typedef struct call {
    match_state state;
    size_t n_visible_bytes;
    size_t starts_before;
} call;

/* The last place at which a match may begin, as far as PCRE2 is told; PCRE2_UNSET: anywhere. */
static size_t last_start(const matcher *matcher_, size_t starts_before) {
    const matcher_window *window = &matcher_->window;
    size_t n_bytes = window->n_subject_bytes;
    size_t limit = starts_before < n_bytes ? away_from_line_end(matcher_->pattern, window, starts_before) : n_bytes;
    return limit < n_bytes ? limit : PCRE2_UNSET;
}

static int match_by_jit(matcher *matcher_, pcre2_code *code, pcre2_match_data *data, const call *c) {
    const matcher_window *window = &matcher_->window;
    uint32_t bits = (c->state.not_empty ? PCRE2_NOTEMPTY_ATSTART : 0) |
                    (c->n_visible_bytes < window->n_subject_bytes ? PCRE2_PARTIAL_HARD : 0);
    pcre2_set_offset_limit(matcher_->context, last_start(matcher_, c->starts_before));
    return pcre2_jit_match(code, window->subject, c->n_visible_bytes, (size_t)c->state.position, bits, data,
                           matcher_->context);
}

static int interpret(matcher *matcher_, const pattern_program *program, pcre2_match_data *data, const call *c,
                     uint32_t bits) {
    const interpreter_call seen = {.subject = matcher_->window.subject,
                                   .n_subject_bytes = matcher_->window.n_subject_bytes,
                                   .n_visible_bytes = c->n_visible_bytes,
                                   .position = (size_t)c->state.position,
                                   .last_start = last_start(matcher_, c->starts_before),
                                   .bits = bits | (c->state.not_empty ? PCRE2_NOTEMPTY_ATSTART : 0),
                                   .is_utf = matcher_->pattern->is_utf};
    return interpreter_match(&matcher_->interpreter_, program, &seen, matcher_->context, data);
}

static int match_once(matcher *matcher_, const pattern_program *program, pcre2_match_data *data, const call *c) {
    int n = PCRE2_ERROR_JIT_STACKLIMIT;
    if (matcher_->pattern->is_jit)
        n = match_by_jit(matcher_, program->code, data, c);
    return n == PCRE2_ERROR_JIT_STACKLIMIT ? interpret(matcher_, program, data, c, 0) : n;
}

/* A place to end a piece at, some n_bytes after a position, but not after `most`. */
static size_t piece_end(const matcher *matcher_, size_t position, size_t n_bytes, size_t most) {
    const matcher_window *window = &matcher_->window;
    size_t n_left = (most < window->n_subject_bytes ? most : window->n_subject_bytes) - position;
    size_t end = n_bytes < n_left ? away_from_line_end(matcher_->pattern, window, position + n_bytes) : most;
    return end < most ? end : most;
}

static int match_in_pieces(matcher *matcher_, const pattern_program *program, pcre2_match_data *data, match_state state,
                           size_t starts_before) {
    const matcher_window *window = &matcher_->window;
    size_t n_places = PIECE_PLACES, n_bytes = PIECE_BYTES;
    call c = {.state = state};
    for (;;) {
        if (matcher_is_out_of_time(matcher_))
            return INTERPRETER_OUT_OF_TIME;
        size_t position = (size_t)c.state.position;
        c.n_visible_bytes = piece_end(matcher_, position, n_bytes, window->n_visible_bytes);
        c.starts_before = piece_end(matcher_, position, n_places, starts_before);
        int n = match_once(matcher_, program, data, &c);
        if (n == PCRE2_ERROR_PARTIAL && c.n_visible_bytes < window->n_visible_bytes) {
            n_bytes = n_bytes > SIZE_MAX / PIECE_GROWTH ? SIZE_MAX : n_bytes * PIECE_GROWTH;
            n_places = n_places > PIECE_GROWTH ? n_places / PIECE_GROWTH : 1;
            continue;
        }
        bool is_none = n == PCRE2_ERROR_NOMATCH || (n >= 0 && pcre2_get_ovector_pointer(data)[0] >= c.starts_before);
        if (!is_none || c.starts_before >= starts_before)
            return n;
        c.state = (match_state){c.starts_before, false};
    }
}

static bool is_ascii(const uint8_t *bytes, size_t n_bytes) {
    uint8_t all = 0;
    for (size_t i = 0; i < n_bytes; i++)
        all |= bytes[i];
    return all < 0x80;
}

static bool is_ascii_block(matcher *matcher_, size_t number) {
    size_t n_bytes = matcher_->window.n_subject_bytes, begin = number * BLOCK_BYTES;
    known_block *block = &matcher_->blocks[number % MATCHER_KNOWN_BLOCKS];
    if (begin >= n_bytes)
        return true;
    if (!block->is_known || block->number != number) {
        size_t n_left = n_bytes - begin, n_wanted = BLOCK_BYTES + BLOCK_SLACK_BYTES;
        *block = (known_block){number, true,
                               is_ascii(matcher_->window.subject + begin, n_left < n_wanted ? n_left : n_wanted)};
    }
    return block->is_ascii;
}

static const block_plan *plan_block(matcher *matcher_, size_t number, size_t limit) {
    const matcher_window *window = &matcher_->window;
    block_plan *plan = &matcher_->plan;
    size_t begin = number * BLOCK_BYTES;
    bool is_same = plan->is_known && plan->number == number;
    if (!is_same || plan->limit != limit)
        plan->starts_before = piece_end(matcher_, begin, BLOCK_BYTES, limit);
    plan->limit = limit;
    if (is_same)
        return plan;
    plan->number = number;
    plan->is_known = true;
    plan->n_shown_bytes = piece_end(matcher_, begin, 2 * BLOCK_BYTES, window->n_visible_bytes);
    plan->is_ascii = (number == 0 || is_ascii_block(matcher_, number - 1)) && is_ascii_block(matcher_, number) &&
                     is_ascii_block(matcher_, number + 1) &&
                     plan->n_shown_bytes <= begin + 2 * BLOCK_BYTES + BLOCK_SLACK_BYTES;
    return plan;
}

/* Searches block by block, ASCII blocks with the program for them. */
static int match_in_blocks(matcher *matcher_, const pattern_program *program, pcre2_match_data *data, match_state state,
                           size_t starts_before) {
    const matcher_window *window = &matcher_->window;
    for (;;) {
        const block_plan *plan = plan_block(matcher_, (size_t)state.position / BLOCK_BYTES, starts_before);
        int n = PCRE2_ERROR_PARTIAL;
        if (plan->is_ascii) {
            const call near = {state, plan->n_shown_bytes, plan->starts_before};
            n = match_by_jit(matcher_, program->ascii_code, data, &near);
        }
        if (n < 0 && n != PCRE2_ERROR_NOMATCH) {
            const call far = {state, window->n_visible_bytes, plan->starts_before};
            n = match_once(matcher_, program, data, &far);
        }
        bool is_none =
            n == PCRE2_ERROR_NOMATCH || (n >= 0 && pcre2_get_ovector_pointer(data)[0] >= plan->starts_before);
        if (!is_none || plan->starts_before >= starts_before)
            return n;
        state = (match_state){plan->starts_before, false};
    }
}

static int match_whole(matcher *matcher_, const pattern_program *program, pcre2_match_data *data, match_state state,
                       size_t starts_before) {
    const call c = {state, matcher_->window.n_visible_bytes, starts_before};
    return matcher_is_out_of_time(matcher_) ? INTERPRETER_OUT_OF_TIME : match_once(matcher_, program, data, &c);
}

/* Matches once more, by the interpreter, what JIT found from a state, for its groups. Should the interpreter see
 * another match, JIT's groups are taken. */
static int capture_again(matcher *matcher_, const pattern_program *program, pcre2_match_data *data, match_state state) {
    const matcher_window *window = &matcher_->window;
    const PCRE2_SIZE *pair = pcre2_get_ovector_pointer(data);
    size_t begin = pair[0], end = pair[1];
    size_t n_bytes = end - begin + PIECE_BYTES;
    call c = {.state = {begin, state.not_empty && begin == state.position}, .starts_before = SIZE_MAX};
    int n;
    do {
        c.n_visible_bytes = piece_end(matcher_, begin, n_bytes, window->n_subject_bytes);
        n = interpret(matcher_, program, data, &c, PCRE2_ANCHORED);
        n_bytes = n_bytes > SIZE_MAX / PIECE_GROWTH ? SIZE_MAX : n_bytes * PIECE_GROWTH;
    } while (n == PCRE2_ERROR_PARTIAL && c.n_visible_bytes < window->n_subject_bytes);
    if (n >= 0 && pair[0] == begin && pair[1] == end)
        return n;
    return match_whole(matcher_, program, data, c.state, window->starts_before);
}

/* A race with a writer of the file, or \K, can give pairs that are no range of the subject. */
static bool is_range(const matcher_window *window, PCRE2_SIZE begin, PCRE2_SIZE end) {
    return begin <= end && end <= window->n_subject_bytes;
}

matcher_answer matcher_fail(const matcher *matcher_, int pcre2_errno, match_state state, thrum_error *error) {
    char words[THRUM_ERROR_MESSAGE_BYTES / 2];
    if (pcre2_errno == INTERPRETER_OUT_OF_TIME) {
        error_set(error, THRUM_ERROR_TIME, NULL, "the time limit of %g seconds was reached",
                  matcher_->pattern->time_limit_seconds);
    } else {
        pattern_error_words(pcre2_errno, words, sizeof words);
        error_set(error, THRUM_ERROR_MATCH, NULL, "matching failed: %s", words);
    }
    if (error) {
        error->pcre2_errno = pcre2_errno == INTERPRETER_OUT_OF_TIME ? 0 : pcre2_errno;
        error->offset = state.position;
    }
    return MATCHER_FAILED;
}

/* JIT's short cuts may find a match between CR and LF, which a search for a pattern without line ends passes over. */
static bool is_slip(const matcher *matcher_, size_t program, match_state state, PCRE2_SIZE begin) {
    const uint8_t *subject = matcher_->window.subject;
    return matcher_->pattern->programs[program].passes_over_crlf && begin > state.position &&
           begin < matcher_->window.n_visible_bytes && subject[begin - 1] == '\r' && subject[begin] == '\n';
}

/* The line of a place in a window of lines. */
static matcher_line line_of(matcher *matcher_, size_t place) {
    const matcher_window *window = &matcher_->window;
    matcher_line *known = &matcher_->line;
    if (place >= known->begin && place < known->next)
        return *known;
    size_t begin = place;
    if (place != known->next) {
        const uint8_t *feed = memrchr(window->subject, '\n', place);
        begin = feed ? (size_t)(feed - window->subject) + 1 : 0;
    }
    *known = matcher_line_at(matcher_->pattern, window->subject, window->n_subject_bytes, begin);
    return *known;
}

/* The same in a window of lines for a program whose matches may run over a line's end: PCRE2 sees each line alone. */
static int ask_by_line(matcher *matcher_, size_t program, match_state state, size_t starts_before) {
    const matcher_window *window = &matcher_->window;
    pcre2_match_data *data = matcher_->next[program].data;
    PCRE2_SIZE *pair = pcre2_get_ovector_pointer(data);
    if (matcher_->interpreter_.deadline_seconds > 0)
        return PCRE2_ERROR_PARTIAL; /* a line is not asked about in pieces here */
    for (size_t at = (size_t)state.position; at < starts_before && at < window->n_subject_bytes;) {
        matcher_line l = line_of(matcher_, at);
        int n = PCRE2_ERROR_NOMATCH;
        if (at < l.end) {
            pcre2_set_offset_limit(matcher_->context, starts_before < l.end ? starts_before - l.begin : PCRE2_UNSET);
            n = pcre2_jit_match(matcher_->pattern->programs[program].code, window->subject + l.begin, l.end - l.begin,
                                at - l.begin, 0, data, matcher_->context);
        }
        for (uint32_t i = 0; n >= 0 && i < 2 * pcre2_get_ovector_count(data); i++)
            pair[i] += pair[i] == PCRE2_UNSET ? 0 : l.begin;
        if (n >= 0 && pair[0] >= starts_before)
            return PCRE2_ERROR_NOMATCH;
        if (n != PCRE2_ERROR_NOMATCH)
            return n;
        at = l.next;
    }
    return PCRE2_ERROR_NOMATCH;
}

bool matcher_may_serve(const matcher *matcher_, size_t program) {
    const thrum_pattern *pattern = matcher_->pattern;
    return pattern->is_jit && thrum_pattern_is_parallel(pattern) &&
           (matcher_->window.is_of_lines || !pattern->programs[program].engine.is_cut);
}

int matcher_ask(matcher *matcher_, size_t program, match_state state, size_t starts_before) {
    const thrum_pattern *pattern = matcher_->pattern;
    const pattern_program *asked = &pattern->programs[program];
    pcre2_match_data *data = matcher_->next[program].data;
    const PCRE2_SIZE *pair = pcre2_get_ovector_pointer(data);
    bool is_parallel = thrum_pattern_is_parallel(pattern);
    bool in_pieces = is_parallel && (!pattern->is_jit || matcher_->interpreter_.deadline_seconds > 0);
    if (starts_before > matcher_->window.starts_before)
        starts_before = matcher_->window.starts_before;
    if (matcher_->window.is_of_lines && asked->engine.is_cut)
        return ask_by_line(matcher_, program, state, starts_before);
    for (;;) {
        int n;
        if (in_pieces)
            n = match_in_pieces(matcher_, asked, data, state, starts_before);
        else if (asked->ascii_code)
            n = match_in_blocks(matcher_, asked, data, state, starts_before);
        else
            n = match_whole(matcher_, asked, data, state, starts_before);
        if (n >= 0 && pair[0] >= starts_before)
            return PCRE2_ERROR_NOMATCH;
        if (n < 0 || !is_parallel || !is_slip(matcher_, program, state, pair[0]))
            return n;
        state = (match_state){pair[0] + 1, false};
    }
}

matcher_answer matcher_conclude(const matcher *matcher_, size_t program, int n, match_state state, thrum_error *error) {
    const PCRE2_SIZE *pair = pcre2_get_ovector_pointer(matcher_->next[program].data);
    if (n == PCRE2_ERROR_NOMATCH)
        return MATCHER_NONE;
    if (n == PCRE2_ERROR_PARTIAL)
        return MATCHER_UNSURE;
    if (n < 0)
        return matcher_fail(matcher_, n, state, error);
    if (!is_range(&matcher_->window, pair[0], pair[1]))
        return matcher_fail(matcher_, PCRE2_ERROR_INTERNAL, state, error);
    return pair[0] < matcher_->window.starts_before ? MATCHER_FOUND : MATCHER_NONE;
}

static matcher_answer search(matcher *matcher_, size_t program, match_state state, thrum_error *error) {
    const thrum_pattern *pattern = matcher_->pattern;
    const pattern_program *searched = &pattern->programs[program];
    bool is_parallel = thrum_pattern_is_parallel(pattern);
    int n;
    if (bits_search_serves(matcher_, program))
        n = bits_search_next(matcher_, program, state);
    else if (literal_walk_serves(matcher_, program))
        n = literal_walk_next(matcher_, program, state);
    else
        n = matcher_ask(matcher_, program, state, matcher_->window.starts_before);
    if (n >= 0 && matcher_->n_captures > 0 && searched->keeps_captures && pattern->is_jit && is_parallel)
        n = capture_again(matcher_, searched, matcher_->next[program].data, state);
    return matcher_conclude(matcher_, program, n, state, error);
}

/* --- the next match ---------------------------------------------------------------------------------------------- */

/* What was found from an earlier state still holds when it begins after the present one, or when nothing was found;
 * unless it depends on the state itself. */
static bool still_holds(const matcher *matcher_, const next_match *next, match_state state) {
    const matcher_window *window = &matcher_->window;
    if (!next->is_known || !thrum_pattern_is_parallel(matcher_->pattern) ||
        !matcher_tries(matcher_->pattern, window->subject, window->n_subject_bytes, state.position))
        return false;
    if (next->answer == MATCHER_NONE)
        return true;
    if (next->answer != MATCHER_FOUND)
        return false;
    return next->begin > state.position;
}

static void copy_groups(const matcher *matcher_, size_t program, thrum_range *groups) {
    const PCRE2_SIZE *pair = pcre2_get_ovector_pointer(matcher_->next[program].data);
    size_t n_groups = matcher_->pattern->programs[program].n_groups;
    for (size_t i = 0; i <= matcher_->n_captures; i++) {
        bool is_set =
            i <= n_groups && pair[2 * i] != PCRE2_UNSET && is_range(&matcher_->window, pair[2 * i], pair[2 * i + 1]);
        groups[i].begin = is_set ? pair[2 * i] : THRUM_UNSET;
        groups[i].end = is_set ? pair[2 * i + 1] : THRUM_UNSET;
    }
}

/* Searches a program from a state. */
static matcher_answer search_anew(matcher *matcher_, size_t program, match_state state, thrum_error *error) {
    next_match *next = &matcher_->next[program];
    next->answer = search(matcher_, program, state, error);
    next->searched_from = state;
    next->is_known = true;
    next->begin = next->answer == MATCHER_FOUND  ? pcre2_get_ovector_pointer(next->data)[0]
                  : next->answer == MATCHER_NONE ? SIZE_MAX
                                                 : 0;
    return next->answer;
}

/* The match of all programs that is next; it stays in its program's data. */
static matcher_answer find_in_order(matcher *matcher_, match_state state, size_t *program, thrum_error *error) {
    size_t first_begin = SIZE_MAX;
    for (size_t i = 0; i < matcher_->pattern->n_programs; i++) {
        const next_match *next = &matcher_->next[i];
        matcher_answer answer =
            still_holds(matcher_, next, state) ? next->answer : search_anew(matcher_, i, state, error);
        if (answer == MATCHER_UNSURE || answer == MATCHER_FAILED)
            return answer;
        if (next->begin < first_begin) {
            first_begin = next->begin;
            *program = i;
        }
    }
    return first_begin < SIZE_MAX ? MATCHER_FOUND : MATCHER_NONE;
}

/* --- many programs ----------------------------------------------------------------------------------------------- */

static bool comes_before(const matcher *matcher_, size_t a, size_t b) {
    size_t begin_of_a = matcher_->next[a].begin, begin_of_b = matcher_->next[b].begin;
    return begin_of_a < begin_of_b || (begin_of_a == begin_of_b && a < b);
}

/* Moves a program down in the queue until none below comes before it. */
static void sink(matcher *matcher_, size_t at) {
    size_t *queue = matcher_->queue, n = matcher_->pattern->n_programs;
    for (size_t below; (below = 2 * at + 1) < n; at = below) {
        below += below + 1 < n && comes_before(matcher_, queue[below + 1], queue[below]);
        if (!comes_before(matcher_, queue[below], queue[at]))
            return;
        size_t moved = queue[at];
        queue[at] = queue[below];
        queue[below] = moved;
    }
}

static void make_queue(matcher *matcher_) {
    size_t n = matcher_->pattern->n_programs;
    for (size_t i = 0; i < n; i++)
        matcher_->queue[i] = i;
    for (size_t i = n / 2; i-- > 0;)
        sink(matcher_, i);
    matcher_->is_queue_valid = true;
}

/* The same as find_in_order. The programs whose matches the search has passed are first in the queue, and once none of
 * them is, the first one has the next match; so the cost is that of the programs searched again, however many there
 * are. */
static matcher_answer find_in_queue(matcher *matcher_, match_state state, size_t *program, thrum_error *error) {
    if (!matcher_->is_queue_valid)
        make_queue(matcher_);
    for (;;) {
        *program = matcher_->queue[0];
        const next_match *next = &matcher_->next[*program];
        bool is_new = next->is_known && next->searched_from.position == state.position &&
                      next->searched_from.not_empty == state.not_empty;
        if (is_new || still_holds(matcher_, next, state))
            return next->answer;
        matcher_answer answer = search_anew(matcher_, *program, state, error);
        if (answer == MATCHER_UNSURE || answer == MATCHER_FAILED)
            break;
        sink(matcher_, 0);
    }
    /* Which failure is told depends on no queue. */
    matcher_->is_queue_valid = false;
    return find_in_order(matcher_, state, program, error);
}

static matcher_answer find_next(matcher *matcher_, match_state state, size_t *program, thrum_error *error) {
    const thrum_pattern *pattern = matcher_->pattern;
    const matcher_window *window = &matcher_->window;
    if (state.position >= window->starts_before)
        return MATCHER_NONE;
    bool is_queued = pattern->n_programs > 1 && thrum_pattern_is_parallel(pattern) &&
                     matcher_tries(pattern, window->subject, window->n_subject_bytes, state.position);
    if (is_queued)
        return find_in_queue(matcher_, state, program, error);
    matcher_->is_queue_valid = false;
    return find_in_order(matcher_, state, program, error);
}

matcher_answer matcher_next(matcher *matcher_, match_state state, thrum_range *groups, size_t *program,
                            thrum_error *error) {
    if (matcher_->texts)
        return literal_walk_next_text(matcher_, state, groups, program, error);
    matcher_answer answer = find_next(matcher_, state, program, error);
    if (answer == MATCHER_FOUND)
        copy_groups(matcher_, *program, groups);
    return answer;
}

/* Finds matches one by one. */
static matcher_answer find_each(matcher *matcher_, match_state *state, thrum_range *ranges, uint64_t n_most,
                                uint64_t *n_found, thrum_error *error) {
    size_t program;
    for (*n_found = 0; *n_found < n_most; ++*n_found) {
        matcher_answer answer = find_next(matcher_, *state, &program, error);
        if (answer != MATCHER_FOUND)
            return answer;
        const PCRE2_SIZE *pair = pcre2_get_ovector_pointer(matcher_->next[program].data);
        if (ranges)
            ranges[*n_found] = (thrum_range){pair[0], pair[1]};
        *state = (match_state){pair[1], pair[0] == pair[1]};
    }
    return MATCHER_FOUND;
}

/* The quickest way to many matches; ranges: NULL counts. */
static matcher_answer find_many(matcher *matcher_, match_state *state, thrum_range *ranges, uint64_t n_most,
                                uint64_t *n_found, thrum_error *error) {
    bool is_single = matcher_->pattern->n_programs == 1;
    if (matcher_->texts || (is_single && literal_walk_serves_whole(matcher_, 0)))
        return literal_walk_many(matcher_, state, ranges, n_most, n_found, error);
    if (is_single && bits_search_serves(matcher_, 0))
        return bits_search_many(matcher_, state, ranges, n_most, n_found, error);
    return find_each(matcher_, state, ranges, n_most, n_found, error);
}

matcher_answer matcher_next_many(matcher *matcher_, match_state *state, thrum_range *ranges, size_t n_most,
                                 size_t *n_found, thrum_error *error) {
    uint64_t n;
    matcher_answer answer = find_many(matcher_, state, ranges, n_most, &n, error);
    *n_found = (size_t)n;
    return answer;
}

matcher_answer matcher_count(matcher *matcher_, match_state *state, uint64_t *n_found, thrum_error *error) {
    uint64_t n;
    matcher_answer answer = find_many(matcher_, state, NULL, UINT64_MAX, &n, error);
    *n_found += n;
    return answer;
}
