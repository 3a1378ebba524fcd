/* Matching line by line: each line is a subject of its own, so chunks that end with a line need no mending. */
#ifndef RUN_LINES_H
#define RUN_LINES_H

#include "run/speculation.h"

/* Matches all lines of a piece, which begins and ends with whole lines; appends the matches to the list, if they are
 * to be listed, with offsets in the file. The guess is complete unless a line failed. False without memory. */
bool lines_match(guess *g, matcher *matcher_, const thrum_pattern *pattern, const piece *p, hits *list,
                 hits_shape shape, bool list_all);

/* In order: THRUM_OK for a complete guess, and otherwise the failure of the line at which it stopped. */
thrum_status lines_check(const guess *g, matcher *matcher_, const thrum_pattern *pattern, const piece *p,
                         hits_shape shape, thrum_error *error);

#endif
