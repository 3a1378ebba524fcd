/* Shares: files of memory under names of their own.
 *
 * A share holds exactly the bytes of what was put, so that it is mapped like any file. Its header is its name alone,
 * hence nobody may see the name before the bytes are complete: a copy grows under a temporary object and is renamed.
 *
 *     thrum-1000-kjv               the share "kjv" of user 1000
 *     thrum-1000~5f0c…             a copy on its way to become one; "~" is in no name
 *
 * Memory is not disk: what a killed process left half done would stay until the machine goes down, and no list would
 * show it. So a copy is locked as long as it grows, and whoever works with shares next removes what nobody has locked.
 *
 * Room is asked for beforehand where the size is known, so a copy that does not fit fails at once; a pipe's is written
 * until there is no more (write(2) says so, where touching a mapping would raise SIGBUS). But the file system of shared
 * memory may promise more than there is: often it is as large as the machine's memory, and to fill it is to have other
 * processes killed. So a copy also looks at the memory that is available, and leaves a sixteenth of the machine's
 * alone. */
#include "map/share.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "map/expand.h"

enum { OBJECT_BYTES = 128, BLOCK_BYTES = 256 << 10, MOST_NAMES = 100, STEP_BYTES = 16 << 20 };

/* ---- names ---- */

static size_t n_prefix_bytes(void) {
    return sizeof THRUM_SHARE_PREFIX - 1;
}

bool share_is_path(const char *path) {
    return strncmp(path, THRUM_SHARE_PREFIX, n_prefix_bytes()) == 0;
}

static bool is_name(const char *name) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t n = strlen(name);
    return n > 0 && n <= THRUM_SHARE_MOST_NAME_BYTES && strspn(name, alphabet) == n && !strchr("._-", name[0]);
}

static void object_prefix(char *prefix, char separator) {
    snprintf(prefix, OBJECT_BYTES, "thrum-%" PRIu64 "%c", system_user(), separator);
}

/* The object of a name, or EINVAL. */
static int object_of_name(char *object, const char *name) {
    if (!is_name(name))
        return EINVAL;
    object_prefix(object, '-');
    size_t n = strlen(object);
    snprintf(object + n, OBJECT_BYTES - n, "%s", name);
    return 0;
}

static int object_of_path(char *object, const char *path) {
    return object_of_name(object, path + n_prefix_bytes());
}

/* "shm:NAME", as messages show it. */
static const char *path_of_name(char path[SHARE_FILE_PATH_BYTES], const char *name) {
    snprintf(path, SHARE_FILE_PATH_BYTES, THRUM_SHARE_PREFIX "%s", name);
    return path;
}

/* ---- paths that may name a share ---- */

int share_or_file_open(int *descriptor, const char *path, system_opening opening) {
    char object[OBJECT_BYTES];
    if (!share_is_path(path))
        return system_open(descriptor, path, opening);
    *descriptor = -1;
    int failure = object_of_path(object, path);
    return failure ? failure : system_share_open(descriptor, object, opening);
}

int share_or_file_stat(const char *path, system_file *file) {
    if (!share_is_path(path))
        return system_stat_path(path, file);
    int descriptor;
    int failure = share_or_file_open(&descriptor, path, SYSTEM_OPEN_READ);
    if (failure)
        return failure;
    failure = system_stat(descriptor, file);
    (void)system_close(descriptor); /* nothing was written */
    return failure;
}

/* Where a sentence of our own says it all, the system's words would only repeat it. */
static thrum_status tell(thrum_error *error, int failure, const char *path, const char *sentence) {
    error_set(error, THRUM_ERROR_SYSTEM, path, "%s", sentence);
    if (error)
        error->system_errno = failure;
    return THRUM_ERROR_SYSTEM;
}

