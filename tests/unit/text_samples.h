/* Text for the unit tests of text/: random, with everything that makes word segmentation hard, and the files of
 * THRUM_CORPORA. Every text lies in a heap block of its exact size, so that the address sanitizer sees reads past it.
 */
#ifndef UNIT_TEXT_SAMPLES_H
#define UNIT_TEXT_SAMPLES_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

typedef struct sample {
    uint8_t *bytes;
    size_t n_bytes;
} sample;

/* xorshift64*: fixed seeds, the same texts everywhere. */
static inline uint64_t sample_random(uint64_t *state) {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

static inline size_t sample_below(uint64_t *state, size_t bound) {
    return (size_t)((sample_random(state) >> 20) % bound);
}

/* How often a test repeats its random cases: THRUM_CASES when it is set. */
static inline size_t sample_n_cases(size_t by_default) {
    const char *asked = getenv("THRUM_CASES");
    return asked ? (size_t)strtoull(asked, NULL, 10) : by_default;
}

/* Each group is a list of pieces divided by '|'. Random text stays in a group for a while, so that dictionary text has
 * some length. */
static const char *const sample_groups[] = {
    "a|b|Z|the|Word|I|x|QUIXOTE|e|ss|0|1|42|9",
    "_|__|'|.|:|,|;|@|-|/|\"|(|)|[|{|<|>|#|&|!|?|*|+|=|$|%|~",
    " | |  |\t|\n|\r\n|\r|\n\r|\v|\f|\xC2\x85|\xE2\x80\xA8|\xE2\x80\xA9|\xC2\xA0|\xE3\x80\x80|\xE2\x80\x83",
    "\xCC\x81|\xCC\x88|\xE2\x80\x8D|\xE2\x80\x8C|\xC2\xAD|\xEF\xBB\xBF|\xE2\x81\xA0|\xEF\xB8\x8F|\xE2\x83\xA3|"
    "\xE0\xA4\x82",
    "\xC3\xA9|\xC3\x9F|\xC4\xB0|\xC4\xB1|\xCE\x90|\xCE\xA3|\xCF\x82|\xD0\x96|\xD0\xBB|\xE1\xBA\x9E|\xEF\xAC\x83|"
    "\xE1\xBE\xB7|\xC7\xB0",
    "\xF0\x9F\x91\xA9|\xF0\x9F\x8F\xBD|\xF0\x9F\x87\xA9|\xF0\x9F\x87\xAA|\xF0\x9F\x98\x80|\xE2\x9D\xA4|"
    "\xF0\x90\x90\x80|\xF0\x9D\x90\x80",
    "\xD7\x90|\xD7\x91|\xD7\xA6|\"|'|\xD7\xB4|\xD7\xB3|\xD6\xB0|\xD9\x85|\xD8\xA7|\xD9\x8B|\xD8\x9C|\xD8\x80",
    "\xE3\x82\xAB|\xE3\x82\xBF|\xE3\x83\xBC|\xE3\x83\x88|\xEF\xBD\xB1|\xE3\x83\xBB|\xE3\x82\x99|\xE3\x83\xBD|"
    "\xEF\xBE\x9E",
    "\xE4\xB8\xAD|\xE5\x9B\xBD|\xE4\xBA\xBA|\xE6\xB0\x91|\xE6\x97\xA5|\xE6\x9C\xAC|\xE3\x80\x82|\xE3\x80\x81|"
    "\xEF\xBC\x8C|\xEF\xBC\x9F|\xEF\xBC\x81|"
    "\xEF\xBC\x91|\xEF\xBC\xA1|\xE3\x80\x85|\xF0\xA0\x80\x80|\xEF\xBC\x8E|\xE3\x80\x80",
    "\xE3\x81\xAE|\xE3\x81\xAF|\xE3\x81\x99|\xE3\x81\x93|\xE3\x82\x8B|\xE3\x80\x82|\xE3\x83\xBC|\xE4\xBB\x95|"
    "\xE4\xBA\x8B|\xEF\xBC\x8C|\xE3\x82\x99",
    "\xE0\xB8\x81|\xE0\xB8\xB2|\xE0\xB8\xA3|\xE0\xB9\x80|\xE0\xB8\x94|\xE0\xB8\xB4|\xE0\xB8\x99|\xE0\xB8\xB1|"
    "\xE0\xB8\x9A|\xE0\xB8\xAF|\xE0\xB9\x86|\xE0\xB9\x91| ",
    "\xE0\xBA\x81|\xE0\xBA\xB2|\xE0\xBA\x99|\xE0\xBB\x80|\xE0\xBA\x8D|\xE0\xBB\x88|\xE0\xBA\x9A| ",
    "\xE1\x9E\x80|\xE1\x9E\xB6|\xE1\x9E\x9A|\xE1\x9F\x92|\xE1\x9E\x93|\xE1\x9F\x86|\xE1\x9F\x94| ",
    "\xE1\x80\x80|\xE1\x80\xAC|\xE1\x80\x99|\xE1\x80\xBA|\xE1\x81\x8A|\xE1\x80\x81|\xE1\x80\xB8| ",
    "\xED\x95\x9C|\xEA\xB5\xAD|\xEC\x96\xB4|\xE1\x84\x92|\xE1\x85\xA1|\xE0\xA4\x95|\xE0\xA5\x8D|\xE0\xA4\xB7|"
    "\xE0\xA6\x95|\xE0\xB0\x95| |\xE1\x82\xA0|"
    "\xE1\x83\x90|\xD5\xA1|\xD5\x9F",
    "\x80|\xBF|\xFF|\xC0\x80|\xC3|\xE3\x81|\xE3|\xED\xA0\x80|\xED\xBF\xBF|\xF4\x90\x80\x80|\xF0\x9F\x98|\xE0\x80\xAF|"
    "\xF0\x80\x80\xAF|\xEF\xBF\xBD|"
    "\xF8\x88\x80\x80\x80|\xE3\x80",
};

enum { SAMPLE_GROUPS = sizeof sample_groups / sizeof *sample_groups };

static inline sample sample_copy(const void *bytes, size_t n_bytes) {
    sample copy = {malloc(n_bytes ? n_bytes : 1), n_bytes};
    assert_non_null(copy.bytes);
    if (n_bytes)
        memcpy(copy.bytes, bytes, n_bytes);
    return copy;
}

/* Up to 255 pieces from all groups, with a NUL here and there. */
static inline sample sample_make(uint64_t *state) {
    uint8_t bytes[255 * 8];
    size_t n_bytes = 0;
    const char *group = sample_groups[0];
    for (size_t n = sample_below(state, 256); n > 0; n--) {
        if (sample_below(state, 6) == 0)
            group = sample_groups[sample_below(state, SAMPLE_GROUPS)];
        size_t n_pieces = 1;
        for (const char *c = group; *c; c++)
            n_pieces += *c == '|';
        const char *piece = group;
        for (size_t skip = sample_below(state, n_pieces); skip > 0; skip--)
            piece = strchr(piece, '|') + 1;
        size_t length = strcspn(piece, "|");
        memcpy(bytes + n_bytes, piece, length);
        n_bytes += length;
        if (sample_below(state, 500) == 0)
            bytes[n_bytes++] = 0;
    }
    return sample_copy(bytes, n_bytes);
}

static inline sample sample_read(const char *path) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long length = ftell(file);
    assert_true(length >= 0);
    rewind(file);
    sample whole = {malloc(length ? (size_t)length : 1), (size_t)length};
    assert_non_null(whole.bytes);
    assert_int_equal(fread(whole.bytes, 1, whole.n_bytes, file), whole.n_bytes);
    fclose(file);
    return whole;
}

/* Calls the function with every file in the directory and one level below. Returns how many there were. */
static inline size_t sample_each_file(const char *directory, int depth,
                                      void (*each)(const char *path, const sample *text)) {
    size_t n_files = 0;
    DIR *open = opendir(directory);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open));) {
        char path[4096];
        struct stat status;
        int length = snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        assert_true(length > 0 && (size_t)length < sizeof path);
        if (entry->d_name[0] == '.' || stat(path, &status) != 0)
            continue;
        if (S_ISDIR(status.st_mode) && depth > 0)
            n_files += sample_each_file(path, depth - 1, each);
        if (!S_ISREG(status.st_mode))
            continue;
        sample text = sample_read(path);
        each(path, &text);
        free(text.bytes);
        n_files++;
    }
    closedir(open);
    return n_files;
}

/* The same for the corpora; skips the test where none are named. */
static inline void sample_each_corpus(void (*each)(const char *path, const sample *text)) {
    const char *corpora = getenv("THRUM_CORPORA");
    if (!corpora) {
        print_message("THRUM_CORPORA names no directory of texts\n");
        skip();
    }
    assert_true(sample_each_file(corpora, 1, each) > 0);
}

#endif
