#include "text/token.h"

#include <unicode/uloc.h>

#include "icu_words.h"

/* Words as one string of "length:bytes" records, so that lists compare at once. */
typedef struct word_list {
    thrum_buffer records;
    size_t n_words;
    size_t n_left; /* words until the sink asks to stop */
} word_list;

static void add_word(word_list *list, const uint8_t *bytes, size_t n_bytes) {
    thrum_buffer_append_number(&list->records, n_bytes);
    thrum_buffer_append_text(&list->records, ":");
    thrum_buffer_append(&list->records, bytes, n_bytes);
    list->n_words++;
}

static uint8_t sum_of_padding; /* read for the address sanitizer's sake */

static thrum_status take_words(void *context, const token *tokens, size_t n_tokens) {
    word_list *list = context;
    assert_true(n_tokens > 0);
    for (size_t i = 0; i < n_tokens; i++) {
        for (size_t k = 0; k < TOKEN_PADDING_BYTES; k++)
            sum_of_padding = (uint8_t)(sum_of_padding + tokens[i].bytes[k]);
        assert_true(tokens[i].n_bytes > 0);
        if (list->n_left-- == 0)
            return THRUM_ERROR_STOPPED;
        add_word(list, tokens[i].bytes, tokens[i].n_bytes);
    }
    return THRUM_OK;
}

static void check_words(const word_list *found, const word_list *expected, const sample *text) {
    if (found->records.n_bytes != expected->records.n_bytes ||
        (found->n_words && memcmp(found->records.bytes, expected->records.bytes, found->records.n_bytes) != 0)) {
        size_t at = 0;
        while (at < found->records.n_bytes && at < expected->records.n_bytes &&
               found->records.bytes[at] == expected->records.bytes[at])
            at++;
        at -= at < 40 ? at : 40; /* the words before the difference */
        print_sample("text", text->bytes, text->n_bytes);
        print_sample("found", found->records.bytes + at, found->records.n_bytes - at);
        print_sample("expected", expected->records.bytes + at, expected->records.n_bytes - at);
        fail();
    }
}

/* The definition of ascii and space, a byte at a time. */
static bool in_run(thrum_token_rule rule, uint8_t byte) {
    if (rule == THRUM_TOKEN_SPACE)
        return !byte || !strchr(" \t\n\v\f\r", byte);
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static void expect_runs(word_list *list, thrum_token_rule rule, bool keep_case, const sample *text) {
    uint8_t *word = malloc(text->n_bytes + 1);
    assert_non_null(word);
    size_t length = 0;
    for (size_t i = 0; i <= text->n_bytes; i++) {
        bool inside = i < text->n_bytes && in_run(rule, text->bytes[i]);
        if (inside) {
            uint8_t byte = text->bytes[i];
            word[length++] = !keep_case && byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte - 'A' + 'a') : byte;
        } else if (length) {
            add_word(list, word, length);
            length = 0;
        }
    }
    free(word);
}

/* One word folded by way of UTF-16; u_strFromUTF8 refuses what is ill-formed. */
static void expect_folded(word_list *list, const uint8_t *bytes, size_t n_bytes) {
    UErrorCode icu = U_ZERO_ERROR;
    int32_t n_units = 0, n_folded = 0, capacity = (int32_t)n_bytes * 3 + 1;
    UChar *units = malloc((size_t)capacity * sizeof *units), *folds = malloc((size_t)capacity * sizeof *folds);
    char *folded = malloc((size_t)capacity);
    assert_true(units && folds && folded);
    u_strFromUTF8(units, capacity, &n_units, (const char *)bytes, (int32_t)n_bytes, &icu);
    assert_true(U_SUCCESS(icu));
    n_units = u_strFoldCase(folds, capacity, units, n_units, U_FOLD_CASE_DEFAULT, &icu);
    u_strToUTF8(folded, capacity, &n_folded, folds, n_units, &icu);
    assert_true(U_SUCCESS(icu));
    add_word(list, (uint8_t *)folded, (size_t)n_folded);
    free(units);
    free(folds);
    free(folded);
}

static UBreakIterator *oracle;

