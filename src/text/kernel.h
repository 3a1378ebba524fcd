/* What is done with many bytes at a time: the functions that depend on the instruction set, and the choice of it.
 *
 * A kernel is a table of functions for one instruction set. All kernels give the same answers, but for hashes, which
 * each makes as it can do it best: what is hashed by one must be looked up by the same. */
#ifndef TEXT_KERNEL_H
#define TEXT_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/token.h"

/* Classes of bytes of which words are runs. */
typedef enum kernel_class {
    KERNEL_LETTERS, /* [A-Za-z] */
    KERNEL_VISIBLE, /* not ASCII white space */
    KERNEL_CLASSES
} kernel_class;

enum {
    KERNEL_MASK_BYTES = 64, /* bytes of which a mask has one bit each, the lowest for the first */
    KERNEL_EDGE_SLACK = 64, /* edges behind the last one that may be overwritten */
    KERNEL_SHORT_BYTES = 16,
    KERNEL_BATCH = 64 /* words hashed at a time */
};

_Static_assert((int)KERNEL_SHORT_BYTES <= (int)TOKEN_PADDING_BYTES,
               "short words are read whole, whatever their length");

/* Words of a batch with their hashes: the key of a short word is its bytes, padded with zeros. */
typedef struct kernel_hashes {
    _Alignas(64) uint64_t keys[KERNEL_BATCH][KERNEL_SHORT_BYTES / 8];
    _Alignas(64) uint64_t hashes[KERNEL_BATCH];
} kernel_hashes;

/* What is to be known of the 64 characters of two bytes that a lead byte begins, in the order of their second bytes. */
enum { KERNEL_LEADS = 32, KERNEL_PAIR_OTHER = 0, KERNEL_PAIR_FOREIGN = 0x40, KERNEL_PAIR_LETTER = 0x80 };
typedef struct kernel_pairs {
    _Alignas(64) uint8_t classes[64]; /* KERNEL_PAIR_... */
    uint8_t leads[64], nexts[64];     /* the two bytes of the folded letter */
} kernel_pairs;

/* Any sets of bytes, prepared for set_masks. */
enum { KERNEL_SETS = 64, KERNEL_SET_GROUP = 8 };
typedef struct kernel_sets {
    size_t n_sets;
    _Alignas(64) uint8_t groups[KERNEL_SETS / KERNEL_SET_GROUP][256]; /* by byte, a bit for each set of a group */
    _Alignas(64) uint8_t rows[KERNEL_SETS][2][16]; /* by half and low four bits of a byte, a bit for its next three */
    enum { KERNEL_BEYOND_NONE, KERNEL_BEYOND_ALL, KERNEL_BEYOND_SOME } beyond_ascii[KERNEL_SETS]; /* of these bytes */
} kernel_sets;

/* Any sets of characters of two bytes, prepared for pair_set_masks. */
typedef struct kernel_pair_sets {
    size_t n_sets;
    /* By lead byte modulo KERNEL_LEADS and the lower six bits of the second byte, a bit for each set of a group. */
    _Alignas(64) uint8_t groups[KERNEL_SETS / KERNEL_SET_GROUP][KERNEL_LEADS][64];
} kernel_pair_sets;

/* Streams are masks of a text, one after the other; a stream moved by n has at each place what stands n bytes further
 * on. The operations, on streams of a number of words that can be divided by KERNEL_STREAM_STEP: */
typedef enum kernel_stream {
    KERNEL_STREAM_AND,    /* a and (b moved) */
    KERNEL_STREAM_ADD,    /* c or (a and (b moved)) */
    KERNEL_STREAM_REMOVE, /* a but not b */
    KERNEL_STREAM_NOT,    /* not a */
    KERNEL_STREAM_REACH,  /* where a step over a byte of a, or several of them, lead to a place of b */
    KERNEL_STREAM_BEHIND, /* a moved by one the other way */
    KERNEL_STREAM_EDGES,  /* where a is not what it is one byte before */
    KERNEL_STREAMS
} kernel_stream;

enum { KERNEL_STREAM_STEP = 8 };

/* b and c may be what they like where they are not named. `to` is none of the others. Bits are read as far as they are
 * moved, but at least the word before and the word behind; REACH takes it that the word behind has no place of a. */
typedef void kernel_stream_function(uint64_t *to, const uint64_t *a, const uint64_t *b, const uint64_t *c,
                                    size_t n_moved, size_t n_words);

