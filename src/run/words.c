/* Counting words: each thread fills a table of its own; word_list.c makes the list out of them. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "count/word_table.h"
#include "pattern/pattern.h"
#include "run/match.h"
#include "run/parallel.h"
#include "run/plan.h"
#include "run/progress.h"
#include "run/word_list.h"
#include "text/token.h"
#include "thrum/words.h"

/* What one thread works with. */
typedef struct counter {
    tokenizer *tokenizer_;
    word_table *table;
} counter;

typedef struct words_pass {
    const thrum_words_options *options;
    const thrum_run_options *run;
    plan plan;
    unsigned n_threads;
    counter **counters; /* one for each thread, made by the thread */
    progress done;
    word_counts counts;
    atomic_bool stopped;
    thrum_status status; /* the first failure in file order */
    thrum_error *error;
} words_pass;

/* --- one thread -------------------------------------------------------------------------------------------------- */

static void counter_free(counter *c) {
    if (!c)
        return;
    tokenizer_free(c->tokenizer_);
    word_table_free(c->table);
    free(c);
}

static thrum_status counter_get(words_pass *pass, unsigned thread, counter **c, thrum_error *error) {
    *c = pass->counters[thread];
    if (*c)
        return THRUM_OK;
    counter *made = memory_own(1, sizeof *made);
    thrum_status status = made ? tokenizer_create(&made->tokenizer_, word_list_folding_rule(pass->options),
                                                  pass->options->keep_case, error)
                               : error_memory(error);
    if (status == THRUM_OK && !(made->table = word_table_create(&pass->counts.seed)))
        status = error_memory(error);
    if (status == THRUM_OK)
        pass->counters[thread] = *c = made;
    else
        counter_free(made);
    return status;
}

static thrum_status count_tokens(void *context, const token *tokens, size_t n_tokens) {
    word_table *table = context;
    return word_table_add(table, tokens, n_tokens) ? THRUM_OK : THRUM_ERROR_MEMORY;
}

/* --- words of a token rule --------------------------------------------------------------------------------------- */

typedef struct words_unit {
    work work;
    size_t last_scanned;
    thrum_status status; /* of the last piece scanned: only a large file, alone in its unit, can be too much for ICU */
    thrum_error error;
} words_unit;

static bool claim(void *context, void *unit_) {
    words_pass *pass = context;
    words_unit *u = unit_;
    u->status = THRUM_OK;
    u->last_scanned = 0;
    return !atomic_load(&pass->stopped) && plan_next(&pass->plan, &u->work);
}

static void scan(void *context, void *unit_, unsigned thread) {
    words_pass *pass = context;
    words_unit *u = unit_;
    counter *c = NULL;
    work_open(&pass->plan, &u->work);
    u->status = u->work.failed ? error_memory(&u->error) : counter_get(pass, thread, &c, &u->error);
    for (size_t i = 0; i < u->work.n_pieces && u->status == THRUM_OK; i++) {
        const piece *p = &u->work.pieces[i];
        const token_sink sink = {count_tokens, NULL, c->table};
        u->last_scanned = i;
        u->status =
            tokenizer_run(c->tokenizer_, p->subject->bytes, p->subject->n_bytes, p->begin, p->end, &sink, &u->error);
    }
}

static void stop(words_pass *pass, thrum_status status, const thrum_error *error) {
    if (pass->status == THRUM_OK) {
        pass->status = status;
        if (pass->error)
            *pass->error = *error;
    }
    atomic_store(&pass->stopped, true);
}

static void retire(void *context, void *unit_) {
    words_pass *pass = context;
    words_unit *u = unit_;
    u->status = piece_note_failure(u->work.pieces + u->last_scanned, u->status, &u->error);
    if (u->status != THRUM_OK)
        stop(pass, u->status, &u->error);
    for (size_t i = 0; i < u->work.n_pieces; i++) {
        piece *p = &u->work.pieces[i];
        if (atomic_load(&pass->stopped)) {
            piece_drop(&u->work, p);
            continue;
        }
        pass->counts.n_bytes += p->end - p->begin;
        progress_add(&pass->done, p);
        bool is_last = piece_is_last(p);
        if (!piece_close(&u->work, p, pass->run))
            pass->counts.n_inputs_failed += is_last;
    }
}

