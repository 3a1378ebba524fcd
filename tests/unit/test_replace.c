#define _GNU_SOURCE

#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/xattr.h>

#include "map/journal.h"
#include "map/system.h"
#include "thrum/replace.h"

/* One call: what came of it. */
typedef struct outcome {
    thrum_status status;
    thrum_error error;
    thrum_replace_totals totals;
    unsigned n_warnings;
} outcome;

static void note_error(void *context, const thrum_error *error) {
    outcome *made = context;
    made->error = *error;
}

static void note_warning(void *context, const thrum_error *error) {
    outcome *made = context;
    made->n_warnings++;
    assert_non_null(strstr(error->message, "hard links"));
}

static outcome replace_with(const char *path, const thrum_replacement *what, thrum_replace_options how) {
    outcome made = {.error.code = THRUM_OK};
    thrum_inputs *inputs;
    assert_int_equal(thrum_inputs_create(&inputs, NULL), THRUM_OK);
    assert_int_equal(thrum_inputs_add(inputs, path, NULL, NULL), THRUM_OK);
    const thrum_run_options run = {.n_threads = 2, .chunk_bytes = 64, .on_error = note_error, .context = &made};
    how.on_warning = note_warning;
    how.context = &made;
    made.status = thrum_replace_run(inputs, what, &how, &run, &made.totals, &made.error);
    thrum_inputs_free(inputs);
    return made;
}

static outcome replace(const char *path, const char *from, const char *to, thrum_replace_options how) {
    const thrum_replacement what = {.old_bytes = (const uint8_t *)from,
                                    .n_old_bytes = strlen(from),
                                    .new_bytes = (const uint8_t *)to,
                                    .n_new_bytes = strlen(to)};
    return replace_with(path, &what, how);
}

static const thrum_replace_options in_place = {.way = THRUM_REPLACE_IN_PLACE};
static const thrum_replace_options rewrite = {.way = THRUM_REPLACE_REWRITE};

static void expect_text(const char *path, const char *text) {
    char found[4096];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t n = fread(found, 1, sizeof found - 1, file);
    fclose(file);
    found[n] = '\0';
    assert_string_equal(found, text);
}

static const char *text_file(const char *name, const char *text) {
    return scratch_file(name, text, strlen(text));
}

static struct stat look(const char *path) {
    struct stat status;
    assert_int_equal(lstat(path, &status), 0);
    return status;
}

/* Entries of the scratch directory, to see that nothing temporary stays. */
static int n_entries(void) {
    DIR *directory = opendir(scratch_directory);
    assert_non_null(directory);
    int n = -2;
    while (readdir(directory))
        n++;
    closedir(directory);
    return n;
}

static void test_three_ways(void **state) {
    (void)state;
    const char *path = text_file("ways", "abc the abc");
    ino_t inode = look(path).st_ino;
    outcome made = replace(path, "abc", "xyz", in_place);
    assert_int_equal(made.status, THRUM_OK);
    assert_int_equal(made.totals.n_replacements, 2);
    assert_int_equal(made.totals.n_bytes, 11);
    assert_int_equal(made.totals.n_inputs_changed, 1);
    expect_text(path, "xyz the xyz");
    assert_int_equal(look(path).st_ino, inode);

    made = replace(path, "xyz", "long text", rewrite);
    assert_int_equal(made.totals.n_replacements, 2);
    expect_text(path, "long text the long text");
    assert_int_not_equal(look(path).st_ino, inode);

    const char *copy = scratch_path("copy");
    thrum_replace_options how = {.way = THRUM_REPLACE_COPY};
    assert_int_equal(thrum_output_open(&how.output, copy, NULL), THRUM_OK);
    made = replace(path, "long ", "", how);
    assert_int_equal(thrum_output_close(how.output, NULL), THRUM_OK);
    assert_int_equal(made.totals.n_inputs_changed, 0);
    expect_text(copy, "text the text");
    expect_text(path, "long text the long text");
}

