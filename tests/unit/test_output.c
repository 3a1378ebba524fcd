#define _GNU_SOURCE

#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>

#include "thrum/output.h"

enum { BUFFER_BYTES = 256 << 10 };

static void expect_content(const char *path, const void *bytes, size_t n_bytes) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    uint8_t *found = malloc(n_bytes + 1);
    assert_non_null(found);
    assert_int_equal(fread(found, 1, n_bytes + 1, file), n_bytes);
    if (n_bytes)
        assert_memory_equal(found, bytes, n_bytes);
    free(found);
    fclose(file);
}

static unsigned mode_of(const char *path) {
    struct stat status;
    assert_int_equal(lstat(path, &status), 0);
    return status.st_mode & 07777;
}

/* Entries of a directory, to see that nothing temporary stays. */
static int n_entries(const char *path) {
    DIR *directory = opendir(path);
    assert_non_null(directory);
    int n = -2;
    while (readdir(directory))
        n++;
    closedir(directory);
    return n;
}

static thrum_output *open_output(const char *path) {
    thrum_output *output;
    thrum_error error;
    assert_int_equal(thrum_output_open(&output, path, &error), THRUM_OK);
    return output;
}

static void put(const char *path, const char *text) {
    thrum_output *output = open_output(path);
    assert_int_equal(thrum_output_write(output, text, strlen(text), NULL), THRUM_OK);
    assert_int_equal(thrum_output_close(output, NULL), THRUM_OK);
}

static const char *directory_of_its_own(const char *name) {
    const char *path = scratch_path(name);
    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

/* A file that is being made has no name, where the file system has such files: so a killed process leaves none. */
static int n_unfinished(const char *directory) {
    int descriptor = open(directory, O_TMPFILE | O_WRONLY, 0600);
    if (descriptor >= 0)
        close(descriptor);
    return descriptor < 0;
}

static void test_whole_or_not_at_all(void **state) {
    (void)state;
    const char *directory = directory_of_its_own("whole");
    const char *path = scratch_path("whole/report");
    thrum_output *output = open_output(path);
    assert_int_equal(thrum_output_write(output, "new", 3, NULL), THRUM_OK);
    assert_int_equal(thrum_output_flush(output, NULL), THRUM_OK);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(thrum_output_close(output, NULL), THRUM_OK);
    expect_content(path, "new", 3);
    assert_int_equal(n_entries(directory), 1);

    output = open_output(path);
    assert_false(thrum_output_is_terminal(output));
    assert_int_equal(thrum_output_write(output, "newer", 5, NULL), THRUM_OK);
    expect_content(path, "new", 3);
    assert_int_equal(n_entries(directory), 1 + n_unfinished(directory));
    thrum_output_discard(output);
    expect_content(path, "new", 3);
    assert_int_equal(n_entries(directory), 1);

    output = open_output(path);
    assert_int_equal(thrum_output_close(output, NULL), THRUM_OK);
    expect_content(path, "", 0);
    thrum_output_discard(NULL);
    assert_int_equal(thrum_output_close(NULL, NULL), THRUM_OK);
}

static void test_pieces(void **state) {
    (void)state;
    static const size_t sizes[] = {
        0, 1, 1000, BUFFER_BYTES - 1001, 1, BUFFER_BYTES - 1, 2, BUFFER_BYTES, 7, BUFFER_BYTES + 1, 3 * BUFFER_BYTES,
        5};
    size_t n_bytes = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        n_bytes += sizes[i];
    uint8_t *bytes = malloc(n_bytes);
    assert_non_null(bytes);
    scratch_pattern(bytes, n_bytes);
    const char *path = scratch_path("pieces");
    thrum_output *output = open_output(path);
    size_t at = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; at += sizes[i++])
        assert_int_equal(thrum_output_write(output, bytes + at, sizes[i], NULL), THRUM_OK);
    assert_int_equal(thrum_output_close(output, NULL), THRUM_OK);
    expect_content(path, bytes, n_bytes);
    free(bytes);
}

static void test_modes(void **state) {
    (void)state;
    mode_t umask_before = umask(027);
    put(scratch_path("modes"), "x");
    assert_int_equal(mode_of(scratch_path("modes")), 0640);
    static const unsigned modes[] = {0600, 0666, 0755};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        assert_int_equal(chmod(scratch_path("modes"), modes[i]), 0);
        put(scratch_path("modes"), "y");
        assert_int_equal(mode_of(scratch_path("modes")), modes[i]);
    }
    umask(umask_before);
    if (geteuid() == 0)
        return;
    assert_int_equal(chmod(scratch_path("modes"), 0400), 0);
    thrum_output *output;
    thrum_error error;
    assert_int_equal(thrum_output_open(&output, scratch_path("modes"), &error), THRUM_ERROR_SYSTEM);
    assert_int_equal(error.system_errno, EACCES);
}

static void test_links(void **state) {
    (void)state;
    const char *directory = directory_of_its_own("links");
    directory_of_its_own("links/far");
    const char *target = scratch_file("links/far/target", "old", 3);
    const char *first = scratch_path("links/first");
    const char *second = scratch_path("links/second");
    const char *dangling = scratch_path("links/dangling");
    assert_int_equal(symlink("far/target", first), 0);
    assert_int_equal(symlink(first, second), 0);
    assert_int_equal(symlink("far/../far/unborn", dangling), 0);
    put(second, "through two links");
    expect_content(target, "through two links", 17);
    put(dangling, "born");
    expect_content(scratch_path("links/far/unborn"), "born", 4);
    char text[PATH_MAX];
    assert_true(readlink(first, text, sizeof text) > 0);
    assert_true(readlink(second, text, sizeof text) > 0);
    assert_true(readlink(dangling, text, sizeof text) > 0);
    assert_int_equal(n_entries(directory), 4);
    assert_int_equal(n_entries(scratch_path("links/far")), 2);

    assert_int_equal(symlink("loop", scratch_path("links/loop")), 0);
    thrum_output *output;
    thrum_error error;
    assert_int_equal(thrum_output_open(&output, scratch_path("links/loop"), &error), THRUM_ERROR_SYSTEM);
    assert_int_equal(error.system_errno, ELOOP);
}

