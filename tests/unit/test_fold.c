#include "text/fold.h"

#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include "text_samples.h"

static UCaseMap *full_folding(void) {
    UCaseMap *map;
    assert_int_equal(fold_open(&map, NULL), THRUM_OK);
    return map;
}

static void check(const UCaseMap *map, const void *bytes, size_t n_bytes, const void *folded, size_t n_folded) {
    thrum_buffer buffer = {0};
    sample text = sample_copy(bytes, n_bytes);
    thrum_buffer_append_text(&buffer, ">");
    assert_true(fold_append(&buffer, map, text.bytes, n_bytes));
    assert_int_equal(buffer.n_bytes, n_folded + 1);
    if (n_folded)
        assert_memory_equal(buffer.bytes + 1, folded, n_folded);
    free(text.bytes);
    thrum_buffer_release(&buffer);
}

static void words_fold(void **unused) {
    (void)unused;
    static const struct {
        const char *text, *full, *ascii;
    } cases[] = {
        {"", "", ""},
        {"QUIXOTE'S [Z]@`{", "quixote's [z]@`{", "quixote's [z]@`{"},
        {"STRA\xC3\x9F"
         "E",
         "strasse",
         "stra\xC3\x9F"
         "e"},
        {"\xC4\xB0", "i\xCC\x87", "\xC4\xB0"},
        {"I\xC4\xB1", "i\xC4\xB1", "i\xC4\xB1"},
        {"\xCE\x90", "\xCE\xB9\xCC\x88\xCC\x81", "\xCE\x90"},
        {"\xCE\xA3\xCF\x82\xCF\x83", "\xCF\x83\xCF\x83\xCF\x83", "\xCE\xA3\xCF\x82\xCF\x83"},
        {"\xEF\xAC\x83", "ffi", "\xEF\xAC\x83"},
        {"\xF0\x90\x90\x80", "\xF0\x90\x90\xA8", "\xF0\x90\x90\x80"},
        {"A\xFF"
         "B\xC3",
         "a\xFF"
         "b\xC3",
         "a\xFF"
         "b\xC3"},
        {"\xED\xA0\x80X\xC0\x80", "\xED\xA0\x80x\xC0\x80", "\xED\xA0\x80x\xC0\x80"},
    };
    UCaseMap *map = full_folding();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check(map, cases[i].text, strlen(cases[i].text), cases[i].full, strlen(cases[i].full));
        check(NULL, cases[i].text, strlen(cases[i].text), cases[i].ascii, strlen(cases[i].ascii));
    }
    ucasemap_close(map);
}

/* Every character, by way of UTF-16. Also shows that none grows more than we make room for. */
static void characters_fold_as_icu_folds_them(void **unused) {
    (void)unused;
    UCaseMap *map = full_folding();
    for (UChar32 character = 0; character <= 0x10FFFF; character++) {
        if (U_IS_SURROGATE(character))
            continue;
        UErrorCode icu = U_ZERO_ERROR;
        uint8_t bytes[4];
        char folded[64];
        UChar units[2], folded_units[16];
        int32_t n_bytes = 0, n_units = 0, n_folded;
        U8_APPEND_UNSAFE(bytes, n_bytes, character);
        U16_APPEND_UNSAFE(units, n_units, character);
        n_units = u_strFoldCase(folded_units, 16, units, n_units, U_FOLD_CASE_DEFAULT, &icu);
        u_strToUTF8(folded, sizeof folded, &n_folded, folded_units, n_units, &icu);
        assert_true(U_SUCCESS(icu) && n_folded <= n_bytes * FOLD_MAX_GROWTH);
        check(map, bytes, (size_t)n_bytes, folded, (size_t)n_folded);
    }
    ucasemap_close(map);
}

/* Long texts are folded in pieces: characters of every length on every side of a cut, and ill-formed bytes there. */
static void pieces_fold_as_the_whole(void **unused) {
    (void)unused;
    static const char *const fills[] = {"\xC3\x89", "\xE1\xBA\x80", "\xF0\x90\x90\x80", "\xCE\x90", "\x80",
                                        "\xF0",     "A\xC3"};
    static const char *const folds[] = {
        "\xC3\xA9", "\xE1\xBA\x81", "\xF0\x90\x90\xA8", "\xCE\xB9\xCC\x88\xCC\x81", "\x80", "\xF0", "a\xC3"};
    UCaseMap *map = full_folding();
    for (size_t i = 0; i < sizeof fills / sizeof *fills; i++) {
        for (size_t shift = 0; shift < 4; shift++) {
            thrum_buffer text = {0}, folded = {0};
            thrum_buffer_append(&text, "AAAA", shift);
            thrum_buffer_append(&folded, "aaaa", shift);
            for (size_t n = 0; n < 20000; n++) {
                thrum_buffer_append_text(&text, fills[i]);
                thrum_buffer_append_text(&folded, folds[i]);
            }
            check(map, text.bytes, text.n_bytes, folded.bytes, folded.n_bytes);
            thrum_buffer_release(&text);
            thrum_buffer_release(&folded);
        }
    }
    ucasemap_close(map);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_fold),
        cmocka_unit_test(characters_fold_as_icu_folds_them),
        cmocka_unit_test(pieces_fold_as_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
