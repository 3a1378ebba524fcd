#define _GNU_SOURCE

#include "scratch.h"

#include <errno.h>
#include <sys/resource.h>

#include "map/mapping.h"
#include "thrum/mapping.h"

enum { N_PAGES_BYTES = 3 * 4096 + 123 };

static uint8_t content[N_PAGES_BYTES];

static const char *content_file(void) {
    scratch_pattern(content, sizeof content);
    return scratch_file("content", content, sizeof content);
}

static void expect_bytes(const char *path, thrum_access access, uint64_t offset, uint64_t n_bytes, const void *expected,
                         size_t n_expected) {
    thrum_mapping *mapping;
    thrum_error error;
    assert_int_equal(thrum_mapping_open(&mapping, path, access, offset, n_bytes, &error), THRUM_OK);
    assert_non_null(thrum_mapping_bytes(mapping));
    assert_int_equal(thrum_mapping_n_bytes(mapping), n_expected);
    if (n_expected)
        assert_memory_equal(thrum_mapping_bytes(mapping), expected, n_expected);
    assert_int_equal(thrum_mapping_check(mapping, &error), THRUM_OK);
    thrum_mapping_close(mapping);
}

static void expect_error(const char *path, thrum_access access, uint64_t offset, uint64_t n_bytes, thrum_status code,
                         int system_errno) {
    thrum_mapping *mapping = (thrum_mapping *)content;
    thrum_error error;
    assert_int_equal(thrum_mapping_open(&mapping, path, access, offset, n_bytes, &error), code);
    assert_null(mapping);
    assert_int_equal(error.code, code);
    assert_int_equal(error.system_errno, system_errno);
    assert_string_equal(error.path, path);
    assert_true(error.message[0] != '\0');
    assert_int_equal(thrum_mapping_open(&mapping, path, access, offset, n_bytes, NULL), code);
}

static void test_any_offset(void **state) {
    (void)state;
    const char *path = content_file();
    static const size_t offsets[] = {0, 1, 4095, 4096, 4097, 8191, 8192, 12288, N_PAGES_BYTES - 1, N_PAGES_BYTES};
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        size_t offset = offsets[i];
        size_t n_left = sizeof content - offset;
        for (int access = THRUM_ACCESS_READ; access <= THRUM_ACCESS_WRITE; access++) {
            expect_bytes(path, access, offset, THRUM_TO_END, content + offset, n_left);
            expect_bytes(path, access, offset, n_left, content + offset, n_left);
            expect_bytes(path, access, offset, 0, content + offset, 0);
            if (n_left > 5)
                expect_bytes(path, access, offset, 5, content + offset, 5);
        }
    }
}

static void test_range_outside(void **state) {
    (void)state;
    const char *path = content_file();
    for (int access = THRUM_ACCESS_READ; access <= THRUM_ACCESS_WRITE; access++) {
        expect_error(path, access, sizeof content + 1, THRUM_TO_END, THRUM_ERROR_ARGUMENT, 0);
        expect_error(path, access, 0, sizeof content + 1, THRUM_ERROR_ARGUMENT, 0);
        expect_error(path, access, 4000, sizeof content - 3999, THRUM_ERROR_ARGUMENT, 0);
        expect_error(path, access, UINT64_MAX, 1, THRUM_ERROR_ARGUMENT, 0);
        expect_error(path, access, 1, UINT64_MAX - 1, THRUM_ERROR_ARGUMENT, 0);
    }
}

static void test_empty(void **state) {
    (void)state;
    const char *path = scratch_file("empty", "", 0);
    for (int access = THRUM_ACCESS_READ; access <= THRUM_ACCESS_WRITE; access++) {
        expect_bytes(path, access, 0, THRUM_TO_END, NULL, 0);
        expect_error(path, access, 0, 1, THRUM_ERROR_ARGUMENT, 0);
        expect_error(path, access, 1, THRUM_TO_END, THRUM_ERROR_ARGUMENT, 0);
    }
}

