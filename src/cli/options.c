#include "options.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "message.h"
#include "thrum/thrum.h"

const char *const token_names[] = {"unicode", "ascii", "space", NULL};
const char *const words_sort_names[] = {"count", "word", NULL};

static const char *const when_names[] = {"auto", "always", "never", NULL};

#define AT(member) offsetof(common_settings, member)
static const option_spec common_options[] = {
    {"threads", 'j', OPTION_NUMBER, "N", "work on N threads (default: one a processor)", AT(n_threads), 1, 1024, NULL},
    {"chunk-size", 0, OPTION_SIZE, "SIZE", "cut the files into pieces of SIZE bytes; K, M, G (default: 4M)",
     AT(chunk_bytes), 1, UINT64_C(1) << 50, NULL},
    {"format", 0, OPTION_CHOICE, NULL, "how results look (default: table on a terminal, else tsv)", AT(format), 0, 0,
     report_format_names},
    {"no-header", 0, OPTION_FLAG, NULL, "leave out the line of column names", AT(no_header), 0, 0, NULL},
    {"output", 0, OPTION_TEXT, "FILE", "write to FILE, which appears whole or not at all", AT(output), 0, 0, NULL},
    {"color", 0, OPTION_CHOICE, NULL, "colors; auto: on a terminal, unless NO_COLOR is set", AT(color), 0, 0,
     when_names},
    {"progress", 0, OPTION_CHOICE, NULL, "progress on standard error; auto: on a terminal, after a second",
     AT(progress), 0, 0, when_names},
    {"stats", 0, OPTION_FLAG, NULL, "say on standard error what was done and how fast", AT(stats), 0, 0, NULL},
    {"include", 0, OPTION_LIST, "GLOB", "take only these files out of directories", AT(includes), 0, 0, NULL},
    {"exclude", 0, OPTION_LIST, "GLOB", "leave these files out of directories", AT(excludes), 0, 0, NULL},
    {"help", 'h', OPTION_FLAG, NULL, "print this help", AT(help), 0, 0, NULL},
    {"version", 0, OPTION_FLAG, NULL, "print the versions of thrum and of what it is made of", AT(version), 0, 0, NULL},
};
#undef AT

enum { N_COMMON = sizeof common_options / sizeof *common_options, LONG_ONLY = 256, MOST_OPTIONS = 64 };

static size_t n_all(const command_syntax *syntax) {
    return syntax->n_options + N_COMMON;
}

static const option_spec *spec_at(const command_syntax *syntax, size_t index) {
    return index < syntax->n_options ? &syntax->options[index] : &common_options[index - syntax->n_options];
}

static bool takes_value(const option_spec *spec) {
    return spec->type != OPTION_FLAG && spec->type != OPTION_SET;
}

static void *member_of(void *settings, const option_spec *spec) {
    return (char *)settings + spec->offset;
}

/* Values. */

