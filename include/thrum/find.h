/* A literal text in bytes: its first place, its last, and all of them. */
#ifndef THRUM_FIND_H
#define THRUM_FIND_H

#include <stddef.h>
#include <stdint.h>

#include "thrum/error.h"
#include "thrum/mapping.h"
#include "thrum/run.h"

/* The result when there is none. */
#define THRUM_NOT_FOUND UINT64_MAX

/* Where a text first begins at or after `from`; an empty text is found wherever one looks, up to the end. Linear in the
 * worst case. Thread-safe. */
THRUM_API uint64_t thrum_find(const uint8_t *bytes, uint64_t n_bytes, const uint8_t *text, size_t n_text_bytes,
                              uint64_t from);
/* Where a text last begins, such that it ends at or before `to` (to > n_bytes: n_bytes). */
THRUM_API uint64_t thrum_find_last(const uint8_t *bytes, uint64_t n_bytes, const uint8_t *text, size_t n_text_bytes,
                                   uint64_t to);

/* The first and the last place in a mapping at which a text lies between start and end, with the rules of Python's
 * mmap.find and mmap.rfind: negative numbers count from the end of the mapping, and what leaves it is cut. INT64_MAX
 * as `end` is the end of the mapping. The offset is one in the mapping. Thread-safe. */
THRUM_API uint64_t thrum_mapping_find(const thrum_mapping *mapping, const void *text, size_t n_text_bytes,
                                      int64_t start, int64_t end);
THRUM_API uint64_t thrum_mapping_find_last(const thrum_mapping *mapping, const void *text, size_t n_text_bytes,
                                           int64_t start, int64_t end);

/* Finds, on all cores, every place in `bytes` from `from` on where a text begins, those that overlap an earlier one
 * left out, and tells them in order, in batches, on one thread at a time. An empty text is an error. A status other
 * than THRUM_OK from the callback ends the search with it; a NULL callback only counts. *n_found (may be NULL) is the
 * number of places told, or counted. Of `run`, threads, chunk size and progress apply, the latter in bytes after
 * `from`. */
THRUM_API thrum_status thrum_find_all(const uint8_t *bytes, uint64_t n_bytes, const uint8_t *text, size_t n_text_bytes,
                                      uint64_t from, const thrum_run_options *run,
                                      thrum_status (*take)(void *context, const uint64_t *offsets, size_t n),
                                      void *context, uint64_t *n_found, thrum_error *error);

#endif
