/* Runs of many threads in one file.
 *
 * The file consists of blocks of one size. A thread that needs a block takes the next at the end of the file, by one
 * atomic addition, so that the blocks of several runs lie between each other, and nobody waits:
 *
 *      | run 1 | run 2 | run 1 | run 3 | run 2 |       each begins with the place of its run's next block
 *
 * A record in a run shares the bytes with which it begins with the one before it (front coding), which in sorted words
 * halves their bytes or better at next to no cost. Numbers are written seven bits a byte, lowest first:
 *
 *      2 * n_shared + has_document | n_rest | rest of the word | count | documents | document, if it has one
 *
 * A merge round writes a file of its own, so the old file's space is free after it. */
#include "count/word_spill.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "map/system.h"
#include "thrum/buffer.h"

enum {
    BLOCK_MIN_BYTES = 4 << 10,
    BLOCK_MAX_BYTES = 256 << 10,
    BLOCKS_OF_MEMORY = 1024, /* a block is about this part of the memory */
    MOST_OPEN = 4096,        /* runs or files of a merge round */
    NUMBER_MAX_BYTES = 10,
    ROWS_TO_TRIM = 1 << 15, /* so many are worth being given back to the system */
    NO_FILE = -1
};

typedef struct block_header {
    uint64_t next; /* where the run's next block lies */
} block_header;

/* One run, and while it is written or read, its block. */
struct word_run {
    word_run *older; /* in the spill's list */
    word_spill *spill;
    uint64_t first_block;
    uint64_t n_records, n_tokens;
    uint64_t block; /* the one in `bytes` */
    uint8_t *bytes;
    size_t at, end;    /* in the block */
    uint64_t n_left;   /* records to be read */
    thrum_buffer word; /* of the last record */
};

struct word_spill {
    uint64_t memory_bytes;
    size_t block_bytes;
    atomic_int descriptor; /* NO_FILE before the first run */
    atomic_uint_fast64_t n_bytes;
    _Atomic(word_run *) newest;
    atomic_uint_fast64_t n_runs, n_tokens;
};

/* --- the file ---------------------------------------------------------------------------------------------------- */

word_spill *word_spill_create(uint64_t memory_bytes) {
    word_spill *spill = memory_own(1, sizeof *spill);
    if (!spill)
        return NULL;
    spill->memory_bytes = memory_bytes;
    spill->block_bytes = BLOCK_MIN_BYTES;
    while (spill->block_bytes < BLOCK_MAX_BYTES && spill->block_bytes < memory_bytes / BLOCKS_OF_MEMORY)
        spill->block_bytes *= 2;
    atomic_init(&spill->descriptor, NO_FILE);
    atomic_init(&spill->n_bytes, 0);
    atomic_init(&spill->newest, NULL);
    atomic_init(&spill->n_runs, 0);
    atomic_init(&spill->n_tokens, 0);
    return spill;
}

void word_spill_free(word_spill *spill) {
    if (!spill)
        return;
    for (word_run *run = atomic_load(&spill->newest); run;) {
        word_run *older = run->older;
        word_run_drop(run);
        run = older;
    }
    if (atomic_load(&spill->descriptor) != NO_FILE)
        (void)system_close(atomic_load(&spill->descriptor));
    free(spill);
}

static thrum_status file_failed(int failure, thrum_error *error) {
    return error_system(error, failure, system_temporary_folder(),
                        "cannot use a temporary file in $TMPDIR for words that memory does not hold");
}

/* Of threads that come first at the same time, one file wins. */
static thrum_status open_file(word_spill *spill, thrum_error *error) {
    int none = NO_FILE, made;
    if (atomic_load(&spill->descriptor) != NO_FILE)
        return THRUM_OK;
    int failure = system_create_unnamed(&made, system_temporary_folder());
    if (failure)
        return file_failed(failure, error);
    if (!atomic_compare_exchange_strong(&spill->descriptor, &none, made))
        (void)system_close(made);
    return THRUM_OK;
}

static uint64_t take_block(word_spill *spill) {
    return atomic_fetch_add(&spill->n_bytes, spill->block_bytes);
}

uint64_t word_spill_n_runs(const word_spill *spill) {
    return atomic_load(&spill->n_runs);
}

uint64_t word_spill_n_tokens(const word_spill *spill) {
    return atomic_load(&spill->n_tokens);
}

