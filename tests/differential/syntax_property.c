/* The reader of patterns against PCRE2: where there is a tree, a plain matcher that goes by the tree finds what PCRE2's
 * interpreter and its JIT find.
 *
 *   syntax_property [--cases N] [--seed S]     N 0: without end
 *
 * A case is a pattern from a list, a random one, or one of them with some bytes changed, under random options, and some
 * short texts. A case that differs is printed as the command line that runs it alone. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pattern/bits_inside.h"
#include "pattern/pattern.h"
#include "pattern/syntax.h"
#include "random.h"
#include "thrum/thrum.h"

/* --- a matcher --------------------------------------------------------------------------------------------------- */

/* What is still to match. */
typedef struct rest {
    enum { NOTHING, SIBLINGS, REPEATED } kind;
    const syntax_node *node; /* the first of the siblings, or the repeat */
    uint32_t count;          /* of the repeat, so far */
    const struct rest *next;
} rest;

typedef struct oracle {
    const uint8_t *subject;
    size_t n_bytes;
    thrum_newline newline;
    bool is_bytes;
    size_t end; /* of the match, or of a possessive repeat */
    unsigned n_steps;
} oracle;

enum { MOST_STEPS = 200000 };

static bool match(oracle *o, const syntax_node *node, size_t at, const rest *then);

static bool is_word(const oracle *o, size_t at) {
    uint8_t byte = at < o->n_bytes ? o->subject[at] : ' ';
    return (byte >= '0' && byte <= '9') || ((byte | 0x20) >= 'a' && (byte | 0x20) <= 'z') || byte == '_';
}

static bool is_newline(const oracle *o, size_t at) {
    const uint8_t *s = o->subject + at;
    bool is_crlf = at + 1 < o->n_bytes && s[0] == '\r' && s[1] == '\n';
    if (o->newline == THRUM_NEWLINE_CRLF)
        return is_crlf;
    return s[0] == '\n' || (o->newline == THRUM_NEWLINE_ANYCRLF && s[0] == '\r');
}

static bool holds(const oracle *o, syntax_assertion assertion, size_t at) {
    bool before = at > 0 && is_word(o, at - 1), after = is_word(o, at);
    size_t n_newline = o->newline == THRUM_NEWLINE_CRLF ? 2 : 1;
    switch (assertion) {
    case SYNTAX_WORD_BOUNDARY:
        return before != after;
    case SYNTAX_NO_WORD_BOUNDARY:
        return before == after;
    case SYNTAX_NO_WORD_BEFORE:
        return !before;
    case SYNTAX_NO_WORD_AFTER:
        return !after;
    case SYNTAX_LINE_BEGIN: /* never behind a line end that ends the text */
        return at == 0 || (at < o->n_bytes && at >= n_newline && is_newline(o, at - n_newline));
    default:
        return at == o->n_bytes || is_newline(o, at);
    }
}

static bool repeat(oracle *o, const syntax_node *node, uint32_t count, size_t at, const rest *then) {
    const rest again = {REPEATED, node, count + 1, then};
    if (count < node->min)
        return match(o, node->child, at, &again);
    if (node->greed == SYNTAX_LAZY && match(o, &(syntax_node){.kind = SYNTAX_SEQUENCE}, at, then))
        return true;
    if (count < node->max && match(o, node->child, at, &again))
        return true;
    return node->greed != SYNTAX_LAZY && match(o, &(syntax_node){.kind = SYNTAX_SEQUENCE}, at, then);
}

static bool go_on(oracle *o, size_t at, const rest *then) {
    if (then->kind == REPEATED)
        return repeat(o, then->node, then->count, at, then->next);
    if (then->kind == NOTHING) {
        o->end = at;
        return true;
    }
    if (!then->node)
        return go_on(o, at, then->next);
    return match(o, then->node, at, &(rest){SIBLINGS, then->node->next, 0, then->next});
}

static size_t character(const oracle *o, const syntax_node *node, size_t at) {
    size_t n = node->n_text_bytes;
    if (n > 0)
        return n <= o->n_bytes - at && memcmp(o->subject + at, node->text, n) == 0 ? n : 0;
    for (size_t i = 0; i < node->n_spellings; i++)
        if (node->spellings[i].n_bytes <= o->n_bytes - at &&
            memcmp(o->subject + at, node->spellings[i].bytes, node->spellings[i].n_bytes) == 0)
            return node->spellings[i].n_bytes;
    return at < o->n_bytes && byte_set_has(&node->set, o->subject[at]);
}