typedef struct kernel {
    const char *name;

    /* Writes a mask of the bytes of a class for each KERNEL_MASK_BYTES bytes. */
    void (*masks[KERNEL_CLASSES])(uint64_t *masks, const uint8_t *bytes, size_t n_masks);
    /* Writes masks of the ASCII characters of Unicode words, [A-Za-z0-9_] and one letter more, and of those that are
     * in ASCII above the space. */
    void (*word_masks)(uint64_t *words, uint64_t *visible, const uint8_t *bytes, size_t n_masks, uint8_t extra_letter);
    /* Adds the letters of two bytes to such masks of words, and writes masks of the bytes beyond ASCII that are neither
     * of a letter nor of what `pairs` calls other; a lead byte is looked up at its value modulo KERNEL_LEADS, where
     * NULL makes all its characters foreign. Where `folded` is not NULL, it is the same bytes again, and the letters in
     * it are folded. One byte behind the last mask is read, and what it makes of a lead byte at the end is unreliable.
     * NULL: the kernel cannot do it. */
    void (*pair_masks)(uint64_t *words, uint64_t *foreign, const uint8_t *bytes, uint8_t *folded, size_t n_masks,
                       const kernel_pairs *const pairs[KERNEL_LEADS]);
    /* Writes where the runs of set bits in [from, to) begin and end and returns the number of these places, which is
     * odd when the last run is open at `to`. Up to KERNEL_EDGE_SLACK places behind them are overwritten. */
    size_t (*edges)(uint16_t *edges, const uint64_t *masks, size_t from, size_t to);

    /* Copies the bytes, with A-Z made a-z; they do not overlap. True when all were ASCII. */
    bool (*fold)(uint8_t *restrict to, const uint8_t *restrict bytes, size_t n_bytes);
    /* Where the first byte that is not ASCII stands; n_bytes when there is none. */
    size_t (*ascii_end)(const uint8_t *bytes, size_t n_bytes);

    /* How many runs of a class the bytes hold; line feeds; bytes that do not continue a UTF-8 sequence. */
    uint64_t (*count_runs[KERNEL_CLASSES])(const uint8_t *bytes, size_t n_bytes);
    uint64_t (*count_lines)(const uint8_t *bytes, size_t n_bytes);
    uint64_t (*count_characters)(const uint8_t *bytes, size_t n_bytes);

    /* Keys and hashes of 1 to KERNEL_BATCH words, which come as a token_sink takes them. Returns a mask of those
     * that are not short: empty, of more than KERNEL_SHORT_BYTES bytes, or with a NUL at their end, which makes the key
     * ambiguous. Their keys and hashes mean nothing. */
    uint64_t (*hash_runs)(kernel_hashes *to, const uint64_t seed[2], const uint8_t *block, const uint16_t *edges,
                          size_t n_words);
    uint64_t (*hash_tokens)(kernel_hashes *to, const uint64_t seed[2], const token *tokens, size_t n_tokens);
    /* The hash of any bytes; they need no padding. */
    uint64_t (*hash_bytes)(const uint64_t seed[2], const uint8_t *bytes, size_t n_bytes);

    /* Writes masks of the bytes that are in each set: those of set i from masks + i * stride on. May ask for the bytes
     * behind, which are likely to be next, but does not read them. */
    void (*set_masks)(uint64_t *masks, size_t stride, const uint8_t *bytes, size_t n_masks, const kernel_sets *sets);
    /* Writes masks of the first bytes of characters of two bytes, and puts them into masks of as many other sets: at
     * each such place that of set i becomes whether the character is in pair set i. One byte behind the last mask is
     * read. */
    void (*pair_set_masks)(uint64_t *masks, size_t stride, uint64_t *leads, const uint8_t *bytes, size_t n_masks,
                           const kernel_pair_sets *sets);
    /* Moves the bits of a stream at the places of `kept` together, in their order, with zeros behind them; */
    void (*squeeze)(uint64_t *stream, const uint64_t *kept, size_t n_words);
    /* and moves the first bits of a stream apart to these places, with zeros between them. Reads up to one word of
     * `from` behind n_words. */
    void (*spread)(uint64_t *restrict to, const uint64_t *from, const uint64_t *kept, size_t n_words);
    kernel_stream_function *streams[KERNEL_STREAMS];
    uint64_t (*count_bits)(const uint64_t *masks, size_t n_masks);
    /* Writes how many bits there are before each mask, and behind the last one. */
    void (*running_counts)(uint64_t *n_before, const uint64_t *masks, size_t n_masks);
} kernel;

/* Adds a set, bit b % 64 of word b / 64 for each byte b, to fewer than KERNEL_SETS; returns its number. {0} is none. */
size_t kernel_sets_add(kernel_sets *sets, const uint64_t set[4]);
/* The same for characters of two bytes: bit b of word w for the one of the bytes 0xC0 + w and 0x80 + b. */
size_t kernel_pair_sets_add(kernel_pair_sets *sets, const uint64_t set[KERNEL_LEADS]);

/* The one in use in this process: the best that the processor knows, or the best that is not above the one that the
 * environment variable THRUM_ISA names. Thread-safe. */
const kernel *kernel_get(void);

/* The kernel of a name, NULL when there is none or the processor does not know it: for tests. Thread-safe. */
const kernel *kernel_named(const char *name);

#endif
