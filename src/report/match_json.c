#include "match_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_text.h"
#include "writer.h"

/* --- messages, on many threads ------------------------------------------------------------------------------------ */

typedef struct section {
    size_t input;
    uint64_t n_subject_bytes;
    size_t n_bytes;   /* of its messages, which follow it */
    size_t n_opening; /* bytes of the first message that all of the file have in common */
    uint64_t n_lines, n_matches;
    uint64_t lines_end; /* of the last message */
} section;

/* Between the last submatch and the end of a message. */
static const char closing[] = "]}}\n";
enum { N_CLOSING = sizeof closing - 1 };

#define APPEND(buffer, text) thrum_buffer_append(buffer, text, sizeof text - 1)

/* A look-behind may have captured what stands before the lines. */
static void append_distance(thrum_buffer *buffer, uint64_t from, uint64_t to) {
    if (to < from)
        APPEND(buffer, "-");
    thrum_buffer_append_number(buffer, to < from ? from - to : to - from);
}

/* "match":..,"start":..,"end":.. of a group; places are told from the begin of the lines. */
static void append_group(thrum_buffer *buffer, const thrum_match *match, const thrum_range *group, uint64_t from) {
    APPEND(buffer, "\"match\":");
    json_append_data(buffer, match->subject + group->begin, (size_t)(group->end - group->begin));
    APPEND(buffer, ",\"start\":");
    append_distance(buffer, from, group->begin);
    APPEND(buffer, ",\"end\":");
    append_distance(buffer, from, group->end);
}

static void append_captures(thrum_buffer *buffer, const match_json_groups *groups, const thrum_match *match,
                            uint64_t from) {
    for (size_t i = 0; i < groups->n; i++) {
        const thrum_range *group = &match->groups[i + 1];
        if (i > 0)
            APPEND(buffer, ",");
        if (group->begin == THRUM_UNSET) {
            APPEND(buffer, "null");
            continue;
        }
        thrum_buffer_append(buffer, groups->heads.bytes + groups->head_offsets[i],
                            groups->head_offsets[i + 1] - groups->head_offsets[i]);
        append_group(buffer, match, group, from);
        APPEND(buffer, "}");
    }
}

static void append_submatch(thrum_buffer *buffer, const match_json_groups *groups, const thrum_match *match,
                            uint64_t from) {
    APPEND(buffer, "{");
    append_group(buffer, match, &match->groups[0], from);
    APPEND(buffer, ",\"captures\":[");
    append_captures(buffer, groups, match, from);
    APPEND(buffer, "],\"pattern\":");
    thrum_buffer_append_number(buffer, match->pattern);
    APPEND(buffer, "}");
}

/* The opening of a message is made once in a section and then copied. */
static void append_opening(thrum_buffer *buffer, size_t section_at, section *s, const char *path) {
    size_t begin = buffer->n_bytes;
    if (s->n_opening > 0) {
        const uint8_t *to = thrum_buffer_reserve(buffer, s->n_opening);
        if (to)
            thrum_buffer_append(buffer, buffer->bytes + section_at + sizeof *s, s->n_opening);
        return;
    }
    APPEND(buffer, "{\"type\":\"match\",\"data\":{\"path\":");
    json_append_data(buffer, (const uint8_t *)path, strlen(path));
    APPEND(buffer, ",\"lines\":");
    s->n_opening = buffer->n_bytes - begin;
}

/* The end of the line in which a match ends, with its line feed. */
static uint64_t end_of_lines(const thrum_match *match) {
    const thrum_range *range = &match->groups[0];
    uint64_t last = range->end > range->begin ? range->end - 1 : range->end;
    const uint8_t *feed = last < match->n_subject_bytes
                              ? memchr(match->subject + last, '\n', (size_t)(match->n_subject_bytes - last))
                              : NULL;
    return feed ? (uint64_t)(feed - match->subject) + 1 : match->n_subject_bytes;
}

static void append_message(thrum_buffer *buffer, size_t section_at, section *s, const match_json_groups *groups,
                           const thrum_match *match) {
    uint64_t lines_begin = match->groups[0].begin - (match->column - 1);
    s->lines_end = end_of_lines(match);
    append_opening(buffer, section_at, s, match->path);
    json_append_data(buffer, match->subject + lines_begin, (size_t)(s->lines_end - lines_begin));
    APPEND(buffer, ",\"line_number\":");
    thrum_buffer_append_number(buffer, match->line);
    APPEND(buffer, ",\"absolute_offset\":");
    thrum_buffer_append_number(buffer, lines_begin);
    APPEND(buffer, ",\"submatches\":[");
    append_submatch(buffer, groups, match, lines_begin);
    thrum_buffer_append(buffer, closing, N_CLOSING);
}

