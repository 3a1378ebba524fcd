/* Which words stand for which. */
#ifndef COUNT_LEMMAS_H
#define COUNT_LEMMAS_H

#include "text/normalize.h"
#include "text/token.h"
#include "thrum/words.h"

/* Reads a file of lemmas, as thrum_lemmas_read does; the normalizer says how words are folded. The caller frees
 * *lemmas. */
thrum_status lemmas_read(thrum_lemmas **lemmas, const char *path, normalizer *normalizer_, thrum_error *error);

/* The word that is counted in the place of a word: its lemma, which lives as long as `lemmas`, or the word itself.
 * Thread-safe. */
token lemmas_of(const thrum_lemmas *lemmas, token word);

/* A number that tells lemmas from others, whatever the order in which they were read. */
uint64_t lemmas_fingerprint(const thrum_lemmas *lemmas);

#endif
