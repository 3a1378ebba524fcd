/* JSON and JSON lines. A string in JSON is Unicode, so bytes that are no UTF-8 become U+FFFD; whoever needs them takes
 * TSV. Control characters, DEL and C1 among them, are escaped: the text may be shown on a terminal. */
#include <stdbool.h>
#include <string.h>

#include "format.h"
#include "utf8.h"

static bool is_plain(uint8_t byte) {
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

static void append_escape(thrum_buffer *buffer, uint32_t code_point) {
    static const char digits[] = "0123456789abcdef";
    static const char short_forms[][2] = {{'"', '"'},  {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'},
                                          {'\n', 'n'}, {'\r', 'r'},  {'\t', 't'}};
    for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++)
        if (code_point == (uint8_t)short_forms[i][0]) {
            const char escape[] = {'\\', short_forms[i][1]};
            thrum_buffer_append(buffer, escape, sizeof escape);
            return;
        }
    const char escape[] = {'\\', 'u', '0', '0', digits[code_point >> 4], digits[code_point & 15]};
    thrum_buffer_append(buffer, escape, sizeof escape);
}

/* One character that is not plain ASCII; returns its length. */
static size_t append_character(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes) {
    uint32_t code_point;
    size_t length = utf8_read(bytes, n_bytes, &code_point);
    if (code_point == UTF8_INVALID)
        thrum_buffer_append_text(buffer, "\xEF\xBF\xBD");
    else if (code_point < 0xA0)
        append_escape(buffer, code_point);
    else
        thrum_buffer_append(buffer, bytes, length);
    return length;
}

static void append_string(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes) {
    thrum_buffer_append(buffer, "\"", 1);
    for (size_t at = 0; at < n_bytes;) {
        size_t begin = at;
        while (at < n_bytes && is_plain(bytes[at]))
            at++;
        thrum_buffer_append(buffer, bytes + begin, at - begin);
        if (at < n_bytes)
            at += append_character(buffer, bytes + at, n_bytes - at);
    }
    thrum_buffer_append(buffer, "\"", 1);
}

static void append_object(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer) {
    for (size_t i = 0; i < columns->n; i++) {
        const report_column *column = &columns->items[i];
        thrum_buffer_append(buffer, i == 0 ? "{" : ",", 1);
        append_string(buffer, (const uint8_t *)column->name, strlen(column->name));
        thrum_buffer_append(buffer, ":", 1);
        if (column->kind == REPORT_TEXT)
            append_string(buffer, cells[i].text.bytes, cells[i].text.n_bytes);
        else
            format_number(&cells[i], column->kind, buffer);
    }
    thrum_buffer_append(buffer, "}", 1);
}

void json_row(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer) {
    thrum_buffer_append(buffer, ",\n", 2);
    append_object(columns, cells, buffer);
}

void jsonl_row(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer) {
    append_object(columns, cells, buffer);
    thrum_buffer_append(buffer, "\n", 1);
}
