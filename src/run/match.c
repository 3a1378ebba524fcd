/* The matching pass: scan guesses the matches of each piece, resolve mends them in file order, emit hands them to the
 * caller's function, retire writes what it appended. See speculation.h for why the result is exact. */
#include "run/match.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "map/system.h"
#include "run/lines.h"
#include "run/parallel.h"
#include "run/place.h"
#include "run/plan.h"
#include "run/progress.h"
#include "run/speculation.h"
#include "thrum/mapping.h"

/* What belongs to one piece. */
typedef struct piece_matches {
    guess guess;
    matcher_window window;
    place_step step; /* over the piece */
    place at;        /* its begin */
} piece_matches;

typedef struct unit {
    work work;
    piece_matches *matches; /* one for each piece of the work */
    size_t match_capacity;
    hits guessed;
    hits mended;
    thrum_buffer buffer;
    size_t n_wanted; /* pieces; fewer than there are when the run ends with the last of them */
    bool ends_run;
    thrum_status status; /* the first failure that ends the run */
    thrum_error error;
} unit;

typedef struct match_pass {
    const thrum_pattern *pattern;
    const thrum_match_options *options;
    const thrum_run_options *run;
    match_take *take;
    void *take_context;
    bool is_plain; /* the matches are lines */
    hits_shape shape;
    plan plan;
    matcher **matchers; /* one for each thread, made by the thread */
    true_loop loop;
    place at;
    double started_seconds;
    uint64_t n_left;          /* matches that are still wanted, when there is a bound */
    uint64_t n_input_matches; /* retired */
    atomic_bool has_enough;   /* set in resolve: nothing is to be claimed any more */
    progress done;
    thrum_match_totals *totals;
    thrum_status status;
    thrum_error *error;
    atomic_bool stopped; /* set when a unit retires, read everywhere */
} match_pass;

static void fail_unit(unit *u, thrum_status status) {
    if (u->status != THRUM_OK || status == THRUM_OK)
        return;
    u->status = status;
    if (status == THRUM_ERROR_MEMORY)
        error_memory(&u->error);
    else
        error_set(&u->error, status, NULL, "the run was stopped");
}

/* --- stages ------------------------------------------------------------------------------------------------------ */

static bool claim(void *context, void *unit_) {
    match_pass *pass = context;
    unit *u = unit_;
    if (atomic_load(&pass->stopped) || atomic_load(&pass->has_enough) || !plan_next(&pass->plan, &u->work))
        return false;
    u->status = THRUM_OK;
    u->ends_run = false;
    u->guessed.n_hits = u->mended.n_hits = 0;
    thrum_buffer_clear(&u->buffer);
    return true;
}

/* The matches are not only counted. */
static bool is_listed(const match_pass *pass) {
    return pass->take || pass->is_plain;
}

static bool is_located(const thrum_match_options *options) {
    return options->lines || options->whole_lines;
}

static void scan_piece(match_pass *pass, unit *u, size_t index, matcher *matcher_) {
    const piece *p = &u->work.pieces[index];
    piece_matches *m = &u->matches[index];
    *m = (piece_matches){.window = guess_window(pass->pattern, p, pass->plan.chunk_bytes)};
    if (atomic_load(&p->subject->is_settled))
        return;
    if (is_located(pass->options))
        m->step = place_measure(p->subject->bytes, p->begin, p->end, pass->options->column_characters);
    bool is_ok = true, list_all = is_listed(pass);
    if (pass->options->by_line)
        is_ok = lines_match(&m->guess, matcher_, pass->pattern, p, &u->guessed, pass->shape, list_all);
    else if (guess_is_wanted(pass->pattern, &pass->loop, p))
        is_ok = guess_make(&m->guess, matcher_, &m->window, p, &u->guessed, pass->shape, list_all);
    if (!is_ok)
        fail_unit(u, THRUM_ERROR_MEMORY);
}

