/* The list of a pass over words, in one of two ways.
 *
 * In memory: the rows of all tables are divided into blocks (word_blocks.h), which are sorted as they are given out, or
 * many at a time where the list is written by all threads.
 *
 * As a stream, when memory does not hold that: all tables go to disk as sorted runs, which are merged to one stream of
 * words in their order. From there each word is counted, saved and filtered as it passes; those that are listed are
 * sorted by a sorter that keeps to its share of the memory. Count files come in by this way too.
 *
 * Ranks are by count, looked up in the distribution of counts, which is small; in a stream by count they follow from
 * the place of a row. */
#include "run/word_list.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "count/word_sorter.h"
#include "map/system.h"
#include "pattern/pattern.h"
#include "run/count_names.h"
#include "run/parallel.h"
#include "run/word_filter.h"
#include "run/word_list_inside.h"
#include "thrum/output.h"

enum {
    TYPES_WORTH_A_PART = 4096, /* fewer types than this are merged at once */
    MOST_PARTS = 256,
    PARTS_OF_MEMORY = 4 /* the default is one of them */
};

thrum_token_rule word_list_folding_rule(const thrum_words_options *options) {
    if (options->token != THRUM_TOKEN_PATTERN)
        return options->token;
    return options->pattern->is_utf ? THRUM_TOKEN_UNICODE : THRUM_TOKEN_SPACE;
}

uint64_t word_list_memory(const thrum_words_options *options) {
    static atomic_uint_fast64_t machine; /* 0: not asked for yet */
    if (options->memory_bytes)
        return options->memory_bytes;
    uint64_t n_bytes = atomic_load(&machine);
    if (n_bytes == 0)
        atomic_store(&machine, n_bytes = system_memory_bytes());
    return n_bytes / PARTS_OF_MEMORY;
}

static uint64_t n_wanted(const thrum_words_options *options, uint64_t n_rows) {
    return options->top > 0 && options->top < n_rows ? options->top : n_rows;
}

/* --- in memory --------------------------------------------------------------------------------------------------- */

typedef struct merge_job {
    thrum_words *words;
    const word_counts *counts;
    atomic_bool failed;
} merge_job;

static void merge_part(void *context, size_t part) {
    merge_job *job = context;
    word_table **into = &job->words->documents_of_parts[part];
    *into = word_table_create(&job->counts->seed);
    if (!*into || !word_table_merge(*into, job->counts->documents, job->counts->n_tables, part, job->words->n_parts))
        atomic_store(&job->failed, true);
}

static uint64_t n_types_of(word_table *const *tables, size_t n_tables) {
    uint64_t n_types = 0;
    for (size_t i = 0; i < n_tables; i++)
        n_types += word_table_n_types(tables[i]);
    return n_types;
}

static size_t choose_n_parts(const word_counts *counts, unsigned n_threads) {
    if (counts->n_tables == 1)
        return 1;
    uint64_t n_types = n_types_of(counts->documents, counts->n_tables);
    size_t n_parts = 1;
    while (n_parts < MOST_PARTS && n_parts < 4 * (size_t)n_threads && n_types / n_parts > TYPES_WORTH_A_PART)
        n_parts *= 2;
    return n_parts;
}

/* How many documents have a word is looked up as its row is given. */
static thrum_status merge_documents(thrum_words *words, word_counts *counts, thrum_error *error) {
    merge_job job = {.words = words, .counts = counts};
    words->n_parts = choose_n_parts(counts, words->n_threads);
    words->documents_of_parts = calloc(words->n_parts, sizeof *words->documents_of_parts);
    if (!words->documents_of_parts)
        return error_memory(error);
    if (counts->n_tables == 1) {
        words->documents_of_parts[0] = counts->documents[0];
        counts->documents[0] = NULL;
        return THRUM_OK;
    }
    parallel_for(words->n_threads, words->n_parts, merge_part, &job);
    return atomic_load(&job.failed) ? error_memory(error) : THRUM_OK;
}

uint64_t word_list_documents_of(const thrum_words *words, const word_row *row) {
    if (!words->documents_of_parts)
        return 0;
    size_t part = word_table_partition(words->documents_of_parts[0], row->bytes, row->n_bytes, words->n_parts);
    return word_table_find(words->documents_of_parts[part], row->bytes, row->n_bytes);
}

