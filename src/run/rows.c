#include "run/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "run/parallel.h"

enum { ROWS_WORTH_A_THREAD = 65536 };

/* --- sorting ----------------------------------------------------------------------------------------------------- */

/* Runs of equal length are sorted side by side, then merged by twos, to and fro between two arrays. */
typedef struct sort_job {
    word_row *from, *to;
    size_t n_rows, n_run;
    thrum_words_sort sort;
} sort_job;

static size_t run_end(const sort_job *job, size_t begin) {
    return job->n_rows - begin < job->n_run ? job->n_rows : begin + job->n_run;
}

static void sort_run(void *context, size_t index) {
    sort_job *job = context;
    size_t begin = index * job->n_run;
    word_rows_sort(job->from + begin, run_end(job, begin) - begin, job->sort);
}

static void merge_runs(void *context, size_t index) {
    sort_job *job = context;
    size_t begin = index * 2 * job->n_run;
    size_t middle = run_end(job, begin);
    size_t end = run_end(job, middle);
    word_rows_merge(job->to + begin, job->from + begin, middle - begin, job->from + middle, end - middle, job->sort);
}

static size_t n_runs(const sort_job *job) {
    return (job->n_rows + job->n_run - 1) / job->n_run;
}

static thrum_status sort_parallel(word_row *rows, size_t n_rows, thrum_words_sort sort, unsigned n_threads,
                                  thrum_error *error) {
    word_row *scratch = memory_own(n_rows, sizeof *scratch);
    if (!scratch)
        return error_memory(error);
    sort_job job = {rows, scratch, n_rows, n_rows / n_threads + 1, sort};
    parallel_for(n_threads, n_runs(&job), sort_run, &job);
    while (job.n_run < n_rows) {
        parallel_for(n_threads, (n_runs(&job) + 1) / 2, merge_runs, &job);
        word_row *sorted = job.to;
        job.to = job.from;
        job.from = sorted;
        job.n_run *= 2;
    }
    if (job.from != rows)
        memcpy(rows, job.from, n_rows * sizeof *rows);
    free(scratch);
    return THRUM_OK;
}

/* --- ranks ------------------------------------------------------------------------------------------------------- */

static int compare_descending(const void *a, const void *b) {
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? 1 : x > y ? -1 : 0;
}

/* 1 + how many of the counts, which stand in descending order, are greater. */
static uint64_t rank_of(const uint64_t *counts, size_t n, uint64_t count) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (counts[middle] > count)
            low = middle + 1;
        else
            high = middle;
    }
    return low + 1;
}

static thrum_status rank_by_word(const word_row *rows, size_t n_rows, size_t n_kept, uint64_t *ranks,
                                 thrum_error *error) {
    uint64_t *counts = calloc(n_rows, sizeof *counts);
    if (!counts)
        return error_memory(error);
    for (size_t i = 0; i < n_rows; i++)
        counts[i] = rows[i].count;
    qsort(counts, n_rows, sizeof *counts, compare_descending);
    for (size_t i = 0; i < n_kept; i++)
        ranks[i] = rank_of(counts, n_rows, rows[i].count);
    free(counts);
    return THRUM_OK;
}

static void rank_by_count(const word_row *rows, size_t n_kept, uint64_t *ranks) {
    for (size_t i = 0; i < n_kept; i++)
        ranks[i] = i > 0 && rows[i].count == rows[i - 1].count ? ranks[i - 1] : i + 1;
}

thrum_status rows_arrange(word_row *rows, size_t *n_rows, uint64_t **ranks, uint64_t top, thrum_words_sort sort,
                          unsigned n_threads, thrum_error *error) {
    size_t n = *n_rows;
    size_t n_kept = top > 0 && top < n ? (size_t)top : n;
    *ranks = NULL;
    if (n == 0)
        return THRUM_OK;
    thrum_status status = THRUM_OK;
    if (n_kept < n / 4)
        word_rows_select(rows, n, n_kept, sort);
    else if (n_threads == 1 || n < 2 * ROWS_WORTH_A_THREAD)
        word_rows_sort(rows, n, sort);
    else
        status = sort_parallel(rows, n, sort, n_threads, error);
    if (status != THRUM_OK)
        return status;
    *ranks = calloc(n_kept, sizeof **ranks);
    if (!*ranks)
        return error_memory(error);
    if (sort == THRUM_WORDS_BY_WORD)
        status = rank_by_word(rows, n, n_kept, *ranks, error);
    else
        rank_by_count(rows, n_kept, *ranks);
    *n_rows = n_kept;
    return status;
}
