/* The views that print no match: how many there are, in which files, or nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "escape.h"
#include "match_view.h"
#include "writer.h"

thrum_status match_view_quiet(matching *match, thrum_error *error) {
    thrum_match_options how = match_options(match->settings);
    how.max_matches = 1;
    return matching_run(match, &how, error);
}

thrum_status match_view_count(matching *match, thrum_error *error) {
    const thrum_match_options how = match_options(match->settings);
    thrum_status status = matching_run(match, &how, error);
    if (status != THRUM_OK)
        return status;
    char text[24];
    int n = snprintf(text, sizeof text, "%" PRIu64 "\n", match->totals.n_matches);
    return thrum_output_write(match->work->output, text, (size_t)n, error);
}

/* --- a line a file ------------------------------------------------------------------------------------------------ */

typedef struct file_lines {
    const job *work;
    match_mode mode;
    bool with_rows;
    report_writer report;
    thrum_status status; /* after a failure the rest is left out */
    thrum_error error;
} file_lines;

static const report_column columns[] = {{"path", REPORT_TEXT}, {"count", REPORT_NUMBER}};

static thrum_status write_line(const job *work, const char *path, const uint64_t *count, thrum_error *error) {
    thrum_buffer line = {0};
    thrum_buffer_append_text(&line, path);
    if (work->style.escape)
        escape_tail(&line, 0, ESCAPE_LINE);
    if (count) {
        thrum_buffer_append_text(&line, ":");
        thrum_buffer_append_number(&line, *count);
    }
    thrum_buffer_append_text(&line, "\n");
    thrum_status status =
        line.failed ? report_out_of_memory(error) : thrum_output_write(work->output, line.bytes, line.n_bytes, error);
    thrum_buffer_release(&line);
    return status;
}

static void on_file(void *context, size_t input, uint64_t n_matches) {
    file_lines *lines = context;
    bool with_count = lines->mode == MODE_COUNT_BY_FILE;
    bool is_wanted = with_count || (n_matches > 0) == (lines->mode == MODE_FILES_WITH);
    if (lines->status != THRUM_OK || !is_wanted)
        return;
    const char *path = thrum_inputs_path(lines->work->inputs, input);
    if (lines->with_rows) {
        report_cell cells[] = {report_text(path, strlen(path)), {.number = n_matches}};
        lines->status = report_row(&lines->report, cells, &lines->error);
    } else {
        lines->status = write_line(lines->work, path, with_count ? &n_matches : NULL, &lines->error);
    }
}

static thrum_status run_files(matching *match, file_lines *lines, thrum_error *error) {
    thrum_match_options how = match_options(match->settings);
    how.first_only = lines->mode != MODE_COUNT_BY_FILE;
    how.on_input = on_file;
    how.on_input_context = lines;
    thrum_status status = matching_run(match, &how, error);
    if (status == THRUM_OK && lines->status != THRUM_OK) {
        *error = lines->error;
        status = lines->status;
    }
    return status;
}

thrum_status match_view_files(matching *match, thrum_error *error) {
    job *work = match->work;
    file_lines lines = {.work = work, .mode = (match_mode)match->settings->mode};
    thrum_status status = THRUM_OK;
    lines.with_rows = lines.mode == MODE_COUNT_BY_FILE && match->settings->common.format;
    if (lines.with_rows)
        status = report_begin(&lines.report, work->output, &work->style, columns, 2, error);
    if (status == THRUM_OK)
        status = run_files(match, &lines, error);
    if (status == THRUM_OK && lines.with_rows)
        status = report_end(&lines.report, error);
    report_release(&lines.report);
    return status;
}
