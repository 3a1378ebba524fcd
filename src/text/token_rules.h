/* Inside the tokenizer: what the rules share. Only token*.c include this. */
#ifndef TEXT_TOKEN_RULES_H
#define TEXT_TOKEN_RULES_H

#include <unicode/ucasemap.h>

#include "text/token.h"
#include "text/word_icu.h"
#include "thrum/buffer.h"

enum { TOKEN_BATCH = 256, RUN_BLOCK_BYTES = 8192, RUN_MASK_BYTES = 64 };

/* The stretch to work on: what lies in [begin, end) of the text. */
typedef struct token_stretch {
    const uint8_t *bytes;
    size_t n_bytes;
    size_t begin;
    size_t end;
} token_stretch;

/* Writes one mask for each RUN_MASK_BYTES bytes: bit i is set when byte i may be part of a word. */
typedef void run_masks(uint64_t *masks, const uint8_t *bytes, size_t n_masks);

typedef struct token_rule {
    boundary_rule boundary;
    thrum_status (*open)(tokenizer *tokenizer_, thrum_error *error); /* NULL: nothing to open */
    thrum_status (*run)(tokenizer *tokenizer_, token_stretch stretch, thrum_error *error);
    run_masks *masks; /* for words that are runs of a class of bytes */
} token_rule;

struct tokenizer {
    const token_rule *rule;
    bool keep_case;
    UCaseMap *case_map; /* NULL: A-Z only */
    word_icu icu;       /* {0} where the rule does not need it */

    token_sink sink;
    size_t n_tokens; /* gathered, not yet handed to the sink */
    token tokens[TOKEN_BATCH];
    thrum_buffer copies; /* bytes of the gathered words that do not lie in the text */
    thrum_buffer single; /* the result of tokenizer_fold */

    uint8_t run_block[RUN_BLOCK_BYTES + RUN_MASK_BYTES]; /* the last words of a block have their padding here */
    uint16_t run_edges[RUN_BLOCK_BYTES + 1];
};

/* Hands what was gathered to the sink and forgets the copies. */
thrum_status tokens_flush(tokenizer *tokenizer_);
/* Gathers the word [begin, end) of the text, folded or kept as the tokenizer is set; not `folds` promises that folding
 * changes nothing. */
thrum_status tokens_take(tokenizer *tokenizer_, const token_stretch *stretch, size_t begin, size_t end, bool folds,
                         thrum_error *error);

/* token_run.c: words that are runs of a class of bytes. */
thrum_status token_run_run(tokenizer *tokenizer_, token_stretch stretch, thrum_error *error);
run_masks token_run_letters;
run_masks token_run_visible;

/* The parts of it that others use. The block of at most RUN_BLOCK_BYTES that begins at `at`, with A-Z folded unless
 * case is kept: readable to the next multiple of RUN_MASK_BYTES, and padded. It lives until the next one is prepared.
 */
const uint8_t *token_run_prepare(tokenizer *tokenizer_, const token_stretch *stretch, size_t at, size_t n_bytes);
/* Writes where the runs in [from, to) begin and end; an odd number when the last one is open at `to`. */
size_t token_run_edges(uint16_t *edges, const uint64_t *masks, size_t from, size_t to);
/* Gathers the words between pairs of edges. */
thrum_status token_run_hand(tokenizer *tokenizer_, const uint8_t *block, const uint16_t *edges, size_t n_words);

/* Gathers 64 bytes of 0 or 1 into bits: the product moves the lowest bit of byte i of a word to bit 56 + i. */
static inline uint64_t token_run_pack(const uint8_t flags[RUN_MASK_BYTES]) {
    uint64_t mask = 0;
    for (unsigned i = 0; i < RUN_MASK_BYTES; i += 8) {
        uint64_t word = 0;
        for (unsigned k = 0; k < 8; k++)
            word |= (uint64_t)flags[i + k] << (8 * k);
        mask |= (word * UINT64_C(0x0102040810204080)) >> 56 << i;
    }
    return mask;
}

/* token_unicode.c: ICU's words. */
thrum_status token_unicode_open(tokenizer *tokenizer_, thrum_error *error);
thrum_status token_unicode_run(tokenizer *tokenizer_, token_stretch stretch, thrum_error *error);

#endif
