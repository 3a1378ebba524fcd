/* The tokenizer: a table of rules, and the batch in which every rule hands its words on.
 *
 * A token promises TOKEN_PADDING_BYTES readable bytes, so that tables may load a short word at once. Words that stay
 * as they are point into the text where that much of it remains; all others are copied. The copies of a batch lie in
 * one buffer, which may move only while no gathered token points into it. */
#include "text/token.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "text/fold.h"
#include "text/token_rules.h"

enum { COPIES_BYTES = 16384 };

static const token_rule rules[] = {
    [THRUM_TOKEN_UNICODE] = {BOUNDARY_WORD_UNICODE, token_unicode_open, token_unicode_run, NULL, KERNEL_CLASSES},
    [THRUM_TOKEN_ASCII] = {BOUNDARY_WORD_ASCII, NULL, token_run_run, token_run_count, KERNEL_LETTERS},
    [THRUM_TOKEN_SPACE] = {BOUNDARY_WORD_SPACE, NULL, token_run_run, token_run_count, KERNEL_VISIBLE},
    [THRUM_TOKEN_PATTERN] = {BOUNDARY_CHARACTER, NULL, NULL, NULL, KERNEL_CLASSES}, /* its words are a matcher's */
};

thrum_status tokenizer_create(tokenizer **tokenizer_, thrum_token_rule rule, bool keep_case, thrum_error *error) {
    *tokenizer_ = NULL;
    if ((size_t)rule >= sizeof rules / sizeof *rules || !rules[rule].run)
        return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "no tokenizer has rule number %d", (int)rule);
    tokenizer *made = memory_own(1, sizeof *made);
    if (!made)
        return error_memory(error);
    made->rule = &rules[rule];
    made->kernel = kernel_get();
    made->keep_case = keep_case;
    thrum_status status = THRUM_OK;
    if (!thrum_buffer_reserve(&made->copies, COPIES_BYTES))
        status = error_memory(error);
    if (!status && made->rule->open)
        status = made->rule->open(made, error);
    if (status) {
        tokenizer_free(made);
        return status;
    }
    *tokenizer_ = made;
    return THRUM_OK;
}

boundary_rule tokenizer_boundary(thrum_token_rule rule) {
    return rules[rule].boundary;
}

thrum_status tokens_flush(tokenizer *tokenizer_) {
    size_t n_tokens = tokenizer_->n_tokens;
    thrum_status status =
        n_tokens ? tokenizer_->sink.take(tokenizer_->sink.context, tokenizer_->tokens, n_tokens) : THRUM_OK;
    tokenizer_->n_tokens = 0;
    thrum_buffer_clear(&tokenizer_->copies);
    return status;
}

/* Appends a word, folded or kept, with its padding behind it. */
static bool append_word(thrum_buffer *buffer, const tokenizer *tokenizer_, const uint8_t *bytes, size_t n_bytes,
                        token *word) {
    size_t begin = buffer->n_bytes;
    if (tokenizer_->keep_case)
        thrum_buffer_append(buffer, bytes, n_bytes);
    else if (!fold_append(buffer, tokenizer_->case_map, bytes, n_bytes))
        return false;
    if (!thrum_buffer_reserve(buffer, TOKEN_PADDING_BYTES))
        return false;
    *word = (token){buffer->bytes + begin, buffer->n_bytes - begin};
    return true;
}

thrum_status tokens_take(tokenizer *tokenizer_, const token_stretch *stretch, size_t begin, size_t end, bool folds,
                         thrum_error *error) {
    thrum_buffer *copies = &tokenizer_->copies;
    size_t n_bytes = end - begin;
    size_t n_free = copies->capacity_bytes - copies->n_bytes;
    bool may_move = n_free < TOKEN_PADDING_BYTES || n_bytes > (n_free - TOKEN_PADDING_BYTES) / FOLD_MAX_GROWTH;
    if (tokenizer_->n_tokens == TOKEN_BATCH || may_move) {
        thrum_status status = tokens_flush(tokenizer_);
        if (status)
            return status;
    }
    token *word = &tokenizer_->tokens[tokenizer_->n_tokens];
    if ((tokenizer_->keep_case || !folds) && stretch->n_bytes - begin >= TOKEN_PADDING_BYTES)
        *word = (token){stretch->bytes + begin, n_bytes};
    else if (!append_word(copies, tokenizer_, stretch->bytes + begin, n_bytes, word))
        return error_memory(error);
    tokenizer_->n_tokens++;
    return THRUM_OK;
}

thrum_status tokenizer_run(tokenizer *tokenizer_, const uint8_t *bytes, size_t n_bytes, size_t begin, size_t end,
                           const token_sink *sink, thrum_error *error) {
    tokenizer_->sink = *sink;
    tokenizer_->n_tokens = 0;
    thrum_buffer_clear(&tokenizer_->copies);
    thrum_status status = tokenizer_->rule->run(tokenizer_, (token_stretch){bytes, n_bytes, begin, end}, error);
    return status ? status : tokens_flush(tokenizer_);
}

static thrum_status count_tokens(void *context, const token *tokens, size_t n_tokens) {
    (void)tokens;
    *(uint64_t *)context += n_tokens;
    return THRUM_OK;
}

static thrum_status count_runs(void *context, const uint8_t *block, const uint16_t *edges, size_t n_words) {
    (void)block;
    (void)edges;
    *(uint64_t *)context += n_words;
    return THRUM_OK;
}

thrum_status tokenizer_count(tokenizer *tokenizer_, const uint8_t *bytes, size_t n_bytes, size_t begin, size_t end,
                             uint64_t *n_words, thrum_error *error) {
    *n_words = 0;
    if (tokenizer_->rule->count) {
        *n_words = tokenizer_->rule->count(tokenizer_, (token_stretch){bytes, n_bytes, begin, end});
        return THRUM_OK;
    }
    const token_sink sink = {count_tokens, count_runs, n_words};
    return tokenizer_run(tokenizer_, bytes, n_bytes, begin, end, &sink, error);
}

thrum_status tokenizer_fold(tokenizer *tokenizer_, const uint8_t *bytes, size_t n_bytes, token *folded,
                            thrum_error *error) {
    thrum_buffer_clear(&tokenizer_->single);
    return append_word(&tokenizer_->single, tokenizer_, bytes, n_bytes, folded) ? THRUM_OK : error_memory(error);
}

void tokenizer_free(tokenizer *tokenizer_) {
    if (!tokenizer_)
        return;
    ucasemap_close(tokenizer_->case_map);
    word_icu_release(&tokenizer_->icu);
    thrum_buffer_release(&tokenizer_->copies);
    thrum_buffer_release(&tokenizer_->single);
    free(tokenizer_);
}

/* The version compiled against: ICU's symbols carry their major version, so no other can be loaded in its place. */
const char *tokenizer_library(void) {
    return "icu " U_ICU_VERSION;
}
