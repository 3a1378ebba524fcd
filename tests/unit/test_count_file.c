#define _GNU_SOURCE
#include "scratch.h"

#include <zstd.h>

#include "count/count_file.h"
#include "thrum/buffer.h"

static const char header_text[] =
    "#thrum\tversion=1\ttoken=unicode\tcase=fold\tnormalize=none\tngram=1\tskip=0\tlemmas=none"
    "\tpattern=\tby_document=%s\ttokens=%s\tbytes=50\tdocuments=2\n";

static count_header make_header(uint64_t n_tokens, bool by_document) {
    static const char *const values[N_COUNT_KEYS] = {"pattern", "fold", "none", "1", "0", "no", "i:a\tb\\\nc"};
    count_header header = {.by_document = by_document, .n_tokens = n_tokens, .n_bytes = 50, .n_documents = 2};
    for (size_t i = 0; i < N_COUNT_KEYS; i++)
        assert_true(count_header_set(&header, (count_key)i, values[i]));
    return header;
}

static word_record record_of(const char *bytes, size_t n_bytes, uint64_t count, uint64_t documents) {
    return (word_record){(const uint8_t *)bytes, n_bytes, count, documents, WORD_NO_DOCUMENT};
}

static const char *write_sample(const char *name) {
    const char *path = scratch_path(name);
    count_header header = make_header(1000000000010u, true);
    const word_record records[] = {record_of("", 0, 1, 1),
                                   record_of("\0", 1, 1, 1),
                                   record_of("\t", 1, 2, 1),
                                   record_of("a\nb\\c", 5, 3, 2),
                                   record_of("a\\", 2, 1, 1),
                                   record_of("b", 1, 1, 1),
                                   record_of("\xff", 1, 1000000000001u, 2)};
    count_writer *writer;
    assert_int_equal(count_writer_open(&writer, path, &header, NULL), THRUM_OK);
    for (size_t i = 0; i < sizeof records / sizeof *records; i++)
        assert_int_equal(count_writer_add(writer, &records[i], NULL), THRUM_OK);
    assert_int_equal(count_writer_close(writer, NULL), THRUM_OK);
    count_header_release(&header);
    return path;
}

/* All that a reader says of a file, header first. */
static thrum_status read_all(const char *path, thrum_buffer *text, thrum_error *error) {
    count_reader *reader;
    word_record record;
    bool found = true;
    thrum_status status = count_reader_open(&reader, path, error);
    if (status != THRUM_OK)
        return status;
    const count_header *header = count_reader_header(reader);
    for (size_t i = 0; i < N_COUNT_KEYS; i++) {
        thrum_buffer_append_text(text, header->values[i]);
        thrum_buffer_append(text, "|", 1);
    }
    thrum_buffer_append_number(text, header->by_document);
    thrum_buffer_append_number(text, header->n_tokens);
    thrum_buffer_append_number(text, header->n_bytes);
    thrum_buffer_append_number(text, header->n_documents);
    while ((status = count_reader_next(reader, &record, &found, error)) == THRUM_OK && found) {
        thrum_buffer_append_number(text, record.n_bytes);
        thrum_buffer_append(text, record.bytes, record.n_bytes);
        thrum_buffer_append_number(text, record.count);
        thrum_buffer_append(text, " ", 1);
        thrum_buffer_append_number(text, record.documents);
        assert_true(record.document == WORD_NO_DOCUMENT);
    }
    count_reader_close(reader);
    return status;
}

static void what_is_written_is_read(void **state) {
    (void)state;
    static const char expected[] = "pattern|fold|none|1|0|no|i:a\tb\\\nc|1"
                                   "1000000000010"
                                   "502"
                                   "01 11\0"
                                   "1 11\t2 15a\nb\\c3 22a\\1 11b1 11\xff"
                                   "1000000000001 2";
    thrum_buffer text = {0};
    thrum_error error;
    assert_int_equal(read_all(write_sample("sample"), &text, &error), THRUM_OK);
    assert_int_equal(text.n_bytes, sizeof expected - 1);
    assert_memory_equal(text.bytes, expected, sizeof expected - 1);
    thrum_buffer_release(&text);
}

