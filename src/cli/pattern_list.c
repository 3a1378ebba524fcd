#include "pattern_list.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

const char *const newline_names[] = {"anycrlf", "lf", "crlf", NULL};
const char *const engine_names[] = {"auto", "pcre2", "bits", "literal", NULL};

static bool read_files(pattern_list *list, const option_list *files) {
    list->files = calloc(files->n + 1, sizeof *list->files);
    if (!list->files) {
        message("out of memory");
        return false;
    }
    for (; list->n_files < files->n; list->n_files++) {
        text_lines *file = &list->files[list->n_files];
        if (!text_lines_read(file, files->items[list->n_files]))
            return false;
    }
    return true;
}

bool pattern_list_init(pattern_list *list, const option_list *texts, const option_list *files) {
    memset(list, 0, sizeof *list);
    if (!read_files(list, files))
        return false;
    size_t n = texts->n;
    for (size_t i = 0; i < list->n_files; i++)
        n += list->files[i].n;
    list->texts = calloc(n + 1, sizeof *list->texts);
    list->n_bytes = calloc(n + 1, sizeof *list->n_bytes);
    if (!list->texts || !list->n_bytes) {
        message("out of memory");
        return false;
    }
    for (; list->n < texts->n; list->n++) {
        list->texts[list->n] = texts->items[list->n];
        list->n_bytes[list->n] = strlen(texts->items[list->n]);
    }
    for (size_t i = 0; i < list->n_files; i++)
        for (size_t j = 0; j < list->files[i].n; j++, list->n++) {
            list->texts[list->n] = list->files[i].lines[j];
            list->n_bytes[list->n] = list->files[i].n_bytes[j];
        }
    if (list->n == 0)
        message("%s: no pattern in it", files->items[0]);
    return list->n > 0;
}

/* The error of a joint compilation does not say whose it is, so the texts are tried one by one. */
static void tell(const pattern_list *list, const thrum_pattern_options *options, const thrum_error *error) {
    for (size_t i = 0; i < list->n && error->code == THRUM_ERROR_PATTERN; i++) {
        thrum_error alone;
        thrum_pattern *pattern;
        if (thrum_pattern_compile(&pattern, &list->texts[i], &list->n_bytes[i], 1, options, &alone) != THRUM_OK) {
            message_source("pattern", list->texts[i], list->n_bytes[i], &alone);
            return;
        }
        thrum_pattern_free(pattern);
    }
    message_error(error);
}

/* Once, however many patterns there are. */
static void tell_jit_refused(const thrum_pattern *pattern, const thrum_pattern_options *options) {
    static bool is_told;
    if (!is_told && !options->no_jit && !thrum_pattern_is_jit(pattern)) {
        message("PCRE2's just-in-time compiler is forbidden here, or cannot do the pattern: matching is slow");
        is_told = true;
    }
}

bool pattern_list_compile(const pattern_list *list, const thrum_pattern_options *options, thrum_pattern **pattern) {
    thrum_error error;
    if (thrum_pattern_compile(pattern, list->texts, list->n_bytes, list->n, options, &error) == THRUM_OK) {
        tell_jit_refused(*pattern, options);
        return true;
    }
    tell(list, options, &error);
    return false;
}

void pattern_list_release(pattern_list *list) {
    for (size_t i = 0; i < list->n_files; i++)
        text_lines_release(&list->files[i]);
    free(list->files);
    free(list->texts);
    free(list->n_bytes);
    memset(list, 0, sizeof *list);
}

bool pattern_compile_one(const char *text, const thrum_pattern_options *options, thrum_pattern **pattern) {
    size_t n_bytes = strlen(text);
    pattern_list list = {.texts = &text, .n_bytes = &n_bytes, .n = 1};
    return pattern_list_compile(&list, options, pattern);
}
