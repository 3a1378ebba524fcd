#define _GNU_SOURCE

#include "scratch.h"

#include <errno.h>

#include "thrum/input.h"

/* What on_error was told. */
typedef struct told {
    int n;
    thrum_error last;
} told;

static void tell(void *context, const thrum_error *error) {
    told *t = context;
    t->n++;
    t->last = *error;
}

static thrum_inputs *create(void) {
    thrum_inputs *inputs;
    assert_int_equal(thrum_inputs_create(&inputs, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_n(inputs), 0);
    return inputs;
}

static void make_directory(const char *name) {
    assert_int_equal(mkdir(scratch_path(name), 0700), 0);
}

static void expect_path(const thrum_inputs *inputs, size_t index, const char *name) {
    assert_true(index < thrum_inputs_n(inputs));
    assert_string_equal(thrum_inputs_path(inputs, index), scratch_path(name));
}

static void test_order(void **state) {
    (void)state;
    static const char *const directories[] = {"order", "order/a", "order/a/b", "order/a-", "order/B", "order/empty"};
    static const char *const files[] = {"order/B/z",  "order/a-/q", "order/a.txt", "order/a/b/c",
                                        "order/a/b0", "order/a0",   "order/b",     "order/\xc3\xa4"};
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++)
        make_directory(directories[i]);
    for (size_t i = sizeof files / sizeof *files; i-- > 0;)
        scratch_file(files[i], "12345678", i);
    assert_int_equal(symlink("a0", scratch_path("order/link")), 0);
    assert_int_equal(symlink("..", scratch_path("order/a/up")), 0);
    assert_int_equal(mkfifo(scratch_path("order/fifo"), 0600), 0);

    thrum_inputs *inputs = create();
    told t = {0};
    assert_int_equal(thrum_inputs_add(inputs, scratch_path("order"), tell, &t), THRUM_OK);
    assert_int_equal(t.n, 0);
    assert_int_equal(thrum_inputs_n(inputs), sizeof files / sizeof *files);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        expect_path(inputs, i, files[i]);
        assert_int_equal(thrum_inputs_n_bytes(inputs, i), i);
        if (i > 0)
            assert_true(strcmp(thrum_inputs_path(inputs, i - 1), thrum_inputs_path(inputs, i)) < 0);
    }
    thrum_inputs_free(inputs);
}

