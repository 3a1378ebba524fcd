/* Replacing a text, or the matches of a pattern, in files: as a copy, in place, or by a rewritten file.
 *
 * In place, the bytes are changed in the file itself, through a shared mapping; so a replacement must be as long as
 * what it replaces. Before the first change all changes are written to a journal beside the file, `.NAME.thrum-undo`;
 * after the last one it is removed. A process that is killed in between leaves the journal, and thrum_replace_recover
 * puts the old text back: the file is wholly old or wholly new. The journal takes one to three bytes for a change of a
 * fixed text.
 *
 * By rewriting, the new text is written to a temporary file in the same directory that gets mode, owner and extended
 * attributes of the old one and then its name: readers see the old file or the new one.
 *
 * In both ways the file is locked (flock) before it is looked at: of two processes that want to change it at once, the
 * second is refused. A file with no match is not touched. Programs that do not ask for the lock are noticed by the
 * file's size and time of change before the first change is made. */
#ifndef THRUM_REPLACE_H
#define THRUM_REPLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "thrum/error.h"
#include "thrum/input.h"
#include "thrum/output.h"
#include "thrum/pattern.h"
#include "thrum/run.h"

/* What is replaced by what. */
typedef struct thrum_replacement {
    const uint8_t *old_bytes; /* a text that is not empty; not looked at where there is a pattern */
    size_t n_old_bytes;
    const thrum_pattern *pattern;    /* NULL, or what is replaced: its matches, those of thrum/match.h */
    bool by_line;                    /* to the pattern, each line is a subject of its own */
    const thrum_template *template_; /* NULL, or what comes in their place, compiled against the pattern */
    const uint8_t *new_bytes;        /* without a template: the text that comes in */
    size_t n_new_bytes;
} thrum_replacement;

typedef enum thrum_replace_way {
    THRUM_REPLACE_COPY,     /* write the new text to `output`, one input after the other */
    THRUM_REPLACE_IN_PLACE, /* change the files */
    THRUM_REPLACE_REWRITE   /* put new files in their place */
} thrum_replace_way;

/* Initialise with {0}. */
typedef struct thrum_replace_options {
    thrum_replace_way way;
    bool dry_run;              /* look, count and refuse as ever, but write and change nothing */
    bool no_sync;              /* do not wait for the disk: enough against a killed process, not against a power cut */
    const char *backup_suffix; /* keep the old text of a changed file under its path with this behind, which must not
                                  exist yet; NULL: do not keep it */
    thrum_output *output;
    /* After each input that did not fail, in order. May be NULL. */
    void (*on_input)(void *context, size_t input, uint64_t n_replacements);
    thrum_error_callback *on_warning; /* something to know about an input that does not fail for it; may be NULL */
    void *context;                    /* handed to both */
} thrum_replace_options;

typedef struct thrum_replace_totals {
    uint64_t n_replacements; /* in inputs that did not fail */
    uint64_t n_bytes;        /* of the same inputs, before */
    uint64_t n_inputs_changed;
    uint64_t n_inputs_failed;
} thrum_replace_totals;

/* Replaces in all inputs, one after the other, each on all cores. An input that fails is told to run->on_error and the
 * others go on; it is as it was before. Other failures (memory, the output) end the run. With THRUM_REPLACE_COPY, what
 * stands before the place where a limit was hit is written all the same. Memory beyond the mappings is bounded by
 * threads x chunk size. */
THRUM_API thrum_status thrum_replace_run(const thrum_inputs *inputs, const thrum_replacement *replacement,
                                         const thrum_replace_options *options, const thrum_run_options *run,
                                         thrum_replace_totals *totals, thrum_error *error);

typedef enum thrum_recovery {
    THRUM_RECOVERY_NONE,      /* there was no journal */
    THRUM_RECOVERY_NOT_BEGUN, /* the journal was not finished, so nothing had been changed: it was removed */
    THRUM_RECOVERY_UNDONE     /* the old text was put back */
} thrum_recovery;

/* Ends what a killed process left of a replacement in place. A file that another program changed since at the places
 * concerned, or that is another one, is refused and left with its journal (THRUM_ERROR_CHANGED). */
THRUM_API thrum_status thrum_replace_recover(const char *path, bool no_sync, thrum_recovery *recovery,
                                             thrum_error *error);

/* True for the name of a journal, which is nothing to replace in. */
THRUM_API bool thrum_replace_is_journal(const char *path);

#endif
