/* Counting words: each thread fills a table of its own; word_list.c makes the list out of them.
 *
 * Documents, the inputs that have a word, are counted when all of an input's words are known, in whichever order they
 * came. Small files are taken whole. The words of a large file go into tables of its own (file_tables.h); when its last
 * piece has been resolved, and so all of them have been scanned, some thread adds them to its tables (emit). An input
 * that fails on the way is a document for the words counted by then.
 *
 * The matches of a pattern come to the threads in no order. Where the order matters, for n-grams, or their file, for
 * documents, they are written down as records instead and counted as the matching pass writes: in file order. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "count/lemmas.h"
#include "count/word_table.h"
#include "run/file_tables.h"
#include "run/match.h"
#include "run/parallel.h"
#include "run/plan.h"
#include "run/progress.h"
#include "run/word_counter.h"
#include "run/word_list.h"
#include "thrum/words.h"

typedef struct words_pass {
    const thrum_words_options *options;
    const thrum_run_options *run;
    plan plan;
    unsigned n_threads;
    word_counter **counters; /* one for each thread, made by the thread; and one more, for what is done in order */
    word_overflow overflow;
    file_tables file_tables;
    size_t input; /* of the matches counted in order */
    progress done;
    word_counts counts;
    atomic_bool stopped;
    thrum_status status; /* the first failure in file order */
    thrum_error *error;
} words_pass;

