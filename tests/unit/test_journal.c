#define _GNU_SOURCE

#include "scratch.h"

#include "map/journal.h"
#include "map/system.h"

static const system_file file_at_first = {
    .inode = 4711, .n_bytes = 1000000, .modified_seconds = 1234567, .modified_nanoseconds = 89};

enum { N_CHANGES = 40 };

static const uint8_t old_text[] = "the", new_text[] = "eht", no_text[1];

/* Places near and far, so that numbers of one to three bytes occur. */
static uint64_t offset_of(size_t i) {
    return i * 3 + (i > 10 ? 200 : 0) + (i > 20 ? 70000 : 0) + (i == N_CHANGES - 1 ? 900000 : 0);
}

static size_t n_bytes_of(size_t i) {
    return i % 4;
}

/* A journal as bytes, for free(): of one text, or of changes by themselves. */
static uint8_t *write_journal(bool is_one_text, size_t n_changes, size_t *n_bytes) {
    const char *path = scratch_path("text");
    journal_writer *writer;
    thrum_error error;
    assert_int_equal(journal_create(&writer, path, &file_at_first, is_one_text ? old_text : no_text,
                                    is_one_text ? new_text : no_text, is_one_text ? 3 : 0, &error),
                     THRUM_OK);
    for (size_t i = 0; i < n_changes; i++) {
        const journal_change change = {offset_of(i), old_text, new_text, is_one_text ? 3 : n_bytes_of(i)};
        assert_int_equal(journal_add(writer, &change, &error), THRUM_OK);
    }
    assert_int_equal(journal_finish(writer, true, &error), THRUM_OK);
    char *name = journal_path(path);
    FILE *file = fopen(name, "rb");
    assert_non_null(file);
    uint8_t *bytes = malloc(1 << 20);
    assert_non_null(bytes);
    *n_bytes = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    assert_int_equal(unlink(name), 0);
    free(name);
    return bytes;
}

/* A journal in memory of exactly its size, so that a sanitizer sees reads beyond it. */
static journal_state check_copy(const uint8_t *bytes, size_t n_bytes) {
    uint8_t *copy = malloc(n_bytes ? n_bytes : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, n_bytes);
    journal_view view;
    journal_state state = journal_check(&view, copy, n_bytes);
    free(copy);
    return state;
}

static void expect_changes(const uint8_t *bytes, size_t n_bytes, bool is_one_text) {
    journal_view view;
    assert_int_equal(journal_check(&view, bytes, n_bytes), JOURNAL_WHOLE);
    assert_int_equal(view.inode, file_at_first.inode);
    assert_int_equal(view.n_file_bytes, file_at_first.n_bytes);
    assert_int_equal(view.modified_seconds, file_at_first.modified_seconds);
    assert_int_equal(view.modified_nanoseconds, file_at_first.modified_nanoseconds);
    size_t place = view.first_block, n = 0;
    journal_block block;
    journal_change change;
    while (journal_next_block(&view, &place, &block))
        for (; journal_next_change(&block, &change); n++) {
            assert_int_equal(change.offset, offset_of(n));
            assert_int_equal(change.n_bytes, is_one_text ? 3 : n_bytes_of(n));
            assert_memory_equal(change.old_bytes, old_text, change.n_bytes);
            assert_memory_equal(change.new_bytes, new_text, change.n_bytes);
        }
    assert_int_equal(n, N_CHANGES);
}

static void test_round_trip(void **state) {
    (void)state;
    for (int is_one_text = 0; is_one_text < 2; is_one_text++) {
        size_t n_bytes;
        uint8_t *bytes = write_journal(is_one_text, N_CHANGES, &n_bytes);
        expect_changes(bytes, n_bytes, is_one_text);
        free(bytes);
    }
}

static void test_no_changes(void **state) {
    (void)state;
    size_t n_bytes, place;
    uint8_t *bytes = write_journal(true, 0, &n_bytes);
    journal_view view;
    journal_block block;
    assert_int_equal(journal_check(&view, bytes, n_bytes), JOURNAL_WHOLE);
    place = view.first_block;
    assert_false(journal_next_block(&view, &place, &block));
    free(bytes);
}

