/* Files as bytes in memory.
 *
 * A regular file with a size is mapped; pages and offsets inside them are dealt with here. Everything else is read:
 * what has no size (pipes, terminals, most of /proc) as a stream into memory that doubles, what has one but refuses
 * to be mapped in one piece. Standard input is taken from where it stands and left where cat would leave it, so that
 * a file there and a pipe with the same bytes give the same answers.
 *
 * No descriptor stays open: ten thousand mappings would exhaust the usual limit of 1,024. Whether the file changed is
 * asked of its path instead. A path that names another file now, or none, means that ours was replaced by a rename or
 * removed: its bytes, which the mapping keeps alive, are what they were.
 *
 * Measured on a file in the page cache (Linux 6.18): 19 GB/s for a first scan on one core; MADV_SEQUENTIAL,
 * MADV_WILLNEED and MADV_HUGEPAGE change nothing beyond the noise, warm or cold, MADV_POPULATE_READ costs a third. So
 * none is given. */
#include "map/mapping.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "map/guard.h"
#include "map/share.h"
#include "map/system.h"

struct thrum_mapping {
    uint8_t *bytes; /* inside pages, or buffer, or nothing */
    size_t n_bytes;
    thrum_access access;
    void *pages; /* NULL when not mapped */
    size_t n_page_bytes;
    uint8_t *buffer; /* NULL when not read */
    guard_slot *slot;
    system_file file;                                 /* when it was opened, for thrum_mapping_check */
    char *path;                                       /* of what is mapped, or can be after a resize; else NULL */
    uint64_t file_begin;                              /* where in the file the bytes begin */
    uint8_t nothing[2 * THRUM_MAPPING_PADDING_BYTES]; /* an empty mapping stands in its middle */
};

/* What a mapping is made from. */
typedef struct source {
    const char *path;
    int descriptor;
    bool is_standard_input;
    bool has_size;  /* otherwise only reading tells where it ends */
    uint64_t start; /* where standard input stands */
    system_file file;
} source;

/* From the second size on a stream asks before it takes memory: where the system promises more than it has, what ends
 * the process is not a failed allocation. */
enum { STREAM_FIRST_BYTES = 64 << 10, STREAM_ASKING_BYTES = 64 << 20 };

static bool is_standard_input(const char *path) {
    return strcmp(path, "-") == 0;
}

static thrum_status source_open(source *from, const char *path, thrum_access access, thrum_error *error) {
    *from = (source){.path = path, .descriptor = SYSTEM_STANDARD_INPUT, .is_standard_input = is_standard_input(path)};
    int failure = 0;
    if (!from->is_standard_input)
        failure = share_or_file_open(&from->descriptor, path,
                                     access == THRUM_ACCESS_WRITE ? SYSTEM_OPEN_READ_WRITE : SYSTEM_OPEN_READ);
    if (failure)
        return share_or_file_error(error, failure, path);
    failure = system_stat(from->descriptor, &from->file);
    if (!failure && from->file.kind == SYSTEM_DIRECTORY)
        failure = EISDIR;
    from->has_size = from->file.kind == SYSTEM_REGULAR && from->file.n_bytes > 0;
    if (!failure && from->is_standard_input && from->has_size)
        failure = system_position(from->descriptor, &from->start);
    return failure ? error_system(error, failure, path, "cannot read") : THRUM_OK;
}

static void source_close(source *from) {
    if (!from->is_standard_input && from->descriptor >= 0)
        (void)system_close(from->descriptor); /* read only, or written through memory: nothing is lost here */
}

static thrum_status cannot_hold(thrum_error *error, const char *path, uint64_t n_bytes) {
    return error_system(error, ENOMEM, path, "cannot hold %" PRIu64 " bytes in memory", n_bytes);
}

static thrum_status leaves_file(thrum_error *error, const source *from, uint64_t n_available) {
    return error_set(error, THRUM_ERROR_ARGUMENT, from->path,
                     "the range asked for leaves the input, which has %" PRIu64 " bytes", n_available);
}

