/* thrum match: every match of the patterns, or what can be said about the matches: how many, where, how often each. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "match_columns.h"
#include "match_view.h"
#include "message.h"

enum { EXIT_NO_MATCH = 1 };

static match_view *const views[N_MATCH_MODES] = {
    [MODE_EACH] = match_view_each,        [MODE_COLUMNS] = match_view_columns,
    [MODE_JSON] = match_view_json,        [MODE_TALLY] = match_view_tally,
    [MODE_COUNT] = match_view_count,      [MODE_COUNT_BY_FILE] = match_view_files,
    [MODE_FILES_WITH] = match_view_files, [MODE_FILES_WITHOUT] = match_view_files,
    [MODE_QUIET] = match_view_quiet,
};

static bool compile_template(const char *text, const thrum_pattern *pattern, thrum_template **template_) {
    thrum_error error;
    if (!text || thrum_template_compile(template_, text, pattern, &error) == THRUM_OK)
        return true;
    message_source("--print", text, strlen(text), &error);
    return false;
}

/* What is known only when the pattern is compiled. False when it cannot be printed as asked for. */
static bool check_pattern(const match_settings *settings, const thrum_pattern *pattern) {
    if (settings->mode == MODE_COLUMNS && thrum_pattern_n_groups(pattern) > MATCH_COLUMNS_MOST_GROUPS) {
        message("--columns: the pattern has %zu groups, and %d fit into a row", thrum_pattern_n_groups(pattern),
                MATCH_COLUMNS_MOST_GROUPS);
        return false;
    }
    return true;
}

/* For --explain. */
static int explain(const thrum_pattern *pattern, const char *output) {
    thrum_buffer words = {0};
    thrum_pattern_explain(pattern, &words);
    return print_and_release(&words, output);
}

static int match_files(const match_settings *settings, const option_list *patterns, char *const *paths, int n_paths) {
    int exit_status = EXIT_TROUBLE;
    pattern_list texts = {0};
    thrum_pattern *pattern = NULL;
    thrum_template *template_ = NULL;
    job work;
    thrum_error error;
    bool is_compiled = pattern_list_init(&texts, patterns, &settings->files) &&
                       pattern_list_compile(&texts, &settings->pattern, &pattern);
    if (is_compiled && settings->explain)
        exit_status = explain(pattern, settings->common.output);
    else if (is_compiled && compile_template(settings->print, pattern, &template_) &&
             check_pattern(settings, pattern) && job_open(&work, &settings->common, paths, n_paths)) {
        matching match = {
            .work = &work, .settings = settings, .texts = &texts, .pattern = pattern, .template_ = template_};
        work.remedy = match_remedy;
        thrum_status status = views[settings->mode](&match, &error);
        if (status == THRUM_OK)
            job_stats(&work, match.stats, match.n_stats);
        exit_status = job_close(&work, status, &error, match.found ? EXIT_SUCCESS : EXIT_NO_MATCH);
    }
    thrum_template_free(template_);
    thrum_pattern_free(pattern);
    pattern_list_release(&texts);
    return exit_status;
}

int cmd_match(int argc, char **argv) {
    match_settings settings;
    int first, exit_status;
    if (match_settings_read(&settings, argc, argv, &first, &exit_status)) {
        bool has_operand = settings.patterns.n == 0 && settings.files.n == 0;
        const char *operand = has_operand && first < argc ? argv[first] : NULL;
        const option_list one = {&operand, 1};
        exit_status = EXIT_TROUBLE;
        if (has_operand && !operand)
            match_complain("a PATTERN is needed");
        else
            exit_status = match_files(&settings, operand ? &one : &settings.patterns, argv + first + (operand != NULL),
                                      argc - first - (operand != NULL));
    }
    match_settings_release(&settings);
    return exit_status;
}
