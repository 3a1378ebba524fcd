#include "match_cases.h"

#include <stdio.h>
#include <string.h>

#include "random.h"

/* --- texts ------------------------------------------------------------------------------------------------------- */

static const char *const ascii_pieces[] = {"a", "b", "c", "ab", "aab", "x", "y", "0", "1", "_", " ", "  ", "\n", "-"};
static const char *const line_pieces[] = {"a", "b", "\r\n", "\r", "\n", "\n\n", "\r\r\n", "ab", " ", "x"};
static const char *const utf8_pieces[] = {
    "a", "b", "é", "É",  "ß", "中", "文",           "😀",       "e\xCC\x81", "\xC5\xBF",
    "K", "Σ", "σ", "\n", " ", "ab", "\xE2\x80\xA8", "\xC2\x85"};
static const char *const broken_pieces[] = {"a",
                                            "b",
                                            "\xFF",
                                            "\xC3",
                                            "\x80",
                                            "\xF0\x9F\x98",
                                            "\xC0\x80",
                                            "\xED\xA0\x80",
                                            "\xE4\xB8",
                                            "中",
                                            "\n",
                                            "é",
                                            "\xF5\x80\x80\x80"};

/* Long ASCII, now and then something else: for what goes by blocks of the text. */
static void random_long_text(thrum_buffer *text) {
    unsigned n_pieces = 3000 + below(3000);
    for (unsigned i = 0; i < n_pieces; i++)
        thrum_buffer_append_text(text, below(4000) == 0 ? PICK(utf8_pieces)
                                       : below(12)      ? PICK(ascii_pieces)
                                                        : PICK(line_pieces));
}

static void random_text(thrum_buffer *text) {
    unsigned kind = below(8);
    unsigned n_pieces = below(20) == 0 ? below(3000) : below(60);
    thrum_buffer_clear(text);
    if (below(600) == 0)
        random_long_text(text);
    for (unsigned i = 0; i < n_pieces; i++)
        thrum_buffer_append_text(text, kind < 3   ? PICK(ascii_pieces)
                                       : kind < 4 ? PICK(line_pieces)
                                       : kind < 6 ? PICK(utf8_pieces)
                                                  : PICK(broken_pieces));
    thrum_buffer_reserve(text, 1); /* so that bytes is never NULL */
}

/* --- patterns ---------------------------------------------------------------------------------------------------- */

static const char *const atoms[] = {"a",   "b",      "c",    "x",    ".",       "\\w",     "\\W",         "\\d",
                                    "\\s", "\\S",    "[ab]", "[^a]", "[^x\\n]", "[a-c]",   "[[:alpha:]]", "é",
                                    "中",  "\\n",    "\\r",  "\\R",  "\\h",     "\\p{L}",  "\\P{L}",      "\\p{Lu}",
                                    "\\X", "[^\\s]", "ab",   "-",    "_",       "\\x{e9}", "[é中]",       "\\N"};
static const char *const assertions[] = {"^",     "$",      "\\b",    "\\B",      "\\A",     "\\z",      "\\Z", "(?=a)",
                                         "(?!a)", "(?<=a)", "(?<!b)", "(?<=^|a)", "(?=.*b)", "(?<=\\n)", "\\G"};
static const char *const repeats[] = {"*",  "+",  "?",   "*?",    "+?",   "??",    "*+",
                                      "++", "?+", "{2}", "{1,3}", "{2,}", "{0,2}?"};
static const char *const flags[] = {"(?i)", "(?s)", "(?-m)", "(?x) ", "(?is)", "(?U)"};
static const char *const specials[] = {"a\\Kb",     "\\K",     "(*SKIP)",        "(*PRUNE)",
                                       "(*COMMIT)", "(*THEN)", "a(*SKIP)(*FAIL)"};

static unsigned n_groups;

static void random_pattern(thrum_buffer *pattern, unsigned depth);

static void random_group(thrum_buffer *pattern, unsigned depth) {
    static const char *const openings[] = {"(?:", "(", "(", "(?>", "(?=", "(?!", "(?|"};
    const char *opening = PICK(openings);
    n_groups += strcmp(opening, "(") == 0;
    thrum_buffer_append_text(pattern, opening);
    random_pattern(pattern, depth - 1);
    thrum_buffer_append_text(pattern, ")");
}

static void random_item(thrum_buffer *pattern, unsigned depth) {
    unsigned kind = below(40);
    if (kind < 8 && depth > 0) {
        random_group(pattern, depth);
    } else if (kind < 12) {
        thrum_buffer_append_text(pattern, PICK(assertions));
        return;
    } else if (kind == 12 && n_groups > 0) {
        thrum_buffer_append_text(pattern, "\\1");
    } else if (kind == 13 && below(4) == 0) {
        thrum_buffer_append_text(pattern, PICK(specials));
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
        if (i > 0)
            thrum_buffer_append_text(pattern, "|");
        for (unsigned n = below(4); n > 0; n--)
            random_item(pattern, depth);
    }
}