/* The length of a range that begins at `offset` of the source, where the source has a size. */
static thrum_status measure(const source *from, uint64_t offset, uint64_t *n_bytes, thrum_error *error) {
    uint64_t n_available = from->file.n_bytes > from->start ? from->file.n_bytes - from->start : 0;
    if (offset > n_available || (*n_bytes != THRUM_TO_END && *n_bytes > n_available - offset))
        return leaves_file(error, from, n_available);
    if (*n_bytes == THRUM_TO_END)
        *n_bytes = n_available - offset;
    return THRUM_OK;
}

/* Maps [begin, begin + n_bytes) of the file. */
static int map_range(thrum_mapping *mapping, const source *from, uint64_t begin, size_t n_bytes) {
    size_t n_before = (size_t)(begin % system_page_bytes());
    if (n_bytes > SIZE_MAX - n_before)
        return ENOMEM;
    bool writable = mapping->access != THRUM_ACCESS_READ;
    size_t n_page_bytes = n_before + n_bytes;
    void *pages;
    int failure = system_map(&pages, from->descriptor, begin - n_before, n_page_bytes, THRUM_MAPPING_PADDING_BYTES,
                             writable, mapping->access == THRUM_ACCESS_COPY);
    if (failure)
        return failure;
    guard_slot *slot = guard_register(pages, n_page_bytes, writable);
    if (!slot) {
        system_unmap_padded(pages, n_page_bytes, THRUM_MAPPING_PADDING_BYTES);
        return ENOMEM;
    }
    mapping->slot = slot;
    mapping->pages = pages;
    mapping->n_page_bytes = n_page_bytes;
    mapping->bytes = (uint8_t *)pages + n_before;
    mapping->n_bytes = n_bytes;
    mapping->file_begin = begin;
    return 0;
}

/* Gives back what map_range took. */
static void unmap_range(thrum_mapping *mapping) {
    guard_release(mapping->slot);
    if (mapping->pages)
        system_unmap_padded(mapping->pages, mapping->n_page_bytes, THRUM_MAPPING_PADDING_BYTES);
}

/* Reads n_bytes from `begin` of the file on, or fewer where it ends before (files of /sys claim a whole page). */
static thrum_status read_range(thrum_mapping *mapping, const source *from, uint64_t begin, size_t n_bytes,
                               thrum_error *error) {
    mapping->buffer = calloc(1, n_bytes + 2 * THRUM_MAPPING_PADDING_BYTES);
    if (!mapping->buffer)
        return cannot_hold(error, from->path, n_bytes);
    mapping->bytes = mapping->buffer + THRUM_MAPPING_PADDING_BYTES;
    int failure = begin > 0 ? system_seek(from->descriptor, begin) : 0;
    if (!failure)
        failure = system_read(from->descriptor, mapping->bytes, n_bytes, &mapping->n_bytes);
    return failure ? error_system(error, failure, from->path, "cannot read") : THRUM_OK;
}

/* Reads and forgets. */
static thrum_status skip(const source *from, uint64_t n_bytes, uint8_t *scratch, size_t n_scratch, thrum_error *error) {
    for (uint64_t n_left = n_bytes; n_left > 0;) {
        size_t n_wanted = n_left < n_scratch ? (size_t)n_left : n_scratch;
        size_t n_read;
        int failure = system_read(from->descriptor, scratch, n_wanted, &n_read);
        if (failure)
            return error_system(error, failure, from->path, "cannot read");
        n_left -= n_read;
        if (n_read < n_wanted && n_left > 0)
            return leaves_file(error, from, n_bytes - n_left);
    }
    return THRUM_OK;
}

