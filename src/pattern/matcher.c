/* Searching with PCRE2.
 *
 * A window shows the matcher a subject up to n_visible_bytes. Where the subject goes on after that, PCRE2 runs in hard
 * partial mode: it answers "partial" as soon as an attempt wants to look past the end, so every other answer is the one
 * that the whole subject would give. That is how a speculation stays exact and cheap at once.
 *
 * With several programs each keeps its next match until the search has passed it, so a program that matches seldom is
 * not asked again for every match of the others. The first to start wins, then the first given.
 *
 * Two habits of PCRE2 10.42 are kept from the caller. Near a line end the offset limit makes JIT stop between CR and
 * LF, and "^" never matches at the end of what is shown; so both ends are moved away from line ends. And JIT keeps what
 * a group captured in an attempt that failed at an earlier place; so where groups are wanted, the attempt that
 * succeeded is made once more on its own.
 *
 * Without JIT each call of pcre2_match checks the UTF-8 of all that it is shown; so it is shown a small piece, which
 * doubles while it is too small. */
#include "pattern/matcher.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

enum {
    JIT_STACK_START_BYTES = 32 * 1024,
    JIT_STACK_MOST_BYTES = 64 * 1024 * 1024,
    HEAP_LIMIT_KIBIBYTES = 256 * 1024,
    INTERPRETER_PIECE_BYTES = 4096
};

/* The next match of one program, as far as it is known. */
typedef struct next_match {
    pcre2_match_data *data;
    matcher_answer answer;
    bool is_known;
} next_match;

struct matcher {
    const thrum_pattern *pattern;
    size_t n_captures;
    pcre2_match_context *context;
    pcre2_jit_stack *jit_stack;
    matcher_window window;
    next_match next[];
};

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
    }
    if (ok && pattern->is_jit) {
        made->jit_stack = pcre2_jit_stack_create(JIT_STACK_START_BYTES, JIT_STACK_MOST_BYTES, NULL);
        ok = made->jit_stack != NULL;
    }
    if (!ok) {
        matcher_free(made);
        return NULL;
    }
    pcre2_jit_stack_assign(made->context, NULL, made->jit_stack);
    pcre2_set_heap_limit(made->context, HEAP_LIMIT_KIBIBYTES);
    return made;
}

void matcher_free(matcher *matcher_) {
    if (!matcher_)
        return;
    for (size_t i = 0; i < matcher_->pattern->n_programs; i++)
        pcre2_match_data_free(matcher_->next[i].data);
    pcre2_jit_stack_free(matcher_->jit_stack);
    pcre2_match_context_free(matcher_->context);
    free(matcher_);
}

bool matcher_tries(const thrum_pattern *pattern, const uint8_t *subject, size_t n_bytes, uint64_t position) {
    if (position == 0 || position >= n_bytes)
        return true;
    uint8_t before = subject[position - 1], here = subject[position];
    return !(before == '\r' && here == '\n') && !(pattern->is_utf && (here & 0xC0) == 0x80);
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
    size_t n_bytes = window->n_subject_bytes;
    size_t limit =
        window->starts_before < n_bytes ? away_from_line_end(pattern, window, window->starts_before) : n_bytes;
    matcher_->window = *window;
    matcher_->window.n_visible_bytes = away_from_line_end(pattern, window, window->n_visible_bytes);
    pcre2_set_offset_limit(matcher_->context, limit < n_bytes ? limit : PCRE2_UNSET);
    for (size_t i = 0; i < pattern->n_programs; i++)
        matcher_->next[i].is_known = false;
}

/* --- one call of PCRE2 ------------------------------------------------------------------------------------------- */

static int match_jit(matcher *matcher_, pcre2_code *code, pcre2_match_data *data, match_state state) {
    const matcher_window *window = &matcher_->window;
    uint32_t bits = (state.not_empty ? PCRE2_NOTEMPTY_ATSTART : 0) |
                    (window->n_visible_bytes < window->n_subject_bytes ? PCRE2_PARTIAL_HARD : 0);
    return pcre2_jit_match(code, window->subject, window->n_visible_bytes, (size_t)state.position, bits, data,
                           matcher_->context);
}

