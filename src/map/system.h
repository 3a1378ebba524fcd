/* What thrum asks of the operating system, all of it: no other file makes a system call.
 *
 * Functions that return int return 0 or an errno value. They carry on after EINTR, wait where a descriptor is
 * non-blocking, and never hand out a descriptor that a child program would inherit. All are thread-safe. */
#ifndef MAP_SYSTEM_H
#define MAP_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- files ---- */

typedef enum system_kind { SYSTEM_REGULAR, SYSTEM_DIRECTORY, SYSTEM_LINK, SYSTEM_OTHER, SYSTEM_UNKNOWN } system_kind;

typedef struct system_file {
    system_kind kind; /* never SYSTEM_UNKNOWN */
    unsigned mode;    /* permission bits */
    uint64_t n_bytes; /* 0 where the file says none */
    uint64_t device, inode;
    int64_t modified_seconds, modified_nanoseconds;
    uint64_t n_links; /* names that it has */
    unsigned owner, group;
} system_file;

enum { SYSTEM_STANDARD_INPUT = 0, SYSTEM_STANDARD_OUTPUT = 1 };

typedef enum system_opening { SYSTEM_OPEN_READ, SYSTEM_OPEN_WRITE, SYSTEM_OPEN_READ_WRITE } system_opening;

/* Opens what exists. Waits for the other side of a named pipe. */
int system_open(int *descriptor, const char *path, system_opening opening);
/* Makes a new file for writing, EEXIST when there is one; `mode` is lessened by the process's umask. */
int system_create(int *descriptor, const char *path, unsigned mode);
int system_duplicate(int *descriptor, int original);
/* The descriptor is gone in any case; the result tells of writes that failed late. */
int system_close(int descriptor);

int system_stat(int descriptor, system_file *file);
/* Follows symbolic links. */
int system_stat_path(const char *path, system_file *file);
int system_set_mode(int descriptor, unsigned mode);
bool system_is_terminal(int descriptor);

/* Reads until n_bytes are there or the file ends; fewer than asked means the end. */
int system_read(int descriptor, void *bytes, size_t n_bytes, size_t *n_read);
/* Writes all of it. */
int system_write(int descriptor, const void *bytes, size_t n_bytes);
/* Where the next read begins; ESPIPE for what has no places. */
int system_position(int descriptor, uint64_t *offset);
int system_seek(int descriptor, uint64_t offset);

/* The same at a place of its own, for files that several threads read or write. */
int system_read_at(int descriptor, uint64_t offset, void *bytes, size_t n_bytes, size_t *n_read);
int system_write_at(int descriptor, uint64_t offset, const void *bytes, size_t n_bytes);

/* $TMPDIR, or /tmp. */
const char *system_temporary_folder(void);
/* A file without a name in a folder, for writing: gone with its descriptor, however the process ends, unless it is
 * given a name. Not every system and file system has such files. */
int system_create_nameless(int *descriptor, const char *folder, unsigned mode);
/* Gives it one, for which /proc is needed; EEXIST when there is something under it. */
int system_name(int descriptor, const char *path);
/* A file without a name, for reading and writing: gone with its descriptor, however the process ends. */
int system_create_unnamed(int *descriptor, const char *folder);

/* Gives a file its size; where it was shorter, without room for it on the disk (see system_reserve). */
int system_truncate(int descriptor, uint64_t n_bytes);

int system_rename(const char *from, const char *to);
/* EEXIST when there is something under the new name. */
int system_rename_new(const char *from, const char *to);
/* Gives a file one more name; EEXIST when there is something under it. */
int system_link(const char *from, const char *to);
int system_remove(const char *path);
/* What a symbolic link says, for free(); EINVAL when `path` is no symbolic link. */
int system_read_link(char **target, const char *path);

/* Waits until what was written to a file, also through memory, is on the disk. */
int system_sync(int descriptor);
/* The same for the names in the directory of a path; nothing where directories cannot be synced. */
int system_sync_directory(const char *path);
int system_set_owner(int descriptor, unsigned owner, unsigned group);
/* The time of its last change; -1 as nanoseconds: now, which others than its owner may set too. */
int system_set_modified(int descriptor, int64_t seconds, int64_t nanoseconds);
/* Copies the extended attributes, access control lists among them. Those that only the system may set are left out when
 * it does not let us. */
int system_copy_attributes(int to, int from);
/* Copies n_bytes bytes from where the descriptors stand, by sharing them on the disk where the file system can. Fewer
 * when `from` ends before. */
int system_copy(int to, int from, uint64_t n_bytes, uint64_t *n_copied);

/* ---- directories ---- */

typedef struct system_directory system_directory;

/* With follow, `path` may be a symbolic link to a directory; without, ENOTDIR or ELOOP. */
int system_directory_open(system_directory **directory, const char *path, bool follow);
/* The next entry in any order, "." and ".." left out; *name is NULL after the last and lives until the next call. The
 * kind is that of the entry itself, SYSTEM_UNKNOWN where the file system does not tell. */
