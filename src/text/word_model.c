/* How the model is learnt.
 *
 * ICU's rules see characters as members of some twenty sets. A model of a dozen of them is enough for all texts without
 * a dictionary, and a few questions tell the set of any character:
 *
 *   A character is put into frames, short texts that between them tell all sets apart: alone, beside a letter, between
 *   two digits, before an apostrophe and so on. ICU's words in the frames are the character's answers. Characters with
 *   the answers of `a` are letters, those with the answers of `1` are numbers; answers that no example gives make a
 *   character foreign, and so do dictionaries (line-break class Complex_Context; Han and kana answer with a status of
 *   their own).
 *
 *   What the classes do to each other is asked for every pair, and for every middle between every pair.
 *
 * Then model and ICU must find the same words in every text of at most three examples, and in longer ones drawn at
 * random (test_token takes every text of four). Where they do not, or where ASCII is not what the block scan of
 * token_unicode.c expects, there is no model and ICU does everything.
 *
 * Cost: about 2 ms once a process, then 3 us for each character that is new. */
#include "text/word_model.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "text/boundary.h"
#include "text/fold.h"
#include "text/word_scan.h"
#include "thrum/buffer.h"

_Atomic(uint8_t) word_entries[WORD_ENTRIES];

/* The frames; `*` is the character asked about, other characters as in `symbols`, themselves when not there. Line ends
 * keep the frames apart. */
static const char frames[] = "*\n**\n***\n*x\nx*\nz*\n*c\n*z\n"
                             "a*\n*a\na*a\na**a\n1*\n*1\n1*1\n1**1\n_*\n*_\nh*\n*h\nh*h\nk*\n*k\nk*k\n"
                             "*'\n*'a\na'*\n*.1\n1.*\n*,1\n*\"h\nh\"*\na*'a\na'*a\na*xa\nax*a\n";

enum { FRAMES_CHARACTERS = sizeof frames - 1, MARK = 0x0301 };

static const struct {
    char symbol;
    uint32_t code_point;
} symbols[] = {
    {'h', 0x05D0}, /* Hebrew alef */
    {'k', 0xD55C}, /* Hangul han */
    {'x', MARK},   /* acute accent */
    {'z', 0x200D}, /* zero-width joiner */
    {'c', 0x24C2}, /* circled M, a letter and an emoji */
};

/* The words in the frames: for each character 0 outside of words, otherwise the kind of word, and where it begins. */
typedef struct answers {
    uint8_t of[FRAMES_CHARACTERS];
} answers;

/* The examples of the classes. A class of middles is given to each that answers in a new way. */
typedef struct example {
    uint32_t code_point;
    unsigned class;
    answers answers;
} example;

enum { MAX_EXAMPLES = WORD_FOREIGN + WORD_CLASSES - WORD_MIDDLE };

static const struct {
    uint32_t code_point;
    unsigned class;
} candidates[] = {
    {'a', WORD_LETTER}, {'1', WORD_NUMBER},    {'_', WORD_CONNECTOR}, {0x05D0, WORD_HEBREW}, {0xD55C, WORD_HANGUL},
    {' ', WORD_OTHER},  {MARK, WORD_MARK},     {'\'', WORD_MIDDLE},   {'.', WORD_MIDDLE},    {',', WORD_MIDDLE},
    {'"', WORD_MIDDLE}, {0x00B7, WORD_MIDDLE}, {':', WORD_MIDDLE},
};

/* The model and what it was learnt from. */
typedef struct learnt {
    word_model model; /* first, so that one pointer leads to both */
    bool is_usable;
    size_t n_examples;
    example examples[MAX_EXAMPLES];
} learnt;

static _Atomic(learnt *) shared;

static uint32_t read_symbol(char symbol, uint32_t asked) {
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++)
        if (symbols[i].symbol == symbol)
            return symbols[i].code_point;
    return symbol == '*' ? asked : (uint8_t)symbol;
}

/* Puts a character into the frames. False when ICU gives no answer. */
static bool ask(word_icu *icu, uint32_t code_point, answers *given) {
    uint8_t text[FRAMES_CHARACTERS * UTF8_MAX_BYTES];
    uint16_t character_at[FRAMES_CHARACTERS * UTF8_MAX_BYTES + 1];
    size_t n_bytes = 0;
    for (size_t i = 0; i < FRAMES_CHARACTERS; i++) {
        character_at[n_bytes] = (uint16_t)i;
        U8_APPEND_UNSAFE(text, n_bytes, read_symbol(frames[i], code_point));
    }
    character_at[n_bytes] = FRAMES_CHARACTERS;
    memset(given, 0, sizeof *given);
    if (word_icu_begin(icu, text, 0, n_bytes, NULL))
        return false;
    for (icu_word word; word_icu_next(icu, &word);) {
        size_t begin = character_at[word.begin], end = character_at[word.end];
        memset(given->of + begin, 1 + word.status / UBRK_WORD_NUMBER, end - begin);
        given->of[begin] |= 0x80;
    }
    return word_icu_finish(icu, NULL) == THRUM_OK;
}

