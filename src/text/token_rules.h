/* Inside the tokenizer: what the rules share. Only token*.c include this. */
#ifndef TEXT_TOKEN_RULES_H
#define TEXT_TOKEN_RULES_H

#include <unicode/ucasemap.h>

#include "text/kernel.h"
#include "text/token.h"
#include "text/word_icu.h"
#include "thrum/buffer.h"

/* A block of runs, its edges and the block asked for next leave most of the nearest cache to the table of words. */
enum { TOKEN_BATCH = 256, RUN_BLOCK_BYTES = 2048, RUN_BLOCK_MASKS = RUN_BLOCK_BYTES / KERNEL_MASK_BYTES };

/* The stretch to work on: what lies in [begin, end) of the text. */
typedef struct token_stretch {
    const uint8_t *bytes;
    size_t n_bytes;
    size_t begin;
    size_t end;
} token_stretch;

typedef struct token_rule {
    boundary_rule boundary;
    thrum_status (*open)(tokenizer *tokenizer_, thrum_error *error); /* NULL: nothing to open */
    thrum_status (*run)(tokenizer *tokenizer_, token_stretch stretch, thrum_error *error);
    uint64_t (*count)(const tokenizer *tokenizer_, token_stretch stretch); /* NULL: by running */
    kernel_class runs_of; /* for words that are runs of a class of bytes */
} token_rule;

struct tokenizer {
    const token_rule *rule;
    const kernel *kernel;
    bool keep_case;
    UCaseMap *case_map; /* NULL: A-Z only */
    word_icu icu;       /* {0} where the rule does not need it */

    token_sink sink;
    size_t n_tokens; /* gathered, not yet handed to the sink */
    token tokens[TOKEN_BATCH];
    thrum_buffer copies; /* bytes of the gathered words that do not lie in the text */
    thrum_buffer single; /* the result of tokenizer_fold */

    uint8_t run_block[RUN_BLOCK_BYTES + KERNEL_MASK_BYTES]; /* the last words of a block have their padding here */
    uint16_t run_edges[RUN_BLOCK_BYTES + KERNEL_EDGE_SLACK];
};

/* Hands what was gathered to the sink and forgets the copies. */
thrum_status tokens_flush(tokenizer *tokenizer_);
/* Gathers the word [begin, end) of the text, folded or kept as the tokenizer is set; not `folds` promises that folding
 * changes nothing. */
thrum_status tokens_take(tokenizer *tokenizer_, const token_stretch *stretch, size_t begin, size_t end, bool folds,
                         thrum_error *error);

/* token_run.c: words that are runs of a class of bytes. */
thrum_status token_run_run(tokenizer *tokenizer_, token_stretch stretch, thrum_error *error);
/* How many there are, without finding any of them. */
uint64_t token_run_count(const tokenizer *tokenizer_, token_stretch stretch);

/* The parts of it that others use. The block of at most RUN_BLOCK_BYTES that begins at `at`, with A-Z folded unless
 * case is kept: readable to the next multiple of KERNEL_MASK_BYTES, and padded. It lives until the next one is
 * prepared.
 */
const uint8_t *token_run_prepare(tokenizer *tokenizer_, const token_stretch *stretch, size_t at, size_t n_bytes);
/* Gathers the words between pairs of edges. */
thrum_status token_run_hand(tokenizer *tokenizer_, const uint8_t *block, const uint16_t *edges, size_t n_words);

/* token_unicode.c: ICU's words. */
thrum_status token_unicode_open(tokenizer *tokenizer_, thrum_error *error);
thrum_status token_unicode_run(tokenizer *tokenizer_, token_stretch stretch, thrum_error *error);

#endif