/* Reads a source of unknown size. Read calls stop at the first end: a terminal would ask for a second one. */
static thrum_status read_stream(thrum_mapping *mapping, const source *from, uint64_t offset, uint64_t n_bytes,
                                thrum_error *error) {
    size_t capacity = 0, n_used = THRUM_MAPPING_PADDING_BYTES;
    if (!memory_grow(&mapping->buffer, &capacity, STREAM_FIRST_BYTES, 1))
        return cannot_hold(error, from->path, STREAM_FIRST_BYTES);
    thrum_status status = skip(from, offset, mapping->buffer, capacity, error);
    bool ended = false;
    while (status == THRUM_OK && !ended && mapping->n_bytes < n_bytes) {
        if (n_used + THRUM_MAPPING_PADDING_BYTES >= capacity &&
            ((capacity >= STREAM_ASKING_BYTES && !system_can_spare(capacity)) ||
             !memory_grow(&mapping->buffer, &capacity, capacity + 1, 1)))
            return cannot_hold(error, from->path, (uint64_t)capacity * 2);
        uint64_t n_missing = n_bytes - mapping->n_bytes;
        size_t n_wanted = capacity - n_used - THRUM_MAPPING_PADDING_BYTES;
        if (n_missing < n_wanted)
            n_wanted = (size_t)n_missing;
        size_t n_read;
        int failure = system_read(from->descriptor, mapping->buffer + n_used, n_wanted, &n_read);
        if (failure) {
            status = error_system(error, failure, from->path, "cannot read");
        } else {
            n_used += n_read;
            mapping->n_bytes += n_read;
        }
        ended = n_read < n_wanted;
    }
    memset(mapping->buffer, 0, THRUM_MAPPING_PADDING_BYTES);
    memset(mapping->buffer + n_used, 0, THRUM_MAPPING_PADDING_BYTES);
    mapping->bytes = mapping->buffer + THRUM_MAPPING_PADDING_BYTES;
    if (status == THRUM_OK && n_bytes != THRUM_TO_END && mapping->n_bytes < n_bytes)
        status = leaves_file(error, from, offset + mapping->n_bytes);
    return status;
}

static thrum_status fill_known(thrum_mapping *mapping, const source *from, bool may_map, uint64_t offset,
                               uint64_t n_wanted, thrum_error *error) {
    uint64_t n_bytes = n_wanted;
    thrum_status status = measure(from, offset, &n_bytes, error);
    if (status != THRUM_OK || n_bytes == 0)
        return status;
    if (n_bytes > PTRDIFF_MAX - 2 * THRUM_MAPPING_PADDING_BYTES)
        return cannot_hold(error, from->path, n_bytes);
    uint64_t begin = from->start + offset;
    int failure = may_map ? map_range(mapping, from, begin, (size_t)n_bytes) : 0;
    if (failure && mapping->access == THRUM_ACCESS_WRITE)
        return error_system(error, failure, from->path, "cannot map for writing");
    if (!mapping->pages) {
        status = read_range(mapping, from, begin, (size_t)n_bytes, error);
        if (status == THRUM_OK && n_wanted != THRUM_TO_END && mapping->n_bytes < n_wanted)
            status = leaves_file(error, from, offset + mapping->n_bytes);
    } else if (from->is_standard_input) {
        failure = system_seek(from->descriptor, begin + n_bytes);
        status = failure ? error_system(error, failure, from->path, "cannot read") : THRUM_OK;
    }
    return status;
}

static thrum_status fill(thrum_mapping *mapping, const source *from, bool may_map, uint64_t offset, uint64_t n_bytes,
                         thrum_error *error) {
    if (from->has_size)
        return fill_known(mapping, from, may_map, offset, n_bytes, error);
    if (mapping->access != THRUM_ACCESS_WRITE)
        return read_stream(mapping, from, offset, n_bytes, error);
    if (from->file.kind != SYSTEM_REGULAR)
        return error_set(error, THRUM_ERROR_ARGUMENT, from->path, "only a regular file can be mapped for writing");
    return measure(from, offset, &n_bytes, error);
}

static thrum_status open_source(thrum_mapping **mapping, const char *path, thrum_access access, bool may_map,
                                uint64_t offset, uint64_t n_bytes, thrum_error *error) {
    *mapping = NULL;
    source from = {.descriptor = -1};
    thrum_mapping *made = calloc(1, sizeof *made);
    if (!made)
        return error_memory(error);
    made->access = access;
    made->bytes = made->nothing + THRUM_MAPPING_PADDING_BYTES;
    thrum_status status = source_open(&from, path, access, error);
    if (status == THRUM_OK) {
        made->file = from.file;
        status = fill(made, &from, may_map, offset, n_bytes, error);
    }
    if (status == THRUM_OK && (made->pages || access == THRUM_ACCESS_WRITE) && !(made->path = strdup(path)))
        status = error_memory(error);
    source_close(&from);
    if (status == THRUM_OK)
        *mapping = made;
    else
        thrum_mapping_close(made);
    return status;
}

thrum_status thrum_mapping_open(thrum_mapping **mapping, const char *path, thrum_access access, uint64_t offset,
                                uint64_t n_bytes, thrum_error *error) {
    return open_source(mapping, path, access, true, offset, n_bytes, error);
}

