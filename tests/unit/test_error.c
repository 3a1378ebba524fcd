#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>

#include "base/error.h"

static void records_are_filled_in(void **state) {
    (void)state;
    thrum_error error;
    memset(&error, 0x55, sizeof error);
    assert_int_equal(error_set(&error, THRUM_ERROR_TEXT, "a/b", "%d of %s", 3, "four"), THRUM_ERROR_TEXT);
    assert_int_equal(error.code, THRUM_ERROR_TEXT);
    assert_int_equal(error.system_errno, 0);
    assert_int_equal(error.pcre2_errno, 0);
    assert_true(error.offset == THRUM_NO_OFFSET);
    assert_string_equal(error.path, "a/b");
    assert_string_equal(error.message, "3 of four");

    assert_int_equal(error_set(&error, THRUM_ERROR_MATCH, NULL, "x"), THRUM_ERROR_MATCH);
    assert_string_equal(error.path, "");
    error_place(&error, "later");
    assert_string_equal(error.path, "later");
    assert_string_equal(error.message, "x");
    assert_int_equal(error_memory(&error), THRUM_ERROR_MEMORY);
    assert_int_equal(error.code, THRUM_ERROR_MEMORY);
    assert_string_equal(error.path, "");
    assert_true(error.message[0] != '\0');
}

static void no_record_is_fine(void **state) {
    (void)state;
    assert_int_equal(error_set(NULL, THRUM_ERROR_TEXT, "p", "x"), THRUM_ERROR_TEXT);
    assert_int_equal(error_system(NULL, EPIPE, "p", "x"), THRUM_ERROR_CLOSED);
    assert_int_equal(error_memory(NULL), THRUM_ERROR_MEMORY);
}

static void system_errors_carry_the_systems_words(void **state) {
    (void)state;
    static const struct {
        int system_errno;
        thrum_status code;
    } examples[] = {{ENOENT, THRUM_ERROR_SYSTEM}, {ENOMEM, THRUM_ERROR_MEMORY}, {EPIPE, THRUM_ERROR_CLOSED}};
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        thrum_error error;
        assert_int_equal(error_system(&error, examples[i].system_errno, "p", "cannot %s", "open"), examples[i].code);
        assert_int_equal(error.code, examples[i].code);
        assert_int_equal(error.system_errno, examples[i].system_errno);
        assert_memory_equal(error.message, "cannot open: ", 13);
        assert_string_equal(error.message + 13, strerror(examples[i].system_errno));
    }
    thrum_error error;
    error_system(&error, 99999, NULL, "x"); /* no such error */
    assert_memory_equal(error.message, "x: ", 3);
}

static void long_paths_keep_their_end_and_long_messages_their_begin(void **state) {
    (void)state;
    enum { N = 3000 };
    char path[N + 1];
    for (size_t i = 0; i < N; i++)
        path[i] = (char)('a' + i % 26);
    path[N] = '\0';
    thrum_error error;
    error_set(&error, THRUM_ERROR_SYSTEM, path, "%s", path);
    assert_int_equal(strlen(error.path), THRUM_ERROR_PATH_BYTES - 1);
    assert_memory_equal(error.path, "...", 3);
    assert_string_equal(error.path + 3, path + N - (THRUM_ERROR_PATH_BYTES - 4));
    assert_int_equal(strlen(error.message), THRUM_ERROR_MESSAGE_BYTES - 1);
    assert_memory_equal(error.message, path, THRUM_ERROR_MESSAGE_BYTES - 1);
    error_system(&error, ENOENT, path, "%s", path);
    assert_int_equal(strlen(error.message), THRUM_ERROR_MESSAGE_BYTES - 1);

    /* A path that just fits is kept whole. */
    error_set(&error, THRUM_ERROR_SYSTEM, path + N - (THRUM_ERROR_PATH_BYTES - 1), "x");
    assert_string_equal(error.path, path + N - (THRUM_ERROR_PATH_BYTES - 1));
}

static void every_status_has_a_name(void **state) {
    (void)state;
    assert_string_equal(thrum_status_name(THRUM_OK), "ok");
    assert_string_equal(thrum_status_name(THRUM_ERROR_MEMORY), "memory");
    assert_string_equal(thrum_status_name(THRUM_ERROR_STOPPED), "stopped");
    for (int status = THRUM_OK; status >= THRUM_ERROR_STOPPED; status--)
        assert_string_not_equal(thrum_status_name((thrum_status)status), "unknown");
    assert_string_equal(thrum_status_name((thrum_status)1), "unknown");
    assert_string_equal(thrum_status_name((thrum_status)-1000), "unknown");
    assert_string_equal(thrum_status_name((thrum_status)INT32_MIN), "unknown");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_filled_in),
        cmocka_unit_test(no_record_is_fine),
        cmocka_unit_test(system_errors_carry_the_systems_words),
        cmocka_unit_test(long_paths_keep_their_end_and_long_messages_their_begin),
        cmocka_unit_test(every_status_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
