/* thrum merge: one frequency list, and one count file, out of many count files. */
#include <stdlib.h>

#include "commands.h"
#include "frequency_list.h"
#include "message.h"

typedef struct merge_settings {
    common_settings common;
    list_settings list;
} merge_settings;

static const option_spec options[] = {LIST_OPTIONS(offsetof(merge_settings, list))};

static const command_syntax syntax = {
    .name = "merge",
    .operands = "[FILE]...",
    .about = "Adds up count files, as 'thrum words --save FILE' writes them, and lists their words with their\n"
             "frequencies. Without FILE, or where it is -, standard input is read; a directory stands for\n"
             "every file below it.\n",
    .more = "Columns: rank word count per_million cumulative_percent, as of thrum words.\n"
            "The files must have been made with the same --token, -e, --case, --normalize, --ngrams, --skip\n"
            "and --lemmas. One that was not, or that is damaged, is left out with a message, and nothing is\n"
            "saved. --documents is for files that were made with it; the number of documents is lost when\n"
            "one of them was not.\n"
            "--save is beside the list: all words go there, those left out of the list too. However many\n"
            "texts were divided, and in whatever order their counts are merged, the file is the same.\n"
            "Exit status: 0 done, 2 after any error.\n",
    .options = options,
    .n_options = sizeof options / sizeof *options,
};

static uint64_t n_bytes_of(const thrum_inputs *inputs) {
    uint64_t n_bytes = 0;
    for (size_t i = 0; i < thrum_inputs_n(inputs); i++)
        n_bytes += thrum_inputs_n_bytes(inputs, i);
    return n_bytes;
}

static thrum_status write_report(job *work, const list_settings *list, thrum_words *words, thrum_error *error) {
    report_writer report = {0};
    thrum_status status = list_begin(&report, work, list, false, error);
    if (status == THRUM_OK)
        status = list_write(&report, words, "", error);
    if (status == THRUM_OK)
        status = report_end(&report, error);
    report_release(&report);
    return status;
}

static thrum_status run(job *work, const list_settings *list, const thrum_words_options *merged, thrum_error *error) {
    thrum_words *words;
    thrum_status status = thrum_words_merge(&words, work->inputs, merged, &work->run, error);
    if (status != THRUM_OK)
        return status;
    list_tell_unsaved(work, list, thrum_words_n_inputs_failed(words));
    status = write_report(work, list, words, error);
    work->n_bytes = n_bytes_of(work->inputs);
    const job_stat stats[] = {{"files", thrum_inputs_n(work->inputs) - thrum_words_n_inputs_failed(words), NULL},
                              {"text_bytes", thrum_words_n_bytes(words), NULL},
                              {"tokens", thrum_words_n_tokens(words), NULL},
                              {"types", thrum_words_n_types(words), NULL},
                              {"hapaxes", thrum_words_n_hapaxes(words), NULL},
                              {"runs_on_disk", thrum_words_n_runs(words), NULL}};
    if (status == THRUM_OK)
        job_stats(work, stats, sizeof stats / sizeof *stats);
    thrum_words_free(words);
    return status;
}

static int merge(const merge_settings *settings, char *const *paths, int n_paths) {
    int exit_status = EXIT_TROUBLE;
    stop_list stops = {0};
    thrum_words_options merged = {0};
    thrum_error error;
    job work;
    if (!stop_list_init(&stops, &settings->list.stopwords) || !job_open(&work, &settings->common, paths, n_paths))
        goto out;
    list_options(&settings->list, &stops, &merged);
    if (work.n_lost_inputs)
        merged.save_path = NULL;
    thrum_status status = run(&work, &settings->list, &merged, &error);
    exit_status = job_close(&work, status, &error, EXIT_SUCCESS);
out:
    stop_list_release(&stops);
    return exit_status;
}

int cmd_merge(int argc, char **argv) {
    merge_settings settings = {0};
    int first_operand, exit_status;
    if (options_read(&syntax, argc, argv, &settings, &first_operand, &exit_status)) {
        char *const *paths = argv + first_operand;
        int n_paths = argc - first_operand;
        const char *conflict = list_conflict(&settings.list, settings.common.output);
        if (!conflict)
            conflict = list_stdin_conflict(&settings.list, NULL, paths, n_paths);
        exit_status = EXIT_TROUBLE;
        if (conflict)
            options_complain(&syntax, conflict);
        else
            exit_status = merge(&settings, paths, n_paths);
    }
    options_release(&syntax, &settings);
    return exit_status;
}
