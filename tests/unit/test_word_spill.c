/* Merging, spilling and sorting streams of words, against sums and sorts in memory; and the ranks of counts. */
#define _GNU_SOURCE
#include "scratch.h"

#include "count/count_ranks.h"
#include "count/word_sorter.h"
#include "count/word_spill.h"
#include "thrum/buffer.h"

static uint64_t random_state = 88172645463325252u;

static uint64_t random_below(uint64_t bound) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (random_state >> 11) % bound;
}

/* Words that share beginnings, some long, one empty; in order of `i`. */
static size_t make_word(size_t i, uint8_t *word) {
    size_t n = i == 0 ? 0 : (size_t)sprintf((char *)word, "%05zu", i);
    if (i % 97 == 5) {
        memset(word + n, 'x', 3000);
        n += 3000;
    }
    if (i % 11 == 3)
        word[n++] = 0;
    return n;
}

enum { WORD_BYTES = 4000 };

static void append_record(thrum_buffer *text, const word_record *record) {
    thrum_buffer_append_number(text, record->n_bytes);
    thrum_buffer_append(text, ":", 1);
    thrum_buffer_append(text, record->bytes, record->n_bytes);
    thrum_buffer_append(text, " ", 1);
    thrum_buffer_append_number(text, record->count);
    thrum_buffer_append(text, " ", 1);
    thrum_buffer_append_number(text, record->documents);
    thrum_buffer_append(text, "\n", 1);
}

/* What a source tells, written down; it is closed. */
static thrum_buffer written(word_source source) {
    thrum_buffer text = {0};
    word_record record;
    bool found;
    while (source.next(source.context, &record, &found, NULL) == THRUM_OK && found)
        append_record(&text, &record);
    assert_false(found);
    source.close(source.context);
    return text;
}

static void expect_same(thrum_buffer *a, thrum_buffer *b) {
    assert_int_equal(a->n_bytes, b->n_bytes);
    assert_true(a->n_bytes == 0 || memcmp(a->bytes, b->bytes, a->n_bytes) == 0);
    thrum_buffer_release(a);
    thrum_buffer_release(b);
}

static word_table *table_create(void) {
    static const word_seed seed = {{12345, 67890}};
    word_table *table = word_table_create(&seed);
    assert_non_null(table);
    return table;
}

/* Runs of random words with documents, each run of one document, of none in particular, or with numbers of its own. */
static void check_spill(size_t n_types, size_t n_runs, size_t n_words, uint64_t memory_bytes, size_t bound_bytes) {
    enum { N_DOCUMENTS = 5 };
    uint8_t word[WORD_BYTES];
    uint64_t *counts = calloc(n_types, sizeof *counts), *documents = calloc(n_types, sizeof *documents);
    bool(*seen)[N_DOCUMENTS] = calloc(n_types, sizeof *seen);
    size_t *last_runs = calloc(n_types, sizeof *last_runs); /* in which a word was, the first is 1 */
    uint64_t n_tokens = 0;
    word_table *table = table_create(), *own = table_create();
    if (bound_bytes)
        word_table_bound(table, bound_bytes);
    word_spill *spill = word_spill_create(memory_bytes);
    assert_non_null(spill);
    for (size_t run = 0; run < n_runs; run++) {
        size_t kind = random_below(3), document = random_below(N_DOCUMENTS);
        for (size_t j = 0; j < n_words; j++) {
            size_t i = random_below(n_types), n = make_word(i, word), count = 1 + random_below(1000);
            bool is_new = last_runs[i] != run + 1;
            last_runs[i] = run + 1;
            assert_true(word_table_add_count(table, word, n, count));
            assert_true(word_table_add_count(own, word, n, 7));
            counts[i] += count;
            n_tokens += count;
            if (kind == 0)
                documents[i] += 7;
            else if (kind == 1)
                documents[i] += is_new;
            else
                seen[i][document] = true;
        }
        assert_int_equal(
            word_spill_write(spill, table, kind == 0 ? own : NULL, kind == 2 ? document : WORD_NO_DOCUMENT, NULL),
            THRUM_OK);
        assert_int_equal(word_table_n_types(table), 0);
        word_table_clear(own);
    }
    assert_int_equal(word_spill_n_runs(spill), n_words ? n_runs : 0);
    assert_true(word_spill_n_tokens(spill) == n_tokens);
    thrum_buffer expected = {0};
    for (size_t i = 0; i < n_types; i++) {
        for (size_t j = 0; j < N_DOCUMENTS; j++)
            documents[i] += seen[i][j];
        const word_record record = {word, make_word(i, word), counts[i], documents[i], WORD_NO_DOCUMENT};
        if (counts[i])
            append_record(&expected, &record);
    }
    word_source source;
    assert_int_equal(word_spill_merge(spill, THRUM_WORDS_BY_WORD, &source, NULL), THRUM_OK);
    thrum_buffer got = written(source);
    expect_same(&got, &expected);
    word_table_free(table);
    word_table_free(own);
    free(counts);
    free(documents);
    free(seen);
    free(last_runs);
}

