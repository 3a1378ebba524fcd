/* thrum words: the frequency list, of all files together or of each. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "frequency_list.h"
#include "job.h"
#include "message.h"
#include "pattern_list.h"

typedef struct words_settings {
    common_settings common;
    list_settings list;
    int token; /* 1 + thrum_token_rule */
    option_list patterns;
    bool ignore_case;
    int engine;      /* 1 + thrum_engine */
    int letter_case; /* 1 + the index in case_names */
    bool per_file;
    uint64_t n_gram;
    uint64_t n_skipped;
    const char *lemmas;
    int normal_form; /* 1 + the index in normal_forms */
} words_settings;

static const char *const case_names[] = {"fold", "keep", NULL};
enum { CASE_KEEP = 2 };
/* In the order of thrum_normalization. */
static const char *const normal_forms[] = {"none", "nfc", "nfkc", NULL};

#define AT(member) offsetof(words_settings, member)
static const option_spec options[] = {
    {"token", 0, OPTION_CHOICE, NULL, "what a word is (default: unicode)", AT(token), 0, 0, token_names},
    {"regexp", 'e', OPTION_LIST, "PATTERN", "the words are the matches of PATTERN; may be repeated", AT(patterns), 0, 0,
     NULL},
    {"ignore-case", 'i', OPTION_FLAG, NULL, "PATTERN matches in any case", AT(ignore_case), 0, 0, NULL},
    PATTERN_ENGINE_OPTION(AT),
    {"case", 0, OPTION_CHOICE, NULL, "fold: The and the are one word (default)", AT(letter_case), 0, 0, case_names},
    {"normalize", 0, OPTION_CHOICE, NULL, "Unicode's normal form, given to each word (default: none)", AT(normal_form),
     0, 0, normal_forms},
    {"lemmas", 0, OPTION_TEXT, "FILE", "count for each word its lemma; FILE has lines of form, tab, lemma", AT(lemmas),
     0, 0, NULL},
    {"ngrams", 0, OPTION_NUMBER, "N", "count runs of N words, joined by spaces (default: 1)", AT(n_gram), 1,
     THRUM_N_GRAM_MOST, NULL},
    {"skip", 0, OPTION_NUMBER, "N", "leave out up to N words in all between those of --ngrams", AT(n_skipped), 0,
     THRUM_N_SKIPPED_MOST, NULL},
    {"per-file", 0, OPTION_FLAG, NULL, "one list for each file, with a column for its name", AT(per_file), 0, 0, NULL},
    LIST_OPTIONS(AT(list)),
};
#undef AT

static const command_syntax syntax = {
    .name = "words",
    .operands = "[FILE]...",
    .about = "Lists the words of the files with their frequencies. Without FILE, or where it is -,\n"
             "standard input is read; a directory stands for every file below it.\n",
    .more = "Columns: rank word count per_million cumulative_percent, and what --per-file and --documents add.\n"
            "Words of equal count share the lowest rank and are ordered by their bytes. per_million and\n"
            "cumulative_percent are shares of all words, or n-grams, read: those left out of the list among them.\n"
            "Each word is cut out, normalised, folded, and put for its lemma; then n-grams are made of the words\n"
            "of one file. With --skip 2 they are all choices of N words in their order that leave out up to 2\n"
            "words between the first and the last. Bounds of length and stop words are for each word of an\n"
            "n-gram: one of them that is left out leaves out the n-gram. --documents counts a file that fails\n"
            "on the way for the words counted by then.\n"
            "In files of stop words and of lemmas, lines that begin with # are comments; the first lemma of a\n"
            "form counts. --format uniq prints counts and words as uniq -c does.\n"
            "--save is beside the list: all words go there, those left out of the list too, but nothing when a\n"
            "file failed.\n"
            "Exit status: 0 done, 2 after any error.\n",
    .options = options,
    .n_options = sizeof options / sizeof *options,
};

