/* Paths of files, and files that stand beside others while these are made. */
#ifndef MAP_BESIDE_H
#define MAP_BESIDE_H

/* Follows symbolic links to a path that is none, whether a file stands there or not, for free(). 0 or an errno value.
 */
int beside_resolve(char **resolved, const char *path);

/* The directory of `path`, then the three parts of a name; for free(). NULL without memory. */
char *beside_name(const char *path, const char *begin, const char *middle, const char *end);

/* Makes a new file for writing, under a name of its own beside `path`. The caller closes *descriptor, and removes and
 * frees *temporary_path. 0 or an errno value. */
int beside_create(int *descriptor, char **temporary_path, const char *path, unsigned mode);

#endif
