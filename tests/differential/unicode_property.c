/* Random texts of all that word segmentation tells apart: Unicode words as thrum_words_count counts them, with every
 * number of threads and every chunk size tried, against one walk of ICU over the whole text.
 *
 *   unicode_property [--cases N] [--seed S]     N 0: without end
 *
 * A case that differs is printed as the command line that runs it alone. */
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "plain_words.h"
#include "random.h"
#include "thrum/thrum.h"

/* --- characters -------------------------------------------------------------------------------------------------- */

typedef struct character_set {
    uint32_t *items;
    size_t n;
    size_t capacity;
} character_set;

enum { MOST_CLASSES = 64 };

static const UScriptCode scripts[] = {
    USCRIPT_THAI,     USCRIPT_LAO,    USCRIPT_KHMER,       USCRIPT_MYANMAR,    USCRIPT_HAN,    USCRIPT_HIRAGANA,
    USCRIPT_KATAKANA, USCRIPT_HANGUL, USCRIPT_NEW_TAI_LUE, USCRIPT_LANNA,      USCRIPT_AHOM,   USCRIPT_TAI_VIET,
    USCRIPT_LATIN,    USCRIPT_GREEK,  USCRIPT_CYRILLIC,    USCRIPT_DEVANAGARI, USCRIPT_ARABIC, USCRIPT_HEBREW,
};
enum { N_SCRIPTS = sizeof scripts / sizeof *scripts };

static character_set of_class[MOST_CLASSES]; /* by the value of the property Word_Break */
static unsigned n_classes;
static character_set of_script[N_SCRIPTS];
static character_set folding; /* changed by case folding */
static character_set pictures;
static character_set circled; /* letters and pictures alike */

static void add_character(character_set *set, uint32_t code_point) {
    if (set->n == set->capacity) {
        set->capacity = 2 * set->capacity + 64;
        set->items = plain_own(realloc(set->items, set->capacity * sizeof *set->items));
    }
    set->items[set->n++] = code_point;
}

static bool changes_in_folding(uint32_t code_point) {
    UErrorCode icu = U_ZERO_ERROR;
    UChar units[2], folded[4];
    int32_t n_units = 0;
    U16_APPEND_UNSAFE(units, n_units, code_point);
    int32_t n_folded = u_strFoldCase(folded, 4, units, n_units, U_FOLD_CASE_DEFAULT, &icu);
    return n_folded != n_units || memcmp(units, folded, (size_t)n_units * sizeof *units) != 0;
}

static void sort_characters(void) {
    n_classes = (unsigned)u_getIntPropertyMaxValue(UCHAR_WORD_BREAK) + 1;
    if (n_classes > MOST_CLASSES)
        plain_fail("more classes than there is room for");
    for (uint32_t c = 0; c <= UCHAR_MAX_VALUE; c++) {
        UErrorCode icu = U_ZERO_ERROR;
        if (U_IS_SURROGATE(c))
            continue;
        UScriptCode script = uscript_getScript((UChar32)c, &icu);
        add_character(&of_class[u_getIntPropertyValue((UChar32)c, UCHAR_WORD_BREAK)], c);
        for (size_t i = 0; i < N_SCRIPTS; i++)
            if (scripts[i] == script)
                add_character(&of_script[i], c);
        if (u_hasBinaryProperty((UChar32)c, UCHAR_EXTENDED_PICTOGRAPHIC))
            add_character(u_getIntPropertyValue((UChar32)c, UCHAR_WORD_BREAK) == U_WB_ALETTER ? &circled : &pictures,
                          c);
        if (changes_in_folding(c))
            add_character(&folding, c);
    }
}

static void append_character(thrum_buffer *text, uint32_t code_point) {
    uint8_t bytes[U8_MAX_LENGTH];
    size_t n_bytes = 0;
    U8_APPEND_UNSAFE(bytes, n_bytes, code_point);
    thrum_buffer_append(text, bytes, n_bytes);
}

