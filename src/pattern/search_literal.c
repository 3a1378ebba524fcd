/* Searching with literal texts.
 *
 * Where the texts are the whole pattern, their occurrences are the matches. Otherwise occurrences of a factor are found
 * cell by cell of the subject, and PCRE2 is asked around each of them, for matches that begin where literal.c bounds
 * them. An occurrence after the other is done with, and so is each place at which a match may begin: no place is tried
 * twice, so that PCRE2 never does more than it would alone, but for the calls. Those have their price: where
 * occurrences are dense, a cell, or a whole group of them, is left to PCRE2. Cells lie on a grid, so that what is asked
 * depends on the text. */
#include <stdlib.h>

#include "base/memory.h"
#include "pattern/matcher_inside.h"

enum {
    CELL_BYTES = 16 * 1024,
    GROUP_BYTES = 4 * CELL_BYTES, /* dense as a whole where its first cell is */
    CELL_PLACES = CELL_BYTES / LITERAL_LEAST_WORTH_BYTES,
    STRETCH_BYTES = 4 * 1024 * 1024, /* searched between two looks at the clock */
    N_AHEAD = 128
};

/* The occurrences of a factor in a cell, or in a whole group that is dense. */
typedef struct cell {
    size_t begin, end; /* both 0: not known */
    bool is_dense;
    unsigned n, next; /* those before `next` are done with */
    uint16_t places[CELL_PLACES];
} cell;

/* Separate occurrences that were found from a place on. */
typedef struct ahead {
    bool is_known;
    size_t from, resumed; /* the search began and goes on there */
    unsigned n, next;
    literal_hit hits[N_AHEAD];
} ahead;

struct literal_walk {
    cell cell;
    bool knows_group;
    size_t group; /* its begin */
    bool is_group_dense;
    ahead ahead;
};

literal_walk *literal_walk_create(void) {
    return memory_own(1, sizeof(literal_walk));
}

void literal_walk_free(literal_walk *walk) {
    free(walk);
}

void literal_walk_begin(literal_walk *walk) {
    walk->cell.begin = walk->cell.end = 0;
    walk->knows_group = false;
    walk->ahead.is_known = false;
}

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* --- whole words and lines ---------------------------------------------------------------------------------------- */

static bool is_word_byte(uint8_t byte) {
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_';
}

/* What PCRE2 says of a place. */
static bool is_edge(const matcher *matcher_, pcre2_code *code, size_t place) {
    const matcher_window *window = &matcher_->window;
    return pcre2_jit_match(code, window->subject, window->n_subject_bytes, place, 0, matcher_->edge_data,
                           matcher_->context) >= 0;
}

/* Whether the byte beside a place is of no word, or PCRE2 says so of the character. */
static bool is_word_edge(const matcher *matcher_, pcre2_code *code, uint8_t beside, size_t place) {
    return beside < 0x80 || !code ? !is_word_byte(beside) : is_edge(matcher_, code, place);
}

static bool is_whole_word(const void *context, size_t begin, size_t end) {
    const matcher *matcher_ = context;
    const matcher_window *window = &matcher_->window;
    const plain_texts *texts = matcher_->pattern->texts;
    return (begin == 0 || is_word_edge(matcher_, texts->may_begin, window->subject[begin - 1], begin)) &&
           (end == window->n_subject_bytes || is_word_edge(matcher_, texts->may_end, window->subject[end], end));
}

static bool is_line_byte(uint8_t byte) {
    return byte == '\n' || byte == '\r';
}

static bool is_whole_line(const void *context, size_t begin, size_t end) {
    const matcher *matcher_ = context;
    const matcher_window *window = &matcher_->window;
    const plain_texts *texts = matcher_->pattern->texts;
    return (begin == 0 || is_line_byte(window->subject[begin - 1])) &&
           (end == window->n_subject_bytes || is_line_byte(window->subject[end])) &&
           is_edge(matcher_, texts->may_begin, begin) && is_edge(matcher_, texts->may_end, end);
}

