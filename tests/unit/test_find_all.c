/* The parallel search against the loop over thrum_find, for every number of threads and chunks of every size. */
#define _GNU_SOURCE

#include "inputs.h"

#include "thrum/find.h"

enum { N = 700, MOST = 1 << 20 };

static uint8_t bytes[N];
static uint64_t wanted[MOST], got[MOST];
static size_t n_wanted, n_got, n_allowed;

static thrum_status take(void *context, const uint64_t *offsets, size_t n) {
    assert_ptr_equal(context, got);
    assert_true(n > 0 && n_got + n <= MOST);
    memcpy(got + n_got, offsets, n * sizeof *offsets);
    n_got += n;
    return n_got < n_allowed ? THRUM_OK : THRUM_ERROR_STOPPED;
}

static void search(const uint8_t *in, size_t n, const char *text, uint64_t from) {
    size_t n_text = strlen(text);
    n_wanted = 0;
    for (uint64_t at = from; (at = thrum_find(in, n, (const uint8_t *)text, n_text, at)) != THRUM_NOT_FOUND;
         at += n_text)
        wanted[n_wanted++] = at;
}

static void expect(const uint8_t *in, size_t n, const char *text, uint64_t from, unsigned n_threads, size_t chunk) {
    const thrum_run_options run = run_with(n_threads, chunk, NULL);
    uint64_t n_found = 1, n_counted = 1;
    n_got = 0;
    n_allowed = SIZE_MAX;
    size_t n_text = strlen(text);
    const uint8_t *text_bytes = (const uint8_t *)text;
    assert_int_equal(thrum_find_all(in, n, text_bytes, n_text, from, &run, take, got, &n_found, NULL), THRUM_OK);
    assert_int_equal(n_got, n_wanted);
    assert_int_equal(n_found, n_wanted);
    if (n_wanted)
        assert_memory_equal(got, wanted, n_wanted * sizeof *got);
    assert_int_equal(thrum_find_all(in, n, text_bytes, n_text, from, &run, NULL, NULL, &n_counted, NULL), THRUM_OK);
    assert_int_equal(n_counted, n_wanted);
}

static const char *const texts[] = {
    "a",     "aa",
    "aaa",   "aab",
    "ab",    "aba",
    "abab",  "ababa",
    "abaab", "b",
    "bab",   "c",
    "cab",   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"};
enum { N_TEXTS = sizeof texts / sizeof *texts };

static void expect_everywhere(uint64_t from) {
    static const size_t chunks[] = {1, 2, 3, 5, 7, 16, 63, 64, 65, 200, N - 1, N, 0};
    for (size_t i = 0; i < N_TEXTS; i++) {
        search(bytes, N, texts[i], from);
        for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++)
            for (size_t t = 0; t < N_THREAD_COUNTS; t++)
                if (chunks[c] != 1 || thread_counts[t] < 8 || i % 4 == 0) /* threads that only wait take long */
                    expect(bytes, N, texts[i], from, thread_counts[t], chunks[c]);
    }
}

static void test_one_letter(void **state) {
    (void)state;
    memset(bytes, 'a', N);
    expect_everywhere(0);
    bytes[N / 2] = 'b';
    expect_everywhere(1);
}

static void test_two_letters(void **state) {
    (void)state;
    for (size_t i = 0; i < N; i++)
        bytes[i] = (uint8_t)('a' + i % 2);
    expect_everywhere(0);
    for (size_t i = 0; i < N; i++)
        bytes[i] = (uint8_t)('a' + (i * 2654435761u >> 16) % 2);
    expect_everywhere(17);
}

static void test_three_letters(void **state) {
    (void)state;
    for (size_t i = 0; i < N; i++)
        bytes[i] = (uint8_t)('a' + (i * 2654435761u >> 16) % 3);
    expect_everywhere(0);
}

/* Chunks that grow, and more places counted in one than are remembered. */
static void test_large(void **state) {
    (void)state;
    enum { N_LARGE = 1 << 20 };
    uint8_t *large = malloc(N_LARGE);
    assert_non_null(large);
    memset(large, 'a', N_LARGE);
    for (size_t i = 0; i < N_LARGE; i += 100000)
        large[i] = 'b';
    for (size_t i = 0; i < N_TEXTS; i++) {
        search(large, N_LARGE, texts[i], 3);
        for (size_t t = 0; t < N_THREAD_COUNTS; t++) {
            expect(large, N_LARGE, texts[i], 3, thread_counts[t], 0);
            expect(large, N_LARGE, texts[i], 3, thread_counts[t], 100001);
        }
    }
    free(large);
}

static void test_stop(void **state) {
    (void)state;
    memset(bytes, 'a', N);
    for (size_t t = 0; t < N_THREAD_COUNTS; t++) {
        const thrum_run_options run = run_with(thread_counts[t], 50, NULL);
        thrum_error error;
        uint64_t n_found = 0;
        n_got = 0;
        n_allowed = 60;
        assert_int_equal(thrum_find_all(bytes, N, bytes, 1, 0, &run, take, got, &n_found, &error), THRUM_ERROR_STOPPED);
        assert_int_equal(error.code, THRUM_ERROR_STOPPED);
        assert_int_equal(n_got, 100);
        assert_int_equal(n_found, 100);
        for (size_t i = 0; i < n_got; i++)
            assert_int_equal(got[i], i);
    }
}

static void count_progress(void *context, uint64_t n_done, uint64_t n_total) {
    uint64_t *last = context;
    assert_true(n_done > *last && n_done <= n_total);
    assert_int_equal(n_total, N - 10);
    *last = n_done;
}

static void test_progress_and_edges(void **state) {
    (void)state;
    uint64_t last = 0, n_found = 7;
    thrum_error error;
    thrum_run_options run = {.n_threads = 2, .chunk_bytes = 100, .on_progress = count_progress, .context = &last};
    assert_int_equal(thrum_find_all(bytes, N, (const uint8_t *)"z", 1, 10, &run, NULL, NULL, NULL, NULL), THRUM_OK);
    assert_int_equal(last, N - 10);
    assert_int_equal(thrum_find_all(bytes, N, bytes, 1, N, &run, NULL, NULL, &n_found, NULL), THRUM_OK);
    assert_int_equal(n_found, 0);
    assert_int_equal(thrum_find_all(bytes, 0, bytes, 1, 5, &run, NULL, NULL, &n_found, NULL), THRUM_OK);
    assert_int_equal(thrum_find_all(bytes, N, bytes, 0, 0, &run, NULL, NULL, &n_found, &error), THRUM_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "empty text"));
    run = (thrum_run_options){.n_threads = 3, .chunk_bytes = UINT64_MAX};
    memset(bytes, 'a', N);
    assert_int_equal(thrum_find_all(bytes, N, bytes, 2, 1, &run, NULL, NULL, &n_found, NULL), THRUM_OK);
    assert_int_equal(n_found, (N - 1) / 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_letter),    cmocka_unit_test(test_two_letters),
        cmocka_unit_test(test_three_letters), cmocka_unit_test(test_large),
        cmocka_unit_test(test_stop),          cmocka_unit_test(test_progress_and_edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
