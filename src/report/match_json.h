/* Matches as JSON lines in the shape of ripgrep's --json: messages `begin`, `match` and `end` for each file with
 * matches, and a `summary`. One `match` message tells all matches that begin on a line.
 *
 * Workers append messages to the buffer of their unit. Messages of one file make a section, which begins with a header
 * that knows where its last message ended, so that the next match of the same line is put into it; the first bytes of
 * the buffer say where the last section is. What has to be in order, `begin` and `end` and the sums, is added when a
 * buffer is written. */
#ifndef REPORT_MATCH_JSON_H
#define REPORT_MATCH_JSON_H

#include "thrum/match.h"
#include "thrum/output.h"

/* What a file, or all of them, came to. */
typedef struct match_json_sums {
    double seconds;
    uint64_t n_searches, n_searches_with_match;
    uint64_t n_bytes_searched, n_bytes_printed;
    uint64_t n_matched_lines; /* on which matches begin */
    uint64_t n_matches;
} match_json_sums;

/* The groups of one of the pattern's texts: {"number":1,"name":null, for each, one behind the other. */
typedef struct match_json_groups {
    size_t n;
    thrum_buffer heads;
    size_t *head_offsets; /* n + 1 */
} match_json_groups;

/* {0} may be released. */
typedef struct match_json {
    match_json_groups *groups; /* of each text: what the format callback knows, constant */
    size_t n_texts;
    size_t n_captures; /* that thrum_match_options is to ask for */
    thrum_output *output;
    double (*seconds_now)(void);
    double began_seconds, file_began_seconds;
    const thrum_inputs *inputs;
    bool is_open; /* a file's `end` is to come */
    size_t input;
    match_json_sums file, all;
    uint64_t last_end; /* of the lines last told, in that file */
    thrum_buffer text; /* scratch */
} match_json;

/* The output and the inputs are borrowed; the clock is for `elapsed`. False without memory. */
bool match_json_init(match_json *json, thrum_output *output, const thrum_inputs *inputs, const thrum_pattern *pattern,
                     double (*seconds_now)(void));
void match_json_release(match_json *json);

/* For thrum_match_run, with whole_lines, columns in bytes and n_captures. `context` of the format is `groups`,
 * that of the other one the match_json. */
thrum_match_format match_json_format;
thrum_match_write match_json_write;

/* Writes the last `end` and the summary. When the run stopped at a match (`is_cut`) the last file was searched only up
 * to there. */
thrum_status match_json_end(match_json *json, uint64_t n_searches, uint64_t n_bytes_searched, bool is_cut,
                            thrum_error *error);

#endif
