/* The inside of a bit program, for bits*.c alone. */
#ifndef PATTERN_BITS_INSIDE_H
#define PATTERN_BITS_INSIDE_H

#include "pattern/bits.h"
#include "text/kernel.h"

enum {
    BITS_STREAMS = 128, /* of a pattern; as many again say where strange bytes may lead */
    BITS_STEPS = 128,   /* likewise */
    BITS_WALKS = 128,
    BITS_SETS = 48,                         /* of the pattern's characters; the program itself needs BIT_SETS more */
    BITS_MOST_REPEAT = 512,                 /* of a bounded repeat */
    BITS_MOST_BOUND = 2048,                 /* bytes of the longest match of a pattern that is taken as bounded */
    BITS_MOST_MOVED = 2 * BITS_MOST_REPEAT, /* bytes, by one step */
    BITS_FACTOR_BYTES = 4,
    BITS_MOST_WINDOWS = 15, /* in a stream: less than 64 KiB, so that 16 bits are enough for a place */
    BITS_ALL = UINT16_MAX   /* the stream of all places */
};

/* to = op(a, b, c), each the number of a stream. The streams of the sets come first. With n_inner > 0 it is a loop over
 * the next n_inner steps instead: `to` starts as a, and takes in what they make of it, which is b, until nothing comes
 * in any more. */
typedef struct bit_step {
    kernel_stream op;
    uint16_t to, a, b, c;
    uint16_t n_moved;
    uint16_t n_inner;
} bit_step;

/* How a match goes on from a place. Where there is a choice, PCRE2 takes the first way that leads to the end; which
 * ones do, the streams know, so that no way is gone in vain. */
typedef enum bit_walk_kind {
    BIT_WALK_END,
    BIT_WALK_BYTES,  /* `min` bytes on */
    BIT_WALK_REPEAT, /* over `min` to `max` bytes of the stream `set`, as many or, lazy, as few as lead to `stream` */
    BIT_WALK_CHOICE  /* `next` at the places of `stream`, else `other` */
} bit_walk_kind;

typedef struct bit_walk {
    bit_walk_kind kind;
    bool is_lazy;
    uint16_t set, stream, next, other;
    uint32_t min, max;
} bit_walk;

/* The sets that the program itself needs, behind those of the pattern. */
typedef enum bit_set {
    BIT_SET_WORD, /* word characters, for assertions */
    BIT_SET_CR,
    BIT_SET_LF,
    BIT_SET_FIRST,    /* what a match may begin with */
    BIT_SET_STRANGE,  /* what the masks do not understand */
    BIT_SET_INSIDE,   /* what may be in a match; all else are breakers */
    BIT_SET_LINE_END, /* its stream has the end of the subject, too */
    BIT_SETS
} bit_set;

/* When streams are made. */
typedef enum bit_phase { BIT_FIRST, BIT_THEN, BIT_PHASES } bit_phase;

struct bit_program {
    kernel_sets sets[BIT_PHASES]; /* their streams in this order */
    kernel_pair_sets pairs;       /* of the same streams, where reads_pairs */
    uint16_t own_sets[BIT_SETS];  /* their streams */
    bit_step steps[2 * BITS_STEPS];
    size_t n_factor_steps; /* in front, on the sets of BIT_FIRST: the rest waits for what they find */
    size_t n_steps;
    size_t n_upper_steps; /* behind the others: for windows with strange bytes */
    bit_walk walks[BITS_WALKS];
    size_t n_walks;
    size_t n_streams;
    uint16_t factor;       /* the stream of places of what every match has; BITS_ALL: nothing is known to be rare */
    uint16_t begins;       /* the stream of places at which a match begins */
    uint16_t walk;         /* from there */
    uint16_t may_begin;    /* the stream of places at which one may begin, whatever the strange bytes are */
    uint16_t line_begins;  /* the stream of places at which a line begins; BITS_ALL: none needs it */
    bool has_strange;      /* strange bytes make places unsure */
    bool reads_pairs;      /* characters of two bytes are not strange */
    bool needs_pairs;      /* a character of the pattern has no single bytes */
    bool passes_over_crlf; /* PCRE2 may not try to match between CR and LF, where a match might begin */
    bool has_loops;
    bool is_bounded;
    size_t n_most_bytes; /* of a match, where bounded */
    bool takes_runs;     /* matches are found by their begins, and each is the rest of a run of one set, as a rule */
    size_t n_fixed;      /* characters of every match; 0: they vary */
    bool is_separate;    /* no match begins inside another */
    bool is_run;         /* a match takes all places behind it at which one begins, up to one where none does */
};

/* Characters in a row that every match has, unless it has some beyond ASCII; n is 0: there are none as rare as wanted,
 * in places a byte. */
typedef struct bits_factor {
    byte_set sets[BITS_FACTOR_BYTES];
    size_t n;
} bits_factor;

bits_factor bits_factor_of(const syntax_node *root, double most_rate);

#endif
