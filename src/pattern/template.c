/* Templates: a list of pieces, each a stretch of text or a group. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "pattern/pattern.h"
#include "thrum/match.h"

typedef struct template_piece {
    size_t text_begin; /* in the template's text */
    size_t text_bytes;
    size_t group; /* first of this piece's row in `groups`; NO_GROUP for text */
} template_piece;

#define NO_GROUP SIZE_MAX

struct thrum_template {
    thrum_buffer text; /* what the pieces show, escapes undone */
    template_piece *pieces;
    size_t n_pieces;
    size_t piece_capacity;
    size_t *groups; /* for each group piece one number for each text of the pattern; NO_GROUP where it has none */
    size_t n_groups;
    size_t group_capacity;
    size_t n_captures;
};

static bool add_piece(thrum_template *made, template_piece piece) {
    if (!memory_grow(&made->pieces, &made->piece_capacity, made->n_pieces + 1, sizeof *made->pieces))
        return false;
    made->pieces[made->n_pieces++] = piece;
    return true;
}

/* Appends one byte to the text, in the piece of text that is open or in a new one. */
static bool add_byte(thrum_template *made, char byte) {
    template_piece *last = made->n_pieces ? &made->pieces[made->n_pieces - 1] : NULL;
    if (!last || last->group != NO_GROUP) {
        if (!add_piece(made, (template_piece){made->text.n_bytes, 0, NO_GROUP}))
            return false;
        last = &made->pieces[made->n_pieces - 1];
    }
    thrum_buffer_append(&made->text, &byte, 1);
    last->text_bytes++;
    return !made->text.failed;
}

/* The number of a group given by name or by digits, in one text of the pattern; NO_GROUP when it has none. */
static size_t find_group(const thrum_pattern *pattern, size_t text, const char *name, size_t n_bytes) {
    size_t number = 0, n_groups = thrum_pattern_text_n_groups(pattern, text);
    if (strspn(name, "0123456789") < n_bytes) {
        number = pattern->texts ? 0 : pattern_group_number(&pattern->programs[text], name, n_bytes);
        return number ? number : NO_GROUP;
    }
    for (size_t i = 0; i < n_bytes && number <= n_groups; i++)
        number = number * 10 + (size_t)(name[i] - '0');
    return number <= n_groups ? number : NO_GROUP;
}

static thrum_status add_group(thrum_template *made, const thrum_pattern *pattern, const char *name, size_t n_bytes,
                              thrum_error *error) {
    size_t n_texts = thrum_pattern_n_texts(pattern);
    if (!memory_grow(&made->groups, &made->group_capacity, made->n_groups + n_texts, sizeof *made->groups) ||
        !add_piece(made, (template_piece){0, 0, made->n_groups}))
        return error_memory(error);
    bool is_known = false;
    for (size_t i = 0; i < n_texts; i++) {
        size_t number = find_group(pattern, i, name, n_bytes);
        made->groups[made->n_groups++] = number;
        is_known = is_known || number != NO_GROUP;
        if (number != NO_GROUP && number > made->n_captures)
            made->n_captures = number;
    }
    if (is_known)
        return THRUM_OK;
    return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "the pattern has no group '%.*s'", (int)n_bytes, name);
}

/* Reads what follows a '$'. Returns how many bytes it took. */
static thrum_status add_dollar(thrum_template *made, const thrum_pattern *pattern, const char *at, size_t *n_taken,
                               thrum_error *error) {
    if (*at == '$') {
        *n_taken = 1;
        return add_byte(made, '$') ? THRUM_OK : error_memory(error);
    }
    if (*at == '{') {
        size_t n_name = strcspn(at + 1, "}");
        *n_taken = n_name + 2;
        if (at[1 + n_name] != '}' || n_name == 0)
            return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "'${' needs a name and a '}'");
        return add_group(made, pattern, at + 1, n_name, error);
    }
    size_t n_digits = strspn(at, "0123456789");
    *n_taken = n_digits;
    if (n_digits == 0)
        return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "'$' needs a number, a {name} or another '$' after it");
    return add_group(made, pattern, at, n_digits, error);
}

static thrum_status add_escape(thrum_template *made, char letter, thrum_error *error) {
    static const char letters[] = "tnr0\\", meanings[] = "\t\n\r\0\\";
    const char *found = letter ? strchr(letters, letter) : NULL;
    if (!found)
        return error_set(error, THRUM_ERROR_ARGUMENT, NULL, "'\\' needs one of t n r 0 \\ after it");
    return add_byte(made, meanings[found - letters]) ? THRUM_OK : error_memory(error);
}

thrum_status thrum_template_compile(thrum_template **template_, const char *text, const thrum_pattern *pattern,
                                    thrum_error *error) {
    *template_ = NULL;
    thrum_template *made = calloc(1, sizeof *made);
    if (!made)
        return error_memory(error);
    thrum_status status = THRUM_OK;
    size_t at = 0;
    while (status == THRUM_OK && text[at]) {
        size_t begin = at++, n_taken = 0;
        if (text[begin] == '$') {
            status = add_dollar(made, pattern, text + at, &n_taken, error);
        } else if (text[begin] == '\\') {
            status = add_escape(made, text[at], error);
            n_taken = 1;
        } else if (!add_byte(made, text[begin])) {
            status = error_memory(error);
        }
        at += n_taken;
        if (status != THRUM_OK && error)
            error->offset = begin;
    }
    if (status == THRUM_OK)
        *template_ = made;
    else
        thrum_template_free(made);
    return status;
}

size_t thrum_template_n_captures(const thrum_template *template_) {
    return template_->n_captures;
}

void thrum_template_expand(const thrum_template *template_, const thrum_match *match, thrum_buffer *buffer) {
    for (size_t i = 0; i < template_->n_pieces; i++) {
        const template_piece *piece = &template_->pieces[i];
        if (piece->group == NO_GROUP) {
            thrum_buffer_append(buffer, template_->text.bytes + piece->text_begin, piece->text_bytes);
            continue;
        }
        size_t group = template_->groups[piece->group + match->pattern];
        if (group <= match->n_captures && match->groups[group].begin != THRUM_UNSET)
            thrum_buffer_append(buffer, match->subject + match->groups[group].begin,
                                (size_t)(match->groups[group].end - match->groups[group].begin));
    }
}

void thrum_template_free(thrum_template *template_) {
    if (!template_)
        return;
    thrum_buffer_release(&template_->text);
    free(template_->pieces);
    free(template_->groups);
    free(template_);
}
