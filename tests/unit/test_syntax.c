#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "pattern/syntax.h"
#include "pattern/syntax_letter.h"
#include "text/utf8.h"
#include "thrum/buffer.h"

/* --- trees as texts ---------------------------------------------------------------------------------------------- */

static void dump_byte(thrum_buffer *out, unsigned byte) {
    char words[8];
    snprintf(words, sizeof words, byte > 0x20 && byte < 0x7F && !strchr("[]-~|\\", (int)byte) ? "%c" : "\\%02x", byte);
    thrum_buffer_append_text(out, words);
}

/* A character of one byte as it is, else a list of ranges; "~" follows where something beyond ASCII may match too, and
 * what that is, where it is known. */
static void dump_character(thrum_buffer *out, const syntax_node *node) {
    unsigned n = 0, first = 0;
    for (unsigned byte = 0; byte < 256; byte++)
        if (byte_set_has(&node->set, (uint8_t)byte) && n++ == 0)
            first = byte;
    if (node->n_text_bytes > 0) {
        assert_int_equal(n, 0);
        thrum_buffer_append(out, node->text, node->n_text_bytes);
        return;
    }
    if (n == 1) {
        dump_byte(out, first);
    } else {
        thrum_buffer_append_text(out, "[");
        for (unsigned byte = first; byte < 256 && n > 0; byte++) {
            unsigned last = byte;
            if (!byte_set_has(&node->set, (uint8_t)byte))
                continue;
            while (last < 255 && byte_set_has(&node->set, (uint8_t)(last + 1)))
                last++;
            dump_byte(out, byte);
            if (last > byte + 1)
                thrum_buffer_append_text(out, "-");
            if (last > byte)
                dump_byte(out, last);
            byte = last;
        }
        thrum_buffer_append_text(out, "]");
    }
    thrum_buffer_append_text(out, node->may_be_foreign ? "~" : "");
    assert_true(node->may_be_foreign || node->n_spellings == 0);
    for (unsigned i = 0; i < node->n_spellings; i++)
        thrum_buffer_append(out, node->spellings[i].bytes, node->spellings[i].n_bytes);
}

static void dump(thrum_buffer *out, const syntax_node *node) {
    static const char *const assertions[] = {"<b>", "<B>", "<w", "w>", "<^>", "<$>"};
    static const char *const greeds[] = {"", "?", "+"};
    switch (node->kind) {
    case SYNTAX_CHARACTER:
        dump_character(out, node);
        break;
    case SYNTAX_SEQUENCE:
    case SYNTAX_ALTERNATIVES:
        thrum_buffer_append_text(out, "(");
        for (const syntax_node *child = node->child; child; child = child->next) {
            if (child != node->child)
                thrum_buffer_append_text(out, node->kind == SYNTAX_SEQUENCE ? " " : "|");
            dump(out, child);
        }
        thrum_buffer_append_text(out, ")");
        break;
    case SYNTAX_REPEAT:
        assert_null(node->child->next);
        dump(out, node->child);
        thrum_buffer_append_text(out, "{");
        thrum_buffer_append_number(out, node->min);
        thrum_buffer_append_text(out, ",");
        if (node->max != SYNTAX_ENDLESS)
            thrum_buffer_append_number(out, node->max);
        thrum_buffer_append_text(out, "}");
        thrum_buffer_append_text(out, greeds[node->greed]);
        break;
    case SYNTAX_ASSERTION:
        thrum_buffer_append_text(out, assertions[node->assertion]);
        break;
    }
}

typedef struct example {
    const char *pattern;
    const char *expected; /* the tree, or why there is none */
} example;