/* The ASCII characters of words, and all that are visible, in front of SIEVE_BLOCK places from one on. */
static void masks_before(const void *context, size_t place, uint64_t *words, uint64_t *visible) {
    const matcher *matcher_ = context;
    const matcher_window *window = &matcher_->window;
    *words = *visible = 0;
    if (place > 0 && window->n_subject_bytes - place >= SIEVE_BLOCK)
        kernel_get()->word_masks(words, visible, window->subject + place - 1, 1, '_');
}

static uint64_t may_begin_word(const void *context, size_t place) {
    uint64_t words, visible;
    masks_before(context, place, &words, &visible);
    return ~words;
}

static uint64_t may_begin_line(const void *context, size_t place) {
    uint64_t words, visible;
    masks_before(context, place, &words, &visible);
    return ~visible;
}

/* --- texts that are the whole pattern ----------------------------------------------------------------------------- */

/* Finds up to `most` matches from a place on that begin in the window, or the first few of them; none only when there
 * are no more, or when time is out. */
static size_t find_separate(const matcher *matcher_, const literal_set *set, size_t *from, literal_hit *hits,
                            size_t most, bool *is_out_of_time) {
    const matcher_window *window = &matcher_->window;
    size_t end = least(window->starts_before, window->n_subject_bytes), n = 0;
    const literal_judge judges[] = {[PLAIN_EDGES_WORD] = {is_whole_word, may_begin_word, matcher_},
                                    [PLAIN_EDGES_LINE] = {is_whole_line, may_begin_line, matcher_}};
    const plain_edges edges = matcher_->texts ? matcher_->pattern->texts->edges : PLAIN_EDGES_ANY;
    *is_out_of_time = false;
    while (n == 0 && *from < end && !*is_out_of_time) {
        const literal_field field = {.subject = window->subject,
                                     .n_subject_bytes = window->n_subject_bytes,
                                     .end = least(end, *from + STRETCH_BYTES),
                                     .is_separate = true,
                                     .judge = edges == PLAIN_EDGES_ANY ? NULL : &judges[edges]};
        *is_out_of_time = matcher_is_out_of_time(matcher_);
        n = literal_set_find(set, &field, from, hits, most);
    }
    return n;
}

/* Makes what lies ahead begin at a position. False when time is out. */
static bool look_ahead(const matcher *matcher_, const literal_set *set, ahead *a, size_t position) {
    bool is_out_of_time = false;
    while (a->is_known && a->next < a->n && a->hits[a->next].begin < position)
        a->next++;
    /* A match that covers the position hides others. */
    size_t known_from = a->next ? a->hits[a->next - 1].begin + a->hits[a->next - 1].n_bytes : a->from;
    if (a->is_known && a->next < a->n && position >= known_from)
        return true;
    bool goes_on = a->is_known && position >= known_from && position <= a->resumed;
    a->from = a->resumed = goes_on ? a->resumed : position;
    a->n = (unsigned)find_separate(matcher_, set, &a->resumed, a->hits, N_AHEAD, &is_out_of_time);
    a->next = 0;
    a->is_known = !is_out_of_time;
    return !is_out_of_time;
}

/* The first match at or after a position; NULL when there is none, or when *n is an error of PCRE2 or the matcher. */
static const literal_hit *next_whole(const matcher *matcher_, const literal_set *set, literal_walk *walk,
                                     size_t position, int *n) {
    const matcher_window *window = &matcher_->window;
    *n = PCRE2_ERROR_NOMATCH;
    if (!look_ahead(matcher_, set, &walk->ahead, position)) {
        *n = INTERPRETER_OUT_OF_TIME;
        return NULL;
    }
    if (walk->ahead.n == 0)
        return NULL;
    const literal_hit *hit = &walk->ahead.hits[walk->ahead.next];
    if (hit->begin + hit->n_bytes <= window->n_visible_bytes)
        return hit;
    *n = PCRE2_ERROR_PARTIAL;
    return NULL;
}

static int match_whole_text(matcher *matcher_, size_t program, size_t position) {
    int n;
    const literal_set *set = literal_texts(matcher_->pattern->programs[program].engine.literal);
    const literal_hit *hit = next_whole(matcher_, set, matcher_->next[program].literal, position, &n);
    if (!hit)
        return n;
    PCRE2_SIZE *pairs = pcre2_get_ovector_pointer(matcher_->next[program].data);
    for (size_t i = 0; i <= matcher_->n_captures; i++)
        pairs[2 * i] = pairs[2 * i + 1] = PCRE2_UNSET;
    pairs[0] = hit->begin;
    pairs[1] = hit->begin + hit->n_bytes;
    return 1;
}

