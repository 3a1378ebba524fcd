/* Ordinary reading against mapping.
 *
 * What is measured is a table of tasks; each says by which methods it can be done. A measurement is the median over
 * some runs of one task by one method, from opening the file to closing it, so that a mapping pays for its page faults
 * and its munmap and reading for its copies. Run by run the methods take turns: what else goes on in the machine falls
 * on all of them. Every run gives a number, and all runs of a task must give the same one.
 *
 *     read      all bytes, summed up as 64-bit words: as little work as shows that they were there
 *     find      every " the "
 *     regex     every word of five letters, by PCRE2
 *     seek      the first " the " from offset 10,000 on
 *     walk      64 bytes forward, 32 back, through the first 10 MB: what system calls cost
 *     replace   every " the " by " THE ", in a copy, until it is on the disk
 *
 * A cold start needs a system that forgets on request. It is asked before each run, and the answer is not taken on
 * trust: mincore tells what is still there, and when that is more than a hundredth there are no cold rows. */
#include "thrum/iobench.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "map/mapping.h"
#include "map/reading.h"
#include "map/share.h"
#include "map/system.h"
#include "pattern/matcher.h"
#include "run/parallel.h"
#include "thrum/find.h"

enum { DEFAULT_RUNS = 5, SEEK_OFFSET = 10000, COPY_BYTES = 64 << 20, KEPT_SHARE = 100 };

static const char needle[] = " the ", replacement[] = " THE ";
enum { N_NEEDLE = sizeof needle - 1 };
static const char regex[] = "\\b[a-zA-Z]{5}\\b";
static const reading_walk whole_walk = {.n_bytes = 10000000, .n_window = 64, .n_back = 32};

typedef enum method { METHOD_READ, METHOD_BLOCKS, METHOD_STDIO, METHOD_MAP, N_METHODS } method;
static const char *const method_names[N_METHODS] = {"read", "blocks", "stdio", "map"};

/* A file at work, and what the work needs. */
typedef struct bench {
    const char *path; /* of the file; of the copy, while that is changed */
    size_t n_bytes;
    unsigned n_threads; /* at most */
    thrum_pattern *pattern;
    matcher **matchers; /* one for each thread */
} bench;

/* Does one run on n_threads threads; *result is the number that all methods have to agree on. */
typedef struct task task;
typedef thrum_status trial(const bench *b, const task *t, unsigned n_threads, uint64_t *result, thrum_error *error);
/* Works on [begin, end) of a subject. The results of its parts add up to that of the whole. */
typedef thrum_status part_scan(const uint8_t *subject, size_t n_bytes, size_t begin, size_t end, matcher *matcher_,
                               uint64_t *result, thrum_error *error);

struct task {
    const char *name, *about;
    part_scan *scan; /* NULL for tasks that are no scan */
    trial *methods[N_METHODS];
    bool is_parallel;
    bool changes; /* works on a copy, warm */
};

/* ---- the work ---- */

static uint64_t sum_words(const uint8_t *bytes, size_t n_bytes) {
    uint64_t sum = 0, word;
    size_t i = 0;
    for (; i + sizeof word <= n_bytes; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
        sum += word;
    }
    for (; i < n_bytes; i++)
        sum += (uint64_t)bytes[i] << 8 * (i % sizeof word);
    return sum;
}

static thrum_status scan_sum(const uint8_t *subject, size_t n_bytes, size_t begin, size_t end, matcher *matcher_,
                             uint64_t *result, thrum_error *error) {
    (void)n_bytes, (void)matcher_, (void)error;
    *result += sum_words(subject + begin, end - begin);
    return THRUM_OK;
}

static uint64_t find_needle(const uint8_t *bytes, size_t n_bytes, size_t from) {
    return thrum_find(bytes, n_bytes, (const uint8_t *)needle, N_NEEDLE, from);
}

static thrum_status scan_needle(const uint8_t *subject, size_t n_bytes, size_t begin, size_t end, matcher *matcher_,
                                uint64_t *result, thrum_error *error) {
    (void)matcher_, (void)error;
    /* One that begins in the part may end behind it. */
    size_t n_seen = n_bytes - end < N_NEEDLE - 1 ? n_bytes : end + N_NEEDLE - 1;
    for (uint64_t at = begin; (at = find_needle(subject, n_seen, (size_t)at)) != THRUM_NOT_FOUND; at++)
        ++*result;
    return THRUM_OK;
}

