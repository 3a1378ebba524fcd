#include "text/boundary.h"

#include "icu_words.h"

static bool is_letter(uint8_t byte) {
    return (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static bool is_white(uint8_t byte) {
    return byte && strchr(" \t\n\v\f\r", byte);
}

static bool splits_line_end(const sample *text, size_t at) {
    return text->bytes[at - 1] == '\r' && text->bytes[at] == '\n';
}

static bool between_bytes(const sample *text, size_t at) {
    return !splits_line_end(text, at);
}

static bool between_characters(const sample *text, size_t at) {
    return !splits_line_end(text, at) && !(text->bytes[at] >= 0x80 && text->bytes[at] <= 0xBF);
}

static bool outside_letters(const sample *text, size_t at) {
    return between_characters(text, at) && !(is_letter(text->bytes[at - 1]) && is_letter(text->bytes[at]));
}

static bool outside_visible(const sample *text, size_t at) {
    return between_characters(text, at) && (is_white(text->bytes[at - 1]) || is_white(text->bytes[at]));
}

static const struct {
    boundary_rule rule;
    bool (*allows)(const sample *text, size_t at);
} rules[] = {
    {BOUNDARY_BYTE, between_bytes},
    {BOUNDARY_CHARACTER, between_characters},
    {BOUNDARY_WORD_ASCII, outside_letters},
    {BOUNDARY_WORD_SPACE, outside_visible},
};

static void places_equal_the_definition(void **unused) {
    (void)unused;
    uint64_t state = 2;
    for (size_t n = sample_n_cases(300); n > 0; n--) {
        sample text = sample_make(&state);
        for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
            size_t next = text.n_bytes;
            for (size_t from = text.n_bytes + 1; from-- > 0;) {
                if (from == 0 || (from < text.n_bytes && rules[r].allows(&text, from)))
                    next = from;
                assert_int_equal(boundary_next(rules[r].rule, text.bytes, text.n_bytes, from), next);
            }
        }
        free(text.bytes);
    }
}

typedef void segmenter(segments *list, UBreakIterator *words, const uint8_t *bytes, size_t begin, size_t end);

/* Cuts at the boundary after every n_chunk_bytes and compares with ICU over the whole. */
static void check_cuts(segmenter *segment, UBreakIterator *words, const segments *whole, const sample *text,
                       size_t n_chunk_bytes) {
    segments cut = {0};
    for (size_t begin = 0, end; begin < text->n_bytes; begin = end) {
        size_t from = text->n_bytes - begin > n_chunk_bytes ? begin + n_chunk_bytes : text->n_bytes;
        end = boundary_next(BOUNDARY_WORD_UNICODE, text->bytes, text->n_bytes, from);
        assert_in_range(end, from, text->n_bytes);
        segment(&cut, words, text->bytes, begin, end);
    }
    if (!segments_equal(&cut, whole)) {
        print_sample("cut otherwise than whole", text->bytes, text->n_bytes);
        fail();
    }
    segments_release(&cut);
}

static segmenter *const segmenters[] = {segments_utf16, segments_utf8};
static const size_t chunk_sizes[] = {1, 2, 7, 64, 4096};

static void check_text(const char *path, const sample *text) {
    (void)path;
    UBreakIterator *words = icu_words_open();
    for (size_t s = 0; s < sizeof segmenters / sizeof *segmenters; s++) {
        segments whole = {0};
        segmenters[s](&whole, words, text->bytes, 0, text->n_bytes);
        for (size_t i = 0; i < sizeof chunk_sizes / sizeof *chunk_sizes; i++)
            check_cuts(segmenters[s], words, &whole, text, chunk_sizes[i]);
        segments_release(&whole);
    }
    ubrk_close(words);
}

static void unicode_words_survive_cuts(void **unused) {
    (void)unused;
    uint64_t state = 3;
    for (size_t n = sample_n_cases(2500); n > 0; n--) {
        sample text = sample_make(&state);
        check_text("", &text);
        free(text.bytes);
    }
}

static void unicode_words_of_corpora_survive_cuts(void **unused) {
    (void)unused;
    sample_each_corpus(check_text);
}

/* A place is one wherever the search began, and one for characters too. */
static void unicode_places_do_not_depend_on_the_search(void **unused) {
    (void)unused;
    uint64_t state = 4;
    for (size_t n = sample_n_cases(300); n > 0; n--) {
        sample text = sample_make(&state);
        size_t next = text.n_bytes;
        for (size_t from = text.n_bytes + 1; from-- > 0;) {
            size_t found = boundary_next(BOUNDARY_WORD_UNICODE, text.bytes, text.n_bytes, from);
            next = found == from ? from : next;
            assert_int_equal(found, next);
            assert_int_equal(boundary_next(BOUNDARY_CHARACTER, text.bytes, text.n_bytes, found), found);
        }
        free(text.bytes);
    }
}

/* Tells whether ICU breaks at the place. */
static bool icu_breaks(UBreakIterator *words, const sample *text, size_t at) {
    segments whole = {0};
    segments_utf16(&whole, words, text->bytes, 0, text->n_bytes);
    bool breaks = false;
    for (size_t i = 0; i < whole.n; i++)
        breaks = breaks || whole.items[i].end == at;
    segments_release(&whole);
    return breaks;
}

/* Puts two characters between all sorts of neighbours. True when there is a boundary between the two, and ICU agrees.
 */
static bool check_pair(UBreakIterator *words, UChar32 before, UChar32 after) {
    static const char *const lefts[] = {"", "a", "1", "\xD7\x90", "\xE2\x80\x8D", "\xE3\x82\xAB", "\xF0\x9F\x87\xA9"};
    static const char *const rights[] = {"", "a", "1", "\xCC\x81", "\xE4\xBA\xBA"};
    uint8_t bytes[32];
    size_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, before);
    size_t middle = length;
    U8_APPEND_UNSAFE(bytes, length, after);
    if (boundary_next(BOUNDARY_WORD_UNICODE, bytes, length, middle) != middle || middle == length)
        return false;
    for (size_t l = 0; l < sizeof lefts / sizeof *lefts; l++) {
        const char *right = rights[l % (sizeof rights / sizeof *rights)];
        char whole[64];
        int n_bytes = snprintf(whole, sizeof whole, "%s%.*s%s", lefts[l], (int)length, (char *)bytes, right);
        sample text = {(uint8_t *)whole, (size_t)n_bytes};
        if (!icu_breaks(words, &text, strlen(lefts[l]) + middle)) {
            print_message("U+%04X U+%04X\n", (unsigned)before, (unsigned)after);
            fail();
        }
    }
    return true;
}