static void expect_bytes(const thrum_pattern_options *options, const char *pattern, size_t n_bytes,
                         const char *expected, bool is_opaque) {
    syntax_tree tree;
    const char *why = NULL;
    bool ok = syntax_read(&tree, pattern, n_bytes, options, &why);
    thrum_buffer out = {0};
    if (ok)
        dump(&out, tree.root);
    else
        thrum_buffer_append_text(&out, why);
    thrum_buffer_append(&out, "", 1);
    if (ok == is_opaque || strcmp((const char *)out.bytes, expected) != 0)
        fail_msg("%s: %s, not %s", pattern, (const char *)out.bytes, expected);
    assert_true(ok == (tree.root != NULL));
    thrum_buffer_release(&out);
    syntax_release(&tree);
}

static void expect(const thrum_pattern_options *options, const char *pattern, const char *expected) {
    expect_bytes(options, pattern, strlen(pattern), expected, false);
}

#define EXPECT_ALL(options, examples, is_opaque)                                                                       \
    for (size_t i = 0; i < sizeof(examples) / sizeof *(examples); i++)                                                 \
    expect_bytes(options, examples[i].pattern, strlen(examples[i].pattern), examples[i].expected, is_opaque)

static const thrum_pattern_options unicode = {0}, bytes = {.bytes = true}, caseless = {.caseless = true},
                                   caseless_bytes = {.bytes = true, .caseless = true};

#define WORD        "[0-9A-Z_a-z]"
#define NO_LINE_END "[\\00-\\09\\0b\\0c\\0e-\\7f]"

/* --- what is known ----------------------------------------------------------------------------------------------- */

static void sequences_alternatives_and_groups(void **state) {
    (void)state;
    static const example examples[] = {
        {"", "()"},
        {"a", "a"},
        {"abc", "(a b c)"},
        {"a|bc", "(a|(b c))"},
        {"a|b|c", "[a-c]"},
        {"(a|b)c", "([ab] c)"},
        {"|a", "(()|a)"},
        {"a||b", "(a|()|b)"},
        {"(?:ab)c", "(a b c)"},
        {"(ab)c", "(a b c)"},
        {"(?<name>ab|cd)", "((a b)|(c d))"},
        {"(?'name'ab|cd)e", "(((a b)|(c d)) e)"},
        {"(?P<name>a)b", "(a b)"},
        {"()", "()"},
        {"(?:)a", "a"},
        {"((((a))))", "a"},
        {"a(?:b(?:c(?:d)))", "(a b c d)"},
        {"foo|bar", "((f o o)|(b a r))"},
        {"]}-#,", "(\\5d } \\2d # ,)"},
    };
    EXPECT_ALL(&unicode, examples, false);
}

static void repeats(void **state) {
    (void)state;
    static const example examples[] = {
        {"a*", "a{0,}"},
        {"a+?", "a{1,}?"},
        {"a?+", "a{0,1}+"},
        {"a{2}", "a{2,2}"},
        {"a{2}?", "a{2,2}"},
        {"a{2}+", "a{2,2}"},
        {"a{2,}", "a{2,}"},
        {"a{2,3}+", "a{2,3}+"},
        {"a{1}", "a"},
        {"a{1}+", "a"},
        {"(?:a|bc){1}", "(a|(b c))"},
        {"(?:a|bc){2}?", "(a|(b c)){2,2}"},
        {"a{0}", "()"},
        {"a{0,0}b", "b"},
        {"(ab)*c", "((a b){0,} c)"},
        {"ab*", "(a b{0,})"},
        {"(?:a{2}){3}", "a{2,2}{3,3}"},
        {"(?:a*)?", "a{0,}{0,1}"},
        {"a{65535}", "a{65535,65535}"},
        {"a{", "(a {)"},
        {"a{}", "(a { })"},
        {"a{b}", "(a { b })"},
        {"a{2", "(a { 2)"},
        {"a{2,3", "(a { 2 , 3)"},
        {"x{-1}", "(x { \\2d 1 })"},
        {"\\Qab\\E+", "(a b{1,})"},
        {"a\\Q\\E*\\E?", "a{0,}?"},
        {"a+\\Q?", "(a{1,} ?)"},
    };
    EXPECT_ALL(&unicode, examples, false);
}

