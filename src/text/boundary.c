/* Where a text may be cut.
 *
 * Each rule looks at the byte before a place and the byte at it, and at the characters they belong to only when that is
 * not enough. So a place is a boundary or not wherever the search for it began, and two workers that look for the
 * next place after theirs agree.
 *
 * BOUNDARY_CHARACTER. Every byte that does not continue a character: in ill-formed text too these are the places at
 * which a search by PCRE2 that comes from the left tries to match. The rules for words cut at such places only, so that
 * patterns can be matched over the same chunks.
 *
 * BOUNDARY_WORD_UNICODE. ICU's iterator goes from break to break: its automaton starts anew at each break that the
 * rules make and reads forward only, and a dictionary divides only what lies between two such breaks. So the text may
 * be cut wherever the rules break whatever stands further left and right, and every word stays what it was. Three kinds
 * of places are certain in every version of Unicode Standard Annex #29 (rule numbers are its own):
 *
 *   after a line end        WB3a: LF, VT, FF, and CR without LF, whatever character follows.
 *   space, then a letter    WB999. Only a character of the class Extend, Format or ZWJ clings to a space (WB4), so the
 *                           letter is taken from ranges of which every one has long been a letter or a digit. Tabs,
 *                           brackets and double quotes stand in for the space before an ASCII letter or digit, so that
 *                           JSON and XML without spaces are cut too.
 *   CJK mark, then letter   WB999 again: Chinese and Japanese have no spaces. The full-width comma holds digits
 *                           together (WB12), never Han or kana.
 *
 * A text that has none of them is not cut.
 *
 * Cost: a table look-up and a test for each byte passed. */
#include "text/boundary.h"

#include <stdbool.h>
#include <string.h>

#include "text/utf8.h"

/* What one byte says about the places before and after it. */
enum {
    LETTER = 1,             /* [A-Za-z] */
    VISIBLE = 2,            /* not ASCII white space */
    AT_ASCII = 4,           /* a place may be before it: an ASCII letter or digit */
    AT_LEAD = 8,            /* or the first byte of a longer letter */
    BEFORE_ASCII = 16 * 1,  /* a place may be after it when an ASCII letter or digit follows */
    BEFORE_LEAD = 16 * 2,   /* or when a longer letter does: a space, a tab, or the last byte of CJK punctuation */
    LINE_END = 64,          /* a place is after it, but for CR LF */
    BEFORE_TO_AT_SHIFT = 2, /* takes BEFORE_ASCII to AT_ASCII and BEFORE_LEAD to AT_LEAD */
};

#define IS_LETTER(c)   (((c) >= 'A' && (c) <= 'Z') || ((c) >= 'a' && (c) <= 'z'))
#define IS_DIGIT(c)    ((c) >= '0' && (c) <= '9')
#define IS_WHITE(c)    ((c) == ' ' || ((c) >= '\t' && (c) <= '\r'))
#define IS_LINE_END(c) ((c) >= '\n' && (c) <= '\r')
#define IS_GAP(c)      ((c) == ' ' || (c) == '\t')
#define IS_BRACKET(c)                                                                                                  \
    ((c) == '(' || (c) == ')' || (c) == '[' || (c) == ']' || (c) == '{' || (c) == '}' || (c) == '<' || (c) == '>')
#define ENDS_CJK_MARK(c) ((c) == 0x80 || (c) == 0x81 || (c) == 0x82 || (c) == 0x8C || (c) == 0x9F)

#define CLASS(c)                                                                                                       \
    (IS_LETTER(c) ? LETTER : 0) | (IS_WHITE(c) ? 0 : VISIBLE) | (IS_LETTER(c) || IS_DIGIT(c) ? AT_ASCII : 0) |         \
        ((c) >= 0xC3 ? AT_LEAD : 0) | (IS_GAP(c) || IS_BRACKET(c) || (c) == '"' ? BEFORE_ASCII : 0) |                  \
        (IS_GAP(c) || ENDS_CJK_MARK(c) ? BEFORE_LEAD : 0) | (IS_LINE_END(c) ? LINE_END : 0)
#define CLASS_4(c)  CLASS(c), CLASS((c) + 1), CLASS((c) + 2), CLASS((c) + 3)
#define CLASS_16(c) CLASS_4(c), CLASS_4((c) + 4), CLASS_4((c) + 8), CLASS_4((c) + 12)
#define CLASS_64(c) CLASS_16(c), CLASS_16((c) + 16), CLASS_16((c) + 32), CLASS_16((c) + 48)

static const uint8_t classes[256] = {CLASS_64(0), CLASS_64(64), CLASS_64(128), CLASS_64(192)};

typedef struct code_range {
    uint32_t first;
    uint32_t last;
} code_range;

/* Letters beyond ASCII that a word may start with after a space. Each range was assigned in full, as letters or
 * syllables, by Unicode 3.2: none can become a mark. */
static const code_range letters[] = {
    /* Latin */
    {0x00C0, 0x00D6},
    {0x00D8, 0x00F6},
    {0x00F8, 0x0220},
    {0x0250, 0x02AD},
    /* Greek */
    {0x0391, 0x03A1},
    {0x03A3, 0x03CE},
    /* Cyrillic, Armenian, Hebrew, Arabic */
    {0x0400, 0x0481},
    {0x0531, 0x0556},
    {0x0561, 0x0586},
    {0x05D0, 0x05EA},
    {0x0621, 0x063A},
    {0x0641, 0x064A},
    /* Devanagari, Bengali, Telugu */
    {0x0905, 0x0939},
    {0x0995, 0x09A8},
    {0x0C15, 0x0C28},
    /* Thai, Lao, Burmese, Georgian, Khmer */
    {0x0E01, 0x0E2E},
    {0x0E99, 0x0E9F},
    {0x1000, 0x1021},
    {0x10D0, 0x10F0},
    {0x1780, 0x17A2},
    /* Latin, for Vietnamese above all */
    {0x1E00, 0x1E9B},
    {0x1EA0, 0x1EF9},
    /* Hiragana, Katakana, Han, Hangul */
    {0x3041, 0x3094},
    {0x30A1, 0x30FA},
    {0x3400, 0x4DB5},
    {0x4E00, 0x9FA5},
    {0xAC00, 0xD7A3},
};