static void test_failures(void **state) {
    (void)state;
    expect_error(scratch_path("missing"), THRUM_ACCESS_READ, 0, THRUM_TO_END, THRUM_ERROR_SYSTEM, ENOENT);
    expect_error(scratch_directory, THRUM_ACCESS_READ, 0, THRUM_TO_END, THRUM_ERROR_SYSTEM, EISDIR);
    expect_error(scratch_directory, THRUM_ACCESS_WRITE, 0, THRUM_TO_END, THRUM_ERROR_SYSTEM, EISDIR);
    const char *path = content_file();
    assert_int_equal(chmod(path, 0), 0);
    if (geteuid() != 0)
        expect_error(path, THRUM_ACCESS_READ, 0, THRUM_TO_END, THRUM_ERROR_SYSTEM, EACCES);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(mkfifo(scratch_path("fifo"), 0600), 0);
    expect_error(scratch_path("fifo"), THRUM_ACCESS_WRITE, 0, THRUM_TO_END, THRUM_ERROR_ARGUMENT, 0);
    assert_int_equal(unlink(scratch_path("fifo")), 0);
    thrum_mapping_close(NULL);
}

static void test_access(void **state) {
    (void)state;
    const char *path = content_file();
    thrum_mapping *reading, *copying, *writing;
    assert_int_equal(thrum_mapping_open(&reading, path, THRUM_ACCESS_READ, 5000, 10, NULL), THRUM_OK);
    assert_int_equal(thrum_mapping_open(&copying, path, THRUM_ACCESS_COPY, 5000, 10, NULL), THRUM_OK);
    assert_int_equal(thrum_mapping_open(&writing, path, THRUM_ACCESS_WRITE, 5000, 10, NULL), THRUM_OK);
    assert_null(thrum_mapping_writable(reading));
    assert_true(thrum_mapping_is_mapped(reading));

    memset(thrum_mapping_writable(copying), 'c', 10);
    assert_memory_equal(thrum_mapping_bytes(copying), "cccccccccc", 10);
    assert_memory_equal(thrum_mapping_bytes(reading), content + 5000, 10);
    expect_bytes(path, THRUM_ACCESS_READ, 0, THRUM_TO_END, content, sizeof content);

    memset(thrum_mapping_writable(writing), 'w', 10);
    assert_memory_equal(thrum_mapping_bytes(reading), "wwwwwwwwww", 10);
    assert_int_equal(thrum_mapping_check(writing, NULL), THRUM_OK);
    thrum_mapping_close(writing);
    memset(content + 5000, 'w', 10);
    expect_bytes(path, THRUM_ACCESS_READ, 0, THRUM_TO_END, content, sizeof content);
    thrum_mapping_close(copying);
    thrum_mapping_close(reading);
}

static void write_shared(void *mapping) {
    memcpy(thrum_mapping_writable(mapping), "from the child", 14);
}

static void test_anonymous(void **state) {
    (void)state;
    thrum_mapping *mapping;
    assert_int_equal(thrum_mapping_anonymous(&mapping, 100000, NULL), THRUM_OK);
    assert_int_equal(thrum_mapping_n_bytes(mapping), 100000);
    for (size_t i = 0; i < 100000; i++)
        assert_int_equal(thrum_mapping_bytes(mapping)[i], 0);
    assert_int_equal(child_run(write_shared, mapping), 0);
    assert_memory_equal(thrum_mapping_bytes(mapping), "from the child", 14);
    assert_int_equal(thrum_mapping_check(mapping, NULL), THRUM_OK);
    thrum_mapping_close(mapping);
    assert_int_equal(thrum_mapping_anonymous(&mapping, 0, NULL), THRUM_OK);
    assert_non_null(thrum_mapping_bytes(mapping));
    thrum_mapping_close(mapping);
    thrum_error error;
    assert_int_equal(thrum_mapping_anonymous(&mapping, SIZE_MAX / 2, &error), THRUM_ERROR_MEMORY);
}

enum { STREAM_BYTES = 1000000 };

static void write_stream(void *descriptor) {
    uint8_t *bytes = malloc(STREAM_BYTES);
    CHILD_EXPECT(bytes);
    scratch_pattern(bytes, STREAM_BYTES);
    for (size_t i = 0; i < STREAM_BYTES;) {
        ssize_t n = write(*(int *)descriptor, bytes + i, i + 777 < STREAM_BYTES ? 777 : STREAM_BYTES - i);
        if (n < 0)
            _exit(0); /* the reader had enough */
        i += (size_t)n;
    }
    free(bytes);
}

static void write_pipe(void *ends) {
    close(((int *)ends)[0]);
    write_stream((int *)ends + 1);
}

static thrum_status open_pipe(thrum_mapping **mapping, thrum_access access, uint64_t offset, uint64_t n_bytes) {
    int ends[2];
    char path[32];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    pid_t child = child_start(write_pipe, ends);
    close(ends[1]);
    thrum_status status = thrum_mapping_open(mapping, path, access, offset, n_bytes, NULL);
    close(ends[0]);
    child_wait(child);
    return status;
}