static bool match(oracle *o, const syntax_node *node, size_t at, const rest *then) {
    static const rest nothing = {NOTHING, NULL, 0, NULL};
    size_t n;
    if (o->n_steps++ > MOST_STEPS)
        return false;
    switch (node->kind) {
    case SYNTAX_CHARACTER:
        n = character(o, node, at);
        return n > 0 && go_on(o, at + n, then);
    case SYNTAX_SEQUENCE:
        return go_on(o, at, &(rest){SIBLINGS, node->child, 0, then});
    case SYNTAX_ALTERNATIVES:
        for (const syntax_node *child = node->child; child; child = child->next)
            if (match(o, child, at, then))
                return true;
        return false;
    case SYNTAX_REPEAT:
        if (node->greed == SYNTAX_POSSESSIVE)
            return repeat(o, node, 0, at, &nothing) && go_on(o, o->end, then);
        return repeat(o, node, 0, at, then);
    case SYNTAX_ASSERTION:
        return holds(o, node->assertion, at) && go_on(o, at, then);
    }
    return false;
}

/* The first match from a position on; false when there is none. */
static bool search(oracle *o, const pattern_program *program, const syntax_node *root, size_t position, size_t *begin) {
    static const rest nothing = {NOTHING, NULL, 0, NULL};
    for (*begin = position; *begin <= o->n_bytes && o->n_steps <= MOST_STEPS; ++*begin) {
        const uint8_t *s = o->subject + *begin;
        bool is_inside = *begin < o->n_bytes && !o->is_bytes && (*s & 0xC0) == 0x80;
        bool is_passed_over =
            *begin > position && *begin < o->n_bytes && program->passes_over_crlf && s[-1] == '\r' && s[0] == '\n';
        if (!is_inside && !is_passed_over && match(o, root, *begin, &nothing))
            return true;
    }
    return false;
}

/* --- patterns ---------------------------------------------------------------------------------------------------- */

