#include "run/count_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "count/lemmas.h"
#include "pattern/pattern.h"
#include "thrum/buffer.h"

/* The names of token rules; those of patterns differ in how their matches are folded. */
typedef struct token_name {
    const char *name;
    thrum_token_rule folding_rule;
} token_name;

static const token_name token_names[] = {
    [THRUM_TOKEN_UNICODE] = {"unicode", THRUM_TOKEN_UNICODE}, [THRUM_TOKEN_ASCII] = {"ascii", THRUM_TOKEN_ASCII},
    [THRUM_TOKEN_SPACE] = {"space", THRUM_TOKEN_SPACE},       [THRUM_TOKEN_PATTERN] = {"pattern", THRUM_TOKEN_UNICODE},
    [THRUM_TOKEN_PATTERN + 1] = {"bytes", THRUM_TOKEN_SPACE},
};
static const char *const case_names[] = {"fold", "keep"};
static const char *const normalization_names[] = {"none", "nfc", "nfkc"};
enum {
    N_TOKEN_NAMES = sizeof token_names / sizeof *token_names,
    N_CASE_NAMES = sizeof case_names / sizeof *case_names,
    N_NORMALIZATION_NAMES = sizeof normalization_names / sizeof *normalization_names
};

static size_t token_index(const thrum_words_options *options) {
    return (size_t)options->token + (options->token == THRUM_TOKEN_PATTERN && !options->pattern->is_utf);
}

static bool set_number(count_header *header, count_key key, unsigned number) {
    char text[16];
    snprintf(text, sizeof text, "%u", number);
    return count_header_set(header, key, text);
}

static bool set_lemmas(count_header *header, const thrum_lemmas *lemmas) {
    char text[24] = "none";
    if (lemmas)
        snprintf(text, sizeof text, "%016" PRIx64, lemmas_fingerprint(lemmas));
    return count_header_set(header, COUNT_LEMMAS, text);
}

/* By lines a pattern matches otherwise. */
static bool set_pattern(count_header *header, const thrum_words_options *options) {
    thrum_buffer text = {0};
    if (options->token == THRUM_TOKEN_PATTERN) {
        thrum_buffer_append_text(&text, options->by_line ? "l" : "");
        thrum_buffer_append_text(&text, options->pattern->source);
    }
    thrum_buffer_append(&text, "", 1);
    bool is_set = !text.failed && count_header_set(header, COUNT_PATTERN, (const char *)text.bytes);
    thrum_buffer_release(&text);
    return is_set;
}

bool count_names_write(count_header *header, const thrum_words_options *options) {
    header->by_document = options->documents;
    return count_header_set(header, COUNT_TOKEN, token_names[token_index(options)].name) &&
           count_header_set(header, COUNT_CASE, case_names[options->keep_case]) &&
           count_header_set(header, COUNT_NORMALIZE, normalization_names[options->normalization]) &&
           set_number(header, COUNT_NGRAM, options->n_gram > 1 ? options->n_gram : 1) &&
           set_number(header, COUNT_SKIP, options->n_skipped) && set_lemmas(header, options->lemmas) &&
           set_pattern(header, options);
}

/* The index of a name; n when it is none of them. */
static size_t find(const char *const *names, size_t n, const char *name) {
    size_t i = 0;
    while (i < n && strcmp(names[i], name) != 0)
        i++;
    return i;
}

thrum_status count_names_read(const count_header *header, thrum_words_options *options, const char *path,
                              thrum_error *error) {
    size_t rule = 0;
    while (rule < N_TOKEN_NAMES && strcmp(token_names[rule].name, header->values[COUNT_TOKEN]) != 0)
        rule++;
    size_t letter_case = find(case_names, N_CASE_NAMES, header->values[COUNT_CASE]);
    size_t normalization = find(normalization_names, N_NORMALIZATION_NAMES, header->values[COUNT_NORMALIZE]);
    const char *n_gram = header->values[COUNT_NGRAM];
    if (rule == N_TOKEN_NAMES || letter_case == N_CASE_NAMES || normalization == N_NORMALIZATION_NAMES ||
        strlen(n_gram) != 1 || *n_gram < '1' || *n_gram > '0' + THRUM_N_GRAM_MOST)
        return error_set(error, THRUM_ERROR_FORMAT, path, "is a count file of words that this program cannot make");
    options->token = token_names[rule].folding_rule;
    options->keep_case = letter_case != 0;
    options->normalization = (thrum_normalization)normalization;
    options->n_gram = (unsigned)(*n_gram - '0');
    return THRUM_OK;
}
