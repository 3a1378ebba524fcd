/* Frequency lists as `words` and `merge` print them: the options that say what is listed, the columns, the rows. */
#ifndef CLI_FREQUENCY_LIST_H
#define CLI_FREQUENCY_LIST_H

#include "job.h"
#include "options.h"
#include "stop_list.h"

typedef struct list_settings {
    uint64_t top;
    uint64_t length;
    uint64_t min_length;
    uint64_t max_length;
    uint64_t min_count;
    option_list stopwords;
    int sort; /* 1 + thrum_words_sort */
    bool documents;
    uint64_t memory_bytes;
    const char *save;
} list_settings;

/* Their rows in the table of a command whose settings have a list_settings at the offset `at`. */
#define LIST_OPTION(at, member) ((at) + offsetof(list_settings, member))
#define LIST_OPTIONS(at)                                                                                                \
    {"top", 'n', OPTION_NUMBER, "N", "keep the first N rows (0: all)", LIST_OPTION(at, top), 0, UINT64_MAX, NULL},      \
        {"length", 0, OPTION_NUMBER, "N", "only words of N characters", LIST_OPTION(at, length), 1, UINT64_MAX, NULL},  \
        {"min-length", 0,   OPTION_NUMBER, "N", "only words of at least N characters", LIST_OPTION(at, min_length), 0,  \
         UINT64_MAX,   NULL},                                                                                           \
        {"max-length", 0,   OPTION_NUMBER, "N", "only words of at most N characters", LIST_OPTION(at, max_length), 1,   \
         UINT64_MAX,   NULL},                                                                                           \
        {"min-count", 0,   OPTION_NUMBER, "N", "only words that occur at least N times", LIST_OPTION(at, min_count), 0, \
         UINT64_MAX,  NULL},                                                                                            \
        {"stopwords",                                                                                                   \
         0,                                                                                                             \
         OPTION_LIST,                                                                                                   \
         "FILE",                                                                                                        \
         "leave out the words of FILE, one a line, or of a language",                                                   \
         LIST_OPTION(at, stopwords),                                                                                    \
         0,                                                                                                             \
         0,                                                                                                             \
         thrum_stopword_languages},                                                                                     \
        {"sort", 0, OPTION_CHOICE,   NULL, "the order of rows (default: count)", LIST_OPTION(at, sort),                 \
         0,      0, words_sort_names},                                                                                  \
        {"documents", 0, OPTION_FLAG, NULL, "add a column: how many files have the word", LIST_OPTION(at, documents),   \
         0,           0, NULL},                                                                                         \
        {"memory",                                                                                                      \
         0,                                                                                                             \
         OPTION_SIZE,                                                                                                   \
         "SIZE",                                                                                                        \
         "of words; more go to $TMPDIR (default: a quarter of the machine's)",                                          \
         LIST_OPTION(at, memory_bytes),                                                                                 \
         1,                                                                                                             \
         UINT64_MAX,                                                                                                    \
         NULL},                                                                                                         \
    {                                                                                                                   \
        "save", 0, OPTION_TEXT, "FILE", "write the counts of all words, for thrum merge", LIST_OPTION(at, save), 0, 0,  \
            NULL                                                                                                        \
    }

/* What does not fit together, where the list goes to `output`, among it; NULL when all is well. */
const char *list_conflict(const list_settings *settings, const char *output);
/* The same where standard input would be read both as an input and for an option; `lemmas` may be NULL. */
const char *list_stdin_conflict(const list_settings *settings, const char *lemmas, char *const *paths, int n_paths);

/* Fills in what the settings say. The stop words are borrowed. */
void list_options(const list_settings *settings, const stop_list *stops, thrum_words_options *options);

/* Begins a report of lists, with a column for the file or not. */
thrum_status list_begin(report_writer *report, const job *work, const list_settings *settings, bool has_file,
                        thrum_error *error);
/* Writes all rows of a list. */
thrum_status list_write(report_writer *report, thrum_words *words, const char *file, thrum_error *error);

/* Tells that nothing was saved, if so: when inputs failed. */
void list_tell_unsaved(job *work, const list_settings *settings, uint64_t n_inputs_failed);

#endif
