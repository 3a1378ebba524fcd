/* thrum edit: other bytes in the place of some, through a mapping of the file. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "byte_text.h"
#include "commands.h"
#include "escape.h"
#include "file_place.h"
#include "message.h"

typedef struct edit_settings {
    common_settings common;
    int64_t at;
    const char *text;
    const char *hex;
    const char *expected;
    bool with_escapes;
    bool is_private;
    bool no_sync;
} edit_settings;

static const int64_t nowhere = INT64_MIN;

#define AT(member) offsetof(edit_settings, member)
static const option_spec options[] = {
    {"at", 0, OPTION_OFFSET, "N", "where: byte N, from 0; below 0: from the end", AT(at), 0, 0, NULL},
    {"text", 0, OPTION_TEXT, "TEXT", "what to write there", AT(text), 0, 0, NULL},
    {"hex", 0, OPTION_TEXT, "BYTES", "or that as hexadecimal digits, such as 0d0a", AT(hex), 0, 0, NULL},
    {"expect", 0, OPTION_TEXT, "OLD", "write only where OLD is, given as TEXT or BYTES are", AT(expected), 0, 0, NULL},
    {"escape", 0, OPTION_FLAG, NULL, "in TEXT and OLD, \\t \\n \\r \\0 \\\\ \\xHH stand for what they say",
     AT(with_escapes), 0, 0, NULL},
    {"private", 0, OPTION_FLAG, NULL, "leave the file as it is, and print what it would be", AT(is_private), 0, 0,
     NULL},
    {"no-sync", 0, OPTION_FLAG, NULL, "do not wait until the disk has it", AT(no_sync), 0, 0, NULL},
};
#undef AT

static const command_syntax syntax = {
    .name = "edit",
    .operands = "--at N --text TEXT FILE",
    .about = "Writes TEXT over the bytes of FILE at an offset, through a shared mapping: whoever maps the file\n"
             "sees it at once, nothing else of it is touched, and it keeps its size.\n",
    .more = "N may have a suffix K, M, G or T. A TEXT that would go past the end of the file is an error, and\n"
            "nothing is written. The bytes are on the disk when the program ends.\n"
            "Exit status: 0 done, 2 after any error.\n",
    .options = options,
    .n_options = sizeof options / sizeof *options,
};

/* What is to be done, with the bytes that the options name. */
typedef struct change {
    const edit_settings *settings;
    const char *path;
    thrum_buffer text;
    thrum_buffer expected; /* empty: anything */
} change;

static void append_shown(thrum_buffer *shown, const uint8_t *bytes, size_t n_bytes) {
    enum { MOST_SHOWN = 64 };
    thrum_buffer_append_text(shown, "'");
    escape_append(shown, bytes, n_bytes < MOST_SHOWN ? n_bytes : MOST_SHOWN, ESCAPE_LINE);
    thrum_buffer_append_text(shown, n_bytes > MOST_SHOWN ? "'..." : "'");
}

static bool is_expected(const change *c, const thrum_mapping *mapping, uint64_t offset) {
    size_t n_left = (size_t)(thrum_mapping_n_bytes(mapping) - offset), n_expected = c->expected.n_bytes;
    const uint8_t *there = thrum_mapping_bytes(mapping) + offset;
    size_t n_there = n_expected < n_left ? n_expected : n_left;
    if (n_expected == 0 || (n_there == n_expected && memcmp(there, c->expected.bytes, n_expected) == 0))
        return true;
    thrum_buffer shown = {0};
    append_shown(&shown, there, n_there);
    thrum_buffer_append_text(&shown, ", not ");
    append_shown(&shown, c->expected.bytes, n_expected);
    thrum_buffer_append(&shown, "", 1);
    message("%s: at offset %" PRIu64 " there is %s", c->path, offset,
            shown.failed ? "something else" : (const char *)shown.bytes);
    thrum_buffer_release(&shown);
    return false;
}

/* Where the bytes go; false when they may not and that was told. */
static bool find_place(const change *c, const thrum_mapping *mapping, uint64_t *offset) {
    uint64_t n_bytes = thrum_mapping_n_bytes(mapping);
    if (n_bytes == 0) {
        message("%s: the file is empty: there are no bytes to be changed", c->path);
        return false;
    }
    if (!file_place(offset, c->path, c->settings->at, n_bytes))
        return false;
    if (c->text.n_bytes > n_bytes - *offset) {
        message("%s: %zu bytes at offset %" PRIu64 " would go past the end, at %" PRIu64 ": a file keeps its size",
                c->path, c->text.n_bytes, *offset, n_bytes);
        return false;
    }
    return is_expected(c, mapping, *offset);
}

