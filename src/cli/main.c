#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "message.h"
#include "options.h"
#include "thrum/thrum.h"

typedef struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *summary;
} command;

static const command commands[] = {
    {"words", cmd_words, "how often each word occurs"},
    {"match", cmd_match, "every match of a pattern"},
    {"count", cmd_count, "lines, words, characters, bytes and matches of patterns"},
    {"merge", cmd_merge, "one frequency list out of many that were saved"},
    {"find", cmd_find, "where a text is, to the byte"},
    {"peek", cmd_peek, "bytes or lines at an offset"},
    {"edit", cmd_edit, "other bytes in the place of some"},
    {"replace", cmd_replace, "a text or the matches of a pattern, replaced everywhere"},
    {"share", cmd_share, "named copies of files in shared memory, read by any process as shm:NAME"},
    {"iobench", cmd_iobench, "ordinary reading against mapping, measured on this machine"},
};

enum { N_COMMANDS = sizeof commands / sizeof *commands };

static const command *find(const char *name) {
    for (size_t i = 0; i < N_COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int complain_unknown(const char *name) {
    const char *names[N_COMMANDS];
    for (size_t i = 0; i < N_COMMANDS; i++)
        names[i] = commands[i].name;
    const char *nearest = nearest_name(name, names, N_COMMANDS);
    if (nearest)
        message("'%s' is not a command; did you mean '%s'?", name, nearest);
    else
        message("'%s' is not a command; see 'thrum --help'", name);
    return EXIT_TROUBLE;
}

static int print_usage(void) {
    thrum_buffer buffer = {0};
    thrum_buffer_append_text(&buffer, "Usage: thrum COMMAND [OPTION]... [ARGUMENT]...\n\n"
                                      "Parallel text analytics over files of any size.\n\nCommands:\n");
    for (size_t i = 0; i < N_COMMANDS; i++) {
        char name[16];
        snprintf(name, sizeof name, "  %-10s", commands[i].name);
        thrum_buffer_append_text(&buffer, name);
        thrum_buffer_append_text(&buffer, commands[i].summary);
        thrum_buffer_append_text(&buffer, "\n");
    }
    thrum_buffer_append_text(&buffer, "\n'thrum help COMMAND' or 'thrum COMMAND --help' tells more about one.\n"
                                      "'thrum --version' tells what this build is made of.\n");
    return print_and_release(&buffer, NULL);
}

static int help(int argc, char **argv) {
    if (argc < 2)
        return print_usage();
    const command *chosen = find(argv[1]);
    if (!chosen)
        return complain_unknown(argv[1]);
    char option[] = "--help";
    char *arguments[] = {argv[1], option, NULL};
    return chosen->run(2, arguments);
}

/* A wish for an instruction set that cannot be met is an error, not a surprise in a measurement. */
static bool isa_is_met(void) {
    static const char *const names[] = {"portable", "avx2", "avx512"};
    const char *wanted = getenv("THRUM_ISA");
    if (!wanted || !*wanted || strcmp(wanted, thrum_isa()) == 0)
        return true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(wanted, names[i]) == 0) {
            message("THRUM_ISA: this processor has no %s", wanted);
            return false;
        }
    }
    message("THRUM_ISA: '%s' is not portable, avx2 or avx512", wanted);
    return false;
}

static int run(const command *chosen, int argc, char **argv) {
    return isa_is_met() ? chosen->run(argc, argv) : EXIT_TROUBLE;
}

static int dispatch(int argc, char **argv) {
    const char *name = argv[0];
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return help(argc, argv);
    if (strcmp(name, "--version") == 0)
        return version_print();
    const command *chosen = find(name);
    return chosen ? run(chosen, argc, argv) : complain_unknown(name);
}

int main(int argc, char **argv) {
    thrum_error error;
    struct sigaction ignore;
    memset(&ignore, 0, sizeof ignore);
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &ignore, NULL);
    if (thrum_mapping_guard(&error) != THRUM_OK) {
        message_error(&error);
        return EXIT_TROUBLE;
    }
    if (argc < 2) {
        message("a command is needed; see 'thrum --help'");
        return EXIT_TROUBLE;
    }
    return dispatch(argc - 1, argv + 1);
}
