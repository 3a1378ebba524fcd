/* Case folding: letters that differ in case only become the same, the same in every locale. */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <unicode/ucasemap.h>

#include "thrum/buffer.h"
#include "thrum/error.h"

/* No character's folding has more than three times its bytes (Unicode Standard, section 5.18). */
enum { FOLD_MAX_GROWTH = 3 };

/* Opens full Unicode case folding; free with ucasemap_close. Not for two threads at a time. */
thrum_status fold_open(UCaseMap **map, thrum_error *error);

/* Tells whether full Unicode case folding changes a character. */
bool fold_changes(uint32_t code_point);

/* What a character of U+0080 to U+FFFF folds to; FOLD_NOT_SIMPLE when that is not one character of as many bytes.
 * Thread-safe. */
enum { FOLD_NOT_SIMPLE = 1 };
uint32_t fold_simple(uint32_t code_point);

/* Appends the folded bytes: with a map by full Unicode case folding, where what is ill-formed stays as it is, without
 * one (NULL) A-Z only. When FOLD_MAX_GROWTH * n_bytes bytes are free, the buffer does not move. False without memory.
 */
bool fold_append(thrum_buffer *buffer, const UCaseMap *map, const uint8_t *bytes, size_t n_bytes);

#endif
