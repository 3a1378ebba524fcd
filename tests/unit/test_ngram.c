#define _GNU_SOURCE
#include "inputs.h"

#include "count/ngram.h"
#include "thrum/buffer.h"
#include "thrum/words.h"

/* Words that stand in a text with the given separator between them. */
typedef struct words {
    char *text;
    token tokens[4096];
    size_t n;
} words;

static words *words_of(const char *list, const char *separator) {
    words *w = calloc(1, sizeof *w);
    thrum_buffer text = {0};
    size_t begins[4096];
    char *copy = strdup(list), *rest = copy;
    for (char *word; (word = strsep(&rest, " ")); w->n++) {
        begins[w->n] = text.n_bytes;
        thrum_buffer_append_text(&text, word);
        w->tokens[w->n].n_bytes = text.n_bytes - begins[w->n];
        thrum_buffer_append_text(&text, separator);
    }
    thrum_buffer_append(&text, "################", TOKEN_PADDING_BYTES);
    for (size_t i = 0; i < w->n; i++)
        w->tokens[i].bytes = text.bytes + begins[i];
    w->text = (char *)text.bytes;
    free(copy);
    return w;
}

static void words_free(words *w) {
    free(w->text);
    free(w);
}

static int compare_rows(const void *a, const void *b) {
    return word_row_compare_word(a, b);
}

/* "gram:count" for each, sorted by bytes, with commas; for free(). */
static char *written(const word_table *table) {
    size_t n = (size_t)word_table_n_types(table);
    word_row *rows = calloc(n + 1, sizeof *rows);
    thrum_buffer text = {0};
    word_table_rows(table, rows);
    qsort(rows, n, sizeof *rows, compare_rows);
    for (size_t i = 0; i < n; i++) {
        thrum_buffer_append_text(&text, i ? "," : "");
        thrum_buffer_append(&text, rows[i].bytes, rows[i].n_bytes);
        thrum_buffer_append_text(&text, ":");
        thrum_buffer_append_number(&text, rows[i].count);
    }
    thrum_buffer_append(&text, "", 1);
    free(rows);
    return (char *)text.bytes;
}

/* Counts in stretches of n_stretch words, each handed on in parts of n_part. */
static char *count(const words *w, unsigned n_words, unsigned n_skipped, size_t n_stretch, size_t n_part) {
    const word_seed seed = word_seed_draw();
    word_table *table = word_table_create(&seed);
    ngrams *grams = ngrams_create(n_words, n_skipped);
    assert_non_null(grams);
    for (size_t begin = 0; begin < w->n; begin += n_stretch) {
        size_t end = w->n - begin < n_stretch ? w->n : begin + n_stretch;
        for (size_t at = begin; at < end; at += n_part)
            assert_true(ngrams_add(grams, table, w->tokens + at, end - at < n_part ? end - at : n_part));
        for (size_t at = end; at < w->n && ngrams_n_wanted(grams) > 0; at++)
            assert_true(ngrams_look_ahead(grams, w->tokens + at, 1));
        assert_true(ngrams_end(grams, table));
        assert_int_equal(ngrams_n_wanted(grams), 0);
    }
    char *list = written(table);
    ngrams_free(grams);
    word_table_free(table);
    return list;
}

static void expect(const char *text, unsigned n_words, unsigned n_skipped, const char *list) {
    static const char *const separators[] = {" ", "", "  ", "\n", ", "};
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        words *w = words_of(text, separators[i]);
        for (size_t n_stretch = 1; n_stretch < 12; n_stretch++)
            for (size_t n_part = 1; n_part < 4; n_part++) {
                char *got = count(w, n_words, n_skipped, n_stretch, n_part);
                assert_string_equal(got, list);
                free(got);
            }
        words_free(w);
    }
}

