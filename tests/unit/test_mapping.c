#define _GNU_SOURCE

#include "scratch.h"

#include <errno.h>
#include <signal.h>
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

/* --- as a string and as a file --------------------------------------------------------------------------------------
 */

static thrum_mapping *open_content(thrum_access access) {
    thrum_mapping *mapping;
    assert_int_equal(thrum_mapping_open(&mapping, content_file(), access, 0, THRUM_TO_END, NULL), THRUM_OK);
    return mapping;
}

static void test_slice(void **state) {
    (void)state;
    thrum_mapping *mapping = open_content(THRUM_ACCESS_READ);
    thrum_slice slice;
    thrum_error error;
    assert_int_equal(thrum_mapping_slice(mapping, 4000, 200, &slice, &error), THRUM_OK);
    assert_int_equal(slice.n_bytes, 200);
    assert_ptr_equal(slice.bytes, thrum_mapping_bytes(mapping) + 4000);
    assert_int_equal(thrum_mapping_slice(mapping, 12345, THRUM_TO_END, &slice, &error), THRUM_OK);
    assert_int_equal(slice.n_bytes, sizeof content - 12345);
    assert_int_equal(thrum_mapping_slice(mapping, sizeof content, THRUM_TO_END, &slice, &error), THRUM_OK);
    assert_int_equal(slice.n_bytes, 0);
    assert_non_null(slice.bytes);

    assert_int_equal(thrum_mapping_slice(mapping, 12400, 12, &slice, &error), THRUM_ERROR_ARGUMENT);
    assert_string_equal(error.message, "12 bytes at offset 12400 leave the mapping, which has 12411 bytes");
    assert_string_equal(error.path, scratch_path("content"));
    assert_int_equal(error.offset, 12400);
    assert_int_equal(thrum_mapping_slice(mapping, 20000, THRUM_TO_END, &slice, &error), THRUM_ERROR_ARGUMENT);
    assert_string_equal(error.message, "offset 20000 leaves the mapping, which has 12411 bytes");
    assert_int_equal(thrum_mapping_slice(mapping, UINT64_MAX, 2, &slice, NULL), THRUM_ERROR_ARGUMENT);
    assert_int_equal(thrum_mapping_slice(mapping, 2, UINT64_MAX - 1, &slice, NULL), THRUM_ERROR_ARGUMENT);
    thrum_mapping_close(mapping);
}

static void test_assign(void **state) {
    (void)state;
    thrum_error error;
    for (int access = THRUM_ACCESS_COPY; access <= THRUM_ACCESS_WRITE; access++) {
        thrum_mapping *mapping = open_content(access);
        size_t n = thrum_mapping_n_bytes(mapping);
        assert_int_equal(thrum_mapping_assign(mapping, 4094, "over the page", 13, &error), THRUM_OK);
        assert_int_equal(thrum_mapping_assign_byte(mapping, n - 1, '!', &error), THRUM_OK);
        assert_int_equal(thrum_mapping_assign(mapping, n, "", 0, &error), THRUM_OK);
        assert_int_equal(thrum_mapping_assign(mapping, n - 1, "ab", 2, &error), THRUM_ERROR_ARGUMENT);
        assert_string_equal(error.message, "2 bytes at offset 12410 leave the mapping, which has 12411 bytes");
        assert_int_equal(thrum_mapping_assign_byte(mapping, n, 'a', &error), THRUM_ERROR_ARGUMENT);
        assert_int_equal(thrum_mapping_assign(mapping, UINT64_MAX, "a", 1, NULL), THRUM_ERROR_ARGUMENT);
        assert_memory_equal(thrum_mapping_bytes(mapping) + 4094, "over the page", 13);
        assert_int_equal(thrum_mapping_bytes(mapping)[n - 1], '!');
        /* From the mapping into itself. */
        assert_int_equal(thrum_mapping_assign(mapping, 4096, thrum_mapping_bytes(mapping) + 4094, 13, NULL), THRUM_OK);
        assert_memory_equal(thrum_mapping_bytes(mapping) + 4094, "ovover the page", 15);
        assert_int_equal(thrum_mapping_check(mapping, &error), THRUM_OK);
        thrum_mapping_close(mapping);
    }
}