static void make_any(test_case *c) {
    c->n_texts = below(8) == 0 ? 2 + below(2) : 1;
    c->options =
        (thrum_pattern_options){.bytes = below(3) == 0,
                                .caseless = below(5) == 0,
                                .newline = below(6) == 0 ? (thrum_newline)(1 + below(2)) : THRUM_NEWLINE_ANYCRLF,
                                .time_limit_seconds = below(6) == 0 ? 1000 : 0};
    c->by_line = below(6) == 0;
    c->options.by_line = c->by_line ? below(4) > 0 : below(8) == 0;
    c->max_matches = below(8) == 0 ? 1 + below(20) : 0;
    for (size_t i = 0; i < c->n_texts; i++) {
        thrum_buffer pattern = {0};
        n_groups = 0;
        if (below(6) == 0)
            thrum_buffer_append_text(&pattern, PICK(flags));
        random_pattern(&pattern, 3);
        thrum_buffer_append(&pattern, "", 1);
        snprintf(c->texts[i], sizeof c->texts[i], "%s", (const char *)pattern.bytes);
        thrum_buffer_release(&pattern);
    }
    random_text(&c->subject);
    c->options.no_jit = below(3) == 0;
}

/* --- cases for the engines in front of PCRE2 --------------------------------------------------------------------- */

static const char *const classes[] = {"\\w",  "\\w",    "[a-z]", "[a-zA-Z]", "[A-Z]", "\\d",     "[0-9]",
                                      "\\s",  "[ \\n]", ".",     "\\S",      "[^a]",  "[^\\s]",  "[k]",
                                      "[^k]", "[s-u]",  "[ab_]", "\\W",      "\\D",   "[\\w.-]", "[é-ü]",
                                      "[aé]", "[^é]",   "\\h",   "[\\r\\n]"};
static const char *const letters[] = {"a", "k", "s",  "K", "S",   "e",      " ", "\\.", "-",
                                      "é", "ß", "中", "ſ", "\\n", "\\r\\n", "_", "1"};
static const char *const words[] = {"the",          "ask", "ing", "ab",     "a",         "Kiss", "and",
                                    "was",          "é",   "été", "Straße", "中文",      "ſs",   "sk",
                                    "\xE2\x84\xAA", "aab", "kkk", "a b",    "e\xCC\x81", "then", "th"};
static const char *const class_repeats[] = {"+",   "+",      "*",      "?",    "{2}",  "{3,}", "{1,4}",
                                            "{5}", "{0,2}",  "{2,70}", "{64}", "{1,}", "+?",   "*?",
                                            "??",  "{1,4}?", "{2,}?",  "++",   "*+",   "?+",   "{1,3}+"};
static const char *const places[] = {"\\b", "\\b", "\\b", "\\B", "^", "$"};

static void engine_alternatives(thrum_buffer *pattern) {
    thrum_buffer_append_text(pattern, below(3) ? "(?:" : "(");
    for (unsigned n = 2 + below(3), i = 0; i < n; i++) {
        thrum_buffer_append_text(pattern, i > 0 ? "|" : "");
        thrum_buffer_append_text(pattern, PICK(words));
        if (below(6) == 0)
            thrum_buffer_append_text(pattern, PICK(classes));
    }
    thrum_buffer_append_text(pattern, ")");
}

static void engine_item(thrum_buffer *pattern) {
    unsigned kind = below(20);
    if (kind < 9)
        thrum_buffer_append_text(pattern, PICK(classes));
    else if (kind < 12)
        thrum_buffer_append_text(pattern, PICK(letters));
    else if (kind < 16)
        thrum_buffer_append_text(pattern, PICK(words));
    else if (kind < 18)
        engine_alternatives(pattern);
    else
        thrum_buffer_append_text(pattern, PICK(places));
    if ((kind < 12 && below(3) > 0) || (kind < 18 && below(8) == 0))
        thrum_buffer_append_text(pattern, PICK(class_repeats));
}

static void engine_pattern(thrum_buffer *pattern) {
    bool has_places = below(3) == 0;
    thrum_buffer_append_text(pattern, has_places ? PICK(places) : "");
    for (unsigned n = 1 + below(5); n > 0; n--)
        engine_item(pattern);
    thrum_buffer_append_text(pattern, has_places ? PICK(places) : "");
    if (below(10) == 0) {
        thrum_buffer_append_text(pattern, "|");
        engine_item(pattern);
    }
}

