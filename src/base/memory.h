/* Allocation whose sizes are checked for overflow. Everything here returns NULL without memory; free() releases it. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Memory that one thread writes and another reads or writes nearby is kept this far apart: two lines, because
 * processors fetch them in pairs. */
enum { CACHE_LINE_PAIR_BYTES = 128 };

/* Zeroed memory for n items, aligned to CACHE_LINE_PAIR_BYTES and padded to a multiple of it: for what one thread
 * owns. */
void *memory_own(size_t n, size_t item_bytes);

/* Grows *items (or leaves it) so that it holds at least n_needed items; doubles, so that appending is linear. False
 * without memory, with the array as it was. */
bool memory_grow(void *items_pointer, size_t *capacity, size_t n_needed, size_t item_bytes);

#endif