static thrum_status counter_get(words_pass *pass, unsigned thread, word_counter **c, thrum_error *error) {
    *c = pass->counters[thread];
    if (*c)
        return THRUM_OK;
    thrum_status status = word_counter_create(c, pass->options, &pass->counts.seed, &pass->overflow, error);
    pass->counters[thread] = *c;
    return status;
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

/* A piece of a large file whose documents are counted. */
static thrum_status scan_apart(words_pass *pass, word_counter *c, const piece *p, thrum_error *error) {
    size_t input = p->subject->input;
    word_table *table = file_tables_take(&pass->file_tables, input, &pass->counts.seed);
    if (!table)
        return error_memory(error);
    c->is_document_cut = false;
    thrum_status status = word_counter_scan(c, p, table, error);
    bool is_noted = !c->is_document_cut || file_tables_note_cut(&pass->file_tables, input);
    c->is_document_cut = false;
    return file_tables_give(&pass->file_tables, input, table) && is_noted ? status : error_memory(error);
}

static thrum_status scan_piece(words_pass *pass, word_counter *c, const work *w, const piece *p, thrum_error *error) {
    if (!pass->options->documents)
        return word_counter_scan(c, p, c->table, error);
    c->document = p->subject->input;
    if (w->n_inputs == 0)
        return scan_apart(pass, c, p, error);
    thrum_status status = word_counter_scan(c, p, c->file, error);
    return word_counter_take_file(c) ? status : word_counter_failure(c, error);
}

static void scan(void *context, void *unit_, unsigned thread) {
    words_pass *pass = context;
    words_unit *u = unit_;
    word_counter *c = NULL;
    work_open(&pass->plan, &u->work);
    u->status = u->work.failed ? error_memory(&u->error) : counter_get(pass, thread, &c, &u->error);
    for (size_t i = 0; i < u->work.n_pieces && u->status == THRUM_OK; i++) {
        u->last_scanned = i;
        u->status = scan_piece(pass, c, &u->work, &u->work.pieces[i], &u->error);
    }
}

/* Adds the documents of a large file after its last piece. */
static void emit(void *context, void *unit_, unsigned thread) {
    words_pass *pass = context;
    words_unit *u = unit_;
    size_t n_tables;
    word_counter *c;
    if (u->work.n_inputs > 0 || u->work.n_pieces == 0 || !piece_is_last(&u->work.pieces[0]))
        return;
    size_t input = u->work.pieces[0].subject->input;
    word_table **tables = file_tables_take_all(&pass->file_tables, input, &n_tables);
    thrum_status status = tables ? counter_get(pass, thread, &c, &u->error) : error_memory(&u->error);
    if (status == THRUM_OK) {
        c->document = input;
        if (!word_counter_take_input(c, tables, n_tables, file_tables_is_cut(&pass->file_tables, input)))
            status = word_counter_failure(c, &u->error);
    }
    for (size_t i = 0; i < n_tables; i++)
        word_table_free(tables[i]);
    free(tables);
    if (status != THRUM_OK)
        u->status = status;
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
        bool is_good = piece_close(&u->work, p, pass->run);
        pass->counts.n_documents += is_last && is_good;
        pass->counts.n_inputs_failed += !is_good;
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
                           .emit = pass->options->documents ? emit : NULL,
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
    word_counter *c = NULL;
    thrum_status status = counter_get(pass, thread, &c, NULL);
    if (status != THRUM_OK)
        return status;
    size_t begin = (size_t)match->groups[0].begin, n_bytes = (size_t)match->groups[0].end - begin;
    thrum_buffer_clear(&c->formed);
    if (!word_counter_form(c, match->subject + begin, n_bytes, &c->formed))
        return THRUM_ERROR_MEMORY;
    const token word = {c->formed.bytes, c->formed.n_bytes};
    return word_counter_add(c, &word, 1, c->table) ? THRUM_OK : THRUM_ERROR_MEMORY;
}

/* A match written down; its word follows. */
typedef struct match_record {
    size_t input;
    size_t n_bytes;
} match_record;

static thrum_status record_match(void *context, unsigned thread, const thrum_match *match, thrum_buffer *buffer) {
    words_pass *pass = context;
    word_counter *c = NULL;
    thrum_status status = counter_get(pass, thread, &c, NULL);
    if (status != THRUM_OK)
        return status;
    size_t begin = (size_t)match->groups[0].begin, n_bytes = (size_t)match->groups[0].end - begin;
    size_t at = buffer->n_bytes;
    match_record record = {.input = match->input};
    thrum_buffer_append(buffer, &record, sizeof record);
    if (buffer->failed || !word_counter_form(c, match->subject + begin, n_bytes, buffer))
        return THRUM_ERROR_MEMORY;
    record.n_bytes = buffer->n_bytes - at - sizeof record;
    memcpy(buffer->bytes + at, &record, sizeof record);
    return THRUM_OK;
}

static word_table *table_in_order(word_counter *c) {
    return c->options->documents ? c->file : c->table;
}

static bool end_input(word_counter *c) {
    return word_counter_end_text(c, table_in_order(c)) && (!c->options->documents || word_counter_take_file(c));
}

/* Counts recorded matches, many at a time. */
static thrum_status count_records(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    words_pass *pass = context;
    word_counter *c;
    thrum_status status = counter_get(pass, pass->n_threads, &c, error);
    if (status != THRUM_OK)
        return status;
    const uint8_t *end = bytes + n_bytes;
    bool is_ok = true;
    while (bytes < end && is_ok) {
        match_record record = {0};
        size_t n = 0, input = pass->input;
        for (; bytes < end && n < WORD_COUNTER_BATCH; bytes += sizeof record + record.n_bytes) {
            memcpy(&record, bytes, sizeof record);
            if (n == 0 && record.input != input) {
                is_ok = end_input(c);
                c->document = pass->input = input = record.input;
            }
            if (record.input != input)
                break;
            c->words[n++] = (token){bytes + sizeof record, record.n_bytes};
        }
        is_ok = is_ok && word_counter_add(c, c->words, n, table_in_order(c));
    }
    return is_ok ? THRUM_OK : word_counter_failure(c, error);
}

static void count_document(void *context, size_t input, uint64_t n_matches) {
    words_pass *pass = context;
    (void)input, (void)n_matches;
    pass->counts.n_documents++;
}

/* A thread that takes matches can tell no more than that it failed. */
static thrum_status find_failure(const words_pass *pass) {
    for (unsigned i = 0; i < pass->n_threads; i++)
        if (pass->counters[i] && pass->counters[i]->failure.code != THRUM_OK)
            return word_counter_failure(pass->counters[i], pass->error);
    return THRUM_ERROR_MEMORY;
}

static thrum_status count_pattern(words_pass *pass, const thrum_inputs *inputs) {
    bool in_order = pass->options->n_gram > 1 || pass->options->documents;
    const thrum_match_options options = {.by_line = pass->options->by_line,
                                         .max_matches = pass->options->max_matches,
                                         .write = in_order ? count_records : NULL,
                                         .write_context = pass,
                                         .on_input = count_document,
                                         .on_input_context = pass};
    thrum_match_totals totals;
    thrum_status status = match_run(inputs, pass->options->pattern, &options, in_order ? record_match : take_match,
                                    pass, pass->run, &totals, pass->error);
    pass->counts.n_bytes = totals.n_bytes;
    pass->counts.n_inputs_failed = totals.n_inputs_failed;
    word_counter *c = pass->counters[pass->n_threads];
    if (status == THRUM_OK && c && !end_input(c))
        return word_counter_failure(c, pass->error);
    return status == THRUM_ERROR_MEMORY ? find_failure(pass) : status;
}

/* --- the run ----------------------------------------------------------------------------------------------------- */

/* Moves the threads' tables into the counts. */
static void collect_tables(words_pass *pass) {
    word_counts *counts = &pass->counts;
    for (unsigned i = 0; i <= pass->n_threads; i++) {
        word_counter *c = pass->counters[i];
        if (!c)
            continue;
        if (counts->documents)
            counts->documents[counts->n_tables] = c->documents;
        counts->tables[counts->n_tables++] = c->table;
        c->table = c->documents = NULL;
    }
}

static thrum_status check_options(const thrum_words_options *options, thrum_error *error) {
    if (options->token == THRUM_TOKEN_PATTERN && !options->pattern)
        return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "the token rule needs a pattern");
    if (options->n_gram > THRUM_N_GRAM_MOST || options->n_skipped > THRUM_N_SKIPPED_MOST)
        return error_set(error, THRUM_ERROR_ARGUMENT, NULL,
                         "n-grams have at most %d words, and %d left out between them", THRUM_N_GRAM_MOST,
                         THRUM_N_SKIPPED_MOST);
    if (options->n_skipped > 0 && options->n_gram < 2)
        return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "words can be left out only between those of n-grams");
    return THRUM_OK;
}

