/* Replacing: the places are found in parallel and told in order, and what is done about each depends on the way.
 *
 *     find, or match  ──►  change, change, ...  ──►  copy      the text between, and the new text, to the output
 *                                               ──►  rewrite   the same to a new file, from the first change on
 *                                               ──►  in place  the change to the journal; the file when all are there
 *
 * Finding runs ahead on all cores, taking on one. Inputs come one after the other, because each of them may be locked,
 * left as it is, or refused by itself. */
#include "thrum/replace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "map/beside.h"
#include "map/journal.h"
#include "map/target.h"
#include "run/parallel.h"
#include "run/plan.h"
#include "run/undo.h"
#include "thrum/find.h"
#include "thrum/mapping.h"
#include "thrum/match.h"

typedef struct change {
    uint64_t begin, end;
    const uint8_t *text; /* what comes in their place */
    size_t n_text_bytes;
} change;

typedef struct way way;

/* A run, and its input at work. */
typedef struct replacing {
    const thrum_replacement *what;
    const thrum_replace_options *options;
    const thrum_run_options *run;
    const way *way;
    uint64_t n_bytes_done, n_bytes_total; /* for progress */
    const char *path;
    target target;
    journal_writer *journal;
    rewriting *rewriting;
    const uint8_t *subject; /* while changes come */
    uint64_t n_subject_bytes;
    uint64_t position; /* up to here the text is written */
    uint64_t n_changes;
    bool is_changed;     /* the file is another one now */
    thrum_status status; /* of the input, with its error */
    thrum_error error;
    bool ends_run; /* it is not the input's fault */
} replacing;

struct way {
    bool changes_files;
    thrum_status (*take)(replacing *r, const change *c);
    thrum_status (*end)(replacing *r);   /* after the last change, when all went well; the subject is still there */
    thrum_status (*close)(replacing *r); /* and then, when the subject is gone */
};

static thrum_status do_nothing(replacing *r) {
    (void)r;
    return THRUM_OK;
}

static thrum_status take_nothing(replacing *r, const change *c) {
    (void)r, (void)c;
    return THRUM_OK;
}

/* --- copies ------------------------------------------------------------------------------------------------------- */

static thrum_status put(replacing *r, const uint8_t *bytes, uint64_t n_bytes) {
    if (r->rewriting)
        return rewriting_write(r->rewriting, bytes, (size_t)n_bytes, &r->error);
    thrum_status status = thrum_output_write(r->options->output, bytes, (size_t)n_bytes, &r->error);
    r->ends_run = status != THRUM_OK;
    return status;
}

static thrum_status put_change(replacing *r, const change *c) {
    thrum_status status = put(r, r->subject + r->position, c->begin - r->position);
    if (status == THRUM_OK)
        status = put(r, c->text, c->n_text_bytes);
    r->position = c->end;
    return status;
}

static thrum_status put_rest(replacing *r) {
    return put(r, r->subject + r->position, r->n_subject_bytes - r->position);
}

static thrum_status rewrite_change(replacing *r, const change *c) {
    thrum_status status = r->rewriting ? THRUM_OK : rewriting_open(&r->rewriting, &r->target, &r->error);
    return status == THRUM_OK ? put_change(r, c) : status;
}

static thrum_status rewrite_rest(replacing *r) {
    return r->rewriting ? put_rest(r) : THRUM_OK;
}

static thrum_status rewrite_close(replacing *r) {
    if (!r->rewriting)
        return THRUM_OK;
    thrum_error warning;
    if (r->target.file.n_links > 1 && r->options->on_warning) {
        error_set(&warning, THRUM_OK, r->path, "it has other names (hard links), which keep the old text");
        r->options->on_warning(r->options->context, &warning);
    }
    rewriting *finished = r->rewriting;
    r->rewriting = NULL;
    thrum_status status = rewriting_close(finished, &r->error);
    r->is_changed = status == THRUM_OK;
    return status;
}

/* --- in place ----------------------------------------------------------------------------------------------------- */

