/* Status codes and the error record that every function able to fail fills in.
 *
 * A function returns THRUM_OK or a negative code. Where it takes a thrum_error pointer, the pointer may be NULL;
 * otherwise the record is written on failure and left alone on success. The record is a plain value: it owns nothing,
 * may be copied, and may be passed between threads. The library never prints and never ends the process. */
#ifndef THRUM_ERROR_H
#define THRUM_ERROR_H

#include <stdint.h>

#include "thrum/api.h"

typedef enum thrum_status {
    THRUM_OK = 0,
    THRUM_ERROR_MEMORY = -1,   /* an allocation failed */
    THRUM_ERROR_SYSTEM = -2,   /* a system call failed; system_errno says how */
    THRUM_ERROR_ARGUMENT = -3, /* a caller's value is out of its range */
    THRUM_ERROR_PATTERN = -4,  /* a pattern does not compile; offset is the place in the pattern */
    THRUM_ERROR_MATCH = -5,    /* matching failed at offset of path: a limit, or PCRE2 itself */
    THRUM_ERROR_CHANGED = -6,  /* a file changed while it was read */
    THRUM_ERROR_TEXT = -7,     /* a text breaks a bound of the token rule */
    THRUM_ERROR_CLOSED = -8,   /* the reader of the output went away (EPIPE) */
    THRUM_ERROR_STOPPED = -9,  /* a callback asked to stop */
    THRUM_ERROR_TIME = -10,    /* the time limit of a run was reached; offset of path tells how far it came */
    THRUM_ERROR_FORMAT = -11   /* a file is not what it has to be: no count file, or a damaged one */
} thrum_status;

/* An offset that does not apply. */
#define THRUM_NO_OFFSET UINT64_MAX

enum { THRUM_ERROR_PATH_BYTES = 1024, THRUM_ERROR_MESSAGE_BYTES = 512 };

typedef struct thrum_error {
    thrum_status code;
    int system_errno; /* 0 when no system call failed */
    int pcre2_errno;  /* 0 when PCRE2 had no part in it */
    uint64_t offset;  /* bytes from 0, in the file or the pattern; THRUM_NO_OFFSET when it does not apply */
    char path[THRUM_ERROR_PATH_BYTES];       /* the input concerned, or ""; a longer path keeps its end, after "..." */
    char message[THRUM_ERROR_MESSAGE_BYTES]; /* one sentence for a user, without the path and without a full stop */
} thrum_error;

/* The name of a code, such as "memory", for messages and logs. Thread-safe; the text is static. */
THRUM_API const char *thrum_status_name(thrum_status status);

#endif