static void expect_refused(const char *path, int system_errno) {
    thrum_output *output = (thrum_output *)&system_errno;
    thrum_error error;
    assert_int_equal(thrum_output_open(&output, path, &error), THRUM_ERROR_SYSTEM);
    assert_null(output);
    assert_int_equal(error.system_errno, system_errno);
    assert_string_equal(error.path, path);
}

static void test_refused(void **state) {
    (void)state;
    expect_refused(scratch_directory, EISDIR);
    expect_refused(scratch_path("no-directory/file"), ENOENT);
    expect_refused(scratch_path("no-directory/"), ENOENT);
    expect_refused("", ENOENT);
    scratch_file("file", "", 0);
    expect_refused(scratch_path("file/below"), ENOTDIR);
}

/* The longest name there is, in the directory that the process is in. */
static void write_long_name(void *directory) {
    char name[256];
    memset(name, 'n', 255);
    name[255] = '\0';
    CHILD_EXPECT(chdir(directory) == 0);
    thrum_output *output;
    CHILD_EXPECT(thrum_output_open(&output, name, NULL) == THRUM_OK && thrum_output_close(output, NULL) == THRUM_OK);
    CHILD_EXPECT(access(name, F_OK) == 0);
}

static void test_long_name(void **state) {
    (void)state;
    assert_int_equal(child_run(write_long_name, scratch_directory), 0);
}

static void test_full_device(void **state) {
    (void)state;
    thrum_error error;
    thrum_output *output = open_output("/dev/full");
    assert_int_equal(thrum_output_write(output, "x", 1, &error), THRUM_OK);
    assert_int_equal(thrum_output_flush(output, &error), THRUM_ERROR_SYSTEM);
    assert_int_equal(error.system_errno, ENOSPC);
    assert_string_equal(error.path, "/dev/full");
    assert_int_equal(thrum_output_write(output, "x", 1, &error), THRUM_ERROR_SYSTEM);
    assert_int_equal(thrum_output_flush(output, NULL), THRUM_ERROR_SYSTEM);
    memset(&error, 0, sizeof error);
    assert_int_equal(thrum_output_close(output, &error), THRUM_ERROR_SYSTEM);
    assert_int_equal(error.system_errno, ENOSPC);
    output = open_output("/dev/full");
    assert_int_equal(thrum_output_write(output, "x", 1, NULL), THRUM_OK);
    assert_int_equal(thrum_output_close(output, &error), THRUM_ERROR_SYSTEM);
    put("/dev/null", "gone");
    struct stat status;
    assert_int_equal(stat("/dev/null", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
}

static void write_to_nobody(void *path) {
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    CHILD_EXPECT(sigaction(SIGPIPE, &ignore, NULL) == 0);
    int ends[2];
    thrum_error error;
    thrum_output *output;
    CHILD_EXPECT(pipe(ends) == 0 && dup2(ends[1], 1) == 1 && close(ends[1]) == 0 && close(ends[0]) == 0);
    CHILD_EXPECT(thrum_output_open(&output, path, &error) == THRUM_OK);
    CHILD_EXPECT(thrum_output_write(output, "x", 1, &error) == THRUM_OK);
    CHILD_EXPECT(thrum_output_flush(output, &error) == THRUM_ERROR_CLOSED && error.code == THRUM_ERROR_CLOSED);
    CHILD_EXPECT(thrum_output_write(output, "x", 1, NULL) == THRUM_ERROR_CLOSED);
    CHILD_EXPECT(thrum_output_close(output, &error) == THRUM_ERROR_CLOSED && error.system_errno == EPIPE);
}

static void test_closed_pipe(void **state) {
    (void)state;
    assert_int_equal(child_run(write_to_nobody, NULL), 0);
    assert_int_equal(child_run(write_to_nobody, "-"), 0);
    assert_int_equal(child_run(write_to_nobody, "/dev/stdout"), 0);
}

static void write_standard_output(void *path) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHILD_EXPECT(descriptor >= 0 && dup2(descriptor, 1) == 1);
    for (int i = 0; i < 2; i++) {
        thrum_output *output;
        CHILD_EXPECT(thrum_output_open(&output, i ? "-" : NULL, NULL) == THRUM_OK);
        CHILD_EXPECT(thrum_output_write(output, "twice ", 6, NULL) == THRUM_OK);
        CHILD_EXPECT(thrum_output_close(output, NULL) == THRUM_OK);
    }
    thrum_output *output;
    thrum_error error;
    CHILD_EXPECT(fcntl(1, F_GETFD) >= 0 && close(1) == 0);
    CHILD_EXPECT(thrum_output_open(&output, "-", &error) == THRUM_ERROR_SYSTEM && error.system_errno == EBADF);
}

static void test_standard_output(void **state) {
    (void)state;
    const char *path = scratch_path("standard");
    assert_int_equal(child_run(write_standard_output, (void *)path), 0);
    expect_content(path, "twice twice ", 12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole_or_not_at_all),
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_modes),
        cmocka_unit_test(test_links),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_long_name),
        cmocka_unit_test(test_full_device),
        cmocka_unit_test(test_closed_pipe),
        cmocka_unit_test(test_standard_output),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