static void literals_and_escapes(void **state) {
    (void)state;
    static const example examples[] = {
        {"\\a\\e\\f\\n\\r\\t", "(\\07 \\1b \\0c \\0a \\0d \\09)"},
        {"\\.\\*\\[\\\\\\_\\ ", "(. * \\5b \\5c _ \\20)"},
        {"\\x41\\x4\\x\\x{41}", "(A \\04 \\00 A)"},
        {"\\x4g", "(\\04 g)"},
        {"\\0\\07\\0101\\o{101}", "(\\00 \\07 \\08 1 A)"},
        {"\\x{e9}\\x{4e2d}\\x{1F600}\\0", "(é 中 😀 \\00)"},
        {"é中\\é", "(é 中 é)"},
        {"\\Qa.b|c\\Ed", "(a . b \\7c c d)"},
        {"\\Q\\\\E.", "(\\5c " NO_LINE_END "~)"},
        {"\\Qa\\b", "(a \\5c b)"},
        {"\\E\\Qé\\E", "é"},
        {"\\d\\w", "([0-9]~ " WORD "~)"},
        {"\\D", "[\\00-/:-\\7f]~"},
        {"\\s\\S", "([\\09-\\0d\\20]~ [\\00-\\08\\0e-\\1f!-\\7f]~)"},
        {"\\h\\v", "([\\09\\20]~ [\\0a-\\0d]~)"},
        {".\\N", "(" NO_LINE_END "~ " NO_LINE_END "~)"},
        {"\\N{2}", NO_LINE_END "~{2,2}"},
        {"\\pL\\p{Lu}[\\P{^Nd}]", "([A-Za-z]~ [A-Z]~ [0-9]~)"},
        {"\\p{Greek}", "[]~"},
        {"\\b\\B^$", "(<b> <B> <^> <$>)"},
    };
    EXPECT_ALL(&unicode, examples, false);
    expect_bytes(&unicode, "a\0b", 3, "(a \\00 b)", false);
}

static void bracket_classes(void **state) {
    (void)state;
    static const example examples[] = {
        {"[abc]", "[a-c]"},
        {"[a-cx]", "[a-cx]"},
        {"[]a]", "[\\5da]"},
        {"[^]a]b", "([\\00-\\5c^-`b-\\7f]~ b)"},
        {"[a\\]b]", "[\\5dab]"},
        {"[\\Qa]\\E]", "[\\5da]"},
        {"[a\\Q]b\\E-]", "[\\2d\\5dab]"},
        {"[\\b]", "\\08"},
        {"[\\x41-\\x{43}\\n]", "[\\0aA-C]"},
        {"[\\101-\\103]", "[A-C]~"},
        {"[[:alpha:]]", "[A-Za-z]~"},
        {"[[:^digit:]x]", "[\\00-/:-\\7f]~"},
        {"[[:foo]x", "([:\\5bfo] x)"},
        {"[a[:b]", "[:\\5bab]"},
        {"[[a]", "[\\5ba]"},
        {"[a[:b[:digit:]:c]", "[0-:\\5ba-c]~"},
        {"[\\w-]", "[\\2d0-9A-Z_a-z]~"},
        {"[\\d.]+", "[.0-9]~{1,}"},
        {"[\\p{Lu}]", "[A-Z]~"},
        {"[aé]", "a~"},
        {"[é]", "[]~"},
        {"[a-\\x{ff}]", "[a-\\7f]~"},
        {"[^a]", "[\\00-`b-\\7f]~"},
        {"[^\\n]", "[\\00-\\09\\0b-\\7f]~"},
        {"[.*+?(|)]", "[(-+.?\\7c]"},
        {"[$^]", "[$^]"},
        {"[-a]", "[\\2da]"},
        {"[a-]", "[\\2da]"},
    };
    EXPECT_ALL(&unicode, examples, false);
}