thrum_status mapping_read(thrum_mapping **mapping, const char *path, thrum_error *error) {
    return open_source(mapping, path, THRUM_ACCESS_READ, false, 0, THRUM_TO_END, error);
}

thrum_status thrum_mapping_anonymous(thrum_mapping **mapping, size_t n_bytes, thrum_error *error) {
    *mapping = NULL;
    thrum_mapping *made = calloc(1, sizeof *made);
    if (!made)
        return error_memory(error);
    made->access = THRUM_ACCESS_WRITE;
    made->bytes = made->nothing + THRUM_MAPPING_PADDING_BYTES;
    int failure = n_bytes > 0 ? system_map_anonymous(&made->pages, n_bytes) : 0;
    if (failure) {
        free(made);
        return error_system(error, failure, NULL, "cannot share %zu bytes of memory", n_bytes);
    }
    if (made->pages)
        made->bytes = made->pages;
    made->n_bytes = made->n_page_bytes = n_bytes;
    *mapping = made;
    return THRUM_OK;
}

const uint8_t *thrum_mapping_bytes(const thrum_mapping *mapping) {
    return mapping->bytes;
}

size_t thrum_mapping_n_bytes(const thrum_mapping *mapping) {
    return mapping->n_bytes;
}

uint8_t *thrum_mapping_writable(thrum_mapping *mapping) {
    return mapping->access == THRUM_ACCESS_READ ? NULL : mapping->bytes;
}

bool thrum_mapping_is_mapped(const thrum_mapping *mapping) {
    return mapping->pages != NULL;
}

/* --- as a string ------------------------------------------------------------------------------------------------- */

/* Holds a range against the mapping; THRUM_TO_END as its length becomes what is left. */
static thrum_status check_range(const thrum_mapping *mapping, uint64_t offset, uint64_t *n_bytes, thrum_error *error) {
    bool is_inside = offset <= mapping->n_bytes;
    if (is_inside && *n_bytes == THRUM_TO_END)
        *n_bytes = mapping->n_bytes - offset;
    if (is_inside && *n_bytes <= mapping->n_bytes - offset)
        return THRUM_OK;
    if (*n_bytes == THRUM_TO_END)
        error_set(error, THRUM_ERROR_ARGUMENT, mapping->path,
                  "offset %" PRIu64 " leaves the mapping, which has %zu bytes", offset, mapping->n_bytes);
    else
        error_set(error, THRUM_ERROR_ARGUMENT, mapping->path,
                  "%" PRIu64 " bytes at offset %" PRIu64 " leave the mapping, which has %zu bytes", *n_bytes, offset,
                  mapping->n_bytes);
    if (error)
        error->offset = offset;
    return THRUM_ERROR_ARGUMENT;
}

thrum_status thrum_mapping_slice(const thrum_mapping *mapping, uint64_t offset, uint64_t n_bytes, thrum_slice *slice,
                                 thrum_error *error) {
    thrum_status status = check_range(mapping, offset, &n_bytes, error);
    if (status == THRUM_OK)
        *slice = (thrum_slice){mapping->bytes + offset, (size_t)n_bytes};
    return status;
}

thrum_status thrum_mapping_assign(thrum_mapping *mapping, uint64_t offset, const void *bytes, size_t n_bytes,
                                  thrum_error *error) {
    uint64_t n_wanted = n_bytes;
    thrum_status status = check_range(mapping, offset, &n_wanted, error);
    if (status != THRUM_OK)
        return status;
    if (mapping->access == THRUM_ACCESS_READ) {
        status =
            error_set(error, THRUM_ERROR_ARGUMENT, mapping->path,
                      "%zu bytes at offset %" PRIu64 " cannot be written: the mapping is read-only", n_bytes, offset);
        if (error)
            error->offset = offset;
    } else if (n_bytes > 0) {
        memmove(mapping->bytes + offset, bytes, n_bytes);
    }
    return status;
}

thrum_status thrum_mapping_assign_byte(thrum_mapping *mapping, uint64_t offset, uint8_t byte, thrum_error *error) {
    return thrum_mapping_assign(mapping, offset, &byte, 1, error);
}

