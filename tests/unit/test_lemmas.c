#define _GNU_SOURCE
#include "scratch.h"

#include "count/lemmas.h"

static thrum_status read_text(thrum_lemmas **lemmas, const char *text, bool keep_case, thrum_error *error) {
    const thrum_words_options options = {.keep_case = keep_case, .normalization = THRUM_NORMALIZE_NFC};
    return thrum_lemmas_read(lemmas, scratch_file("lemmas", text, strlen(text)), &options, error);
}

static void expect(const thrum_lemmas *lemmas, const char *form, const char *lemma) {
    token found = lemmas_of(lemmas, (token){(const uint8_t *)form, strlen(form)});
    assert_int_equal(found.n_bytes, strlen(lemma));
    assert_memory_equal(found.bytes, lemma, found.n_bytes);
}

static void forms_find_their_lemmas(void **state) {
    (void)state;
    static const char text[] = "\xEF\xBB\xBF# form, lemma\n"
                               "went\tgo\r\n"
                               "\n"
                               " Gone \t go\n"
                               "WENT\twend\n"
                               "E\xCC\x81t\xC3\xA9s\t\xC3\x89t\xC3\xA9\n"
                               "New\tNew York\n"
                               "telecommunications\tinternationalization";
    thrum_lemmas *lemmas;
    assert_int_equal(read_text(&lemmas, text, false, NULL), THRUM_OK);
    expect(lemmas, "went", "go");
    expect(lemmas, "gone", "go");
    expect(lemmas, "go", "go");
    expect(lemmas, "Went", "Went"); /* words come folded */
    expect(lemmas, "\xC3\xA9t\xC3\xA9s", "\xC3\xA9t\xC3\xA9");
    expect(lemmas, "new", "new york");
    expect(lemmas, "telecommunications", "internationalization");
    expect(lemmas, "", "");
    thrum_lemmas_free(lemmas);
    assert_int_equal(read_text(&lemmas, text, true, NULL), THRUM_OK);
    expect(lemmas, "WENT", "wend");
    expect(lemmas, "went", "go");
    expect(lemmas, "gone", "gone");
    expect(lemmas, "Gone", "go");
    thrum_lemmas_free(lemmas);
    assert_int_equal(read_text(&lemmas, "", true, NULL), THRUM_OK);
    expect(lemmas, "a", "a");
    thrum_lemmas_free(lemmas);
    thrum_lemmas_free(NULL);
}

static void bad_lines_are_refused(void **state) {
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"a\tb\n# c\nd e\n", "line 3 has no tab: write a form, a tab and its lemma"},
        {"a\tb\tc\n", "line 1 has more than one tab: write a form, a tab and its lemma"},
        {"a\tb\n\tb\n", "line 2 has no form: write a form, a tab and its lemma"},
        {"a\t \r\n", "line 1 has no lemma: write a form, a tab and its lemma"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        thrum_lemmas *lemmas;
        thrum_error error;
        assert_int_equal(read_text(&lemmas, cases[i].text, false, &error), THRUM_ERROR_ARGUMENT);
        assert_null(lemmas);
        assert_string_equal(error.message, cases[i].message);
        assert_string_equal(error.path, scratch_path("lemmas"));
    }
    thrum_lemmas *lemmas;
    thrum_error error;
    const thrum_words_options options = {0};
    assert_int_equal(thrum_lemmas_read(&lemmas, scratch_path("missing"), &options, &error), THRUM_ERROR_SYSTEM);
    assert_null(lemmas);
    assert_string_equal(error.path, scratch_path("missing"));
    const thrum_words_options no_pattern = {.token = THRUM_TOKEN_PATTERN};
    assert_int_equal(thrum_lemmas_read(&lemmas, scratch_path("lemmas"), &no_pattern, &error), THRUM_ERROR_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_find_their_lemmas),
        cmocka_unit_test(bad_lines_are_refused),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