static void case_and_other_flags(void **state) {
    (void)state;
    static const example examples[] = {
        {"(?i)ab", "([Aa] [Bb])"},
        {"(?i)ks", "([Kk]~\xE2\x84\xAA [Ss]~\xC5\xBF)"},
        {"a(?i)b|c", "((a [Bb])|[Cc])"},
        {"(a(?i)b|c)d", "(((a [Bb])|[Cc]) d)"},
        {"(?i:a)b", "([Aa] b)"},
        {"(?i)a(?-i:b)c", "([Aa] b [Cc])"},
        {"(?i)a(?-i)b", "([Aa] b)"},
        {"(?i-i)a", "a"},
        {"(?i)[a-c]", "[A-Ca-c]"},
        {"(?i)[j-l]", "[J-Lj-l]~"},
        {"(?i)é", "[]~Éé"},
        {"(?i)\xC5\xBF", "[Ss]~\xC5\xBF"},
        {"(?i)中", "中"},
        {"(?i)1\\x{661}", "(1 \xD9\xA1)"},
        {"(?i)\\x41", "[Aa]"},
        {"(?s).", "[\\00-\\7f]~"},
        {"(?s:.)(?s-s).", "([\\00-\\7f]~ " NO_LINE_END "~)"},
        {"(?m)^", "<^>"},
        {"(?-m)a", "a"},
        {"(?-m:a)^", "(a <^>)"},
        {"(?n-x)(a)()", "a"},
        {"(?)a", "a"},
        {"(?-U)a(?J)", "a"},
    };
    EXPECT_ALL(&unicode, examples, false);
    expect(&caseless, "ab", "([Aa] [Bb])");
    expect(&caseless, "a(?-i)b", "([Aa] b)");
    expect(&caseless, "é|中", "([]~Éé|中)");
}

#define KELVIN   "\xE2\x84\xAA"
#define ANGSTROM "\xE2\x84\xAB"

static void spellings_of_letters(void **state) {
    (void)state;
    static const example examples[] = {
        {"ш\\x{428}", "([]~Шш []~Шш)"},
        {"σ", "[]~Σςσ"},
        {"å|" ANGSTROM, "[]~Åå" ANGSTROM},
        {"ǆ", "[]~Ǆǅǆ"},
        {"ß", "[]~ßẞ"},
        {"т", "[]~Тт\xE1\xB2\x84\xE1\xB2\x85"},
        {KELVIN, "[Kk]~" KELVIN},
        {"a|k", "[AKak]~" KELVIN},
        {"k|a|ш|k", "[AKak]~" KELVIN "Шш"},
        {"ш|é", "[]~ШшÉé"},
        {"ш|é|k", "[Kk]~"},
        {"k|ш|\\d", "[0-9Kk]~"},
        {"\\d|ш", "[0-9]~"},
        {"(?:к|[k])", "[Kk]~"},
        {"[ш]", "[]~"},
        {"(?-i)ш", "ш"},
        {"€\xCC\x81", "([]~€ []~\xCC\x81)"},
        {"\xF0\x90\x90\x80", "[]~"}, /* Deseret */
        {"ა", "[]~აᲐ"},
        {"\xEA\xAD\xB0", "[]~Ꭰ\xEA\xAD\xB0"}, /* Cherokee */
    };
    EXPECT_ALL(&caseless, examples, false);
}

/* All characters as one text. */
static thrum_buffer all_characters(void) {
    static const uint8_t marks[] = {0, 0, 0xC0, 0xE0, 0xF0};
    thrum_buffer text = {0};
    for (uint32_t c = 0; c < 0x110000; c++) {
        uint8_t utf8[UTF8_MAX_BYTES];
        unsigned n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
        if (c >> 11 == 0x1B) /* surrogates */
            continue;
        for (unsigned i = 0; i < n; i++)
            utf8[i] = (uint8_t)(i == 0 ? marks[n] | c >> 6 * (n - 1) : 0x80 | (c >> 6 * (n - 1 - i) & 0x3F));
        thrum_buffer_append(&text, utf8, n);
    }
    return text;
}

