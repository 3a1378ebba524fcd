/* Matches as rows: a format callback for thrum_match_run. */
#ifndef REPORT_MATCH_COLUMNS_H
#define REPORT_MATCH_COLUMNS_H

#include "format.h"
#include "thrum/match.h"

/* What a column shows: its place in the file, or a group. */
typedef enum match_field { FIELD_FILE, FIELD_LINE, FIELD_COLUMN, FIELD_OFFSET, FIELD_GROUP } match_field;

/* More groups than this do not fit into a row. */
enum { MATCH_COLUMNS_MOST_GROUPS = 1000 };

typedef struct match_column {
    match_field field;
    size_t group; /* for FIELD_GROUP */
    char number[8];
} match_column;

/* {0} may be released. Constant once made: any number of threads may format with it. */
typedef struct match_columns {
    const report_format *format;
    report_column *names; /* what report_begin takes */
    match_column *columns;
    size_t n;
    size_t n_captures; /* that thrum_match_options is to ask for */
} match_columns;

/* Columns for the fields of `shown` (the n_shown first ones of a match_field list, FIELD_GROUP being the match), and
 * with a pattern one for each of its groups, if it has any, in the place of the match. Names live as long as the
 * pattern. False without memory. */
bool match_columns_init(match_columns *columns, const report_format *format, const match_field *shown, size_t n_shown,
                        const thrum_pattern *pattern);
void match_columns_release(match_columns *columns);

/* `context` is a match_columns. */
thrum_match_format match_columns_format;

#endif
