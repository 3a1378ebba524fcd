/* The list of a pass over words: the tables of the threads are merged by parts of the hash, the rows filtered, sorted
 * and ranked. */
#include "run/word_list.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "pattern/pattern.h"
#include "run/parallel.h"
#include "run/rows.h"
#include "text/lines.h"
#include "text/token.h"

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

/* --- merging ----------------------------------------------------------------------------------------------------- */

typedef struct merge_job {
    word_counts *counts;
    thrum_words *words;
    atomic_bool failed;
} merge_job;

static void merge_part(void *context, size_t part) {
    merge_job *job = context;
    thrum_words *words = job->words;
    word_table *table = word_table_create(&job->counts->seed);
    words->parts[part] = table;
    if (!table || !word_table_merge(table, job->counts->tables, job->counts->n_tables, part, words->n_parts))
        atomic_store(&job->failed, true);
}

static size_t choose_n_parts(const word_counts *counts, unsigned n_threads) {
    uint64_t n_types = 0;
    for (size_t i = 0; i < counts->n_tables; i++)
        n_types += word_table_n_types(counts->tables[i]);
    size_t n_parts = 1;
    while (n_parts < MOST_PARTS && n_parts < 4 * (size_t)n_threads && n_types / n_parts > TYPES_WORTH_A_PART)
        n_parts *= 2;
    return n_parts;
}

static thrum_status merge_tables(thrum_words *words, word_counts *counts, unsigned n_threads, thrum_error *error) {
    size_t n_parts = counts->n_tables == 1 ? 1 : choose_n_parts(counts, n_threads);
    words->parts = calloc(n_parts, sizeof *words->parts);
    if (!words->parts)
        return error_memory(error);
    words->n_parts = n_parts;
    if (counts->n_tables == 1) {
        words->parts[0] = counts->tables[0];
        counts->tables[0] = NULL;
        return THRUM_OK;
    }
    merge_job job = {.counts = counts, .words = words};
    parallel_for(n_threads, n_parts, merge_part, &job);
    return atomic_load(&job.failed) ? error_memory(error) : THRUM_OK;
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

thrum_token_rule word_list_folding_rule(const thrum_words_options *options) {
    if (options->token != THRUM_TOKEN_PATTERN)
        return options->token;
    return options->pattern->is_utf ? THRUM_TOKEN_UNICODE : THRUM_TOKEN_SPACE;
}

static thrum_status filter_open(row_filter *filter, const thrum_words_options *options, const word_seed *seed,
                                thrum_error *error) {
    *filter = (row_filter){.options = options};
    if (options->n_stopwords == 0)
        return THRUM_OK;
    tokenizer *folder = NULL;
    thrum_status status = tokenizer_create(&folder, word_list_folding_rule(options), options->keep_case, error);
    filter->stopwords = word_table_create(seed);
    if (!filter->stopwords && status == THRUM_OK)
        status = error_memory(error);
    for (size_t i = 0; i < options->n_stopwords && status == THRUM_OK; i++) {
        const char *word = options->stopwords[i];
        token folded;
        status = tokenizer_fold(folder, (const uint8_t *)word, strlen(word), &folded, error);
        if (status == THRUM_OK && !word_table_add(filter->stopwords, &folded, 1))
            status = error_memory(error);
    }
    tokenizer_free(folder);
    return status;
}

/* Gathers the rows of all parts, counting types and hapaxes on the way, and keeps those that are to be listed. */
static thrum_status gather_rows(thrum_words *words, const row_filter *filter, thrum_error *error) {
    for (size_t i = 0; i < words->n_parts; i++) {
        words->n_types += word_table_n_types(words->parts[i]);
        words->n_tokens += word_table_n_tokens(words->parts[i]);
    }
    if (words->n_types == 0)
        return THRUM_OK;
    words->rows = memory_own((size_t)words->n_types, sizeof *words->rows);
    if (!words->rows)
        return error_memory(error);
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

thrum_status word_list_make(thrum_words **words, word_counts *counts, const thrum_words_options *options,
                            unsigned n_threads, thrum_error *error) {
    row_filter filter = {0};
    thrum_words *made = *words = calloc(1, sizeof *made);
    if (!made)
        return error_memory(error);
    made->n_bytes = counts->n_bytes;
    made->n_inputs_failed = counts->n_inputs_failed;
    thrum_status status = merge_tables(made, counts, n_threads, error);
    if (status == THRUM_OK)
        status = filter_open(&filter, options, &counts->seed, error);
    if (status == THRUM_OK)
        status = gather_rows(made, &filter, error);
    if (status == THRUM_OK)
        status = rows_arrange(made->rows, &made->n_rows, &made->ranks, options->top, options->sort, n_threads, error);
    word_table_free(filter.stopwords);
    if (status != THRUM_OK) {
        thrum_words_free(made);
        *words = NULL;
    }
    return status;
}

/* --- the list given out --- */

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