static void expect_unicode(word_list *list, bool keep_case, const sample *text) {
    segments whole = {0};
    segments_utf16(&whole, oracle, text->bytes, 0, text->n_bytes);
    size_t begin = 0;
    for (size_t i = 0; i < whole.n; begin = whole.items[i++].end) {
        if (whole.items[i].status < UBRK_WORD_NUMBER)
            continue;
        if (keep_case)
            add_word(list, text->bytes + begin, whole.items[i].end - begin);
        else
            expect_folded(list, text->bytes + begin, whole.items[i].end - begin);
    }
    segments_release(&whole);
}

static void expect(word_list *list, thrum_token_rule rule, bool keep_case, const sample *text) {
    if (rule == THRUM_TOKEN_UNICODE)
        expect_unicode(list, keep_case, text);
    else
        expect_runs(list, rule, keep_case, text);
}

static tokenizer *create(thrum_token_rule rule, bool keep_case) {
    tokenizer *made;
    assert_int_equal(tokenizer_create(&made, rule, keep_case, NULL), THRUM_OK);
    return made;
}

/* The words of the text cut after every n_chunk_bytes. */
static void check_chunks(tokenizer *cutter, thrum_token_rule rule, const sample *text, size_t n_chunk_bytes,
                         const word_list *expected) {
    word_list found = {.n_left = SIZE_MAX};
    for (size_t begin = 0, end; begin < text->n_bytes; begin = end) {
        size_t from = text->n_bytes - begin > n_chunk_bytes ? begin + n_chunk_bytes : text->n_bytes;
        end = boundary_next(tokenizer_boundary(rule), text->bytes, text->n_bytes, from);
        assert_int_equal(tokenizer_run(cutter, text->bytes, text->n_bytes, begin, end,
                                       &(token_sink){take_words, NULL, &found}, NULL),
                         THRUM_OK);
    }
    check_words(&found, expected, text);
    thrum_buffer_release(&found.records);
}

static const thrum_token_rule rules[] = {THRUM_TOKEN_UNICODE, THRUM_TOKEN_ASCII, THRUM_TOKEN_SPACE};
enum { RULES = sizeof rules / sizeof *rules };
static tokenizer *tokenizers[RULES][2];

static const size_t chunk_sizes[] = {SIZE_MAX, 4096, 64, 7, 2, 1};

static void check_text(const char *path, const sample *text) {
    (void)path;
    for (size_t r = 0; r < RULES; r++) {
        for (int keep_case = 0; keep_case < 2; keep_case++) {
            word_list expected = {0};
            expect(&expected, rules[r], keep_case, text);
            for (size_t i = 0; i < sizeof chunk_sizes / sizeof *chunk_sizes; i++)
                check_chunks(tokenizers[r][keep_case], rules[r], text, chunk_sizes[i], &expected);
            thrum_buffer_release(&expected.records);
        }
    }
}

static void words_equal_the_definition(void **unused) {
    (void)unused;
    uint64_t state = 5;
    for (size_t n = sample_n_cases(400); n > 0; n--) {
        sample text = sample_make(&state);
        check_text("", &text);
        free(text.bytes);
    }
}

static void words_of_corpora_equal_the_definition(void **unused) {
    (void)unused;
    sample_each_corpus(check_text);
}

/* --- what the unicode rule finds without ICU --- */

static void check_unicode(const thrum_buffer *text, int keep_case, const size_t *chunks, size_t n_chunks) {
    word_list expected = {0};
    sample copy = sample_copy(text->bytes, text->n_bytes);
    expect_unicode(&expected, keep_case, &copy);
    for (size_t i = 0; i < n_chunks; i++)
        check_chunks(tokenizers[0][keep_case], THRUM_TOKEN_UNICODE, &copy, chunks[i], &expected);
    free(copy.bytes);
    thrum_buffer_release(&expected.records);
}

/* All texts of `length` pieces, each between two separators, with ICU walking over the whole. */
static size_t check_all_texts(const char *const *pieces, size_t n_pieces, size_t length, const char *separator) {
    enum { TEXT_BYTES = 1 << 20 };
    static const size_t whole[] = {SIZE_MAX};
    thrum_buffer text = {0};
    size_t n_texts = 1;
    for (size_t i = 0; i < length; i++)
        n_texts *= n_pieces;
    for (size_t number = 0; number < n_texts; number++) {
        for (size_t i = 0, rest = number; i < length; i++, rest /= n_pieces)
            thrum_buffer_append_text(&text, pieces[rest % n_pieces]);
        thrum_buffer_append_text(&text, separator);
        if (text.n_bytes > TEXT_BYTES || number + 1 == n_texts) {
            check_unicode(&text, 1, whole, 1);
            thrum_buffer_clear(&text);
            thrum_buffer_append_text(&text, separator);
        }
    }
    thrum_buffer_release(&text);
    return n_texts;
}

