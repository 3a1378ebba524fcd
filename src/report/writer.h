/* A report: rows of results, written to an output in one of the formats. */
#ifndef REPORT_WRITER_H
#define REPORT_WRITER_H

#include "format.h"
#include "table.h"
#include "thrum/error.h"
#include "thrum/output.h"

typedef struct report_style {
    const report_format *format;
    bool no_header;
    bool escape; /* the output is a terminal: control characters in the data appear as \xNN */
    bool color;
} report_style;

/* Initialise with {0} or report_begin; the caller owns the struct. Not thread-safe. */
typedef struct report_writer {
    report_style style;
    report_columns columns;
    thrum_output *output;
    size_t n_to_skip;     /* bytes of the next row that are its separator from a row that is not there */
    thrum_buffer rows;    /* rendered, not yet on their way */
    thrum_buffer escaped; /* scratch */
    thrum_buffer aligned; /* scratch */
    report_table table;
} report_writer;

/* Begins a report; the columns and the output are borrowed until report_release. */
thrum_status report_begin(report_writer *report, thrum_output *output, const report_style *style,
                          const report_column *columns, size_t n_columns, thrum_error *error);
/* Writes one row: a cell for each column. The bytes of texts are copied. */
thrum_status report_row(report_writer *report, const report_cell *cells, thrum_error *error);
/* Writes rows that the format's row function rendered elsewhere: whole rows, in order. */
thrum_status report_rendered(report_writer *report, const uint8_t *rows, size_t n_bytes, thrum_error *error);
/* Writes what is left and the end of the format. The output stays open. */
thrum_status report_end(report_writer *report, thrum_error *error);
/* Frees what the report holds, whether it was ended or not. */
void report_release(report_writer *report);

/* Fills in the error (may be NULL) for a failed allocation and returns its code. */
thrum_status report_out_of_memory(thrum_error *error);

/* A cell of text. */
report_cell report_text(const void *bytes, size_t n_bytes);

enum { REPORT_PERCENT = 100, REPORT_PER_MILLION = 1000000 };
/* part / whole * scale in hundredths, rounded half up, exactly: the result does not depend on the floating-point unit.
 * 0 where the whole is 0. The result has to fit. */
int64_t report_share(uint64_t part, uint64_t whole, uint64_t scale);

#endif