/* Another match of the last message's lines. */
static void reopen_message(thrum_buffer *buffer, const match_json_groups *groups, const thrum_match *match) {
    buffer->n_bytes -= N_CLOSING;
    APPEND(buffer, ",");
    append_submatch(buffer, groups, match, match->groups[0].begin - (match->column - 1));
    thrum_buffer_append(buffer, closing, N_CLOSING);
}

static size_t open_section(thrum_buffer *buffer, const thrum_match *match, section *s) {
    size_t at = buffer->n_bytes ? buffer->n_bytes : sizeof at;
    if (buffer->n_bytes == 0)
        thrum_buffer_append(buffer, &at, sizeof at);
    else
        memcpy(buffer->bytes, &at, sizeof at);
    *s = (section){.input = match->input, .n_subject_bytes = match->n_subject_bytes};
    thrum_buffer_append(buffer, s, sizeof *s);
    return at;
}

/* The section to which a match belongs. */
static size_t find_section(thrum_buffer *buffer, const thrum_match *match, section *s) {
    size_t at;
    if (buffer->n_bytes == 0)
        return open_section(buffer, match, s);
    memcpy(&at, buffer->bytes, sizeof at);
    memcpy(s, buffer->bytes + at, sizeof *s);
    return s->input == match->input ? at : open_section(buffer, match, s);
}

thrum_status match_json_format(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    const match_json_groups *groups = (const match_json_groups *)context + match->pattern;
    section s;
    size_t at = find_section(buffer, match, &s);
    if (buffer->failed)
        return THRUM_ERROR_MEMORY;
    if (match->same_line && match->groups[0].end <= s.lines_end)
        reopen_message(buffer, groups, match);
    else
        append_message(buffer, at, &s, groups, match);
    if (buffer->failed)
        return THRUM_ERROR_MEMORY;
    s.n_bytes = buffer->n_bytes - at - sizeof s;
    s.n_lines += !match->same_line;
    s.n_matches++;
    memcpy(buffer->bytes + at, &s, sizeof s);
    return THRUM_OK;
}

/* --- writing, in order -------------------------------------------------------------------------------------------- */

static bool list_groups(match_json_groups *groups, const thrum_pattern *pattern, size_t text) {
    groups->n = thrum_pattern_text_n_groups(pattern, text);
    groups->head_offsets = calloc(groups->n + 1, sizeof *groups->head_offsets);
    if (!groups->head_offsets)
        return false;
    for (size_t i = 0; i < groups->n; i++) {
        const char *name = thrum_pattern_text_group_name(pattern, text, i + 1);
        APPEND(&groups->heads, "{\"number\":");
        thrum_buffer_append_number(&groups->heads, i + 1);
        APPEND(&groups->heads, ",\"name\":");
        if (name)
            json_append_string(&groups->heads, (const uint8_t *)name, strlen(name));
        else
            APPEND(&groups->heads, "null");
        APPEND(&groups->heads, ",");
        groups->head_offsets[i + 1] = groups->heads.n_bytes;
    }
    return !groups->heads.failed;
}

bool match_json_init(match_json *json, thrum_output *output, const thrum_inputs *inputs, const thrum_pattern *pattern,
                     double (*seconds_now)(void)) {
    *json = (match_json){.output = output,
                         .inputs = inputs,
                         .seconds_now = seconds_now,
                         .n_texts = thrum_pattern_n_texts(pattern),
                         .n_captures = thrum_pattern_n_groups(pattern)};
    json->began_seconds = json->file_began_seconds = seconds_now();
    json->groups = calloc(json->n_texts, sizeof *json->groups);
    bool is_ok = json->groups != NULL;
    for (size_t i = 0; i < json->n_texts && is_ok; i++)
        is_ok = list_groups(&json->groups[i], pattern, i);
    if (!is_ok)
        match_json_release(json);
    return is_ok;
}

void match_json_release(match_json *json) {
    for (size_t i = 0; i < json->n_texts && json->groups; i++) {
        thrum_buffer_release(&json->groups[i].heads);
        free(json->groups[i].head_offsets);
    }
    free(json->groups);
    thrum_buffer_release(&json->text);
    *json = (match_json){0};
}

static void append_elapsed(thrum_buffer *buffer, const char *name, double seconds) {
    enum { NANOS_PER_SECOND = 1000000000 };
    uint64_t nanos = (uint64_t)(seconds * NANOS_PER_SECOND);
    char text[128];
    int n = snprintf(text, sizeof text, "\"%s\":{\"secs\":%llu,\"nanos\":%llu,\"human\":\"%.6fs\"}", name,
                     (unsigned long long)(nanos / NANOS_PER_SECOND), (unsigned long long)(nanos % NANOS_PER_SECOND),
                     seconds);
    thrum_buffer_append(buffer, text, (size_t)n);
}

