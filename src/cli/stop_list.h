/* The stop words of every --stopwords together. */
#ifndef CLI_STOP_LIST_H
#define CLI_STOP_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"
#include "text_lines.h"

/* {0} may be released. */
typedef struct stop_list {
    text_lines *files;
    size_t n_files;
    const char **words;
    size_t n;
} stop_list;

/* Gathers the words of files, and of languages that are built in. False when that failed and was told. */
bool stop_list_init(stop_list *list, const option_list *sources);
void stop_list_release(stop_list *list);

#endif