/* --- as a file --------------------------------------------------------------------------------------------------- */

static bool is_lost(const thrum_mapping *mapping) {
    return mapping->slot && guard_lost(mapping->slot);
}

static thrum_status tell_lost(thrum_error *error, const thrum_mapping *mapping) {
    return error_set(error, THRUM_ERROR_CHANGED, mapping->path,
                     mapping->access == THRUM_ACCESS_WRITE
                         ? "the file was truncated, or the disk is full, while it was in use"
                         : "the file was truncated, or could not be read, while it was in use");
}

thrum_status thrum_mapping_check(const thrum_mapping *mapping, thrum_error *error) {
    if (!mapping->pages || !mapping->path)
        return THRUM_OK;
    if (is_lost(mapping))
        return tell_lost(error, mapping);
    const system_file *then = &mapping->file;
    system_file now;
    int failure = is_standard_input(mapping->path) ? system_stat(SYSTEM_STANDARD_INPUT, &now)
                                                   : share_or_file_stat(mapping->path, &now);
    if (failure == ENOENT || failure == ENOTDIR)
        return THRUM_OK;
    if (failure)
        return error_system(error, failure, mapping->path, "cannot tell whether the file changed");
    if (now.device != then->device || now.inode != then->inode)
        return THRUM_OK;
    /* Our own writes move the time of a file that is mapped for writing. */
    bool was_touched =
        mapping->access != THRUM_ACCESS_WRITE &&
        (now.modified_seconds != then->modified_seconds || now.modified_nanoseconds != then->modified_nanoseconds);
    if (now.n_bytes == then->n_bytes && !was_touched)
        return THRUM_OK;
    return error_set(error, THRUM_ERROR_CHANGED, mapping->path, "the file changed while it was in use");
}

/* Opens the file of a mapping again, if it can be resized and is still the one that it was. */
static thrum_status source_reopen(source *from, const thrum_mapping *mapping, thrum_error *error) {
    if (mapping->access != THRUM_ACCESS_WRITE || !mapping->path || is_standard_input(mapping->path))
        return error_set(error, THRUM_ERROR_ARGUMENT, mapping->path,
                         "only a file that is mapped for writing can be resized");
    if (mapping->file_begin != 0 || mapping->n_bytes != mapping->file.n_bytes)
        return error_set(error, THRUM_ERROR_ARGUMENT, mapping->path,
                         "only a file that is mapped whole can be resized, and this is a part of %" PRIu64 " bytes",
                         mapping->file.n_bytes);
    if (is_lost(mapping))
        return tell_lost(error, mapping);
    thrum_status status = source_open(from, mapping->path, THRUM_ACCESS_WRITE, error);
    if (status != THRUM_OK)
        return status;
    if (from->file.device != mapping->file.device || from->file.inode != mapping->file.inode)
        return error_set(error, THRUM_ERROR_CHANGED, mapping->path,
                         "the file that is mapped has given way to another of this name");
    if (from->file.n_bytes != mapping->n_bytes)
        return error_set(error, THRUM_ERROR_CHANGED, mapping->path,
                         "the file changed its size from %zu to %" PRIu64 " bytes while it was in use",
                         mapping->n_bytes, from->file.n_bytes);
    return THRUM_OK;
}

/* The pages are mapped anew instead of moved (mremap), because the padding around them has to come along: the file has
 * every size at which there is a mapping, so that no touch can fail. */
static int resize_source(thrum_mapping *made, const source *from, size_t n_bytes) {
    uint64_t n_before = from->file.n_bytes;
    int failure = n_bytes > n_before ? system_reserve(from->descriptor, n_bytes) : 0;
    if (!failure && n_bytes > 0)
        failure = map_range(made, from, 0, n_bytes);
    if (!failure && n_bytes < n_before)
        failure = system_truncate(from->descriptor, n_bytes);
    if (failure)
        unmap_range(made);
    if (failure && n_bytes > n_before)
        (void)system_truncate(from->descriptor, n_before); /* the first failure is the one to tell */
    return failure;
}

