/* Every place of a text, on all cores.
 *
 * Each chunk is searched as if the search began there. That is wrong only where an occurrence that was taken before the
 * chunk reaches into it, and matters only to texts that can overlap themselves: among the bytes "aaaaa" the text "aa"
 * is taken at 0 and 2, and a chunk that begins at 1 would take 1 and 3. So, in order, such a chunk is searched again
 * from where the search truly resumes, until it takes a place that the chunk had taken too; from there on both go the
 * same way. That is mostly at once. In the worst case, a long run of one letter, the search is that of one thread.
 *
 * The first chunks are small, so that whoever wants only the first place has it soon. */
#include "thrum/find.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "run/parallel.h"
#include "text/find.h"

static const size_t first_chunk_bytes = (size_t)64 << 10;
static const size_t most_chunk_bytes = (size_t)4 << 20;

enum { BATCH = 1024 };

typedef struct offset_list {
    uint64_t *items;
    size_t n, capacity;
} offset_list;

/* A chunk: the places in [begin, end). */
typedef struct find_unit {
    size_t begin, end;
    offset_list guessed; /* taken when the search begins with the chunk; only the first BATCH when they are counted */
    uint64_t n_guessed;
    size_t n_dropped;   /* of those, from the front */
    offset_list mended; /* taken instead of them; none when they are counted */
    uint64_t n_mended;
    size_t resume; /* where the search goes on after the last one guessed */
    bool has_failed;
} find_unit;

typedef struct find_pass {
    finder finder;
    const uint8_t *bytes;
    size_t n_bytes, from;
    const thrum_run_options *run;
    size_t chunk_bytes; /* 0: they grow */
    size_t n_chunks;
    size_t position; /* of the next chunk */
    bool may_overlap;
    bool is_listing;
    size_t resume; /* where the true search goes on */
    thrum_status (*take)(void *context, const uint64_t *offsets, size_t n);
    void *context;
    uint64_t n_found;
    atomic_bool stopped;
    thrum_status status;
    thrum_error *error;
} find_pass;

static size_t next_chunk_bytes(const find_pass *pass) {
    if (pass->chunk_bytes)
        return pass->chunk_bytes;
    size_t n_bytes = first_chunk_bytes;
    for (size_t i = 0; i < pass->n_chunks && n_bytes < most_chunk_bytes; i++)
        n_bytes *= 2;
    return n_bytes;
}

static bool claim(void *context, void *unit_) {
    find_pass *pass = context;
    find_unit *u = unit_;
    size_t n_left = pass->n_bytes - pass->position, n_bytes = next_chunk_bytes(pass);
    if (n_left == 0 || atomic_load(&pass->stopped))
        return false;
    u->begin = pass->position;
    u->end = pass->position += n_bytes < n_left ? n_bytes : n_left;
    pass->n_chunks++;
    return true;
}

/* Appends places, or only the first BATCH of all when they are counted. */
static bool keep(const find_pass *pass, offset_list *list, const uint64_t *offsets, size_t n) {
    if (!pass->is_listing && list->n + n > BATCH)
        n = BATCH - list->n;
    if (!memory_grow(&list->items, &list->capacity, list->n + n, sizeof *list->items))
        return false;
    if (n > 0)
        memcpy(list->items + list->n, offsets, n * sizeof *offsets);
    list->n += n;
    return true;
}

static void scan(void *context, void *unit_, unsigned thread) {
    (void)thread;
    find_pass *pass = context;
    find_unit *u = unit_;
    uint64_t offsets[BATCH];
    u->guessed.n = u->mended.n = u->n_dropped = 0;
    u->n_guessed = u->n_mended = 0;
    u->resume = u->begin;
    u->has_failed = false;
    while (u->resume < u->end && !u->has_failed && !atomic_load(&pass->stopped)) {
        size_t n = finder_next(&pass->finder, pass->bytes, pass->n_bytes, &u->resume, u->end, offsets, BATCH);
        u->n_guessed += n;
        if (pass->is_listing || pass->may_overlap)
            u->has_failed = !keep(pass, &u->guessed, offsets, n);
    }
}

/* True when the chunk took the place too; drops those that it took before. Asked for places in their order. */
static bool was_guessed(find_unit *u, uint64_t place) {
    while (u->n_dropped < u->guessed.n && u->guessed.items[u->n_dropped] < place)
        u->n_dropped++;
    return u->n_dropped < u->guessed.n && u->guessed.items[u->n_dropped] == place;
}

