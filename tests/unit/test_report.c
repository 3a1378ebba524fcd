#define _GNU_SOURCE

#include "scratch.h"

#include "escape.h"
#include "match_columns.h"
#include "match_lines.h"
#include "utf8.h"
#include "writer.h"

/* What a buffer holds, as text. */
static const char *text_of(thrum_buffer *buffer) {
    assert_false(buffer->failed);
    thrum_buffer_append(buffer, "", 1);
    assert_false(buffer->failed);
    buffer->n_bytes--;
    return (const char *)buffer->bytes;
}

static void expect_character(const char *bytes, size_t n_bytes, size_t length, uint32_t expected) {
    uint32_t code_point;
    assert_int_equal(utf8_read((const uint8_t *)bytes, n_bytes, &code_point), length);
    assert_int_equal(code_point, expected);
}

static void test_utf8_reads_characters(void **state) {
    (void)state;
    expect_character("a", 1, 1, 'a');
    expect_character("\0", 1, 1, 0);
    expect_character("\xC3\xA9", 2, 2, 0xE9);
    expect_character("\xE2\x82\xAC", 3, 3, 0x20AC);
    expect_character("\xF0\x9F\x98\x80", 4, 4, 0x1F600);
    expect_character("\xF4\x8F\xBF\xBF", 4, 4, 0x10FFFF);
}

static void test_utf8_finds_maximal_subparts(void **state) {
    (void)state;
    expect_character("\x80", 1, 1, UTF8_INVALID);
    expect_character("\xFF", 1, 1, UTF8_INVALID);
    expect_character("\xC0\xAF", 2, 1, UTF8_INVALID);
    expect_character("\xE0\x80\x80", 3, 1, UTF8_INVALID);
    expect_character("\xED\xA0\x80", 3, 1, UTF8_INVALID);
    expect_character("\xE2\x82", 2, 2, UTF8_INVALID);
    expect_character("\xE2\x82x", 3, 2, UTF8_INVALID);
    expect_character("\xF0\x9F\x98x", 4, 3, UTF8_INVALID);
    expect_character("\xF4\x90\x80\x80", 4, 1, UTF8_INVALID);
}

static size_t width(const char *text) {
    return utf8_width((const uint8_t *)text, strlen(text));
}

static void test_utf8_width(void **state) {
    (void)state;
    assert_int_equal(width(""), 0);
    assert_int_equal(width("abc"), 3);
    assert_int_equal(width("é"), 1);
    assert_int_equal(width("e\u0301"), 1);
    assert_int_equal(width("织布"), 4);
    assert_int_equal(width("한글"), 4);
    assert_int_equal(width("ｗ"), 2);
    assert_int_equal(width("😀"), 2);
    assert_int_equal(width("\xFF\xE2\x82"), 2);
    assert_int_equal(width("\xF3\xA0\x84\x80"), 0); /* the last range of the table */
    assert_int_equal(width("\xF4\x8F\xBF\xBF"), 1); /* and what lies behind it */
}

static void expect_escaped(const char *bytes, size_t n_bytes, escape_mode mode, const char *expected) {
    thrum_buffer buffer = {0};
    escape_append(&buffer, bytes, n_bytes, mode);
    assert_string_equal(text_of(&buffer), expected);
    thrum_buffer_clear(&buffer);
    thrum_buffer_append_text(&buffer, "\033[1m");
    thrum_buffer_append(&buffer, bytes, n_bytes);
    escape_tail(&buffer, 4, mode);
    assert_int_equal(buffer.n_bytes, 4 + strlen(expected));
    assert_string_equal(text_of(&buffer) + 4, expected);
    assert_memory_equal(buffer.bytes, "\033[1m", 4);
    thrum_buffer_release(&buffer);
}

static void test_escape(void **state) {
    (void)state;
    expect_escaped("", 0, ESCAPE_TEXT, "");
    expect_escaped("plain é 织", strlen("plain é 织"), ESCAPE_TEXT, "plain é 织");
    expect_escaped("a\tb\nc\\", 6, ESCAPE_TEXT, "a\tb\nc\\");
    expect_escaped("a\tb\nc\\", 6, ESCAPE_LINE, "a\\tb\\nc\\");
    expect_escaped("\033[31m\r\0\x7F", 8, ESCAPE_TEXT, "\\x1b[31m\\x0d\\x00\\x7f");
    expect_escaped("\xC2\x9B"
                   "1m\xC2\xA0",
                   6, ESCAPE_TEXT, "\\xc2\\x9b1m\xC2\xA0");
    expect_escaped("\x9B\xFFx\xE2\x82", 5, ESCAPE_TEXT, "\\x9b\\xffx\\xe2\\x82");
}