static thrum_status count_all(words_pass *pass, const thrum_inputs *inputs) {
    bool is_cut = pass->options->token != THRUM_TOKEN_PATTERN;
    return is_cut ? count_rule(pass, inputs) : count_pattern(pass, inputs);
}

static void pass_release(words_pass *pass) {
    for (unsigned i = 0; pass->counters && i <= pass->n_threads; i++)
        word_counter_free(pass->counters[i]);
    for (size_t i = 0; i < pass->counts.n_tables; i++) {
        word_table_free(pass->counts.tables[i]);
        if (pass->counts.documents)
            word_table_free(pass->counts.documents[i]);
    }
    free(pass->counters);
    free(pass->counts.tables);
    free(pass->counts.documents);
    word_spill_free(pass->counts.spill);
    file_tables_release(&pass->file_tables);
}

thrum_status thrum_words_count(thrum_words **words, const thrum_inputs *inputs, const thrum_words_options *options,
                               const thrum_run_options *run, thrum_error *error) {
    *words = NULL;
    thrum_status status = check_options(options, error);
    if (status == THRUM_OK)
        status = word_list_check_save(options, inputs, error);
    if (status != THRUM_OK)
        return status;
    words_pass pass = {.options = options,
                       .run = run,
                       .n_threads = plan_n_threads(inputs, run),
                       .counts.seed = word_seed_draw(),
                       .error = error};
    uint64_t memory_bytes = word_list_memory(options);
    size_t n_counters = (size_t)pass.n_threads + 1;
    pass.counts.spill = word_spill_create(memory_bytes);
    /* An eighth is left for what the words' tables and rows have beside them. */
    pass.overflow = (word_overflow){pass.counts.spill, (memory_bytes - memory_bytes / 8) / pass.n_threads};
    file_tables_init(&pass.file_tables);
    pass.counters = calloc(n_counters, sizeof *pass.counters);
    pass.counts.tables = calloc(n_counters, sizeof *pass.counts.tables);
    if (options->documents)
        pass.counts.documents = calloc(n_counters, sizeof *pass.counts.documents);
    bool is_made =
        pass.counts.spill && pass.counters && pass.counts.tables && (!options->documents || pass.counts.documents);
    status = is_made ? count_all(&pass, inputs) : error_memory(error);
    if (status == THRUM_OK) {
        collect_tables(&pass);
        status = word_list_make(words, &pass.counts, options, pass.n_threads, error);
    }
    pass_release(&pass);
    return status;
}

thrum_status thrum_lemmas_read(thrum_lemmas **lemmas, const char *path, const thrum_words_options *options,
                               thrum_error *error) {
    normalizer *folder;
    *lemmas = NULL;
    thrum_status status = check_options(options, error);
    if (status == THRUM_OK)
        status = normalizer_create(&folder, word_list_folding_rule(options), options->keep_case, options->normalization,
                                   error);
    if (status != THRUM_OK)
        return status;
    status = lemmas_read(lemmas, path, folder, error);
    normalizer_free(folder);
    return status;
}
