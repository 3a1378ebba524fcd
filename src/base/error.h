/* Filling in thrum_error records. Every function takes NULL for the record and returns the code, so that
 * `return error_set(...)` reads well. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "thrum/error.h"

/* Writes code, path (may be NULL) and a formatted sentence; errno and PCRE2 code 0, no offset. */
thrum_status error_set(thrum_error *error, thrum_status code, const char *path, const char *format, ...)
    THRUM_PRINTF(4, 5);
/* The same for a failed system call: THRUM_ERROR_SYSTEM (or _MEMORY for ENOMEM, _CLOSED for EPIPE), the sentence
 * followed by ": " and the system's words. */
thrum_status error_system(thrum_error *error, int system_errno, const char *path, const char *format, ...)
    THRUM_PRINTF(4, 5);
/* Names the input that a record without a path is about. */
void error_place(thrum_error *error, const char *path);
/* THRUM_ERROR_MEMORY with its sentence. */
thrum_status error_memory(thrum_error *error);

#endif
