/* Options, declared in tables: what is parsed and what the help says come from the same rows.
 *
 * A command keeps its raw settings in a struct of its own that begins with common_settings; a row of its table names
 * the option, its type and the member that takes the value; one that is not given leaves its member alone. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum option_type {
    OPTION_FLAG,    /* bool: true */
    OPTION_SET,     /* int: `low`; the last of several options that set the same member wins */
    OPTION_NUMBER,  /* uint64_t: low .. high */
    OPTION_SIZE,    /* uint64_t: low .. high, with a suffix K, M, G or T for powers of 1024 */
    OPTION_OFFSET,  /* int64_t: with a suffix as OPTION_SIZE; below 0 it counts from an end */
    OPTION_SECONDS, /* double: above 0, such as 0.5 */
    OPTION_TEXT,    /* const char *: the last one wins */
    OPTION_LIST,    /* option_list: every one of them, in order */
    OPTION_CHOICE   /* int: 1 + the index in `choices` */
} option_type;

typedef struct option_list {
    const char **items;
    size_t n;
} option_list;

typedef struct option_spec {
    const char *name;
    char letter; /* 0: none */
    option_type type;
    const char *argument; /* its name in the help, in front of the choices; NULL: none, or a flag */
    const char *help;
    size_t offset;
    uint64_t low, high;
    const char *const *choices; /* ends with NULL */
} option_spec;

typedef struct command_syntax {
    const char *name;
    const char *operands;
    const char *about; /* the help before the options, whole lines */
    const char *more;  /* and after them */
    const option_spec *options;
    size_t n_options;
} command_syntax;

/* What every command takes. */
typedef struct common_settings {
    uint64_t n_threads;
    uint64_t chunk_bytes;
    int format; /* 1 + the index in report_formats */
    bool no_header;
    const char *output;
    int color;    /* when_choice */
    int progress; /* when_choice */
    bool stats;
    option_list includes;
    option_list excludes;
    bool help;
    bool version;
} common_settings;

typedef enum when_choice { WHEN_UNSET, WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER } when_choice;

/* Reads a command's options into its settings. True when the command is to run: its operands are then those of argv
 * (which is reordered) from *first_operand on. False when help or version was asked for and printed, or an error told:
 * *exit_status is then the program's. In any case options_release frees the lists. */
bool options_read(const command_syntax *syntax, int argc, char **argv, void *settings, int *first_operand,
                  int *exit_status);
void options_release(const command_syntax *syntax, void *settings);

/* Choices that several commands give, in the order of thrum_token_rule and of thrum_words_sort. */
extern const char *const token_names[];
extern const char *const words_sort_names[];

/* Tells a mistake in the use of a command, and where its help is. */
void options_complain(const command_syntax *syntax, const char *complaint);

/* Prints what `thrum --version` prints; returns the exit status. */
int version_print(void);

#endif
