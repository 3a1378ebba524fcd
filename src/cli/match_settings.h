/* What the command line of `thrum match` may say: its options, and which of them fit together. */
#ifndef CLI_MATCH_SETTINGS_H
#define CLI_MATCH_SETTINGS_H

#include "options.h"
#include "thrum/thrum.h"

/* What is printed. Several options that say so: the last wins. */
typedef enum match_mode {
    MODE_EACH,
    MODE_COLUMNS,
    MODE_JSON,
    MODE_TALLY,
    MODE_COUNT,
    MODE_COUNT_BY_FILE,
    MODE_FILES_WITH,
    MODE_FILES_WITHOUT,
    MODE_QUIET,
    N_MATCH_MODES
} match_mode;

typedef enum tally_unit { TALLY_UNSET, TALLY_BY_MATCH, TALLY_BY_PATTERN } tally_unit;

/* Lines of context that were not asked for. */
#define NO_CONTEXT UINT64_MAX

typedef struct match_settings {
    common_settings common;
    option_list patterns;
    option_list files;
    thrum_pattern_options pattern;
    int newline; /* 1 + thrum_newline */
    int engine;  /* 1 + thrum_engine */
    bool explain;
    uint64_t max_matches;
    int mode; /* match_mode */
    int tally_by;
    uint64_t top;
    int sort; /* 1 + thrum_words_sort */
    const char *print;
    bool line;
    bool offset;
    bool column;
    int column_unit;
    int with_path;
    uint64_t n_before, n_after, n_around; /* lines of context, or NO_CONTEXT */
    bool ignored;
} match_settings;

/* Reads the command line: like options_read, and then makes every setting say what follows from the others. False as
 * well when they do not fit together, which was told. */
bool match_settings_read(match_settings *settings, int argc, char **argv, int *first_operand, int *exit_status);
void match_settings_release(match_settings *settings);

/* Tells a mistake in the use of the command. */
void match_complain(const char *complaint);

/* Whole lines are printed, with those around them. */
bool match_has_context(const match_settings *settings);

/* What the settings say about every run. */
thrum_match_options match_options(const match_settings *settings);

/* The option that helps where matching failed, or NULL. */
const char *match_remedy(const thrum_error *error);

#endif
