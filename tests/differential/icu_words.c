/* The words of standard input as ICU finds them in one walk over the whole text, one a line: the oracle of
 * words_unicode.sh.
 *
 *   icu_words [--keep]     --keep: as they stand, else with full case folding */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ubrk.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

static void fail(const char *what) {
    fprintf(stderr, "icu_words: %s\n", what);
    exit(2);
}

static void *own(void *memory) {
    if (!memory)
        fail("out of memory");
    return memory;
}

static uint8_t *read_all(size_t *n_bytes) {
    size_t capacity = (size_t)1 << 20;
    uint8_t *bytes = own(malloc(capacity));
    *n_bytes = 0;
    for (size_t n; (n = fread(bytes + *n_bytes, 1, capacity - *n_bytes, stdin)) > 0;) {
        *n_bytes += n;
        if (*n_bytes == capacity)
            bytes = own(realloc(bytes, capacity *= 2));
    }
    if (ferror(stdin) || *n_bytes > INT32_MAX / 2)
        fail("the text cannot be read or is too long");
    return bytes;
}

/* Ill-formed bytes become U+FFFD. */
static int32_t convert(UChar *units, const uint8_t *bytes, int32_t n_bytes) {
    int32_t n_units = 0;
    for (int32_t at = 0; at < n_bytes;) {
        UChar32 character;
        U8_NEXT_OR_FFFD(bytes, at, n_bytes, character);
        U16_APPEND_UNSAFE(units, n_units, character);
    }
    return n_units;
}

static void print_word(const UChar *units, int32_t n_units, int is_folded) {
    UErrorCode icu = U_ZERO_ERROR;
    int32_t n_folded = n_units, n_bytes = 0;
    UChar *folded = own(malloc(((size_t)n_units * 3 + 1) * sizeof *folded)); /* a unit folds to three at most */
    char *bytes = own(malloc((size_t)n_units * 9 + 1));
    if (is_folded)
        n_folded = u_strFoldCase(folded, n_units * 3 + 1, units, n_units, U_FOLD_CASE_DEFAULT, &icu);
    u_strToUTF8(bytes, n_units * 9 + 1, &n_bytes, is_folded ? folded : units, n_folded, &icu);
    if (U_FAILURE(icu))
        fail(u_errorName(icu));
    fwrite(bytes, 1, (size_t)n_bytes, stdout);
    putchar('\n');
    free(folded);
    free(bytes);
}

/* What an iterator makes of U+30FC and its like depends on whether it met a Chinese or a Japanese letter before them.
 * It shall have met one, and a mark that belongs to no script after it. */
static void walk_settling_text(UBreakIterator *words, UErrorCode *icu) {
    static const UChar text[] = {0x4E2D, 0x4E2D, 0x309B, 0x309B};
    ubrk_setText(words, text, sizeof text / sizeof *text, icu);
    while (U_SUCCESS(*icu) && ubrk_next(words) != UBRK_DONE)
        continue;
}

int main(int argc, char **argv) {
    int is_folded = !(argc > 1 && strcmp(argv[1], "--keep") == 0);
    size_t n_bytes;
    uint8_t *bytes = read_all(&n_bytes);
    UChar *units = own(malloc((n_bytes + 1) * sizeof *units));
    int32_t n_units = convert(units, bytes, (int32_t)n_bytes), from = 0;
    UErrorCode icu = U_ZERO_ERROR;
    UBreakIterator *words = ubrk_open(UBRK_WORD, "", NULL, 0, &icu);
    if (U_FAILURE(icu))
        fail(u_errorName(icu));
    walk_settling_text(words, &icu);
    ubrk_setText(words, units, n_units, &icu);
    if (U_FAILURE(icu))
        fail(u_errorName(icu));
    for (int32_t to; (to = ubrk_next(words)) != UBRK_DONE; from = to)
        if (ubrk_getRuleStatus(words) >= UBRK_WORD_NUMBER)
            print_word(units + from, to - from, is_folded);
    ubrk_close(words);
    free(units);
    free(bytes);
    if (from != n_units || fflush(stdout) != 0)
        fail("the words were not all printed");
    return 0;
}
