#include "text/normalize.h"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include "text_samples.h"

static const thrum_normalization forms[] = {THRUM_NORMALIZE_NONE, THRUM_NORMALIZE_NFC, THRUM_NORMALIZE_NFKC};

static normalizer *create(thrum_token_rule rule, bool keep_case, thrum_normalization form) {
    normalizer *made;
    assert_int_equal(normalizer_create(&made, rule, keep_case, form, NULL), THRUM_OK);
    return made;
}

static void check(normalizer *n, const void *bytes, size_t n_bytes, const void *wanted, size_t n_wanted) {
    thrum_buffer buffer = {0};
    sample text = sample_copy(bytes, n_bytes);
    thrum_buffer_append_text(&buffer, ">");
    assert_true(normalizer_append(n, text.bytes, n_bytes, &buffer));
    assert_int_equal(buffer.n_bytes, n_wanted + 1);
    if (n_wanted)
        assert_memory_equal(buffer.bytes + 1, wanted, n_wanted);
    assert_true(buffer.capacity_bytes >= buffer.n_bytes + 16);
    free(text.bytes);
    thrum_buffer_release(&buffer);
}

static void words_are_normalised(void **state) {
    (void)state;
    static const struct {
        const char *text, *kept[3], *folded[3]; /* without a form, NFC, NFKC */
    } cases[] = {
        {"", {"", "", ""}, {"", "", ""}},
        {"Don't", {"Don't", "Don't", "Don't"}, {"don't", "don't", "don't"}},
        {u8"E\u0301", {u8"E\u0301", u8"\u00C9", u8"\u00C9"}, {u8"e\u0301", u8"\u00E9", u8"\u00E9"}},
        {u8"\u212B", {u8"\u212B", u8"\u00C5", u8"\u00C5"}, {u8"\u00E5", u8"\u00E5", u8"\u00E5"}},
        {u8"\uFB01N", {u8"\uFB01N", u8"\uFB01N", "fiN"}, {"fin", "fin", "fin"}},
        {u8"a\u0307\u0323",
         {u8"a\u0307\u0323", u8"\u1EA1\u0307", u8"\u1EA1\u0307"},
         {u8"a\u0307\u0323", u8"\u1EA1\u0307", u8"\u1EA1\u0307"}},
        {u8"\u1100\u1161", {u8"\u1100\u1161", u8"\uAC00", u8"\uAC00"}, {u8"\u1100\u1161", u8"\uAC00", u8"\uAC00"}},
        {u8"\u0390", {u8"\u0390", u8"\u0390", u8"\u0390"}, {u8"\u03B9\u0308\u0301", u8"\u0390", u8"\u0390"}},
        {u8"\uFF21\u2460", {u8"\uFF21\u2460", u8"\uFF21\u2460", "A1"}, {u8"\uFF41\u2460", u8"\uFF41\u2460", "a1"}},
        {u8"\U0002F800", {u8"\U0002F800", u8"\u4E3D", u8"\u4E3D"}, {u8"\U0002F800", u8"\u4E3D", u8"\u4E3D"}},
        /* What is no UTF-8 stays, and divides. */
        {"e\xCC\x81\xFF"
         "E\xCC",
         {"e\xCC\x81\xFF"
          "E\xCC",
          "\xC3\xA9\xFF"
          "E\xCC",
          "\xC3\xA9\xFF"
          "E\xCC"},
         {"e\xCC\x81\xFF"
          "e\xCC",
          "\xC3\xA9\xFF"
          "e\xCC",
          "\xC3\xA9\xFF"
          "e\xCC"}},
        {"e\xFF\xCC\x81",
         {"e\xFF\xCC\x81", "e\xFF\xCC\x81", "e\xFF\xCC\x81"},
         {"e\xFF\xCC\x81", "e\xFF\xCC\x81", "e\xFF\xCC\x81"}},
    };
    for (size_t form = 0; form < 3; form++) {
        normalizer *keeping = create(THRUM_TOKEN_UNICODE, true, forms[form]);
        normalizer *folding = create(THRUM_TOKEN_UNICODE, false, forms[form]);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            const char *text = cases[i].text;
            check(keeping, text, strlen(text), cases[i].kept[form], strlen(cases[i].kept[form]));
            check(folding, text, strlen(text), cases[i].folded[form], strlen(cases[i].folded[form]));
        }
        normalizer_free(keeping);
        normalizer_free(folding);
    }
    normalizer *plain = create(THRUM_TOKEN_SPACE, false, THRUM_NORMALIZE_NFC);
    check(plain, u8"E\u0301A\u00C9", strlen(u8"E\u0301A\u00C9"), u8"\u00C9a\u00C9", strlen(u8"\u00C9a\u00C9"));
    normalizer_free(plain);
    normalizer_free(NULL);
}

