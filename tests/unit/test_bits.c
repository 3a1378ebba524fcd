/* Streams of bits against PCRE2 alone: every match of every search, on any text, by each instruction set. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pattern/matcher.h"
#include "thrum/pattern.h"

enum { MOST_BYTES = 40000, MOST_MATCHES = MOST_BYTES + 1 };

static unsigned n_rounds = 1;

static uint64_t random_state = 88172645463325252u;

static size_t random_below(size_t bound) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state >> 11) % bound;
}

static const char *const patterns[] = {
    "\\b[a-zA-Z]{5}\\b",
    "\\b\\w+\\b",
    "\\b\\w{12,}\\b",
    "[A-Z][a-z]+",
    "\\d{4}-\\d{2}-\\d{2}",
    "\\w+ing\\b",
    "[A-Z][a-z]+ [A-Z][a-z]+",
    "\\w+\\s+unto\\s+\\w+",
    "(?i)jerusalem",
    "Aaron|Moses|Pharaoh|Jordan",
    "[\\w.+-]+@[\\w.-]+\\.[\\w.-]+",
    "[\\w]+://[^/\\s?#]+[^\\s?#]+(?:\\?[^\\s#]*)?(?:#[^\\s]*)?",
    "(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9])",
    "\\w+",
    "[a-z]{2,}",
    "[a-z]{2,4}",
    "a{3}",
    "ab|a",
    "a|ab",
    "(?:a|ab)c?",
    "a+?b",
    "a*?b",
    "[ab]+?\\b",
    "[ab]{2,5}?b",
    "(?:ab){1,3}",
    "(?:ab?){2,3}?c?",
    "(?:ab){0,2}?a",
    "a++b",
    "a*+b",
    "[ab]++",
    "[ab]*+c",
    "^a+",
    "a+$",
    "^[ab ]+$",
    "^.+$",
    ".+",
    "a.b",
    "a[^b]*b",
    "[^a]+",
    "[^ab]{3}",
    "\\s+",
    "\\s+a",
    "\\Ba+",
    "a\\B",
    "\\n+",
    "\\r\\n",
    "\\ra",
    "\\n^a",
    "a\\s$",
    "\\r$\\n",
    "\\r^\\n",
    "\\n",
    "[\\r\\n]a",
    "\\x00+",
    "a$\\s",
    "a$\\s^b",
    "(a)(b+)",
    "(?i)k+",
    "[[:alpha:]]+",
    "\\S+ing",
    "(?:a|b){2,9}c",
    "a(?:b|cd|ef?)??",
    "ab{0}c",
    "\\bab?",
    "[^\\W\\d]+",
    "b.{1,70}a",
    "a.{200}b",
    "[a-z]+[a-z]+b",
    "a[ -~]+a",
    "\\w+\\W",
    "(?:\\d+,)?\\d+",
    "\\b(?:a|bc)\\b",
    "(?s)a.b",
    "(?s)[ab].+c",
    "(?:ab)+",
    "(?:[A-Z][a-z]+ ?)+x",
    "(?:[A-Z][a-z]+ ?)+",
    "(?:ab|b|cd)*c",
    "(?:ab|b|cd)*?c",
    "(?:ab|b)+?\\b",
    "(?:ab|b)+?",
    "(?:a|bb){2,}a",
    "(?:a|bb){3,}?a",
    "(?:a|ab)+(?:c|bcd)",
    "(?:\\w+\\s)+\\w+ing",
    "(?:(?:ab)+c?)+b",
    "(?:(?:ab|a)*?b)+?c",
    "\\b(?:\\w\\w)+\\b",
    "(?:a\\b.)+b",
    "^(?:[a-z]+,? )*[a-z]+$",
    "(?:\\d+[.,-])+\\d",
    "(?:a[^\\n]*\\n)+b",
    "(?:(?://.*(?:\\r\\n|\\r|\\n)|(?:#\\w*?f))\\s*)+",
    "(?:\"|\\d|(?:nan|ing|unto)|-)+[)]*;?[^=\n]*=",
    "(?:a++ ?)+b",
    "\\p{L}{3,5}",
    "(?:\\w{2}\\W)+\\d",
    "\\d{4}-\\d{2}",
    "\\B\\w{3}\\B",
    "[^a]{2,30}b",
    "(?i)\\bs+\\b",
    "(?i)(?:sk|ks)+",
    "a+a*b",
    "[ab]*[ab]{2,}c",
    "a{300,}a{300,}",
    "(.*)(.*)b.*",
    "[\xD0\xB0-\xD1\x8F]+",
    "[\xD0\x90-\xD0\xAF\x41-Z][\xD0\xB0-\xD1\x8F\x61-z]+",
    "\xD0\xB6{3}",
    "\xD0\xB6\x61|a\xD0\xB6|\xC3\xA9",
    "(?i)\xD0\xB6+",
    "(?i)\\b[a\xC3\xA9\xD0\xB6]+\\b",
    "\\p{Lu}\\p{Ll}{1,20}",
    "\\w+\xD0\xB6\\b",
    "[^\xD0\xB6]{2,5}\xD0\xB6",
    "(?:\xD0\xB6\xD0\xB5|\xC3\xA9)+?\\b",
    "^.*\xD0\xB6$",
    "\\B\\p{L}{2}\\B",
    "[a\xE4\xB8\xAD]+\\w",
    "(\xD0\xB6)(\\W+)",
};

typedef struct engines {
    thrum_pattern *bits, *pcre2;
} engines;

static bool compile(engines *e, const char *text, thrum_pattern_options options) {
    size_t n_bytes = strlen(text);
    thrum_error error;
    *e = (engines){NULL, NULL};
    options.match_limit = 100000;
    options.engine = THRUM_ENGINE_PCRE2;
    if (thrum_pattern_compile(&e->pcre2, &text, &n_bytes, 1, &options, &error) != THRUM_OK)
        return false;
    options.engine = THRUM_ENGINE_BITS;
    return thrum_pattern_compile(&e->bits, &text, &n_bytes, 1, &options, &error) == THRUM_OK;
}

static void release(engines *e) {
    thrum_pattern_free(e->bits);
    thrum_pattern_free(e->pcre2);
}

/* --- texts ------------------------------------------------------------------------------------------------------- */

