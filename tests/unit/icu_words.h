/* What ICU says a word is, asked in the most direct way: the oracle of test_boundary and test_token. */
#ifndef UNIT_ICU_WORDS_H
#define UNIT_ICU_WORDS_H

#include <unicode/ubrk.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include "text_samples.h"

/* The segments of a text one after another: where each ends, and its status. */
typedef struct segments {
    size_t n;
    size_t capacity;
    struct segment {
        size_t end;
        int32_t status;
    } * items;
} segments;

static inline void segments_add(segments *list, size_t end, int32_t status) {
    if (list->n == list->capacity) {
        list->capacity = list->capacity * 2 + 64;
        list->items = realloc(list->items, list->capacity * sizeof *list->items);
        assert_non_null(list->items);
    }
    list->items[list->n++] = (struct segment){end, status};
}

/* What an iterator makes of U+30FC and its like depends on whether it met a Chinese or a Japanese letter before them:
 * this one has met one, and a mark that belongs to no script after it. */
static inline UBreakIterator *icu_words_open(void) {
    static const UChar settling[] = {0x4E2D, 0x4E2D, 0x309B, 0x309B};
    UErrorCode icu = U_ZERO_ERROR;
    UBreakIterator *words = ubrk_open(UBRK_WORD, "", NULL, 0, &icu);
    ubrk_setText(words, settling, sizeof settling / sizeof *settling, &icu);
    assert_true(U_SUCCESS(icu));
    while (ubrk_next(words) != UBRK_DONE)
        continue;
    return words;
}

/* Appends the segments of [begin, end) as a text of its own. Over UTF-8 the dictionaries of ICU 72 divide some words of
 * two letters that they keep whole in UTF-16; UTF-16 is what words are by definition. */
static inline void segments_utf8(segments *list, UBreakIterator *words, const uint8_t *bytes, size_t begin,
                                 size_t end) {
    UErrorCode icu = U_ZERO_ERROR;
    UText *text = utext_openUTF8(NULL, (const char *)bytes + begin, (int64_t)(end - begin), &icu);
    ubrk_setUText(words, text, &icu);
    assert_true(U_SUCCESS(icu));
    for (int32_t to; (to = ubrk_next(words)) != UBRK_DONE;)
        segments_add(list, begin + (size_t)to, ubrk_getRuleStatus(words));
    utext_close(text);
}

/* The same by way of UTF-16. Each byte that is part of no well-formed character becomes U+FFFD. */
static inline void segments_utf16(segments *list, UBreakIterator *words, const uint8_t *bytes, size_t begin,
                                  size_t end) {
    UErrorCode icu = U_ZERO_ERROR;
    size_t n_bytes = end - begin;
    UChar *units = malloc((n_bytes + 1) * sizeof *units);
    size_t *ends = malloc((n_bytes + 1) * sizeof *ends); /* of the character, by the units before it ends */
    assert_true(units && ends);
    int32_t n_units = 0;
    for (int32_t at = 0, length = (int32_t)n_bytes; at < length;) {
        UChar32 character;
        int32_t after = at + 1;
        U8_NEXT(bytes + begin, at, length, character);
        if (character < 0) {
            character = 0xFFFD;
            at = after;
        }
        U16_APPEND_UNSAFE(units, n_units, character);
        ends[n_units] = begin + (size_t)at;
    }
    ubrk_setText(words, units, n_units, &icu);
    assert_true(U_SUCCESS(icu));
    for (int32_t to; (to = ubrk_next(words)) != UBRK_DONE;)
        segments_add(list, ends[to], ubrk_getRuleStatus(words));
    free(units);
    free(ends);
}

static inline void segments_release(segments *list) {
    free(list->items);
    *list = (segments){0};
}

static inline bool segments_equal(const segments *a, const segments *b) {
    bool equal = a->n == b->n;
    for (size_t i = 0; equal && i < a->n; i++)
        equal = a->items[i].end == b->items[i].end && a->items[i].status == b->items[i].status;
    return equal;
}

static inline void print_sample(const char *what, const uint8_t *bytes, size_t n_bytes) {
    print_message("%s:", what);
    for (size_t i = 0; i < n_bytes && i < 2000; i++)
        print_message("\\x%02X", bytes[i]);
    print_message("\n");
}

#endif