static int match_interpreted(matcher *matcher_, pcre2_code *code, pcre2_match_data *data, match_state state) {
    const matcher_window *window = &matcher_->window;
    size_t n_piece = INTERPRETER_PIECE_BYTES;
    for (;;) {
        size_t left = window->n_visible_bytes - (size_t)state.position;
        size_t end = n_piece < left ? (size_t)state.position + n_piece : window->n_visible_bytes;
        while (matcher_->pattern->is_utf && end < window->n_visible_bytes && (window->subject[end] & 0xC0) == 0x80)
            end++;
        uint32_t bits =
            (state.not_empty ? PCRE2_NOTEMPTY_ATSTART : 0) | (end < window->n_subject_bytes ? PCRE2_PARTIAL_HARD : 0);
        int n = pcre2_match(code, window->subject, end, (size_t)state.position, bits, data, matcher_->context);
        if ((n != PCRE2_ERROR_NOMATCH && n != PCRE2_ERROR_PARTIAL) || end == window->n_visible_bytes)
            return n;
        n_piece = n_piece > SIZE_MAX / 2 ? SIZE_MAX : n_piece * 2;
    }
}

/* A race with a writer of the file, or \K, can give pairs that are no range of the subject. */
static bool is_range(const matcher_window *window, PCRE2_SIZE begin, PCRE2_SIZE end) {
    return begin <= end && end <= window->n_visible_bytes;
}

static matcher_answer fail(int pcre2_errno, match_state state, thrum_error *error) {
    char words[THRUM_ERROR_MESSAGE_BYTES];
    pattern_error_words(pcre2_errno, words, sizeof words);
    error_set(error, THRUM_ERROR_MATCH, NULL, "matching failed: %s", words);
    if (error) {
        error->pcre2_errno = pcre2_errno;
        error->offset = state.position;
    }
    return MATCHER_FAILED;
}

static int match_once(matcher *matcher_, size_t program, match_state state) {
    pcre2_code *code = matcher_->pattern->programs[program].code;
    pcre2_match_data *data = matcher_->next[program].data;
    return matcher_->pattern->is_jit ? match_jit(matcher_, code, data, state)
                                     : match_interpreted(matcher_, code, data, state);
}

static matcher_answer search(matcher *matcher_, size_t program, match_state state, thrum_error *error) {
    const PCRE2_SIZE *pair = pcre2_get_ovector_pointer(matcher_->next[program].data);
    int n = match_once(matcher_, program, state);
    bool wants_groups = matcher_->n_captures > 0 && matcher_->pattern->programs[program].n_groups > 0;
    if (n >= 0 && wants_groups && matcher_->pattern->is_parallel && pair[0] > state.position)
        n = match_once(matcher_, program, (match_state){pair[0], false});
    if (n == PCRE2_ERROR_NOMATCH)
        return MATCHER_NONE;
    if (n == PCRE2_ERROR_PARTIAL)
        return MATCHER_UNSURE;
    if (n < 0)
        return fail(n, state, error);
    if (!is_range(&matcher_->window, pair[0], pair[1]))
        return fail(PCRE2_ERROR_INTERNAL, state, error);
    return pair[0] < matcher_->window.starts_before ? MATCHER_FOUND : MATCHER_NONE;
}

/* --- the next match ---------------------------------------------------------------------------------------------- */

/* What was found from an earlier state still holds when it begins after the present one, or when nothing was found;
 * unless it depends on the state itself. */
static bool still_holds(const matcher *matcher_, const next_match *next, match_state state) {
    const matcher_window *window = &matcher_->window;
    if (!next->is_known || !matcher_->pattern->is_parallel ||
        !matcher_tries(matcher_->pattern, window->subject, window->n_subject_bytes, state.position))
        return false;
    if (next->answer == MATCHER_NONE)
        return true;
    if (next->answer != MATCHER_FOUND)
        return false;
    const PCRE2_SIZE *pair = pcre2_get_ovector_pointer(next->data);
    return pair[0] > state.position;
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

matcher_answer matcher_next(matcher *matcher_, match_state state, thrum_range *groups, size_t *program,
                            thrum_error *error) {
    matcher_answer answer = MATCHER_NONE;
    PCRE2_SIZE first_begin = 0;
    for (size_t i = 0; i < matcher_->pattern->n_programs; i++) {
        next_match *next = &matcher_->next[i];
        if (!still_holds(matcher_, next, state)) {
            next->answer = search(matcher_, i, state, error);
            next->is_known = true;
        }
        if (next->answer == MATCHER_UNSURE || next->answer == MATCHER_FAILED)
            return next->answer;
        if (next->answer == MATCHER_NONE)
            continue;
        PCRE2_SIZE begin = pcre2_get_ovector_pointer(next->data)[0];
        if (answer == MATCHER_NONE || begin < first_begin) {
            answer = MATCHER_FOUND;
            first_begin = begin;
            *program = i;
        }
    }
    if (answer == MATCHER_FOUND)
        copy_groups(matcher_, *program, groups);
    return answer;
}
