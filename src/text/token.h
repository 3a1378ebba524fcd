/* Cuts text into words, folded or not. */
#ifndef TEXT_TOKEN_H
#define TEXT_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/boundary.h"
#include "thrum/error.h"
#include "thrum/words.h"

/* A word as it is counted. TOKEN_PADDING_BYTES bytes can be read from `bytes` on, whatever the length; those past the
 * word hold anything. */
typedef struct token {
    const uint8_t *bytes;
    size_t n_bytes;
} token;

enum { TOKEN_PADDING_BYTES = 16 };

/* Takes the next words of the text, in order; they live during the call. A status other than THRUM_OK ends the
 * tokenizing with it. */
typedef struct token_sink {
    thrum_status (*take)(void *context, const token *tokens, size_t n_tokens);
    /* Where many words lie in one block of bytes: word i is [edges[2 * i], edges[2 * i + 1]) of the block, with the
     * padding of a token. NULL: they come as tokens. */
    thrum_status (*take_runs)(void *context, const uint8_t *block, const uint16_t *edges, size_t n_words);
    void *context;
} token_sink;

/* Scratch of one thread: ICU's iterator, folding buffers. */
typedef struct tokenizer tokenizer;

/* `rule` is not THRUM_TOKEN_PATTERN. The caller frees *tokenizer_. */
thrum_status tokenizer_create(tokenizer **tokenizer_, thrum_token_rule rule, bool keep_case, thrum_error *error);

/* The boundary rule by which a text may be cut for a token rule. */
boundary_rule tokenizer_boundary(thrum_token_rule rule);

/* Hands the words that begin in [begin, end) of a text to the sink in batches. begin and end are places that
 * boundary_next allows. The text itself is never read outside [0, n_bytes). THRUM_ERROR_TEXT, with the offset, when
 * a stretch is too long for ICU (2^31 - 1 bytes). */
thrum_status tokenizer_run(tokenizer *tokenizer_, const uint8_t *bytes, size_t n_bytes, size_t begin, size_t end,
                           const token_sink *sink, thrum_error *error);

/* Counts the words that tokenizer_run would hand out. */
thrum_status tokenizer_count(tokenizer *tokenizer_, const uint8_t *bytes, size_t n_bytes, size_t begin, size_t end,
                             uint64_t *n_words, thrum_error *error);

/* Folds one word as the tokenizer folds those of the text: for stop words and for the matches of a pattern. The result
 * lives until the next call and has the padding of a token. With keep_case it is a padded copy. */
thrum_status tokenizer_fold(tokenizer *tokenizer_, const uint8_t *bytes, size_t n_bytes, token *folded,
                            thrum_error *error);

void tokenizer_free(tokenizer *tokenizer_);

/* "icu 72.1": the library that decides what a word is. Static. */
const char *tokenizer_library(void);

#endif
