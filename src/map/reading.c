#define _GNU_SOURCE

#include "map/reading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "base/error.h"
#include "map/beside.h"
#include "map/system.h"

enum { COPY_MODE = 0600 };

static thrum_status cannot_open(thrum_error *error, int failure, const char *path) {
    return error_system(error, failure, path, "cannot open");
}

static thrum_status cannot_read(thrum_error *error, int failure, const char *path) {
    return error_system(error, failure, path, "cannot read");
}

static thrum_status is_shorter(thrum_error *error, const char *path) {
    return error_set(error, THRUM_ERROR_CHANGED, path, "the file became shorter while it was read");
}

/* ---- by read ---- */

thrum_status reading_part(const char *path, uint64_t offset, uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    int descriptor;
    size_t n_read = 0;
    int failure = system_open(&descriptor, path, SYSTEM_OPEN_READ);
    if (failure)
        return cannot_open(error, failure, path);
    failure = system_seek(descriptor, offset);
    if (!failure)
        failure = system_read(descriptor, bytes, n_bytes, &n_read);
    (void)system_close(descriptor); /* read only */
    if (failure)
        return cannot_read(error, failure, path);
    return n_read < n_bytes ? is_shorter(error, path) : THRUM_OK;
}

thrum_status reading_blocks(const char *path, reading_take *take, void *context, thrum_error *error) {
    int descriptor;
    uint8_t *block = malloc(READING_BLOCK_BYTES);
    if (!block)
        return error_memory(error);
    int failure = system_open(&descriptor, path, SYSTEM_OPEN_READ);
    if (failure) {
        free(block);
        return cannot_open(error, failure, path);
    }
    for (size_t n_read = READING_BLOCK_BYTES; !failure && n_read == READING_BLOCK_BYTES;) {
        failure = system_read(descriptor, block, READING_BLOCK_BYTES, &n_read);
        if (!failure && !take(context, block, n_read))
            break;
    }
    (void)system_close(descriptor); /* read only */
    free(block);
    return failure ? cannot_read(error, failure, path) : THRUM_OK;
}

static size_t window_at(const reading_walk *walk, uint64_t position) {
    uint64_t n_left = walk->n_bytes - position;
    return n_left < walk->n_window ? (size_t)n_left : walk->n_window;
}

thrum_status reading_walk_blocks(const char *path, const reading_walk *walk, reading_take *take, void *context,
                                 thrum_error *error) {
    int descriptor;
    uint8_t *window = malloc(walk->n_window);
    if (!window)
        return error_memory(error);
    int failure = system_open(&descriptor, path, SYSTEM_OPEN_READ);
    if (failure) {
        free(window);
        return cannot_open(error, failure, path);
    }
    bool is_short = false;
    for (uint64_t at = 0; at < walk->n_bytes && !failure && !is_short; at += walk->n_window - walk->n_back) {
        size_t n_wanted = window_at(walk, at), n_read = 0;
        failure = system_seek(descriptor, at);
        if (!failure)
            failure = system_read(descriptor, window, n_wanted, &n_read);
        is_short = n_read < n_wanted;
        if (!failure && !is_short && !take(context, window, n_read))
            break;
    }
    (void)system_close(descriptor); /* read only */
    free(window);
    if (failure)
        return cannot_read(error, failure, path);
    return is_short ? is_shorter(error, path) : THRUM_OK;
}

/* ---- by stdio ---- */

static thrum_status stream_open(FILE **stream, const char *path, thrum_error *error) {
    int descriptor;
    int failure = system_open(&descriptor, path, SYSTEM_OPEN_READ);
    if (!failure)
        failure = system_stream(stream, descriptor, "r");
    return failure ? cannot_open(error, failure, path) : THRUM_OK;
}

/* Closes a stream that was read, with `failure` 0 or why reading ended. */
static thrum_status stream_close(FILE *stream, int failure, const char *path, thrum_error *error) {
    fclose(stream);
    return failure ? cannot_read(error, failure, path) : THRUM_OK;
}

