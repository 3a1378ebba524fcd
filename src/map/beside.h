/* Paths of files, and files that stand beside others while these are made. */
#ifndef MAP_BESIDE_H
#define MAP_BESIDE_H

#include <stdbool.h>

/* Follows symbolic links to a path that is none, whether a file stands there or not, for free(). 0 or an errno value.
 */
int beside_resolve(char **resolved, const char *path);

/* The directory of `path`, then the three parts of a name; for free(). NULL without memory. */
char *beside_name(const char *path, const char *begin, const char *middle, const char *end);

/* True for the names that files have while they are made: what a killed process left, or another one is at. */
bool beside_is_temporary(const char *name);

/* Makes a new file for writing that is to take the place of that at `path`. It has no name, so that nothing stays of it
 * when the process is killed, and *temporary_path is NULL; where the system has no such files it is what
 * beside_create makes. beside_name_file gives it the name under which it can be renamed. The caller closes
 * *descriptor, and removes and frees *temporary_path. 0 or an errno value. */
int beside_create_nameless(int *descriptor, char **temporary_path, const char *path, unsigned mode);
int beside_name_file(int descriptor, char **temporary_path, const char *path);

/* Makes a new file for writing, under a name of its own beside `path`. The caller closes *descriptor, and removes and
 * frees *temporary_path. 0 or an errno value. */
int beside_create(int *descriptor, char **temporary_path, const char *path, unsigned mode);

#endif