static void runs_are_merged(void **state) {
    (void)state;
    check_spill(10, 0, 0, 1 << 20, 0);
    check_spill(10, 3, 0, 1 << 20, 0);
    check_spill(1, 1, 1, 1 << 20, 0);
    check_spill(10, 1, 5, 1 << 20, 0);
    check_spill(300, 2, 100, 1 << 20, 0);
    check_spill(300, 50, 100, 1 << 20, 0);
    check_spill(3000, 7, 3000, 1 << 30, 0);
}

/* In which a word may have several rows. */
static void runs_are_made_of_bounded_tables(void **state) {
    (void)state;
    check_spill(300, 2, 100, 1 << 20, 1);
    check_spill(3000, 7, 10000, 1 << 30, 1);
    check_spill(20000, 3, 50000, 1 << 30, 100000);
}

/* With little memory two runs are merged at a time, in many rounds. */
static void runs_are_merged_in_rounds(void **state) {
    (void)state;
    for (size_t n_runs = 1; n_runs <= 33; n_runs += 1 + n_runs / 3)
        check_spill(200, n_runs, 60, 1, 0);
    check_spill(1000, 100, 100, 40000, 0);
}

/* A source over rows in memory, for merges of any order. */
typedef struct rows_source {
    const word_record *records;
    size_t n, at;
    bool is_closed;
} rows_source;

static thrum_status next_row(void *context, word_record *record, bool *found, thrum_error *error) {
    rows_source *from = context;
    *found = from->at < from->n;
    if (!*found)
        return THRUM_OK;
    if (!from->records[from->at].bytes) {
        if (error)
            error->code = THRUM_ERROR_TEXT;
        return THRUM_ERROR_TEXT;
    }
    *record = from->records[from->at++];
    return THRUM_OK;
}

static void close_rows(void *context) {
    ((rows_source *)context)->is_closed = true;
}

#define RECORD(word, count, documents, document)                                                                       \
    { (const uint8_t *)(word), sizeof(word) - 1, count, documents, document }

static void documents_are_joined_in_the_end_only(void **state) {
    (void)state;
    static const word_record a[] = {RECORD("x", 1, 1, 3), RECORD("x", 2, 4, WORD_NO_DOCUMENT)},
                             b[] = {RECORD("w", 5, 1, WORD_NO_DOCUMENT), RECORD("x", 1, 1, 3)},
                             c[] = {RECORD("x", 10, 1, 2), RECORD("x", 7, 1, WORD_NO_DOCUMENT)};
    for (int how = WORD_MERGE_WORDS; how <= WORD_MERGE_DOCUMENTS; how++) {
        rows_source rows[] = {{a, 2, 0, false}, {b, 2, 0, false}, {c, 2, 0, false}};
        word_source sources[3];
        for (size_t i = 0; i < 3; i++)
            sources[i] = (word_source){next_row, close_rows, &rows[i]};
        word_merge *merge;
        assert_int_equal(word_merge_open(&merge, sources, 3, THRUM_WORDS_BY_WORD, (word_merge_how)how, NULL), THRUM_OK);
        thrum_buffer text = written(word_merge_source(merge));
        thrum_buffer_append(&text, "", 1);
        assert_string_equal((const char *)text.bytes,
                            how == WORD_MERGE_WORDS ? "1:w 5 1\n1:x 21 7\n" : "1:w 5 1\n1:x 10 1\n1:x 2 1\n1:x 9 5\n");
        thrum_buffer_release(&text);
        assert_true(rows[0].is_closed && rows[1].is_closed && rows[2].is_closed);
    }
}

