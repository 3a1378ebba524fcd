/* Changes in place: made block by block of the journal on all threads, undone on one. */
#include "run/undo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "map/beside.h"
#include "map/journal.h"
#include "run/parallel.h"
#include "thrum/mapping.h"
#include "thrum/replace.h"

/* A file and its journal, both mapped. */
typedef struct changing {
    thrum_mapping *file, *journal;
    uint8_t *bytes;
    journal_view view;
    size_t place; /* of the next block */
} changing;

static thrum_status changing_open(changing *c, const target *t, const char *journal, thrum_error *error) {
    thrum_status status = thrum_mapping_open(&c->journal, journal, THRUM_ACCESS_READ, 0, THRUM_TO_END, error);
    if (status == THRUM_OK)
        status = thrum_mapping_open(&c->file, t->final_path, THRUM_ACCESS_WRITE, 0, THRUM_TO_END, error);
    if (status == THRUM_OK)
        c->bytes = thrum_mapping_writable(c->file);
    return status;
}

static void changing_close(changing *c) {
    thrum_mapping_close(c->file);
    thrum_mapping_close(c->journal);
}

/* --- there -------------------------------------------------------------------------------------------------------- */

static bool claim(void *context, void *unit) {
    changing *c = context;
    return journal_next_block(&c->view, &c->place, unit);
}

static void change_block(void *context, void *unit, unsigned thread) {
    (void)thread;
    changing *c = context;
    journal_change change;
    while (journal_next_change(unit, &change))
        memcpy(c->bytes + change.offset, change.new_bytes, change.n_bytes);
}

static void retire(void *context, void *unit) {
    (void)context;
    (void)unit;
}

static void release(void *unit) {
    (void)unit;
}

static thrum_status make_changes(const target *t, const char *journal, unsigned n_threads, thrum_error *error) {
    changing c = {0};
    thrum_status status = changing_open(&c, t, journal, error);
    /* The time is set by hand, because not every file system notices writes through memory; see recover_begun. */
    int failure = status == THRUM_OK ? system_set_modified(t->descriptor, 0, -1) : 0;
    if (failure)
        status = error_system(error, failure, t->path, "cannot write");
    if (status == THRUM_OK &&
        (thrum_mapping_n_bytes(c.file) != t->file.n_bytes ||
         journal_look(&c.view, thrum_mapping_bytes(c.journal), thrum_mapping_n_bytes(c.journal)) != JOURNAL_WHOLE))
        status = error_set(error, THRUM_ERROR_CHANGED, t->path, "the file changed while it was in use");
    c.place = c.view.first_block;
    const pipeline line = {.context = &c,
                           .claim = claim,
                           .scan = change_block,
                           .retire = retire,
                           .release = release,
                           .unit_bytes = sizeof(journal_block)};
    if (status == THRUM_OK)
        status = pipeline_run(&line, n_threads, error);
    if (status == THRUM_OK)
        status = thrum_mapping_check(c.file, error);
    changing_close(&c);
    failure = status == THRUM_OK && t->sync ? system_sync(t->descriptor) : 0;
    return failure ? error_system(error, failure, t->path, "cannot write") : status;
}

static thrum_status remove_journal(const target *t, const char *journal, thrum_error *error) {
    int failure = system_remove(journal);
    if (!failure && t->sync)
        failure = system_sync_directory(journal);
    return failure ? error_system(error, failure, journal, "cannot remove the undo journal") : THRUM_OK;
}

/* --- and back ----------------------------------------------------------------------------------------------------- */

static bool is_old_or_new(const uint8_t *bytes, const journal_change *change) {
    for (size_t i = 0; i < change->n_bytes; i++)
        if (bytes[i] != change->old_bytes[i] && bytes[i] != change->new_bytes[i])
            return false;
    return true;
}

static thrum_status refuse_changed(const target *t, const char *journal, thrum_error *error) {
    return error_set(
        error, THRUM_ERROR_CHANGED, t->path,
        "another program changed it after the replacement was cut short; remove %s if it is right as it is", journal);
}

static bool may_undo(const changing *c) {
    size_t place = c->view.first_block;
    journal_block block;
    journal_change change;
    while (journal_next_block(&c->view, &place, &block))
        while (journal_next_change(&block, &change))
            if (!is_old_or_new(c->bytes + change.offset, &change))
                return false;
    return true;
}

/* Pages without a change are not touched. */
static void put_back(const changing *c) {
    size_t place = c->view.first_block;
    journal_block block;
    journal_change change;
    while (journal_next_block(&c->view, &place, &block))
        while (journal_next_change(&block, &change))
            if (memcmp(c->bytes + change.offset, change.old_bytes, change.n_bytes) != 0)
                memcpy(c->bytes + change.offset, change.old_bytes, change.n_bytes);
}

static thrum_status undo(const changing *c, const target *t, const char *journal, thrum_error *error) {
    if (c->view.n_file_bytes != thrum_mapping_n_bytes(c->file) || c->view.inode != t->file.inode || !may_undo(c))
        return refuse_changed(t, journal, error);
    put_back(c);
    thrum_status status = thrum_mapping_check(c->file, error);
    if (status != THRUM_OK)
        return status;
    /* Only its owner may set this; the text is what matters. */
    (void)system_set_modified(t->descriptor, c->view.modified_seconds, c->view.modified_nanoseconds);
    int failure = t->sync ? system_sync(t->descriptor) : 0;
    return failure ? error_system(error, failure, t->path, "cannot put the old text back") : THRUM_OK;
}

