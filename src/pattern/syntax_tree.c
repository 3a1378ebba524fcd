/* What a tree tells of the matches of its nodes. */
#include "pattern/syntax.h"

#include <string.h>

static size_t add(size_t a, size_t b) {
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

static size_t multiply(size_t a, size_t b) {
    return a > 0 && b > SIZE_MAX / a ? SIZE_MAX : a * b;
}

static size_t least_bytes_of_character(const syntax_node *node) {
    size_t least = SIZE_MAX;
    if (node->n_text_bytes > 0)
        return node->n_text_bytes;
    if (!node->may_be_foreign || !byte_set_is_empty(&node->set))
        return 1;
    for (unsigned i = 0; i < node->n_spellings; i++)
        least = node->spellings[i].n_bytes < least ? node->spellings[i].n_bytes : least;
    return node->n_spellings > 0 ? least : 2;
}

static size_t most_bytes_of_character(const syntax_node *node) {
    size_t most = 1;
    if (node->n_text_bytes > 0)
        return node->n_text_bytes;
    for (unsigned i = 0; i < node->n_spellings; i++)
        most = node->spellings[i].n_bytes > most ? node->spellings[i].n_bytes : most;
    return node->may_be_foreign && node->n_spellings == 0 ? 4 : most;
}

static void add_pair(pair_set *to, const uint8_t bytes[2]) {
    to->words[bytes[0] & 0x1F] |= UINT64_C(1) << (bytes[1] & 0x3F);
}

bool syntax_add_pairs(pair_set *to, const syntax_node *character) {
    if (character->n_text_bytes == 2)
        add_pair(to, character->text);
    for (unsigned i = 0; i < character->n_spellings; i++)
        if (character->spellings[i].n_bytes == 2)
            add_pair(to, character->spellings[i].bytes);
    if (character->pairs)
        pair_set_add_all(to, character->pairs);
    return !character->may_be_foreign || character->n_spellings > 0 || character->pairs;
}

size_t syntax_least_bytes(const syntax_node *node) {
    size_t sum = 0, least = SIZE_MAX;
    switch (node->kind) {
    case SYNTAX_CHARACTER:
        return least_bytes_of_character(node);
    case SYNTAX_SEQUENCE:
        for (const syntax_node *child = node->child; child; child = child->next)
            sum = add(sum, syntax_least_bytes(child));
        return sum;
    case SYNTAX_ALTERNATIVES:
        for (const syntax_node *child = node->child; child; child = child->next) {
            size_t n = syntax_least_bytes(child);
            least = n < least ? n : least;
        }
        return least;
    case SYNTAX_REPEAT:
        return multiply(node->min, syntax_least_bytes(node->child));
    case SYNTAX_ASSERTION:
        break;
    }
    return 0;
}

size_t syntax_most_bytes(const syntax_node *node) {
    size_t sum = 0, most = 0;
    switch (node->kind) {
    case SYNTAX_CHARACTER:
        return most_bytes_of_character(node);
    case SYNTAX_SEQUENCE:
        for (const syntax_node *child = node->child; child; child = child->next)
            sum = add(sum, syntax_most_bytes(child));
        return sum;
    case SYNTAX_ALTERNATIVES:
        for (const syntax_node *child = node->child; child; child = child->next) {
            size_t n = syntax_most_bytes(child);
            most = n > most ? n : most;
        }
        return most;
    case SYNTAX_REPEAT:
        most = syntax_most_bytes(node->child);
        return most > 0 && node->max == SYNTAX_ENDLESS ? SIZE_MAX : multiply(most, node->max);
    case SYNTAX_ASSERTION:
        break;
    }
    return 0;
}

static byte_set without_line_ends(byte_set set, thrum_newline newline) {
    byte_set_remove(&set, '\n');
    if (newline != THRUM_NEWLINE_LF)
        byte_set_remove(&set, '\r');
    return set;
}

/* Whether each character that has a byte of its own has one within lines. */
static bool has_bytes_in_line(const syntax_node *node, thrum_newline newline) {
    if (node->kind == SYNTAX_CHARACTER) {
        byte_set left = without_line_ends(node->set, newline);
        return byte_set_is_empty(&node->set) || !byte_set_is_empty(&left);
    }
    for (const syntax_node *child = node->child; child; child = child->next)
        if (!has_bytes_in_line(child, newline))
            return false;
    return true;
}

static void cut(syntax_node *node, thrum_newline newline) {
    if (node->kind == SYNTAX_CHARACTER)
        node->set = without_line_ends(node->set, newline);
    for (syntax_node *child = node->child; child; child = child->next)
        cut(child, newline);
}

bool syntax_cut_to_line(syntax_node *node, thrum_newline newline) {
    if (!has_bytes_in_line(node, newline))
        return false;
    cut(node, newline);
    return true;
}

bool syntax_stays_in_line(const syntax_node *node, thrum_newline newline) {
    if (node->kind == SYNTAX_CHARACTER) {
        byte_set left = without_line_ends(node->set, newline);
        return memcmp(&left, &node->set, sizeof left) == 0;
    }
    for (const syntax_node *child = node->child; child; child = child->next)
        if (!syntax_stays_in_line(child, newline))
            return false;
    return true;
}
