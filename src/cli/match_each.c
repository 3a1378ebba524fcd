/* The views that print every match: as lines, as whole lines with context, as rows, as JSON messages. */
#include <stdlib.h>

#include "match_columns.h"
#include "match_context.h"
#include "match_json.h"
#include "match_lines.h"
#include "match_view.h"
#include "writer.h"

static match_lines lines_of(const matching *match) {
    const match_settings *settings = match->settings;
    return (match_lines){.path = settings->with_path,
                         .line = settings->line,
                         .column = settings->column,
                         .offset = settings->offset,
                         .escape = match->work->style.escape,
                         .color = match->work->style.color,
                         .template_ = match->template_};
}

/* --- lines -------------------------------------------------------------------------------------------------------- */

static thrum_status write_plain(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    return thrum_output_write(context, bytes, n_bytes, error);
}

static thrum_status print_lines(matching *match, thrum_error *error) {
    const match_lines lines = lines_of(match);
    thrum_match_options how = match_options(match->settings);
    how.n_captures = lines.template_ ? thrum_template_n_captures(lines.template_) : 0;
    how.lines = lines.line || lines.column;
    how.plain = match_lines_are_plain(&lines);
    how.format = how.plain ? NULL : match_lines_format;
    how.format_context = &lines;
    how.write = write_plain;
    how.write_context = match->work->output;
    return matching_run(match, &how, error);
}

static thrum_status print_context(matching *match, thrum_error *error) {
    match_context context = {.front = lines_of(match),
                             .n_before = match->settings->n_before,
                             .n_after = match->settings->n_after,
                             .output = match->work->output};
    thrum_match_options how = match_options(match->settings);
    how.whole_lines = true;
    how.format = match_context_format;
    how.write = match_context_write;
    how.on_input = match_context_on_input;
    how.write_context = how.on_input_context = &context;
    match->work->before_error = match_context_end_file;
    match->work->before_error_context = &context;
    thrum_status status = matching_run(match, &how, error);
    if (status == THRUM_OK && context.status != THRUM_OK) {
        *error = context.error;
        status = context.status;
    }
    match->work->before_error = NULL;
    match_context_release(&context);
    return status;
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static thrum_status write_rows(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    return report_rendered(context, bytes, n_bytes, error);
}

static thrum_status run_rows(matching *match, const match_columns *columns, thrum_error *error) {
    report_writer report = {0};
    thrum_match_options how = match_options(match->settings);
    how.n_captures = columns->n_captures;
    how.format = match_columns_format;
    how.format_context = columns;
    how.write = write_rows;
    how.write_context = &report;
    for (size_t i = 0; i < columns->n; i++)
        how.lines |= columns->columns[i].field == FIELD_LINE || columns->columns[i].field == FIELD_COLUMN;
    thrum_status status =
        report_begin(&report, match->work->output, &match->work->style, columns->names, columns->n, error);
    if (status == THRUM_OK)
        status = matching_run(match, &how, error);
    if (status == THRUM_OK)
        status = report_end(&report, error);
    report_release(&report);
    return status;
}

static thrum_status print_rows(matching *match, const match_field *shown, size_t n_shown, const thrum_pattern *groups,
                               thrum_error *error) {
    match_columns columns = {0};
    thrum_status status = match_columns_init(&columns, match->work->style.format, shown, n_shown, groups)
                              ? run_rows(match, &columns, error)
                              : report_out_of_memory(error);
    match_columns_release(&columns);
    return status;
}

/* --- the views ---------------------------------------------------------------------------------------------------- */

thrum_status match_view_each(matching *match, thrum_error *error) {
    static const match_field all[] = {FIELD_FILE, FIELD_LINE, FIELD_COLUMN, FIELD_OFFSET, FIELD_GROUP};
    if (match_has_context(match->settings))
        return print_context(match, error);
    if (match->settings->common.format)
        return print_rows(match, all, sizeof all / sizeof *all, NULL, error);
    return print_lines(match, error);
}

thrum_status match_view_columns(matching *match, thrum_error *error) {
    const match_settings *settings = match->settings;
    const struct {
        bool is_shown;
        match_field field;
    } fields[] = {{settings->with_path, FIELD_FILE},
                  {settings->line, FIELD_LINE},
                  {settings->column, FIELD_COLUMN},
                  {settings->offset, FIELD_OFFSET},
                  {true, FIELD_GROUP}};
    match_field shown[sizeof fields / sizeof *fields];
    size_t n_shown = 0;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (fields[i].is_shown)
            shown[n_shown++] = fields[i].field;
    return print_rows(match, shown, n_shown, match->pattern, error);
}

/* Inputs that the run came to, and their sizes as they were listed. */
typedef struct inputs_done {
    const thrum_inputs *inputs;
    uint64_t n;
    uint64_t n_bytes;
} inputs_done;

static void note_input(void *context, size_t input, uint64_t n_matches) {
    (void)n_matches;
    inputs_done *done = context;
    done->n++;
    done->n_bytes += thrum_inputs_n_bytes(done->inputs, input);
}

thrum_status match_view_json(matching *match, thrum_error *error) {
    job *work = match->work;
    match_json json;
    inputs_done done = {.inputs = work->inputs};
    if (!match_json_init(&json, work->output, work->inputs, match->pattern, seconds_now))
        return report_out_of_memory(error);
    thrum_match_options how = match_options(match->settings);
    how.n_captures = json.n_captures;
    how.whole_lines = true;
    how.column_characters = false;
    how.format = match_json_format;
    how.format_context = json.groups;
    how.write = match_json_write;
    how.write_context = &json;
    how.on_input = note_input;
    how.on_input_context = &done;
    thrum_status status = matching_run(match, &how, error);
    bool is_cut = how.max_matches > 0 && match->totals.n_matches == how.max_matches;
    if (status == THRUM_OK)
        status = match_json_end(&json, done.n, is_cut ? done.n_bytes : match->totals.n_bytes, is_cut, error);
    match_json_release(&json);
    return status;
}