static thrum_status check_length(replacing *r, const change *c) {
    uint64_t n_bytes = c->end - c->begin;
    if (c->n_text_bytes == n_bytes)
        return THRUM_OK;
    error_set(&r->error, THRUM_ERROR_ARGUMENT, r->path,
              "the match at offset %llu has %llu bytes and what replaces it %zu; --rewrite takes any length",
              (unsigned long long)c->begin, (unsigned long long)n_bytes, c->n_text_bytes);
    r->error.offset = c->begin;
    return THRUM_ERROR_ARGUMENT;
}

static thrum_status journal_take(replacing *r, const change *c) {
    const thrum_replacement *what = r->what;
    thrum_status status = check_length(r, c);
    /* Of a plain text we know what stands there: to look would fetch each line of the file into this thread's cache. */
    const uint8_t *old_bytes = what->pattern ? r->subject + c->begin : what->old_bytes;
    if (status != THRUM_OK || memcmp(old_bytes, c->text, c->n_text_bytes) == 0)
        return status;
    if (!r->journal)
        status = journal_create(&r->journal, r->target.final_path, &r->target.file, what->old_bytes, what->new_bytes,
                                what->pattern ? 0 : what->n_old_bytes, &r->error);
    const journal_change noted = {c->begin, old_bytes, c->text, c->n_text_bytes};
    return status == THRUM_OK ? journal_add(r->journal, &noted, &r->error) : status;
}

static thrum_status journal_close(replacing *r) {
    if (!r->journal)
        return THRUM_OK;
    char *path = journal_path(r->target.final_path);
    if (!path)
        return error_memory(&r->error);
    journal_writer *finished = r->journal;
    r->journal = NULL;
    thrum_status status = journal_finish(finished, r->target.sync, &r->error);
    if (status == THRUM_OK) {
        status = target_check(&r->target, &r->error);
        if (status == THRUM_OK)
            status = target_back_up(&r->target, &r->error);
        if (status == THRUM_OK)
            status = undo_apply(&r->target, path, parallel_n_threads(r->run->n_threads), &r->error);
        else
            (void)system_remove(path);
    }
    r->is_changed = status == THRUM_OK;
    free(path);
    return status;
}

/* --- the ways ----------------------------------------------------------------------------------------------------- */

static const way ways[] = {[THRUM_REPLACE_COPY] = {false, put_change, put_rest, do_nothing},
                           [THRUM_REPLACE_IN_PLACE] = {true, journal_take, do_nothing, journal_close},
                           [THRUM_REPLACE_REWRITE] = {true, rewrite_change, rewrite_rest, rewrite_close}};

static const way dry_ways[] = {[THRUM_REPLACE_COPY] = {false, take_nothing, do_nothing, do_nothing},
                               [THRUM_REPLACE_IN_PLACE] = {true, check_length, do_nothing, do_nothing},
                               [THRUM_REPLACE_REWRITE] = {true, take_nothing, do_nothing, do_nothing}};

static void take(replacing *r, const change *c) {
    if (r->status == THRUM_OK)
        r->status = r->way->take(r, c);
    r->n_changes++;
}

static void end(replacing *r) {
    if (r->status == THRUM_OK)
        r->status = r->way->end(r);
}

/* --- finding a text ----------------------------------------------------------------------------------------------- */

static thrum_status take_offsets(void *context, const uint64_t *offsets, size_t n) {
    replacing *r = context;
    const thrum_replacement *what = r->what;
    for (size_t i = 0; i < n && r->status == THRUM_OK; i++)
        take(r, &(change){offsets[i], offsets[i] + what->n_old_bytes, what->new_bytes, what->n_new_bytes});
    return r->status;
}

static void replace_text(replacing *r, const char *path, const thrum_run_options *run) {
    thrum_mapping *mapping;
    r->status = thrum_mapping_open(&mapping, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, &r->error);
    if (r->status != THRUM_OK)
        return;
    r->subject = thrum_mapping_bytes(mapping);
    r->n_subject_bytes = thrum_mapping_n_bytes(mapping);
    thrum_error error;
    thrum_status status = thrum_find_all(r->subject, r->n_subject_bytes, r->what->old_bytes, r->what->n_old_bytes, 0,
                                         run, take_offsets, r, NULL, &error);
    if (r->status == THRUM_OK && status != THRUM_OK) {
        r->status = status;
        r->error = error;
    }
    if (r->status == THRUM_OK)
        r->status = thrum_mapping_check(mapping, &r->error);
    end(r);
    thrum_mapping_close(mapping);
}

