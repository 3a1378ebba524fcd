/* Whole lines with matches, and lines around them, as grep -A -B -C prints them: no line twice, "--" between groups.
 *
 * Which lines surround a match depends on the matches before and after it, so workers only note where their matches
 * are; the lines themselves are taken out of the text when the notes are written, in order. Lines after a match are
 * owed until the next match or the end of the file shows where they end. */
#ifndef REPORT_MATCH_CONTEXT_H
#define REPORT_MATCH_CONTEXT_H

#include "match_lines.h"
#include "thrum/match.h"
#include "thrum/output.h"

/* Fill in the first part, {0} the rest. */
typedef struct match_context {
    match_lines front; /* without template */
    uint64_t n_before, n_after;
    thrum_output *output;

    bool has_printed; /* anything: the next group begins with "--" */
    bool is_open;     /* a file was begun */
    size_t input;
    const char *path;
    const uint8_t *subject;
    uint64_t n_subject_bytes;
    uint64_t next_line; /* the first line not printed, and where it begins */
    uint64_t next_begin;
    uint64_t n_owed; /* lines after the last match */
    thrum_buffer text;
    thrum_status status; /* of match_context_end_file; what follows a failure is left out */
    thrum_error error;
} match_context;

/* For thrum_match_run, with whole_lines. The format needs no context, the other two take the match_context. */
thrum_match_format match_context_format;
thrum_match_write match_context_write;
void match_context_on_input(void *context, size_t input, uint64_t n_matches);

/* Prints what is owed at the end of a file that failed. */
void match_context_end_file(void *context);

void match_context_release(match_context *context);

#endif
