/* The list of files that a pass works on. */
#ifndef THRUM_INPUT_H
#define THRUM_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "thrum/error.h"

typedef struct thrum_inputs thrum_inputs;

/* Called for each path that fails. The error lives during the call. */
typedef void thrum_error_callback(void *context, const thrum_error *error);

/* An empty list; the caller frees it. */
THRUM_API thrum_status thrum_inputs_create(thrum_inputs **inputs, thrum_error *error);

/* Files found inside directories are taken only when their name, or their path, matches one of the include globs (if
 * there are any) and none of the exclude globs; paths that the caller names are always taken. fnmatch(3) patterns:
 * one with a slash is held against the whole path, one without against the last component. Call before
 * thrum_inputs_add. */
THRUM_API thrum_status thrum_inputs_include(thrum_inputs *inputs, const char *glob, thrum_error *error);
THRUM_API thrum_status thrum_inputs_exclude(thrum_inputs *inputs, const char *glob, thrum_error *error);

/* Adds a file, "-" (standard input), "shm:NAME" (a share, thrum/share.h), or every regular file below a directory in
 * bytewise path order, symbolic links inside it not followed, and thrum's own undo journals and unfinished files
 * (".thrum-" and 16 hexadecimal digits) not taken. What cannot be read is told to on_error (may be NULL) and left out;
 * the return value is then that of the first failure, and all that can be read is in the list. */
THRUM_API thrum_status thrum_inputs_add(thrum_inputs *inputs, const char *path, thrum_error_callback *on_error,
                                        void *context);

THRUM_API size_t thrum_inputs_n(const thrum_inputs *inputs);
/* The path as messages and reports show it. Lives as long as the list. */
THRUM_API const char *thrum_inputs_path(const thrum_inputs *inputs, size_t index);
/* Size in bytes when it was listed; 0 for what has no size of its own (a pipe, a file of /proc). */
THRUM_API uint64_t thrum_inputs_n_bytes(const thrum_inputs *inputs, size_t index);

THRUM_API void thrum_inputs_free(thrum_inputs *inputs);

#endif
