#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "thrum/buffer.h"

static void expect(const thrum_buffer *buffer, const char *text) {
    assert_false(buffer->failed);
    assert_int_equal(buffer->n_bytes, strlen(text));
    assert_memory_equal(buffer->bytes, text, strlen(text));
}

static void appends_follow_one_another(void **state) {
    (void)state;
    thrum_buffer buffer = {0};
    thrum_buffer_append_text(&buffer, "one ");
    thrum_buffer_append(&buffer, "two-", 3);
    thrum_buffer_append_text(&buffer, "");
    thrum_buffer_append(&buffer, NULL, 0);
    thrum_buffer_append_number(&buffer, 3);
    expect(&buffer, "one two3");
    thrum_buffer_clear(&buffer);
    assert_int_equal(buffer.n_bytes, 0);
    assert_true(buffer.capacity_bytes > 0);
    thrum_buffer_append_text(&buffer, "again");
    expect(&buffer, "again");
    thrum_buffer_release(&buffer);
    assert_null(buffer.bytes);
    assert_int_equal(buffer.capacity_bytes, 0);
    thrum_buffer_release(&buffer);
}

static void numbers_are_plain_digits(void **state) {
    (void)state;
    static const struct {
        uint64_t number;
        const char *digits;
    } examples[] = {{0, "0"}, {9, "9"}, {10, "10"}, {1000000, "1000000"}, {UINT64_MAX, "18446744073709551615"}};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        thrum_buffer buffer = {0};
        thrum_buffer_append_number(&buffer, examples[i].number);
        expect(&buffer, examples[i].digits);
        thrum_buffer_release(&buffer);
    }
}

static void buffers_grow(void **state) {
    (void)state;
    enum { N = 100000 };
    thrum_buffer buffer = {0};
    for (size_t i = 0; i < N; i++)
        thrum_buffer_append(&buffer, &(char){(char)i}, 1);
    assert_false(buffer.failed);
    assert_int_equal(buffer.n_bytes, N);
    for (size_t i = 0; i < N; i++)
        assert_int_equal(buffer.bytes[i], (uint8_t)i);
    thrum_buffer_release(&buffer);
}

static void reserved_room_is_for_the_caller_to_fill(void **state) {
    (void)state;
    thrum_buffer buffer = {0};
    thrum_buffer_append_text(&buffer, "ab");
    uint8_t *to = thrum_buffer_reserve(&buffer, 1000);
    assert_ptr_equal(to, buffer.bytes + 2);
    assert_int_equal(buffer.n_bytes, 2);
    memset(to, 'c', 1000);
    buffer.n_bytes += 1000;
    assert_non_null(thrum_buffer_reserve(&buffer, 0));
    assert_int_equal(buffer.bytes[1001], 'c');
    thrum_buffer_release(&buffer);
}

/* One check at the end is enough. */
static void failures_stay_until_the_buffer_is_cleared(void **state) {
    (void)state;
    static const size_t too_many[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 2};
    for (size_t i = 0; i < sizeof too_many / sizeof *too_many; i++) {
        thrum_buffer buffer = {0};
        thrum_buffer_append_text(&buffer, "abc");
        assert_null(thrum_buffer_reserve(&buffer, too_many[i]));
        assert_true(buffer.failed);
        thrum_buffer_append_text(&buffer, "def");
        thrum_buffer_append_number(&buffer, 1);
        assert_null(thrum_buffer_reserve(&buffer, 1));
        assert_int_equal(buffer.n_bytes, 3);
        thrum_buffer_clear(&buffer);
        thrum_buffer_append_text(&buffer, "def");
        expect(&buffer, "def");
        thrum_buffer_release(&buffer);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends_follow_one_another),
        cmocka_unit_test(numbers_are_plain_digits),
        cmocka_unit_test(buffers_grow),
        cmocka_unit_test(reserved_room_is_for_the_caller_to_fill),
        cmocka_unit_test(failures_stay_until_the_buffer_is_cleared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