thrum_status share_or_file_error(thrum_error *error, int failure, const char *path) {
    if (!share_is_path(path))
        return error_system(error, failure, path, "cannot open");
    switch (failure) {
    case EINVAL:
        return error_set(error, THRUM_ERROR_ARGUMENT, path,
                         "the name of a share has 1 to %d of A-Z a-z 0-9 . _ - and begins with a letter or a digit",
                         THRUM_SHARE_MOST_NAME_BYTES);
    case ENOENT:
        return tell(error, failure, path, "there is no such share; 'thrum share ls' lists those that are");
    case EPERM:
        return tell(error, failure, path, "the share belongs to another user");
    default:
        return error_system(error, failure, path, "cannot open the share");
    }
}

const char *share_file_path(const char *path, char room[SHARE_FILE_PATH_BYTES]) {
    char object[OBJECT_BYTES];
    if (!share_is_path(path))
        return path;
    if (object_of_path(object, path) != 0)
        return NULL;
    snprintf(room, SHARE_FILE_PATH_BYTES, "%s/%s", SYSTEM_SHARES_FOLDER, object);
    return room;
}

/* ---- looking through the objects ---- */

/* Calls `look` for each object whose name begins with the prefix, with what follows it, until it returns an error. */
static int each_object(const char *prefix, int (*look)(void *context, system_directory *folder, const char *object),
                       void *context) {
    system_directory *folder;
    int failure = system_directory_open(&folder, SYSTEM_SHARES_FOLDER, true);
    if (failure)
        return failure == ENOENT ? 0 : failure;
    while (!failure) {
        const char *object;
        system_kind kind;
        failure = system_directory_next(folder, &object, &kind);
        if (failure || !object)
            break;
        if (strncmp(object, prefix, strlen(prefix)) == 0)
            failure = look(context, folder, object);
    }
    system_directory_close(folder);
    return failure;
}

static int sweep_object(void *context, system_directory *folder, const char *object) {
    (void)context, (void)folder;
    int descriptor;
    if (system_share_open(&descriptor, object, SYSTEM_OPEN_READ) != 0)
        return 0;
    if (system_lock(descriptor) == 0)
        (void)system_share_remove(object);
    (void)system_close(descriptor);
    return 0;
}

/* Removes the copies of processes that died over them. */
static void sweep(void) {
    char prefix[OBJECT_BYTES];
    object_prefix(prefix, '~');
    (void)each_object(prefix, sweep_object, NULL); /* tidying up is no reason to fail */
}

typedef struct listing {
    thrum_share *shares;
    size_t n, capacity;
    size_t n_prefix;
} listing;

static int list_object(void *context, system_directory *folder, const char *object) {
    listing *list = context;
    const char *name = object + list->n_prefix;
    system_file file;
    if (!is_name(name) || system_directory_stat(folder, object, &file) != 0 || file.kind != SYSTEM_REGULAR)
        return 0;
    if (!memory_grow(&list->shares, &list->capacity, list->n + 1, sizeof *list->shares))
        return ENOMEM;
    thrum_share *share = &list->shares[list->n++];
    *share = (thrum_share){.n_bytes = file.n_bytes, .written_seconds = file.modified_seconds};
    memcpy(share->name, name, strlen(name) + 1);
    return 0;
}

static int compare_shares(const void *a, const void *b) {
    return strcmp(((const thrum_share *)a)->name, ((const thrum_share *)b)->name);
}

thrum_status thrum_share_list(thrum_share **shares, size_t *n_shares, thrum_error *error) {
    char prefix[OBJECT_BYTES];
    *shares = NULL;
    *n_shares = 0;
    sweep();
    object_prefix(prefix, '-');
    listing list = {.n_prefix = strlen(prefix)};
    int failure = each_object(prefix, list_object, &list);
    if (failure) {
        free(list.shares);
        return failure == ENOMEM ? error_memory(error)
                                 : error_system(error, failure, SYSTEM_SHARES_FOLDER, "cannot list the shares");
    }
    if (list.n > 1)
        qsort(list.shares, list.n, sizeof *list.shares, compare_shares);
    *shares = list.shares;
    *n_shares = list.n;
    return THRUM_OK;
}

