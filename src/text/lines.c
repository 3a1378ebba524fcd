/* Counting line feeds and characters.
 *
 * The bytes go through LANES counters of one byte each, 255 rows at a time so that none can overflow; only then are the
 * lanes summed up. Compilers turn a row into a handful of vector instructions on any machine. Cost: memory speed. */
#include "text/lines.h"

enum { LANES = 64, MAX_ROWS = 255 };

static inline uint8_t is_line_feed(uint8_t byte) {
    return byte == '\n';
}

/* As signed numbers, the bytes 10xxxxxx are the 64 least ones. */
static inline uint8_t begins_character(uint8_t byte) {
    return (int8_t)byte >= -64;
}

static uint64_t sum(const uint8_t lanes[LANES]) {
    uint64_t n = 0;
    for (size_t i = 0; i < LANES; i++)
        n += lanes[i];
    return n;
}

static size_t rows_within(size_t n_bytes) {
    size_t n_rows = n_bytes / LANES;
    return n_rows < MAX_ROWS ? n_rows : MAX_ROWS;
}

uint64_t lines_count(const uint8_t *bytes, size_t n_bytes) {
    uint64_t n_lines = 0;
    for (size_t n_rows; (n_rows = rows_within(n_bytes)) > 0; n_bytes -= n_rows * LANES) {
        uint8_t lanes[LANES] = {0};
        for (size_t row = 0; row < n_rows; row++, bytes += LANES)
            for (size_t i = 0; i < LANES; i++)
                lanes[i] = (uint8_t)(lanes[i] + is_line_feed(bytes[i]));
        n_lines += sum(lanes);
    }
    for (size_t i = 0; i < n_bytes; i++)
        n_lines += is_line_feed(bytes[i]);
    return n_lines;
}

uint64_t characters_count(const uint8_t *bytes, size_t n_bytes) {
    uint64_t n_characters = 0;
    for (size_t n_rows; (n_rows = rows_within(n_bytes)) > 0; n_bytes -= n_rows * LANES) {
        uint8_t lanes[LANES] = {0};
        for (size_t row = 0; row < n_rows; row++, bytes += LANES)
            for (size_t i = 0; i < LANES; i++)
                lanes[i] = (uint8_t)(lanes[i] + begins_character(bytes[i]));
        n_characters += sum(lanes);
    }
    for (size_t i = 0; i < n_bytes; i++)
        n_characters += begins_character(bytes[i]);
    return n_characters;
}

void lines_and_characters_count(const uint8_t *bytes, size_t n_bytes, uint64_t *n_lines, uint64_t *n_characters) {
    enum { BLOCK_BYTES = LANES * MAX_ROWS }; /* the second count finds the block in the nearest cache */
    *n_lines = *n_characters = 0;
    while (n_bytes > 0) {
        size_t n = n_bytes < BLOCK_BYTES ? n_bytes : BLOCK_BYTES;
        *n_lines += lines_count(bytes, n);
        *n_characters += characters_count(bytes, n);
        bytes += n;
        n_bytes -= n;
    }
}
