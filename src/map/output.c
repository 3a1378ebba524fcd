/* Output that appears whole or not at all.
 *
 * A regular file is written without a name, or under a random one beside its final one, and renamed at close, so that
 * readers see the old content or the new, and a full disk leaves the old. Symbolic links are followed by hand first: a
 * rename over a link would replace the link. Renaming is not forced to the disk: a report can be made again.
 *
 * Standard output is written through a duplicate. Closing that tells of late failures (network file systems report
 * them there) as closing the original would, and descriptor 1 cannot fall to the next file that is opened. */
#include "thrum/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "map/beside.h"
#include "map/share.h"
#include "map/system.h"

enum { BUFFER_BYTES = 256 << 10, NEW_FILE_MODE = 0666, PERMISSIONS = 0777 };

struct thrum_output {
    int descriptor;
    char *path;           /* as the caller named it, for messages */
    char *final_path;     /* behind the symbolic links; NULL when written directly */
    char *temporary_path; /* NULL when written directly, and before the file has a name */
    thrum_status status;  /* of the first failure, which stays */
    thrum_error failure;
    size_t n_buffered;
    char buffer[BUFFER_BYTES];
};

/* Opens what stands at the path, only to learn what it is and whether we may write there: an existing file that is not
 * ours to write is not replaced either. */
static int probe(thrum_output *output, bool *exists, system_file *file) {
    int failure = system_open(&output->descriptor, output->path, SYSTEM_OPEN_WRITE);
    *exists = failure != ENOENT;
    if (failure)
        return *exists ? failure : 0;
    failure = system_stat(output->descriptor, file);
    if (failure || file->kind != SYSTEM_REGULAR)
        return failure;
    failure = system_close(output->descriptor);
    output->descriptor = -1;
    return failure;
}

static int open_file(thrum_output *output) {
    bool exists;
    system_file file;
    if (!*output->path)
        return ENOENT;
    int failure = probe(output, &exists, &file);
    if (failure || (exists && file.kind != SYSTEM_REGULAR))
        return failure;
    failure = beside_resolve(&output->final_path, output->path);
    if (!failure)
        failure = beside_create_nameless(&output->descriptor, &output->temporary_path, output->final_path,
                                         exists ? file.mode & PERMISSIONS : NEW_FILE_MODE);
    /* The umask may have taken away what the existing file had. */
    if (!failure && exists)
        failure = system_set_mode(output->descriptor, file.mode & PERMISSIONS);
    return failure;
}

thrum_status thrum_output_open(thrum_output **output, const char *path, thrum_error *error) {
    bool is_standard = !path || strcmp(path, "-") == 0;
    *output = NULL;
    if (!is_standard && share_is_path(path))
        return error_set(error, THRUM_ERROR_ARGUMENT, path, "shares are written by 'thrum share put' alone");
    thrum_output *made = malloc(sizeof *made);
    if (!made)
        return error_memory(error);
    made->descriptor = -1;
    made->path = strdup(is_standard ? "standard output" : path);
    made->final_path = made->temporary_path = NULL;
    made->status = THRUM_OK;
    made->n_buffered = 0;
    int failure = !made->path   ? ENOMEM
                  : is_standard ? system_duplicate(&made->descriptor, SYSTEM_STANDARD_OUTPUT)
                                : open_file(made);
    if (!failure) {
        *output = made;
        return THRUM_OK;
    }
    thrum_status status = error_system(error, failure, made->path, "cannot open for writing");
    thrum_output_discard(made);
    return status;
}

/* Keeps the first failure and hands it out. */
static thrum_status fail(thrum_output *output, int failure, const char *what, thrum_error *error) {
    if (output->status == THRUM_OK)
        output->status = error_system(&output->failure, failure, output->path, "%s", what);
    if (error)
        *error = output->failure;
    return output->status;
}

static thrum_status repeat_failure(const thrum_output *output, thrum_error *error) {
    if (output->status != THRUM_OK && error)
        *error = output->failure;
    return output->status;
}

static thrum_status write_through(thrum_output *output, const void *bytes, size_t n_bytes, thrum_error *error) {
    int failure = system_write(output->descriptor, bytes, n_bytes);
    return failure ? fail(output, failure, "cannot write", error) : THRUM_OK;
}

thrum_status thrum_output_flush(thrum_output *output, thrum_error *error) {
    if (output->status != THRUM_OK)
        return repeat_failure(output, error);
    size_t n_bytes = output->n_buffered;
    output->n_buffered = 0;
    return write_through(output, output->buffer, n_bytes, error);
}

thrum_status thrum_output_write(thrum_output *output, const void *bytes, size_t n_bytes, thrum_error *error) {
    if (output->status != THRUM_OK)
        return repeat_failure(output, error);
    if (n_bytes > BUFFER_BYTES - output->n_buffered && thrum_output_flush(output, error) != THRUM_OK)
        return output->status;
    if (n_bytes >= BUFFER_BYTES)
        return write_through(output, bytes, n_bytes, error);
    if (n_bytes > 0)
        memcpy(output->buffer + output->n_buffered, bytes, n_bytes);
    output->n_buffered += n_bytes;
    return THRUM_OK;
}

bool thrum_output_is_terminal(const thrum_output *output) {
    return system_is_terminal(output->descriptor);
}

thrum_status thrum_output_close(thrum_output *output, thrum_error *error) {
    if (!output)
        return THRUM_OK;
    thrum_status status = thrum_output_flush(output, error);
    int failure = status == THRUM_OK && output->final_path
                      ? beside_name_file(output->descriptor, &output->temporary_path, output->final_path)
                      : 0;
    int close_failure = system_close(output->descriptor);
    output->descriptor = -1;
    if (!failure)
        failure = close_failure;
    if (failure)
        status = fail(output, failure, "cannot write", error);
    if (status == THRUM_OK && output->temporary_path) {
        failure = system_rename(output->temporary_path, output->final_path);
        if (failure) {
            status = fail(output, failure, "cannot rename the finished file", error);
        } else {
            free(output->temporary_path);
            output->temporary_path = NULL;
        }
    }
    thrum_output_discard(output);
    return status;
}

void thrum_output_discard(thrum_output *output) {
    if (!output)
        return;
    if (output->descriptor >= 0)
        (void)system_close(output->descriptor);
    if (output->temporary_path)
        (void)system_remove(output->temporary_path);
    free(output->temporary_path);
    free(output->final_path);
    free(output->path);
    free(output);
}
