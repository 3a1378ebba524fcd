/* A growable run of bytes: what formatters append to. */
#ifndef THRUM_BUFFER_H
#define THRUM_BUFFER_H

#include <stddef.h>
#include <stdint.h>

#include "thrum/error.h"

/* Initialise with {0}. The caller owns the struct, the functions own `bytes`. Not thread-safe: one thread, one buffer.
 * After an allocation failed, `failed` stays set until thrum_buffer_clear and appends do nothing, so that a caller
 * may append many times and check once. */
typedef struct thrum_buffer {
    uint8_t *bytes;
    size_t n_bytes;
    size_t capacity_bytes;
    int failed;
} thrum_buffer;

/* Makes room for n_more bytes and returns where they go, or NULL without memory. The caller adds to n_bytes itself. */
THRUM_API uint8_t *thrum_buffer_reserve(thrum_buffer *buffer, size_t n_more);
THRUM_API void thrum_buffer_append(thrum_buffer *buffer, const void *bytes, size_t n_bytes);
THRUM_API void thrum_buffer_append_text(thrum_buffer *buffer, const char *text);
/* Decimal digits of a number. */
THRUM_API void thrum_buffer_append_number(thrum_buffer *buffer, uint64_t number);
/* Empties the buffer and keeps its memory. */
THRUM_API void thrum_buffer_clear(thrum_buffer *buffer);
/* Gives the memory back; the buffer is as after {0}. */
THRUM_API void thrum_buffer_release(thrum_buffer *buffer);

#endif