size_t word_spill_fan_in(uint64_t memory_bytes, uint64_t n_bytes) {
    uint64_t n = memory_bytes / 2 / n_bytes;
    return n < 2 ? 2 : n > MOST_OPEN ? MOST_OPEN : (size_t)n;
}

/* --- writing ----------------------------------------------------------------------------------------------------- */

thrum_status word_run_begin(word_run **run, word_spill *spill, thrum_error *error) {
    *run = NULL;
    thrum_status status = open_file(spill, error);
    if (status != THRUM_OK)
        return status;
    word_run *made = memory_own(1, sizeof *made);
    if (made)
        made->bytes = malloc(spill->block_bytes);
    if (!made || !made->bytes) {
        word_run_drop(made);
        return error_memory(error);
    }
    made->spill = spill;
    made->first_block = made->block = take_block(spill);
    made->at = sizeof(block_header);
    *run = made;
    return THRUM_OK;
}

static thrum_status write_block(word_run *run, uint64_t next, thrum_error *error) {
    const block_header header = {next};
    memcpy(run->bytes, &header, sizeof header);
    int failure = system_write_at(atomic_load(&run->spill->descriptor), run->block, run->bytes, run->at);
    run->block = next;
    run->at = sizeof header;
    return failure ? file_failed(failure, error) : THRUM_OK;
}

static thrum_status put_bytes(word_run *run, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    while (n_bytes > 0) {
        size_t n_free = run->spill->block_bytes - run->at;
        size_t n = n_bytes < n_free ? n_bytes : n_free;
        memcpy(run->bytes + run->at, bytes, n);
        run->at += n;
        bytes += n;
        n_bytes -= n;
        if (n_bytes > 0) {
            thrum_status status = write_block(run, take_block(run->spill), error);
            if (status != THRUM_OK)
                return status;
        }
    }
    return THRUM_OK;
}

static size_t n_shared_bytes(const thrum_buffer *before, const word_record *record) {
    size_t n = before->n_bytes < record->n_bytes ? before->n_bytes : record->n_bytes;
    size_t i = 0;
    while (i < n && before->bytes[i] == record->bytes[i])
        i++;
    return i;
}

/* Makes `rest` the end of a word of which the first n_shared bytes stand already; NULL without memory. */
static uint8_t *rest_of_word(thrum_buffer *word, size_t n_shared, size_t n_rest) {
    word->n_bytes = n_shared;
    uint8_t *tail = thrum_buffer_reserve(word, n_rest + 1);
    if (tail)
        word->n_bytes += n_rest;
    return tail;
}

thrum_status word_run_add(word_run *run, const word_record *record, thrum_error *error) {
    uint8_t head[2 * NUMBER_MAX_BYTES], tail[3 * NUMBER_MAX_BYTES];
    size_t n_shared = n_shared_bytes(&run->word, record), n_rest = record->n_bytes - n_shared;
    bool has_document = record->document != WORD_NO_DOCUMENT;
    uint8_t *kept = rest_of_word(&run->word, n_shared, n_rest);
    if (!kept)
        return error_memory(error);
    if (n_rest)
        memcpy(kept, record->bytes + n_shared, n_rest);

    uint8_t *head_end = number_write(number_write(head, (uint64_t)n_shared << 1 | has_document), n_rest);
    uint8_t *tail_end = number_write(number_write(tail, record->count), record->documents);
    if (has_document)
        tail_end = number_write(tail_end, record->document);
    thrum_status status = put_bytes(run, head, (size_t)(head_end - head), error);
    if (status == THRUM_OK)
        status = put_bytes(run, kept, n_rest, error);
    if (status == THRUM_OK)
        status = put_bytes(run, tail, (size_t)(tail_end - tail), error);
    run->n_records++;
    run->n_tokens += record->count;
    return status;
}

static void release_block(word_run *run) {
    free(run->bytes);
    run->bytes = NULL;
    thrum_buffer_release(&run->word);
}

thrum_status word_run_end(word_run *run, thrum_error *error) {
    word_spill *spill = run->spill;
    thrum_status status = write_block(run, 0, error);
    if (status != THRUM_OK) {
        word_run_drop(run);
        return status;
    }
    release_block(run);
    atomic_fetch_add(&spill->n_runs, 1);
    atomic_fetch_add(&spill->n_tokens, run->n_tokens);
    run->older = atomic_load(&spill->newest);
    while (!atomic_compare_exchange_weak(&spill->newest, &run->older, run)) {
    }
    return THRUM_OK;
}