/* Every character that PCRE2 takes for a letter is a spelling of it, and no other. Returns whether it has any. */
static bool expect_spellings(uint32_t letter, const thrum_buffer *text, pcre2_match_data *data) {
    uint16_t spellings[SYNTAX_MOST_SPELLINGS];
    char pattern[16];
    int fault;
    size_t offset, at = 0;
    unsigned n = syntax_letter_spellings(letter, spellings), n_found = 0;
    if (n < 2)
        return false;
    snprintf(pattern, sizeof pattern, "\\x{%x}", (unsigned)letter);
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS,
                                     &fault, &offset, NULL);
    assert_non_null(code);
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    while (pcre2_match(code, text->bytes, text->n_bytes, at, PCRE2_NO_UTF_CHECK, data, NULL) >= 0) {
        const size_t *match = pcre2_get_ovector_pointer(data);
        uint32_t found = 0;
        assert_true(utf8_character(text->bytes + match[0], match[1] - match[0], &found) == match[1] - match[0]);
        if (n_found == n || spellings[n_found] != found)
            fail_msg("U+%04X is spelled U+%04X too", (unsigned)letter, (unsigned)found);
        n_found++;
        at = match[1];
    }
    assert_int_equal(n_found, n);
    pcre2_code_free(code);
    return true;
}

static void spellings_are_what_pcre2_matches(void **state) {
    (void)state;
    thrum_buffer text = all_characters();
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    unsigned n_letters = 0;
    assert_non_null(data);
    for (uint32_t letter = 1; letter < 0x10000; letter++)
        n_letters += expect_spellings(letter, &text, data);
    assert_true(n_letters > 2000);
    assert_int_equal(syntax_letter_spellings(0, NULL) + syntax_letter_spellings(0x10400, NULL), 0);
    pcre2_match_data_free(data);
    thrum_buffer_release(&text);
}

/* Each tree is one character, or one assertion about words. */
static void pairs_are_what_pcre2_matches(void **state) {
    (void)state;
    static const struct {
        const char *pattern, *character;
        bool caseless;
    } cases[] = {
        {"\\w", "\\w", false},
        {"\\W", "\\W", false},
        {"\\S", "\\S", false},
        {"\\p{Lu}", "\\p{Lu}", false},
        {"[^a]", "[^a]", false},
        {"[^\\W\\d]", "[^\\W\\d]", false},
        {"[[:alpha:]\xC2\xB7]", "[[:alpha:]\xC2\xB7]", false},
        {"[\xD0\xB0-\xD1\x8F]", "[\xD0\xB0-\xD1\x8F]", false},
        {"[\xD0\xB0-\xD1\x8F]", "[\xD0\xB0-\xD1\x8F]", true},
        {"[a-z]", "[a-z]", true},
        {"[r-t]", "[r-t]", true},
        {"s", "s", true},
        {"k", "k", true},
        {"\xD0\xB6", "\xD0\xB6", false},
        {"\xD0\xB6", "\xD0\xB6", true},
        {"\xCE\xA9", "\xCE\xA9", true},
        {"\\x{3C3}", "\\x{3C3}", true},
        {".", ".", false},
        {"(?:\\d|s|[\xC3\xA9])", "[\\ds\xC3\xA9]", true},
        {"\\b", "\\w", false},
        {"\\B", "\\w", true},
    };
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    assert_non_null(data);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        thrum_pattern_options options = {.caseless = cases[i].caseless};
        const char *why = NULL;
        int fault;
        PCRE2_SIZE offset;
        syntax_tree tree;
        pair_set pairs = {{0}};
        assert_true(syntax_read(&tree, cases[i].pattern, strlen(cases[i].pattern), &options, &why));
        assert_true(syntax_add_pairs(&pairs, tree.root));
        pcre2_code *code =
            pcre2_compile((PCRE2_SPTR)cases[i].character, PCRE2_ZERO_TERMINATED,
                          PCRE2_UTF | PCRE2_UCP | (cases[i].caseless ? PCRE2_CASELESS : 0), &fault, &offset, NULL);
        assert_non_null(code);
        for (unsigned pair = 0x80; pair < 0x800; pair++) {
            const uint8_t text[2] = {(uint8_t)(0xC0 | pair >> 6), (uint8_t)(0x80 | (pair & 0x3F))};
            bool matches = pcre2_match(code, text, 2, 0, PCRE2_ANCHORED, data, NULL) >= 0;
            if ((pairs.words[pair / 64] >> pair % 64 & 1) != matches)
                fail_msg("%s: U+%04X: %d by itself", cases[i].pattern, pair, matches);
        }
        assert_int_equal(pairs.words[0] | pairs.words[1], 0);
        pcre2_code_free(code);
        syntax_release(&tree);
    }
    pcre2_match_data_free(data);
}

