#include "hex.h"

#include <string.h>

static const char digits[] = "0123456789abcdef";

static void append_offset(thrum_buffer *buffer, uint64_t offset) {
    enum { LEAST_DIGITS = 8, MOST_DIGITS = 16 };
    char text[MOST_DIGITS];
    size_t n = 0;
    for (; n < LEAST_DIGITS || offset; offset >>= 4)
        text[MOST_DIGITS - ++n] = digits[offset & 15];
    thrum_buffer_append(buffer, text + MOST_DIGITS - n, n);
}

/* "  48 65 6c 6c 6f 20 77 6f  72 6c 64 0a              |Hello world.|" */
static void append_line(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes) {
    enum { HALF = HEX_LINE_BYTES / 2, NUMBERS_WIDTH = 2 + 3 * HEX_LINE_BYTES + 1 };
    char line[NUMBERS_WIDTH + 2 + HEX_LINE_BYTES + 2];
    memset(line, ' ', sizeof line);
    char *text = line + NUMBERS_WIDTH + 1;
    *text++ = '|';
    for (size_t i = 0; i < n_bytes; i++) {
        char *number = line + 2 + 3 * i + (i >= HALF);
        number[0] = digits[bytes[i] >> 4];
        number[1] = digits[bytes[i] & 15];
        *text++ = bytes[i] >= 0x20 && bytes[i] < 0x7F ? (char)bytes[i] : '.';
    }
    *text++ = '|';
    *text++ = '\n';
    thrum_buffer_append(buffer, line, (size_t)(text - line));
}

void hex_append(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes, uint64_t offset) {
    for (size_t at = 0; at < n_bytes; at += HEX_LINE_BYTES) {
        append_offset(buffer, offset + at);
        append_line(buffer, bytes + at, n_bytes - at < HEX_LINE_BYTES ? n_bytes - at : HEX_LINE_BYTES);
    }
}

void hex_append_end(thrum_buffer *buffer, uint64_t offset) {
    append_offset(buffer, offset);
    thrum_buffer_append(buffer, "\n", 1);
}
