/* What kernels are told of characters of two bytes: most letters of Latin, Greek, Cyrillic, Hebrew and Arabic. */
#ifndef TEXT_WORD_PAIRS_H
#define TEXT_WORD_PAIRS_H

#include "text/kernel.h"
#include "text/word_model.h"

/* Writes what is known so far: NULL for a lead byte that has not come up. Thread-safe. */
void word_pairs_known(const kernel_pairs *pairs[KERNEL_LEADS]);

/* Makes known what a lead byte begins: some 64 questions to ICU, once a process, never freed. False without memory.
 * Uses the iterator. */
bool word_pairs_make(const word_model *model, word_icu *icu, uint8_t lead);

#endif
