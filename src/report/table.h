/* Rows of TSV turned into aligned columns. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "format.h"

/* The rows that decide how wide the columns are; they wait in memory, the rows after them pass through. */
enum { TABLE_ROWS_MEASURED = 1000 };

/* Initialise with table_init, give back with table_release; {0} may be released too. */
typedef struct report_table {
    report_columns columns;
    bool bold_header; /* the first row is written in bold */
    bool settled;     /* the widths are decided */
    uint64_t n_rows;
    size_t *widths;
    thrum_buffer held;
} report_table;

/* The columns are borrowed. False without memory. */
bool table_init(report_table *table, const report_columns *columns, bool bold_header);
/* Takes whole rows of TSV and appends what can be written of them. A later row that is wider than its column pushes
 * the rest of its line to the right. */
void table_rows(report_table *table, const uint8_t *rows, size_t n_bytes, thrum_buffer *to);
/* Appends what was held back. */
void table_end(report_table *table, thrum_buffer *to);
void table_release(report_table *table);

#endif