static const char *const pieces[] = {
    "a",
    "b",
    "c",
    "ab",
    "A",
    "Ab ",
    "Bc",
    " ",
    " ",
    "\n",
    "\r\n",
    "\r",
    ".",
    "ing",
    "ing ",
    "jerusalem",
    "Moses",
    "unto ",
    "word",
    "hello ",
    "12",
    "7",
    "-",
    "2024-01-02",
    "http://",
    "x/y",
    "?q=",
    "#f",
    "a@b.c ",
    "10.20.30.40",
    "192.168.1.255",
    "_",
    "\t",
    "K",
    "k",
    ",",
    "longlonglongword",
    "aaaa",
    "bbbbbb",
    "1,234",
    "cd",
    "ef",
    "abc",
    "b a",
};
static const char *const strange_pieces[] = {
    "\xC3\xA9",     "\xC3\x9F ",
    "\xD0\xB6",     "\xD0\x96\xD0\xB6 ",
    "\xE2\x84\xAA", "\xF0\x9F\x98\x80",
    "\xC2\xA0",     "\xE2\x80\xA8",
    "\xC3",         "\x80",
    "\xFF",         "\xE2\x84",
    "\xF0\x9F",     "\xED\xA0\x80",
    "\xC5\xBF",     "\xCD\x85",
    "\xE2\x80\x9C", "\xE2\x80\x99",
    "\xD9\xA3",     "\xEF\xBC\x97-",
    "\xC2\x85",     "\xE4\xB8\xAD",
};

/* Characters of two bytes, and what stands between them. */
static const char *const pair_pieces[] = {
    "\xD0\xB6",
    "\xD0\xB6\xD0\xB5\xD0\xBD\xD0\xB0 ",
    "\xD0\x96",
    " ",
    "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xBC\xD0\xB5\xD1\x80",
    "a",
    "\n",
    "\xC3\xA9",
    "\xCE\xB1\xCE\xB2",
    ".",
    "\xD0\xB6\xD0\xB4 ",
    "\xD9\xA3",
    "Ab ",
    "\xC2\xA0",
    "\xC2\xAB",
    "\r\n",
    "\xCC\x81",
    "\xDF\xBF",
};

