/* What the program says on standard error. Control characters in paths, patterns and messages are shown escaped. */
#ifndef CLI_MESSAGE_H
#define CLI_MESSAGE_H

#include "thrum/thrum.h"

/* The exit status of any error. */
enum { EXIT_TROUBLE = 2 };

/* "thrum: " and a formatted line. */
void message(const char *format, ...) THRUM_PRINTF(1, 2);
/* "thrum: PATH: what happened", with the offset where matching failed. */
void message_error(const thrum_error *error);
/* The same with "(see --option)" behind it; the option may be NULL. */
void message_error_see(const thrum_error *error, const char *option);
/* The same for a text that does not compile: the text and a mark under the place follow. `what` is its name. */
void message_source(const char *what, const char *text, size_t n_bytes, const thrum_error *error);

/* Writes what was gathered to the file of a path, or to standard output (NULL), checked to the end, and releases it;
 * returns the exit status. */
int print_and_release(thrum_buffer *buffer, const char *path);

/* The one of n names that looks most like `name`, or NULL when none does. */
const char *nearest_name(const char *name, const char *const *names, size_t n);

#endif
