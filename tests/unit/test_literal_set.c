/* The occurrences of texts against a loop that compares all texts at every place. */
#define _GNU_SOURCE

#include "scratch.h"

#include <sys/mman.h>

#include "pattern/literal_set.h"

static const char *const kernel_names[] = {"portable", "avx2", "avx512"};
enum { N_KERNELS = sizeof kernel_names / sizeof *kernel_names, MOST_TEXTS = 3000, MOST_TEXT_BYTES = 100 };

static uint64_t next_random(void) {
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static size_t below(size_t n) {
    return (size_t)(next_random() % n);
}

/* --- the oracle --------------------------------------------------------------------------------------------------- */

static uint8_t fold(uint8_t byte) {
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

typedef struct example {
    sieve_text texts[MOST_TEXTS];
    size_t n_texts;
    const uint8_t *bytes;
    size_t n_bytes;
    bool is_caseless;
    const literal_judge *judge;
} example;

static bool is_at(const example *e, size_t text, size_t place) {
    sieve_text t = e->texts[text];
    if (t.n_bytes > e->n_bytes - place)
        return false;
    for (size_t i = 0; i < t.n_bytes; i++) {
        uint8_t a = t.bytes[i], b = e->bytes[place + i];
        if (e->is_caseless ? fold(a) != fold(b) : a != b)
            return false;
    }
    return !e->judge || e->judge->takes(e->judge->context, place, place + t.n_bytes);
}

static bool naive_next(const example *e, size_t from, size_t end, literal_hit *hit) {
    for (size_t place = from; place < end && place < e->n_bytes; place++)
        for (size_t i = 0; i < e->n_texts; i++)
            if (is_at(e, i, place)) {
                *hit = (literal_hit){place, (uint32_t)e->texts[i].n_bytes, (uint32_t)i};
                return true;
            }
    return false;
}

static void expect_hits(const example *e, const literal_set *set, size_t from, size_t end, bool is_separate) {
    enum { MOST = 7 };
    literal_hit hits[MOST], wanted = {0, 0, 0};
    const literal_field field = {
        .subject = e->bytes, .n_subject_bytes = e->n_bytes, .end = end, .is_separate = is_separate, .judge = e->judge};
    size_t at = from, most, n;
    do {
        most = 1 + below(MOST);
        n = literal_set_find(set, &field, &at, hits, most);
        for (size_t i = 0; i < n; i++) {
            assert_true(naive_next(e, from, end, &wanted));
            assert_int_equal(hits[i].begin, wanted.begin);
            assert_int_equal(hits[i].text, wanted.text);
            assert_int_equal(hits[i].n_bytes, wanted.n_bytes);
            from = wanted.begin + (is_separate ? wanted.n_bytes : 1);
        }
        assert_true(at >= from);
    } while (n == most);
    assert_true(at >= end);
    assert_false(naive_next(e, from, end, &wanted));
}

static void check(const example *e) {
    for (size_t k = 0; k < N_KERNELS; k++) {
        const literal_set_options options = {
            .is_caseless = e->is_caseless, .keeps_all = e->judge, .kernel_ = kernel_named(kernel_names[k])};
        if (!options.kernel_)
            continue;
        literal_set *set = literal_set_create(e->texts, e->n_texts, &options);
        assert_non_null(set);
        for (int is_separate = 0; is_separate < 2; is_separate++) {
            expect_hits(e, set, 0, e->n_bytes, is_separate);
            size_t from = below(e->n_bytes + 1);
            expect_hits(e, set, from, from + below(e->n_bytes - from + 1), is_separate);
        }
        literal_set_free(set);
    }
}

/* --- random texts ------------------------------------------------------------------------------------------------- */

/* Bytes that end where memory does: nothing may be read behind them. */
typedef struct edge {
    uint8_t *pages;
    size_t n_bytes;
} edge;

static edge edge_open(size_t n_bytes) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE), n = (n_bytes / page + 2) * page;
    uint8_t *pages = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(pages != MAP_FAILED);
    assert_int_equal(mprotect(pages + n - page, page, PROT_NONE), 0);
    return (edge){pages, n - page};
}

static void edge_close(edge *e) {
    munmap(e->pages, e->n_bytes + (size_t)sysconf(_SC_PAGESIZE));
}

static uint8_t random_byte(int alphabet) {
    static const char *const alphabets[] = {"ab", "abcdefgh", "aAbBkKsS @[`{", "the quick brown fox\n",
                                            "\x00\x01\xff\x80z"};
    static const size_t n_bytes[] = {2, 8, 13, 20, 5};
    return alphabet == 5 ? (uint8_t)next_random() : (uint8_t)alphabets[alphabet][below(n_bytes[alphabet])];
}

