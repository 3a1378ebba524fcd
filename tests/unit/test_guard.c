#define _GNU_SOURCE

#include "scratch.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "map/guard.h"
#include "thrum/mapping.h"

/* Each test runs in a child: the guard is for once a process, and cmocka takes SIGBUS for itself in this one. */

enum { FILE_BYTES = 64 * 4096 + 100, N_THREADS = 4, N_ROUNDS = 300, N_RACES = 12 };

static const char *full_file(const char *name) {
    uint8_t *bytes = malloc(FILE_BYTES);
    assert_non_null(bytes);
    memset(bytes, 'x', FILE_BYTES);
    const char *path = scratch_file(name, bytes, FILE_BYTES);
    free(bytes);
    return path;
}

static size_t count_x(const thrum_mapping *mapping) {
    const volatile uint8_t *bytes = thrum_mapping_bytes(mapping);
    size_t n = 0;
    for (size_t i = 0; i < thrum_mapping_n_bytes(mapping); i++)
        n += bytes[i] == 'x';
    return n;
}

static void lose_pages(void *path) {
    thrum_mapping *kept, *lost, *copied;
    thrum_error error;
    CHILD_EXPECT(thrum_mapping_open(&kept, path, THRUM_ACCESS_READ, 0, 4096, NULL) == THRUM_OK);
    CHILD_EXPECT(thrum_mapping_open(&lost, path, THRUM_ACCESS_READ, 5000, THRUM_TO_END, NULL) == THRUM_OK);
    CHILD_EXPECT(thrum_mapping_open(&copied, path, THRUM_ACCESS_COPY, 0, THRUM_TO_END, NULL) == THRUM_OK);
    memset(thrum_mapping_writable(copied), 'x', 3 * 4096);
    signal(SIGBUS, SIG_DFL);
    CHILD_EXPECT(thrum_mapping_guard(&error) == THRUM_OK && thrum_mapping_guard(NULL) == THRUM_OK);
    CHILD_EXPECT(count_x(lost) == FILE_BYTES - 5000);
    CHILD_EXPECT(truncate(path, 2 * 4096) == 0);
    errno = 17;
    CHILD_EXPECT(count_x(lost) == 2 * 4096 - 5000);
    CHILD_EXPECT(errno == 17);
    CHILD_EXPECT(truncate(path, FILE_BYTES) == 0); /* grown again: the size tells nothing any more */
    CHILD_EXPECT(thrum_mapping_check(lost, &error) == THRUM_ERROR_CHANGED);
    CHILD_EXPECT(error.code == THRUM_ERROR_CHANGED && strcmp(error.path, path) == 0);
    CHILD_EXPECT(truncate(path, 2 * 4096) == 0);
    memset(thrum_mapping_writable(copied) + 10 * 4096, 'y', 4096);
    CHILD_EXPECT(thrum_mapping_bytes(copied)[10 * 4096] == 'y');
    CHILD_EXPECT(thrum_mapping_check(copied, NULL) == THRUM_ERROR_CHANGED);
    CHILD_EXPECT(count_x(kept) == 4096);
    thrum_mapping_close(copied);
    thrum_mapping_close(lost);
    thrum_mapping_close(kept);
    CHILD_EXPECT(thrum_mapping_open(&kept, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL) == THRUM_OK);
    CHILD_EXPECT(thrum_mapping_check(kept, NULL) == THRUM_OK); /* the mark does not stay on the slot */
    thrum_mapping_close(kept);
}

static void test_lost_pages(void **state) {
    (void)state;
    assert_int_equal(child_run(lose_pages, (void *)full_file("lost")), 0);
}

/* A file outside the registry whose page is lost, touched. */
static void touch_foreign_page(const char *path) {
    int descriptor = open(path, O_RDWR);
    CHILD_EXPECT(descriptor >= 0);
    const volatile uint8_t *bytes = mmap(NULL, FILE_BYTES, PROT_READ, MAP_SHARED, descriptor, 0);
    CHILD_EXPECT(bytes != MAP_FAILED && ftruncate(descriptor, 0) == 0);
    (void)bytes[8192];
}

