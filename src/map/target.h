/* A file that is going to be changed, and a new file that takes its place. */
#ifndef MAP_TARGET_H
#define MAP_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "map/system.h"
#include "thrum/error.h"

/* A regular file, locked against others that open it as a target. {.descriptor = -1} may be closed. */
typedef struct target {
    const char *path;  /* as the caller named it, for messages */
    char *final_path;  /* behind symbolic links; has a slash in it, so that it is never taken for anything but a file */
    char *backup_path; /* where the old text is to be kept; NULL: nowhere */
    int descriptor;    /* open for reading and writing */
    system_file file;  /* as it was when it was locked */
    bool sync;         /* wait for the disk */
} target;

/* Opens, locks and looks. Refuses what is no regular file, what another process has locked, and a backup that exists
 * already (suffix NULL: none is wanted). `path` must outlive the target. */
thrum_status target_open(target *t, const char *path, const char *backup_suffix, bool sync, thrum_error *error);
/* Compressed files are read as the text in them, in which nothing can be changed. */
thrum_status target_refuse_compressed(const target *t, thrum_error *error);
/* THRUM_ERROR_CHANGED unless the path still leads to the file, and that is as it was when it was locked. */
thrum_status target_check(const target *t, thrum_error *error);
/* Copies the file, as it is now, to the backup path, where it appears whole or not at all. Nothing without one. */
thrum_status target_back_up(const target *t, thrum_error *error);
/* The lock falls. */
void target_close(target *t);

/* --- a new file in its place --- */

typedef struct rewriting rewriting;

/* Opens a temporary file beside a target, which must outlive it. */
thrum_status rewriting_open(rewriting **r, const target *t, thrum_error *error);
/* Appends; small pieces are gathered, large ones go straight to the system. */
thrum_status rewriting_write(rewriting *r, const void *bytes, size_t n_bytes, thrum_error *error);
/* Gives the new file mode, owner and extended attributes of the old one, keeps that under the backup path, and puts the
 * new one in its place. It is freed in any case; after a failure the old file stands where it stood. */
thrum_status rewriting_close(rewriting *r, thrum_error *error);
/* Removes the temporary file. NULL is allowed. */
void rewriting_discard(rewriting *r);

#endif