/* Those that follow CJK punctuation without a space. */
static const code_range cjk_letters[] = {{0x3041, 0x3094}, {0x30A1, 0x30FA}, {0x3400, 0x4DB5}, {0x4E00, 0x9FA5}};

/* Ideographic space, comma and full stop; full-width exclamation mark, comma and question mark. */
static const code_range cjk_marks[] = {{0x3000, 0x3002}, {0xFF01, 0xFF01}, {0xFF0C, 0xFF0C}, {0xFF1F, 0xFF1F}};

#define IN_RANGES(ranges, code_point) in_ranges(ranges, sizeof(ranges) / sizeof *(ranges), code_point)

static bool in_ranges(const code_range *ranges, size_t n_ranges, uint32_t code_point) {
    for (size_t i = 0; i < n_ranges; i++)
        if (code_point <= ranges[i].last)
            return code_point >= ranges[i].first;
    return false;
}

static bool inside_line_end(const uint8_t *bytes, size_t at) {
    return bytes[at - 1] == '\r' && bytes[at] == '\n';
}

static size_t next_character(const uint8_t *bytes, size_t n_bytes, size_t at) {
    while (at < n_bytes && (utf8_continues(bytes[at]) || inside_line_end(bytes, at)))
        at++;
    return at;
}

static size_t next_line(const uint8_t *bytes, size_t n_bytes, size_t at) {
    for (;; at++) {
        const uint8_t *feed = memchr(bytes + at - 1, '\n', n_bytes - at + 1);
        at = feed ? (size_t)(feed - bytes) + 1 : n_bytes;
        if (at == n_bytes || !utf8_continues(bytes[at]))
            return at;
    }
}

static size_t next_byte(const uint8_t *bytes, size_t n_bytes, size_t at) {
    (void)n_bytes;
    return at + inside_line_end(bytes, at);
}

/* The next place that is not between two bytes of the class. */
static inline size_t next_outside(uint8_t class, const uint8_t *bytes, size_t n_bytes, size_t at) {
    if (classes[bytes[at - 1]] & class)
        while (at < n_bytes && classes[bytes[at]] & class)
            at++;
    return at;
}

/* The next place that both rules allow. */
static inline size_t next_outside_between(uint8_t class, const uint8_t *bytes, size_t n_bytes, size_t at) {
    for (;;) {
        size_t outside = next_outside(class, bytes, n_bytes, at);
        at = next_character(bytes, n_bytes, outside);
        if (at == outside)
            return at;
    }
}

static size_t next_word_ascii(const uint8_t *bytes, size_t n_bytes, size_t at) {
    return next_outside_between(LETTER, bytes, n_bytes, at);
}

static size_t next_word_space(const uint8_t *bytes, size_t n_bytes, size_t at) {
    return next_outside_between(VISIBLE, bytes, n_bytes, at);
}

/* Looks closely at a place whose two bytes make it likely. */
static bool starts_afresh(const uint8_t *bytes, size_t n_bytes, size_t at) {
    uint8_t before = bytes[at - 1];
    if (classes[before] & LINE_END)
        return !inside_line_end(bytes, at) && !utf8_continues(bytes[at]);
    if (bytes[at] < 0x80)
        return true;
    uint32_t letter, mark;
    if (!utf8_character(bytes + at, n_bytes - at, &letter))
        return false;
    if (before < 0x80)
        return IN_RANGES(letters, letter);
    return at >= 3 && utf8_character(bytes + at - 3, 3, &mark) == 3 && IN_RANGES(cjk_marks, mark) &&
           IN_RANGES(cjk_letters, letter);
}

static size_t next_word_unicode(const uint8_t *bytes, size_t n_bytes, size_t at) {
    uint8_t before = classes[bytes[at - 1]];
    for (; at < n_bytes; at++) {
        uint8_t here = classes[bytes[at]];
        bool likely = before >> BEFORE_TO_AT_SHIFT & here & (AT_ASCII | AT_LEAD);
        if ((likely || before & LINE_END) && starts_afresh(bytes, n_bytes, at))
            break;
        before = here;
    }
    return at;
}

/* Each takes a place with a byte on either side of it. */
typedef size_t next_boundary(const uint8_t *bytes, size_t n_bytes, size_t at);

static next_boundary *const next_boundaries[] = {
    [BOUNDARY_CHARACTER] = next_character,       [BOUNDARY_BYTE] = next_byte,
    [BOUNDARY_WORD_ASCII] = next_word_ascii,     [BOUNDARY_WORD_SPACE] = next_word_space,
    [BOUNDARY_WORD_UNICODE] = next_word_unicode, [BOUNDARY_LINE] = next_line,
};

size_t boundary_next(boundary_rule rule, const uint8_t *bytes, size_t n_bytes, size_t from) {
    return from == 0 || from >= n_bytes ? from : next_boundaries[rule](bytes, n_bytes, from);
}
