/* thrum match: every match of the patterns, or what can be said about the matches: how many, where, how often each. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "escape.h"
#include "job.h"
#include "match_lines.h"
#include "message.h"
#include "pattern_list.h"

enum { EXIT_NO_MATCH = 1 };

typedef enum match_mode { MODE_EACH, MODE_COUNT, MODE_COUNT_BY_FILE, MODE_FILES, MODE_QUIET, MODE_TALLY } match_mode;

typedef struct match_settings {
    common_settings common;
    option_list patterns;
    option_list files;
    thrum_pattern_options pattern;
    int mode; /* match_mode */
    const char *print;
    bool line;
    bool offset;
    bool column;
    int with_path;
    int column_unit; /* 1 + the index in unit_names */
    uint64_t top;
    int sort; /* 1 + thrum_words_sort */
    bool ignored;
} match_settings;

static const char *const unit_names[] = {"byte", "char", NULL};
enum { UNIT_CHAR = 2 };

#define AT(member) offsetof(match_settings, member)
static const option_spec options[] = {
    {"regexp", 'e', OPTION_LIST, "PATTERN", "a pattern; may be repeated, every operand is then a FILE", AT(patterns), 0,
     0, NULL},
    {"file", 'f', OPTION_LIST, "FILE", "patterns from FILE, one a line", AT(files), 0, 0, NULL},
    {"fixed-strings", 'F', OPTION_FLAG, NULL, "patterns are plain texts", AT(pattern.literal), 0, 0, NULL},
    {"ignore-case", 'i', OPTION_FLAG, NULL, "match in any case", AT(pattern.caseless), 0, 0, NULL},
    {"word-regexp", 'w', OPTION_FLAG, NULL, "only matches with no word character on either side",
     AT(pattern.whole_word), 0, 0, NULL},
    {"line-regexp", 'x', OPTION_FLAG, NULL, "only matches that are a whole line", AT(pattern.whole_line), 0, 0, NULL},
    {"bytes", 0, OPTION_FLAG, NULL, "every byte is a character", AT(pattern.bytes), 0, 0, NULL},
    {"count", 'c', OPTION_SET, NULL, "print only how many matches there are in all", AT(mode), MODE_COUNT, 0, NULL},
    {"count-by-file", 0, OPTION_SET, NULL, "print path:count for each file", AT(mode), MODE_COUNT_BY_FILE, 0, NULL},
    {"files-with-matches", 'l', OPTION_SET, NULL, "print only the paths of files with matches", AT(mode), MODE_FILES, 0,
     NULL},
    {"quiet", 'q', OPTION_SET, NULL, "print nothing and stop at the first match", AT(mode), MODE_QUIET, 0, NULL},
    {"tally", 0, OPTION_SET, NULL, "print how often each distinct match occurs", AT(mode), MODE_TALLY, 0, NULL},
    {"top", 0, OPTION_NUMBER, "N", "with --tally: keep the first N rows (0: all)", AT(top), 0, UINT64_MAX, NULL},
    {"sort", 0, OPTION_CHOICE, NULL, "with --tally: the order of rows (default: count)", AT(sort), 0, 0,
     words_sort_names},
    {"print", 0, OPTION_TEXT, "TEMPLATE", "print TEMPLATE and a newline for each match", AT(print), 0, 0, NULL},
    {"line-number", 'n', OPTION_FLAG, NULL, "put the line in front, from 1", AT(line), 0, 0, NULL},
    {"byte-offset", 'b', OPTION_FLAG, NULL, "put the offset in the file in front, from 0", AT(offset), 0, 0, NULL},
    {"column", 0, OPTION_FLAG, NULL, "put the column in front, from 1", AT(column), 0, 0, NULL},
    {"column-unit", 0, OPTION_CHOICE, NULL, "what columns count (default: byte)", AT(column_unit), 0, 0, unit_names},
    {"with-filename", 'H', OPTION_SET, NULL, "put the path in front", AT(with_path), true, 0, NULL},
    {"no-filename", 'I', OPTION_SET, NULL, "put no path in front (default)", AT(with_path), false, 0, NULL},
    {"json", 0, OPTION_SET, NULL, "the same as --format json", AT(common.format), 1 + REPORT_JSON, 0, NULL},
    {"only-matching", 'o', OPTION_FLAG, NULL, "taken and ignored: only matches are printed anyway", AT(ignored), 0, 0,
     NULL},
};
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
            "Formats: the columns are file line column offset match; those of --tally count percent\n"
            "match; those of --count-by-file path count. Without --format, --tally takes the default\n"
            "and everything else is plain lines.\n"
            "Exit status: 0 something matched, 1 nothing matched, 2 after any error.\n",
    .options = options,
    .n_options = sizeof options / sizeof *options,
};

