/* Changing a file under a lock.
 *
 * The lock is flock's: it belongs to the open file, falls with the process however that ends, and concerns only those
 * who ask for it. A file that is replaced by a rename takes its lock with it, so after locking the path is looked at
 * once more: only when it still leads to the locked file are later ones kept out by the lock. File systems without
 * locks are taken as they are; there the journal, of which only one can be made, and the look at size and time before
 * the first change have to do. */
#include "map/target.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "map/beside.h"
#include "map/expand.h"
#include "map/share.h"

enum { MOST_TRIES = 10, OWNER_ONLY = 0600 };

static thrum_status refuse(const target *t, thrum_error *error, const char *why) {
    return error_set(error, THRUM_ERROR_ARGUMENT, t->path, "%s", why);
}

static bool is_same_file(const system_file *a, const system_file *b) {
    return a->device == b->device && a->inode == b->inode;
}

static int lock(int descriptor) {
    int failure = system_lock(descriptor);
    return failure == ENOSYS || failure == EOPNOTSUPP || failure == ENOLCK ? 0 : failure;
}

/* Opens and locks whatever the path leads to. EAGAIN when it leads elsewhere by then. */
static int open_once(target *t) {
    system_file now;
    int failure = system_open(&t->descriptor, t->final_path, SYSTEM_OPEN_READ_WRITE);
    if (!failure && (failure = lock(t->descriptor)) == 0)
        failure = system_stat(t->descriptor, &t->file);
    if (!failure) {
        failure = system_stat_path(t->final_path, &now);
        failure = failure == ENOENT || (!failure && !is_same_file(&now, &t->file)) ? EAGAIN : failure;
    } else if (failure == EWOULDBLOCK) {
        failure = EBUSY;
    }
    if (failure && t->descriptor >= 0) {
        (void)system_close(t->descriptor);
        t->descriptor = -1;
    }
    return failure;
}

/* With a slash in it, a path is nothing but a path. */
static int resolve(target *t) {
    char *resolved;
    int failure = beside_resolve(&resolved, t->path);
    if (failure)
        return failure;
    t->final_path = resolved;
    if (strchr(resolved, '/'))
        return 0;
    t->final_path = beside_name("./", resolved, "", "");
    free(resolved);
    return t->final_path ? 0 : ENOMEM;
}

static thrum_status open_locked(target *t, thrum_error *error) {
    system_file file;
    if (share_is_path(t->path))
        return refuse(t, error, "a share cannot be replaced in: do it in its file, and put it again");
    int failure = system_stat_path(t->path, &file);
    if (!failure && file.kind != SYSTEM_REGULAR)
        return refuse(t, error, "only a regular file can be changed");
    if (!failure)
        failure = resolve(t);
    int opened = failure ? failure : EAGAIN;
    for (int i = 0; i < MOST_TRIES && opened == EAGAIN; i++)
        opened = open_once(t);
    if (opened == EBUSY || opened == EAGAIN)
        return error_set(error, THRUM_ERROR_CHANGED, t->path, "another process is changing it");
    return opened ? error_system(error, opened, t->path, "cannot open for writing") : THRUM_OK;
}

thrum_status target_refuse_compressed(const target *t, thrum_error *error) {
    uint8_t first[EXPAND_SNIFF_BYTES];
    size_t n_read;
    int failure = system_read(t->descriptor, first, sizeof first, &n_read);
    if (failure)
        return error_system(error, failure, t->path, "cannot read");
    if (expand_is_built() && expand_sniff(first, n_read))
        return refuse(t, error, "it is compressed: expand it first");
    return THRUM_OK;
}

static thrum_status cannot_keep(const target *t, int failure, thrum_error *error) {
    return error_system(error, failure, t->path, "cannot keep the old text in %s", t->backup_path);
}

