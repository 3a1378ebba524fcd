/* Words as ICU's root word-break iterator finds them: the oracle that says what a word is. */
#ifndef TEXT_WORD_ICU_H
#define TEXT_WORD_ICU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <unicode/ubrk.h>

#include "thrum/error.h"

/* What one thread needs to ask ICU. {0} may be released. */
typedef struct word_icu {
    UBreakIterator *iterator;
    UChar *units; /* the text in ICU's own form */
    size_t units_capacity;

    const uint8_t *bytes;
    size_t at; /* where the last segment ended, in bytes and in units */
    size_t end;
    int32_t unit;
    int32_t n_units;
} word_icu;

thrum_status word_icu_open(word_icu *icu, thrum_error *error);
void word_icu_release(word_icu *icu);

/* Sets about the words of [begin, end), a text of its own of at most INT32_MAX bytes. */
thrum_status word_icu_begin(word_icu *icu, const uint8_t *bytes, size_t begin, size_t end, thrum_error *error);

typedef struct icu_word {
    size_t begin;
    size_t end;
    int32_t status; /* ICU's rule status: which kind of word */
} icu_word;

/* The next word; false after the last one. */
bool word_icu_next(word_icu *icu, icu_word *word);

/* To be asked after the last word: whether ICU came to the end of the text. */
thrum_status word_icu_finish(const word_icu *icu, thrum_error *error);

#endif
