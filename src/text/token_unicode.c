/* Words as ICU's root word-break iterator finds them: Unicode Standard Annex #29 with CLDR's tailoring, dictionaries
 * for Chinese, Japanese, Thai, Lao, Khmer and Burmese.
 *
 * ICU is asked in UTF-16, its own form: over UTF-8 its dictionaries measure in bytes what they mean in letters (ICU 72
 * then divides Burmese words of two letters that it keeps whole in UTF-16). A byte that is part of no well-formed
 * character becomes U+FFFD, which is part of no word; so words are always well-formed. Segments come in order, and a
 * cursor in the text follows them.
 *
 * A stretch goes to ICU in pieces cut where segmentation may start afresh (boundary.c says why that changes nothing):
 * ICU's positions have 32 bits, and a small piece stays in the cache. Only a piece that has no such place for 2 GiB is
 * refused.
 *
 * Cost: ICU's, about 20 ns a character; words of ASCII are folded without it. Two bytes for each byte of the longest
 * piece. */
#include <inttypes.h>

#include <unicode/utf16.h>

#include "base/error.h"
#include "base/memory.h"
#include "text/fold.h"
#include "text/token_rules.h"
#include "text/utf8.h"

enum { PIECE_BYTES = 1 << 15, REPLACEMENT = 0xFFFD };

thrum_status token_unicode_open(tokenizer *tokenizer_, thrum_error *error) {
    UErrorCode icu = U_ZERO_ERROR;
    tokenizer_->words = ubrk_open(UBRK_WORD, "", NULL, 0, &icu);
    if (U_FAILURE(icu))
        return error_set(error, THRUM_ERROR_SYSTEM, NULL, "ICU cannot open its word rules (%s): is its data installed?",
                         u_errorName(icu));
    return tokenizer_->keep_case ? THRUM_OK : fold_open(&tokenizer_->case_map, error);
}

static thrum_status refuse_length(const token_stretch *piece, thrum_error *error) {
    error_set(error, THRUM_ERROR_TEXT, NULL,
              "%zu bytes without a line end, or a space before a letter, are too much for Unicode words (at most "
              "%" PRId32 "): break the text into lines or take another token rule",
              piece->end - piece->begin, INT32_MAX);
    if (error)
        error->offset = piece->begin;
    return THRUM_ERROR_TEXT;
}

/* ICU reports no failure while it walks; it stops early instead. */
static thrum_status refuse_stop(UErrorCode icu, thrum_error *error) {
    if (U_SUCCESS(icu) || icu == U_MEMORY_ALLOCATION_ERROR)
        return error_memory(error);
    return error_set(error, THRUM_ERROR_TEXT, NULL, "ICU cannot walk over the text (%s)", u_errorName(icu));
}

/* The length of what stands at a place: a character, or one byte of what is ill-formed. */
static inline size_t step(const token_stretch *piece, size_t at, uint32_t *code_point) {
    size_t length = utf8_character(piece->bytes + at, piece->end - at, code_point);
    if (length > 0)
        return length;
    *code_point = REPLACEMENT;
    return 1;
}

static int32_t convert(UChar *units, const token_stretch *piece) {
    int32_t n_units = 0;
    for (size_t at = piece->begin; at < piece->end;) {
        uint32_t code_point;
        at += step(piece, at, &code_point);
        U16_APPEND_UNSAFE(units, n_units, code_point);
    }
    return n_units;
}

/* Goes on in the text by as many units of UTF-16. */
static size_t advance(const token_stretch *piece, size_t at, int32_t n_units) {
    while (n_units > 0) {
        uint32_t code_point;
        at += step(piece, at, &code_point);
        n_units -= U16_LENGTH(code_point);
    }
    return at;
}

static thrum_status run_piece(tokenizer *tokenizer_, const token_stretch *piece, thrum_error *error) {
    if (!memory_grow(&tokenizer_->units, &tokenizer_->units_capacity, piece->end - piece->begin, sizeof(UChar)))
        return error_memory(error);
    int32_t n_units = convert(tokenizer_->units, piece);
    UErrorCode icu = U_ZERO_ERROR;
    ubrk_setText(tokenizer_->words, tokenizer_->units, n_units, &icu);
    if (U_FAILURE(icu))
        return refuse_stop(icu, error);
    size_t begin = piece->begin;
    int32_t from = 0;
    for (int32_t to; (to = ubrk_next(tokenizer_->words)) != UBRK_DONE; from = to) {
        size_t end = advance(piece, begin, to - from);
        bool is_word = ubrk_getRuleStatus(tokenizer_->words) >= UBRK_WORD_NUMBER;
        thrum_status status = is_word ? tokens_take(tokenizer_, piece, begin, end, error) : THRUM_OK;
        if (status)
            return status;
        begin = end;
    }
    return from == n_units ? THRUM_OK : refuse_stop(icu, error);
}

thrum_status token_unicode_run(tokenizer *tokenizer_, token_stretch stretch, thrum_error *error) {
    token_stretch piece = stretch;
    thrum_status status = THRUM_OK;
    for (; piece.begin < stretch.end && !status; piece.begin = piece.end) {
        size_t from = stretch.end - piece.begin > PIECE_BYTES ? piece.begin + PIECE_BYTES : stretch.end;
        piece.end = boundary_next(BOUNDARY_WORD_UNICODE, stretch.bytes, stretch.end, from);
        status =
            piece.end - piece.begin > INT32_MAX ? refuse_length(&piece, error) : run_piece(tokenizer_, &piece, error);
    }
    return status;
}
