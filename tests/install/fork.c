/* An example: a parent and its children work on one file and exchange results through memory that they share. Each
 * child maps the file, counts the lines of its part and writes the number to its slot; the parent adds the slots up.
 * Nothing is copied: all of them use one copy of the file in memory, and the slots need no pipe.
 *
 *   fork FILE [CHILDREN] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <thrum/thrum.h>
#include <unistd.h>

enum { MOST_CHILDREN = 64 };

/* One for each child, as far apart as processors fetch lines, so that no child waits for another's writes. */
typedef struct slot {
    uint64_t n_lines;
    char padding[120];
} slot;

/* A child's work; returns its exit status. */
static int count_part(const char *path, slot *slots, unsigned child, unsigned n_children) {
    thrum_mapping *mapping;
    thrum_error error;
    if (thrum_mapping_open(&mapping, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, &error) != THRUM_OK) {
        fprintf(stderr, "fork: %s: %s\n", error.path, error.message);
        return 2;
    }
    const uint8_t *bytes = thrum_mapping_bytes(mapping);
    uint64_t n_bytes = thrum_mapping_n_bytes(mapping);
    const uint8_t *at = bytes + n_bytes / n_children * child;
    const uint8_t *end = child + 1 == n_children ? bytes + n_bytes : bytes + n_bytes / n_children * (child + 1);
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        slots[child].n_lines++;
        at++;
    }
    thrum_mapping_close(mapping);
    return 0;
}

int main(int argc, char **argv) {
    thrum_mapping *shared;
    thrum_error error;
    int n_wished = argc > 2 ? atoi(argv[2]) : 4;
    if (argc < 2 || n_wished < 1 || n_wished > MOST_CHILDREN) {
        fputs("usage: fork FILE [CHILDREN]\n", stderr);
        return 2;
    }
    unsigned n_children = (unsigned)n_wished, n_started = 0;
    /* Before the children are made: they inherit it. It begins as zeros. */
    if (thrum_mapping_anonymous(&shared, n_children * sizeof(slot), &error) != THRUM_OK) {
        fprintf(stderr, "fork: %s\n", error.message);
        return 2;
    }
    slot *slots = (slot *)(void *)thrum_mapping_writable(shared);
    for (pid_t child = 1; n_started < n_children && child > 0; n_started += child > 0) {
        child = fork();
        if (child == 0)
            _exit(count_part(argv[1], slots, n_started, n_children));
    }
    int status, exit_status = n_started == n_children ? 0 : 2;
    while (wait(&status) > 0) /* what a child wrote before it ended is there for the parent */
        if (status != 0)
            exit_status = 2;
    uint64_t n_lines = 0;
    for (unsigned i = 0; i < n_children; i++)
        n_lines += slots[i].n_lines;
    thrum_mapping_close(shared);
    if (exit_status == 0)
        printf("%" PRIu64 "\n", n_lines);
    return exit_status;
}
