/* thrum replace: a text, or the matches of a pattern, replaced: on standard output, in place, or by a new file. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "job.h"
#include "match_settings.h"
#include "message.h"
#include "pattern_list.h"
#include "writer.h"

enum { EXIT_NOTHING = 1 };

typedef struct replace_settings {
    common_settings common;
    bool in_place, rewrite;
    bool recover;
    bool is_regex;
    bool with_escapes;
    int newline; /* 1 + thrum_newline */
    int engine;  /* 1 + thrum_engine */
    thrum_pattern_options pattern;
    const char *backup;
    bool dry_run;
    bool no_sync;
} replace_settings;

#define AT(member) offsetof(replace_settings, member)
static const option_spec options[] = {
    {"in-place", 0, OPTION_FLAG, NULL, "change the files, where the new text is as long as the old one", AT(in_place),
     0, 0, NULL},
    {"rewrite", 0, OPTION_FLAG, NULL, "put new files in the place of those with a match", AT(rewrite), 0, 0, NULL},
    {"backup", 0, OPTION_TEXT, "SUFFIX", "keep the old text of a changed file under its name with SUFFIX", AT(backup),
     0, 0, NULL},
    {"recover", 0, OPTION_FLAG, NULL, "undo what a killed --in-place left in the files, and do nothing else",
     AT(recover), 0, 0, NULL},
    {"no-sync", 0, OPTION_FLAG, NULL, "do not wait for the disk: faster, safe against a kill but not a power cut",
     AT(no_sync), 0, 0, NULL},
    {"dry-run", 0, OPTION_FLAG, NULL, "only print how many replacements there would be in each file", AT(dry_run), 0, 0,
     NULL},
    {"regex", 0, OPTION_FLAG, NULL, "OLD is a PCRE2 pattern, NEW a template with $0 $1 ${name}", AT(is_regex), 0, 0,
     NULL},
    {"escape", 0, OPTION_FLAG, NULL, "in OLD and NEW, \\t \\n \\r \\0 \\\\ stand for what they say", AT(with_escapes),
     0, 0, NULL},
    PATTERN_OPTIONS(AT),
    PATTERN_LIMIT_OPTIONS(AT),
    {"no-jit", 0, OPTION_FLAG, NULL, "do without just-in-time compilation: slow, for systems that forbid it",
     AT(pattern.no_jit), 0, 0, NULL},
};
#undef AT

static const command_syntax syntax = {
    .name = "replace",
    .operands = "OLD NEW [FILE]...",
    .about = "Replaces the text OLD by the text NEW everywhere, and prints the result; with --in-place or\n"
             "--rewrite it changes the files instead. Without FILE, or where it is -, standard input is\n"
             "read; a directory stands for every file below it.\n",
    .more = "--in-place first writes what it will do to .FILE.thrum-undo beside the file. If it is killed,\n"
            "the file is part old and part new until 'thrum replace --recover FILE' makes it old again;\n"
            "before that, nothing else is replaced in it. --rewrite goes through a temporary file that\n"
            "takes the name, mode, owner and extended attributes of the old one. Both lock the file, and\n"
            "leave alone what has no match. A backup that exists already is never overwritten.\n"
            "With --regex, matches are those of 'thrum match'; in NEW, $0 is the match, $1 or ${12} a\n"
            "group, ${name} a named group, $$ a dollar, and \\t \\n \\\\ are tab, newline and backslash.\n"
            "Formats (--dry-run only): the columns are path count.\n"
            "Exit status: 0 something replaced (or recovered), 1 nothing, 2 after any error.\n",
    .options = options,
    .n_options = sizeof options / sizeof *options,
};

/* --- the texts ---------------------------------------------------------------------------------------------------- */

typedef struct text {
    char *bytes;
    size_t n_bytes;
} text;

/* Takes a copy of an argument, escapes undone if there are any. False when that failed and was told. */
static bool text_init(text *t, const char *name, const char *argument, bool with_escapes) {
    static const char letters[] = "tnr0\\", meanings[] = "\t\n\r\0\\";
    t->bytes = strdup(argument);
    t->n_bytes = 0;
    if (!t->bytes) {
        message("out of memory");
        return false;
    }
    for (const char *at = argument; *at; at++) {
        const char *letter = at;
        if (with_escapes && *at == '\\') {
            letter = at[1] ? strchr(letters, *++at) : NULL;
            if (!letter) {
                message("replace: %s: '\\' needs one of t n r 0 \\ after it", name);
                return false;
            }
            t->bytes[t->n_bytes++] = meanings[letter - letters];
        } else {
            t->bytes[t->n_bytes++] = *letter;
        }
    }
    return true;
}

