/* How often each word was seen: the table that one thread fills, and the merge of many into one list. */
#ifndef COUNT_WORD_TABLE_H
#define COUNT_WORD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "count/word_rows.h"
#include "count/word_tail.h"
#include "text/token.h"

/* Drawn once a run and shared by its tables, so that no text can be written whose words all collide. */
typedef struct word_seed {
    uint64_t key[2];
} word_seed;

/* From the system's source of randomness. */
word_seed word_seed_draw(void);

typedef struct word_table word_table;

/* An empty table on the heap, padded to cache lines; NULL without memory. The table grows as words come and never
 * keeps a pointer into the text. */
word_table *word_table_create(const word_seed *seed);
void word_table_free(word_table *table);
/* Bounds a table that is still empty: where its slots would take more than n_bytes for words of one length, the seldom
 * ones go to a tail (word_tail.h) instead. So it stays in the caches, however many types there are; in return a type
 * counts for several, and the table may not be searched, merged or added to another. Once it is bounded it stays so. */
void word_table_bound(word_table *table, size_t n_bytes);
bool word_table_is_bounded(const word_table *table);
/* Forgets all words but keeps the slots. Linear in the number of slots. */
void word_table_clear(word_table *table);
/* Memory in use. */
size_t word_table_n_bytes(const word_table *table);
/* The most that it comes to for a moment when n_words new words are added, their bytes apart. */
size_t word_table_n_bytes_with(const word_table *table, size_t n_words);

/* Adds 1 for each token. False without memory. One thread at a time. */
bool word_table_add(word_table *table, const token *tokens, size_t n_tokens);
/* The same for words of one block, as token_sink.take_runs has them. */
bool word_table_add_runs(word_table *table, const uint8_t *block, const uint16_t *edges, size_t n_words);
/* Adds a count for one word, whose bytes need no padding. A count of 0 adds nothing. */
bool word_table_add_count(word_table *table, const uint8_t *bytes, size_t n_bytes, uint64_t count);
/* The count of a word, 0 when it was never added. */
uint64_t word_table_find(const word_table *table, const uint8_t *bytes, size_t n_bytes);
uint64_t word_table_n_types(const word_table *table);
uint64_t word_table_n_tokens(const word_table *table);

/* Adds the words of partition `partition` of `n_partitions` (a power of two), as the hash divides them, from all
 * tables into `into`, an empty table with the same seed. Different partitions may run at the same time; together they
 * hold every word once. */
bool word_table_merge(word_table *into, word_table *const *tables, size_t n_tables, size_t partition,
                      size_t n_partitions);
/* Walks over the words of a partition, about in the order of their hashes, which are the keys of their rows. A bounded
 * table may have several rows for a word, and takes at most WORD_TAIL_PARTITIONS. True when the walk came to the end.
 * The rows' bytes stay as those of word_table_rows. Constant: any number of threads may walk. */
bool word_table_walk(const word_table *table, size_t partition, size_t n_partitions, word_row_callback *callback,
                     void *context);
/* Gives back the memory of the partitions [begin, end), as far as it is of no use to the others. Those before them and
 * the last one must have been walked over too: their words lie in it. The table may then only be walked over for the
 * partitions from `end` on, and freed. */
void word_table_give_back(word_table *table, size_t begin, size_t end, size_t n_partitions);
/* Adds all words of another table with the same seed, with their counts or each once. */
bool word_table_add_table(word_table *into, const word_table *from, bool once);
/* The partition of a word, for any table of the same seed. */
size_t word_table_partition(const word_table *table, const uint8_t *bytes, size_t n_bytes, size_t n_partitions);

/* Writes one row for each type, or for each that counts for one; `rows` holds word_table_n_types(table) of them. Their
 * bytes stay until the table is added to or freed. They come in the order of the hash, which makes adding them one by
 * one to another table of the same seed slow: word_table_merge is for that. */
void word_table_rows(const word_table *table, word_row *rows);

#endif