/* So much that it takes many pieces, and one word larger than a piece. */
static void large_files(void **state) {
    (void)state;
    enum { N_WORDS = 100000, N_LONG = 300000 };
    char *word = malloc(N_LONG);
    count_header header = make_header(2 * N_WORDS + 1, false);
    count_writer *writer;
    count_reader *reader;
    word_record record;
    bool found;
    const char *path = scratch_path("large");
    assert_int_equal(count_writer_open(&writer, path, &header, NULL), THRUM_OK);
    memset(word, 'z', N_LONG);
    for (int i = 0; i < N_WORDS; i++) {
        char number[16];
        const word_record one = record_of(number, (size_t)snprintf(number, sizeof number, "%08d", i * 7), 2, 0);
        assert_int_equal(count_writer_add(writer, &one, NULL), THRUM_OK);
    }
    const word_record last = record_of(word, N_LONG, 1, 0);
    assert_int_equal(count_writer_add(writer, &last, NULL), THRUM_OK);
    assert_int_equal(count_writer_close(writer, NULL), THRUM_OK);

    assert_int_equal(count_reader_open(&reader, path, NULL), THRUM_OK);
    for (int i = 0; i < N_WORDS; i++) {
        char number[16];
        assert_int_equal(count_reader_next(reader, &record, &found, NULL), THRUM_OK);
        assert_true(found);
        assert_int_equal(record.n_bytes, snprintf(number, sizeof number, "%08d", i * 7));
        assert_memory_equal(record.bytes, number, record.n_bytes);
        assert_int_equal(record.count, 2);
    }
    assert_int_equal(count_reader_next(reader, &record, &found, NULL), THRUM_OK);
    assert_true(found && record.n_bytes == N_LONG && memcmp(record.bytes, word, N_LONG) == 0);
    assert_int_equal(count_reader_next(reader, &record, &found, NULL), THRUM_OK);
    assert_false(found);
    count_reader_close(reader);
    count_header_release(&header);
    free(word);
}

/* Every byte altered in some ways, and every length: each file is refused, or says the same. */
static void damaged_files(void **state) {
    (void)state;
    static const uint8_t masks[] = {1, 2, 4, 8, 16, 32, 64, 128, 255};
    uint8_t bytes[1000];
    thrum_buffer right = {0}, text = {0};
    thrum_error error;
    FILE *file = fopen(write_sample("sample"), "rb");
    size_t n_bytes = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    assert_true(n_bytes > 50 && n_bytes < sizeof bytes - 1);
    assert_int_equal(read_all(scratch_path("sample"), &right, NULL), THRUM_OK);
    for (size_t n = 0; n <= n_bytes + 1; n++) {
        bytes[n_bytes] = 0;
        thrum_status status = read_all(scratch_file("damaged", bytes, n), &text, &error);
        assert_int_equal(status, n == n_bytes ? THRUM_OK : THRUM_ERROR_FORMAT);
        if (n != n_bytes)
            assert_string_equal(error.path, scratch_path("damaged"));
        thrum_buffer_clear(&text);
    }
    for (size_t i = 0; i < n_bytes; i++)
        for (size_t j = 0; j < sizeof masks; j++) {
            bytes[i] ^= masks[j];
            thrum_status status = read_all(scratch_file("damaged", bytes, n_bytes), &text, &error);
            assert_true(status == THRUM_ERROR_FORMAT || (status == THRUM_OK && text.n_bytes == right.n_bytes &&
                                                         memcmp(text.bytes, right.bytes, text.n_bytes) == 0));
            thrum_buffer_clear(&text);
            bytes[i] ^= masks[j];
        }
    thrum_buffer_release(&right);
    thrum_buffer_release(&text);
}

static const char *compressed(const char *bytes, size_t n_bytes) {
    size_t capacity = ZSTD_compressBound(n_bytes);
    uint8_t *to = malloc(capacity);
    size_t n = ZSTD_compress(to, capacity, bytes, n_bytes, 1);
    assert_false(ZSTD_isError(n));
    const char *path = scratch_file("made", to, n);
    free(to);
    return path;
}

/* A file of a header and these lines is refused with these words in its message; NULL: it is right. */
static void expect_lines(const char *by_document, const char *tokens, const char *lines, const char *fault) {
    char text[1000];
    thrum_buffer said = {0};
    thrum_error error;
    int n = snprintf(text, sizeof text, header_text, by_document, tokens);
    snprintf(text + n, sizeof text - (size_t)n, "%s", lines);
    thrum_status status = read_all(compressed(text, strlen(text)), &said, &error);
    assert_int_equal(status, fault ? THRUM_ERROR_FORMAT : THRUM_OK);
    if (fault && !strstr(error.message, fault))
        fail_msg("'%s' lacks '%s'", error.message, fault);
    thrum_buffer_release(&said);
}

