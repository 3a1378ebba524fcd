#include "text/lines.h"

#include "text_samples.h"

static void check(const sample *text) {
    uint64_t n_lines = 0, n_characters = 0, lines_together, characters_together;
    for (size_t i = 0; i < text->n_bytes; i++) {
        n_lines += text->bytes[i] == '\n';
        n_characters += text->bytes[i] < 0x80 || text->bytes[i] > 0xBF;
    }
    lines_and_characters_count(text->bytes, text->n_bytes, &lines_together, &characters_together);
    assert_int_equal(lines_count(text->bytes, text->n_bytes), n_lines);
    assert_int_equal(characters_count(text->bytes, text->n_bytes), n_characters);
    assert_int_equal(lines_together, n_lines);
    assert_int_equal(characters_together, n_characters);
}

static void counts_equal_a_loop_over_bytes(void **unused) {
    (void)unused;
    uint64_t state = 1;
    for (size_t n = sample_n_cases(5000); n > 0; n--) {
        sample text = sample_make(&state);
        check(&text);
        free(text.bytes);
    }
}

/* Around one and several fillings of the counters, whose lanes hold 255 rows of 64 bytes. */
static void full_counters_do_not_overflow(void **unused) {
    (void)unused;
    static const uint8_t fills[] = {'\n', 'a', 0x80, 0xBF, 0xC0, 0xFF};
    for (size_t n_bytes = 0; n_bytes < 3 * 255 * 64 + 130; n_bytes += n_bytes < 300 ? 1 : 61) {
        uint8_t *bytes = malloc(n_bytes ? n_bytes : 1);
        assert_non_null(bytes);
        for (size_t i = 0; i < sizeof fills; i++) {
            memset(bytes, fills[i], n_bytes);
            check(&(sample){bytes, n_bytes});
        }
        free(bytes);
    }
}

static void check_file(const char *path, const sample *text) {
    (void)path;
    check(text);
}

static void counts_of_corpora(void **unused) {
    (void)unused;
    sample_each_corpus(check_file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_equal_a_loop_over_bytes),
        cmocka_unit_test(full_counters_do_not_overflow),
        cmocka_unit_test(counts_of_corpora),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