static bool is_input(const thrum_inputs *inputs, const system_file *file) {
    system_file input;
    for (size_t i = 0; i < thrum_inputs_n(inputs); i++) {
        const char *path = thrum_inputs_path(inputs, i);
        int failure =
            strcmp(path, "-") == 0 ? system_stat(SYSTEM_STANDARD_INPUT, &input) : system_stat_path(path, &input);
        if (!failure && input.device == file->device && input.inode == file->inode)
            return true;
    }
    return false;
}

/* What is not a regular file is left alone: whoever reads from a pipe would see its end. */
thrum_status word_list_check_save(const thrum_words_options *options, const thrum_inputs *inputs, thrum_error *error) {
    system_file file;
    thrum_output *output;
    if (!options->save_path)
        return THRUM_OK;
    int failure = system_stat_path(options->save_path, &file);
    if (!failure && file.kind == SYSTEM_OTHER)
        return THRUM_OK;
    if (!failure && inputs && is_input(inputs, &file))
        return error_set(error, THRUM_ERROR_ARGUMENT, options->save_path,
                         "is to be counted, and a count file cannot take its place");
    thrum_status status = thrum_output_open(&output, options->save_path, error);
    if (status == THRUM_OK)
        thrum_output_discard(output);
    return status;
}

static thrum_status save_blocks(const thrum_words *words, const word_blocks *all, count_writer *writer,
                                thrum_error *error) {
    word_block block = {0};
    thrum_status status = THRUM_OK;
    for (size_t number = 0; number < all->n_blocks && status == THRUM_OK; number++) {
        if (!word_block_read(&block, all, number))
            status = error_memory(error);
        for (size_t i = 0; i < block.n_rows && status == THRUM_OK; i++) {
            const word_row *row = &block.rows[i];
            const word_record record = {row->bytes, row->n_bytes, row->count, word_list_documents_of(words, row),
                                        WORD_NO_DOCUMENT};
            status = count_writer_add(writer, &record, error);
        }
    }
    word_block_release(&block);
    return status;
}

/* All words by themselves: the blocks of the list are others. */
static thrum_status save_all(const thrum_words *words, const word_counts *counts, const char *path,
                             const count_header *header, thrum_error *error) {
    const word_order order = {.sort = THRUM_WORDS_BY_WORD};
    word_blocks all;
    count_writer *writer = NULL;
    thrum_status status =
        word_blocks_make(&all, counts->tables, counts->n_tables, &order, false, words->n_threads, error);
    if (status == THRUM_OK)
        status = count_writer_open(&writer, path, header, error);
    if (status == THRUM_OK)
        status = save_blocks(words, &all, writer, error);
    word_blocks_release(&all);
    if (status == THRUM_OK)
        return count_writer_close(writer, error);
    count_writer_discard(writer);
    return status;
}

static thrum_status save(const thrum_words *words, const word_counts *counts, const thrum_words_options *options,
                         thrum_error *error) {
    count_header header = {.n_bytes = counts->n_bytes, .n_documents = counts->n_documents};
    for (size_t i = 0; i < counts->n_tables; i++)
        header.n_tokens += word_table_n_tokens(counts->tables[i]);
    thrum_status status = count_names_write(&header, options)
                              ? save_all(words, counts, options->save_path, &header, error)
                              : error_memory(error);
    count_header_release(&header);
    return status;
}

static thrum_status divide(thrum_words *words, word_counts *counts, const thrum_words_options *options,
                           thrum_error *error) {
    word_filter filter = {0};
    thrum_status status = word_filter_init(&filter, options, word_list_folding_rule(options), &counts->seed, error);
    if (status == THRUM_OK) {
        const word_order order = {options->sort, options->top, word_filter_is_needed(&filter) ? &filter : NULL};
        status =
            word_blocks_make(&words->blocks, counts->tables, counts->n_tables, &order, true, words->n_threads, error);
    }
    word_filter_release(&filter);
    for (size_t i = 0; i < counts->n_tables; i++) {
        word_table_free(counts->tables[i]);
        counts->tables[i] = NULL;
    }
    return status;
}

static thrum_status list_in_memory(thrum_words *words, word_counts *counts, const thrum_words_options *options,
                                   thrum_error *error) {
    thrum_status status = counts->documents ? merge_documents(words, counts, error) : THRUM_OK;
    if (status == THRUM_OK && options->save_path && counts->n_inputs_failed == 0)
        status = save(words, counts, options, error);
    if (status == THRUM_OK)
        status = divide(words, counts, options, error);
    words->n_tokens = words->blocks.n_tokens;
    words->n_types = words->blocks.n_types;
    words->n_hapaxes = words->blocks.n_hapaxes;
    words->n_rows = words->blocks.n_rows;
    return status;
}

