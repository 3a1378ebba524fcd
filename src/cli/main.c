#include <signal.h>
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
        const char *const parts[] = {"  ", commands[i].name, "   ", commands[i].summary, "\n"};
        for (size_t j = 0; j < sizeof parts / sizeof *parts; j++)
            thrum_buffer_append_text(&buffer, parts[j]);
    }
    thrum_buffer_append_text(&buffer, "\n'thrum help COMMAND' or 'thrum COMMAND --help' tells more about one.\n"
                                      "'thrum --version' tells what this build is made of.\n");
    return print_and_release(&buffer);
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

static int dispatch(int argc, char **argv) {
    const char *name = argv[0];
    if (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
        return help(argc, argv);
    if (strcmp(name, "--version") == 0)
        return version_print();
    const command *chosen = find(name);
    return chosen ? chosen->run(argc, argv) : complain_unknown(name);
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