/* Every character, alone and between others, as ICU has it. */
static void characters_are_normalised_as_icu_does(void **state) {
    (void)state;
    UErrorCode icu = U_ZERO_ERROR;
    const UNormalizer2 *oracles[] = {NULL, unorm2_getNFCInstance(&icu), unorm2_getNFKCInstance(&icu)};
    for (size_t form = 1; form < 3; form++) {
        normalizer *n = create(THRUM_TOKEN_UNICODE, true, forms[form]);
        for (UChar32 c = 1; c <= 0x10FFFF; c += c < 0x3100 ? 1 : 7) {
            static const char *const frames[] = {"%s", "a%s", u8"\u0323%s\u0301", u8"\u1100%s"};
            char one[8] = {0}, text[64], wanted[256];
            UChar units[64], normal[128];
            int32_t n_one = 0, n_units, n_normal, n_wanted;
            if (U_IS_SURROGATE(c))
                continue;
            U8_APPEND_UNSAFE(one, n_one, c);
            const char *frame = frames[c % 4];
            int n_text = snprintf(text, sizeof text, frame, one);
            u_strFromUTF8(units, 64, &n_units, text, n_text, &icu);
            n_normal = unorm2_normalize(oracles[form], units, n_units, normal, 128, &icu);
            u_strToUTF8(wanted, sizeof wanted, &n_wanted, normal, n_normal, &icu);
            assert_true(U_SUCCESS(icu));
            check(n, text, (size_t)n_text, wanted, (size_t)n_wanted);
        }
        normalizer_free(n);
    }
}

/* Words of more than one part, and of marks without end. */
static void long_words(void **state) {
    (void)state;
    static const struct {
        const char *text, *wanted;
        size_t n_times;
    } cases[] = {{u8"E\u0301", u8"\u00E9", 10000}, {u8"\uFDFA", u8"\uFDFA", 3000}, {u8"\u0301", u8"\u0301", 20000}};
    normalizer *n = create(THRUM_TOKEN_UNICODE, false, THRUM_NORMALIZE_NFC);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        thrum_buffer text = {0}, wanted = {0};
        for (size_t k = 0; k < cases[i].n_times; k++) {
            thrum_buffer_append_text(&text, cases[i].text);
            thrum_buffer_append_text(&wanted, cases[i].wanted);
        }
        check(n, text.bytes, text.n_bytes, wanted.bytes, wanted.n_bytes);
        thrum_buffer_release(&text);
        thrum_buffer_release(&wanted);
    }
    normalizer_free(n);
    /* One character becomes eighteen. */
    n = create(THRUM_TOKEN_UNICODE, false, THRUM_NORMALIZE_NFKC);
    thrum_buffer text = {0}, normal = {0};
    for (size_t k = 0; k < 3000; k++)
        thrum_buffer_append_text(&text, u8"\uFDFA");
    assert_true(normalizer_append(n, text.bytes, text.n_bytes, &normal));
    assert_int_equal(normal.n_bytes, 3000 * 33);
    thrum_buffer_release(&text);
    thrum_buffer_release(&normal);
    normalizer_free(n);
}

static void an_unknown_form_is_refused(void **state) {
    (void)state;
    normalizer *n;
    thrum_error error;
    assert_int_equal(normalizer_create(&n, THRUM_TOKEN_ASCII, false, (thrum_normalization)9, &error),
                     THRUM_ERROR_ARGUMENT);
    assert_null(n);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_normalised),
        cmocka_unit_test(characters_are_normalised_as_icu_does),
        cmocka_unit_test(long_words),
        cmocka_unit_test(an_unknown_form_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
