#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64

#include "map/system.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "thrum/run.h"

/* ---- files ---- */

static int open_retrying(int *descriptor, const char *path, int flags, unsigned mode) {
    do
        *descriptor = open(path, flags | O_CLOEXEC | O_NOCTTY, (mode_t)mode);
    while (*descriptor < 0 && errno == EINTR);
    return *descriptor < 0 ? errno : 0;
}

int system_open(int *descriptor, const char *path, system_opening opening) {
    static const int flags[] = {
        [SYSTEM_OPEN_READ] = O_RDONLY, [SYSTEM_OPEN_WRITE] = O_WRONLY, [SYSTEM_OPEN_READ_WRITE] = O_RDWR};
    return open_retrying(descriptor, path, flags[opening], 0);
}

int system_create(int *descriptor, const char *path, unsigned mode) {
    return open_retrying(descriptor, path, O_WRONLY | O_CREAT | O_EXCL, mode);
}

int system_duplicate(int *descriptor, int original) {
    *descriptor = fcntl(original, F_DUPFD_CLOEXEC, 3);
    return *descriptor < 0 ? errno : 0;
}

int system_close(int descriptor) {
    /* Linux frees the descriptor even when close is interrupted: a second try could close somebody else's. */
    return close(descriptor) == 0 || errno == EINTR ? 0 : errno;
}

static system_kind kind_of_mode(mode_t mode) {
    return S_ISREG(mode)   ? SYSTEM_REGULAR
           : S_ISDIR(mode) ? SYSTEM_DIRECTORY
           : S_ISLNK(mode) ? SYSTEM_LINK
                           : SYSTEM_OTHER;
}

static int describe(int result, const struct stat *from, system_file *file) {
    if (result != 0)
        return errno;
    *file = (system_file){.kind = kind_of_mode(from->st_mode),
                          .mode = from->st_mode & 07777,
                          .n_bytes = from->st_size > 0 ? (uint64_t)from->st_size : 0,
                          .device = from->st_dev,
                          .inode = from->st_ino,
                          .modified_seconds = from->st_mtim.tv_sec,
                          .modified_nanoseconds = from->st_mtim.tv_nsec};
    return 0;
}

int system_stat(int descriptor, system_file *file) {
    struct stat from;
    return describe(fstat(descriptor, &from), &from, file);
}

int system_stat_path(const char *path, system_file *file) {
    struct stat from;
    return describe(stat(path, &from), &from, file);
}

int system_set_mode(int descriptor, unsigned mode) {
    return fchmod(descriptor, (mode_t)mode) == 0 ? 0 : errno;
}

bool system_is_terminal(int descriptor) {
    return isatty(descriptor) == 1;
}

/* True when a failed read or write may be tried again: after a signal, or after waiting for a descriptor that somebody
 * made non-blocking. */
static bool may_retry(int descriptor, short events) {
    if (errno == EINTR)
        return true;
    if (errno != EAGAIN && errno != EWOULDBLOCK)
        return false;
    struct pollfd waiting = {.fd = descriptor, .events = events};
    return poll(&waiting, 1, -1) >= 0 || errno == EINTR;
}

int system_read(int descriptor, void *bytes, size_t n_bytes, size_t *n_read) {
    *n_read = 0;
    while (*n_read < n_bytes) {
        ssize_t n = read(descriptor, (uint8_t *)bytes + *n_read, n_bytes - *n_read);
        if (n == 0)
            break;
        if (n > 0)
            *n_read += (size_t)n;
        else if (!may_retry(descriptor, POLLIN))
            return errno;
    }
    return 0;
}

int system_write(int descriptor, const void *bytes, size_t n_bytes) {
    const uint8_t *from = bytes;
    while (n_bytes > 0) {
        ssize_t n = write(descriptor, from, n_bytes);
        if (n == 0)
            return EIO;
        if (n > 0) {
            from += n;
            n_bytes -= (size_t)n;
        } else if (!may_retry(descriptor, POLLOUT)) {
            return errno;
        }
    }
    return 0;
}

