/* The room of a sorter is one piece of memory, in which rows grow upward and the words that they point to downward:
 *
 *      | row | row | row | ->          <- | documents, word | documents, word | documents, word |
 *
 * When they meet, the room is made larger, up to its share of the memory. Then rows that cannot come to be wanted any
 * more are dropped, if that frees half of it: choosing the first rows is linear, so that a short list out of any number
 * of words costs no more than looking at each. Otherwise the rows are sorted and written as a run. */
#include "count/word_sorter.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum {
    PARTS_OF_MEMORY = 4, /* dropping rows takes a second room for a moment */
    ROOM_MIN_BYTES = 16 << 10,
    ROW_BYTES = sizeof(word_row) + sizeof(uint64_t) /* beside the word */
};

typedef struct room {
    uint8_t *bytes;
    size_t n_rows;
    size_t words; /* where the lowest word lies */
    size_t capacity_bytes;
} room;

struct word_sorter {
    room room;
    thrum_words_sort order;
    uint64_t top;
    uint64_t memory_bytes;
    size_t room_bytes;
    word_spill *spill; /* NULL: all is in the room */
    size_t n_given;
};

static bool room_init(room *r, size_t n_bytes) {
    *r = (room){.bytes = malloc(n_bytes), .words = n_bytes, .capacity_bytes = n_bytes};
    return r->bytes != NULL;
}

static word_row *rows_of(const room *r) {
    return (word_row *)(void *)r->bytes;
}

/* A row with its word and number of documents; false when there is no room for it. */
static bool room_add(room *r, const uint8_t *bytes, size_t n_bytes, uint64_t count, uint64_t documents) {
    size_t n_free = r->words - r->n_rows * sizeof(word_row);
    if (n_free < ROW_BYTES || n_free - ROW_BYTES < n_bytes)
        return false;
    r->words -= n_bytes;
    uint8_t *copy = r->bytes + r->words;
    if (n_bytes)
        memcpy(copy, bytes, n_bytes);
    r->words -= sizeof documents;
    memcpy(r->bytes + r->words, &documents, sizeof documents);
    rows_of(r)[r->n_rows++] = (word_row){.bytes = copy, .n_bytes = n_bytes, .count = count};
    return true;
}

static uint64_t documents_of(const word_row *row) {
    uint64_t documents;
    memcpy(&documents, row->bytes - sizeof documents, sizeof documents);
    return documents;
}

static word_record record_of(const word_row *row) {
    return (word_record){row->bytes, row->n_bytes, row->count, documents_of(row), WORD_NO_DOCUMENT};
}

word_sorter *word_sorter_create(thrum_words_sort order, uint64_t top, uint64_t memory_bytes) {
    word_sorter *sorter = calloc(1, sizeof *sorter);
    if (!sorter)
        return NULL;
    uint64_t room_bytes = memory_bytes / PARTS_OF_MEMORY;
    sorter->order = order;
    sorter->top = top;
    sorter->memory_bytes = memory_bytes;
    sorter->room_bytes = room_bytes < ROOM_MIN_BYTES ? ROOM_MIN_BYTES : (size_t)room_bytes;
    if (!room_init(&sorter->room, ROOM_MIN_BYTES)) {
        free(sorter);
        return NULL;
    }
    return sorter;
}

void word_sorter_free(word_sorter *sorter) {
    if (!sorter)
        return;
    free(sorter->room.bytes);
    word_spill_free(sorter->spill);
    free(sorter);
}

/* Sorts the rows that are wanted to the front and forgets the others. */
static void choose(word_sorter *sorter) {
    room *r = &sorter->room;
    size_t n = sorter->top > 0 && sorter->top < r->n_rows ? (size_t)sorter->top : r->n_rows;
    word_rows_select(rows_of(r), r->n_rows, n, sorter->order);
    r->n_rows = n;
}

