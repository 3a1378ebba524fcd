#include "run/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "run/parallel.h"

enum { ROWS_WORTH_A_THREAD = 65536 };

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

thrum_status rows_arrange(word_row *rows, size_t n_rows, size_t n_wanted, thrum_words_sort sort, unsigned n_threads,
                          thrum_error *error) {
    if (n_wanted < n_rows / 4)
        word_rows_select(rows, n_rows, n_wanted, sort);
    else if (n_threads == 1 || n_rows < 2 * ROWS_WORTH_A_THREAD)
        word_rows_sort(rows, n_rows, sort);
    else
        return sort_parallel(rows, n_rows, sort, n_threads, error);
    return THRUM_OK;
}
