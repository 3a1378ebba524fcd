/* Which stretch of which file is worked on next.
 *
 * A large file is opened once and cut into chunks; small files are gathered into batches, so that ten thousand of them
 * cost no more turns than their bytes deserve. The plan is made as it is used: one unit of work at a time, in order. */
#ifndef RUN_PLAN_H
#define RUN_PLAN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/boundary.h"
#include "thrum/input.h"
#include "thrum/mapping.h"
#include "thrum/run.h"

/* One input, open. `failure.code` is THRUM_OK, or why nothing can be read (then there are no bytes); a pass may set
 * it, in an ordered stage, when the input fails later. */
typedef struct subject {
    size_t input;
    const char *path;
    thrum_mapping *mapping;
    const uint8_t *bytes;
    size_t n_bytes;
    thrum_error failure;
    atomic_bool is_settled; /* nothing more is wanted of it: the rest is one piece that nobody looks at */
} subject;

/* A chunk of a subject. Every subject has at least one piece; its pieces come in order and cover it. */
typedef struct piece {
    subject *subject;
    size_t begin, end;
    size_t number; /* within its subject, from 0 */
} piece;

/* What a worker takes at a time: one chunk of a large file, or a batch of small files whole. Owned by the unit that it
 * is a part of and used again. */
typedef struct work {
    piece *pieces;
    size_t n_pieces;
    size_t piece_capacity;
    subject *small; /* the subjects of a batch */
    size_t small_capacity;
    size_t first_input, n_inputs; /* of a batch; n_inputs is 0 for a chunk */
    bool failed;                  /* without memory: the run has to end */
} work;

typedef struct plan {
    const thrum_inputs *inputs;
    boundary_rule rule;
    size_t chunk_bytes;
    size_t next_input;
    subject *current; /* the large file being cut */
    size_t position;  /* where its next chunk begins */
    size_t n_chunks;  /* before that */
} plan;

/* How many threads have something to do: the caller's wish, but no more than there may be chunks. */
unsigned plan_n_threads(const thrum_inputs *inputs, const thrum_run_options *run);

void plan_init(plan *p, const thrum_inputs *inputs, boundary_rule rule, const thrum_run_options *run);
/* Drops what was not used up. */
void plan_release(plan *p);

/* The next work, in order; false when there is none left. One call at a time. */
bool plan_next(plan *p, work *w);

/* Opens the files of a batch. Runs on any thread. */
void work_open(const plan *p, work *w);

bool subject_failed(const subject *s);

/* Sorts out a failure in one piece, in an ordered stage: one that concerns the text becomes the subject's (unless it
 * has one already), with its path, and the run goes on: THRUM_OK. Others end the run and are returned; the record of a
 * time limit gets the path too. */
thrum_status piece_note_failure(piece *p, thrum_status status, thrum_error *error);

bool piece_is_first(const piece *p);
bool piece_is_last(const piece *p);

/* Looks, in order, whether a piece was its subject's last, and then whether the file changed while it was read; tells a
 * failure to run->on_error. Returns false when it was the last and the subject failed. */
bool piece_check(piece *p, const thrum_run_options *run);

/* Ends a piece: closes the subject after its last one. */
void piece_drop(work *w, piece *p);

/* Both. */
bool piece_close(work *w, piece *p, const thrum_run_options *run);

void work_release(work *w);

/* Sum of the sizes of all inputs, as far as they are known. */
uint64_t plan_n_bytes(const thrum_inputs *inputs);

#endif
