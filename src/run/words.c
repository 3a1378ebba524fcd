/* Counting words: each thread fills a table of its own, the tables are merged by parts of the hash, the rows sorted. */
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
#include "run/rows.h"
#include "text/lines.h"
#include "text/token.h"
#include "thrum/words.h"

enum {
    TYPES_WORTH_A_PART = 4096, /* fewer types than this are merged at once */
    MOST_PARTS = 256
};

struct thrum_words {
    word_table **parts; /* the merged tables: they hold the words' bytes */
    size_t n_parts;
    word_row *rows;
    uint64_t *ranks;
    size_t n_rows;
    uint64_t n_tokens, n_types, n_hapaxes, n_bytes, n_inputs_failed;
};

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
    word_seed seed;
    counter **counters; /* one for each thread, made by the thread */
    progress done;
    thrum_words *words;
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

/* The rule by which words are folded: that of the text, or for the matches of a pattern that of its characters. */
static thrum_token_rule folding_rule(const thrum_words_options *options) {
    if (options->token != THRUM_TOKEN_PATTERN)
        return options->token;
    return options->pattern->is_utf ? THRUM_TOKEN_UNICODE : THRUM_TOKEN_SPACE;
}

static thrum_status counter_get(words_pass *pass, unsigned thread, counter **c, thrum_error *error) {
    *c = pass->counters[thread];
    if (*c)
        return THRUM_OK;
    counter *made = memory_own(1, sizeof *made);
    thrum_status status =
        made ? tokenizer_create(&made->tokenizer_, folding_rule(pass->options), pass->options->keep_case, error)
             : error_memory(error);
    if (status == THRUM_OK && !(made->table = word_table_create(&pass->seed)))
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
        u->last_scanned = i;
        u->status = tokenizer_run(c->tokenizer_, p->subject->bytes, p->subject->n_bytes, p->begin, p->end, count_tokens,
                                  c->table, &u->error);
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
        pass->words->n_bytes += p->end - p->begin;
        progress_add(&pass->done, p);
        bool is_last = piece_is_last(p);
        if (!piece_close(&u->work, p, pass->run))
            pass->words->n_inputs_failed += is_last;
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
    pass->words->n_bytes = totals.n_bytes;
    pass->words->n_inputs_failed = totals.n_inputs_failed;
    return status;
}

/* --- merging ----------------------------------------------------------------------------------------------------- */

typedef struct merge_job {
    words_pass *pass;
    word_table **tables;
    size_t n_tables;
    atomic_bool failed;
} merge_job;

static void merge_part(void *context, size_t part) {
    merge_job *job = context;
    thrum_words *words = job->pass->words;
    word_table *table = word_table_create(&job->pass->seed);
    words->parts[part] = table;
    if (!table || !word_table_merge(table, job->tables, job->n_tables, part, words->n_parts))
        atomic_store(&job->failed, true);
}

static size_t choose_n_parts(const words_pass *pass, word_table *const *tables, size_t n_tables) {
    uint64_t n_types = 0;
    for (size_t i = 0; i < n_tables; i++)
        n_types += word_table_n_types(tables[i]);
    size_t n_parts = 1;
    while (n_parts < MOST_PARTS && n_parts < 4 * (size_t)pass->n_threads && n_types / n_parts > TYPES_WORTH_A_PART)
        n_parts *= 2;
    return n_parts;
}

/* Moves the threads' tables into `tables`; returns how many there are. */
static size_t collect_tables(words_pass *pass, word_table **tables) {
    size_t n_tables = 0;
    for (unsigned i = 0; i < pass->n_threads; i++) {
        if (!pass->counters[i])
            continue;
        tables[n_tables++] = pass->counters[i]->table;
        pass->counters[i]->table = NULL;
    }
    return n_tables;
}

static thrum_status merge_tables(words_pass *pass) {
    thrum_words *words = pass->words;
    merge_job job = {.pass = pass, .tables = calloc(pass->n_threads, sizeof *job.tables)};
    if (!job.tables)
        return error_memory(pass->error);
    thrum_status status = THRUM_OK;
    job.n_tables = collect_tables(pass, job.tables);
    size_t n_parts = job.n_tables == 1 ? 1 : choose_n_parts(pass, job.tables, job.n_tables);
    words->parts = calloc(n_parts, sizeof *words->parts);
    if (!words->parts) {
        status = error_memory(pass->error);
    } else if (job.n_tables == 1) {
        words->n_parts = 1;
        words->parts[0] = job.tables[0];
        job.tables[0] = NULL;
    } else {
        words->n_parts = n_parts;
        parallel_for(pass->n_threads, n_parts, merge_part, &job);
        if (atomic_load(&job.failed))
            status = error_memory(pass->error);
    }
    for (size_t i = 0; i < job.n_tables; i++)
        word_table_free(job.tables[i]);
    free(job.tables);
    return status;
}

/* --- the list ---------------------------------------------------------------------------------------------------- */

typedef struct row_filter {
    const thrum_words_options *options;
    word_table *stopwords; /* NULL: none */
} row_filter;

static bool is_listed(const row_filter *filter, const word_row *row) {
    const thrum_words_options *options = filter->options;
    if (row->count < options->min_count)
        return false;
    if (options->min_chars || options->max_chars) {
        uint64_t n_chars = characters_count(row->bytes, row->n_bytes);
        if (n_chars < options->min_chars || (options->max_chars && n_chars > options->max_chars))
            return false;
    }
    return !filter->stopwords || word_table_find(filter->stopwords, row->bytes, row->n_bytes) == 0;
}

