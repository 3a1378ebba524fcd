/* The patterns of a command line, from -e and -f, and their compilation with messages that show the place at fault. */
#ifndef CLI_PATTERN_LIST_H
#define CLI_PATTERN_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"
#include "text_lines.h"
#include "thrum/thrum.h"

/* {0} may be released. */
typedef struct pattern_list {
    const char **texts;
    size_t *n_bytes;
    size_t n;
    text_lines *files;
    size_t n_files;
} pattern_list;

/* Gathers the texts of a list and then the lines of the files of another. False when that failed and was told. */
bool pattern_list_init(pattern_list *list, const option_list *texts, const option_list *files);
/* Compiles all of them into one pattern. False when that failed and was told. */
bool pattern_list_compile(const pattern_list *list, const thrum_pattern_options *options, thrum_pattern **pattern);
void pattern_list_release(pattern_list *list);

/* Compiles one text. False when that failed and was told. */
bool pattern_compile_one(const char *text, const thrum_pattern_options *options, thrum_pattern **pattern);

#endif
