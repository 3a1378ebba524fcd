/* The folding of letters, held against what PCRE2 matches without case. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "pattern/case_fold.h"
#include "text/utf8.h"

#include "literal_cases.h"

enum { N_CODE_POINTS = 0x30000 }; /* all that may have case, and CJK beyond them */

/* The characters, one after the other. */
static uint8_t *all;
static uint32_t *at_byte; /* the code point that begins there */
static size_t n_all;

static bool is_character(uint32_t code_point) {
    return code_point < 0xD800 || code_point > 0xDFFF;
}

static int make_all(void **state) {
    (void)state;
    all = malloc((size_t)UTF8_MAX_BYTES * N_CODE_POINTS);
    at_byte = malloc(sizeof *at_byte * UTF8_MAX_BYTES * N_CODE_POINTS);
    for (uint32_t c = 0; all && at_byte && c < N_CODE_POINTS; c++)
        if (is_character(c)) {
            at_byte[n_all] = c;
            n_all += utf8_write(c, all + n_all);
        }
    return all && at_byte ? 0 : -1;
}

static int free_all(void **state) {
    (void)state;
    free(all);
    free(at_byte);
    return 0;
}

static uint8_t ascii_folded(uint8_t byte) {
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

/* What a character is when it is folded, A-Z too, as a number. */
static uint64_t folded_character(const case_fold *f, uint32_t code_point) {
    uint8_t bytes[UTF8_MAX_BYTES], folded[UTF8_MAX_BYTES + CASE_FOLD_SLACK_BYTES];
    size_t n = case_fold_bytes(f, bytes, utf8_write(code_point, bytes), folded);
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | ascii_folded(folded[i]);
    return value;
}

/* Every character of the texts is the same as those that it matches, and as no other. */
static void expect_classes(const char *text) {
    const sieve_text one = {(const uint8_t *)text, strlen(text)};
    case_fold *f = NULL;
    assert_true(case_fold_create(&f, &one, 1));
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    bool *matches = calloc(N_CODE_POINTS, sizeof *matches);
    uint64_t *folded = calloc(N_CODE_POINTS, sizeof *folded);
    uint32_t letter = 0;
    assert_true(f && data && matches && folded);
    for (uint32_t c = 0; c < N_CODE_POINTS; c++)
        folded[c] = is_character(c) ? folded_character(f, c) : UINT64_MAX;
    for (size_t i = 0, n; i < one.n_bytes; i += n) {
        n = utf8_step(one.bytes + i, one.n_bytes - i, &letter);
        int fault;
        PCRE2_SIZE offset;
        pcre2_code *code =
            pcre2_compile(one.bytes + i, n, PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS, &fault, &offset, NULL);
        assert_non_null(code);
        (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
        memset(matches, 0, N_CODE_POINTS * sizeof *matches);
        for (size_t at = 0; pcre2_match(code, all, n_all, at, PCRE2_NO_UTF_CHECK, data, NULL) > 0;) {
            const PCRE2_SIZE *match = pcre2_get_ovector_pointer(data);
            matches[at_byte[match[0]]] = true;
            at = match[1];
        }
        pcre2_code_free(code);
        assert_true(matches[letter]);
        for (uint32_t c = 0; c < N_CODE_POINTS; c++)
            if ((folded[letter] == folded[c]) != matches[c])
                fail_msg("U+%04X and U+%04X are%s the same in \"%s\"", letter, c, matches[c] ? "" : " not", text);
    }
    free(folded);
    free(matches);
    pcre2_match_data_free(data);
    case_fold_free(f);
}

static void characters_are_the_same_when_pcre2_says_so(void **state) {
    (void)state;
    static const char *const texts[] = {"kiss",        "K-2 Sſ", "жарЁшда", "ΣΊΣΥΦΟΣ Ωᾳθϑβϐ", "Straße ẞ", "Ångström Å",
                                        "İstanbul ıi", "ǆǅǄ",    "Ⱥⱥɐ",     "中文 é É",       "ႠჀⴀ ა",    "Ꭰꭰ",
                                        "𐐀𐐨",          "µ Ὄϊ",   "￣Ａａ"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_classes(texts[i]);
}

static void ascii_without_k_and_s_needs_no_fold(void **state) {
    (void)state;
    static const char *const texts[] = {"Moab", "1.5 %", "", "KISS"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const sieve_text one = {(const uint8_t *)texts[i], strlen(texts[i])};
        case_fold *f = NULL;
        assert_true(case_fold_create(&f, &one, 1));
        assert_int_equal(f != NULL, i == 3);
        case_fold_free(f);
    }
}

/* Whatever the bytes: characters alone become what they become together, places are found again, and kernels say the
 * same. */
static void bytes_are_folded_character_by_character(void **state) {
    (void)state;
    static const char letters[] = "ksßσше";
    const sieve_text one = {(const uint8_t *)letters, strlen(letters)};
    case_fold *f = NULL;
    long n_fast = 0;
    assert_true(case_fold_create(&f, &one, 1));
    assert_non_null(f);
    for (int i = 0; i < 1000; i++) {
        thrum_buffer subject = {0}, folded = {0};
        append_subject(&subject);
        const size_t n_bytes = subject.n_bytes, n_behind = below(200);
        assert_non_null(thrum_buffer_reserve(&subject, 200));
        memset(subject.bytes + n_bytes, 'x', 200);
        uint8_t *to = thrum_buffer_reserve(&folded, n_bytes + CASE_FOLD_PAIRS_SLACK_BYTES);
        size_t n_folded = case_fold_bytes(f, subject.bytes, n_bytes, to), at = 0;
        for (size_t from = 0, n; from < n_bytes; from += n) {
            uint8_t alone[UTF8_MAX_BYTES + CASE_FOLD_SLACK_BYTES];
            uint32_t code_point;
            assert_int_equal(case_fold_origin(f, subject.bytes, n_bytes, 0, at), from);
            n = utf8_step(subject.bytes + from, n_bytes - from, &code_point);
            size_t n_alone = case_fold_bytes(f, subject.bytes + from, n, alone);
            assert_true(n_alone <= n && n <= CASE_FOLD_MOST_SHRINKING * n_alone && n_alone <= n_folded - at);
            assert_memory_equal(to + at, alone, n_alone);
            at += n_alone;
        }
        assert_int_equal(at, n_folded);
        uint8_t *fast = malloc(n_bytes + CASE_FOLD_PAIRS_SLACK_BYTES);
        assert_non_null(fast);
        if (n_bytes > 0 && case_fold_pairs(f, subject.bytes, n_bytes, n_bytes + n_behind, fast)) {
            n_fast++;
            assert_int_equal(n_folded, n_bytes);
            assert_memory_equal(fast, to, n_bytes);
        }
        free(fast);
        thrum_buffer_release(&subject);
        thrum_buffer_release(&folded);
    }
    assert_true(kernel_get()->pair_masks ? n_fast > 50 : n_fast == 0);
    case_fold_free(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_the_same_when_pcre2_says_so),
        cmocka_unit_test(ascii_without_k_and_s_needs_no_fold),
        cmocka_unit_test(bytes_are_folded_character_by_character),
    };
    return cmocka_run_group_tests(tests, make_all, free_all);
}