/* --- matching a pattern ------------------------------------------------------------------------------------------- */

/* What a worker leaves in the buffer for each match; the new text follows. */
typedef struct record {
    const uint8_t *subject;
    uint64_t begin, end;
    size_t n_text_bytes;
} record;

static thrum_status format_record(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    const thrum_replacement *what = context;
    record made = {match->subject, match->groups[0].begin, match->groups[0].end, what->n_new_bytes};
    size_t at = buffer->n_bytes;
    thrum_buffer_append(buffer, &made, sizeof made);
    if (what->template_) {
        thrum_template_expand(what->template_, match, buffer);
        made.n_text_bytes = buffer->n_bytes - at - sizeof made;
    } else {
        thrum_buffer_append(buffer, what->new_bytes, what->n_new_bytes);
    }
    if (buffer->failed)
        return THRUM_ERROR_MEMORY;
    memcpy(buffer->bytes + at, &made, sizeof made);
    return THRUM_OK;
}

static thrum_status take_records(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    replacing *r = context;
    for (size_t at = 0; at < n_bytes && r->status == THRUM_OK;) {
        record next;
        memcpy(&next, bytes + at, sizeof next);
        at += sizeof next;
        r->subject = next.subject;
        take(r, &(change){next.begin, next.end, bytes + at, next.n_text_bytes});
        at += next.n_text_bytes;
    }
    if (r->status != THRUM_OK)
        *error = r->error;
    return r->status;
}

static void take_subject(void *context, const uint8_t *bytes, uint64_t n_bytes) {
    replacing *r = context;
    r->subject = bytes;
    r->n_subject_bytes = n_bytes;
    end(r);
}

static void note_failure(void *context, const thrum_error *error) {
    replacing *r = context;
    if (r->status != THRUM_OK)
        return;
    r->status = error->code;
    r->error = *error;
}

static void replace_matches(replacing *r, const char *path, const thrum_run_options *run) {
    const thrum_replacement *what = r->what;
    const thrum_match_options options = {.n_captures = what->template_ ? thrum_template_n_captures(what->template_) : 0,
                                         .by_line = what->by_line,
                                         .format = format_record,
                                         .format_context = what,
                                         .write = take_records,
                                         .write_context = r,
                                         .on_subject = take_subject,
                                         .on_input_context = r};
    thrum_inputs *inputs;
    r->status = thrum_inputs_create(&inputs, &r->error);
    if (r->status != THRUM_OK)
        return;
    (void)thrum_inputs_add(inputs, path, note_failure, r);
    thrum_error error;
    thrum_status status =
        r->status == THRUM_OK ? thrum_match_run(inputs, what->pattern, &options, run, NULL, &error) : THRUM_OK;
    if (r->status == THRUM_OK && status != THRUM_OK) {
        r->status = status;
        r->error = error;
    }
    thrum_inputs_free(inputs);
}

/* --- one input ---------------------------------------------------------------------------------------------------- */

static void on_progress(void *context, uint64_t n_bytes_done, uint64_t n_bytes_total) {
    (void)n_bytes_total;
    replacing *r = context;
    uint64_t n_done = r->n_bytes_done + n_bytes_done;
    r->run->on_progress(r->run->context, n_done, r->n_bytes_total > n_done ? r->n_bytes_total : n_done);
}

/* What a killed process left is neither old nor new. */
static thrum_status refuse_unfinished(replacing *r) {
    char *final_path = NULL, *journal = NULL;
    system_file file;
    if (strcmp(r->path, "-") == 0)
        return THRUM_OK;
    int failure = beside_resolve(&final_path, r->path);
    if (!failure && !(journal = journal_path(final_path)))
        failure = ENOMEM;
    bool exists = !failure && system_stat_path(journal, &file) == 0;
    free(journal);
    free(final_path);
    if (failure == ENOMEM)
        return error_memory(&r->error);
    if (exists)
        return error_set(&r->error, THRUM_ERROR_CHANGED, r->path,
                         "a replacement in place is not finished here; 'thrum replace --recover' undoes it");
    return THRUM_OK;
}

