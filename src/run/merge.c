/* Merging count files, in two passes over them.
 *
 * The first reads every file to its end, on all cores, so that only files that are whole and agree come to be merged: a
 * file found damaged halfway through the merge could not be taken out any more. What can be read only once is copied
 * to disk on the way. The second merges them as one stream, or, when there are more than may be open at once, group by
 * group into runs on disk and those as one stream. */
#include "thrum/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "count/count_file.h"
#include "count/word_spill.h"
#include "map/system.h"
#include "run/count_names.h"
#include "run/parallel.h"
#include "run/word_list.h"

enum { MOST_FILES_OPEN = 256 };

/* One file. */
typedef struct counted_file {
    const char *path;
    count_header header;
    word_spill *copy; /* of what can be read only once; else NULL */
    thrum_status status;
    thrum_error error;
} counted_file;

typedef struct merge_pass {
    const thrum_words_options *options;
    const thrum_run_options *run;
    unsigned n_threads;
    uint64_t memory_bytes;
    counted_file *files;
    size_t n_files; /* after the first pass only those that are good */
    word_stream stream;
    word_spill *spill; /* of merged groups */
    size_t n_in_group;
    thrum_status *group_statuses;
    thrum_error *group_errors;
} merge_pass;

/* --- the first pass ---------------------------------------------------------------------------------------------- */

static bool copy_header(count_header *to, const count_header *from) {
    *to = *from;
    memset(to->values, 0, sizeof to->values);
    for (size_t i = 0; i < N_COUNT_KEYS; i++)
        if (!count_header_set(to, (count_key)i, from->values[i]))
            return false;
    return true;
}

static bool can_be_read_again(const char *path) {
    system_file file;
    return strcmp(path, "-") != 0 && system_stat_path(path, &file) == 0 && file.kind == SYSTEM_REGULAR;
}

static thrum_status read_through(count_reader *reader, thrum_error *error) {
    word_record record;
    bool found = true;
    thrum_status status = THRUM_OK;
    while (status == THRUM_OK && found)
        status = count_reader_next(reader, &record, &found, error);
    count_reader_close(reader);
    return status;
}

static thrum_status copy_through(word_spill **copy, count_reader *reader, uint64_t memory_bytes, thrum_error *error) {
    *copy = word_spill_create(memory_bytes);
    if (*copy)
        return word_spill_take(*copy, (word_source){count_reader_next, count_reader_close, reader}, error);
    count_reader_close(reader);
    return error_memory(error);
}

static void check_file(void *context, size_t index) {
    merge_pass *pass = context;
    counted_file *file = &pass->files[index];
    count_reader *reader;
    bool again = can_be_read_again(file->path);
    file->status = count_reader_open(&reader, file->path, &file->error);
    if (file->status != THRUM_OK)
        return;
    bool is_kept = copy_header(&file->header, count_reader_header(reader));
    file->status = again ? read_through(reader, &file->error)
                         : copy_through(&file->copy, reader, pass->memory_bytes, &file->error);
    if (!is_kept && file->status == THRUM_OK)
        file->status = error_memory(&file->error);
}

/* The first key in which two headers differ; N_COUNT_KEYS when in none. */
static count_key difference(const count_header *a, const count_header *b) {
    size_t i = 0;
    while (i < N_COUNT_KEYS && strcmp(a->values[i], b->values[i]) == 0)
        i++;
    return (count_key)i;
}

/* Whether a file fits to the first one. */
static thrum_status compare(counted_file *file, const counted_file *first, const thrum_words_options *options) {
    count_key key = difference(&file->header, &first->header);
    if (key != N_COUNT_KEYS)
        return error_set(&file->error, THRUM_ERROR_FORMAT, file->path, "has %s=%s, but %s has %s=%s",
                         count_key_name(key), file->header.values[key], first->path, count_key_name(key),
                         first->header.values[key]);
    if (options->documents && !file->header.by_document)
        return error_set(&file->error, THRUM_ERROR_FORMAT, file->path,
                         "does not say in how many documents its words are");
    return THRUM_OK;
}

static bool add_total(uint64_t *total, uint64_t more) {
    bool fits = more <= UINT64_MAX - *total;
    *total += fits ? more : 0;
    return fits;
}

