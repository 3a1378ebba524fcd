#include "text_lines.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

static size_t count_lines(const char *bytes, size_t n_bytes) {
    size_t n = n_bytes && bytes[n_bytes - 1] != '\n';
    for (size_t i = 0; i < n_bytes; i++)
        n += bytes[i] == '\n';
    return n;
}

static void cut(text_lines *text, char *at, char *end) {
    for (size_t i = 0; i < text->n; i++) {
        char *line_end = memchr(at, '\n', (size_t)(end - at));
        char *next = line_end ? line_end + 1 : end;
        if (!line_end)
            line_end = end;
        if (line_end > at && line_end[-1] == '\r')
            line_end--;
        *line_end = '\0';
        text->lines[i] = at;
        text->n_bytes[i] = (size_t)(line_end - at);
        at = next;
    }
}

bool text_lines_read(text_lines *text, const char *path) {
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    thrum_mapping *mapping;
    thrum_error error;
    memset(text, 0, sizeof *text);
    if (thrum_mapping_open(&mapping, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, &error) != THRUM_OK) {
        message_error(&error);
        return false;
    }
    const char *bytes = (const char *)thrum_mapping_bytes(mapping);
    size_t n_bytes = thrum_mapping_n_bytes(mapping);
    if (n_bytes >= 3 && memcmp(bytes, byte_order_mark, 3) == 0) {
        bytes += 3;
        n_bytes -= 3;
    }
    text->bytes = malloc(n_bytes + 1);
    if (text->bytes) {
        memcpy(text->bytes, bytes, n_bytes);
        text->bytes[n_bytes] = '\0';
        text->n = count_lines(text->bytes, n_bytes);
        text->lines = calloc(text->n + 1, sizeof *text->lines);
        text->n_bytes = calloc(text->n + 1, sizeof *text->n_bytes);
    }
    thrum_mapping_close(mapping);
    if (!text->bytes || !text->lines || !text->n_bytes) {
        message("out of memory");
        text_lines_release(text);
        return false;
    }
    cut(text, text->bytes, text->bytes + n_bytes);
    return true;
}

void text_lines_release(text_lines *text) {
    free(text->bytes);
    free(text->lines);
    free(text->n_bytes);
    memset(text, 0, sizeof *text);
}