/* Up to so many of the set: any, or few that come again and again. */
static void append_some(thrum_buffer *text, const character_set *set, unsigned most) {
    unsigned reach = set->n > 8 && below(2) ? 8 : (unsigned)set->n, first = below((unsigned)set->n - reach + 1);
    if (set->n > 0)
        for (unsigned n = 1 + below(most); n > 0; n--)
            append_character(text, set->items[first + below(reach)]);
}

/* --- texts ------------------------------------------------------------------------------------------------------- */

static void append_ascii(thrum_buffer *text) {
    static const char characters[] = "etaoinshrdlucmfgypwbvkxjqzETAOINSHRDLUCMFGYPWBVKXJQZ0123456789_";
    unsigned n_kinds = below(3) ? 52 : 63;
    for (unsigned n = 1 + below(below(10) ? 10 : 100); n > 0; n--)
        append_character(text, (uint8_t)characters[below(n_kinds)]);
}

static void append_middle(thrum_buffer *text) {
    static const uint32_t ascii[] = {'_', '\'', '.', ':', ',', ';', '@', '"', '-', '/', '#', '$', '&', '+', '='};
    static const uint32_t others[] = {0x2019, 0x2018, 0xB7,   0x387,  0x2024, 0x2027, 0x203F, 0x2054, 0x5F3,
                                      0x5F4,  0x60C,  0x66C,  0x2044, 0xFE13, 0xFE52, 0xFF07, 0xFF0C, 0xFF0E,
                                      0xFF1A, 0xFF1B, 0xFF3F, 0x202F, 0x30FC, 0x30FB, 0xFF70, 0x309B};
    for (unsigned n = below(6) ? 1 : 1 + below(4); n > 0; n--)
        append_character(text, below(4) ? PICK(ascii) : PICK(others));
}

static void append_space(thrum_buffer *text) {
    static const uint32_t others[] = {'\t', '(', ')', '<', '>', '[', '"', '{', 0xA0, 0x3000, 0x3001, 0x3002, 0x200B, 0};
    for (unsigned n = below(6) ? 1 : 1 + below(3); n > 0; n--)
        append_character(text, below(4) ? ' ' : PICK(others));
}

static void append_line_end(thrum_buffer *text) {
    static const char *const ends[] = {"\n", "\n", "\r\n",     "\r",           "\n\r",
                                       "\v", "\f", "\xC2\x85", "\xE2\x80\xA8", "\xE2\x80\xA9"};
    thrum_buffer_append_text(text, PICK(ends));
}

static void append_of_class(thrum_buffer *text) {
    append_some(text, &of_class[below(n_classes)], 3);
}

static void append_of_script(thrum_buffer *text) {
    append_some(text, &of_script[below(N_SCRIPTS)], 10);
}

static void append_marks(thrum_buffer *text) {
    static const int classes[] = {U_WB_EXTEND, U_WB_FORMAT, U_WB_ZWJ};
    append_some(text, &of_class[PICK(classes)], 2);
}

static void append_folding(thrum_buffer *text) {
    append_some(text, &folding, 4);
}

static void append_picture(thrum_buffer *text) {
    static const uint32_t modifiers[] = {0xFE0F, 0xFE0E, 0x20E3, 0x1F3FB, 0x1F3FF, 0xE0067, 0xE007F, 0x200D};
    if (below(3) == 0)
        append_some(text, &of_class[U_WB_REGIONAL_INDICATOR], 5);
    for (unsigned n = below(4); n > 0; n--) {
        append_some(text, &pictures, 1);
        if (below(3) == 0)
            append_character(text, PICK(modifiers));
        if (below(2))
            append_character(text, 0x200D);
    }
}

static void append_broken(thrum_buffer *text) {
    static const char *const broken[] = {"\xFF",     "\xFE",         "\xC3",         "\x80",
                                         "\xBF\xBF", "\xF0\x9F\x98", "\xC0\x80",     "\xED\xA0\x80",
                                         "\xE4\xB8", "\xE0\xB8",     "\xE0\x80\xAF", "\xF5\x80\x80\x80",
                                         "\xCC",     "\xE2\x80",     "\xF0\x9D",     "\xF4\x90\x80\x80"};
    if (below(2)) {
        thrum_buffer_append_text(text, PICK(broken));
    } else {
        uint8_t byte = (uint8_t)below(256);
        thrum_buffer_append(text, &byte, 1);
    }
}

