/* What `match` can print: a view for each mode. A view makes its options and callbacks, has them run, and writes what
 * is to follow. */
#ifndef CLI_MATCH_VIEW_H
#define CLI_MATCH_VIEW_H

#include "job.h"
#include "match_settings.h"
#include "pattern_list.h"

enum { MATCH_MOST_STATS = 8 };

/* One run of `match`. */
typedef struct matching {
    job *work;
    const match_settings *settings;
    const pattern_list *texts;
    const thrum_pattern *pattern;
    const thrum_template *template_; /* of --print, or NULL */
    thrum_match_totals totals;
    bool found;
    job_stat stats[MATCH_MOST_STATS];
    size_t n_stats;
    char way[80]; /* texts of statistics */
    char engines[32];
} matching;

typedef thrum_status match_view(matching *match, thrum_error *error);

/* Runs the pattern over the inputs, and notes what was found and the statistics. */
thrum_status matching_run(matching *match, const thrum_match_options *how, thrum_error *error);
/* Notes a statistic; `text` in the place of the value, if not NULL. */
void matching_note(matching *match, const char *name, uint64_t value, const char *text);
/* Notes how the pattern was run. */
void matching_note_way(matching *match);

/* match_each.c */
match_view match_view_each;
match_view match_view_columns;
match_view match_view_json;
/* match_sums.c */
match_view match_view_count;
match_view match_view_files;
match_view match_view_quiet;
/* match_tally.c */
match_view match_view_tally;

#endif
