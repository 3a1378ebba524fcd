/* Reading patterns: a descent over groups, alternatives and items, as PCRE2 10.42 reads them.
 *
 * The reader has an easy life: PCRE2 has taken the pattern already, so there are no faults to find and report. It only
 * must not take one thing for another. So it is a list of what is known; everything else, and everything that PCRE2's
 * versions read differently, is opaque.
 *
 * A tree has at most two nodes a byte of the pattern, all in one block. Repeats are not unrolled. */
#include "pattern/syntax.h"

#include <stdlib.h>
#include <string.h>

#include "pattern/syntax_reader.h"

enum {
    MOST_PATTERN_BYTES = 1 << 16, /* PCRE2 as built by everybody takes fewer */
    MOST_DEPTH = 250              /* of groups: PCRE2's own limit */
};

/* Steps over what begins and ends quotations: it may stand anywhere between two items, even before a quantifier. False
 * at the end of the pattern. */
static bool settle(reader *r) {
    for (;;) {
        if (take(r, "\\E"))
            r->is_quoted = false;
        else if (!r->is_quoted && take(r, "\\Q"))
            r->is_quoted = true;
        else
            return r->at < r->n_bytes;
    }
}

/* --- nodes ------------------------------------------------------------------------------------------------------- */

/* Children in the making. */
typedef struct children {
    syntax_node *first;
    syntax_node **end;
    size_t n;
} children;

static void append(children *list, syntax_node *node) {
    node->next = NULL;
    *list->end = node;
    list->end = &node->next;
    list->n++;
}

/* A sequence in a sequence is part of it. */
static void append_to_sequence(children *list, syntax_node *node) {
    if (node->kind != SYNTAX_SEQUENCE) {
        append(list, node);
        return;
    }
    for (syntax_node *child = node->child, *next; child; child = next) {
        next = child->next;
        append(list, child);
    }
}

static syntax_node *parent_of(reader *r, syntax_kind kind, const children *list) {
    if (list->n == 1)
        return list->first;
    syntax_node *node = new_node(r, kind);
    node->child = list->first;
    return node;
}

static bool has_spelling(const syntax_node *node, const syntax_spelling *spelling) {
    for (unsigned i = 0; i < node->n_spellings; i++)
        if (memcmp(node->spellings[i].bytes, spelling->bytes, sizeof spelling->bytes) == 0)
            return true;
    return false;
}

/* Adds what another character matches beyond ASCII. That is not known any more where one of the two does not tell, or
 * both together tell too much. */
static void merge_foreign(syntax_node *to, const syntax_node *from) {
    if (!from->may_be_foreign)
        return;
    bool is_known = from->n_spellings > 0 && (to->n_spellings > 0 || !to->may_be_foreign);
    to->may_be_foreign = true;
    for (unsigned i = 0; i < from->n_spellings && is_known; i++) {
        if (has_spelling(to, &from->spellings[i]))
            continue;
        is_known = to->n_spellings < SYNTAX_MOST_SPELLINGS;
        if (is_known)
            to->spellings[to->n_spellings++] = from->spellings[i];
    }
    if (!is_known)
        to->n_spellings = 0;
}

/* Alternatives that all are a character of a set are a character of one set. */
static syntax_node *merge_characters(reader *r, syntax_node *alternatives) {
    pair_set pairs = {{0}};
    bool are_known = true;
    for (const syntax_node *child = alternatives->child; child; child = child->next) {
        if (child->kind != SYNTAX_CHARACTER || child->n_text_bytes > 0)
            return alternatives;
        are_known = syntax_add_pairs(&pairs, child) && are_known;
    }
    syntax_node *merged = alternatives->child;
    for (const syntax_node *child = merged->next; child; child = child->next) {
        byte_set_add_all(&merged->set, &child->set);
        merge_foreign(merged, child);
    }
    merged->next = NULL;
    merged->pairs = are_known && merged->may_be_foreign ? syntax_probe_keep(&r->probe, &pairs) : NULL;
    return merged;
}

