/* A file, or a part of one, as bytes in memory: a file and a string at once. Slices and thrum/find.h treat it as a
 * string, thrum/cursor.h as a file, and both see the same bytes without a copy.
 *
 * A mapping shows its bytes at one address for as long as it is open. What the system cannot map (a pipe, a terminal,
 * a file of /proc, a file system without mmap, an exhausted address space) is read into memory instead, behind the
 * same handle; thrum_mapping_is_mapped tells which it was. An empty file gives a valid mapping of no bytes.
 *
 * A file must not be truncated by others while it is mapped: the next touch of a lost page raises SIGBUS. A program
 * that wants an error instead calls thrum_mapping_guard once at its start and thrum_mapping_check after reading. */
#ifndef THRUM_MAPPING_H
#define THRUM_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/error.h"

typedef struct thrum_mapping thrum_mapping;

typedef enum thrum_access {
    THRUM_ACCESS_READ, /* read-only */
    THRUM_ACCESS_COPY, /* writable, private: writes stay in this process and never reach the file */
    THRUM_ACCESS_WRITE /* writable, shared: writes reach the file and all who map it at once, the disk in time */
} thrum_access;

/* So many bytes can be read before the first byte and after the last: zeros where the file begins and ends there, and
 * anything otherwise. */
enum { THRUM_MAPPING_PADDING_BYTES = 16 };

/* As the length: from the offset to the end of the file. */
#define THRUM_TO_END UINT64_MAX

/* Opens n_bytes bytes of a file from an offset on; any offset will do, pages are our business. A range that leaves
 * the file is an error (THRUM_ERROR_ARGUMENT). "-" is standard input, "shm:NAME" a share (thrum/share.h). With
 * THRUM_ACCESS_WRITE the file must be one that can be mapped. The caller closes *mapping. Cost: a few system calls,
 * plus the reading where it is not mapped. Thread-safe. */
THRUM_API thrum_status thrum_mapping_open(thrum_mapping **mapping, const char *path, thrum_access access,
                                          uint64_t offset, uint64_t n_bytes, thrum_error *error);

/* Zeroed memory without a file, shared with the children that the process forks later. */
THRUM_API thrum_status thrum_mapping_anonymous(thrum_mapping **mapping, size_t n_bytes, thrum_error *error);

/* The bytes; never NULL, also when there are none. Valid until the mapping is closed. */
THRUM_API const uint8_t *thrum_mapping_bytes(const thrum_mapping *mapping);
THRUM_API size_t thrum_mapping_n_bytes(const thrum_mapping *mapping);
/* The same bytes for writing, or NULL when the mapping is read-only. */
THRUM_API uint8_t *thrum_mapping_writable(thrum_mapping *mapping);
/* False when the bytes were read instead of mapped. */
THRUM_API bool thrum_mapping_is_mapped(const thrum_mapping *mapping);

/* Bytes that belong to somebody else: to a mapping, until it is closed or resized. */
typedef struct thrum_slice {
    const uint8_t *bytes; /* never NULL */
    size_t n_bytes;
} thrum_slice;

/* n_bytes bytes from an offset in the mapping on, or with THRUM_TO_END all that follow; nothing is copied. A range that
 * leaves the mapping is THRUM_ERROR_ARGUMENT, with the range in the message, and the offset in the record. Thread-safe.
 */
THRUM_API thrum_status thrum_mapping_slice(const thrum_mapping *mapping, uint64_t offset, uint64_t n_bytes,
                                           thrum_slice *slice, thrum_error *error);

/* Puts n_bytes bytes, or one, in the place of those at an offset; `bytes` may lie in the mapping itself. All or
 * nothing: a range that leaves the mapping and a mapping that is read-only are THRUM_ERROR_ARGUMENT, with the range in
 * the message. Threads may assign to ranges that do not overlap. */
THRUM_API thrum_status thrum_mapping_assign(thrum_mapping *mapping, uint64_t offset, const void *bytes, size_t n_bytes,
                                            thrum_error *error);
THRUM_API thrum_status thrum_mapping_assign_byte(thrum_mapping *mapping, uint64_t offset, uint8_t byte,
                                                 thrum_error *error);

/* Makes the file longer (by zeros for which the disk has room) or shorter, and the mapping with it: THRUM_ACCESS_WRITE
 * over a whole file, by its path, and nothing else (THRUM_ERROR_ARGUMENT). THRUM_ERROR_CHANGED when the path names
 * another file meanwhile, or the file has another size. After a failure file and mapping are as they were. The bytes
 * may move: what thrum_mapping_bytes and slices told before is void. Not while other threads use the mapping. */
THRUM_API thrum_status thrum_mapping_resize(thrum_mapping *mapping, uint64_t n_bytes, thrum_error *error);

/* Waits until what was written to n_bytes bytes from an offset on (THRUM_TO_END: all that follow) is on the disk, and
 * tells when it cannot be. Whole pages are written. Where writes do not reach a file there is nothing to be done.
 * Thread-safe. */
THRUM_API thrum_status thrum_mapping_flush(const thrum_mapping *mapping, uint64_t offset, uint64_t n_bytes,
                                           thrum_error *error);

typedef enum thrum_advice {
    THRUM_ADVICE_NORMAL,
    THRUM_ADVICE_SEQUENTIAL, /* it will be read from front to back: read far ahead */
    THRUM_ADVICE_RANDOM,     /* it will be read here and there: do not read ahead */
    THRUM_ADVICE_WILL_NEED,  /* it will be read soon: begin to fetch it */
    THRUM_ADVICE_DONT_NEED   /* it will not be read soon: its memory may go */
} thrum_advice;

/* Tells the system how n_bytes bytes from an offset on (THRUM_TO_END: all that follow) will be used. The bytes are the
 * same whatever the advice; where it means nothing, or would lose writes (THRUM_ADVICE_DONT_NEED for private ones),
 * nothing is done. Thread-safe. */
THRUM_API thrum_status thrum_mapping_advise(const thrum_mapping *mapping, uint64_t offset, uint64_t n_bytes,
                                            thrum_advice advice, thrum_error *error);

/* Tells whether the file is still the one that was opened: THRUM_ERROR_CHANGED when a page was lost under the guard,
 * or when its size or modification time differ. A mapping that was read instead is never changed. Thread-safe. */
THRUM_API thrum_status thrum_mapping_check(const thrum_mapping *mapping, thrum_error *error);

/* Installs, once per process, a SIGBUS handler that puts zeros in the place of pages lost to a truncation and marks
 * the mapping, so that thrum_mapping_check reports it. Addresses that belong to no mapping of ours go on to the handler
 * that was there before. A library does not take signals unasked: nothing else in thrum calls this. */
THRUM_API thrum_status thrum_mapping_guard(thrum_error *error);

/* Unmaps or frees; NULL is allowed. Shared writes are left to the system to write back. */
THRUM_API void thrum_mapping_close(thrum_mapping *mapping);

#endif
