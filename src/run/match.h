/* The matching pass, as the other passes use it. */
#ifndef RUN_MATCH_H
#define RUN_MATCH_H

#include "thrum/match.h"

/* Takes one match; runs on many threads at once, `thread` telling which. What it appends to the buffer is written in
 * file order. */
typedef thrum_status match_take(void *context, unsigned thread, const thrum_match *match, thrum_buffer *buffer);

/* thrum_match_run, with `take` (may be NULL: count only) in the place of options->format. */
thrum_status match_run(const thrum_inputs *inputs, const thrum_pattern *pattern, const thrum_match_options *options,
                       match_take *take, void *take_context, const thrum_run_options *run, thrum_match_totals *totals,
                       thrum_error *error);

#endif
