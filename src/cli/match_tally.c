/* The views that count matches by what they are: how often each distinct match occurs, or each pattern matched. */
#include <stdlib.h>
#include <string.h>

#include "match_view.h"
#include "writer.h"

/* A row of a tally. */
typedef struct tally_row {
    const void *bytes;
    size_t n_bytes;
    uint64_t count;
    size_t index; /* in the order given */
} tally_row;

/* Hands out the next row; false after the last one, or after a failure. */
typedef bool tally_next(void *rows, tally_row *row, thrum_status *status, thrum_error *error);

static thrum_status write_tally(const job *work, const char *name, tally_next *next, void *rows, uint64_t n_matches,
                                thrum_error *error) {
    const report_column columns[] = {{"count", REPORT_NUMBER}, {"percent", REPORT_HUNDREDTHS}, {name, REPORT_TEXT}};
    report_writer report = {0};
    thrum_status status = report_begin(&report, work->output, &work->style, columns, 3, error);
    for (tally_row row; status == THRUM_OK && next(rows, &row, &status, error);) {
        report_cell cells[] = {{.number = row.count},
                               {.hundredths = report_share(row.count, n_matches, REPORT_PERCENT)},
                               report_text(row.bytes, row.n_bytes)};
        status = report_row(&report, cells, error);
    }
    if (status == THRUM_OK)
        status = report_end(&report, error);
    report_release(&report);
    return status;
}

/* --- by match ----------------------------------------------------------------------------------------------------- */

static bool next_match(void *rows, tally_row *row, thrum_status *status, thrum_error *error) {
    const thrum_word *word;
    *status = thrum_words_next(rows, &word, error);
    if (*status != THRUM_OK || !word)
        return false;
    *row = (tally_row){word->bytes, word->n_bytes, word->count, 0};
    return true;
}

static thrum_status tally_matches(matching *match, thrum_error *error) {
    job *work = match->work;
    const match_settings *settings = match->settings;
    const thrum_words_options how = {.token = THRUM_TOKEN_PATTERN,
                                     .pattern = match->pattern,
                                     .by_line = settings->pattern.by_line,
                                     .max_matches = settings->max_matches,
                                     .keep_case = true,
                                     .top = settings->top,
                                     .sort = settings->sort ? (thrum_words_sort)(settings->sort - 1)
                                                            : THRUM_WORDS_BY_COUNT};
    thrum_words *words;
    thrum_status status = thrum_words_count(&words, work->inputs, &how, &work->run, error);
    if (status != THRUM_OK)
        return status;
    progress_erase(&work->progress);
    uint64_t n_matches = thrum_words_n_tokens(words);
    match->found = n_matches > 0;
    work->n_bytes = thrum_words_n_bytes(words);
    matching_note(match, "bytes", work->n_bytes, NULL);
    matching_note(match, "matches", n_matches, NULL);
    matching_note(match, "distinct", thrum_words_n_types(words), NULL);
    matching_note_way(match);
    status = write_tally(work, "match", next_match, words, n_matches, error);
    thrum_words_free(words);
    return status;
}

/* --- by pattern --------------------------------------------------------------------------------------------------- */

/* What a worker appends is a count for each pattern. */
static thrum_status count_pattern(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    const pattern_list *texts = context;
    if (buffer->n_bytes == 0) {
        size_t n_bytes = texts->n * sizeof(uint64_t);
        uint8_t *counts = thrum_buffer_reserve(buffer, n_bytes);
        if (!counts)
            return THRUM_ERROR_MEMORY;
        memset(counts, 0, n_bytes);
        buffer->n_bytes = n_bytes;
    }
    ((uint64_t *)(void *)buffer->bytes)[match->pattern]++;
    return THRUM_OK;
}

static thrum_status add_counts(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    tally_row *rows = context;
    (void)error;
    for (size_t i = 0; i < n_bytes / sizeof(uint64_t); i++)
        rows[i].count += ((const uint64_t *)(const void *)bytes)[i];
    return THRUM_OK;
}

static int compare_index(const tally_row *a, const tally_row *b) {
    return (a->index > b->index) - (a->index < b->index);
}

static int compare_count(const void *a_, const void *b_) {
    const tally_row *a = a_, *b = b_;
    return a->count != b->count ? (a->count < b->count ? 1 : -1) : compare_index(a, b);
}

static int compare_text(const void *a_, const void *b_) {
    const tally_row *a = a_, *b = b_;
    int order = memcmp(a->bytes, b->bytes, a->n_bytes < b->n_bytes ? a->n_bytes : b->n_bytes);
    if (order != 0 || a->n_bytes == b->n_bytes)
        return order != 0 ? order : compare_index(a, b);
    return a->n_bytes < b->n_bytes ? -1 : 1;
}

typedef struct tally_rows {
    const tally_row *next, *end;
} tally_rows;

static bool next_row(void *rows_, tally_row *row, thrum_status *status, thrum_error *error) {
    tally_rows *rows = rows_;
    (void)status, (void)error;
    if (rows->next == rows->end)
        return false;
    *row = *rows->next++;
    return true;
}

static thrum_status tally_patterns(matching *match, thrum_error *error) {
    const match_settings *settings = match->settings;
    const pattern_list *texts = match->texts;
    tally_row *rows = calloc(texts->n, sizeof *rows);
    if (!rows)
        return report_out_of_memory(error);
    for (size_t i = 0; i < texts->n; i++)
        rows[i] = (tally_row){texts->texts[i], texts->n_bytes[i], 0, i};
    thrum_match_options how = match_options(settings);
    how.format = count_pattern;
    how.format_context = texts;
    how.write = add_counts;
    how.write_context = rows;
    thrum_status status = matching_run(match, &how, error);
    if (status == THRUM_OK) {
        bool by_text = settings->sort == 1 + THRUM_WORDS_BY_WORD;
        qsort(rows, texts->n, sizeof *rows, by_text ? compare_text : compare_count);
        size_t n_rows = settings->top && settings->top < texts->n ? (size_t)settings->top : texts->n;
        tally_rows listed = {rows, rows + n_rows};
        status = write_tally(match->work, "pattern", next_row, &listed, match->totals.n_matches, error);
    }
    free(rows);
    return status;
}

thrum_status match_view_tally(matching *match, thrum_error *error) {
    return match->settings->tally_by == TALLY_BY_PATTERN ? tally_patterns(match, error) : tally_matches(match, error);
}