static void on_bus_info(int number, siginfo_t *info, void *context) {
    _exit(number == SIGBUS && info->si_code == BUS_ADRERR && context ? 42 : 1);
}

static void on_bus_plain(int number) {
    _exit(number == SIGBUS ? 43 : 1);
}

static void foreign_to_info_handler(void *path) {
    struct sigaction action = {.sa_sigaction = on_bus_info, .sa_flags = SA_SIGINFO};
    CHILD_EXPECT(sigaction(SIGBUS, &action, NULL) == 0 && thrum_mapping_guard(NULL) == THRUM_OK);
    touch_foreign_page(path);
}

static void foreign_to_plain_handler(void *path) {
    CHILD_EXPECT(signal(SIGBUS, on_bus_plain) != SIG_ERR && thrum_mapping_guard(NULL) == THRUM_OK);
    touch_foreign_page(path);
}

static void foreign_to_default(void *path) {
    CHILD_EXPECT(signal(SIGBUS, SIG_DFL) != SIG_ERR && thrum_mapping_guard(NULL) == THRUM_OK);
    touch_foreign_page(path);
}

static void foreign_to_ignored(void *path) {
    CHILD_EXPECT(signal(SIGBUS, SIG_IGN) != SIG_ERR && thrum_mapping_guard(NULL) == THRUM_OK);
    raise(SIGBUS);            /* a signal that was sent can be ignored, */
    touch_foreign_page(path); /* a fault cannot */
}

static void sent_to_default(void *path) {
    (void)path;
    CHILD_EXPECT(signal(SIGBUS, SIG_DFL) != SIG_ERR && thrum_mapping_guard(NULL) == THRUM_OK);
    raise(SIGBUS);
}

static void test_foreign_faults(void **state) {
    (void)state;
    int status = child_run(foreign_to_info_handler, (void *)full_file("foreign"));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 42);
    status = child_run(foreign_to_plain_handler, (void *)full_file("foreign"));
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 43);
    status = child_run(foreign_to_default, (void *)full_file("foreign"));
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
    status = child_run(foreign_to_ignored, (void *)full_file("foreign"));
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
    status = child_run(sent_to_default, NULL);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

static void truncate_soon(void *path) {
    usleep((useconds_t)(getpid() % 7) * 150);
    CHILD_EXPECT(truncate(path, 4096) == 0);
}

static void *scan(void *mapping) {
    size_t n_lost = 0;
    for (int i = 0; i < 5; i++)
        n_lost += thrum_mapping_n_bytes(mapping) - count_x(mapping);
    return n_lost ? mapping : NULL;
}

/* Threads scan while another process truncates: every result is whole or flagged. */
static void race(void *path) {
    thrum_mapping *mapping;
    signal(SIGBUS, SIG_DFL);
    CHILD_EXPECT(thrum_mapping_guard(NULL) == THRUM_OK);
    CHILD_EXPECT(thrum_mapping_open(&mapping, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL) == THRUM_OK);
    pid_t child = fork();
    CHILD_EXPECT(child >= 0);
    if (child == 0) {
        truncate_soon(path);
        _exit(0);
    }
    pthread_t threads[N_THREADS];
    bool was_lost = false;
    for (int i = 0; i < N_THREADS; i++)
        CHILD_EXPECT(pthread_create(&threads[i], NULL, scan, mapping) == 0);
    for (int i = 0; i < N_THREADS; i++) {
        void *lost;
        CHILD_EXPECT(pthread_join(threads[i], &lost) == 0);
        was_lost = was_lost || lost;
    }
    CHILD_EXPECT(!was_lost || thrum_mapping_check(mapping, NULL) == THRUM_ERROR_CHANGED);
    int status;
    CHILD_EXPECT(waitpid(child, &status, 0) == child && status == 0);
    CHILD_EXPECT(thrum_mapping_check(mapping, NULL) == THRUM_ERROR_CHANGED);
    thrum_mapping_close(mapping);
}

