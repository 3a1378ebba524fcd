#define _GNU_SOURCE /* memrchr */
#include "run/place.h"

#include <string.h>

#include "text/lines.h"

place_step place_measure(const uint8_t *bytes, size_t begin, size_t end, bool characters) {
    place_step step = {.n_lines = lines_count(bytes + begin, end - begin)};
    size_t counted_from = begin;
    if (step.n_lines > 0) {
        const uint8_t *feed = memrchr(bytes + begin, '\n', end - begin);
        step.line_begin = counted_from = (size_t)(feed - bytes) + 1;
    }
    if (characters)
        step.n_characters = characters_count(bytes + counted_from, end - counted_from);
    return step;
}

place place_after(place from, place_step step, size_t end) {
    place after = {end, from.line + step.n_lines, from.line_begin, from.n_characters + step.n_characters};
    if (step.n_lines > 0) {
        after.line_begin = step.line_begin;
        after.n_characters = step.n_characters;
    }
    return after;
}