/* --- groups ------------------------------------------------------------------------------------------------------ */

static syntax_node *read_alternatives(reader *r);

/* From behind the opening to behind the parenthesis that closes it; what is set inside ends there. */
static syntax_node *read_group_body(reader *r, unsigned flags_inside) {
    if (r->depth == MOST_DEPTH)
        return give_up(r, "groups nested too deeply");
    unsigned flags = r->flags;
    r->flags = flags_inside;
    r->depth++;
    syntax_node *node = read_alternatives(r);
    r->depth--;
    r->flags = flags;
    if (node && !take(r, ")"))
        return give_up(r, "an unusual group");
    return node;
}

/* Sets or clears what a letter of "(?i)" stands for. False when it is not known what the rest of the pattern means
 * then. */
static bool change_flag(unsigned *flags, uint8_t letter, bool on) {
    static const struct {
        char letter;
        unsigned flag;
        bool is_for_off; /* the flag is there where the option is not */
        bool may_be_on;
    } letters[] = {{'i', FLAG_CASELESS, false, true},
                   {'s', FLAG_DOT_ALL, false, true},
                   {'m', FLAG_ONE_LINE, true, true},
                   {'n', 0, false, true}, /* what captures, and under which names, */
                   {'J', 0, false, true}, /* is no matter */
                   {'x', 0, false, false},
                   {'U', 0, false, false}};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if ((uint8_t)letters[i].letter != letter)
            continue;
        *flags = on != letters[i].is_for_off ? *flags | letters[i].flag : *flags & ~letters[i].flag;
        return !on || letters[i].may_be_on;
    }
    return false;
}

/* (?i) changes what follows in the group around it, (?i:...) has a group of its own; at the character after "(?". */
static syntax_node *read_options(reader *r) {
    unsigned flags = r->flags;
    bool on = true;
    for (; r->at < r->n_bytes && peek(r, 0) != ':' && peek(r, 0) != ')'; r->at++) {
        if (on && peek(r, 0) == '-')
            on = false;
        else if (!change_flag(&flags, peek(r, 0), on))
            return give_up(r, "a rare option in parentheses");
    }
    if (take(r, ":"))
        return read_group_body(r, flags);
    if (!take(r, ")"))
        return give_up(r, "an unusual group");
    r->flags = flags;
    return new_node(r, SYNTAX_SEQUENCE);
}

/* Groups that are more than a group, by what follows "(?". */
static const char *special_group(const reader *r) {
    static const struct {
        const char *opening;
        const char *why;
    } groups[] = {{"=", "look-around"},  {"!", "look-around"},  {"*", "look-around"},       {"<=", "look-around"},
                  {"<!", "look-around"}, {"<*", "look-around"}, {">", "an atomic group"},   {"|", "a branch reset"},
                  {"(", "a condition"},  {"#", "a comment"},    {"P=", "a back reference"}, {"P>", "recursion"},
                  {"R", "recursion"},    {"&", "recursion"},    {"+", "recursion"},         {"C", "a callout"}};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (is_at(r, groups[i].opening))
            return groups[i].why;
    bool is_number = is_digit(peek(r, 0)) || (peek(r, 0) == '-' && is_digit(peek(r, 1)));
    return is_number ? "recursion" : NULL;
}

static syntax_node *read_group(reader *r) {
    r->at++;
    if (is_at(r, "*"))
        return give_up(r, "a verb");
    if (!take(r, "?"))
        return read_group_body(r, r->flags);
    const char *why = special_group(r);
    if (why)
        return give_up(r, why);
    char end_of_name = take(r, "<") || take(r, "P<") ? '>' : take(r, "'") ? '\'' : 0;
    if (end_of_name == 0)
        return read_options(r);
    const uint8_t *end = memchr(r->text + r->at, end_of_name, r->n_bytes - r->at);
    if (!end)
        return give_up(r, "an unusual group");
    r->at = (size_t)(end - r->text) + 1;
    return read_group_body(r, r->flags);
}