static const report_column columns[] = {
    {"word", REPORT_TEXT}, {"count", REPORT_NUMBER}, {"share", REPORT_HUNDREDTHS}, {"note", REPORT_TEXT}};
enum { N_COLUMNS = 4 };

typedef struct sample_row {
    const char *word;
    size_t n_word_bytes;
    uint64_t count;
    int64_t share;
    const char *note;
} sample_row;

static const sample_row sample[] = {
    {"the", 3, 12345, 10000, "a"},
    {"tab\tline\nback\\", 14, 7, 5, "x,\"y\"\r"},
    {"\xFF\xE2\x82\x01\xC2\x85\x7F/", 8, UINT64_MAX, -1234567, "\b\f\"\\"},
    {"", 0, 0, -5, "织"},
};
enum { N_SAMPLE = sizeof sample / sizeof *sample };

static void fill_cells(report_cell *cells, const sample_row *row) {
    cells[0] = report_text(row->word, row->n_word_bytes);
    cells[1].number = row->count;
    cells[2].hundredths = row->share;
    cells[3] = report_text(row->note, strlen(row->note));
}

static char *read_whole(const char *path, size_t *n_bytes) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = NULL;
    FILE *copy = open_memstream(&bytes, n_bytes);
    for (int byte; (byte = getc(file)) != EOF;)
        putc(byte, copy);
    fclose(file);
    fclose(copy);
    return bytes;
}

/* The rows in a style; `rendered`: formatted outside and handed over in two pieces, as match does it. */
static char *written(const report_style *style, const sample_row *rows, size_t n_rows, bool rendered) {
    const char *path = scratch_path("report");
    thrum_output *output;
    thrum_error error;
    report_writer report;
    thrum_buffer apart = {0};
    size_t n_bytes, half = 0;
    report_cell cells[N_COLUMNS];
    assert_int_equal(thrum_output_open(&output, path, &error), THRUM_OK);
    assert_int_equal(report_begin(&report, output, style, columns, N_COLUMNS, &error), THRUM_OK);
    for (size_t i = 0; i < n_rows; i++) {
        fill_cells(cells, &rows[i % N_SAMPLE]);
        if (rendered)
            style->format->row(&report.columns, cells, &apart);
        else
            assert_int_equal(report_row(&report, cells, &error), THRUM_OK);
        if (i == n_rows / 2)
            half = apart.n_bytes;
    }
    assert_false(apart.failed);
    assert_int_equal(report_rendered(&report, apart.bytes, half, &error), THRUM_OK);
    if (half)
        assert_int_equal(report_rendered(&report, apart.bytes + half, apart.n_bytes - half, &error), THRUM_OK);
    assert_int_equal(report_end(&report, &error), THRUM_OK);
    report_release(&report);
    thrum_buffer_release(&apart);
    assert_int_equal(thrum_output_close(output, &error), THRUM_OK);
    return read_whole(path, &n_bytes);
}

static void expect_written(report_style style, size_t n_rows, const char *expected) {
    for (int rendered = 0; rendered < 2; rendered++) {
        char *text = written(&style, sample, n_rows, rendered);
        assert_string_equal(text, expected);
        free(text);
    }
}

static report_style style_of(int format) {
    return (report_style){.format = &report_formats[format]};
}

static void test_tsv(void **state) {
    (void)state;
    report_style style = style_of(REPORT_TSV);
    expect_written(style, 0, "word\tcount\tshare\tnote\n");
    expect_written(style, N_SAMPLE,
                   "word\tcount\tshare\tnote\n"
                   "the\t12345\t100.00\ta\n"
                   "tab\\tline\\nback\\\\\t7\t0.05\tx,\"y\"\r\n"
                   "\xFF\xE2\x82\x01\xC2\x85\x7F/\t18446744073709551615\t-12345.67\t\b\f\"\\\\\n"
                   "\t0\t-0.05\t织\n");
    style.no_header = true;
    expect_written(style, 0, "");
    expect_written(style, 1, "the\t12345\t100.00\ta\n");
}

