#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "utf8.h"

bool table_init(report_table *table, const report_columns *columns, bool bold_header) {
    memset(table, 0, sizeof *table);
    table->columns = *columns;
    table->bold_header = bold_header;
    table->widths = calloc(columns->n + 1, sizeof *table->widths);
    return table->widths;
}

void table_release(report_table *table) {
    free(table->widths);
    thrum_buffer_release(&table->held);
    memset(table, 0, sizeof *table);
}

/* Where the field that starts at `at` ends; the rows end with a newline. */
static const uint8_t *field_end(const uint8_t *at) {
    while (*at != '\t' && *at != '\n')
        at++;
    return at;
}

static void append_spaces(thrum_buffer *to, size_t n) {
    uint8_t *spaces = n ? thrum_buffer_reserve(to, n) : NULL;
    if (!spaces)
        return;
    memset(spaces, ' ', n);
    to->n_bytes += n;
}

/* Returns the begin of the next row. */
static const uint8_t *measure_row(report_table *table, const uint8_t *row) {
    for (size_t i = 0;; i++) {
        const uint8_t *end = field_end(row);
        size_t width = utf8_width(row, (size_t)(end - row));
        if (i < table->columns.n && width > table->widths[i])
            table->widths[i] = width;
        row = end + 1;
        if (*end == '\n')
            return row;
    }
}

/* Appends one row in columns, two spaces between them and none at the end; returns the begin of the next row. */
static const uint8_t *align_row(const report_table *table, const uint8_t *row, thrum_buffer *to) {
    for (size_t i = 0;; i++) {
        const uint8_t *end = field_end(row);
        size_t n_bytes = (size_t)(end - row);
        size_t width = utf8_width(row, n_bytes);
        size_t padding = i < table->columns.n && width < table->widths[i] ? table->widths[i] - width : 0;
        bool right = i < table->columns.n && table->columns.items[i].kind != REPORT_TEXT;
        if (right)
            append_spaces(to, padding);
        thrum_buffer_append(to, row, n_bytes);
        if (*end == '\n')
            break;
        append_spaces(to, right ? 2 : padding + 2);
        row = end + 1;
    }
    thrum_buffer_append(to, "\n", 1);
    return field_end(row) + 1;
}

static void align_rows(report_table *table, const uint8_t *row, const uint8_t *end, thrum_buffer *to) {
    if (row < end && table->bold_header) {
        thrum_buffer_append_text(to, "\033[1m");
        row = align_row(table, row, to);
        if (!to->failed)
            to->n_bytes--; /* the newline comes after the end of the bold */
        thrum_buffer_append_text(to, "\033[0m\n");
        table->bold_header = false;
    }
    while (row < end)
        row = align_row(table, row, to);
}

static void settle(report_table *table, thrum_buffer *to) {
    table->settled = true;
    if (table->held.failed)
        to->failed = 1;
    else if (table->held.n_bytes)
        align_rows(table, table->held.bytes, table->held.bytes + table->held.n_bytes, to);
    thrum_buffer_release(&table->held);
}

void table_rows(report_table *table, const uint8_t *rows, size_t n_bytes, thrum_buffer *to) {
    const uint8_t *row = rows, *end = rows + n_bytes;
    for (; row < end && table->n_rows < TABLE_ROWS_MEASURED; table->n_rows++)
        row = measure_row(table, row);
    if (!table->settled)
        thrum_buffer_append(&table->held, rows, (size_t)(row - rows));
    if (row == end)
        return;
    if (!table->settled)
        settle(table, to);
    align_rows(table, row, end, to);
}

void table_end(report_table *table, thrum_buffer *to) {
    if (!table->settled)
        settle(table, to);
}
