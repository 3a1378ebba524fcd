#include "escape.h"

#include <stdbool.h>

#include "utf8.h"

static bool is_harmless(uint32_t code_point, escape_mode mode) {
    if (code_point == '\t' || code_point == '\n')
        return mode == ESCAPE_TEXT;
    return code_point != UTF8_INVALID && code_point >= 0x20 && !(code_point >= 0x7F && code_point <= 0x9F);
}

/* Bytes from the begin that need no escape. */
static size_t n_harmless(const uint8_t *bytes, size_t n_bytes, escape_mode mode) {
    size_t at = 0;
    while (at < n_bytes) {
        uint32_t code_point;
        size_t length = utf8_read(bytes + at, n_bytes - at, &code_point);
        if (!is_harmless(code_point, mode))
            break;
        at += length;
    }
    return at;
}

static void append_escape(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes) {
    static const char digits[] = "0123456789abcdef";
    if (bytes[0] == '\t' || bytes[0] == '\n') {
        thrum_buffer_append_text(buffer, bytes[0] == '\t' ? "\\t" : "\\n");
        return;
    }
    for (size_t i = 0; i < n_bytes; i++) {
        const char escape[] = {'\\', 'x', digits[bytes[i] >> 4], digits[bytes[i] & 15]};
        thrum_buffer_append(buffer, escape, sizeof escape);
    }
}

void escape_append(thrum_buffer *buffer, const void *bytes, size_t n_bytes, escape_mode mode) {
    const uint8_t *from = bytes;
    for (size_t at = 0; at < n_bytes;) {
        size_t n = n_harmless(from + at, n_bytes - at, mode);
        thrum_buffer_append(buffer, from + at, n);
        at += n;
        if (at == n_bytes)
            return;
        uint32_t code_point;
        n = utf8_read(from + at, n_bytes - at, &code_point);
        append_escape(buffer, from + at, n);
        at += n;
    }
}

void escape_tail(thrum_buffer *buffer, size_t from, escape_mode mode) {
    if (buffer->failed || n_harmless(buffer->bytes + from, buffer->n_bytes - from, mode) == buffer->n_bytes - from)
        return;
    thrum_buffer escaped = {0};
    escape_append(&escaped, buffer->bytes + from, buffer->n_bytes - from, mode);
    buffer->n_bytes = from;
    buffer->failed = escaped.failed;
    thrum_buffer_append(buffer, escaped.bytes, escaped.n_bytes);
    thrum_buffer_release(&escaped);
}
