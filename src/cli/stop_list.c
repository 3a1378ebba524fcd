#include "stop_list.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

void stop_list_release(stop_list *list) {
    for (size_t i = 0; i < list->n_files; i++)
        text_lines_release(&list->files[i]);
    free(list->files);
    free(list->words);
}

static void take_words(stop_list *list, const text_lines *text) {
    static const char white[] = " \t";
    for (size_t i = 0; i < text->n; i++) {
        char *word = text->lines[i] + strspn(text->lines[i], white);
        size_t n = strlen(word);
        while (n && strchr(white, word[n - 1]))
            n--;
        word[n] = '\0';
        if (n && *word != '#')
            list->words[list->n++] = word;
    }
}

static void tell_languages(void) {
    thrum_buffer names = {0};
    for (size_t i = 0; thrum_stopword_languages[i]; i++) {
        thrum_buffer_append_text(&names, i ? ", " : "");
        thrum_buffer_append_text(&names, thrum_stopword_languages[i]);
    }
    if (!names.failed)
        message("--stopwords takes a file, or a language out of %.*s", (int)names.n_bytes, (const char *)names.bytes);
    thrum_buffer_release(&names);
}

bool stop_list_init(stop_list *list, const option_list *sources) {
    size_t n_words = 0, n_language;
    memset(list, 0, sizeof *list);
    list->files = calloc(sources->n + 1, sizeof *list->files);
    for (; list->files && list->n_files < sources->n; list->n_files++) {
        text_lines *file = &list->files[list->n_files];
        bool is_language = thrum_stopwords(sources->items[list->n_files], &n_language) != NULL;
        if (!is_language && !text_lines_read(file, sources->items[list->n_files])) {
            tell_languages();
            return false;
        }
        n_words += is_language ? n_language : file->n;
    }
    list->words = calloc(n_words + 1, sizeof *list->words);
    if (!list->files || !list->words) {
        message("out of memory");
        return false;
    }
    for (size_t i = 0; i < sources->n; i++) {
        const char *const *language = thrum_stopwords(sources->items[i], &n_language);
        for (size_t j = 0; language && j < n_language; j++)
            list->words[list->n++] = language[j];
        take_words(list, &list->files[i]);
    }
    return true;
}
