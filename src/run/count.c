/* wc on all cores: lines, words, characters, bytes and the matches of patterns, in one pass over the text. */
#include "thrum/count.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "map/system.h"
#include "run/parallel.h"
#include "run/plan.h"
#include "run/progress.h"
#include "run/speculation.h"
#include "text/lines.h"
#include "text/token.h"

static const hits_shape count_shape = {1, false};

/* One pattern in one piece. */
typedef struct pattern_guess {
    guess guess;
    matcher_window window;
} pattern_guess;

typedef struct count_unit {
    work work;
    thrum_counts *counts; /* one for each piece */
    size_t count_capacity;
    pattern_guess *guesses; /* n_patterns for each piece */
    size_t guess_capacity;
    hits guessed;
    size_t last_scanned;
    thrum_status status; /* of the last piece scanned: only a large file, alone in its unit, can be too much for ICU */
    thrum_error error;
} count_unit;

/* What one thread works with. */
typedef struct counter {
    tokenizer *tokenizer_;
    matcher **matchers; /* one for each pattern */
} counter;

typedef struct count_pass {
    const thrum_count_options *options;
    const thrum_run_options *run;
    plan plan;
    counter *counters; /* one for each thread */
    true_loop *loops;  /* one for each pattern */
    double started_seconds;
    thrum_counts sums; /* of the present input */
    uint64_t *n_matches;
    void (*on_input)(void *context, size_t input, const thrum_counts *counts);
    void *context;
    progress done;
    atomic_bool stopped;
    thrum_status status;
    thrum_error *error;
} count_pass;

/* --- stages ------------------------------------------------------------------------------------------------------ */

static bool claim(void *context, void *unit_) {
    count_pass *pass = context;
    count_unit *u = unit_;
    u->status = THRUM_OK;
    u->guessed.n_hits = 0;
    u->last_scanned = 0;
    return !atomic_load(&pass->stopped) && plan_next(&pass->plan, &u->work);
}

static void counter_release(counter *c, size_t n_patterns) {
    for (size_t i = 0; c->matchers && i < n_patterns; i++)
        matcher_free(c->matchers[i]);
    free(c->matchers);
    tokenizer_free(c->tokenizer_);
}

/* All of a thread's counter or nothing: after a failure the thread may come again before the run ends. */
static thrum_status counter_prepare(count_pass *pass, counter *c, thrum_error *error) {
    size_t n_patterns = pass->options->n_patterns;
    if (c->tokenizer_)
        return THRUM_OK;
    counter made = {0};
    thrum_status status = tokenizer_create(&made.tokenizer_, pass->options->token, true, error);
    if (status == THRUM_OK && !(made.matchers = memory_own(n_patterns, sizeof *made.matchers)))
        status = error_memory(error);
    for (size_t i = 0; i < n_patterns && status == THRUM_OK; i++) {
        made.matchers[i] = matcher_create(pass->options->patterns[i], 0);
        if (!made.matchers[i])
            status = error_memory(error);
        else
            matcher_set_start(made.matchers[i], pass->started_seconds);
    }
    if (status == THRUM_OK)
        *c = made;
    else
        counter_release(&made, n_patterns);
    return status;
}

static bool guess_patterns(const count_pass *pass, count_unit *u, size_t index, counter *c) {
    const piece *p = &u->work.pieces[index];
    for (size_t i = 0; i < pass->options->n_patterns; i++) {
        const thrum_pattern *pattern = pass->options->patterns[i];
        pattern_guess *g = &u->guesses[index * pass->options->n_patterns + i];
        *g = (pattern_guess){.window = guess_window(pattern, p, pass->plan.chunk_bytes)};
        if (guess_is_wanted(pattern, &pass->loops[i], p) &&
            !guess_make(&g->guess, c->matchers[i], &g->window, p, &u->guessed, count_shape, false))
            return false;
    }
    return true;
}

static void scan(void *context, void *unit_, unsigned thread) {
    count_pass *pass = context;
    count_unit *u = unit_;
    counter *c = &pass->counters[thread];
    work_open(&pass->plan, &u->work);
    size_t n = u->work.n_pieces;
    if (u->work.failed || !memory_grow(&u->counts, &u->count_capacity, n, sizeof *u->counts) ||
        !memory_grow(&u->guesses, &u->guess_capacity, n * pass->options->n_patterns, sizeof *u->guesses))
        u->status = error_memory(&u->error);
    else
        u->status = counter_prepare(pass, c, &u->error);
    for (size_t i = 0; i < n && u->status == THRUM_OK; i++) {
        const piece *p = &u->work.pieces[i];
        thrum_counts *counts = &u->counts[i];
        *counts = (thrum_counts){.n_bytes = p->end - p->begin};
        lines_and_characters_count(p->subject->bytes + p->begin, p->end - p->begin, &counts->n_lines,
                                   &counts->n_characters);
        u->last_scanned = i;
        u->status = tokenizer_count(c->tokenizer_, p->subject->bytes, p->subject->n_bytes, p->begin, p->end,
                                    &counts->n_words, &u->error);
        if (u->status == THRUM_OK && !guess_patterns(pass, u, i, c))
            u->status = error_memory(&u->error);
    }
}

