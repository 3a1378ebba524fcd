#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pattern/bits_inside.h"

/* The row as text: "[0-9]" for the digits, otherwise the bytes of each set, in brackets where there are several. */
static void write_row(const bits_factor *f, char *to) {
    *to = '\0';
    for (size_t i = 0; i < f->n; i++) {
        char bytes[257] = {0}, *end = bytes;
        for (unsigned b = 1; b < 256; b++)
            if (byte_set_has(&f->sets[i], (uint8_t)b))
                *end++ = (char)b;
        bool is_digits = strcmp(bytes, "0123456789") == 0;
        to += sprintf(to, strlen(bytes) == 1 ? "%s" : "[%s]", is_digits ? "0-9" : bytes);
    }
}

static void rarest_row_of_a_pattern(void **unused) {
    (void)unused;
    static const struct {
        const char *pattern;
        double most_rate;
        const char *row;
    } cases[] = {
        {"abc", 2, "abc"},
        {"a*", 2, ""},
        {"", 2, ""},
        {"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9])\\.(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9])", 2, "[0-9].[0-9][0-9]"},
        {"\\d{4}-\\d{2}-\\d{2}", 2, "-[0-9][0-9]-"},
        {"\\d{1,3}/\\d{1,3}", 2, "[0-9]/[0-9]"},
        /* What may be left out stands in each place beside it. */
        {"#x?!~", 2, "[#x]!~"},
        {"~!x?#", 2, "~![#x]"},
        {"(?:#x?!)~", 2, "[#x]!~"},
        {"(?:x?!~|#!~)", 2, "!~"},
        {"#[xy]*!z", 2, "[#xy]!z"},
        /* Either alternative: as much as both have. */
        {"%(?:@~|!?#)", 2, "%[!#@]"},
        {"(?:@~|!#)%", 2, "[!@][#~]%"},
        {"(?:~|!?#)", 2, "[#~]"},
        /* A group that may be left out is no part of it; what is repeated stands behind itself. */
        {"(?:#~)?!", 2, "!"},
        {"(?:#!)+", 2, "#!"},
        {"(?:#!){2}", 2, "#!#!"},
        {"#{9}", 2, "####"},
        {"(?:#!){2,}%", 2, "#!#!"},
        {"\\b#\\b!$", 2, "#!"},
        /* Not as rare as wanted. */
        {"the", 1e-9, ""},
        {"[a-z]+", 0.1, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *why, *pattern = cases[i].pattern;
        char row[4 * 256];
        syntax_tree tree;
        thrum_pattern_options options = {.bytes = true};
        assert_true(syntax_read(&tree, pattern, strlen(pattern), &options, &why));
        bits_factor f = bits_factor_of(tree.root, cases[i].most_rate);
        write_row(&f, row);
        if (strcmp(row, cases[i].row) != 0)
            fail_msg("%s: %s, not %s", pattern, row, cases[i].row);
        syntax_release(&tree);
    }
}

/* Deeper than anybody would follow it: the search for a factor gives up in time, and what it found holds. */
static void deep_pattern_needs_little_stack(void **unused) {
    (void)unused;
    enum { LEVELS = 200, SIBLINGS = 100 };
    static char pattern[LEVELS * (SIBLINGS + 4) + 1];
    char *to = pattern;
    for (unsigned level = 0; level < LEVELS; level++) {
        memset(to, 'e', SIBLINGS);
        to += SIBLINGS;
        to += sprintf(to, "%s", level + 1 < LEVELS ? "(?:" : "#");
    }
    memset(to, ')', LEVELS - 1);
    const char *why;
    syntax_tree tree;
    thrum_pattern_options options = {.bytes = true};
    assert_true(syntax_read(&tree, pattern, strlen(pattern), &options, &why));
    bits_factor f = bits_factor_of(tree.root, 2);
    assert_int_equal(f.n, BITS_FACTOR_BYTES);
    for (size_t i = 0; i < f.n; i++)
        assert_true(byte_set_has(&f.sets[i], 'e'));
    syntax_release(&tree);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(rarest_row_of_a_pattern),
                                       cmocka_unit_test(deep_pattern_needs_little_stack)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
