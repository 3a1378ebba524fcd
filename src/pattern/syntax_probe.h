/* What PCRE2 says of single characters: which of them a class, an escape or a letter matches. */
#ifndef PATTERN_SYNTAX_PROBE_H
#define PATTERN_SYNTAX_PROBE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern/syntax.h"

/* A piece of a pattern that matches one character, and what is known of it. */
typedef struct syntax_asked {
    const uint8_t *text;
    size_t n_bytes;
    uint32_t bits;
    bool has_pairs; /* they were wanted */
    byte_set set;
    const pair_set *pairs;
} syntax_asked;

/* Sets of characters of two bytes, the newest first. */
typedef struct syntax_pairs {
    pair_set set;
    struct syntax_pairs *next;
} syntax_pairs;

/* For one reading of a pattern. It remembers what it has asked; the texts must live as long. */
typedef struct syntax_probe {
    pcre2_compile_context *context;
    pcre2_match_data *data;
    pcre2_code *caseless_alone; /* NULL: not needed yet */
    uint32_t bits;              /* of PCRE2, for the whole pattern, without those that flags change */
    unsigned n_characters;      /* 128, or 256 where every byte is a character */
    syntax_asked *asked;
    size_t n_asked, asked_capacity;
    syntax_pairs *pairs; /* whoever takes them sets this to NULL */
} syntax_probe;

/* False without memory; release it all the same. */
bool syntax_probe_init(syntax_probe *probe, const thrum_pattern_options *options);
void syntax_probe_release(syntax_probe *probe);

/* The single bytes that a piece of a pattern matches, an item to which a quantifier may be put; `bits` are
 * PCRE2_CASELESS and PCRE2_DOTALL where they are in force. `pairs`: NULL, or, in Unicode mode, takes the characters of
 * two bytes. NULL, or why there is no answer. */
const char *syntax_probe_set(syntax_probe *probe, const uint8_t *text, size_t n_bytes, uint32_t bits, byte_set *set,
                             const pair_set **pairs);
/* Copies a set, to live as long as the others; NULL without memory. */
const pair_set *syntax_probe_keep(syntax_probe *probe, const pair_set *set);
void syntax_pairs_free(syntax_pairs *pairs);

/* A class for PCRE2, which does not tell whether a character has another case. But none of these has one: letters of
 * scripts without case, digits, punctuation, spaces. */
extern const char syntax_kinds_without_case[];
/* True when a character beyond ASCII, given as UTF-8, is of such a kind. */
bool syntax_probe_has_no_case(syntax_probe *probe, const uint8_t *character, size_t n_bytes);

#endif