static bool read_number(const char *text, uint64_t *number, const char **rest) {
    *number = 0;
    *rest = text;
    for (; **rest >= '0' && **rest <= '9'; ++*rest) {
        uint64_t digit = (uint64_t)(**rest - '0');
        if (*number > (UINT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return *rest != text;
}

static bool read_suffix(const char *text, uint64_t *number) {
    static const char suffixes[] = "KMGT", lower[] = "kmgt";
    if (*text == '\0')
        return true;
    const char *at = strchr(suffixes, *text);
    size_t power = at ? (size_t)(at - suffixes) : (size_t)0;
    if (!at && (at = strchr(lower, *text)) != NULL)
        power = (size_t)(at - lower);
    uint64_t factor = UINT64_C(1024) << (10 * power);
    if (!at || text[1] || *number > UINT64_MAX / factor)
        return false;
    *number *= factor;
    return true;
}

static bool take_number(const option_spec *spec, const char *value, uint64_t *member) {
    const char *rest;
    uint64_t number;
    bool is_size = spec->type == OPTION_SIZE;
    bool right = read_number(value, &number, &rest) && (is_size ? read_suffix(rest, &number) : *rest == '\0') &&
                 number >= spec->low && number <= spec->high;
    if (right)
        *member = number;
    else if (is_size)
        message("--%s: '%s' is not a size such as 65536, 64K or 4M", spec->name, value);
    else if (spec->high == UINT64_MAX)
        message("--%s: '%s' is not a number from %" PRIu64 " on", spec->name, value, spec->low);
    else
        message("--%s: '%s' is not a number from %" PRIu64 " to %" PRIu64, spec->name, value, spec->low, spec->high);
    return right;
}

static bool take_offset(const option_spec *spec, const char *value, int64_t *member) {
    const char *rest;
    uint64_t number;
    bool is_negative = *value == '-';
    bool right = read_number(value + is_negative, &number, &rest) && read_suffix(rest, &number) && number <= INT64_MAX;
    if (right)
        *member = is_negative ? -(int64_t)number : (int64_t)number;
    else
        message("--%s: '%s' is not an offset such as 4096, 64K or -10", spec->name, value);
    return right;
}

/* Digits, and after a point more of them; whatever the locale. */
static bool take_seconds(const option_spec *spec, const char *value, double *member) {
    uint64_t whole = 0, part = 0;
    const char *rest, *begin;
    double scale = 1;
    bool right = read_number(value, &whole, &rest);
    if (right && *rest == '.') {
        begin = rest + 1;
        right = read_number(begin, &part, &rest);
        for (; begin < rest; begin++)
            scale *= 10;
    }
    double seconds = (double)whole + (double)part / scale;
    right = right && *rest == '\0' && seconds > 0;
    if (right)
        *member = seconds;
    else
        message("--%s: '%s' is not a number of seconds such as 2 or 0.5", spec->name, value);
    return right;
}

static void append_choices(const option_spec *spec, const char *separator, thrum_buffer *buffer) {
    for (size_t i = 0; spec->choices[i]; i++) {
        thrum_buffer_append_text(buffer, i ? separator : "");
        thrum_buffer_append_text(buffer, spec->choices[i]);
    }
}

static bool take_choice(const option_spec *spec, const char *value, int *member) {
    for (int i = 0; spec->choices[i]; i++)
        if (strcmp(spec->choices[i], value) == 0) {
            *member = i + 1;
            return true;
        }
    thrum_buffer names = {0};
    append_choices(spec, ", ", &names);
    message("--%s: '%s' is not one of %.*s", spec->name, value, names.failed ? 0 : (int)names.n_bytes,
            names.failed ? "" : (const char *)names.bytes);
    thrum_buffer_release(&names);
    return false;
}

/* `most` is more than the number of times that any option can be given. */
static bool take_item(const char *value, size_t most, option_list *list) {
    if (!list->items)
        list->items = calloc(most, sizeof *list->items);
    if (!list->items) {
        message("out of memory");
        return false;
    }
    list->items[list->n++] = value;
    return true;
}

static bool take(const option_spec *spec, const char *value, size_t most, void *member) {
    switch (spec->type) {
    case OPTION_FLAG:
        *(bool *)member = true;
        return true;
    case OPTION_SET:
        *(int *)member = (int)spec->low;
        return true;
    case OPTION_NUMBER:
    case OPTION_SIZE:
        return take_number(spec, value, member);
    case OPTION_OFFSET:
        return take_offset(spec, value, member);
    case OPTION_SECONDS:
        return take_seconds(spec, value, member);
    case OPTION_TEXT:
        *(const char **)member = value;
        return true;
    case OPTION_LIST:
        return take_item(value, most, member);
    case OPTION_CHOICE:
        return take_choice(spec, value, member);
    }
    return false;
}

/* Parsing. */

void options_complain(const command_syntax *syntax, const char *complaint) {
    message("%s: %s; see 'thrum %s --help'", syntax->name, complaint, syntax->name);
}

static const option_spec *find_letter(const command_syntax *syntax, int letter) {
    for (size_t i = 0; i < n_all(syntax); i++)
        if (spec_at(syntax, i)->letter == letter)
            return spec_at(syntax, i);
    return NULL;
}

static const option_spec *find_value(const command_syntax *syntax, int value) {
    return value < LONG_ONLY ? find_letter(syntax, value) : spec_at(syntax, (size_t)(value - LONG_ONLY));
}

static void complain_unknown(const command_syntax *syntax, const char *given) {
    const char *names[MOST_OPTIONS];
    size_t n = n_all(syntax) < MOST_OPTIONS ? n_all(syntax) : MOST_OPTIONS;
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(given, "="), given);
    size_t n_begun = 0; /* options that begin so: getopt_long takes an abbreviation of one */
    for (size_t i = 0; i < n; i++) {
        names[i] = spec_at(syntax, i)->name;
        n_begun += strncmp(name, "--", 2) == 0 && strncmp(name + 2, names[i], strlen(name + 2)) == 0;
    }
    const char *nearest = strncmp(name, "--", 2) == 0 ? nearest_name(name + 2, names, n) : NULL;
    if (n_begun > 1)
        message("%s: '%s' is the begin of several options; see 'thrum %s --help'", syntax->name, name, syntax->name);
    else if (nearest)
        message("%s: '%s' is not an option; did you mean '--%s'?", syntax->name, name, nearest);
    else
        message("%s: '%s' is not an option; see 'thrum %s --help'", syntax->name, name, syntax->name);
}

/* What getopt_long answered '?' or ':' to. */
static void complain(const command_syntax *syntax, int answer, char **argv) {
    char complaint[96];
    const option_spec *spec = optopt ? find_value(syntax, optopt) : NULL;
    if (!optopt) {
        complain_unknown(syntax, argv[optind - 1]);
        return;
    }
    if (!spec)
        snprintf(complaint, sizeof complaint, "'-%c' is not an option", optopt);
    else
        snprintf(complaint, sizeof complaint, "--%s %s", spec->name,
                 answer == ':' ? "needs a value" : "takes no value");
    options_complain(syntax, complaint);
}

static void fill_getopt(const command_syntax *syntax, struct option *longs, char *letters) {
    *letters++ = ':';
    for (size_t i = 0; i < n_all(syntax); i++) {
        const option_spec *spec = spec_at(syntax, i);
        longs[i] =
            (struct option){spec->name, takes_value(spec) ? required_argument : no_argument, NULL, LONG_ONLY + (int)i};
        if (spec->letter)
            *letters++ = spec->letter;
        if (spec->letter && takes_value(spec))
            *letters++ = ':';
    }
}

static bool parse(const command_syntax *syntax, int argc, char **argv, void *settings) {
    bool right = true;
    struct option *longs = calloc(n_all(syntax) + 1, sizeof *longs);
    char *letters = calloc(2 * n_all(syntax) + 2, 1);
    if (!longs || !letters) {
        message("out of memory");
        right = false;
        goto out;
    }
    fill_getopt(syntax, longs, letters);
    /* Options may be packed, -iii, so the bytes of argv bound their number. */
    size_t most = 1;
    for (int i = 0; i < argc; i++)
        most += strlen(argv[i]);
    opterr = 0;
    optind = 1;
    for (int value; right && (value = getopt_long(argc, argv, letters, longs, NULL)) != -1;) {
        right = value != '?' && value != ':';
        if (!right) {
            complain(syntax, value, argv);
            break;
        }
        const option_spec *spec = find_value(syntax, value);
        right = take(spec, optarg, most, member_of(settings, spec));
    }
out:
    free(longs);
    free(letters);
    return right;
}

/* Help. */

enum { HELP_COLUMN = 30 };

static void append_option(const option_spec *spec, thrum_buffer *buffer) {
    const char letter[] = {
        ' ', ' ', spec->letter ? '-' : ' ', spec->letter ? spec->letter : ' ', spec->letter ? ',' : ' ', ' '};
    size_t begin = buffer->n_bytes;
    thrum_buffer_append(buffer, letter, sizeof letter);
    thrum_buffer_append_text(buffer, "--");
    thrum_buffer_append_text(buffer, spec->name);
    if (takes_value(spec)) {
        thrum_buffer_append_text(buffer, " ");
        if (spec->argument)
            thrum_buffer_append_text(buffer, spec->argument);
        if (spec->argument && spec->choices)
            thrum_buffer_append_text(buffer, "|");
        if (spec->choices)
            append_choices(spec, "|", buffer);
    }
    size_t width = buffer->n_bytes - begin;
    if (width + 2 > HELP_COLUMN) {
        thrum_buffer_append_text(buffer, "\n");
        width = 0;
    }
    for (; width < HELP_COLUMN; width++)
        thrum_buffer_append_text(buffer, " ");
    thrum_buffer_append_text(buffer, spec->help);
    thrum_buffer_append_text(buffer, "\n");
}

static int print_help(const command_syntax *syntax) {
    thrum_buffer buffer = {0};
    const char *const head[] = {"Usage: thrum ", syntax->name,  " [OPTION]... ", syntax->operands,
                                "\n\n",          syntax->about, "\nOptions:\n"};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        thrum_buffer_append_text(&buffer, head[i]);
    for (size_t i = 0; i < n_all(syntax); i++) {
        if (i == syntax->n_options)
            thrum_buffer_append_text(&buffer, "\nOptions of every command:\n");
        append_option(spec_at(syntax, i), &buffer);
    }
    thrum_buffer_append_text(&buffer, "\n");
    thrum_buffer_append_text(&buffer, syntax->more);
    return print_and_release(&buffer, NULL);
}

int version_print(void) {
    thrum_buffer buffer = {0};
    const char *const parts[] = {"thrum ", thrum_version(), "\n", thrum_version_libraries(), "isa ", thrum_isa(), "\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        thrum_buffer_append_text(&buffer, parts[i]);
    return print_and_release(&buffer, NULL);
}

bool options_read(const command_syntax *syntax, int argc, char **argv, void *settings, int *first_operand,
                  int *exit_status) {
    const common_settings *common = settings;
    *exit_status = EXIT_TROUBLE;
    if (!parse(syntax, argc, argv, settings))
        return false;
    *first_operand = optind;
    if (common->help)
        *exit_status = print_help(syntax);
    else if (common->version)
        *exit_status = version_print();
    return !common->help && !common->version;
}

void options_release(const command_syntax *syntax, void *settings) {
    for (size_t i = 0; i < n_all(syntax); i++)
        if (spec_at(syntax, i)->type == OPTION_LIST) {
            option_list *list = member_of(settings, spec_at(syntax, i));
            free(list->items);
            *list = (option_list){0};
        }
}
