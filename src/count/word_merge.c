/* A tree of losers (D. E. Knuth, The Art of Computer Programming 3, section 5.4.1). The sources are the leaves; each
 * inner node keeps the loser of the match between its two sides, and the winner of all stands at the top:
 *
 *                 [0] winner            the leaf of source i is i + n; the parent of a node is half its number.
 *                 [1]                   When the winner moves on to its next record, only the matches on its own
 *              [2]   [3]                way up are played again: log2(n) comparisons, each against the loser
 *             4   5 6   7  sources      that waits there.
 *
 * The first eight bytes of each word are kept beside the tree as a number, so that few comparisons need the words. */
#include "count/word_merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "thrum/buffer.h"

/* Where a source stands. */
typedef struct entrant {
    uint64_t key; /* orders most pairs: of two different keys the lesser comes first */
    bool is_over;
    word_record record;
} entrant;

struct word_merge {
    word_source *sources;
    entrant *entrants;
    size_t *tree; /* tree[0]: the winner; tree[1 .. n - 1]: losers */
    size_t n;
    thrum_words_sort order;
    word_merge_how how;
    thrum_buffer word; /* of the record given out */
};

static int compare_words(const word_record *a, const word_record *b) {
    size_t n = a->n_bytes < b->n_bytes ? a->n_bytes : b->n_bytes;
    int order = n ? memcmp(a->bytes, b->bytes, n) : 0;
    return order ? order : (a->n_bytes > b->n_bytes) - (a->n_bytes < b->n_bytes);
}

int word_record_compare(const word_record *a, const word_record *b, thrum_words_sort order) {
    if (order == THRUM_WORDS_BY_COUNT && a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return compare_words(a, b);
}

static uint64_t key_of(const word_record *record, thrum_words_sort order) {
    if (order == THRUM_WORDS_BY_COUNT)
        return ~record->count;
    uint64_t key = 0;
    size_t n = record->n_bytes < 8 ? record->n_bytes : 8;
    for (size_t i = 0; i < n; i++)
        key |= (uint64_t)record->bytes[i] << (56 - 8 * i);
    return key;
}

/* Equal words come in the order of their documents, so that records to be joined follow each other. */
static bool comes_before(const word_merge *merge, size_t a, size_t b) {
    const entrant *x = &merge->entrants[a], *y = &merge->entrants[b];
    if (x->is_over || y->is_over)
        return y->is_over && !x->is_over;
    if (x->key != y->key)
        return x->key < y->key;
    int order = compare_words(&x->record, &y->record);
    return order ? order < 0 : x->record.document < y->record.document;
}

static thrum_status advance(word_merge *merge, size_t source, thrum_error *error) {
    entrant *at = &merge->entrants[source];
    bool found = false;
    thrum_status status = merge->sources[source].next(merge->sources[source].context, &at->record, &found, error);
    at->is_over = !found;
    if (status == THRUM_OK && found)
        at->key = key_of(&at->record, merge->order);
    return status;
}

/* Plays the matches below a node; returns the winner. */
static size_t play(word_merge *merge, size_t node) {
    if (node >= merge->n)
        return node - merge->n;
    size_t a = play(merge, 2 * node), b = play(merge, 2 * node + 1);
    bool a_wins = !comes_before(merge, b, a);
    merge->tree[node] = a_wins ? b : a;
    return a_wins ? a : b;
}

static void replay(word_merge *merge, size_t source) {
    size_t winner = source;
    for (size_t node = (source + merge->n) / 2; node > 0; node /= 2) {
        if (comes_before(merge, merge->tree[node], winner)) {
            size_t loser = winner;
            winner = merge->tree[node];
            merge->tree[node] = loser;
        }
    }
    merge->tree[0] = winner;
}

thrum_status word_merge_open(word_merge **merge, const word_source *sources, size_t n_sources, thrum_words_sort order,
                             word_merge_how how, thrum_error *error) {
    *merge = NULL;
    word_merge *made = calloc(1, sizeof *made);
    if (made) {
        made->sources = calloc(n_sources + 1, sizeof *made->sources);
        made->entrants = calloc(n_sources + 1, sizeof *made->entrants);
        made->tree = calloc(n_sources + 1, sizeof *made->tree);
    }
    if (!made || !made->sources || !made->entrants || !made->tree) {
        for (size_t i = 0; i < n_sources; i++)
            sources[i].close(sources[i].context);
        word_merge_close(made);
        return error_memory(error);
    }
    made->n = n_sources;
    made->order = order;
    made->how = how;
    thrum_status status = THRUM_OK;
    for (size_t i = 0; i < n_sources; i++)
        made->sources[i] = sources[i];
    for (size_t i = 0; i < n_sources && status == THRUM_OK; i++)
        status = advance(made, i, error);
    if (status != THRUM_OK) {
        word_merge_close(made);
        return status;
    }
    if (n_sources > 0)
        made->tree[0] = play(made, 1);
    *merge = made;
    return THRUM_OK;
}

/* Adds a record of the same word. The records of one document come in a row: all together they are one document. */
static bool join(const word_merge *merge, word_record *to, const word_record *from) {
    bool same_document = to->document != WORD_NO_DOCUMENT && to->document == from->document;
    bool joinable = merge->how == WORD_MERGE_WORDS || to->document == from->document;
    if (!joinable || merge->order == THRUM_WORDS_BY_COUNT || compare_words(to, from) != 0)
        return false;
    to->count += from->count;
    if (!same_document)
        to->documents += from->documents;
    to->document = from->document;
    return true;
}

thrum_status word_merge_next(void *merge_, word_record *record, bool *found, thrum_error *error) {
    word_merge *merge = merge_;
    *found = merge->n > 0 && !merge->entrants[merge->tree[0]].is_over;
    if (!*found)
        return THRUM_OK;
    *record = merge->entrants[merge->tree[0]].record;
    thrum_buffer_clear(&merge->word);
    uint8_t *copy =
        thrum_buffer_reserve(&merge->word, record->n_bytes + 1); /* so that the empty word has a place too */
    if (!copy)
        return error_memory(error);
    if (record->n_bytes)
        memcpy(copy, record->bytes, record->n_bytes);
    record->bytes = copy;
    do {
        size_t source = merge->tree[0];
        thrum_status status = advance(merge, source, error);
        if (status != THRUM_OK)
            return status;
        replay(merge, source);
    } while (!merge->entrants[merge->tree[0]].is_over && join(merge, record, &merge->entrants[merge->tree[0]].record));
    if (merge->how == WORD_MERGE_WORDS)
        record->document = WORD_NO_DOCUMENT;
    return THRUM_OK;
}

void word_merge_close(void *merge_) {
    word_merge *merge = merge_;
    if (!merge)
        return;
    for (size_t i = 0; i < merge->n; i++)
        merge->sources[i].close(merge->sources[i].context);
    free(merge->sources);
    free(merge->entrants);
    free(merge->tree);
    thrum_buffer_release(&merge->word);
    free(merge);
}

word_source word_merge_source(word_merge *merge) {
    return (word_source){word_merge_next, word_merge_close, merge};
}
