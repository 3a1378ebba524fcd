/* The list of a pass over words, in one of two ways.
 *
 * In memory: the tables of the threads are merged by parts of the hash, the rows filtered, sorted and ranked.
 *
 * As a stream, when memory does not hold that: all tables go to disk as sorted runs, which are merged to one stream of
 * words in their order. From there each word is counted, saved and filtered as it passes; those that are listed are
 * sorted by a sorter that keeps to its share of the memory. Count files come in by this way too.
 *
 * Ranks are by count. In a list by count they follow from the place of a row; in one by word they are looked up in the
 * distribution of counts, which is small. */
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
#include "run/rows.h"
#include "run/word_filter.h"
#include "thrum/output.h"

enum {
    TYPES_WORTH_A_PART = 4096, /* fewer types than this are merged at once */
    MOST_PARTS = 256,
    PARTS_OF_MEMORY = 4 /* the default is one of them */
};

struct thrum_words {
    thrum_words_sort sort;
    bool documents;
    /* in memory */
    word_table **parts;              /* the merged tables: they hold the words' bytes */
    word_table **documents_of_parts; /* NULL: not asked for */
    size_t n_parts;
    word_row *rows;
    /* as a stream */
    word_source stream; /* next is NULL in memory */

    count_ranks ranks; /* by word */
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

/* --- merging tables ---------------------------------------------------------------------------------------------- */

typedef struct merge_job {
    word_counts *counts;
    thrum_words *words;
    atomic_bool failed;
} merge_job;

static bool merge_part_of(word_table **into, word_table *const *tables, const merge_job *job, size_t part) {
    *into = word_table_create(&job->counts->seed);
    return *into && word_table_merge(*into, tables, job->counts->n_tables, part, job->words->n_parts);
}

static void merge_part(void *context, size_t part) {
    merge_job *job = context;
    thrum_words *words = job->words;
    if (!merge_part_of(&words->parts[part], job->counts->tables, job, part) ||
        (words->documents_of_parts &&
         !merge_part_of(&words->documents_of_parts[part], job->counts->documents, job, part)))
        atomic_store(&job->failed, true);
}

static uint64_t n_types_of(const word_counts *counts) {
    uint64_t n_types = 0;
    for (size_t i = 0; i < counts->n_tables; i++)
        n_types += word_table_n_types(counts->tables[i]);
    return n_types;
}

static size_t choose_n_parts(const word_counts *counts, unsigned n_threads) {
    uint64_t n_types = n_types_of(counts);
    size_t n_parts = 1;
    while (n_parts < MOST_PARTS && n_parts < 4 * (size_t)n_threads && n_types / n_parts > TYPES_WORTH_A_PART)
        n_parts *= 2;
    return n_parts;
}

static thrum_status merge_tables(thrum_words *words, word_counts *counts, unsigned n_threads, thrum_error *error) {
    size_t n_parts = counts->n_tables == 1 ? 1 : choose_n_parts(counts, n_threads);
    words->parts = calloc(n_parts, sizeof *words->parts);
    if (counts->documents)
        words->documents_of_parts = calloc(n_parts, sizeof *words->documents_of_parts);
    if (!words->parts || (counts->documents && !words->documents_of_parts))
        return error_memory(error);
    words->n_parts = n_parts;
    if (counts->n_tables == 1) {
        words->parts[0] = counts->tables[0];
        counts->tables[0] = NULL;
        if (counts->documents) {
            words->documents_of_parts[0] = counts->documents[0];
            counts->documents[0] = NULL;
        }
        return THRUM_OK;
    }
    merge_job job = {.counts = counts, .words = words};
    parallel_for(n_threads, n_parts, merge_part, &job);
    return atomic_load(&job.failed) ? error_memory(error) : THRUM_OK;
}

/* --- in memory --------------------------------------------------------------------------------------------------- */

static uint64_t documents_of(const thrum_words *words, const uint8_t *bytes, size_t n_bytes) {
    if (!words->documents_of_parts)
        return 0;
    size_t part = word_table_partition(words->parts[0], bytes, n_bytes, words->n_parts);
    return word_table_find(words->documents_of_parts[part], bytes, n_bytes);
}

/* Gathers the rows of all parts, counting types and hapaxes on the way. */
static thrum_status gather_rows(thrum_words *words, thrum_error *error) {
    for (size_t i = 0; i < words->n_parts; i++) {
        words->n_types += word_table_n_types(words->parts[i]);
        words->n_tokens += word_table_n_tokens(words->parts[i]);
    }
    words->rows = memory_own((size_t)words->n_types, sizeof *words->rows);
    if (!words->rows)
        return error_memory(error);
    word_row *rows = words->rows;
    for (size_t i = 0; i < words->n_parts; i++) {
        word_table_rows(words->parts[i], rows);
        rows += word_table_n_types(words->parts[i]);
    }
    for (word_row *row = words->rows; row < rows; row++)
        words->n_hapaxes += row->count == 1;
    words->n_rows = words->n_types;
    return THRUM_OK;
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

static thrum_status save_rows(thrum_words *words, const char *path, const count_header *header, unsigned n_threads,
                              thrum_error *error) {
    size_t n_rows = (size_t)words->n_rows;
    count_writer *writer;
    thrum_status status = rows_arrange(words->rows, n_rows, n_rows, THRUM_WORDS_BY_WORD, n_threads, error);
    if (status == THRUM_OK)
        status = count_writer_open(&writer, path, header, error);
    if (status != THRUM_OK)
        return status;
    for (size_t i = 0; i < n_rows && status == THRUM_OK; i++) {
        const word_row *row = &words->rows[i];
        const word_record record = {row->bytes, row->n_bytes, row->count, documents_of(words, row->bytes, row->n_bytes),
                                    WORD_NO_DOCUMENT};
        status = count_writer_add(writer, &record, error);
    }
    if (status == THRUM_OK)
        return count_writer_close(writer, error);
    count_writer_discard(writer);
    return status;
}

/* Keeps the rows that are to be listed. */
static void filter_rows(thrum_words *words, const word_filter *filter) {
    size_t n = 0;
    for (size_t i = 0; i < words->n_rows; i++)
        if (word_filter_lists(filter, words->rows[i].bytes, words->rows[i].n_bytes, words->rows[i].count))
            words->rows[n++] = words->rows[i];
    words->n_rows = n;
}

static thrum_status arrange(thrum_words *words, const thrum_words_options *options, unsigned n_threads,
                            thrum_error *error) {
    bool is_ranked = true;
    if (options->sort == THRUM_WORDS_BY_WORD) {
        for (size_t i = 0; i < words->n_rows && is_ranked; i++)
            is_ranked = count_ranks_add(&words->ranks, words->rows[i].count);
        is_ranked = is_ranked && count_ranks_finish(&words->ranks);
    }
    size_t n_rows = (size_t)words->n_rows;
    words->n_rows = n_wanted(options, words->n_rows);
    return is_ranked ? rows_arrange(words->rows, n_rows, (size_t)words->n_rows, options->sort, n_threads, error)
                     : error_memory(error);
}

static thrum_status list_in_memory(thrum_words *words, word_counts *counts, const thrum_words_options *options,
                                   unsigned n_threads, thrum_error *error) {
    word_filter filter = {0};
    count_header header = {0};
    thrum_status status = merge_tables(words, counts, n_threads, error);
    if (status == THRUM_OK)
        status = gather_rows(words, error);
    if (status == THRUM_OK && options->save_path && counts->n_inputs_failed == 0) {
        header.n_tokens = words->n_tokens;
        header.n_bytes = counts->n_bytes;
        header.n_documents = counts->n_documents;
        status = count_names_write(&header, options) ? save_rows(words, options->save_path, &header, n_threads, error)
                                                     : error_memory(error);
    }
    if (status == THRUM_OK)
        status = word_filter_init(&filter, options, word_list_folding_rule(options), &counts->seed, error);
    if (status == THRUM_OK) {
        filter_rows(words, &filter);
        status = arrange(words, options, n_threads, error);
    }
    word_filter_release(&filter);
    count_header_release(&header);
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

/* What the list would take in memory, about: the tables and their merged copies, rows, and rows again to be sorted. */
static bool fits_memory(const word_counts *counts, uint64_t memory_bytes) {
    uint64_t n_bytes = n_types_of(counts) * 2 * sizeof(word_row);
    for (size_t i = 0; i < counts->n_tables; i++) {
        size_t n_copies = counts->n_tables > 1 ? 2 : 1;
        n_bytes += n_copies * word_table_n_bytes(counts->tables[i]);
        if (counts->documents)
            n_bytes += n_copies * word_table_n_bytes(counts->documents[i]);
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
        status = *words ? list_in_memory(*words, counts, options, n_threads, error) : error_memory(error);
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

static thrum_status next_word(thrum_words *words, thrum_word *word, bool *found, thrum_error *error) {
    word_record record = {0};
    *found = words->n_given < words->n_rows;
    if (!*found)
        return THRUM_OK;
    if (words->stream.next) {
        thrum_status status = words->stream.next(words->stream.context, &record, found, error);
        if (status != THRUM_OK || !*found)
            return status;
    } else {
        const word_row *row = &words->rows[words->n_given];
        record = (word_record){.bytes = row->bytes, .n_bytes = row->n_bytes, .count = row->count};
        record.documents = documents_of(words, row->bytes, row->n_bytes);
    }
    *word = (thrum_word){.bytes = record.bytes,
                         .n_bytes = record.n_bytes,
                         .count = record.count,
                         .documents = words->documents ? record.documents : 0};
    return THRUM_OK;
}

thrum_status thrum_words_next(thrum_words *words, const thrum_word **word, thrum_error *error) {
    thrum_word next = {0};
    bool found;
    *word = NULL;
    thrum_status status = next_word(words, &next, &found, error);
    if (status != THRUM_OK || !found)
        return status;
    words->n_given++;
    if (words->sort == THRUM_WORDS_BY_WORD)
        next.rank = count_ranks_find(&words->ranks, next.count);
    else
        next.rank = words->n_given > 1 && next.count == words->word.count ? words->word.rank : words->n_given;
    words->word = next;
    *word = &words->word;
    return THRUM_OK;
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
    for (size_t i = 0; i < words->n_parts; i++) {
        word_table_free(words->parts[i]);
        if (words->documents_of_parts)
            word_table_free(words->documents_of_parts[i]);
    }
    if (words->stream.close)
        words->stream.close(words->stream.context);
    free(words->parts);
    free(words->documents_of_parts);
    free(words->rows);
    count_ranks_release(&words->ranks);
    free(words);
}
