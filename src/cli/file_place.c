#include "file_place.h"

#include <inttypes.h>

#include "escape.h"
#include "message.h"
#include "utf8.h"

bool file_place(uint64_t *offset, const char *path, int64_t at, uint64_t n_bytes) {
    uint64_t distance = at < 0 ? -(uint64_t)at : (uint64_t)at;
    *offset = at < 0 ? n_bytes - distance : distance;
    if (distance > n_bytes)
        message("%s: --at %" PRId64 " lies outside the file, which has %" PRIu64 " bytes", path, at, n_bytes);
    return distance <= n_bytes;
}

/* A piece of at most so many bytes that does not end inside a character, if there is one. */
static size_t piece_bytes(const uint8_t *bytes, size_t n_bytes) {
    enum { PIECE = 1 << 16, CHARACTER_BYTES = 4 };
    if (n_bytes <= PIECE)
        return n_bytes;
    size_t end = PIECE;
    while (end > PIECE - CHARACTER_BYTES && utf8_continues(bytes[end]))
        end--;
    return end;
}

thrum_status file_print(job *work, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    if (!work->style.escape)
        return thrum_output_write(work->output, bytes, n_bytes, error);
    thrum_buffer escaped = {0};
    thrum_status status = THRUM_OK;
    for (size_t n; n_bytes > 0 && status == THRUM_OK; bytes += n, n_bytes -= n) {
        n = piece_bytes(bytes, n_bytes);
        thrum_buffer_clear(&escaped);
        escape_append(&escaped, bytes, n, ESCAPE_TEXT);
        status = escaped.failed ? report_out_of_memory(error)
                                : thrum_output_write(work->output, escaped.bytes, escaped.n_bytes, error);
    }
    thrum_buffer_release(&escaped);
    return status;
}
