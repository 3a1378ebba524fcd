/* The formats of rows: a table of small vtables. A format's functions are pure, so that many threads may render rows at
 * once; whatever has to see the rows in order (alignment, the comma that the first row does not have) is the writer's
 * business. */
#ifndef REPORT_FORMAT_H
#define REPORT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/buffer.h"

typedef enum report_kind {
    REPORT_TEXT,       /* bytes */
    REPORT_NUMBER,     /* a whole number */
    REPORT_HUNDREDTHS, /* a number with two decimals */
    REPORT_THOUSANDTHS /* a number with three decimals */
} report_kind;

typedef struct report_column {
    const char *name;
    report_kind kind;
} report_column;

typedef struct report_columns {
    const report_column *items;
    size_t n;
} report_columns;

typedef union report_cell {
    struct {
        const void *bytes; /* NULL: there is no text; JSON tells it from an empty one */
        size_t n_bytes;
    } text;
    uint64_t number;
    int64_t hundredths;
    int64_t thousandths;
} report_cell;

typedef struct report_format {
    const char *name;
    const char *begin;      /* before the first row */
    const char *end;        /* after the last */
    size_t n_first_skipped; /* a row begins with so many bytes that separate it from the row before it */
    bool aligned;           /* rows are TSV on the way, columns are padded at the end */
    bool counts_only;       /* takes only lists that uniq_fits */
    void (*header)(const report_columns *columns, thrum_buffer *buffer); /* NULL: each row names its columns */
    void (*row)(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer);
} report_format;

enum { REPORT_N_FORMATS = 6 };
extern const report_format report_formats[REPORT_N_FORMATS];
/* Their names in the same order, with a NULL at the end. */
extern const char *const report_format_names[REPORT_N_FORMATS + 1];

/* The numbers by which report_formats is indexed. */
enum { REPORT_TABLE, REPORT_TSV, REPORT_CSV, REPORT_JSON, REPORT_JSONL, REPORT_UNIQ };

void tsv_header(const report_columns *columns, thrum_buffer *buffer);
void tsv_row(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer);
void csv_header(const report_columns *columns, thrum_buffer *buffer);
void csv_row(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer);
void json_row(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer);
void jsonl_row(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer);
void uniq_row(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer);

/* Whether there are columns of which uniq makes a line: a number called "count" and a text, the last of which it takes.
 */
bool uniq_fits(const report_columns *columns);

/* Appends a number, with or without decimals, in plain digits, as every format writes them. */
void format_number(const report_cell *cell, report_kind kind, thrum_buffer *buffer);
/* The same into room for FORMAT_NUMBER_BYTES; returns its end. */
enum { FORMAT_NUMBER_BYTES = 24 };
uint8_t *format_put_number(uint8_t *to, const report_cell *cell, report_kind kind);

#endif
