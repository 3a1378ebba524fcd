#include "job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

void job_on_error(void *context, const thrum_error *error) {
    job *work = context;
    if (work->before_error)
        work->before_error(work->before_error_context);
    progress_erase(&work->progress);
    message_error_see(error, work->remedy ? work->remedy(error) : NULL);
    work->n_errors++;
}

static void on_progress(void *context, uint64_t n_bytes_done, uint64_t n_bytes_total) {
    job *work = context;
    progress_show(&work->progress, n_bytes_done, n_bytes_total);
}

static bool is_colored(const common_settings *settings, bool is_terminal) {
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    if (settings->color == WHEN_ALWAYS || settings->color == WHEN_NEVER)
        return settings->color == WHEN_ALWAYS;
    return is_terminal && !(no_color && *no_color) && !(terminal && strcmp(terminal, "dumb") == 0);
}

static void resolve_style(job *work) {
    const common_settings *settings = work->settings;
    bool is_terminal = thrum_output_is_terminal(work->output);
    int format = settings->format ? settings->format - 1 : is_terminal ? REPORT_TABLE : REPORT_TSV;
    work->style = (report_style){.format = &report_formats[format],
                                 .no_header = settings->no_header,
                                 .escape = is_terminal,
                                 .color = is_colored(settings, is_terminal)};
}

static thrum_status add_globs(job *work, thrum_error *error) {
    const option_list *includes = &work->settings->includes, *excludes = &work->settings->excludes;
    thrum_status status = THRUM_OK;
    for (size_t i = 0; i < includes->n && status == THRUM_OK; i++)
        status = thrum_inputs_include(work->inputs, includes->items[i], error);
    for (size_t i = 0; i < excludes->n && status == THRUM_OK; i++)
        status = thrum_inputs_exclude(work->inputs, excludes->items[i], error);
    return status;
}

/* Paths that fail are told and left out; only memory ends the listing. */
static thrum_status add_path(job *work, const char *path, thrum_error *error) {
    if (thrum_inputs_add(work->inputs, path, job_on_error, work) != THRUM_ERROR_MEMORY)
        return THRUM_OK;
    return report_out_of_memory(error);
}

static thrum_status list_inputs(job *work, char *const *paths, int n_paths, thrum_error *error) {
    thrum_status status = thrum_inputs_create(&work->inputs, error);
    if (status == THRUM_OK)
        status = add_globs(work, error);
    if (status == THRUM_OK && n_paths == 0)
        status = add_path(work, "-", error);
    for (int i = 0; i < n_paths && status == THRUM_OK; i++)
        status = add_path(work, paths[i], error);
    work->n_lost_inputs = work->n_errors;
    return status;
}

bool job_open(job *work, const common_settings *settings, char *const *paths, int n_paths) {
    thrum_error error;
    memset(work, 0, sizeof *work);
    work->settings = settings;
    progress_init(&work->progress, (when_choice)settings->progress);
    work->run = (thrum_run_options){.n_threads = (unsigned)settings->n_threads,
                                    .chunk_bytes = settings->chunk_bytes,
                                    .on_error = job_on_error,
                                    .on_progress = on_progress,
                                    .context = work};
    thrum_status status = list_inputs(work, paths, n_paths, &error);
    bool is_idle = status == THRUM_OK && thrum_inputs_n(work->inputs) == 0 && work->n_errors > 0;
    if (status == THRUM_OK && !is_idle)
        status = thrum_output_open(&work->output, settings->output, &error);
    if (status != THRUM_OK)
        message_error(&error);
    if (status != THRUM_OK || is_idle) {
        thrum_inputs_free(work->inputs);
        return false;
    }
    resolve_style(work);
    return true;
}

int job_close(job *work, thrum_status status, const thrum_error *error, int exit_status) {
    thrum_error close_error;
    progress_erase(&work->progress);
    if (status == THRUM_OK) {
        status = thrum_output_close(work->output, &close_error);
        error = &close_error;
    } else {
        if (status == THRUM_ERROR_TIME) /* what was found in time is worth having */
            thrum_output_flush(work->output, &close_error);
        thrum_output_discard(work->output);
    }
    thrum_inputs_free(work->inputs);
    if (status == THRUM_ERROR_CLOSED) /* who reads our output has seen enough */
        return work->n_errors ? EXIT_TROUBLE : EXIT_SUCCESS;
    if (status != THRUM_OK)
        message_error(error);
    return status != THRUM_OK || work->n_errors ? EXIT_TROUBLE : exit_status;
}

void job_streams(job *work) {
    if (work->style.escape && work->settings->progress != WHEN_ALWAYS)
        work->progress.wanted = false;
}

void job_stats(job *work, const job_stat *stats, size_t n) {
    if (!work->settings->stats)
        return;
    progress_erase(&work->progress);
    double seconds = seconds_now() - work->progress.started;
    for (size_t i = 0; i < n; i++)
        if (stats[i].text)
            fprintf(stderr, "%-16s %s\n", stats[i].name, stats[i].text);
        else
            fprintf(stderr, "%-16s %" PRIu64 "\n", stats[i].name, stats[i].value);
    fprintf(stderr, "%-16s %.3f\n", "seconds", seconds);
    fprintf(stderr, "%-16s %.2f\n", "GB/s", seconds > 0 ? (double)work->n_bytes * 1e-9 / seconds : 0);
    fprintf(stderr, "%-16s %u\n", "threads", work->run.n_threads ? work->run.n_threads : thrum_n_processors());
    fprintf(stderr, "%-16s %s\n", "isa", thrum_isa());
}