int system_directory_next(system_directory *directory, const char **name, system_kind *kind);
/* Does not follow symbolic links. */
int system_directory_stat(system_directory *directory, const char *name, system_file *file);
void system_directory_close(system_directory *directory);

/* ---- shared memory: objects of shm_open, which every process of the machine can open by name ---- */

/* Where Linux shows the objects as files. An object's name here is that of its file. */
#define SYSTEM_SHARES_FOLDER "/dev/shm"

/* ENOENT without such an object; EPERM when it belongs to another user. */
int system_share_open(int *descriptor, const char *object, system_opening opening);
/* Makes a new object for writing that only its user may open, and locks it; EEXIST when there is one. */
int system_share_create(int *descriptor, const char *object);
/* Gives an object its final name at once, in the place of the one that has it or, without `replace`, EEXIST. */
int system_share_rename(const char *from, const char *to, bool replace);
int system_share_remove(const char *object);
/* Takes the lock of an open file, which falls with the descriptor; EWOULDBLOCK when somebody has it. */
int system_lock(int descriptor);
/* Makes a file at least n_bytes long, with room for all of them; ENOSPC where there is none. */
int system_reserve(int descriptor, uint64_t n_bytes);
/* The number of the user that the process acts for. */
uint64_t system_user(void);

/* ---- memory ---- */

size_t system_page_bytes(void);
/* The memory that this process may count on: the machine's, or what its container allows it. */
uint64_t system_memory_bytes(void);
/* Gives back to the system what was freed and kept for the next allocation: for those who promised to stay within some
 * memory and have just freed large pieces. Costs more than an allocation. */
void system_trim_memory(void);
/* What of it is not in use, or can be freed at once; UINT64_MAX where the system does not tell. */
uint64_t system_available_bytes(void);
/* True when n_bytes more can be taken and a sixteenth of the memory is left to others: who takes all of it has the
 * system kill processes. True where the system does not tell. */
bool system_can_spare(uint64_t n_bytes);

/* Maps a part of a file: read-only and shared, or writable and shared, or writable and private. The offset is a
 * multiple of the page size, n_bytes > 0. n_padding further bytes (less than a page) can be read before and after them:
 * zeros before, and after where the file ends. */
int system_map(void **bytes, int descriptor, uint64_t offset, size_t n_bytes, size_t n_padding, bool writable,
               bool is_private);
/* Undoes system_map, given the same sizes. */
void system_unmap_padded(void *bytes, size_t n_bytes, size_t n_padding);
/* Zeroed memory, shared with the children that the process forks later. */
int system_map_anonymous(void **bytes, size_t n_bytes);
/* Puts private zeros in the place of whole pages that are mapped. For use in a signal handler too. */
int system_map_zeros(void *pages, size_t n_bytes, bool writable);
void system_unmap(void *bytes, size_t n_bytes);

/* Writes what was changed in shared pages of a file back to it, and waits for it. */
int system_write_back(void *pages, size_t n_bytes);

typedef enum system_advice {
    SYSTEM_ADVICE_NORMAL,
    SYSTEM_ADVICE_SEQUENTIAL,
    SYSTEM_ADVICE_RANDOM,
    SYSTEM_ADVICE_WILL_NEED,
    SYSTEM_ADVICE_DONT_NEED /* private changes are lost */
} system_advice;

/* How the pages will be used. */
int system_advise(void *pages, size_t n_bytes, system_advice advice);

enum { SYSTEM_HUGE_PAGE_BYTES = 2 << 20 };

/* Zeroed memory of the process's own, a multiple of SYSTEM_HUGE_PAGE_BYTES, in huge pages: for big tables that are read
 * at random, where the look-up of small pages costs more than that of the data. Where the system has none to give,
 * small pages do. Undone by system_unmap. */
int system_map_huge(void **bytes, size_t n_bytes);

/* ---- signals ---- */

/* Deals with a fault at an address, in a signal handler: only atomics and system_map_zeros. False when the address is
 * none of its business. */
typedef bool system_fault_handler(uintptr_t address);

/* Takes SIGBUS. What `handler` declines goes on to the handler that was there before; where that was the default, the
 * process ends as it would have. Call once. */
int system_take_bus_faults(system_fault_handler *handler);

/* ---- for measurements ---- */

/* Asks the system to forget what it keeps in memory of a file, once that is on the disk. Advice. */
void system_forget_cached(int descriptor);
/* How many of a file's first n_bytes bytes the system holds in memory, in whole pages; all, where it does not tell. */
int system_resident_bytes(int descriptor, uint64_t n_bytes, uint64_t *n_resident);
/* A stdio stream for "r" or "w" over a descriptor, which is the stream's from then on and closed after a failure. */
int system_stream(FILE **stream, int descriptor, const char *mode);

/* ---- the rest ---- */

/* A clock that never goes back, from any beginning. */
double system_seconds(void);
/* Bytes from the system's source of randomness; false when it has none to give. */
bool system_random(void *bytes, size_t n_bytes);
/* Processors that this process may run on, at least 1. */
unsigned system_n_processors(void);

#endif