static thrum_status filter_open(row_filter *filter, words_pass *pass) {
    const thrum_words_options *options = pass->options;
    *filter = (row_filter){.options = options};
    if (options->n_stopwords == 0)
        return THRUM_OK;
    tokenizer *folder = NULL;
    thrum_status status = tokenizer_create(&folder, folding_rule(options), options->keep_case, pass->error);
    filter->stopwords = word_table_create(&pass->seed);
    if (!filter->stopwords && status == THRUM_OK)
        status = error_memory(pass->error);
    for (size_t i = 0; i < options->n_stopwords && status == THRUM_OK; i++) {
        const char *word = options->stopwords[i];
        token folded;
        status = tokenizer_fold(folder, (const uint8_t *)word, strlen(word), &folded, pass->error);
        if (status == THRUM_OK && !word_table_add(filter->stopwords, &folded, 1))
            status = error_memory(pass->error);
    }
    tokenizer_free(folder);
    return status;
}

/* Gathers the rows of all parts, counting types and hapaxes on the way, and keeps those that are to be listed. */
static thrum_status gather_rows(words_pass *pass, const row_filter *filter) {
    thrum_words *words = pass->words;
    for (size_t i = 0; i < words->n_parts; i++) {
        words->n_types += word_table_n_types(words->parts[i]);
        words->n_tokens += word_table_n_tokens(words->parts[i]);
    }
    if (words->n_types == 0)
        return THRUM_OK;
    words->rows = memory_own((size_t)words->n_types, sizeof *words->rows);
    if (!words->rows)
        return error_memory(pass->error);
    size_t n = 0;
    for (size_t i = 0; i < words->n_parts; i++) {
        word_row *rows = words->rows + n;
        size_t n_part = (size_t)word_table_n_types(words->parts[i]);
        word_table_rows(words->parts[i], rows);
        for (size_t j = 0; j < n_part; j++) {
            words->n_hapaxes += rows[j].count == 1;
            if (is_listed(filter, &rows[j]))
                words->rows[n++] = rows[j];
        }
    }
    words->n_rows = n;
    return THRUM_OK;
}

static thrum_status list_rows(words_pass *pass) {
    thrum_words *words = pass->words;
    row_filter filter;
    thrum_status status = filter_open(&filter, pass);
    if (status == THRUM_OK)
        status = gather_rows(pass, &filter);
    word_table_free(filter.stopwords);
    if (status != THRUM_OK)
        return status;
    return rows_arrange(words->rows, &words->n_rows, &words->ranks, pass->options->top, pass->options->sort,
                        pass->n_threads, pass->error);
}

/* --- the run ----------------------------------------------------------------------------------------------------- */

thrum_status thrum_words_count(thrum_words **words, const thrum_inputs *inputs, const thrum_words_options *options,
                               const thrum_run_options *run, thrum_error *error) {
    *words = NULL;
    words_pass pass = {.options = options,
                       .run = run,
                       .n_threads = parallel_n_threads(run->n_threads),
                       .seed = word_seed_draw(),
                       .error = error};
    pass.counters = calloc(pass.n_threads, sizeof *pass.counters);
    pass.words = calloc(1, sizeof *pass.words);
    thrum_status status;
    if (!pass.counters || !pass.words)
        status = error_memory(error);
    else if (options->token == THRUM_TOKEN_PATTERN)
        status = options->pattern ? count_pattern(&pass, inputs)
                                  : error_set(error, THRUM_ERROR_ARGUMENT, NULL, "the token rule needs a pattern");
    else
        status = count_rule(&pass, inputs);
    if (status == THRUM_OK)
        status = merge_tables(&pass);
    if (status == THRUM_OK)
        status = list_rows(&pass);
    for (unsigned i = 0; pass.counters && i < pass.n_threads; i++)
        counter_free(pass.counters[i]);
    free(pass.counters);
    if (status == THRUM_OK)
        *words = pass.words;
    else
        thrum_words_free(pass.words);
    return status;
}

size_t thrum_words_n_rows(const thrum_words *words) {
    return words->n_rows;
}

thrum_word thrum_words_row(const thrum_words *words, size_t index) {
    const word_row *row = &words->rows[index];
    return (thrum_word){row->bytes, row->n_bytes, row->count, words->ranks[index]};
}

uint64_t thrum_words_n_tokens(const thrum_words *words) {
    return words->n_tokens;
}

uint64_t thrum_words_n_types(const thrum_words *words) {
    return words->n_types;
}

uint64_t thrum_words_n_hapaxes(const thrum_words *words) {
    return words->n_hapaxes;
}

uint64_t thrum_words_n_bytes(const thrum_words *words) {
    return words->n_bytes;
}

uint64_t thrum_words_n_inputs_failed(const thrum_words *words) {
    return words->n_inputs_failed;
}

void thrum_words_free(thrum_words *words) {
    if (!words)
        return;
    for (size_t i = 0; i < words->n_parts; i++)
        word_table_free(words->parts[i]);
    free(words->parts);
    free(words->rows);
    free(words->ranks);
    free(words);
}
