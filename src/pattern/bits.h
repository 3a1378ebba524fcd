/* Matching with streams of bits: one bit for each byte of a window of the text, and whole windows at a time.
 *
 * The idea is Parabix's (Cameron et al., "Bitwise data parallelism in regular expression matching", 2014). For each set
 * of characters in the pattern the kernel makes a mask of the bytes that are in it; then, from the end of the pattern
 * to its begin, shifts, ands and carries turn "what follows can match from here" into "this item and what follows can
 * match from here". What comes out at the front of the pattern are all places at which a match begins, exactly. The
 * streams in between also tell where the match ends that PCRE2 would find: wherever it has a choice, it takes the first
 * way from which the rest still matches, and that is written there. So nothing is ever tried in vain, and no match
 * takes longer than its own length; a limit of steps, at which PCRE2 gives up, is never reached.
 *
 * A byte in none of the sets, a breaker, is in no match. So the text between two breakers is a world of its own, and a
 * window ends at the first breaker behind it. Windows lie on a grid of the subject, so what they say depends on the
 * text alone.
 *
 * In Unicode mode, where a pattern may match characters beyond ASCII or looks at them in passing, a window with many of
 * two bytes (Latin, Greek, Cyrillic, Hebrew, Arabic) has streams with one place for each character: the masks know all
 * of these characters, their second bytes are squeezed out, and the same program runs. What has other bytes beyond
 * ASCII to its right before the next breaker is not for the masks to decide: such places are unsure, and PCRE2 is asked
 * there.
 *
 * Some patterns have a few characters in a row that every match has and that are rare, such as a digit, a dot and two
 * digits. Windows without them are left after a look for nothing else. */
#ifndef PATTERN_BITS_H
#define PATTERN_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern/syntax.h"
#include "thrum/match.h"

enum { BITS_WINDOW_BYTES = 4096, BITS_WORDS = BITS_WINDOW_BYTES / 64 };

/* A compiled program. Constant: any number of threads may use it. */
typedef struct bit_program bit_program;

/* NULL when the tree is not for bit streams: *why_not is the reason, static, such as "a possessive repeat", or
 * "memory". */
bit_program *bits_compile(const syntax_tree *tree, const thrum_pattern_options *options, const char **why_not);
void bits_free(bit_program *program);
/* Whether the pattern has a character that is always one of two bytes or more, as text in Greek or Russian has. */
bool bits_need_pairs(const bit_program *program);
/* The memory of a thread's window. */
size_t bits_window_n_bytes(const bit_program *program);

/* A window of the subject, as one thread works on it. Its streams may be those of some windows in a row. */
typedef struct bits_window {
    size_t number;               /* bytes [number * BITS_WINDOW_BYTES, + BITS_WINDOW_BYTES) of the subject */
    bool is_unsure;              /* altogether */
    bool has_unsure;             /* places */
    uint64_t begins[BITS_WORDS]; /* of bytes: a match begins here, for sure; */
    uint64_t unsure[BITS_WORDS]; /* whether one begins here PCRE2 has to say */
    bool has_pairs;              /* places in the streams are characters, not bytes */
    size_t n_text_bytes;         /* from its begin to the end of the subject */
    size_t n_words;              /* of each stream that are worked on, from the window's begin */
    size_t n_words_before;       /* from the begin of the first window that the streams are of */
    size_t n_next;               /* windows behind this one that they are of, too */
    bool is_without_factor;      /* nothing matches in any of them */
    size_t n_byte_words;         /* where has_pairs: of bytes that the streams are of */
    uint64_t *streams;
    uint64_t *pairs; /* in the same memory: what leads from bytes to characters */
} bits_window;

bool bits_window_init(bits_window *window, const bit_program *program); /* false without memory */
void bits_window_release(bits_window *window);
/* To be called when the subject is another, or its bytes are. */
void bits_window_forget(bits_window *window);
/* The window must begin before the end of the subject, of which no byte is read behind that. */
void bits_window_fill(bits_window *window, const bit_program *program, const uint8_t *subject, size_t n_subject_bytes,
                      size_t number);

/* The first place at or after a position in the window where a match begins or may begin, for sure or not; that is
 * unsure; that is not unsure. Where there is none, the end of the window. */
size_t bits_window_next(const bits_window *window, size_t position);
size_t bits_window_next_unsure(const bits_window *window, size_t position);
size_t bits_window_next_sure(const bits_window *window, size_t position);
bool bits_window_is_unsure(const bits_window *window, size_t position);

/* The end of the match that begins at a place whose bit is set in begins. */
size_t bits_window_end(const bits_window *window, const bit_program *program, size_t begin);

/* The matches that a search finds from *position on, as long as they begin before `before` (at most the end of the
 * window), at most n_most of them; the places between must not be unsure. Returns their number; *position is moved to
 * the end of the last one. ranges: NULL, or takes them. */
uint64_t bits_window_matches(const bits_window *window, const bit_program *program, size_t *position, size_t before,
                             thrum_range *ranges, uint64_t n_most);

#endif
