/* Letters that PCRE2 takes for one another where case does not count, in Unicode mode.
 *
 * Of such letters one stands for all: a text and a subject that are folded have the same bytes where PCRE2 sees the
 * same letters, but for A-Z, which stay as they are. */
#ifndef PATTERN_CASE_FOLD_H
#define PATTERN_CASE_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/sieve.h"

/* Of the letters of some texts. Constant once made: any number of threads may use it. */
typedef struct case_fold case_fold;

/* The texts are well-formed. *fold is NULL when none of their letters has another one beyond ASCII; the caller frees
 * it. False without memory, or when PCRE2 does not answer. */
bool case_fold_create(case_fold **fold, const sieve_text *texts, size_t n_texts);
void case_fold_free(case_fold *fold);

/* A folded character has as many bytes or fewer: one of four at least. */
enum { CASE_FOLD_MOST_SHRINKING = 4, CASE_FOLD_SLACK_BYTES = 4 };

/* Folds n_bytes bytes that begin with a character; ill-formed ones stay. `to` has room for as many and
 * CASE_FOLD_SLACK_BYTES more. Returns how many there are then. */
size_t case_fold_bytes(const case_fold *fold, const uint8_t *bytes, size_t n_bytes, uint8_t *to);

/* The same at the speed of a kernel, where no folded character has fewer bytes: n_bytes bytes then, and up to
 * CASE_FOLD_PAIRS_SLACK_BYTES more are overwritten. False when that cannot be done, with anything in `to`. Up to as
 * many bytes behind the n_bytes are read, of n_readable that may be. */
enum { CASE_FOLD_PAIRS_SLACK_BYTES = 64 };
bool case_fold_pairs(const case_fold *fold, const uint8_t *bytes, size_t n_bytes, size_t n_readable, uint8_t *to);

/* The place in `bytes` of what is at a place when they are folded: n_folded folded bytes behind `from`, where a
 * character begins. */
size_t case_fold_origin(const case_fold *fold, const uint8_t *bytes, size_t n_bytes, size_t from, size_t n_folded);

#endif
