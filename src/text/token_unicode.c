/* ICU's words, for the most part without ICU.
 *
 * ICU's automaton starts anew at each of its breaks, so a text can be taken up at any break by whoever is quickest
 * there, and three take turns:
 *
 *   blocks   words of ASCII, found by the bits of a whole block as token_run.c finds runs. Letters, digits and
 *            connectors are a word's; what stands alone between two of these is looked up (don't, 3.14, a:b). Where
 *            the kernel can do pairs, letters of two bytes take part (word_pairs.h); what does not is foreign.
 *   scan     any character of the model, one at a time: where something foreign is near, or no end in sight.
 *   ICU      the rest: dictionaries, emoji, what the model does not know.
 *
 *   K i n g  J a m e s ' s  z e r o – o n e ,  a n d  t h e n  中 国  。  A n d
 *   blocks----------------->scan-------------->blocks-------->ICU--------->blocks
 *
 * Something foreign may be a mark or a middle, and reaches back to the last characters that are part of no word: up
 * to them words are certain, and there the scan begins. ICU goes on to a place where segmentation starts afresh
 * whatever stands around (boundary.c), and each time it is asked again soon it goes further, up to PIECE_BYTES, because
 * asking costs more than walking.
 *
 * An ICU that fits no model does everything, in pieces: its positions have 32 bits, and a small piece stays in the
 * cache. Only what has no place to be cut for 2 GiB is refused.
 *
 * Cost: blocks 0.5 ns, scan 2 ns, ICU 20 ns a character and more. */
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "text/fold.h"
#include "text/token_rules.h"
#include "text/word_pairs.h"
#include "text/word_scan.h"

enum {
    PIECE_BYTES = 1 << 15,
    NEAR_BYTES = 24,  /* ICU is asked again soon when less lies between */
    AHEAD_BYTES = 16, /* of ASCII ahead: then blocks take over */
};

typedef struct walk {
    tokenizer *tokenizer_;
    token_stretch stretch;
    word_scan scan;
    size_t reach;   /* how far ICU goes beyond what it must do */
    size_t icu_end; /* where it stopped last */
    const kernel_pairs *pairs[KERNEL_LEADS];
} walk;

thrum_status token_unicode_open(tokenizer *tokenizer_, thrum_error *error) {
    thrum_status status = word_icu_open(&tokenizer_->icu, error);
    if (status)
        return status;
    return tokenizer_->keep_case ? THRUM_OK : fold_open(&tokenizer_->case_map, error);
}

static thrum_status refuse_length(size_t begin, size_t end, thrum_error *error) {
    error_set(error, THRUM_ERROR_TEXT, NULL,
              "%zu bytes without a line end, or a space before a letter, are too much for Unicode words (at most "
              "%" PRId32 "): break the text into lines or take another token rule",
              end - begin, INT32_MAX);
    if (error)
        error->offset = begin;
    return THRUM_ERROR_TEXT;
}

/* --- ICU --------------------------------------------------------------------------------------------------------- */

/* Has ICU find the words from *at to the first place at or after `from` where the text may be cut, and goes there. */
static thrum_status take_by_icu(walk *w, size_t *at, size_t from, thrum_error *error) {
    word_icu *icu = &w->tokenizer_->icu;
    size_t begin = *at, end = boundary_next(BOUNDARY_WORD_UNICODE, w->stretch.bytes, w->stretch.end, from);
    if (end - begin > INT32_MAX)
        return refuse_length(begin, end, error);
    thrum_status status = word_icu_begin(icu, w->stretch.bytes, begin, end, error);
    for (icu_word word; !status && word_icu_next(icu, &word);)
        status = tokens_take(w->tokenizer_, &w->stretch, word.begin, word.end, true, error);
    *at = w->icu_end = end;
    return status ? status : word_icu_finish(icu, error);
}

/* So many bytes on, or the end of the stretch. */
static size_t go_on(const walk *w, size_t at, size_t n_bytes) {
    return w->stretch.end - at > n_bytes ? at + n_bytes : w->stretch.end;
}

/* --- scan -------------------------------------------------------------------------------------------------------- */

/* Whether so much lies ahead that blocks can take: ASCII, or pairs that the kernel does not find foreign. */
static bool is_plain_ahead(const walk *w, size_t at) {
    const uint8_t *bytes = w->stretch.bytes + at;
    uint64_t ahead[AHEAD_BYTES / 8];
    if (w->stretch.end - at <= AHEAD_BYTES)
        return false;
    memcpy(ahead, bytes, AHEAD_BYTES);
    if (((ahead[0] | ahead[1]) & UINT64_C(0x8080808080808080)) == 0)
        return true;
    if (!w->tokenizer_->kernel->pair_masks)
        return false;
    for (size_t i = 0, n; i < AHEAD_BYTES; i += n) {
        n = bytes[i] < 0x80 ? 1 : 2;
        if (n == 1)
            continue;
        const kernel_pairs *pairs = utf8_leads_pair(bytes[i]) ? w->pairs[bytes[i] % KERNEL_LEADS] : NULL;
        if (!pairs || !utf8_continues(bytes[i + 1]) || pairs->classes[bytes[i + 1] & 0x3F] == KERNEL_PAIR_FOREIGN)
            return false;
    }
    return true;
}