/* --- replacing ---------------------------------------------------------------------------------------------------- */

typedef struct replace_job {
    job work;
    report_writer report; /* of --dry-run */
    thrum_status status;  /* of its rows; after a failure the rest is left out */
    thrum_error error;
} replace_job;

static void on_input(void *context, size_t input, uint64_t n_replacements) {
    replace_job *replacing = context;
    const char *path = thrum_inputs_path(replacing->work.inputs, input);
    const report_cell cells[] = {report_text(path, strlen(path)), {.number = n_replacements}};
    if (replacing->status == THRUM_OK)
        replacing->status = report_row(&replacing->report, cells, &replacing->error);
}

static void on_warning(void *context, const thrum_error *warning) {
    replace_job *replacing = context;
    progress_erase(&replacing->work.progress);
    message_error(warning);
}

static thrum_replace_way way_of(const replace_settings *settings) {
    return settings->in_place ? THRUM_REPLACE_IN_PLACE : settings->rewrite ? THRUM_REPLACE_REWRITE : THRUM_REPLACE_COPY;
}

static thrum_status run(replace_job *replacing, const replace_settings *settings, const thrum_replacement *what,
                        thrum_replace_totals *totals, thrum_error *error) {
    static const report_column columns[] = {{"path", REPORT_TEXT}, {"count", REPORT_NUMBER}};
    job *work = &replacing->work;
    const thrum_replace_options how = {.way = way_of(settings),
                                       .dry_run = settings->dry_run,
                                       .no_sync = settings->no_sync,
                                       .backup_suffix = settings->backup,
                                       .output = work->output,
                                       .on_input = settings->dry_run ? on_input : NULL,
                                       .on_warning = on_warning,
                                       .context = replacing};
    thrum_status status = THRUM_OK;
    if (settings->dry_run)
        status = report_begin(&replacing->report, work->output, &work->style, columns, 2, error);
    if (settings->dry_run || way_of(settings) == THRUM_REPLACE_COPY)
        job_streams(work);
    if (status == THRUM_OK)
        status = thrum_replace_run(work->inputs, what, &how, &work->run, totals, error);
    if (status == THRUM_OK && replacing->status != THRUM_OK) {
        *error = replacing->error;
        status = replacing->status;
    }
    if (status == THRUM_OK && settings->dry_run)
        status = report_end(&replacing->report, error);
    report_release(&replacing->report);
    return status;
}

static int replace_files(const replace_settings *settings, const thrum_replacement *what, char *const *paths,
                         int n_paths) {
    replace_job replacing = {0};
    thrum_replace_totals totals = {0};
    thrum_error error;
    if (!job_open(&replacing.work, &settings->common, paths, n_paths))
        return EXIT_TROUBLE;
    replacing.work.remedy = match_remedy;
    thrum_status status = run(&replacing, settings, what, &totals, &error);
    replacing.work.n_bytes = totals.n_bytes;
    const job_stat stats[] = {{"bytes", totals.n_bytes, NULL},
                              {"replacements", totals.n_replacements, NULL},
                              {"files changed", totals.n_inputs_changed, NULL}};
    if (status == THRUM_OK)
        job_stats(&replacing.work, stats, sizeof stats / sizeof *stats);
    return job_close(&replacing.work, status, &error, totals.n_replacements > 0 ? EXIT_SUCCESS : EXIT_NOTHING);
}

static bool compile(const replace_settings *settings, const text *old_text, const char *new_argument,
                    thrum_pattern **pattern, thrum_template **template_) {
    thrum_error error;
    const char *bytes = old_text->bytes;
    const pattern_list list = {.texts = &bytes, .n_bytes = (size_t *)&old_text->n_bytes, .n = 1};
    if (!pattern_list_compile(&list, &settings->pattern, pattern))
        return false;
    if (!settings->is_regex || thrum_template_compile(template_, new_argument, *pattern, &error) == THRUM_OK)
        return true;
    message_source("NEW", new_argument, strlen(new_argument), &error);
    return false;
}

/* A plain text is found without a pattern, unless it is to be found as only patterns are. */
static bool needs_pattern(const replace_settings *settings) {
    const thrum_pattern_options *pattern = &settings->pattern;
    return settings->is_regex || pattern->by_line || pattern->caseless || pattern->whole_word || pattern->whole_line;
}