static const char *const listed[] = {
    "ab",
    "a|b",
    "ab|a",
    "a|ab",
    "(a|ab)(c|bcd)?(d*)",
    "\\w+",
    "\\b\\w+\\b",
    "\\b[a-c]{2}\\b",
    "\\bA\\w*",
    "\\w+ing\\b",
    "[a-z]+[0-9]*",
    "[^\\s]+",
    "\\S+\\s+\\S+",
    "^.*$",
    "^$",
    "$",
    "^",
    "^a.*b$",
    "(?:ab)+",
    "(?:ab|a)b*b",
    "(?:ab|a){2}",
    "(?:a|ab){2,3}c",
    "(?:ab?){1,2}b",
    "(?:a|ab){2,}+b",
    "(?:a|ab)++b",
    "(?:a|ab)?+b",
    "(?:a|ab){1}+b",
    "(?:a|ab){2}+b",
    "(?:a|ab){1}b",
    "(?:ab|a){0}b",
    "a{0,2}b",
    "a{2,}?b",
    "a*+b",
    "a*+a",
    "a++b?",
    "a?+ab",
    "a??b",
    ".*b",
    ".*?b",
    ".+?b*",
    "(?s)a.*b",
    "(?s)a.b",
    "(?s:a.)b.",
    "a.b",
    "\\N*",
    "[ab]*c|b",
    "a(?:b|c)*?d",
    "(?:a|b)*[bc]",
    "(?:\\w|-)+",
    "(?i)ab",
    "a(?i)b|c",
    "(a(?i)b|c)a",
    "(?i:a)b",
    "(?-i)a",
    "(?i)[a-b]k",
    "[[:alpha:]]+[[:digit:]]",
    "[[:^alpha:]]",
    "[]a]+",
    "[^]a]+",
    "[a\\]b]",
    "[\\Qa]\\E]+",
    "[\\b]",
    "[a-c-]+",
    "[-a]",
    "[a\\-c]+",
    "[\\w.-]+",
    "[^\\W\\d]+",
    "\\d+(?:\\.\\d+)?",
    "\\d{1,2}",
    "\\h+",
    "\\v+",
    "\\r\\n",
    "\\r|\\n",
    "a\\n^b",
    "a$\\nb",
    "a$\\s^b",
    "\\s*$",
    "^\\s*",
    "\\n",
    "\\x61\\142",
    "\\x{61}b",
    "\\o{141}",
    "\\0141",
    "\\Qa.b\\E",
    "\\Qab\\E+",
    "a\\Q\\E+?",
    "a{,2}",
    "a{b}",
    "x{",
    "{a",
    "\\p{L}+",
    "\\P{L}",
    "\\pL\\d",
    "\\B",
    "\\Ba",
    "a\\B",
    "\\b",
    "(?:\\b|a)b",
    "(?:^|a)b",
    "(?:a$|b)",
    "(?:\\b)?a",
    "(?:a*)?b",
    "(?:)",
    "(a|)b",
    "|a",
    "a|",
    "()a",
    "(?<n>a)b",
    "(?'n'a|b)",
    "(?P<n>a)",
    "((a)|(b)|(c))+",
    "(?:a(?:b(?:c)?)?)?",
    "(?:a+b)+",
    "(?:a+b?){2}",
    "(?:a{2}){2}",
    "(?:[ab]{2}){1,2}a",
    "é",
    "a|é",
    "é+a?",
    "[é]",
    "中|文",
    "(?i)中",
    "(?i)é",
    "(?i)é|k",
    "(?i)(?:ς|σς)+",
    "(?i)Å*+s",
    "(?i)т{2}",
    "\\x{e9}",
    "\\é",
    "(?i)\xC5\xBF",
    "\xC5\xBF",
    "[^a]",
    "[^\\n]*",
    "foo|bar|baz",
    "(?:abc|abd|b)+",
    "(?-m)a",
    "(?-m)^a",
    "a(?=b)",
    "(?<=a)b",
    "(?>a|ab)c",
    "(a)\\1",
    "a(?#c)b",
    "(?x) a b",
    "(?U)a+",
    "(?|a|b)",
    "(*UCP)a",
    "a(*SKIP)b",
    "\\Aa",
    "a\\z",
    "a\\Kb",
    "\\X",
    "\\R",
    "\\cA",
};

static const char *const atoms[] = {
    "a",
    "b",
    "c",
    "a",
    "b",
    "x",
    "1",
    "-",
    "_",
    " ",
    ".",
    "\\w",
    "\\W",
    "\\d",
    "\\D",
    "\\s",
    "\\S",
    "\\h",
    "\\v",
    "\\N",
    "[ab]",
    "[a-c]",
    "[^a]",
    "[^\\n]",
    "[[:alpha:]]",
    "[]b]",
    "[^]b]",
    "[a\\]]",
    "[\\w-]",
    "[b-]",
    "\\n",
    "\\r",
    "\\x61",
    "\\x{62}",
    "\\0",
    "\\t",
    "\\.",
    "é",
    "中",
    "\\x{e9}",
    "É",
    "σ",
    "\\p{L}",
    "\\P{Lu}",
    "\\Qab\\E",
    "\\Qa|",
    "\\E",
    "A",
    "k",
    "S",
    "[k-s]",
    "[\\Q]\\E]",
    "\\p{Lu}",
    "\\p{L&}",
    "\\p{Xan}",
    "\\p{N}",
    "\\p{P}",
    "\\H",
    "\\V",
    "[\\h\\d]",
    "[\\P{Lu}]",
    "[[:alnum:]]",
    "[[:^punct:]_]",
    "\\p{Latin}",
    "\\p{Pd}",
    "\\p{Cc}",
    "\\p{Zs}",
    "[^k]",
    "[Kk]",
    "[^\\w]",
    "\\p{Uppercase}",
    "ab",
    "ba",
    "{",
    "}",
    "]",
    "\\\\",
    "[\\x61b]",
    "[\\0-b]",
    "\r",
    "\n",
};
static const char *const assertions[] = {"^", "$", "\\b", "\\B", "^", "$", "\\b"};
static const char *const repeats[] = {"*",    "+",      "?",      "*?",    "+?",   "??",     "*+",
                                      "++",   "?+",     "{2}",    "{0}",   "{1}",  "{1}+",   "{1,3}",
                                      "{2,}", "{0,2}?", "{2,3}+", "{2,}+", "{,2}", "\\Q\\E*"};