/* Texts of some kinds: how often strange characters come, whether they are well formed, and how long runs last. */
static size_t make_text(uint8_t *text) {
    static const size_t mosts[] = {1000, 1000, 3000, 6000, 12000, 12000, MOST_BYTES - 300};
    bool has_pairs = random_below(3) == 0;
    size_t n_lengths = sizeof mosts / sizeof *mosts, most_times = 2000, n = 0;
    if (has_pairs) { /* most are letters: PCRE2 takes its time, which is the cube of the length for some patterns */
        n_lengths = 6;
        most_times = 200;
    }
    size_t n_wanted = 250 + random_below(mosts[random_below(n_lengths)]);
    size_t rarity = (size_t[]){0, 0, 400, 40, 6, 1}[random_below(6)];
    size_t n_strange = random_below(2) ? 8 : sizeof strange_pieces / sizeof *strange_pieces;
    size_t first_strange = random_below(2) ? 0 : sizeof strange_pieces / sizeof *strange_pieces - n_strange;
    const char *const *kinds = has_pairs ? pair_pieces : pieces;
    size_t n_kinds = has_pairs ? sizeof pair_pieces / sizeof *pair_pieces : sizeof pieces / sizeof *pieces;
    n_kinds = random_below(3) ? n_kinds : 1 + random_below(12);
    bool has_zeros = random_below(8) == 0;
    while (n < n_wanted) {
        const char *p = kinds[random_below(n_kinds)];
        if (rarity && random_below(rarity) == 0)
            p = strange_pieces[first_strange + random_below(n_strange)];
        size_t n_bytes = strlen(p), times = random_below(30) ? 1 : 1 + random_below(random_below(20) ? 20 : most_times);
        for (; times > 0 && n + n_bytes <= MOST_BYTES; times--, n += n_bytes)
            memcpy(text + n, p, n_bytes);
        if (has_zeros && random_below(5) == 0 && n < MOST_BYTES)
            text[n++] = 0;
    }
    return n < n_wanted + 1 ? n : n_wanted;
}

/* --- searches ---------------------------------------------------------------------------------------------------- */

typedef struct found {
    thrum_range ranges[MOST_MATCHES];
    size_t n;
    matcher_answer answer;
    match_state state;
} found;

static void search_one_by_one(found *f, matcher *m, match_state state, size_t n_groups) {
    thrum_range groups[4];
    size_t program;
    f->state = state;
    for (f->n = 0; f->n < MOST_MATCHES; f->n++) {
        f->answer = matcher_next(m, f->state, groups, &program, NULL);
        if (f->answer != MATCHER_FOUND)
            return;
        f->ranges[f->n] = groups[n_groups];
        f->state = (match_state){groups[0].end, groups[0].begin == groups[0].end};
    }
}

static void search_many(found *f, matcher *m, match_state state) {
    size_t n;
    f->state = state;
    f->n = 0;
    do {
        size_t n_most = 1 + random_below(300);
        n_most = n_most < MOST_MATCHES - f->n ? n_most : MOST_MATCHES - f->n;
        f->answer = matcher_next_many(m, &f->state, f->ranges + f->n, n_most, &n, NULL);
        f->n += n;
    } while (f->answer == MATCHER_FOUND);
}

static bool are_same(const found *a, const found *b) {
    return a->n == b->n && a->answer == b->answer && a->state.position == b->state.position &&
           memcmp(a->ranges, b->ranges, a->n * sizeof *a->ranges) == 0;
}

/* Of a search that was not shown all. */
static bool is_begin_of(const found *a, const found *b) {
    if (a->answer != MATCHER_UNSURE)
        return are_same(a, b);
    return a->n <= b->n && memcmp(a->ranges, b->ranges, a->n * sizeof *a->ranges) == 0;
}

