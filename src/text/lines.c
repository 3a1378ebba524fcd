#include "text/lines.h"

#include "text/kernel.h"

uint64_t lines_count(const uint8_t *bytes, size_t n_bytes) {
    return kernel_get()->count_lines(bytes, n_bytes);
}

uint64_t characters_count(const uint8_t *bytes, size_t n_bytes) {
    return kernel_get()->count_characters(bytes, n_bytes);
}

void lines_and_characters_count(const uint8_t *bytes, size_t n_bytes, uint64_t *n_lines, uint64_t *n_characters) {
    enum { BLOCK_BYTES = 16384 }; /* the second count finds the block in the nearest cache */
    const kernel *kernel_ = kernel_get();
    *n_lines = *n_characters = 0;
    while (n_bytes > 0) {
        size_t n = n_bytes < BLOCK_BYTES ? n_bytes : BLOCK_BYTES;
        *n_lines += kernel_->count_lines(bytes, n);
        *n_characters += kernel_->count_characters(bytes, n);
        bytes += n;
        n_bytes -= n;
    }
}
