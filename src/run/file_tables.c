#include "run/file_tables.h"

#include <stdlib.h>

#include "base/memory.h"

void file_tables_init(file_tables *tables) {
    *tables = (file_tables){.n = 0};
    pthread_mutex_init(&tables->lock, NULL);
}

void file_tables_release(file_tables *tables) {
    for (size_t i = 0; i < tables->n; i++)
        word_table_free(tables->items[i].table);
    free(tables->items);
    free(tables->cut);
    pthread_mutex_destroy(&tables->lock);
}

/* Takes out one table of the input; NULL when there is none. With the lock held. */
static word_table *take_one(file_tables *tables, size_t input) {
    for (size_t i = tables->n; i-- > 0;)
        if (tables->items[i].input == input) {
            word_table *taken = tables->items[i].table;
            tables->items[i] = tables->items[--tables->n];
            return taken;
        }
    return NULL;
}

word_table *file_tables_take(file_tables *tables, size_t input, const word_seed *seed) {
    pthread_mutex_lock(&tables->lock);
    word_table *taken = take_one(tables, input);
    pthread_mutex_unlock(&tables->lock);
    return taken ? taken : word_table_create(seed);
}

bool file_tables_give(file_tables *tables, size_t input, word_table *table) {
    pthread_mutex_lock(&tables->lock);
    bool is_kept = memory_grow(&tables->items, &tables->capacity, tables->n + 1, sizeof *tables->items);
    if (is_kept)
        tables->items[tables->n++] = (file_table){input, table};
    pthread_mutex_unlock(&tables->lock);
    if (!is_kept)
        word_table_free(table);
    return is_kept;
}

/* With the lock held. */
static bool is_cut(const file_tables *tables, size_t input) {
    for (size_t i = 0; i < tables->n_cut; i++)
        if (tables->cut[i] == input)
            return true;
    return false;
}

bool file_tables_note_cut(file_tables *tables, size_t input) {
    pthread_mutex_lock(&tables->lock);
    bool is_noted = is_cut(tables, input);
    if (!is_noted && memory_grow(&tables->cut, &tables->cut_capacity, tables->n_cut + 1, sizeof *tables->cut)) {
        tables->cut[tables->n_cut++] = input;
        is_noted = true;
    }
    pthread_mutex_unlock(&tables->lock);
    return is_noted;
}

bool file_tables_is_cut(file_tables *tables, size_t input) {
    pthread_mutex_lock(&tables->lock);
    bool was_cut = is_cut(tables, input);
    pthread_mutex_unlock(&tables->lock);
    return was_cut;
}

word_table **file_tables_take_all(file_tables *tables, size_t input, size_t *n_tables) {
    *n_tables = 0;
    pthread_mutex_lock(&tables->lock);
    word_table **taken = calloc(tables->n + 1, sizeof *taken);
    for (word_table *one; taken && (one = take_one(tables, input)); ++*n_tables)
        taken[*n_tables] = one;
    pthread_mutex_unlock(&tables->lock);
    return taken;
}
