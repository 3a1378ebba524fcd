#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *thrum_status_name(thrum_status status) {
    static const char *const names[] = {"ok",      "memory", "system", "argument", "pattern", "match",
                                        "changed", "text",   "closed", "stopped",  "time",    "format"};
    size_t index = 0 - (size_t)status;
    return index < sizeof names / sizeof *names ? names[index] : "unknown";
}

static void copy_path(char *to, const char *path) {
    size_t n = path ? strlen(path) : 0;
    if (n < THRUM_ERROR_PATH_BYTES) {
        memcpy(to, path ? path : "", n + 1);
        return;
    }
    static const char dots[] = "...";
    size_t kept = THRUM_ERROR_PATH_BYTES - sizeof dots;
    memcpy(to, dots, sizeof dots - 1);
    memcpy(to + sizeof dots - 1, path + n - kept, kept + 1);
}

static void fill(thrum_error *error, thrum_status code, const char *path, const char *format, va_list arguments) {
    error->code = code;
    error->system_errno = 0;
    error->pcre2_errno = 0;
    error->offset = THRUM_NO_OFFSET;
    copy_path(error->path, path);
    vsnprintf(error->message, sizeof error->message, format, arguments);
}

thrum_status error_set(thrum_error *error, thrum_status code, const char *path, const char *format, ...) {
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        fill(error, code, path, format, arguments);
        va_end(arguments);
    }
    return code;
}

thrum_status error_system(thrum_error *error, int system_errno, const char *path, const char *format, ...) {
    thrum_status code = system_errno == ENOMEM  ? THRUM_ERROR_MEMORY
                        : system_errno == EPIPE ? THRUM_ERROR_CLOSED
                                                : THRUM_ERROR_SYSTEM;
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        fill(error, code, path, format, arguments);
        va_end(arguments);
        error->system_errno = system_errno;
        char words[128];
        if (strerror_r(system_errno, words, sizeof words) != 0)
            snprintf(words, sizeof words, "error %d", system_errno);
        size_t n = strlen(error->message);
        snprintf(error->message + n, sizeof error->message - n, "%s%s", n ? ": " : "", words);
    }
    return code;
}

void error_place(thrum_error *error, const char *path) {
    copy_path(error->path, path);
}

thrum_status error_memory(thrum_error *error) {
    return error_set(error, THRUM_ERROR_MEMORY, NULL, "out of memory");
}
