#include "thrum/version.h"

#include <pthread.h>
#include <stdio.h>

#include "count/count_file.h"
#include "map/expand.h"
#include "pattern/pattern.h"
#include "text/kernel.h"
#include "text/token.h"

static char libraries[256];

static void describe_libraries(void) {
    char pcre2[64];
    pattern_library(pcre2, sizeof pcre2);
    const char *archive = expand_library();
    snprintf(libraries, sizeof libraries, "%s\n%s\n%s\n%s%s", pcre2, tokenizer_library(), count_file_library(),
             archive ? archive : "", archive ? "\n" : "");
}

const char *thrum_version(void) {
    return THRUM_VERSION;
}

const char *thrum_version_libraries(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, describe_libraries);
    return libraries;
}

const char *thrum_isa(void) {
    return kernel_get()->name;
}
