#include "match_context.h"

#include <string.h>

#include "escape.h"
#include "writer.h"

enum { TEXT_BYTES = 1 << 16 };

/* The first match of a line. */
typedef struct note {
    size_t input;
    const char *path;
    const uint8_t *subject;
    uint64_t n_subject_bytes;
    uint64_t offset, line, column;
} note;

thrum_status match_context_format(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    (void)context;
    if (match->same_line)
        return THRUM_OK;
    const note n = {.input = match->input,
                    .path = match->path,
                    .subject = match->subject,
                    .n_subject_bytes = match->n_subject_bytes,
                    .offset = match->groups[0].begin,
                    .line = match->line,
                    .column = match->column};
    thrum_buffer_append(buffer, &n, sizeof n);
    return buffer->failed ? THRUM_ERROR_MEMORY : THRUM_OK;
}

/* The begin of the line that a place is in, or is the begin of. */
static uint64_t line_begin(const uint8_t *bytes, uint64_t at) {
    while (at > 0 && bytes[at - 1] != '\n')
        at--;
    return at;
}

static thrum_status write_text(match_context *context, thrum_error *error) {
    thrum_buffer *text = &context->text;
    if (text->failed)
        return report_out_of_memory(error);
    thrum_status status =
        text->n_bytes ? thrum_output_write(context->output, text->bytes, text->n_bytes, error) : THRUM_OK;
    thrum_buffer_clear(text);
    return status;
}

/* Prints the next line; `column` is 0 for one without a match. */
static thrum_status print_line(match_context *context, uint64_t column, thrum_error *error) {
    thrum_buffer *text = &context->text;
    const uint8_t *bytes = context->subject + context->next_begin;
    size_t n_left = (size_t)(context->n_subject_bytes - context->next_begin);
    const uint8_t *feed = n_left ? memchr(bytes, '\n', n_left) : NULL;
    size_t n_bytes = feed ? (size_t)(feed - bytes) : n_left;
    match_lines_front(&context->front, context->path, context->next_line, column, context->next_begin,
                      column ? ':' : '-', text);
    if (context->front.escape)
        escape_append(text, bytes, n_bytes, ESCAPE_TEXT);
    else
        thrum_buffer_append(text, bytes, n_bytes);
    thrum_buffer_append(text, "\n", 1);
    context->has_printed = true;
    context->next_line++;
    context->next_begin += n_bytes + (feed != NULL);
    return text->n_bytes < TEXT_BYTES && !text->failed ? THRUM_OK : write_text(context, error);
}

/* Prints owed lines before line `end`. */
static thrum_status print_owed(match_context *context, uint64_t end, thrum_error *error) {
    thrum_status status = THRUM_OK;
    for (; context->n_owed > 0 && context->next_line < end && context->next_begin < context->n_subject_bytes &&
           status == THRUM_OK;
         context->n_owed--)
        status = print_line(context, 0, error);
    return status;
}

static void open_file(match_context *context, const note *n) {
    context->is_open = true;
    context->input = n->input;
    context->path = n->path;
    context->subject = n->subject;
    context->n_subject_bytes = n->n_subject_bytes;
    context->next_line = 1;
    context->next_begin = 0;
    context->n_owed = 0;
}

/* Goes on to the first line of the group before a match: its first line of context that is not printed yet. */
static void begin_group(match_context *context, const note *n, bool is_new_file) {
    uint64_t line = n->line, begin = line_begin(n->subject, n->offset);
    while (line > context->next_line && n->line - line < context->n_before) {
        line--;
        begin = line_begin(n->subject, begin - 1);
    }
    if (context->has_printed && (is_new_file || line > context->next_line))
        thrum_buffer_append_text(&context->text, context->front.color ? "\033[36m--\033[0m\n" : "--\n");
    context->next_line = line;
    context->next_begin = begin;
}

static thrum_status print_note(match_context *context, const note *n, thrum_error *error) {
    bool is_new_file = !context->is_open || context->input != n->input;
    thrum_status status = print_owed(context, is_new_file ? UINT64_MAX : n->line, error);
    if (is_new_file)
        open_file(context, n);
    begin_group(context, n, is_new_file);
    while (status == THRUM_OK && context->next_line < n->line)
        status = print_line(context, 0, error);
    if (status == THRUM_OK)
        status = print_line(context, n->column, error);
    context->n_owed = context->n_after;
    return status;
}

thrum_status match_context_write(void *context_, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    match_context *context = context_;
    thrum_status status = THRUM_OK;
    if (context->status != THRUM_OK) {
        *error = context->error;
        return context->status;
    }
    for (size_t at = 0; at < n_bytes && status == THRUM_OK; at += sizeof(note)) {
        note n;
        memcpy(&n, bytes + at, sizeof n);
        status = print_note(context, &n, error);
    }
    return status == THRUM_OK ? write_text(context, error) : status;
}

void match_context_end_file(void *context_) {
    match_context *context = context_;
    if (!context->is_open || context->status != THRUM_OK)
        return;
    context->status = print_owed(context, UINT64_MAX, &context->error);
    if (context->status == THRUM_OK)
        context->status = write_text(context, &context->error);
    context->n_owed = 0;
}

void match_context_on_input(void *context, size_t input, uint64_t n_matches) {
    (void)input;
    (void)n_matches;
    match_context_end_file(context);
}

void match_context_release(match_context *context) {
    thrum_buffer_release(&context->text);
}