thrum_status thrum_share_remove(const char *name, thrum_error *error) {
    char path[SHARE_FILE_PATH_BYTES], object[OBJECT_BYTES];
    sweep();
    int failure = object_of_name(object, name);
    if (!failure)
        failure = system_share_remove(object);
    return failure ? share_or_file_error(error, failure, path_of_name(path, name)) : THRUM_OK;
}

/* ---- putting ---- */

typedef struct copying {
    const char *source_path;
    int source; /* -1: not open */
    bool source_is_ours;
    uint64_t n_expected; /* 0: not known */
    char target_path[SHARE_FILE_PATH_BYTES];
    int target;
    char temporary[OBJECT_BYTES]; /* "": there is none */
    uint64_t n_bytes;
    uint64_t n_allowed; /* so many bytes need no new look at the machine's memory */
    uint8_t *block;
} copying;

static thrum_status open_source(copying *c, thrum_error *error) {
    system_file file;
    uint64_t start = 0;
    int failure = 0;
    c->source_is_ours = strcmp(c->source_path, "-") != 0;
    if (c->source_is_ours)
        failure = share_or_file_open(&c->source, c->source_path, SYSTEM_OPEN_READ);
    else
        c->source = SYSTEM_STANDARD_INPUT;
    if (failure)
        return share_or_file_error(error, failure, c->source_path);
    failure = system_stat(c->source, &file);
    if (!failure && file.kind == SYSTEM_DIRECTORY)
        failure = EISDIR;
    if (failure)
        return error_system(error, failure, c->source_path, "cannot read");
    if (file.kind == SYSTEM_REGULAR && system_position(c->source, &start) == 0 && start < file.n_bytes)
        c->n_expected = file.n_bytes - start;
    return THRUM_OK;
}

static thrum_status cannot_hold(const copying *c, int failure, thrum_error *error) {
    if (failure != ENOSPC && failure != ENOMEM)
        return error_system(error, failure, c->target_path, "cannot write to shared memory");
    char sentence[256];
    snprintf(sentence, sizeof sentence,
             "there is no room for %s%" PRIu64 " bytes in shared memory (" SYSTEM_SHARES_FOLDER
             "); 'thrum share rm' makes some",
             c->n_bytes ? "more than " : "", c->n_bytes ? c->n_bytes : c->n_expected);
    return tell(error, ENOSPC, c->target_path, sentence);
}

static thrum_status open_target(copying *c, thrum_error *error) {
    int failure = EEXIST;
    for (int i = 0; i < MOST_NAMES && (failure == EEXIST || failure == EWOULDBLOCK); i++) {
        uint64_t random;
        if (!system_random(&random, sizeof random))
            return error_system(error, EIO, c->target_path, "cannot choose a temporary name");
        object_prefix(c->temporary, '~');
        size_t n = strlen(c->temporary);
        snprintf(c->temporary + n, sizeof c->temporary - n, "%016" PRIx64, random);
        failure = system_share_create(&c->target, c->temporary);
    }
    if (failure) {
        c->temporary[0] = '\0';
        return error_system(error, failure, c->target_path, "cannot create the share");
    }
    return THRUM_OK;
}

/* ENOMEM when n_bytes more would take the memory that others need. */
static int allow(copying *c, uint64_t n_bytes) {
    if (!system_can_spare(n_bytes))
        return ENOMEM;
    c->n_allowed = c->n_bytes + n_bytes;
    return 0;
}

static thrum_status append(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    copying *c = context;
    int failure = 0;
    if (c->n_bytes + n_bytes > c->n_allowed)
        failure = allow(c, n_bytes > STEP_BYTES ? n_bytes : STEP_BYTES);
    if (!failure)
        failure = system_write(c->target, bytes, n_bytes);
    if (failure)
        return cannot_hold(c, failure, error);
    c->n_bytes += n_bytes;
    return THRUM_OK;
}

