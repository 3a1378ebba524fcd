#include "match_settings.h"

#include "format.h"
#include "message.h"
#include "pattern_list.h"

static const char *const unit_names[] = {"byte", "char", NULL};
static const char *const tally_names[] = {"match", "pattern", NULL}; /* in the order of tally_unit */
enum { UNIT_CHAR = 2 };

#define AT(member)      offsetof(match_settings, member)
#define MODE(mode_name) AT(mode), mode_name, 0, NULL
static const option_spec options[] = {
    {"regexp", 'e', OPTION_LIST, "PATTERN", "a pattern; may be repeated, every operand is then a FILE", AT(patterns), 0,
     0, NULL},
    {"file", 'f', OPTION_LIST, "FILE", "patterns from FILE, one a line", AT(files), 0, 0, NULL},
    {"fixed-strings", 'F', OPTION_FLAG, NULL, "patterns are plain texts", AT(pattern.literal), 0, 0, NULL},
    PATTERN_OPTIONS(AT),
    {"max-count", 'm', OPTION_NUMBER, "N", "stop after N matches, over all files in their order", AT(max_matches), 1,
     UINT64_MAX, NULL},
    {"count", 'c', OPTION_SET, NULL, "print only how many matches there are in all", MODE(MODE_COUNT)},
    {"count-by-file", 0, OPTION_SET, NULL, "print path:count for each file", MODE(MODE_COUNT_BY_FILE)},
    {"files-with-matches", 'l', OPTION_SET, NULL, "print only the paths of files with matches", MODE(MODE_FILES_WITH)},
    {"files-without-match", 'L', OPTION_SET, NULL, "print only the paths of files without", MODE(MODE_FILES_WITHOUT)},
    {"quiet", 'q', OPTION_SET, NULL, "print nothing and stop at the first match", MODE(MODE_QUIET)},
    {"tally", 0, OPTION_SET, NULL, "print how often each distinct match occurs", MODE(MODE_TALLY)},
    {"tally-by", 0, OPTION_CHOICE, NULL, "--tally, of matches or of the patterns that matched", AT(tally_by), 0, 0,
     tally_names},
    {"top", 0, OPTION_NUMBER, "N", "with --tally: keep the first N rows (0: all)", AT(top), 0, UINT64_MAX, NULL},
    {"sort", 0, OPTION_CHOICE, NULL, "with --tally: the order of rows (default: count)", AT(sort), 0, 0,
     words_sort_names},
    {"print", 0, OPTION_TEXT, "TEMPLATE", "print TEMPLATE and a newline for each match", AT(print), 0, 0, NULL},
    {"columns", 0, OPTION_SET, NULL, "print rows with a column for each group of the pattern", MODE(MODE_COLUMNS)},
    {"json", 0, OPTION_SET, NULL, "print JSON lines in the shape of ripgrep's --json", MODE(MODE_JSON)},
    {"after-context", 'A', OPTION_NUMBER, "N", "print whole lines, and N lines after each (--lines)", AT(n_after), 0,
     NO_CONTEXT - 1, NULL},
    {"before-context", 'B', OPTION_NUMBER, "N", "print whole lines, and N lines before each (--lines)", AT(n_before), 0,
     NO_CONTEXT - 1, NULL},
    {"context", 'C', OPTION_NUMBER, "N", "the same as -A N -B N", AT(n_around), 0, NO_CONTEXT - 1, NULL},
    {"line-number", 'n', OPTION_FLAG, NULL, "put the line in front, from 1", AT(line), 0, 0, NULL},
    {"byte-offset", 'b', OPTION_FLAG, NULL, "put the offset in the file in front, from 0", AT(offset), 0, 0, NULL},
    {"column", 0, OPTION_FLAG, NULL, "put the column in front, from 1", AT(column), 0, 0, NULL},
    {"column-unit", 0, OPTION_CHOICE, NULL, "what columns count (default: byte)", AT(column_unit), 0, 0, unit_names},
    {"with-filename", 'H', OPTION_SET, NULL, "put the path in front", AT(with_path), true, 0, NULL},
    {"no-filename", 'I', OPTION_SET, NULL, "put no path in front (default)", AT(with_path), false, 0, NULL},
    PATTERN_LIMIT_OPTIONS(AT),
    {"time-limit", 0, OPTION_SECONDS, "SECONDS", "end the run after so long, such as 0.5 (default: none)",
     AT(pattern.time_limit_seconds), 0, 0, NULL},
    {"no-jit", 0, OPTION_FLAG, NULL, "do without just-in-time compilation: slow, for systems that forbid it",
     AT(pattern.no_jit), 0, 0, NULL},
    {"explain", 0, OPTION_FLAG, NULL, "say what runs the pattern, why, and what would be faster; read no file",
     AT(explain), 0, 0, NULL},
    {"only-matching", 'o', OPTION_FLAG, NULL, "taken and ignored: only matches are printed anyway", AT(ignored), 0, 0,
     NULL},
};
#undef MODE
#undef AT