static void show(const char *pattern, const char *what, const uint8_t *text, size_t n, const found *bits,
                 const found *pcre2) {
    size_t i = 0;
    while (i < bits->n && i < pcre2->n && memcmp(&bits->ranges[i], &pcre2->ranges[i], sizeof *bits->ranges) == 0)
        i++;
    const thrum_range none = {0, 0}, *b = i < bits->n ? &bits->ranges[i] : &none,
                      *p = i < pcre2->n ? &pcre2->ranges[i] : &none;
    print_message("pattern %s, %s, %zu bytes: match %zu of %zu is %zu..%zu, PCRE2's of %zu is %zu..%zu (%d, %d)\n",
                  pattern, what, n, i, bits->n, (size_t)b->begin, (size_t)b->end, pcre2->n, (size_t)p->begin,
                  (size_t)p->end, (int)bits->answer, (int)pcre2->answer);
    size_t at = b == &none ? p->begin : p == &none || b->begin < p->begin ? b->begin : p->begin;
    for (size_t k = at < 20 ? 0 : at - 20; k < n && k < at + 40; k++)
        print_message(text[k] >= 32 && text[k] < 127 ? "%c" : "\\x%02x", text[k]);
    print_message("\n");
}

static void check_text(const engines *e, const char *pattern, const uint8_t *text, size_t n_bytes) {
    static found bits, pcre2;
    size_t n_groups = random_below(3) == 0 && strchr(pattern, '(') ? 1 : 0;
    matcher_window window = {text, n_bytes, n_bytes, SIZE_MAX, false};
    match_state state = {0, false};
    if (random_below(2)) {
        state.position = random_below(n_bytes + 1);
        window.starts_before = random_below(3) ? state.position + random_below(n_bytes + 1 - state.position) : SIZE_MAX;
    }
    matcher *by_bits = matcher_create(e->bits, n_groups), *by_pcre2 = matcher_create(e->pcre2, n_groups);
    assert_non_null(by_bits);
    assert_non_null(by_pcre2);
    for (unsigned round = 0; round < 2; round++) {
        size_t group = round == 0 ? n_groups : 0;
        matcher_begin(by_bits, &window);
        matcher_begin(by_pcre2, &window);
        search_one_by_one(&pcre2, by_pcre2, state, group);
        if (pcre2.answer == MATCHER_FAILED) /* at a limit, which streams do not have */
            goto out;
        if (round == 0)
            search_one_by_one(&bits, by_bits, state, group);
        else
            search_many(&bits, by_bits, state);
        if (!are_same(&bits, &pcre2)) {
            show(pattern, round == 0 ? "one by one" : "many", text, n_bytes, &bits, &pcre2);
            fail();
        }
    }
    matcher_window less = window;
    size_t n_least = window.starts_before < n_bytes ? window.starts_before : n_bytes;
    less.n_visible_bytes = n_least + random_below(n_bytes + 1 - n_least);
    matcher_begin(by_pcre2, &less);
    search_many(&bits, by_pcre2, state);
    if (bits.answer == MATCHER_FAILED) /* without the end of the text, it has to try more */
        goto out;
    matcher_begin(by_bits, &less);
    search_many(&bits, by_bits, state);
    if (!is_begin_of(&bits, &pcre2)) {
        show(pattern, "not shown all", text, n_bytes, &bits, &pcre2);
        fail();
    }
    uint64_t n = 0;
    match_state counted = state;
    matcher_begin(by_bits, &window);
    matcher_answer answer = matcher_count(by_bits, &counted, &n, NULL);
    if (answer != pcre2.answer || n != pcre2.n || counted.position != pcre2.state.position) {
        show(pattern, "count", text, n_bytes, &bits, &pcre2);
        print_message("%zu\n", (size_t)n);
        fail();
    }
out:
    matcher_free(by_bits);
    matcher_free(by_pcre2);
}

static const thrum_pattern_options modes[] = {
    {0},
    {.bytes = true},
    {.caseless = true},
    {.newline = THRUM_NEWLINE_LF},
    {.newline = THRUM_NEWLINE_CRLF},
    {.whole_word = true},
    {.whole_line = true},
};