static thrum_status scan_regex(const uint8_t *subject, size_t n_bytes, size_t begin, size_t end, matcher *matcher_,
                               uint64_t *result, thrum_error *error) {
    const matcher_window window = {subject, n_bytes, n_bytes, end, false};
    match_state state = {.position = begin};
    matcher_answer answer;
    thrum_range match;
    size_t program;
    matcher_begin(matcher_, &window);
    for (answer = MATCHER_FOUND; state.position < end; state.position = match.end) {
        answer = matcher_next(matcher_, state, &match, &program, error);
        if (answer != MATCHER_FOUND)
            break;
        ++*result;
    }
    return answer == MATCHER_FAILED ? THRUM_ERROR_MATCH : THRUM_OK;
}

/* ---- scans ---- */

/* Bytes in memory, worked on in as many parts as there are threads. */
typedef struct parts {
    const bench *b;
    const task *t;
    unsigned n;
    const uint8_t *subject;
    uint8_t *to_fill; /* NULL: the bytes are there; else each part is read to here */
    struct part {
        uint64_t result;
        thrum_status status;
        thrum_error error;
    } * items;
} parts;

static size_t part_begin(const parts *p, size_t index) {
    size_t n_words = p->b->n_bytes / sizeof(uint64_t);
    return index == p->n ? p->b->n_bytes : n_words * index / p->n * sizeof(uint64_t);
}

static void work_on_part(void *context, size_t index) {
    const parts *p = context;
    struct part *part = &p->items[index];
    size_t begin = part_begin(p, index), end = part_begin(p, index + 1);
    part->status = p->to_fill ? reading_part(p->b->path, begin, p->to_fill + begin, end - begin, &part->error)
                              : p->t->scan(p->subject, p->b->n_bytes, begin, end, p->b->matchers[index], &part->result,
                                           &part->error);
}

static thrum_status work_on_parts(parts *p, uint64_t *result, thrum_error *error) {
    p->items = calloc(p->n, sizeof *p->items);
    if (!p->items)
        return error_memory(error);
    parallel_for(p->n, p->n, work_on_part, p);
    thrum_status status = THRUM_OK;
    for (unsigned i = 0; i < p->n && status == THRUM_OK; i++) {
        status = p->items[i].status;
        *result += p->items[i].result;
        if (status != THRUM_OK && error)
            *error = p->items[i].error;
    }
    free(p->items);
    return status;
}

/* Room for n_bytes bytes of the file, for free(). The test comes before the attempt: a system may promise memory that
 * it does not have. */
static thrum_status hold(uint8_t **bytes, const bench *b, size_t n_bytes, thrum_error *error) {
    *bytes = system_can_spare(n_bytes) ? malloc(n_bytes + 1) : NULL;
    return *bytes
               ? THRUM_OK
               : error_set(error, THRUM_ERROR_MEMORY, b->path, "there is no memory to hold %zu bytes at once", n_bytes);
}

static thrum_status scan_read(const bench *b, const task *t, unsigned n_threads, uint64_t *result, thrum_error *error) {
    uint8_t *bytes;
    thrum_status status = hold(&bytes, b, b->n_bytes, error);
    if (status != THRUM_OK)
        return status;
    parts p = {.b = b, .t = t, .n = n_threads, .subject = bytes, .to_fill = bytes};
    status = work_on_parts(&p, result, error);
    p.to_fill = NULL;
    if (status == THRUM_OK)
        status = work_on_parts(&p, result, error);
    free(bytes);
    return status;
}

/* Opens the file as it was measured, no longer and no shorter. */
static thrum_status map_file(thrum_mapping **mapping, const bench *b, thrum_access access, thrum_error *error) {
    return thrum_mapping_open(mapping, b->path, access, 0, b->n_bytes, error);
}

static thrum_status scan_map(const bench *b, const task *t, unsigned n_threads, uint64_t *result, thrum_error *error) {
    thrum_mapping *mapping;
    thrum_status status = map_file(&mapping, b, THRUM_ACCESS_READ, error);
    if (status != THRUM_OK)
        return status;
    parts p = {.b = b, .t = t, .n = n_threads, .subject = thrum_mapping_bytes(mapping)};
    status = work_on_parts(&p, result, error);
    thrum_mapping_close(mapping);
    return status;
}

/* Pieces of a file as they are read, each a subject of its own. */
typedef struct piecemeal {
    const bench *b;
    const task *t;
    uint64_t result;
    thrum_status status;
    thrum_error error;
} piecemeal;

