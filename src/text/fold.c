/* Case folding. Most characters fold to one of as many bytes, and each on its own; a table of those, filled as they
 * come up, spares the call to ICU, which takes some 100 ns however short the word. */
#include "text/fold.h"

#include <stdatomic.h>

#include <unicode/ustring.h>

#include "base/error.h"
#include "text/kernel.h"
#include "text/utf8.h"

enum {
    PIECE_BYTES = 4096, /* what ICU gets at a time: room for growth stays small, and its 32-bit lengths bind nobody */
    N_SIMPLE = 0x10000,
};

/* What a character beyond ASCII folds to; FOLD_NOT_SIMPLE when that is not one character of the same length, 0 when it
 * was not asked for yet. All threads find the same. */
static _Atomic(uint16_t) simple_folds[N_SIMPLE];

thrum_status fold_open(UCaseMap **map, thrum_error *error) {
    UErrorCode icu = U_ZERO_ERROR;
    *map = ucasemap_open("", U_FOLD_CASE_DEFAULT, &icu);
    if (U_SUCCESS(icu))
        return THRUM_OK;
    return error_set(error, THRUM_ERROR_SYSTEM, NULL, "ICU cannot open its case mapping (%s)", u_errorName(icu));
}

/* What a character folds to; FOLD_NOT_SIMPLE when that is not one character. */
static UChar32 ask(uint32_t code_point) {
    UChar units[U16_MAX_LENGTH], folded[2 * U16_MAX_LENGTH];
    int32_t n_units = 0, at = 0;
    UErrorCode icu = U_ZERO_ERROR;
    U16_APPEND_UNSAFE(units, n_units, code_point);
    int32_t n_folded = u_strFoldCase(folded, 2 * U16_MAX_LENGTH, units, n_units, U_FOLD_CASE_DEFAULT, &icu);
    if (U_FAILURE(icu) || n_folded <= 0)
        return FOLD_NOT_SIMPLE;
    UChar32 to;
    U16_NEXT(folded, at, n_folded, to);
    return at == n_folded ? to : FOLD_NOT_SIMPLE;
}

bool fold_changes(uint32_t code_point) {
    return ask(code_point) != (UChar32)code_point;
}

uint32_t fold_simple(uint32_t code_point) {
    uint32_t to = atomic_load_explicit(&simple_folds[code_point], memory_order_relaxed);
    if (to)
        return to;
    to = (uint32_t)ask(code_point);
    if (U8_LENGTH(to) != U8_LENGTH(code_point))
        to = FOLD_NOT_SIMPLE;
    atomic_store_explicit(&simple_folds[code_point], (uint16_t)to, memory_order_relaxed);
    return to;
}

/* Folds in place as far as all is simple; returns how far. */
static size_t fold_all_simple(uint8_t *bytes, size_t n_bytes) {
    size_t at = 0, length;
    for (uint32_t code_point; at < n_bytes; at += length) {
        length = utf8_character(bytes + at, n_bytes - at, &code_point);
        if (code_point < 0x80 && length == 1)
            continue;
        if (length < 2 || length > 3)
            break;
        uint32_t to = fold_simple(code_point);
        if (to == FOLD_NOT_SIMPLE)
            break;
        size_t end = at;
        U8_APPEND_UNSAFE(bytes, end, to);
    }
    return at;
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

/* Full folding looks at no neighbours, so parts fold as the whole does. */
bool fold_append(thrum_buffer *buffer, const UCaseMap *map, const uint8_t *bytes, size_t n_bytes) {
    if (n_bytes == 0)
        return true;
    uint8_t *to = thrum_buffer_reserve(buffer, n_bytes);
    if (!to)
        return false;
    bool is_ascii = kernel_get()->fold(to, bytes, n_bytes);
    size_t n = is_ascii || !map ? n_bytes : fold_all_simple(to, n_bytes);
    buffer->n_bytes += n;
    for (bytes += n, n_bytes -= n; n_bytes > 0; bytes += n, n_bytes -= n) {
        n = piece_end(bytes, n_bytes);
        if (!append_piece(buffer, map, bytes, n))
            return false;
    }
    return true;
}
