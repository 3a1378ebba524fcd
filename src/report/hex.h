/* Bytes as numbers: the lines that hexdump -C -v prints. */
#ifndef REPORT_HEX_H
#define REPORT_HEX_H

#include <stddef.h>
#include <stdint.h>

#include "thrum/buffer.h"

enum { HEX_LINE_BYTES = 16 };

/* Appends a line for each HEX_LINE_BYTES bytes and the rest: offset, digits, and those that are printable ASCII. */
void hex_append(thrum_buffer *buffer, const uint8_t *bytes, size_t n_bytes, uint64_t offset);
/* Appends the offset behind the last line, on a line of its own. */
void hex_append_end(thrum_buffer *buffer, uint64_t offset);

#endif