static void failures_of_sources_end_a_merge(void **state) {
    (void)state;
    static const word_record good[] = {RECORD("b", 1, 0, WORD_NO_DOCUMENT)},
                             bad[] = {RECORD("a", 1, 0, WORD_NO_DOCUMENT), {0}};
    for (size_t first = 0; first < 2; first++) {
        rows_source rows[] = {{good, 1, 0, false}, {bad, 2, first, false}};
        const word_source sources[] = {{next_row, close_rows, &rows[0]}, {next_row, close_rows, &rows[1]}};
        word_merge *merge;
        word_record record;
        bool found;
        thrum_status status = word_merge_open(&merge, sources, 2, THRUM_WORDS_BY_WORD, WORD_MERGE_WORDS, NULL);
        assert_int_equal(status, first ? THRUM_ERROR_TEXT : THRUM_OK);
        if (first)
            assert_null(merge);
        else
            assert_int_equal(word_merge_next(merge, &record, &found, NULL), THRUM_ERROR_TEXT);
        word_merge_close(merge);
        assert_true(rows[0].is_closed && rows[1].is_closed);
    }
}

static int by_count(const void *a, const void *b) {
    return word_record_compare(a, b, THRUM_WORDS_BY_COUNT);
}

static int by_word(const void *a, const void *b) {
    return word_record_compare(a, b, THRUM_WORDS_BY_WORD);
}

/* Records with distinct words in random order go through a sorter. */
static void check_sorter(thrum_words_sort order, size_t n, uint64_t top, uint64_t memory_bytes, bool on_disk) {
    word_record *records = calloc(n + 1, sizeof *records);
    uint8_t(*words)[WORD_BYTES] = calloc(n + 1, sizeof *words);
    word_sorter *sorter = word_sorter_create(order, top, memory_bytes);
    assert_non_null(sorter);
    for (size_t i = 0; i < n; i++)
        records[i] = (word_record){words[i], make_word(i, words[i]), 1 + random_below(1 + random_below(50)), i,
                                   WORD_NO_DOCUMENT};
    for (size_t i = n; i > 1; i--) {
        size_t j = random_below(i);
        word_record swapped = records[i - 1];
        records[i - 1] = records[j];
        records[j] = swapped;
    }
    for (size_t i = 0; i < n; i++)
        assert_int_equal(word_sorter_add(sorter, &records[i], NULL), THRUM_OK);
    assert_int_equal(word_sorter_n_runs(sorter) > 0, on_disk);
    qsort(records, n, sizeof *records, order == THRUM_WORDS_BY_COUNT ? by_count : by_word);
    word_source source;
    assert_int_equal(word_sorter_finish(sorter, &source, NULL), THRUM_OK);
    for (size_t i = 0; i < n && (top == 0 || i < top); i++) {
        word_record record;
        bool found;
        assert_int_equal(source.next(source.context, &record, &found, NULL), THRUM_OK);
        assert_true(found);
        assert_int_equal(word_record_compare(&record, &records[i], order), 0);
        assert_int_equal(record.n_bytes, records[i].n_bytes);
        assert_int_equal(record.documents, records[i].documents);
    }
    source.close(source.context);
    free(records);
    free(words);
}

