/* Every answer is PCRE2's own: a piece of the pattern is compiled as it stands, under the options of the whole, and
 * tried on each character. It costs some microseconds a piece, some fifty with the characters of two bytes, and each
 * piece is asked for once. */
#include "pattern/syntax_probe.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "pattern/pattern.h"
#include "text/utf8.h"

enum { MOST_ASKED = 1000, N_ASCII = 128, N_BYTES = 256, COMPILE_WITHOUT_MEMORY = 121 };
enum { FIRST_PAIR = 0x80, LAST_PAIR = 0x7FF };

static const char no_memory[] = "memory";

bool syntax_probe_init(syntax_probe *probe, const thrum_pattern_options *options) {
    *probe =
        (syntax_probe){.bits = pattern_compile_bits(options) & ~(uint32_t)(PCRE2_CASELESS | PCRE2_MATCH_INVALID_UTF),
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
    syntax_pairs_free(probe->pairs);
    *probe = (syntax_probe){0};
}

void syntax_pairs_free(syntax_pairs *pairs) {
    for (syntax_pairs *next; pairs; pairs = next) {
        next = pairs->next;
        free(pairs);
    }
}

const pair_set *syntax_probe_keep(syntax_probe *probe, const pair_set *set) {
    syntax_pairs *kept = memory_own(1, sizeof *kept);
    if (!kept)
        return NULL;
    *kept = (syntax_pairs){*set, probe->pairs};
    probe->pairs = kept;
    return &kept->set;
}

/* Whether a code matches all of a text. */
static bool matches(syntax_probe *probe, const pcre2_code *code, const uint8_t *text, size_t n_bytes, bool *failed) {
    int n = pcre2_match(code, text, n_bytes, 0, PCRE2_ANCHORED | PCRE2_ENDANCHORED, probe->data, NULL);
    *failed = *failed || (n < 0 && n != PCRE2_ERROR_NOMATCH);
    return n >= 0;
}

/* A run of what a piece matches, which then is tried on one character as well as on many. */
static pcre2_code *compile_run(const syntax_probe *probe, const syntax_asked *asked, int *fault) {
    PCRE2_SIZE offset = 0;
    uint8_t *run = memory_own(asked->n_bytes + 2, 1);
    *fault = COMPILE_WITHOUT_MEMORY;
    if (!run)
        return NULL;
    memcpy(run, asked->text, asked->n_bytes);
    memcpy(run + asked->n_bytes, "++", 2);
    pcre2_code *code =
        pcre2_compile(run, asked->n_bytes + 2, probe->bits | asked->bits, fault, &offset, probe->context);
    free(run);
    return code;
}

/* The characters of two bytes, one after the other, and the runs among them. */
static pair_set find_pairs(syntax_probe *probe, const pcre2_code *code, bool *failed) {
    uint8_t text[2 * (LAST_PAIR + 1 - FIRST_PAIR)];
    pair_set set = {{0}};
    for (uint32_t c = FIRST_PAIR; c <= LAST_PAIR; c++)
        (void)utf8_write(c, text + 2 * (c - FIRST_PAIR));
    for (size_t at = 0; at < sizeof text;) {
        int n = pcre2_match(code, text, sizeof text, at, PCRE2_NO_UTF_CHECK, probe->data, NULL);
        const PCRE2_SIZE *run = pcre2_get_ovector_pointer(probe->data);
        *failed = *failed || (n < 0 && n != PCRE2_ERROR_NOMATCH);
        if (n < 0 || run[0] < at || run[1] <= run[0])
            break;
        for (at = run[0]; at < run[1]; at += 2)
            set.words[text[at] & 0x1F] |= UINT64_C(1) << (text[at + 1] & 0x3F);
    }
    return set;
}

static const char *ask(syntax_probe *probe, syntax_asked *asked) {
    int fault;
    pcre2_code *code = compile_run(probe, asked, &fault);
    if (!code)
        return fault == COMPILE_WITHOUT_MEMORY ? no_memory : "a class that PCRE2 does not take by itself";
    bool failed = false;
    for (unsigned byte = 0; byte < probe->n_characters; byte++)
        if (matches(probe, code, &(uint8_t){(uint8_t)byte}, 1, &failed))
            byte_set_add(&asked->set, (uint8_t)byte);
    if (asked->has_pairs) {
        pair_set set = find_pairs(probe, code, &failed);
        asked->pairs = syntax_probe_keep(probe, &set);
    }
    pcre2_code_free(code);
    if (asked->has_pairs && !asked->pairs)
        return no_memory;
    return failed ? "a class that PCRE2 fails to match" : NULL;
}

static const syntax_asked *find(const syntax_probe *probe, const syntax_asked *wanted) {
    for (size_t i = 0; i < probe->n_asked; i++) {
        const syntax_asked *known = &probe->asked[i];
        if (known->bits == wanted->bits && known->has_pairs == wanted->has_pairs && known->n_bytes == wanted->n_bytes &&
            memcmp(known->text, wanted->text, wanted->n_bytes) == 0)
            return known;
    }
    return NULL;
}

const char *syntax_probe_set(syntax_probe *probe, const uint8_t *text, size_t n_bytes, uint32_t bits, byte_set *set,
                             const pair_set **pairs) {
    syntax_asked wanted = {
        .text = text, .n_bytes = n_bytes, .bits = bits, .has_pairs = pairs && probe->n_characters == N_ASCII};
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
    if (pairs)
        *pairs = known->pairs;
    return NULL;
}

const char syntax_kinds_without_case[] = "[\\p{Lo}\\p{Nd}\\p{No}\\p{P}\\p{Z}]";

bool syntax_probe_has_no_case(syntax_probe *probe, const uint8_t *character, size_t n_bytes) {
    int fault = 0;
    PCRE2_SIZE offset = 0;
    bool failed = false;
    if (!probe->caseless_alone)
        probe->caseless_alone = pcre2_compile((PCRE2_SPTR)syntax_kinds_without_case, PCRE2_ZERO_TERMINATED, probe->bits,
                                              &fault, &offset, probe->context);
    return probe->caseless_alone && matches(probe, probe->caseless_alone, character, n_bytes, &failed);
}
