/* The walk by the model, a character at a time.
 *
 * ICU's automaton starts anew at each break, so segments can be found one after another:
 *
 *   word    a kind, then any number of: a kind that it joins, or a middle and a kind that the middle holds to it;
 *           perhaps a middle at the end that clings to the last kind
 *   others  any other characters; where they divide is not asked, because spaces, for one, keep together
 *
 * with marks after each character. One character ahead, behind its marks, decides everything. A segment is left to ICU,
 * from its beginning, when a foreign character is in it or right behind it, or a mark follows what does not take marks
 * as letters do: in ICU 72 a word that ends in a connector, in Hangul or in a middle is none with a mark at its end.
 *
 * Cost: 1 to 2 ns a character. */
#include "text/word_scan.h"

/* Where the walk is. Everything about it stays in registers. */
typedef struct cursor {
    word_scan scan;
    size_t at;    /* the last character read that is no mark */
    size_t next;  /* where it ends */
    unsigned all; /* all entries read, marks too */
} cursor;

static inline unsigned read_entry(cursor *c) {
    const uint8_t *bytes = c->scan.bytes + c->next;
    uint32_t code_point = bytes[0];
    size_t length = code_point < 0x80 ? 1 : utf8_step(bytes, c->scan.end - c->next, &code_point);
    c->next += length;
    unsigned entry = word_entry(c->scan.model, c->scan.icu, code_point);
    c->all |= entry;
    return entry & WORD_CLASS;
}

/* The class of the next character that is no mark; WORD_OTHER at the end of the text. */
static inline unsigned read_class(cursor *c) {
    unsigned class = WORD_MARK;
    while (class == WORD_MARK && (c->at = c->next) < c->scan.end)
        class = read_entry(c);
    return class == WORD_MARK ? WORD_OTHER : class;
}

static inline bool is_kind(unsigned class) {
    return class < WORD_KINDS;
}

/* Reads on as long as characters of a set of classes follow: most of most words. One or two bytes are told apart
 * without a branch, because nobody could foresee it. */
static inline void skip_classes(cursor *c, uint32_t set) {
    const uint8_t *bytes = c->scan.bytes;
    size_t at = c->next, end = c->scan.end, length;
    for (; end - at >= 3; at += length) {
        uint32_t lead = bytes[at], second = bytes[at + 1] ^ 0x80U, code_point;
        bool is_character;
        if (lead < 0xE0) {
            bool is_ascii = lead < 0x80;
            is_character = is_ascii | ((lead >= 0xC2) & (second < 0x40));
            code_point = is_ascii ? lead : ((lead & 0x1F) << 6 | (second & 0x3F));
            length = is_ascii ? 1 : 2;
        } else {
            uint32_t third = bytes[at + 2] ^ 0x80U;
            code_point = (lead & 0x0F) << 12 | (second & 0x3F) << 6 | (third & 0x3F);
            is_character = lead < 0xF0 && (second | third) < 0x40 && code_point >= 0x800 && code_point >> 11 != 0x1B;
            length = 3;
        }
        unsigned entry = word_entry_known(code_point);
        if (!is_character || !(set >> (entry & WORD_CLASS) & 1))
            break;
        c->all |= entry;
    }
    c->next = at;
}

/* Goes on with a segment that begins with a kind. Sets *end to where it ends, or is left open. WORD_NO_MORE: it is no
 * word. */
static inline word_found finish_word(cursor *c, unsigned kind, size_t *end) {
    const word_model *model = c->scan.model;
    bool is_word = word_set_has(model->alone, kind);
    for (;; is_word = true) {
        size_t from = c->next;
        skip_classes(c, model->goes_on[kind]);
        is_word |= c->next > from;
        size_t read_end = c->next;
        unsigned class = read_class(c);
        *end = c->at;
        if (class == WORD_FOREIGN || (c->at > read_end && !word_set_has(model->takes_marks, kind)))
            return WORD_LEFT_OPEN;
        if (is_kind(class) && word_set_has(model->joins[kind], class)) {
            kind = class;
            continue;
        }
        if (class < WORD_MIDDLE)
            break;
        read_end = c->next;
        unsigned held = read_class(c);
        bool holds = is_kind(held) && word_set_has(model->holds[class][kind], held);
        bool clings = !holds && word_set_has(model->clings[class], kind);
        if (held == WORD_FOREIGN || (clings && c->at > read_end))
            return WORD_LEFT_OPEN;
        if (clings)
            *end = read_end;
        is_word |= clings;
        if (!holds)
            break;
        kind = held;
    }
    return is_word ? WORD_FOUND : WORD_NO_MORE;
}

word_found word_scan_next(const word_scan *scan, size_t at, scanned_word *word) {
    cursor c = {.scan = *scan, .next = at};
    size_t begin = at;
    word_found found = WORD_NO_MORE;
    while (found == WORD_NO_MORE && c.next < scan->end) {
        at = c.next;
        c.all = 0;
        unsigned class = read_entry(&c);
        if (class == WORD_FOREIGN) {
            found = WORD_LEFT_OPEN;
        } else if (is_kind(class)) {
            begin = at;
            found = finish_word(&c, class, &at);
            c.next = found == WORD_LEFT_OPEN ? c.next : at;
        }
    }
    *word = (scanned_word){begin, c.next, c.all & WORD_FOLDS};
    return found;
}