/* One of each class of ASCII; the separators bring in the scan and ICU. */
static void all_short_ascii_texts(void **unused) {
    (void)unused;
    static const char *const pieces[] = {"a", "1", "_", "'", ".", ",", "\"", "-"};
    static const char *const separators[] = {
        " ", "\xC3\xA9", "\xCC\x81", "\xD7\x90", "\xE2\x80\x99", "\xE2\x80\x8D", "\xE0\xB8\x81 "};
    enum { PIECES = sizeof pieces / sizeof *pieces };
    size_t n_texts = 0, longest = getenv("THRUM_CASES") ? 8 : 6;
    for (size_t length = 1; length <= longest; length++)
        n_texts += check_all_texts(pieces, PIECES, length, "\n");
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++)
        for (size_t length = 1; length <= longest - 2; length++)
            n_texts += check_all_texts(pieces, PIECES, length, separators[i]);
    print_message("%zu texts\n", n_texts);
}

/* A letter, a digit, a connector, Hebrew, Hangul, a mark, a joiner, an emoji that is a letter, Katakana, middles, a
 * space, a broken character. */
static void all_short_texts_of_classes(void **unused) {
    (void)unused;
    static const char *const pieces[] = {"\xC3\xA9",
                                         "1",
                                         "_",
                                         "\xD7\x90",
                                         "\xED\x95\x9C",
                                         "\xCC\x81",
                                         "\xE2\x80\x8D",
                                         "\xE2\x93\x82",
                                         "\xE3\x82\xAB",
                                         "'",
                                         "\"",
                                         "\xC2\xB7",
                                         ",",
                                         " ",
                                         "\xE2\x80"};
    size_t n_texts = 0, longest = getenv("THRUM_CASES") ? 5 : 4;
    for (size_t length = 1; length <= longest; length++)
        n_texts += check_all_texts(pieces, sizeof pieces / sizeof *pieces, length, "\n");
    n_texts += check_all_texts(pieces, sizeof pieces / sizeof *pieces, longest - 1, " a ");
    print_message("%zu texts\n", n_texts);
}

/* Mostly ASCII punctuation, and what may cling to it, hold it or take it along. */
static void texts_where_ascii_meets_the_rest(void **unused) {
    (void)unused;
    static const char *const ascii[] = {
        "a", "Q", "the", "1", "42", "_",  "__", "'",    ".",  ",", ";",
        ":", "@", "\"",  "-", " ",  "  ", "\n", "\r\n", "\t", "(", "word word word word word "};
    static const char *const others[] = {"\xCC\x81",         "\xE2\x80\x8D",     "\xF0\x9F\x91\xA9",
                                         "\xF0\x9F\x8F\xBD", "\xF0\x9F\x87\xA9", "\xE3\x82\xAB",
                                         "\xE3\x83\xBC",     "\xD7\x90",         "\xD7\xB4",
                                         "\xD9\xA3",         "\xD9\xAB",         "\xE0\xA5\xA9",
                                         "\xEF\xBC\x91",     "\xEF\xBC\x8E",     "\xE2\x80\x99",
                                         "\xE2\x80\x9C",     "\xC2\xAD",         "\xC2\xB7",
                                         "\xC3\x89",         "\xE4\xB8\xAD",     "\xE0\xB8\x81\xE0\xB8\xB2",
                                         "\xED\x95\x9C",     "\xE2\x93\x82",     "\xFF",
                                         "\xE2\x80",         "\xC0\x80",         "\xED\xA0\x80",
                                         "\xC1\x81",         "\xF0\x90\x90\x80"};
    uint64_t state = 6;
    size_t n_cases = sample_n_cases(3000);
    for (size_t n = n_cases; n > 0; n--) {
        thrum_buffer text = {0};
        size_t of_others = n % 4 ? sample_below(&state, 40) + 1 : SIZE_MAX; /* one piece in so many */
        for (size_t k = sample_below(&state, n % 16 ? 60 : 3000) + 1; k > 0; k--) {
            bool other = of_others != SIZE_MAX && sample_below(&state, of_others) == 0;
            size_t which = sample_below(&state, other ? sizeof others / sizeof *others : sizeof ascii / sizeof *ascii);
            thrum_buffer_append_text(&text, other ? others[which] : ascii[which]);
        }
        check_unicode(&text, n % 2, chunk_sizes, sizeof chunk_sizes / sizeof *chunk_sizes);
        thrum_buffer_release(&text);
    }
}

