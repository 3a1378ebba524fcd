/* The words of standard input as ICU finds them in one walk over the whole text, one a line: the oracle of
 * words_unicode.sh. For benchmarks, the walk alone.
 *
 *   icu_words            with full case folding
 *   icu_words --keep     as they stand
 *   icu_words --time     the number of words, and the seconds that ICU took to find them */
#include <string.h>
#include <time.h>

#include "plain_words.h"

static uint8_t *read_all(size_t *n_bytes) {
    size_t capacity = (size_t)1 << 20;
    uint8_t *bytes = plain_own(malloc(capacity));
    *n_bytes = 0;
    for (size_t n; (n = fread(bytes + *n_bytes, 1, capacity - *n_bytes, stdin)) > 0;) {
        *n_bytes += n;
        if (*n_bytes == capacity)
            bytes = plain_own(realloc(bytes, capacity *= 2));
    }
    if (ferror(stdin))
        plain_fail("the text cannot be read");
    return bytes;
}

static void print(const uint8_t *bytes, size_t n_bytes) {
    fwrite(bytes, 1, n_bytes, stdout);
    putchar('\n');
}

static void print_word(void *context, const uint8_t *bytes, size_t n_bytes) {
    (void)context;
    print(bytes, n_bytes);
}

static void print_folded(void *context, const uint8_t *bytes, size_t n_bytes) {
    (void)context;
    uint8_t *folded = plain_own(malloc(PLAIN_GROWTH * n_bytes));
    print(folded, plain_fold(folded, bytes, n_bytes));
    free(folded);
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void time_walk(plain_words *words) {
    unsigned long long n_words = 0;
    double begin = seconds();
    while (ubrk_next(words->iterator) != UBRK_DONE)
        n_words += ubrk_getRuleStatus(words->iterator) >= UBRK_WORD_NUMBER;
    printf("%llu %.6f\n", n_words, seconds() - begin);
}

int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "";
    size_t n_bytes;
    uint8_t *bytes = read_all(&n_bytes);
    plain_words words;
    plain_words_open(&words);
    plain_words_begin(&words, bytes, n_bytes);
    if (strcmp(mode, "--time") == 0)
        time_walk(&words);
    else
        plain_words_walk(&words, strcmp(mode, "--keep") == 0 ? print_word : print_folded, NULL);
    plain_words_close(&words);
    free(bytes);
    if (fflush(stdout) != 0)
        plain_fail("the words were not all printed");
    return 0;
}
