/* An n-gram may reach beyond the piece in which it begins. The worker then reads on behind the piece, a little at
 * first and twice as far each time, until it has seen as many words as it wants; so however small the pieces are and
 * however far apart the words, no byte is read more often than an n-gram has words, some twice. */
#include "run/word_counter.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "count/lemmas.h"
#include "run/word_list.h"
#include "text/boundary.h"

enum {
    READ_ON_BYTES = 128,
    BOUND_MIN_BYTES = 1 << 20,
    BOUND_MAX_BYTES = 32 << 20,   /* for the words of one length; larger tables are out of reach of any cache */
    FILE_TABLE_BYTES = 256 * 1024 /* a larger one is not worth being emptied for the next small file */
};

/* The choices of n - 1 words out of n - 1 + n_skipped. */
static size_t count_ways(unsigned n, unsigned n_skipped) {
    size_t n_ways = 1;
    for (unsigned i = 1; i < n; i++)
        n_ways = n_ways * (n_skipped + i) / i;
    return n_ways;
}

static size_t choose_bound(uint64_t thread_bytes) {
    uint64_t n_bytes = thread_bytes / 16;
    return n_bytes < BOUND_MIN_BYTES ? BOUND_MIN_BYTES : n_bytes > BOUND_MAX_BYTES ? BOUND_MAX_BYTES : (size_t)n_bytes;
}

/* How many documents have a word is looked up in their table, so with documents none is bounded. */
static bool create_tables(word_counter *made) {
    bool documents = made->options->documents;
    made->table = word_table_create(&made->seed);
    made->documents = documents ? word_table_create(&made->seed) : NULL;
    made->file = documents ? word_table_create(&made->seed) : NULL;
    if (made->options->n_gram > 1)
        made->ngrams_ = ngrams_create(made->options->n_gram, made->options->n_skipped);
    if (made->table && !documents)
        word_table_bound(made->table, choose_bound(made->overflow.thread_bytes));
    return made->table && (!documents || (made->documents && made->file)) &&
           (made->options->n_gram < 2 || made->ngrams_);
}

thrum_status word_counter_create(word_counter **counter, const thrum_words_options *options, const word_seed *seed,
                                 const word_overflow *overflow, thrum_error *error) {
    word_counter *made = memory_own(1, sizeof *made);
    *counter = NULL;
    if (!made)
        return error_memory(error);
    made->options = options;
    made->n_ways = count_ways(options->n_gram, options->n_skipped);
    made->seed = *seed;
    made->overflow = *overflow;
    bool is_cut = options->token != THRUM_TOKEN_PATTERN, normalizes = options->normalization != THRUM_NORMALIZE_NONE;
    thrum_status status = THRUM_OK;
    if (is_cut)
        status = tokenizer_create(&made->tokenizer_, options->token, options->keep_case || normalizes, error);
    if (status == THRUM_OK && (normalizes || !is_cut))
        status = normalizer_create(&made->normalizer_, word_list_folding_rule(options), options->keep_case,
                                   options->normalization, error);
    if (status == THRUM_OK && !create_tables(made))
        status = error_memory(error);
    if (status == THRUM_OK)
        *counter = made;
    else
        word_counter_free(made);
    return status;
}

void word_counter_free(word_counter *counter) {
    if (!counter)
        return;
    tokenizer_free(counter->tokenizer_);
    normalizer_free(counter->normalizer_);
    ngrams_free(counter->ngrams_);
    word_table_free(counter->table);
    word_table_free(counter->documents);
    word_table_free(counter->file);
    thrum_buffer_release(&counter->formed);
    free(counter);
}

/* --- words beyond memory ----------------------------------------------------------------------------------------- */

thrum_status word_counter_failure(const word_counter *c, thrum_error *error) {
    if (c->failure.code == THRUM_OK)
        return error_memory(error);
    if (error)
        *error = c->failure;
    return c->failure.code;
}

static bool spill(word_counter *c, word_table *table, word_table *documents, uint64_t document) {
    return word_spill_write(c->overflow.spill, table, documents, document, &c->failure) == THRUM_OK;
}

/* The most that a table takes when n_words more come, with the rows by which it is sorted. */
static uint64_t n_bytes_with(const word_table *table, size_t n_words) {
    return word_table_n_bytes_with(table, n_words) + word_table_n_types(table) * sizeof(word_row);
}