/* Each character of the first planes in the company of all classes. */
static void words_with_every_character(void **unused) {
    (void)unused;
    enum { LAST = 0x20000, STEP = 7 };
    static const char frames[] =
        "*\n**\na*\n*a\na*a\n1*\n*1\n1*1\n_*\n*_\na'*\n*'a\n*.1\n1.*\n*\xCC\x81\n*\xCC\x81*\n*\xE2\x80\x8D*\n"
        "*\"\xD7\x90\n\xD7\x90\"*\n\xD7\x90*\n\xED\x95\x9C*\n*\xED\x95\x9C\nword *word and then*some";
    static const size_t whole[] = {SIZE_MAX};
    thrum_buffer text = {0};
    for (UChar32 character = 1; character < LAST; character += getenv("THRUM_CASES") || character < 0x3000 ? 1 : STEP) {
        if (U_IS_SURROGATE(character))
            continue;
        for (const char *c = frames; *c; c++) {
            uint8_t bytes[4] = {(uint8_t)*c};
            size_t n_bytes = *c != '*';
            if (*c == '*')
                U8_APPEND_UNSAFE(bytes, n_bytes, character);
            thrum_buffer_append(&text, bytes, n_bytes);
        }
        if (character % 256 < STEP) {
            check_unicode(&text, character / 256 % 2, whole, 1);
            thrum_buffer_clear(&text);
        }
    }
    check_unicode(&text, 0, whole, 1);
    thrum_buffer_release(&text);
}

/* Runs of all lengths around a block of the scanner and a batch of tokens, at all distances from the text's end. */
static void words_of_every_length(void **unused) {
    (void)unused;
    static const char *const fills[] = {"A", "\xC3\x89", "\xE0\xA4\x95", "Ab "};
    static const size_t lengths[] = {1,    15,   16,    17,    63,    64,    65,    127,   128,
                                     255,  256,  257,   4095,  4096,  8175,  8176,  8191,  8192,
                                     8193, 8256, 16383, 16384, 16385, 24576, 65536, 200000};
    for (size_t f = 0; f < sizeof fills / sizeof *fills; f++) {
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            for (size_t shift = 0; shift < 3; shift++) {
                thrum_buffer text = {0};
                thrum_buffer_append(&text, "x  ", shift);
                for (size_t n = 0; n < lengths[i]; n += strlen(fills[f]))
                    thrum_buffer_append_text(&text, fills[f]);
                thrum_buffer_append(&text, " Zz", shift);
                sample copy = sample_copy(text.bytes, text.n_bytes);
                for (size_t r = 0; r < RULES; r++) {
                    for (int keep_case = 0; keep_case < 2; keep_case++) {
                        word_list expected = {0};
                        expect(&expected, rules[r], keep_case, &copy);
                        check_chunks(tokenizers[r][keep_case], rules[r], &copy, SIZE_MAX, &expected);
                        check_chunks(tokenizers[r][keep_case], rules[r], &copy, 5000, &expected);
                        thrum_buffer_release(&expected.records);
                    }
                }
                free(copy.bytes);
                thrum_buffer_release(&text);
            }
        }
    }
}

/* A chunk may not be cut before a stray continuation byte, but a word ends there. */
static void long_words_end_before_ill_formed_bytes(void **unused) {
    (void)unused;
    for (size_t length = 8190; length < 40000; length += length < 8195 ? 1 : 4093) {
        thrum_buffer text = {0};
        for (size_t n = 0; n < length; n++)
            thrum_buffer_append_text(&text, "L");
        thrum_buffer_append_text(&text, "\x80\xBFz\n\x80y");
        sample copy = sample_copy(text.bytes, text.n_bytes);
        check_text("", &copy);
        free(copy.bytes);
        thrum_buffer_release(&text);
    }
}