/* Searches from where the true search resumes, until it comes upon a place that was guessed; a few places at a time,
 * and more the longer it takes. */
static void mend(find_pass *pass, find_unit *u) {
    uint64_t places[BATCH];
    for (size_t most = 1; pass->resume < u->end && !u->has_failed; most = most < BATCH ? 2 * most : BATCH) {
        size_t n = finder_next(&pass->finder, pass->bytes, pass->n_bytes, &pass->resume, u->end, places, most);
        size_t n_new = 0;
        while (n_new < n && !was_guessed(u, places[n_new]))
            n_new++;
        u->n_mended += n_new;
        if (pass->is_listing)
            u->has_failed = !keep(pass, &u->mended, places, n_new);
        if (n_new < n) {
            pass->resume = u->resume;
            return;
        }
    }
    u->n_dropped = u->guessed.n;
    u->n_guessed = u->guessed.n;
}

static void resolve(void *context, void *unit_) {
    find_pass *pass = context;
    find_unit *u = unit_;
    if (pass->may_overlap && pass->resume > u->begin)
        mend(pass, u);
    else
        pass->resume = u->resume;
}

static thrum_status tell(find_pass *pass, const offset_list *list, size_t first) {
    if (first == list->n)
        return THRUM_OK;
    thrum_status status = pass->take(pass->context, list->items + first, list->n - first);
    pass->n_found += list->n - first;
    return status == THRUM_OK ? status : error_set(pass->error, status, NULL, "the search was stopped");
}

static void retire(void *context, void *unit_) {
    find_pass *pass = context;
    find_unit *u = unit_;
    if (pass->status != THRUM_OK)
        return;
    if (u->has_failed) {
        pass->status = error_memory(pass->error);
    } else if (pass->is_listing) {
        pass->status = tell(pass, &u->mended, 0);
        if (pass->status == THRUM_OK)
            pass->status = tell(pass, &u->guessed, u->n_dropped);
    } else {
        pass->n_found += u->n_mended + u->n_guessed - u->n_dropped;
    }
    if (pass->status != THRUM_OK)
        atomic_store(&pass->stopped, true);
    else if (pass->run->on_progress)
        pass->run->on_progress(pass->run->context, u->end - pass->from, pass->n_bytes - pass->from);
}

static void release(void *unit_) {
    find_unit *u = unit_;
    free(u->guessed.items);
    free(u->mended.items);
}

static unsigned choose_threads(const find_pass *pass) {
    unsigned n_threads = parallel_n_threads(pass->run->n_threads);
    size_t n_chunks = (pass->n_bytes - pass->from) / (pass->chunk_bytes ? pass->chunk_bytes : first_chunk_bytes) + 1;
    return n_chunks < n_threads ? (unsigned)n_chunks : n_threads;
}

thrum_status thrum_find_all(const uint8_t *bytes, uint64_t n_bytes, const uint8_t *text, size_t n_text_bytes,
                            uint64_t from, const thrum_run_options *run,
                            thrum_status (*take)(void *context, const uint64_t *offsets, size_t n), void *context,
                            uint64_t *n_found, thrum_error *error) {
    if (n_found)
        *n_found = 0;
    if (n_text_bytes == 0)
        return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "an empty text is everywhere: there is nothing to find");
    if (from >= n_bytes)
        return THRUM_OK;
    find_pass pass = {.bytes = bytes,
                      .n_bytes = (size_t)n_bytes,
                      .from = (size_t)from,
                      .run = run,
                      .chunk_bytes = run->chunk_bytes < SIZE_MAX / 2 ? (size_t)run->chunk_bytes : SIZE_MAX / 2,
                      .position = (size_t)from,
                      .is_listing = take != NULL,
                      .resume = (size_t)from,
                      .take = take,
                      .context = context,
                      .error = error};
    finder_init(&pass.finder, text, n_text_bytes, kernel_get());
    pass.may_overlap = finder_may_overlap_itself(&pass.finder);
    const pipeline line = {.context = &pass,
                           .claim = claim,
                           .scan = scan,
                           .resolve = resolve,
                           .retire = retire,
                           .release = release,
                           .unit_bytes = sizeof(find_unit)};
    thrum_status status = pipeline_run(&line, choose_threads(&pass), error);
    if (n_found)
        *n_found = pass.n_found;
    return pass.status == THRUM_OK ? status : pass.status;
}
