/* Items: characters as they stand, escapes, bracket classes. What they match PCRE2 tells (syntax_probe.c); here is
 * found where each ends, and whether it keeps to ASCII. */
#include <string.h>

#include "pattern/syntax_letter.h"
#include "pattern/syntax_reader.h"
#include "text/utf8.h"

static bool is_letter(uint8_t byte) {
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static unsigned hex_digit(uint8_t byte) {
    return is_digit(byte) ? byte - '0' : is_letter(byte) && (byte | 0x20) <= 'f' ? (byte | 0x20) - 'a' + 10 : 16;
}

/* --- characters -------------------------------------------------------------------------------------------------- */

/* What PCRE2 says of the piece of the pattern from `begin` to here. Where case does not matter, an ASCII letter may
 * have another case beyond. */
static syntax_node *asked_character(reader *r, size_t begin, bool may_be_foreign) {
    syntax_node *node = new_node(r, SYNTAX_CHARACTER);
    const pair_set **pairs = may_be_foreign || r->flags & FLAG_CASELESS ? &node->pairs : NULL;
    uint32_t bits =
        (r->flags & FLAG_CASELESS ? PCRE2_CASELESS : 0) | (r->flags & FLAG_DOT_ALL ? (uint32_t)PCRE2_DOTALL : 0);
    const char *why = syntax_probe_set(&r->probe, r->text + begin, r->at - begin, bits, &node->set, pairs);
    if (why)
        return give_up(r, why);
    node->may_be_foreign = may_be_foreign && !r->is_bytes;
    return node;
}

static uint8_t encode(uint32_t code_point, uint8_t *bytes) {
    uint8_t n = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (uint8_t i = n; --i > 0; code_point >>= 6)
        bytes[i] = (uint8_t)(0x80 | (code_point & 0x3F));
    bytes[0] = (uint8_t)((n == 2 ? 0xC0 : n == 3 ? 0xE0 : 0xF0) | code_point);
    return n;
}

/* Adds characters to a node: to its set, or beyond ASCII to its spellings. */
static void spell(syntax_node *node, const uint16_t *characters, unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        if (characters[i] < 0x80) {
            byte_set_add(&node->set, (uint8_t)characters[i]);
            continue;
        }
        syntax_spelling *spelling = &node->spellings[node->n_spellings++];
        spelling->n_bytes = encode(characters[i], spelling->bytes);
    }
}

static syntax_node *ascii_character(reader *r, uint8_t byte) {
    syntax_node *node = new_node(r, SYNTAX_CHARACTER);
    uint16_t spellings[SYNTAX_MOST_SPELLINGS];
    byte_set_add(&node->set, byte);
    if (r->flags & FLAG_CASELESS && is_letter(byte)) {
        byte_set_add(&node->set, byte ^ 0x20);
        /* U+212A KELVIN SIGN and U+017F LATIN SMALL LETTER LONG S */
        node->may_be_foreign = !r->is_bytes && ((byte | 0x20) == 'k' || (byte | 0x20) == 's');
        if (node->may_be_foreign)
            spell(node, spellings, syntax_letter_spellings(byte, spellings));
    }
    return node;
}

/* A caseless letter beyond ASCII; its piece of the pattern goes from `begin` to here. */
static syntax_node *foreign_letter(reader *r, uint32_t code_point, size_t begin) {
    uint16_t spellings[SYNTAX_MOST_SPELLINGS];
    unsigned n_spellings = syntax_letter_spellings(code_point, spellings);
    if (n_spellings == 0)
        return asked_character(r, begin, true);
    syntax_node *node = new_node(r, SYNTAX_CHARACTER);
    node->may_be_foreign = true;
    spell(node, spellings, n_spellings);
    return node;
}

/* A character that stands for itself; its piece of the pattern goes from `begin` to here. */
static syntax_node *literal_character(reader *r, uint32_t code_point, size_t begin) {
    bool is_caseless = r->flags & FLAG_CASELESS;
    if (code_point < 0x80)
        return ascii_character(r, (uint8_t)code_point);
    if (r->is_bytes && is_caseless)
        return asked_character(r, begin, false);
    syntax_node *node = new_node(r, SYNTAX_CHARACTER);
    if (r->is_bytes) {
        byte_set_add(&node->set, (uint8_t)code_point);
        return node;
    }
    node->n_text_bytes = encode(code_point, node->text);
    if (!is_caseless || syntax_probe_has_no_case(&r->probe, node->text, node->n_text_bytes))
        return node;
    r->n_nodes--;
    *node = (syntax_node){0};
    return foreign_letter(r, code_point, begin);
}

/* Takes one character as it stands. */
static uint32_t take_character(reader *r) {
    uint32_t code_point = r->text[r->at];
    size_t length = r->is_bytes ? 1 : utf8_step(r->text + r->at, r->n_bytes - r->at, &code_point);
    r->at += length;
    return code_point;
}

