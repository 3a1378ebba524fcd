/* The list of files.
 *
 * Bytewise path order without sorting whole paths: the entries of one directory are sorted with a slash behind the
 * names of directories ("a.txt" < "a/" < "a0"), and each directory is walked in its place. All paths below a directory
 * begin with its name and that slash, so the two orders are the same.
 *
 * A directory is read to its end and closed before the walk goes down, so depth costs no descriptors; paths grow until
 * the system refuses them (PATH_MAX), which bounds the recursion to some 2,000 small frames even where a file system
 * contains itself. Cost: one fstatat a file, 10,000 files in 16 ms. */
#include "thrum/input.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "map/beside.h"
#include "map/journal.h"
#include "map/share.h"
#include "map/system.h"

typedef struct input {
    char *path;
    uint64_t n_bytes;
} input;

typedef struct globs {
    char **items;
    size_t n, capacity;
} globs;

struct thrum_inputs {
    input *items;
    size_t n, capacity;
    globs included, excluded;
};

/* One thrum_inputs_add. */
typedef struct walk {
    thrum_inputs *inputs;
    thrum_error_callback *on_error;
    void *context;
    thrum_status first_failure;
    bool without_memory; /* the walk stops */
    thrum_error error;
} walk;

/* What a directory holds for us. */
typedef struct entry {
    char *name; /* a directory's ends with a slash */
    uint64_t n_bytes;
    bool is_directory;
} entry;

typedef struct entries {
    entry *items;
    size_t n, capacity;
} entries;

thrum_status thrum_inputs_create(thrum_inputs **inputs, thrum_error *error) {
    *inputs = calloc(1, sizeof **inputs);
    return *inputs ? THRUM_OK : error_memory(error);
}

static thrum_status globs_add(globs *list, const char *glob, thrum_error *error) {
    char *copy = strdup(glob);
    if (!copy || !memory_grow(&list->items, &list->capacity, list->n + 1, sizeof *list->items)) {
        free(copy);
        return error_memory(error);
    }
    list->items[list->n++] = copy;
    return THRUM_OK;
}

thrum_status thrum_inputs_include(thrum_inputs *inputs, const char *glob, thrum_error *error) {
    return globs_add(&inputs->included, glob, error);
}

thrum_status thrum_inputs_exclude(thrum_inputs *inputs, const char *glob, thrum_error *error) {
    return globs_add(&inputs->excluded, glob, error);
}

static bool globs_match(const globs *list, const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    for (size_t i = 0; i < list->n; i++) {
        /* Without FNM_PATHNAME a star crosses slashes, so that a glob can reach any depth. */
        if (fnmatch(list->items[i], strchr(list->items[i], '/') ? path : name, 0) == 0)
            return true;
    }
    return false;
}

static bool is_wanted(const thrum_inputs *inputs, const char *path) {
    return (inputs->included.n == 0 || globs_match(&inputs->included, path)) && !globs_match(&inputs->excluded, path);
}

static void tell(walk *w, thrum_status status) {
    if (w->first_failure == THRUM_OK)
        w->first_failure = status;
    if (w->on_error)
        w->on_error(w->context, &w->error);
}

static void tell_system(walk *w, int failure, const char *path) {
    tell(w, error_system(&w->error, failure, path, "cannot open"));
}

static void tell_memory(walk *w) {
    w->without_memory = true;
    tell(w, error_memory(&w->error));
}

/* Takes the path, which is the list's from here on. */
static void append(walk *w, char *path, uint64_t n_bytes) {
    thrum_inputs *inputs = w->inputs;
    if (!path || !memory_grow(&inputs->items, &inputs->capacity, inputs->n + 1, sizeof *inputs->items)) {
        free(path);
        tell_memory(w);
        return;
    }
    inputs->items[inputs->n++] = (input){path, n_bytes};
}

static char *concatenate(const char *a, size_t n_a, const char *b) {
    size_t n_b = strlen(b);
    char *joined = malloc(n_a + n_b + 1);
    if (joined) {
        memcpy(joined, a, n_a);
        memcpy(joined + n_a, b, n_b + 1);
    }
    return joined;
}

static void entries_release(entries *list) {
    for (size_t i = 0; i < list->n; i++)
        free(list->items[i].name);
    free(list->items);
}

static void entries_add(walk *w, entries *list, const char *name, const system_file *file) {
    bool is_directory = file->kind == SYSTEM_DIRECTORY;
    char *copy = concatenate(name, strlen(name), is_directory ? "/" : "");
    if (!copy || !memory_grow(&list->items, &list->capacity, list->n + 1, sizeof *list->items)) {
        free(copy);
        tell_memory(w);
        return;
    }
    list->items[list->n++] = (entry){copy, file->n_bytes, is_directory};
}