/* --- PCRE2 around a factor ---------------------------------------------------------------------------------------- */

static void fill_cell(const matcher *matcher_, const literal_search *literal, cell *c, size_t begin) {
    literal_hit hits[CELL_PLACES + 1];
    size_t from = begin;
    const literal_field field = {.subject = matcher_->window.subject,
                                 .n_subject_bytes = matcher_->window.n_subject_bytes,
                                 .end = begin + CELL_BYTES};
    size_t most = CELL_BYTES / literal_worth_bytes(literal);
    size_t n = literal_set_find(literal_texts(literal), &field, &from, hits, most + 1);
    *c = (cell){.begin = begin, .end = begin + CELL_BYTES, .is_dense = n > most};
    for (; c->n < n && !c->is_dense; c->n++)
        c->places[c->n] = (uint16_t)(hits[c->n].begin - begin);
}

/* Makes the cell that of a place. */
static void go_to_cell(const matcher *matcher_, const literal_search *literal, literal_walk *walk, size_t place) {
    cell *c = &walk->cell;
    size_t begin = place - place % CELL_BYTES, group = place - place % GROUP_BYTES;
    if (!walk->knows_group || walk->group != group) {
        fill_cell(matcher_, literal, c, group);
        walk->knows_group = true;
        walk->group = group;
        walk->is_group_dense = c->is_dense;
    }
    if (walk->is_group_dense)
        *c = (cell){.begin = group, .end = group + GROUP_BYTES, .is_dense = true};
    else if (c->begin != begin || c->end == 0)
        fill_cell(matcher_, literal, c, begin);
}

/* The first occurrence in a cell at or after a place; SIZE_MAX: none. */
static size_t next_in_cell(cell *c, size_t place) {
    while (c->next > 0 && c->begin + c->places[c->next - 1] >= place)
        c->next--;
    while (c->next < c->n && c->begin + c->places[c->next] < place)
        c->next++;
    return c->next < c->n ? c->begin + c->places[c->next] : SIZE_MAX;
}

/* Whether no match that has the factor at a cell's end or behind it begins in the window any more. All cells from the
 * window's end on have been asked, so that only what the last one adds is looked at. */
static bool is_past_window(const matcher *matcher_, const literal_search *literal, size_t cell_end) {
    size_t limit = matcher_->window.starts_before, cell_begin = cell_end - CELL_BYTES;
    if (limit >= cell_end || cell_end >= matcher_->window.n_subject_bytes)
        return false;
    size_t lowest = limit > cell_begin ? limit - 1 : cell_begin;
    size_t first = literal_first_begin(literal, matcher_->window.subject, cell_end, lowest);
    return first > lowest || literal_most_before(literal) <= cell_end - limit;
}

/* Whether a search from the left does not try a place, where one that begins there does. */
static bool is_stepped_over(const matcher *matcher_, size_t program, size_t place) {
    const matcher_window *window = &matcher_->window;
    if (place < window->n_subject_bytes && window->subject[place] == '\n' &&
        !matcher_->pattern->programs[program].passes_over_crlf)
        return false;
    return !matcher_tries(matcher_->pattern, window->subject, window->n_subject_bytes, place);
}