static thrum_status open_input(replacing *r) {
    const thrum_replace_options *options = r->options;
    if (journal_is_name(r->path))
        return error_set(&r->error, THRUM_ERROR_ARGUMENT, r->path,
                         "it is an undo journal; 'thrum replace --recover' with the file's name undoes it");
    if (!r->way->changes_files)
        return refuse_unfinished(r);
    if (strcmp(r->path, "-") == 0)
        return error_set(&r->error, THRUM_ERROR_ARGUMENT, r->path, "standard input cannot be changed");
    thrum_status status = target_open(&r->target, r->path, options->backup_suffix, !options->no_sync, &r->error);
    if (status == THRUM_OK)
        status = refuse_unfinished(r);
    if (status == THRUM_OK)
        status = target_refuse_compressed(&r->target, &r->error);
    return status;
}

static void replace_input(replacing *r) {
    const thrum_run_options run = {.n_threads = r->run->n_threads,
                                   .chunk_bytes = r->run->chunk_bytes,
                                   .on_error = note_failure,
                                   .on_progress = r->run->on_progress ? on_progress : NULL,
                                   .context = r};
    r->target = (target){.descriptor = -1};
    r->subject = (const uint8_t *)"";
    r->n_subject_bytes = r->position = r->n_changes = 0;
    r->is_changed = r->ends_run = false;
    r->status = open_input(r);
    const char *path = r->target.final_path ? r->target.final_path : r->path;
    if (r->status == THRUM_OK && r->what->pattern)
        replace_matches(r, path, &run);
    else if (r->status == THRUM_OK)
        replace_text(r, path, &run);
    if (r->status == THRUM_OK)
        r->status = r->way->close(r);
    journal_abandon(r->journal);
    rewriting_discard(r->rewriting);
    r->journal = NULL;
    r->rewriting = NULL;
    if (r->status != THRUM_OK && r->target.final_path && strcmp(r->error.path, r->target.final_path) == 0)
        error_place(&r->error, r->path);
    target_close(&r->target);
}

/* --- the run ------------------------------------------------------------------------------------------------------ */

static thrum_status check_arguments(const thrum_replacement *what, const thrum_replace_options *options,
                                    thrum_error *error) {
    if (!what->pattern && what->n_old_bytes == 0)
        return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "the text to be replaced is empty");
    if (!what->pattern && options->way == THRUM_REPLACE_IN_PLACE && what->n_old_bytes != what->n_new_bytes)
        return error_set(
            error, THRUM_ERROR_ARGUMENT, NULL,
            "in place, both texts must be equally long (these have %zu and %zu bytes); --rewrite takes any",
            what->n_old_bytes, what->n_new_bytes);
    return THRUM_OK;
}

thrum_status thrum_replace_run(const thrum_inputs *inputs, const thrum_replacement *replacement,
                               const thrum_replace_options *options, const thrum_run_options *run,
                               thrum_replace_totals *totals, thrum_error *error) {
    replacing r = {.what = replacement,
                   .options = options,
                   .run = run,
                   .way = options->dry_run ? &dry_ways[options->way] : &ways[options->way],
                   .n_bytes_total = plan_n_bytes(inputs)};
    *totals = (thrum_replace_totals){0};
    thrum_status status = check_arguments(replacement, options, error);
    for (size_t i = 0; i < thrum_inputs_n(inputs) && status == THRUM_OK; i++) {
        r.path = thrum_inputs_path(inputs, i);
        replace_input(&r);
        r.n_bytes_done += thrum_inputs_n_bytes(inputs, i);
        if (r.status == THRUM_OK) {
            totals->n_replacements += r.n_changes;
            totals->n_bytes += r.n_subject_bytes;
            totals->n_inputs_changed += r.is_changed;
            if (options->on_input)
                options->on_input(options->context, i, r.n_changes);
        } else if (r.ends_run) {
            status = r.status;
            if (error)
                *error = r.error;
        } else {
            totals->n_inputs_failed++;
            if (run->on_error)
                run->on_error(run->context, &r.error);
        }
    }
    return status;
}
