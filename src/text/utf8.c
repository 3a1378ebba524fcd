#include "text/utf8.h"

#include <string.h>

/* Eight bytes at a time while they are ASCII. */
size_t utf8_first_ill_formed(const uint8_t *bytes, size_t n_bytes) {
    for (size_t at = 0; at < n_bytes;) {
        uint64_t eight;
        if (n_bytes - at >= sizeof eight &&
            (memcpy(&eight, bytes + at, sizeof eight), (eight & 0x8080808080808080U) == 0)) {
            at += sizeof eight;
            continue;
        }
        uint32_t code_point;
        size_t length = utf8_character(bytes + at, n_bytes - at, &code_point);
        if (length == 0)
            return at;
        at += length;
    }
    return n_bytes;
}