static void test_assign_read_only(void **state) {
    (void)state;
    thrum_error error;
    thrum_mapping *mapping = open_content(THRUM_ACCESS_READ), *buffer;
    assert_int_equal(thrum_mapping_assign(mapping, 10, "abc", 3, &error), THRUM_ERROR_ARGUMENT);
    assert_string_equal(error.message, "3 bytes at offset 10 cannot be written: the mapping is read-only");
    assert_int_equal(error.offset, 10);
    assert_int_equal(mapping_read(&buffer, scratch_path("content"), &error), THRUM_OK);
    assert_int_equal(thrum_mapping_assign_byte(buffer, 0, 'a', &error), THRUM_ERROR_ARGUMENT);
    thrum_mapping_close(buffer);
    thrum_mapping_close(mapping);
    assert_int_equal(thrum_mapping_anonymous(&mapping, 10, &error), THRUM_OK);
    assert_int_equal(thrum_mapping_assign(mapping, 7, "abc", 3, &error), THRUM_OK);
    assert_int_equal(thrum_mapping_assign(mapping, 8, "abc", 3, &error), THRUM_ERROR_ARGUMENT);
    thrum_mapping_close(mapping);
}

static void expect_size(const char *path, off_t n_bytes) {
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_size, n_bytes);
}

static void test_resize(void **state) {
    (void)state;
    static const size_t sizes[] = {sizeof content + 1, 5 * 4096, 5 * 4096 - 15, 100000, 4097, 4096, 1, 0, 0, 10, 9000};
    thrum_error error;
    thrum_mapping *mapping = open_content(THRUM_ACCESS_WRITE);
    const char *path = scratch_path("content");
    size_t n_kept = sizeof content; /* of the bytes that were there */
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n = sizes[i];
        assert_int_equal(thrum_mapping_resize(mapping, n, &error), THRUM_OK);
        n_kept = n < n_kept ? n : n_kept;
        assert_int_equal(thrum_mapping_n_bytes(mapping), n);
        expect_size(path, (off_t)n);
        const uint8_t *bytes = thrum_mapping_bytes(mapping);
        assert_non_null(bytes);
        assert_memory_equal(bytes, content, n_kept);
        for (size_t j = n_kept; j < n + THRUM_MAPPING_PADDING_BYTES; j++)
            assert_int_equal(bytes[j], 0);
        for (int j = 1; j <= THRUM_MAPPING_PADDING_BYTES; j++)
            assert_int_equal(bytes[-j], 0);
        assert_int_equal(thrum_mapping_check(mapping, &error), THRUM_OK);
        assert_int_equal(thrum_mapping_flush(mapping, 0, THRUM_TO_END, &error), THRUM_OK);
    }
    assert_int_equal(thrum_mapping_assign(mapping, 8990, "at the end", 10, &error), THRUM_OK);
    thrum_mapping_close(mapping);
    expect_bytes(path, THRUM_ACCESS_READ, 8990, THRUM_TO_END, "at the end", 10);

    path = scratch_file("empty", "", 0);
    assert_int_equal(thrum_mapping_open(&mapping, path, THRUM_ACCESS_WRITE, 0, THRUM_TO_END, &error), THRUM_OK);
    assert_int_equal(thrum_mapping_resize(mapping, 3, &error), THRUM_OK);
    assert_int_equal(thrum_mapping_assign(mapping, 0, "new", 3, &error), THRUM_OK);
    thrum_mapping_close(mapping);
    expect_bytes(path, THRUM_ACCESS_READ, 0, THRUM_TO_END, "new", 3);
}

static void expect_no_resize(thrum_mapping *mapping, uint64_t n_bytes, thrum_status code, const char *message) {
    thrum_error error;
    size_t n_before = thrum_mapping_n_bytes(mapping);
    const uint8_t *before = thrum_mapping_bytes(mapping);
    assert_int_equal(thrum_mapping_resize(mapping, n_bytes, &error), code);
    assert_non_null(strstr(error.message, message));
    assert_int_equal(thrum_mapping_n_bytes(mapping), n_before);
    assert_ptr_equal(thrum_mapping_bytes(mapping), before);
    thrum_mapping_close(mapping);
}

