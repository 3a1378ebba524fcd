/* The patterns of a command line, from -e and -f, and their compilation with messages that show the place at fault. */
#ifndef CLI_PATTERN_LIST_H
#define CLI_PATTERN_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "options.h"
#include "text_lines.h"
#include "thrum/thrum.h"

/* Rows of options that every command with patterns has, for settings with thrum_pattern_options `pattern`, newline
 * and engine; `at` is the offset of a member. */
/* clang-format off */
#define PATTERN_OPTIONS(at) \
    {"ignore-case", 'i', OPTION_FLAG, NULL, "match in any case", at(pattern.caseless), 0, 0, NULL}, \
    {"word-regexp", 'w', OPTION_FLAG, NULL, "only matches with no word character on either side", \
     at(pattern.whole_word), 0, 0, NULL}, \
    {"line-regexp", 'x', OPTION_FLAG, NULL, "only matches that are a whole line", at(pattern.whole_line), 0, 0, NULL}, \
    {"bytes", 0, OPTION_FLAG, NULL, "every byte is a character", at(pattern.bytes), 0, 0, NULL}, \
    {"lines", 0, OPTION_FLAG, NULL, "each line is a subject of its own: no match runs over its end", at(pattern.by_line), 0, \
     0, NULL}, \
    {"newline", 0, OPTION_CHOICE, NULL, "what ends a line for ^ $ . and --lines (default: anycrlf)", at(newline), 0, 0, \
     newline_names}, \
    PATTERN_ENGINE_OPTION(at)

#define PATTERN_ENGINE_OPTION(at) \
    {"engine", 0, OPTION_CHOICE, NULL, "what runs patterns, with the same result (default: auto)", at(engine), 0, 0, \
     engine_names}

#define PATTERN_LIMIT_OPTIONS(at) \
    {"match-limit", 0, OPTION_NUMBER, "N", "give up a match attempt after N steps (default: 10000000)", \
     at(pattern.match_limit), 1, UINT32_MAX, NULL}, \
    {"heap-limit", 0, OPTION_SIZE, "SIZE", "or when it takes so much memory (default: 256M)", \
     at(pattern.heap_limit_bytes), 1, UINT64_C(1) << 41, NULL}
/* clang-format on */

/* The choices of --newline, in the order of thrum_newline, and of --engine, in the order of thrum_engine. */
extern const char *const newline_names[];
extern const char *const engine_names[];

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