static void test_no_match(void **state) {
    (void)state;
    const char *path = text_file("untouched", "nothing here");
    const thrum_replace_options ways[] = {in_place, rewrite};
    struct stat before = look(path);
    int n_before = n_entries();
    for (size_t i = 0; i < 2; i++) {
        thrum_replace_options how = ways[i];
        how.backup_suffix = "~";
        outcome made = replace(path, "the", "eht", how);
        assert_int_equal(made.status, THRUM_OK);
        assert_int_equal(made.totals.n_replacements, 0);
        assert_int_equal(made.totals.n_inputs_changed, 0);
        struct stat after = look(path);
        assert_int_equal(after.st_ino, before.st_ino);
        assert_memory_equal(&after.st_mtim, &before.st_mtim, sizeof before.st_mtim);
        assert_int_equal(n_entries(), n_before);
    }
}

static void test_dry_run(void **state) {
    (void)state;
    const char *path = text_file("dry", "the the");
    for (int way = THRUM_REPLACE_COPY; way <= THRUM_REPLACE_REWRITE; way++) {
        int n_before = n_entries();
        outcome made = replace(path, "the", "eht", (thrum_replace_options){.way = way, .dry_run = true});
        assert_int_equal(made.totals.n_replacements, 2);
        assert_int_equal(made.totals.n_inputs_changed, 0);
        expect_text(path, "the the");
        assert_int_equal(n_entries(), n_before);
    }
}

static void test_lengths(void **state) {
    (void)state;
    const char *path = text_file("lengths", "aa b aaa");
    outcome made = replace(path, "aa", "b", in_place);
    assert_int_equal(made.status, THRUM_ERROR_ARGUMENT);
    assert_non_null(strstr(made.error.message, "--rewrite"));
    made = replace(path, "", "b", rewrite);
    assert_int_equal(made.status, THRUM_ERROR_ARGUMENT);

    thrum_pattern *pattern;
    const char *text = "a+";
    const thrum_pattern_options options = {.bytes = true};
    size_t n_bytes = 2;
    assert_int_equal(thrum_pattern_compile(&pattern, &text, &n_bytes, 1, &options, NULL), THRUM_OK);
    const thrum_replacement what = {.pattern = pattern, .new_bytes = (const uint8_t *)"xx", .n_new_bytes = 2};
    int n_before = n_entries();
    made = replace_with(path, &what, in_place);
    assert_int_equal(made.status, THRUM_OK);
    assert_int_equal(made.totals.n_inputs_failed, 1);
    assert_int_equal(made.error.code, THRUM_ERROR_ARGUMENT);
    assert_int_equal(made.error.offset, 5);
    assert_string_equal(made.error.path, path);
    expect_text(path, "aa b aaa");
    assert_int_equal(n_entries(), n_before);
    made = replace_with(path, &what, rewrite);
    expect_text(path, "xx b xx");
    thrum_pattern_free(pattern);
}

static void test_what_is_kept(void **state) {
    (void)state;
    const char *path = text_file("kept", "old");
    const char *link_path = scratch_path("kept.link");
    char value[8];
    assert_int_equal(chmod(path, 02751), 0);
    if (geteuid() == 0) {
        assert_int_equal(chown(path, 4321, 1234), 0);
        assert_int_equal(chmod(path, 04751), 0);
    }
    bool has_attributes = setxattr(path, "user.thrum", "value", 5, 0) == 0;
    assert_int_equal(symlink("kept", link_path), 0);
    struct stat before = look(path);
    outcome made = replace(link_path, "old", "newer", rewrite);
    assert_int_equal(made.totals.n_inputs_changed, 1);
    assert_true(S_ISLNK(look(link_path).st_mode));
    struct stat after = look(path);
    assert_int_not_equal(after.st_ino, before.st_ino);
    assert_int_equal(after.st_mode, before.st_mode);
    assert_int_equal(after.st_uid, before.st_uid);
    assert_int_equal(after.st_gid, before.st_gid);
    if (has_attributes) {
        assert_int_equal(getxattr(path, "user.thrum", value, sizeof value), 5);
        assert_memory_equal(value, "value", 5);
    }
    expect_text(path, "newer");
    assert_int_equal(made.n_warnings, 0);
}