static thrum_status choose_backup(target *t, const char *suffix, thrum_error *error) {
    if (!suffix)
        return THRUM_OK;
    if (!*suffix || strchr(suffix, '/'))
        return refuse(t, error, "the suffix of a backup is some characters without a slash");
    size_t n_path = strlen(t->final_path), n_suffix = strlen(suffix);
    t->backup_path = malloc(n_path + n_suffix + 1);
    if (!t->backup_path)
        return error_memory(error);
    memcpy(t->backup_path, t->final_path, n_path);
    memcpy(t->backup_path + n_path, suffix, n_suffix + 1);
    char *target_of_link;
    int failure = system_read_link(&target_of_link, t->backup_path);
    if (!failure)
        free(target_of_link);
    if (failure == ENOENT)
        return THRUM_OK;
    return cannot_keep(t, failure && failure != EINVAL ? failure : EEXIST, error);
}

thrum_status target_open(target *t, const char *path, const char *backup_suffix, bool sync, thrum_error *error) {
    *t = (target){.path = path, .descriptor = -1, .sync = sync};
    thrum_status status = open_locked(t, error);
    if (status == THRUM_OK)
        status = choose_backup(t, backup_suffix, error);
    if (status != THRUM_OK)
        target_close(t);
    return status;
}

thrum_status target_check(const target *t, thrum_error *error) {
    system_file held, now;
    int failure = system_stat(t->descriptor, &held);
    if (!failure)
        failure = system_stat_path(t->final_path, &now);
    if (failure && failure != ENOENT)
        return error_system(error, failure, t->path, "cannot tell whether the file changed");
    if (!failure && is_same_file(&held, &now) && held.n_bytes == t->file.n_bytes &&
        held.modified_seconds == t->file.modified_seconds && held.modified_nanoseconds == t->file.modified_nanoseconds)
        return THRUM_OK;
    return error_set(error, THRUM_ERROR_CHANGED, t->path, "the file changed while it was in use");
}

void target_close(target *t) {
    if (t->descriptor >= 0)
        (void)system_close(t->descriptor);
    free(t->final_path);
    free(t->backup_path);
    *t = (target){.descriptor = -1};
}

/* --- a new file beside it ----------------------------------------------------------------------------------------- */

/* What makes a file the other's twin, but for its text. The attributes come after the text, which some do not outlive;
 * the mode comes last, because a change of owner takes bits away and an access control list sets others. */
static int take_over(int descriptor, const target *t) {
    system_file made;
    int failure = system_stat(descriptor, &made);
    if (!failure && (made.owner != t->file.owner || made.group != t->file.group))
        failure = system_set_owner(descriptor, t->file.owner, t->file.group);
    if (!failure)
        failure = system_copy_attributes(descriptor, t->descriptor);
    return failure ? failure : system_set_mode(descriptor, t->file.mode);
}

static int copy_text(int to, const target *t) {
    uint64_t n_copied;
    int failure = system_seek(t->descriptor, 0);
    if (!failure)
        failure = system_copy(to, t->descriptor, t->file.n_bytes, &n_copied);
    return !failure && n_copied < t->file.n_bytes ? EIO : failure;
}

thrum_status target_back_up(const target *t, thrum_error *error) {
    char *temporary_path = NULL;
    int descriptor = -1;
    if (!t->backup_path)
        return THRUM_OK;
    int failure = beside_create_nameless(&descriptor, &temporary_path, t->final_path, OWNER_ONLY);
    if (!failure && (failure = copy_text(descriptor, t)) == 0 && (failure = take_over(descriptor, t)) == 0)
        failure = system_set_modified(descriptor, t->file.modified_seconds, t->file.modified_nanoseconds);
    if (!failure && t->sync)
        failure = system_sync(descriptor);
    if (!failure)
        failure = beside_name_file(descriptor, &temporary_path, t->final_path);
    int close_failure = descriptor >= 0 ? system_close(descriptor) : 0;
    if (!failure)
        failure = close_failure;
    if (!failure)
        failure = system_rename_new(temporary_path, t->backup_path);
    if (failure && temporary_path)
        (void)system_remove(temporary_path);
    free(temporary_path);
    if (!failure && t->sync)
        failure = system_sync_directory(t->backup_path);
    return failure ? cannot_keep(t, failure, error) : THRUM_OK;
}

/* Long stretches go straight from the mapping to the file. Having the system copy them (copy_file_range) is no faster
 * where it cannot share them on the disk, and that it can only at whole blocks: 100 MB within the page cache of ext4 in
 * 44 ms instead of 27. */
