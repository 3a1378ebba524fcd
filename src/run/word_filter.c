#include "run/word_filter.h"

#include <string.h>

#include "base/error.h"
#include "count/ngram.h"
#include "text/lines.h"
#include "text/normalize.h"

static thrum_status add_stopwords(word_filter *filter, normalizer *folder, thrum_error *error) {
    const thrum_words_options *options = filter->options;
    thrum_buffer folded = {0};
    bool added = true;
    for (size_t i = 0; i < options->n_stopwords && added; i++) {
        const char *word = options->stopwords[i];
        thrum_buffer_clear(&folded);
        added = normalizer_append(folder, (const uint8_t *)word, strlen(word), &folded) &&
                word_table_add_count(filter->stopwords, folded.bytes, folded.n_bytes, 1);
    }
    thrum_buffer_release(&folded);
    return added ? THRUM_OK : error_memory(error);
}

thrum_status word_filter_init(word_filter *filter, const thrum_words_options *options, thrum_token_rule rule,
                              const word_seed *seed, thrum_error *error) {
    *filter = (word_filter){.options = options};
    if (options->n_stopwords == 0)
        return THRUM_OK;
    normalizer *folder = NULL;
    thrum_status status = normalizer_create(&folder, rule, options->keep_case, options->normalization, error);
    if (status != THRUM_OK)
        return status;
    filter->stopwords = word_table_create(seed);
    status = filter->stopwords ? add_stopwords(filter, folder, error) : error_memory(error);
    normalizer_free(folder);
    return status;
}

void word_filter_release(word_filter *filter) {
    word_table_free(filter->stopwords);
    *filter = (word_filter){0};
}

static bool lists_word(const void *context, const uint8_t *bytes, size_t n_bytes) {
    const word_filter *filter = context;
    const thrum_words_options *options = filter->options;
    if (options->min_chars || options->max_chars) {
        uint64_t n_chars = characters_count(bytes, n_bytes);
        if (n_chars < options->min_chars || (options->max_chars && n_chars > options->max_chars))
            return false;
    }
    return !filter->stopwords || word_table_find(filter->stopwords, bytes, n_bytes) == 0;
}

bool word_filter_is_needed(const word_filter *filter) {
    const thrum_words_options *options = filter->options;
    return filter->stopwords || options->min_chars || options->max_chars || options->min_count > 1;
}

bool word_filter_lists(const word_filter *filter, const uint8_t *bytes, size_t n_bytes, uint64_t count) {
    if (count < filter->options->min_count)
        return false;
    return filter->options->n_gram > 1 ? ngram_each_word(bytes, n_bytes, lists_word, filter)
                                       : lists_word(filter, bytes, n_bytes);
}