/* --- as a stream ------------------------------------------------------------------------------------------------- */

/* Where the words of a stream go. */
typedef struct listing {
    const thrum_words_options *options;
    thrum_words *words;
    word_filter filter;
    word_sorter *sorter;
    count_writer *writer; /* NULL: nothing is saved */
} listing;

static thrum_status list_record(listing *l, const word_record *record, thrum_error *error) {
    thrum_words *words = l->words;
    words->n_types++;
    words->n_hapaxes += record->count == 1;
    words->n_tokens += record->count;
    thrum_status status = l->writer ? count_writer_add(l->writer, record, error) : THRUM_OK;
    if (status != THRUM_OK || !word_filter_lists(&l->filter, record->bytes, record->n_bytes, record->count))
        return status;
    words->n_rows++;
    bool by_word = l->options->sort == THRUM_WORDS_BY_WORD;
    if (by_word && !count_ranks_add(&words->ranks, record->count))
        return error_memory(error);
    bool is_behind = by_word && l->options->top > 0 && words->n_rows > l->options->top;
    return is_behind ? THRUM_OK : word_sorter_add(l->sorter, record, error);
}

static thrum_status list_records(listing *l, const word_stream *stream, thrum_error *error) {
    word_record record;
    bool found = true;
    thrum_status status = THRUM_OK;
    while (status == THRUM_OK) {
        status = stream->source.next(stream->source.context, &record, &found, error);
        if (status != THRUM_OK || !found)
            break;
        if (!stream->header.by_document)
            record.documents = 0;
        status = list_record(l, &record, error);
    }
    return status;
}

/* What is left to be done once the source has told its last word and is closed. */
static thrum_status finish_listing(listing *l, thrum_error *error) {
    thrum_words *words = l->words;
    thrum_status status = THRUM_OK;
    if (l->writer)
        status = count_writer_close(l->writer, error);
    l->writer = NULL;
    if (status == THRUM_OK && words->sort == THRUM_WORDS_BY_WORD && !count_ranks_finish(&words->ranks))
        status = error_memory(error);
    if (status != THRUM_OK)
        return status;
    words->n_rows = n_wanted(l->options, words->n_rows);
    words->n_runs += word_sorter_n_runs(l->sorter);
    status = word_sorter_finish(l->sorter, &words->stream, error);
    l->sorter = NULL;
    return status;
}

static thrum_status listing_init(listing *l, const word_stream *stream, thrum_error *error) {
    const thrum_words_options *options = l->options;
    const word_seed seed = word_seed_draw();
    thrum_token_rule folding_rule = word_list_folding_rule(options);
    thrum_status status = word_filter_init(&l->filter, options, folding_rule, &seed, error);
    if (status != THRUM_OK)
        return status;
    l->sorter = word_sorter_create(options->sort, options->top, word_list_memory(options));
    if (!l->sorter)
        return error_memory(error);
    if (!options->save_path || stream->n_inputs_failed > 0)
        return THRUM_OK;
    return count_writer_open(&l->writer, options->save_path, &stream->header, error);
}

static thrum_words *words_create(const thrum_words_options *options, uint64_t n_bytes, uint64_t n_inputs_failed) {
    thrum_words *made = calloc(1, sizeof *made);
    if (made) {
        made->sort = options->sort;
        made->documents = options->documents;
        made->n_bytes = n_bytes;
        made->n_inputs_failed = n_inputs_failed;
    }
    return made;
}

thrum_status word_list_stream(thrum_words **words, const word_stream *stream, const thrum_words_options *options,
                              thrum_error *error) {
    listing l = {.options = options};
    l.words = *words = words_create(options, stream->header.n_bytes, stream->n_inputs_failed);
    thrum_status status = *words ? listing_init(&l, stream, error) : error_memory(error);
    if (*words)
        (*words)->n_runs = stream->n_runs;
    if (status == THRUM_OK)
        status = list_records(&l, stream, error);
    stream->source.close(stream->source.context);
    if (status == THRUM_OK)
        status = finish_listing(&l, error);
    count_writer_discard(l.writer);
    word_sorter_free(l.sorter);
    word_filter_release(&l.filter);
    if (status != THRUM_OK) {
        thrum_words_free(*words);
        *words = NULL;
    }
    return status;
}

