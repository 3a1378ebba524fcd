/* Lines and columns, walked forward once: how many lines were begun before a place, and where its own line began. */
#ifndef RUN_PLACE_H
#define RUN_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct place {
    size_t offset;
    uint64_t line;         /* from 1 */
    size_t line_begin;     /* offset of the line's first byte */
    uint64_t n_characters; /* from line_begin to offset; kept only when asked for */
} place;

/* What a stretch of text adds to the place at its begin. */
typedef struct place_step {
    uint64_t n_lines;
    size_t line_begin;     /* of the line that is open at the end; meaningful when n_lines > 0 */
    uint64_t n_characters; /* since line_begin, or in the whole stretch when n_lines is 0 */
} place_step;

/* The step over bytes[begin, end). Memory speed. */
place_step place_measure(const uint8_t *bytes, size_t begin, size_t end, bool characters);
/* The place after a step that ends at `end`. */
place place_after(place from, place_step step, size_t end);

#endif
