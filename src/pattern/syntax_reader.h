/* The reader of patterns from the inside: what reads groups and repeats (syntax.c) and what reads the items of which
 * they consist (syntax_item.c). */
#ifndef PATTERN_SYNTAX_READER_H
#define PATTERN_SYNTAX_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "pattern/syntax.h"
#include "pattern/syntax_probe.h"

enum { FLAG_CASELESS = 1, FLAG_DOT_ALL = 2, FLAG_ONE_LINE = 4 /* ^ and $ know only the ends of the text */ };

typedef struct reader {
    const uint8_t *text;
    size_t n_bytes;
    size_t at;
    bool is_bytes;
    bool is_quoted; /* in \Q...\E */
    bool has_crlf;  /* only CR LF ends a line */
    unsigned flags;
    unsigned depth;
    syntax_node *nodes;
    size_t n_nodes;
    syntax_probe probe;
    const char *why_opaque; /* NULL so far */
} reader;

static inline void *give_up(reader *r, const char *why) {
    if (!r->why_opaque)
        r->why_opaque = why;
    return NULL;
}

/* The byte some places ahead; at the end, and behind it, one that means nothing in a pattern. */
static inline uint8_t peek(const reader *r, size_t ahead) {
    return ahead < r->n_bytes - r->at ? r->text[r->at + ahead] : 0;
}

static inline bool is_at(const reader *r, const char *part) {
    size_t n_part = strlen(part);
    return n_part <= r->n_bytes - r->at && memcmp(r->text + r->at, part, n_part) == 0;
}

static inline bool take(reader *r, const char *part) {
    if (!is_at(r, part))
        return false;
    r->at += strlen(part);
    return true;
}

static inline bool is_digit(uint8_t byte) {
    return byte >= '0' && byte <= '9';
}

static inline syntax_node *new_node(reader *r, syntax_kind kind) {
    syntax_node *node = &r->nodes[r->n_nodes++];
    node->kind = kind;
    return node;
}

static inline syntax_node *new_assertion(reader *r, syntax_assertion assertion) {
    static const uint8_t word[] = {'\\', 'w'};
    syntax_node *node = new_node(r, SYNTAX_ASSERTION);
    byte_set bytes;
    node->assertion = assertion;
    if (assertion < SYNTAX_LINE_BEGIN && !r->is_bytes) /* where that fails they are not known */
        (void)syntax_probe_set(&r->probe, word, sizeof word, 0, &bytes, &node->pairs);
    return node;
}

/* Each takes one item that begins here, and returns its node, or NULL when it is not known. */
syntax_node *syntax_read_literal(reader *r);
syntax_node *syntax_read_escape(reader *r);
syntax_node *syntax_read_class(reader *r);
syntax_node *syntax_read_dot(reader *r);

#endif