static bool scan_piece(void *context, const uint8_t *bytes, size_t n_bytes) {
    piecemeal *p = context;
    p->status = p->t->scan(bytes, n_bytes, 0, n_bytes, p->b->matchers[0], &p->result, &p->error);
    return p->status == THRUM_OK;
}

static thrum_status end_pieces(const piecemeal *p, thrum_status status, uint64_t *result, thrum_error *error) {
    *result = p->result;
    if (status == THRUM_OK && p->status != THRUM_OK && error)
        *error = p->error;
    return status == THRUM_OK ? p->status : status;
}

static thrum_status scan_blocks(const bench *b, const task *t, unsigned n_threads, uint64_t *result,
                                thrum_error *error) {
    (void)n_threads;
    piecemeal p = {.b = b, .t = t};
    return end_pieces(&p, reading_blocks(b->path, scan_piece, &p, error), result, error);
}

static thrum_status scan_stream(const bench *b, const task *t, unsigned n_threads, uint64_t *result,
                                thrum_error *error) {
    (void)n_threads;
    piecemeal p = {.b = b, .t = t};
    return end_pieces(&p, reading_stream(b->path, scan_piece, &p, error), result, error);
}

static thrum_status scan_lines(const bench *b, const task *t, unsigned n_threads, uint64_t *result,
                               thrum_error *error) {
    (void)n_threads;
    piecemeal p = {.b = b, .t = t};
    return end_pieces(&p, reading_lines(b->path, 0, scan_piece, &p, error), result, error);
}

/* ---- seek: the result is the offset, or THRUM_NOT_FOUND ---- */

static thrum_status seek_read(const bench *b, const task *t, unsigned n_threads, uint64_t *result, thrum_error *error) {
    (void)t, (void)n_threads;
    *result = THRUM_NOT_FOUND;
    if (b->n_bytes <= SEEK_OFFSET)
        return THRUM_OK;
    size_t n_rest = b->n_bytes - SEEK_OFFSET;
    uint8_t *bytes;
    thrum_status status = hold(&bytes, b, n_rest, error);
    if (status == THRUM_OK)
        status = reading_part(b->path, SEEK_OFFSET, bytes, n_rest, error);
    uint64_t at = status == THRUM_OK ? find_needle(bytes, n_rest, 0) : THRUM_NOT_FOUND;
    if (at != THRUM_NOT_FOUND)
        *result = SEEK_OFFSET + at;
    free(bytes);
    return status;
}

typedef struct line_search {
    uint64_t line_offset;
    uint64_t found;
} line_search;

static bool search_line(void *context, const uint8_t *bytes, size_t n_bytes) {
    line_search *search = context;
    uint64_t at = find_needle(bytes, n_bytes, 0);
    if (at != THRUM_NOT_FOUND)
        search->found = search->line_offset + at;
    search->line_offset += n_bytes;
    return at == THRUM_NOT_FOUND;
}

static thrum_status seek_lines(const bench *b, const task *t, unsigned n_threads, uint64_t *result,
                               thrum_error *error) {
    (void)t, (void)n_threads;
    line_search search = {SEEK_OFFSET, THRUM_NOT_FOUND};
    thrum_status status = reading_lines(b->path, SEEK_OFFSET, search_line, &search, error);
    *result = search.found;
    return status;
}

static thrum_status seek_map(const bench *b, const task *t, unsigned n_threads, uint64_t *result, thrum_error *error) {
    (void)t, (void)n_threads;
    thrum_mapping *mapping;
    thrum_status status = map_file(&mapping, b, THRUM_ACCESS_READ, error);
    if (status != THRUM_OK)
        return status;
    *result =
        b->n_bytes > SEEK_OFFSET ? find_needle(thrum_mapping_bytes(mapping), b->n_bytes, SEEK_OFFSET) : THRUM_NOT_FOUND;
    thrum_mapping_close(mapping);
    return THRUM_OK;
}

/* ---- walk: the result is the sum over all windows ---- */

static reading_walk walk_of(const bench *b) {
    reading_walk walk = whole_walk;
    if (walk.n_bytes > b->n_bytes)
        walk.n_bytes = b->n_bytes;
    return walk;
}

static bool add_window(void *context, const uint8_t *bytes, size_t n_bytes) {
    *(uint64_t *)context += sum_words(bytes, n_bytes);
    return true;
}

static thrum_status walk_read(const bench *b, const task *t, unsigned n_threads, uint64_t *result, thrum_error *error) {
    (void)t, (void)n_threads;
    const reading_walk walk = walk_of(b);
    return reading_walk_blocks(b->path, &walk, add_window, result, error);
}

