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
int beside_create(int *descriptor, char **temporary_path, const char *path, unsigned mode) {
    int failure = EEXIST;
    for (int i = 0; i < MOST_NAMES && failure == EEXIST; i++) {
        uint64_t random;
        if (!system_random(&random, sizeof random))
            return EIO;
        char name[32];
        snprintf(name, sizeof name, ".thrum-%016" PRIx64, random);
        char *made = beside_name(path, name, "", "");
        if (!made)
            return ENOMEM;
        failure = system_create(descriptor, made, mode);
        if (failure)
            free(made);
        else
            *temporary_path = made;
    }
    return failure;
}