thrum_status reading_stream(const char *path, reading_take *take, void *context, thrum_error *error) {
    FILE *stream;
    uint8_t *block = malloc(READING_STREAM_BYTES);
    if (!block)
        return error_memory(error);
    thrum_status status = stream_open(&stream, path, error);
    if (status != THRUM_OK) {
        free(block);
        return status;
    }
    size_t n_read;
    do
        n_read = fread(block, 1, READING_STREAM_BYTES, stream);
    while (take(context, block, n_read) && n_read == READING_STREAM_BYTES);
    status = stream_close(stream, ferror(stream) ? EIO : 0, path, error);
    free(block);
    return status;
}

thrum_status reading_lines(const char *path, uint64_t offset, reading_take *take, void *context, thrum_error *error) {
    FILE *stream;
    thrum_status status = stream_open(&stream, path, error);
    if (status != THRUM_OK)
        return status;
    int failure = offset > 0 && fseeko(stream, (off_t)offset, SEEK_SET) != 0 ? errno : 0;
    char *line = NULL;
    size_t capacity = 0;
    while (!failure) {
        ssize_t n = getline(&line, &capacity, stream);
        if (n < 0)
            failure = ferror(stream) ? EIO : !feof(stream) ? ENOMEM : 0;
        if (n < 0 || !take(context, (const uint8_t *)line, (size_t)n))
            break;
    }
    free(line);
    return stream_close(stream, failure, path, error);
}

thrum_status reading_walk_stream(const char *path, const reading_walk *walk, reading_take *take, void *context,
                                 thrum_error *error) {
    FILE *stream;
    uint8_t *window = malloc(walk->n_window);
    if (!window)
        return error_memory(error);
    thrum_status status = stream_open(&stream, path, error);
    if (status != THRUM_OK) {
        free(window);
        return status;
    }
    int failure = 0;
    bool is_short = false;
    for (uint64_t at = 0; at < walk->n_bytes && !failure && !is_short; at += walk->n_window - walk->n_back) {
        size_t n_wanted = window_at(walk, at);
        failure = fseeko(stream, (off_t)at, SEEK_SET) != 0 ? errno : 0;
        is_short = !failure && fread(window, 1, n_wanted, stream) < n_wanted;
        if (!failure && !is_short && !take(context, window, n_wanted))
            break;
    }
    if (is_short && ferror(stream))
        failure = EIO;
    status = stream_close(stream, failure, path, error);
    free(window);
    return status == THRUM_OK && is_short ? is_shorter(error, path) : status;
}

/* ---- rewriting ---- */

/* A file on its way to take another's place. */
typedef struct successor {
    int descriptor; /* -1: none, or a stream's */
    char *path;     /* NULL: none, or renamed */
} successor;

static thrum_status cannot_write(thrum_error *error, int failure, const char *path) {
    return error_system(error, failure, path, "cannot write a temporary file beside it");
}

static int successor_finish(successor *s, const char *path) {
    int failure = system_sync(s->descriptor);
    int late = system_close(s->descriptor);
    s->descriptor = -1;
    if (!failure)
        failure = late ? late : system_rename(s->path, path);
    if (!failure) {
        free(s->path);
        s->path = NULL;
    }
    return failure;
}

static void successor_release(successor *s) {
    if (s->descriptor >= 0)
        (void)system_close(s->descriptor);
    if (s->path)
        (void)system_remove(s->path);
    free(s->path);
}

thrum_status reading_rewrite(const char *path, reading_edit *edit, uint64_t *n_changes, thrum_error *error) {
    successor next = {.descriptor = -1};
    system_file file;
    uint8_t *bytes = NULL;
    thrum_status status = THRUM_OK;
    int failure = system_stat_path(path, &file);
    if (failure)
        return cannot_open(error, failure, path);
    bytes = malloc(file.n_bytes + 1);
    if (!bytes)
        return error_memory(error);
    status = reading_part(path, 0, bytes, (size_t)file.n_bytes, error);
    if (status == THRUM_OK) {
        *n_changes = edit(bytes, (size_t)file.n_bytes);
        failure = beside_create(&next.descriptor, &next.path, path, COPY_MODE);
        if (!failure)
            failure = system_write(next.descriptor, bytes, (size_t)file.n_bytes);
        if (!failure)
            failure = successor_finish(&next, path);
        if (failure)
            status = cannot_write(error, failure, path);
    }
    successor_release(&next);
    free(bytes);
    return status;
}

