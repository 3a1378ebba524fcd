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
#include "count/count_ranks.h"
#include "count/word_sorter.h"
#include "map/system.h"
#include "pattern/pattern.h"
#include "run/count_names.h"
#include "run/parallel.h"
#include "run/word_blocks.h"
#include "run/word_filter.h"
#include "thrum/output.h"

enum {
    TYPES_WORTH_A_PART = 4096, /* fewer types than this are merged at once */
    MOST_PARTS = 256,
    STREAM_TEXT_BYTES = 1 << 16,
    PARTS_OF_MEMORY = 4 /* the default is one of them */
};

struct thrum_words {
    thrum_words_sort sort;
    bool documents;
    unsigned n_threads;
    /* in memory */
    word_table **documents_of_parts; /* NULL: not asked for */
    size_t n_parts;
    word_blocks blocks;
    word_block block; /* the one being given */
    /* as a stream */
    word_source stream; /* next is NULL in memory */

    count_ranks ranks; /* of a stream, by word */
    uint64_t n_rows, n_given;
    thrum_word word; /* the last one given */
    uint64_t n_tokens, n_types, n_hapaxes, n_bytes, n_inputs_failed, n_runs;
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

static uint64_t documents_of(const thrum_words *words, const word_row *row) {
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
            const word_record record = {row->bytes, row->n_bytes, row->count, documents_of(words, row),
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

/* --- the list given out ------------------------------------------------------------------------------------------ */

/* Goes on to the next row of a block; `word` is the one before it, or says what comes before the block. */
static void step(thrum_word *word, const thrum_words *words, const word_row *row) {
    bool same_count = row->count == word->count;
    *word = (thrum_word){.bytes = row->bytes,
                         .n_bytes = row->n_bytes,
                         .count = row->count,
                         .documents = documents_of(words, row),
                         .rank = same_count ? word->rank : count_ranks_find(&words->blocks.ranks, row->count),
                         .cumulative_count = word->cumulative_count + row->count};
}

static thrum_word before_block(const word_block *block) {
    return (thrum_word){.cumulative_count = block->n_tokens_before};
}

static thrum_status next_in_block(thrum_words *words, thrum_error *error) {
    word_block *block = &words->block;
    if (words->n_given == block->n_rows_before + block->n_rows) {
        if (!word_block_read(block, &words->blocks, word_blocks_find(&words->blocks, words->n_given)))
            return error_memory(error);
        words->word = before_block(block);
    }
    step(&words->word, words, &block->rows[words->n_given - block->n_rows_before]);
    return THRUM_OK;
}

static thrum_status next_in_stream(thrum_words *words, bool *found, thrum_error *error) {
    word_record record;
    thrum_word *word = &words->word;
    thrum_status status = words->stream.next(words->stream.context, &record, found, error);
    if (status != THRUM_OK || !*found)
        return status;
    bool same_count = words->n_given > 0 && record.count == word->count;
    *word = (thrum_word){.bytes = record.bytes,
                         .n_bytes = record.n_bytes,
                         .count = record.count,
                         .documents = words->documents ? record.documents : 0,
                         .rank = same_count                           ? word->rank
                                 : words->sort == THRUM_WORDS_BY_WORD ? count_ranks_find(&words->ranks, record.count)
                                                                      : words->n_given + 1,
                         .cumulative_count = word->cumulative_count + record.count};
    return THRUM_OK;
}

thrum_status thrum_words_next(thrum_words *words, const thrum_word **word, thrum_error *error) {
    bool found = true;
    *word = NULL;
    if (words->n_given == words->n_rows)
        return THRUM_OK;
    thrum_status status = words->stream.next ? next_in_stream(words, &found, error) : next_in_block(words, error);
    if (status != THRUM_OK || !found)
        return status;
    words->n_given++;
    *word = &words->word;
    return THRUM_OK;
}

/* --- the list written -------------------------------------------------------------------------------------------- */

typedef struct writing {
    thrum_words *words;
    thrum_words_format *format;
    const void *format_context;
    thrum_words_write *write;
    void *write_context;
    size_t next_block;
    atomic_bool stopped;
    thrum_status status; /* the first failure */
    thrum_error *error;
} writing;

/* A block on its way; or, of a stream, so many rows. */
typedef struct writing_unit {
    size_t block_number;
    word_block block;
    thrum_buffer text;
    thrum_status status;
    thrum_error error;
} writing_unit;

static thrum_status format_row(const writing *w, const thrum_word *word, thrum_buffer *text, thrum_error *error) {
    thrum_status status = w->format(w->format_context, word, text);
    if (status == THRUM_OK && text->failed)
        status = THRUM_ERROR_MEMORY;
    if (status == THRUM_OK)
        return status;
    return status == THRUM_ERROR_MEMORY ? error_memory(error)
                                        : error_set(error, status, NULL, "a row could not be formatted");
}

static bool claim_block(void *context, void *unit) {
    writing *w = context;
    writing_unit *u = unit;
    if (atomic_load(&w->stopped) || w->next_block >= w->words->blocks.n_blocks)
        return false;
    u->block_number = w->next_block++;
    return true;
}

static void format_block(void *context, void *unit, unsigned thread) {
    const writing *w = context;
    writing_unit *u = unit;
    word_block *block = &u->block;
    (void)thread;
    thrum_buffer_clear(&u->text);
    u->status = word_block_read(block, &w->words->blocks, u->block_number) ? THRUM_OK : error_memory(&u->error);
    if (u->status != THRUM_OK)
        return;
    thrum_word word = before_block(block);
    for (size_t i = 0; i < block->n_rows && u->status == THRUM_OK; i++) {
        step(&word, w->words, &block->rows[i]);
        if (block->n_rows_before + i >= w->words->n_given)
            u->status = format_row(w, &word, &u->text, &u->error);
    }
}

static void write_block(void *context, void *unit) {
    writing *w = context;
    writing_unit *u = unit;
    if (w->status != THRUM_OK)
        return;
    if (u->status == THRUM_OK && u->text.n_bytes > 0)
        u->status = w->write(w->write_context, u->text.bytes, u->text.n_bytes, &u->error);
    if (u->status == THRUM_OK)
        return;
    w->status = u->status;
    if (w->error)
        *w->error = u->error;
    atomic_store(&w->stopped, true);
}

static void release_unit(void *unit) {
    writing_unit *u = unit;
    word_block_release(&u->block);
    thrum_buffer_release(&u->text);
}

static thrum_status write_blocks(writing *w, thrum_error *error) {
    const thrum_words *words = w->words;
    const pipeline line = {.context = w,
                           .claim = claim_block,
                           .scan = format_block,
                           .retire = write_block,
                           .release = release_unit,
                           .unit_bytes = sizeof(writing_unit)};
    if (words->n_given == words->n_rows)
        return THRUM_OK;
    w->next_block = word_blocks_find(&words->blocks, words->n_given);
    size_t n_left = words->blocks.n_blocks - w->next_block;
    thrum_status status = pipeline_run(&line, n_left < words->n_threads ? (unsigned)n_left : words->n_threads, error);
    return status == THRUM_OK ? w->status : status;
}

static thrum_status write_stream(writing *w, thrum_error *error) {
    thrum_buffer text = {0};
    const thrum_word *word;
    thrum_status status;
    while ((status = thrum_words_next(w->words, &word, error)) == THRUM_OK && word) {
        status = format_row(w, word, &text, error);
        if (status == THRUM_OK && text.n_bytes >= STREAM_TEXT_BYTES) {
            status = w->write(w->write_context, text.bytes, text.n_bytes, error);
            thrum_buffer_clear(&text);
        }
        if (status != THRUM_OK)
            break;
    }
    if (status == THRUM_OK && text.n_bytes > 0)
        status = w->write(w->write_context, text.bytes, text.n_bytes, error);
    thrum_buffer_release(&text);
    return status;
}

thrum_status thrum_words_write_rows(thrum_words *words, thrum_words_format *format, const void *format_context,
                                    thrum_words_write *write, void *write_context, thrum_error *error) {
    writing w = {.words = words,
                 .format = format,
                 .format_context = format_context,
                 .write = write,
                 .write_context = write_context,
                 .error = error};
    if (words->stream.next)
        return write_stream(&w, error);
    thrum_status status = write_blocks(&w, error);
    words->n_given = words->n_rows;
    return status;
}

uint64_t thrum_words_n_rows(const thrum_words *words) {
    return words->n_rows;
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

uint64_t thrum_words_n_runs(const thrum_words *words) {
    return words->n_runs;
}

void thrum_words_free(thrum_words *words) {
    if (!words)
        return;
    for (size_t i = 0; i < words->n_parts && words->documents_of_parts; i++)
        word_table_free(words->documents_of_parts[i]);
    if (words->stream.close)
        words->stream.close(words->stream.context);
    free(words->documents_of_parts);
    word_block_release(&words->block);
    word_blocks_release(&words->blocks);
    count_ranks_release(&words->ranks);
    free(words);
}