static void scan(void *context, void *unit_, unsigned thread) {
    match_pass *pass = context;
    unit *u = unit_;
    work_open(&pass->plan, &u->work);
    if (!pass->matchers[thread]) {
        pass->matchers[thread] = matcher_create(pass->pattern, pass->shape.n_groups - 1);
        if (pass->matchers[thread])
            matcher_set_start(pass->matchers[thread], pass->started_seconds);
    }
    if (u->work.failed || !pass->matchers[thread] ||
        !memory_grow(&u->matches, &u->match_capacity, u->work.n_pieces, sizeof *u->matches))
        fail_unit(u, THRUM_ERROR_MEMORY);
    for (size_t i = 0; i < u->work.n_pieces && u->status == THRUM_OK; i++)
        scan_piece(pass, u, i, pass->matchers[thread]);
}

/* A failure behind the last match that is wanted is none: smaller chunks would not have come to it. */
static bool has_wanted(const match_pass *pass, const guess *g) {
    const thrum_match_options *options = pass->options;
    uint64_t n_matches = guess_n_matches(g);
    return (options->first_only && n_matches > 0) || (options->max_matches > 0 && n_matches >= pass->n_left);
}

static void resolve_piece(match_pass *pass, unit *u, size_t index) {
    piece *p = &u->work.pieces[index];
    piece_matches *m = &u->matches[index];
    if (piece_is_first(p))
        pass->at = (place){.line = 1};
    m->at = pass->at;
    pass->at = place_after(pass->at, m->step, p->end);
    if (subject_failed(p->subject) || atomic_load(&p->subject->is_settled)) {
        m->guess = (guess){0};
        return;
    }
    thrum_status status = pass->options->by_line
                              ? lines_check(&m->guess, pass->loop.matcher_, pass->pattern, p, pass->shape, &u->error)
                              : guess_mend(&m->guess, &pass->loop, pass->pattern, &m->window, p, &u->guessed,
                                           is_listed(pass) ? &u->mended : NULL, &u->error);
    if (status == THRUM_ERROR_MEMORY || !has_wanted(pass, &m->guess))
        u->status = piece_note_failure(p, status, &u->error);
}

/* Leaves out what is beyond the bounds on matches. False when the run has all that it wants. */
static bool keep_wanted(match_pass *pass, unit *u, size_t index) {
    const thrum_match_options *options = pass->options;
    piece *p = &u->work.pieces[index];
    guess *g = &u->matches[index].guess;
    if (options->first_only && guess_n_matches(g) > 0) {
        guess_keep_first(g, 1);
        atomic_store(&p->subject->is_settled, true);
    }
    if (options->max_matches == 0)
        return true;
    guess_keep_first(g, pass->n_left);
    pass->n_left -= guess_n_matches(g);
    return pass->n_left > 0;
}

static void resolve(void *context, void *unit_) {
    match_pass *pass = context;
    unit *u = unit_;
    u->n_wanted = atomic_load(&pass->has_enough) || atomic_load(&pass->stopped) ? 0 : u->work.n_pieces;
    for (size_t i = 0; i < u->n_wanted && u->status == THRUM_OK; i++) {
        resolve_piece(pass, u, i);
        if (u->status != THRUM_OK || keep_wanted(pass, u, i))
            continue;
        u->n_wanted = i + 1;
        u->ends_run = true;
        atomic_store(&pass->has_enough, true);
    }
}

/* Fills in the line and column of a match that begins at or after `at`, and moves `at` there. */
static void locate(const match_pass *pass, place *at, thrum_match *match) {
    bool characters = pass->options->column_characters;
    size_t begin = (size_t)match->groups[0].begin;
    *at = place_after(*at, place_measure(match->subject, at->offset, begin, characters), begin);
    match->line = at->line;
    match->column = 1 + (characters ? at->n_characters : begin - at->line_begin);
}

/* Appends hits of one group as lines. Copies 16 bytes of each, as most are shorter; the subject's padding and the slack
 * make room for that. */
