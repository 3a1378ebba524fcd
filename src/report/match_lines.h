/* Matches as plain lines: a format callback for thrum_match_run. Its context is constant, so any number of threads may
 * run it. */
#ifndef REPORT_MATCH_LINES_H
#define REPORT_MATCH_LINES_H

#include <stdbool.h>

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

/* True when there is nothing but the matches themselves, for thrum_match_options.plain. */
bool match_lines_are_plain(const match_lines *lines);

/* `context` is a match_lines. */
thrum_match_format match_lines_format;

/* Appends what is asked for in front of a line, each part with the separator (':' or '-') behind it. `column` may be 0:
 * then there is none. */
void match_lines_front(const match_lines *lines, const char *path, uint64_t line, uint64_t column, uint64_t offset,
                       char separator, thrum_buffer *buffer);

#endif
