/* thrum words: the frequency list, of all files together or of each. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "job.h"
#include "message.h"
#include "pattern_list.h"

typedef struct words_settings {
    common_settings common;
    uint64_t top;
    int token; /* 1 + thrum_token_rule */
    option_list patterns;
    bool ignore_case;
    int letter_case; /* 1 + the index in case_names */
    uint64_t length;
    uint64_t min_length;
    uint64_t max_length;
    uint64_t min_count;
    option_list stopwords;
    int sort; /* 1 + thrum_words_sort */
    bool per_file;
} words_settings;

static const char *const case_names[] = {"fold", "keep", NULL};
enum { CASE_KEEP = 2 };

#define AT(member) offsetof(words_settings, member)
static const option_spec options[] = {
    {"top", 'n', OPTION_NUMBER, "N", "keep the first N rows (0: all)", AT(top), 0, UINT64_MAX, NULL},
    {"token", 0, OPTION_CHOICE, NULL, "what a word is (default: unicode)", AT(token), 0, 0, token_names},
    {"regexp", 'e', OPTION_LIST, "PATTERN", "the words are the matches of PATTERN; may be repeated", AT(patterns), 0, 0,
     NULL},
    {"ignore-case", 'i', OPTION_FLAG, NULL, "PATTERN matches in any case", AT(ignore_case), 0, 0, NULL},
    {"case", 0, OPTION_CHOICE, NULL, "fold: The and the are one word (default)", AT(letter_case), 0, 0, case_names},
    {"length", 0, OPTION_NUMBER, "N", "only words of N characters", AT(length), 1, UINT64_MAX, NULL},
    {"min-length", 0, OPTION_NUMBER, "N", "only words of at least N characters", AT(min_length), 0, UINT64_MAX, NULL},
    {"max-length", 0, OPTION_NUMBER, "N", "only words of at most N characters", AT(max_length), 1, UINT64_MAX, NULL},
    {"min-count", 0, OPTION_NUMBER, "N", "only words that occur at least N times", AT(min_count), 0, UINT64_MAX, NULL},
    {"stopwords", 0, OPTION_LIST, "FILE|en", "leave out the words of FILE, one a line, or those of English",
     AT(stopwords), 0, 0, NULL},
    {"sort", 0, OPTION_CHOICE, NULL, "the order of rows (default: count)", AT(sort), 0, 0, words_sort_names},
    {"per-file", 0, OPTION_FLAG, NULL, "one list for each file, with a column for its name", AT(per_file), 0, 0, NULL},
};
#undef AT

static const command_syntax syntax = {
    .name = "words",
    .operands = "[FILE]...",
    .about = "Lists the words of the files with their frequencies. Without FILE, or where it is -,\n"
             "standard input is read; a directory stands for every file below it.\n",
    .more = "Columns: rank word count per_million cumulative_percent. Words of equal count share the lowest\n"
            "rank and are ordered by their bytes. The last two columns are shares of all words read, those\n"
            "left out of the list among them.\n"
            "In a file of stop words, lines that begin with # are comments.\n"
            "Exit status: 0 done, 2 after any error.\n",
    .options = options,
    .n_options = sizeof options / sizeof *options,
};

static const report_column columns[] = {
    {"file", REPORT_TEXT},
    {"rank", REPORT_NUMBER},
    {"word", REPORT_TEXT},
    {"count", REPORT_NUMBER},
    {"per_million", REPORT_HUNDREDTHS},
    {"cumulative_percent", REPORT_HUNDREDTHS},
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

/* What the lists of a run add up to. */
typedef struct totals {
    uint64_t n_lists;
    uint64_t n_bytes;
    uint64_t n_tokens;
    uint64_t n_types;
    uint64_t n_hapaxes;
} totals;

static thrum_status write_list(report_writer *report, const thrum_words *words, const char *file, thrum_error *error) {
    uint64_t n_tokens = thrum_words_n_tokens(words), n_seen = 0;
    size_t n_rows = thrum_words_n_rows(words);
    thrum_status status = THRUM_OK;
    report_cell cells[N_COLUMNS];
    memset(cells, 0, sizeof cells);
    cells[0] = report_text(file, strlen(file));
    for (size_t i = 0; i < n_rows && status == THRUM_OK; i++) {
        thrum_word word = thrum_words_row(words, i);
        n_seen += word.count;
        cells[1].number = word.rank;
        cells[2] = report_text(word.bytes, word.n_bytes);
        cells[3].number = word.count;
        cells[4].hundredths = report_share(word.count, n_tokens, REPORT_PER_MILLION);
        cells[5].hundredths = report_share(n_seen, n_tokens, REPORT_PERCENT);
        status = report_row(report, cells + (N_COLUMNS - report->columns.n), error);
    }
    return status;
}

static thrum_status count_list(job *work, const thrum_inputs *inputs, const thrum_words_options *counted,
                               report_writer *report, totals *sums, thrum_error *error) {
    thrum_words *words;
    thrum_status status = thrum_words_count(&words, inputs, counted, &work->run, error);
    if (status != THRUM_OK)
        return status;
    sums->n_bytes += thrum_words_n_bytes(words);
    sums->n_tokens += thrum_words_n_tokens(words);
    sums->n_types += thrum_words_n_types(words);
    sums->n_hapaxes += thrum_words_n_hapaxes(words);
    sums->n_lists++;
    progress_erase(&work->progress);
    status = write_list(report, words, thrum_inputs_n(inputs) ? thrum_inputs_path(inputs, 0) : "", error);
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
        if (thrum_inputs_n(one))
            status = count_list(work, one, counted, report, sums, error);
        thrum_inputs_free(one);
    }
    return status;
}

