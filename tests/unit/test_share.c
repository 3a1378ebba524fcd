#define _GNU_SOURCE

#include "scratch.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>

#include "map/share.h"
#include "thrum/input.h"
#include "thrum/mapping.h"
#include "thrum/share.h"

/* ---- names of our own, removed at the end ---- */

static const char *share_name(const char *which) {
    static char names[8][THRUM_SHARE_MOST_NAME_BYTES + 1];
    static unsigned next;
    char *name = names[next++ % 8];
    snprintf(name, sizeof *names, "test.%ld.%s", (long)getpid(), which);
    return name;
}

static const char *share_path(const char *name) {
    static char paths[8][2 * THRUM_SHARE_MOST_NAME_BYTES];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof *paths, "shm:%s", name);
    return path;
}

static int remove_shares(void **state) {
    thrum_share *shares;
    size_t n;
    char prefix[32];
    snprintf(prefix, sizeof prefix, "test.%ld.", (long)getpid());
    if (thrum_share_list(&shares, &n, NULL) == THRUM_OK) {
        for (size_t i = 0; i < n; i++)
            if (strncmp(shares[i].name, prefix, strlen(prefix)) == 0)
                thrum_share_remove(shares[i].name, NULL);
        free(shares);
    }
    return scratch_remove(state);
}

static void put(const char *name, const char *path, bool replace) {
    thrum_error error = {0};
    uint64_t n_bytes;
    const thrum_share_options options = {.replace = replace};
    if (thrum_share_put(name, path, &options, &n_bytes, &error) != THRUM_OK)
        fail_msg("%s: %s", error.path, error.message);
}

static void expect_refusal(const char *name, const char *path, thrum_status code, int system_errno) {
    thrum_error error = {0};
    const thrum_share_options options = {0};
    assert_int_equal(thrum_share_put(name, path, &options, NULL, &error), code);
    assert_int_equal(error.code, code);
    assert_int_equal(error.system_errno, system_errno);
    assert_true(error.path[0] && error.message[0]);
}

static void expect_content(const char *name, const void *expected, size_t n_expected) {
    thrum_mapping *mapping;
    assert_int_equal(thrum_mapping_open(&mapping, share_path(name), THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL),
                     THRUM_OK);
    assert_int_equal(thrum_mapping_n_bytes(mapping), n_expected);
    assert_memory_equal(thrum_mapping_bytes(mapping), expected, n_expected);
    assert_true(n_expected == 0 || thrum_mapping_is_mapped(mapping));
    assert_int_equal(thrum_mapping_check(mapping, NULL), THRUM_OK);
    thrum_mapping_close(mapping);
}

static const thrum_share *find_share(const thrum_share *shares, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(shares[i].name, name) == 0)
            return &shares[i];
    return NULL;
}

static bool is_listed(const char *name, uint64_t *n_bytes) {
    thrum_share *shares;
    size_t n;
    assert_int_equal(thrum_share_list(&shares, &n, NULL), THRUM_OK);
    const thrum_share *share = find_share(shares, n, name);
    if (share)
        *n_bytes = share->n_bytes;
    for (size_t i = 1; i < n; i++)
        assert_true(strcmp(shares[i - 1].name, shares[i].name) < 0);
    free(shares);
    return share != NULL;
}

/* ---- putting, listing, removing ---- */

