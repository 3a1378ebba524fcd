#include "map/beside.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "map/system.h"

enum { MOST_LINKS = 40, MOST_NAMES = 100 };

char *beside_name(const char *path, const char *begin, const char *middle, const char *end) {
    const char *slash = strrchr(path, '/');
    size_t n_directory = slash ? (size_t)(slash + 1 - path) : 0;
    size_t n_bytes = n_directory + strlen(begin) + strlen(middle) + strlen(end) + 1;
    char *joined = malloc(n_bytes);
    if (joined) {
        memcpy(joined, path, n_directory);
        snprintf(joined + n_directory, n_bytes - n_directory, "%s%s%s", begin, middle, end);
    }
    return joined;
}

int beside_resolve(char **resolved, const char *path) {
    char *at = strdup(path);
    for (int n_links = 0; at; n_links++) {
        char *target;
        int failure = system_read_link(&target, at);
        if (failure == EINVAL || failure == ENOENT) {
            *resolved = at;
            return 0;
        }
        if (!failure && n_links == MOST_LINKS) {
            free(target);
            failure = ELOOP;
        }
        if (failure) {
            free(at);
            return failure;
        }
        char *next = target[0] == '/' ? strdup(target) : beside_name(at, target, "", "");
        free(target);
        free(at);
        at = next;
    }
    return ENOMEM;
}

/* The name does not grow with that of the file, which may be as long as the system allows. */
static const char name_begin[] = ".thrum-";
enum { N_BEGIN = sizeof name_begin - 1, N_DIGITS = 16 };

bool beside_is_temporary(const char *name) {
    return strncmp(name, name_begin, N_BEGIN) == 0 && strlen(name) == N_BEGIN + N_DIGITS &&
           strspn(name + N_BEGIN, "0123456789abcdef") == N_DIGITS;
}

/* Makes names until `make` is done with one, which is handed out then. */
static int with_name(int (*make)(int *descriptor, const char *name, unsigned mode), int *descriptor,
                     char **temporary_path, const char *path, unsigned mode) {
    int failure = EEXIST;
    for (int i = 0; i < MOST_NAMES && failure == EEXIST; i++) {
        uint64_t random;
        if (!system_random(&random, sizeof random))
            return EIO;
        char name[N_BEGIN + N_DIGITS + 1];
        snprintf(name, sizeof name, "%s%016" PRIx64, name_begin, random);
        char *made = beside_name(path, name, "", "");
        if (!made)
            return ENOMEM;
        failure = make(descriptor, made, mode);
        if (failure)
            free(made);
        else
            *temporary_path = made;
    }
    return failure;
}

int beside_create(int *descriptor, char **temporary_path, const char *path, unsigned mode) {
    return with_name(system_create, descriptor, temporary_path, path, mode);
}

static int give_name(int *descriptor, const char *name, unsigned mode) {
    (void)mode;
    return system_name(*descriptor, name);
}

int beside_name_file(int descriptor, char **temporary_path, const char *path) {
    return *temporary_path ? 0 : with_name(give_name, &descriptor, temporary_path, path, 0);
}

/* A name that is refused when all is written comes too late, so another file has to show that there will be one. */
static bool can_name(const char *folder, const char *path) {
    enum { OWNER_ONLY = 0600 };
    int descriptor;
    char *name = NULL;
    if (system_create_nameless(&descriptor, folder, OWNER_ONLY) != 0)
        return false;
    bool is_named = beside_name_file(descriptor, &name, path) == 0;
    if (is_named)
        (void)system_remove(name);
    free(name);
    (void)system_close(descriptor);
    return is_named;
}

int beside_create_nameless(int *descriptor, char **temporary_path, const char *path, unsigned mode) {
    char *folder = beside_name(path, ".", "", "");
    if (!folder)
        return ENOMEM;
    *temporary_path = NULL;
    int failure = can_name(folder, path) ? system_create_nameless(descriptor, folder, mode) : EOPNOTSUPP;
    free(folder);
    return failure ? beside_create(descriptor, temporary_path, path, mode) : 0;
}
