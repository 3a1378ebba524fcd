/* N-grams: a window over the words.
 *
 *      held over            the batch at hand
 *     [ w  w  w ][ w  w  w  w  w  w  w  w  w  w  w ]
 *                            '--- reach ---'
 *
 * An n-gram's words lie within `reach` words behind its first one. So the words at which n-grams begin are done with
 * once that many stand behind them; the last ones of a batch are copied and held over to the next.
 *
 * N-grams are joined in a buffer, even where they stand in the text as they are: whether they do changes from one to
 * the next, and to ask costs more than to copy. They go to the table many at a time, as it likes it. */
#include "count/ngram.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "thrum/buffer.h"

enum { BATCH = 256, MOST_REACH = THRUM_N_GRAM_MOST - 1 + THRUM_N_SKIPPED_MOST, JOINED_BYTES = 16384 };

struct ngrams {
    size_t n_words;
    size_t reach;
    size_t n_held; /* words held over; n-grams are to begin at all of them */
    size_t n_ahead;
    token window[2 * MOST_REACH + BATCH];
    thrum_buffer held; /* what the words held over point to */
    thrum_buffer spare;
    size_t n_grams; /* not in the table yet */
    token grams[BATCH];
    thrum_buffer joined; /* what they point to */
};

ngrams *ngrams_create(unsigned n_words, unsigned n_skipped) {
    ngrams *made = memory_own(1, sizeof *made);
    if (!made)
        return NULL;
    made->n_words = n_words;
    made->reach = n_words - 1 + n_skipped;
    if (thrum_buffer_reserve(&made->joined, JOINED_BYTES))
        return made;
    ngrams_free(made);
    return NULL;
}

void ngrams_free(ngrams *grams) {
    if (!grams)
        return;
    thrum_buffer_release(&grams->held);
    thrum_buffer_release(&grams->spare);
    thrum_buffer_release(&grams->joined);
    free(grams);
}

/* --- to the table ------------------------------------------------------------------------------------------------ */

static bool flush(ngrams *g, word_table *table) {
    size_t n = g->n_grams;
    g->n_grams = 0;
    thrum_buffer_clear(&g->joined);
    return word_table_add(table, g->grams, n);
}

/* Where an n-gram of so many bytes can be written, with room behind it for the padding of a token. */
static inline uint8_t *joined_reserve(ngrams *g, word_table *table, size_t n_bytes) {
    if (g->joined.capacity_bytes - g->joined.n_bytes >= n_bytes + TOKEN_PADDING_BYTES)
        return g->joined.bytes + g->joined.n_bytes;
    return flush(g, table) ? thrum_buffer_reserve(&g->joined, n_bytes + TOKEN_PADDING_BYTES) : NULL;
}

/* Copies a word, and perhaps its padding with it. */
static inline uint8_t *put_word(uint8_t *to, const token *word) {
    if (word->n_bytes <= TOKEN_PADDING_BYTES)
        memcpy(to, word->bytes, TOKEN_PADDING_BYTES);
    else
        memcpy(to, word->bytes, word->n_bytes);
    return to + word->n_bytes;
}

/* Counts the n words at the places chosen, joined. */
static inline bool count_joined(ngrams *g, word_table *table, const token *words, const size_t *places, size_t n) {
    size_t n_bytes = n - 1;
    for (size_t i = 0; i < n; i++)
        n_bytes += words[places[i]].n_bytes;
    uint8_t *to = joined_reserve(g, table, n_bytes);
    if (!to)
        return false;
    uint8_t *at = put_word(to, &words[places[0]]);
    for (size_t i = 1; i < n; i++) {
        *at++ = ' ';
        at = put_word(at, &words[places[i]]);
    }
    g->joined.n_bytes += n_bytes;
    g->grams[g->n_grams++] = (token){to, n_bytes};
    return g->n_grams < BATCH || flush(g, table);
}

/* --- which words ------------------------------------------------------------------------------------------------- */

/* n is a constant where it is known to the compiler. */
static inline bool count_rows_of(ngrams *g, word_table *table, size_t n_starts, size_t n_window, size_t n) {
    static const size_t in_a_row[THRUM_N_GRAM_MOST] = {0, 1, 2, 3, 4, 5, 6, 7};
    for (size_t first = 0; first < n_starts && first + n <= n_window; first++)
        if (!count_joined(g, table, g->window + first, in_a_row, n))
            return false;
    return true;
}

