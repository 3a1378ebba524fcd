/* TSV and CSV. Room for the longest that a row may become is reserved at once; then nothing more is asked for and the
 * pieces are written one after the other. */
#include <string.h>

#include "format.h"

/* Nearly all bytes need no escape: eight at a time are looked at. */
static const char tsv_escapes[256] = {['\\'] = '\\', ['\t'] = 't', ['\n'] = 'n'};

/* A bit in each byte of eight that is equal to the one repeated in `repeated`, and perhaps in some above it. */
static uint64_t bytes_equal(uint64_t eight, uint64_t repeated) {
    uint64_t differing = eight ^ repeated;
    return (differing - UINT64_C(0x0101010101010101)) & ~differing & UINT64_C(0x8080808080808080);
}

static uint8_t *put_tsv_field(uint8_t *to, const uint8_t *bytes, size_t n_bytes) {
    size_t at = 0;
    for (uint64_t eight; n_bytes - at >= sizeof eight; at += sizeof eight, to += sizeof eight) {
        memcpy(&eight, bytes + at, sizeof eight);
        if (bytes_equal(eight, UINT64_C(0x5c5c5c5c5c5c5c5c)) | bytes_equal(eight, UINT64_C(0x0909090909090909)) |
            bytes_equal(eight, UINT64_C(0x0a0a0a0a0a0a0a0a)))
            break;
        memcpy(to, &eight, sizeof eight);
    }
    for (; at < n_bytes; at++) {
        char escape = tsv_escapes[bytes[at]];
        if (escape)
            *to++ = '\\';
        *to++ = escape ? (uint8_t)escape : bytes[at];
    }
    return to;
}

static uint8_t *put_csv_field(uint8_t *to, const uint8_t *bytes, size_t n_bytes) {
    size_t at = 0;
    while (at < n_bytes && bytes[at] != '"' && bytes[at] != ',' && bytes[at] != '\n' && bytes[at] != '\r')
        at++;
    bool is_quoted = at < n_bytes;
    if (is_quoted)
        *to++ = '"';
    for (size_t i = 0; i < n_bytes; i++) {
        if (bytes[i] == '"')
            *to++ = '"';
        *to++ = bytes[i];
    }
    if (is_quoted)
        *to++ = '"';
    return to;
}

typedef struct delimited_dialect {
    uint8_t separator;
    uint8_t *(*put_field)(uint8_t *to, const uint8_t *bytes, size_t n_bytes); /* at most 2 + 2 * n_bytes */
} delimited_dialect;

static const delimited_dialect tsv = {'\t', put_tsv_field};
static const delimited_dialect csv = {',', put_csv_field};

static uint8_t separator_of(const delimited_dialect *dialect, const report_columns *columns, size_t column) {
    return column + 1 == columns->n ? '\n' : dialect->separator;
}

static void append_header(const delimited_dialect *dialect, const report_columns *columns, thrum_buffer *buffer) {
    for (size_t i = 0; i < columns->n; i++) {
        const char *name = columns->items[i].name;
        size_t n_bytes = strlen(name);
        uint8_t *to = thrum_buffer_reserve(buffer, 2 * n_bytes + 3);
        if (!to)
            return;
        uint8_t *end = dialect->put_field(to, (const uint8_t *)name, n_bytes);
        *end++ = separator_of(dialect, columns, i);
        buffer->n_bytes += (size_t)(end - to);
    }
}

/* The most bytes of a row; SIZE_MAX when they are too many. */
static size_t n_bytes_most(const report_columns *columns, const report_cell *cells) {
    size_t n_most = 0;
    for (size_t i = 0; i < columns->n; i++) {
        size_t n = columns->items[i].kind == REPORT_TEXT ? cells[i].text.n_bytes : FORMAT_NUMBER_BYTES;
        if (n > (SIZE_MAX - 3 - n_most) / 2)
            return SIZE_MAX;
        n_most += 2 * n + 3;
    }
    return n_most;
}

static void append_row(const delimited_dialect *dialect, const report_columns *columns, const report_cell *cells,
                       thrum_buffer *buffer) {
    uint8_t *to = thrum_buffer_reserve(buffer, n_bytes_most(columns, cells)), *end = to;
    if (!to)
        return;
    for (size_t i = 0; i < columns->n; i++) {
        end = columns->items[i].kind == REPORT_TEXT
                  ? dialect->put_field(end, cells[i].text.bytes, cells[i].text.n_bytes)
                  : format_put_number(end, &cells[i], columns->items[i].kind);
        *end++ = separator_of(dialect, columns, i);
    }
    buffer->n_bytes += (size_t)(end - to);
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
