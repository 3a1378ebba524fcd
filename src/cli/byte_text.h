/* Bytes given on the command line: as they stand, with escapes, or as hexadecimal digits. */
#ifndef CLI_BYTE_TEXT_H
#define CLI_BYTE_TEXT_H

#include <stdbool.h>

#include "thrum/thrum.h"

typedef enum byte_notation {
    BYTES_PLAIN,
    BYTES_ESCAPED, /* \t \n \r \0 \\ and \xHH stand for what they say */
    BYTES_HEX      /* pairs of digits, with spaces between them or without */
} byte_notation;

/* Appends the bytes; `name` is that of the argument. False when they are none of this notation, or none at all, and
 * that was told. */
bool byte_text_read(thrum_buffer *bytes, const char *name, const char *text, byte_notation notation);

#endif
