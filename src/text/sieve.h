/* Where one of some texts may begin: a quick look at many places that lets few through. See sieve.c. */
#ifndef TEXT_SIEVE_H
#define TEXT_SIEVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/find.h"
#include "text/kernel.h"

enum { SIEVE_BLOCK = 64, SIEVE_LOOKS = 4, SIEVE_MOST_REACH = 64 };

typedef struct sieve sieve;

/* Places from one on, as bits, the lowest for the first. */
typedef struct sieve_block {
    size_t place;
    uint64_t candidates;
} sieve_block;

/* Looks at n_blocks blocks of SIEVE_BLOCK places, and puts those that have candidates into `found`, until there are
 * `most` of them. Returns how many blocks it looked at; *n_found counts on. */
typedef size_t sieve_scan(const sieve *s, const uint8_t *bytes, size_t n_blocks, sieve_block *found, size_t *n_found,
                          size_t most);

/* Constant once made: any number of threads may use it. */
struct sieve {
    sieve_scan *scan;
    size_t n_reach;       /* bytes that are read from a place on */
    bool is_caseless;     /* A-Z are taken for a-z */
    double pass_estimate; /* candidates that are let through, a place */

    /* For one text: the bytes at the first two offsets. */
    pair_scan *scan_pair;
    byte_pair pair;

    /* For few texts: buckets of texts that have a byte of these halves at an offset. */
    size_t offsets[SIEVE_LOOKS];
    uint8_t low[SIEVE_LOOKS][16], high[SIEVE_LOOKS][16];

    /* For many: sets of their bytes, a table by a hash of the first ones, and the first two of short texts. */
    const kernel *kernel_;
    kernel_sets *sets;
    unsigned n_begin_bytes;
    unsigned shift;
    uint32_t *table, *pairs;
};

typedef struct sieve_text {
    const uint8_t *bytes;
    size_t n_bytes;
} sieve_text;

/* For texts of at least one byte, with the instructions of a kernel: kernel_get(), or another one in tests. Where case
 * does not count, they have no A-Z. Texts that are alike should be neighbours. False without memory. */
bool sieve_init(sieve *s, const sieve_text *texts, size_t n_texts, bool is_caseless, const kernel *chosen);
void sieve_release(sieve *s);

/* Finds up to `most` blocks with candidates in [*from, end), end <= n_bytes. Returns how many, and moves *from to where
 * the search resumes. Nothing outside the bytes is read. */
size_t sieve_find(const sieve *s, const uint8_t *bytes, size_t n_bytes, size_t *from, size_t end, sieve_block *found,
                  size_t most);

#endif
