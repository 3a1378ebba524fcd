/* Prints how fast words are counted, merged and sorted on one core. Takes no arguments. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "count/word_table.h"

enum { BATCH = 1024, WORD_BYTES = 32 + TOKEN_PADDING_BYTES };

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static uint64_t random_state = 1;

static uint64_t random_bits(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static void require(int condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "bench_word_table: %s\n", what);
        exit(EXIT_FAILURE);
    }
}

/* Words of three letters and more, a few of them longer than 16 bytes; all different. */
static uint8_t *make_words(token *words, size_t n_words) {
    uint8_t *text = calloc(n_words, WORD_BYTES);
    require(text != NULL, "out of memory");
    for (size_t i = 0; i < n_words; i++) {
        uint8_t *bytes = text + i * WORD_BYTES;
        size_t n = 0;
        for (uint64_t rest = i + 700; rest; rest /= 26)
            bytes[n++] = (uint8_t)('a' + rest % 26);
        for (size_t n_more = random_bits() % 100 == 0 ? 18 : random_bits() % 8; n_more && n > 2; n_more--)
            bytes[n++] = (uint8_t)('a' + random_bits() % 26);
        bytes[n] = ' ';
        words[i] = (token){bytes, n};
    }
    return text;
}

/* A stream in which the word of rank r comes as often as 1 / r, one word after the other in memory. */
static uint8_t *make_stream(token *stream, size_t n_stream, const token *words, size_t n_words) {
    double *sums = malloc(n_words * sizeof *sums), sum = 0;
    require(sums != NULL, "out of memory");
    for (size_t i = 0; i < n_words; i++)
        sums[i] = sum += 1.0 / (double)(i + 1);
    uint8_t *text = malloc(n_stream * WORD_BYTES), *to = text;
    require(text != NULL, "out of memory");
    for (size_t i = 0; i < n_stream; i++) {
        double at = (double)(random_bits() >> 11) * 0x1p-53 * sum;
        size_t low = 0, high = n_words - 1;
        while (low < high) {
            size_t middle = (low + high) / 2;
            if (sums[middle] < at)
                low = middle + 1;
            else
                high = middle;
        }
        stream[i] = (token){memcpy(to, words[low].bytes, words[low].n_bytes + 1), words[low].n_bytes};
        to += words[low].n_bytes + 1;
    }
    free(sums);
    return text;
}

static word_table *count(const word_seed *seed, const token *stream, size_t n_stream) {
    word_table *table = word_table_create(seed);
    require(table != NULL, "out of memory");
    for (size_t i = 0; i < n_stream; i += BATCH)
        require(word_table_add(table, stream + i, n_stream - i < BATCH ? n_stream - i : BATCH), "out of memory");
    return table;
}

/* A stream in both of the ways in which a tokenizer hands words on. */
typedef struct word_stream {
    token *tokens;
    uint16_t *edges; /* of BATCH words each, from the first of them on */
} word_stream;

static bool add_tokens(word_table *table, const word_stream *stream, size_t at) {
    return word_table_add(table, stream->tokens + at, BATCH);
}

static bool add_runs(word_table *table, const word_stream *stream, size_t at) {
    return word_table_add_runs(table, stream->tokens[at].bytes, stream->edges + 2 * at, BATCH);
}

static const struct {
    const char *name;
    bool (*add)(word_table *table, const word_stream *stream, size_t at);
} ways[] = {{"tokens", add_tokens}, {"runs", add_runs}};

static void find_edges(const word_stream *stream, size_t n_stream) {
    _Static_assert(BATCH * WORD_BYTES <= UINT16_MAX, "edges have 16 bits");
    for (size_t i = 0; i < n_stream; i++) {
        size_t begin = (size_t)(stream->tokens[i].bytes - stream->tokens[i - i % BATCH].bytes);
        stream->edges[2 * i] = (uint16_t)begin;
        stream->edges[2 * i + 1] = (uint16_t)(begin + stream->tokens[i].n_bytes);
    }
}