/* The first block, of n_read bytes, and all that follows. */
static thrum_status copy_raw(copying *c, size_t n_read, thrum_error *error) {
    int failure = c->n_expected > 0 ? allow(c, c->n_expected) : 0;
    if (!failure && c->n_expected > 0)
        failure = system_reserve(c->target, c->n_expected);
    /* A file system that cannot reserve can still be written to. */
    if (failure && failure != EOPNOTSUPP && failure != EINVAL)
        return cannot_hold(c, failure, error);
    bool was_reserved = c->n_expected > 0 && !failure;
    thrum_status status = append(c, c->block, n_read, error);
    while (status == THRUM_OK && n_read == BLOCK_BYTES) {
        failure = system_read(c->source, c->block, BLOCK_BYTES, &n_read);
        status =
            failure ? error_system(error, failure, c->source_path, "cannot read") : append(c, c->block, n_read, error);
    }
    if (status == THRUM_OK && was_reserved && c->n_bytes < c->n_expected)
        return error_set(error, THRUM_ERROR_CHANGED, c->source_path, "the file became shorter while it was read");
    return status;
}

static thrum_status copy(copying *c, bool raw, thrum_error *error) {
    size_t n_read;
    c->block = malloc(BLOCK_BYTES);
    if (!c->block)
        return error_memory(error);
    int failure = system_read(c->source, c->block, BLOCK_BYTES, &n_read);
    if (failure)
        return error_system(error, failure, c->source_path, "cannot read");
    const expand_format *format = raw ? NULL : expand_sniff(c->block, n_read);
    if (!format)
        return copy_raw(c, n_read, error);
    return expand(format, c->source_path, c->source, c->block, BLOCK_BYTES, n_read, append, c, error);
}

static thrum_status taken(thrum_error *error, const char *path) {
    return tell(error, EEXIST, path, "there is a share of that name already");
}

/* Complete: the descriptor is closed last, for it holds the lock. */
static thrum_status publish(copying *c, const char *object, bool replace, thrum_error *error) {
    int failure = system_share_rename(c->temporary, object, replace);
    if (failure == EEXIST)
        return taken(error, c->target_path);
    if (failure)
        return error_system(error, failure, c->target_path, "cannot name the share");
    c->temporary[0] = '\0';
    return THRUM_OK;
}

/* Spares the copying where it would be in vain. */
static thrum_status check_target(const copying *c, bool replace, thrum_error *error) {
    system_file file;
    int failure = share_or_file_stat(c->target_path, &file);
    if (failure == 0 && !replace)
        return taken(error, c->target_path);
    return failure == 0 || failure == ENOENT ? THRUM_OK : share_or_file_error(error, failure, c->target_path);
}

thrum_status thrum_share_put(const char *name, const char *path, const thrum_share_options *options, uint64_t *n_bytes,
                             thrum_error *error) {
    char object[OBJECT_BYTES];
    copying c = {.source_path = path, .source = -1, .target = -1};
    path_of_name(c.target_path, name);
    if (object_of_name(object, name) != 0)
        return share_or_file_error(error, EINVAL, c.target_path);
    sweep();
    thrum_status status = check_target(&c, options->replace, error);
    if (status == THRUM_OK)
        status = open_source(&c, error);
    if (status == THRUM_OK)
        status = open_target(&c, error);
    if (status == THRUM_OK)
        status = copy(&c, options->raw, error);
    if (status == THRUM_OK)
        status = publish(&c, object, options->replace, error);
    if (c.temporary[0])
        (void)system_share_remove(c.temporary);
    if (c.target >= 0)
        (void)system_close(c.target); /* memory has no writes that fail late */
    if (c.source_is_ours && c.source >= 0)
        (void)system_close(c.source); /* read only */
    free(c.block);
    if (status == THRUM_OK && n_bytes)
        *n_bytes = c.n_bytes;
    return status;
}

bool thrum_share_expands(void) {
    return expand_is_built();
}
