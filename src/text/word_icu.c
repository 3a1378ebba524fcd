/* ICU's words: Unicode Standard Annex #29 with CLDR's tailoring, dictionaries for Chinese, Japanese, Thai, Lao, Khmer
 * and Burmese.
 *
 * ICU is asked in UTF-16, its own form: over UTF-8 its dictionaries measure in bytes what they mean in letters (ICU 72
 * then divides Burmese words of two letters that it keeps whole in UTF-16). A byte that is part of no well-formed
 * character becomes U+FFFD, which is no letter: only a joiner and a circled letter behind it make it part of a word.
 * Segments come in order, and a cursor in the text follows them.
 *
 * Cost: about 20 ns a character, more where there is a dictionary, and 0.2 us to begin. Two bytes for each byte of the
 * longest text. */
#include "text/word_icu.h"

#include <stdlib.h>

#include <unicode/utf16.h>

#include "base/error.h"
#include "base/memory.h"
#include "text/utf8.h"

/* What an iterator makes of U+30FC and its like depends on whether it met a Chinese or a Japanese letter before them.
 * It shall have met one, and a mark that belongs to no script after it. */
static void settle(UBreakIterator *iterator, UErrorCode *code) {
    static const UChar text[] = {0x4E2D, 0x4E2D, 0x309B, 0x309B};
    ubrk_setText(iterator, text, sizeof text / sizeof *text, code);
    while (U_SUCCESS(*code) && ubrk_next(iterator) != UBRK_DONE)
        continue;
}

thrum_status word_icu_open(word_icu *icu, thrum_error *error) {
    UErrorCode code = U_ZERO_ERROR;
    *icu = (word_icu){.iterator = ubrk_open(UBRK_WORD, "", NULL, 0, &code)};
    if (U_SUCCESS(code))
        settle(icu->iterator, &code);
    if (U_SUCCESS(code))
        return THRUM_OK;
    return error_set(error, THRUM_ERROR_SYSTEM, NULL, "ICU cannot open its word rules (%s): is its data installed?",
                     u_errorName(code));
}

void word_icu_release(word_icu *icu) {
    ubrk_close(icu->iterator);
    free(icu->units);
    *icu = (word_icu){0};
}

/* ICU reports no failure while it walks; it stops early instead. */
static thrum_status refuse_stop(UErrorCode code, thrum_error *error) {
    if (U_SUCCESS(code) || code == U_MEMORY_ALLOCATION_ERROR)
        return error_memory(error);
    return error_set(error, THRUM_ERROR_TEXT, NULL, "ICU cannot walk over the text (%s)", u_errorName(code));
}

static void convert(word_icu *icu) {
    UChar *units = icu->units;
    int32_t n_units = 0;
    for (size_t at = icu->at; at < icu->end;) {
        uint32_t code_point;
        at += utf8_step(icu->bytes + at, icu->end - at, &code_point);
        U16_APPEND_UNSAFE(units, n_units, code_point);
    }
    icu->n_units = n_units;
}

/* Goes on in the text by as many units of UTF-16. */
static size_t advance(const word_icu *icu, int32_t n_units) {
    size_t at = icu->at;
    while (n_units > 0) {
        uint32_t code_point;
        at += utf8_step(icu->bytes + at, icu->end - at, &code_point);
        n_units -= U16_LENGTH(code_point);
    }
    return at;
}

thrum_status word_icu_begin(word_icu *icu, const uint8_t *bytes, size_t begin, size_t end, thrum_error *error) {
    if (!memory_grow(&icu->units, &icu->units_capacity, end - begin, sizeof(UChar)))
        return error_memory(error);
    icu->bytes = bytes;
    icu->at = begin;
    icu->end = end;
    icu->unit = 0;
    convert(icu);
    UErrorCode code = U_ZERO_ERROR;
    ubrk_setText(icu->iterator, icu->units, icu->n_units, &code);
    return U_SUCCESS(code) ? THRUM_OK : refuse_stop(code, error);
}

bool word_icu_next(word_icu *icu, icu_word *word) {
    for (int32_t unit; (unit = ubrk_next(icu->iterator)) != UBRK_DONE;) {
        size_t end = advance(icu, unit - icu->unit);
        *word = (icu_word){icu->at, end, ubrk_getRuleStatus(icu->iterator)};
        icu->at = end;
        icu->unit = unit;
        if (word->status >= UBRK_WORD_NUMBER)
            return true;
    }
    return false;
}

thrum_status word_icu_finish(const word_icu *icu, thrum_error *error) {
    return icu->unit == icu->n_units ? THRUM_OK : refuse_stop(U_ZERO_ERROR, error);
}