static const command_syntax syntax = {
    .name = "match",
    .operands = "PATTERN [FILE]...",
    .about = "Prints every match of a PCRE2 pattern, each followed by a newline. A file is one subject:\n"
             "matches may run over lines. Without FILE, or where it is -, standard input is read; a\n"
             "directory stands for every file below it.\n",
    .more = "What is put in front comes as path:line:column:offset: in this order.\n"
            "In TEMPLATE, $0 is the match, $1 or ${12} a group, ${name} a named group, $$ a dollar, and\n"
            "\\t \\n \\\\ are tab, newline and backslash. A newline follows each expansion.\n"
            "With -A, -B or -C, whole lines are printed, as grep does it: - instead of : in front of\n"
            "lines without a match, -- between groups of lines.\n"
            "Formats: the columns are file line column offset match; those of --columns the groups by\n"
            "name or number (match, if the pattern has none), after file line column offset where -H -n\n"
            "--column -b ask for them; those of --tally count percent match; those of --tally-by pattern\n"
            "count percent pattern; those of --count-by-file path count. Without --format, --tally and\n"
            "--columns take the default and everything else is plain lines.\n"
            "A match attempt that reaches a limit is an error of its file, never \"no match\".\n"
            "Exit status: 0 something matched, 1 nothing matched, 2 after any error.\n",
    .options = options,
    .n_options = sizeof options / sizeof *options,
};

/* What options mean for each other. */

#define MODE_BIT(mode) (1u << (mode))
enum {
    EACH = MODE_BIT(MODE_EACH),
    COLUMNS = MODE_BIT(MODE_COLUMNS),
    JSON = MODE_BIT(MODE_JSON),
    TALLY = MODE_BIT(MODE_TALLY),
    WITHOUT = MODE_BIT(MODE_FILES_WITHOUT),
    PRINT = MODE_BIT(N_MATCH_MODES),
    FORMAT = PRINT << 1,
    CONTEXT = PRINT << 2,
    TALLY_ROWS = PRINT << 3, /* --top or --sort */
    TALLY_BY = PRINT << 4,
    MOST_MATCHES = PRINT << 5
};

static unsigned uses(const match_settings *settings) {
    return MODE_BIT(settings->mode) | (settings->print ? PRINT : 0) | (settings->common.format ? FORMAT : 0) |
           (match_has_context(settings) ? CONTEXT : 0) | (settings->top || settings->sort ? TALLY_ROWS : 0) |
           (settings->tally_by ? TALLY_BY : 0) | (settings->max_matches ? MOST_MATCHES : 0);
}

/* Broken by settings that use `what` together with one of `excludes`, or without `needs`. */
typedef struct conflict {
    unsigned what, excludes, needs;
    const char *complaint;
} conflict;

static const conflict conflicts[] = {
    {PRINT, FORMAT, 0, "--print and --format exclude each other"},
    {PRINT, 0, EACH, "--print is for printing each match"},
    {TALLY_ROWS, 0, TALLY, "--top and --sort are for --tally"},
    {TALLY_BY, 0, TALLY, "--tally-by is for --tally"},
    {CONTEXT, PRINT | FORMAT, 0, "-A, -B and -C print lines as they are, without --print and --format"},
    {CONTEXT, 0, EACH, "-A, -B and -C are for printing lines"},
    {JSON, FORMAT, 0, "--json and --format exclude each other"},
    {WITHOUT, MOST_MATCHES, 0, "--files-without-match and --max-count exclude each other"},
};

static const char *find_conflict(const match_settings *settings) {
    unsigned used = uses(settings);
    for (size_t i = 0; i < sizeof conflicts / sizeof *conflicts; i++) {
        const conflict *rule = &conflicts[i];
        if (used & rule->what && (used & rule->excludes || (rule->needs && !(used & rule->needs))))
            return rule->complaint;
    }
    return NULL;
}

bool match_has_context(const match_settings *settings) {
    return settings->n_before != NO_CONTEXT || settings->n_after != NO_CONTEXT;
}

static uint64_t lines_of_context(uint64_t given, uint64_t around) {
    return given != NO_CONTEXT ? given : around;
}

static void resolve(match_settings *settings) {
    settings->n_before = lines_of_context(settings->n_before, settings->n_around);
    settings->n_after = lines_of_context(settings->n_after, settings->n_around);
    if (match_has_context(settings)) {
        settings->pattern.by_line = true;
        settings->n_before = lines_of_context(settings->n_before, 0);
        settings->n_after = lines_of_context(settings->n_after, 0);
    }
    if (settings->tally_by && settings->mode == MODE_EACH)
        settings->mode = MODE_TALLY;
    if (settings->newline)
        settings->pattern.newline = (thrum_newline)(settings->newline - 1);
    if (settings->engine)
        settings->pattern.engine = (thrum_engine)(settings->engine - 1);
}

bool match_settings_read(match_settings *settings, int argc, char **argv, int *first_operand, int *exit_status) {
    *settings = (match_settings){.n_before = NO_CONTEXT, .n_after = NO_CONTEXT, .n_around = NO_CONTEXT};
    if (!options_read(&syntax, argc, argv, settings, first_operand, exit_status))
        return false;
    resolve(settings);
    const char *complaint = find_conflict(settings);
    if (complaint)
        match_complain(complaint);
    return !complaint;
}

void match_settings_release(match_settings *settings) {
    options_release(&syntax, settings);
}

void match_complain(const char *complaint) {
    options_complain(&syntax, complaint);
}

thrum_match_options match_options(const match_settings *settings) {
    return (thrum_match_options){.max_matches = settings->max_matches,
                                 .by_line = settings->pattern.by_line,
                                 .column_characters = settings->column_unit == UNIT_CHAR};
}

/* PCRE2's codes for the limits that have an option. */
const char *match_remedy(const thrum_error *error) {
    static const struct {
        int pcre2_errno;
        const char *option;
    } remedies[] = {{-47, "--match-limit"}, {-63, "--heap-limit"}};
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
        if (error->pcre2_errno == remedies[i].pcre2_errno)
            return remedies[i].option;
    return NULL;
}