static void resolve(void *context, void *unit_) {
    count_pass *pass = context;
    count_unit *u = unit_;
    size_t n_patterns = pass->options->n_patterns;
    u->status = piece_note_failure(u->work.pieces + u->last_scanned, u->status, &u->error);
    for (size_t i = 0; i < u->work.n_pieces * n_patterns && u->status == THRUM_OK; i++) {
        piece *p = &u->work.pieces[i / n_patterns];
        pattern_guess *g = &u->guesses[i];
        if (subject_failed(p->subject)) {
            g->guess = (guess){0};
            continue;
        }
        thrum_status status =
            guess_mend(&g->guess, &pass->loops[i % n_patterns], pass->options->patterns[i % n_patterns], &g->window, p,
                       &u->guessed, NULL, &u->error);
        u->status = piece_note_failure(p, status, &u->error);
    }
}

static void begin_input(count_pass *pass) {
    memset(pass->n_matches, 0, pass->options->n_patterns * sizeof *pass->n_matches);
    pass->sums = (thrum_counts){.n_matches = pass->n_matches};
}

static void retire_piece(count_pass *pass, count_unit *u, size_t index) {
    piece *p = &u->work.pieces[index];
    const thrum_counts *counts = &u->counts[index];
    size_t n_patterns = pass->options->n_patterns;
    if (piece_is_first(p))
        begin_input(pass);
    pass->sums.n_lines += counts->n_lines;
    pass->sums.n_words += counts->n_words;
    pass->sums.n_characters += counts->n_characters;
    pass->sums.n_bytes += counts->n_bytes;
    for (size_t i = 0; i < n_patterns; i++)
        pass->n_matches[i] += guess_n_matches(&u->guesses[index * n_patterns + i].guess);
    progress_add(&pass->done, p);
    size_t input = p->subject->input;
    bool is_last = piece_is_last(p);
    if (piece_close(&u->work, p, pass->run) && is_last)
        pass->on_input(pass->context, input, &pass->sums);
}

static void retire(void *context, void *unit_) {
    count_pass *pass = context;
    count_unit *u = unit_;
    if (u->status != THRUM_OK && pass->status == THRUM_OK) {
        pass->status = u->status;
        if (pass->error)
            *pass->error = u->error;
        atomic_store(&pass->stopped, true);
    }
    for (size_t i = 0; i < u->work.n_pieces; i++) {
        if (pass->status == THRUM_OK)
            retire_piece(pass, u, i);
        else
            piece_drop(&u->work, &u->work.pieces[i]);
    }
}

static void release(void *unit_) {
    count_unit *u = unit_;
    work_release(&u->work);
    free(u->counts);
    free(u->guesses);
    hits_release(&u->guessed);
}

/* --- the run ----------------------------------------------------------------------------------------------------- */

thrum_status thrum_count_run(const thrum_inputs *inputs, const thrum_count_options *options,
                             const thrum_run_options *run,
                             void (*on_input)(void *context, size_t input, const thrum_counts *counts), void *context,
                             thrum_error *error) {
    if (options->token == THRUM_TOKEN_PATTERN)
        return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "words are counted by a rule, not by a pattern");
    unsigned n_threads = plan_n_threads(inputs, run);
    size_t n_patterns = options->n_patterns;
    count_pass pass = {.options = options,
                       .run = run,
                       .on_input = on_input,
                       .context = context,
                       .started_seconds = system_seconds(),
                       .done = progress_begin(inputs, run),
                       .error = error};
    plan_init(&pass.plan, inputs, tokenizer_boundary(options->token), run);
    pass.counters = memory_own(n_threads, sizeof *pass.counters);
    pass.loops = memory_own(n_patterns, sizeof *pass.loops);
    pass.n_matches = memory_own(n_patterns, sizeof *pass.n_matches);
    bool ok = pass.counters && pass.loops && pass.n_matches;
    for (size_t i = 0; ok && i < n_patterns; i++)
        ok = true_loop_init(&pass.loops[i], options->patterns[i], count_shape, pass.started_seconds);
    if (!ok) {
        pass.status = error_memory(error);
        goto out;
    }
    const pipeline line = {.context = &pass,
                           .claim = claim,
                           .scan = scan,
                           .resolve = resolve,
                           .retire = retire,
                           .release = release,
                           .unit_bytes = sizeof(count_unit)};
    thrum_status status = pipeline_run(&line, n_threads, error);
    if (pass.status == THRUM_OK)
        pass.status = status;
out:
    for (unsigned i = 0; pass.counters && i < n_threads; i++)
        counter_release(&pass.counters[i], n_patterns);
    for (size_t i = 0; pass.loops && i < n_patterns; i++)
        true_loop_release(&pass.loops[i]);
    free(pass.counters);
    free(pass.loops);
    free(pass.n_matches);
    plan_release(&pass.plan);
    return pass.status;
}