static void a_share_has_the_bytes_of_the_file(void **state) {
    (void)state;
    enum { N = 700001 };
    static uint8_t bytes[N];
    scratch_pattern(bytes, N);
    const char *name = share_name("file");
    uint64_t n_bytes = 0;
    put(name, scratch_file("file", bytes, N), false);
    expect_content(name, bytes, N);
    assert_true(is_listed(name, &n_bytes));
    assert_int_equal(n_bytes, N);

    thrum_inputs *inputs;
    assert_int_equal(thrum_inputs_create(&inputs, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, share_path(name), NULL, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_n(inputs), 1);
    assert_int_equal(thrum_inputs_n_bytes(inputs, 0), N);
    assert_string_equal(thrum_inputs_path(inputs, 0), share_path(name));
    thrum_inputs_free(inputs);

    assert_int_equal(thrum_share_remove(name, NULL), THRUM_OK);
    assert_false(is_listed(name, &n_bytes));
}

static void an_empty_file_and_a_share_of_a_share(void **state) {
    (void)state;
    const char *empty = share_name("empty"), *first = share_name("first"), *second = share_name("second");
    put(empty, scratch_file("empty", "", 0), false);
    expect_content(empty, "", 0);
    put(first, scratch_file("text", "some text\n", 10), false);
    put(second, share_path(first), false);
    expect_content(second, "some text\n", 10);
}

static void a_pipe_is_copied(void **state) {
    (void)state;
    enum { N = 3 << 20 };
    static uint8_t bytes[N];
    scratch_pattern(bytes, N);
    const char *fifo = scratch_path("fifo"), *name = share_name("pipe");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        FILE *to = fopen(fifo, "wb");
        CHILD_EXPECT(to && fwrite(bytes, 1, N, to) == N && fclose(to) == 0);
        _exit(0);
    }
    put(name, fifo, false);
    assert_int_equal(child_wait(child), 0);
    expect_content(name, bytes, N);
}

/* Who reads the old copy keeps it. */
static void a_name_is_replaced_only_on_demand(void **state) {
    (void)state;
    const char *name = share_name("replaced");
    const char *old_file = scratch_file("old", "old", 3), *new_file = scratch_file("new", "newer", 5);
    thrum_mapping *before;
    put(name, old_file, false);
    assert_int_equal(thrum_mapping_open(&before, share_path(name), THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL), THRUM_OK);
    expect_refusal(name, new_file, THRUM_ERROR_SYSTEM, EEXIST);
    expect_content(name, "old", 3);
    put(name, new_file, true);
    expect_content(name, "newer", 5);
    assert_memory_equal(thrum_mapping_bytes(before), "old", 3);
    assert_int_equal(thrum_mapping_check(before, NULL), THRUM_OK);
    thrum_mapping_close(before);
}

static void writes_reach_all_who_map_it(void **state) {
    (void)state;
    const char *name = share_name("written");
    thrum_mapping *writer;
    put(name, scratch_file("old", "old", 3), false);
    assert_int_equal(thrum_mapping_open(&writer, share_path(name), THRUM_ACCESS_WRITE, 0, THRUM_TO_END, NULL),
                     THRUM_OK);
    memcpy(thrum_mapping_writable(writer), "new", 3);
    expect_content(name, "new", 3);
    thrum_mapping_close(writer);
}

static void bad_names_and_absent_ones(void **state) {
    (void)state;
    char longest[THRUM_SHARE_MOST_NAME_BYTES + 2];
    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    const char *const bad[] = {"", ".", "..", "../x", "a/b", "-x", "_x", "a b", "a~b", "\xc3\xa4", "a\n", longest};
    const char *file = scratch_file("text", "text", 4);
    bool has_input = fcntl(STDIN_FILENO, F_GETFD) >= 0;
    thrum_mapping *mapping;
    thrum_error error;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        expect_refusal(bad[i], file, THRUM_ERROR_ARGUMENT, 0);
        assert_int_equal(thrum_share_remove(bad[i], &error), THRUM_ERROR_ARGUMENT);
        assert_int_equal(thrum_mapping_open(&mapping, share_path(bad[i]), THRUM_ACCESS_READ, 0, THRUM_TO_END, &error),
                         THRUM_ERROR_ARGUMENT);
    }
    const char *absent = share_name("absent");
    assert_int_equal(thrum_share_remove(absent, &error), THRUM_ERROR_SYSTEM);
    assert_int_equal(error.system_errno, ENOENT);
    assert_string_equal(error.path, share_path(absent));
    assert_int_equal(thrum_mapping_open(&mapping, share_path(absent), THRUM_ACCESS_READ, 0, THRUM_TO_END, &error),
                     THRUM_ERROR_SYSTEM);
    assert_int_equal(error.system_errno, ENOENT);
    assert_non_null(strstr(error.message, "thrum share ls"));
    thrum_inputs *inputs;
    assert_int_equal(thrum_inputs_create(&inputs, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, share_path(absent), NULL, NULL), THRUM_ERROR_SYSTEM);
    assert_int_equal(thrum_inputs_n(inputs), 0);
    thrum_inputs_free(inputs);
    expect_refusal(absent, scratch_path("no such file"), THRUM_ERROR_SYSTEM, ENOENT);
    expect_refusal(absent, scratch_directory, THRUM_ERROR_SYSTEM, EISDIR);
    expect_refusal(absent, "shm:..", THRUM_ERROR_ARGUMENT, 0);
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFD) >= 0, has_input); /* no failure closes what is not ours */
}

