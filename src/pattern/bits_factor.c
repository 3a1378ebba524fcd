/* Characters in a row that every match has, so that most windows of a text need nothing but a look for them:
 *
 *     (?:\d+\.){3}\d{2}      a digit, a dot, a digit
 *
 * A part of the pattern begins with some sets of characters for sure, and ends with some; where one part follows the
 * other, the end of the one and the begin of the other stand in a row. The rarest row wins. */
#include <string.h>

#include "pattern/bits_inside.h"
#include "text/rarity.h"

/* Sets of bytes in a row. */
typedef struct row {
    byte_set sets[BITS_FACTOR_BYTES];
    size_t n;
} row;

/* What each match of a part begins and ends with. */
typedef struct edges {
    row front, back;
    byte_set all;  /* its characters */
    bool is_whole; /* front and back are each all that it has */
    bool may_be_empty;
} edges;

/* The rarest row so far. A search with a rate of 0 takes none. */
typedef struct search {
    bits_factor *best;
    double rate; /* places a byte */
    unsigned depth;
} search;

enum { MOST_DEPTH = 256 }; /* of calls, so that no pattern needs too much of the stack */

static double share_of(const byte_set *set) {
    double share = 0;
    for (unsigned b = 0; b < 256; b++)
        share += byte_set_has(set, (uint8_t)b) ? byte_share((uint8_t)b) : 0;
    return share < 1 ? share : 1;
}

/* Takes the sets of a row, unless the factor at hand is rarer. */
static void offer(search *s, const row *r) {
    double rate = 1;
    for (size_t i = 0; i < r->n; i++)
        rate *= share_of(&r->sets[i]);
    if (r->n == 0 || rate >= s->rate)
        return;
    memcpy(s->best->sets, r->sets, sizeof r->sets);
    s->best->n = r->n;
    s->rate = rate;
}

/* Adds behind a row as much of another as there is room for. */
static void append(row *to, const row *more) {
    for (size_t i = 0; i < more->n && to->n < BITS_FACTOR_BYTES; i++)
        to->sets[to->n++] = more->sets[i];
}

/* The last n sets. */
static row last_of(const row *r, size_t n) {
    row last = {.n = n < r->n ? n : r->n};
    memcpy(last.sets, r->sets + r->n - last.n, last.n * sizeof *last.sets);
    return last;
}

/* Adds before a row as much of another as there is room for. */
static void prepend(row *to, const row *before) {
    row made = last_of(before, BITS_FACTOR_BYTES - to->n);
    append(&made, to);
    *to = made;
}

/* The front, or from the other side the back, of a part behind one that may be empty: each place has what stands there
 * without that one, or what has moved there from a place nearer, or a character of that one. */
static row front_behind(const byte_set *all, const row *front) {
    row made = *front;
    for (size_t i = 1; i < made.n; i++)
        byte_set_add_all(&made.sets[i], &made.sets[i - 1]);
    for (size_t i = 0; i < made.n; i++)
        byte_set_add_all(&made.sets[i], all);
    return made;
}

static row back_before(const byte_set *all, const row *back) {
    row made = *back;
    for (size_t i = made.n; i-- > 1;)
        byte_set_add_all(&made.sets[i - 1], &made.sets[i]);
    for (size_t i = 0; i < made.n; i++)
        byte_set_add_all(&made.sets[i], all);
    return made;
}

static edges one_then_other(const edges *one, const edges *other) {
    edges made = {.front = one->front,
                  .back = other->back,
                  .all = one->all,
                  .is_whole = one->is_whole && other->is_whole && one->front.n + other->front.n <= BITS_FACTOR_BYTES,
                  .may_be_empty = one->may_be_empty && other->may_be_empty};
    byte_set_add_all(&made.all, &other->all);
    if (one->is_whole)
        append(&made.front, &other->front);
    else if (one->may_be_empty)
        made.front = front_behind(&one->all, &other->front);
    if (other->is_whole)
        prepend(&made.back, &one->back);
    else if (other->may_be_empty)
        made.back = back_before(&other->all, &one->back);
    return made;
}

