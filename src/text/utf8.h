/* Reading and writing one UTF-8 character. */
#ifndef TEXT_UTF8_H
#define TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_MAX_BYTES = 4, UTF8_REPLACEMENT = 0xFFFD };

static inline bool utf8_continues(uint8_t byte) {
    return (byte & 0xC0) == 0x80;
}

/* Characters of two bytes: any such lead byte goes with any byte that continues it. */
static inline bool utf8_leads_pair(uint8_t byte) {
    return byte >= 0xC2 && byte < 0xE0;
}

static inline bool utf8_is_pair(uint8_t first, uint8_t second) {
    return utf8_leads_pair(first) && utf8_continues(second);
}

/* The length of the well-formed character that the n_bytes begin with, and its code point; 0 when they begin with none:
 * a stray or missing continuation, an overlong form, a surrogate, or more than U+10FFFF. */
static inline size_t utf8_character(const uint8_t *bytes, size_t n_bytes, uint32_t *code_point) {
    static const uint32_t least[UTF8_MAX_BYTES + 1] = {0, 0, 0x80, 0x800, 0x10000};
    if (n_bytes == 0)
        return 0;
    uint8_t lead = bytes[0];
    *code_point = lead;
    if (lead < 0x80)
        return 1;
    size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (length == 0 || length > n_bytes)
        return 0;
    uint32_t value = lead & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if (!utf8_continues(bytes[i]))
            return 0;
        value = value << 6 | (bytes[i] & 0x3F);
    }
    *code_point = value;
    return value < least[length] || value > 0x10FFFF || (value >> 11) == 0x1B ? 0 : length;
}

/* The length of what stands at the beginning of one byte or more: a character, or one byte of what is ill-formed, read
 * as U+FFFD. */
static inline size_t utf8_step(const uint8_t *bytes, size_t n_bytes, uint32_t *code_point) {
    if (n_bytes > 1 && utf8_is_pair(bytes[0], bytes[1])) {
        *code_point = (uint32_t)(bytes[0] & 0x1F) << 6 | (bytes[1] & 0x3F);
        return 2;
    }
    if (n_bytes > 2 && bytes[0] > 0xE0 && bytes[0] < 0xED && utf8_continues(bytes[1]) && utf8_continues(bytes[2])) {
        *code_point = (uint32_t)(bytes[0] & 0xF) << 12 | (uint32_t)(bytes[1] & 0x3F) << 6 | (bytes[2] & 0x3F);
        return 3;
    }
    size_t length = utf8_character(bytes, n_bytes, code_point);
    if (length > 0)
        return length;
    *code_point = UTF8_REPLACEMENT;
    return 1;
}

/* Writes a code point that is no surrogate, up to UTF8_MAX_BYTES bytes, and returns their number. */
static inline size_t utf8_write(uint32_t code_point, uint8_t *to) {
    static const uint8_t leads[UTF8_MAX_BYTES + 1] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t n = code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; code_point >>= 6)
        to[i] = (uint8_t)(0x80 | (code_point & 0x3F));
    to[0] = (uint8_t)(leads[n] | code_point);
    return n;
}

/* Where the first ill-formed byte stands; n_bytes when there is none. */
size_t utf8_first_ill_formed(const uint8_t *bytes, size_t n_bytes);

#endif
