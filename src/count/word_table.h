/* How often each word was seen: the table that one thread fills, and the merge of many into one list. */
#ifndef COUNT_WORD_TABLE_H
#define COUNT_WORD_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text/token.h"
#include "thrum/error.h"

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

/* Adds 1 for each token. False without memory. One thread at a time. */
bool word_table_add(word_table *table, const token *tokens, size_t n_tokens);
/* Adds a count for one word, whose bytes need no padding. */
bool word_table_add_count(word_table *table, const uint8_t *bytes, size_t n_bytes, uint64_t count);
/* The count of a word, 0 when it was never added. */
uint64_t word_table_find(const word_table *table, const uint8_t *bytes, size_t n_bytes);
uint64_t word_table_n_types(const word_table *table);
uint64_t word_table_n_tokens(const word_table *table);

/* One distinct word. The bytes live as long as the table that it came from. */
typedef struct word_row {
    const uint8_t *bytes;
    size_t n_bytes;
    uint64_t count;
} word_row;

/* Adds the words of partition `partition` of `n_partitions` (a power of two), as the hash divides them, from all
 * tables into `into`, an empty table with the same seed. Different partitions may run at the same time; together they
 * hold every word once. */
bool word_table_merge(word_table *into, word_table *const *tables, size_t n_tables, size_t partition,
                      size_t n_partitions);

/* Writes one row for each type; `rows` holds word_table_n_types(table) of them. */
void word_table_rows(const word_table *table, word_row *rows);

/* Orders for qsort-like use: count descending then word ascending bytewise, and word ascending bytewise. Negative when
 * a comes first. */
int word_row_compare_count(const word_row *a, const word_row *b);
int word_row_compare_word(const word_row *a, const word_row *b);

/* Sorts rows in place, on one thread. */
void word_rows_sort(word_row *rows, size_t n_rows, thrum_words_sort order);
/* Merges two sorted runs into `to`. */
void word_rows_merge(word_row *to, const word_row *a, size_t n_a, const word_row *b, size_t n_b,
                     thrum_words_sort order);
/* Moves the first n_top rows of the order to the front, sorted; the rest follow in any order. Linear in n_rows. */
void word_rows_select(word_row *rows, size_t n_rows, size_t n_top, thrum_words_sort order);

#endif
