#define _GNU_SOURCE

#include "scratch.h"

#include "thrum/cursor.h"

static thrum_mapping *open_text(const char *text, thrum_access access) {
    thrum_mapping *mapping;
    assert_int_equal(
        thrum_mapping_open(&mapping, scratch_file("text", text, strlen(text)), access, 0, THRUM_TO_END, NULL),
        THRUM_OK);
    return mapping;
}

static void expect_slice(thrum_slice slice, const char *text) {
    assert_non_null(slice.bytes);
    assert_int_equal(slice.n_bytes, strlen(text));
    assert_memory_equal(slice.bytes, text, slice.n_bytes);
}

static void test_read(void **state) {
    (void)state;
    thrum_mapping *mapping = open_text("one two three", THRUM_ACCESS_READ);
    thrum_cursor cursor;
    uint8_t byte = 'x';
    thrum_cursor_init(&cursor, mapping);
    assert_int_equal(thrum_cursor_tell(&cursor), 0);
    expect_slice(thrum_cursor_read(&cursor, 3), "one");
    assert_true(thrum_cursor_read_byte(&cursor, &byte));
    assert_int_equal(byte, ' ');
    expect_slice(thrum_cursor_read(&cursor, 0), "");
    assert_int_equal(thrum_cursor_tell(&cursor), 4);
    expect_slice(thrum_cursor_read(&cursor, THRUM_TO_END), "two three");
    expect_slice(thrum_cursor_read(&cursor, 5), "");
    assert_false(thrum_cursor_read_byte(&cursor, &byte));
    assert_int_equal(byte, ' ');
    assert_int_equal(thrum_cursor_tell(&cursor), 13);
    thrum_mapping_close(mapping);
}

static void test_lines(void **state) {
    (void)state;
    thrum_mapping *mapping = open_text("one\n\nlast", THRUM_ACCESS_READ);
    thrum_cursor cursor;
    thrum_cursor_init(&cursor, mapping);
    expect_slice(thrum_cursor_read_line(&cursor), "one\n");
    expect_slice(thrum_cursor_read_line(&cursor), "\n");
    assert_int_equal(thrum_cursor_tell(&cursor), 5);
    expect_slice(thrum_cursor_read_line(&cursor), "last");
    expect_slice(thrum_cursor_read_line(&cursor), "");
    thrum_mapping_close(mapping);

    mapping = open_text("", THRUM_ACCESS_READ);
    thrum_cursor_init(&cursor, mapping);
    expect_slice(thrum_cursor_read_line(&cursor), "");
    thrum_mapping_close(mapping);
}

static void test_seek(void **state) {
    (void)state;
    static const struct {
        int64_t distance;
        thrum_whence whence;
        uint64_t place; /* UINT64_MAX: refused */
    } moves[] = {
        {0, THRUM_SEEK_END, 10},
        {1, THRUM_SEEK_END, UINT64_MAX},
        {-3, THRUM_SEEK_CURRENT, 7},
        {3, THRUM_SEEK_CURRENT, 10},
        {1, THRUM_SEEK_CURRENT, UINT64_MAX},
        {-10, THRUM_SEEK_END, 0},
        {-11, THRUM_SEEK_END, UINT64_MAX},
        {-1, THRUM_SEEK_CURRENT, UINT64_MAX},
        {-1, THRUM_SEEK_SET, UINT64_MAX},
        {4, THRUM_SEEK_SET, 4},
        {0, THRUM_SEEK_CURRENT, 4},
        {11, THRUM_SEEK_SET, UINT64_MAX},
        {INT64_MIN, THRUM_SEEK_CURRENT, UINT64_MAX},
        {INT64_MAX, THRUM_SEEK_CURRENT, UINT64_MAX},
        {10, THRUM_SEEK_SET, 10},
    };
    thrum_mapping *mapping = open_text("0123456789", THRUM_ACCESS_READ);
    thrum_cursor cursor;
    thrum_cursor_init(&cursor, mapping);
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        uint64_t before = thrum_cursor_tell(&cursor);
        thrum_error error = {0};
        bool is_right = moves[i].place != UINT64_MAX;
        assert_int_equal(thrum_cursor_seek(&cursor, moves[i].distance, moves[i].whence, &error),
                         is_right ? THRUM_OK : THRUM_ERROR_ARGUMENT);
        assert_int_equal(thrum_cursor_tell(&cursor), is_right ? moves[i].place : before);
        assert_int_equal(error.message[0] != '\0', !is_right);
    }
    thrum_error error;
    assert_int_equal(thrum_cursor_seek(&cursor, -11, THRUM_SEEK_END, &error), THRUM_ERROR_ARGUMENT);
    assert_string_equal(error.message, "-11 bytes from offset 10 is no place in a mapping of 10 bytes");
    thrum_mapping_close(mapping);
}

static void test_write(void **state) {
    (void)state;
    thrum_mapping *mapping = open_text("0123456789", THRUM_ACCESS_WRITE);
    thrum_cursor cursor;
    thrum_error error;
    thrum_cursor_init(&cursor, mapping);
    assert_int_equal(thrum_cursor_seek(&cursor, 3, THRUM_SEEK_SET, &error), THRUM_OK);
    assert_int_equal(thrum_cursor_write(&cursor, "abc", 3, &error), THRUM_OK);
    assert_int_equal(thrum_cursor_tell(&cursor), 6);
    assert_int_equal(thrum_cursor_write(&cursor, "too long", 8, &error), THRUM_ERROR_ARGUMENT);
    assert_string_equal(error.message, "8 bytes at offset 6 leave the mapping, which has 10 bytes");
    assert_int_equal(thrum_cursor_tell(&cursor), 6);
    assert_int_equal(thrum_cursor_write(&cursor, "wxyz", 4, &error), THRUM_OK);
    assert_int_equal(thrum_cursor_write(&cursor, "", 0, &error), THRUM_OK);
    assert_int_equal(thrum_cursor_write(&cursor, "!", 1, &error), THRUM_ERROR_ARGUMENT);
    assert_memory_equal(thrum_mapping_bytes(mapping), "012abcwxyz", 10);

    /* Behind the end of a mapping that became shorter there is nothing, and nothing happens. */
    assert_int_equal(thrum_mapping_resize(mapping, 4, &error), THRUM_OK);
    expect_slice(thrum_cursor_read(&cursor, 1), "");
    expect_slice(thrum_cursor_read_line(&cursor), "");
    assert_int_equal(thrum_cursor_write(&cursor, "!", 1, &error), THRUM_ERROR_ARGUMENT);
    assert_int_equal(thrum_cursor_seek(&cursor, -1, THRUM_SEEK_CURRENT, &error), THRUM_ERROR_ARGUMENT);
    assert_int_equal(thrum_cursor_seek(&cursor, -7, THRUM_SEEK_CURRENT, &error), THRUM_OK);
    expect_slice(thrum_cursor_read(&cursor, 9), "a");
    thrum_mapping_close(mapping);

    mapping = open_text("0123456789", THRUM_ACCESS_READ);
    thrum_cursor_init(&cursor, mapping);
    assert_int_equal(thrum_cursor_write(&cursor, "a", 1, &error), THRUM_ERROR_ARGUMENT);
    assert_string_equal(error.message, "1 bytes at offset 0 cannot be written: the mapping is read-only");
    thrum_mapping_close(mapping);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_seek),
        cmocka_unit_test(test_write),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
