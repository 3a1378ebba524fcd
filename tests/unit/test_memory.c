#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"

static void own_memory_is_zeroed_aligned_and_padded(void **state) {
    (void)state;
    static const size_t sizes[] = {0, 1, 127, 128, 129, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint8_t *memory = memory_own(sizes[i], 1);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % CACHE_LINE_PAIR_BYTES, 0);
        size_t n_padded = (sizes[i] + CACHE_LINE_PAIR_BYTES - 1) / CACHE_LINE_PAIR_BYTES * CACHE_LINE_PAIR_BYTES;
        for (size_t j = 0; j < n_padded; j++)
            assert_int_equal(memory[j], 0);
        for (size_t j = 0; j < n_padded; j++)
            memory[j] = 0xFF; /* all of it is ours */
        free(memory);
    }
    void *memory = memory_own(3, sizeof(uint64_t));
    assert_non_null(memory);
    free(memory);
}

static void sizes_that_overflow_are_refused(void **state) {
    (void)state;
    assert_null(memory_own(SIZE_MAX, 1));
    assert_null(memory_own(SIZE_MAX - 64, 1));
    assert_null(memory_own(SIZE_MAX / 2 + 2, 2));
    assert_null(memory_own(2, SIZE_MAX / 2 + 2));

    uint64_t *items = NULL;
    size_t capacity = 0;
    assert_false(memory_grow(&items, &capacity, SIZE_MAX, sizeof *items));
    assert_false(memory_grow(&items, &capacity, SIZE_MAX / sizeof *items + 1, sizeof *items));
    assert_null(items);
    assert_int_equal(capacity, 0);
}

static void arrays_grow_and_keep_their_items(void **state) {
    (void)state;
    enum { N = 10000 };
    uint32_t *items = NULL;
    size_t capacity = 0, n_moves = 0;
    assert_true(memory_grow(&items, &capacity, 0, sizeof *items));
    assert_null(items);
    for (uint32_t i = 0; i < N; i++) {
        size_t before = capacity;
        assert_true(memory_grow(&items, &capacity, i + 1, sizeof *items));
        assert_true(capacity > i);
        n_moves += capacity != before;
        items[i] = i;
    }
    assert_true(n_moves < 20); /* doubles */
    for (uint32_t i = 0; i < N; i++)
        assert_int_equal(items[i], i);

    /* A failure leaves all as it was. */
    uint32_t *before = items;
    size_t capacity_before = capacity;
    assert_false(memory_grow(&items, &capacity, SIZE_MAX / sizeof *items + 1, sizeof *items));
    assert_ptr_equal(items, before);
    assert_int_equal(capacity, capacity_before);
    assert_int_equal(items[N - 1], N - 1);
    free(items);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_memory_is_zeroed_aligned_and_padded),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(arrays_grow_and_keep_their_items),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