syntax_node *syntax_read_literal(reader *r) {
    size_t begin = r->at;
    return literal_character(r, take_character(r), begin);
}

/* --- escapes ----------------------------------------------------------------------------------------------------- */

typedef enum escape_kind {
    ESCAPE_LITERAL,
    ESCAPE_CLASS,
    ESCAPE_WORD_EDGE,
    ESCAPE_NO_WORD_EDGE,
    ESCAPE_UNKNOWN
} escape_kind;

/* \x41 and \x{41}; at the character after x. */
static escape_kind read_hex(reader *r, uint32_t *code_point) {
    *code_point = 0;
    if (!take(r, "{")) {
        for (int i = 0; i < 2 && hex_digit(peek(r, 0)) < 16; i++, r->at++)
            *code_point = *code_point << 4 | hex_digit(peek(r, 0));
        return ESCAPE_LITERAL;
    }
    for (; hex_digit(peek(r, 0)) < 16; r->at++)
        *code_point = *code_point << 4 | hex_digit(peek(r, 0));
    return take(r, "}") ? ESCAPE_LITERAL : ESCAPE_UNKNOWN;
}

static uint32_t take_octal(reader *r, unsigned most_digits) {
    uint32_t value = 0;
    for (unsigned i = 0; i < most_digits && (peek(r, 0) & ~7) == '0'; i++, r->at++)
        value = value << 3 | (peek(r, 0) & 7);
    return value;
}

/* \o{101}; at the character after o. */
static escape_kind read_octal(reader *r, uint32_t *code_point) {
    if (!take(r, "{"))
        return ESCAPE_UNKNOWN;
    *code_point = take_octal(r, UINT32_MAX);
    return take(r, "}") ? ESCAPE_LITERAL : ESCAPE_UNKNOWN;
}

/* \pL and \p{Greek}; at the character after p. */
static escape_kind read_property(reader *r) {
    if (!take(r, "{")) {
        bool is_there = is_letter(peek(r, 0));
        r->at += is_there;
        return is_there ? ESCAPE_CLASS : ESCAPE_UNKNOWN;
    }
    while (r->at < r->n_bytes && r->text[r->at] != '}')
        r->at++;
    return take(r, "}") ? ESCAPE_CLASS : ESCAPE_UNKNOWN;
}

/* Reads an escape from behind its backslash. What a digit from 1 on or a "b" is depends on where it stands. */
static escape_kind read_escape(reader *r, uint32_t *code_point) {
    static const char controls[] = "a\ae\033f\fn\nr\rt\t";
    uint8_t byte = peek(r, 0);
    if (r->at == r->n_bytes)
        return ESCAPE_UNKNOWN;
    if (!is_letter(byte) && !is_digit(byte)) {
        *code_point = take_character(r);
        return ESCAPE_LITERAL;
    }
    r->at++;
    for (const char *control = controls; *control; control += 2)
        if (byte == *control) {
            *code_point = (uint8_t)control[1];
            return ESCAPE_LITERAL;
        }
    switch (byte) {
    case '0':
        *code_point = take_octal(r, 2);
        return ESCAPE_LITERAL;
    case 'o':
        return read_octal(r, code_point);
    case 'x':
        return read_hex(r, code_point);
    case 'p':
    case 'P':
        return read_property(r);
    case 'N': /* \N{U+41} is a character, \N{3} three of them */
        return peek(r, 0) == '{' && !is_digit(peek(r, 1)) ? ESCAPE_UNKNOWN : ESCAPE_CLASS;
    case 'b':
        return ESCAPE_WORD_EDGE;
    case 'B':
        return ESCAPE_NO_WORD_EDGE;
    default:
        return memchr("dDwWsShHvV", byte, 10) ? ESCAPE_CLASS : ESCAPE_UNKNOWN;
    }
}

static const char *why_unknown(uint8_t byte) {
    static const struct {
        const char *escapes;
        const char *why;
    } reasons[] = {{"123456789gk", "a back reference"},
                   {"AzZG", "an anchor to an end of the text"},
                   {"K", "\\K"},
                   {"RX", "\\R or \\X"}};
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (byte && strchr(reasons[i].escapes, byte))
            return reasons[i].why;
    return "a rare escape";
}

/* PCRE2 makes a repeat possessive where it believes that what follows has no character in common with it. It is wrong
 * about two negated properties (\P{Lu}*\D), about \w and \p{Pc}, to which "_" belongs, and, where bytes are characters,
 * about \S and the spaces \x85 and \xA0; in brackets it is right. Such a pattern matches less than it says. */
static const char *why_misjudged(const reader *r, size_t begin) {
    const uint8_t *text = r->text + begin;
    uint8_t letter = text[1];
    if (r->is_bytes && (letter == 'h' || letter == 'v'))
        return "\\h or \\v among bytes";
    if (letter == 'P')
        return "a negated property";
    if (letter != 'p')
        return NULL;
    char name[2] = {0};
    for (size_t i = 2, n = 0; i < r->at - begin && n < 2; i++) {
        if (text[i] == '^')
            return "a negated property";
        if (is_letter(text[i]))
            name[n++] = (char)(text[i] | 0x20);
    }
    return name[0] == 'p' && name[1] == 'c' ? "\\p{Pc}" : NULL;
}

