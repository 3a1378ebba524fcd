/* A small text file (patterns, stop words) cut into lines. */
#ifndef CLI_TEXT_LINES_H
#define CLI_TEXT_LINES_H

#include <stdbool.h>
#include <stddef.h>

/* {0} may be released. Each line is followed by a NUL; its line end, LF or CRLF, is not part of it, nor is a byte order
 * mark at the begin of the file. */
typedef struct text_lines {
    char *bytes;
    char **lines;
    size_t *n_bytes; /* of each line */
    size_t n;
} text_lines;

/* Reads a file, "-" is standard input. False when it failed and was told. */
bool text_lines_read(text_lines *text, const char *path);
void text_lines_release(text_lines *text);

#endif
