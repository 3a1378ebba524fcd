/* The undo journal of a file that is changed in place: see journal.c for its form and why it is enough. */
#ifndef MAP_JOURNAL_H
#define MAP_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "map/system.h"
#include "thrum/error.h"

/* Where the journal of a file stands, given the file's path behind symbolic links; for free(), NULL without memory. */
char *journal_path(const char *path);
bool journal_is_name(const char *path);

/* One change: n_bytes bytes at an offset. */
typedef struct journal_change {
    uint64_t offset;
    const uint8_t *old_bytes, *new_bytes;
    size_t n_bytes;
} journal_change;

/* --- writing --- */

typedef struct journal_writer journal_writer;

/* Makes the journal of a file as it is now. With n_text_bytes > 0 all changes are from old_bytes to new_bytes, and only
 * their offsets are written. */
thrum_status journal_create(journal_writer **writer, const char *path, const system_file *file,
                            const uint8_t *old_bytes, const uint8_t *new_bytes, size_t n_text_bytes,
                            thrum_error *error);
/* Changes come in order and do not overlap. */
thrum_status journal_add(journal_writer *writer, const journal_change *change, thrum_error *error);
/* Makes it whole: from here on the file may be changed. With `sync` it waits until the journal is on the disk. Frees
 * the writer in any case; after a failure there is no journal. */
thrum_status journal_finish(journal_writer *writer, bool sync, thrum_error *error);
/* Removes what was written. NULL is allowed. */
void journal_abandon(journal_writer *writer);

/* --- reading --- */

typedef enum journal_state {
    JOURNAL_BLANK, /* it was only just begun */
    JOURNAL_BEGUN, /* it says which file it is of, and is not whole */
    JOURNAL_WHOLE,
    JOURNAL_ALIEN /* damaged, or of another program, version or machine */
} journal_state;

/* A journal as bytes, which must outlive it. */
typedef struct journal_view {
    const uint8_t *bytes;
    size_t n_bytes;
    uint64_t inode; /* of the file, when the journal was begun */
    uint64_t n_file_bytes;
    int64_t modified_seconds, modified_nanoseconds;
    const uint8_t *old_bytes, *new_bytes;
    size_t n_text_bytes;
    size_t first_block; /* where the blocks begin */
} journal_view;

/* Reads and checks all of it, down to the last change. The view is filled in when the journal is begun or whole. */
journal_state journal_check(journal_view *view, const uint8_t *bytes, size_t n_bytes);
/* The same without checking the blocks: for a journal that this process has just made. */
journal_state journal_look(journal_view *view, const uint8_t *bytes, size_t n_bytes);

/* A stretch of changes that can be read by itself. */
typedef struct journal_block {
    const journal_view *view;
    const uint8_t *at, *end;
    uint64_t offset;    /* where the last change ended */
    uint64_t n_changes; /* that are left */
} journal_block;

/* The next block; *place begins as view->first_block. False after the last one, and where the journal is damaged. */
bool journal_next_block(const journal_view *view, size_t *place, journal_block *block);
/* The next change; false after the last one, and where the journal is damaged. */
bool journal_next_change(journal_block *block, journal_change *change);

#endif
