#include "pattern/text_list.h"

#include <stdlib.h>

#include "base/memory.h"

enum {
    MOST_PRODUCT = 64, /* texts, where choices are multiplied */
    MOST_TEXTS = 100000,
    MOST_BYTES = 4 << 20
};

void text_list_release(text_list *list) {
    thrum_buffer_release(&list->bytes);
    free(list->ends);
    *list = (text_list){0};
}

sieve_text text_list_get(const text_list *list, size_t index) {
    size_t begin = index ? list->ends[index - 1] : 0;
    const uint8_t *bytes = list->bytes.bytes; /* NULL while all texts are empty */
    return (sieve_text){bytes ? bytes + begin : NULL, list->ends[index] - begin};
}

size_t text_list_least_bytes(const text_list *list) {
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < list->n; i++) {
        size_t n_bytes = text_list_get(list, i).n_bytes;
        least = n_bytes < least ? n_bytes : least;
    }
    return least;
}

/* Ends the text whose bytes were appended. */
static bool end_text(text_list *list) {
    if (list->bytes.failed || list->bytes.n_bytes > MOST_BYTES || list->n == MOST_TEXTS ||
        !memory_grow(&list->ends, &list->capacity, list->n + 1, sizeof *list->ends))
        return false;
    list->ends[list->n++] = list->bytes.n_bytes;
    return true;
}

bool text_list_add(text_list *list, const uint8_t *bytes, size_t n_bytes) {
    thrum_buffer_append(&list->bytes, bytes, n_bytes);
    return end_text(list);
}

bool text_list_join(text_list *list, const text_list *more) {
    bool ok = true;
    for (size_t i = 0; i < more->n && ok; i++) {
        sieve_text text = text_list_get(more, i);
        ok = text_list_add(list, text.bytes, text.n_bytes);
    }
    return ok;
}

bool text_list_cross(text_list *list, const text_list *behind) {
    text_list crossed = {0};
    bool ok = list->n <= 1 || behind->n <= 1 || list->n * behind->n <= MOST_PRODUCT;
    for (size_t i = 0; i < list->n && ok; i++)
        for (size_t k = 0; k < behind->n && ok; k++) {
            sieve_text a = text_list_get(list, i), b = text_list_get(behind, k);
            thrum_buffer_append(&crossed.bytes, a.bytes, a.n_bytes);
            thrum_buffer_append(&crossed.bytes, b.bytes, b.n_bytes);
            ok = end_text(&crossed);
        }
    if (!ok) {
        text_list_release(&crossed);
        return false;
    }
    text_list_release(list);
    *list = crossed;
    return true;
}