static void test_hard_links(void **state) {
    (void)state;
    const char *path = text_file("one", "old"), *other = scratch_path("other");
    assert_int_equal(link(path, other), 0);
    assert_int_equal(replace(path, "none", "newer", rewrite).n_warnings, 0);
    assert_int_equal(replace(path, "old", "new", in_place).n_warnings, 0);
    expect_text(other, "new");
    assert_int_equal(replace(path, "new", "newer", rewrite).n_warnings, 1);
    expect_text(path, "newer");
    expect_text(other, "new");
}

static void test_backups(void **state) {
    (void)state;
    const thrum_replace_options ways[] = {in_place, rewrite};
    for (size_t i = 0; i < 2; i++) {
        thrum_replace_options how = ways[i];
        const char *path = text_file(i ? "backup1" : "backup0", "old text");
        const char *kept = scratch_path(i ? "backup1.bak" : "backup0.bak");
        assert_int_equal(chmod(path, 0640), 0);
        struct stat before = look(path);
        how.backup_suffix = ".bak";
        assert_int_equal(replace(path, "old", "new", how).totals.n_inputs_changed, 1);
        expect_text(path, "new text");
        expect_text(kept, "old text");
        struct stat after = look(kept);
        assert_int_equal(after.st_mode, before.st_mode);
        assert_memory_equal(&after.st_mtim, &before.st_mtim, sizeof before.st_mtim);

        int n_before = n_entries();
        outcome made = replace(path, "text", "txet", how);
        assert_int_equal(made.totals.n_inputs_failed, 1);
        assert_int_equal(made.error.system_errno, EEXIST);
        how.backup_suffix = "/x";
        assert_int_equal(replace(path, "text", "txet", how).totals.n_inputs_failed, 1);
        expect_text(path, "new text");
        expect_text(kept, "old text");
        assert_int_equal(n_entries(), n_before);
    }
}

static void test_locked(void **state) {
    (void)state;
    const char *path = text_file("locked", "the");
    int descriptor = open(path, O_RDWR);
    assert_true(descriptor >= 0);
    assert_int_equal(flock(descriptor, LOCK_EX), 0);
    const thrum_replace_options ways[] = {in_place, rewrite};
    for (size_t i = 0; i < 2; i++) {
        outcome made = replace(path, "the", "eht", ways[i]);
        assert_int_equal(made.totals.n_inputs_failed, 1);
        assert_int_equal(made.error.code, THRUM_ERROR_CHANGED);
        assert_non_null(strstr(made.error.message, "another process"));
    }
    close(descriptor);
    expect_text(path, "the");
    assert_int_equal(replace(path, "the", "eht", in_place).totals.n_inputs_changed, 1);
}

static void test_not_regular(void **state) {
    (void)state;
    const char *path = scratch_path("fifo");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(replace(path, "a", "b", rewrite).error.code, THRUM_ERROR_ARGUMENT);
    assert_int_equal(replace("-", "a", "b", in_place).error.code, THRUM_ERROR_ARGUMENT);
    unlink(path);
}

/* --- cut short --- */

static const char text_before[] = "the cat and the dog and the bird";
static const uint8_t the[] = "the", eht[] = "eht";

static char *begin_replacement(const char *path) {
    system_file file;
    journal_writer *writer;
    assert_int_equal(system_stat_path(path, &file), 0);
    assert_int_equal(journal_create(&writer, path, &file, the, eht, 3, NULL), THRUM_OK);
    static const uint64_t places[] = {0, 12, 24};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(journal_add(writer, &(journal_change){places[i], the, eht, 3}, NULL), THRUM_OK);
    assert_int_equal(journal_finish(writer, false, NULL), THRUM_OK);
    return journal_path(path);
}

