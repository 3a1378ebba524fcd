/* The search for a text against a loop that compares at every place. */
#define _GNU_SOURCE

#include "scratch.h"

#include <sys/mman.h>

#include "text/find.h"
#include "thrum/find.h"
#include "thrum/mapping.h"

static const char *const kernel_names[] = {"portable", "avx2", "avx512"};
enum { N_KERNELS = sizeof kernel_names / sizeof *kernel_names, MOST_FOUND = 4096 };

static uint64_t next_random(void) {
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* --- the oracle ----------------------------------------------------------------------------------------------------
 */

static bool is_at(const uint8_t *bytes, const uint8_t *text, size_t n_text, size_t place) {
    return memcmp(bytes + place, text, n_text) == 0;
}

static uint64_t naive_find(const uint8_t *bytes, size_t n, const uint8_t *text, size_t n_text, size_t from) {
    for (size_t i = from; i + n_text <= n; i++)
        if (is_at(bytes, text, n_text, i))
            return i;
    return THRUM_NOT_FOUND;
}

static uint64_t naive_find_last(const uint8_t *bytes, size_t n, const uint8_t *text, size_t n_text, size_t to) {
    for (size_t end = to < n ? to : n; end >= n_text; end--)
        if (is_at(bytes, text, n_text, end - n_text))
            return end - n_text;
    return THRUM_NOT_FOUND;
}

static void expect_all(const finder *f, const uint8_t *bytes, size_t n, size_t from, size_t end, size_t most) {
    static uint64_t found[MOST_FOUND];
    size_t n_found = 0, at = from;
    while (at < end && n_found + most <= MOST_FOUND) {
        size_t n_more = finder_next(f, bytes, n, &at, end, found + n_found, most);
        n_found += n_more;
        if (n_more < most)
            assert_true(at >= end);
    }
    size_t wanted = 0;
    for (size_t i = from; i < end && i + f->n_text <= n && wanted < n_found; i++)
        if (is_at(bytes, f->text, f->n_text, i)) {
            assert_int_equal(found[wanted++], i);
            i += f->n_text - 1;
        }
    assert_int_equal(wanted, n_found);
    if (at >= end && n_found < MOST_FOUND) { /* and none after the last one */
        size_t resumed = n_found ? (size_t)found[n_found - 1] + f->n_text : from;
        assert_true(naive_find(bytes, n, f->text, f->n_text, resumed) >= end);
    }
}

static void expect_same(const uint8_t *bytes, size_t n, const uint8_t *text, size_t n_text, size_t from, size_t to) {
    assert_int_equal(thrum_find(bytes, n, text, n_text, from), naive_find(bytes, n, text, n_text, from));
    assert_int_equal(thrum_find_last(bytes, n, text, n_text, to), naive_find_last(bytes, n, text, n_text, to));
    for (size_t i = 0; i < N_KERNELS && n_text > 0; i++) {
        const kernel *k = kernel_named(kernel_names[i]);
        if (!k)
            continue;
        finder f;
        finder_init(&f, text, n_text, k);
        expect_all(&f, bytes, n, from, from + next_random() % (n + 1), 1 + next_random() % 5);
        uint64_t begin = from < to ? from : to, end = to < n ? to : n;
        uint64_t last = naive_find_last(bytes, n, text, n_text, to);
        assert_int_equal(finder_last(&f, bytes, begin, end),
                         last != THRUM_NOT_FOUND && last >= begin ? last : THRUM_NOT_FOUND);
    }
}

/* --- texts ---------------------------------------------------------------------------------------------------------
 */

typedef enum text_kind { RANDOM, PERIODIC, NEARLY_ALIKE, N_TEXT_KINDS } text_kind;

static void make_text(uint8_t *bytes, size_t n, text_kind kind, unsigned n_letters, size_t period) {
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)('a' + (kind == RANDOM     ? next_random() % n_letters
                                    : kind == PERIODIC ? i % period * 7 % n_letters
                                                       : next_random() % 50 == 0));
}

