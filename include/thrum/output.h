/* A file that appears whole or not at all, or standard output, written in large pieces and checked to the end. */
#ifndef THRUM_OUTPUT_H
#define THRUM_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#include "thrum/error.h"

typedef struct thrum_output thrum_output;

/* Opens standard output (path NULL or "-") or a temporary file beside `path` that thrum_output_close renames to it. An
 * existing file keeps its mode; a path that is no regular file (/dev/null, a pipe) is written directly. */
THRUM_API thrum_status thrum_output_open(thrum_output **output, const char *path, thrum_error *error);

/* Appends bytes; small pieces are gathered, large ones go straight to the system. THRUM_ERROR_CLOSED when the reader
 * of a pipe went away. After a failure every later call fails the same way. Not thread-safe. */
THRUM_API thrum_status thrum_output_write(thrum_output *output, const void *bytes, size_t n_bytes, thrum_error *error);
/* Hands what was gathered to the system. */
THRUM_API thrum_status thrum_output_flush(thrum_output *output, thrum_error *error);

/* True when the output is a terminal. */
THRUM_API bool thrum_output_is_terminal(const thrum_output *output);

/* Flushes, closes (the close of standard output is checked too) and, when everything went well, renames. The output
 * is freed in any case; after a failure no file stands under the final name that was not there before. */
THRUM_API thrum_status thrum_output_close(thrum_output *output, thrum_error *error);

/* Closes and removes the temporary file. NULL is allowed. */
THRUM_API void thrum_output_discard(thrum_output *output);

#endif