static void append_any(thrum_buffer *text) {
    uint32_t code_point = below(UCHAR_MAX_VALUE + 1);
    append_character(text, U_IS_SURROGATE(code_point) ? 0xFFFD : code_point);
}

static void append_word(thrum_buffer *text) {
    static const char *const words[] = {"don't",     "e-mail",   "U.S.A",      "3.14",
                                        "1,000",     "x@y.z",    "foo_bar",    "Straße",
                                        "caf\u00E9", "e\u0301",  "l\u2019eau", "\u05D0\"\u05D1",
                                        "中国",      "研究生命", "东京都",     "コンピュータ",
                                        "です",      "ภาษาไทย",  "ประเทศ",     "กรุงเทพมหานคร",
                                        "ພາສາລາວ",   "ភាសាខ្មែរ", "မြန်မာ",      "한국어",
                                        "हिन्दी",     "10:30",    "a:b",        "\U0001F468\u200D\U0001F469"};
    thrum_buffer_append_text(text, PICK(words));
}

/* Circled letters, which a joiner ties to whatever stands before it. */
static void append_circled(thrum_buffer *text) {
    if (below(2))
        append_character(text, 0x200D);
    append_some(text, &circled, 1);
}

typedef void append_piece(thrum_buffer *text);

static append_piece *const pieces[] = {
    append_ascii,     append_ascii,   append_middle,  append_space,   append_line_end, append_of_class, append_marks,
    append_of_script, append_folding, append_circled, append_picture, append_broken,   append_any,      append_word};
enum { N_PIECES = sizeof pieces / sizeof *pieces, N_TURNS = 64 };

/* Some kinds of pieces, each often or seldom. */
static void append_varied(thrum_buffer *text, size_t n_bytes) {
    static const unsigned weights[] = {0, 0, 1, 1, 2, 8};
    append_piece *turns[N_TURNS];
    unsigned n_turns = 0;
    while (n_turns == 0)
        for (size_t i = 0; i < N_PIECES; i++)
            for (unsigned n = PICK(weights); n > 0 && n_turns < N_TURNS; n--)
                turns[n_turns++] = pieces[i];
    for (unsigned n = 0; text->n_bytes < n_bytes && n < n_bytes; n++) /* pieces may be empty */
        turns[below(n_turns)](text);
}

/* A few characters again and again, so that they meet in all orders. */
static void append_dense(thrum_buffer *text, size_t n_bytes) {
    static append_piece *const kinds[] = {append_middle,   append_middle,   append_space, append_line_end,
                                          append_of_class, append_of_class, append_marks, append_of_script,
                                          append_circled,  append_broken};
    static const char *const plain[] = {"a", "Z", "1", " ", "'", ".", "_", "\xD7\x90", "\xED\x95\x9C", "\xCC\x81"};
    enum { MOST = 8 };
    size_t ends[MOST + 1] = {0};
    unsigned n_atoms = 2 + below(MOST - 1);
    thrum_buffer atoms = {0};
    for (unsigned i = 0; i < n_atoms; i++) {
        if (i == 0 || below(2))
            thrum_buffer_append_text(&atoms, PICK(plain));
        else
            PICK(kinds)(&atoms);
        ends[i + 1] = atoms.n_bytes;
    }
    while (text->n_bytes < n_bytes) {
        unsigned i = below(n_atoms);
        thrum_buffer_append(text, atoms.bytes + ends[i], ends[i + 1] - ends[i]);
    }
    thrum_buffer_release(&atoms);
}

static void random_text(thrum_buffer *text) {
    size_t n_bytes = below(150) == 0 ? below(20000) : below(300);
    thrum_buffer_clear(text);
    if (below(2))
        append_dense(text, n_bytes);
    else
        append_varied(text, n_bytes);
    thrum_buffer_reserve(text, 1); /* so that bytes is never NULL */
    if (text->failed)
        plain_fail("out of memory");
}

