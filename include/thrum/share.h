/* Named copies of inputs in shared memory, for any number of processes.
 *
 * A share is a copy of a file's bytes, or of what a pipe said, that stays in memory until it is removed or the machine
 * goes down. Wherever a path is read, "shm:NAME" stands for it: opening maps the copy itself, so that all who read it
 * together use its memory once. A file that is really called so is reached as "./shm:NAME".
 *
 * Shares belong to the user that the process acts for: others neither see nor read them, and may use the same names. A
 * name has 1 to 64 of the characters A-Z a-z 0-9 . _ - and begins with none of the last three; another one is
 * THRUM_ERROR_ARGUMENT everywhere. On Linux a share is the POSIX shared memory object "/thrum-USER-NAME", mode 0600. */
#ifndef THRUM_SHARE_H
#define THRUM_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/error.h"

/* What a path that names a share begins with. */
#define THRUM_SHARE_PREFIX "shm:"

enum { THRUM_SHARE_MOST_NAME_BYTES = 64 };

typedef struct thrum_share {
    char name[THRUM_SHARE_MOST_NAME_BYTES + 1];
    uint64_t n_bytes;
    int64_t written_seconds; /* since 1970 (UTC): when the copy was made, or last written to through a mapping */
} thrum_share;

/* Initialise with {0}. */
typedef struct thrum_share_options {
    bool replace; /* takes the place of a share of that name; who reads the old one keeps it until it is closed */
    bool raw;     /* compressed bytes are copied as they are */
} thrum_share_options;

/* Copies what stands at a path (a file, "-", a pipe, another share) into shared memory under a name. Compressed with
 * gzip, bzip2, xz or zstd, as its first bytes tell, it is expanded; in a build that cannot do so that is
 * THRUM_ERROR_ARGUMENT. The name appears when the copy is complete, never before: until then, and after a failure,
 * whatever had the name still has it, and there is no trace of the new copy. A name that is taken is an error with
 * system_errno EEXIST unless options->replace. *n_bytes (may be NULL) becomes the size of the copy. Thread-safe; of
 * two that put the same name, one wins. */
THRUM_API thrum_status thrum_share_put(const char *name, const char *path, const thrum_share_options *options,
                                       uint64_t *n_bytes, thrum_error *error);

/* All shares of the user in bytewise order of their names. The caller gives *shares, which is NULL when there are
 * none, to free(). Thread-safe. */
THRUM_API thrum_status thrum_share_list(thrum_share **shares, size_t *n_shares, thrum_error *error);

/* Takes the name away; the memory goes when the last who reads it is done. Without such a share system_errno is
 * ENOENT. Thread-safe. */
THRUM_API thrum_status thrum_share_remove(const char *name, thrum_error *error);

/* True when this build expands compressed inputs. */
THRUM_API bool thrum_share_expands(void);

#endif