static const example *find_example(const learnt *l, const answers *given) {
    for (const example *e = l->examples; e < l->examples + l->n_examples; e++)
        if (memcmp(&e->answers, given, sizeof *given) == 0)
            return e;
    return NULL;
}

uint8_t word_entry_ask(const word_model *model, word_icu *icu, uint32_t code_point) {
    answers given;
    const example *like = NULL;
    if (u_getIntPropertyValue((UChar32)code_point, UCHAR_LINE_BREAK) != U_LB_COMPLEX_CONTEXT) {
        if (!ask(icu, code_point, &given))
            return WORD_FOREIGN;
        like = find_example((const learnt *)model, &given);
    }
    uint8_t entry = (uint8_t)((like ? like->class : WORD_FOREIGN) | (fold_changes(code_point) ? WORD_FOLDS : 0));
    atomic_store_explicit(&word_entries[code_point], entry, memory_order_relaxed);
    return entry;
}

static bool gather_examples(learnt *l, word_icu *icu) {
    unsigned next_middle = WORD_MIDDLE;
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        example made = {candidates[i].code_point, candidates[i].class, {{0}}};
        if (!ask(icu, made.code_point, &made.answers))
            return false;
        if (find_example(l, &made.answers))
            continue;
        if (made.class == WORD_MIDDLE)
            made.class = next_middle++;
        l->examples[l->n_examples++] = made;
    }
    return true;
}

/* Tells whether the characters are one word. */
static bool is_one_word(word_icu *icu, const uint32_t *code_points, size_t n) {
    uint8_t text[4 * UTF8_MAX_BYTES];
    size_t n_bytes = 0;
    for (size_t i = 0; i < n; i++)
        U8_APPEND_UNSAFE(text, n_bytes, code_points[i]);
    icu_word word;
    return word_icu_begin(icu, text, 0, n_bytes, NULL) == THRUM_OK && word_icu_next(icu, &word) && word.begin == 0 &&
           word.end == n_bytes;
}

static uint8_t kind_bit(word_icu *icu, const example *kind, const uint32_t *code_points, size_t n) {
    return (uint8_t)(is_one_word(icu, code_points, n) << kind->class);
}

/* Tells whether a mark after the character, or after two of them, changes nothing. */
static bool takes_mark(word_icu *icu, uint32_t kind) {
    const uint32_t one[] = {kind, MARK}, two[] = {kind, kind, MARK};
    return is_one_word(icu, one, 2) == is_one_word(icu, one, 1) && is_one_word(icu, two, 3) == is_one_word(icu, two, 2);
}

static void learn_triples(learnt *l, word_icu *icu, const example *before, const example *middle) {
    const uint32_t pair[] = {before->code_point, middle->code_point};
    l->model.clings[middle->class] |= kind_bit(icu, before, pair, 2);
    for (const example *e = l->examples; e < l->examples + l->n_examples; e++) {
        const uint32_t triple[] = {before->code_point, middle->code_point, e->code_point};
        if (e->class < WORD_KINDS)
            l->model.holds[middle->class][before->class] |= kind_bit(icu, e, triple, 3);
    }
}

/* What may follow a kind. */
static void learn_kind(learnt *l, word_icu *icu, const example *kind) {
    l->model.alone |= kind_bit(icu, kind, &kind->code_point, 1);
    l->model.takes_marks |= (uint8_t)(takes_mark(icu, kind->code_point) << kind->class);
    for (const example *e = l->examples; e < l->examples + l->n_examples; e++) {
        const uint32_t pair[] = {kind->code_point, e->code_point};
        if (e->class < WORD_KINDS)
            l->model.joins[kind->class] |= kind_bit(icu, e, pair, 2);
        else if (e->class >= WORD_MIDDLE)
            learn_triples(l, icu, kind, e);
    }
}

/* Tells whether model and ICU find the same words. What the model leaves to ICU it passes over to the line's end. */
static bool agrees(const word_model *model, word_icu *icu, const thrum_buffer *text) {
    word_scan scan = {model, icu, text->bytes, text->n_bytes};
    scanned_word found = {0};
    icu_word word;
    if (text->failed || word_icu_begin(icu, text->bytes, 0, text->n_bytes, NULL))
        return false;
    bool more = word_icu_next(icu, &word);
    for (word_found how; (how = word_scan_next(&scan, found.end, &found)) != WORD_NO_MORE;) {
        if (how == WORD_FOUND && !(more && found.begin == word.begin && found.end == word.end))
            return false;
        if (how == WORD_LEFT_OPEN)
            found.end = boundary_next(BOUNDARY_LINE, text->bytes, text->n_bytes, found.end);
        while (more && word.begin < found.end)
            more = word_icu_next(icu, &word);
    }
    return !more && word_icu_finish(icu, NULL) == THRUM_OK;
}

