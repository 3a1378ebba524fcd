/* thrum find: the offsets of a text, the first one of each file, the last one, or all of them. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "byte_text.h"
#include "commands.h"
#include "escape.h"
#include "job.h"
#include "message.h"

enum { EXIT_NOT_FOUND = 1 };

typedef enum find_mode { FIND_FIRST, FIND_LAST, FIND_ALL, FIND_COUNT } find_mode;

typedef enum path_choice { PATH_BY_NUMBER, PATH_ALWAYS, PATH_NEVER } path_choice;

typedef struct find_settings {
    common_settings common;
    int64_t from;
    int64_t to;
    int mode;     /* find_mode */
    int notation; /* byte_notation */
    int path;     /* path_choice */
} find_settings;

#define AT(member) offsetof(find_settings, member)
static const option_spec options[] = {
    {"all", 'a', OPTION_SET, NULL, "print every offset, left to right; occurrences do not overlap", AT(mode), FIND_ALL,
     0, NULL},
    {"last", 0, OPTION_SET, NULL, "print the last offset", AT(mode), FIND_LAST, 0, NULL},
    {"count", 'c', OPTION_SET, NULL, "print the number of those of --all, over all files", AT(mode), FIND_COUNT, 0,
     NULL},
    {"from", 0, OPTION_OFFSET, "N", "search from byte N on; below 0: from the end (default: 0)", AT(from), 0, 0, NULL},
    {"to", 0, OPTION_OFFSET, "N", "search what ends at byte N at the latest (default: the end)", AT(to), 0, 0, NULL},
    {"escape", 0, OPTION_SET, NULL, "in TEXT, \\t \\n \\r \\0 \\\\ \\xHH stand for what they say", AT(notation),
     BYTES_ESCAPED, 0, NULL},
    {"hex", 0, OPTION_SET, NULL, "TEXT is bytes in hexadecimal digits, such as 0d0a", AT(notation), BYTES_HEX, 0, NULL},
    {"with-filename", 'H', OPTION_SET, NULL, "put the path in front (default with several files)", AT(path),
     PATH_ALWAYS, 0, NULL},
    {"no-filename", 'I', OPTION_SET, NULL, "put no path in front", AT(path), PATH_NEVER, 0, NULL},
};
#undef AT

static const command_syntax syntax = {
    .name = "find",
    .operands = "TEXT [FILE]...",
    .about = "Prints where TEXT is, to the byte: the first offset in each file, from 0, one a line. Without\n"
             "FILE, or where it is -, standard input is read; a directory stands for every file below it.\n",
    .more = "TEXT is no pattern and is compared byte by byte: for patterns, see 'thrum match -b'. N may have\n"
            "a suffix K, M, G or T, and what leaves the file is cut, as in Python's find and rfind.\n"
            "With paths a line is path:offset; --count -H prints path:count for each file.\n"
            "Formats: the columns are path offset; those of --count path count, a row for each file.\n"
            "Exit status: 0 found, 1 not found, 2 after any error.\n",
    .options = options,
    .n_options = sizeof options / sizeof *options,
};

typedef struct finding {
    job *work;
    const find_settings *settings;
    const thrum_buffer *text;
    bool with_path;
    bool with_rows;
    report_writer report;
    const char *path;        /* of the present file */
    uint64_t n_bytes_before; /* of the files before it */
    uint64_t n_found;        /* in all */
    thrum_buffer lines;
    thrum_run_options run;
    thrum_error error; /* of the output, or what else ends the run */
} finding;

/* --- output ------------------------------------------------------------------------------------------------------- */

static thrum_status write_number(finding *find, uint64_t number) {
    if (find->with_rows) {
        const report_cell cells[] = {report_text(find->path, strlen(find->path)), {.number = number}};
        return report_row(&find->report, cells, &find->error);
    }
    size_t begin = find->lines.n_bytes;
    if (find->with_path) {
        thrum_buffer_append_text(&find->lines, find->path);
        if (find->work->style.escape)
            escape_tail(&find->lines, begin, ESCAPE_LINE);
        thrum_buffer_append(&find->lines, ":", 1);
    }
    thrum_buffer_append_number(&find->lines, number);
    thrum_buffer_append(&find->lines, "\n", 1);
    return THRUM_OK;
}

static thrum_status write_lines(finding *find) {
    if (find->lines.failed)
        return report_out_of_memory(&find->error);
    thrum_status status = thrum_output_write(find->work->output, find->lines.bytes, find->lines.n_bytes, &find->error);
    thrum_buffer_clear(&find->lines);
    return status;
}

static thrum_status take_all(void *context, const uint64_t *offsets, size_t n) {
    enum { LINES_BYTES = 1 << 16 };
    finding *find = context;
    thrum_status status = THRUM_OK;
    for (size_t i = 0; i < n && status == THRUM_OK; i++) {
        status = write_number(find, offsets[i]);
        if (status == THRUM_OK && find->lines.n_bytes > LINES_BYTES)
            status = write_lines(find);
    }
    return status == THRUM_OK ? write_lines(find) : status;
}

static thrum_status take_first(void *context, const uint64_t *offsets, size_t n) {
    (void)n;
    thrum_status status = take_all(context, offsets, 1);
    return status == THRUM_OK ? THRUM_ERROR_STOPPED : status;
}

/* --- search ------------------------------------------------------------------------------------------------------- */

static void on_progress(void *context, uint64_t n_bytes_done, uint64_t n_bytes_total) {
    finding *find = context;
    progress_show(&find->work->progress, find->n_bytes_before + n_bytes_done, find->n_bytes_before + n_bytes_total);
}