/* A run on its way, for the callbacks; they come on one thread at a time. */
typedef struct matching {
    job *work;
    const match_settings *settings;
    bool with_rows; /* of the report, instead of plain lines */
    report_writer report;
    thrum_status status; /* of what on_file wrote; after a failure the rest is left out */
    thrum_error error;
    bool found;
} matching;

static thrum_status write_plain(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    matching *match = context;
    return thrum_output_write(match->work->output, bytes, n_bytes, error);
}

static thrum_status write_rows(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    matching *match = context;
    return report_rendered(&match->report, bytes, n_bytes, error);
}

/* --quiet: any byte will do to stop at. */
static thrum_status format_any(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    (void)context;
    (void)match;
    thrum_buffer_append(buffer, "\n", 1);
    return buffer->failed ? THRUM_ERROR_MEMORY : THRUM_OK;
}

static thrum_status stop(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    matching *match = context;
    (void)bytes;
    (void)n_bytes;
    (void)error;
    match->found = true;
    return THRUM_ERROR_STOPPED;
}

static const report_column file_columns[] = {{"path", REPORT_TEXT}, {"count", REPORT_NUMBER}};

static thrum_status write_file_line(const job *work, const char *path, const uint64_t *count, thrum_error *error) {
    thrum_buffer line = {0};
    thrum_buffer_append_text(&line, path);
    if (work->style.escape)
        escape_tail(&line, 0, ESCAPE_LINE);
    if (count) {
        thrum_buffer_append_text(&line, ":");
        thrum_buffer_append_number(&line, *count);
    }
    thrum_buffer_append_text(&line, "\n");
    thrum_status status =
        line.failed ? report_out_of_memory(error) : thrum_output_write(work->output, line.bytes, line.n_bytes, error);
    thrum_buffer_release(&line);
    return status;
}

/* --count-by-file and --files-with-matches: one line a file. */
static void on_file(void *context, size_t input, uint64_t n_matches) {
    matching *match = context;
    bool with_count = match->settings->mode == MODE_COUNT_BY_FILE;
    if (match->status != THRUM_OK || (!with_count && n_matches == 0))
        return;
    const char *path = thrum_inputs_path(match->work->inputs, input);
    if (match->with_rows) {
        report_cell cells[] = {report_text(path, strlen(path)), {.number = n_matches}};
        match->status = report_row(&match->report, cells, &match->error);
    } else {
        match->status = write_file_line(match->work, path, with_count ? &n_matches : NULL, &match->error);
    }
}

static void resolve(matching *match, const match_lines *lines, thrum_match_options *how) {
    const match_settings *settings = match->settings;
    if (settings->mode == MODE_QUIET) {
        how->format = format_any;
        how->write = stop;
    } else if (settings->mode == MODE_COUNT_BY_FILE || settings->mode == MODE_FILES) {
        how->on_input = on_file;
        how->on_input_context = match;
    } else if (settings->mode == MODE_EACH && match->with_rows) {
        how->format = match_row_format;
        how->format_context = match->work->style.format;
        how->lines = true;
        how->write = write_rows;
    } else if (settings->mode == MODE_EACH) {
        how->n_captures = lines->template_ ? thrum_template_n_captures(lines->template_) : 0;
        how->format = match_lines_format;
        how->format_context = lines;
        how->lines = lines->line || lines->column;
        how->write = write_plain;
    }
    how->column_characters = settings->column_unit == UNIT_CHAR;
    how->write_context = match;
}

