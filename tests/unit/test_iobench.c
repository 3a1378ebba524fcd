#define _GNU_SOURCE

#include "scratch.h"

#include <dirent.h>
#include <errno.h>

#include "thrum/iobench.h"

typedef struct seen {
    size_t n_rows, n_cold, n_warm, n_of_map, n_of_all_threads;
    size_t n_by_name[16];
    thrum_status answer;
} seen;

static thrum_status see(void *context, const thrum_iobench_row *row, thrum_error *error) {
    (void)error;
    seen *s = context;
    const char *const *names = thrum_iobench_names();
    s->n_rows++;
    s->n_cold += strcmp(row->state, "cold") == 0;
    s->n_warm += strcmp(row->state, "warm") == 0;
    s->n_of_map += strcmp(row->method, "map") == 0;
    s->n_of_all_threads += row->n_threads > 1;
    assert_true(row->median_seconds >= 0 && row->ratio >= 0);
    for (size_t i = 0; names[i]; i++)
        s->n_by_name[i] += strcmp(names[i], row->name) == 0;
    return s->answer;
}

static size_t n_entries(void) {
    size_t n = 0;
    DIR *folder = opendir(scratch_directory);
    assert_non_null(folder);
    while (readdir(folder))
        n++;
    closedir(folder);
    return n;
}

static thrum_status measure(const char *path, const thrum_iobench_options *with, seen *s, thrum_error *error) {
    thrum_iobench_options options = *with;
    thrum_iobench_totals totals;
    options.folder = scratch_directory;
    size_t n_before = n_entries();
    thrum_status status = thrum_iobench_run(path, &options, see, s, &totals, error);
    assert_int_equal(n_entries(), n_before); /* no copy is left */
    assert_int_equal(s->n_rows, s->n_cold + s->n_warm);
    if (status == THRUM_OK && totals.n_bytes_kept > 0)
        assert_int_equal(s->n_cold, 0);
    return status;
}

static void expect_all_rows(const char *path) {
    seen s = {0};
    thrum_error error = {0};
    const thrum_iobench_options options = {.n_runs = 2, .n_threads = 3};
    if (measure(path, &options, &s, &error) != THRUM_OK)
        fail_msg("%s: %s", error.path, error.message);
    for (size_t i = 0; thrum_iobench_names()[i]; i++) {
        assert_true(s.n_by_name[i] > 0);
        assert_non_null(thrum_iobench_about(thrum_iobench_names()[i]));
    }
    assert_true(s.n_of_map > 0 && s.n_of_all_threads > 0 && s.n_warm > s.n_of_all_threads / 2);
}

/* All ways of reading agree on every file: that is checked inside. */
static void all_methods_agree(void **state) {
    (void)state;
    static const char line[] = "At the end the lamps of the house went out; the first there, the last the there.\r\n";
    enum { N = 120000 };
    char *text = malloc(N);
    assert_non_null(text);
    for (size_t i = 0; i < N; i++)
        text[i] = line[i % (sizeof line - 1)];
    expect_all_rows(scratch_file("lines", text, N));
    for (size_t i = 0; i < N; i++)
        text[i] = " the "[i % 4]; /* each begins with the last one's end; no line feed */
    expect_all_rows(scratch_file("overlapping", text, N));
    scratch_pattern((uint8_t *)text, N);
    expect_all_rows(scratch_file("binary", text, N));
    free(text);
}

static void small_files_and_empty_ones(void **state) {
    (void)state;
    expect_all_rows(scratch_file("empty", "", 0));
    expect_all_rows(scratch_file("byte", "x", 1));
    expect_all_rows(scratch_file("five", " the ", 5));
    expect_all_rows(scratch_file("word", "there", 5));
}

static void only_what_is_asked_for(void **state) {
    (void)state;
    static const char *const only[] = {"walk", "seek"};
    const thrum_iobench_options options = {.n_runs = 1, .only = only, .n_only = 2};
    seen s = {0};
    assert_int_equal(measure(scratch_file("some", "some text", 9), &options, &s, NULL), THRUM_OK);
    assert_int_equal(s.n_by_name[3] + s.n_by_name[4], s.n_rows);
    assert_true(s.n_by_name[3] > 0 && s.n_by_name[4] > 0);
}

static void what_cannot_be_measured(void **state) {
    (void)state;
    static const char *const unknown[] = {"unknown"};
    const thrum_iobench_options all = {.n_runs = 1};
    const thrum_iobench_options wrong = {.n_runs = 1, .only = unknown, .n_only = 1};
    const char *fifo = scratch_path("fifo");
    const char *file = scratch_file("some", "some text", 9);
    seen s = {0};
    thrum_error error;
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(measure(fifo, &all, &s, &error), THRUM_ERROR_ARGUMENT);
    assert_int_equal(measure("-", &all, &s, &error), THRUM_ERROR_ARGUMENT);
    assert_int_equal(measure(scratch_directory, &all, &s, &error), THRUM_ERROR_ARGUMENT);
    assert_int_equal(measure(scratch_path("nothing"), &all, &s, &error), THRUM_ERROR_SYSTEM);
    assert_int_equal(error.system_errno, ENOENT);
    assert_int_equal(measure(file, &wrong, &s, &error), THRUM_ERROR_ARGUMENT);
    assert_int_equal(s.n_rows, 0);
    s.answer = THRUM_ERROR_STOPPED;
    assert_int_equal(measure(file, &all, &s, &error), THRUM_ERROR_STOPPED);
    assert_int_equal(s.n_rows, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_methods_agree),
        cmocka_unit_test(small_files_and_empty_ones),
        cmocka_unit_test(only_what_is_asked_for),
        cmocka_unit_test(what_cannot_be_measured),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
