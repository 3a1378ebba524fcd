/* Words that are runs of a class of bytes: the rules ascii and space.
 *
 *   text     . . T h e   Q u i x o t e ,   D o n
 *   mask     0 0 1 1 1 0 1 1 1 1 1 1 1 0 0 1 1 1
 *   edges        ^     ^ ^             ^   ^        mask ^ (mask << 1)
 *
 * A block of text is folded into a private buffer (words kept as they are stay in the text while padding remains behind
 * the block), turned into one bit a byte, and the set bits of its edges, in which begins and ends alternate, are
 * written to an array. Two edges are a word. A block that ends inside a word is followed by one that starts at that
 * word; a word longer than a block goes its own way.
 *
 * Cost: three passes over a block in the nearest cache, a few vector instructions for each of the kernel's steps. */
#include <string.h>

#include "text/token_rules.h"

static size_t find_edges(tokenizer *tokenizer_, const uint8_t *block, size_t n_bytes) {
    const kernel *kernel_ = tokenizer_->kernel;
    uint64_t masks[RUN_BLOCK_MASKS];
    kernel_->masks[tokenizer_->rule->runs_of](masks, block, (n_bytes + KERNEL_MASK_BYTES - 1) / KERNEL_MASK_BYTES);
    return kernel_->edges(tokenizer_->run_edges, masks, 0, n_bytes);
}

static size_t block_length(const token_stretch *stretch, size_t at) {
    return stretch->end - at < RUN_BLOCK_BYTES ? stretch->end - at : RUN_BLOCK_BYTES;
}

/* Asks for the block after this one, which comes from memory while the words of this one are counted. */
static void ask_for_next(const uint8_t *next) {
    for (size_t i = 0; i < RUN_BLOCK_BYTES; i += KERNEL_MASK_BYTES)
        __builtin_prefetch(next + i);
}

const uint8_t *token_run_prepare(tokenizer *tokenizer_, const token_stretch *stretch, size_t at, size_t n_bytes) {
    const uint8_t *bytes = stretch->bytes + at;
    if (stretch->end - at >= 2 * RUN_BLOCK_BYTES)
        ask_for_next(bytes + RUN_BLOCK_BYTES);
    if (!tokenizer_->keep_case)
        tokenizer_->kernel->fold(tokenizer_->run_block, bytes, n_bytes);
    else if (n_bytes == RUN_BLOCK_BYTES && stretch->n_bytes - at >= RUN_BLOCK_BYTES + TOKEN_PADDING_BYTES)
        return bytes;
    else
        memcpy(tokenizer_->run_block, bytes, n_bytes);
    return tokenizer_->run_block;
}

thrum_status token_run_hand(tokenizer *tokenizer_, const uint8_t *block, const uint16_t *edges, size_t n_words) {
    thrum_status status = THRUM_OK;
    if (tokenizer_->sink.take_runs) {
        status = tokens_flush(tokenizer_);
        return status || n_words == 0 ? status
                                      : tokenizer_->sink.take_runs(tokenizer_->sink.context, block, edges, n_words);
    }
    while (n_words > 0 && !status) {
        size_t n_gathered = tokenizer_->n_tokens, n_free = TOKEN_BATCH - n_gathered;
        size_t n = n_words < n_free ? n_words : n_free;
        token *tokens = tokenizer_->tokens + n_gathered;
        for (size_t i = 0; i < n; i++, edges += 2)
            tokens[i] = (token){block + edges[0], (size_t)(edges[1] - edges[0])};
        tokenizer_->n_tokens = n_gathered + n;
        n_words -= n;
        if (tokenizer_->n_tokens == TOKEN_BATCH)
            status = tokens_flush(tokenizer_);
    }
    return status;
}

/* Where the word ends that has come as far as `at`. */
static size_t find_word_end(tokenizer *tokenizer_, const token_stretch *stretch, size_t at) {
    const uint16_t *edges = tokenizer_->run_edges;
    for (size_t n_bytes; at < stretch->end; at += n_bytes) {
        n_bytes = block_length(stretch, at);
        const uint8_t *block = token_run_prepare(tokenizer_, stretch, at, n_bytes);
        size_t n_edges = find_edges(tokenizer_, block, n_bytes);
        if (n_edges == 0 || edges[0] > 0)
            return at;
        if (n_edges > 1)
            return at + edges[1];
    }
    return at;
}

/* A word that begins at `at` and fills a block. Sets *end. */
static thrum_status hand_long_word(tokenizer *tokenizer_, const token_stretch *stretch, size_t at, size_t *end,
                                   thrum_error *error) {
    *end = find_word_end(tokenizer_, stretch, at + RUN_BLOCK_BYTES);
    thrum_status status = tokens_take(tokenizer_, stretch, at, *end, true, error);
    return status ? status : tokens_flush(tokenizer_);
}

thrum_status token_run_run(tokenizer *tokenizer_, token_stretch stretch, thrum_error *error) {
    uint16_t *edges = tokenizer_->run_edges;
    thrum_status status = THRUM_OK;
    for (size_t at = stretch.begin; at < stretch.end && !status;) {
        size_t n_bytes = block_length(&stretch, at);
        const uint8_t *block = token_run_prepare(tokenizer_, &stretch, at, n_bytes);
        size_t n_edges = find_edges(tokenizer_, block, n_bytes);
        size_t n_done = n_bytes;
        if (n_edges % 2 && at + n_bytes == stretch.end)
            edges[n_edges++] = (uint16_t)n_bytes;
        else if (n_edges % 2)
            n_done = edges[n_edges - 1];
        status = token_run_hand(tokenizer_, block, edges, n_edges / 2);
        if (!status)
            status = tokens_flush(tokenizer_);
        at += n_done;
        if (n_done == 0 && !status)
            status = hand_long_word(tokenizer_, &stretch, at, &at, error);
    }
    return status;
}

uint64_t token_run_count(const tokenizer *tokenizer_, token_stretch stretch) {
    return tokenizer_->kernel->count_runs[tokenizer_->rule->runs_of](stretch.bytes + stretch.begin,
                                                                     stretch.end - stretch.begin);
}
