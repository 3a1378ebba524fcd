/* The rows of a list, given one by one or written by all threads. */
#include <stdatomic.h>
#include <stdlib.h>

#include "base/error.h"
#include "run/parallel.h"
#include "run/word_list_inside.h"

enum { STREAM_TEXT_BYTES = 1 << 16 };

/* --- one by one -------------------------------------------------------------------------------------------------- */

/* Goes on to the next row of a block; `word` is the one before it, or says what comes before the block. */
static void step(thrum_word *word, const thrum_words *words, const word_row *row) {
    bool same_count = row->count == word->count;
    *word = (thrum_word){.bytes = row->bytes,
                         .n_bytes = row->n_bytes,
                         .count = row->count,
                         .documents = word_list_documents_of(words, row),
                         .rank = same_count ? word->rank : count_ranks_find(&words->blocks.ranks, row->count),
                         .cumulative_count = word->cumulative_count + row->count};
}

static thrum_word before_block(const word_block *block) {
    return (thrum_word){.cumulative_count = block->n_tokens_before};
}

static thrum_status next_in_block(thrum_words *words, thrum_error *error) {
    word_block *block = &words->block;
    if (words->n_given == block->n_rows_before + block->n_rows) {
        if (!word_block_read(block, &words->blocks, word_blocks_find(&words->blocks, words->n_given)))
            return error_memory(error);
        words->word = before_block(block);
    }
    step(&words->word, words, &block->rows[words->n_given - block->n_rows_before]);
    return THRUM_OK;
}

static thrum_status next_in_stream(thrum_words *words, bool *found, thrum_error *error) {
    word_record record;
    thrum_word *word = &words->word;
    thrum_status status = words->stream.next(words->stream.context, &record, found, error);
    if (status != THRUM_OK || !*found)
        return status;
    bool same_count = words->n_given > 0 && record.count == word->count;
    *word = (thrum_word){.bytes = record.bytes,
                         .n_bytes = record.n_bytes,
                         .count = record.count,
                         .documents = words->documents ? record.documents : 0,
                         .rank = same_count                           ? word->rank
                                 : words->sort == THRUM_WORDS_BY_WORD ? count_ranks_find(&words->ranks, record.count)
                                                                      : words->n_given + 1,
                         .cumulative_count = word->cumulative_count + record.count};
    return THRUM_OK;
}

thrum_status thrum_words_next(thrum_words *words, const thrum_word **word, thrum_error *error) {
    bool found = true;
    *word = NULL;
    if (words->n_given == words->n_rows)
        return THRUM_OK;
    thrum_status status = words->stream.next ? next_in_stream(words, &found, error) : next_in_block(words, error);
    if (status != THRUM_OK || !found)
        return status;
    words->n_given++;
    *word = &words->word;
    return THRUM_OK;
}

/* --- by all threads ---------------------------------------------------------------------------------------------- */

typedef struct writing {
    thrum_words *words;
    thrum_words_format *format;
    const void *format_context;
    thrum_words_write *write;
    void *write_context;
    size_t next_block;
    atomic_bool stopped;
    thrum_status status; /* the first failure */
    thrum_error *error;
} writing;

/* A block on its way; or, of a stream, so many rows. */
typedef struct writing_unit {
    size_t block_number;
    word_block block;
    thrum_buffer text;
    thrum_status status;
    thrum_error error;
} writing_unit;

static thrum_status format_row(const writing *w, const thrum_word *word, thrum_buffer *text, thrum_error *error) {
    thrum_status status = w->format(w->format_context, word, text);
    if (status == THRUM_OK && text->failed)
        status = THRUM_ERROR_MEMORY;
    if (status == THRUM_OK)
        return status;
    return status == THRUM_ERROR_MEMORY ? error_memory(error)
                                        : error_set(error, status, NULL, "a row could not be formatted");
}

static bool claim_block(void *context, void *unit) {
    writing *w = context;
    writing_unit *u = unit;
    if (atomic_load(&w->stopped) || w->next_block >= w->words->blocks.n_blocks)
        return false;
    u->block_number = w->next_block++;
    return true;
}