static const char *const flags[] = {"(?i)",  "(?s)",   "(?-m)", "(?m)", "(?-i)", "(?-s)",
                                    "(?is)", "(?i-s)", "(?n)",  "(?)",  "(?x)"};
static const char *const openings[] = {
    "(?:", "(", "(?:", "(", "(?i:", "(?-i:", "(?s:", "(?<n>", "(?'n'", "(?P<n>", "(?>", "(?="};

static void random_pattern(thrum_buffer *pattern, unsigned depth);

static void random_item(thrum_buffer *pattern, unsigned depth) {
    unsigned kind = below(32);
    if (kind < 8 && depth > 0) {
        thrum_buffer_append_text(pattern, PICK(openings));
        random_pattern(pattern, depth - 1);
        thrum_buffer_append_text(pattern, ")");
    } else if (kind < 10) {
        thrum_buffer_append_text(pattern, PICK(assertions));
        return;
    } else if (kind < 11) {
        thrum_buffer_append_text(pattern, PICK(flags));
        return;
    } else {
        thrum_buffer_append_text(pattern, PICK(atoms));
    }
    if (below(3) == 0)
        thrum_buffer_append_text(pattern, PICK(repeats));
}

static void random_pattern(thrum_buffer *pattern, unsigned depth) {
    unsigned n_alternatives = below(4) == 0 ? 2 + below(2) : 1;
    for (unsigned i = 0; i < n_alternatives; i++) {
        thrum_buffer_append_text(pattern, i > 0 ? "|" : "");
        for (unsigned n = below(5); n > 0; n--)
            random_item(pattern, depth);
    }
}

/* Puts something else for up to three bytes of a pattern. */
static void mutate(thrum_buffer *pattern) {
    static const char bytes[] = "()[]{}|*+?.^$\\\\-,:=!<>'#&@abcdefgimnpsxzABCDEGHKNPQRSUVWXZ0123456789 \t\n\xC3\xA9";
    unsigned at = below((unsigned)pattern->n_bytes + 1), n_removed = below(4);
    thrum_buffer changed = {0};
    thrum_buffer_append(&changed, pattern->bytes, at);
    for (unsigned n = below(3); n > 0; n--)
        thrum_buffer_append(&changed, &bytes[below(sizeof bytes)], 1);
    if (below(6) == 0)
        thrum_buffer_append_text(&changed, PICK(atoms));
    if (at + n_removed < pattern->n_bytes)
        thrum_buffer_append(&changed, pattern->bytes + at + n_removed, pattern->n_bytes - at - n_removed);
    thrum_buffer_release(pattern);
    *pattern = changed;
}

static void make_pattern(thrum_buffer *pattern) {
    if (below(3) == 0)
        thrum_buffer_append_text(pattern, PICK(listed));
    else
        random_pattern(pattern, 3);
    if (below(3) == 0)
        for (unsigned n = 1 + below(3); n > 0; n--)
            mutate(pattern);
}

/* --- texts ------------------------------------------------------------------------------------------------------- */

static const char *const ascii_pieces[] = {"a",  "b",    "c",  "ab", "aab", "abc", "A", "B", "k", "K",
                                           "s",  "x",    "0",  "1",  "_",   " ",   "-", "]", ".", "\n",
                                           "\r", "\r\n", "\t", "\\", "{",   "|",   "a", "b"};
static const char *const utf8_pieces[] = {"é",           "É", "中", "文", "\xC5\xBF", "\xE2\x84\xAA", "😀",
                                          "\xC2\x85",    "σ", "ς",  "Σ",  "å",        "\xE2\x84\xAB", "т",
                                          "\xE1\xB2\x84"};
static const char *const byte_pieces[] = {"\xE9", "\xC9", "\xC3", "\xA9", "\xFF", "\x80", "\x85", "\xA0"};