static void append_stats(thrum_buffer *buffer, const match_json_sums *sums) {
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {{"searches", sums->n_searches},
                  {"searches_with_match", sums->n_searches_with_match},
                  {"bytes_searched", sums->n_bytes_searched},
                  {"bytes_printed", sums->n_bytes_printed},
                  {"matched_lines", sums->n_matched_lines},
                  {"matches", sums->n_matches}};
    APPEND(buffer, "\"stats\":{");
    append_elapsed(buffer, "elapsed", sums->seconds);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        APPEND(buffer, ",\"");
        thrum_buffer_append_text(buffer, counts[i].name);
        APPEND(buffer, "\":");
        thrum_buffer_append_number(buffer, counts[i].value);
    }
    APPEND(buffer, "}");
}

static thrum_status write_text(match_json *json, thrum_error *error) {
    if (json->text.failed)
        return report_out_of_memory(error);
    return thrum_output_write(json->output, json->text.bytes, json->text.n_bytes, error);
}

static void append_head(match_json *json, const char *type) {
    const char *path = thrum_inputs_path(json->inputs, json->input);
    thrum_buffer_clear(&json->text);
    APPEND(&json->text, "{\"type\":\"");
    thrum_buffer_append_text(&json->text, type);
    APPEND(&json->text, "\",\"data\":{\"path\":");
    json_append_data(&json->text, (const uint8_t *)path, strlen(path));
}

static thrum_status begin_file(match_json *json, const section *s, thrum_error *error) {
    json->is_open = true;
    json->input = s->input;
    json->file = (match_json_sums){.n_searches = 1, .n_searches_with_match = 1, .n_bytes_searched = s->n_subject_bytes};
    append_head(json, "begin");
    APPEND(&json->text, "}}\n");
    json->file.n_bytes_printed = json->text.n_bytes;
    return write_text(json, error);
}

static thrum_status end_file(match_json *json, thrum_error *error) {
    if (!json->is_open)
        return THRUM_OK;
    double now = json->seconds_now();
    json->file.seconds = now - json->file_began_seconds;
    json->file_began_seconds = now;
    append_head(json, "end");
    APPEND(&json->text, ",\"binary_offset\":null,");
    append_stats(&json->text, &json->file);
    APPEND(&json->text, "}}\n");
    json->is_open = false;
    json->all.seconds += json->file.seconds;
    json->all.n_searches_with_match++;
    json->all.n_bytes_printed += json->file.n_bytes_printed;
    json->all.n_matched_lines += json->file.n_matched_lines;
    json->all.n_matches += json->file.n_matches;
    return write_text(json, error);
}

static thrum_status write_section(match_json *json, const section *s, const uint8_t *messages, thrum_error *error) {
    thrum_status status = THRUM_OK;
    if (!json->is_open || json->input != s->input) {
        status = end_file(json, error);
        if (status == THRUM_OK)
            status = begin_file(json, s, error);
    }
    json->file.n_bytes_printed += s->n_bytes;
    json->file.n_matched_lines += s->n_lines;
    json->file.n_matches += s->n_matches;
    json->last_end = s->lines_end;
    return status == THRUM_OK ? thrum_output_write(json->output, messages, s->n_bytes, error) : status;
}

thrum_status match_json_write(void *context, const uint8_t *bytes, size_t n_bytes, thrum_error *error) {
    match_json *json = context;
    thrum_status status = THRUM_OK;
    for (size_t at = sizeof at; at < n_bytes && status == THRUM_OK;) {
        section s;
        memcpy(&s, bytes + at, sizeof s);
        at += sizeof s;
        status = write_section(json, &s, bytes + at, error);
        at += s.n_bytes;
    }
    return status;
}

thrum_status match_json_end(match_json *json, uint64_t n_searches, uint64_t n_bytes_searched, bool is_cut,
                            thrum_error *error) {
    if (is_cut && json->is_open) {
        n_bytes_searched -= json->file.n_bytes_searched - json->last_end;
        json->file.n_bytes_searched = json->last_end;
    }
    thrum_status status = end_file(json, error);
    if (status != THRUM_OK)
        return status;
    json->all.n_searches = n_searches;
    json->all.n_bytes_searched = n_bytes_searched;
    thrum_buffer_clear(&json->text);
    APPEND(&json->text, "{\"type\":\"summary\",\"data\":{");
    append_elapsed(&json->text, "elapsed_total", json->seconds_now() - json->began_seconds);
    APPEND(&json->text, ",");
    append_stats(&json->text, &json->all);
    APPEND(&json->text, "}}\n");
    return write_text(json, error);
}
