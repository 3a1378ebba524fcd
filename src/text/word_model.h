/* A small model of ICU's words, learnt by asking the ICU at hand; exact, or not used at all. */
#ifndef TEXT_WORD_MODEL_H
#define TEXT_WORD_MODEL_H

#include <stdatomic.h>

#include "text/utf8.h"
#include "text/word_icu.h"

/* What words are made of. The first classes are the kinds: characters that a word may begin with. */
enum {
    WORD_UNASKED,
    WORD_LETTER,
    WORD_NUMBER,
    WORD_CONNECTOR,
    WORD_HEBREW,
    WORD_HANGUL,
    WORD_MARK,    /* clings to the character before it */
    WORD_OTHER,   /* part of no word, a break on either side */
    WORD_FOREIGN, /* ICU alone knows what to make of it */
    WORD_MIDDLE,  /* the first class of those that hold some kinds together, as the dot does in 3.14 */
    WORD_KINDS = WORD_MARK,
    WORD_CLASSES = 16,
    WORD_CLASS = 0x0F, /* an entry of the table of characters is a class and perhaps this flag: */
    WORD_FOLDS = 0x80, /* case folding changes the character */
    WORD_ENTRIES = 0x110000,
};

/* Sets of kinds have bit k for kind k. */
typedef struct word_model {
    uint8_t alone;                           /* kinds of which one character is a word */
    uint8_t goes_on[WORD_KINDS];             /* [kind]: classes that go on with the word and with the kind */
    uint8_t takes_marks;                     /* kinds that a mark after them changes in nothing */
    uint8_t joins[WORD_KINDS];               /* [before]: kinds that go on with the word */
    uint8_t holds[WORD_CLASSES][WORD_KINDS]; /* [middle][before]: kinds after the middle that go on with the word */
    uint8_t clings[WORD_CLASSES];            /* [middle]: kinds that keep the middle whatever follows */
    uint8_t extra_letter;                    /* the ASCII letter beside A-Z and a-z; '_' when there is none */
} word_model;

/* The model, learnt once a process, in about 2 ms, and never freed; NULL when the ICU at hand fits no model, or without
 * memory. Thread-safe. Uses the iterator. */
const word_model *word_model_get(word_icu *icu);

/* Entries by code point, each made when it is first asked for. Whoever asks finds the same, so threads may race. */
extern _Atomic(uint8_t) word_entries[WORD_ENTRIES];

/* Makes the entry of a character; WORD_FOREIGN without memory. Uses the iterator. */
uint8_t word_entry_ask(const word_model *model, word_icu *icu, uint32_t code_point);

/* The entry if it was made, else WORD_UNASKED. */
static inline uint8_t word_entry_known(uint32_t code_point) {
    return atomic_load_explicit(&word_entries[code_point], memory_order_relaxed);
}

static inline uint8_t word_entry(const word_model *model, word_icu *icu, uint32_t code_point) {
    uint8_t entry = word_entry_known(code_point);
    return entry ? entry : word_entry_ask(model, icu, code_point);
}

/* The class of an ASCII character, once there is a model. */
static inline unsigned word_class_ascii(uint8_t byte) {
    return word_entry_known(byte) & WORD_CLASS;
}

static inline bool word_set_has(uint8_t set, unsigned kind) {
    return set >> kind & 1;
}

#endif