int system_position(int descriptor, uint64_t *offset) {
    off_t at = lseek(descriptor, 0, SEEK_CUR);
    if (at < 0)
        return errno;
    *offset = (uint64_t)at;
    return 0;
}

int system_seek(int descriptor, uint64_t offset) {
    return lseek(descriptor, (off_t)offset, SEEK_SET) >= 0 ? 0 : errno;
}

int system_rename(const char *from, const char *to) {
    return rename(from, to) == 0 ? 0 : errno;
}

int system_remove(const char *path) {
    return unlink(path) == 0 ? 0 : errno;
}

int system_read_link(char **target, const char *path) {
    size_t capacity = 256;
    for (;;) {
        char *text = malloc(capacity);
        if (!text)
            return ENOMEM;
        ssize_t n = readlink(path, text, capacity);
        if (n >= 0 && (size_t)n < capacity) {
            text[n] = '\0';
            *target = text;
            return 0;
        }
        int failure = errno;
        free(text);
        if (n < 0)
            return failure;
        capacity *= 2;
    }
}

/* ---- directories: a system_directory is the system's DIR under another name ---- */

int system_directory_open(system_directory **directory, const char *path, bool follow) {
    int descriptor;
    int failure = open_retrying(&descriptor, path, O_RDONLY | O_DIRECTORY | (follow ? 0 : O_NOFOLLOW), 0);
    if (failure)
        return failure;
    DIR *stream = fdopendir(descriptor);
    if (!stream) {
        failure = errno;
        close(descriptor);
        return failure;
    }
    *directory = (system_directory *)stream;
    return 0;
}

static system_kind kind_of_entry(unsigned char type) {
    return type == DT_REG       ? SYSTEM_REGULAR
           : type == DT_DIR     ? SYSTEM_DIRECTORY
           : type == DT_LNK     ? SYSTEM_LINK
           : type == DT_UNKNOWN ? SYSTEM_UNKNOWN
                                : SYSTEM_OTHER;
}