static thrum_status walk_stream(const bench *b, const task *t, unsigned n_threads, uint64_t *result,
                                thrum_error *error) {
    (void)t, (void)n_threads;
    const reading_walk walk = walk_of(b);
    return reading_walk_stream(b->path, &walk, add_window, result, error);
}

static thrum_status walk_map(const bench *b, const task *t, unsigned n_threads, uint64_t *result, thrum_error *error) {
    (void)t, (void)n_threads;
    const reading_walk walk = walk_of(b);
    thrum_mapping *mapping;
    thrum_status status = map_file(&mapping, b, THRUM_ACCESS_READ, error);
    if (status != THRUM_OK)
        return status;
    const uint8_t *bytes = thrum_mapping_bytes(mapping);
    for (size_t at = 0; at < walk.n_bytes; at += walk.n_window - walk.n_back) {
        size_t n_left = (size_t)walk.n_bytes - at;
        add_window(result, bytes + at, n_left < walk.n_window ? n_left : walk.n_window);
    }
    thrum_mapping_close(mapping);
    return THRUM_OK;
}

/* ---- replace: the result is the number of replacements; the copies are compared afterwards ---- */

static uint64_t replace_all(uint8_t *bytes, size_t n_bytes) {
    uint64_t n = 0;
    for (uint64_t at = 0; (at = find_needle(bytes, n_bytes, (size_t)at)) != THRUM_NOT_FOUND; at++, n++)
        memcpy(bytes + at, replacement, N_NEEDLE);
    return n;
}

static thrum_status replace_read(const bench *b, const task *t, unsigned n_threads, uint64_t *result,
                                 thrum_error *error) {
    (void)t, (void)n_threads;
    return reading_rewrite(b->path, replace_all, result, error);
}

static thrum_status replace_lines(const bench *b, const task *t, unsigned n_threads, uint64_t *result,
                                  thrum_error *error) {
    (void)t, (void)n_threads;
    return reading_rewrite_lines(b->path, replace_all, result, error);
}

static thrum_status replace_map(const bench *b, const task *t, unsigned n_threads, uint64_t *result,
                                thrum_error *error) {
    (void)t, (void)n_threads;
    thrum_mapping *mapping;
    thrum_status status = map_file(&mapping, b, THRUM_ACCESS_WRITE, error);
    if (status != THRUM_OK)
        return status;
    *result = replace_all(thrum_mapping_writable(mapping), b->n_bytes);
    status = thrum_mapping_flush(mapping, 0, THRUM_TO_END, error);
    thrum_mapping_close(mapping);
    return status;
}

static const task tasks[] = {
    {"read", "sum up all bytes", scan_sum, {scan_read, scan_blocks, scan_stream, scan_map}, true, false},
    {"find", "count the places of ' the '", scan_needle, {scan_read, NULL, scan_lines, scan_map}, true, false},
    {"regex",
     "count the words of five letters, \\b[a-zA-Z]{5}\\b",
     scan_regex,
     {scan_read, NULL, scan_lines, scan_map},
     true,
     false},
    {"seek", "find the first ' the ' from byte 10,000 on", NULL, {seek_read, NULL, seek_lines, seek_map}, false, false},
    {"walk",
     "64 bytes forward, 32 back, to the end of the first 10 MB",
     NULL,
     {walk_read, NULL, walk_stream, walk_map},
     false,
     false},
    {"replace",
     "' the ' by ' THE ' in a copy of at most 64 MiB, to the disk",
     NULL,
     {replace_read, NULL, replace_lines, replace_map},
     false,
     true},
};

enum { N_TASKS = sizeof tasks / sizeof *tasks };

static const char *const task_names[N_TASKS + 1] = {"read", "find", "regex", "seek", "walk", "replace", NULL};

const char *const *thrum_iobench_names(void) {
    return task_names;
}

static const task *find_task(const char *name) {
    for (size_t i = 0; i < N_TASKS; i++)
        if (strcmp(tasks[i].name, name) == 0)
            return &tasks[i];
    return NULL;
}

const char *thrum_iobench_about(const char *name) {
    const task *t = find_task(name);
    return t ? t->about : NULL;
}

/* ---- measuring ---- */