/* NUL-terminated, so that a text may be empty. */
static void random_subject(thrum_buffer *subject, bool is_bytes, bool has_foreign) {
    thrum_buffer_clear(subject);
    for (unsigned n = below(12); n > 0; n--) {
        bool is_foreign = has_foreign && below(3) == 0;
        const char *piece = !is_foreign ? PICK(ascii_pieces) : is_bytes ? PICK(byte_pieces) : PICK(utf8_pieces);
        thrum_buffer_append_text(subject, piece);
        if (below(60) == 0)
            thrum_buffer_append(subject, "", 1);
    }
    thrum_buffer_append(subject, "", 1);
    subject->n_bytes--;
}

/* Whether the tree is exact beyond ASCII: nobody's knowledge of characters is asked for there. */
static bool is_exact(const syntax_node *node) {
    bool asks_for_words = node->kind == SYNTAX_ASSERTION && node->assertion <= SYNTAX_NO_WORD_AFTER;
    if ((node->may_be_foreign && node->n_spellings == 0) || asks_for_words)
        return false;
    for (const syntax_node *child = node->child; child; child = child->next)
        if (!is_exact(child))
            return false;
    return true;
}

/* --- a case ------------------------------------------------------------------------------------------------------ */

typedef struct totals {
    unsigned long long n_cases, n_refused, n_opaque, n_trees, n_compared, n_failed;
} totals;

typedef struct test_case {
    thrum_buffer pattern;
    thrum_pattern_options options;
    thrum_pattern *compiled;
    syntax_tree tree;
    bits_factor factor; /* of the tree, however frequent */
    pcre2_match_data *data;
    pcre2_match_context *context;
    thrum_buffer subject;
} test_case;

static void print_text(const char *name, const thrum_buffer *text) {
    printf("  %s: \"", name);
    for (size_t i = 0; i < text->n_bytes; i++)
        printf(text->bytes[i] >= 0x20 && text->bytes[i] < 0x7F ? "%c" : "\\x%02x", text->bytes[i]);
    printf("\"\n");
}

static void tell_difference(const test_case *c, uint64_t seed, const char *engine, const size_t *expected,
                            const size_t *seen) {
    printf("FAILED: syntax_property --cases 1 --seed %llu\n", (unsigned long long)seed);
    print_text("pattern", &c->pattern);
    print_text("subject", &c->subject);
    printf("  bytes %d, literal %d, caseless %d, whole word %d, whole line %d, newline %d\n", c->options.bytes,
           c->options.literal, c->options.caseless, c->options.whole_word, c->options.whole_line, c->options.newline);
    printf("  from %zu on, %s finds %zd to %zd, the tree %zd to %zd\n", expected[2], engine, (ssize_t)expected[0],
           (ssize_t)expected[1], (ssize_t)seen[0], (ssize_t)seen[1]);
}

/* Whether a match has what every match has to have. */
static bool has_factor(const test_case *c, const size_t span[2]) {
    const bits_factor *f = &c->factor;
    const uint8_t *bytes = c->subject.bytes;
    for (size_t at = span[0]; at < span[1]; at++)
        if (!c->options.bytes && bytes[at] >= 0x80)
            return true;
    for (size_t at = span[0], n; at + f->n <= span[1]; at++) {
        for (n = 0; n < f->n && byte_set_has(&f->sets[n], bytes[at + n]);)
            n++;
        if (n == f->n)
            return true;
    }
    return false;
}

/* One search by PCRE2, and the same by the tree. False when they differ. */
static bool compare(test_case *c, uint64_t seed, size_t position, bool is_jit, totals *sums) {
    const pattern_program *program = &c->compiled->programs[0];
    oracle o = {.subject = c->subject.bytes,
                .n_bytes = c->subject.n_bytes,
                .newline = c->options.newline,
                .is_bytes = c->options.bytes};
    size_t seen[2] = {PCRE2_UNSET, PCRE2_UNSET}, expected[3] = {PCRE2_UNSET, PCRE2_UNSET, position}, begin;
    int n = pcre2_match(program->code, o.subject, o.n_bytes, position, is_jit ? 0 : PCRE2_NO_JIT, c->data, c->context);
    if (n >= 0) /* 0: there are groups, and no room for them */
        memcpy(expected, pcre2_get_ovector_pointer(c->data), 2 * sizeof *expected);
    if (search(&o, program, c->tree.root, position, &begin)) {
        seen[0] = begin;
        seen[1] = o.end;
    }
    if (o.n_steps > MOST_STEPS || (n < 0 && n != PCRE2_ERROR_NOMATCH))
        return true;
    sums->n_compared++;
    if (n >= 0 && !has_factor(c, expected)) {
        tell_difference(c, seed, "the factor is not in what PCRE2", expected, seen);
        return false;
    }
    if (memcmp(seen, expected, sizeof seen) == 0)
        return true;
    tell_difference(c, seed, is_jit ? "JIT" : "the interpreter", expected, seen);
    return false;
}

