/* PCRE2 finds a literal wherever its bytes are, next to ill-formed text too: a text begins with a byte that begins a
 * character, and ends with one that ends it. */
#include "pattern/plain_texts.h"

#include <stdlib.h>
#include <string.h>

#include "pattern/pattern.h"
#include "text/utf8.h"

enum {
    LEAST_TEXTS = 2,
    LEAST_ALTERNATIVES = 65, /* PCRE2 is quick to compile fewer */
    MOST_TEXT_BYTES = 16000  /* PCRE2 refuses texts not far above */
};

/* Case may have to be folded. */
static bool is_foldable(const thrum_pattern_options *options) {
    return options->caseless && !options->bytes;
}

static bool is_plain_text(const sieve_text *text, const thrum_pattern_options *options) {
    const size_t most_bytes = is_foldable(options) ? LITERAL_MOST_FOLDED_BYTES : MOST_TEXT_BYTES;
    return text->n_bytes > 0 && text->n_bytes <= most_bytes &&
           (options->bytes || utf8_first_ill_formed(text->bytes, text->n_bytes) == text->n_bytes);
}

static bool are_plain(const sieve_text *texts, size_t n_texts, const thrum_pattern_options *options) {
    bool is_asked_for = options->engine == THRUM_ENGINE_AUTO || options->engine == THRUM_ENGINE_LITERAL;
    if (!is_asked_for || options->no_jit || n_texts < LEAST_TEXTS || n_texts > UINT32_MAX / 2)
        return false;
    for (size_t i = 0; i < n_texts; i++)
        if (!is_plain_text(&texts[i], options))
            return false;
    return true;
}

/* --- alternatives ------------------------------------------------------------------------------------------------ */

/* A pattern's texts, as they are searched. */
typedef struct text_row {
    sieve_text *texts;
    size_t n;
    uint8_t *bytes; /* of alternatives; NULL: the texts lie elsewhere */
} text_row;

static void text_row_release(text_row *row) {
    free(row->texts);
    free(row->bytes);
}

/* What a backslash in front makes stand for itself. */
static bool is_mark(char c) {
    bool is_letter_or_digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return c > ' ' && c < 0x7F && !is_letter_or_digit;
}

/* Reads what stands for itself up to a | or a ), writes it, and moves both on. False where anything else comes. */
static bool read_plain(const char **at, const char *end, uint8_t **to) {
    static const char meant[] = {'^', '$', '.', '[', ']', '(', '?', '*', '+', '{', '}'};
    while (*at < end && **at != '|' && **at != ')') {
        char c = *(*at)++;
        bool is_escaped = c == '\\';
        if (is_escaped && *at == end)
            return false;
        if (is_escaped)
            c = *(*at)++;
        if (is_escaped ? !is_mark(c) : memchr(meant, c, sizeof meant) != NULL)
            return false;
        *(*to)++ = (uint8_t)c;
    }
    return true;
}

/* One alternative, perhaps in a group of its own. */
static bool read_alternative(const char **at, const char *end, uint8_t **to) {
    bool is_grouped = end - *at >= 3 && memcmp(*at, "(?:", 3) == 0;
    *at += is_grouped ? 3 : 0;
    if (!read_plain(at, end, to))
        return false;
    if (!is_grouped)
        return *at == end || **at == '|';
    if (*at == end || **at != ')')
        return false;
    ++*at;
    return *at == end || **at == '|';
}

/* The alternatives of a pattern. False without memory, or when there are too few, or others than plain texts. */
static bool read_alternatives(text_row *row, const char *text, size_t n_bytes) {
    const char *at = text, *end = text + n_bytes;
    size_t n = 1;
    for (size_t i = 0; i < n_bytes; i++)
        n += text[i] == '|';
    if (n < LEAST_ALTERNATIVES)
        return false;
    row->texts = malloc(n * sizeof *row->texts);
    row->bytes = malloc(n_bytes);
    if (!row->texts || !row->bytes)
        return false;
    uint8_t *to = row->bytes;
    for (;; at++) {
        uint8_t *begin = to;
        if (!read_alternative(&at, end, &to))
            return false;
        row->texts[row->n++] = (sieve_text){begin, (size_t)(to - begin)};
        if (at == end)
            return true;
    }
}

static bool read_literals(text_row *row, const char *const *texts, const size_t *n_bytes, size_t n_texts) {
    row->texts = malloc(n_texts * sizeof *row->texts);
    for (size_t i = 0; i < n_texts && row->texts; i++)
        row->texts[row->n++] = (sieve_text){(const uint8_t *)texts[i], pattern_text_bytes(texts, n_bytes, i)};
    return row->texts != NULL;
}