static void check_random(size_t most_texts, size_t most_text_bytes, size_t most_bytes, const literal_judge *judge) {
    static example e;
    static uint8_t text_bytes[MOST_TEXTS][MOST_TEXT_BYTES];
    int alphabet = (int)below(6);
    size_t n_bytes = below(most_bytes + 1), least_bytes = 1 + below(most_text_bytes < 10 ? most_text_bytes : 10);
    edge memory = edge_open(n_bytes);
    uint8_t *bytes = memory.pages + memory.n_bytes - n_bytes;
    e = (example){.n_texts = 1 + below(most_texts), .bytes = bytes, .n_bytes = n_bytes, .judge = judge};
    e.is_caseless = below(2);
    for (size_t i = 0; i < n_bytes; i++)
        bytes[i] = random_byte(alphabet);
    for (size_t i = 0; i < e.n_texts; i++) {
        size_t n = least_bytes + below(most_text_bytes - least_bytes + 1), place = n_bytes > n ? below(n_bytes - n) : 0;
        bool is_there = n_bytes > n && below(2);
        for (size_t k = 0; k < n; k++)
            text_bytes[i][k] = is_there ? bytes[place + k] : random_byte(alphabet);
        e.texts[i] = (sieve_text){text_bytes[i], n};
    }
    check(&e);
    edge_close(&memory);
}

static void few_texts_are_found(void **state) {
    (void)state;
    for (int i = 0; i < 5000; i++)
        check_random(1 + below(12), 4 + below(MOST_TEXT_BYTES - 4), 300, NULL);
}

static void many_texts_are_found(void **state) {
    (void)state;
    for (int i = 0; i < 100; i++)
        check_random(MOST_TEXTS, 4 + below(16), 400, NULL);
}

/* More blocks than are looked at together. */
static void many_texts_are_found_in_long_subjects(void **state) {
    (void)state;
    for (int i = 0; i < 60; i++)
        check_random(100, 4 + below(16), 5000, NULL);
}

static bool takes_even_places(const void *context, size_t begin, size_t end) {
    (void)context;
    return begin % 2 == 0 && end % 3 != 0;
}

static uint64_t begins_at_even_places(const void *context, size_t place) {
    (void)context;
    return place % 2 ? UINT64_C(0xAAAAAAAAAAAAAAAA) : UINT64_C(0x5555555555555555);
}

static void a_judge_leaves_out_occurrences_and_others_take_their_place(void **state) {
    (void)state;
    const literal_judge judges[] = {{takes_even_places, NULL, NULL}, {takes_even_places, begins_at_even_places, NULL}};
    for (int i = 0; i < 1000; i++)
        check_random(1 + below(40), 4 + below(16), 300, &judges[i % 2]);
}

/* --- examples ----------------------------------------------------------------------------------------------------- */

static void expect_found(const char *const *texts, bool is_caseless, const char *subject, const char *expected) {
    sieve_text all[16];
    size_t n = 0, from = 0;
    for (; texts[n]; n++)
        all[n] = (sieve_text){(const uint8_t *)texts[n], strlen(texts[n])};
    const literal_set_options options = {.is_caseless = is_caseless, .kernel_ = kernel_get()};
    literal_set *set = literal_set_create(all, n, &options);
    literal_hit hits[16];
    char found[256] = "";
    const literal_field field = {.subject = (const uint8_t *)subject,
                                 .n_subject_bytes = strlen(subject),
                                 .end = strlen(subject),
                                 .is_separate = true};
    size_t n_found = literal_set_find(set, &field, &from, hits, 16);
    for (size_t i = 0; i < n_found; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%u:%zu-%zu", i ? " " : "", hits[i].text,
                 hits[i].begin, hits[i].begin + hits[i].n_bytes);
    assert_string_equal(found, expected);
    literal_set_free(set);
}

static void at_one_place_the_text_given_first_is_told(void **state) {
    (void)state;
    expect_found((const char *[]){"a", "ab", NULL}, false, "xab", "0:1-2");
    expect_found((const char *[]){"ab", "a", NULL}, false, "xabab a", "0:1-3 0:3-5 1:6-7");
    expect_found((const char *[]){"abcdefgh", "abcde", "abcdefghijkl", NULL}, false, "abcdefghijkl", "0:0-8");
    expect_found((const char *[]){"abcdefghijklm", "abcde", "abc", "ab", NULL}, false, "abcdefghijkl abcd ab",
                 "1:0-5 2:13-16 3:18-20");
    expect_found((const char *[]){"the", "the", "THE", NULL}, false, "the THE The", "0:0-3 2:4-7");
    expect_found((const char *[]){"THE", "the", "other", NULL}, true, "tHe oTHER", "0:0-3 2:4-9");
    expect_found((const char *[]){"z{", "@[`", NULL}, true, "Z{ Z[ @[` `{@ @[@", "0:0-2 1:6-9");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_one_place_the_text_given_first_is_told),
        cmocka_unit_test(few_texts_are_found),
        cmocka_unit_test(many_texts_are_found),
        cmocka_unit_test(many_texts_are_found_in_long_subjects),
        cmocka_unit_test(a_judge_leaves_out_occurrences_and_others_take_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