/* Empties a table that n_words more would make too large. With documents, half of the thread's memory is for the words
 * of all its inputs, and half for those of the input at hand and for adding them to the others. False without memory or
 * room on the disk. */
static bool make_room(word_counter *c, word_table *into, size_t n_words) {
    bool is_document = into != c->table;
    uint64_t n_bytes = n_bytes_with(into, n_words);
    if (is_document)
        n_bytes *= 4;
    else if (c->documents)
        n_bytes = 2 * (n_bytes + n_bytes_with(c->documents, n_words));
    if (n_bytes <= c->overflow.thread_bytes || word_table_n_types(into) == 0)
        return true;
    if (!is_document)
        return spill(c, into, c->documents, WORD_NO_DOCUMENT);
    c->is_document_cut = true;
    return spill(c, into, NULL, c->document);
}

/* --- words as they are counted ----------------------------------------------------------------------------------- */

bool word_counter_form(word_counter *c, const uint8_t *bytes, size_t n_bytes, thrum_buffer *to) {
    size_t begin = to->n_bytes;
    if (!normalizer_append(c->normalizer_, bytes, n_bytes, to))
        return false;
    if (!c->options->lemmas)
        return true;
    const token word = {to->bytes + begin, to->n_bytes - begin}, lemma = lemmas_of(c->options->lemmas, word);
    if (lemma.bytes == word.bytes)
        return true;
    to->n_bytes = begin;
    thrum_buffer_append(to, lemma.bytes, lemma.n_bytes);
    return thrum_buffer_reserve(to, TOKEN_PADDING_BYTES);
}

/* Writes a space behind each word, as the text does: n-grams of them need not be joined then. */
static bool form_batch(word_counter *c, const token *words, size_t n_words) {
    thrum_buffer_clear(&c->formed);
    for (size_t i = 0; i < n_words; i++) {
        size_t begin = c->formed.n_bytes;
        if (!word_counter_form(c, words[i].bytes, words[i].n_bytes, &c->formed))
            return false;
        c->words[i].n_bytes = c->formed.n_bytes - begin;
        thrum_buffer_append(&c->formed, " ", 1);
    }
    if (!thrum_buffer_reserve(&c->formed, TOKEN_PADDING_BYTES))
        return false;
    const uint8_t *at = c->formed.bytes;
    for (size_t i = 0; i < n_words; i++) {
        c->words[i].bytes = at;
        at += c->words[i].n_bytes + 1;
    }
    return true;
}

/* The words of a batch as they are counted; NULL without memory. */
static const token *finish_batch(word_counter *c, const token *words, size_t n_words) {
    if (c->normalizer_)
        return form_batch(c, words, n_words) ? c->words : NULL;
    if (!c->options->lemmas)
        return words;
    for (size_t i = 0; i < n_words; i++)
        c->words[i] = lemmas_of(c->options->lemmas, words[i]);
    return c->words;
}

bool word_counter_add(word_counter *c, const token *words, size_t n_words, word_table *into) {
    if (!c->ngrams_)
        return make_room(c, into, n_words) && word_table_add(into, words, n_words);
    size_t n_most = c->n_ways < WORD_COUNTER_BATCH ? WORD_COUNTER_BATCH / c->n_ways : 1;
    for (size_t n; n_words > 0; words += n, n_words -= n) {
        n = n_words < n_most ? n_words : n_most;
        if (!make_room(c, into, n * c->n_ways) || !ngrams_add(c->ngrams_, into, words, n))
            return false;
    }
    return true;
}

bool word_counter_end_text(word_counter *c, word_table *into) {
    return !c->ngrams_ || ngrams_end(c->ngrams_, into);
}

/* --- the words of a piece ---------------------------------------------------------------------------------------- */

static thrum_status take(void *context, const token *words, size_t n_words) {
    word_counter *c = context;
    for (size_t n; n_words > 0; words += n, n_words -= n) {
        n = n_words < WORD_COUNTER_BATCH ? n_words : WORD_COUNTER_BATCH;
        const token *finished = finish_batch(c, words, n);
        if (!finished || !word_counter_add(c, finished, n, c->into))
            return THRUM_ERROR_MEMORY;
    }
    return THRUM_OK;
}

