/* All matches of a pattern in a text, written down as words so that tests compare strings: "begin-end" for each, with
 * "program:" in front when the pattern has several texts. Groups that were asked for follow in brackets. */
#ifndef UNIT_MATCHES_H
#define UNIT_MATCHES_H

#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "pattern/matcher.h"
#include "thrum/buffer.h"
#include "thrum/pattern.h"

static inline thrum_pattern *pattern_of(const char *text, const thrum_pattern_options *options) {
    static const thrum_pattern_options none = {0};
    thrum_pattern *pattern;
    thrum_error error = {.code = THRUM_OK};
    if (thrum_pattern_compile(&pattern, &text, NULL, 1, options ? options : &none, &error) != THRUM_OK)
        fail_msg("%s: %s at %" PRIu64, text, error.message, error.offset);
    return pattern;
}

static inline void append_match(thrum_buffer *words, const thrum_range *groups, size_t n_captures, size_t program,
                                bool several) {
    char text[128];
    if (words->n_bytes)
        thrum_buffer_append_text(words, " ");
    if (several)
        thrum_buffer_append(words, text, (size_t)snprintf(text, sizeof text, "%zu:", program));
    thrum_buffer_append(words, text,
                        (size_t)snprintf(text, sizeof text, "%" PRIu64 "-%" PRIu64, groups[0].begin, groups[0].end));
    for (size_t i = 1; i <= n_captures; i++)
        if (groups[i].begin == THRUM_UNSET)
            thrum_buffer_append_text(words, "[]");
        else
            thrum_buffer_append(
                words, text,
                (size_t)snprintf(text, sizeof text, "[%" PRIu64 "-%" PRIu64 "]", groups[i].begin, groups[i].end));
}

/* The matches that one search over the whole text finds, for free(). "FAILED" ends them when it failed. */
static inline char *all_matches(const thrum_pattern *pattern, const void *text, size_t n_bytes, size_t n_captures) {
    matcher *matcher_ = matcher_create(pattern, n_captures);
    thrum_range *groups = calloc(n_captures + 1, sizeof *groups);
    thrum_buffer words = {0};
    match_state state = {0, false};
    size_t program;
    matcher_answer answer;
    assert_non_null(matcher_);
    assert_non_null(groups);
    matcher_begin(matcher_, &(matcher_window){text, n_bytes, n_bytes, SIZE_MAX, false});
    while ((answer = matcher_next(matcher_, state, groups, &program, NULL)) == MATCHER_FOUND) {
        append_match(&words, groups, n_captures, program, thrum_pattern_n_texts(pattern) > 1);
        state = (match_state){groups[0].end, groups[0].begin == groups[0].end};
    }
    if (answer != MATCHER_NONE)
        thrum_buffer_append_text(&words, words.n_bytes ? " FAILED" : "FAILED");
    thrum_buffer_append(&words, "", 1);
    assert_false(words.failed);
    free(groups);
    matcher_free(matcher_);
    return (char *)words.bytes;
}

static inline void expect_matches(const thrum_pattern *pattern, const void *text, size_t n_bytes, size_t n_captures,
                                  const char *expected) {
    char *found = all_matches(pattern, text, n_bytes, n_captures);
    assert_string_equal(found, expected);
    free(found);
}

#endif
