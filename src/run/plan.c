#include "run/plan.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "map/mapping.h"
#include "run/parallel.h"

enum {
    SMALL_FILE_BYTES = 64 * 1024, /* below this a file is read, and shares its turn with others */
    BATCH_MOST_FILES = 256,
    CHUNKS_PER_THREAD = 8 /* at least, so that the threads end together */
};

static const size_t default_chunk_bytes = (size_t)4 << 20;
static const size_t least_default_chunk_bytes = (size_t)256 << 10;

uint64_t plan_n_bytes(const thrum_inputs *inputs) {
    uint64_t n_bytes = 0;
    for (size_t i = 0; i < thrum_inputs_n(inputs); i++)
        n_bytes += thrum_inputs_n_bytes(inputs, i);
    return n_bytes;
}

static size_t choose_chunk_bytes(const thrum_inputs *inputs, const thrum_run_options *run) {
    if (run->chunk_bytes)
        return run->chunk_bytes < SIZE_MAX / 4 ? (size_t)run->chunk_bytes : SIZE_MAX / 4;
    uint64_t share = plan_n_bytes(inputs) / ((uint64_t)parallel_n_threads(run->n_threads) * CHUNKS_PER_THREAD);
    if (share > default_chunk_bytes || share == 0)
        return default_chunk_bytes;
    return share > least_default_chunk_bytes ? (size_t)share : least_default_chunk_bytes;
}

unsigned plan_n_threads(const thrum_inputs *inputs, const thrum_run_options *run) {
    unsigned n_threads = parallel_n_threads(run->n_threads);
    for (size_t i = 0; i < thrum_inputs_n(inputs); i++)
        if (thrum_inputs_n_bytes(inputs, i) == 0) /* perhaps a pipe */
            return n_threads;
    uint64_t n_chunks = plan_n_bytes(inputs) / choose_chunk_bytes(inputs, run) + 1;
    return n_chunks < n_threads ? (unsigned)n_chunks : n_threads;
}

void plan_init(plan *p, const thrum_inputs *inputs, boundary_rule rule, const thrum_run_options *run) {
    *p = (plan){.inputs = inputs, .rule = rule, .chunk_bytes = choose_chunk_bytes(inputs, run)};
}

/* --- large files, cut into chunks -------------------------------------------------------------------------------- */

static void open_subject(const plan *p, subject *s, size_t input, bool is_small) {
    *s = (subject){.input = input, .path = thrum_inputs_path(p->inputs, input), .bytes = (const uint8_t *)""};
    thrum_status status =
        is_small ? mapping_read(&s->mapping, s->path, &s->failure)
                 : thrum_mapping_open(&s->mapping, s->path, THRUM_ACCESS_READ, 0, THRUM_TO_END, &s->failure);
    if (status != THRUM_OK)
        return;
    s->bytes = thrum_mapping_bytes(s->mapping);
    s->n_bytes = thrum_mapping_n_bytes(s->mapping);
}

static bool add_piece(work *w, piece p) {
    if (!memory_grow(&w->pieces, &w->piece_capacity, w->n_pieces + 1, sizeof *w->pieces))
        return false;
    w->pieces[w->n_pieces++] = p;
    return true;
}

static void next_chunk(plan *p, work *w) {
    if (!p->current) {
        p->current = malloc(sizeof *p->current);
        if (!p->current) {
            w->failed = true;
            return;
        }
        open_subject(p, p->current, p->next_input++, false);
        p->position = p->n_chunks = 0;
    }
    subject *s = p->current;
    size_t left = s->n_bytes - p->position;
    bool is_cut = left > p->chunk_bytes && !atomic_load(&s->is_settled);
    size_t end = is_cut ? boundary_next(p->rule, s->bytes, s->n_bytes, p->position + p->chunk_bytes) : s->n_bytes;
    if (!add_piece(w, (piece){s, p->position, end, p->n_chunks})) {
        w->failed = true;
        return;
    }
    p->position = end;
    p->n_chunks++;
    if (end == s->n_bytes)
        p->current = NULL; /* piece_close frees it */
}

/* --- batches of small files -------------------------------------------------------------------------------------- */