/* Adds a file's header to the sum, which the first one begins. */
static thrum_status add_header(count_header *sum, const count_header *header, bool is_first, thrum_error *error) {
    if (is_first)
        return copy_header(sum, header) ? THRUM_OK : error_memory(error);
    sum->by_document = sum->by_document && header->by_document;
    bool fits = add_total(&sum->n_tokens, header->n_tokens) && add_total(&sum->n_bytes, header->n_bytes) &&
                add_total(&sum->n_documents, header->n_documents);
    return fits ? THRUM_OK
                : error_set(error, THRUM_ERROR_ARGUMENT, NULL, "the totals of the files do not fit into 64 bits");
}

static void file_release(counted_file *file) {
    count_header_release(&file->header);
    word_spill_free(file->copy);
    *file = (counted_file){0};
}

/* Tells the failure of a file, or ends the run for one that is not the file's. */
static thrum_status drop_file(merge_pass *pass, counted_file *file, thrum_error *error) {
    thrum_status status = file->status;
    if (status != THRUM_ERROR_FORMAT && (status != THRUM_ERROR_SYSTEM || strcmp(file->error.path, file->path) != 0)) {
        if (error)
            *error = file->error;
        return status;
    }
    pass->stream.n_inputs_failed++;
    if (pass->run->on_error)
        pass->run->on_error(pass->run->context, &file->error);
    file_release(file);
    return THRUM_OK;
}

/* Keeps the files that are good, in order, tells the others, and adds up what they say. */
static thrum_status choose_files(merge_pass *pass, size_t n_files, thrum_error *error) {
    thrum_status status = THRUM_OK;
    for (size_t i = 0; i < n_files && status == THRUM_OK; i++) {
        counted_file *file = &pass->files[i];
        bool is_first = pass->n_files == 0;
        if (file->status == THRUM_OK)
            file->status = compare(file, is_first ? file : &pass->files[0], pass->options);
        if (file->status != THRUM_OK) {
            status = drop_file(pass, file, error);
            continue;
        }
        status = add_header(&pass->stream.header, &file->header, is_first, error);
        counted_file kept = *file;
        *file = (counted_file){0};
        pass->files[pass->n_files++] = kept;
    }
    return status;
}

/* --- the second pass --------------------------------------------------------------------------------------------- */

static thrum_status open_again(counted_file *file, word_source *source, thrum_error *error) {
    if (file->copy) {
        word_spill *copy = file->copy;
        file->copy = NULL;
        return word_spill_merge(copy, THRUM_WORDS_BY_WORD, source, error);
    }
    count_reader *reader;
    thrum_status status = count_reader_open(&reader, file->path, error);
    if (status != THRUM_OK)
        return status;
    const count_header *now = count_reader_header(reader), *before = &file->header;
    if (difference(now, before) != N_COUNT_KEYS || now->n_tokens != before->n_tokens ||
        now->by_document != before->by_document) {
        count_reader_close(reader);
        return error_set(error, THRUM_ERROR_CHANGED, file->path, "changed while it was read");
    }
    *source = (word_source){count_reader_next, count_reader_close, reader};
    return THRUM_OK;
}

static thrum_status open_merge(counted_file *files, size_t n_files, word_merge **merge, thrum_error *error) {
    size_t n = 0;
    *merge = NULL;
    word_source *sources = calloc(n_files + 1, sizeof *sources);
    thrum_status status = sources ? THRUM_OK : error_memory(error);
    while (status == THRUM_OK && n < n_files) {
        status = open_again(&files[n], &sources[n], error);
        n += status == THRUM_OK;
    }
    if (status == THRUM_OK)
        status = word_merge_open(merge, sources, n, THRUM_WORDS_BY_WORD, WORD_MERGE_WORDS, error);
    else
        while (n-- > 0)
            sources[n].close(sources[n].context);
    free(sources);
    return status;
}

