#include "utf8.h"

#include <stdbool.h>

/* What may follow a lead byte (Unicode 15, table 3-7): the second byte's range excludes overlong forms, surrogates
 * and what lies beyond U+10FFFF; every later byte is 80..BF. */
typedef struct sequence {
    uint8_t first_lead, last_lead;
    uint8_t n_bytes;
    uint8_t first_second, last_second;
} sequence;

static const sequence sequences[] = {
    {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF}, {0xE1, 0xEC, 3, 0x80, 0xBF}, {0xED, 0xED, 3, 0x80, 0x9F},
    {0xEE, 0xEF, 3, 0x80, 0xBF}, {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

static const sequence *find_sequence(uint8_t lead) {
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++)
        if (lead >= sequences[i].first_lead && lead <= sequences[i].last_lead)
            return &sequences[i];
    return NULL;
}

size_t utf8_read(const uint8_t *bytes, size_t n_bytes, uint32_t *code_point) {
    *code_point = bytes[0];
    if (bytes[0] < 0x80)
        return 1;
    *code_point = UTF8_INVALID;
    const sequence *form = find_sequence(bytes[0]);
    if (!form)
        return 1;
    uint32_t value = bytes[0] & (0x7Fu >> form->n_bytes);
    for (size_t i = 1; i < form->n_bytes; i++) {
        uint8_t low = i == 1 ? form->first_second : 0x80;
        uint8_t high = i == 1 ? form->last_second : 0xBF;
        if (i >= n_bytes || bytes[i] < low || bytes[i] > high)
            return i;
        value = value << 6 | (bytes[i] & 0x3F);
    }
    *code_point = value;
    return form->n_bytes;
}

typedef struct width_range {
    uint32_t first, last;
    uint8_t width;
} width_range;

/* The ranges that matter to columns of words, ascending; not the whole of Unicode, and independent of the locale. */
static const width_range width_ranges[] = {
    {0x0300, 0x036F, 0},   {0x0483, 0x0489, 0},   {0x0591, 0x05BD, 0},   {0x05BF, 0x05BF, 0}, {0x05C1, 0x05C2, 0},
    {0x05C4, 0x05C5, 0},   {0x0610, 0x061A, 0},   {0x064B, 0x065F, 0},   {0x0670, 0x0670, 0}, {0x06D6, 0x06DC, 0},
    {0x0900, 0x0902, 0},   {0x093C, 0x093C, 0},   {0x0941, 0x0948, 0},   {0x094D, 0x094D, 0}, {0x0E31, 0x0E31, 0},
    {0x0E34, 0x0E3A, 0},   {0x0E47, 0x0E4E, 0},   {0x0EB1, 0x0EB1, 0},   {0x0EB4, 0x0EBC, 0}, {0x0EC8, 0x0ECD, 0},
    {0x1100, 0x115F, 2},   {0x1160, 0x11FF, 0},   {0x1AB0, 0x1AFF, 0},   {0x1DC0, 0x1DFF, 0}, {0x200B, 0x200F, 0},
    {0x20D0, 0x20FF, 0},   {0x2E80, 0x303E, 2},   {0x3041, 0x3247, 2},   {0x3250, 0x4DBF, 2}, {0x4E00, 0xA4CF, 2},
    {0xA960, 0xA97F, 2},   {0xAC00, 0xD7A3, 2},   {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0}, {0xFE10, 0xFE19, 2},
    {0xFE20, 0xFE2F, 0},   {0xFE30, 0xFE6F, 2},   {0xFF00, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2}, {0x1F300, 0x1F64F, 2},
    {0x1F900, 0x1F9FF, 2}, {0x20000, 0x3FFFD, 2}, {0xE0100, 0xE01EF, 0},
};

static size_t character_width(uint32_t code_point) {
    if (code_point < width_ranges[0].first)
        return 1;
    size_t low = 0, high = sizeof width_ranges / sizeof *width_ranges;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (code_point > width_ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < sizeof width_ranges / sizeof *width_ranges && code_point >= width_ranges[low].first;
    return found ? width_ranges[low].width : 1;
}

size_t utf8_width(const uint8_t *bytes, size_t n_bytes) {
    size_t width = 0;
    for (size_t at = 0; at < n_bytes;) {
        uint32_t code_point;
        at += utf8_read(bytes + at, n_bytes - at, &code_point);
        width += code_point == UTF8_INVALID ? 1 : character_width(code_point);
    }
    return width;
}
