#include "match_view.h"

#include <stdio.h>

void matching_note(matching *match, const char *name, uint64_t value, const char *text) {
    if (match->n_stats < MATCH_MOST_STATS)
        match->stats[match->n_stats++] = (job_stat){name, value, text};
}

/* The names of the engines that run the pattern, each once. */
static void name_engines(const thrum_pattern *pattern, char *names, size_t n_bytes) {
    bool is_named[THRUM_ENGINE_LITERAL + 1] = {false};
    size_t n = 0;
    for (size_t i = 0; i < thrum_pattern_n_texts(pattern); i++) {
        thrum_engine engine = thrum_pattern_engine(pattern, i);
        if (!is_named[engine])
            n += (size_t)snprintf(names + n, n_bytes - n, "%s%s", n ? "," : "", thrum_engine_name(engine));
        is_named[engine] = true;
    }
}

void matching_note_way(matching *match) {
    const char *reason = thrum_pattern_order_reason(match->pattern);
    if (reason)
        snprintf(match->way, sizeof match->way, "in order: %s", reason);
    matching_note(match, "way", 0, reason ? match->way : "parallel");
    name_engines(match->pattern, match->engines, sizeof match->engines);
    matching_note(match, "engine", 0, match->engines);
    matching_note(match, "jit", thrum_pattern_is_jit(match->pattern), NULL);
}

thrum_status matching_run(matching *match, const thrum_match_options *how, thrum_error *error) {
    job *work = match->work;
    thrum_match_totals *totals = &match->totals;
    if (how->write || how->on_input)
        job_streams(work);
    thrum_status status = thrum_match_run(work->inputs, match->pattern, how, &work->run, totals, error);
    match->found = totals->n_matches > 0;
    work->n_bytes = totals->n_bytes;
    matching_note(match, "bytes", totals->n_bytes, NULL);
    matching_note(match, "matches", totals->n_matches, NULL);
    matching_note(match, "chunks", totals->n_chunks, NULL);
    matching_note(match, "chunks repaired", totals->n_chunks_repaired, NULL);
    matching_note(match, "chunks in order", totals->n_chunks_in_order, NULL);
    matching_note_way(match);
    return status;
}
