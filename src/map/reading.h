/* Ordinary reading and rewriting, by read(2) and by stdio: what mapping is measured against. Paths name files; a file
 * that ends before it should is THRUM_ERROR_CHANGED. */
#ifndef MAP_READING_H
#define MAP_READING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/error.h"

/* Of read(2): large enough that its cost no longer counts, small enough to stay in a core's cache. */
enum { READING_BLOCK_BYTES = 256 << 10, READING_STREAM_BYTES = 64 << 10 };

/* Looks at bytes that were read, which live during the call; false: enough. */
typedef bool reading_take(void *context, const uint8_t *bytes, size_t n_bytes);

/* [offset, offset + n_bytes) of a file. */
thrum_status reading_part(const char *path, uint64_t offset, uint8_t *bytes, size_t n_bytes, thrum_error *error);
/* A whole file: in blocks by read, in blocks by fread. */
thrum_status reading_blocks(const char *path, reading_take *take, void *context, thrum_error *error);
thrum_status reading_stream(const char *path, reading_take *take, void *context, thrum_error *error);
/* The lines of a file from an offset on, with their line feeds, by fseek and getline. */
thrum_status reading_lines(const char *path, uint64_t offset, reading_take *take, void *context, thrum_error *error);

/* A window that moves over the first n_bytes bytes of a file: n_window bytes forward, n_back of them back, and so on
 * while it begins before their end, where it is cut. */
typedef struct reading_walk {
    uint64_t n_bytes;
    size_t n_window, n_back;
} reading_walk;

/* By lseek and read, by fseek and fread. */
thrum_status reading_walk_blocks(const char *path, const reading_walk *walk, reading_take *take, void *context,
                                 thrum_error *error);
thrum_status reading_walk_stream(const char *path, const reading_walk *walk, reading_take *take, void *context,
                                 thrum_error *error);

/* Changes bytes, not their number; returns how often. */
typedef uint64_t reading_edit(uint8_t *bytes, size_t n_bytes);

/* Rewrites a file: read, changed, written to a temporary file beside it, which is brought to the disk and renamed.
 * Whole in memory, or line by line by stdio. *n_changes is the sum of what `edit` returned. */
thrum_status reading_rewrite(const char *path, reading_edit *edit, uint64_t *n_changes, thrum_error *error);
thrum_status reading_rewrite_lines(const char *path, reading_edit *edit, uint64_t *n_changes, thrum_error *error);

/* Copies the first n_bytes bytes of a file, or as many as it has, to a new temporary file in a folder, and brings them
 * to the disk. *copy_path is for free(); the caller removes the file. */
thrum_status reading_copy(char **copy_path, const char *path, uint64_t n_bytes, const char *folder, thrum_error *error);

/* Makes the system forget what it keeps in memory of a file. *n_kept is what it kept all the same. */
thrum_status reading_forget(const char *path, uint64_t n_bytes, uint64_t *n_kept, thrum_error *error);

#endif