static void append_lines(thrum_buffer *buffer, const uint8_t *bytes, const thrum_range *hit, size_t n) {
    size_t n_bytes = n;
    for (size_t i = 0; i < n; i++)
        n_bytes += hit[i].end - hit[i].begin;
    uint8_t *to = thrum_buffer_reserve(buffer, n_bytes + THRUM_MAPPING_PADDING_BYTES);
    if (!to)
        return;
    buffer->n_bytes += n_bytes;
    for (size_t i = 0; i < n; i++) {
        size_t n_hit = hit[i].end - hit[i].begin;
        memcpy(to, bytes + hit[i].begin, THRUM_MAPPING_PADDING_BYTES);
        if (n_hit > THRUM_MAPPING_PADDING_BYTES)
            memcpy(to, bytes + hit[i].begin, n_hit);
        to[n_hit] = '\n';
        to += n_hit + 1;
    }
}

static void emit_hits(match_pass *pass, unit *u, const hits *list, size_t first, size_t n, thrum_match *match,
                      place *at, unsigned thread) {
    if (pass->is_plain && n > 0) {
        append_lines(&u->buffer, match->subject, hits_groups(list, pass->shape, first), n);
        return;
    }
    for (size_t i = first; i < first + n && u->status == THRUM_OK; i++) {
        match->groups = hits_groups(list, pass->shape, i);
        match->pattern = hits_program(list, pass->shape, i);
        if (is_located(pass->options)) {
            uint64_t line_before = match->line;
            locate(pass, at, match);
            match->same_line = pass->options->whole_lines && match->line == line_before;
        }
        fail_unit(u, pass->take(pass->take_context, thread, match, &u->buffer));
    }
}

static void emit(void *context, void *unit_, unsigned thread) {
    match_pass *pass = context;
    unit *u = unit_;
    for (size_t i = 0; i < u->n_wanted && u->status == THRUM_OK; i++) {
        const subject *s = u->work.pieces[i].subject;
        piece_matches *m = &u->matches[i];
        const guess *g = &m->guess;
        thrum_match match = {.input = s->input,
                             .path = s->path,
                             .subject = s->bytes,
                             .n_subject_bytes = s->n_bytes,
                             .n_captures = pass->shape.n_groups - 1};
        size_t n_dropped = (size_t)g->n_dropped;
        emit_hits(pass, u, &u->mended, g->first_mended, g->n_before, &match, &m->at, thread);
        emit_hits(pass, u, &u->guessed, g->first_listed + n_dropped, g->n_listed - n_dropped, &match, &m->at, thread);
        emit_hits(pass, u, &u->mended, g->first_mended + g->n_before, g->n_after, &match, &m->at, thread);
    }
    if (u->buffer.failed)
        fail_unit(u, THRUM_ERROR_MEMORY);
}

static void stop(match_pass *pass, thrum_status status, const thrum_error *error) {
    if (pass->status == THRUM_OK) {
        pass->status = status;
        if (pass->error)
            *pass->error = *error;
    }
    atomic_store(&pass->stopped, true);
}

static void tell_input(match_pass *pass, const subject *s) {
    const thrum_match_options *options = pass->options;
    if (options->on_subject)
        options->on_subject(options->on_input_context, s->bytes, s->n_bytes);
    if (options->on_input)
        options->on_input(options->on_input_context, s->input, pass->n_input_matches);
}

static void retire_piece(match_pass *pass, unit *u, size_t index) {
    piece *p = &u->work.pieces[index];
    const guess *g = &u->matches[index].guess;
    thrum_match_totals *totals = pass->totals;
    if (piece_is_first(p))
        pass->n_input_matches = 0;
    pass->n_input_matches += guess_n_matches(g);
    totals->n_matches += guess_n_matches(g);
    totals->n_bytes += p->end - p->begin;
    totals->n_chunks++;
    totals->n_chunks_repaired += g->is_made && g->n_before > 0;
    totals->n_chunks_in_order += !g->is_made || !g->is_complete;
    progress_add(&pass->done, p);
    bool is_last = piece_is_last(p), ends_run = u->ends_run && index + 1 == u->n_wanted;
    if (!piece_check(p, pass->run))
        totals->n_inputs_failed += is_last;
    else if (is_last || ends_run)
        tell_input(pass, p->subject);
    piece_drop(&u->work, p);
}