int system_directory_next(system_directory *directory, const char **name, system_kind *kind) {
    struct dirent *entry;
    do {
        errno = 0;
        entry = readdir((DIR *)directory);
    } while (entry && (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
    *name = entry ? entry->d_name : NULL;
    *kind = entry ? kind_of_entry(entry->d_type) : SYSTEM_UNKNOWN;
    return entry ? 0 : errno;
}

int system_directory_stat(system_directory *directory, const char *name, system_file *file) {
    struct stat from;
    return describe(fstatat(dirfd((DIR *)directory), name, &from, AT_SYMLINK_NOFOLLOW), &from, file);
}

void system_directory_close(system_directory *directory) {
    if (directory)
        closedir((DIR *)directory);
}

/* ---- memory ---- */

size_t system_page_bytes(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

static int map(void **bytes, size_t n_bytes, int protection, int flags, int descriptor, off_t offset) {
    void *mapped = mmap(*bytes, n_bytes, protection, flags, descriptor, offset);
    if (mapped == MAP_FAILED)
        return errno;
    *bytes = mapped;
    return 0;
}

/* A mapping with its padding: a page of zeros, the file's pages, and one more page of zeros where the last of the
 * file's has no room for the padding. */
static size_t padded_bytes(size_t n_bytes, size_t n_padding) {
    return system_page_bytes() + n_bytes + n_padding;
}

int system_map(void **bytes, int descriptor, uint64_t offset, size_t n_bytes, size_t n_padding, bool writable,
               bool is_private) {
    size_t n_padded = padded_bytes(n_bytes, n_padding);
    void *all = NULL;
    *bytes = NULL;
    if (n_padded < n_bytes)
        return ENOMEM;
    int failure = map(&all, n_padded, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (failure)
        return failure;
    void *pages = (char *)all + system_page_bytes();
    /* A private copy of a file larger than memory is fine as long as little of it is written. */
    failure = map(&pages, n_bytes, PROT_READ | (writable ? PROT_WRITE : 0),
                  (is_private ? MAP_PRIVATE | MAP_NORESERVE : MAP_SHARED) | MAP_FIXED, descriptor, (off_t)offset);
    if (failure)
        munmap(all, n_padded);
    else
        *bytes = pages;
    return failure;
}

void system_unmap_padded(void *bytes, size_t n_bytes, size_t n_padding) {
    munmap((char *)bytes - system_page_bytes(), padded_bytes(n_bytes, n_padding));
}

int system_map_anonymous(void **bytes, size_t n_bytes) {
    *bytes = NULL;
    return map(bytes, n_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

int system_map_zeros(void *pages, size_t n_bytes, bool writable) {
    return map(&pages, n_bytes, PROT_READ | (writable ? PROT_WRITE : 0),
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

void system_unmap(void *bytes, size_t n_bytes) {
    munmap(bytes, n_bytes);
}

void system_advise_huge_pages(void *memory, size_t n_bytes) {
    (void)madvise(memory, n_bytes, MADV_HUGEPAGE);
}

/* ---- signals ---- */

static system_fault_handler *fault_handler;
static struct sigaction previous_action;

static void end_by_default(int signal_number, bool was_sent) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(signal_number, &action, NULL);
    /* A fault comes again on return; a signal that a process sent does not. */
    if (was_sent)
        raise(signal_number);
}

static void on_bus_fault(int signal_number, siginfo_t *info, void *context) {
    int saved_errno = errno;
    bool was_sent = info->si_code <= 0;
    if (info->si_code != BUS_ADRERR || !fault_handler((uintptr_t)info->si_addr)) {
        if (previous_action.sa_flags & SA_SIGINFO)
            previous_action.sa_sigaction(signal_number, info, context);
        else if (previous_action.sa_handler == SIG_DFL || (previous_action.sa_handler == SIG_IGN && !was_sent))
            end_by_default(signal_number, was_sent);
        else if (previous_action.sa_handler != SIG_IGN)
            previous_action.sa_handler(signal_number);
    }
    errno = saved_errno;
}

int system_take_bus_faults(system_fault_handler *handler) {
    /* The handler may run as soon as it is installed, so what it reads is set before. */
    fault_handler = handler;
    if (sigaction(SIGBUS, NULL, &previous_action) != 0)
        return errno;
    struct sigaction action = {.sa_sigaction = on_bus_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
    action.sa_mask = previous_action.sa_mask;
    return sigaction(SIGBUS, &action, NULL) == 0 ? 0 : errno;
}

/* ---- the rest ---- */

double system_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

bool system_random(void *bytes, size_t n_bytes) {
    for (uint8_t *to = bytes; n_bytes > 0;) {
        ssize_t n = getrandom(to, n_bytes, 0);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            to += n;
            n_bytes -= (size_t)n;
        }
    }
    return true;
}

unsigned system_n_processors(void) {
    /* The kernel refuses (EINVAL) a set with less room than the machine has processors. */
    for (int capacity = 1024; capacity <= 1 << 20; capacity *= 4) {
        cpu_set_t *set = CPU_ALLOC(capacity);
        if (!set)
            return 1;
        size_t n_set_bytes = CPU_ALLOC_SIZE(capacity);
        int result = sched_getaffinity(0, n_set_bytes, set);
        int failure = errno;
        int n = result == 0 ? CPU_COUNT_S(n_set_bytes, set) : 0;
        CPU_FREE(set);
        if (result == 0)
            return n > 0 ? (unsigned)n : 1;
        if (failure != EINVAL)
            return 1;
    }
    return 1;
}

unsigned thrum_n_processors(void) {
    return system_n_processors();
}