/* Leaves a segment to ICU, from its beginning *at beyond `must_reach`; further when it was asked not long ago. */
static thrum_status take_open(walk *w, size_t *at, size_t must_reach, thrum_error *error) {
    size_t further = 2 * w->reach + NEAR_BYTES;
    bool is_near = *at - w->icu_end < NEAR_BYTES;
    w->reach = !is_near ? 0 : further < PIECE_BYTES ? further : PIECE_BYTES;
    return take_by_icu(w, at, go_on(w, must_reach, w->reach), error);
}

/* Takes words one by one from the break *at on, one at least and as far as `until`, then until blocks can go on. */
static thrum_status take_by_scan(walk *w, size_t *at, size_t until, thrum_error *error) {
    thrum_status status = THRUM_OK;
    do {
        scanned_word word;
        switch (word_scan_next(&w->scan, *at, &word)) {
        case WORD_FOUND:
            status = tokens_take(w->tokenizer_, &w->stretch, word.begin, word.end, word.folds, error);
            *at = word.end;
            break;
        case WORD_LEFT_OPEN:
            *at = word.begin;
            status = take_open(w, at, word.end, error);
            break;
        case WORD_NO_MORE:
            *at = w->stretch.end;
        }
    } while (!status && *at < w->stretch.end && (*at < until || !is_plain_ahead(w, *at)));
    return status;
}

/* --- blocks ------------------------------------------------------------------------------------------------------ */

typedef struct block {
    const uint8_t *bytes;
    size_t n_bytes;
    bool has_connectors;
    uint64_t words[RUN_BLOCK_MASKS];   /* characters of words */
    uint64_t visible[RUN_BLOCK_MASKS]; /* ASCII above the space */
    uint64_t foreign[RUN_BLOCK_MASKS]; /* beyond ASCII, and not for the kernel; unused where that cannot do pairs */
} block;

/* The class of a byte of a word. */
static unsigned class_of(uint8_t byte) {
    return byte < 0x80 ? word_class_ascii(byte) : WORD_LETTER;
}

static bool is_held(const word_model *model, const uint8_t *middle) {
    uint8_t held = model->holds[word_class_ascii(middle[0])][class_of(middle[-1])];
    return word_set_has(held, class_of(middle[1]));
}

/* Adds the letters of two bytes. A lead byte that ends the block is foreign. */
static void find_pairs(block *b, walk *w, size_t n_masks) {
    tokenizer *tokenizer_ = w->tokenizer_;
    tokenizer_->kernel->pair_masks(b->words, b->foreign, b->bytes, tokenizer_->keep_case ? NULL : tokenizer_->run_block,
                                   n_masks, w->pairs);
    size_t last = b->n_bytes - 1;
    if (b->bytes[last] >= 0xC0) {
        b->words[last / KERNEL_MASK_BYTES] &= ~(UINT64_C(1) << last % KERNEL_MASK_BYTES);
        b->foreign[last / KERNEL_MASK_BYTES] |= UINT64_C(1) << last % KERNEL_MASK_BYTES;
    }
}

/* Finds the characters of words, among them the middles that a word holds. */
static void find_word_characters(block *b, walk *w) {
    const word_model *model = w->scan.model;
    const kernel *kernel_ = w->tokenizer_->kernel;
    size_t n_masks = (b->n_bytes + KERNEL_MASK_BYTES - 1) / KERNEL_MASK_BYTES;
    kernel_->word_masks(b->words, b->visible, b->bytes, n_masks, model->extra_letter);
    if (kernel_->pair_masks)
        find_pairs(b, w, n_masks);
    if (b->n_bytes % KERNEL_MASK_BYTES)
        b->words[n_masks - 1] &= (UINT64_C(1) << b->n_bytes % KERNEL_MASK_BYTES) - 1;
    uint64_t carry = 0;
    for (size_t m = 0; m < n_masks; m++) {
        uint64_t words = b->words[m], next = m + 1 < n_masks ? b->words[m + 1] : 0;
        uint64_t middles = (words << 1 | carry) & (words >> 1 | next << 63) & ~words & b->visible[m];
        carry = words >> 63;
        for (; middles; middles &= middles - 1)
            if (is_held(model, b->bytes + m * KERNEL_MASK_BYTES + __builtin_ctzll(middles)))
                b->words[m] |= middles & -middles;
    }
}

/* Leaves out connectors that stand alone, where they are no words. */
static size_t drop_connectors(uint16_t *edges, size_t n_edges, const uint8_t *bytes) {
    size_t n_kept = 0;
    for (size_t i = 0; i < n_edges; i += 2) {
        bool is_lone = edges[i + 1] - edges[i] == 1 && bytes[edges[i]] == '_';
        edges[n_kept] = edges[i];
        edges[n_kept + 1] = edges[i + 1];
        n_kept += is_lone ? 0 : 2;
    }
    return n_kept;
}

