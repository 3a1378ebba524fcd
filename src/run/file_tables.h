/* The words of large files, each in tables of its own until all of it is counted: for as many threads as work on a file
 * there is a table, whichever of its pieces they take. */
#ifndef RUN_FILE_TABLES_H
#define RUN_FILE_TABLES_H

#include <pthread.h>
#include <stddef.h>

#include "count/word_table.h"

typedef struct file_table {
    size_t input;
    word_table *table;
} file_table;

/* Those that nobody is counting into. The functions are thread-safe. */
typedef struct file_tables {
    pthread_mutex_t lock;
    file_table *items;
    size_t n, capacity;
    size_t *cut; /* inputs of which some words are on disk */
    size_t n_cut, cut_capacity;
} file_tables;

void file_tables_init(file_tables *tables);
/* Frees the tables, too. */
void file_tables_release(file_tables *tables);

/* A table of an input's words, perhaps an empty one, for word_table_free or file_tables_give; NULL without memory. */
word_table *file_tables_take(file_tables *tables, size_t input, const word_seed *seed);
/* False without memory: the table is then freed. */
bool file_tables_give(file_tables *tables, size_t input, word_table *table);
/* Takes note that some words of an input are on disk; tells it. */
bool file_tables_note_cut(file_tables *tables, size_t input);
bool file_tables_is_cut(file_tables *tables, size_t input);
/* Takes all tables of an input, which nobody works on any more, out into an array for free(), NULL without memory. */
word_table **file_tables_take_all(file_tables *tables, size_t input, size_t *n_tables);

#endif