static void retire(void *context, void *unit_) {
    match_pass *pass = context;
    unit *u = unit_;
    if (u->status != THRUM_OK)
        stop(pass, u->status, &u->error);
    bool is_live = !atomic_load(&pass->stopped);
    thrum_error error;
    error_set(&error, THRUM_ERROR_STOPPED, NULL, "the run was stopped");
    if (is_live && pass->options->write && u->buffer.n_bytes > 0) {
        thrum_status status =
            pass->options->write(pass->options->write_context, u->buffer.bytes, u->buffer.n_bytes, &error);
        if (status != THRUM_OK)
            stop(pass, status, &error);
    }
    for (size_t i = 0; i < u->work.n_pieces; i++) {
        if (is_live && i < u->n_wanted)
            retire_piece(pass, u, i);
        else
            piece_drop(&u->work, &u->work.pieces[i]);
    }
}

static void release(void *unit_) {
    unit *u = unit_;
    work_release(&u->work);
    free(u->matches);
    hits_release(&u->guessed);
    hits_release(&u->mended);
    thrum_buffer_release(&u->buffer);
}

/* --- the run ----------------------------------------------------------------------------------------------------- */

static boundary_rule rule_for(const thrum_pattern *pattern, const thrum_match_options *options) {
    if (options->by_line || options->whole_lines)
        return BOUNDARY_LINE;
    return pattern->is_utf ? BOUNDARY_CHARACTER : BOUNDARY_BYTE;
}

thrum_status match_run(const thrum_inputs *inputs, const thrum_pattern *pattern, const thrum_match_options *options,
                       match_take *take, void *take_context, const thrum_run_options *run, thrum_match_totals *totals,
                       thrum_error *error) {
    unsigned n_threads = plan_n_threads(inputs, run);
    thrum_match_totals own_totals;
    match_pass pass = {.pattern = pattern,
                       .options = options,
                       .run = run,
                       .take = take,
                       .take_context = take_context,
                       .is_plain = !take && options->plain,
                       .shape = {1 + (take ? options->n_captures : 0), thrum_pattern_n_texts(pattern) > 1},
                       .started_seconds = system_seconds(),
                       .n_left = options->max_matches,
                       .done = progress_begin(inputs, run),
                       .totals = totals ? totals : &own_totals,
                       .error = error};
    *pass.totals = (thrum_match_totals){0};
    plan_init(&pass.plan, inputs, rule_for(pattern, options), run);
    pass.matchers = calloc(n_threads, sizeof *pass.matchers);
    if (!true_loop_init(&pass.loop, pattern, pass.shape, pass.started_seconds) || !pass.matchers) {
        pass.status = error_memory(error);
        goto out;
    }
    const pipeline line = {.context = &pass,
                           .claim = claim,
                           .scan = scan,
                           .resolve = resolve,
                           .emit = is_listed(&pass) ? emit : NULL,
                           .retire = retire,
                           .release = release,
                           .unit_bytes = sizeof(unit)};
    thrum_status status = pipeline_run(&line, n_threads, error);
    if (pass.status == THRUM_OK)
        pass.status = status;
out:
    for (unsigned i = 0; pass.matchers && i < n_threads; i++)
        matcher_free(pass.matchers[i]);
    free(pass.matchers);
    true_loop_release(&pass.loop);
    plan_release(&pass.plan);
    return pass.status;
}

/* The public form: a format that does not care for threads. */
static thrum_status take_format(void *context, unsigned thread, const thrum_match *match, thrum_buffer *buffer) {
    (void)thread;
    const thrum_match_options *options = context;
    return options->format(options->format_context, match, buffer);
}

thrum_status thrum_match_run(const thrum_inputs *inputs, const thrum_pattern *pattern,
                             const thrum_match_options *options, const thrum_run_options *run,
                             thrum_match_totals *totals, thrum_error *error) {
    thrum_match_options own_options = *options;
    return match_run(inputs, pattern, options, options->format ? take_format : NULL, &own_options, run, totals, error);
}
