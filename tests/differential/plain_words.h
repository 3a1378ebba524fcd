/* The words of a text as ICU finds them in one walk over all of it: what thrum's Unicode words are held against. */
#ifndef DIFFERENTIAL_PLAIN_WORDS_H
#define DIFFERENTIAL_PLAIN_WORDS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <unicode/ubrk.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

enum { PLAIN_GROWTH = 6 };

/* A text, also in ICU's form, and its iterator. */
typedef struct plain_words {
    UBreakIterator *iterator;
    const uint8_t *bytes;
    size_t n_bytes;
    UChar *units;
    size_t units_capacity;
    int32_t n_units;
} plain_words;

static inline void plain_fail(const char *what) {
    fprintf(stderr, "the plain walk: %s\n", what);
    exit(2);
}

static inline void *plain_own(void *memory) {
    if (!memory)
        plain_fail("out of memory");
    return memory;
}

static inline void plain_require(UErrorCode icu) {
    if (U_FAILURE(icu))
        plain_fail(u_errorName(icu));
}

/* What an iterator makes of U+30FC and its like depends on whether it met a Chinese or a Japanese letter before them.
 * It shall have met one, and a mark that belongs to no script after it. */
static inline void plain_words_open(plain_words *words) {
    static const UChar settling[] = {0x4E2D, 0x4E2D, 0x309B, 0x309B};
    UErrorCode icu = U_ZERO_ERROR;
    *words = (plain_words){.iterator = ubrk_open(UBRK_WORD, "", NULL, 0, &icu)};
    plain_require(icu);
    ubrk_setText(words->iterator, settling, sizeof settling / sizeof *settling, &icu);
    plain_require(icu);
    while (ubrk_next(words->iterator) != UBRK_DONE)
        continue;
}

/* The length of the character at the beginning of the bytes, or 1 and U+FFFD: each byte of what is ill-formed is a
 * character of its own. */
static inline int32_t plain_character(const uint8_t *bytes, size_t n_bytes, UChar32 *character) {
    int32_t length = 0;
    U8_NEXT(bytes, length, n_bytes < U8_MAX_LENGTH ? (int32_t)n_bytes : U8_MAX_LENGTH, *character);
    if (*character >= 0)
        return length;
    *character = 0xFFFD;
    return 1;
}

/* Takes up a text, which must live as long as it is walked over. */
static inline void plain_words_begin(plain_words *words, const uint8_t *bytes, size_t n_bytes) {
    UErrorCode icu = U_ZERO_ERROR;
    if (n_bytes > INT32_MAX)
        plain_fail("the text is too long");
    if (n_bytes >= words->units_capacity) {
        words->units_capacity = n_bytes + n_bytes / 2 + 1;
        words->units = plain_own(realloc(words->units, words->units_capacity * sizeof *words->units));
    }
    words->bytes = bytes;
    words->n_bytes = n_bytes;
    words->n_units = 0;
    for (size_t at = 0; at < n_bytes;) {
        UChar32 character;
        at += (size_t)plain_character(bytes + at, n_bytes - at, &character);
        U16_APPEND_UNSAFE(words->units, words->n_units, character);
    }
    ubrk_setText(words->iterator, words->units, words->n_units, &icu);
    plain_require(icu);
}

/* Walks over the text and calls `take` for each word. */
static inline void plain_words_walk(plain_words *words,
                                    void (*take)(void *context, const uint8_t *bytes, size_t n_bytes), void *context) {
    size_t at = 0;
    int32_t unit = 0;
    for (int32_t to; (to = ubrk_next(words->iterator)) != UBRK_DONE;) {
        size_t begin = at;
        for (UChar32 character; unit < to; unit += U16_LENGTH(character))
            at += (size_t)plain_character(words->bytes + at, words->n_bytes - at, &character);
        if (ubrk_getRuleStatus(words->iterator) >= UBRK_WORD_NUMBER)
            take(context, words->bytes + begin, at - begin);
    }
    if (unit != words->n_units)
        plain_fail("it stopped before the end");
}

/* Writes a word with full case folding, under which no character looks at its neighbours; what is ill-formed stays as
 * it is. Returns the length, at most PLAIN_GROWTH times what it was. */
static inline size_t plain_fold(uint8_t *to, const uint8_t *bytes, size_t n_bytes) {
    size_t n_written = 0;
    int32_t length;
    for (size_t at = 0; at < n_bytes; at += (size_t)length) {
        UErrorCode icu = U_ZERO_ERROR;
        UChar units[2], folded[8];
        UChar32 character;
        int32_t n_units = 0, n_folded;
        length = plain_character(bytes + at, n_bytes - at, &character);
        U16_APPEND_UNSAFE(units, n_units, character);
        if (length == 1 && character == 0xFFFD) {
            to[n_written++] = bytes[at];
            continue;
        }
        n_units = u_strFoldCase(folded, 8, units, n_units, U_FOLD_CASE_DEFAULT, &icu);
        u_strToUTF8((char *)to + n_written, PLAIN_GROWTH * length, &n_folded, folded, n_units, &icu);
        plain_require(icu);
        n_written += (size_t)n_folded;
    }
    return n_written;
}

static inline void plain_words_close(plain_words *words) {
    ubrk_close(words->iterator);
    free(words->units);
}

#endif
