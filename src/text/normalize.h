/* Words as they are counted: in a normal form of Unicode and folded. The tokenizer folds the words of a text itself
 * when no normal form is asked for; this is for those that have to be normalised, and for words that stand alone: the
 * matches of a pattern, stop words, lemmas. */
#ifndef TEXT_NORMALIZE_H
#define TEXT_NORMALIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/buffer.h"
#include "thrum/error.h"
#include "thrum/words.h"

/* Scratch of one thread. */
typedef struct normalizer normalizer;

/* `rule` says how words are folded, unless case is kept: THRUM_TOKEN_UNICODE by full case folding, others A-Z only. The
 * caller frees *normalizer_. */
thrum_status normalizer_create(normalizer **normalizer_, thrum_token_rule rule, bool keep_case,
                               thrum_normalization form, thrum_error *error);

/* Appends NFC(fold(NFC(word))), or the same with NFKC or without a form; bytes that are no UTF-8 stay as they are, and
 * divide the word. The padding of a token can be read behind it. False without memory. */
bool normalizer_append(normalizer *normalizer_, const uint8_t *bytes, size_t n_bytes, thrum_buffer *to);

void normalizer_free(normalizer *normalizer_);

#endif