static thrum_status take_by_bits(walk *w, const block *b, size_t from, size_t to) {
    uint16_t *edges = w->tokenizer_->run_edges;
    size_t n_edges = w->tokenizer_->kernel->edges(edges, b->words, from, to);
    if (n_edges % 2)
        edges[n_edges++] = (uint16_t)to;
    if (b->has_connectors && !word_set_has(w->scan.model->alone, WORD_CONNECTOR))
        n_edges = drop_connectors(edges, n_edges, b->bytes);
    return token_run_hand(w->tokenizer_, b->bytes, edges, n_edges / 2);
}

static bool is_other(uint8_t byte) {
    return byte < 0x80 && word_class_ascii(byte) == WORD_OTHER;
}

/* The last place in [from, to], where nothing is foreign, up to which words are certain whatever follows: in front of
 * the last characters that are part of no word; of these only ASCII is looked for. */
static size_t certain_end(const block *b, size_t from, size_t to) {
    size_t at = to;
    while (at > from && !is_other(b->bytes[at - 1]))
        at--;
    while (at > from && is_other(b->bytes[at - 1]))
        at--;
    return at;
}

/* The first foreign byte in [from, n_bytes); n_bytes when there is none. */
static size_t find_foreign(const block *b, const kernel *kernel_, size_t from) {
    if (!kernel_->pair_masks)
        return from + kernel_->ascii_end(b->bytes + from, b->n_bytes - from);
    uint64_t keep = ~UINT64_C(0) << from % KERNEL_MASK_BYTES;
    for (size_t m = from / KERNEL_MASK_BYTES; m * KERNEL_MASK_BYTES < b->n_bytes; m++, keep = ~UINT64_C(0)) {
        uint64_t foreign = b->foreign[m] & keep;
        size_t at = foreign ? m * KERNEL_MASK_BYTES + (size_t)__builtin_ctzll(foreign) : b->n_bytes;
        if (foreign)
            return at < b->n_bytes ? at : b->n_bytes;
    }
    return b->n_bytes;
}

/* The same, once the kernel has been told of the lead bytes that come up. */
static size_t find_stop(block *b, walk *w, size_t from) {
    for (;;) {
        size_t at = find_foreign(b, w->tokenizer_->kernel, from);
        uint8_t byte = at < b->n_bytes ? b->bytes[at] : 0;
        if (!w->tokenizer_->kernel->pair_masks || !utf8_leads_pair(byte) || w->pairs[byte % KERNEL_LEADS] ||
            !word_pairs_make(w->scan.model, w->scan.icu, byte))
            return at;
        word_pairs_known(w->pairs);
        find_word_characters(b, w);
    }
}

/* Takes the words of the block that begins at the break *at, and perhaps some behind it. Goes to a break. */
static thrum_status take_block(walk *w, size_t *at, thrum_error *error) {
    size_t begin = *at, stretch_end = w->stretch.end;
    block b = {.n_bytes = stretch_end - begin < RUN_BLOCK_BYTES ? stretch_end - begin : RUN_BLOCK_BYTES};
    b.bytes = token_run_prepare(w->tokenizer_, &w->stretch, begin, b.n_bytes);
    b.n_bytes -= b.n_bytes == RUN_BLOCK_BYTES && b.bytes[b.n_bytes - 1] >= 0xC0; /* a character that is cut in two */
    b.has_connectors = memchr(b.bytes, '_', b.n_bytes);
    find_word_characters(&b, w);
    thrum_status status = THRUM_OK;
    for (size_t from = 0; !status && from < b.n_bytes; from = *at - begin) {
        size_t stop = find_stop(&b, w, from);
        bool is_last = begin + stop == stretch_end;
        size_t to = is_last ? stop : certain_end(&b, from, stop);
        status = take_by_bits(w, &b, from, to);
        *at = begin + to;
        if (stop == b.n_bytes && to > 0)
            break;
        if (!status)
            status = take_by_scan(w, at, begin + stop, error);
    }
    return status ? status : tokens_flush(w->tokenizer_);
}

thrum_status token_unicode_run(tokenizer *tokenizer_, token_stretch stretch, thrum_error *error) {
    const word_model *model = word_model_get(&tokenizer_->icu);
    walk w = {.tokenizer_ = tokenizer_, .stretch = stretch, .icu_end = stretch.begin};
    w.scan = (word_scan){model, &tokenizer_->icu, stretch.bytes, stretch.end};
    word_pairs_known(w.pairs);
    thrum_status status = THRUM_OK;
    for (size_t at = stretch.begin; at < stretch.end && !status;)
        status = model ? take_block(&w, &at, error) : take_by_icu(&w, &at, go_on(&w, at, PIECE_BYTES), error);
    return status;
}