/* Returns whether the pattern is for streams of bits. */
static bool check_pattern(const char *pattern, const thrum_pattern_options *options, size_t n_texts) {
    engines e;
    bool runs = compile(&e, pattern, *options);
    for (size_t i = 0; runs && i < n_texts; i++) {
        uint8_t *text = malloc(MOST_BYTES);
        assert_non_null(text);
        size_t n_bytes = make_text(text);
        uint8_t *exact = malloc(n_bytes + 64); /* PCRE2 reads a little further */
        assert_non_null(exact);
        memcpy(exact, text, n_bytes);
        memset(exact + n_bytes, 'a', 64);
        free(text);
        check_text(&e, pattern, exact, n_bytes);
        free(exact);
    }
    release(&e);
    return runs;
}

static void known_patterns(void **unused) {
    (void)unused;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        for (size_t m = 0; m < sizeof modes / sizeof *modes; m++) {
            bool runs = check_pattern(patterns[i], &modes[m], n_rounds * (m == 0 ? 20 : 4));
            if (m == 0 && !runs)
                fail_msg("%s is not for streams of bits", patterns[i]);
        }
    }
}

static const char *const refused[][2] = {
    {"a*", "matches of the empty text"},
    {"a{600}", "a repeat of more than 512"},
    {"a?+b", "a possessive repeat"},
    {"(?>ab|a)b", NULL},
    {"\xE4\xB8\xAD", "characters of more than two bytes"},
    {"(?:[a-c][d-f]){100}x|y{3}", "too many parts"},
};

static void refusals_have_reasons(void **unused) {
    (void)unused;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        size_t n_bytes = strlen(refused[i][0]);
        thrum_pattern_options options = {.engine = THRUM_ENGINE_BITS};
        thrum_pattern *pattern = NULL;
        thrum_error error;
        assert_int_equal(thrum_pattern_compile(&pattern, &refused[i][0], &n_bytes, 1, &options, &error),
                         THRUM_ERROR_ARGUMENT);
        if (refused[i][1])
            assert_non_null(strstr(error.message, refused[i][1]));
        options.engine = THRUM_ENGINE_AUTO;
        assert_int_equal(thrum_pattern_compile(&pattern, &refused[i][0], &n_bytes, 1, &options, &error), THRUM_OK);
        thrum_pattern_free(pattern);
    }
}

/* Blocks that end where the subject does, so that a sanitizer sees what is read behind it. */
static void windows_end_with_the_subject(void **unused) {
    (void)unused;
    static const char *const some[] = {"\\b\\w+\\b", "a.{200}b", "^.+$", "(?:a+|bc)+"};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        engines e;
        bits_window window;
        assert_true(compile(&e, some[i], (thrum_pattern_options){0}));
        const bit_program *program = e.bits->programs[0].engine.bits;
        assert_true(bits_window_init(&window, program));
        for (size_t n_bytes = 1; n_bytes < 3 * BITS_WINDOW_BYTES; n_bytes += n_bytes % 4096 < 130 ? 1 : 97) {
            uint8_t *text = malloc(n_bytes);
            assert_non_null(text);
            memset(text, 'a', n_bytes);
            size_t n_matches = 0, position = 0;
            for (size_t number = 0; number * BITS_WINDOW_BYTES < n_bytes; number++) {
                size_t end = (number + 1) * BITS_WINDOW_BYTES;
                bits_window_fill(&window, program, text, n_bytes, number);
                if (position < end)
                    n_matches += bits_window_matches(&window, program, &position, end, NULL, UINT64_MAX);
            }
            assert_int_equal(n_matches, i != 1);
            assert_int_equal(position, i != 1 ? n_bytes : 0);
            free(text);
        }
        bits_window_release(&window);
        release(&e);
    }
}

/* Lines of any length up to 70,000 bytes, some of them in a row alike; and few or no bytes that masks are unsure of. */
static void fill_with_lines(uint8_t *text, size_t n_bytes, uint64_t *seed, bool has_strange) {
    static const uint8_t drops[][4] = {"xxx", "x=x", " ab", "\xC3\xB6x", "x\r\n"};
    size_t n_left = 0;
    for (size_t i = 0; i < n_bytes;) {
        *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        uint64_t drawn = *seed >> 33;
        if (n_left == 0) {
            text[i++] = '\n';
            n_left = drawn % 70000 >> drawn / 70000 % 12;
            continue;
        }
        size_t piece = drawn % 2000 < 1990                   ? 0
                       : drawn % 2000 < 1999 || !has_strange ? 1 + drawn % 2
                                                             : 3 + drawn / 2000 % 2;
        for (size_t k = 0; k < 3 && i < n_bytes; k++)
            text[i++] = drops[piece][k];
        n_left -= n_left < 3 ? n_left : 3;
    }
}

