/* The spellings of a caseless letter are PCRE2's own answer, whatever version of Unicode it was built with: no table of
 * cases stands here.
 *
 * PCRE2 tells with which bytes a match of the letter may begin. All characters that begin so, 64 for a lead byte of
 * two, 4096 for one of three, are laid out as a text, and "[^letter]*+" steps over those that are not the letter: some
 * 2 ns a character, where searching for the letter would take ten times as long. So no character is left out. A lead
 * byte of four has 262144 characters; letters with a spelling there are not asked for. Under PCRE2 10.42 (Unicode 14)
 * the answer for every character up to U+FFFF is what a search for it through all of Unicode finds.
 *
 * Each letter is asked for once. All threads find the same, so that whoever comes first may write it down. */
#include "pattern/syntax_letter.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "text/utf8.h"

enum {
    N_LETTERS = 0x10000,
    NONE = 0xFFFF, /* no character */
    MOST_BYTES_OF_LEAD = 3 * 4096
};

/* Four each, filled up with NONE; only NONE where PCRE2 left doubt; 0 when it was not asked yet. */
static _Atomic(uint16_t) known[N_LETTERS][SYNTAX_MOST_SPELLINGS];

typedef struct question {
    pcre2_code *letter;
    pcre2_code *others; /* a run of other characters */
    pcre2_match_data *data;
    uint16_t spellings[SYNTAX_MOST_SPELLINGS];
    unsigned n_spellings;
} question;

static pcre2_code *compile(const char *format, uint32_t code_point) {
    char text[32];
    int fault, n = snprintf(text, sizeof text, format, (unsigned)code_point);
    PCRE2_SIZE offset;
    return pcre2_compile((PCRE2_SPTR)text, (PCRE2_SIZE)n, PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS, &fault, &offset,
                         NULL);
}

/* Writes all characters that begin with a byte. Returns their length, 0 where they are too many or none. */
static size_t write_characters(uint8_t lead, uint8_t *text) {
    size_t n_bytes = 0;
    if (lead < 0x80)
        text[n_bytes++] = lead;
    for (unsigned last = 0; lead >= 0xC2 && lead < 0xE0 && last < 64; last++) {
        text[n_bytes++] = lead;
        text[n_bytes++] = (uint8_t)(0x80 | last);
    }
    unsigned begin = lead == 0xE0 ? 0x800 : 0;    /* no overlong forms */
    unsigned end = lead == 0xED ? 0x800 : 0x1000; /* no surrogates */
    for (unsigned rest = begin; lead >= 0xE0 && lead < 0xF0 && rest < end; rest++) {
        text[n_bytes++] = lead;
        text[n_bytes++] = (uint8_t)(0x80 | rest >> 6);
        text[n_bytes++] = (uint8_t)(0x80 | (rest & 0x3F));
    }
    return n_bytes;
}

/* Finds the spellings among the characters of a text. False when PCRE2 fails, or there are too many. */
static bool find_spellings(question *q, const uint8_t *text, size_t n_bytes) {
    for (size_t at = 0;;) {
        if (pcre2_match(q->others, text, n_bytes, at, PCRE2_ANCHORED | PCRE2_NO_UTF_CHECK, q->data, NULL) < 0)
            return false;
        at = pcre2_get_ovector_pointer(q->data)[1];
        if (at == n_bytes)
            return true;
        uint32_t code_point;
        at += utf8_character(text + at, n_bytes - at, &code_point);
        if (q->n_spellings == SYNTAX_MOST_SPELLINGS)
            return false;
        q->spellings[q->n_spellings++] = (uint16_t)code_point;
    }
}

static bool answer(question *q) {
    uint8_t text[MOST_BYTES_OF_LEAD];
    const uint8_t *leads = NULL;
    if (pcre2_pattern_info(q->letter, PCRE2_INFO_FIRSTBITMAP, &leads) != 0 || !leads)
        return false;
    for (unsigned lead = 0; lead < 256; lead++) {
        if ((leads[lead / 8] >> lead % 8 & 1) == 0)
            continue;
        size_t n_bytes = write_characters((uint8_t)lead, text);
        if (n_bytes == 0 || !find_spellings(q, text, n_bytes))
            return false;
    }
    return true;
}

/* Writes down what PCRE2 says; nothing without memory. */
static void ask(uint32_t code_point) {
    question q = {.letter = compile("\\x{%x}", code_point),
                  .others = compile("[^\\x{%x}]*+", code_point),
                  .data = pcre2_match_data_create(1, NULL)};
    if (q.letter && q.others && q.data) {
        bool has_itself = false, is_answered = answer(&q);
        for (unsigned i = 0; i < q.n_spellings; i++)
            has_itself = has_itself || q.spellings[i] == code_point;
        for (unsigned i = 0; i < SYNTAX_MOST_SPELLINGS; i++)
            atomic_store_explicit(&known[code_point][i],
                                  is_answered && has_itself && i < q.n_spellings ? q.spellings[i] : NONE,
                                  memory_order_relaxed);
    }
    pcre2_match_data_free(q.data);
    pcre2_code_free(q.others);
    pcre2_code_free(q.letter);
}

/* Reads what is written down. False when that is not all. */
static bool look_up(uint32_t code_point, uint16_t *spellings, unsigned *n) {
    *n = 0;
    for (unsigned i = 0; i < SYNTAX_MOST_SPELLINGS; i++) {
        uint16_t spelling = atomic_load_explicit(&known[code_point][i], memory_order_relaxed);
        if (spelling == 0)
            return false;
        if (spelling != NONE)
            spellings[(*n)++] = spelling;
    }
    return true;
}

unsigned syntax_letter_spellings(uint32_t code_point, uint16_t spellings[SYNTAX_MOST_SPELLINGS]) {
    unsigned n;
    if (code_point == 0 || code_point >= N_LETTERS)
        return 0;
    if (look_up(code_point, spellings, &n))
        return n;
    ask(code_point);
    return look_up(code_point, spellings, &n) ? n : 0;
}
