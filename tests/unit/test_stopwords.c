/* The built-in stop-word lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "thrum/words.h"

static void english_is_there(void **state) {
    static const char *const expected[] = {"the", "and", "of", "don't", "isn't", "you"};
    size_t n, n_found = 0;
    const char *const *words = thrum_stopwords("en", &n);

    (void)state;
    assert_non_null(words);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < sizeof expected / sizeof *expected; k++)
            n_found += strcmp(words[i], expected[k]) == 0;
    assert_int_equal(n_found, sizeof expected / sizeof *expected);
}

static void words_are_sorted_lower_case_and_once(void **state) {
    size_t n;
    const char *const *words = thrum_stopwords("en", &n);

    (void)state;
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(strspn(words[i], "abcdefghijklmnopqrstuvwxyz'"), strlen(words[i]));
        assert_true(i == 0 || strcmp(words[i - 1], words[i]) < 0);
    }
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
        cmocka_unit_test(english_is_there),
        cmocka_unit_test(words_are_sorted_lower_case_and_once),
        cmocka_unit_test(another_language_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