/* ---- what is compressed ---- */

typedef struct compressed {
    const char *bytes;
    size_t n_bytes;
} compressed;

#define COMPRESSED(text)                                                                                               \
    { text, sizeof text - 1 }
static const char expanded[] = "Expand me.\n";
/* The text by gzip -n, bzip2, xz and zstd. */
static const compressed streams[] = {
    COMPRESSED("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x73\xad\x28\x48\xcc\x4b\x51\xc8\x4d\xd5\xe3\x02\x00\x0a\x31"
               "\x4b\x20\x0b\x00\x00\x00"),
    COMPRESSED("\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\x99\x34\x7e\x13\x00\x00\x01\xd5\x80\x00\x10\x40\x01\x02\x00"
               "\x26\x03\x40\x40\x20\x00\x31\x00\xd3\x4d\x04\x00\x3d\x43\xd5\xc0\x18\x77\x78\xbb\x92\x29\xc2\x84\x84"
               "\xc9\xa3\xf0\x98"),
    COMPRESSED("\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x02\x00\x21\x01\x16\x00\x00\x00\x74\x2f\xe5\xa3\x01"
               "\x00\x0a\x45\x78\x70\x61\x6e\x64\x20\x6d\x65\x2e\x0a\x00\x00\x55\x02\xa5\xdb\x5a\xdc\xa6\xba\x00\x01"
               "\x23\x0b\xc2\x1b\xfd\x09\x1f\xb6\xf3\x7d\x01\x00\x00\x00\x00\x04\x59\x5a"),
    COMPRESSED("\x28\xb5\x2f\xfd\x24\x0b\x59\x00\x00\x45\x78\x70\x61\x6e\x64\x20\x6d\x65\x2e\x0a\x7f\x60\x9b\x02"),
};
/* And nothing, by them. */
static const compressed empty_streams[] = {
    COMPRESSED("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
    COMPRESSED("\x42\x5a\x68\x39\x17\x72\x45\x38\x50\x90\x00\x00\x00\x00"),
    COMPRESSED("\xfd\x37\x7a\x58\x5a\x00\x00\x04\xe6\xd6\xb4\x46\x00\x00\x00\x00\x1c\xdf\x44\x21\x1f\xb6\xf3\x7d\x01"
               "\x00\x00\x00\x00\x04\x59\x5a"),
    COMPRESSED("\x28\xb5\x2f\xfd\x24\x00\x01\x00\x00\x99\xe9\xd8\x51"),
};
enum { N_STREAMS = sizeof streams / sizeof *streams, MARKED_BYTES = 10 };

static const char *compressed_file(const compressed *stream, size_t n_bytes) {
    return scratch_file("compressed", stream->bytes, n_bytes);
}

static void compressed_inputs_are_expanded(void **state) {
    (void)state;
    const char *name = share_name("expanded");
    if (!thrum_share_expands())
        skip();
    for (size_t i = 0; i < N_STREAMS; i++) {
        put(name, compressed_file(&streams[i], streams[i].n_bytes), true);
        expect_content(name, expanded, sizeof expanded - 1);
        put(name, compressed_file(&empty_streams[i], empty_streams[i].n_bytes), true);
        expect_content(name, "", 0);

        char twice[256], twice_expanded[64];
        memcpy(twice, streams[i].bytes, streams[i].n_bytes);
        memcpy(twice + streams[i].n_bytes, streams[i].bytes, streams[i].n_bytes);
        snprintf(twice_expanded, sizeof twice_expanded, "%s%s", expanded, expanded);
        put(name, scratch_file("twice", twice, 2 * streams[i].n_bytes), true);
        expect_content(name, twice_expanded, 2 * (sizeof expanded - 1));
    }
}

/* Wherever a stream is cut, as soon as its mark is there, nothing is put. */
static void streams_cut_short_are_refused(void **state) {
    (void)state;
    const char *name = share_name("cut");
    uint64_t n_bytes;
    for (size_t i = 0; i < N_STREAMS; i++)
        for (size_t n = MARKED_BYTES; n < streams[i].n_bytes; n++)
            expect_refusal(name, compressed_file(&streams[i], n), THRUM_ERROR_ARGUMENT, 0);
    assert_false(is_listed(name, &n_bytes));
}

static void raw_keeps_the_compressed_bytes(void **state) {
    (void)state;
    const char *name = share_name("raw");
    const thrum_share_options raw = {.replace = true, .raw = true};
    for (size_t i = 0; i < N_STREAMS; i++) {
        const char *file = compressed_file(&streams[i], streams[i].n_bytes);
        assert_int_equal(thrum_share_put(name, file, &raw, NULL, NULL), THRUM_OK);
        expect_content(name, streams[i].bytes, streams[i].n_bytes);
    }
}

/* ---- what is left behind ---- */

static size_t n_temporaries(void) {
    char prefix[32];
    size_t n = 0;
    system_directory *folder;
    const char *object;
    system_kind kind;
    snprintf(prefix, sizeof prefix, "thrum-%" PRIu64 "~", system_user());
    assert_int_equal(system_directory_open(&folder, SYSTEM_SHARES_FOLDER, true), 0);
    while (system_directory_next(folder, &object, &kind) == 0 && object)
        n += strncmp(object, prefix, strlen(prefix)) == 0;
    system_directory_close(folder);
    return n;
}

/* Shared memory of a megabyte, for this process alone; false where the system does not let us. */
static bool small_shared_memory(void) {
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", SYSTEM_SHARES_FOLDER, "tmpfs", 0, "size=1M") == 0;
}

enum { EXIT_SKIPPED = 77 };

static void put_what_does_not_fit(void *argument) {
    const char *file = argument;
    const thrum_share_options options = {0};
    thrum_error error = {0};
    if (!small_shared_memory())
        _exit(EXIT_SKIPPED);
    CHILD_EXPECT(thrum_share_put("big", file, &options, NULL, &error) == THRUM_ERROR_SYSTEM);
    CHILD_EXPECT(error.system_errno == ENOSPC && strstr(error.message, "no room"));
    int pipe_ends[2];
    CHILD_EXPECT(pipe(pipe_ends) == 0);
    pid_t writer = fork();
    if (writer == 0) {
        static char zeros[1 << 20];
        close(pipe_ends[0]);
        for (int i = 0; i < 4 && write(pipe_ends[1], zeros, sizeof zeros) > 0; i++)
            ;
        _exit(0);
    }
    close(pipe_ends[1]);
    CHILD_EXPECT(dup2(pipe_ends[0], STDIN_FILENO) == STDIN_FILENO);
    CHILD_EXPECT(thrum_share_put("big", "-", &options, NULL, &error) == THRUM_ERROR_SYSTEM);
    CHILD_EXPECT(error.system_errno == ENOSPC && n_temporaries() == 0);
    thrum_share *shares;
    size_t n;
    CHILD_EXPECT(thrum_share_list(&shares, &n, &error) == THRUM_OK && n == 0);
    _exit(0);
}

static void what_does_not_fit_leaves_nothing(void **state) {
    (void)state;
    static uint8_t bytes[4 << 20];
    const char *file = scratch_file("big", bytes, sizeof bytes);
    int status = child_run(put_what_does_not_fit, (void *)(uintptr_t)file);
    if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SKIPPED) {
        print_message("skipped: this user may not mount\n");
        skip();
    }
    assert_int_equal(status, 0);
}

