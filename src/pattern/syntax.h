/* A pattern as a tree, for the engines that stand in front of PCRE2: the part of PCRE2's language that they understand.
 *
 * The reader never guesses. It finds where each piece of the pattern begins and ends; which characters a class, an
 * escape or a letter matches it does not decide but asks PCRE2, character by character, under the options that the
 * whole pattern has there. What it does not know by heart (look-around, back references, verbs, recursion, conditions,
 * properties of groups, unknown escapes) makes the whole pattern opaque: there is no tree.
 *
 * Captures are not in the tree; whoever wants them asks PCRE2 at the place of the match. */
#ifndef PATTERN_SYNTAX_H
#define PATTERN_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/pattern.h"

/* A set of bytes: bit b % 64 of word b / 64. */
typedef struct byte_set {
    uint64_t words[4];
} byte_set;

static inline bool byte_set_has(const byte_set *set, uint8_t byte) {
    return set->words[byte / 64] >> byte % 64 & 1;
}

static inline void byte_set_add(byte_set *set, uint8_t byte) {
    set->words[byte / 64] |= UINT64_C(1) << byte % 64;
}

static inline void byte_set_remove(byte_set *set, uint8_t byte) {
    set->words[byte / 64] &= ~(UINT64_C(1) << byte % 64);
}

static inline void byte_set_add_all(byte_set *to, const byte_set *from) {
    for (unsigned i = 0; i < 4; i++)
        to->words[i] |= from->words[i];
}

static inline bool byte_set_is_empty(const byte_set *set) {
    return (set->words[0] | set->words[1] | set->words[2] | set->words[3]) == 0;
}

/* A set of the characters of two bytes, U+0080 to U+07FF: bit b of word w for the bytes 0xC0 + w and 0x80 + b. */
typedef struct pair_set {
    uint64_t words[32];
} pair_set;

static inline void pair_set_add_all(pair_set *to, const pair_set *from) {
    for (unsigned i = 0; i < 32; i++)
        to->words[i] |= from->words[i];
}

typedef enum syntax_kind {
    SYNTAX_CHARACTER,    /* one character of a set */
    SYNTAX_SEQUENCE,     /* the children, one after the other; without children, the empty text */
    SYNTAX_ALTERNATIVES, /* one of the children, tried in their order */
    SYNTAX_REPEAT,       /* the only child, `min` to `max` times */
    SYNTAX_ASSERTION     /* a place between characters */
} syntax_kind;

typedef enum syntax_greed { SYNTAX_GREEDY, SYNTAX_LAZY, SYNTAX_POSSESSIVE } syntax_greed;

typedef enum syntax_assertion {
    SYNTAX_WORD_BOUNDARY,    /* \b */
    SYNTAX_NO_WORD_BOUNDARY, /* \B */
    SYNTAX_NO_WORD_BEFORE,   /* what whole_word puts in front, */
    SYNTAX_NO_WORD_AFTER,    /* and behind */
    SYNTAX_LINE_BEGIN,       /* ^ */
    SYNTAX_LINE_END          /* $ */
} syntax_assertion;

enum { SYNTAX_ENDLESS = UINT32_MAX };
enum { SYNTAX_MOST_SPELLINGS = 4 };

/* A character as UTF-8. */
typedef struct syntax_spelling {
    uint8_t bytes[4];
    uint8_t n_bytes;
} syntax_spelling;

typedef struct syntax_node {
    syntax_kind kind;
    struct syntax_node *child; /* the first one */
    struct syntax_node *next;  /* the next child of the same parent */

    /* SYNTAX_CHARACTER. For bytes: `set` is all. In Unicode mode `set` has ASCII only; beyond ASCII the node matches
     * the one character of `text`, or, when may_be_foreign, nobody knows which. */
    byte_set set;
    bool may_be_foreign;
    uint8_t text[4]; /* UTF-8 of a character beyond ASCII that stands for itself and has no other case here */
    uint8_t n_text_bytes;
    /* When may_be_foreign and n_spellings > 0, it is known all the same: beyond ASCII the node matches these characters
     * and no others. They are the cases of a letter, in the order of their code points. */
    uint8_t n_spellings;
    syntax_spelling spellings[SYNTAX_MOST_SPELLINGS];
    /* In Unicode mode: of the characters of two bytes those that a SYNTAX_CHARACTER matches, or that are word
     * characters to an assertion. NULL: none, or not asked. The tree owns them. */
    const pair_set *pairs;

    uint32_t min, max;  /* SYNTAX_REPEAT */
    syntax_greed greed; /* SYNTAX_POSSESSIVE only where the child is a character */

    syntax_assertion assertion; /* SYNTAX_ASSERTION */
} syntax_node;

typedef struct syntax_tree {
    syntax_node *root;
    void *memory; /* of all nodes */
    struct syntax_pairs *pairs;
} syntax_tree;

/* Reads a text of a pattern, with what `options` put around it (whole_word, whole_line) and make of it (literal,
 * caseless, bytes). PCRE2 has compiled it already. True when there is a tree; otherwise *why_opaque is what the reader
 * does not know, a static text such as "look-around", or "memory". Release it in either case. Thread-safe. */
bool syntax_read(syntax_tree *tree, const char *text, size_t n_bytes, const thrum_pattern_options *options,
                 const char **why_opaque);
void syntax_release(syntax_tree *tree);

/* The fewest and the most bytes that a match of a node has; SIZE_MAX: no bound, or not known (a foreign character has
 * up to 4). */
size_t syntax_least_bytes(const syntax_node *node);
size_t syntax_most_bytes(const syntax_node *node);
/* Adds the characters of two bytes that a SYNTAX_CHARACTER matches. False when they are not known. */
bool syntax_add_pairs(pair_set *to, const syntax_node *character);
/* What a match within a line can have of it: takes the bytes out of the node's sets that no line has, line feeds and,
 * where a line may end with one, carriage returns. False, and nothing is changed, when a character has no others. */
bool syntax_cut_to_line(syntax_node *node, thrum_newline newline);
/* True when no match of the node has a line feed in it, nor, where a line may end with one, a carriage return. */
bool syntax_stays_in_line(const syntax_node *node, thrum_newline newline);

#endif