/* --- the plain walk ---------------------------------------------------------------------------------------------- */

typedef struct plain_word {
    uint8_t *bytes;
    size_t n_bytes;
} plain_word;

typedef struct word_gatherer {
    bool keep_case;
    plain_word *words;
    size_t n;
    size_t capacity;
} word_gatherer;

static void gather(void *context, const uint8_t *bytes, size_t n_bytes) {
    word_gatherer *g = context;
    if (g->n == g->capacity) {
        g->capacity = 2 * g->capacity + 64;
        g->words = plain_own(realloc(g->words, g->capacity * sizeof *g->words));
    }
    plain_word *word = &g->words[g->n++];
    *word = (plain_word){plain_own(malloc(PLAIN_GROWTH * n_bytes)), n_bytes};
    if (g->keep_case)
        memcpy(word->bytes, bytes, n_bytes);
    else
        word->n_bytes = plain_fold(word->bytes, bytes, n_bytes);
}

static int compare_words(const void *left, const void *right) {
    const plain_word *a = left, *b = right;
    int order = memcmp(a->bytes, b->bytes, a->n_bytes < b->n_bytes ? a->n_bytes : b->n_bytes);
    return order ? order : (a->n_bytes > b->n_bytes) - (a->n_bytes < b->n_bytes);
}

static void append_line(thrum_buffer *lines, const void *word, size_t n_bytes, uint64_t count) {
    thrum_buffer_append(lines, word, n_bytes);
    thrum_buffer_append_text(lines, "\t");
    thrum_buffer_append_number(lines, count);
    thrum_buffer_append_text(lines, "\n");
}

/* Writes a line "word TAB count" for each word, in the order of their bytes. Returns the number of words. */
static uint64_t expect(plain_words *plain, const thrum_buffer *text, bool keep_case, thrum_buffer *lines) {
    static word_gatherer g;
    g.keep_case = keep_case;
    g.n = 0;
    plain_words_begin(plain, text->bytes, text->n_bytes);
    plain_words_walk(plain, gather, &g);
    if (g.n > 0)
        qsort(g.words, g.n, sizeof *g.words, compare_words);
    thrum_buffer_clear(lines);
    for (size_t i = 0, count = 1; i < g.n; i++, count++) {
        if (i + 1 < g.n && compare_words(&g.words[i], &g.words[i + 1]) == 0)
            continue;
        append_line(lines, g.words[i].bytes, g.words[i].n_bytes, count);
        count = 0;
    }
    for (size_t i = 0; i < g.n; i++)
        free(g.words[i].bytes);
    return g.n;
}

/* --- thrum ------------------------------------------------------------------------------------------------------- */

static void refuse_error(void *context, const thrum_error *error) {
    (void)context;
    plain_fail(error->message);
}

static void observe(const thrum_inputs *inputs, bool keep_case, unsigned n_threads, uint64_t chunk_bytes,
                    thrum_buffer *lines) {
    thrum_words_options options = {.keep_case = keep_case, .sort = THRUM_WORDS_BY_WORD};
    thrum_run_options run = {.n_threads = n_threads, .chunk_bytes = chunk_bytes, .on_error = refuse_error};
    thrum_words *words;
    thrum_error error;
    if (thrum_words_count(&words, inputs, &options, &run, &error) != THRUM_OK)
        plain_fail(error.message);
    thrum_buffer_clear(lines);
    const thrum_word *word;
    thrum_status status;
    while ((status = thrum_words_next(words, &word, &error)) == THRUM_OK && word)
        append_line(lines, word->bytes, word->n_bytes, word->count);
    if (status != THRUM_OK)
        plain_fail(error.message);
    thrum_words_free(words);
}

/* --- a case ------------------------------------------------------------------------------------------------------ */

static char text_path[] = "/tmp/thrum-property-XXXXXX";

static void write_text(const thrum_buffer *text) {
    FILE *file = fopen(text_path, "wb");
    if (!file || fwrite(text->bytes, 1, text->n_bytes, file) != text->n_bytes || fclose(file) != 0) {
        perror(text_path);
        exit(2);
    }
}

