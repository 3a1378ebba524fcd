#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *memory_own(size_t n, size_t item_bytes) {
    if (item_bytes && n > (SIZE_MAX - CACHE_LINE_PAIR_BYTES) / item_bytes)
        return NULL;
    size_t n_bytes = n * item_bytes;
    size_t padded = (n_bytes / CACHE_LINE_PAIR_BYTES + 1) * CACHE_LINE_PAIR_BYTES;
    void *memory = aligned_alloc(CACHE_LINE_PAIR_BYTES, padded);
    if (memory)
        memset(memory, 0, padded);
    return memory;
}

bool memory_grow(void *items_pointer, size_t *capacity, size_t n_needed, size_t item_bytes) {
    if (n_needed <= *capacity)
        return true;
    size_t doubled = *capacity > SIZE_MAX / 2 ? SIZE_MAX : *capacity * 2;
    size_t grown = n_needed > doubled ? n_needed : doubled;
    if (grown < 16)
        grown = 16;
    if (grown > SIZE_MAX / item_bytes)
        return false;
    void *items;
    memcpy(&items, items_pointer, sizeof items);
    items = realloc(items, grown * item_bytes);
    if (!items)
        return false;
    memcpy(items_pointer, &items, sizeof items);
    *capacity = grown;
    return true;
}
