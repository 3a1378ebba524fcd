#include "json_text.h"

#include <string.h>

#include "utf8.h"

#define EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

/* The top bit of the lowest byte that is less than `limit` (at most 0x80), if all are ASCII; above it, guesses. */
static uint64_t less_than(uint64_t word, uint64_t limit) {
    return (word - EACH_BYTE(limit)) & ~word & EACH_BYTE(0x80);
}

static bool all_plain(uint64_t word) {
    uint64_t quotes = word ^ EACH_BYTE('"'), backslashes = word ^ EACH_BYTE('\\'), deletes = word ^ EACH_BYTE(0x7F);
    return ((word & EACH_BYTE(0x80)) | less_than(word, 0x20) | less_than(quotes, 1) | less_than(backslashes, 1) |
            less_than(deletes, 1)) == 0;
}

static bool is_plain(uint8_t byte) {
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

/* Bytes from the begin that stand in a string as they are. */
static size_t n_plain(const uint8_t *bytes, size_t n_bytes) {
    size_t at = 0;
    for (uint64_t word; at + sizeof word <= n_bytes; at += sizeof word) {
        memcpy(&word, bytes + at, sizeof word);
        if (!all_plain(word))
            break;
    }
    while (at < n_bytes && is_plain(bytes[at]))
        at++;
    return at;
}

static void append_escape(thrum_buffer *buffer, uint32_t code_point) {
    static const char digits[] = "0123456789abcdef";
    static const char short_forms[][2] = {{'"', '"'},  {'\\', '\\'}, {'\b', 'b'}, {'\f', 'f'},
                                          {'\n', 'n'}, {'\r', 'r'},  {'\t', 't'}};
    for (size_t i = 0; i < sizeof short_forms / sizeof *short_forms; i++)
        if (code_point == (uint8_t)short_forms[i][0]) {
            const char escape[] = {'\\', short_forms[i][1]};
            thrum_buffer_append(buffer, escape, sizeof escape);
            return;
        }
    const char escape[] = {'\\', 'u', '0', '0', digits[code_point >> 4], digits[code_point & 15]};
    thrum_buffer_append(buffer, escape, sizeof escape);
}

/* One character that is not plain ASCII; returns its length, or 0 for ill-formed bytes that are to be `exact`. */
static size_t append_character(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes, bool exact) {
    uint32_t code_point;
    size_t length = utf8_read(bytes, n_bytes, &code_point);
    if (code_point == UTF8_INVALID && exact)
        return 0;
    if (code_point == UTF8_INVALID)
        thrum_buffer_append_text(buffer, "\xEF\xBF\xBD");
    else if (code_point < 0xA0)
        append_escape(buffer, code_point);
    else
        thrum_buffer_append(buffer, bytes, length);
    return length;
}

/* False at the first ill-formed bytes, if the string is to be exact. */
static bool append_quoted(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes, bool exact) {
    thrum_buffer_append(buffer, "\"", 1);
    for (size_t at = 0; at < n_bytes;) {
        size_t n = n_plain(bytes + at, n_bytes - at);
        thrum_buffer_append(buffer, bytes + at, n);
        at += n;
        if (at == n_bytes)
            break;
        n = append_character(buffer, bytes + at, n_bytes - at, exact);
        if (n == 0)
            return false;
        at += n;
    }
    thrum_buffer_append(buffer, "\"", 1);
    return true;
}

void json_append_string(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes) {
    append_quoted(buffer, bytes, n_bytes, false);
}

static void append_base64(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t *to = thrum_buffer_reserve(buffer, (n_bytes + 2) / 3 * 4);
    if (!to)
        return;
    for (size_t at = 0; at < n_bytes; at += 3, to += 4) {
        size_t n = n_bytes - at < 3 ? n_bytes - at : 3;
        uint32_t bits =
            (uint32_t)bytes[at] << 16 | (n > 1 ? (uint32_t)bytes[at + 1] << 8 : 0) | (n > 2 ? bytes[at + 2] : 0);
        for (size_t i = 0; i < 4; i++)
            to[i] = i <= n ? (uint8_t)digits[bits >> (18 - 6 * i) & 63] : '=';
    }
    buffer->n_bytes += (n_bytes + 2) / 3 * 4;
}

void json_append_data(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes) {
    size_t begin = buffer->n_bytes;
    thrum_buffer_append_text(buffer, "{\"text\":");
    if (!append_quoted(buffer, bytes, n_bytes, true)) {
        buffer->n_bytes = begin;
        thrum_buffer_append_text(buffer, "{\"bytes\":\"");
        append_base64(buffer, bytes, n_bytes);
        thrum_buffer_append(buffer, "\"", 1);
    }
    thrum_buffer_append(buffer, "}", 1);
}