/* A sparse file larger than any memory: refused before a byte of memory is taken. */
static void what_would_take_all_memory_is_refused(void **state) {
    (void)state;
    const char *file = scratch_file("huge", "", 0);
    if (system_available_bytes() == UINT64_MAX || truncate(file, (off_t)system_memory_bytes()) != 0)
        skip();
    uint64_t before = system_available_bytes();
    expect_refusal(share_name("huge"), file, THRUM_ERROR_SYSTEM, ENOSPC);
    assert_true(system_available_bytes() > before / 2);
}

static void put_from_a_pipe_without_end(void *argument) {
    int *pipe_ends = argument;
    dup2(pipe_ends[0], STDIN_FILENO);
    close(pipe_ends[1]);
    thrum_share_put("test.unfinished", "-", &(thrum_share_options){0}, NULL, NULL);
    _exit(1);
}

/* A copy is not seen before it is complete, and does not outlive who made it. */
static void an_unfinished_copy_is_removed(void **state) {
    (void)state;
    static const char bytes[300 << 10];
    int pipe_ends[2];
    uint64_t n_bytes;
    size_t n_before = n_temporaries();
    assert_int_equal(pipe(pipe_ends), 0);
    pid_t child = child_start(put_from_a_pipe_without_end, pipe_ends);
    assert_int_equal(write(pipe_ends[1], bytes, sizeof bytes), sizeof bytes);
    for (int i = 0; i < 1000 && n_temporaries() == n_before; i++)
        usleep(5000);
    assert_false(is_listed("test.unfinished", &n_bytes));
    assert_true(n_temporaries() > n_before);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_true(WIFSIGNALED(child_wait(child)));
    assert_false(is_listed("test.unfinished", &n_bytes));
    assert_int_equal(n_temporaries(), n_before);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}