void word_run_drop(word_run *run) {
    if (!run)
        return;
    release_block(run);
    free(run);
}

static thrum_status add_all(word_run *run, const word_source *source, thrum_error *error) {
    word_record record;
    bool found = true;
    thrum_status status = THRUM_OK;
    while (status == THRUM_OK) {
        status = source->next(source->context, &record, &found, error);
        if (status != THRUM_OK || !found)
            break;
        status = word_run_add(run, &record, error);
    }
    return status;
}

thrum_status word_spill_take(word_spill *spill, word_source source, thrum_error *error) {
    word_run *run;
    thrum_status status = word_run_begin(&run, spill, error);
    if (status == THRUM_OK)
        status = add_all(run, &source, error);
    source.close(source.context);
    if (status == THRUM_OK)
        return word_run_end(run, error);
    word_run_drop(run);
    return status;
}

/* Rows in the order of their words; a word of a bounded table may have several. */
static thrum_status write_rows(word_spill *spill, const word_row *rows, size_t n_rows, const word_table *documents,
                               uint64_t document, thrum_error *error) {
    word_run *run;
    thrum_status status = word_run_begin(&run, spill, error);
    if (status != THRUM_OK)
        return status;
    for (size_t i = 0; i < n_rows && status == THRUM_OK;) {
        const word_row *row = &rows[i];
        uint64_t n_documents = documents ? word_table_find(documents, row->bytes, row->n_bytes) : 1;
        word_record record = {row->bytes, row->n_bytes, 0, n_documents, document};
        for (; i < n_rows && word_row_compare_word(&rows[i], row) == 0; i++)
            record.count += rows[i].count;
        status = word_run_add(run, &record, error);
    }
    if (status == THRUM_OK)
        return word_run_end(run, error);
    word_run_drop(run);
    return status;
}

thrum_status word_spill_write(word_spill *spill, word_table *counts, word_table *documents, uint64_t document,
                              thrum_error *error) {
    thrum_status status = THRUM_OK;
    size_t n_rows = (size_t)word_table_n_types(counts);
    if (n_rows > 0) {
        word_row *rows = memory_own(n_rows, sizeof *rows);
        if (!rows)
            return error_memory(error);
        word_table_rows(counts, rows);
        word_rows_sort(rows, n_rows, THRUM_WORDS_BY_WORD);
        status = write_rows(spill, rows, n_rows, documents, document, error);
        free(rows);
        if (n_rows >= ROWS_TO_TRIM)
            system_trim_memory();
    }
    if (status == THRUM_OK) {
        word_table_clear(counts);
        if (documents)
            word_table_clear(documents);
    }
    return status;
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

static thrum_status read_block(word_run *run, uint64_t block, thrum_error *error) {
    block_header header;
    size_t n_read = 0;
    int failure =
        system_read_at(atomic_load(&run->spill->descriptor), block, run->bytes, run->spill->block_bytes, &n_read);
    if (!failure && n_read < sizeof header)
        return error_set(error, THRUM_ERROR_CHANGED, system_temporary_folder(), "a temporary file lost its end");
    if (failure)
        return file_failed(failure, error);
    memcpy(&header, run->bytes, sizeof header);
    run->block = header.next;
    run->at = sizeof header;
    run->end = n_read;
    return THRUM_OK;
}

static inline thrum_status need_byte(word_run *run, thrum_error *error) {
    return run->at < run->end ? THRUM_OK : read_block(run, run->block, error);
}

static thrum_status get_number(word_run *run, uint64_t *number, thrum_error *error) {
    *number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        thrum_status status = need_byte(run, error);
        if (status != THRUM_OK)
            return status;
        uint8_t byte = run->bytes[run->at++];
        *number |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            break;
    }
    return THRUM_OK;
}

static thrum_status get_bytes(word_run *run, uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    while (n_bytes > 0) {
        thrum_status status = need_byte(run, error);
        if (status != THRUM_OK)
            return status;
        size_t n = run->end - run->at < n_bytes ? run->end - run->at : n_bytes;
        memcpy(bytes, run->bytes + run->at, n);
        run->at += n;
        bytes += n;
        n_bytes -= n;
    }
    return THRUM_OK;
}

