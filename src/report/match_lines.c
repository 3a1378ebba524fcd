#include "match_lines.h"

#include "escape.h"

static void append_separator(const match_lines *lines, char separator, thrum_buffer *buffer) {
    if (lines->color)
        thrum_buffer_append_text(buffer, "\033[0m");
    thrum_buffer_append(buffer, &separator, 1);
}

static void append_path(const match_lines *lines, const char *path, char separator, thrum_buffer *buffer) {
    if (lines->color)
        thrum_buffer_append_text(buffer, "\033[35m");
    size_t begin = buffer->n_bytes;
    thrum_buffer_append_text(buffer, path);
    if (lines->escape)
        escape_tail(buffer, begin, ESCAPE_LINE);
    append_separator(lines, separator, buffer);
}

static void append_place(const match_lines *lines, uint64_t number, char separator, thrum_buffer *buffer) {
    if (lines->color)
        thrum_buffer_append_text(buffer, "\033[32m");
    thrum_buffer_append_number(buffer, number);
    append_separator(lines, separator, buffer);
}

void match_lines_front(const match_lines *lines, const char *path, uint64_t line, uint64_t column, uint64_t offset,
                       char separator, thrum_buffer *buffer) {
    if (lines->path)
        append_path(lines, path, separator, buffer);
    if (lines->line)
        append_place(lines, line, separator, buffer);
    if (lines->column && column > 0)
        append_place(lines, column, separator, buffer);
    if (lines->offset)
        append_place(lines, offset, separator, buffer);
}

bool match_lines_are_plain(const match_lines *lines) {
    return !lines->path && !lines->line && !lines->column && !lines->offset && !lines->escape && !lines->template_;
}

thrum_status match_lines_format(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    const match_lines *lines = context;
    match_lines_front(lines, match->path, match->line, match->column, match->groups[0].begin, ':', buffer);
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
