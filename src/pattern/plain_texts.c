/* PCRE2 finds a literal wherever its bytes are, next to ill-formed text too: a text begins with a byte that begins a
 * character, and ends with one that ends it. Where case does not count, only texts are taken in which each letter has
 * just one other case, of one byte; k and s have more in Unicode. */
#include "pattern/plain_texts.h"

#include <stdlib.h>
#include <string.h>

#include "pattern/pattern.h"
#include "text/utf8.h"

enum { LEAST_TEXTS = 2, MOST_TEXT_BYTES = 16000 /* PCRE2 refuses texts not far above */ };

static bool is_plain_text(const char *text, size_t n_bytes, const thrum_pattern_options *options) {
    const uint8_t *bytes = (const uint8_t *)text;
    if (n_bytes == 0 || n_bytes > MOST_TEXT_BYTES)
        return false;
    if (options->bytes)
        return true;
    for (size_t i = 0; i < n_bytes && options->caseless; i++)
        if (bytes[i] >= 0x80 || memchr("KSks", bytes[i], 4))
            return false;
    return utf8_first_ill_formed(bytes, n_bytes) == n_bytes;
}

static bool are_plain(const sieve_text *texts, size_t n_texts, const thrum_pattern_options *options) {
    bool is_asked_for = options->engine == THRUM_ENGINE_AUTO || options->engine == THRUM_ENGINE_LITERAL;
    if (!is_asked_for || !options->literal || options->whole_line || options->no_jit || n_texts < LEAST_TEXTS ||
        n_texts > UINT32_MAX / 2)
        return false;
    for (size_t i = 0; i < n_texts; i++)
        if (!is_plain_text((const char *)texts[i].bytes, texts[i].n_bytes, options))
            return false;
    return true;
}

/* What says whether a place has a word character beside it, at the place alone. */
static pcre2_code *compile_edge(const char *text, const thrum_pattern_options *options) {
    int pcre2_errno;
    PCRE2_SIZE offset;
    uint32_t bits = (pattern_compile_bits(options) & ~PCRE2_USE_OFFSET_LIMIT) | PCRE2_ANCHORED;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, bits, &pcre2_errno, &offset, NULL);
    size_t n_jit_bytes = 0;
    if (code && pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0 &&
        pcre2_pattern_info(code, PCRE2_INFO_JITSIZE, &n_jit_bytes) == 0 && n_jit_bytes > 0)
        return code;
    pcre2_code_free(code);
    return NULL;
}

static bool compile_edges(plain_texts *made, const thrum_pattern_options *options) {
    if (!options->whole_word || options->bytes)
        return true;
    made->no_word_before = compile_edge("(?<!\\w)", options);
    made->no_word_behind = compile_edge("(?!\\w)", options);
    return made->no_word_before && made->no_word_behind;
}

plain_texts *plain_texts_compile(const char *const *texts, const size_t *n_bytes, size_t n_texts,
                                 const thrum_pattern_options *options) {
    plain_texts *made = calloc(1, sizeof *made);
    sieve_text *all = calloc(n_texts, sizeof *all);
    bool ok = made && all;
    for (size_t i = 0; i < n_texts && ok; i++)
        all[i] = (sieve_text){(const uint8_t *)texts[i], n_bytes ? n_bytes[i] : strlen(texts[i])};
    if (ok && are_plain(all, n_texts, options) && compile_edges(made, options)) {
        made->n_texts = n_texts;
        made->is_whole_word = options->whole_word;
        made->is_utf = !options->bytes;
        made->stay_in_line = true;
        for (size_t i = 0; i < n_texts; i++)
            made->stay_in_line = made->stay_in_line && !memchr(all[i].bytes, '\n', all[i].n_bytes) &&
                                 !memchr(all[i].bytes, '\r', all[i].n_bytes);
        made->set = literal_set_create(all, n_texts,
                                       &(literal_set_options){.is_caseless = options->caseless,
                                                              .keeps_all = options->whole_word,
                                                              .kernel_ = kernel_get()});
    }
    free(all);
    if (made && made->set)
        return made;
    plain_texts_free(made);
    return NULL;
}

void plain_texts_free(plain_texts *texts) {
    if (!texts)
        return;
    literal_set_free(texts->set);
    pcre2_code_free(texts->no_word_before);
    pcre2_code_free(texts->no_word_behind);
    free(texts);
}