static int replace(replace_settings *settings, const char *old_argument, const char *new_argument, char *const *paths,
                   int n_paths) {
    int exit_status = EXIT_TROUBLE;
    text old_text = {0}, new_text = {0};
    thrum_pattern *pattern = NULL;
    thrum_template *template_ = NULL;
    settings->pattern.literal = !settings->is_regex;
    if (settings->newline)
        settings->pattern.newline = (thrum_newline)(settings->newline - 1);
    if (settings->engine)
        settings->pattern.engine = (thrum_engine)(settings->engine - 1);
    if (!text_init(&old_text, "OLD", old_argument, settings->with_escapes) ||
        !text_init(&new_text, "NEW", new_argument, settings->with_escapes) ||
        (needs_pattern(settings) && !compile(settings, &old_text, new_argument, &pattern, &template_)))
        goto out;
    const thrum_replacement what = {.old_bytes = (const uint8_t *)old_text.bytes,
                                    .n_old_bytes = old_text.n_bytes,
                                    .pattern = pattern,
                                    .by_line = settings->pattern.by_line,
                                    .template_ = template_,
                                    .new_bytes = (const uint8_t *)new_text.bytes,
                                    .n_new_bytes = new_text.n_bytes};
    exit_status = replace_files(settings, &what, paths, n_paths);
out:
    thrum_template_free(template_);
    thrum_pattern_free(pattern);
    free(old_text.bytes);
    free(new_text.bytes);
    return exit_status;
}

/* --- recovering --------------------------------------------------------------------------------------------------- */

static int recover(const replace_settings *settings, char *const *paths, int n_paths) {
    static const char *const results[] = {
        [THRUM_RECOVERY_NOT_BEGUN] = "nothing had been changed; it is as it was",
        [THRUM_RECOVERY_UNDONE] = "the replacement was undone; it is as it was",
    };
    job work;
    thrum_error error;
    int exit_status = EXIT_NOTHING;
    if (!job_open(&work, &settings->common, paths, n_paths))
        return EXIT_TROUBLE;
    for (size_t i = 0; i < thrum_inputs_n(work.inputs); i++) {
        const char *path = thrum_inputs_path(work.inputs, i);
        thrum_recovery recovery;
        if (thrum_replace_is_journal(path))
            continue;
        if (thrum_replace_recover(path, settings->no_sync, &recovery, &error) != THRUM_OK) {
            job_on_error(&work, &error);
        } else if (recovery != THRUM_RECOVERY_NONE) {
            message("%s: %s", path, results[recovery]);
            exit_status = EXIT_SUCCESS;
        }
    }
    return job_close(&work, THRUM_OK, NULL, exit_status);
}

/* --- the command line --------------------------------------------------------------------------------------------- */

static const char *find_conflict(const replace_settings *settings, int n_operands) {
    bool is_copy = way_of(settings) == THRUM_REPLACE_COPY;
    if (settings->recover)
        return !is_copy || settings->dry_run || settings->backup || settings->common.output || settings->common.format
                   ? "--recover stands alone, but for --no-sync"
               : n_operands == 0 ? "--recover needs a FILE"
                                 : NULL;
    if (n_operands < 2)
        return "OLD and NEW are needed";
    if (settings->in_place && settings->rewrite)
        return "--in-place and --rewrite exclude each other";
    if (is_copy && settings->backup)
        return "--backup is for --in-place and --rewrite";
    if (!is_copy && n_operands == 2)
        return "--in-place and --rewrite need a FILE";
    if (!is_copy && !settings->dry_run && settings->common.output)
        return "--output is for printing, not for --in-place and --rewrite";
    if (settings->common.format && !settings->dry_run)
        return "--format is for --dry-run";
    if (settings->is_regex && settings->with_escapes)
        return "--escape is for plain texts; patterns and templates have escapes of their own";
    return NULL;
}

int cmd_replace(int argc, char **argv) {
    replace_settings settings = {0};
    int first, exit_status;
    if (options_read(&syntax, argc, argv, &settings, &first, &exit_status)) {
        const char *complaint = find_conflict(&settings, argc - first);
        exit_status = EXIT_TROUBLE;
        if (complaint)
            options_complain(&syntax, complaint);
        else if (settings.recover)
            exit_status = recover(&settings, argv + first, argc - first);
        else
            exit_status = replace(&settings, argv[first], argv[first + 1], argv + first + 2, argc - first - 2);
    }
    options_release(&syntax, &settings);
    return exit_status;
}