static void test_pipe(void **state) {
    (void)state;
    uint8_t *bytes = malloc(STREAM_BYTES);
    assert_non_null(bytes);
    scratch_pattern(bytes, STREAM_BYTES);
    static const uint64_t offsets[] = {0, 1, 65535, 65536, 700001, STREAM_BYTES};
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        thrum_mapping *mapping;
        assert_int_equal(open_pipe(&mapping, THRUM_ACCESS_COPY, offsets[i], THRUM_TO_END), THRUM_OK);
        assert_false(thrum_mapping_is_mapped(mapping));
        assert_int_equal(thrum_mapping_n_bytes(mapping), STREAM_BYTES - offsets[i]);
        assert_memory_equal(thrum_mapping_bytes(mapping), bytes + offsets[i], STREAM_BYTES - offsets[i]);
        assert_ptr_equal(thrum_mapping_writable(mapping), thrum_mapping_bytes(mapping));
        assert_int_equal(thrum_mapping_check(mapping, NULL), THRUM_OK);
        thrum_mapping_close(mapping);
    }
    thrum_mapping *mapping;
    assert_int_equal(open_pipe(&mapping, THRUM_ACCESS_READ, 1000, 5000), THRUM_OK);
    assert_int_equal(thrum_mapping_n_bytes(mapping), 5000);
    assert_memory_equal(thrum_mapping_bytes(mapping), bytes + 1000, 5000);
    assert_null(thrum_mapping_writable(mapping));
    thrum_mapping_close(mapping);
    assert_int_equal(open_pipe(&mapping, THRUM_ACCESS_READ, 0, STREAM_BYTES + 1), THRUM_ERROR_ARGUMENT);
    assert_int_equal(open_pipe(&mapping, THRUM_ACCESS_READ, STREAM_BYTES + 1, THRUM_TO_END), THRUM_ERROR_ARGUMENT);
    free(bytes);
}

static void write_fifo(void *path) {
    int descriptor = open(path, O_WRONLY);
    CHILD_EXPECT(descriptor >= 0);
    write_stream(&descriptor);
}

static void test_fifo(void **state) {
    (void)state;
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", scratch_path("stream"));
    assert_int_equal(mkfifo(path, 0600), 0);
    pid_t child = child_start(write_fifo, path);
    thrum_mapping *mapping;
    assert_int_equal(mapping_read(&mapping, path, NULL), THRUM_OK);
    assert_int_equal(thrum_mapping_n_bytes(mapping), STREAM_BYTES);
    thrum_mapping_close(mapping);
    assert_int_equal(child_wait(child), 0);
    assert_int_equal(unlink(path), 0);
}

static void test_files_of_the_system(void **state) {
    (void)state;
    thrum_mapping *mapping;
    assert_int_equal(thrum_mapping_open(&mapping, "/proc/self/status", THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL),
                     THRUM_OK);
    assert_false(thrum_mapping_is_mapped(mapping));
    assert_memory_equal(thrum_mapping_bytes(mapping), "Name:", 5);
    thrum_mapping_close(mapping);
    expect_bytes("/proc/self/status", THRUM_ACCESS_READ, 1, 4, "ame:", 4);
    expect_bytes("/dev/null", THRUM_ACCESS_READ, 0, THRUM_TO_END, "", 0);
    expect_bytes("/dev/zero", THRUM_ACCESS_READ, 12345, 4, "\0\0\0", 4);

    /* Claims 4,096 bytes, holds fewer, refuses to be mapped. */
    static const char claimed[] = "/sys/kernel/mm/transparent_hugepage/enabled";
    if (access(claimed, R_OK) != 0)
        return;
    assert_int_equal(thrum_mapping_open(&mapping, claimed, THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL), THRUM_OK);
    assert_in_range(thrum_mapping_n_bytes(mapping), 1, 4095);
    assert_false(thrum_mapping_is_mapped(mapping));
    thrum_mapping_close(mapping);
    expect_error(claimed, THRUM_ACCESS_READ, 0, 4000, THRUM_ERROR_ARGUMENT, 0);
}