enum { BUFFER_BYTES = 1 << 20, DIRECT_BYTES = 64 << 10 };

struct rewriting {
    const target *target;
    int descriptor;
    char *temporary_path;
    size_t n_buffered;
    char buffer[BUFFER_BYTES];
};

static thrum_status cannot_rewrite(const rewriting *r, int failure, thrum_error *error) {
    return error_system(error, failure, r->target->path, "cannot write the new file");
}

thrum_status rewriting_open(rewriting **r, const target *t, thrum_error *error) {
    *r = NULL;
    rewriting *made = malloc(sizeof *made);
    if (!made)
        return error_memory(error);
    made->target = t;
    made->descriptor = -1;
    made->temporary_path = NULL;
    made->n_buffered = 0;
    int failure = beside_create_nameless(&made->descriptor, &made->temporary_path, t->final_path, OWNER_ONLY);
    if (failure) {
        thrum_status status = cannot_rewrite(made, failure, error);
        rewriting_discard(made);
        return status;
    }
    *r = made;
    return THRUM_OK;
}

static int flush(rewriting *r) {
    size_t n_bytes = r->n_buffered;
    r->n_buffered = 0;
    return system_write(r->descriptor, r->buffer, n_bytes);
}

thrum_status rewriting_write(rewriting *r, const void *bytes, size_t n_bytes, thrum_error *error) {
    int failure = 0;
    if (n_bytes >= DIRECT_BYTES || n_bytes > BUFFER_BYTES - r->n_buffered)
        failure = flush(r);
    if (!failure && n_bytes >= DIRECT_BYTES) {
        failure = system_write(r->descriptor, bytes, n_bytes);
    } else if (!failure && n_bytes > 0) {
        memcpy(r->buffer + r->n_buffered, bytes, n_bytes);
        r->n_buffered += n_bytes;
    }
    return failure ? cannot_rewrite(r, failure, error) : THRUM_OK;
}

/* A second name is the cheapest backup; file systems without them get a copy. */
static thrum_status keep_old(const target *t, thrum_error *error) {
    int failure = system_link(t->final_path, t->backup_path);
    if (!failure)
        return THRUM_OK;
    if (failure == EEXIST)
        return cannot_keep(t, failure, error);
    return target_back_up(t, error);
}

static thrum_status complete(rewriting *r, thrum_error *error) {
    int failure = flush(r);
    if (failure)
        return cannot_rewrite(r, failure, error);
    failure = take_over(r->descriptor, r->target);
    if (failure)
        return error_system(error, failure, r->target->path, "cannot keep its owner, mode and attributes");
    failure = r->target->sync ? system_sync(r->descriptor) : 0;
    if (!failure)
        failure = beside_name_file(r->descriptor, &r->temporary_path, r->target->final_path);
    int close_failure = system_close(r->descriptor);
    r->descriptor = -1;
    if (!failure)
        failure = close_failure;
    return failure ? cannot_rewrite(r, failure, error) : THRUM_OK;
}

thrum_status rewriting_close(rewriting *r, thrum_error *error) {
    const target *t = r->target;
    thrum_status status = complete(r, error);
    if (status == THRUM_OK)
        status = target_check(t, error);
    bool is_kept = false;
    if (status == THRUM_OK && t->backup_path) {
        status = keep_old(t, error);
        is_kept = status == THRUM_OK;
    }
    if (status == THRUM_OK) {
        int failure = system_rename(r->temporary_path, t->final_path);
        if (failure) {
            status = cannot_rewrite(r, failure, error);
        } else {
            free(r->temporary_path);
            r->temporary_path = NULL;
            failure = t->sync ? system_sync_directory(t->final_path) : 0;
            status = failure ? cannot_rewrite(r, failure, error) : THRUM_OK;
        }
    }
    if (is_kept && r->temporary_path)
        (void)system_remove(t->backup_path);
    rewriting_discard(r);
    return status;
}

void rewriting_discard(rewriting *r) {
    if (!r)
        return;
    if (r->descriptor >= 0)
        (void)system_close(r->descriptor);
    if (r->temporary_path)
        (void)system_remove(r->temporary_path);
    free(r->temporary_path);
    free(r);
}
