/* thrum share: named copies of inputs in shared memory, made, listed and removed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands.h"
#include "job.h"
#include "message.h"

typedef struct share_settings {
    common_settings common;
    bool replace;
    bool raw;
} share_settings;

#define AT(member) offsetof(share_settings, member)
static const option_spec options[] = {
    {"replace", 0, OPTION_FLAG, NULL, "put: take the place of a share of that name", AT(replace), 0, 0, NULL},
    {"raw", 0, OPTION_FLAG, NULL, "put: keep compressed bytes as they are", AT(raw), 0, 0, NULL},
};
#undef AT

static const command_syntax syntax = {
    .name = "share",
    .operands = "put NAME FILE | ls | rm NAME...",
    .about = "put copies FILE (- is standard input) into shared memory, where it stays until rm removes\n"
             "it or the machine goes down; ls lists what is there. Every command reads the copy as\n"
             "shm:NAME, without another copy: many processes use its memory once.\n",
    .more = "NAME has 1 to 64 of A-Z a-z 0-9 . _ - and begins with a letter or a digit. Shares belong to\n"
            "you: other users neither see nor read them. A NAME appears when the copy is complete. What\n"
            "is compressed with gzip, bzip2, xz or zstd is expanded, where 'thrum --version' shows\n"
            "libarchive. put leaves a sixteenth of the machine's memory alone.\n"
            "Columns of ls: name bytes written.\n"
            "Exit status: 0 done, 2 after any error.\n",
    .options = options,
    .n_options = sizeof options / sizeof *options,
};

/* Names are taken with the prefix that paths have, too. */
static const char *name_of(const char *operand) {
    size_t n = sizeof THRUM_SHARE_PREFIX - 1;
    return strncmp(operand, THRUM_SHARE_PREFIX, n) == 0 ? operand + n : operand;
}

static int put(const share_settings *settings, char *const *operands, int n_operands) {
    if (n_operands != 2) {
        options_complain(&syntax, "put takes a NAME and a FILE");
        return EXIT_TROUBLE;
    }
    const thrum_share_options how = {.replace = settings->replace, .raw = settings->raw};
    job work = {.settings = &settings->common};
    thrum_error error;
    progress_init(&work.progress, WHEN_NEVER);
    if (thrum_share_put(name_of(operands[0]), operands[1], &how, &work.n_bytes, &error) != THRUM_OK) {
        bool is_share = strncmp(error.path, THRUM_SHARE_PREFIX, sizeof THRUM_SHARE_PREFIX - 1) == 0;
        message_error_see(&error, error.system_errno == EEXIST                      ? "--replace"
                                  : error.code == THRUM_ERROR_ARGUMENT && !is_share ? "--raw"
                                                                                    : NULL);
        return EXIT_TROUBLE;
    }
    job_stats(&work, (const job_stat[]){{"bytes", work.n_bytes, NULL}}, 1);
    return EXIT_SUCCESS;
}

static thrum_status write_rows(job *work, const thrum_share *shares, size_t n_shares, thrum_error *error) {
    static const report_column columns[] = {{"name", REPORT_TEXT}, {"bytes", REPORT_NUMBER}, {"written", REPORT_TEXT}};
    report_writer report;
    thrum_status status = report_begin(&report, work->output, &work->style, columns, 3, error);
    for (size_t i = 0; i < n_shares && status == THRUM_OK; i++) {
        char written[32] = "";
        time_t seconds = (time_t)shares[i].written_seconds;
        struct tm parts;
        if (gmtime_r(&seconds, &parts))
            strftime(written, sizeof written, "%Y-%m-%dT%H:%M:%SZ", &parts);
        const report_cell cells[] = {report_text(shares[i].name, strlen(shares[i].name)),
                                     {.number = shares[i].n_bytes},
                                     report_text(written, strlen(written))};
        status = report_row(&report, cells, error);
    }
    if (status == THRUM_OK)
        status = report_end(&report, error);
    report_release(&report);
    return status;
}

static int list(const share_settings *settings, char *const *operands, int n_operands) {
    (void)operands;
    if (n_operands != 0) {
        options_complain(&syntax, "ls takes no operands");
        return EXIT_TROUBLE;
    }
    job work;
    thrum_error error;
    thrum_share *shares;
    size_t n_shares;
    /* Without paths the job has standard input, which nobody reads here. */
    if (!job_open(&work, &settings->common, NULL, 0))
        return EXIT_TROUBLE;
    thrum_status status = thrum_share_list(&shares, &n_shares, &error);
    if (status == THRUM_OK)
        status = write_rows(&work, shares, n_shares, &error);
    free(shares);
    return job_close(&work, status, &error, EXIT_SUCCESS);
}

static int forget(const share_settings *settings, char *const *operands, int n_operands) {
    (void)settings;
    if (n_operands == 0) {
        options_complain(&syntax, "rm takes one NAME or more");
        return EXIT_TROUBLE;
    }
    int exit_status = EXIT_SUCCESS;
    for (int i = 0; i < n_operands; i++) {
        thrum_error error;
        if (thrum_share_remove(name_of(operands[i]), &error) != THRUM_OK) {
            message_error(&error);
            exit_status = EXIT_TROUBLE;
        }
    }
    return exit_status;
}

static const struct {
    const char *name;
    int (*run)(const share_settings *settings, char *const *operands, int n_operands);
} verbs[] = {{"put", put}, {"ls", list}, {"rm", forget}};

static int run(const share_settings *settings, char *const *operands, int n_operands) {
    if (n_operands == 0) {
        options_complain(&syntax, "put, ls or rm is needed");
        return EXIT_TROUBLE;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i].name, operands[0]) != 0)
            continue;
        if (verbs[i].run != put && (settings->replace || settings->raw)) {
            options_complain(&syntax, "--replace and --raw belong to put");
            return EXIT_TROUBLE;
        }
        if (verbs[i].run != list && (settings->common.format || settings->common.output)) {
            options_complain(&syntax, "--format and --output belong to ls");
            return EXIT_TROUBLE;
        }
        return verbs[i].run(settings, operands + 1, n_operands - 1);
    }
    message("share: '%s' is not put, ls or rm; see 'thrum share --help'", operands[0]);
    return EXIT_TROUBLE;
}

int cmd_share(int argc, char **argv) {
    share_settings settings = {0};
    int first_operand, exit_status;
    if (options_read(&syntax, argc, argv, &settings, &first_operand, &exit_status))
        exit_status = run(&settings, argv + first_operand, argc - first_operand);
    options_release(&syntax, &settings);
    return exit_status;
}
