/* Words by the model: ICU's words without ICU. */
#ifndef TEXT_WORD_SCAN_H
#define TEXT_WORD_SCAN_H

#include "text/word_model.h"

typedef struct word_scan {
    const word_model *model;
    word_icu *icu; /* asked about characters that are new */
    const uint8_t *bytes;
    size_t end;
} word_scan;

typedef enum word_found {
    WORD_FOUND,    /* the word [begin, end) */
    WORD_NO_MORE,  /* the text ends before another word */
    WORD_LEFT_OPEN /* at begin a segment begins that is ICU's; end is behind the character that makes it so */
} word_found;

typedef struct scanned_word {
    size_t begin;
    size_t end;
    bool folds; /* false: folding changes none of its characters */
} scanned_word;

/* Finds the next word from a place where a segment begins. */
word_found word_scan_next(const word_scan *scan, size_t at, scanned_word *word);

#endif