static void bytes_are_characters(void **state) {
    (void)state;
    static const example examples[] = {
        {"é", "(\\c3 \\a9)"},
        {"\\x{e9}", "\\e9"},
        {"[\xE9]", "\\e9"},
        {"\\w", WORD},
        {".", "[\\00-\\09\\0b\\0c\\0e-\\ff]"},
        {"[^a]", "[\\00-`b-\\ff]"},
        {"\\s", "[\\09-\\0d\\20]"},
        {"(?i)ks", "([Kk] [Ss])"},
    };
    EXPECT_ALL(&bytes, examples, false);
    expect(&caseless_bytes, "\xE9k", "(\\e9 [Kk])");
}

static void options_surround_the_tree(void **state) {
    (void)state;
    static const thrum_pattern_options literal = {.literal = true}, word = {.whole_word = true},
                                       line = {.whole_line = true}, both = {.whole_line = true, .whole_word = true},
                                       caseless_literal = {.literal = true, .caseless = true},
                                       lf = {.newline = THRUM_NEWLINE_LF}, crlf = {.newline = THRUM_NEWLINE_CRLF};
    expect(&literal, "a.b|\\E(", "(a . b \\7c \\5c E ()");
    expect(&caseless_literal, "a中", "([Aa] 中)");
    expect(&literal, "", "()");
    expect(&word, "a|bc", "(<w (a|(b c)) w>)");
    expect(&word, "ab", "(<w a b w>)");
    expect(&line, "ab", "(<^> a b <$>)");
    expect(&line, "(?-m)ab", "(<^> a b <$>)");
    expect(&line, "\\Qa", "(<^> a <$>)");
    expect(&both, "a", "(<^> a <$>)");
    expect(&lf, ".", "[\\00-\\09\\0b-\\7f]~");
    expect(&crlf, "(?s).^", "([\\00-\\7f]~ <^>)");
    expect_bytes(&crlf, ".", 1, "a dot where CR LF ends lines", true);
    expect_bytes(&crlf, "\\N", 2, "\\N where CR LF ends lines", true);
}

/* --- what is not known ------------------------------------------------------------------------------------------- */

