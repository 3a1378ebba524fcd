/* TSV and CSV. Fields without special bytes, nearly all of them, are found by one scan and copied in one piece. */
#include <string.h>

#include "format.h"

static void append_tsv_field(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes) {
    size_t begin = 0;
    if (n_bytes == 0)
        return;
    for (size_t at = 0; at < n_bytes; at++) {
        const char *escape = bytes[at] == '\\' ? "\\\\" : bytes[at] == '\t' ? "\\t" : bytes[at] == '\n' ? "\\n" : NULL;
        if (!escape)
            continue;
        thrum_buffer_append(buffer, bytes + begin, at - begin);
        thrum_buffer_append(buffer, escape, 2);
        begin = at + 1;
    }
    thrum_buffer_append(buffer, bytes + begin, n_bytes - begin);
}

static void append_csv_field(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes) {
    size_t at = 0;
    while (at < n_bytes && bytes[at] != '"' && bytes[at] != ',' && bytes[at] != '\n' && bytes[at] != '\r')
        at++;
    if (at == n_bytes) {
        thrum_buffer_append(buffer, bytes, n_bytes);
        return;
    }
    thrum_buffer_append(buffer, "\"", 1);
    size_t begin = 0;
    for (; at < n_bytes; at++)
        if (bytes[at] == '"') {
            thrum_buffer_append(buffer, bytes + begin, at + 1 - begin);
            begin = at; /* the quote comes a second time with what follows */
        }
    thrum_buffer_append(buffer, bytes + begin, n_bytes - begin);
    thrum_buffer_append(buffer, "\"", 1);
}

typedef struct delimited_dialect {
    const char *separator;
    void (*append_field)(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes);
} delimited_dialect;

static const delimited_dialect tsv = {"\t", append_tsv_field};
static const delimited_dialect csv = {",", append_csv_field};

static void append_end(const delimited_dialect *dialect, const report_columns *columns, size_t column,
                       thrum_buffer *buffer) {
    thrum_buffer_append(buffer, column + 1 == columns->n ? "\n" : dialect->separator, 1);
}

static void append_header(const delimited_dialect *dialect, const report_columns *columns, thrum_buffer *buffer) {
    for (size_t i = 0; i < columns->n; i++) {
        const char *name = columns->items[i].name;
        dialect->append_field(buffer, (const uint8_t *)name, strlen(name));
        append_end(dialect, columns, i, buffer);
    }
}

static void append_row(const delimited_dialect *dialect, const report_columns *columns, const report_cell *cells,
                       thrum_buffer *buffer) {
    for (size_t i = 0; i < columns->n; i++) {
        if (columns->items[i].kind == REPORT_TEXT)
            dialect->append_field(buffer, cells[i].text.bytes, cells[i].text.n_bytes);
        else
            format_number(&cells[i], columns->items[i].kind, buffer);
        append_end(dialect, columns, i, buffer);
    }
}

void tsv_header(const report_columns *columns, thrum_buffer *buffer) {
    append_header(&tsv, columns, buffer);
}

void tsv_row(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer) {
    append_row(&tsv, columns, cells, buffer);
}

void csv_header(const report_columns *columns, thrum_buffer *buffer) {
    append_header(&csv, columns, buffer);
}

void csv_row(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer) {
    append_row(&csv, columns, cells, buffer);
}