/* Appends a line of examples, those that the digits of the number name. */
static void append_line(thrum_buffer *text, const learnt *l, uint64_t number) {
    uint8_t line[64 * UTF8_MAX_BYTES];
    size_t n_bytes = 0;
    for (; number > 0; number /= l->n_examples + 1)
        if (number % (l->n_examples + 1))
            U8_APPEND_UNSAFE(line, n_bytes, l->examples[number % (l->n_examples + 1) - 1].code_point);
    line[n_bytes++] = '\n';
    thrum_buffer_append(text, line, n_bytes);
}

static bool verify(const learnt *l, word_icu *icu) {
    enum { EXHAUSTIVE_LENGTH = 3, N_RANDOM = 2000 };
    thrum_buffer text = {0};
    uint64_t n_short = 1, random = 1;
    for (size_t i = 0; i < EXHAUSTIVE_LENGTH; i++)
        n_short *= l->n_examples + 1;
    for (uint64_t number = 1; number < n_short; number++)
        append_line(&text, l, number);
    for (size_t i = 0; i < N_RANDOM; i++) {
        random = random * UINT64_C(6364136223846793005) + 1;
        append_line(&text, l, random >> 24);
    }
    bool verified = agrees(&l->model, icu, &text);
    thrum_buffer_release(&text);
    return verified;
}

/* Tells whether ASCII letters, digits and connectors are what the block scan takes them for. */
static bool fits_block_scan(word_model *model) {
    const uint8_t kinds = 1 << WORD_LETTER | 1 << WORD_NUMBER | 1 << WORD_CONNECTOR;
    size_t n_extra = 0;
    model->extra_letter = '_';
    for (unsigned byte = 0; byte < 0x80; byte++) {
        unsigned class = word_class_ascii((uint8_t)byte);
        bool is_letter = (byte | 0x20) - 'a' < 26, is_digit = byte - '0' < 10;
        unsigned expected = is_letter     ? WORD_LETTER
                            : is_digit    ? WORD_NUMBER
                            : byte == '_' ? WORD_CONNECTOR
                            : byte <= ' ' ? WORD_OTHER
                                          : class;
        if (class != expected || class == WORD_MARK || class == WORD_FOREIGN)
            return false;
        if (class < WORD_KINDS && !is_letter && !is_digit && byte != '_') {
            n_extra += class == WORD_LETTER ? 1 : 2;
            model->extra_letter = (uint8_t)byte;
        }
    }
    for (unsigned kind = WORD_LETTER; kind <= WORD_CONNECTOR; kind++)
        if ((model->joins[kind] & kinds) != kinds || (kind != WORD_CONNECTOR && !word_set_has(model->alone, kind)))
            return false;
    return n_extra < 2;
}

/* A kind that joins itself goes on; and marks, where they make no difference to what is a word. */
static void learn_runs(word_model *model) {
    for (unsigned kind = WORD_LETTER; kind < WORD_KINDS; kind++) {
        bool takes_marks = word_set_has(model->alone & model->takes_marks, kind);
        model->goes_on[kind] = (uint8_t)((model->joins[kind] & 1 << kind) | takes_marks << WORD_MARK);
    }
}

static void learn(learnt *l, word_icu *icu) {
    bool gathered = gather_examples(l, icu);
    for (size_t i = 0; i < l->n_examples && gathered; i++)
        if (l->examples[i].class < WORD_KINDS)
            learn_kind(l, icu, &l->examples[i]);
    learn_runs(&l->model);
    for (uint32_t byte = 0; byte < 0x80; byte++)
        word_entry(&l->model, icu, byte);
    for (size_t i = 0; i < l->n_examples; i++)
        word_entry(&l->model, icu, l->examples[i].code_point);
    l->is_usable = gathered && fits_block_scan(&l->model) && verify(l, icu);
}

/* Threads that come at the same time all learn the same; the first to have done shares it. */
const word_model *word_model_get(word_icu *icu) {
    learnt *l = atomic_load(&shared), *none = NULL;
    if (!l) {
        if (!(l = calloc(1, sizeof *l)))
            return NULL;
        learn(l, icu);
        if (!atomic_compare_exchange_strong(&shared, &none, l)) {
            free(l);
            l = none;
        }
    }
    return l->is_usable ? &l->model : NULL;
}