/* Looks at an entry where its kind does not say enough. An entry that is gone meanwhile was not there. */
static int look(system_directory *directory, const char *name, system_kind kind, system_file *file) {
    *file = (system_file){.kind = kind};
    int failure = kind == SYSTEM_REGULAR || kind == SYSTEM_UNKNOWN ? system_directory_stat(directory, name, file) : 0;
    if (failure == ENOENT)
        file->kind = SYSTEM_OTHER;
    return failure == ENOENT ? 0 : failure;
}

static void tell_entry(walk *w, int failure, const char *prefix, const char *name) {
    char *path = concatenate(prefix, strlen(prefix), name);
    if (path)
        tell_system(w, failure, path);
    else
        tell_memory(w);
    free(path);
}

/* Reads a directory whose entries' paths begin with `prefix`. */
static void entries_read(walk *w, entries *list, system_directory *directory, const char *prefix) {
    while (!w->without_memory) {
        const char *name;
        system_kind kind;
        int failure = system_directory_next(directory, &name, &kind);
        if (failure)
            tell_entry(w, failure, prefix, "");
        if (failure || !name)
            return;
        if (beside_is_temporary(name) || journal_is_name(name))
            continue;
        system_file file;
        failure = look(directory, name, kind, &file);
        if (failure)
            tell_entry(w, failure, prefix, name);
        else if (file.kind == SYSTEM_REGULAR || file.kind == SYSTEM_DIRECTORY)
            entries_add(w, list, name, &file);
    }
}

static int compare_entries(const void *a, const void *b) {
    return strcmp(((const entry *)a)->name, ((const entry *)b)->name);
}

static void walk_directory(walk *w, const char *path, bool is_named);

static void walk_entries(walk *w, const entries *list, const char *prefix) {
    size_t n_prefix = strlen(prefix);
    for (size_t i = 0; i < list->n && !w->without_memory; i++) {
        const entry *e = &list->items[i];
        char *path = concatenate(prefix, n_prefix, e->name);
        if (!path) {
            tell_memory(w);
        } else if (!e->is_directory && is_wanted(w->inputs, path)) {
            append(w, path, e->n_bytes);
        } else {
            if (e->is_directory) {
                path[strlen(path) - 1] = '\0';
                walk_directory(w, path, false);
            }
            free(path);
        }
    }
}

/* A directory that the caller named may be a symbolic link; one that was found, no longer a link, is not followed. */
static void walk_directory(walk *w, const char *path, bool is_named) {
    system_directory *directory;
    int failure = system_directory_open(&directory, path, is_named);
    if (failure) {
        tell_system(w, failure, path);
        return;
    }
    size_t n_path = strlen(path);
    char *prefix = concatenate(path, n_path, n_path > 0 && path[n_path - 1] == '/' ? "" : "/");
    entries list = {0};
    if (prefix)
        entries_read(w, &list, directory, prefix);
    else
        tell_memory(w);
    system_directory_close(directory);
    if (list.n > 1)
        qsort(list.items, list.n, sizeof *list.items, compare_entries);
    if (prefix)
        walk_entries(w, &list, prefix);
    entries_release(&list);
    free(prefix);
}

/* What is left to read on standard input, where it has a size. */
static uint64_t standard_input_n_bytes(void) {
    system_file file;
    uint64_t position;
    if (system_stat(SYSTEM_STANDARD_INPUT, &file) != 0 || file.kind != SYSTEM_REGULAR ||
        system_position(SYSTEM_STANDARD_INPUT, &position) != 0 || position > file.n_bytes)
        return 0;
    return file.n_bytes - position;
}

thrum_status thrum_inputs_add(thrum_inputs *inputs, const char *path, thrum_error_callback *on_error, void *context) {
    walk w = {.inputs = inputs, .on_error = on_error, .context = context, .first_failure = THRUM_OK};
    if (strcmp(path, "-") == 0) {
        append(&w, strdup(path), standard_input_n_bytes());
        return w.first_failure;
    }
    system_file file;
    int failure = share_or_file_stat(path, &file);
    if (failure)
        tell(&w, share_or_file_error(&w.error, failure, path));
    else if (file.kind == SYSTEM_DIRECTORY)
        walk_directory(&w, path, true);
    else
        append(&w, strdup(path), file.kind == SYSTEM_REGULAR ? file.n_bytes : 0);
    return w.first_failure;
}

size_t thrum_inputs_n(const thrum_inputs *inputs) {
    return inputs->n;
}

const char *thrum_inputs_path(const thrum_inputs *inputs, size_t index) {
    return inputs->items[index].path;
}

uint64_t thrum_inputs_n_bytes(const thrum_inputs *inputs, size_t index) {
    return inputs->items[index].n_bytes;
}

static void globs_release(globs *list) {
    for (size_t i = 0; i < list->n; i++)
        free(list->items[i]);
    free(list->items);
}

void thrum_inputs_free(thrum_inputs *inputs) {
    if (!inputs)
        return;
    for (size_t i = 0; i < inputs->n; i++)
        free(inputs->items[i].path);
    free(inputs->items);
    globs_release(&inputs->included);
    globs_release(&inputs->excluded);
    free(inputs);
}