static void test_terminal(void **state) {
    (void)state;
    report_style style = style_of(REPORT_TSV);
    style.no_header = style.escape = true;
    expect_written(style, N_SAMPLE,
                   "the\t12345\t100.00\ta\n"
                   "tab\\tline\\nback\\\\\t7\t0.05\tx,\"y\"\\x0d\n"
                   "\\xff\\xe2\\x82\\x01\\xc2\\x85\\x7f/\t18446744073709551615\t-12345.67\t\\x08\\x0c\"\\\\\n"
                   "\t0\t-0.05\t织\n");
}

static void test_csv(void **state) {
    (void)state;
    expect_written(style_of(REPORT_CSV), N_SAMPLE,
                   "word,count,share,note\n"
                   "the,12345,100.00,a\n"
                   "\"tab\tline\nback\\\",7,0.05,\"x,\"\"y\"\"\r\"\n"
                   "\xFF\xE2\x82\x01\xC2\x85\x7F/,18446744073709551615,-12345.67,\"\b\f\"\"\\\"\n"
                   ",0,-0.05,织\n");
}

#define OBJECTS(separator)                                                                                             \
    "{\"word\":\"the\",\"count\":12345,\"share\":100.00,\"note\":\"a\"}" separator                                     \
    "{\"word\":\"tab\\tline\\nback\\\\\",\"count\":7,\"share\":0.05,\"note\":\"x,\\\"y\\\"\\r\"}" separator            \
    "{\"word\":\"\uFFFD\uFFFD\\u0001\\u0085\\u007f/\",\"count\":18446744073709551615,\"share\":-12345.67,"             \
    "\"note\":\"\\b\\f\\\"\\\\\"}" separator "{\"word\":\"\",\"count\":0,\"share\":-0.05,\"note\":\"织\"}"

static void test_json(void **state) {
    (void)state;
    expect_written(style_of(REPORT_JSON), 0, "[\n]\n");
    expect_written(style_of(REPORT_JSON), N_SAMPLE, "[\n" OBJECTS(",\n") "\n]\n");
    report_style terminal = style_of(REPORT_JSON);
    terminal.escape = true;
    expect_written(terminal, N_SAMPLE, "[\n" OBJECTS(",\n") "\n]\n");
}

static void test_jsonl(void **state) {
    (void)state;
    expect_written(style_of(REPORT_JSONL), 0, "");
    expect_written(style_of(REPORT_JSONL), N_SAMPLE, OBJECTS("\n") "\n");
}

static void test_table(void **state) {
    (void)state;
    report_style style = style_of(REPORT_TABLE);
    expect_written(style, 0, "word  count  share  note\n");
    style.escape = true;
    expect_written(style, N_SAMPLE,
                   "word                                          count      share  note\n"
                   "the                                           12345     100.00  a\n"
                   "tab\\tline\\nback\\\\                                 7       0.05  x,\"y\"\\x0d\n"
                   "\\xff\\xe2\\x82\\x01\\xc2\\x85\\x7f/  18446744073709551615  -12345.67  \\x08\\x0c\"\\\\\n"
                   "                                                  0      -0.05  织\n");
    style.color = true;
    expect_written(style, 1,
                   "\033[1mword  count   share  note\033[0m\n"
                   "the   12345  100.00  a\n");
    style.no_header = true;
    expect_written(style, 1, "the  12345  100.00  a\n");
}

/* Rows behind the measured ones keep the columns and lose nothing. */
static void test_table_of_many_rows(void **state) {
    (void)state;
    static sample_row rows[N_SAMPLE];
    memcpy(rows, sample, sizeof rows);
    for (size_t i = 0; i < N_SAMPLE; i++)
        rows[i] = sample[0];
    report_style style = style_of(REPORT_TABLE);
    style.no_header = true;
    for (size_t n_rows = TABLE_ROWS_MEASURED - 1; n_rows <= 4 * TABLE_ROWS_MEASURED; n_rows += TABLE_ROWS_MEASURED / 2)
        for (int rendered = 0; rendered < 2; rendered++) {
            static const char line[] = "the  12345  100.00  a\n";
            char *text = written(&style, rows, n_rows, rendered);
            assert_int_equal(strlen(text), n_rows * strlen(line));
            for (size_t i = 0; i < n_rows; i++)
                assert_memory_equal(text + i * strlen(line), line, strlen(line));
            free(text);
        }
}

