/* thrum peek: bytes or lines at an offset. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "file_place.h"
#include "hex.h"
#include "message.h"

enum { DEFAULT_BYTES = 256 };

static const uint64_t not_given = UINT64_MAX;

typedef struct peek_settings {
    common_settings common;
    int64_t at;
    uint64_t length;
    uint64_t n_lines;
    uint64_t back;
    bool hex;
} peek_settings;

#define AT(member) offsetof(peek_settings, member)
static const option_spec options[] = {
    {"at", 0, OPTION_OFFSET, "N", "begin at byte N, from 0; below 0: from the end (default: 0)", AT(at), 0, 0, NULL},
    {"back", 0, OPTION_SIZE, "N", "begin N bytes before that, or where the file begins", AT(back), 0, INT64_MAX, NULL},
    {"length", 0, OPTION_SIZE, "N", "print N bytes (default: 256, without --lines)", AT(length), 0, INT64_MAX, NULL},
    {"lines", 0, OPTION_NUMBER, "N", "print up to the Nth line end from there on", AT(n_lines), 0, INT64_MAX, NULL},
    {"hex", 0, OPTION_FLAG, NULL, "print offsets, bytes as numbers, and ASCII, as hexdump -C does", AT(hex), 0, 0,
     NULL},
};
#undef AT

static const command_syntax syntax = {
    .name = "peek",
    .operands = "FILE",
    .about = "Prints the bytes of FILE at an offset, exactly as they are; escaped on a terminal. The file is\n"
             "mapped: however large it is, only what is printed is read. - is standard input; a pipe is read\n"
             "to its end.\n",
    .more = "N may have a suffix K, M, G or T. With --length and --lines, whichever ends first. Where the\n"
            "file ends before, there is less; an offset behind its end is an error.\n"
            "Exit status: 0 done, 2 after any error.\n",
    .options = options,
    .n_options = sizeof options / sizeof *options,
};

/* The bytes of so many lines, the last one perhaps without an end. */
static size_t lines_bytes(thrum_slice from, uint64_t n_lines) {
    size_t n_bytes = 0;
    for (; n_lines > 0 && n_bytes < from.n_bytes; n_lines--) {
        const uint8_t *feed = memchr(from.bytes + n_bytes, '\n', from.n_bytes - n_bytes);
        n_bytes = feed ? (size_t)(feed - from.bytes) + 1 : from.n_bytes;
    }
    return n_bytes;
}

/* What is asked for; false when it is not in the file and that was told. */
static bool choose(const peek_settings *settings, const char *path, const thrum_mapping *mapping, thrum_slice *chosen,
                   uint64_t *offset) {
    uint64_t n_bytes = thrum_mapping_n_bytes(mapping);
    uint64_t length = settings->length;
    if (length == not_given && settings->n_lines == not_given)
        length = DEFAULT_BYTES;
    if (!file_place(offset, path, settings->at, n_bytes))
        return false;
    *offset -= settings->back < *offset ? settings->back : *offset;
    uint64_t n_left = n_bytes - *offset;
    *chosen = (thrum_slice){thrum_mapping_bytes(mapping) + *offset, (size_t)(length < n_left ? length : n_left)};
    if (settings->n_lines != not_given)
        chosen->n_bytes = lines_bytes(*chosen, settings->n_lines);
    return true;
}

static thrum_status print_hex(job *work, thrum_slice from, uint64_t offset, thrum_error *error) {
    enum { PIECE = 1 << 14 };
    thrum_buffer lines = {0};
    thrum_status status = THRUM_OK;
    for (size_t at = 0; at < from.n_bytes && status == THRUM_OK; at += PIECE) {
        size_t n = from.n_bytes - at < PIECE ? from.n_bytes - at : PIECE;
        thrum_buffer_clear(&lines);
        hex_append(&lines, from.bytes + at, n, offset + at);
        if (at + n == from.n_bytes)
            hex_append_end(&lines, offset + from.n_bytes);
        status = lines.failed ? report_out_of_memory(error)
                              : thrum_output_write(work->output, lines.bytes, lines.n_bytes, error);
    }
    thrum_buffer_release(&lines);
    return status;
}

static thrum_status print(job *work, const peek_settings *settings, const thrum_mapping *mapping, thrum_slice chosen,
                          uint64_t offset, thrum_error *error) {
    work->n_bytes = chosen.n_bytes;
    job_streams(work);
    thrum_status status =
        settings->hex ? print_hex(work, chosen, offset, error) : file_print(work, chosen.bytes, chosen.n_bytes, error);
    if (status == THRUM_OK)
        status = thrum_mapping_check(mapping, error);
    if (status == THRUM_OK)
        job_stats(work, (const job_stat[]){{"bytes", work->n_bytes, NULL}}, 1);
    return status;
}

static int peek_at(const peek_settings *settings, char *const *paths) {
    int exit_status = EXIT_TROUBLE;
    job work;
    thrum_error error;
    thrum_mapping *mapping;
    thrum_slice chosen;
    uint64_t offset;
    if (thrum_mapping_open(&mapping, paths[0], THRUM_ACCESS_READ, 0, THRUM_TO_END, &error) != THRUM_OK) {
        message_error(&error);
        return EXIT_TROUBLE;
    }
    if (choose(settings, paths[0], mapping, &chosen, &offset) && job_open(&work, &settings->common, paths, 1)) {
        thrum_status status = print(&work, settings, mapping, chosen, offset, &error);
        exit_status = job_close(&work, status, &error, EXIT_SUCCESS);
    }
    thrum_mapping_close(mapping);
    return exit_status;
}

static const char *find_mistake(const peek_settings *settings, int n_operands) {
    if (n_operands != 1)
        return n_operands ? "one FILE at a time" : "a FILE is needed";
    if (settings->common.format)
        return "bytes are printed as they are, without --format";
    return NULL;
}

int cmd_peek(int argc, char **argv) {
    peek_settings settings = {.length = not_given, .n_lines = not_given};
    int first_operand, exit_status;
    if (options_read(&syntax, argc, argv, &settings, &first_operand, &exit_status)) {
        const char *mistake = find_mistake(&settings, argc - first_operand);
        exit_status = EXIT_TROUBLE;
        if (mistake)
            options_complain(&syntax, mistake);
        else
            exit_status = peek_at(&settings, argv + first_operand);
    }
    options_release(&syntax, &settings);
    return exit_status;
}
