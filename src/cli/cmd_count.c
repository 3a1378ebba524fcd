/* thrum count: lines, words, characters and bytes of each file and in all, and the matches of patterns beside them. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "job.h"
#include "message.h"
#include "pattern_list.h"

typedef struct count_settings {
    common_settings common;
    int token; /* 1 + thrum_token_rule */
    option_list patterns;
    thrum_pattern_options pattern;
    int engine; /* 1 + thrum_engine */
} count_settings;

#define AT(member) offsetof(count_settings, member)
static const option_spec options[] = {
    {"token", 0, OPTION_CHOICE, NULL, "what a word is (default: unicode)", AT(token), 0, 0, token_names},
    {"regexp", 'e', OPTION_LIST, "PATTERN", "count the matches of PATTERN in a column of its own", AT(patterns), 0, 0,
     NULL},
    {"ignore-case", 'i', OPTION_FLAG, NULL, "patterns match in any case", AT(pattern.caseless), 0, 0, NULL},
    {"bytes", 0, OPTION_FLAG, NULL, "to patterns every byte is a character", AT(pattern.bytes), 0, 0, NULL},
    PATTERN_ENGINE_OPTION(AT),
};
#undef AT

static const command_syntax syntax = {
    .name = "count",
    .operands = "[FILE]...",
    .about = "Counts the lines, words, characters and bytes of each file, and in all when there are\n"
             "several. Without FILE, or where it is -, standard input is read; a directory stands for\n"
             "every file below it.\n",
    .more = "Columns: lines words chars bytes, one for each PATTERN, path.\n"
            "Exit status: 0 done, 2 after any error.\n",
    .options = options,
    .n_options = sizeof options / sizeof *options,
};

enum { N_BASIC = 4 };

/* The rows as they come, input by input. */
typedef struct counting {
    job *work;
    report_writer report;
    report_column *columns; /* N_BASIC, patterns, path */
    report_cell *cells;
    report_cell *totals;
    size_t n_patterns;
    thrum_status status; /* of the rows; after a failure the rest is left out */
    thrum_error error;
} counting;

static void on_input(void *context, size_t input, const thrum_counts *counts) {
    counting *count = context;
    const uint64_t basic[N_BASIC] = {counts->n_lines, counts->n_words, counts->n_characters, counts->n_bytes};
    size_t n_numbers = N_BASIC + count->n_patterns;
    for (size_t i = 0; i < n_numbers; i++) {
        count->cells[i].number = i < N_BASIC ? basic[i] : counts->n_matches[i - N_BASIC];
        count->totals[i].number += count->cells[i].number;
    }
    const char *path = thrum_inputs_path(count->work->inputs, input);
    count->cells[n_numbers] = report_text(path, strlen(path));
    if (count->status == THRUM_OK)
        count->status = report_row(&count->report, count->cells, &count->error);
}

static void name_columns(counting *count, const option_list *patterns) {
    static const char *const basic[N_BASIC] = {"lines", "words", "chars", "bytes"};
    for (size_t i = 0; i < N_BASIC; i++)
        count->columns[i] = (report_column){basic[i], REPORT_NUMBER};
    for (size_t i = 0; i < patterns->n; i++)
        count->columns[N_BASIC + i] = (report_column){patterns->items[i], REPORT_NUMBER};
    count->columns[N_BASIC + patterns->n] = (report_column){"path", REPORT_TEXT};
}

static thrum_status run(counting *count, const thrum_count_options *counted, thrum_error *error) {
    static const char total[] = "total";
    job *work = count->work;
    size_t n_columns = N_BASIC + count->n_patterns + 1;
    thrum_status status = report_begin(&count->report, work->output, &work->style, count->columns, n_columns, error);
    job_streams(work);
    if (status == THRUM_OK)
        status = thrum_count_run(work->inputs, counted, &work->run, on_input, count, error);
    if (status == THRUM_OK && count->status != THRUM_OK) {
        *error = count->error;
        status = count->status;
    }
    if (status == THRUM_OK && thrum_inputs_n(work->inputs) + work->n_lost_inputs > 1) {
        count->totals[n_columns - 1] = report_text(total, sizeof total - 1);
        status = report_row(&count->report, count->totals, error);
    }
    if (status == THRUM_OK)
        status = report_end(&count->report, error);
    const uint64_t *bytes = &count->totals[N_BASIC - 1].number;
    work->n_bytes = *bytes;
    if (status == THRUM_OK)
        job_stats(work, (const job_stat[]){{"bytes", *bytes, NULL}}, 1);
    return status;
}

static bool compile_patterns(const count_settings *settings, thrum_pattern **patterns) {
    for (size_t i = 0; i < settings->patterns.n; i++)
        if (!pattern_compile_one(settings->patterns.items[i], &settings->pattern, &patterns[i]))
            return false;
    return true;
}

static int count_files(const count_settings *settings, char *const *paths, int n_paths) {
    int exit_status = EXIT_TROUBLE;
    size_t n_patterns = settings->patterns.n;
    size_t n_columns = N_BASIC + n_patterns + 1;
    job work;
    thrum_error error;
    counting count = {.work = &work,
                      .n_patterns = n_patterns,
                      .columns = calloc(n_columns, sizeof *count.columns),
                      .cells = calloc(n_columns, sizeof *count.cells),
                      .totals = calloc(n_columns, sizeof *count.totals)};
    thrum_pattern **patterns = calloc(n_patterns + 1, sizeof *patterns);
    if (!patterns || !count.columns || !count.cells || !count.totals) {
        message("out of memory");
        goto out;
    }
    name_columns(&count, &settings->patterns);
    if (!compile_patterns(settings, patterns) || !job_open(&work, &settings->common, paths, n_paths))
        goto out;
    const thrum_count_options counted = {.token = settings->token ? (thrum_token_rule)(settings->token - 1)
                                                                  : THRUM_TOKEN_UNICODE,
                                         .patterns = (const thrum_pattern *const *)patterns,
                                         .n_patterns = n_patterns};
    thrum_status status = run(&count, &counted, &error);
    report_release(&count.report);
    exit_status = job_close(&work, status, &error, EXIT_SUCCESS);
out:
    for (size_t i = 0; patterns && i < n_patterns; i++)
        thrum_pattern_free(patterns[i]);
    free(patterns);
    free(count.columns);
    free(count.cells);
    free(count.totals);
    return exit_status;
}

int cmd_count(int argc, char **argv) {
    count_settings settings = {0};
    int first_operand, exit_status;
    if (options_read(&syntax, argc, argv, &settings, &first_operand, &exit_status)) {
        exit_status = EXIT_TROUBLE;
        if (settings.engine)
            settings.pattern.engine = (thrum_engine)(settings.engine - 1);
        if ((settings.pattern.caseless || settings.pattern.bytes || settings.engine) && settings.patterns.n == 0)
            options_complain(&syntax, "-i, --bytes and --engine are for the patterns of -e");
        else
            exit_status = count_files(&settings, argv + first_operand, argc - first_operand);
    }
    options_release(&syntax, &settings);
    return exit_status;
}
