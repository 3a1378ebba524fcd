/* Lines as uniq -c prints them: the count right-aligned in seven columns, a space, the text as it is. */
#include <string.h>

#include "format.h"

static size_t find_count(const report_columns *columns) {
    size_t i = 0;
    while (i < columns->n && (columns->items[i].kind != REPORT_NUMBER || strcmp(columns->items[i].name, "count") != 0))
        i++;
    return i;
}

/* One past the last column of text. */
static size_t find_text_end(const report_columns *columns) {
    size_t end = columns->n;
    while (end > 0 && columns->items[end - 1].kind != REPORT_TEXT)
        end--;
    return end;
}

bool uniq_fits(const report_columns *columns) {
    return find_count(columns) < columns->n && find_text_end(columns) > 0;
}

void uniq_row(const report_columns *columns, const report_cell *cells, thrum_buffer *buffer) {
    const report_cell *count = &cells[find_count(columns)], *text = &cells[find_text_end(columns) - 1];
    for (uint64_t least = 1000000; least > 1 && count->number < least; least /= 10)
        thrum_buffer_append(buffer, " ", 1);
    thrum_buffer_append_number(buffer, count->number);
    thrum_buffer_append(buffer, " ", 1);
    thrum_buffer_append(buffer, text->text.bytes, text->text.n_bytes);
    thrum_buffer_append(buffer, "\n", 1);
}
