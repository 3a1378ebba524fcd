/* An example: pulls the matches of a pattern out of files, one by one and in order, while all cores look for more.
 * Prints path:line:column:match for each.
 *
 *   pull PATTERN FILE... */
#include <inttypes.h>
#include <stdio.h>
#include <thrum/thrum.h>

static void tell(void *context, const thrum_error *error) {
    (void)context;
    fprintf(stderr, "pull: %s: %s\n", error->path, error->message);
}

static thrum_status print_matches(thrum_matches *matches, thrum_error *error) {
    const thrum_match *match;
    thrum_status status;
    while ((status = thrum_matches_next(matches, &match, error)) == THRUM_OK && match) {
        const thrum_range *range = &match->groups[0];
        printf("%s:%" PRIu64 ":%" PRIu64 ":", match->path, match->line, match->column);
        fwrite(match->subject + range->begin, 1, (size_t)(range->end - range->begin), stdout);
        putchar('\n');
    }
    return status;
}

int main(int argc, char **argv) {
    thrum_inputs *inputs = NULL;
    thrum_pattern *pattern = NULL;
    thrum_matches *matches = NULL;
    thrum_error error;
    if (argc < 3) {
        fputs("usage: pull PATTERN FILE...\n", stderr);
        return 2;
    }
    const char *text = argv[1];
    const thrum_match_options options = {.lines = true};
    const thrum_run_options run = {.on_error = tell};
    thrum_status status = thrum_pattern_compile(&pattern, &text, NULL, 1, &(thrum_pattern_options){0}, &error);
    if (status == THRUM_OK)
        status = thrum_inputs_create(&inputs, &error);
    for (int i = 2; i < argc && status == THRUM_OK; i++)
        thrum_inputs_add(inputs, argv[i], tell, NULL); /* a path that fails is told; the others go on */
    if (status == THRUM_OK)
        status = thrum_matches_open(&matches, inputs, pattern, &options, &run, &error);
    if (status == THRUM_OK)
        status = print_matches(matches, &error);
    if (status != THRUM_OK)
        fprintf(stderr, "pull: %s\n", error.message);
    thrum_matches_close(matches);
    thrum_pattern_free(pattern);
    thrum_inputs_free(inputs);
    return status == THRUM_OK && fflush(stdout) == 0 ? 0 : 2;
}