static void test_share(void **state) {
    (void)state;
    assert_int_equal(report_share(1, 0, REPORT_PERCENT), 0);
    assert_int_equal(report_share(0, 5, REPORT_PERCENT), 0);
    assert_int_equal(report_share(5, 5, REPORT_PERCENT), 10000);
    assert_int_equal(report_share(1, 3, REPORT_PERCENT), 3333);
    assert_int_equal(report_share(2, 3, REPORT_PERCENT), 6667);
    assert_int_equal(report_share(1, 20000, REPORT_PERCENT), 1); /* a half goes up */
    assert_int_equal(report_share(1, 20001, REPORT_PERCENT), 0);
    assert_int_equal(report_share(7, 9, REPORT_PER_MILLION), 77777778);
    const uint64_t many = UINT64_C(3000000000000000000);
    assert_int_equal(report_share(many / 3, many, REPORT_PER_MILLION), 33333333);
    assert_int_equal(report_share(many, many, REPORT_PER_MILLION), 100000000);
    assert_int_equal(report_share(UINT64_MAX, UINT64_MAX, REPORT_PERCENT), 10000);
}

static const thrum_range groups[] = {{4, 9}};
static const thrum_match hit = {.path = "a\033b",
                                .subject = (const uint8_t *)"one tw\033\too three",
                                .n_subject_bytes = 16,
                                .groups = groups,
                                .line = 3,
                                .column = 5};

static void expect_line(match_lines lines, const char *expected) {
    thrum_buffer buffer = {0};
    assert_int_equal(match_lines_format(&lines, &hit, &buffer), THRUM_OK);
    assert_string_equal(text_of(&buffer), expected);
    thrum_buffer_release(&buffer);
}

static void test_match_lines(void **state) {
    (void)state;
    expect_line((match_lines){0}, "tw\033\to\n");
    expect_line((match_lines){.path = true, .line = true, .column = true, .offset = true}, "a\033b:3:5:4:tw\033\to\n");
    expect_line((match_lines){.offset = true}, "4:tw\033\to\n");
    expect_line((match_lines){.path = true, .line = true, .escape = true}, "a\\x1bb:3:tw\\x1b\to\n");
    expect_line((match_lines){.path = true, .line = true, .escape = true, .color = true},
                "\033[35ma\\x1bb\033[0m:\033[32m3\033[0m:tw\\x1b\to\n");
}

static void append_row(int format, thrum_buffer *buffer) {
    static const match_field all[] = {FIELD_FILE, FIELD_LINE, FIELD_COLUMN, FIELD_OFFSET, FIELD_GROUP};
    match_columns rows;
    assert_true(match_columns_init(&rows, &report_formats[format], all, sizeof all / sizeof *all, NULL));
    assert_int_equal(match_columns_format(&rows, &hit, buffer), THRUM_OK);
    match_columns_release(&rows);
}

static void test_match_rows(void **state) {
    (void)state;
    thrum_buffer buffer = {0};
    append_row(REPORT_TSV, &buffer);
    append_row(REPORT_JSONL, &buffer);
    assert_string_equal(text_of(&buffer), "a\033b\t3\t5\t4\ttw\033\\to\n"
                                          "{\"file\":\"a\\u001bb\",\"line\":3,\"column\":5,\"offset\":4,"
                                          "\"match\":\"tw\\u001b\\to\"}\n");
    thrum_buffer_release(&buffer);
}

static void test_write_failure(void **state) {
    (void)state;
    thrum_output *output;
    thrum_error error;
    if (access("/dev/full", W_OK) != 0 || thrum_output_open(&output, "/dev/full", &error) != THRUM_OK)
        skip();
    for (int format = 0; format < REPORT_N_FORMATS; format++) {
        report_writer report;
        report_cell cells[N_COLUMNS];
        report_style style = style_of(format);
        thrum_status status = report_begin(&report, output, &style, columns, N_COLUMNS, &error);
        fill_cells(cells, &sample[0]);
        for (size_t i = 0; i < 100000 && status == THRUM_OK; i++)
            status = report_row(&report, cells, &error);
        assert_int_equal(status, THRUM_ERROR_SYSTEM);
        assert_int_equal(error.code, THRUM_ERROR_SYSTEM);
        report_release(&report);
    }
    thrum_output_discard(output);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_reads_characters),
        cmocka_unit_test(test_utf8_finds_maximal_subparts),
        cmocka_unit_test(test_utf8_width),
        cmocka_unit_test(test_escape),
        cmocka_unit_test(test_tsv),
        cmocka_unit_test(test_terminal),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_jsonl),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_table_of_many_rows),
        cmocka_unit_test(test_share),
        cmocka_unit_test(test_match_lines),
        cmocka_unit_test(test_match_rows),
        cmocka_unit_test(test_write_failure),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