static void merge_group(void *context, size_t group) {
    merge_pass *pass = context;
    size_t first = group * pass->n_in_group, n_left = pass->n_files - first;
    thrum_error *error = &pass->group_errors[group];
    word_merge *merge;
    thrum_status status =
        open_merge(&pass->files[first], n_left < pass->n_in_group ? n_left : pass->n_in_group, &merge, error);
    if (status == THRUM_OK)
        status = word_spill_take(pass->spill, word_merge_source(merge), error);
    pass->group_statuses[group] = status;
}

/* The threads share what may be open. */
static thrum_status merge_groups(merge_pass *pass, size_t most_open, thrum_error *error) {
    pass->n_in_group = most_open / pass->n_threads < 2 ? 2 : most_open / pass->n_threads;
    size_t n_groups = (pass->n_files + pass->n_in_group - 1) / pass->n_in_group;
    pass->spill = word_spill_create(pass->memory_bytes);
    pass->group_statuses = calloc(n_groups, sizeof *pass->group_statuses);
    pass->group_errors = calloc(n_groups, sizeof *pass->group_errors);
    if (!pass->spill || !pass->group_statuses || !pass->group_errors)
        return error_memory(error);
    parallel_for(pass->n_threads, n_groups, merge_group, pass);
    for (size_t i = 0; i < n_groups; i++) {
        if (pass->group_statuses[i] == THRUM_OK)
            continue;
        if (error)
            *error = pass->group_errors[i];
        return pass->group_statuses[i];
    }
    pass->stream.n_runs += word_spill_n_runs(pass->spill);
    word_spill *spill = pass->spill;
    pass->spill = NULL;
    return word_spill_merge(spill, THRUM_WORDS_BY_WORD, &pass->stream.source, error);
}

static thrum_status merge_files(merge_pass *pass, thrum_error *error) {
    size_t most_open = word_spill_fan_in(pass->memory_bytes, COUNT_READER_BYTES);
    most_open = most_open < MOST_FILES_OPEN ? most_open : MOST_FILES_OPEN;
    for (size_t i = 0; i < pass->n_files; i++)
        pass->stream.n_runs += pass->files[i].copy ? word_spill_n_runs(pass->files[i].copy) : 0;
    if (pass->n_files > most_open)
        return merge_groups(pass, most_open, error);
    word_merge *merge;
    thrum_status status = open_merge(pass->files, pass->n_files, &merge, error);
    if (status == THRUM_OK)
        pass->stream.source = word_merge_source(merge);
    return status;
}

static thrum_status list_files(merge_pass *pass, thrum_words **words, thrum_error *error) {
    thrum_words_options options = *pass->options;
    thrum_status status = THRUM_OK;
    options.token = THRUM_TOKEN_UNICODE;
    if (pass->n_files > 0)
        status = count_names_read(&pass->stream.header, &options, pass->files[0].path, error);
    else
        options.save_path = NULL;
    if (status == THRUM_OK)
        status = merge_files(pass, error);
    return status == THRUM_OK ? word_list_stream(words, &pass->stream, &options, error) : status;
}

thrum_status thrum_words_merge(thrum_words **words, const thrum_inputs *inputs, const thrum_words_options *options,
                               const thrum_run_options *run, thrum_error *error) {
    *words = NULL;
    size_t n_files = thrum_inputs_n(inputs);
    thrum_status status = word_list_check_save(options, NULL, error);
    if (status != THRUM_OK)
        return status;
    merge_pass pass = {.options = options,
                       .run = run,
                       .n_threads = parallel_n_threads(run->n_threads),
                       .memory_bytes = word_list_memory(options),
                       .files = calloc(n_files + 1, sizeof *pass.files)};
    status = pass.files ? THRUM_OK : error_memory(error);
    if (status == THRUM_OK) {
        for (size_t i = 0; i < n_files; i++)
            pass.files[i].path = thrum_inputs_path(inputs, i);
        parallel_for(pass.n_threads, n_files, check_file, &pass);
        status = choose_files(&pass, n_files, error);
    }
    if (status == THRUM_OK)
        status = list_files(&pass, words, error);
    for (size_t i = 0; pass.files && i < n_files; i++)
        file_release(&pass.files[i]);
    count_header_release(&pass.stream.header);
    word_spill_free(pass.spill);
    free(pass.group_statuses);
    free(pass.group_errors);
    free(pass.files);
    return status;
}
