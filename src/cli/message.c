#include "message.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "utf8.h"

static void append_format(thrum_buffer *buffer, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, arguments);
    uint8_t *to = n < 0 ? NULL : thrum_buffer_reserve(buffer, (size_t)n + 1);
    if (to) {
        vsnprintf((char *)to, (size_t)n + 1, format, again);
        buffer->n_bytes += (size_t)n;
    }
    va_end(again);
}

/* Nothing is left to be done about a standard error that cannot be written. */
static void say(thrum_buffer *buffer) {
    thrum_buffer_append_text(buffer, "\n");
    if (buffer->failed)
        fputs("thrum: out of memory\n", stderr);
    else
        fwrite(buffer->bytes, 1, buffer->n_bytes, stderr);
    thrum_buffer_release(buffer);
}

void message(const char *format, ...) {
    thrum_buffer buffer = {0};
    va_list arguments;
    va_start(arguments, format);
    thrum_buffer_append_text(&buffer, "thrum: ");
    append_format(&buffer, format, arguments);
    escape_tail(&buffer, 0, ESCAPE_LINE);
    say(&buffer);
    va_end(arguments);
}

void message_error_see(const thrum_error *error, const char *option) {
    bool is_in_text = error->code == THRUM_ERROR_MATCH || error->code == THRUM_ERROR_TIME;
    char place[48] = "", see[48] = "";
    if (is_in_text && error->offset != THRUM_NO_OFFSET)
        snprintf(place, sizeof place, "at offset %" PRIu64 ": ", error->offset);
    if (option)
        snprintf(see, sizeof see, " (see %s)", option);
    message("%s%s%s%s%s", error->path, error->path[0] ? ": " : "", place, error->message, see);
}

void message_error(const thrum_error *error) {
    message_error_see(error, NULL);
}

void message_source(const char *what, const char *text, size_t n_bytes, const thrum_error *error) {
    enum { MOST_BESIDE_BYTES = 120 }; /* of a long text only what is near the place is shown */
    static const char margin[] = "    ", more[] = "...";
    message("%s: %s", what, error->message);
    if (error->offset == THRUM_NO_OFFSET)
        return;
    size_t place = error->offset < n_bytes ? (size_t)error->offset : n_bytes;
    size_t begin = place > MOST_BESIDE_BYTES ? place - MOST_BESIDE_BYTES : 0;
    size_t end = n_bytes - place > MOST_BESIDE_BYTES ? place + MOST_BESIDE_BYTES : n_bytes;
    while (begin > 0 && begin < place && utf8_continues((uint8_t)text[begin]))
        begin++;
    while (end > place && end < n_bytes && utf8_continues((uint8_t)text[end]))
        end--;
    thrum_buffer buffer = {0};
    thrum_buffer_append_text(&buffer, margin);
    thrum_buffer_append_text(&buffer, begin > 0 ? more : "");
    escape_append(&buffer, text + begin, place - begin, ESCAPE_LINE);
    size_t width = utf8_width(buffer.bytes, buffer.n_bytes);
    escape_append(&buffer, text + place, end - place, ESCAPE_LINE);
    thrum_buffer_append_text(&buffer, end < n_bytes ? more : "");
    thrum_buffer_append_text(&buffer, "\n");
    for (size_t i = 0; i < width; i++)
        thrum_buffer_append(&buffer, " ", 1);
    thrum_buffer_append_text(&buffer, "^");
    say(&buffer);
}

static thrum_status print_bytes(const thrum_buffer *buffer, const char *path, thrum_error *error) {
    thrum_output *output;
    thrum_status status = thrum_output_open(&output, path, error);
    if (status != THRUM_OK)
        return status;
    status = thrum_output_write(output, buffer->bytes, buffer->n_bytes, error);
    if (status == THRUM_OK)
        return thrum_output_close(output, error);
    thrum_output_discard(output);
    return status;
}

int print_and_release(thrum_buffer *buffer, const char *path) {
    int exit_status = EXIT_SUCCESS;
    thrum_error error;
    if (buffer->failed) {
        message("out of memory");
        exit_status = EXIT_TROUBLE;
    } else {
        thrum_status status = print_bytes(buffer, path, &error);
        if (status != THRUM_OK && status != THRUM_ERROR_CLOSED) {
            message_error(&error);
            exit_status = EXIT_TROUBLE;
        }
    }
    thrum_buffer_release(buffer);
    return exit_status;
}

enum { NAME_BYTES = 32, FAR = NAME_BYTES };

/* Insertions, deletions and replacements that make b out of a (Levenshtein 1966), one row of the matrix at a time. */
static size_t edit_distance(const char *a, const char *b) {
    size_t n_a = strlen(a), n_b = strlen(b);
    size_t row[NAME_BYTES + 1];
    if (n_a > NAME_BYTES || n_b > NAME_BYTES)
        return FAR;
    for (size_t j = 0; j <= n_b; j++)
        row[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            size_t shorter = row[j] < row[j - 1] ? row[j] : row[j - 1];
            diagonal = row[j];
            row[j] = replaced < shorter + 1 ? replaced : shorter + 1;
        }
    }
    return row[n_b];
}

const char *nearest_name(const char *name, const char *const *names, size_t n) {
    const char *nearest = NULL;
    size_t bound = strlen(name) / 3 + 1;
    for (size_t i = 0; i < n; i++) {
        size_t distance = edit_distance(name, names[i]);
        if (distance <= bound) {
            nearest = names[i];
            bound = distance ? distance - 1 : 0;
        }
    }
    return nearest;
}