static void test_read_instead(void **state) {
    (void)state;
    const char *path = content_file();
    thrum_mapping *mapping;
    thrum_error error;
    assert_int_equal(mapping_read(&mapping, path, &error), THRUM_OK);
    assert_false(thrum_mapping_is_mapped(mapping));
    assert_int_equal(thrum_mapping_n_bytes(mapping), sizeof content);
    assert_memory_equal(thrum_mapping_bytes(mapping), content, sizeof content);
    assert_int_equal(truncate(path, 0), 0);
    assert_int_equal(thrum_mapping_check(mapping, &error), THRUM_OK);
    thrum_mapping_close(mapping);
    assert_int_equal(mapping_read(&mapping, path, &error), THRUM_OK);
    assert_int_equal(thrum_mapping_n_bytes(mapping), 0);
    assert_non_null(thrum_mapping_bytes(mapping));
    thrum_mapping_close(mapping);
    assert_int_equal(mapping_read(&mapping, scratch_directory, &error), THRUM_ERROR_SYSTEM);
    assert_int_equal(error.system_errno, EISDIR);
    assert_non_null(strstr(error.message, "directory"));
}

static void read_standard_input(void *path) {
    int descriptor = open(path, O_RDONLY);
    CHILD_EXPECT(descriptor >= 0 && dup2(descriptor, 0) == 0 && lseek(0, 5000, SEEK_SET) == 5000);
    thrum_mapping *mapping;
    CHILD_EXPECT(thrum_mapping_open(&mapping, "-", THRUM_ACCESS_READ, 10, 20, NULL) == THRUM_OK);
    CHILD_EXPECT(thrum_mapping_is_mapped(mapping) && thrum_mapping_n_bytes(mapping) == 20);
    CHILD_EXPECT(memcmp(thrum_mapping_bytes(mapping), content + 5010, 20) == 0);
    CHILD_EXPECT(thrum_mapping_check(mapping, NULL) == THRUM_OK);
    thrum_mapping_close(mapping);
    CHILD_EXPECT(lseek(0, 0, SEEK_CUR) == 5030);
    CHILD_EXPECT(thrum_mapping_open(&mapping, "-", THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL) == THRUM_OK);
    CHILD_EXPECT(thrum_mapping_n_bytes(mapping) == sizeof content - 5030);
    CHILD_EXPECT(memcmp(thrum_mapping_bytes(mapping), content + 5030, sizeof content - 5030) == 0);
    CHILD_EXPECT(truncate(path, 100) == 0);
    CHILD_EXPECT(thrum_mapping_check(mapping, NULL) == THRUM_ERROR_CHANGED);
    thrum_mapping_close(mapping);
    CHILD_EXPECT(thrum_mapping_open(&mapping, "-", THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL) == THRUM_OK);
    CHILD_EXPECT(thrum_mapping_n_bytes(mapping) == 0);
    thrum_mapping_close(mapping);
    int ends[2];
    CHILD_EXPECT(pipe(ends) == 0 && dup2(ends[0], 0) == 0 && write(ends[1], "piped", 5) == 5 && close(ends[1]) == 0);
    CHILD_EXPECT(thrum_mapping_open(&mapping, "-", THRUM_ACCESS_READ, 1, THRUM_TO_END, NULL) == THRUM_OK);
    CHILD_EXPECT(thrum_mapping_n_bytes(mapping) == 4 && memcmp(thrum_mapping_bytes(mapping), "iped", 4) == 0);
    thrum_mapping_close(mapping);
    close(0);
    CHILD_EXPECT(thrum_mapping_open(&mapping, "-", THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL) == THRUM_ERROR_SYSTEM);
}

static void test_standard_input(void **state) {
    (void)state;
    assert_int_equal(child_run(read_standard_input, (void *)content_file()), 0);
}

static void write_late(void *descriptor) {
    usleep(20000);
    CHILD_EXPECT(write(*(int *)descriptor, "late", 4) == 4);
}

static void test_non_blocking(void **state) {
    (void)state;
    int ends[2];
    char path[32];
    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    pid_t child = child_start(write_late, &ends[1]);
    close(ends[1]);
    int standard_input = dup(0);
    assert_int_equal(dup2(ends[0], 0), 0);
    snprintf(path, sizeof path, "-");
    expect_bytes(path, THRUM_ACCESS_READ, 0, THRUM_TO_END, "late", 4);
    if (standard_input >= 0)
        dup2(standard_input, 0);
    close(standard_input);
    close(ends[0]);
    assert_int_equal(child_wait(child), 0);
}