static void test_truncation_race(void **state) {
    (void)state;
    if (UNDER_THREAD_SANITIZER) /* takes the handler's change of pages for a write to what others read */
        skip();
    for (int i = 0; i < N_RACES; i++)
        assert_int_equal(child_run(race, (void *)full_file("raced")), 0);
}

/* Opens, loses and closes mappings of a file of its own, while others do the same. */
static void *churn(void *path) {
    for (int i = 0; i < N_ROUNDS; i++) {
        thrum_mapping *whole, *lost;
        CHILD_EXPECT(truncate(path, FILE_BYTES) == 0);
        CHILD_EXPECT(thrum_mapping_open(&lost, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL) == THRUM_OK);
        CHILD_EXPECT(truncate(path, 4096) == 0);
        CHILD_EXPECT(thrum_mapping_open(&whole, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, NULL) == THRUM_OK);
        (void)((const volatile uint8_t *)thrum_mapping_bytes(lost))[5 * 4096];
        CHILD_EXPECT(thrum_mapping_check(lost, NULL) == THRUM_ERROR_CHANGED);
        CHILD_EXPECT(thrum_mapping_check(whole, NULL) == THRUM_OK);
        thrum_mapping_close(lost);
        thrum_mapping_close(whole);
    }
    return NULL;
}

static void churn_in_threads(void *unused) {
    (void)unused;
    pthread_t threads[N_THREADS];
    char paths[N_THREADS][PATH_MAX];
    signal(SIGBUS, SIG_DFL);
    CHILD_EXPECT(thrum_mapping_guard(NULL) == THRUM_OK);
    for (int i = 0; i < N_THREADS; i++) {
        char name[32];
        snprintf(name, sizeof name, "churn%d", i);
        snprintf(paths[i], sizeof paths[i], "%s", full_file(name));
        CHILD_EXPECT(pthread_create(&threads[i], NULL, churn, paths[i]) == 0);
    }
    for (int i = 0; i < N_THREADS; i++)
        CHILD_EXPECT(pthread_join(threads[i], NULL) == 0);
}

static void test_churn(void **state) {
    (void)state;
    assert_int_equal(child_run(churn_in_threads, NULL), 0);
}

static void *register_many(void *unused) {
    enum { N_SLOTS = 500 };
    static _Thread_local guard_slot *slots[N_SLOTS];
    (void)unused;
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < N_SLOTS; i++)
            CHILD_EXPECT((slots[i] = guard_register((void *)4096, 4096, false)) != NULL);
        for (int i = 0; i < N_SLOTS; i++)
            guard_release(slots[i]);
    }
    return NULL;
}

/* Distinct slots for all who hold one, given out again when released. */
static void fill_registry(void *unused) {
    enum { N_SLOTS = 20000 };
    static guard_slot *slots[N_SLOTS];
    (void)unused;
    pthread_t threads[N_THREADS];
    for (int i = 0; i < N_THREADS; i++)
        CHILD_EXPECT(pthread_create(&threads[i], NULL, register_many, NULL) == 0);
    for (int i = 0; i < N_THREADS; i++)
        CHILD_EXPECT(pthread_join(threads[i], NULL) == 0);
    for (int i = 0; i < N_SLOTS; i++)
        CHILD_EXPECT((slots[i] = guard_register((void *)4096, 4096, false)) != NULL && !guard_lost(slots[i]));
    guard_slot *last = slots[N_SLOTS - 1];
    guard_release(last);
    CHILD_EXPECT(guard_register((void *)4096, 1, true) == last);
    for (int i = 0; i < N_SLOTS; i++)
        guard_release(slots[i]);
    guard_release(NULL);
}

static void test_registry(void **state) {
    (void)state;
    assert_int_equal(child_run(fill_registry, NULL), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lost_pages),      cmocka_unit_test(test_foreign_faults),
        cmocka_unit_test(test_truncation_race), cmocka_unit_test(test_churn),
        cmocka_unit_test(test_registry),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
