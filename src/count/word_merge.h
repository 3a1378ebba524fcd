/* Streams of words in an order, and the merge of many into one. */
#ifndef COUNT_WORD_MERGE_H
#define COUNT_WORD_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/error.h"
#include "thrum/words.h"

/* In the place of a document's number: `documents` counts documents that no other record counts. */
#define WORD_NO_DOCUMENT UINT64_MAX

/* One word of a stream. */
typedef struct word_record {
    const uint8_t *bytes;
    size_t n_bytes;
    uint64_t count;
    uint64_t documents; /* inputs that have the word */
    uint64_t document;  /* the number of the only one, which other records of the word may count too */
} word_record;

/* Where records come from, one at a time, no two of the same word and document. The bytes of a record live until the
 * next call; *found is false after the last record. One thread at a time. */
typedef struct word_source {
    thrum_status (*next)(void *context, word_record *record, bool *found, thrum_error *error);
    void (*close)(void *context);
    void *context;
} word_source;

/* Negative when a comes before b; words as bytes, or counts descending and then words. */
int word_record_compare(const word_record *a, const word_record *b, thrum_words_sort order);

typedef enum word_merge_how {
    WORD_MERGE_WORDS,    /* one record for each word: what it is all for */
    WORD_MERGE_DOCUMENTS /* one for each word and document: to be merged again */
} word_merge_how;

typedef struct word_merge word_merge;

/* Merges sources that come in `order` (word_merge_how matters by word only: by count all words differ). Takes over the
 * sources, which it closes, also when it fails, but not the array. The caller frees *merge. Memory is that of the
 * sources and their current words; a record costs about log2(n_sources) comparisons. */
thrum_status word_merge_open(word_merge **merge, const word_source *sources, size_t n_sources, thrum_words_sort order,
                             word_merge_how how, thrum_error *error);
/* The merge is a source itself: word_merge_next and word_merge_close take it as their context. */
thrum_status word_merge_next(void *merge, word_record *record, bool *found, thrum_error *error);
void word_merge_close(void *merge);
word_source word_merge_source(word_merge *merge);

#endif
