#include "frequency_list.h"

#include <string.h>

#include "message.h"
#include "writer.h"

static const report_column columns[] = {
    {"file", REPORT_TEXT},
    {"rank", REPORT_NUMBER},
    {"word", REPORT_TEXT},
    {"count", REPORT_NUMBER},
    {"per_million", REPORT_HUNDREDTHS},
    {"cumulative_percent", REPORT_HUNDREDTHS},
    {"documents", REPORT_NUMBER},
};
enum { N_COLUMNS = sizeof columns / sizeof *columns };

const char *list_conflict(const list_settings *settings, const char *output) {
    if (settings->length && (settings->min_length || settings->max_length))
        return "--length excludes --min-length and --max-length";
    if (settings->max_length && settings->min_length > settings->max_length)
        return "--min-length is above --max-length: no word is both so long and so short";
    if (settings->save && (!*settings->save || strcmp(settings->save, "-") == 0))
        return "--save needs the name of a file";
    if (settings->save && output && strcmp(settings->save, output) == 0)
        return "--save and --output name the same file";
    return NULL;
}

const char *list_stdin_conflict(const list_settings *settings, const char *lemmas, char *const *paths, int n_paths) {
    bool is_input = n_paths == 0;
    size_t n_lists = lemmas && strcmp(lemmas, "-") == 0;
    for (int i = 0; i < n_paths && !is_input; i++)
        is_input = strcmp(paths[i], "-") == 0;
    for (size_t i = 0; i < settings->stopwords.n; i++)
        n_lists += strcmp(settings->stopwords.items[i], "-") == 0;
    return n_lists + is_input > 1 ? "standard input can be read only once: as FILE or for one option" : NULL;
}

void list_options(const list_settings *settings, const stop_list *stops, thrum_words_options *options) {
    options->documents = settings->documents;
    options->min_chars = settings->length ? settings->length : settings->min_length;
    options->max_chars = settings->length ? settings->length : settings->max_length;
    options->min_count = settings->min_count;
    options->stopwords = stops->words;
    options->n_stopwords = stops->n;
    options->top = settings->top;
    options->sort = settings->sort ? (thrum_words_sort)(settings->sort - 1) : THRUM_WORDS_BY_COUNT;
    options->memory_bytes = settings->memory_bytes;
    options->save_path = settings->save;
}

thrum_status list_begin(report_writer *report, const job *work, const list_settings *settings, bool has_file,
                        thrum_error *error) {
    size_t first = has_file ? 0 : 1, last = settings->documents ? N_COLUMNS : N_COLUMNS - 1;
    return report_begin(report, work->output, &work->style, columns + first, last - first, error);
}

/* What a row is made of besides its word. */
typedef struct list_row {
    const report_writer *report;
    const char *file;
    uint64_t n_tokens;
} list_row;

static thrum_status format_row(const void *context, const thrum_word *word, thrum_buffer *buffer) {
    const list_row *row = context;
    const report_columns *shown = &row->report->columns;
    report_cell cells[N_COLUMNS];
    cells[0] = report_text(row->file, strlen(row->file));
    cells[1].number = word->rank;
    cells[2] = report_text(word->bytes, word->n_bytes);
    cells[3].number = word->count;
    cells[4].hundredths = report_share(word->count, row->n_tokens, REPORT_PER_MILLION);
    cells[5].hundredths = report_share(word->cumulative_count, row->n_tokens, REPORT_PERCENT);
    cells[6].number = word->documents;
    row->report->style.format->row(shown, cells + (shown->items - columns), buffer);
    return THRUM_OK;
}

static thrum_status write_rows(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    return report_rendered(context, bytes, n_bytes, error);
}

thrum_status list_write(report_writer *report, thrum_words *words, const char *file, thrum_error *error) {
    const list_row row = {report, file, thrum_words_n_tokens(words)};
    return thrum_words_write_rows(words, format_row, &row, write_rows, report, error);
}

void list_tell_unsaved(job *work, const list_settings *settings, uint64_t n_inputs_failed) {
    if (!settings->save || n_inputs_failed + work->n_lost_inputs == 0)
        return;
    progress_erase(&work->progress);
    message("%s: was not saved, because not all files could be counted", settings->save);
}