static int match_around(matcher *matcher_, size_t program, match_state state) {
    const matcher_window *window = &matcher_->window;
    const literal_search *literal = matcher_->pattern->programs[program].engine.literal;
    literal_walk *walk = matcher_->next[program].literal;
    cell *c = &walk->cell;
    const size_t least_before = literal_least_before(literal), n_bytes = window->n_subject_bytes;
    size_t position = (size_t)state.position; /* no match begins before it, */
    size_t done = position + least_before;    /* nor has its factor before this */
    while (done < n_bytes) {
        if (done < c->begin || done >= c->end) {
            if (matcher_is_out_of_time(matcher_))
                return INTERPRETER_OUT_OF_TIME;
            go_to_cell(matcher_, literal, walk, done);
        }
        size_t place = c->is_dense ? done : next_in_cell(c, done);
        size_t next = c->is_dense ? c->end : place + 1;
        if (place == SIZE_MAX) {
            done = c->end;
            if (is_past_window(matcher_, literal, done))
                return PCRE2_ERROR_NOMATCH;
            if (done >= window->n_visible_bytes && done < n_bytes)
                return PCRE2_ERROR_PARTIAL;
            continue;
        }
        size_t first = literal_first_begin(literal, window->subject, place, position);
        size_t behind = least(next - least_before, window->starts_before);
        while (first < behind && first > state.position && is_stepped_over(matcher_, program, first))
            first++;
        if (first >= window->starts_before)
            return PCRE2_ERROR_NOMATCH;
        if (first < behind) {
            const match_state from = {first, state.not_empty && first == state.position};
            int n = matcher_ask(matcher_, program, from, behind);
            if (n != PCRE2_ERROR_NOMATCH)
                return n;
            position = behind;
        }
        done = next;
    }
    return PCRE2_ERROR_NOMATCH;
}

/* --- for the matcher ---------------------------------------------------------------------------------------------- */

bool literal_walk_serves(const matcher *matcher_, size_t program) {
    return matcher_->next[program].literal && matcher_may_serve(matcher_, program);
}

bool literal_walk_serves_whole(const matcher *matcher_, size_t program) {
    const pattern_program *searched = &matcher_->pattern->programs[program];
    return literal_walk_serves(matcher_, program) && literal_is_whole(searched->engine.literal) &&
           (matcher_->n_captures == 0 || searched->n_groups == 0);
}

int literal_walk_next(matcher *matcher_, size_t program, match_state state) {
    return literal_walk_serves_whole(matcher_, program) ? match_whole_text(matcher_, program, (size_t)state.position)
                                                        : match_around(matcher_, program, state);
}

matcher_answer literal_walk_next_text(matcher *matcher_, match_state state, thrum_range *groups, size_t *text,
                                      thrum_error *error) {
    int n;
    const literal_hit *hit =
        next_whole(matcher_, matcher_->pattern->texts->set, matcher_->texts, (size_t)state.position, &n);
    if (!hit && n == INTERPRETER_OUT_OF_TIME)
        return matcher_fail(matcher_, n, state, error);
    if (!hit)
        return n == PCRE2_ERROR_PARTIAL ? MATCHER_UNSURE : MATCHER_NONE;
    for (size_t i = 1; i <= matcher_->n_captures; i++)
        groups[i] = (thrum_range){THRUM_UNSET, THRUM_UNSET};
    groups[0] = (thrum_range){hit->begin, hit->begin + hit->n_bytes};
    *text = matcher_->pattern->texts->n_alternatives > 0 ? 0 : hit->text;
    return MATCHER_FOUND;
}

matcher_answer literal_walk_many(matcher *matcher_, match_state *state, thrum_range *ranges, uint64_t n_most,
                                 uint64_t *n_found, thrum_error *error) {
    const thrum_pattern *pattern = matcher_->pattern;
    const literal_set *set = pattern->texts ? pattern->texts->set : literal_texts(pattern->programs[0].engine.literal);
    const size_t n_visible_bytes = matcher_->window.n_visible_bytes;
    literal_hit hits[N_AHEAD];
    bool is_out_of_time;
    size_t from = (size_t)state->position;
    for (*n_found = 0; *n_found < n_most;) {
        size_t most = n_most - *n_found < N_AHEAD ? (size_t)(n_most - *n_found) : N_AHEAD;
        size_t n = find_separate(matcher_, set, &from, hits, most, &is_out_of_time);
        if (is_out_of_time)
            return matcher_fail(matcher_, INTERPRETER_OUT_OF_TIME, *state, error);
        if (n == 0)
            return MATCHER_NONE;
        for (size_t i = 0; i < n; i++) {
            thrum_range range = {hits[i].begin, hits[i].begin + hits[i].n_bytes};
            if (range.end > n_visible_bytes)
                return MATCHER_UNSURE;
            if (ranges)
                ranges[*n_found] = range;
            ++*n_found;
            *state = (match_state){range.end, false};
        }
    }
    return MATCHER_FOUND;
}