/* The same where words are counted as the tokenizer hands them on. */
static thrum_status take_plain(void *context, const token *words, size_t n_words) {
    word_counter *c = context;
    bool added = make_room(c, c->into, n_words) && word_table_add(c->into, words, n_words);
    return added ? THRUM_OK : THRUM_ERROR_MEMORY;
}

static thrum_status take_runs(void *context, const uint8_t *block, const uint16_t *edges, size_t n_words) {
    word_counter *c = context;
    bool added = make_room(c, c->into, n_words) && word_table_add_runs(c->into, block, edges, n_words);
    return added ? THRUM_OK : THRUM_ERROR_MEMORY;
}

/* The tokenizer is stopped as soon as nothing more is wanted. */
static thrum_status look_ahead(void *context, const token *words, size_t n_words) {
    word_counter *c = context;
    size_t n = n_words < c->n_wanted ? n_words : c->n_wanted;
    const token *finished = finish_batch(c, words, n);
    if (!finished || !ngrams_look_ahead(c->ngrams_, finished, n))
        return THRUM_ERROR_MEMORY;
    c->n_wanted -= n;
    return c->n_wanted ? THRUM_OK : THRUM_ERROR_STOPPED;
}

/* Where no words can be made out behind the piece (THRUM_ERROR_TEXT), that is the failure of another piece. */
static thrum_status read_on(word_counter *c, const piece *p, thrum_error *error) {
    const subject *s = p->subject;
    const boundary_rule rule = tokenizer_boundary(c->options->token);
    const token_sink sink = {look_ahead, NULL, c};
    thrum_status status = THRUM_OK;
    c->n_wanted = ngrams_n_wanted(c->ngrams_);
    for (size_t at = p->end, end, step = READ_ON_BYTES; c->n_wanted && at < s->n_bytes && !status; at = end) {
        end = s->n_bytes - at > step ? boundary_next(rule, s->bytes, s->n_bytes, at + step) : s->n_bytes;
        status = tokenizer_run(c->tokenizer_, s->bytes, s->n_bytes, at, end, &sink, error);
        step *= 2;
    }
    return status == THRUM_ERROR_STOPPED || status == THRUM_ERROR_TEXT ? THRUM_OK : status;
}

thrum_status word_counter_scan(word_counter *c, const piece *p, word_table *into, thrum_error *error) {
    const subject *s = p->subject;
    bool is_plain = !c->normalizer_ && !c->options->lemmas && !c->ngrams_;
    const token_sink sink = {is_plain ? take_plain : take, is_plain ? take_runs : NULL, c};
    c->into = into;
    thrum_status status = tokenizer_run(c->tokenizer_, s->bytes, s->n_bytes, p->begin, p->end, &sink, error);
    if (status == THRUM_OK && c->ngrams_)
        status = read_on(c, p, error);
    if (!word_counter_end_text(c, into))
        status = THRUM_ERROR_MEMORY;
    return status == THRUM_ERROR_MEMORY ? word_counter_failure(c, error) : status;
}

/* --- documents --------------------------------------------------------------------------------------------------- */

static bool add_input(word_counter *c, const word_table *words) {
    return make_room(c, c->table, (size_t)word_table_n_types(words)) && word_table_add_table(c->table, words, false) &&
           word_table_add_table(c->documents, words, true);
}

bool word_counter_take_input(word_counter *c, word_table *const *tables, size_t n_tables, bool is_cut) {
    if (n_tables == 0)
        return true;
    for (size_t i = 0; i < n_tables && is_cut; i++)
        if (!spill(c, tables[i], NULL, c->document))
            return false;
    if (is_cut)
        return true;
    if (n_tables == 1)
        return add_input(c, tables[0]);
    word_table *together = word_table_create(&c->seed);
    bool is_done = together && word_table_merge(together, tables, n_tables, 0, 1) && add_input(c, together);
    word_table_free(together);
    return is_done;
}

bool word_counter_take_file(word_counter *c) {
    bool is_cut = c->is_document_cut;
    c->is_document_cut = false;
    if (!word_counter_take_input(c, &c->file, 1, is_cut))
        return false;
    if (word_table_n_bytes(c->file) <= FILE_TABLE_BYTES) {
        word_table_clear(c->file);
        return true;
    }
    word_table_free(c->file);
    c->file = word_table_create(&c->seed);
    return c->file;
}