enum { THREAD_BYTES = 1 << 20 }; /* of one file are worth another thread */

/* What the lists of a run add up to. */
typedef struct totals {
    uint64_t n_lists;
    uint64_t n_bytes;
    uint64_t n_tokens;
    uint64_t n_types;
    uint64_t n_hapaxes;
    uint64_t n_inputs_failed;
    uint64_t n_runs;
} totals;

/* How to count the words of one file: a small one is done before many threads have gathered. */
static thrum_run_options run_for(const job *work, const thrum_inputs *one) {
    thrum_run_options how = work->run;
    uint64_t n_bytes = thrum_inputs_n(one) ? thrum_inputs_n_bytes(one, 0) : 0;
    unsigned n_wished = how.n_threads ? how.n_threads : thrum_n_processors();
    if (n_bytes && n_bytes / THREAD_BYTES < n_wished)
        how.n_threads = 1 + (unsigned)(n_bytes / THREAD_BYTES);
    return how;
}

static thrum_status count_list(job *work, const thrum_inputs *inputs, const thrum_words_options *counted,
                               const thrum_run_options *how, report_writer *report, totals *sums, thrum_error *error) {
    thrum_words *words;
    thrum_status status = thrum_words_count(&words, inputs, counted, how, error);
    if (status != THRUM_OK)
        return status;
    sums->n_bytes += thrum_words_n_bytes(words);
    sums->n_tokens += thrum_words_n_tokens(words);
    sums->n_types += thrum_words_n_types(words);
    sums->n_hapaxes += thrum_words_n_hapaxes(words);
    sums->n_inputs_failed += thrum_words_n_inputs_failed(words);
    sums->n_runs += thrum_words_n_runs(words);
    sums->n_lists++;
    progress_erase(&work->progress);
    status = list_write(report, words, thrum_inputs_n(inputs) ? thrum_inputs_path(inputs, 0) : "", error);
    thrum_words_free(words);
    return status;
}

static thrum_status count_each(job *work, const thrum_words_options *counted, report_writer *report, totals *sums,
                               thrum_error *error) {
    thrum_status status = THRUM_OK;
    for (size_t i = 0; i < thrum_inputs_n(work->inputs) && status == THRUM_OK; i++) {
        thrum_inputs *one;
        status = thrum_inputs_create(&one, error);
        if (status != THRUM_OK)
            break;
        thrum_inputs_add(one, thrum_inputs_path(work->inputs, i), job_on_error, work);
        const thrum_run_options how = run_for(work, one);
        if (thrum_inputs_n(one))
            status = count_list(work, one, counted, &how, report, sums, error);
        thrum_inputs_free(one);
    }
    return status;
}

static thrum_status run(job *work, const words_settings *settings, const thrum_words_options *counted,
                        thrum_error *error) {
    report_writer report;
    totals sums = {0};
    thrum_status status = list_begin(&report, work, &settings->list, settings->per_file, error);
    if (status == THRUM_OK)
        status = settings->per_file ? count_each(work, counted, &report, &sums, error)
                                    : count_list(work, work->inputs, counted, &work->run, &report, &sums, error);
    if (status == THRUM_OK)
        status = report_end(&report, error);
    report_release(&report);
    if (status == THRUM_OK)
        list_tell_unsaved(work, &settings->list, sums.n_inputs_failed);
    work->n_bytes = sums.n_bytes;
    /* Types of several lists do not add up. */
    const job_stat of_one[] = {{"bytes", sums.n_bytes, NULL},
                               {"tokens", sums.n_tokens, NULL},
                               {"types", sums.n_types, NULL},
                               {"hapaxes", sums.n_hapaxes, NULL},
                               {"runs_on_disk", sums.n_runs, NULL}};
    const job_stat of_each[] = {{"bytes", sums.n_bytes, NULL},
                                {"tokens", sums.n_tokens, NULL},
                                {"lists", sums.n_lists, NULL},
                                {"runs_on_disk", sums.n_runs, NULL}};
    if (status == THRUM_OK)
        job_stats(work, settings->per_file ? of_each : of_one, settings->per_file ? 4 : 5);
    return status;
}

