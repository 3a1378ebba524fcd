/* Bytes made harmless for a terminal: control characters (C0, DEL, C1) and bytes that are no UTF-8 appear as \xNN. */
#ifndef REPORT_ESCAPE_H
#define REPORT_ESCAPE_H

#include <stddef.h>
#include <stdint.h>

#include "thrum/buffer.h"

typedef enum escape_mode {
    ESCAPE_TEXT, /* tabs and newlines stay: the bytes are lines */
    ESCAPE_LINE  /* tabs and newlines appear as \t and \n: the bytes are to fill one line */
} escape_mode;

/* Appends the bytes, escaped. */
void escape_append(thrum_buffer *buffer, const void *bytes, size_t n_bytes, escape_mode mode);

/* Escapes what the buffer holds from `from` on, in place. */
void escape_tail(thrum_buffer *buffer, size_t from, escape_mode mode);

#endif