static void compare_windows(const bits_window *a, const bits_window *b, const bit_program *program) {
    assert_int_equal(a->is_unsure, b->is_unsure);
    assert_int_equal(a->has_unsure, b->has_unsure);
    assert_memory_equal(a->begins, b->begins, sizeof a->begins);
    assert_memory_equal(a->unsure, b->unsure, sizeof a->unsure);
    for (size_t i = 0, begin = a->number * BITS_WINDOW_BYTES; i < BITS_WINDOW_BYTES; i++)
        if (a->begins[i / 64] >> i % 64 & 1)
            assert_int_equal(bits_window_end(a, program, begin + i), bits_window_end(b, program, begin + i));
}

/* Streams made for some windows at once say the same as those of each window. */
static void streams_of_long_lines(void **unused) {
    (void)unused;
    enum { N_BYTES = 200000, N_ROUNDS = 3 };
    static const char *const some[] = {".*.*=.*", "^.*ab", "x+=", "[^\n]+?b", "(?:x+=)+b.*", "(?m)=.*$"};
    static uint8_t text[N_BYTES];
    uint64_t seed = 1;
    size_t n_shared = 0;
    for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
        engines e;
        bits_window onwards, alone;
        assert_true(compile(&e, some[i], (thrum_pattern_options){0}));
        const bit_program *program = e.bits->programs[0].engine.bits;
        assert_true(bits_window_init(&onwards, program) && bits_window_init(&alone, program));
        for (size_t round = 0; round < N_ROUNDS; round++) {
            fill_with_lines(text, N_BYTES, &seed, round % 3 == 2);
            bits_window_forget(&onwards);
            for (size_t number = round; number * BITS_WINDOW_BYTES < N_BYTES; number += number % 7 == round ? 2 : 1) {
                bits_window_fill(&onwards, program, text, N_BYTES, number);
                bits_window_forget(&alone);
                bits_window_fill(&alone, program, text, N_BYTES, number);
                n_shared += onwards.n_words_before > 0;
                compare_windows(&onwards, &alone, program);
            }
        }
        bits_window_release(&onwards);
        bits_window_release(&alone);
        release(&e);
    }
    assert_true(n_shared > 200);
}

/* The window of a text of many equal pieces. */
static void fill_with(bits_window *window, const bit_program *program, const char *piece) {
    uint8_t text[BITS_WINDOW_BYTES];
    size_t n_piece = strlen(piece);
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i < sizeof text - sizeof text % n_piece ? (uint8_t)piece[i % n_piece] : ' ';
    bits_window_fill(window, program, text, sizeof text, 0);
}

static size_t count_set(const uint64_t words[BITS_WORDS]) {
    size_t n = 0;
    for (size_t i = 0; i < BITS_WINDOW_BYTES; i++)
        n += words[i / 64] >> i % 64 & 1;
    return n;
}

/* Only places are left to PCRE2 at which a match may begin that has a strange byte in it, or beside it; and whole
 * windows only where it is faster, or where a loop has no end in sight. */
