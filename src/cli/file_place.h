/* Places in a file as the options name them, and its bytes as they are printed. */
#ifndef CLI_FILE_PLACE_H
#define CLI_FILE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "job.h"

/* The offset that --at says, from the begin of a file of n_bytes bytes or, below 0, from its end, which is a place too.
 * False when it lies outside and that was told. */
bool file_place(uint64_t *offset, const char *path, int64_t at, uint64_t n_bytes);

/* Writes bytes to the output of a job: exactly, or escaped on a terminal. */
thrum_status file_print(job *work, const uint8_t *bytes, size_t n_bytes, thrum_error *error);

#endif