static thrum_status run(job *work, const words_settings *settings, const thrum_words_options *counted,
                        thrum_error *error) {
    report_writer report;
    totals sums = {0};
    size_t n_left_out = settings->per_file ? 0 : 1;
    thrum_status status =
        report_begin(&report, work->output, &work->style, columns + n_left_out, N_COLUMNS - n_left_out, error);
    if (status == THRUM_OK)
        status = settings->per_file ? count_each(work, counted, &report, &sums, error)
                                    : count_list(work, work->inputs, counted, &report, &sums, error);
    if (status == THRUM_OK)
        status = report_end(&report, error);
    report_release(&report);
    work->n_bytes = sums.n_bytes;
    /* Types of several lists do not add up. */
    const job_stat of_one[] = {{"bytes", sums.n_bytes, NULL},
                               {"tokens", sums.n_tokens, NULL},
                               {"types", sums.n_types, NULL},
                               {"hapaxes", sums.n_hapaxes, NULL}};
    const job_stat of_each[] = {
        {"bytes", sums.n_bytes, NULL}, {"tokens", sums.n_tokens, NULL}, {"lists", sums.n_lists, NULL}};
    if (status == THRUM_OK)
        job_stats(work, settings->per_file ? of_each : of_one, settings->per_file ? 3 : 4);
    return status;
}

/* The stop words of every --stopwords together. */
typedef struct stop_list {
    text_lines *files;
    size_t n_files;
    const char **words;
    size_t n;
} stop_list;

static void stop_list_release(stop_list *list) {
    for (size_t i = 0; i < list->n_files; i++)
        text_lines_release(&list->files[i]);
    free(list->files);
    free(list->words);
}

static void take_words(stop_list *list, const text_lines *text) {
    static const char white[] = " \t";
    for (size_t i = 0; i < text->n; i++) {
        char *word = text->lines[i] + strspn(text->lines[i], white);
        size_t n = strlen(word);
        while (n && strchr(white, word[n - 1]))
            n--;
        word[n] = '\0';
        if (n && *word != '#')
            list->words[list->n++] = word;
    }
}

static bool stop_list_init(stop_list *list, const option_list *sources) {
    size_t n_words = 0, n_language;
    memset(list, 0, sizeof *list);
    list->files = calloc(sources->n + 1, sizeof *list->files);
    for (; list->files && list->n_files < sources->n; list->n_files++) {
        text_lines *file = &list->files[list->n_files];
        bool is_language = thrum_stopwords(sources->items[list->n_files], &n_language) != NULL;
        if (!is_language && !text_lines_read(file, sources->items[list->n_files]))
            return false;
        n_words += is_language ? n_language : file->n;
    }
    list->words = calloc(n_words + 1, sizeof *list->words);
    if (!list->files || !list->words) {
        message("out of memory");
        return false;
    }
    for (size_t i = 0; i < sources->n; i++) {
        const char *const *language = thrum_stopwords(sources->items[i], &n_language);
        for (size_t j = 0; language && j < n_language; j++)
            list->words[list->n++] = language[j];
        take_words(list, &list->files[i]);
    }
    return true;
}

/* What does not fit together; NULL when all is well. */
static const char *find_conflict(const words_settings *settings) {
    if (settings->patterns.n && settings->token)
        return "-e and --token exclude each other";
    if (settings->ignore_case && !settings->patterns.n)
        return "-i is for the patterns of -e";
    if (settings->length && (settings->min_length || settings->max_length))
        return "--length excludes --min-length and --max-length";
    return NULL;
}

static int list_words(const words_settings *settings, char *const *paths, int n_paths) {
    static const option_list no_files = {0};
    int exit_status = EXIT_TROUBLE;
    thrum_pattern *pattern = NULL;
    pattern_list texts = {0};
    stop_list stops = {0};
    job work;
    thrum_error error;
    if (settings->patterns.n) {
        const thrum_pattern_options how = {.caseless = settings->ignore_case};
        if (!pattern_list_init(&texts, &settings->patterns, &no_files) || !pattern_list_compile(&texts, &how, &pattern))
            goto out;
    }
    if (!stop_list_init(&stops, &settings->stopwords) || !job_open(&work, &settings->common, paths, n_paths))
        goto out;
    const thrum_words_options counted = {
        .token = pattern           ? THRUM_TOKEN_PATTERN
                 : settings->token ? (thrum_token_rule)(settings->token - 1)
                                   : THRUM_TOKEN_UNICODE,
        .pattern = pattern,
        .keep_case = settings->letter_case == CASE_KEEP,
        .min_chars = settings->length ? settings->length : settings->min_length,
        .max_chars = settings->length ? settings->length : settings->max_length,
        .min_count = settings->min_count,
        .stopwords = stops.words,
        .n_stopwords = stops.n,
        .top = settings->top,
        .sort = settings->sort ? (thrum_words_sort)(settings->sort - 1) : THRUM_WORDS_BY_COUNT,
    };
    thrum_status status = run(&work, settings, &counted, &error);
    exit_status = job_close(&work, status, &error, EXIT_SUCCESS);
out:
    stop_list_release(&stops);
    pattern_list_release(&texts);
    thrum_pattern_free(pattern);
    return exit_status;
}

int cmd_words(int argc, char **argv) {
    words_settings settings = {0};
    int first_operand, exit_status;
    if (options_read(&syntax, argc, argv, &settings, &first_operand, &exit_status)) {
        const char *conflict = find_conflict(&settings);
        exit_status = EXIT_TROUBLE;
        if (conflict)
            options_complain(&syntax, conflict);
        else
            exit_status = list_words(&settings, argv + first_operand, argc - first_operand);
    }
    options_release(&syntax, &settings);
    return exit_status;
}
