/* The built-in stop-word lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text/token.h"
#include "thrum/words.h"

static bool has(const char *language, const char *word) {
    size_t n;
    const char *const *words = thrum_stopwords(language, &n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

static void the_commonest_words_are_there(void **state) {
    static const char *const expected[][2] = {
        {"en", "the"},   {"en", "of"},     {"en", "don't"}, {"en", "you"},  {"de", "der"},  {"de", "für"},
        {"de", "nicht"}, {"de", "ausser"}, {"es", "el"},    {"es", "qué"},  {"es", "está"}, {"fr", "la"},
        {"fr", "être"},  {"fr", "c'est"},  {"ru", "и"},     {"ru", "ещё"},  {"ru", "еще"},  {"ru", "который"},
        {"zh", "的"},    {"zh", "我们"},   {"zh", "我們"},  {"zh", "因为"}, {"zh", "沒有"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
        if (!has(expected[i][0], expected[i][1]))
            fail_msg("%s lacks %s", expected[i][0], expected[i][1]);
}

static void lists_are_sorted_and_of_some_size(void **state) {
    (void)state;
    for (const char *const *language = thrum_stopword_languages; *language; language++) {
        size_t n;
        const char *const *words = thrum_stopwords(*language, &n);
        assert_non_null(words);
        assert_in_range(n, 100, 300);
        for (size_t i = 1; i < n; i++)
            if (strcmp(words[i - 1], words[i]) >= 0)
                fail_msg("%s: %s stands before %s", *language, words[i - 1], words[i]);
    }
}

/* What the tokenizer made of a word. */
typedef struct cut {
    const char *word;
    size_t n_tokens;
    bool is_same;
} cut;

static thrum_status take(void *context, const token *tokens, size_t n_tokens) {
    cut *seen = context;
    size_t n_bytes = strlen(seen->word);
    for (size_t i = 0; i < n_tokens; i++)
        seen->is_same = tokens[i].n_bytes == n_bytes && memcmp(tokens[i].bytes, seen->word, n_bytes) == 0;
    seen->n_tokens += n_tokens;
    return THRUM_OK;
}

/* Otherwise it would stand in the list in vain. */
static void each_word_is_one_word_and_folded(void **state) {
    tokenizer *unicode;

    (void)state;
    assert_int_equal(tokenizer_create(&unicode, THRUM_TOKEN_UNICODE, false, NULL), THRUM_OK);
    for (const char *const *language = thrum_stopword_languages; *language; language++) {
        size_t n;
        const char *const *words = thrum_stopwords(*language, &n);
        for (size_t i = 0; i < n; i++) {
            cut seen = {.word = words[i]};
            const token_sink sink = {.take = take, .context = &seen};
            size_t n_bytes = strlen(words[i]);
            assert_int_equal(tokenizer_run(unicode, (const uint8_t *)words[i], n_bytes, 0, n_bytes, &sink, NULL),
                             THRUM_OK);
            if (seen.n_tokens != 1 || !seen.is_same)
                fail_msg("%s: %s is cut into %zu words, or folded", *language, words[i], seen.n_tokens);
        }
    }
    tokenizer_free(unicode);
}

static void languages_are_sorted(void **state) {
    static const char *const expected[] = {"de", "en", "es", "fr", "ru", "zh"};
    size_t n = 0;

    (void)state;
    for (; thrum_stopword_languages[n]; n++)
        assert_string_equal(thrum_stopword_languages[n], expected[n]);
    assert_int_equal(n, sizeof expected / sizeof *expected);
}

static void another_language_has_none(void **state) {
    size_t n = 1;

    (void)state;
    assert_null(thrum_stopwords("xx", &n));
    assert_int_equal(n, 0);
    assert_null(thrum_stopwords("", &n));
    assert_null(thrum_stopwords("en.txt", &n));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_commonest_words_are_there),    cmocka_unit_test(lists_are_sorted_and_of_some_size),
        cmocka_unit_test(each_word_is_one_word_and_folded), cmocka_unit_test(languages_are_sorted),
        cmocka_unit_test(another_language_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
