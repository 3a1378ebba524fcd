#define _GNU_SOURCE

#include "scratch.h"

#include "json_text.h"

static const char *text_of(thrum_buffer *buffer) {
    thrum_buffer_append(buffer, "", 1);
    assert_false(buffer->failed);
    return (const char *)buffer->bytes;
}

static void expect_data(const char *bytes, size_t n_bytes, const char *expected) {
    thrum_buffer buffer = {0};
    json_append_data(&buffer, (const uint8_t *)bytes, n_bytes);
    assert_string_equal(text_of(&buffer), expected);
    thrum_buffer_release(&buffer);
}

static void expect_quoted(const char *bytes, size_t n_bytes, const char *expected) {
    thrum_buffer buffer = {0};
    json_append_string(&buffer, (const uint8_t *)bytes, n_bytes);
    assert_string_equal(text_of(&buffer), expected);
    thrum_buffer_release(&buffer);
}

static void test_text(void **state) {
    (void)state;
    expect_data("", 0, "{\"text\":\"\"}");
    expect_data("织 é\xF0\x9F\x98\x80", 10, "{\"text\":\"织 é\xF0\x9F\x98\x80\"}");
    expect_data("a\0\"\\\b\f\n\r\t\x1F\x7F\xC2\x9F\xC2\xA0/", 16,
                "{\"text\":\"a\\u0000\\\"\\\\\\b\\f\\n\\r\\t\\u001f\\u007f\\u009f\xC2\xA0/\"}");
}

/* Every length of the last group of three bytes, and the last two digits. */
static void test_base64(void **state) {
    (void)state;
    expect_data("\xFF", 1, "{\"bytes\":\"/w==\"}");
    expect_data("\xFF\xEF", 2, "{\"bytes\":\"/+8=\"}");
    expect_data("\xFB\xEF\xBE", 3, "{\"bytes\":\"++++\"}");
    expect_data("foobar\xFF", 7, "{\"bytes\":\"Zm9vYmFy/w==\"}");
    expect_data("enough text\xE2\x82", 13, "{\"bytes\":\"ZW5vdWdoIHRleHTigg==\"}");
}

static void test_replacement(void **state) {
    (void)state;
    expect_quoted("a\xFF\xE2\x82z\xC3", 6, "\"a\uFFFD\uFFFDz\uFFFD\"");
}

/* Words of eight bytes are looked at together: each byte at each place has to be seen. */
static void test_every_byte_at_every_place(void **state) {
    (void)state;
    for (int byte = 0; byte < 256; byte++)
        for (size_t at = 0; at < 20; at++) {
            char bytes[20], expected[64], shown[8];
            memset(bytes, 'x', sizeof bytes);
            bytes[at] = (char)byte;
            const char *short_form = byte ? strchr("\"\"\\\\\bb\ff\nn\rr\tt", byte) : NULL;
            bool is_short = short_form && (byte == '"' || byte == '\\' || byte < 0x20);
            if (is_short)
                snprintf(shown, sizeof shown, "\\%c", short_form[1]);
            else if (byte < 0x20 || byte == 0x7F)
                snprintf(shown, sizeof shown, "\\u%04x", (unsigned)byte);
            else
                snprintf(shown, sizeof shown, byte < 0x80 ? "%c" : "\uFFFD", byte);
            snprintf(expected, sizeof expected, "\"%.*s%s%.*s\"", (int)at, "xxxxxxxxxxxxxxxxxxxx", shown,
                     (int)(sizeof bytes - at - 1), "xxxxxxxxxxxxxxxxxxxx");
            expect_quoted(bytes, sizeof bytes, expected);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_replacement),
        cmocka_unit_test(test_every_byte_at_every_place),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