static void unsure_is_only_what_has_to_be(void **unused) {
    (void)unused;
    static const struct {
        const char *pattern, *piece;
        bool is_unsure;
        size_t n_begins, n_unsure;
    } cases[] = {
        {"\\d{4}-\\d{2}-\\d{2}", "\xD0\xB6\xD0\xB6 \xD0\xB6 ", false, 0, 0},
        {"\\w+ing\\b",
         "\xE2\x80\x9Csing the s\xC3\xB6ng\xE2\x80\x9D and then sing on and on as all of us once did in those days of "
         "old.....",
         false, 4096 / 92, 4096 / 92 * 4},
        {"[a-c]{3}", "\xD0\xB6 abc", false, 4096 / 6, 0},
        {"\\w+", "\xD0\xB6\xD0\xB6 ", false, 4096 / 5 * 2, 0},
        {"\\w+\\b",
         "\xD0\xB6 \xE2\x80\x9C\xD0\xB6 "
         ".......................................................................................",
         false, 4096 / 96, 4096 / 96 * 5},
        {"\\w+", "\xE4\xB8\xAD\xE4\xB8\xAD ", true, 0, 4096},
        {"(?:ab)+c", "ab ", false, 0, 0},
        {"(?:ab)+c", "ababc ", false, 4096 / 6 * 2, 0},
        {"(?:ab)+\\b", "ab", true, 0, 4096},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        engines e;
        bits_window window;
        assert_true(compile(&e, cases[i].pattern, (thrum_pattern_options){0}));
        const bit_program *program = e.bits->programs[0].engine.bits;
        assert_true(bits_window_init(&window, program));
        fill_with(&window, program, cases[i].piece);
        if (window.is_unsure != cases[i].is_unsure || count_set(window.begins) != cases[i].n_begins ||
            count_set(window.unsure) != cases[i].n_unsure)
            fail_msg("%s: %d, %zu begins, %zu unsure", cases[i].pattern, window.is_unsure, count_set(window.begins),
                     count_set(window.unsure));
        bits_window_release(&window);
        release(&e);
    }
}

/* --- patterns by chance ------------------------------------------------------------------------------------------ */

static void add(char *pattern, const char *text) {
    if (strlen(pattern) + strlen(text) < 200)
        strcat(pattern, text);
}

static const char *one_of(const char *const *texts, size_t n) {
    return texts[random_below(n)];
}

static void add_random(char *pattern, unsigned depth) {
    static const char *const atoms[] = {"a",    "b",       "c",    "A",  "k",   "\\w",    "\\d",   "\\s",      ".",
                                        "[ab]", "[a-c]",   "[^a]", " ",  "\n",  "\r",     "[A-Z]", "[a-zA-Z]", "\\S",
                                        "\\W",  "[^\\s,]", "ing",  "ab", "\\.", "\\p{L}", "\\D",   "s"};
    static const char *const quantifiers[] = {"",     "",   "",   "",   "+",      "*",  "?",  "{2}",   "{1,3}",
                                              "{2,}", "+?", "*?", "??", "{0,4}?", "++", "*+", "{3,40}"};
    static const char *const assertions[] = {"\\b", "\\B", "^", "$", "\\b"};
    for (size_t n = 1 + random_below(4); n > 0; n--) {
        if (random_below(7) == 0)
            add(pattern, one_of(assertions, sizeof assertions / sizeof *assertions));
        if (depth < 2 && random_below(5) == 0) {
            add(pattern, random_below(3) ? "(?:" : "(");
            add_random(pattern, depth + 1);
            for (size_t k = random_below(3); k > 0; k--) {
                add(pattern, "|");
                add_random(pattern, depth + 1);
            }
            add(pattern, ")");
        } else {
            add(pattern, one_of(atoms, sizeof atoms / sizeof *atoms));
        }
        add(pattern, one_of(quantifiers, sizeof quantifiers / sizeof *quantifiers));
    }
}

static void random_patterns(void **unused) {
    (void)unused;
    unsigned n_run = 0;
    for (unsigned i = 0; i < 2000 * n_rounds; i++) {
        char pattern[256] = "";
        add_random(pattern, 0);
        n_run += check_pattern(pattern, &modes[random_below(2) ? 0 : random_below(sizeof modes / sizeof *modes)], 2);
    }
    assert_true(n_run > 500 * n_rounds);
}

/* More rounds, and another beginning, may be given. */
int main(int n_arguments, char **arguments) {
    if (n_arguments > 1)
        n_rounds = (unsigned)atoi(arguments[1]);
    if (n_arguments > 2)
        random_state ^= (uint64_t)atoi(arguments[2]) * UINT64_C(0x9e3779b97f4a7c15);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_patterns),
        cmocka_unit_test(refusals_have_reasons),
        cmocka_unit_test(windows_end_with_the_subject),
        cmocka_unit_test(streams_of_long_lines),
        cmocka_unit_test(unsure_is_only_what_has_to_be),
        cmocka_unit_test(random_patterns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
