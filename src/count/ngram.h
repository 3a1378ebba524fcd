/* Runs of words, and words with others left out between them, counted as one word. */
#ifndef COUNT_NGRAM_H
#define COUNT_NGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "count/word_table.h"
#include "text/token.h"

/* The n-grams of one stretch of text after another; one thread's. An n-gram belongs to the stretch in which its first
 * word stands, so whoever has taken the words of a stretch goes on to show those behind it, as many as are wanted. */
typedef struct ngrams ngrams;

/* n_words from 2 to THRUM_N_GRAM_MOST, up to n_skipped others (THRUM_N_SKIPPED_MOST) left out between them: the
 * k-skip-n-grams of Guthrie, Allison, Liu, Guthrie and Wilks, "A Closer Look at Skip-gram Modelling" (2006). NULL
 * without memory. */
ngrams *ngrams_create(unsigned n_words, unsigned n_skipped);
void ngrams_free(ngrams *grams);

/* Takes the next words of the stretch and adds the n-grams that are complete to the table, their words joined by
 * single spaces. False without memory, as are the next ones. Linear in the words times the ways to choose. */
bool ngrams_add(ngrams *grams, word_table *table, const token *words, size_t n_words);
/* How many of the words behind the stretch are wanted; 0 when no n-gram is open. */
size_t ngrams_n_wanted(const ngrams *grams);
/* Takes the next words behind it, no more than are wanted. */
bool ngrams_look_ahead(ngrams *grams, const token *words, size_t n_words);
/* Ends the stretch: adds the n-grams that were open, and forgets all words. */
bool ngrams_end(ngrams *grams, word_table *table);

typedef bool ngram_test(const void *context, const uint8_t *bytes, size_t n_bytes);

/* Whether all parts of an n-gram between single spaces pass a test: its words, unless they hold spaces themselves. */
bool ngram_each_word(const uint8_t *bytes, size_t n_bytes, ngram_test *test, const void *context);

#endif
