#include "text/word_pairs.h"

#include <stdlib.h>

#include "text/fold.h"

static _Atomic(const kernel_pairs *) known[KERNEL_LEADS];

void word_pairs_known(const kernel_pairs *pairs[KERNEL_LEADS]) {
    for (size_t i = 0; i < KERNEL_LEADS; i++)
        pairs[i] = atomic_load_explicit(&known[i], memory_order_acquire);
}

/* A letter is the kernel's when its folding, too, is one character of two bytes. */
static void describe(kernel_pairs *pairs, unsigned i, const word_model *model, word_icu *icu, uint32_t code_point) {
    uint8_t entry = word_entry(model, icu, code_point);
    unsigned class = entry & WORD_CLASS;
    uint32_t folded = entry & WORD_FOLDS ? fold_simple(code_point) : code_point;
    bool is_letter = class == WORD_LETTER && folded != FOLD_NOT_SIMPLE;
    pairs->classes[i] = is_letter ? KERNEL_PAIR_LETTER : class == WORD_OTHER ? KERNEL_PAIR_OTHER : KERNEL_PAIR_FOREIGN;
    if (!is_letter)
        folded = code_point;
    pairs->leads[i] = (uint8_t)(0xC0 | folded >> 6);
    pairs->nexts[i] = (uint8_t)(0x80 | (folded & 0x3F));
}

bool word_pairs_make(const word_model *model, word_icu *icu, uint8_t lead) {
    size_t index = lead % KERNEL_LEADS;
    kernel_pairs *made = aligned_alloc(_Alignof(kernel_pairs), sizeof *made);
    const kernel_pairs *none = NULL;
    if (!made)
        return false;
    for (unsigned i = 0; i < 64; i++)
        describe(made, i, model, icu, (uint32_t)(lead & 0x1F) << 6 | i);
    if (!atomic_compare_exchange_strong(&known[index], &none, made))
        free(made); /* another thread was quicker */
    return true;
}