/* ---- memory in use ---- */

enum { N_READERS = 4, SHARED_BYTES = 16 << 20 };

static const char read_option[] = "--map-and-wait";

/* This program, started again: maps a path, touches all of it, and waits for the end of its input. */
static int map_and_wait(const char *path) {
    thrum_mapping *mapping;
    if (thrum_mapping_open(&mapping, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL) != THRUM_OK)
        return 1;
    const uint8_t *bytes = thrum_mapping_bytes(mapping);
    uint64_t sum = 0;
    for (size_t i = 0; i < thrum_mapping_n_bytes(mapping); i += 64)
        sum += bytes[i];
    char byte = (char)(sum | 1);
    bool was_told = write(STDOUT_FILENO, &byte, 1) == 1;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    thrum_mapping_close(mapping);
    return was_told ? 0 : 1;
}

typedef struct reader {
    pid_t pid;
    int to, from;
} reader;

static reader reader_start(const char *path) {
    int to[2], from[2];
    assert_int_equal(pipe2(to, O_CLOEXEC), 0);
    assert_int_equal(pipe2(from, O_CLOEXEC), 0);
    fflush(NULL);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(to[0], STDIN_FILENO);
        dup2(from[1], STDOUT_FILENO);
        execl("/proc/self/exe", "test_share", read_option, path, (char *)NULL);
        _exit(1);
    }
    close(to[0]);
    close(from[1]);
    return (reader){pid, to[1], from[0]};
}

/* The proportional share, in KiB, that a process has of the pages of a file; -1 where the system does not tell. */
static long long proportional_kibibytes(pid_t pid, const char *file_name) {
    char path[64], line[PATH_MAX + 200];
    long long sum = -1;
    bool is_ours = false;
    snprintf(path, sizeof path, "/proc/%ld/smaps", (long)pid);
    FILE *maps = fopen(path, "r");
    while (maps && fgets(line, sizeof line, maps)) {
        long long kibibytes;
        char label[32];
        unsigned long long begin, end;
        if (sscanf(line, "%llx-%llx ", &begin, &end) == 2)
            is_ours = strstr(line, file_name) != NULL;
        else if (is_ours && sscanf(line, "%31[A-Za-z_]: %lld", label, &kibibytes) == 2 && strcmp(label, "Pss") == 0)
            sum = (sum < 0 ? 0 : sum) + kibibytes;
    }
    if (maps)
        fclose(maps);
    return sum;
}