typedef struct measuring {
    bench file;
    const char *shown_path;
    const thrum_iobench_options *options;
    unsigned n_runs;
    thrum_iobench_callback *on_row;
    void *context;
    thrum_iobench_totals *totals;
    double *seconds; /* N_METHODS times n_runs */
    bool has_result; /* of the present task */
    uint64_t result, digest;
    bool is_warm;
} measuring;

static bool ignore_bytes(void *context, const uint8_t *bytes, size_t n_bytes) {
    (void)context, (void)bytes, (void)n_bytes;
    return true;
}

/* Holds the result of a run against those before it. */
static thrum_status compare(measuring *m, const task *t, method by, uint64_t result, uint64_t digest,
                            thrum_error *error) {
    if (!m->has_result) {
        m->result = result;
        m->digest = digest;
        m->has_result = true;
    }
    if (m->result == result && m->digest == digest)
        return THRUM_OK;
    return error_set(error, THRUM_ERROR_CHANGED, m->shown_path,
                     "'%s' by %s gave another result than before; the file must not change while it is measured",
                     t->name, method_names[by]);
}

static thrum_status time_trial(const bench *b, const task *t, method by, unsigned n_threads, double *seconds,
                               uint64_t *result, thrum_error *error) {
    *result = 0;
    double begin = system_seconds();
    thrum_status status = t->methods[by](b, t, n_threads, result, error);
    *seconds = system_seconds() - begin;
    return status;
}

static thrum_status run_on_copy(measuring *m, const task *t, method by, double *seconds, thrum_error *error) {
    char *copy = NULL;
    uint64_t result, digest = 0;
    bench b = m->file;
    const char *folder = m->options->folder ? m->options->folder : system_temporary_folder();
    if (b.n_bytes > COPY_BYTES)
        b.n_bytes = COPY_BYTES;
    thrum_status status = reading_copy(&copy, b.path, b.n_bytes, folder, error);
    if (status != THRUM_OK)
        return status;
    b.path = copy;
    status = time_trial(&b, t, by, 1, seconds, &result, error);
    if (status == THRUM_OK)
        status = reading_blocks(copy, add_window, &digest, error);
    if (status == THRUM_OK)
        status = compare(m, t, by, result, digest, error);
    (void)system_remove(copy);
    free(copy);
    return status;
}

/* One run. *is_cold is set to false when a cold start was asked for and the system did not allow it. */
static thrum_status run_once(measuring *m, const task *t, method by, unsigned n_threads, bool *is_cold, double *seconds,
                             thrum_error *error) {
    uint64_t result, n_kept = 0;
    if (t->changes)
        return run_on_copy(m, t, by, seconds, error);
    if (*is_cold) {
        thrum_status status = reading_forget(m->file.path, m->file.n_bytes, &n_kept, error);
        m->is_warm = false;
        *is_cold = status == THRUM_OK && n_kept <= m->file.n_bytes / KEPT_SHARE;
        if (status != THRUM_OK || !*is_cold) {
            m->totals->n_bytes_kept = n_kept;
            return status;
        }
    }
    thrum_status status = time_trial(&m->file, t, by, n_threads, seconds, &result, error);
    return status == THRUM_OK ? compare(m, t, by, result, 0, error) : status;
}

static int compare_seconds(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *seconds, unsigned n) {
    qsort(seconds, n, sizeof *seconds, compare_seconds);
    return (seconds[(n - 1) / 2] + seconds[n / 2]) / 2;
}

static thrum_status tell_rows(measuring *m, const task *t, unsigned n_threads, bool is_cold, bool is_parallel,
                              thrum_error *error) {
    double medians[N_METHODS];
    thrum_status status = THRUM_OK;
    for (unsigned i = 0; i < N_METHODS; i++)
        medians[i] = median(m->seconds + (size_t)i * m->n_runs, m->n_runs);
    for (unsigned i = 0; i < N_METHODS && status == THRUM_OK; i++) {
        const thrum_iobench_row row = {.name = t->name,
                                       .state = is_cold ? "cold" : "warm",
                                       .n_threads = n_threads,
                                       .method = method_names[i],
                                       .median_seconds = medians[i],
                                       .ratio = medians[METHOD_MAP] > 0 ? medians[i] / medians[METHOD_MAP] : 1};
        if (t->methods[i] && !(is_parallel && i != METHOD_READ && i != METHOD_MAP))
            status = m->on_row(m->context, &row, error);
    }
    return status;
}

