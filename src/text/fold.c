#include "text/fold.h"

#include "base/error.h"
#include "text/utf8.h"

/* ICU gets this much at a time, so that the room for growth stays small beside the longest word, and its 32-bit lengths
 * bind nobody. */
enum { PIECE_BYTES = 4096 };

uint8_t fold_ascii(uint8_t *restrict to, const uint8_t *restrict bytes, size_t n_bytes) {
    uint8_t all = 0;
    for (size_t i = 0; i < n_bytes; i++) {
        uint8_t byte = bytes[i];
        all |= byte;
        to[i] = (uint8_t)(byte | ((uint8_t)(byte - 'A') < 26 ? 0x20 : 0));
    }
    return all;
}

thrum_status fold_open(UCaseMap **map, thrum_error *error) {
    UErrorCode icu = U_ZERO_ERROR;
    *map = ucasemap_open("", U_FOLD_CASE_DEFAULT, &icu);
    if (U_SUCCESS(icu))
        return THRUM_OK;
    return error_set(error, THRUM_ERROR_SYSTEM, NULL, "ICU cannot open its case mapping (%s)", u_errorName(icu));
}

/* The end of a piece that splits no character. */
static size_t piece_end(const uint8_t *bytes, size_t n_bytes) {
    if (n_bytes <= PIECE_BYTES)
        return n_bytes;
    for (size_t end = PIECE_BYTES; end > PIECE_BYTES - UTF8_MAX_BYTES; end--)
        if (!utf8_continues(bytes[end]))
            return end;
    return PIECE_BYTES;
}

/* Full folding looks at no neighbours, so pieces fold as the whole does. */
static bool append_piece(thrum_buffer *buffer, const UCaseMap *map, const uint8_t *bytes, size_t n_bytes) {
    int32_t room = (int32_t)n_bytes * FOLD_MAX_GROWTH;
    uint8_t *to = thrum_buffer_reserve(buffer, (size_t)room);
    if (!to)
        return false;
    UErrorCode icu = U_ZERO_ERROR;
    int32_t n = ucasemap_utf8FoldCase(map, (char *)to, room, (const char *)bytes, (int32_t)n_bytes, &icu);
    if (U_FAILURE(icu))
        return false;
    buffer->n_bytes += (size_t)n;
    return true;
}

bool fold_append(thrum_buffer *buffer, const UCaseMap *map, const uint8_t *bytes, size_t n_bytes) {
    if (n_bytes == 0)
        return true;
    uint8_t *to = thrum_buffer_reserve(buffer, n_bytes);
    if (!to)
        return false;
    if (fold_ascii(to, bytes, n_bytes) < 0x80 || !map) {
        buffer->n_bytes += n_bytes;
        return true;
    }
    for (size_t n; n_bytes > 0; bytes += n, n_bytes -= n) {
        n = piece_end(bytes, n_bytes);
        if (!append_piece(buffer, map, bytes, n))
            return false;
    }
    return true;
}
