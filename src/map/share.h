/* Paths that may name a share, and where shares lie. */
#ifndef MAP_SHARE_H
#define MAP_SHARE_H

#include <stdbool.h>

#include "map/system.h"
#include "thrum/share.h"

/* True for "shm:…", whether the name is a good one or not. */
bool share_is_path(const char *path);

/* As system_open and system_stat_path, of a share or a file. A bad name is EINVAL. After a failure the descriptor is
 * -1. */
int share_or_file_open(int *descriptor, const char *path, system_opening opening);
int share_or_file_stat(const char *path, system_file *file);
/* A sentence for what those two returned. */
thrum_status share_or_file_error(thrum_error *error, int failure, const char *path);

enum { SHARE_FILE_PATH_BYTES = 256 };
/* The file behind a path: the path itself, or that of a share's memory, written to `room`. NULL for a bad name. */
const char *share_file_path(const char *path, char room[SHARE_FILE_PATH_BYTES]);

#endif
