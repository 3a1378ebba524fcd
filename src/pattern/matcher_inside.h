/* The inside of the matcher, for the searches in front of PCRE2 (search_*.c) alone. */
#ifndef PATTERN_MATCHER_INSIDE_H
#define PATTERN_MATCHER_INSIDE_H

#include "pattern/interpreter.h"
#include "pattern/matcher.h"

enum { MATCHER_KNOWN_BLOCKS = 4 };

/* Whether a block of the subject is ASCII. */
typedef struct known_block {
    size_t number;
    bool is_known;
    bool is_ascii;
} known_block;

/* How a block is searched. */
typedef struct block_plan {
    size_t number;
    size_t limit; /* no match that begins here or later is wanted */
    bool is_known;
    bool is_ascii; /* and so are its neighbours */
    size_t starts_before;
    size_t n_shown_bytes; /* to the program for ASCII */
} block_plan;

typedef struct bits_search bits_search;
typedef struct literal_walk literal_walk;

/* The next match of one program, as far as it is known. */
typedef struct next_match {
    pcre2_match_data *data;
    matcher_answer answer;
    bool is_known;
    match_state searched_from;
    size_t begin;          /* of the match, SIZE_MAX: there is none; 0 while nothing is known */
    bits_search *bits;     /* NULL: the program has no streams */
    literal_walk *literal; /* NULL: the program is not searched by literals */
} next_match;

struct matcher {
    const thrum_pattern *pattern;
    literal_walk *texts;         /* of a pattern of plain texts; NULL: it has programs */
    pcre2_match_data *edge_data; /* for the ends of their words */
    size_t n_captures;
    pcre2_match_context *context;
    pcre2_jit_stack *jit_stack;
    interpreter interpreter_;
    matcher_window window;
    known_block blocks[MATCHER_KNOWN_BLOCKS]; /* a block stands at its number modulo their number */
    block_plan plan;                          /* of the block searched last */
    matcher_line line;                        /* asked about last; all 0: none */
    size_t *queue;                            /* of programs, a heap: the next match first */
    bool is_queue_valid;
    next_match next[];
};

/* What PCRE2 alone says: the first match at or after the state's position that begins before `starts_before` (and
 * before the window's), its groups in next[program].data. Negative: PCRE2_ERROR_NOMATCH, PCRE2_ERROR_PARTIAL where it
 * would have to see more than the window shows, or what failed. To ask for a match at one place only, give the place
 * behind it as starts_before. The state's position is tried, even where a search from the left steps over it. */
int matcher_ask(matcher *matcher_, size_t program, match_state state, size_t starts_before);

/* Whether the program's engine knows the window: one that knows of no line ends does not serve where there are any. */
bool matcher_may_serve(const matcher *matcher_, size_t program);

/* What that means to who called, of a search from a state; a match is looked at once more. */
matcher_answer matcher_conclude(const matcher *matcher_, size_t program, int n, match_state state, thrum_error *error);

matcher_answer matcher_fail(const matcher *matcher_, int pcre2_errno, match_state state, thrum_error *error);

bool matcher_is_out_of_time(const matcher *matcher_);

/* Searching with streams of bits (search_bits.c). One for each program that has them; NULL without memory. */
bits_search *bits_search_create(const bit_program *program);
void bits_search_free(bits_search *search);
void bits_search_begin(bits_search *search); /* forgets the subject */

/* Whether they serve a program in the matcher's window. */
bool bits_search_serves(const matcher *matcher_, size_t program);
/* As matcher_ask, from the state to the end of the matcher's window. */
int bits_search_next(matcher *matcher_, size_t program, match_state state);
/* As matcher_next_many, of the only program; ranges: NULL counts. */
matcher_answer bits_search_many(matcher *matcher_, match_state *state, thrum_range *ranges, uint64_t n_most,
                                uint64_t *n_found, thrum_error *error);

/* Searching by literal texts (search_literal.c). One for each program that has them; NULL without memory. */
literal_walk *literal_walk_create(void);
void literal_walk_free(literal_walk *walk);
void literal_walk_begin(literal_walk *walk); /* forgets the subject */

/* Whether they serve a program; and whether the texts are all there is to it, and to what is asked. */
bool literal_walk_serves(const matcher *matcher_, size_t program);
bool literal_walk_serves_whole(const matcher *matcher_, size_t program);
/* As matcher_ask, from the state to the end of the matcher's window. */
int literal_walk_next(matcher *matcher_, size_t program, match_state state);
/* As matcher_next, of a pattern of plain texts. */
matcher_answer literal_walk_next_text(matcher *matcher_, match_state state, thrum_range *groups, size_t *text,
                                      thrum_error *error);
/* As matcher_next_many, of plain texts or of the only program, which they serve whole; ranges: NULL counts. */
matcher_answer literal_walk_many(matcher *matcher_, match_state *state, thrum_range *ranges, uint64_t n_most,
                                 uint64_t *n_found, thrum_error *error);

#endif