static thrum_status run_next(void *context, word_record *record, bool *found, thrum_error *error) {
    word_run *run = context;
    uint64_t head, n_rest;
    *found = run->n_left > 0;
    if (!*found)
        return THRUM_OK;
    run->n_left--;
    thrum_status status = get_number(run, &head, error);
    if (status == THRUM_OK)
        status = get_number(run, &n_rest, error);
    if (status != THRUM_OK)
        return status;
    uint8_t *rest = rest_of_word(&run->word, (size_t)(head >> 1), (size_t)n_rest);
    if (!rest)
        return error_memory(error);
    status = get_bytes(run, rest, (size_t)n_rest, error);
    if (status == THRUM_OK)
        status = get_number(run, &record->count, error);
    if (status == THRUM_OK)
        status = get_number(run, &record->documents, error);
    record->document = WORD_NO_DOCUMENT;
    if (status == THRUM_OK && (head & 1))
        status = get_number(run, &record->document, error);
    record->bytes = run->word.bytes;
    record->n_bytes = run->word.n_bytes;
    return status;
}

static void run_close(void *context) {
    word_run_drop(context);
}

static thrum_status run_open(word_run *run, thrum_error *error) {
    run->bytes = malloc(run->spill->block_bytes);
    if (!run->bytes)
        return error_memory(error);
    run->n_left = run->n_records;
    return read_block(run, run->first_block, error);
}

/* --- merging ----------------------------------------------------------------------------------------------------- */

/* Merges the newest runs, n_most at most, which leave the spill. */
static thrum_status merge_newest(word_spill *spill, size_t n_most, thrum_words_sort order, word_merge_how how,
                                 word_merge **merge, thrum_error *error) {
    *merge = NULL;
    size_t n = 0;
    word_source *sources = calloc(n_most + 1, sizeof *sources);
    thrum_status status = sources ? THRUM_OK : error_memory(error);
    for (word_run *run; status == THRUM_OK && n < n_most && (run = atomic_load(&spill->newest));) {
        atomic_store(&spill->newest, run->older);
        sources[n++] = (word_source){run_next, run_close, run};
        status = run_open(run, error);
    }
    if (status == THRUM_OK)
        status = word_merge_open(merge, sources, n, order, how, error);
    else
        for (size_t i = 0; i < n; i++)
            sources[i].close(sources[i].context);
    free(sources);
    return status;
}

/* One round: runs are merged by as many as may be open, into a spill of its own that takes the place of the old. */
static thrum_status merge_round(word_spill **spill, size_t fan_in, thrum_words_sort order, thrum_error *error) {
    word_spill *next = word_spill_create((*spill)->memory_bytes);
    thrum_status status = next ? THRUM_OK : error_memory(error);
    while (status == THRUM_OK && atomic_load(&(*spill)->newest)) {
        word_merge *group;
        status = merge_newest(*spill, fan_in, order, WORD_MERGE_DOCUMENTS, &group, error);
        if (status == THRUM_OK)
            status = word_spill_take(next, word_merge_source(group), error);
    }
    word_spill_free(*spill);
    *spill = next;
    return status;
}

/* What a stream reads from. */
typedef struct merged_spill {
    word_spill *spill;
    word_merge *merge;
} merged_spill;

static thrum_status merged_next(void *context, word_record *record, bool *found, thrum_error *error) {
    return word_merge_next(((merged_spill *)context)->merge, record, found, error);
}

static void merged_close(void *context) {
    merged_spill *merged = context;
    word_merge_close(merged->merge);
    word_spill_free(merged->spill);
    free(merged);
}

thrum_status word_spill_merge(word_spill *spill, thrum_words_sort order, word_source *merged, thrum_error *error) {
    size_t fan_in = word_spill_fan_in(spill->memory_bytes, spill->block_bytes);
    merged_spill *made = calloc(1, sizeof *made);
    thrum_status status = made ? THRUM_OK : error_memory(error);
    while (status == THRUM_OK && word_spill_n_runs(spill) > fan_in)
        status = merge_round(&spill, fan_in, order, error);
    if (status == THRUM_OK)
        status = merge_newest(spill, fan_in, order, WORD_MERGE_WORDS, &made->merge, error);
    if (status != THRUM_OK) {
        word_spill_free(spill);
        free(made);
        return status;
    }
    made->spill = spill;
    *merged = (word_source){merged_next, merged_close, made};
    return THRUM_OK;
}