static void overwrite(const char *path, const char *text) {
    int descriptor = open(path, O_WRONLY);
    assert_true(descriptor >= 0);
    assert_int_equal(pwrite(descriptor, text, strlen(text), 0), strlen(text));
    close(descriptor);
}

static void test_recover(void **state) {
    (void)state;
    static const char *const texts[] = {text_before, "eht cat and the dog and the bird",
                                        "the cat and ehe dog and the bird", "eht cat and eht dog and ehe bird",
                                        "eht cat and eht dog and eht bird"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *path = text_file("cut", text_before);
        struct stat before = look(path);
        char *journal = begin_replacement(path);
        overwrite(path, texts[i]);

        const thrum_replace_options ways[] = {in_place, rewrite, {.way = THRUM_REPLACE_COPY}};
        for (size_t j = 0; j < 3; j++) {
            outcome made = replace(path, "cat", "dog", ways[j]);
            assert_int_equal(made.totals.n_inputs_failed, 1);
            assert_int_equal(made.error.code, THRUM_ERROR_CHANGED);
            assert_non_null(strstr(made.error.message, "--recover"));
        }
        assert_int_equal(replace(journal, "cat", "dog", rewrite).totals.n_inputs_failed, 1);
        expect_text(path, texts[i]);

        thrum_recovery recovery;
        assert_int_equal(thrum_replace_recover(path, i % 2, &recovery, NULL), THRUM_OK);
        assert_int_equal(recovery, THRUM_RECOVERY_UNDONE);
        expect_text(path, text_before);
        struct stat after = look(path);
        assert_memory_equal(&after.st_mtim, &before.st_mtim, sizeof before.st_mtim);
        assert_int_equal(access(journal, F_OK), -1);
        assert_int_equal(thrum_replace_recover(path, true, &recovery, NULL), THRUM_OK);
        assert_int_equal(recovery, THRUM_RECOVERY_NONE);
        free(journal);
    }
}

static void test_recover_refused(void **state) {
    (void)state;
    static const char *const texts[] = {"xht cat and the dog and the bird", "the cat and the dog and the bird!"};
    thrum_recovery recovery;
    for (size_t i = 0; i < 2; i++) {
        const char *path = text_file("refused", text_before);
        char *journal = begin_replacement(path);
        overwrite(path, texts[i]);
        assert_int_equal(thrum_replace_recover(path, true, &recovery, NULL), THRUM_ERROR_CHANGED);
        expect_text(path, texts[i]);
        assert_int_equal(access(journal, F_OK), 0);

        /* The same name, another file. */
        const char *other = text_file("refused.other", text_before);
        assert_int_equal(rename(other, path), 0);
        assert_int_equal(thrum_replace_recover(path, true, &recovery, NULL), THRUM_ERROR_CHANGED);
        assert_int_equal(unlink(journal), 0);
        free(journal);
    }
}

static void test_recover_not_begun(void **state) {
    (void)state;
    for (off_t n_kept = 0; n_kept < 1000; n_kept++) {
        const char *path = text_file("begun", text_before);
        char *journal = begin_replacement(path);
        thrum_recovery recovery;
        bool is_whole = look(journal).st_size <= n_kept;
        if (!is_whole)
            assert_int_equal(truncate(journal, n_kept), 0);
        assert_int_equal(thrum_replace_recover(path, true, &recovery, NULL), THRUM_OK);
        assert_int_equal(recovery, is_whole ? THRUM_RECOVERY_UNDONE : THRUM_RECOVERY_NOT_BEGUN);
        expect_text(path, text_before);
        assert_int_equal(access(journal, F_OK), -1);
        free(journal);
        if (is_whole)
            return;
    }
    fail();
}