typedef struct line_edit {
    reading_edit *edit;
    uint64_t n_changes;
    FILE *to;
    uint8_t *line;
    size_t capacity;
    int failure;
} line_edit;

static bool edit_line(void *context, const uint8_t *bytes, size_t n_bytes) {
    line_edit *e = context;
    if (n_bytes > e->capacity) {
        uint8_t *larger = realloc(e->line, n_bytes * 2);
        if (!larger) {
            e->failure = ENOMEM;
            return false;
        }
        e->line = larger;
        e->capacity = n_bytes * 2;
    }
    memcpy(e->line, bytes, n_bytes);
    e->n_changes += e->edit(e->line, n_bytes);
    if (fwrite(e->line, 1, n_bytes, e->to) < n_bytes)
        e->failure = errno ? errno : EIO;
    return e->failure == 0;
}

thrum_status reading_rewrite_lines(const char *path, reading_edit *edit, uint64_t *n_changes, thrum_error *error) {
    successor next = {.descriptor = -1};
    line_edit e = {.edit = edit};
    int for_stream = -1;
    thrum_status status = THRUM_OK;
    int failure = beside_create(&next.descriptor, &next.path, path, COPY_MODE);
    if (!failure)
        failure = system_duplicate(&for_stream, next.descriptor);
    if (!failure)
        failure = system_stream(&e.to, for_stream, "w");
    if (!failure) {
        status = reading_lines(path, 0, edit_line, &e, error);
        failure = e.failure;
        if (fclose(e.to) != 0 && !failure)
            failure = errno;
        if (status == THRUM_OK && !failure)
            failure = successor_finish(&next, path);
    }
    if (status == THRUM_OK && failure)
        status = cannot_write(error, failure, path);
    *n_changes = e.n_changes;
    successor_release(&next);
    free(e.line);
    return status;
}

thrum_status reading_copy(char **copy_path, const char *path, uint64_t n_bytes, const char *folder,
                          thrum_error *error) {
    successor copy = {.descriptor = -1};
    int source = -1;
    uint64_t n_copied;
    char *in_folder = beside_name("", folder, "/", "copy");
    if (!in_folder)
        return error_memory(error);
    int failure = system_open(&source, path, SYSTEM_OPEN_READ);
    thrum_status status = failure ? cannot_open(error, failure, path) : THRUM_OK;
    if (!failure)
        failure = beside_create(&copy.descriptor, &copy.path, in_folder, COPY_MODE);
    if (!failure)
        failure = system_copy(copy.descriptor, source, n_bytes, &n_copied);
    if (!failure)
        failure = system_sync(copy.descriptor);
    if (status == THRUM_OK && failure)
        status = error_system(error, failure, folder, "cannot hold a copy of the file");
    if (status == THRUM_OK) {
        *copy_path = copy.path;
        copy.path = NULL;
    }
    successor_release(&copy);
    if (source >= 0)
        (void)system_close(source); /* read only */
    free(in_folder);
    return status;
}

thrum_status reading_forget(const char *path, uint64_t n_bytes, uint64_t *n_kept, thrum_error *error) {
    int descriptor;
    int failure = system_open(&descriptor, path, SYSTEM_OPEN_READ);
    if (failure)
        return cannot_open(error, failure, path);
    system_forget_cached(descriptor);
    failure = system_resident_bytes(descriptor, n_bytes, n_kept);
    (void)system_close(descriptor); /* read only */
    return failure ? error_system(error, failure, path, "cannot tell what of it is in memory") : THRUM_OK;
}