static void runs_of_words(void **state) {
    (void)state;
    expect("a b a b c", 2, 0, "a b:2,b a:1,b c:1");
    expect("a b a b c", 3, 0, "a b a:1,a b c:1,b a b:1");
    expect("a b a b c", 5, 0, "a b a b c:1");
    expect("a b a b c", 6, 0, "");
    expect("a", 2, 0, "");
    expect("a b c d e f g h i", 8, 0, "a b c d e f g h:1,b c d e f g h i:1");
    expect("internationalization of telecommunications", 2, 0, "internationalization of:1,of telecommunications:1");
}

/* The example of Guthrie et al., and that of NLTK's skipgrams. */
static void skip_grams(void **state) {
    (void)state;
    expect("insurgents killed in ongoing fighting", 2, 2,
           "in fighting:1,in ongoing:1,insurgents in:1,insurgents killed:1,insurgents ongoing:1,killed fighting:1,"
           "killed in:1,killed ongoing:1,ongoing fighting:1");
    expect("insurgents killed in ongoing fighting", 3, 2,
           "in ongoing fighting:1,insurgents in fighting:1,insurgents in ongoing:1,insurgents killed fighting:1,"
           "insurgents killed in:1,insurgents killed ongoing:1,insurgents ongoing fighting:1,killed in fighting:1,"
           "killed in ongoing:1,killed ongoing fighting:1");
    expect("a a a", 2, 1, "a a:3");
    expect("a b", 2, 8, "a b:1");
}

/* More n-grams, and longer ones, than a batch holds; words that are empty. */
static void batches(void **state) {
    (void)state;
    thrum_buffer text = {0};
    for (unsigned i = 0; i < 3000; i++)
        thrum_buffer_append_text(&text, i == 0 ? "x" : i % 5 == 0 ? " a-word-of-more-than-sixteen-bytes" : " x");
    thrum_buffer_append(&text, "", 1);
    words *w = words_of((const char *)text.bytes, "\n");
    char *all = count(w, 3, 2, 3000, 3000), *parts = count(w, 3, 2, 7, 2);
    assert_string_equal(all, parts);
    free(all);
    free(parts);
    words_free(w);
    thrum_buffer_release(&text);

    char *list;
    w = words_of(" a", " ");
    list = count(w, 2, 0, 1, 1);
    assert_string_equal(list, " a:1");
    free(list);
    words_free(w);
}

static bool is_short(const void *context, const uint8_t *bytes, size_t n_bytes) {
    (void)bytes;
    return n_bytes <= *(const size_t *)context;
}

static void each_word(void **state) {
    (void)state;
    static const struct {
        const char *gram;
        size_t n_longest;
    } cases[] = {{"", 0}, {"ab", 2}, {"a bcd ef", 3}, {"abcd a", 4}, {" ", 0}, {"a ", 1}, {"a  b", 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t most = 0; most < 6; most++)
            assert_int_equal(ngram_each_word((const uint8_t *)cases[i].gram, strlen(cases[i].gram), is_short, &most),
                             most >= cases[i].n_longest);
    ngrams_free(NULL);
}

static void options_out_of_range(void **state) {
    (void)state;
    static const thrum_words_options bad[] = {
        {.n_gram = THRUM_N_GRAM_MOST + 1},
        {.n_gram = 2, .n_skipped = THRUM_N_SKIPPED_MOST + 1},
        {.n_skipped = 1},
        {.n_gram = 1, .n_skipped = 1},
        {.normalization = (thrum_normalization)7},
    };
    thrum_inputs *inputs = input_of("a b", 3);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const thrum_run_options run = {0};
        thrum_words *list;
        thrum_error error;
        assert_int_equal(thrum_words_count(&list, inputs, &bad[i], &run, &error), THRUM_ERROR_ARGUMENT);
        assert_null(list);
        assert_int_equal(error.code, THRUM_ERROR_ARGUMENT);
    }
    thrum_inputs_free(inputs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_of_words), cmocka_unit_test(skip_grams),           cmocka_unit_test(batches),
        cmocka_unit_test(each_word),     cmocka_unit_test(options_out_of_range),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