static void expect_memory_once(const char *path, const char *file_name) {
    reader readers[N_READERS];
    long long sum = 0;
    bool is_told = true;
    for (int i = 0; i < N_READERS; i++)
        readers[i] = reader_start(path);
    for (int i = 0; i < N_READERS; i++) {
        char byte;
        assert_int_equal(read(readers[i].from, &byte, 1), 1);
    }
    for (int i = 0; i < N_READERS; i++) {
        long long kibibytes = proportional_kibibytes(readers[i].pid, file_name);
        is_told &= kibibytes >= 0;
        sum += kibibytes;
    }
    for (int i = 0; i < N_READERS; i++) {
        close(readers[i].to);
        close(readers[i].from);
        assert_int_equal(child_wait(readers[i].pid), 0);
    }
    if (!is_told) {
        print_message("skipped: /proc does not tell shares of memory (Pss)\n");
        skip();
    }
    print_message("%d readers of %d KiB use %lld KiB together\n", N_READERS, SHARED_BYTES >> 10, sum);
    assert_in_range(sum, (SHARED_BYTES >> 10) * 9 / 10, (SHARED_BYTES >> 10) * 11 / 10);
}

static const char *shared_file(void) {
    static uint8_t bytes[SHARED_BYTES];
    scratch_pattern(bytes, sizeof bytes);
    return scratch_file("mapped-by-four", bytes, sizeof bytes);
}

static void four_readers_of_a_file_use_its_memory_once(void **state) {
    (void)state;
    expect_memory_once(shared_file(), "mapped-by-four");
}

static void four_readers_of_a_share_use_its_memory_once(void **state) {
    (void)state;
    const char *name = share_name("by-four");
    put(name, shared_file(), false);
    expect_memory_once(share_path(name), name);
    assert_int_equal(thrum_share_remove(name, NULL), THRUM_OK);
}

/* ---- a parent and its children ---- */

typedef struct family {
    thrum_mapping *slots;
    size_t child;
} family;

static void write_slot(void *argument) {
    const family *f = argument;
    uint64_t *slots = (uint64_t *)(void *)thrum_mapping_writable(f->slots);
    for (int i = 0; i < 1000; i++)
        slots[f->child] += slots[N_READERS] * (f->child + 1);
}

/* The children read what the parent wrote before they were, and the parent what they wrote. */
static void children_and_parent_exchange_numbers(void **state) {
    (void)state;
    family f = {0};
    pid_t children[N_READERS];
    assert_int_equal(thrum_mapping_anonymous(&f.slots, (N_READERS + 1) * sizeof(uint64_t), NULL), THRUM_OK);
    uint64_t *slots = (uint64_t *)(void *)thrum_mapping_writable(f.slots);
    slots[N_READERS] = 7;
    for (f.child = 0; f.child < N_READERS; f.child++)
        children[f.child] = child_start(write_slot, &f);
    for (size_t i = 0; i < N_READERS; i++) {
        assert_int_equal(child_wait(children[i]), 0);
        assert_int_equal(slots[i], 7000 * (i + 1));
    }
    thrum_mapping_close(f.slots);
}

int main(int argc, char **argv) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_has_the_bytes_of_the_file),
        cmocka_unit_test(an_empty_file_and_a_share_of_a_share),
        cmocka_unit_test(a_pipe_is_copied),
        cmocka_unit_test(a_name_is_replaced_only_on_demand),
        cmocka_unit_test(writes_reach_all_who_map_it),
        cmocka_unit_test(bad_names_and_absent_ones),
        cmocka_unit_test(compressed_inputs_are_expanded),
        cmocka_unit_test(streams_cut_short_are_refused),
        cmocka_unit_test(raw_keeps_the_compressed_bytes),
        cmocka_unit_test(what_does_not_fit_leaves_nothing),
        cmocka_unit_test(what_would_take_all_memory_is_refused),
        cmocka_unit_test(an_unfinished_copy_is_removed),
        cmocka_unit_test(four_readers_of_a_file_use_its_memory_once),
        cmocka_unit_test(four_readers_of_a_share_use_its_memory_once),
        cmocka_unit_test(children_and_parent_exchange_numbers),
    };
    if (argc == 3 && strcmp(argv[1], read_option) == 0)
        return map_and_wait(argv[2]);
    return cmocka_run_group_tests(tests, scratch_create, remove_shares);
}
