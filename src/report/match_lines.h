/* What is written for one match: format callbacks for thrum_match_run. Their contexts are constant, so any number of
 * threads may run them. */
#ifndef REPORT_MATCH_LINES_H
#define REPORT_MATCH_LINES_H

#include "format.h"
#include "thrum/match.h"

/* The match, or a template filled in with it, on a line of its own; in front of it what was asked for out of
 * `path:line:column:offset:`. */
typedef struct match_lines {
    bool path;
    bool line;
    bool column;
    bool offset;
    bool escape; /* the output is a terminal */
    bool color;
    const thrum_template *template_; /* NULL: the match itself */
} match_lines;

/* `context` is a match_lines. */
thrum_match_format match_lines_format;

/* `context` is a report_format: a row of match_row_columns in it. */
thrum_match_format match_row_format;

enum { MATCH_ROW_N_COLUMNS = 5 };
extern const report_column match_row_columns[MATCH_ROW_N_COLUMNS];

#endif