/* Changes the mapping of the file; false when it failed and that was told. */
static bool apply(const change *c, thrum_mapping **mapping, thrum_access access, uint64_t *offset) {
    thrum_error error;
    if (thrum_mapping_open(mapping, c->path, access, 0, THRUM_TO_END, &error) != THRUM_OK) {
        message_error(&error);
        return false;
    }
    if (!find_place(c, *mapping, offset))
        return false;
    if (thrum_mapping_assign(*mapping, *offset, c->text.bytes, c->text.n_bytes, &error) == THRUM_OK)
        return true;
    message_error(&error);
    return false;
}

static int edit_file(const change *c) {
    thrum_mapping *mapping = NULL;
    thrum_error error;
    uint64_t offset;
    int exit_status = EXIT_TROUBLE;
    if (apply(c, &mapping, THRUM_ACCESS_WRITE, &offset)) {
        thrum_status status =
            c->settings->no_sync ? THRUM_OK : thrum_mapping_flush(mapping, offset, c->text.n_bytes, &error);
        if (status == THRUM_OK)
            status = thrum_mapping_check(mapping, &error);
        if (status == THRUM_OK)
            exit_status = EXIT_SUCCESS;
        else
            message_error(&error);
    }
    thrum_mapping_close(mapping);
    return exit_status;
}

static int show_result(const change *c) {
    job work;
    thrum_error error;
    thrum_mapping *mapping = NULL;
    uint64_t offset;
    int exit_status = EXIT_TROUBLE;
    char *const paths[] = {(char *)c->path};
    if (apply(c, &mapping, THRUM_ACCESS_COPY, &offset) && job_open(&work, &c->settings->common, paths, 1)) {
        job_streams(&work);
        work.n_bytes = thrum_mapping_n_bytes(mapping);
        thrum_status status = file_print(&work, thrum_mapping_bytes(mapping), thrum_mapping_n_bytes(mapping), &error);
        if (status == THRUM_OK)
            status = thrum_mapping_check(mapping, &error);
        if (status == THRUM_OK)
            job_stats(&work, (const job_stat[]){{"bytes", work.n_bytes, NULL}}, 1);
        exit_status = job_close(&work, status, &error, EXIT_SUCCESS);
    }
    thrum_mapping_close(mapping);
    return exit_status;
}

static const char *find_mistake(const edit_settings *settings, char *const *operands, int n_operands) {
    if (n_operands != 1)
        return n_operands ? "one FILE at a time" : "a FILE is needed";
    if (settings->at == nowhere)
        return "--at is needed";
    if (!settings->text == !settings->hex)
        return settings->text ? "--text and --hex exclude each other" : "--text or --hex is needed";
    if (settings->hex && settings->with_escapes)
        return "--escape is for --text";
    if (settings->common.format)
        return "bytes are printed as they are, without --format";
    if (settings->common.output && !settings->is_private)
        return "--output is for --private: what is changed is FILE itself";
    if (strcmp(operands[0], "-") == 0 && !settings->is_private)
        return "standard input cannot be changed; name a file, or see --private";
    return NULL;
}

static int edit(const edit_settings *settings, const char *path) {
    byte_notation notation = settings->hex ? BYTES_HEX : settings->with_escapes ? BYTES_ESCAPED : BYTES_PLAIN;
    change c = {.settings = settings, .path = path};
    int exit_status = EXIT_TROUBLE;
    if (byte_text_read(&c.text, settings->hex ? "--hex" : "--text", settings->hex ? settings->hex : settings->text,
                       notation) &&
        (!settings->expected || byte_text_read(&c.expected, "--expect", settings->expected, notation)))
        exit_status = settings->is_private ? show_result(&c) : edit_file(&c);
    thrum_buffer_release(&c.text);
    thrum_buffer_release(&c.expected);
    return exit_status;
}

int cmd_edit(int argc, char **argv) {
    edit_settings settings = {.at = nowhere};
    int first, exit_status;
    if (options_read(&syntax, argc, argv, &settings, &first, &exit_status)) {
        const char *mistake = find_mistake(&settings, argv + first, argc - first);
        exit_status = EXIT_TROUBLE;
        if (mistake)
            options_complain(&syntax, mistake);
        else
            exit_status = edit(&settings, argv[first]);
    }
    options_release(&syntax, &settings);
    return exit_status;
}
