/* thrum iobench: what mapping a file is worth on this machine. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "job.h"
#include "message.h"

typedef struct iobench_settings {
    common_settings common;
    uint64_t n_runs;
    option_list only;
} iobench_settings;

enum { MOST_RUNS = 1000 };

#define AT(member) offsetof(iobench_settings, member)
static const option_spec options[] = {
    {"runs", 0, OPTION_NUMBER, "N", "take the median of N runs (default: 5)", AT(n_runs), 1, MOST_RUNS, NULL},
    {"only", 0, OPTION_LIST, "NAME", "read, find, regex, seek, walk or replace; may be given again", AT(only), 0, 0,
     NULL},
};
#undef AT

#define MEANING                                                                                                        \
    "ratio is a row's time divided by the mapping's: above 1 mapping was faster, below 1 it lost.\n"                   \
    "Times run from opening the file to closing it. All ways gave the same results.\n"                                 \
    "Mapping saves the copy into a buffer and the system calls, starts at any place at once, and\n"                    \
    "lets all processes that map a file share one copy. It pays for a page fault at the first touch\n"                 \
    "of each few pages and for giving the pages back. So it loses where a file is read once, from\n"                   \
    "front to back, in blocks that stay in the processor's cache; where the file is small, or a few\n"                 \
    "bytes of it are wanted once; and where a cold disk answers long requests better than page\n"                      \
    "faults. A file that another program cuts short must not be mapped, and a replacement in place\n"                  \
    "can be seen half done.\n"

static const char meaning[] = "\n" MEANING;

static const command_syntax syntax = {
    .name = "iobench",
    .operands = "FILE",
    .about = "Measures ordinary reading of FILE (shm:NAME is a share) against mapping it, each task in\n"
             "several ways. FILE is only read; some ways hold all of it in memory.\n",
    .more =
        "Tasks:\n"
        "  read      sum up all bytes\n"
        "  find      count the places of ' the '\n"
        "  regex     count the words of five letters, \\b[a-zA-Z]{5}\\b, every byte a character\n"
        "  seek      find the first ' the ' from byte 10,000 on\n"
        "  walk      64 bytes forward, 32 back, to the end of the first 10 MB\n"
        "  replace   ' the ' by ' THE ', of the same length, to the disk: in a copy of at most the\n"
        "            first 64 MiB, in $TMPDIR or /tmp\n"
        "Ways: read (into one buffer, by read; for walk lseek and read; for replace a new file that\n"
        "is renamed), blocks (read, 256 KiB at a time), stdio (fread, getline or fseek), map.\n"
        "cold: the system was made to forget the file before each run; where it does not, there are\n"
        "only warm rows. threads: one, or all (-j).\n"
        "Columns: name state threads method median_ms ratio.\n\n" MEANING "\nExit status: 0 done, 2 after any error.\n",
    .options = options,
    .n_options = sizeof options / sizeof *options,
};

static const report_column columns[] = {{"name", REPORT_TEXT},
                                        {"state", REPORT_TEXT},
                                        {"threads", REPORT_NUMBER},
                                        {"method", REPORT_TEXT},
                                        {"median_ms", REPORT_THOUSANDTHS},
                                        {"ratio", REPORT_HUNDREDTHS}};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

static report_cell text_cell(const char *text) {
    return report_text(text, strlen(text));
}

static thrum_status write_row(void *context, const thrum_iobench_row *row, thrum_error *error) {
    const report_cell cells[N_COLUMNS] = {text_cell(row->name),
                                          text_cell(row->state),
                                          {.number = row->n_threads},
                                          text_cell(row->method),
                                          {.thousandths = (int64_t)(row->median_seconds * 1e6 + 0.5)},
                                          {.hundredths = (int64_t)(row->ratio * 100 + 0.5)}};
    return report_row(context, cells, error);
}

static thrum_status measure(const iobench_settings *settings, const char *path, job *work, thrum_error *error) {
    const thrum_iobench_options how = {.n_runs = (unsigned)settings->n_runs,
                                       .n_threads = (unsigned)settings->common.n_threads,
                                       .only = settings->only.items,
                                       .n_only = settings->only.n};
    report_writer report;
    thrum_iobench_totals totals = {0};
    thrum_status status = report_begin(&report, work->output, &work->style, columns, N_COLUMNS, error);
    if (status == THRUM_OK)
        status = thrum_iobench_run(path, &how, write_row, &report, &totals, error);
    if (status == THRUM_OK)
        status = report_end(&report, error);
    report_release(&report);
    if (status == THRUM_OK && work->style.escape && work->style.format == &report_formats[REPORT_TABLE])
        status = thrum_output_write(work->output, meaning, sizeof meaning - 1, error);
    if (status == THRUM_OK && totals.n_bytes_kept > 0)
        message("%s: asked to forget the file, the system kept %" PRIu64 " of its %" PRIu64
                " bytes in memory; so there are no cold rows",
                path, totals.n_bytes_kept, totals.n_bytes);
    return status;
}

static bool check_names(const option_list *names) {
    for (size_t i = 0; i < names->n; i++)
        if (!thrum_iobench_about(names->items[i])) {
            message("--only: '%s' is not one of read, find, regex, seek, walk, replace", names->items[i]);
            return false;
        }
    return true;
}

static int run(const iobench_settings *settings, char *const *operands, int n_operands) {
    job work;
    thrum_error error;
    if (n_operands != 1) {
        options_complain(&syntax, "one FILE is needed");
        return EXIT_TROUBLE;
    }
    /* Without paths the job has standard input, which nobody reads here. */
    if (!check_names(&settings->only) || !job_open(&work, &settings->common, NULL, 0))
        return EXIT_TROUBLE;
    thrum_status status = measure(settings, operands[0], &work, &error);
    return job_close(&work, status, &error, EXIT_SUCCESS);
}

int cmd_iobench(int argc, char **argv) {
    iobench_settings settings = {0};
    int first_operand, exit_status;
    if (options_read(&syntax, argc, argv, &settings, &first_operand, &exit_status))
        exit_status = run(&settings, argv + first_operand, argc - first_operand);
    options_release(&syntax, &settings);
    return exit_status;
}
