/* The portable kernel against its oracle, and the table of words against sorting: on machines that are emulated, so
 * with little but the C library. */
#include <errno.h>

#include "count/word_table.h"
#include "kernel_cases.h"
#include "map/system.h"

/* All that the table asks of the system. */
bool system_random(void *bytes, size_t n_bytes) {
    memset(bytes, 0x5A, n_bytes);
    return true;
}

int system_map_huge(void **bytes, size_t n_bytes) {
    *bytes = calloc(1, n_bytes);
    return *bytes ? 0 : ENOMEM;
}

void system_unmap(void *bytes, size_t n_bytes) {
    (void)n_bytes;
    free(bytes);
}

int system_advise(void *pages, size_t n_bytes, system_advice advice) {
    (void)pages, (void)n_bytes, (void)advice;
    return ENOSYS;
}

enum { N_WORDS = 60000, N_TYPES = 9000, MOST_BYTES = 60, N_PARTS = 16, STRIDE = MOST_BYTES + TOKEN_PADDING_BYTES };

static void require(bool condition, const char *what) {
    if (!condition) {
        printf("%s\n", what);
        exit(1);
    }
}

static int compare(const void *a, const void *b) {
    return word_row_compare_word(a, b);
}

/* Adds up sorted rows of the same word. */
static size_t add_up(word_row *rows, size_t n_rows) {
    size_t n = 0;
    for (size_t i = 0; i < n_rows; i++) {
        if (n > 0 && compare(&rows[n - 1], &rows[i]) == 0)
            rows[n - 1].count += rows[i].count;
        else
            rows[n++] = rows[i];
    }
    return n;
}

/* A word has one row, or where tables are bounded some have several. */
static void check_rows(word_table *const *tables, size_t n_tables, bool is_bounded, const word_row *expected,
                       size_t n_expected) {
    word_row *rows = calloc(N_WORDS, sizeof *rows);
    size_t n = 0;
    require(rows != NULL, "out of memory");
    for (size_t i = 0; i < n_tables; i++) {
        require(n + word_table_n_types(tables[i]) <= N_WORDS, "too many types");
        word_table_rows(tables[i], rows + n);
        n += (size_t)word_table_n_types(tables[i]);
    }
    require(is_bounded ? n > n_expected : n == n_expected, "not as many rows as expected");
    word_rows_sort(rows, n, THRUM_WORDS_BY_WORD);
    n = add_up(rows, n);
    require(n == n_expected, "not as many types as expected");
    for (size_t i = 0; i < n; i++)
        require(compare(&rows[i], &expected[i]) == 0 && rows[i].count == expected[i].count, "a row differs");
    free(rows);
}

int main(void) {
    require(kernel_get() == kernel_named("portable"), "another kernel than the portable one");
    require(kernel_passes(kernel_get()), "the kernel fails");

    static uint8_t types[N_TYPES][STRIDE];
    static token tokens[N_WORDS];
    static word_row expected[N_WORDS];
    size_t n_bytes[N_TYPES];
    for (size_t i = 0; i < N_TYPES; i++) {
        n_bytes[i] = case_random(MOST_BYTES + 1);
        case_fill(types[i], n_bytes[i], (unsigned)case_random(3));
    }
    for (size_t i = 0; i < N_WORDS; i++) {
        size_t type = case_random(1 + case_random(N_TYPES));
        tokens[i] = (token){types[type], n_bytes[type]};
        expected[i] = (word_row){.bytes = types[type], .n_bytes = n_bytes[type], .count = 1};
    }
    qsort(expected, N_WORDS, sizeof *expected, compare);
    size_t n_expected = add_up(expected, N_WORDS);

    word_seed seed = word_seed_draw();
    word_table *halves[2], *parts[N_PARTS];
    for (size_t i = 0; i < 2; i++) {
        halves[i] = word_table_create(&seed);
        require(halves[i] && word_table_add(halves[i], tokens + i * N_WORDS / 2, N_WORDS / 2), "out of memory");
    }
    for (size_t i = 0; i < N_PARTS; i++) {
        parts[i] = word_table_create(&seed);
        require(parts[i] && word_table_merge(parts[i], halves, 2, i, N_PARTS), "out of memory");
    }
    check_rows(parts, N_PARTS, false, expected, n_expected);
    for (size_t i = 0; i < N_PARTS; i++)
        word_table_free(parts[i]);
    for (size_t i = 0; i < 2; i++)
        word_table_free(halves[i]);

    word_table *bounded = word_table_create(&seed);
    require(bounded != NULL, "out of memory");
    word_table_bound(bounded, 1);
    require(word_table_add(bounded, tokens, N_WORDS), "out of memory");
    check_rows(&bounded, 1, true, expected, n_expected);
    word_table_free(bounded);
    printf("%zu types\n", n_expected);
    return 0;
}