static void test_resize_refused(void **state) {
    (void)state;
    thrum_mapping *mapping;
    expect_no_resize(open_content(THRUM_ACCESS_READ), 10, THRUM_ERROR_ARGUMENT, "mapped for writing can be resized");
    expect_no_resize(open_content(THRUM_ACCESS_COPY), 10, THRUM_ERROR_ARGUMENT, "mapped for writing can be resized");
    assert_int_equal(thrum_mapping_anonymous(&mapping, 10, NULL), THRUM_OK);
    expect_no_resize(mapping, 20, THRUM_ERROR_ARGUMENT, "mapped for writing can be resized");
    static const uint64_t parts[][2] = {{1, THRUM_TO_END}, {0, 10}, {sizeof content, 0}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        assert_int_equal(
            thrum_mapping_open(&mapping, content_file(), THRUM_ACCESS_WRITE, parts[i][0], parts[i][1], NULL), THRUM_OK);
        expect_no_resize(mapping, 20, THRUM_ERROR_ARGUMENT, "this is a part of 12411 bytes");
    }
    expect_no_resize(open_content(THRUM_ACCESS_WRITE), UINT64_MAX, THRUM_ERROR_MEMORY, "cannot hold");
    mapping = open_content(THRUM_ACCESS_WRITE);
    assert_int_equal(unlink(scratch_path("content")), 0);
    expect_no_resize(mapping, 20, THRUM_ERROR_SYSTEM, "cannot open");
    mapping = open_content(THRUM_ACCESS_WRITE);
    assert_int_equal(rename(scratch_file("other", content, sizeof content), scratch_path("content")), 0);
    expect_no_resize(mapping, 20, THRUM_ERROR_CHANGED, "another of this name");
    mapping = open_content(THRUM_ACCESS_WRITE);
    assert_int_equal(truncate(scratch_path("content"), 5), 0);
    expect_no_resize(mapping, 20, THRUM_ERROR_CHANGED, "changed its size from 12411 to 5 bytes");
    expect_size(scratch_path("content"), 5);
}