/* n_stream is a multiple of BATCH. */
static void bench_way(size_t way, const word_stream *stream, size_t n_stream, size_t n_types) {
    enum { N_RUNS = 5 };
    word_seed seed = word_seed_draw();
    word_table *table = word_table_create(&seed);
    require(table != NULL, "out of memory");
    double first = 0, best = 1e9;
    for (int run = 0; run < N_RUNS; run++) {
        double begin = seconds();
        for (size_t i = 0; i < n_stream; i += BATCH)
            require(ways[way].add(table, stream, i), "out of memory");
        double taken = seconds() - begin;
        if (run == 0)
            first = taken;
        best = taken < best ? taken : best;
    }
    double n_millions = 1e-6 * (double)n_stream;
    printf("count   %9zu types  %6.1f M %s/s filling  %6.1f M %s/s filled\n", n_types, n_millions / first,
           ways[way].name, n_millions / best, ways[way].name);
    word_table_free(table);
}

static void bench_counting(size_t n_types) {
    enum { N_STREAM = 1 << 22 };
    token *words = malloc(n_types * sizeof *words);
    word_stream stream = {malloc(N_STREAM * sizeof *stream.tokens), malloc(2 * N_STREAM * sizeof *stream.edges)};
    require(words && stream.tokens && stream.edges, "out of memory");
    uint8_t *text = make_words(words, n_types);
    uint8_t *running = make_stream(stream.tokens, N_STREAM, words, n_types);
    find_edges(&stream, N_STREAM);
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++)
        bench_way(way, &stream, N_STREAM, n_types);
    free(running);
    free(text);
    free(stream.tokens);
    free(stream.edges);
    free(words);
}

static void bench_rows(size_t n_types) {
    token *words = malloc(n_types * sizeof *words);
    word_row *rows = malloc(n_types * sizeof *rows);
    require(words && rows, "out of memory");
    uint8_t *text = make_words(words, n_types);
    word_seed seed = word_seed_draw();
    double begin = seconds();
    word_table *table = count(&seed, words, n_types);
    printf("fill    %9zu types  %6.3f s\n", n_types, seconds() - begin);
    for (size_t i = 0; i < n_types; i += 2)
        require(word_table_add_count(table, words[i].bytes, words[i].n_bytes, n_types / (i + 1)), "out of memory");

    word_table *pair[2] = {count(&seed, words, n_types / 2), count(&seed, words + n_types / 4, n_types / 2)};
    begin = seconds();
    for (size_t partition = 0; partition < 16; partition++) {
        word_table *into = word_table_create(&seed);
        require(into && word_table_merge(into, pair, 2, partition, 16), "out of memory");
        word_table_free(into);
    }
    printf("merge   %9zu words of 2 tables, 16 partitions  %6.3f s\n", n_types, seconds() - begin);
    word_table_free(pair[0]);
    word_table_free(pair[1]);

    static const char *const names[] = {[THRUM_WORDS_BY_COUNT] = "count", [THRUM_WORDS_BY_WORD] = "word"};
    for (int order = 0; order < 2; order++) {
        begin = seconds();
        word_table_rows(table, rows);
        double listed = seconds();
        word_rows_sort(rows, n_types, order);
        double sorted = seconds();
        printf("rows    %9zu types  %6.3f s\nsort    %9zu rows by %s  %6.3f s\n", n_types, listed - begin, n_types,
               names[order], sorted - listed);

        for (size_t n_top = 100; n_top < n_types; n_top *= 100) {
            word_table_rows(table, rows);
            begin = seconds();
            word_rows_select(rows, n_types, n_top, order);
            printf("select  %9zu of %zu rows by %s  %6.3f s\n", n_top, n_types, names[order], seconds() - begin);
        }
    }
    word_table_free(table);
    free(text);
    free(rows);
    free(words);
}

int main(void) {
    bench_counting(1000);
    bench_counting(20000);
    bench_counting(500000);
    bench_counting(4000000);
    bench_rows(1000000);
    bench_rows(12000000);
    return 0;
}