/* All methods of a task in one state, on one thread or on many. Only whole-file reading and mapping can be divided. */
static thrum_status measure(measuring *m, const task *t, bool is_parallel, bool is_cold, thrum_error *error) {
    unsigned n_threads = is_parallel ? m->file.n_threads : 1;
    bool was_wanted_cold = is_cold;
    thrum_status status = THRUM_OK;
    if (!is_cold && !m->is_warm)
        status = reading_blocks(m->file.path, ignore_bytes, NULL, error);
    m->is_warm = !is_cold;
    for (unsigned run = 0; run < m->n_runs; run++)
        for (unsigned i = 0; i < N_METHODS; i++) {
            double *seconds = &m->seconds[(size_t)i * m->n_runs + run];
            *seconds = 0;
            if (!t->methods[i] || (is_parallel && i != METHOD_READ && i != METHOD_MAP))
                continue;
            if (status == THRUM_OK && is_cold == was_wanted_cold)
                status = run_once(m, t, (method)i, n_threads, &is_cold, seconds, error);
        }
    if (status != THRUM_OK || is_cold != was_wanted_cold)
        return status;
    return tell_rows(m, t, n_threads, is_cold, is_parallel, error);
}

static thrum_status measure_task(measuring *m, const task *t, thrum_error *error) {
    thrum_status status = THRUM_OK;
    m->has_result = false;
    for (int cold = !t->changes; cold >= 0 && status == THRUM_OK; cold--) {
        /* What the system did not forget once it will not forget the next time. */
        if (cold && m->totals->n_bytes_kept > 0)
            continue;
        status = measure(m, t, false, cold, error);
        if (status == THRUM_OK && t->is_parallel && m->file.n_threads > 1)
            status = measure(m, t, true, cold, error);
    }
    return status;
}

static thrum_status open_bench(measuring *m, const char *path, char room[SHARE_FILE_PATH_BYTES], thrum_error *error) {
    system_file file;
    const char *text = regex;
    bool is_standard_input = strcmp(path, "-") == 0;
    int failure = is_standard_input ? 0 : share_or_file_stat(path, &file);
    if (failure)
        return share_or_file_error(error, failure, path);
    if (is_standard_input || file.kind != SYSTEM_REGULAR)
        return error_set(error, THRUM_ERROR_ARGUMENT, path,
                         "only a regular file can be read again and again and be mapped");
    m->file.path = share_file_path(path, room);
    m->file.n_bytes = (size_t)file.n_bytes;
    m->totals->n_bytes = file.n_bytes;
    m->seconds = calloc((size_t)N_METHODS * m->n_runs, sizeof *m->seconds);
    m->file.matchers = calloc(m->file.n_threads, sizeof *m->file.matchers);
    if (!m->seconds || !m->file.matchers)
        return error_memory(error);
    thrum_status status =
        thrum_pattern_compile(&m->file.pattern, &text, NULL, 1, &(thrum_pattern_options){.bytes = true}, error);
    for (unsigned i = 0; i < m->file.n_threads && status == THRUM_OK; i++)
        if (!(m->file.matchers[i] = matcher_create(m->file.pattern, 0)))
            status = error_memory(error);
    return status;
}

static bool is_wanted(const thrum_iobench_options *options, const task *t) {
    for (size_t i = 0; i < options->n_only; i++)
        if (strcmp(options->only[i], t->name) == 0)
            return true;
    return options->n_only == 0;
}

thrum_status thrum_iobench_run(const char *path, const thrum_iobench_options *options, thrum_iobench_callback *on_row,
                               void *context, thrum_iobench_totals *totals, thrum_error *error) {
    char room[SHARE_FILE_PATH_BYTES];
    measuring m = {.file = {.n_threads = parallel_n_threads(options->n_threads)},
                   .shown_path = path,
                   .options = options,
                   .n_runs = options->n_runs ? options->n_runs : DEFAULT_RUNS,
                   .on_row = on_row,
                   .context = context,
                   .totals = totals};
    *totals = (thrum_iobench_totals){0};
    for (size_t i = 0; i < options->n_only; i++)
        if (!find_task(options->only[i]))
            return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "there is no measurement called '%s'",
                             options->only[i]);
    thrum_status status = open_bench(&m, path, room, error);
    for (size_t i = 0; i < N_TASKS && status == THRUM_OK; i++)
        if (is_wanted(options, &tasks[i]))
            status = measure_task(&m, &tasks[i], error);
    for (unsigned i = 0; m.file.matchers && i < m.file.n_threads; i++)
        matcher_free(m.file.matchers[i]);
    thrum_pattern_free(m.file.pattern);
    free(m.file.matchers);
    free(m.seconds);
    return status;
}
