#include "thrum/buffer.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

uint8_t *thrum_buffer_reserve(thrum_buffer *buffer, size_t n_more) {
    if (buffer->failed || n_more > SIZE_MAX - buffer->n_bytes ||
        !memory_grow(&buffer->bytes, &buffer->capacity_bytes, buffer->n_bytes + n_more, 1)) {
        buffer->failed = 1;
        return NULL;
    }
    return buffer->bytes + buffer->n_bytes;
}

void thrum_buffer_append(thrum_buffer *buffer, const void *bytes, size_t n_bytes) {
    if (n_bytes == 0)
        return;
    uint8_t *to = thrum_buffer_reserve(buffer, n_bytes);
    if (!to)
        return;
    memcpy(to, bytes, n_bytes);
    buffer->n_bytes += n_bytes;
}

void thrum_buffer_append_text(thrum_buffer *buffer, const char *text) {
    thrum_buffer_append(buffer, text, strlen(text));
}

void thrum_buffer_append_number(thrum_buffer *buffer, uint64_t number) {
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    thrum_buffer_append(buffer, digits + at, sizeof digits - at);
}

void thrum_buffer_clear(thrum_buffer *buffer) {
    buffer->n_bytes = 0;
    buffer->failed = 0;
}

void thrum_buffer_release(thrum_buffer *buffer) {
    free(buffer->bytes);
    *buffer = (thrum_buffer){0};
}