/* A place of Python's, in a file of n_bytes bytes. */
static uint64_t clip(int64_t place, uint64_t n_bytes) {
    uint64_t distance = place < 0 ? -(uint64_t)place : (uint64_t)place;
    if (distance > n_bytes)
        distance = n_bytes;
    return place < 0 ? n_bytes - distance : distance;
}

static thrum_status find_last(finding *find, const thrum_mapping *mapping, uint64_t *n_found) {
    const find_settings *settings = find->settings;
    uint64_t offset =
        thrum_mapping_find_last(mapping, find->text->bytes, find->text->n_bytes, settings->from, settings->to);
    *n_found = offset != THRUM_NOT_FOUND;
    return *n_found ? take_all(find, &offset, 1) : THRUM_OK;
}

static thrum_status find_in(finding *find, const thrum_mapping *mapping) {
    static thrum_status (*const takes[])(void *, const uint64_t *, size_t) = {
        [FIND_FIRST] = take_first, [FIND_ALL] = take_all, [FIND_COUNT] = NULL};
    const find_settings *settings = find->settings;
    uint64_t n_bytes = thrum_mapping_n_bytes(mapping), n_found = 0;
    thrum_error error;
    thrum_status status;
    if (settings->mode == FIND_LAST) {
        status = find_last(find, mapping, &n_found);
    } else {
        status = thrum_find_all(thrum_mapping_bytes(mapping), clip(settings->to, n_bytes), find->text->bytes,
                                find->text->n_bytes, clip(settings->from, n_bytes), &find->run, takes[settings->mode],
                                find, &n_found, &error);
        if (status == THRUM_ERROR_STOPPED)
            status = THRUM_OK;
        else if (status != THRUM_OK && find->error.code == THRUM_OK)
            find->error = error;
    }
    find->n_found += n_found;
    if (status == THRUM_OK && settings->mode == FIND_COUNT && (find->with_path || find->with_rows))
        status = write_number(find, n_found);
    return status;
}

/* Files that fail are told; the status is that of find->error. */
static thrum_status find_in_file(finding *find, size_t input) {
    thrum_mapping *mapping;
    thrum_error error;
    find->path = thrum_inputs_path(find->work->inputs, input);
    if (thrum_mapping_open(&mapping, find->path, THRUM_ACCESS_READ, 0, THRUM_TO_END, &error) != THRUM_OK) {
        job_on_error(find->work, &error);
        return THRUM_OK;
    }
    thrum_status status = find_in(find, mapping);
    if (thrum_mapping_check(mapping, &error) != THRUM_OK)
        job_on_error(find->work, &error);
    find->n_bytes_before += thrum_mapping_n_bytes(mapping);
    thrum_mapping_close(mapping);
    return status;
}

static thrum_status find_in_files(finding *find) {
    size_t n = thrum_inputs_n(find->work->inputs);
    thrum_status status = THRUM_OK;
    for (size_t i = 0; i < n && status == THRUM_OK; i++)
        status = find_in_file(find, i);
    if (status == THRUM_OK && find->settings->mode == FIND_COUNT && !find->with_path && !find->with_rows)
        status = write_number(find, find->n_found);
    return status == THRUM_OK ? write_lines(find) : status;
}

static thrum_status run(finding *find, thrum_error *error) {
    static const report_column columns[] = {{"path", REPORT_TEXT}, {"offset", REPORT_NUMBER}};
    static const report_column counts[] = {{"path", REPORT_TEXT}, {"count", REPORT_NUMBER}};
    job *work = find->work;
    thrum_status status = THRUM_OK;
    if (find->with_rows)
        status = report_begin(&find->report, work->output, &work->style,
                              find->settings->mode == FIND_COUNT ? counts : columns, 2, &find->error);
    if (status == THRUM_OK)
        status = find_in_files(find);
    if (status == THRUM_OK && find->with_rows)
        status = report_end(&find->report, &find->error);
    work->n_bytes = find->n_bytes_before;
    if (status == THRUM_OK)
        job_stats(work, (const job_stat[]){{"found", find->n_found, NULL}, {"bytes", work->n_bytes, NULL}}, 2);
    else
        *error = find->error;
    report_release(&find->report);
    thrum_buffer_release(&find->lines);
    return status;
}

static int find_text(const find_settings *settings, const char *operand, char *const *paths, int n_paths) {
    int exit_status = EXIT_TROUBLE;
    thrum_buffer text = {0};
    job work;
    thrum_error error;
    if (byte_text_read(&text, "TEXT", operand, (byte_notation)settings->notation) &&
        job_open(&work, &settings->common, paths, n_paths)) {
        size_t n_inputs = thrum_inputs_n(work.inputs) + work.n_lost_inputs;
        finding find = {.work = &work,
                        .settings = settings,
                        .text = &text,
                        .with_path = settings->path == PATH_ALWAYS ||
                                     (settings->path == PATH_BY_NUMBER && n_inputs > 1 && settings->mode != FIND_COUNT),
                        .with_rows = settings->common.format != 0,
                        .run = work.run};
        find.run.on_progress = on_progress;
        find.run.context = &find;
        job_streams(&work);
        thrum_status status = run(&find, &error);
        exit_status = job_close(&work, status, &error, find.n_found ? EXIT_SUCCESS : EXIT_NOT_FOUND);
    }
    thrum_buffer_release(&text);
    return exit_status;
}

int cmd_find(int argc, char **argv) {
    find_settings settings = {.to = INT64_MAX};
    int first, exit_status;
    if (options_read(&syntax, argc, argv, &settings, &first, &exit_status)) {
        exit_status = EXIT_TROUBLE;
        if (first == argc)
            options_complain(&syntax, "a TEXT is needed");
        else
            exit_status = find_text(&settings, argv[first], argv + first + 1, argc - first - 1);
    }
    options_release(&syntax, &settings);
    return exit_status;
}