static void test_empty_text(void **state) {
    (void)state;
    const uint8_t bytes[] = "abc";
    for (uint64_t place = 0; place <= 3; place++) {
        assert_int_equal(thrum_find(bytes, 3, bytes, 0, place), place);
        assert_int_equal(thrum_find_last(bytes, 3, bytes, 0, place), place);
    }
    assert_int_equal(thrum_find(bytes, 3, bytes, 0, 4), THRUM_NOT_FOUND);
    assert_int_equal(thrum_find(bytes, 3, bytes, 1, UINT64_MAX), THRUM_NOT_FOUND);
    assert_int_equal(thrum_find_last(bytes, 3, bytes, 0, 4), 3);
    assert_int_equal(thrum_find(bytes, 0, bytes, 0, 0), 0);
    assert_int_equal(thrum_find(bytes, 0, bytes, 1, 0), THRUM_NOT_FOUND);
    assert_int_equal(thrum_find_last(bytes, 0, bytes, 1, 0), THRUM_NOT_FOUND);
    assert_int_equal(thrum_find(bytes, 2, bytes, 3, 0), THRUM_NOT_FOUND);
}

/* Buffers of their exact size, so that a sanitizer sees a byte read beyond them. */
static void test_made_texts(void **state) {
    (void)state;
    for (size_t turn = 0; turn < 30000; turn++) {
        size_t n = next_random() % 600, n_text = next_random() % (turn % 3 ? 8 : 71), period = 1 + next_random() % 20;
        unsigned n_letters = 1 + (unsigned)(next_random() % 4);
        text_kind kind = (text_kind)(next_random() % N_TEXT_KINDS);
        uint8_t *bytes = malloc(n + !n), *text = malloc(n_text + !n_text);
        assert_non_null(bytes);
        assert_non_null(text);
        make_text(bytes, n, kind, n_letters, period);
        if (n > n_text && turn % 2)
            memcpy(text, bytes + next_random() % (n - n_text), n_text);
        else
            make_text(text, n_text, kind, n_letters, period);
        expect_same(bytes, n, text, n_text, next_random() % (n + 1), next_random() % (n + 2));
        free(bytes);
        free(text);
    }
}

/* Every place in a block, every length, at every alignment. */
static void test_places(void **state) {
    (void)state;
    uint8_t bytes[320], text[70];
    scratch_pattern(text, sizeof text);
    for (size_t n_text = 1; n_text <= sizeof text; n_text++)
        for (size_t place = 0; place < 140; place++) {
            size_t begin = place % 64, n = place + n_text + place % 5;
            memset(bytes, 0, sizeof bytes);
            memcpy(bytes + begin + place, text, n_text);
            assert_int_equal(thrum_find(bytes + begin, n > 190 ? 190 : n, text, n_text, 0),
                             naive_find(bytes + begin, n > 190 ? 190 : n, text, n_text, 0));
            assert_int_equal(thrum_find_last(bytes + begin, n > 190 ? 190 : n, text, n_text, SIZE_MAX),
                             naive_find_last(bytes + begin, n > 190 ? 190 : n, text, n_text, SIZE_MAX));
        }
}

