/* Random texts in which the same few pieces come again and again: words, line ends, what has more than one other case,
 * and ill-formed UTF-8. */
#ifndef UNIT_LITERAL_CASES_H
#define UNIT_LITERAL_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/buffer.h"

static inline uint64_t next_random(void) {
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static inline size_t below(size_t n) {
    return (size_t)(next_random() % n);
}

#define PICK(table) table[below(sizeof(table) / sizeof *(table))]

static inline void append_subject(thrum_buffer *subject) {
    static const char *const pieces[] = {
        "ab",       "a",        "b",   "abc",  "AB",       "k",        "K",    "s",    "S",    " ",
        "1",        "\n",       "\r",  "\r\n", "\xc3\xa9", "\xc3\x89", "\xc3", "\xa9", "\xff", "\xe2\x84\xaa",
        "\xc5\xbf", "\xe2\x84", "xyz", ", ",   "ß",        "ẞ",        "σ",    "ς",    "Σ",    "ш",
        "Ше",       "е"};
    size_t n = below(below(4) ? 60 : 2000);
    bool is_ascii = below(3) == 0;
    for (size_t i = 0; i < n; i++)
        thrum_buffer_append_text(subject, below(3) ? pieces[below(4)] : pieces[below(is_ascii ? 14 : 32)]);
    if (below(4) == 0)
        thrum_buffer_append(subject, "", 1);
}

#endif
