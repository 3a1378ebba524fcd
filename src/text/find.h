/* Where a text lies among bytes: see find.c. */
#ifndef TEXT_FIND_H
#define TEXT_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/kernel.h"

/* Two bytes; where case does not count for one, its fold is 0x20, else 0. */
typedef struct byte_pair {
    uint8_t a, b;
    uint8_t fold_a, fold_b;
} byte_pair;

/* Finds, in n_blocks blocks of 64 places, the nearest block in which some place i has (first[i] | fold_a) == a and
 * (second[i] | fold_b) == b; from the front or from the back. Returns its number and its places as bits; n_blocks when
 * there is none. */
typedef size_t pair_scan(const uint8_t *first, const uint8_t *second, byte_pair pair, size_t n_blocks,
                         uint64_t *places);

/* The scan from the front with the instructions of a kernel. */
pair_scan *pair_scan_of(const kernel *chosen);

/* Constant once made: any number of threads may search with it. */
typedef struct finder {
    const uint8_t *text; /* borrowed */
    size_t n_text;
    size_t first, second; /* places of two bytes in the text that are rare as a rule */
    byte_pair pair;
    pair_scan *scan, *scan_back;
} finder;

/* For a text of at least one byte, with the instructions of a kernel: kernel_get(), or another one in tests. */
void finder_init(finder *f, const uint8_t *text, size_t n_text, const kernel *chosen);

/* Finds up to `most` (> 0) occurrences that begin in [*at, end) and end in the n_bytes bytes, from left to right, each
 * beginning where the one before it ended or later. Puts them into `offsets`, returns how many, and moves *at to where
 * the search resumes: after the last of them, or at least to `end` when there are no more. */
size_t finder_next(const finder *f, const uint8_t *bytes, size_t n_bytes, size_t *at, size_t end, uint64_t *offsets,
                   size_t most);

/* The last occurrence in [begin, end), wholly; THRUM_NOT_FOUND if none. */
uint64_t finder_last(const finder *f, const uint8_t *bytes, size_t begin, size_t end);

/* False when no occurrence can begin inside another one; true also for long texts that nobody looked at closely. */
bool finder_may_overlap_itself(const finder *f);

#endif
