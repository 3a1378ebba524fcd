/* JSON and JSON lines. Whoever needs bytes that are no UTF-8 takes TSV. A text without bytes, as of a group that took
 * no part in a match, is null. */
#include <string.h>

#include "format.h"
#include "json_text.h"

static void append_text(thrum_buffer *buffer, const report_cell *cell) {
    if (cell->text.bytes)
        json_append_string(buffer, cell->text.bytes, cell->text.n_bytes);
    else
        thrum_buffer_append_text(buffer, "null");
}

static void append_object(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer) {
    for (size_t i = 0; i < columns->n; i++) {
        const report_column *column = &columns->items[i];
        thrum_buffer_append(buffer, i == 0 ? "{" : ",", 1);
        json_append_string(buffer, (const uint8_t *)column->name, strlen(column->name));
        thrum_buffer_append(buffer, ":", 1);
        if (column->kind == REPORT_TEXT)
            append_text(buffer, &cells[i]);
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