static void say_stats(job *work, const thrum_match_totals *totals, const thrum_pattern *pattern) {
    const job_stat stats[] = {{"bytes", totals->n_bytes},
                              {"matches", totals->n_matches},
                              {"chunks", totals->n_chunks},
                              {"chunks repaired", totals->n_chunks_repaired},
                              {"chunks in order", totals->n_chunks_in_order},
                              {"jit", thrum_pattern_is_jit(pattern)}};
    job_stats(work, stats, sizeof stats / sizeof *stats);
}

static thrum_status begin_rows(matching *match, thrum_error *error) {
    job *work = match->work;
    match_mode mode = (match_mode)match->settings->mode;
    match->with_rows = match->settings->common.format && (mode == MODE_EACH || mode == MODE_COUNT_BY_FILE);
    if (!match->with_rows)
        return THRUM_OK;
    if (mode == MODE_EACH)
        return report_begin(&match->report, work->output, &work->style, match_row_columns, MATCH_ROW_N_COLUMNS, error);
    return report_begin(&match->report, work->output, &work->style, file_columns, 2, error);
}

static thrum_status write_count(thrum_output *output, uint64_t count, thrum_error *error) {
    char text[24];
    int n = snprintf(text, sizeof text, "%" PRIu64 "\n", count);
    return thrum_output_write(output, text, (size_t)n, error);
}

static thrum_status run(matching *match, const thrum_pattern *pattern, const thrum_template *template_,
                        thrum_error *error) {
    job *work = match->work;
    const match_settings *settings = match->settings;
    const match_lines lines = {.path = settings->with_path,
                               .line = settings->line,
                               .column = settings->column,
                               .offset = settings->offset,
                               .escape = work->style.escape,
                               .color = work->style.color,
                               .template_ = template_};
    thrum_match_options how = {0};
    thrum_match_totals totals = {0};
    thrum_status status = begin_rows(match, error);
    if (status != THRUM_OK)
        return status;
    resolve(match, &lines, &how);
    if (how.write || how.on_input)
        job_streams(work);
    status = thrum_match_run(work->inputs, pattern, &how, &work->run, &totals, error);
    if (status == THRUM_ERROR_STOPPED && match->found)
        status = THRUM_OK;
    if (status == THRUM_OK && match->status != THRUM_OK) {
        *error = match->error;
        status = match->status;
    }
    match->found |= totals.n_matches > 0;
    work->n_bytes = totals.n_bytes;
    if (status == THRUM_OK && match->with_rows)
        status = report_end(&match->report, error);
    if (status == THRUM_OK && settings->mode == MODE_COUNT)
        status = write_count(work->output, totals.n_matches, error);
    if (status == THRUM_OK)
        say_stats(work, &totals, pattern);
    return status;
}

static const report_column tally_columns[] = {
    {"count", REPORT_NUMBER}, {"percent", REPORT_HUNDREDTHS}, {"match", REPORT_TEXT}};

static thrum_status write_tally(matching *match, const thrum_words *words, thrum_error *error) {
    job *work = match->work;
    uint64_t n_tokens = thrum_words_n_tokens(words);
    size_t n_rows = thrum_words_n_rows(words);
    thrum_status status = report_begin(&match->report, work->output, &work->style, tally_columns, 3, error);
    for (size_t i = 0; i < n_rows && status == THRUM_OK; i++) {
        thrum_word word = thrum_words_row(words, i);
        report_cell cells[] = {{.number = word.count},
                               {.hundredths = report_share(word.count, n_tokens, REPORT_PERCENT)},
                               report_text(word.bytes, word.n_bytes)};
        status = report_row(&match->report, cells, error);
    }
    return status == THRUM_OK ? report_end(&match->report, error) : status;
}