/* Words in a row: those that begin at one of the first n_starts words of the window. Mostly two or three. */
static bool count_rows(ngrams *g, word_table *table, size_t n_starts, size_t n_window) {
    switch (g->n_words) {
    case 2:
        return count_rows_of(g, table, n_starts, n_window, 2);
    case 3:
        return count_rows_of(g, table, n_starts, n_window, 3);
    default:
        return count_rows_of(g, table, n_starts, n_window, g->n_words);
    }
}

/* All choices of words that begin with the one at `first` and end at `last` or before. */
static bool count_choices(ngrams *g, word_table *table, size_t first, size_t last) {
    size_t n = g->n_words, places[THRUM_N_GRAM_MOST], moved;
    for (size_t i = 0; i < n; i++)
        places[i] = first + i;
    if (places[n - 1] > last)
        return true;
    do {
        if (!count_joined(g, table, g->window, places, n))
            return false;
        /* The last place that has room behind it moves on, those after it follow closely. */
        for (moved = n - 1; moved > 0 && places[moved] == last - (n - 1 - moved);)
            moved--;
        places[moved]++;
        for (size_t i = moved + 1; i < n; i++)
            places[i] = places[i - 1] + 1;
    } while (moved > 0);
    return true;
}

static bool count_starts(ngrams *g, word_table *table, size_t n_starts, size_t n_window) {
    bool is_ok = true;
    if (g->reach + 1 == g->n_words)
        return count_rows(g, table, n_starts, n_window);
    for (size_t i = 0; i < n_starts && is_ok; i++)
        is_ok = count_choices(g, table, i, i + g->reach < n_window ? i + g->reach : n_window - 1);
    return is_ok;
}

/* --- the window -------------------------------------------------------------------------------------------------- */

/* Copies words of the window, from `first` on, to its begin. */
static bool hold(ngrams *g, size_t first, size_t n) {
    thrum_buffer *copies = &g->spare;
    thrum_buffer_clear(copies);
    for (size_t i = first; i < first + n; i++) {
        thrum_buffer_append(copies, g->window[i].bytes, g->window[i].n_bytes);
        thrum_buffer_append(copies, " ", 1);
    }
    if (!thrum_buffer_reserve(copies, TOKEN_PADDING_BYTES) || copies->failed)
        return false;
    const uint8_t *at = copies->bytes;
    for (size_t i = 0; i < n; i++) {
        g->window[i] = (token){at, g->window[first + i].n_bytes};
        at += g->window[i].n_bytes + 1;
    }
    thrum_buffer filled = g->spare;
    g->spare = g->held;
    g->held = filled;
    return true;
}

bool ngrams_add(ngrams *g, word_table *table, const token *words, size_t n_words) {
    bool is_ok = true;
    while (n_words > 0 && is_ok) {
        size_t n = n_words < BATCH ? n_words : BATCH, n_window = g->n_held + n;
        memcpy(g->window + g->n_held, words, n * sizeof *words);
        size_t n_starts = n_window > g->reach ? n_window - g->reach : 0;
        g->n_held = n_window - n_starts;
        is_ok = count_starts(g, table, n_starts, n_window) && flush(g, table) && hold(g, n_starts, g->n_held);
        words += n;
        n_words -= n;
    }
    return is_ok;
}

size_t ngrams_n_wanted(const ngrams *g) {
    return g->n_held ? g->reach - g->n_ahead : 0;
}

bool ngrams_look_ahead(ngrams *g, const token *words, size_t n_words) {
    size_t n_window = g->n_held + g->n_ahead;
    memcpy(g->window + n_window, words, n_words * sizeof *words);
    g->n_ahead += n_words;
    return hold(g, 0, n_window + n_words);
}

bool ngrams_end(ngrams *g, word_table *table) {
    size_t n_starts = g->n_held, n_window = g->n_held + g->n_ahead;
    g->n_held = g->n_ahead = 0;
    return n_starts == 0 || (count_starts(g, table, n_starts, n_window) && flush(g, table));
}

bool ngram_each_word(const uint8_t *bytes, size_t n_bytes, ngram_test *test, const void *context) {
    for (;;) {
        const uint8_t *space = n_bytes ? memchr(bytes, ' ', n_bytes) : NULL;
        size_t n = space ? (size_t)(space - bytes) : n_bytes;
        if (!test(context, bytes, n))
            return false;
        if (!space)
            return true;
        bytes += n + 1;
        n_bytes -= n + 1;
    }
}
