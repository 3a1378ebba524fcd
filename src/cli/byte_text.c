#include "byte_text.h"

#include <string.h>

#include "message.h"

/* -1 when it is no hexadecimal digit. */
static int digit_value(char digit) {
    static const char digits[] = "0123456789abcdef", upper[] = "0123456789ABCDEF";
    const char *at = digit ? strchr(digits, digit) : NULL;
    if (at)
        return (int)(at - digits);
    at = digit ? strchr(upper, digit) : NULL;
    return at ? (int)(at - upper) : -1;
}

/* The byte of two digits, or -1. */
static int pair_value(const char *digits) {
    int high = digit_value(digits[0]), low = high < 0 ? -1 : digit_value(digits[1]);
    return low < 0 ? -1 : high << 4 | low;
}

/* Each takes one byte off the text: returns it and moves on, or -1 where the text is wrong. */

static int take_plain(const char **text) {
    return (uint8_t) * (*text)++;
}

static int take_escaped(const char **text) {
    static const char letters[] = "tnr0\\", bytes[] = "\t\n\r\0\\";
    if (**text != '\\')
        return take_plain(text);
    if ((*text)[1] == 'x') {
        int byte = pair_value(*text + 2);
        *text += 4;
        return byte;
    }
    const char *at = (*text)[1] ? strchr(letters, (*text)[1]) : NULL;
    *text += 2;
    return at ? (uint8_t)bytes[at - letters] : -1;
}

static int take_hex(const char **text) {
    int byte = pair_value(*text);
    if (byte >= 0)
        for (*text += 2; **text == ' ';)
            ++*text;
    return byte;
}

static const struct {
    int (*take)(const char **text);
    const char *form;
} notations[] = {
    [BYTES_PLAIN] = {take_plain, ""},
    [BYTES_ESCAPED] = {take_escaped, "a text whose escapes are among \\t \\n \\r \\0 \\\\ \\xHH"},
    [BYTES_HEX] = {take_hex, "pairs of hexadecimal digits such as 0d0a or '0d 0a'"},
};

bool byte_text_read(thrum_buffer *bytes, const char *name, const char *text, byte_notation notation) {
    for (const char *rest = text; *rest;) {
        int value = notations[notation].take(&rest);
        if (value < 0) {
            message("%s: '%s' has to be %s", name, text, notations[notation].form);
            return false;
        }
        const uint8_t byte = (uint8_t)value;
        thrum_buffer_append(bytes, &byte, 1);
    }
    if (bytes->failed)
        message("out of memory");
    else if (bytes->n_bytes == 0)
        message("%s: there is no text in it", name);
    return !bytes->failed && bytes->n_bytes > 0;
}