static void test_names(void **state) {
    (void)state;
    make_directory("names");
    const char *path = scratch_file("names/f", "123", 3);
    assert_int_equal(symlink("names", scratch_path("names-link")), 0);
    assert_int_equal(symlink("names/f", scratch_path("file-link")), 0);
    thrum_inputs *inputs = create();
    assert_int_equal(thrum_inputs_add(inputs, path, NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, path, NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, scratch_path("names/"), NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, scratch_path("names-link"), NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, scratch_path("file-link"), NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, "/proc/self/status", NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, "/dev/null", NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, "-", NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_n(inputs), 8);
    expect_path(inputs, 0, "names/f");
    expect_path(inputs, 1, "names/f");
    expect_path(inputs, 2, "names/f");
    expect_path(inputs, 3, "names-link/f");
    expect_path(inputs, 4, "file-link");
    assert_int_equal(thrum_inputs_n_bytes(inputs, 4), 3);
    assert_int_equal(thrum_inputs_n_bytes(inputs, 5), 0);
    assert_int_equal(thrum_inputs_n_bytes(inputs, 6), 0);
    assert_string_equal(thrum_inputs_path(inputs, 7), "-");
    thrum_inputs_free(inputs);
    thrum_inputs_free(NULL);
}

/* What thrum leaves in a directory while it changes files is not read as one of them, unless it is named. */
static void test_own_files(void **state) {
    (void)state;
    static const char *const files[] = {"own/.f.thrum-undo",
                                        "own/.thrum-0123456789abcdef",
                                        "own/.thrum-0123456789abcde",
                                        "own/.thrum-0123456789ABCDEF",
                                        "own/f",
                                        "own/f.thrum-undo"};
    make_directory("own");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        scratch_file(files[i], "", 0);
    thrum_inputs *inputs = create();
    assert_int_equal(thrum_inputs_add(inputs, scratch_path("own"), NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, scratch_path(files[1]), NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_n(inputs), 5);
    for (size_t i = 0; i < 4; i++)
        expect_path(inputs, i, files[(const size_t[]){3, 2, 4, 5}[i]]);
    expect_path(inputs, 4, files[1]);
    thrum_inputs_free(inputs);
}

static void list_standard_input(void *path) {
    int descriptor = open(path, O_RDONLY);
    CHILD_EXPECT(dup2(descriptor, 0) == 0 && lseek(0, 4, SEEK_SET) == 4);
    thrum_inputs *inputs;
    CHILD_EXPECT(thrum_inputs_create(&inputs, NULL) == THRUM_OK);
    CHILD_EXPECT(thrum_inputs_add(inputs, "-", NULL, NULL) == THRUM_OK && thrum_inputs_n_bytes(inputs, 0) == 6);
    thrum_inputs_free(inputs);
}

static void test_standard_input(void **state) {
    (void)state;
    assert_int_equal(child_run(list_standard_input, (void *)scratch_file("ten", "0123456789", 10)), 0);
}

static void test_globs(void **state) {
    (void)state;
    static const char *const directories[] = {"globs", "globs/src", "globs/src/deep", "globs/doc"};
    static const char *const files[] = {"globs/a.c", "globs/a.h", "globs/src/b.c", "globs/src/deep/c.c",
                                        "globs/doc/d.md"};
    for (size_t i = 0; i < sizeof directories / sizeof *directories; i++)
        make_directory(directories[i]);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        scratch_file(files[i], "", 0);
    thrum_inputs *inputs = create();
    assert_int_equal(thrum_inputs_include(inputs, "*.c", NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_include(inputs, "*/globs/doc/*", NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_exclude(inputs, "*/src/deep/*", NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_exclude(inputs, "[!ab]?x", NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, scratch_path("globs"), NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, scratch_path("globs/a.h"), NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_n(inputs), 4);
    expect_path(inputs, 0, "globs/a.c");
    expect_path(inputs, 1, "globs/doc/d.md");
    expect_path(inputs, 2, "globs/src/b.c");
    expect_path(inputs, 3, "globs/a.h");
    thrum_inputs_free(inputs);
}

static void test_failures(void **state) {
    (void)state;
    thrum_inputs *inputs = create();
    told t = {0};
    const char *missing = scratch_path("missing");
    assert_int_equal(thrum_inputs_add(inputs, missing, tell, &t), THRUM_ERROR_SYSTEM);
    assert_int_equal(t.n, 1);
    assert_int_equal(t.last.system_errno, ENOENT);
    assert_string_equal(t.last.path, missing);
    assert_non_null(strstr(t.last.message, "No such file"));
    assert_int_equal(thrum_inputs_add(inputs, missing, NULL, NULL), THRUM_ERROR_SYSTEM);
    assert_int_equal(thrum_inputs_add(inputs, "", tell, &t), THRUM_ERROR_SYSTEM);
    assert_int_equal(thrum_inputs_n(inputs), 0);

    make_directory("closed");
    make_directory("closed/in");
    scratch_file("closed/in/hidden", "", 0);
    scratch_file("closed/seen", "", 0);
    assert_int_equal(chmod(scratch_path("closed/in"), 0), 0);
    t.n = 0;
    if (geteuid() != 0) {
        assert_int_equal(thrum_inputs_add(inputs, scratch_path("closed"), tell, &t), THRUM_ERROR_SYSTEM);
        assert_int_equal(t.n, 1);
        assert_int_equal(t.last.system_errno, EACCES);
        assert_string_equal(t.last.path, scratch_path("closed/in"));
        assert_int_equal(thrum_inputs_n(inputs), 1);
        expect_path(inputs, 0, "closed/seen");
    }
    assert_int_equal(chmod(scratch_path("closed/in"), 0700), 0);
    thrum_inputs_free(inputs);
}

/* Deeper than any path that the system takes: told, not followed to a crash. */
static void test_depth(void **state) {
    (void)state;
    enum { DEPTH = 2300 };
    make_directory("deep");
    int at = open(scratch_path("deep"), O_RDONLY | O_DIRECTORY);
    for (int i = 0; i < DEPTH; i++) {
        assert_int_equal(mkdirat(at, "d", 0700), 0);
        int below = openat(at, "d", O_RDONLY | O_DIRECTORY);
        assert_true(below >= 0);
        close(at);
        at = below;
    }
    thrum_inputs *inputs = create();
    told t = {0};
    scratch_file("deep/z", "", 0);
    assert_int_equal(thrum_inputs_add(inputs, scratch_path("deep"), tell, &t), THRUM_ERROR_SYSTEM);
    assert_int_equal(t.n, 1);
    assert_int_equal(t.last.system_errno, ENAMETOOLONG);
    assert_int_equal(thrum_inputs_n(inputs), 1);
    thrum_inputs_free(inputs);
    for (int i = 0; i < DEPTH; i++) {
        int above = openat(at, "..", O_RDONLY | O_DIRECTORY);
        assert_true(above >= 0);
        close(at);
        at = above;
        assert_int_equal(unlinkat(at, "d", AT_REMOVEDIR), 0);
    }
    close(at);
}

static void test_many(void **state) {
    (void)state;
    enum { N_DIRECTORIES = 10, N_FILES = 1000 };
    char name[64];
    make_directory("many");
    for (int d = 0; d < N_DIRECTORIES; d++) {
        snprintf(name, sizeof name, "many/%d", d);
        make_directory(name);
        for (int f = 0; f < N_FILES; f++) {
            snprintf(name, sizeof name, "many/%d/%d.txt", d, f);
            int file = open(scratch_path(name), O_WRONLY | O_CREAT, 0600);
            assert_true(file >= 0);
            close(file);
        }
    }
    thrum_inputs *inputs = create();
    assert_int_equal(thrum_inputs_add(inputs, scratch_path("many"), NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_n(inputs), N_DIRECTORIES * N_FILES);
    for (size_t i = 1; i < N_DIRECTORIES * N_FILES; i++)
        assert_true(strcmp(thrum_inputs_path(inputs, i - 1), thrum_inputs_path(inputs, i)) < 0);
    thrum_inputs_free(inputs);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order), cmocka_unit_test(test_names),     cmocka_unit_test(test_standard_input),
        cmocka_unit_test(test_globs), cmocka_unit_test(test_failures),  cmocka_unit_test(test_depth),
        cmocka_unit_test(test_many),  cmocka_unit_test(test_own_files),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