/* --- repeats ----------------------------------------------------------------------------------------------------- */

/* Takes a decimal number; `none` when there is no digit. */
static uint32_t take_number(reader *r, uint32_t none) {
    enum { MOST = 65535 };
    uint32_t number = is_digit(peek(r, 0)) ? 0 : none;
    for (; is_digit(peek(r, 0)); r->at++)
        number = number > MOST ? number : number * 10 + (peek(r, 0) - '0');
    return number;
}

/* Takes {2}, {2,} or {2,3}. */
static bool take_braces(reader *r, uint32_t *min, uint32_t *max) {
    size_t begin = r->at;
    if (take(r, "{") && is_digit(peek(r, 0))) {
        *max = *min = take_number(r, 0);
        if (take(r, ","))
            *max = take_number(r, SYNTAX_ENDLESS);
        if (take(r, "}"))
            return true;
    }
    r->at = begin;
    return false;
}

static bool take_quantifier(reader *r, uint32_t *min, uint32_t *max) {
    static const struct {
        const char *text;
        uint32_t min, max;
    } quantifiers[] = {{"*", 0, SYNTAX_ENDLESS}, {"+", 1, SYNTAX_ENDLESS}, {"?", 0, 1}};
    for (size_t i = 0; i < sizeof quantifiers / sizeof *quantifiers; i++)
        if (take(r, quantifiers[i].text)) {
            *min = quantifiers[i].min;
            *max = quantifiers[i].max;
            return true;
        }
    return take_braces(r, min, max);
}

/* Other braces stand for themselves; but from 10.43 on PCRE2 knows "{,3}" and "{ 1, 2 }" for repeats. */
static bool is_doubtful_brace(const reader *r) {
    bool has_digit = false;
    size_t i = 1;
    for (; peek(r, i) != 0 && memchr("0123456789, \t", peek(r, i), 13); i++)
        has_digit = has_digit || is_digit(peek(r, i));
    return has_digit && peek(r, i) == '}';
}

static syntax_node *repeat(reader *r, syntax_node *child, uint32_t min, uint32_t max, syntax_greed greed) {
    if (min == 1 && max == 1)
        return child;
    if (max == 0)
        return new_node(r, SYNTAX_SEQUENCE);
    if (max > 1 && syntax_least_bytes(child) == 0)
        return give_up(r, "a repeat of what may be empty");
    syntax_node *node = new_node(r, SYNTAX_REPEAT);
    node->child = child;
    node->min = min;
    node->max = max;
    node->greed = min == max ? SYNTAX_GREEDY : greed;
    return node;
}

/* The item, or the repeat of it that follows. A possessive repeat of a group is an atomic group, in and around which
 * PCRE2 passes over matches: it finds none for "b?(?:|a)?+b" in "b". */
static syntax_node *read_repeat(reader *r, syntax_node *item, bool is_group) {
    uint32_t min, max;
    if (!settle(r) || r->is_quoted || !take_quantifier(r, &min, &max))
        return item;
    syntax_greed greed = SYNTAX_GREEDY;
    if (settle(r) && !r->is_quoted)
        greed = take(r, "?") ? SYNTAX_LAZY : take(r, "+") ? SYNTAX_POSSESSIVE : SYNTAX_GREEDY;
    if (greed == SYNTAX_POSSESSIVE && is_group)
        return give_up(r, "an atomic group");
    return repeat(r, item, min, max, greed);
}

/* --- the whole --------------------------------------------------------------------------------------------------- */

static syntax_node *read_line_edge(reader *r, syntax_assertion edge) {
    if (r->flags & FLAG_ONE_LINE)
        return give_up(r, "an anchor to an end of the text");
    r->at++;
    return new_assertion(r, edge);
}

