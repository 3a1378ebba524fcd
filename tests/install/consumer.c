/* A program that uses the installed library: prints how many matches a pattern has in a file. */
#include <inttypes.h>
#include <stdio.h>
#include <thrum/thrum.h>

int main(int argc, char **argv) {
    const char *text = argc == 3 ? argv[1] : "";
    thrum_inputs *inputs = NULL;
    thrum_pattern *pattern = NULL;
    thrum_match_totals totals = {0};
    thrum_error error = {0};

    if (thrum_inputs_create(&inputs, &error) || thrum_inputs_add(inputs, argv[argc - 1], NULL, NULL) ||
        thrum_pattern_compile(&pattern, &text, NULL, 1, &(thrum_pattern_options){0}, &error) ||
        thrum_match_run(inputs, pattern, &(thrum_match_options){0}, &(thrum_run_options){0}, &totals, &error))
        fprintf(stderr, "consumer: %s\n", error.message);
    printf("%" PRIu64 "\n", totals.n_matches);
    thrum_pattern_free(pattern);
    thrum_inputs_free(inputs);
    return error.code != THRUM_OK;
}