/* Puts what is left of the rows into a new room. */
static bool move(word_sorter *sorter, size_t n_bytes) {
    room moved;
    if (!room_init(&moved, n_bytes))
        return false;
    for (size_t i = 0; i < sorter->room.n_rows; i++) {
        const word_row *row = &rows_of(&sorter->room)[i];
        room_add(&moved, row->bytes, row->n_bytes, row->count, documents_of(row));
    }
    free(sorter->room.bytes);
    sorter->room = moved;
    return true;
}

static thrum_status write_run(word_sorter *sorter, thrum_error *error) {
    word_run *run = NULL;
    room *r = &sorter->room;
    if (!sorter->spill && !(sorter->spill = word_spill_create(sorter->memory_bytes)))
        return error_memory(error);
    thrum_status status = word_run_begin(&run, sorter->spill, error);
    for (size_t i = 0; i < r->n_rows && status == THRUM_OK; i++) {
        const word_record record = record_of(&rows_of(r)[i]);
        status = word_run_add(run, &record, error);
    }
    if (status != THRUM_OK) {
        word_run_drop(run);
        return status;
    }
    r->n_rows = 0;
    r->words = r->capacity_bytes;
    return word_run_end(run, error);
}

/* Drops the rows that are not wanted, if they are the most of a full room; *has_room tells whether that helped. */
static bool drop(word_sorter *sorter, bool *has_room) {
    room *r = &sorter->room;
    *has_room = false;
    if (sorter->top == 0 || sorter->top > r->n_rows / 2)
        return true;
    choose(sorter);
    if (!move(sorter, r->capacity_bytes))
        return false;
    *has_room = r->words - r->n_rows * sizeof(word_row) > r->capacity_bytes / 2;
    return true;
}

/* Makes the room larger, or empties it wholly or in part, in steps of which the last is enough for a word that takes
 * n_needed bytes. */
static thrum_status make_room(word_sorter *sorter, size_t n_needed, thrum_error *error) {
    room *r = &sorter->room;
    bool has_room;
    if (r->capacity_bytes < sorter->room_bytes) {
        bool is_last = sorter->room_bytes / 2 < r->capacity_bytes;
        return move(sorter, is_last ? sorter->room_bytes : 2 * r->capacity_bytes) ? THRUM_OK : error_memory(error);
    }
    if (r->n_rows == 0) {
        free(r->bytes);
        return room_init(r, n_needed) ? THRUM_OK : error_memory(error);
    }
    if (!drop(sorter, &has_room))
        return error_memory(error);
    if (has_room)
        return THRUM_OK;
    choose(sorter);
    return write_run(sorter, error);
}

thrum_status word_sorter_add(word_sorter *sorter, const word_record *record, thrum_error *error) {
    thrum_status status = THRUM_OK;
    while (status == THRUM_OK &&
           !room_add(&sorter->room, record->bytes, record->n_bytes, record->count, record->documents))
        status = make_room(sorter, record->n_bytes + ROW_BYTES, error);
    return status;
}

/* --- the sorted rows --------------------------------------------------------------------------------------------- */

static thrum_status next_in_room(void *context, word_record *record, bool *found, thrum_error *error) {
    word_sorter *sorter = context;
    (void)error;
    *found = sorter->n_given < sorter->room.n_rows;
    if (*found)
        *record = record_of(&rows_of(&sorter->room)[sorter->n_given++]);
    return THRUM_OK;
}

static void close_room(void *context) {
    word_sorter_free(context);
}

thrum_status word_sorter_finish(word_sorter *sorter, word_source *sorted, thrum_error *error) {
    choose(sorter);
    if (!sorter->spill) {
        *sorted = (word_source){next_in_room, close_room, sorter};
        return THRUM_OK;
    }
    thrum_status status = sorter->room.n_rows > 0 ? write_run(sorter, error) : THRUM_OK;
    word_spill *spill = sorter->spill;
    thrum_words_sort order = sorter->order;
    if (status == THRUM_OK)
        sorter->spill = NULL;
    word_sorter_free(sorter);
    return status == THRUM_OK ? word_spill_merge(spill, order, sorted, error) : status;
}

uint64_t word_sorter_n_runs(const word_sorter *sorter) {
    return sorter->spill ? word_spill_n_runs(sorter->spill) : 0;
}