static void lines_that_are_wrong(void **state) {
    (void)state;
    expect_lines("no", "3", "a\t1\t0\nb\t2\t0\n", NULL);
    expect_lines("yes", "3", "a\t1\t1\nb\t2\t2\n", NULL);
    expect_lines("no", "0", "", NULL);
    expect_lines("no", "1", "a\t1\t0", "line 2: it has no end");
    expect_lines("no", "1", "a\t1\n", "line 2: it has no three columns");
    expect_lines("no", "1", "a\n", "three columns");
    expect_lines("no", "1", "\n", "three columns");
    expect_lines("no", "1", "a\t1\t0\t0\n", "documents");
    expect_lines("no", "3", "b\t1\t0\na\t2\t0\n", "line 3: the word does not come behind");
    expect_lines("no", "3", "a\t1\t0\na\t2\t0\n", "does not come behind");
    expect_lines("no", "3", "ab\t1\t0\na\t2\t0\n", "does not come behind");
    expect_lines("no", "3", "a\t1\t0\nb\t1\t0\n", "do not add up to the tokens");
    expect_lines("no", "3", "a\t1\t0\nb\t3\t0\n", "add up to more than the tokens");
    expect_lines("no", "3", "a\t18446744073709551615\t0\nb\t4\t0\n", "add up to more");
    expect_lines("no", "3", "a\t18446744073709551616\t0\n", "count is not a number");
    expect_lines("no", "3", "a\t99999999999999999999999999999999\t0\n", "count is not a number");
    expect_lines("no", "18446744073709551615", "a\t18446744073709551615\t0\n", NULL);
    expect_lines("no", "0", "a\t0\t0\n", "above 0");
    expect_lines("no", "1", "a\t01\t0\n", "count is not a number");
    expect_lines("no", "1", "a\t-1\t0\n", "count is not a number");
    expect_lines("no", "1", "a\t+1\t0\n", "count is not a number");
    expect_lines("no", "1", "a\t 1\t0\n", "count is not a number");
    expect_lines("no", "1", "a\t\t0\n", "count is not a number");
    expect_lines("no", "1", "a\t1\tx\n", "documents");
    expect_lines("no", "1", "a\t1\t1\n", "documents");
    expect_lines("yes", "1", "a\t1\t0\n", "documents");
    expect_lines("yes", "1", "a\t1\t2\n", "documents");
    expect_lines("yes", "5", "a\t5\t3\n", "documents");
    expect_lines("no", "1", "\\x\t1\t0\n", "escaped");
    expect_lines("no", "1", "a\\\t1\t0\n", "escaped");
    expect_lines("maybe", "1", "a\t1\t0\n", "first line");
    expect_lines("no", "many", "a\t1\t0\n", "first line");
}

static void expect_no_count_file(const char *bytes, size_t n_bytes, const char *fault) {
    thrum_buffer said = {0};
    thrum_error error;
    assert_int_equal(read_all(compressed(bytes, n_bytes), &said, &error), THRUM_ERROR_FORMAT);
    if (!strstr(error.message, fault))
        fail_msg("'%s' lacks '%s'", error.message, fault);
    thrum_buffer_release(&said);
}

static void files_of_another_kind(void **state) {
    (void)state;
    thrum_buffer said = {0};
    thrum_error error;
    assert_int_equal(read_all(scratch_file("plain", "#thrum\tversion=1\n", 17), &said, &error), THRUM_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "is not a count file"));
    assert_int_equal(read_all(scratch_file("empty", "", 0), &said, &error), THRUM_ERROR_FORMAT);
    assert_int_equal(read_all(scratch_path("absent"), &said, &error), THRUM_ERROR_SYSTEM);
    assert_int_equal(read_all(scratch_directory, &said, &error), THRUM_ERROR_SYSTEM);
    expect_no_count_file("", 0, "does not begin with #thrum");
    expect_no_count_file("a\t1\t0\n", 6, "does not begin with #thrum");
    expect_no_count_file("#thrum\n", 7, "version");
    expect_no_count_file("#thrum\tversion=x\n", 17, "version");
    expect_no_count_file("#thrum\tversion=2\tanything\n", 26, "version 2");
    expect_no_count_file("#thrum\tversion=1\n", 17, "all that it should");
    size_t n_bytes = 3 << 20;
    char *line = malloc(n_bytes);
    memset(line, 'x', n_bytes);
    expect_no_count_file(line, n_bytes, "first line is too long");
    free(line);
}

static void nothing_is_left_of_a_file_that_was_given_up(void **state) {
    (void)state;
    count_header header = make_header(1, false);
    count_writer *writer;
    assert_int_equal(count_writer_open(&writer, scratch_path("given_up"), &header, NULL), THRUM_OK);
    count_writer_discard(writer);
    assert_int_equal(access(scratch_path("given_up"), F_OK), -1);
    thrum_error error;
    assert_int_equal(count_writer_open(&writer, scratch_path("no/folder"), &header, &error), THRUM_ERROR_SYSTEM);
    assert_null(writer);
    count_writer_discard(NULL);
    count_header_release(&header);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read), cmocka_unit_test(large_files),
        cmocka_unit_test(damaged_files),           cmocka_unit_test(lines_that_are_wrong),
        cmocka_unit_test(files_of_another_kind),   cmocka_unit_test(nothing_is_left_of_a_file_that_was_given_up),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
