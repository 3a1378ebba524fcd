/* How rare a byte is in the texts that one searches as a rule: prose and source code. Only speed depends on it. */
#ifndef TEXT_RARITY_H
#define TEXT_RARITY_H

#include <stdint.h>

/* In half bits: -2 * log2 of the share of the byte, rounded. 5 for the space, 25 and more for what is hardly there. */
extern const uint8_t byte_rarity[256];

/* The share itself. */
double byte_share(uint8_t byte);

#endif