static bool is_small(const plan *p, size_t input) {
    uint64_t n_bytes = thrum_inputs_n_bytes(p->inputs, input);
    return n_bytes > 0 && n_bytes < SMALL_FILE_BYTES && n_bytes <= p->chunk_bytes;
}

static void next_batch(plan *p, work *w) {
    size_t n = thrum_inputs_n(p->inputs);
    uint64_t n_bytes = 0;
    w->first_input = p->next_input;
    while (p->next_input < n && is_small(p, p->next_input) && n_bytes < p->chunk_bytes &&
           w->n_inputs < BATCH_MOST_FILES) {
        n_bytes += thrum_inputs_n_bytes(p->inputs, p->next_input++);
        w->n_inputs++;
    }
    w->failed = !memory_grow(&w->small, &w->small_capacity, w->n_inputs, sizeof *w->small);
}

bool plan_next(plan *p, work *w) {
    w->n_pieces = 0;
    w->n_inputs = 0;
    w->failed = false;
    if (!p->current && p->next_input == thrum_inputs_n(p->inputs))
        return false;
    if (!p->current && is_small(p, p->next_input))
        next_batch(p, w);
    else
        next_chunk(p, w);
    return true;
}

void work_open(const plan *p, work *w) {
    for (size_t i = 0; i < w->n_inputs && !w->failed; i++) {
        open_subject(p, &w->small[i], w->first_input + i, true);
        w->failed = !add_piece(w, (piece){&w->small[i], 0, w->small[i].n_bytes, 0});
        if (w->failed)
            thrum_mapping_close(w->small[i].mapping);
    }
}

/* --- ends -------------------------------------------------------------------------------------------------------- */

bool subject_failed(const subject *s) {
    return s->failure.code != THRUM_OK;
}

thrum_status piece_note_failure(piece *p, thrum_status status, thrum_error *error) {
    if (status == THRUM_ERROR_TIME)
        error_place(error, p->subject->path);
    if (status != THRUM_ERROR_MATCH && status != THRUM_ERROR_TEXT)
        return status;
    if (!subject_failed(p->subject)) {
        p->subject->failure = *error;
        error_place(&p->subject->failure, p->subject->path);
    }
    return THRUM_OK;
}

bool piece_is_first(const piece *p) {
    return p->begin == 0;
}

bool piece_is_last(const piece *p) {
    return p->end == p->subject->n_bytes;
}

static bool is_in_batch(const work *w, const subject *s) {
    return w->n_inputs > 0 && s >= w->small && s < w->small + w->n_inputs;
}

/* The pages of a large piece are given back when it is done with: so all threads do it, not one of them at the end. */
static void give_back(const piece *p) {
    enum { LEAST_BYTES = 1 << 20 };
    if (p->end - p->begin >= LEAST_BYTES)
        (void)thrum_mapping_advise(p->subject->mapping, p->begin, p->end - p->begin, THRUM_ADVICE_DONT_NEED, NULL);
}

void piece_drop(work *w, piece *p) {
    if (!piece_is_last(p)) {
        give_back(p);
        return;
    }
    subject *s = p->subject;
    thrum_mapping_close(s->mapping);
    if (!is_in_batch(w, s))
        free(s);
}

bool piece_check(piece *p, const thrum_run_options *run) {
    subject *s = p->subject;
    if (!piece_is_last(p)) /* later pieces may be setting the failure at this moment */
        return true;
    if (!subject_failed(s))
        thrum_mapping_check(s->mapping, &s->failure);
    bool is_ok = !subject_failed(s);
    if (!is_ok && run->on_error)
        run->on_error(run->context, &s->failure);
    return is_ok;
}

bool piece_close(work *w, piece *p, const thrum_run_options *run) {
    bool is_ok = piece_check(p, run);
    piece_drop(w, p);
    return is_ok;
}

void work_release(work *w) {
    free(w->pieces);
    free(w->small);
    *w = (work){0};
}

void plan_release(plan *p) {
    if (p->current) {
        thrum_mapping_close(p->current->mapping);
        free(p->current);
        p->current = NULL;
    }
}
