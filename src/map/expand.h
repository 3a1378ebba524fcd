/* Expanding what gzip, bzip2, xz and zstd compressed, where the build has libarchive. */
#ifndef MAP_EXPAND_H
#define MAP_EXPAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/error.h"

/* How many first bytes of a file tell its format for certain; fewer, where the file is shorter. */
enum { EXPAND_SNIFF_BYTES = 16 };

typedef struct expand_format expand_format;

/* The format of a file with these first bytes; NULL: not compressed. Static. */
const expand_format *expand_sniff(const uint8_t *bytes, size_t n_bytes);

/* True when this build expands. */
bool expand_is_built(void);
/* "libarchive 3.6.2 zlib/1.2.13 …", or NULL when the build has none. Static. */
const char *expand_library(void);

typedef thrum_status expand_take(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error);

/* Expands a stream to its end, one layer of compression, streams set one behind the other as one: n_first bytes that
 * were read already (32 at least, where the stream has them), then the rest of the descriptor. `scratch` (n_scratch
 * bytes) holds the first bytes and then takes the others. A stream that is damaged or cut short is an error of `path`,
 * after what could be expanded was taken. */
thrum_status expand(const expand_format *format, const char *path, int descriptor, uint8_t *scratch, size_t n_scratch,
                    size_t n_first, expand_take *take, void *context, thrum_error *error);

#endif