static void release(void *unit_) {
    words_unit *u = unit_;
    work_release(&u->work);
}

static thrum_status count_rule(words_pass *pass, const thrum_inputs *inputs) {
    plan_init(&pass->plan, inputs, tokenizer_boundary(pass->options->token), pass->run);
    pass->done = progress_begin(inputs, pass->run);
    const pipeline line = {.context = pass,
                           .claim = claim,
                           .scan = scan,
                           .retire = retire,
                           .release = release,
                           .unit_bytes = sizeof(words_unit)};
    thrum_status status = pipeline_run(&line, pass->n_threads, pass->error);
    plan_release(&pass->plan);
    return pass->status == THRUM_OK ? status : pass->status;
}

/* --- the matches of a pattern ------------------------------------------------------------------------------------ */

static thrum_status take_match(void *context, unsigned thread, const thrum_match *match, thrum_buffer *buffer) {
    (void)buffer;
    words_pass *pass = context;
    counter *c = NULL;
    token folded;
    thrum_status status = counter_get(pass, thread, &c, NULL);
    if (status == THRUM_OK)
        status = tokenizer_fold(c->tokenizer_, match->subject + match->groups[0].begin,
                                (size_t)(match->groups[0].end - match->groups[0].begin), &folded, NULL);
    return status == THRUM_OK ? count_tokens(c->table, &folded, 1) : status;
}

static thrum_status count_pattern(words_pass *pass, const thrum_inputs *inputs) {
    const thrum_match_options options = {.by_line = pass->options->by_line, .max_matches = pass->options->max_matches};
    thrum_match_totals totals;
    thrum_status status =
        match_run(inputs, pass->options->pattern, &options, take_match, pass, pass->run, &totals, pass->error);
    pass->counts.n_bytes = totals.n_bytes;
    pass->counts.n_inputs_failed = totals.n_inputs_failed;
    return status;
}

/* --- the run ----------------------------------------------------------------------------------------------------- */

/* Moves the threads' tables into the counts. */
static void collect_tables(words_pass *pass) {
    for (unsigned i = 0; i < pass->n_threads; i++) {
        if (!pass->counters[i])
            continue;
        pass->counts.tables[pass->counts.n_tables++] = pass->counters[i]->table;
        pass->counters[i]->table = NULL;
    }
}

static thrum_status count_all(words_pass *pass, const thrum_inputs *inputs) {
    if (pass->options->token != THRUM_TOKEN_PATTERN)
        return count_rule(pass, inputs);
    if (!pass->options->pattern)
        return error_set(pass->error, THRUM_ERROR_ARGUMENT, NULL, "the token rule needs a pattern");
    return count_pattern(pass, inputs);
}

thrum_status thrum_words_count(thrum_words **words, const thrum_inputs *inputs, const thrum_words_options *options,
                               const thrum_run_options *run, thrum_error *error) {
    *words = NULL;
    words_pass pass = {.options = options,
                       .run = run,
                       .n_threads = parallel_n_threads(run->n_threads),
                       .counts.seed = word_seed_draw(),
                       .error = error};
    pass.counters = calloc(pass.n_threads, sizeof *pass.counters);
    pass.counts.tables = calloc(pass.n_threads, sizeof *pass.counts.tables);
    thrum_status status = pass.counters && pass.counts.tables ? count_all(&pass, inputs) : error_memory(error);
    if (status == THRUM_OK) {
        collect_tables(&pass);
        status = word_list_make(words, &pass.counts, options, pass.n_threads, error);
    }
    for (unsigned i = 0; pass.counters && i < pass.n_threads; i++)
        counter_free(pass.counters[i]);
    for (size_t i = 0; i < pass.counts.n_tables; i++)
        word_table_free(pass.counts.tables[i]);
    free(pass.counters);
    free(pass.counts.tables);
    return status;
}