syntax_node *syntax_read_escape(reader *r) {
    size_t begin = r->at++;
    uint8_t byte = peek(r, 0);
    uint32_t code_point = 0;
    const char *why;
    switch (read_escape(r, &code_point)) {
    case ESCAPE_LITERAL:
        return literal_character(r, code_point, begin);
    case ESCAPE_CLASS:
        if (byte == 'N' && r->has_crlf)
            return give_up(r, "\\N where CR LF ends lines");
        why = why_misjudged(r, begin);
        return why ? give_up(r, why) : asked_character(r, begin, true);
    case ESCAPE_WORD_EDGE:
        return new_assertion(r, SYNTAX_WORD_BOUNDARY);
    case ESCAPE_NO_WORD_EDGE:
        return new_assertion(r, SYNTAX_NO_WORD_BOUNDARY);
    default:
        return give_up(r, why_unknown(byte));
    }
}

/* --- bracket classes --------------------------------------------------------------------------------------------- */

/* The length of "[:alpha:]" and its like, up to the last bracket; 0 when what stands here is none. */
static size_t posix_class(const reader *r) {
    uint8_t mark = peek(r, 1);
    if (mark != ':' && mark != '.' && mark != '=')
        return 0;
    for (size_t i = 2; i + 1 < r->n_bytes - r->at; i++) {
        uint8_t byte = peek(r, i), after = peek(r, i + 1);
        if (byte == '\\' && (after == ']' || after == '\\'))
            i++;
        else if ((byte == '[' && after == mark) || byte == ']')
            return 0;
        else if (byte == mark && after == ']')
            return i + 2;
    }
    return 0;
}

/* Takes an escape in a class, or one end of a quotation. False when it is not known. */
static bool take_class_escape(reader *r, bool *is_quoted, bool *may_be_foreign) {
    uint32_t code_point = 0;
    if (take(r, "\\Q")) {
        *is_quoted = true;
        return true;
    }
    if (take(r, "\\E"))
        return true;
    r->at++;
    if (peek(r, 0) >= '1' && peek(r, 0) <= '9') { /* octal here; whatever it is, the class ends no earlier */
        r->at++;
        *may_be_foreign = true;
        return true;
    }
    escape_kind kind = read_escape(r, &code_point);
    *may_be_foreign = *may_be_foreign || kind == ESCAPE_CLASS || code_point >= 0x80;
    return kind != ESCAPE_UNKNOWN && kind != ESCAPE_NO_WORD_EDGE; /* \b is a backspace */
}

/* Takes one thing that a class lists. */
static bool take_class_member(reader *r, bool *is_quoted, bool *may_be_foreign) {
    size_t n_posix = 0;
    if (*is_quoted) {
        if (take(r, "\\E")) {
            *is_quoted = false;
            return true;
        }
    } else if (peek(r, 0) == '\\') {
        return take_class_escape(r, is_quoted, may_be_foreign);
    } else if (peek(r, 0) == '[') {
        n_posix = posix_class(r);
    }
    *may_be_foreign = *may_be_foreign || n_posix > 0 || peek(r, 0) >= 0x80;
    r->at += n_posix > 0 ? n_posix : 1;
    return true;
}

/* PCRE2 says what is in a class; only its extent is read here, and whether it keeps to ASCII. */
syntax_node *syntax_read_class(reader *r) {
    static const char why[] = "an unusual class";
    size_t begin = r->at;
    bool may_be_foreign = false, is_quoted = false;
    if (is_at(r, "[[:<:]]") || is_at(r, "[[:>:]]"))
        return give_up(r, why);
    r->at++;
    if (take(r, "^"))
        may_be_foreign = true;
    if (is_at(r, "\\E") || is_at(r, "\\Q\\E"))
        return give_up(r, why);
    do { /* a bracket that comes first is listed */
        if (r->at >= r->n_bytes || !take_class_member(r, &is_quoted, &may_be_foreign))
            return give_up(r, why);
    } while (is_quoted || peek(r, 0) != ']');
    r->at++;
    syntax_node *node = asked_character(r, begin, may_be_foreign);
    bool has_k_or_s = node && (byte_set_has(&node->set, 'k') || byte_set_has(&node->set, 's'));
    if (has_k_or_s && r->flags & FLAG_CASELESS && !r->is_bytes)
        node->may_be_foreign = true;
    return node;
}

/* --- the dot ----------------------------------------------------------------------------------------------------- */

syntax_node *syntax_read_dot(reader *r) {
    if (r->has_crlf && !(r->flags & FLAG_DOT_ALL))
        return give_up(r, "a dot where CR LF ends lines");
    r->at++;
    return asked_character(r, r->at - 1, true);
}