static void test_recover_damaged(void **state) {
    (void)state;
    const char *path = text_file("damaged", text_before);
    char *journal = begin_replacement(path);
    thrum_recovery recovery;
    assert_int_equal(truncate(journal, look(journal).st_size - 1), 0);
    /* Changed, though the journal is not whole: it may have been. */
    overwrite(path, "eht");
    const struct timespec times[2] = {{.tv_nsec = UTIME_NOW}, {.tv_sec = 1}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    assert_int_equal(thrum_replace_recover(path, true, &recovery, NULL), THRUM_ERROR_CHANGED);
    assert_int_equal(access(journal, F_OK), 0);
    overwrite(journal, "garbage in the place of the magic number");
    assert_int_equal(thrum_replace_recover(path, true, &recovery, NULL), THRUM_ERROR_CHANGED);
    assert_int_equal(access(journal, F_OK), 0);
    assert_int_equal(unlink(journal), 0);
    free(journal);
}

/* --- no room --- */

static const char *full_path;
static const thrum_replace_options *full_way;
static int n_entries_before;

static void run_out_of_room(void *argument) {
    (void)argument;
    const struct rlimit limit = {4096, 4096};
    signal(SIGXFSZ, SIG_IGN);
    CHILD_EXPECT(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    thrum_inputs *inputs;
    outcome made = {.error.code = THRUM_OK};
    CHILD_EXPECT(thrum_inputs_create(&inputs, NULL) == THRUM_OK);
    CHILD_EXPECT(thrum_inputs_add(inputs, full_path, NULL, NULL) == THRUM_OK);
    const thrum_run_options run = {.n_threads = 1, .on_error = note_error, .context = &made};
    const thrum_replacement what = {
        .old_bytes = (const uint8_t *)"a", .n_old_bytes = 1, .new_bytes = (const uint8_t *)"b", .n_new_bytes = 1};
    CHILD_EXPECT(thrum_replace_run(inputs, &what, full_way, &run, &made.totals, NULL) == THRUM_OK);
    CHILD_EXPECT(made.totals.n_inputs_failed == 1);
    CHILD_EXPECT(made.error.system_errno == EFBIG);
    CHILD_EXPECT(n_entries() == n_entries_before);
    thrum_inputs_free(inputs);
}

static void test_no_room(void **state) {
    (void)state;
    enum { N_BYTES = 200000 };
    char *bytes = malloc(N_BYTES + 1);
    assert_non_null(bytes);
    memset(bytes, 'a', N_BYTES);
    full_path = scratch_file("full", bytes, N_BYTES);
    thrum_replace_options kept = in_place;
    kept.backup_suffix = ".bak";
    const thrum_replace_options ways[] = {in_place, rewrite, kept};
    n_entries_before = n_entries();
    for (size_t i = 0; i < 3; i++) {
        full_way = &ways[i];
        assert_int_equal(child_run(run_out_of_room, NULL), 0);
        FILE *file = fopen(full_path, "rb");
        char *found = malloc(N_BYTES + 1);
        assert_int_equal(fread(found, 1, N_BYTES + 1, file), N_BYTES);
        assert_memory_equal(found, bytes, N_BYTES);
        free(found);
        fclose(file);
    }
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_room),
        cmocka_unit_test(test_three_ways),
        cmocka_unit_test(test_no_match),
        cmocka_unit_test(test_dry_run),
        cmocka_unit_test(test_lengths),
        cmocka_unit_test(test_what_is_kept),
        cmocka_unit_test(test_hard_links),
        cmocka_unit_test(test_backups),
        cmocka_unit_test(test_locked),
        cmocka_unit_test(test_not_regular),
        cmocka_unit_test(test_recover),
        cmocka_unit_test(test_recover_refused),
        cmocka_unit_test(test_recover_not_begun),
        cmocka_unit_test(test_recover_damaged),
    };
    return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