/* --- which way --------------------------------------------------------------------------------------------------- */

/* What the list would take in memory, at most: the tables, as much again for records of their words, and rows in which
 * these are united; the tables of documents and their merged copies. */
static bool fits_memory(const word_counts *counts, uint64_t memory_bytes) {
    uint64_t n_bytes = n_types_of(counts->tables, counts->n_tables) * sizeof(word_row);
    for (size_t i = 0; i < counts->n_tables; i++) {
        n_bytes += 2 * word_table_n_bytes(counts->tables[i]);
        if (counts->documents)
            n_bytes += (counts->n_tables > 1 ? 2 : 1) * word_table_n_bytes(counts->documents[i]);
    }
    return n_bytes <= memory_bytes;
}

/* Writes what is still in the tables. */
typedef struct spill_job {
    word_counts *counts;
    thrum_status *statuses;
    thrum_error *errors;
} spill_job;

static void spill_table(void *context, size_t index) {
    const spill_job *job = context;
    word_counts *counts = job->counts;
    word_table *documents = counts->documents ? counts->documents[index] : NULL;
    job->statuses[index] =
        word_spill_write(counts->spill, counts->tables[index], documents, WORD_NO_DOCUMENT, &job->errors[index]);
    word_table_free(counts->tables[index]);
    word_table_free(documents);
    counts->tables[index] = NULL;
    if (documents)
        counts->documents[index] = NULL;
}

static thrum_status spill_tables(word_counts *counts, unsigned n_threads, thrum_error *error) {
    spill_job job = {.counts = counts,
                     .statuses = calloc(counts->n_tables + 1, sizeof *job.statuses),
                     .errors = calloc(counts->n_tables + 1, sizeof *job.errors)};
    thrum_status status = job.statuses && job.errors ? THRUM_OK : error_memory(error);
    if (status == THRUM_OK)
        parallel_for(n_threads, counts->n_tables, spill_table, &job);
    system_trim_memory();
    for (size_t i = 0; i < counts->n_tables && status == THRUM_OK; i++) {
        status = job.statuses[i];
        if (status != THRUM_OK && error)
            *error = job.errors[i];
    }
    free(job.statuses);
    free(job.errors);
    return status;
}

static thrum_status list_from_disk(thrum_words **words, word_counts *counts, const thrum_words_options *options,
                                   unsigned n_threads, thrum_error *error) {
    word_stream stream = {.n_inputs_failed = counts->n_inputs_failed};
    if (!counts->spill && !(counts->spill = word_spill_create(word_list_memory(options))))
        return error_memory(error);
    thrum_status status = spill_tables(counts, n_threads, error);
    if (status == THRUM_OK && !count_names_write(&stream.header, options))
        status = error_memory(error);
    if (status == THRUM_OK) {
        stream.header.n_tokens = word_spill_n_tokens(counts->spill);
        stream.header.n_bytes = counts->n_bytes;
        stream.header.n_documents = counts->n_documents;
        stream.n_runs = word_spill_n_runs(counts->spill);
        status = word_spill_merge(counts->spill, THRUM_WORDS_BY_WORD, &stream.source, error);
        counts->spill = NULL;
    }
    if (status == THRUM_OK)
        status = word_list_stream(words, &stream, options, error);
    count_header_release(&stream.header);
    return status;
}

thrum_status word_list_make(thrum_words **words, word_counts *counts, const thrum_words_options *options,
                            unsigned n_threads, thrum_error *error) {
    bool is_on_disk = counts->spill && word_spill_n_runs(counts->spill) > 0;
    thrum_status status;
    *words = NULL;
    if (is_on_disk || !fits_memory(counts, word_list_memory(options))) {
        status = list_from_disk(words, counts, options, n_threads, error);
    } else {
        *words = words_create(options, counts->n_bytes, counts->n_inputs_failed);
        if (*words)
            (*words)->n_threads = n_threads;
        status = *words ? list_in_memory(*words, counts, options, error) : error_memory(error);
    }
    word_spill_free(counts->spill);
    counts->spill = NULL;
    if (status != THRUM_OK) {
        thrum_words_free(*words);
        *words = NULL;
    }
    return status;
}