/* What is left out: JIT may find a match between CR and LF that the interpreter passes over. */
static bool has_crlf(const thrum_buffer *text) {
    return memmem(text->bytes, text->n_bytes, "\r\n", 2) != NULL;
}

static bool compare_subjects(test_case *c, uint64_t seed, totals *sums) {
    enum { SUBJECTS = 12 };
    bool has_foreign = c->options.bytes || is_exact(c->tree.root), ok = true;
    for (unsigned i = 0; i < SUBJECTS && ok; i++) {
        random_subject(&c->subject, c->options.bytes, has_foreign);
        size_t position = i % 2 ? 0 : below((unsigned)c->subject.n_bytes + 1);
        while (!c->options.bytes && (c->subject.bytes[position] & 0xC0) == 0x80)
            position++;
        ok = compare(c, seed, position, false, sums) &&
             (!c->compiled->is_jit || has_crlf(&c->subject) || compare(c, seed, position, true, sums));
    }
    return ok;
}

static void run_case(test_case *c, uint64_t seed, totals *sums) {
    random_state = seed * 0x2545F4914F6CDD1Du + 1;
    c->pattern = (thrum_buffer){0};
    make_pattern(&c->pattern);
    c->options = (thrum_pattern_options){.bytes = below(3) == 0,
                                         .literal = below(12) == 0,
                                         .caseless = below(4) == 0,
                                         .whole_word = below(6) == 0,
                                         .whole_line = below(6) == 0,
                                         .newline = below(4) == 0 ? (thrum_newline)below(3) : THRUM_NEWLINE_ANYCRLF,
                                         .no_jit = below(2) == 0,
                                         .engine = THRUM_ENGINE_PCRE2};
    /* No byte more than the pattern has, so that a read behind it is caught. */
    size_t n_bytes = c->pattern.n_bytes;
    char *text = malloc(n_bytes > 0 ? n_bytes : 1);
    if (!text)
        exit(2);
    memcpy(text, c->pattern.bytes ? c->pattern.bytes : (const uint8_t *)"", n_bytes);
    const char *const texts[] = {text};
    const char *why_opaque = NULL;
    bool has_tree = syntax_read(&c->tree, text, n_bytes, &c->options, &why_opaque);
    c->factor = has_tree ? bits_factor_of(c->tree.root, 2) : (bits_factor){.n = 0};
    sums->n_cases++;
    if (thrum_pattern_compile(&c->compiled, texts, &n_bytes, 1, &c->options, NULL) != THRUM_OK)
        sums->n_refused++;
    else if (!has_tree)
        sums->n_opaque++;
    else if (compare_subjects(c, seed, sums))
        sums->n_trees++;
    else
        sums->n_failed++;
    thrum_pattern_free(c->compiled);
    syntax_release(&c->tree);
    thrum_buffer_release(&c->pattern);
    free(text);
}

int main(int argc, char **argv) {
    uint64_t n_cases = 20000, seed = 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--cases") == 0)
            n_cases = strtoull(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], NULL, 10);
    }
    test_case c = {.data = pcre2_match_data_create(1, NULL), .context = pcre2_match_context_create(NULL)};
    totals sums = {0};
    if (!c.data || !c.context)
        return 2;
    pcre2_set_match_limit(c.context, MOST_STEPS);
    for (uint64_t i = 0; (n_cases == 0 || i < n_cases) && sums.n_failed < 5; i++)
        run_case(&c, seed + i, &sums);
    thrum_buffer_release(&c.subject);
    pcre2_match_data_free(c.data);
    pcre2_match_context_free(c.context);
    printf("%llu cases, %llu refused, %llu opaque, %llu trees, %llu comparisons, %llu differences\n", sums.n_cases,
           sums.n_refused, sums.n_opaque, sums.n_trees, sums.n_compared, sums.n_failed);
    return sums.n_failed > 0;
}