static void format_block(void *context, void *unit, unsigned thread) {
    const writing *w = context;
    writing_unit *u = unit;
    word_block *block = &u->block;
    (void)thread;
    thrum_buffer_clear(&u->text);
    u->status = word_block_read(block, &w->words->blocks, u->block_number) ? THRUM_OK : error_memory(&u->error);
    if (u->status != THRUM_OK)
        return;
    thrum_word word = before_block(block);
    for (size_t i = 0; i < block->n_rows && u->status == THRUM_OK; i++) {
        step(&word, w->words, &block->rows[i]);
        if (block->n_rows_before + i >= w->words->n_given)
            u->status = format_row(w, &word, &u->text, &u->error);
    }
}

static void write_block(void *context, void *unit) {
    writing *w = context;
    writing_unit *u = unit;
    if (w->status != THRUM_OK)
        return;
    if (u->status == THRUM_OK && u->text.n_bytes > 0)
        u->status = w->write(w->write_context, u->text.bytes, u->text.n_bytes, &u->error);
    if (u->status == THRUM_OK)
        return;
    w->status = u->status;
    if (w->error)
        *w->error = u->error;
    atomic_store(&w->stopped, true);
}

static void release_unit(void *unit) {
    writing_unit *u = unit;
    word_block_release(&u->block);
    thrum_buffer_release(&u->text);
}

static thrum_status write_blocks(writing *w, thrum_error *error) {
    const thrum_words *words = w->words;
    const pipeline line = {.context = w,
                           .claim = claim_block,
                           .scan = format_block,
                           .retire = write_block,
                           .release = release_unit,
                           .unit_bytes = sizeof(writing_unit)};
    if (words->n_given == words->n_rows)
        return THRUM_OK;
    w->next_block = word_blocks_find(&words->blocks, words->n_given);
    size_t n_left = words->blocks.n_blocks - w->next_block;
    thrum_status status = pipeline_run(&line, n_left < words->n_threads ? (unsigned)n_left : words->n_threads, error);
    return status == THRUM_OK ? w->status : status;
}

static thrum_status write_stream(writing *w, thrum_error *error) {
    thrum_buffer text = {0};
    const thrum_word *word;
    thrum_status status;
    while ((status = thrum_words_next(w->words, &word, error)) == THRUM_OK && word) {
        status = format_row(w, word, &text, error);
        if (status == THRUM_OK && text.n_bytes >= STREAM_TEXT_BYTES) {
            status = w->write(w->write_context, text.bytes, text.n_bytes, error);
            thrum_buffer_clear(&text);
        }
        if (status != THRUM_OK)
            break;
    }
    if (status == THRUM_OK && text.n_bytes > 0)
        status = w->write(w->write_context, text.bytes, text.n_bytes, error);
    thrum_buffer_release(&text);
    return status;
}

thrum_status thrum_words_write_rows(thrum_words *words, thrum_words_format *format, const void *format_context,
                                    thrum_words_write *write, void *write_context, thrum_error *error) {
    writing w = {.words = words,
                 .format = format,
                 .format_context = format_context,
                 .write = write,
                 .write_context = write_context,
                 .error = error};
    if (words->stream.next)
        return write_stream(&w, error);
    thrum_status status = write_blocks(&w, error);
    words->n_given = words->n_rows;
    return status;
}

/* --- figures ----------------------------------------------------------------------------------------------------- */

uint64_t thrum_words_n_rows(const thrum_words *words) {
    return words->n_rows;
}

uint64_t thrum_words_n_tokens(const thrum_words *words) {
    return words->n_tokens;
}

uint64_t thrum_words_n_types(const thrum_words *words) {
    return words->n_types;
}

uint64_t thrum_words_n_hapaxes(const thrum_words *words) {
    return words->n_hapaxes;
}

uint64_t thrum_words_n_bytes(const thrum_words *words) {
    return words->n_bytes;
}

uint64_t thrum_words_n_inputs_failed(const thrum_words *words) {
    return words->n_inputs_failed;
}

uint64_t thrum_words_n_runs(const thrum_words *words) {
    return words->n_runs;
}

void thrum_words_free(thrum_words *words) {
    if (!words)
        return;
    for (size_t i = 0; i < words->n_parts && words->documents_of_parts; i++)
        word_table_free(words->documents_of_parts[i]);
    if (words->stream.close)
        words->stream.close(words->stream.context);
    free(words->documents_of_parts);
    word_block_release(&words->block);
    word_blocks_release(&words->blocks);
    count_ranks_release(&words->ranks);
    free(words);
}
