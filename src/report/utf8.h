/* Characters of UTF-8, read for the eye: how they are escaped, replaced and how wide they are. */
#ifndef REPORT_UTF8_H
#define REPORT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_INVALID UINT32_MAX

/* Whether a byte is one of a character, but not its first. */
static inline bool utf8_continues(uint8_t byte) {
    return (byte & 0xC0) == 0x80;
}

/* Reads the character at `bytes` (n_bytes is not 0) and returns its length. Where the bytes are no character,
 * *code_point is UTF8_INVALID and the length is that of the maximal subpart, the piece that one U+FFFD stands for
 * (Unicode 15, section 3.9). */
size_t utf8_read(const uint8_t *bytes, size_t n_bytes, uint32_t *code_point);

/* Columns that bytes take on a terminal: 2 for wide East Asian characters and emoji, 0 for marks that combine, 1 for
 * everything else and for each piece that is no character. */
size_t utf8_width(const uint8_t *bytes, size_t n_bytes);

#endif
