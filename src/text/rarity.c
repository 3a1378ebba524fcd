/* The shares are estimates, made once from a sense of English prose with source code and markup mixed in: a space at
 * 16 %, "e" at 9.5 %, capitals at 0.02 to 0.3 %. Beyond ASCII they are those in texts of the scripts that have
 * these bytes: a lead byte of Cyrillic is a quarter of such a text, and one that continues a character 1/64, so that
 * searches are built on the latter; in English neither is there, and any search is quick. */
#include "text/rarity.h"

const uint8_t byte_rarity[256] = {
    20, 30, 30, 30, 30, 30, 30, 30, 30, 19, 12, 30, 30, 21, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    30, 30, 30, 5,  21, 17, 21, 23, 23, 23, 17, 18, 18, 19, 22, 13, 17, 13, 18, 16, 16, 18, 19, 19, 19, 19, 19, 19, 19,
    18, 18, 20, 18, 20, 21, 23, 17, 18, 18, 19, 18, 19, 20, 18, 17, 21, 22, 19, 18, 19, 19, 18, 23, 18, 17, 17, 21, 22,
    19, 23, 21, 25, 21, 22, 21, 27, 18, 23, 8,  13, 11, 10, 7,  12, 12, 9,  8,  19, 15, 10, 11, 8,  8,  12, 21, 9,  9,
    8,  11, 14, 12, 18, 12, 21, 21, 23, 21, 27, 30, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
    12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
    12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 31, 31, 23, 18, 23, 23, 23, 23, 23, 23, 23,
    23, 23, 23, 5,  5,  4,  4,  23, 23, 23, 23, 23, 5,  5,  5,  23, 23, 23, 23, 23, 23, 6,  23, 18, 9,  9,  9,  9,  9,
    9,  9,  9,  9,  9,  9,  23, 23, 23, 23, 23, 23, 23, 31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 27,
};

double byte_share(uint8_t byte) {
    static const double halves[] = {1, 0.70710678};
    return halves[byte_rarity[byte] % 2] / (double)(UINT32_C(1) << byte_rarity[byte] / 2);
}