static void the_rest_is_opaque(void **state) {
    (void)state;
    static const example examples[] = {
        {"(?=a)", "look-around"},
        {"(?!a)", "look-around"},
        {"(?<=a)", "look-around"},
        {"(?<!a)b", "look-around"},
        {"(?*a)", "look-around"},
        {"(?<*a)", "look-around"},
        {"(?>a)", "an atomic group"},
        {"(?:a|bc)*+", "an atomic group"},
        {"(?:a|bc){1}+", "an atomic group"},
        {"(a)?+", "an atomic group"},
        {"(?|(a)|(b))", "a branch reset"},
        {"(a)(?(1)b|c)", "a condition"},
        {"a(?#comment)b", "a comment"},
        {"(a)\\1", "a back reference"},
        {"(a)\\g1", "a back reference"},
        {"(?<n>a)\\k<n>", "a back reference"},
        {"(?<n>a)(?P=n)", "a back reference"},
        {"\\11", "a back reference"},
        {"a(?R)?", "recursion"},
        {"(a(?1)?)", "recursion"},
        {"(a)(?-1)", "recursion"},
        {"(?+1)(a)", "recursion"},
        {"(?<n>a)(?&n)", "recursion"},
        {"(?<n>a)(?P>n)", "recursion"},
        {"a(?C)b", "a callout"},
        {"a(*COMMIT)b", "a verb"},
        {"(*UCP)a", "a verb"},
        {"(*pla:a)", "a verb"},
        {"\\Aa", "an anchor to an end of the text"},
        {"a\\z", "an anchor to an end of the text"},
        {"a\\Z", "an anchor to an end of the text"},
        {"\\Ga", "an anchor to an end of the text"},
        {"(?-m)^a", "an anchor to an end of the text"},
        {"(?-m:a$)", "an anchor to an end of the text"},
        {"a\\Kb", "\\K"},
        {"\\R", "\\R or \\X"},
        {"\\X", "\\R or \\X"},
        {"\\P{Lu}*\\D", "a negated property"},
        {"\\PL", "a negated property"},
        {"\\p{ ^Lu}", "a negated property"},
        {"\\w*\\p{ P_c }", "\\p{Pc}"},
        {"\\cA", "a rare escape"},
        {"\\N{U+41}", "a rare escape"},
        {"(?x) a b", "a rare option in parentheses"},
        {"(?U)a+", "a rare option in parentheses"},
        {"(?^)a", "a rare option in parentheses"},
        {"a{,3}", "braces that are almost a repeat"},
        {"a{ 1 }", "braces that are almost a repeat"},
        {"a{2,3,4}", "braces that are almost a repeat"},
        {"(a*)*", "a repeat of what may be empty"},
        {"(a|)+", "a repeat of what may be empty"},
        {"(?:a?){2}", "a repeat of what may be empty"},
        {"(\\b)+", "a repeat of what may be empty"},
        {"[[:<:]]a", "an unusual class"},
        {"[\\Ea]", "an unusual class"},
        {"[\\Q\\E]a]", "an unusual class"},
        {"[a\\cA]", "an unusual class"},
    };
    EXPECT_ALL(&unicode, examples, true);
    expect_bytes(&bytes, "\\S*\\h", 5, "\\h or \\v among bytes", true);
    expect(&bytes, "[\\h]", "[\\09\\20\\a0]");
    static char long_text[(1 << 16) + 1], deep[2 * 252];
    memset(long_text, 'a', sizeof long_text);
    expect_bytes(&unicode, long_text, sizeof long_text, "too long a text", true);
    memset(deep, '(', 251);
    memset(deep + 251, ')', 251);
    expect_bytes(&unicode, deep, 2 * 251, "groups nested too deeply", true);
    expect_bytes(&unicode, deep + 1, 2 * 250, "()", false);
}

/* PCRE2 has refused these before; the reader survives them all the same. */
static void broken_patterns_do_no_harm(void **state) {
    (void)state;
    static const char *const patterns[] = {"\\",   "[",    "[^",  "[a",    "[\\",   "[\\Q",  "[[:",   "(",
                                           ")",    "a)b",  "(?",  "(?<",   "(?<n",  "(?P<n", "(?'",   "(?i",
                                           "(?i:", "*",    "{2}", "\\x{",  "\\x{4", "\\o",   "\\o{1", "\\p",
                                           "\\p{", "\\N{", "(a",  "(?:a|", "\\Q",   "[]",    "[^]",   "\\E*"};
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        syntax_tree tree;
        const char *why = NULL;
        if (!syntax_read(&tree, patterns[i], strlen(patterns[i]), &unicode, &why))
            assert_non_null(why);
        syntax_release(&tree);
    }
    syntax_release(&(syntax_tree){0});
}

/* --- measures ---------------------------------------------------------------------------------------------------- */

