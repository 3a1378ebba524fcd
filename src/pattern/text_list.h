/* A list of texts that grows by joining and by crossing: the texts that a part of a pattern stands for. */
#ifndef PATTERN_TEXT_LIST_H
#define PATTERN_TEXT_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/sieve.h"
#include "thrum/buffer.h"

/* {0} is empty. */
typedef struct text_list {
    thrum_buffer bytes; /* one text after the other */
    size_t *ends;
    size_t n, capacity;
} text_list;

void text_list_release(text_list *list);
sieve_text text_list_get(const text_list *list, size_t index);
/* The length of the shortest text. */
size_t text_list_least_bytes(const text_list *list);

/* False without memory, or when the list becomes too large; then it is to be released. */
bool text_list_add(text_list *list, const uint8_t *bytes, size_t n_bytes);
/* Adds all texts of another list. */
bool text_list_join(text_list *list, const text_list *more);
/* Makes it the list of each of its texts followed by each of another list's, in this order. Where that would be too
 * many, the list stays as it is and the result is false. */
bool text_list_cross(text_list *list, const text_list *behind);

#endif