static void print_line(const char *name, const thrum_buffer *lines, size_t at) {
    size_t end = at;
    while (end < lines->n_bytes && lines->bytes[end] != '\n')
        end++;
    printf("    %-8s  %.*s\n", name, (int)(end - at), end > at ? (const char *)lines->bytes + at : "");
}

/* Tells the first lines in which the lists part. */
static void tell_difference(const thrum_buffer *text, const thrum_buffer *expected, const thrum_buffer *seen) {
    size_t line = 0;
    for (size_t i = 0; i < expected->n_bytes && i < seen->n_bytes && expected->bytes[i] == seen->bytes[i]; i++)
        if (seen->bytes[i] == '\n')
            line = i + 1;
    printf("  text: %zu bytes in hexadecimal: ", text->n_bytes);
    for (size_t i = 0; i < text->n_bytes && i < 300; i++)
        printf("%02x", text->bytes[i]);
    printf("\n  the first word that differs:\n");
    print_line("expected", expected, line);
    print_line("seen", seen, line);
}

enum { RUNS_PER_CASE = 3 };

/* Returns the number of words, or -1 after a difference. */
static int64_t run_case(const char *program, plain_words *plain, const thrum_inputs *inputs, const thrum_buffer *text,
                        uint64_t seed) {
    static const unsigned threads[] = {1, 2, 3, 8};
    const uint64_t chunks[] = {1, 2, 3, 7, 64, 4096, 1 + text->n_bytes, 1 + below((unsigned)text->n_bytes + 1)};
    static thrum_buffer expected, seen;
    bool keep_case = below(3) == 0;
    uint64_t n_words = expect(plain, text, keep_case, &expected);
    for (unsigned i = 0; i < RUNS_PER_CASE; i++) {
        unsigned n_threads = threads[(seed + i) % 4];
        uint64_t chunk_bytes = PICK(chunks);
        observe(inputs, keep_case, n_threads, chunk_bytes, &seen);
        if (expected.n_bytes == seen.n_bytes && memcmp(expected.bytes, seen.bytes, seen.n_bytes) == 0)
            continue;
        printf("FAILED: %s --cases 1 --seed %llu   (%u threads, chunks of %llu bytes, case %s)\n", program,
               (unsigned long long)seed, n_threads, (unsigned long long)chunk_bytes, keep_case ? "kept" : "folded");
        tell_difference(text, &expected, &seen);
        return -1;
    }
    return (int64_t)n_words;
}

/* The size is noted when an input is listed. */
static thrum_inputs *list_text(void) {
    thrum_inputs *inputs;
    thrum_error error;
    if (thrum_inputs_create(&inputs, &error) != THRUM_OK ||
        thrum_inputs_add(inputs, text_path, refuse_error, NULL) != THRUM_OK)
        plain_fail("the text cannot be listed");
    return inputs;
}

int main(int argc, char **argv) {
    uint64_t n_cases = 20000, seed = 1, n_failed = 0, n_run = 0, n_words = 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--cases") == 0)
            n_cases = strtoull(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0)
            seed = strtoull(argv[i + 1], NULL, 10);
    }
    int descriptor = mkstemp(text_path);
    if (descriptor < 0)
        return 2;
    plain_words plain;
    plain_words_open(&plain);
    sort_characters();
    thrum_buffer text = {0};
    for (; (n_cases == 0 || n_run < n_cases) && n_failed < 5; n_run++) {
        random_state = (seed + n_run) * 0x2545F4914F6CDD1Du + 1;
        random_text(&text);
        write_text(&text);
        thrum_inputs *inputs = list_text();
        int64_t n = run_case(argv[0], &plain, inputs, &text, seed + n_run);
        n_words += n > 0 ? (uint64_t)n : 0;
        n_failed += n < 0;
        thrum_inputs_free(inputs);
    }
    thrum_buffer_release(&text);
    plain_words_close(&plain);
    close(descriptor);
    unlink(text_path);
    printf("%llu cases, %llu words, %llu differences\n", (unsigned long long)n_run, (unsigned long long)n_words,
           (unsigned long long)n_failed);
    return n_failed > 0;
}
