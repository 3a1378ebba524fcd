/* What thrum asks of the operating system, all of it: no other file makes a system call.
 *
 * Functions that return int return 0 or an errno value. They carry on after EINTR, wait where a descriptor is
 * non-blocking, and never hand out a descriptor that a child program would inherit. All are thread-safe. */
#ifndef MAP_SYSTEM_H
#define MAP_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- files ---- */

typedef enum system_kind { SYSTEM_REGULAR, SYSTEM_DIRECTORY, SYSTEM_LINK, SYSTEM_OTHER, SYSTEM_UNKNOWN } system_kind;

typedef struct system_file {
    system_kind kind; /* never SYSTEM_UNKNOWN */
    unsigned mode;    /* permission bits */
    uint64_t n_bytes; /* 0 where the file says none */
    uint64_t device, inode;
    int64_t modified_seconds, modified_nanoseconds;
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

int system_rename(const char *from, const char *to);
int system_remove(const char *path);
/* What a symbolic link says, for free(); EINVAL when `path` is no symbolic link. */
int system_read_link(char **target, const char *path);

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

/* ---- memory ---- */

size_t system_page_bytes(void);

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

/* Asks for huge pages behind memory that begins at a multiple of 2 MiB: for big tables that are read at random, where
 * the look-up of small pages costs more than that of the data. Advice: where the system cannot follow it, small pages
 * do. */
void system_advise_huge_pages(void *memory, size_t n_bytes);

/* ---- signals ---- */

/* Deals with a fault at an address, in a signal handler: only atomics and system_map_zeros. False when the address is
 * none of its business. */
typedef bool system_fault_handler(uintptr_t address);

/* Takes SIGBUS. What `handler` declines goes on to the handler that was there before; where that was the default, the
 * process ends as it would have. Call once. */
int system_take_bus_faults(system_fault_handler *handler);

/* ---- the rest ---- */

/* A clock that never goes back, from any beginning. */
double system_seconds(void);
/* Bytes from the system's source of randomness; false when it has none to give. */
bool system_random(void *bytes, size_t n_bytes);
/* Processors that this process may run on, at least 1. */
unsigned system_n_processors(void);

#endif
