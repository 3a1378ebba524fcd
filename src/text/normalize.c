/* Normal forms (UAX #15) by ICU, which wants UTF-16. Nearly every word is in normal form already, and to see that takes
 * one look at each character: it is settled when it stays as it is, and neither reorders nor joins with what stands
 * before it. A word of settled characters is in normal form. A table remembers what ICU said of each. */
#include "text/normalize.h"

#include <stdatomic.h>
#include <stdlib.h>

#include <unicode/unorm2.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "base/error.h"
#include "base/memory.h"
#include "text/fold.h"
#include "text/token.h"
#include "text/utf8.h"

enum {
    N_KNOWN = 0x10000,
    IS_SETTLED = 1,
    IS_NOT = 2,
    PIECE_UNITS = 1024,         /* from here on a word is normalised in parts, where a part may end */
    PIECE_MOST_UNITS = 1 << 20, /* and here it ends in any case: so many marks on one letter are no writing */
    ROOM_UNITS = 4 * PIECE_UNITS
};

struct normalizer {
    bool keep_case;
    UCaseMap *case_map;      /* NULL: A-Z only */
    const UNormalizer2 *icu; /* NULL: no normal form. Owned by ICU. */
    _Atomic(uint8_t) *known; /* of the form */
    thrum_buffer first;      /* the word in normal form, not folded yet */
    thrum_buffer folded;
    UChar *units; /* a part of the word */
    size_t n_units, unit_capacity;
    UChar *normal; /* and what becomes of it */
    size_t normal_capacity;
};

/* For each form, IS_SETTLED, IS_NOT, or 0 when ICU was not asked yet. All threads find the same. */
static _Atomic(uint8_t) known_nfc[N_KNOWN], known_nfkc[N_KNOWN];

static thrum_status open_form(normalizer *made, thrum_normalization form, thrum_error *error) {
    UErrorCode icu = U_ZERO_ERROR;
    if (form != THRUM_NORMALIZE_NFC && form != THRUM_NORMALIZE_NFKC)
        return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "no normal form has number %d", (int)form);
    made->known = form == THRUM_NORMALIZE_NFC ? known_nfc : known_nfkc;
    made->icu = form == THRUM_NORMALIZE_NFC ? unorm2_getNFCInstance(&icu) : unorm2_getNFKCInstance(&icu);
    if (U_FAILURE(icu))
        return error_set(error, THRUM_ERROR_SYSTEM, NULL, "ICU cannot open its normal forms (%s)", u_errorName(icu));
    return THRUM_OK;
}

thrum_status normalizer_create(normalizer **normalizer_, thrum_token_rule rule, bool keep_case,
                               thrum_normalization form, thrum_error *error) {
    normalizer *made = memory_own(1, sizeof *made);
    *normalizer_ = NULL;
    if (!made)
        return error_memory(error);
    made->keep_case = keep_case;
    thrum_status status = form == THRUM_NORMALIZE_NONE ? THRUM_OK : open_form(made, form, error);
    if (status == THRUM_OK && !keep_case && rule == THRUM_TOKEN_UNICODE)
        status = fold_open(&made->case_map, error);
    if (status == THRUM_OK)
        *normalizer_ = made;
    else
        normalizer_free(made);
    return status;
}

void normalizer_free(normalizer *normalizer_) {
    if (!normalizer_)
        return;
    ucasemap_close(normalizer_->case_map);
    thrum_buffer_release(&normalizer_->first);
    thrum_buffer_release(&normalizer_->folded);
    free(normalizer_->units);
    free(normalizer_->normal);
    free(normalizer_);
}

/* --- whether anything is to be done ------------------------------------------------------------------------------ */

static bool ask(const normalizer *n, uint32_t code_point) {
    UChar units[U16_MAX_LENGTH];
    int32_t n_units = 0;
    UErrorCode icu = U_ZERO_ERROR;
    U16_APPEND_UNSAFE(units, n_units, code_point);
    return unorm2_quickCheck(n->icu, units, n_units, &icu) == UNORM_YES && U_SUCCESS(icu) &&
           unorm2_getCombiningClass(n->icu, (UChar32)code_point) == 0;
}

static bool is_settled(const normalizer *n, uint32_t code_point) {
    if (code_point >= N_KNOWN)
        return ask(n, code_point);
    uint8_t known = atomic_load_explicit(&n->known[code_point], memory_order_relaxed);
    if (!known) {
        known = ask(n, code_point) ? IS_SETTLED : IS_NOT;
        atomic_store_explicit(&n->known[code_point], known, memory_order_relaxed);
    }
    return known == IS_SETTLED;
}