static void unicode_places_are_breaks_for_every_character(void **unused) {
    (void)unused;
    static const UChar32 befores[] = {'\n', '\r', '\v', ' ', '\t', '"', '(', ']', '<', 0x3000, 0x3002, 0xFF0C};
    static const UChar32 afters[] = {'a', 'Z', '0', '_', '\'', 0xE9, 0x5D0, 0x301, 0x200D, 0x3042, 0x30AB, 0x4EBA};
    enum { STEP = 5 }; /* with neighbours, every pair takes some microseconds */
    UBreakIterator *words = icu_words_open();
    size_t step = getenv("THRUM_CASES") ? 1 : STEP, n_places = 0;
    for (UChar32 character = 1; character <= 0x2FFFF; character += character < 0x3100 ? 1 : (UChar32)step) {
        if (U_IS_SURROGATE(character))
            continue;
        size_t turn = (size_t)character % 3; /* line ends allow everything: a third of it will do */
        for (size_t i = turn; i < sizeof befores / sizeof *befores; i += i < 3 ? 3 - turn : 1)
            n_places += check_pair(words, befores[i], character);
        for (size_t i = 0; i < sizeof afters / sizeof *afters; i++)
            n_places += check_pair(words, character, afters[i]);
    }
    assert_true(n_places > 10000);
    ubrk_close(words);
}

static void texts_have_places(void **unused) {
    (void)unused;
    static const struct {
        const char *text;
        size_t from, place;
    } cases[] = {
        {"one two", 1, 4},
        {"one\ttwo", 1, 4},
        {"one 2", 1, 4},
        {"one 'two' three", 1, 10},
        {"one\ntwo", 1, 4},
        {"one\r\n\xCC\x81", 1, 5},
        {"one\r\xCC\x81", 1, 4},
        {"one \xCC\x81two", 1, 9},
        {"a-b.c:d", 1, 7},
        {"{\"a\":1,\"b\":[2]}", 1, 2},
        {"{\"a\":1,\"b\":[2]}", 3, 8},
        {"<p>one</p>", 2, 3},
        {"\xD0\x94\xD0\xB0 \xD0\xBD\xD0\xB5\xD1\x82", 1, 5},
        {"\xE5\x9B\xBD\xE3\x80\x82\xE4\xBA\xBA", 1, 6},
        {"\xE5\x9B\xBD\xEF\xBC\x8C\xE4\xBA\xBA", 1, 6},
        {"\xE5\x9B\xBD\xEF\xBC\x8C\xEF\xBC\x91", 1, 9},
        {"\xE4\xBA\xBA\xE4\xBA\xBA", 1, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sample text = sample_copy(cases[i].text, strlen(cases[i].text));
        assert_int_equal(boundary_next(BOUNDARY_WORD_UNICODE, text.bytes, text.n_bytes, cases[i].from), cases[i].place);
        free(text.bytes);
    }
}

static void ends_are_places(void **unused) {
    (void)unused;
    uint8_t *nothing = malloc(1);
    assert_non_null(nothing);
    for (int rule = BOUNDARY_CHARACTER; rule <= BOUNDARY_WORD_UNICODE; rule++) {
        assert_int_equal(boundary_next((boundary_rule)rule, nothing + 1, 0, 0), 0);
        assert_int_equal(boundary_next((boundary_rule)rule, nothing, 1, 0), 0);
        assert_int_equal(boundary_next((boundary_rule)rule, nothing, 1, 1), 1);
    }
    free(nothing);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_are_places),
        cmocka_unit_test(places_equal_the_definition),
        cmocka_unit_test(texts_have_places),
        cmocka_unit_test(unicode_places_do_not_depend_on_the_search),
        cmocka_unit_test(unicode_places_are_breaks_for_every_character),
        cmocka_unit_test(unicode_words_survive_cuts),
        cmocka_unit_test(unicode_words_of_corpora_survive_cuts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
