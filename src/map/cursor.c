#include "thrum/cursor.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"

void thrum_cursor_init(thrum_cursor *cursor, thrum_mapping *mapping) {
    *cursor = (thrum_cursor){.mapping = mapping};
}

thrum_status thrum_cursor_seek(thrum_cursor *cursor, int64_t distance, thrum_whence whence, thrum_error *error) {
    uint64_t n_bytes = thrum_mapping_n_bytes(cursor->mapping);
    const uint64_t bases[] = {
        [THRUM_SEEK_SET] = 0, [THRUM_SEEK_CURRENT] = cursor->position, [THRUM_SEEK_END] = n_bytes};
    uint64_t base = bases[whence];
    uint64_t length = distance < 0 ? -(uint64_t)distance : (uint64_t)distance;
    bool is_inside =
        distance < 0 ? length <= base && base - length <= n_bytes : base <= n_bytes && length <= n_bytes - base;
    if (!is_inside)
        return error_set(error, THRUM_ERROR_ARGUMENT, NULL,
                         "%" PRId64 " bytes from offset %" PRIu64 " is no place in a mapping of %" PRIu64 " bytes",
                         distance, base, n_bytes);
    cursor->position = distance < 0 ? base - length : base + length;
    return THRUM_OK;
}

uint64_t thrum_cursor_tell(const thrum_cursor *cursor) {
    return cursor->position;
}

/* All from the cursor on. After the mapping became shorter the cursor may stand behind its end. */
static thrum_slice rest(const thrum_cursor *cursor) {
    size_t n_bytes = thrum_mapping_n_bytes(cursor->mapping);
    size_t at = cursor->position < n_bytes ? (size_t)cursor->position : n_bytes;
    return (thrum_slice){thrum_mapping_bytes(cursor->mapping) + at, n_bytes - at};
}

static thrum_slice take(thrum_cursor *cursor, thrum_slice from, size_t n_bytes) {
    cursor->position += n_bytes;
    return (thrum_slice){from.bytes, n_bytes};
}

thrum_slice thrum_cursor_read(thrum_cursor *cursor, uint64_t n_bytes) {
    thrum_slice left = rest(cursor);
    return take(cursor, left, n_bytes < left.n_bytes ? (size_t)n_bytes : left.n_bytes);
}

thrum_slice thrum_cursor_read_line(thrum_cursor *cursor) {
    thrum_slice left = rest(cursor);
    const uint8_t *feed = memchr(left.bytes, '\n', left.n_bytes);
    return take(cursor, left, feed ? (size_t)(feed - left.bytes) + 1 : left.n_bytes);
}

bool thrum_cursor_read_byte(thrum_cursor *cursor, uint8_t *byte) {
    thrum_slice next = thrum_cursor_read(cursor, 1);
    if (next.n_bytes)
        *byte = *next.bytes;
    return next.n_bytes > 0;
}

thrum_status thrum_cursor_write(thrum_cursor *cursor, const void *bytes, size_t n_bytes, thrum_error *error) {
    thrum_status status = thrum_mapping_assign(cursor->mapping, cursor->position, bytes, n_bytes, error);
    if (status == THRUM_OK)
        cursor->position += n_bytes;
    return status;
}