/* The folded words of a batch are more than its buffer holds at first. */
static void long_words_share_a_batch(void **unused) {
    (void)unused;
    thrum_buffer text = {0};
    for (size_t n = 0; n < 1500; n++) {
        for (size_t length = n * 7 % 1000; length > 0; length--)
            thrum_buffer_append_text(&text, "\xCE\x90");
        thrum_buffer_append_text(&text, "Z ");
    }
    sample copy = sample_copy(text.bytes, text.n_bytes);
    check_text("", &copy);
    free(copy.bytes);
    thrum_buffer_release(&text);
}

/* Only words that begin in the stretch come, and all of them, with text on both sides. */
static void stretches_end_where_they_end(void **unused) {
    (void)unused;
    static const char text[] = "one two\nthree four\nfive";
    for (size_t r = 0; r < RULES; r++) {
        word_list found = {.n_left = SIZE_MAX}, expected = {0};
        sample copy = sample_copy(text, strlen(text));
        assert_int_equal(tokenizer_run(tokenizers[r][1], copy.bytes, copy.n_bytes, 8, 19,
                                       &(token_sink){take_words, NULL, &found}, NULL),
                         THRUM_OK);
        add_word(&expected, (const uint8_t *)"three", 5);
        add_word(&expected, (const uint8_t *)"four", 4);
        check_words(&found, &expected, &copy);
        assert_int_equal(tokenizer_run(tokenizers[r][1], copy.bytes, copy.n_bytes, 8, 8,
                                       &(token_sink){take_words, NULL, &found}, NULL),
                         THRUM_OK);
        check_words(&found, &expected, &copy);
        free(copy.bytes);
        thrum_buffer_release(&found.records);
        thrum_buffer_release(&expected.records);
    }
}

static void sinks_can_stop(void **unused) {
    (void)unused;
    thrum_buffer text = {0};
    for (size_t n = 0; n < 5000; n++)
        thrum_buffer_append_text(&text, "Word ");
    for (size_t r = 0; r < RULES; r++) {
        for (size_t n_left = 0; n_left < 5000; n_left += 999) {
            word_list found = {.n_left = n_left};
            assert_int_equal(tokenizer_run(tokenizers[r][0], text.bytes, text.n_bytes, 0, text.n_bytes,
                                           &(token_sink){take_words, NULL, &found}, NULL),
                             THRUM_ERROR_STOPPED);
            assert_int_equal(found.n_words, n_left);
            thrum_buffer_release(&found.records);
        }
    }
    thrum_buffer_release(&text);
}

static void check_fold(size_t rule, int keep_case, const char *word, const char *folded) {
    token result;
    sample copy = sample_copy(word, strlen(word));
    assert_int_equal(tokenizer_fold(tokenizers[rule][keep_case], copy.bytes, copy.n_bytes, &result, NULL), THRUM_OK);
    free(copy.bytes);
    assert_int_equal(result.n_bytes, strlen(folded));
    assert_memory_equal(result.bytes, folded, strlen(folded));
    word_list padding = {.n_left = 1};
    take_words(&padding, &result, 1);
    thrum_buffer_release(&padding.records);
}

static void single_words_fold_as_those_of_a_text(void **unused) {
    (void)unused;
    static const char word[] = "Stra\xC3\x9F"
                               "E\xC3\x89\xFF";
    check_fold(0, 0, word, "strasse\xC3\xA9\xFF");
    check_fold(1, 0, word,
               "stra\xC3\x9F"
               "e\xC3\x89\xFF");
    check_fold(2, 0, word,
               "stra\xC3\x9F"
               "e\xC3\x89\xFF");
    for (size_t r = 0; r < RULES; r++)
        check_fold(r, 1, word, word);
}

static void the_empty_word_folds_to_itself(void **unused) {
    (void)unused;
    for (size_t r = 0; r < RULES; r++) {
        for (int keep_case = 0; keep_case < 2; keep_case++) {
            tokenizer *fresh = create(rules[r], keep_case);
            token result = {NULL, 1};
            assert_int_equal(tokenizer_fold(fresh, (const uint8_t *)"", 0, &result, NULL), THRUM_OK);
            assert_int_equal(result.n_bytes, 0);
            assert_non_null(result.bytes);
            assert_int_equal(
                tokenizer_run(fresh, (const uint8_t *)"", 0, 0, 0, &(token_sink){take_words, NULL, NULL}, NULL),
                THRUM_OK);
            tokenizer_free(fresh);
        }
    }
}