static void bytes_of_a_match(void **state) {
    (void)state;
    static const struct {
        const char *pattern;
        size_t least, most;
        bool stays_in_line;
    } examples[] = {
        {"", 0, 0, true},
        {"abc", 3, 3, true},
        {"a|bcd", 1, 3, true},
        {"a*", 0, SIZE_MAX, true},
        {"a{2,5}b?", 2, 6, true},
        {"(?:ab){3}", 6, 6, true},
        {"(?:ab|c){2,4}", 2, 8, true},
        {"é中", 5, 5, true},
        {"\\w{2}", 2, 8, true},
        {"(?i)é", 2, 2, true},
        {"(?i)ß", 2, 3, true},
        {"(?i)k", 1, 3, true},
        {"(?i)[k-m]", 1, 4, true},
        {"\\p{Greek}+", 2, SIZE_MAX, true},
        {"^a\\b$", 1, 1, true},
        {"a\\nb", 3, 3, false},
        {"a\\s", 2, 5, false},
        {"[^a]", 1, 4, false},
        {".", 1, 4, true},
        {"(?s).", 1, 4, false},
        {"(?:a|b\\r?)x", 2, 3, false},
        {"[^\\r]", 1, 4, false},
        {"(?:(?:(?:(?:(?:a{65535}){65535}){65535}){65535}){65535}){65535}", SIZE_MAX, SIZE_MAX, true},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        syntax_tree tree;
        const char *why = NULL;
        if (!syntax_read(&tree, examples[i].pattern, strlen(examples[i].pattern), &unicode, &why))
            fail_msg("%s: %s", examples[i].pattern, why);
        assert_int_equal(syntax_least_bytes(tree.root), examples[i].least);
        assert_int_equal(syntax_most_bytes(tree.root), examples[i].most);
        assert_int_equal(syntax_stays_in_line(tree.root, unicode.newline), examples[i].stays_in_line);
        syntax_release(&tree);
    }
}

static void cut_to_line(void **state) {
    (void)state;
    static const struct {
        const char *pattern;
        thrum_newline newline;
        bool is_cut, stays_in_line;
    } examples[] = {
        {"a\\s+", THRUM_NEWLINE_ANYCRLF, true, true},    {"(?:[^a]|b)*x", THRUM_NEWLINE_ANYCRLF, true, true},
        {"\\W", THRUM_NEWLINE_LF, true, true},           {"a\\r?", THRUM_NEWLINE_LF, true, true},
        {"a\\r?", THRUM_NEWLINE_ANYCRLF, false, false},  {"[\\r\\n]", THRUM_NEWLINE_ANYCRLF, false, false},
        {"[\\r\\n]", THRUM_NEWLINE_LF, true, true},      {"\\s(?:ab|\\n)", THRUM_NEWLINE_LF, false, false},
        {"\\p{Greek}\\s", THRUM_NEWLINE_LF, true, true},
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        syntax_tree tree;
        const char *why = NULL;
        if (!syntax_read(&tree, examples[i].pattern, strlen(examples[i].pattern), &unicode, &why))
            fail_msg("%s: %s", examples[i].pattern, why);
        assert_int_equal(syntax_cut_to_line(tree.root, examples[i].newline), examples[i].is_cut);
        assert_int_equal(syntax_stays_in_line(tree.root, examples[i].newline), examples[i].stays_in_line);
        syntax_release(&tree);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_alternatives_and_groups),
        cmocka_unit_test(repeats),
        cmocka_unit_test(literals_and_escapes),
        cmocka_unit_test(bracket_classes),
        cmocka_unit_test(case_and_other_flags),
        cmocka_unit_test(spellings_of_letters),
        cmocka_unit_test(spellings_are_what_pcre2_matches),
        cmocka_unit_test(pairs_are_what_pcre2_matches),
        cmocka_unit_test(bytes_are_characters),
        cmocka_unit_test(options_surround_the_tree),
        cmocka_unit_test(the_rest_is_opaque),
        cmocka_unit_test(broken_patterns_do_no_harm),
        cmocka_unit_test(bytes_of_a_match),
        cmocka_unit_test(cut_to_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