static void words_are_sorted(void **state) {
    (void)state;
    for (int order = THRUM_WORDS_BY_COUNT; order <= THRUM_WORDS_BY_WORD; order++) {
        check_sorter((thrum_words_sort)order, 0, 0, 1, false);
        check_sorter((thrum_words_sort)order, 1, 0, 1, false);
        check_sorter((thrum_words_sort)order, 2000, 0, 1 << 30, false);
        check_sorter((thrum_words_sort)order, 2000, 7, 1 << 30, false);
        check_sorter((thrum_words_sort)order, 4000, 0, 1, true);
        check_sorter((thrum_words_sort)order, 4000, 10, 1, false);
        check_sorter((thrum_words_sort)order, 4000, 1000, 1, true);
        check_sorter((thrum_words_sort)order, 4000, 3999, 100000, true);
    }
}

static void a_word_larger_than_the_room_is_sorted(void **state) {
    (void)state;
    enum { N = 100000 };
    char *large = malloc(N);
    memset(large, 'a', N);
    word_sorter *sorter = word_sorter_create(THRUM_WORDS_BY_COUNT, 0, 1);
    for (size_t i = 0; i < 5; i++) {
        const word_record record = {(const uint8_t *)large, N - i, 1, 0, WORD_NO_DOCUMENT};
        assert_int_equal(word_sorter_add(sorter, &record, NULL), THRUM_OK);
    }
    word_source source;
    assert_int_equal(word_sorter_finish(sorter, &source, NULL), THRUM_OK);
    for (size_t i = 0; i < 5; i++) {
        word_record record;
        bool found;
        assert_int_equal(source.next(source.context, &record, &found, NULL), THRUM_OK);
        assert_true(found && record.n_bytes == N - 4 + i);
    }
    source.close(source.context);
    free(large);
}

static void full_write(void *argument) {
    (void)argument;
    CHILD_EXPECT(setenv("TMPDIR", scratch_path("absent"), 1) == 0);
    word_table *table = table_create();
    CHILD_EXPECT(word_table_add_count(table, (const uint8_t *)"a", 1, 1));
    word_spill *spill = word_spill_create(1 << 20);
    thrum_error error;
    CHILD_EXPECT(word_spill_write(spill, table, NULL, WORD_NO_DOCUMENT, &error) == THRUM_ERROR_SYSTEM);
    CHILD_EXPECT(strcmp(error.path, scratch_path("absent")) == 0);
    CHILD_EXPECT(word_table_n_types(table) == 1);
    word_table_free(table);
    word_spill_free(spill);
}

static void a_missing_folder_is_told(void **state) {
    (void)state;
    assert_int_equal(child_run(full_write, NULL), 0);
}

static void ranks_of_counts(void **state) {
    (void)state;
    enum { N = 5000 };
    uint64_t *counts = calloc(N, sizeof *counts);
    count_ranks ranks = {0};
    for (size_t i = 0; i < N; i++) {
        counts[i] = i % 100 == 0 ? UINT64_MAX - random_below(3) : 1 + random_below(1 + random_below(500));
        assert_true(count_ranks_add(&ranks, counts[i]));
    }
    assert_true(count_ranks_finish(&ranks));
    for (size_t i = 0; i < N; i += 7) {
        uint64_t rank = 1;
        for (size_t j = 0; j < N; j++)
            rank += counts[j] > counts[i];
        assert_true(count_ranks_find(&ranks, counts[i]) == rank);
    }
    count_ranks_release(&ranks);
    count_ranks none = {0};
    assert_true(count_ranks_finish(&none));
    count_ranks_release(&none);
    free(counts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_merged),
        cmocka_unit_test(runs_are_made_of_bounded_tables),
        cmocka_unit_test(runs_are_merged_in_rounds),
        cmocka_unit_test(documents_are_joined_in_the_end_only),
        cmocka_unit_test(failures_of_sources_end_a_merge),
        cmocka_unit_test(words_are_sorted),
        cmocka_unit_test(a_word_larger_than_the_room_is_sorted),
        cmocka_unit_test(a_missing_folder_is_told),
        cmocka_unit_test(ranks_of_counts),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