/* One stretch of a text: of one kind, now and then longer than a window, so that no line and no space breaks it. */
static void engine_stretch(thrum_buffer *text, unsigned flavour, bool is_line) {
    static const char *const runs[] = {"a", "k", "ab", " ", "1", "sS", "_", "a b", "x "};
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n", " "};
    static const char *const odd[] = {"é", "ß", "中", "ſ", "\xE2\x84\xAA", "\xC2\x85", "\xE2\x80\xA8", "😀"};
    unsigned kind = below(10), n = below(20) == 0 ? below(6000) : below(12);
    const char *run = PICK(runs);
    if (kind < 4)
        for (n = below(is_line ? 40 : 400); n > 0; n--) {
            thrum_buffer_append_text(text, below(3) == 0 ? PICK(words) : PICK(ascii_pieces));
            thrum_buffer_append_text(text, below(3) == 0 ? " " : "");
        }
    else if (kind < 7)
        while (n-- > 0)
            thrum_buffer_append_text(text, run);
    else if (kind < 8)
        thrum_buffer_append_text(text, PICK(ends));
    else if (kind < 9 && flavour > 0)
        thrum_buffer_append_text(text, flavour > 1 && below(2) ? PICK(broken_pieces) : PICK(odd));
    else if (flavour > 0)
        thrum_buffer_append(text, "a\0b", 1 + below(3));
    if (is_line && below(2) == 0)
        thrum_buffer_append_text(text, below(8) == 0 ? PICK(ends) : "\n");
}

/* Fills up with one letter to a few bytes before a line of the windows' grid, and puts something across it. */
static void engine_grid(thrum_buffer *text) {
    enum { WINDOW_BYTES = 4096 };
    size_t n_fill = WINDOW_BYTES - text->n_bytes % WINDOW_BYTES, n_back = below(8);
    const char *letter = below(2) ? "a" : below(2) ? " " : "k";
    for (; n_fill > n_back; n_fill--)
        thrum_buffer_append_text(text, letter);
    for (unsigned i = 0; i < 3; i++)
        thrum_buffer_append_text(text, below(2) ? PICK(words) : PICK(line_pieces));
}

/* flavour 0: ASCII, 1: UTF-8, 2: ill-formed. */
static void engine_text(thrum_buffer *text, bool is_long, bool has_lines) {
    unsigned flavour = below(2) ? 0 : 1 + below(2);
    size_t n_wanted = is_long ? 4096 + below(16000) : below(300);
    thrum_buffer_clear(text);
    while (text->n_bytes < n_wanted) {
        engine_stretch(text, below(4) == 0 ? flavour : 0, has_lines);
        if (is_long && below(6) == 0)
            engine_grid(text);
    }
    thrum_buffer_reserve(text, 1);
}

static void make_for_engines(test_case *c) {
    c->options =
        (thrum_pattern_options){.bytes = below(3) == 0,
                                .caseless = below(4) == 0,
                                .literal = below(6) == 0,
                                .whole_word = below(12) == 0,
                                .newline = below(8) == 0 ? (thrum_newline)(1 + below(2)) : THRUM_NEWLINE_ANYCRLF,
                                .time_limit_seconds = below(20) == 0 ? 1000 : 0,
                                .match_limit = 100000};
    c->options.whole_line = below(c->options.literal ? 4 : 30) == 0;
    c->by_line = below(4) == 0;
    c->options.by_line = c->by_line ? below(4) > 0 : below(8) == 0;
    c->max_matches = below(12) == 0 ? 1 + below(200) : 0;
    c->n_texts = c->options.literal ? 1 + below(MOST_TEXTS) : below(8) == 0 ? 2 : 1;
    for (size_t i = 0; i < c->n_texts; i++) {
        thrum_buffer pattern = {0};
        if (!c->options.literal)
            engine_pattern(&pattern);
        for (unsigned n = c->options.literal ? 1 + below(3) : 0; n > 0; n--)
            thrum_buffer_append_text(&pattern, PICK(words));
        thrum_buffer_append(&pattern, "", 1);
        snprintf(c->texts[i], sizeof c->texts[i], "%s", (const char *)pattern.bytes);
        thrum_buffer_release(&pattern);
    }
    c->is_long = true;
    engine_text(&c->subject, below(3) > 0, c->by_line);
}

void case_make(test_case *c, uint64_t seed) {
    random_state = seed * 0x2545F4914F6CDD1Du + 1;
    c->is_long = false;
    if (seed % 2 == 0)
        make_for_engines(c);
    else
        make_any(c);
}