/* Finnish has words with a colon, Turkish folds I to a dotless one. */
static void words_do_not_depend_on_the_locale(void **unused) {
    (void)unused;
    static const char *const locales[] = {"fi", "tr", "ja"};
    UErrorCode icu = U_ZERO_ERROR;
    char before[64];
    snprintf(before, sizeof before, "%s", uloc_getDefault());
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        uloc_setDefault(locales[i], &icu);
        assert_true(U_SUCCESS(icu));
        word_list found = {.n_left = SIZE_MAX}, expected = {0};
        sample text = sample_copy("I:A", 3);
        tokenizer *here = create(THRUM_TOKEN_UNICODE, false);
        assert_int_equal(tokenizer_run(here, text.bytes, 3, 0, 3, &(token_sink){take_words, NULL, &found}, NULL),
                         THRUM_OK);
        add_word(&expected, (const uint8_t *)"i", 1);
        add_word(&expected, (const uint8_t *)"a", 1);
        check_words(&found, &expected, &text);
        tokenizer_free(here);
        free(text.bytes);
        thrum_buffer_release(&found.records);
        thrum_buffer_release(&expected.records);
    }
    uloc_setDefault(before, &icu);
}

static void patterns_have_no_tokenizer(void **unused) {
    (void)unused;
    thrum_error error;
    tokenizer *none;
    assert_int_equal(tokenizer_create(&none, THRUM_TOKEN_PATTERN, false, &error), THRUM_ERROR_ARGUMENT);
    assert_int_equal(error.code, THRUM_ERROR_ARGUMENT);
    assert_null(none);
    tokenizer_free(NULL);
    assert_memory_equal(tokenizer_library(), "icu ", 4);
}

/* Takes 2 GiB of address space and seconds: only when THRUM_LARGE is set. */
static void endless_texts_are_refused(void **unused) {
    (void)unused;
    if (!getenv("THRUM_LARGE")) {
        print_message("THRUM_LARGE is not set\n");
        skip();
    }
    size_t n_bytes = (size_t)INT32_MAX + 2;
    uint8_t *thai = malloc(n_bytes);
    assert_non_null(thai);
    memcpy(thai, "x\n", 2);
    for (size_t at = 2; at < n_bytes; at++)
        thai[at] = (uint8_t) "\xE0\xB8\x81"[(at - 2) % 3];
    thrum_error error;
    word_list found = {.n_left = SIZE_MAX};
    assert_int_equal(
        tokenizer_run(tokenizers[0][0], thai, n_bytes, 0, n_bytes, &(token_sink){take_words, NULL, &found}, &error),
        THRUM_ERROR_TEXT);
    assert_true(error.offset <= 2);
    print_message("%s\n", error.message);
    free(thai);
    thrum_buffer_release(&found.records);
}

static int create_all(void **unused) {
    (void)unused;
    oracle = icu_words_open();
    for (size_t r = 0; r < RULES; r++)
        for (int keep_case = 0; keep_case < 2; keep_case++)
            tokenizers[r][keep_case] = create(rules[r], keep_case);
    return 0;
}

static int free_all(void **unused) {
    (void)unused;
    ubrk_close(oracle);
    for (size_t r = 0; r < RULES; r++)
        for (int keep_case = 0; keep_case < 2; keep_case++)
            tokenizer_free(tokenizers[r][keep_case]);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_equal_the_definition),
        cmocka_unit_test(words_of_corpora_equal_the_definition),
        cmocka_unit_test(all_short_ascii_texts),
        cmocka_unit_test(all_short_texts_of_classes),
        cmocka_unit_test(texts_where_ascii_meets_the_rest),
        cmocka_unit_test(words_with_every_character),
        cmocka_unit_test(words_of_every_length),
        cmocka_unit_test(long_words_end_before_ill_formed_bytes),
        cmocka_unit_test(long_words_share_a_batch),
        cmocka_unit_test(stretches_end_where_they_end),
        cmocka_unit_test(sinks_can_stop),
        cmocka_unit_test(single_words_fold_as_those_of_a_text),
        cmocka_unit_test(the_empty_word_folds_to_itself),
        cmocka_unit_test(words_do_not_depend_on_the_locale),
        cmocka_unit_test(patterns_have_no_tokenizer),
        cmocka_unit_test(endless_texts_are_refused),
    };
    return cmocka_run_group_tests(tests, create_all, free_all);
}