static void resize_beyond_limit(void *path) {
    struct rlimit limit = {.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
    thrum_error error;
    thrum_mapping *mapping;
    signal(SIGXFSZ, SIG_IGN);
    CHILD_EXPECT(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    CHILD_EXPECT(thrum_mapping_open(&mapping, path, THRUM_ACCESS_WRITE, 0, THRUM_TO_END, &error) == THRUM_OK);
    CHILD_EXPECT(thrum_mapping_resize(mapping, 2 << 20, &error) == THRUM_ERROR_SYSTEM);
    CHILD_EXPECT(error.system_errno == EFBIG && strstr(error.message, "cannot resize to 2097152 bytes"));
    CHILD_EXPECT(thrum_mapping_n_bytes(mapping) == sizeof content);
    CHILD_EXPECT(memcmp(thrum_mapping_bytes(mapping), content, sizeof content) == 0);
    CHILD_EXPECT(thrum_mapping_check(mapping, &error) == THRUM_OK);
    thrum_mapping_close(mapping);
}

static void test_resize_fails(void **state) {
    (void)state;
    const char *path = content_file();
    assert_int_equal(child_run(resize_beyond_limit, (void *)path), 0);
    expect_size(path, sizeof content);
}

static void test_flush_and_advise(void **state) {
    (void)state;
    static const uint64_t ranges[][2] = {
        {0, THRUM_TO_END}, {0, 0}, {1, 1}, {4095, 2}, {5000, THRUM_TO_END}, {sizeof content, THRUM_TO_END}};
    thrum_error error;
    for (int access = THRUM_ACCESS_READ; access <= THRUM_ACCESS_WRITE; access++) {
        thrum_mapping *mapping;
        assert_int_equal(thrum_mapping_open(&mapping, content_file(), access, 100, THRUM_TO_END, &error), THRUM_OK);
        if (access != THRUM_ACCESS_READ)
            assert_int_equal(thrum_mapping_assign(mapping, 4000, "changed", 7, &error), THRUM_OK);
        for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
            uint64_t begin = ranges[i][0] > 100 ? ranges[i][0] - 100 : 0;
            assert_int_equal(thrum_mapping_flush(mapping, begin, ranges[i][1], &error), THRUM_OK);
            for (int advice = THRUM_ADVICE_NORMAL; advice <= THRUM_ADVICE_DONT_NEED; advice++)
                assert_int_equal(thrum_mapping_advise(mapping, begin, ranges[i][1], advice, &error), THRUM_OK);
        }
        assert_memory_equal(thrum_mapping_bytes(mapping), content + 100, 4000);
        assert_memory_equal(thrum_mapping_bytes(mapping) + 4000,
                            access == THRUM_ACCESS_READ ? content + 4100 : (const uint8_t *)"changed", 7);
        assert_int_equal(thrum_mapping_flush(mapping, 12000, 1000, &error), THRUM_ERROR_ARGUMENT);
        assert_string_equal(error.message, "1000 bytes at offset 12000 leave the mapping, which has 12311 bytes");
        assert_int_equal(thrum_mapping_advise(mapping, 20000, THRUM_TO_END, THRUM_ADVICE_RANDOM, &error),
                         THRUM_ERROR_ARGUMENT);
        assert_int_equal(thrum_mapping_advise(mapping, 0, THRUM_TO_END, 17, &error), THRUM_ERROR_ARGUMENT);
        thrum_mapping_close(mapping);
    }
    thrum_mapping *anonymous, *buffer;
    assert_int_equal(thrum_mapping_anonymous(&anonymous, 5000, NULL), THRUM_OK);
    assert_int_equal(thrum_mapping_assign(anonymous, 4990, "last bytes", 10, NULL), THRUM_OK);
    assert_int_equal(thrum_mapping_flush(anonymous, 0, THRUM_TO_END, &error), THRUM_OK);
    assert_int_equal(thrum_mapping_advise(anonymous, 0, THRUM_TO_END, THRUM_ADVICE_DONT_NEED, &error), THRUM_OK);
    assert_memory_equal(thrum_mapping_bytes(anonymous) + 4990, "last bytes", 10);
    thrum_mapping_close(anonymous);
    assert_int_equal(mapping_read(&buffer, content_file(), NULL), THRUM_OK);
    assert_int_equal(thrum_mapping_flush(buffer, 0, THRUM_TO_END, &error), THRUM_OK);
    assert_int_equal(thrum_mapping_advise(buffer, 0, THRUM_TO_END, THRUM_ADVICE_DONT_NEED, &error), THRUM_OK);
    assert_memory_equal(thrum_mapping_bytes(buffer), content, sizeof content);
    thrum_mapping_close(buffer);
}

/* With the guard, what is written to a file that others cut off is told instead of lost in silence. */
static void write_to_truncated(void *path) {
    thrum_error error;
    thrum_mapping *mapping;
    CHILD_EXPECT(thrum_mapping_guard(&error) == THRUM_OK);
    CHILD_EXPECT(thrum_mapping_open(&mapping, path, THRUM_ACCESS_WRITE, 0, THRUM_TO_END, &error) == THRUM_OK);
    CHILD_EXPECT(truncate(path, 100) == 0);
    CHILD_EXPECT(thrum_mapping_assign(mapping, 9000, "lost", 4, &error) == THRUM_OK);
    CHILD_EXPECT(thrum_mapping_flush(mapping, 9000, 4, &error) == THRUM_ERROR_CHANGED);
    CHILD_EXPECT(thrum_mapping_resize(mapping, 10, &error) == THRUM_ERROR_CHANGED);
    thrum_mapping_close(mapping);
}

static void test_write_to_truncated(void **state) {
    (void)state;
    assert_int_equal(child_run(write_to_truncated, (void *)content_file()), 0);
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
        cmocka_unit_test(test_slice),
        cmocka_unit_test(test_assign),
        cmocka_unit_test(test_assign_read_only),
        cmocka_unit_test(test_resize),
        cmocka_unit_test(test_resize_refused),
        cmocka_unit_test(test_resize_fails),
        cmocka_unit_test(test_flush_and_advise),
        cmocka_unit_test(test_write_to_truncated),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
