/* Every match of a pattern over files, on all cores, in order.
 *
 * The matches of a file are those of one left-to-right loop over the whole file as one subject, as Perl's m//g gives
 * them: non-overlapping, each search starting where the last match ended, and after an empty match not empty at that
 * place again. They do not depend on threads or chunks. */
#ifndef THRUM_MATCH_H
#define THRUM_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/buffer.h"
#include "thrum/error.h"
#include "thrum/input.h"
#include "thrum/pattern.h"
#include "thrum/run.h"

/* A group that took no part in a match. */
#define THRUM_UNSET UINT64_MAX

/* Begin and end of a match or a group: byte offsets in the file, end exclusive. */
typedef struct thrum_range {
    uint64_t begin;
    uint64_t end;
} thrum_range;

/* One match. Everything it points to lives during the callback only. */
typedef struct thrum_match {
    size_t input;           /* index in the list of inputs */
    const char *path;       /* that input's path */
    const uint8_t *subject; /* the whole file */
    uint64_t n_subject_bytes;
    size_t pattern; /* which of the pattern's texts matched */
    const thrum_range
        *groups; /* groups[0] is the match; groups[1 .. n_captures] as asked for, THRUM_UNSET where unset */
    size_t n_captures;
    uint64_t line;   /* from 1; 0 unless asked for */
    uint64_t column; /* from 1, in bytes or characters; 0 unless asked for */
    bool
        same_line; /* with whole_lines: it begins on the line of the match before it, which stands in the same buffer */
} thrum_match;

/* Appends what is to be written for one match. Runs on many threads at once: `context` is to be treated as constant.
 * A status other than THRUM_OK ends the run with it. */
typedef thrum_status thrum_match_format(const void *context, const thrum_match *match, thrum_buffer *buffer);
/* Takes what was appended, in file order, on one thread at a time, in pieces of many matches. The subjects of those
 * matches are still there. */
typedef thrum_status thrum_match_write(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error);

/* Initialise with {0}: counting only. */
typedef struct thrum_match_options {
    size_t n_captures;      /* how many groups the format looks at */
    uint64_t max_matches;   /* end the run after so many, over all inputs in order; 0: no bound */
    bool first_only;        /* of each input only the first match is wanted */
    bool by_line;           /* each line is a subject of its own, without its line feed (and the CR before it, unless
                               the pattern's newline is LF) */
    bool lines;             /* fill in line and column */
    bool whole_lines;       /* the same, and all matches that begin on one line are formatted into one buffer */
    bool column_characters; /* columns count characters instead of bytes */
    thrum_match_format *format; /* NULL: the matches are only counted */
    const void *format_context;
    bool plain; /* without a format: what is written are the matches, each with a line feed behind it; that is quick */
    thrum_match_write *write;
    void *write_context;
    /* After each input, in order, also one without a match; not for one that failed, nor for those that a run which
     * ended early did not come to. The subject of its matches is still there. May be NULL. */
    void (*on_input)(void *context, size_t input, uint64_t n_matches);
    void *on_input_context;
    /* Right before that, and with the same context: all bytes of the input, for the last time. May be NULL. */
    void (*on_subject)(void *context, const uint8_t *bytes, uint64_t n_bytes);
} thrum_match_options;

/* What a run did, for --stats. */
typedef struct thrum_match_totals {
    uint64_t n_matches;
    uint64_t n_bytes;
    uint64_t n_inputs_failed;
    uint64_t n_chunks;
    uint64_t n_chunks_repaired; /* chunks whose begin lay inside a match of the chunk before */
    uint64_t n_chunks_in_order; /* chunks that were matched in order, at least in part */
} thrum_match_totals;

/* Runs the pattern over all inputs. An input that fails (it cannot be read, a limit is hit in it) is told to
 * run->on_error and the others go on; the return value is THRUM_OK all the same and totals->n_inputs_failed counts
 * them. Other failures (memory, a callback's) end the run. Memory beyond the mappings is bounded by threads x chunk
 * size. Thread-safe. */
THRUM_API thrum_status thrum_match_run(const thrum_inputs *inputs, const thrum_pattern *pattern,
                                       const thrum_match_options *options, const thrum_run_options *run,
                                       thrum_match_totals *totals, thrum_error *error);

/* Takes one match, in file order, on one thread at a time. A status other than THRUM_OK ends the run with it. */
typedef thrum_status thrum_match_callback(void *context, const thrum_match *match);

/* Runs the pattern over all inputs, on all cores, and tells every match in file order. `options` is as for
 * thrum_match_run; its format, write and their contexts are not used. */
THRUM_API thrum_status thrum_match_each(const thrum_inputs *inputs, const thrum_pattern *pattern,
                                        const thrum_match_options *options, thrum_match_callback *callback,
                                        void *context, const thrum_run_options *run, thrum_match_totals *totals,
                                        thrum_error *error);

/* The same, one match at a call. */
typedef struct thrum_matches thrum_matches;

/* Starts matching, ahead of the caller by a bounded amount. What it is given must outlive the iterator, but for the two
 * structs of options, which are copied; run's callbacks come on other threads. The caller closes *matches. */
THRUM_API thrum_status thrum_matches_open(thrum_matches **matches, const thrum_inputs *inputs,
                                          const thrum_pattern *pattern, const thrum_match_options *options,
                                          const thrum_run_options *run, thrum_error *error);
/* The next match, which lives until the next call; *match is NULL after the last one. A failure of the run is told
 * once all matches before it are taken. One thread at a time. */
THRUM_API thrum_status thrum_matches_next(thrum_matches *matches, const thrum_match **match, thrum_error *error);
/* What the run did; complete once thrum_matches_next has told the end. */
THRUM_API thrum_match_totals thrum_matches_totals(const thrum_matches *matches);
/* Ends the run, wherever it is. NULL is allowed. */
THRUM_API void thrum_matches_close(thrum_matches *matches);

#endif
