/* Expanding, by libarchive: its filters undo the compression, its "raw" format takes what comes out as it is.
 *
 * The filter is named instead of guessed by libarchive, which would go on as long as it recognises something: a gzip
 * file inside a gzip file is data, and comes out as it is.
 *
 * Only gzip is left to zlib. libarchive's filter checks neither its sum nor its length, and takes a stream without its
 * last bytes for a whole one; the other three are checked by the libraries behind it. */
#include "map/expand.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "map/system.h"

#ifdef THRUM_LIBARCHIVE
#include <archive.h>
#include <zlib.h>
#endif

struct expand_format {
    const char *name;
    struct {
        size_t at;
        size_t n_bytes;
        const char *bytes;
    } marks[2];     /* both must be there */
    size_t n_least; /* bytes of a stream */
    int filter;
};

#ifdef THRUM_LIBARCHIVE
#define FILTER(filter) filter
#else
#define FILTER(filter) 0
#endif

/* RFC 1952; the block header of bzip2, and its end of stream; the .xz format; RFC 8878. */
static const expand_format formats[] = {
    {"gzip", {{0, 3, "\x1f\x8b\x08"}}, 20, FILTER(ARCHIVE_FILTER_GZIP)},
    {"bzip2", {{0, 3, "BZh"}, {4, 6, "\x31\x41\x59\x26\x53\x59"}}, 14, FILTER(ARCHIVE_FILTER_BZIP2)},
    {"bzip2", {{0, 3, "BZh"}, {4, 6, "\x17\x72\x45\x38\x50\x90"}}, 14, FILTER(ARCHIVE_FILTER_BZIP2)},
    {"xz", {{0, 6, "\xfd\x37\x7a\x58\x5a\x00"}}, 32, FILTER(ARCHIVE_FILTER_XZ)},
    {"zstd", {{0, 4, "\x28\xb5\x2f\xfd"}}, 9, FILTER(ARCHIVE_FILTER_ZSTD)},
};

const expand_format *expand_sniff(const uint8_t *bytes, size_t n_bytes) {
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        bool matches = true;
        for (size_t j = 0; j < 2 && matches; j++) {
            size_t at = formats[i].marks[j].at, n = formats[i].marks[j].n_bytes;
            matches = n == 0 || (at + n <= n_bytes && memcmp(bytes + at, formats[i].marks[j].bytes, n) == 0);
        }
        if (matches)
            return &formats[i];
    }
    return NULL;
}

#ifdef THRUM_LIBARCHIVE

typedef struct expanding {
    const expand_format *format;
    const char *path;
    int descriptor;
    uint8_t *scratch;
    size_t n_scratch;
    size_t n_first; /* 0 once they are handed over */
    expand_take *take;
    void *context;
    thrum_error *error;
    int read_failure; /* errno; 0: none */
} expanding;

static thrum_status fail(const expanding *e, const char *words) {
    if (e->read_failure)
        return error_system(e->error, e->read_failure, e->path, "cannot read");
    return error_set(e->error, THRUM_ERROR_ARGUMENT, e->path, "cannot expand its %s compression: %s", e->format->name,
                     words ? words : "it is damaged");
}

/* The next compressed bytes; none at the end, and after a failure. */
static size_t feed(expanding *e) {
    size_t n_read = e->n_first;
    e->n_first = 0;
    if (n_read == 0)
        e->read_failure = system_read(e->descriptor, e->scratch, e->n_scratch, &n_read);
    return e->read_failure ? 0 : n_read;
}

/* ---- gzip, by zlib ---- */

enum { EXPANDED_BYTES = 256 << 10, GZIP_ONLY = 16 + MAX_WBITS };

/* Fills `to` from what is there, and hands it over. */
static thrum_status inflate_some(expanding *e, z_stream *stream, uint8_t *to, int *result) {
    stream->next_out = to;
    stream->avail_out = EXPANDED_BYTES;
    *result = inflate(stream, Z_NO_FLUSH);
    if (*result == Z_MEM_ERROR)
        return error_memory(e->error);
    if (*result != Z_OK && *result != Z_STREAM_END && *result != Z_BUF_ERROR)
        return fail(e, stream->msg);
    return e->take(e->context, to, EXPANDED_BYTES - stream->avail_out, e->error);
}

/* Behind a stream stands another, or zeros up to a full block of a tape. */
static thrum_status next_member(expanding *e, z_stream *stream, bool *is_padding) {
    *is_padding = *stream->next_in == 0;
    for (; *is_padding && stream->avail_in > 0; stream->avail_in--)
        if (*stream->next_in++ != 0)
            return fail(e, "something else follows it");
    return *is_padding || inflateReset(stream) == Z_OK ? THRUM_OK : fail(e, stream->msg);
}