static void test_many_blocks(void **state) {
    (void)state;
    enum { N_MANY = 300000 };
    const char *path = scratch_path("many");
    journal_writer *writer;
    thrum_error error;
    assert_int_equal(journal_create(&writer, path, &file_at_first, old_text, new_text, 3, &error), THRUM_OK);
    for (size_t i = 0; i < N_MANY; i++)
        assert_int_equal(journal_add(writer, &(journal_change){3 * i, old_text, new_text, 3}, &error), THRUM_OK);
    assert_int_equal(journal_finish(writer, false, &error), THRUM_OK);
    char *name = journal_path(path);
    FILE *file = fopen(name, "rb");
    assert_non_null(file);
    uint8_t *bytes = malloc(1 << 20);
    size_t n_bytes = fread(bytes, 1, 1 << 20, file);
    fclose(file);
    free(name);
    /* One byte a change, and little around. */
    assert_in_range(n_bytes, N_MANY, N_MANY + 1000);
    journal_view view;
    assert_int_equal(journal_check(&view, bytes, n_bytes), JOURNAL_WHOLE);
    size_t place = view.first_block, n = 0, n_blocks = 0;
    journal_block block;
    for (journal_change change; journal_next_block(&view, &place, &block); n_blocks++)
        for (; journal_next_change(&block, &change); n++)
            assert_int_equal(change.offset, 3 * n);
    assert_int_equal(n, N_MANY);
    assert_in_range(n_blocks, 4, 6);
    free(bytes);
}

static void test_cut_short(void **state) {
    (void)state;
    for (int is_one_text = 0; is_one_text < 2; is_one_text++) {
        size_t n_bytes;
        uint8_t *bytes = write_journal(is_one_text, N_CHANGES, &n_bytes);
        for (size_t n = 0; n < n_bytes; n++) {
            journal_state found = check_copy(bytes, n);
            assert_true(found == JOURNAL_BLANK || found == JOURNAL_BEGUN);
        }
        assert_int_equal(check_copy(bytes, 0), JOURNAL_BLANK);
        assert_int_equal(check_copy(bytes, n_bytes - 1), JOURNAL_BEGUN);
        bytes[n_bytes] = 0;
        assert_int_equal(check_copy(bytes, n_bytes + 1), JOURNAL_BEGUN);
        free(bytes);
    }
}

static void test_flipped(void **state) {
    (void)state;
    for (int is_one_text = 0; is_one_text < 2; is_one_text++) {
        size_t n_bytes;
        uint8_t *bytes = write_journal(is_one_text, N_CHANGES, &n_bytes);
        for (size_t i = 0; i < n_bytes; i++)
            for (unsigned bit = 0; bit < 9; bit++) {
                uint8_t flip = bit < 8 ? (uint8_t)(1u << bit) : 0xFF;
                bytes[i] ^= flip;
                assert_int_not_equal(check_copy(bytes, n_bytes), JOURNAL_WHOLE);
                bytes[i] ^= flip;
            }
        /* Blocks of zeros, as a crash leaves them where sizes reach the disk before bytes do. */
        for (size_t i = 0; i < n_bytes; i += 8) {
            uint8_t *copy = malloc(n_bytes);
            assert_non_null(copy);
            memcpy(copy, bytes, i);
            memset(copy + i, 0, n_bytes - i);
            assert_int_not_equal(check_copy(copy, n_bytes), JOURNAL_WHOLE);
            free(copy);
        }
        free(bytes);
    }
}

static void test_alien(void **state) {
    (void)state;
    uint8_t bytes[4096];
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(check_copy(bytes, sizeof bytes), JOURNAL_BLANK);
    scratch_pattern(bytes, sizeof bytes);
    assert_int_equal(check_copy(bytes, sizeof bytes), JOURNAL_ALIEN);
}

static void test_one_at_a_time(void **state) {
    (void)state;
    const char *path = scratch_path("single");
    journal_writer *first, *second;
    thrum_error error;
    assert_int_equal(journal_create(&first, path, &file_at_first, no_text, no_text, 0, &error), THRUM_OK);
    assert_int_equal(journal_create(&second, path, &file_at_first, no_text, no_text, 0, &error), THRUM_ERROR_SYSTEM);
    assert_null(second);
    char *name = journal_path(path);
    assert_int_equal(access(name, F_OK), 0);
    journal_abandon(first);
    assert_int_equal(access(name, F_OK), -1);
    journal_abandon(NULL);
    free(name);
}

static void test_names(void **state) {
    (void)state;
    char *path = journal_path("a/b.c/text");
    assert_string_equal(path, "a/b.c/.text.thrum-undo");
    assert_true(journal_is_name(path));
    free(path);
    path = journal_path("text");
    assert_string_equal(path, ".text.thrum-undo");
    assert_true(journal_is_name(path));
    free(path);
    assert_false(journal_is_name("text.thrum-undo"));
    assert_false(journal_is_name(".thrum-undo/text"));
    assert_false(journal_is_name(".thrum-und"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_no_changes),    cmocka_unit_test(test_many_blocks),
        cmocka_unit_test(test_cut_short),  cmocka_unit_test(test_flipped),       cmocka_unit_test(test_alien),
        cmocka_unit_test(test_names),      cmocka_unit_test(test_one_at_a_time),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
