/* Words beyond memory: sorted runs in a temporary file, merged as a stream. */
#ifndef COUNT_WORD_SPILL_H
#define COUNT_WORD_SPILL_H

#include <stddef.h>
#include <stdint.h>

#include "count/word_merge.h"
#include "count/word_table.h"
#include "thrum/error.h"

typedef struct word_spill word_spill;

/* For runs that share a budget of memory, by which the size of the blocks is chosen in which they are written and read.
 * The file, without a name in $TMPDIR or /tmp, is made with the first run. NULL without memory. */
word_spill *word_spill_create(uint64_t memory_bytes);
/* NULL is allowed. */
void word_spill_free(word_spill *spill);

/* Writes the words of a table, sorted, as a run, with the number of documents of each from a second table or, when that
 * is NULL, 1; then clears both. Where a document is too large for memory, its runs have its number as `document`: a
 * word in several of them has been seen in one document. Thread-safe, for tables of the calling thread. Takes 32 bytes
 * for each type on the way. */
thrum_status word_spill_write(word_spill *spill, word_table *counts, word_table *documents, uint64_t document,
                              thrum_error *error);

/* A run written record by record, in its order. Thread-safe, each run on one thread. */
typedef struct word_run word_run;

thrum_status word_run_begin(word_run **run, word_spill *spill, thrum_error *error);
thrum_status word_run_add(word_run *run, const word_record *record, thrum_error *error);
/* Ends the run, which is the spill's from then on. */
thrum_status word_run_end(word_run *run, thrum_error *error);
/* Forgets a run that was not ended. NULL is allowed. */
void word_run_drop(word_run *run);
/* Writes a whole source as a run and closes it, in any case. Thread-safe. */
thrum_status word_spill_take(word_spill *spill, word_source source, thrum_error *error);

uint64_t word_spill_n_runs(const word_spill *spill);
/* The sum of all counts. */
uint64_t word_spill_n_tokens(const word_spill *spill);
/* The number of files or runs that half of a budget of memory holds open at once, when each takes n_bytes; at least
 * 2. */
size_t word_spill_fan_in(uint64_t memory_bytes, uint64_t n_bytes);

/* Merges the runs into one stream, in `order`, which is that of every run; where they are too many for half of the
 * memory, in rounds. Uses the spill up: it belongs to the stream, which frees it, also when this fails. */
thrum_status word_spill_merge(word_spill *spill, thrum_words_sort order, word_source *merged, thrum_error *error);

#endif
