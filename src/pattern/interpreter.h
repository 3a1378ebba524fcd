/* PCRE2's interpreter, for where JIT is not to be had, with JIT's answers on any text. */
#ifndef PATTERN_INTERPRETER_H
#define PATTERN_INTERPRETER_H

#include "pattern/pattern.h"

/* One thread's. {0} is a new one. */
typedef struct interpreter {
    double deadline_seconds; /* by system_seconds; 0: none */
    unsigned n_callouts;

    /* What is known of the subject: [begin, end) is well-formed. */
    size_t begin, end;
    size_t n_bytes_back; /* so far it goes back from where it was entered, if the text is well-formed there */
    bool is_known;

    /* The call under way. */
    const char *text;  /* of the program; NULL: nothing is vetoed */
    bool is_continued; /* it began before this stretch of the subject */
    bool is_cut_in_front;
    bool is_cut_behind;
    bool has_committed; /* the search came past (*COMMIT): where it fails, it is over */
} interpreter;

/* What the interpreter returns, beside the codes of PCRE2, when the deadline has passed. */
enum { INTERPRETER_OUT_OF_TIME = -10000 };

typedef struct interpreter_call {
    const uint8_t *subject;
    size_t n_subject_bytes;
    size_t n_visible_bytes; /* <= n_subject_bytes; no character is cut there. Where it is less, PCRE2_ERROR_PARTIAL is
                               returned when an attempt reaches it */
    size_t position;
    size_t last_start; /* matches begin at or before this place; PCRE2_UNSET: anywhere */
    uint32_t bits;     /* of PCRE2: NOTEMPTY_ATSTART, ANCHORED */
    bool is_utf;       /* else any bytes are well-formed */
} interpreter_call;

/* The callout to set in match contexts that the interpreter is given; its data is the interpreter. */
int interpreter_callout(pcre2_callout_block *block, void *interpreter_);

/* Forgets the subject. */
void interpreter_begin(interpreter *in);

/* As pcre2_match: the first match from a position on, its groups into `data`. */
int interpreter_match(interpreter *in, const pattern_program *program, const interpreter_call *call,
                      pcre2_match_context *context, pcre2_match_data *data);

#endif
