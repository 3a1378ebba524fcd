/* A mapping read and written from front to back, as a file is: a place in it that moves along.
 *
 * Any number of cursors may go over one mapping, each on one thread at a time. Nothing is copied on reading: what is
 * handed out are slices of the mapping, which live until it is closed or resized. */
#ifndef THRUM_CURSOR_H
#define THRUM_CURSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/error.h"
#include "thrum/mapping.h"

/* In the caller's storage; owns nothing. A mapping that is only read from may be read-only. */
typedef struct thrum_cursor {
    thrum_mapping *mapping;
    uint64_t position; /* bytes from the mapping's first */
} thrum_cursor;

typedef enum thrum_whence { THRUM_SEEK_SET, THRUM_SEEK_CURRENT, THRUM_SEEK_END } thrum_whence;

/* At the first byte. The mapping has to outlive the cursor. */
THRUM_API void thrum_cursor_init(thrum_cursor *cursor, thrum_mapping *mapping);

/* Moves to `distance` bytes after the begin, the present place or the end; negative distances lead back. The end is a
 * place; beyond it and before the begin are THRUM_ERROR_ARGUMENT, and the cursor stays. */
THRUM_API thrum_status thrum_cursor_seek(thrum_cursor *cursor, int64_t distance, thrum_whence whence,
                                         thrum_error *error);
THRUM_API uint64_t thrum_cursor_tell(const thrum_cursor *cursor);

/* The next n_bytes bytes (THRUM_TO_END: all), fewer where the mapping ends; no bytes at the end. */
THRUM_API thrum_slice thrum_cursor_read(thrum_cursor *cursor, uint64_t n_bytes);
/* The bytes up to the next newline, and the newline; the last line may be without. No bytes at the end. */
THRUM_API thrum_slice thrum_cursor_read_line(thrum_cursor *cursor);
/* The next byte; false at the end. */
THRUM_API bool thrum_cursor_read_byte(thrum_cursor *cursor, uint8_t *byte);

/* Writes over the next n_bytes bytes, all of them or none, and moves behind them: see thrum_mapping_assign. */
THRUM_API thrum_status thrum_cursor_write(thrum_cursor *cursor, const void *bytes, size_t n_bytes, thrum_error *error);

#endif