static thrum_status inflate_all(expanding *e, z_stream *stream, uint8_t *to) {
    int result = Z_OK;
    bool is_padding = false;
    thrum_status status = THRUM_OK;
    while (status == THRUM_OK) {
        /* With its output full, zlib may hold back more than it has input for. */
        if (stream->avail_in == 0 && stream->avail_out > 0) {
            stream->next_in = e->scratch;
            stream->avail_in = (uInt)feed(e);
            if (stream->avail_in == 0)
                return e->read_failure || result != Z_STREAM_END ? fail(e, "it is cut short") : THRUM_OK;
        }
        if (result == Z_STREAM_END && stream->avail_in > 0) {
            status = next_member(e, stream, &is_padding);
            if (!is_padding)
                result = Z_OK;
        }
        if (status == THRUM_OK && !is_padding)
            status = inflate_some(e, stream, to, &result);
        if (result == Z_STREAM_END)
            stream->avail_out = EXPANDED_BYTES; /* nothing is held back */
    }
    return status;
}

static thrum_status expand_gzip(expanding *e) {
    z_stream stream = {.avail_out = EXPANDED_BYTES};
    uint8_t *to = malloc(EXPANDED_BYTES);
    if (!to || inflateInit2(&stream, GZIP_ONLY) != Z_OK) {
        free(to);
        return error_memory(e->error);
    }
    thrum_status status = inflate_all(e, &stream, to);
    inflateEnd(&stream);
    free(to);
    return status;
}

/* ---- the others, by libarchive ---- */

static la_ssize_t feed_archive(struct archive *reader, void *context, const void **bytes) {
    expanding *e = context;
    size_t n_read = feed(e);
    *bytes = e->scratch;
    if (e->read_failure)
        archive_set_error(reader, e->read_failure, "cannot read");
    return e->read_failure ? ARCHIVE_FATAL : (la_ssize_t)n_read;
}

static thrum_status drain(struct archive *reader, const expanding *e) {
    thrum_status status = THRUM_OK;
    while (status == THRUM_OK) {
        const void *bytes;
        size_t n_bytes;
        la_int64_t offset;
        int result = archive_read_data_block(reader, &bytes, &n_bytes, &offset);
        if (result == ARCHIVE_EOF)
            break;
        if (result != ARCHIVE_OK)
            return fail(e, archive_error_string(reader));
        status = e->take(e->context, bytes, n_bytes, e->error);
    }
    return status;
}

static thrum_status expand_archive(expanding *e) {
    struct archive *reader = archive_read_new();
    struct archive_entry *entry;
    if (!reader)
        return error_memory(e->error);
    thrum_status status = THRUM_OK;
    if (archive_read_append_filter(reader, e->format->filter) != ARCHIVE_OK ||
        archive_read_support_format_raw(reader) != ARCHIVE_OK ||
        archive_read_support_format_empty(reader) != ARCHIVE_OK ||
        archive_read_open(reader, e, NULL, feed_archive, NULL) != ARCHIVE_OK || archive_errno(reader) != 0) {
        /* Opening looks for a first byte. It calls a stream that fails before that an empty one, and only the record of
         * the error tells them apart. */
        status = fail(e, archive_error_string(reader));
    } else {
        int result = archive_read_next_header(reader, &entry);
        if (result == ARCHIVE_OK)
            status = drain(reader, e);
        else if (result != ARCHIVE_EOF) /* that is a stream of no bytes */
            status = fail(e, archive_error_string(reader));
    }
    archive_read_free(reader);
    return status;
}

thrum_status expand(const expand_format *format, const char *path, int descriptor, uint8_t *scratch, size_t n_scratch,
                    size_t n_first, expand_take *take, void *context, thrum_error *error) {
    expanding e = {.format = format,
                   .path = path,
                   .descriptor = descriptor,
                   .scratch = scratch,
                   .n_scratch = n_scratch,
                   .n_first = n_first,
                   .take = take,
                   .context = context,
                   .error = error};
    if (n_first < format->n_least)
        return fail(&e, "it is cut short");
    return format->filter == ARCHIVE_FILTER_GZIP ? expand_gzip(&e) : expand_archive(&e);
}

bool expand_is_built(void) {
    return true;
}

const char *expand_library(void) {
    return archive_version_details();
}

#else

thrum_status expand(const expand_format *format, const char *path, int descriptor, uint8_t *scratch, size_t n_scratch,
                    size_t n_first, expand_take *take, void *context, thrum_error *error) {
    (void)descriptor, (void)scratch, (void)n_scratch, (void)n_first, (void)take, (void)context;
    return error_set(error, THRUM_ERROR_ARGUMENT, path,
                     "it is compressed with %s, which this build of thrum cannot expand", format->name);
}

bool expand_is_built(void) {
    return false;
}

const char *expand_library(void) {
    return NULL;
}

#endif
