/* Counting line feeds and characters: the sums behind `count`, line numbers and columns. */
#ifndef TEXT_LINES_H
#define TEXT_LINES_H

#include <stddef.h>
#include <stdint.h>

/* Line feeds in the bytes. Memory speed. */
uint64_t lines_count(const uint8_t *bytes, size_t n_bytes);

/* Bytes that do not continue a UTF-8 sequence (are not 10xxxxxx): for well-formed text, its code points. */
uint64_t characters_count(const uint8_t *bytes, size_t n_bytes);

/* Both at once, in one pass. */
void lines_and_characters_count(const uint8_t *bytes, size_t n_bytes, uint64_t *n_lines, uint64_t *n_characters);

#endif