static void open_in_little_memory(void *path) {
    struct rlimit limit = {.rlim_cur = 256 << 20, .rlim_max = 256 << 20};
    thrum_error error;
    thrum_mapping *mapping;
    CHILD_EXPECT(setrlimit(RLIMIT_AS, &limit) == 0);
    CHILD_EXPECT(thrum_mapping_open(&mapping, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, &error) == THRUM_ERROR_MEMORY);
    CHILD_EXPECT(mapping == NULL && error.code == THRUM_ERROR_MEMORY && strcmp(error.path, path) == 0);
    CHILD_EXPECT(thrum_mapping_open(&mapping, path, THRUM_ACCESS_COPY, 1, THRUM_TO_END, &error) == THRUM_ERROR_MEMORY);
    CHILD_EXPECT(thrum_mapping_open(&mapping, path, THRUM_ACCESS_WRITE, 1, THRUM_TO_END, &error) == THRUM_ERROR_MEMORY);
    CHILD_EXPECT(mapping_read(&mapping, path, &error) == THRUM_ERROR_MEMORY);
    CHILD_EXPECT(thrum_mapping_open(&mapping, "/dev/zero", THRUM_ACCESS_READ, 0, THRUM_TO_END, &error) ==
                 THRUM_ERROR_MEMORY);
    CHILD_EXPECT(thrum_mapping_open(&mapping, path, THRUM_ACCESS_READ, (512 << 20) + 7, 1000, &error) == THRUM_OK);
    thrum_mapping_close(mapping);
}

static void test_little_memory(void **state) {
    (void)state;
    if (UNDER_ADDRESS_SANITIZER || UNDER_THREAD_SANITIZER) /* their shadow memory does not fit the limit */
        skip();
    const char *path = scratch_file("sparse", "", 0);
    assert_int_equal(truncate(path, (off_t)1 << 30), 0);
    assert_int_equal(child_run(open_in_little_memory, (void *)path), 0);
}

static void test_check(void **state) {
    (void)state;
    const char *path = content_file();
    thrum_error error;
    thrum_mapping *mapping;
    assert_int_equal(thrum_mapping_open(&mapping, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, &error), THRUM_OK);
    assert_int_equal(thrum_mapping_check(mapping, &error), THRUM_OK);
    assert_int_equal(truncate(path, sizeof content - 1), 0); /* inside the last page: no signal tells */
    assert_int_equal(thrum_mapping_check(mapping, &error), THRUM_ERROR_CHANGED);
    assert_string_equal(error.path, path);
    thrum_mapping_close(mapping);

    path = content_file();
    assert_int_equal(thrum_mapping_open(&mapping, path, THRUM_ACCESS_READ, 0, 10, &error), THRUM_OK);
    static const struct timespec times[2] = {{.tv_sec = 1}, {.tv_sec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_int_equal(thrum_mapping_check(mapping, NULL), THRUM_ERROR_CHANGED);
    thrum_mapping_close(mapping);
}

static void test_check_of_a_replaced_file(void **state) {
    (void)state;
    const char *path = content_file();
    thrum_error error;
    thrum_mapping *mapping;
    assert_int_equal(thrum_mapping_open(&mapping, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, &error), THRUM_OK);
    assert_int_equal(rename(scratch_file("other", "other", 5), path), 0);
    assert_int_equal(thrum_mapping_check(mapping, &error), THRUM_OK);
    assert_memory_equal(thrum_mapping_bytes(mapping), content, sizeof content);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(thrum_mapping_check(mapping, &error), THRUM_OK);
    thrum_mapping_close(mapping);
}

static void test_many_at_once(void **state) {
    (void)state;
    enum { N = 3000 }; /* more than the usual number of descriptors */
    static thrum_mapping *mappings[N];
    const char *path = content_file();
    for (size_t i = 0; i < N; i++)
        assert_int_equal(thrum_mapping_open(&mappings[i], path, THRUM_ACCESS_READ, i, 100, NULL), THRUM_OK);
    for (size_t i = 0; i < N; i++) {
        assert_memory_equal(thrum_mapping_bytes(mappings[i]), content + i, 100);
        thrum_mapping_close(mappings[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_offset),
        cmocka_unit_test(test_range_outside),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_access),
        cmocka_unit_test(test_anonymous),
        cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_fifo),
        cmocka_unit_test(test_files_of_the_system),
        cmocka_unit_test(test_read_instead),
        cmocka_unit_test(test_standard_input),
        cmocka_unit_test(test_non_blocking),
        cmocka_unit_test(test_little_memory),
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_check_of_a_replaced_file),
        cmocka_unit_test(test_many_at_once),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