static syntax_node *read_item(reader *r) {
    if (r->is_quoted)
        return syntax_read_literal(r);
    switch (peek(r, 0)) {
    case '\\':
        return syntax_read_escape(r);
    case '[':
        return syntax_read_class(r);
    case '(':
        return read_group(r);
    case '.':
        return syntax_read_dot(r);
    case '^':
        return read_line_edge(r, SYNTAX_LINE_BEGIN);
    case '$':
        return read_line_edge(r, SYNTAX_LINE_END);
    case '{':
        return is_doubtful_brace(r) ? give_up(r, "braces that are almost a repeat") : syntax_read_literal(r);
    default:
        return syntax_read_literal(r);
    }
}

static syntax_node *read_sequence(reader *r) {
    children list = {.end = &list.first};
    while (settle(r) && (r->is_quoted || (peek(r, 0) != '|' && peek(r, 0) != ')'))) {
        bool is_group = !r->is_quoted && peek(r, 0) == '(';
        syntax_node *node = read_item(r);
        if (node)
            node = read_repeat(r, node, is_group);
        if (!node)
            return NULL;
        append_to_sequence(&list, node);
    }
    return parent_of(r, SYNTAX_SEQUENCE, &list);
}

static syntax_node *read_alternatives(reader *r) {
    children list = {.end = &list.first};
    do {
        syntax_node *node = read_sequence(r);
        if (!node)
            return NULL;
        append(&list, node);
    } while (take(r, "|"));
    syntax_node *node = parent_of(r, SYNTAX_ALTERNATIVES, &list);
    return list.n > 1 ? merge_characters(r, node) : node;
}

static syntax_node *read_text(reader *r) {
    children list = {.end = &list.first};
    while (r->at < r->n_bytes) {
        syntax_node *node = syntax_read_literal(r);
        if (!node)
            return NULL;
        append(&list, node);
    }
    return parent_of(r, SYNTAX_SEQUENCE, &list);
}

static syntax_node *surround(reader *r, syntax_assertion before, syntax_node *node, syntax_assertion after) {
    children list = {.end = &list.first};
    append(&list, new_assertion(r, before));
    append_to_sequence(&list, node);
    append(&list, new_assertion(r, after));
    return parent_of(r, SYNTAX_SEQUENCE, &list);
}

static syntax_node *read_whole(reader *r, const thrum_pattern_options *options) {
    syntax_node *node = options->literal ? read_text(r) : read_alternatives(r);
    if (!node)
        return NULL;
    if (r->at < r->n_bytes)
        return give_up(r, "an unusual group");
    if (options->whole_line)
        return surround(r, SYNTAX_LINE_BEGIN, node, SYNTAX_LINE_END);
    if (options->whole_word)
        return surround(r, SYNTAX_NO_WORD_BEFORE, node, SYNTAX_NO_WORD_AFTER);
    return node;
}

bool syntax_read(syntax_tree *tree, const char *text, size_t n_bytes, const thrum_pattern_options *options,
                 const char **why_opaque) {
    enum { NODES_A_BYTE = 2, NODES_AROUND = 8 };
    *tree = (syntax_tree){0};
    if (n_bytes > MOST_PATTERN_BYTES) {
        *why_opaque = "too long a text";
        return false;
    }
    reader r = {.text = (const uint8_t *)text,
                .n_bytes = n_bytes,
                .is_bytes = options->bytes,
                .has_crlf = options->newline == THRUM_NEWLINE_CRLF,
                .flags = options->caseless ? FLAG_CASELESS : 0,
                .nodes = calloc(NODES_A_BYTE * n_bytes + NODES_AROUND, sizeof *r.nodes)};
    if (syntax_probe_init(&r.probe, options) && r.nodes)
        tree->root = read_whole(&r, options);
    else
        give_up(&r, "memory");
    tree->pairs = r.probe.pairs;
    r.probe.pairs = NULL;
    syntax_probe_release(&r.probe);
    tree->memory = r.nodes;
    *why_opaque = r.why_opaque;
    if (!tree->root)
        syntax_release(tree);
    return tree->root != NULL;
}

void syntax_release(syntax_tree *tree) {
    syntax_pairs_free(tree->pairs);
    free(tree->memory);
    *tree = (syntax_tree){0};
}