static edges one_or_other(const edges *one, const edges *other) {
    size_t n_front = one->front.n < other->front.n ? one->front.n : other->front.n;
    size_t n_back = one->back.n < other->back.n ? one->back.n : other->back.n;
    edges made = {.front = one->front,
                  .back = last_of(&one->back, n_back),
                  .all = one->all,
                  .is_whole = one->is_whole && other->is_whole && one->front.n == other->front.n,
                  .may_be_empty = one->may_be_empty || other->may_be_empty};
    row back = last_of(&other->back, n_back);
    made.front.n = n_front;
    byte_set_add_all(&made.all, &other->all);
    for (size_t i = 0; i < n_front; i++)
        byte_set_add_all(&made.front.sets[i], &other->front.sets[i]);
    for (size_t i = 0; i < n_back; i++)
        byte_set_add_all(&made.back.sets[i], &back.sets[i]);
    return made;
}

static const edges nothing = {.is_whole = true, .may_be_empty = true};
static const edges anything = {.all = {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}}, .may_be_empty = true};

static edges edges_of(search *s, const syntax_node *node);

/* Of a child of a sequence and those behind it, from the right; `before` is what stands before it, and becomes the
 * whole, from the left: each has the better side right. */
static edges edges_from(search *s, const syntax_node *child, edges *before) {
    if (!child)
        return nothing;
    if (s->depth == MOST_DEPTH) {
        *before = one_then_other(before, &anything);
        return anything;
    }
    s->depth++;
    edges own = edges_of(s, child);
    *before = one_then_other(before, &own);
    row back = before->back;
    edges rest = edges_from(s, child->next, before);
    s->depth--;
    for (size_t n = 0; n <= back.n; n++) {
        row across = last_of(&back, n);
        append(&across, &rest.front);
        offer(s, &across);
    }
    return one_then_other(&own, &rest);
}

static edges edges_of_sequence(search *s, const syntax_node *node) {
    edges before = nothing, made = edges_from(s, node->child, &before);
    made.back = before.back;
    return made;
}

static edges edges_of_repeat(search *s, const syntax_node *node) {
    search nowhere = {.best = s->best, .depth = s->depth};
    edges once = edges_of(node->min > 0 ? s : &nowhere, node->child), made = nothing;
    for (uint32_t i = 0; i < node->min && i <= BITS_FACTOR_BYTES; i++)
        made = one_then_other(&made, &once);
    edges more = {.all = once.all, .may_be_empty = true};
    return node->min == node->max ? made : one_then_other(&made, &more);
}

/* Only one of the alternatives is there, so nothing is offered that is inside one. */
static edges edges_of_alternatives(search *s, const syntax_node *node) {
    search nowhere = {.best = s->best, .depth = s->depth};
    edges made = node->child ? edges_of(&nowhere, node->child) : nothing;
    for (const syntax_node *child = node->child ? node->child->next : NULL; child; child = child->next) {
        edges other = edges_of(&nowhere, child);
        made = one_or_other(&made, &other);
    }
    return made;
}

/* What is rarest within the part is offered on the way. */
static edges edges_of(search *s, const syntax_node *node) {
    row one = {.sets = {node->set}, .n = 1};
    switch (node->kind) {
    case SYNTAX_CHARACTER:
        return (edges){one, one, node->set, true, false};
    case SYNTAX_SEQUENCE:
        return edges_of_sequence(s, node);
    case SYNTAX_REPEAT:
        return edges_of_repeat(s, node);
    case SYNTAX_ALTERNATIVES:
        return edges_of_alternatives(s, node);
    case SYNTAX_ASSERTION:
        break;
    }
    return nothing;
}

bits_factor bits_factor_of(const syntax_node *root, double most_rate) {
    bits_factor best = {.n = 0};
    search s = {&best, most_rate, 0};
    edges all = edges_of(&s, root);
    offer(&s, &all.front);
    offer(&s, &all.back);
    return best;
}