/* Nothing before the first byte and behind the last one is touched. */
static void test_ends_of_pages(void **state) {
    (void)state;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *pages = mmap(NULL, 3 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(pages, MAP_FAILED);
    assert_int_equal(mprotect(pages + page, page, PROT_READ | PROT_WRITE), 0);
    uint8_t *middle = pages + page, text[70];
    make_text(middle, page, RANDOM, 3, 1);
    for (size_t n_text = 1; n_text <= sizeof text; n_text++)
        for (size_t n = 0; n < 200; n++) {
            make_text(text, n_text, RANDOM, 3, 1);
            expect_same(middle + page - n, n, text, n_text, 0, n);
            expect_same(middle, n, text, n_text, 0, n);
        }
    munmap(pages, 3 * page);
}

/* Texts of which candidates are many and alike: searched in linear time, or this test does not end. */
static void test_pathological(void **state) {
    (void)state;
    enum { N = 8 << 20, HALF = 100000 };
    uint8_t *bytes = malloc(N), *text = malloc(2 * HALF + 1);
    assert_non_null(bytes);
    assert_non_null(text);
    memset(bytes, 'a', N);
    memset(text, 'a', 2 * HALF + 1);
    static const size_t odd_places[] = {0, 1, HALF, 2 * HALF - 1, 2 * HALF};
    for (size_t i = 0; i < sizeof odd_places / sizeof *odd_places; i++) {
        size_t odd = odd_places[i];
        text[odd] = 'b';
        for (size_t at = 1000; at < N; at += 1000) /* b is not rare */
            bytes[at] = 'b';
        assert_int_equal(thrum_find(bytes, N, text, 2 * HALF + 1, 0), THRUM_NOT_FOUND);
        assert_int_equal(thrum_find_last(bytes, N, text, 2 * HALF + 1, N), THRUM_NOT_FOUND);
        memset(bytes, 'a', N);
        assert_int_equal(thrum_find(bytes, N, text, 2 * HALF + 1, 0), THRUM_NOT_FOUND);
        memcpy(bytes + N / 2, text, 2 * HALF + 1);
        assert_int_equal(thrum_find(bytes, N, text, 2 * HALF + 1, 0), N / 2);
        assert_int_equal(thrum_find_last(bytes, N, text, 2 * HALF + 1, N), N / 2);
        memset(bytes, 'a', N);
        text[odd] = 'a';
    }
    for (size_t n_text = 3; n_text < 70; n_text++) {
        finder f;
        finder_init(&f, text, n_text, kernel_get());
        text[n_text / 2] = 'b';
        finder_init(&f, text, n_text, kernel_get());
        f.first = 0; /* as if the two bytes had been chosen badly */
        f.second = n_text - 1;
        uint64_t offset;
        size_t at = 0;
        assert_int_equal(finder_next(&f, bytes, N, &at, N, &offset, 1), 0);
        assert_int_equal(at, N);
        assert_int_equal(finder_last(&f, bytes, 0, N), THRUM_NOT_FOUND);
        text[n_text / 2] = 'a';
    }
    free(bytes);
    free(text);
}

/* As Python 3.11 answers for mmap.find and mmap.rfind. */
static void test_in_mappings(void **state) {
    (void)state;
    thrum_mapping *mapping;
    const char *path = scratch_file("text", "abcabcabc", 9);
    assert_int_equal(thrum_mapping_open(&mapping, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL), THRUM_OK);
    static const struct {
        const char *text;
        int64_t start, end;
        uint64_t first, last;
    } cases[] = {
        {"abc", 0, INT64_MAX, 0, 6},
        {"abc", 1, INT64_MAX, 3, 6},
        {"abc", 1, 6, 3, 3},
        {"abc", 1, 5, THRUM_NOT_FOUND, THRUM_NOT_FOUND},
        {"abc", -3, INT64_MAX, 6, 6},
        {"abc", -100, -1, 0, 3},
        {"abc", INT64_MIN, INT64_MAX, 0, 6},
        {"abc", 0, INT64_MIN, THRUM_NOT_FOUND, THRUM_NOT_FOUND},
        {"abc", 100, 200, THRUM_NOT_FOUND, THRUM_NOT_FOUND},
        {"", 0, INT64_MAX, 0, 9},
        {"", 4, 6, 4, 6},
        {"", 6, 4, THRUM_NOT_FOUND, THRUM_NOT_FOUND},
        {"", 100, INT64_MAX, 9, 9},
        {"abcabcabcabc", 0, INT64_MAX, THRUM_NOT_FOUND, THRUM_NOT_FOUND},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n_text = strlen(cases[i].text);
        assert_int_equal(thrum_mapping_find(mapping, cases[i].text, n_text, cases[i].start, cases[i].end),
                         cases[i].first);
        assert_int_equal(thrum_mapping_find_last(mapping, cases[i].text, n_text, cases[i].start, cases[i].end),
                         cases[i].last);
    }
    thrum_mapping_close(mapping);
}

static void test_self_overlap(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool may_overlap;
    } cases[] = {{"a", false},    {"aa", true},    {"ab", false}, {"aba", true},
                 {"abcab", true}, {"abcd", false}, {"aab", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        finder f;
        finder_init(&f, (const uint8_t *)cases[i].text, strlen(cases[i].text), kernel_get());
        assert_int_equal(finder_may_overlap_itself(&f), cases[i].may_overlap);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_text),    cmocka_unit_test(test_made_texts),   cmocka_unit_test(test_places),
        cmocka_unit_test(test_ends_of_pages), cmocka_unit_test(test_pathological), cmocka_unit_test(test_in_mappings),
        cmocka_unit_test(test_self_overlap),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