static bool is_ascii(const uint8_t *bytes, size_t n_bytes) {
    uint8_t all = 0;
    for (size_t i = 0; i < n_bytes; i++)
        all |= bytes[i];
    return all < 0x80;
}

static bool is_normal(const normalizer *n, const uint8_t *bytes, size_t n_bytes) {
    for (size_t at = 0, length; at < n_bytes; at += length) {
        uint32_t code_point;
        length = utf8_character(bytes + at, n_bytes - at, &code_point);
        if (length > 1 && !is_settled(n, code_point))
            return false;
        length += length == 0;
    }
    return true;
}

/* --- doing it ---------------------------------------------------------------------------------------------------- */

/* Appends the part that was gathered, in normal form. */
static bool append_part(normalizer *n, thrum_buffer *to) {
    int32_t n_normal;
    UErrorCode icu;
    if (n->n_units == 0)
        return true;
    for (size_t room = ROOM_UNITS;; room = (size_t)n_normal) {
        icu = U_ZERO_ERROR;
        if (!memory_grow(&n->normal, &n->normal_capacity, room, sizeof *n->normal))
            return false;
        n_normal =
            unorm2_normalize(n->icu, n->units, (int32_t)n->n_units, n->normal, (int32_t)n->normal_capacity, &icu);
        if (icu != U_BUFFER_OVERFLOW_ERROR)
            break;
    }
    n->n_units = 0;
    uint8_t *bytes = U_SUCCESS(icu) ? thrum_buffer_reserve(to, (size_t)n_normal * U8_MAX_LENGTH) : NULL;
    if (!bytes)
        return false;
    size_t n_bytes = 0;
    for (int32_t at = 0; at < n_normal;) {
        UChar32 code_point;
        U16_NEXT_UNSAFE(n->normal, at, code_point);
        U8_APPEND_UNSAFE(bytes, n_bytes, code_point);
    }
    to->n_bytes += n_bytes;
    return true;
}

static bool may_part(const normalizer *n, uint32_t code_point) {
    return n->n_units >= PIECE_UNITS &&
           (n->n_units >= PIECE_MOST_UNITS || unorm2_hasBoundaryBefore(n->icu, (UChar32)code_point));
}

static bool append_normal(normalizer *n, const uint8_t *bytes, size_t n_bytes, thrum_buffer *to) {
    n->n_units = 0;
    for (size_t at = 0, length; at < n_bytes; at += length) {
        uint32_t code_point;
        length = utf8_character(bytes + at, n_bytes - at, &code_point);
        if ((length == 0 || may_part(n, code_point)) && !append_part(n, to))
            return false;
        if (length == 0) {
            thrum_buffer_append(to, bytes + at, 1);
            length = 1;
            continue;
        }
        if (!memory_grow(&n->units, &n->unit_capacity, n->n_units + U16_MAX_LENGTH, sizeof *n->units))
            return false;
        U16_APPEND_UNSAFE(n->units, n->n_units, code_point);
    }
    return append_part(n, to);
}

/* Appends the word folded, or kept. */
static bool append_folded(const normalizer *n, const uint8_t *bytes, size_t n_bytes, thrum_buffer *to) {
    if (!n->keep_case)
        return fold_append(to, n->case_map, bytes, n_bytes);
    thrum_buffer_append(to, bytes, n_bytes);
    return !to->failed;
}

static bool append_in_form(normalizer *n, const uint8_t *bytes, size_t n_bytes, thrum_buffer *to) {
    size_t begin = to->n_bytes;
    if (!is_normal(n, bytes, n_bytes)) {
        thrum_buffer_clear(&n->first);
        if (!append_normal(n, bytes, n_bytes, &n->first))
            return false;
        bytes = n->first.bytes;
        n_bytes = n->first.n_bytes;
    }
    if (!append_folded(n, bytes, n_bytes, to))
        return false;
    if (n->keep_case || is_normal(n, to->bytes + begin, to->n_bytes - begin))
        return true;
    thrum_buffer_clear(&n->folded);
    thrum_buffer_append(&n->folded, to->bytes + begin, to->n_bytes - begin);
    to->n_bytes = begin;
    return !n->folded.failed && append_normal(n, n->folded.bytes, n->folded.n_bytes, to);
}

bool normalizer_append(normalizer *n, const uint8_t *bytes, size_t n_bytes, thrum_buffer *to) {
    bool is_done = !n->icu || is_ascii(bytes, n_bytes) ? append_folded(n, bytes, n_bytes, to)
                                                       : append_in_form(n, bytes, n_bytes, to);
    return is_done && thrum_buffer_reserve(to, TOKEN_PADDING_BYTES);
}
