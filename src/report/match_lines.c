#include "match_lines.h"

#include <string.h>

#include "escape.h"

static void append_path(const match_lines *lines, const char *path, thrum_buffer *buffer) {
    if (lines->color)
        thrum_buffer_append_text(buffer, "\033[35m");
    size_t begin = buffer->n_bytes;
    thrum_buffer_append_text(buffer, path);
    if (lines->escape)
        escape_tail(buffer, begin, ESCAPE_LINE);
    thrum_buffer_append_text(buffer, lines->color ? "\033[0m:" : ":");
}

static void append_place(const match_lines *lines, uint64_t number, thrum_buffer *buffer) {
    if (lines->color)
        thrum_buffer_append_text(buffer, "\033[32m");
    thrum_buffer_append_number(buffer, number);
    thrum_buffer_append_text(buffer, lines->color ? "\033[0m:" : ":");
}

thrum_status match_lines_format(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    const match_lines *lines = context;
    if (lines->path)
        append_path(lines, match->path, buffer);
    if (lines->line)
        append_place(lines, match->line, buffer);
    if (lines->column)
        append_place(lines, match->column, buffer);
    if (lines->offset)
        append_place(lines, match->groups[0].begin, buffer);
    size_t begin = buffer->n_bytes;
    if (lines->template_)
        thrum_template_expand(lines->template_, match, buffer);
    else
        thrum_buffer_append(buffer, match->subject + match->groups[0].begin,
                            match->groups[0].end - match->groups[0].begin);
    if (lines->escape)
        escape_tail(buffer, begin, ESCAPE_TEXT);
    thrum_buffer_append(buffer, "\n", 1);
    return buffer->failed ? THRUM_ERROR_MEMORY : THRUM_OK;
}

const report_column match_row_columns[MATCH_ROW_N_COLUMNS] = {
    {"file", REPORT_TEXT},     {"line", REPORT_NUMBER}, {"column", REPORT_NUMBER},
    {"offset", REPORT_NUMBER}, {"match", REPORT_TEXT},
};

thrum_status match_row_format(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    const report_format *format = context;
    const report_columns columns = {match_row_columns, MATCH_ROW_N_COLUMNS};
    const thrum_range *range = &match->groups[0];
    report_cell cells[MATCH_ROW_N_COLUMNS];
    memset(cells, 0, sizeof cells);
    cells[0].text.bytes = match->path;
    cells[0].text.n_bytes = strlen(match->path);
    cells[1].number = match->line;
    cells[2].number = match->column;
    cells[3].number = range->begin;
    cells[4].text.bytes = match->subject + range->begin;
    cells[4].text.n_bytes = range->end - range->begin;
    format->row(&columns, cells, buffer);
    return buffer->failed ? THRUM_ERROR_MEMORY : THRUM_OK;
}
