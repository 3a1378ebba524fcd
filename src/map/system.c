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
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
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
                          .modified_nanoseconds = from->st_mtim.tv_nsec,
                          .n_links = from->st_nlink,
                          .owner = from->st_uid,
                          .group = from->st_gid};
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

int system_read_at(int descriptor, uint64_t offset, void *bytes, size_t n_bytes, size_t *n_read) {
    *n_read = 0;
    while (*n_read < n_bytes) {
        ssize_t n = pread(descriptor, (uint8_t *)bytes + *n_read, n_bytes - *n_read, (off_t)(offset + *n_read));
        if (n == 0)
            break;
        if (n > 0)
            *n_read += (size_t)n;
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

int system_write_at(int descriptor, uint64_t offset, const void *bytes, size_t n_bytes) {
    size_t n_written = 0;
    while (n_written < n_bytes) {
        ssize_t n =
            pwrite(descriptor, (const uint8_t *)bytes + n_written, n_bytes - n_written, (off_t)(offset + n_written));
        if (n == 0)
            return EIO;
        if (n > 0)
            n_written += (size_t)n;
        else if (errno != EINTR)
            return errno;
    }
    return 0;
}

const char *system_temporary_folder(void) {
    const char *folder = getenv("TMPDIR");
    return folder && *folder ? folder : "/tmp";
}

int system_create_nameless(int *descriptor, const char *folder, unsigned mode) {
#ifdef O_TMPFILE
    return open_retrying(descriptor, folder, O_TMPFILE | O_WRONLY, mode);
#else
    (void)folder, (void)mode;
    *descriptor = -1;
    return EOPNOTSUPP;
#endif
}

int system_name(int descriptor, const char *path) {
    char way[32];
    snprintf(way, sizeof way, "/proc/self/fd/%d", descriptor);
    return linkat(AT_FDCWD, way, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

int system_create_unnamed(int *descriptor, const char *folder) {
    enum { OWNER_ONLY = 0600 };
#ifdef O_TMPFILE
    int failure = open_retrying(descriptor, folder, O_TMPFILE | O_RDWR, OWNER_ONLY);
    /* Old kernels take the flag for that of a directory; not every file system has nameless files. */
    if (failure != EISDIR && failure != EOPNOTSUPP && failure != EINVAL)
        return failure;
#endif
    static const char name[] = "/thrum-XXXXXX";
    size_t n_folder = strlen(folder);
    char *path = malloc(n_folder + sizeof name);
    if (!path)
        return ENOMEM;
    memcpy(path, folder, n_folder);
    memcpy(path + n_folder, name, sizeof name);
    *descriptor = mkostemp(path, O_CLOEXEC);
    int result = *descriptor < 0 ? errno : 0;
    if (result == 0)
        unlink(path);
    free(path);
    return result;
}

int system_truncate(int descriptor, uint64_t n_bytes) {
    int result;
    do
        result = ftruncate(descriptor, (off_t)n_bytes);
    while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

int system_rename(const char *from, const char *to) {
    return rename(from, to) == 0 ? 0 : errno;
}

int system_rename_new(const char *from, const char *to) {
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
    /* A file system that does not know the flag. A second name is only given where there is none yet. */
    int failure = system_link(from, to);
    return failure ? failure : system_remove(from);
}

int system_link(const char *from, const char *to) {
    return link(from, to) == 0 ? 0 : errno;
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

int system_sync(int descriptor) {
    int result;
    do
        result = fsync(descriptor);
    while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

int system_sync_directory(const char *path) {
    const char *slash = strrchr(path, '/');
    char *directory = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    if (!directory)
        return ENOMEM;
    int descriptor;
    int failure = open_retrying(&descriptor, directory, O_RDONLY | O_DIRECTORY, 0);
    free(directory);
    if (failure)
        return failure;
    failure = system_sync(descriptor);
    close(descriptor);
    return failure == EINVAL || failure == EROFS ? 0 : failure;
}

int system_set_owner(int descriptor, unsigned owner, unsigned group) {
    return fchown(descriptor, (uid_t)owner, (gid_t)group) == 0 ? 0 : errno;
}

int system_set_modified(int descriptor, int64_t seconds, int64_t nanoseconds) {
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT},
                                      {.tv_sec = (time_t)seconds, .tv_nsec = (long)nanoseconds}};
    /* Who may write, but is not the owner, may set both times to now and nothing else. */
    return futimens(descriptor, nanoseconds < 0 ? NULL : times) == 0 ? 0 : errno;
}

/* Attributes of the namespaces "security." and "trusted." belong to the system. */
static bool is_of_user(const char *attribute) {
    return strncmp(attribute, "user.", 5) == 0 || strncmp(attribute, "system.posix_acl", 16) == 0;
}

static int copy_attribute(int to, int from, const char *name) {
    ssize_t n_bytes = fgetxattr(from, name, NULL, 0);
    if (n_bytes < 0)
        return errno;
    void *value = malloc((size_t)n_bytes + 1);
    if (!value)
        return ENOMEM;
    n_bytes = fgetxattr(from, name, value, (size_t)n_bytes + 1);
    int failure = n_bytes < 0 || fsetxattr(to, name, value, (size_t)n_bytes, 0) != 0 ? errno : 0;
    free(value);
    return failure;
}

int system_copy_attributes(int to, int from) {
    ssize_t n_bytes = flistxattr(from, NULL, 0);
    if (n_bytes <= 0)
        return n_bytes == 0 || errno == ENOTSUP ? 0 : errno;
    char *names = malloc((size_t)n_bytes);
    if (!names)
        return ENOMEM;
    n_bytes = flistxattr(from, names, (size_t)n_bytes);
    int failure = n_bytes < 0 ? errno : 0;
    for (const char *name = names; !failure && name < names + n_bytes; name += strlen(name) + 1) {
        failure = copy_attribute(to, from, name);
        if (failure != ENOMEM && !is_of_user(name))
            failure = 0;
    }
    free(names);
    return failure;
}

int system_copy(int to, int from, uint64_t n_bytes, uint64_t *n_copied) {
    enum { SCRATCH_BYTES = 1 << 20, AT_ONCE_BYTES = 1 << 30 };
    *n_copied = 0;
    while (*n_copied < n_bytes) {
        uint64_t n_left = n_bytes - *n_copied;
        ssize_t n = copy_file_range(from, NULL, to, NULL, n_left < AT_ONCE_BYTES ? (size_t)n_left : AT_ONCE_BYTES, 0);
        if (n < 0 && errno != EINTR && (*n_copied > 0 || errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
            return errno;
        if (n == 0 || (n < 0 && errno != EINTR))
            break;
        *n_copied += n > 0 ? (uint64_t)n : 0;
    }
    /* File systems that cannot, or files of the kind that say they are empty. */
    char *scratch = *n_copied < n_bytes ? malloc(SCRATCH_BYTES) : NULL;
    int failure = *n_copied < n_bytes && !scratch ? ENOMEM : 0;
    while (!failure && *n_copied < n_bytes) {
        uint64_t n_left = n_bytes - *n_copied;
        size_t n_read;
        failure = system_read(from, scratch, n_left < SCRATCH_BYTES ? (size_t)n_left : SCRATCH_BYTES, &n_read);
        if (!failure && n_read == 0)
            break;
        if (!failure)
            failure = system_write(to, scratch, n_read);
        *n_copied += failure ? 0 : n_read;
    }
    free(scratch);
    return failure;
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

/* ---- shared memory ---- */

enum { SHARE_MODE = 0600, SHARE_PATH_BYTES = 256 };

static int share_open(int *descriptor, const char *object, int flags) {
    char name[SHARE_PATH_BYTES];
    if ((size_t)snprintf(name, sizeof name, "/%s", object) >= sizeof name)
        return ENAMETOOLONG;
    *descriptor = shm_open(name, flags, SHARE_MODE);
    return *descriptor < 0 ? errno : 0;
}

int system_share_open(int *descriptor, const char *object, system_opening opening) {
    struct stat file;
    /* Anybody may put an object under a name that we would choose. */
    int failure = share_open(descriptor, object, opening == SYSTEM_OPEN_READ ? O_RDONLY : O_RDWR);
    if (failure)
        return failure;
    failure = fstat(*descriptor, &file) != 0 ? errno : file.st_uid != geteuid() ? EPERM : 0;
    if (failure) {
        close(*descriptor);
        *descriptor = -1;
    }
    return failure;
}

int system_share_create(int *descriptor, const char *object) {
    int failure = share_open(descriptor, object, O_RDWR | O_CREAT | O_EXCL);
    if (failure)
        return failure;
    /* Between the two calls it is anybody's, and may be taken for one that was left behind. */
    struct stat file;
    failure = system_lock(*descriptor);
    if (!failure)
        failure = fstat(*descriptor, &file) != 0 ? errno : file.st_nlink == 0 ? EEXIST : 0;
    if (failure) {
        close(*descriptor);
        *descriptor = -1;
        if (failure != EEXIST)
            (void)system_share_remove(object);
    }
    return failure;
}

int system_share_rename(const char *from, const char *to, bool replace) {
    char paths[2][SHARE_PATH_BYTES];
    const char *const objects[] = {from, to};
    for (int i = 0; i < 2; i++)
        if ((size_t)snprintf(paths[i], sizeof paths[i], SYSTEM_SHARES_FOLDER "/%s", objects[i]) >= sizeof paths[i])
            return ENAMETOOLONG;
    if (replace)
        return system_rename(paths[0], paths[1]);
    /* A second name is only given where there is none yet. */
    int failure = system_link(paths[0], paths[1]);
    return failure ? failure : system_remove(paths[0]);
}

int system_share_remove(const char *object) {
    char name[SHARE_PATH_BYTES];
    if ((size_t)snprintf(name, sizeof name, "/%s", object) >= sizeof name)
        return ENAMETOOLONG;
    return shm_unlink(name) == 0 ? 0 : errno;
}

int system_lock(int descriptor) {
    int result;
    do
        result = flock(descriptor, LOCK_EX | LOCK_NB);
    while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
}

int system_reserve(int descriptor, uint64_t n_bytes) {
    int failure;
    do
        failure = posix_fallocate(descriptor, 0, (off_t)n_bytes);
    while (failure == EINTR);
    return failure;
}

uint64_t system_user(void) {
    return geteuid();
}

/* ---- memory ---- */

size_t system_page_bytes(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* What a control group of version 2 allows its members, as a container sees its own; UINT64_MAX when it says nothing.
 */
static uint64_t group_memory_bytes(void) {
    char text[32] = "";
    size_t n = 0;
    int descriptor;
    if (system_open(&descriptor, "/sys/fs/cgroup/memory.max", SYSTEM_OPEN_READ) != 0)
        return UINT64_MAX;
    bool is_number = system_read(descriptor, text, sizeof text - 1, &n) == 0 && text[0] >= '0' && text[0] <= '9';
    system_close(descriptor);
    return is_number ? strtoull(text, NULL, 10) : UINT64_MAX;
}

void system_trim_memory(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

uint64_t system_memory_bytes(void) {
    long n_pages = sysconf(_SC_PHYS_PAGES);
    uint64_t n_bytes = n_pages > 0 ? (uint64_t)n_pages * system_page_bytes() : UINT64_C(1) << 30;
    uint64_t allowed = group_memory_bytes();
    return n_bytes < allowed ? n_bytes : allowed;
}

/* The number behind a label in a file of /proc or /sys; UINT64_MAX when there is none. */
static uint64_t number_in(const char *path, const char *label) {
    char text[4096] = "";
    size_t n = 0;
    int descriptor;
    if (system_open(&descriptor, path, SYSTEM_OPEN_READ) != 0)
        return UINT64_MAX;
    int failure = system_read(descriptor, text, sizeof text - 1, &n);
    system_close(descriptor);
    const char *at = failure ? NULL : strstr(text, label);
    if (!at)
        return UINT64_MAX;
    at += strlen(label);
    at += strspn(at, " \t");
    return *at >= '0' && *at <= '9' ? strtoull(at, NULL, 10) : UINT64_MAX;
}

/* A group's use counts what it keeps of files, too, which it gives up first. */
static uint64_t group_available_bytes(void) {
    uint64_t allowed = group_memory_bytes();
    uint64_t used = number_in("/sys/fs/cgroup/memory.current", "");
    uint64_t kept = number_in("/sys/fs/cgroup/memory.stat", "inactive_file");
    if (allowed == UINT64_MAX || used == UINT64_MAX)
        return UINT64_MAX;
    if (kept != UINT64_MAX)
        used -= kept < used ? kept : used;
    return used < allowed ? allowed - used : 0;
}

uint64_t system_available_bytes(void) {
    uint64_t kibibytes = number_in("/proc/meminfo", "MemAvailable:");
    uint64_t in_machine = kibibytes == UINT64_MAX ? UINT64_MAX : kibibytes * 1024;
    uint64_t in_group = group_available_bytes();
    return in_machine < in_group ? in_machine : in_group;
}

bool system_can_spare(uint64_t n_bytes) {
    enum { LEFT_ALONE_SHARE = 16 };
    uint64_t n_available = system_available_bytes(), n_left_alone = system_memory_bytes() / LEFT_ALONE_SHARE;
    return n_available == UINT64_MAX || (n_available >= n_left_alone && n_bytes <= n_available - n_left_alone);
}

static int map(void **bytes, size_t n_bytes, int protection, int flags, int descriptor, off_t offset) {
    void *mapped = mmap(*bytes, n_bytes, protection, flags, descriptor, offset);
    if (mapped == MAP_FAILED)
        return errno;
    *bytes = mapped;
    return 0;
}

/* Maps memory whose byte at n_before lies in a huge page where `offset` lies in one of a file. One huge page too many
 * is mapped, and what is before and after the part that was asked for is given back. */
static int map_aligned(void **bytes, size_t n_bytes, size_t n_before, uint64_t offset, int protection) {
    size_t n_pages_bytes = (n_bytes + system_page_bytes() - 1) / system_page_bytes() * system_page_bytes();
    void *all = NULL;
    *bytes = NULL;
    if (n_pages_bytes < n_bytes || n_pages_bytes > SIZE_MAX - SYSTEM_HUGE_PAGE_BYTES)
        return ENOMEM;
    int failure = map(&all, n_pages_bytes + SYSTEM_HUGE_PAGE_BYTES, protection,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (failure)
        return failure;
    size_t n_unused = (size_t)(offset - n_before - (uintptr_t)all) % SYSTEM_HUGE_PAGE_BYTES;
    char *begin = (char *)all + n_unused;
    if (n_unused > 0)
        munmap(all, n_unused);
    munmap(begin + n_pages_bytes, SYSTEM_HUGE_PAGE_BYTES - n_unused);
    *bytes = begin;
    return 0;
}

/* A mapping with its padding: a page of zeros, the file's pages, and one more page of zeros where the last of the
 * file's has no room for the padding. */
static size_t padded_bytes(size_t n_bytes, size_t n_padding) {
    return system_page_bytes() + n_bytes + n_padding;
}

/* Of a file that the system keeps in large pieces, it maps these pieces whole where they lie as in the file: a fifth of
 * the faults. */
int system_map(void **bytes, int descriptor, uint64_t offset, size_t n_bytes, size_t n_padding, bool writable,
               bool is_private) {
    size_t n_padded = padded_bytes(n_bytes, n_padding);
    void *all = NULL;
    *bytes = NULL;
    if (n_padded < n_bytes)
        return ENOMEM;
    int failure = n_bytes < SYSTEM_HUGE_PAGE_BYTES
                      ? map(&all, n_padded, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
                      : map_aligned(&all, n_padded, system_page_bytes(), offset, PROT_READ);
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

int system_write_back(void *pages, size_t n_bytes) {
    return msync(pages, n_bytes, MS_SYNC) == 0 ? 0 : errno;
}

int system_advise(void *pages, size_t n_bytes, system_advice advice) {
    static const int advices[] = {[SYSTEM_ADVICE_NORMAL] = MADV_NORMAL,
                                  [SYSTEM_ADVICE_SEQUENTIAL] = MADV_SEQUENTIAL,
                                  [SYSTEM_ADVICE_RANDOM] = MADV_RANDOM,
                                  [SYSTEM_ADVICE_WILL_NEED] = MADV_WILLNEED,
                                  [SYSTEM_ADVICE_DONT_NEED] = MADV_DONTNEED};
    return madvise(pages, n_bytes, advices[advice]) == 0 ? 0 : errno;
}

int system_map_huge(void **bytes, size_t n_bytes) {
    int failure = map_aligned(bytes, n_bytes, 0, 0, PROT_READ | PROT_WRITE);
    if (!failure)
        (void)madvise(*bytes, n_bytes, MADV_HUGEPAGE);
    return failure;
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

/* ---- for measurements ---- */

void system_forget_cached(int descriptor) {
    (void)system_sync(descriptor); /* what is not on the disk yet is not forgotten */
    (void)posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
}

int system_resident_bytes(int descriptor, uint64_t n_bytes, uint64_t *n_resident) {
    enum { WINDOW_PAGES = 16 << 10 };
    unsigned char pages[WINDOW_PAGES];
    size_t n_page_bytes = system_page_bytes(), n_window = WINDOW_PAGES * n_page_bytes;
    *n_resident = 0;
    for (uint64_t offset = 0; offset < n_bytes; offset += n_window) {
        size_t n = n_bytes - offset < n_window ? (size_t)(n_bytes - offset) : n_window;
        void *window = NULL;
        int failure = map(&window, n, PROT_READ, MAP_SHARED, descriptor, (off_t)offset);
        if (failure)
            return failure;
        failure = mincore(window, n, pages) == 0 ? 0 : errno;
        munmap(window, n);
        if (failure)
            return failure;
        for (size_t i = 0; i < n; i += n_page_bytes) {
            size_t n_in_page = n - i < n_page_bytes ? n - i : n_page_bytes;
            *n_resident += pages[i / n_page_bytes] & 1 ? n_in_page : 0;
        }
    }
    return 0;
}

int system_stream(FILE **stream, int descriptor, const char *mode) {
    *stream = fdopen(descriptor, mode);
    if (*stream)
        return 0;
    int failure = errno;
    close(descriptor);
    return failure;
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