/* What does not fit together; NULL when all is well. */
static const char *find_conflict(const words_settings *settings) {
    if (settings->patterns.n && settings->token)
        return "-e and --token exclude each other";
    if ((settings->ignore_case || settings->engine) && !settings->patterns.n)
        return "-i and --engine are for the patterns of -e";
    if (settings->n_skipped && settings->n_gram < 2)
        return "--skip is for --ngrams of two words and more";
    if (settings->per_file && settings->list.save)
        return "--per-file and --save exclude each other: a count file is of all files together";
    if (settings->per_file && settings->list.documents)
        return "--per-file and --documents exclude each other: each list is of one file";
    if (settings->per_file && settings->common.format == 1 + REPORT_UNIQ)
        return "--per-file needs a --format with columns: uniq would not tell the files apart";
    return list_conflict(&settings->list, settings->common.output);
}

static int list_words(const words_settings *settings, char *const *paths, int n_paths) {
    static const option_list no_files = {0};
    int exit_status = EXIT_TROUBLE;
    thrum_pattern *pattern = NULL;
    thrum_lemmas *lemmas = NULL;
    pattern_list texts = {0};
    stop_list stops = {0};
    job work;
    thrum_error error;
    if (settings->patterns.n) {
        const thrum_pattern_options how = {.caseless = settings->ignore_case,
                                           .engine = settings->engine ? (thrum_engine)(settings->engine - 1)
                                                                      : THRUM_ENGINE_AUTO};
        if (!pattern_list_init(&texts, &settings->patterns, &no_files) || !pattern_list_compile(&texts, &how, &pattern))
            goto out;
    }
    if (!stop_list_init(&stops, &settings->list.stopwords))
        goto out;
    thrum_words_options counted = {
        .token = pattern           ? THRUM_TOKEN_PATTERN
                 : settings->token ? (thrum_token_rule)(settings->token - 1)
                                   : THRUM_TOKEN_UNICODE,
        .pattern = pattern,
        .keep_case = settings->letter_case == CASE_KEEP,
        .normalization =
            settings->normal_form ? (thrum_normalization)(settings->normal_form - 1) : THRUM_NORMALIZE_NONE,
        .n_gram = (unsigned)settings->n_gram,
        .n_skipped = (unsigned)settings->n_skipped,
    };
    list_options(&settings->list, &stops, &counted);
    if (settings->lemmas && thrum_lemmas_read(&lemmas, settings->lemmas, &counted, &error) != THRUM_OK) {
        message_error(&error);
        goto out;
    }
    counted.lemmas = lemmas;
    if (!job_open(&work, &settings->common, paths, n_paths))
        goto out;
    if (work.n_lost_inputs)
        counted.save_path = NULL;
    thrum_status status = run(&work, settings, &counted, &error);
    exit_status = job_close(&work, status, &error, EXIT_SUCCESS);
out:
    thrum_lemmas_free(lemmas);
    stop_list_release(&stops);
    pattern_list_release(&texts);
    thrum_pattern_free(pattern);
    return exit_status;
}

int cmd_words(int argc, char **argv) {
    words_settings settings = {0};
    int first_operand, exit_status;
    if (options_read(&syntax, argc, argv, &settings, &first_operand, &exit_status)) {
        char *const *paths = argv + first_operand;
        int n_paths = argc - first_operand;
        const char *conflict = find_conflict(&settings);
        if (!conflict)
            conflict = list_stdin_conflict(&settings.list, settings.lemmas, paths, n_paths);
        exit_status = EXIT_TROUBLE;
        if (conflict)
            options_complain(&syntax, conflict);
        else
            exit_status = list_words(&settings, paths, n_paths);
    }
    options_release(&syntax, &settings);
    return exit_status;
}