/* Patterns, each of which is but a text. */
static bool read_patterns(text_row *row, const char *const *texts, const size_t *n_bytes, size_t n_texts) {
    size_t n_all = 0;
    for (size_t i = 0; i < n_texts; i++)
        n_all += pattern_text_bytes(texts, n_bytes, i);
    row->texts = malloc(n_texts * sizeof *row->texts);
    row->bytes = malloc(n_all + 1);
    if (!row->texts || !row->bytes)
        return false;
    uint8_t *to = row->bytes;
    for (size_t i = 0; i < n_texts; i++) {
        const char *at = texts[i], *end = at + pattern_text_bytes(texts, n_bytes, i);
        uint8_t *begin = to;
        if (!read_plain(&at, end, &to) || at < end)
            return false;
        row->texts[row->n++] = (sieve_text){begin, (size_t)(to - begin)};
    }
    return true;
}

static bool read_texts(text_row *row, const char *const *texts, const size_t *n_bytes, size_t n_texts,
                       const thrum_pattern_options *options) {
    if (options->literal)
        return read_literals(row, texts, n_bytes, n_texts);
    return n_texts == 1 ? read_alternatives(row, texts[0], pattern_text_bytes(texts, n_bytes, 0))
                        : read_patterns(row, texts, n_bytes, n_texts);
}

/* --- the pattern ------------------------------------------------------------------------------------------------- */

/* What says whether a place is the begin or the end of a word or line, at the place alone. */
static pcre2_code *compile_edge(const char *text, const thrum_pattern_options *options,
                                pcre2_compile_context *context) {
    int pcre2_errno;
    PCRE2_SIZE offset;
    uint32_t bits = (pattern_compile_bits(options) & ~PCRE2_USE_OFFSET_LIMIT) | PCRE2_ANCHORED;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, bits, &pcre2_errno, &offset, context);
    if (code && pattern_compile_jit(code))
        return code;
    pcre2_code_free(code);
    return NULL;
}

static bool compile_edges(plain_texts *made, const thrum_pattern_options *options, pcre2_compile_context *context) {
    made->edges = options->whole_line ? PLAIN_EDGES_LINE : options->whole_word ? PLAIN_EDGES_WORD : PLAIN_EDGES_ANY;
    if (made->edges == PLAIN_EDGES_ANY || (made->edges == PLAIN_EDGES_WORD && options->bytes))
        return true;
    made->may_begin = compile_edge(options->whole_line ? "^" : "(?<!\\w)", options, context);
    made->may_end = compile_edge(options->whole_line ? "$" : "(?!\\w)", options, context);
    return made->may_begin && made->may_end;
}

/* None has the end of a line in it, nor asks for one that may be another where a line is a subject of its own. */
static bool stay_in_line(const text_row *all, const thrum_pattern_options *options) {
    bool ok = !options->whole_line || options->newline == THRUM_NEWLINE_ANYCRLF;
    for (size_t i = 0; i < all->n && ok; i++)
        ok = !memchr(all->texts[i].bytes, '\n', all->texts[i].n_bytes) &&
             !memchr(all->texts[i].bytes, '\r', all->texts[i].n_bytes);
    return ok;
}

plain_texts *plain_texts_compile(const char *const *texts, const size_t *n_bytes, size_t n_texts,
                                 const thrum_pattern_options *options, pcre2_compile_context *context) {
    plain_texts *made = calloc(1, sizeof *made);
    text_row all = {0};
    bool ok = made && read_texts(&all, texts, n_bytes, n_texts, options);
    ok = ok && are_plain(all.texts, all.n, options) && compile_edges(made, options, context);
    if (ok && is_foldable(options))
        ok = case_fold_create(&made->fold, all.texts, all.n);
    if (ok) {
        made->n_texts = n_texts;
        made->n_alternatives = n_texts == 1 ? all.n : 0;
        made->stay_in_line = stay_in_line(&all, options);
        made->set = literal_set_create(all.texts, all.n,
                                       &(literal_set_options){.is_caseless = options->caseless,
                                                              .fold = made->fold,
                                                              .keeps_all = made->edges != PLAIN_EDGES_ANY,
                                                              .kernel_ = kernel_get()});
    }
    text_row_release(&all);
    if (made && made->set)
        return made;
    plain_texts_free(made);
    return NULL;
}

void plain_texts_free(plain_texts *texts) {
    if (!texts)
        return;
    literal_set_free(texts->set);
    case_fold_free(texts->fold);
    pcre2_code_free(texts->may_begin);
    pcre2_code_free(texts->may_end);
    free(texts);
}