thrum_status thrum_mapping_resize(thrum_mapping *mapping, uint64_t n_bytes, thrum_error *error) {
    source from = {.descriptor = -1};
    thrum_mapping made = {.access = THRUM_ACCESS_WRITE};
    thrum_status status = source_reopen(&from, mapping, error);
    if (status == THRUM_OK && n_bytes > PTRDIFF_MAX - 2 * THRUM_MAPPING_PADDING_BYTES)
        status = cannot_hold(error, mapping->path, n_bytes);
    if (status != THRUM_OK || n_bytes == mapping->n_bytes)
        goto out;
    int failure = resize_source(&made, &from, (size_t)n_bytes);
    if (failure) {
        status = error_system(error, failure, mapping->path, "cannot resize to %" PRIu64 " bytes", n_bytes);
        goto out;
    }
    unmap_range(mapping);
    mapping->bytes = made.pages ? made.bytes : mapping->nothing + THRUM_MAPPING_PADDING_BYTES;
    mapping->n_bytes = mapping->file.n_bytes = (size_t)n_bytes;
    mapping->pages = made.pages;
    mapping->n_page_bytes = made.n_page_bytes;
    mapping->slot = made.slot;
out:
    source_close(&from);
    return status;
}

/* The pages that a range of the mapping lies in. */
static void *pages_of(const thrum_mapping *mapping, uint64_t offset, uint64_t n_bytes, size_t *n_page_bytes) {
    size_t begin = (size_t)(mapping->bytes - (uint8_t *)mapping->pages) + (size_t)offset;
    size_t n_before = begin % system_page_bytes();
    *n_page_bytes = n_before + (size_t)n_bytes;
    return (uint8_t *)mapping->pages + begin - n_before;
}

thrum_status thrum_mapping_flush(const thrum_mapping *mapping, uint64_t offset, uint64_t n_bytes, thrum_error *error) {
    thrum_status status = check_range(mapping, offset, &n_bytes, error);
    bool reaches_file = mapping->access == THRUM_ACCESS_WRITE && mapping->pages && mapping->path;
    if (status != THRUM_OK || !reaches_file || n_bytes == 0)
        return status;
    size_t n_page_bytes;
    void *pages = pages_of(mapping, offset, n_bytes, &n_page_bytes);
    int failure = system_write_back(pages, n_page_bytes);
    if (failure)
        return error_system(error, failure, mapping->path,
                            "cannot write %" PRIu64 " bytes at offset %" PRIu64 " to the disk", n_bytes, offset);
    return is_lost(mapping) ? tell_lost(error, mapping) : THRUM_OK;
}

thrum_status thrum_mapping_advise(const thrum_mapping *mapping, uint64_t offset, uint64_t n_bytes, thrum_advice advice,
                                  thrum_error *error) {
    static const system_advice advices[] = {[THRUM_ADVICE_NORMAL] = SYSTEM_ADVICE_NORMAL,
                                            [THRUM_ADVICE_SEQUENTIAL] = SYSTEM_ADVICE_SEQUENTIAL,
                                            [THRUM_ADVICE_RANDOM] = SYSTEM_ADVICE_RANDOM,
                                            [THRUM_ADVICE_WILL_NEED] = SYSTEM_ADVICE_WILL_NEED,
                                            [THRUM_ADVICE_DONT_NEED] = SYSTEM_ADVICE_DONT_NEED};
    thrum_status status = check_range(mapping, offset, &n_bytes, error);
    if (status == THRUM_OK && (size_t)advice >= sizeof advices / sizeof *advices)
        status = error_set(error, THRUM_ERROR_ARGUMENT, mapping->path, "there is no advice number %d", (int)advice);
    bool loses_writes = advice == THRUM_ADVICE_DONT_NEED && mapping->access == THRUM_ACCESS_COPY;
    if (status != THRUM_OK || !mapping->pages || n_bytes == 0 || loses_writes)
        return status;
    size_t n_page_bytes;
    void *pages = pages_of(mapping, offset, n_bytes, &n_page_bytes);
    int failure = system_advise(pages, n_page_bytes, advices[advice]);
    return failure ? error_system(error, failure, mapping->path, "the system does not take the advice") : THRUM_OK;
}

void thrum_mapping_close(thrum_mapping *mapping) {
    if (!mapping)
        return;
    if (mapping->slot)
        unmap_range(mapping);
    else if (mapping->pages)
        system_unmap(mapping->pages, mapping->n_page_bytes);
    free(mapping->buffer);
    free(mapping->path);
    free(mapping);
}