thrum_status undo_apply(const target *t, const char *journal, unsigned n_threads, thrum_error *error) {
    changing c = {0};
    thrum_status status = make_changes(t, journal, n_threads, error);
    if (status == THRUM_OK)
        return remove_journal(t, journal, error);
    bool is_undone =
        changing_open(&c, t, journal, NULL) == THRUM_OK &&
        journal_check(&c.view, thrum_mapping_bytes(c.journal), thrum_mapping_n_bytes(c.journal)) == JOURNAL_WHOLE &&
        undo(&c, t, journal, NULL) == THRUM_OK;
    changing_close(&c);
    if (is_undone)
        (void)remove_journal(t, journal, NULL);
    else
        error_set(error, status, t->path, "it could be changed only in part; 'thrum replace --recover' undoes it");
    return status;
}

/* --- after a process was killed ----------------------------------------------------------------------------------- */

/* A journal that is not whole: nothing was changed. If the file was changed all the same, the journal is damaged or
 * another program was there, and which of both we cannot tell. */
static thrum_status recover_begun(const changing *c, const target *t, const char *journal, thrum_error *error) {
    const journal_view *view = &c->view;
    if (view->inode == t->file.inode && view->n_file_bytes == t->file.n_bytes &&
        view->modified_seconds == t->file.modified_seconds &&
        view->modified_nanoseconds == t->file.modified_nanoseconds)
        return THRUM_OK;
    return refuse_changed(t, journal, error);
}

static thrum_status recover_blank(const changing *c, const target *t, const char *journal, thrum_error *error) {
    (void)c, (void)t, (void)journal, (void)error;
    return THRUM_OK;
}

static thrum_status recover_alien(const changing *c, const target *t, const char *journal, thrum_error *error) {
    (void)c, (void)t;
    return error_set(error, THRUM_ERROR_CHANGED, journal,
                     "it is damaged, or no undo journal of this machine and version");
}

static thrum_status recover(const target *t, const char *journal, thrum_recovery *recovery, thrum_error *error) {
    static thrum_status (*const ends[])(const changing *, const target *, const char *,
                                        thrum_error *) = {[JOURNAL_BLANK] = recover_blank,
                                                          [JOURNAL_BEGUN] = recover_begun,
                                                          [JOURNAL_WHOLE] = undo,
                                                          [JOURNAL_ALIEN] = recover_alien};
    changing c = {0};
    thrum_status status = changing_open(&c, t, journal, error);
    journal_state state = JOURNAL_BLANK;
    if (status == THRUM_OK) {
        state = journal_check(&c.view, thrum_mapping_bytes(c.journal), thrum_mapping_n_bytes(c.journal));
        status = ends[state](&c, t, journal, error);
    }
    changing_close(&c);
    if (status == THRUM_OK)
        status = remove_journal(t, journal, error);
    if (status == THRUM_OK)
        *recovery = state == JOURNAL_WHOLE ? THRUM_RECOVERY_UNDONE : THRUM_RECOVERY_NOT_BEGUN;
    return status;
}

/* Somebody else's journal, where anybody may make files, could make us write anything. */
static thrum_status check_journal(const target *t, const char *journal, bool *exists, thrum_error *error) {
    system_file file;
    int failure = system_stat_path(journal, &file);
    *exists = !failure;
    if (failure)
        return failure == ENOENT ? THRUM_OK : error_system(error, failure, journal, "cannot open");
    if (file.kind != SYSTEM_REGULAR || (file.owner != t->file.owner && file.owner != system_user()))
        return error_set(error, THRUM_ERROR_ARGUMENT, journal, "it is another user's, or no file");
    return THRUM_OK;
}

/* Whether there is a journal at all, without asking for the right to change the file. */
static thrum_status has_journal(const char *path, bool *exists, thrum_error *error) {
    char *final_path, *journal;
    system_file file;
    int failure = beside_resolve(&final_path, path);
    if (failure)
        return error_system(error, failure, path, "cannot open");
    journal = journal_path(final_path);
    free(final_path);
    if (!journal)
        return error_memory(error);
    failure = system_stat_path(journal, &file);
    *exists = !failure;
    thrum_status status = !failure || failure == ENOENT || failure == ENOTDIR || failure == ENAMETOOLONG
                              ? THRUM_OK
                              : error_system(error, failure, journal, "cannot open");
    free(journal);
    return status;
}

thrum_status thrum_replace_recover(const char *path, bool no_sync, thrum_recovery *recovery, thrum_error *error) {
    target t;
    bool exists = false;
    *recovery = THRUM_RECOVERY_NONE;
    thrum_status status = has_journal(path, &exists, error);
    if (status != THRUM_OK || !exists)
        return status;
    status = target_open(&t, path, NULL, !no_sync, error);
    if (status != THRUM_OK)
        return status;
    char *journal = journal_path(t.final_path);
    status = journal ? check_journal(&t, journal, &exists, error) : error_memory(error);
    if (status == THRUM_OK && exists)
        status = recover(&t, journal, recovery, error);
    free(journal);
    target_close(&t);
    return status;
}

bool thrum_replace_is_journal(const char *path) {
    return journal_is_name(path);
}
