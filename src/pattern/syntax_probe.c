/* Every answer is PCRE2's own: a piece of the pattern is compiled as it stands, under the options of the whole, and
 * tried on each character. It costs some microseconds a piece, and each piece is asked for once. */
#include "pattern/syntax_probe.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "pattern/pattern.h"

enum { MOST_ASKED = 1000, N_ASCII = 128, N_BYTES = 256, COMPILE_WITHOUT_MEMORY = 121 };

static const char no_memory[] = "memory";

bool syntax_probe_init(syntax_probe *probe, const thrum_pattern_options *options) {
    *probe = (syntax_probe){.bits = pattern_compile_bits(options) & ~(uint32_t)PCRE2_CASELESS,
                            .n_characters = options->bytes ? N_BYTES : N_ASCII,
                            .context = pcre2_compile_context_create(NULL),
                            .data = pcre2_match_data_create(1, NULL)};
    if (!probe->context || !probe->data)
        return false;
    pcre2_set_newline(probe->context, pattern_newlines[options->newline]);
    return true;
}

void syntax_probe_release(syntax_probe *probe) {
    pcre2_compile_context_free(probe->context);
    pcre2_match_data_free(probe->data);
    pcre2_code_free(probe->caseless_alone);
    free(probe->asked);
    *probe = (syntax_probe){0};
}

/* Whether a code matches all of a text. */
static bool matches(syntax_probe *probe, const pcre2_code *code, const uint8_t *text, size_t n_bytes, bool *failed) {
    int n = pcre2_match(code, text, n_bytes, 0, PCRE2_ANCHORED | PCRE2_ENDANCHORED, probe->data, NULL);
    *failed = *failed || (n < 0 && n != PCRE2_ERROR_NOMATCH);
    return n >= 0;
}

static const char *ask(syntax_probe *probe, syntax_asked *asked) {
    int fault = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code *code =
        pcre2_compile(asked->text, asked->n_bytes, probe->bits | asked->bits, &fault, &offset, probe->context);
    if (!code)
        return fault == COMPILE_WITHOUT_MEMORY ? no_memory : "a class that PCRE2 does not take by itself";
    bool failed = false;
    for (unsigned byte = 0; byte < probe->n_characters; byte++)
        if (matches(probe, code, &(uint8_t){(uint8_t)byte}, 1, &failed))
            byte_set_add(&asked->set, (uint8_t)byte);
    pcre2_code_free(code);
    return failed ? "a class that PCRE2 fails to match" : NULL;
}

static const syntax_asked *find(const syntax_probe *probe, const syntax_asked *wanted) {
    for (size_t i = 0; i < probe->n_asked; i++) {
        const syntax_asked *known = &probe->asked[i];
        if (known->bits == wanted->bits && known->n_bytes == wanted->n_bytes &&
            memcmp(known->text, wanted->text, wanted->n_bytes) == 0)
            return known;
    }
    return NULL;
}

const char *syntax_probe_set(syntax_probe *probe, const uint8_t *text, size_t n_bytes, uint32_t bits, byte_set *set) {
    syntax_asked wanted = {.text = text, .n_bytes = n_bytes, .bits = bits};
    const syntax_asked *known = find(probe, &wanted);
    if (!known) {
        if (probe->n_asked == MOST_ASKED)
            return "too many classes";
        const char *why = ask(probe, &wanted);
        if (why)
            return why;
        if (!memory_grow(&probe->asked, &probe->asked_capacity, probe->n_asked + 1, sizeof *probe->asked))
            return no_memory;
        probe->asked[probe->n_asked] = wanted;
        known = &probe->asked[probe->n_asked++];
    }
    *set = known->set;
    return NULL;
}

/* PCRE2 does not tell whether a character has another case. But none of these has one: letters of scripts without
 * case, digits, punctuation, spaces. */
bool syntax_probe_has_no_case(syntax_probe *probe, const uint8_t *character, size_t n_bytes) {
    static const char kinds[] = "[\\p{Lo}\\p{Nd}\\p{No}\\p{P}\\p{Z}]";
    int fault = 0;
    PCRE2_SIZE offset = 0;
    bool failed = false;
    if (!probe->caseless_alone)
        probe->caseless_alone =
            pcre2_compile((PCRE2_SPTR)kinds, sizeof kinds - 1, probe->bits, &fault, &offset, probe->context);
    return probe->caseless_alone && matches(probe, probe->caseless_alone, character, n_bytes, &failed);
}