static thrum_status run_tally(matching *match, const thrum_pattern *pattern, thrum_error *error) {
    job *work = match->work;
    const match_settings *settings = match->settings;
    const thrum_words_options how = {.token = THRUM_TOKEN_PATTERN,
                                     .pattern = pattern,
                                     .keep_case = true,
                                     .top = settings->top,
                                     .sort = settings->sort ? (thrum_words_sort)(settings->sort - 1)
                                                            : THRUM_WORDS_BY_COUNT};
    thrum_words *words;
    thrum_status status = thrum_words_count(&words, work->inputs, &how, &work->run, error);
    if (status != THRUM_OK)
        return status;
    progress_erase(&work->progress);
    match->found = thrum_words_n_tokens(words) > 0;
    work->n_bytes = thrum_words_n_bytes(words);
    const job_stat stats[] = {{"bytes", work->n_bytes},
                              {"matches", thrum_words_n_tokens(words)},
                              {"distinct", thrum_words_n_types(words)},
                              {"jit", thrum_pattern_is_jit(pattern)}};
    status = write_tally(match, words, error);
    thrum_words_free(words);
    if (status == THRUM_OK)
        job_stats(work, stats, sizeof stats / sizeof *stats);
    return status;
}

/* What does not fit together; NULL when all is well. */
static const char *find_conflict(const match_settings *settings) {
    if (settings->print && settings->common.format)
        return "--print and --format exclude each other";
    if (settings->print && settings->mode != MODE_EACH)
        return "--print is for printing each match";
    if ((settings->top || settings->sort) && settings->mode != MODE_TALLY)
        return "--top and --sort are for --tally";
    return NULL;
}

static bool compile_template(const char *text, const thrum_pattern *pattern, thrum_template **template_) {
    thrum_error error;
    if (!text || thrum_template_compile(template_, text, pattern, &error) == THRUM_OK)
        return true;
    message_source("--print", text, strlen(text), &error);
    return false;
}

static int match_files(const match_settings *settings, const option_list *patterns, char *const *paths, int n_paths) {
    int exit_status = EXIT_TROUBLE;
    pattern_list texts = {0};
    thrum_pattern *pattern = NULL;
    thrum_template *template_ = NULL;
    job work;
    matching match = {.work = &work, .settings = settings};
    thrum_error error;
    if (pattern_list_init(&texts, patterns, &settings->files) &&
        pattern_list_compile(&texts, &settings->pattern, &pattern) &&
        compile_template(settings->print, pattern, &template_) && job_open(&work, &settings->common, paths, n_paths)) {
        thrum_status status =
            settings->mode == MODE_TALLY ? run_tally(&match, pattern, &error) : run(&match, pattern, template_, &error);
        report_release(&match.report);
        exit_status = job_close(&work, status, &error, match.found ? EXIT_SUCCESS : EXIT_NO_MATCH);
    }
    thrum_template_free(template_);
    thrum_pattern_free(pattern);
    pattern_list_release(&texts);
    return exit_status;
}

int cmd_match(int argc, char **argv) {
    match_settings settings = {0};
    int first, exit_status;
    if (options_read(&syntax, argc, argv, &settings, &first, &exit_status)) {
        bool has_operand = settings.patterns.n == 0 && settings.files.n == 0;
        const char *operand = has_operand && first < argc ? argv[first] : NULL;
        const option_list one = {&operand, 1};
        const char *conflict = has_operand && !operand ? "a PATTERN is needed" : find_conflict(&settings);
        exit_status = EXIT_TROUBLE;
        if (conflict)
            options_complain(&syntax, conflict);
        else
            exit_status = match_files(&settings, operand ? &one : &settings.patterns, argv + first + (operand != NULL),
                                      argc - first - (operand != NULL));
    }
    options_release(&syntax, &settings);
    return exit_status;
}
