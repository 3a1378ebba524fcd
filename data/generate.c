/* generate: natural-looking text of any size, the same bytes for the same options on every machine.
 *
 * A word is drawn as a rank and spelled from it. Ranks follow what is seen in large corpora, two regimes:
 *
 *   rank 0 .. 8191      weight 1 / (rank + 2.7)                      Zipf and Mandelbrot: drawn with Walker's alias
 * table above, by octaves   [8192 * 2^j, 8192 * 2^(j + 1)) has 2^-0.75   a tail of exponent 1.75, without an end: new
 * words of the weight of the octave before           keep coming, about n^0.57 of them (Heaps' law)
 *
 * A spelling is a number written in syllables, nine bits each: 16 onsets, 8 nuclei, 4 codas. Frequent words have one
 * syllable, the next 2^18 two, then three; English has its 128 commonest words in front, so that words have about 4.5
 * letters in running text. Only integers are computed, so there is nothing for a machine to round differently.
 *
 * Cost: one random number and one 16-byte copy for a word, a spelling for the 15 % of words that are in the tail. */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    N_HEAD = 8192,
    N_COMMON = 128,
    N_ONSETS = 16,
    N_NUCLEI = 8,
    N_CODAS = 4,
    SYLLABLE_BITS = 9,
    N_HAN = 512,
    N_OCTAVES = 24,
    WORD_BYTES = 46,
    BUFFER_BYTES = 1 << 20,
    SENTENCE_BYTES = 1 << 14
};

/* A word as it is written; the tail of `bytes` is zero. A Han character is two columns wide. */
typedef struct word {
    char bytes[WORD_BYTES];
    uint8_t n_bytes;
    uint8_t n_columns;
} word;

/* A writing system: how it spells a rank, and its punctuation. */
typedef struct script {
    const char *name;
    const char *const *common; /* N_COMMON words, or NULL */
    const char *onsets[N_ONSETS];
    const char *nuclei[N_NUCLEI];
    const char *codas[N_CODAS];
    const char *han; /* N_HAN characters of three bytes, instead of syllables */
    const char *space, *comma, *stop, *question, *open_quote, *close_quote;
} script;

static const char *const english[N_COMMON] = {
    "the",     "of",    "and",   "to",     "a",       "in",    "is",      "that",  "it",     "was",   "for",    "he",
    "as",      "with",  "his",   "on",     "be",      "at",    "by",      "I",     "had",    "not",   "are",    "but",
    "from",    "or",    "have",  "an",     "they",    "which", "one",     "you",   "were",   "her",   "all",    "she",
    "there",   "would", "their", "we",     "him",     "been",  "has",     "when",  "who",    "will",  "more",   "no",
    "if",      "out",   "so",    "said",   "what",    "up",    "its",     "about", "into",   "than",  "them",   "can",
    "only",    "other", "new",   "some",   "could",   "time",  "these",   "two",   "may",    "then",  "do",     "first",
    "any",     "my",    "now",   "such",   "like",    "our",   "over",    "man",   "me",     "even",  "most",   "made",
    "after",   "also",  "did",   "many",   "before",  "must",  "through", "back",  "years",  "where", "much",   "your",
    "way",     "well",  "down",  "should", "because", "each",  "just",    "those", "people", "too",   "little", "state",
    "good",    "very",  "make",  "world",  "still",   "own",   "see",     "men",   "work",   "long",  "get",    "here",
    "between", "both",  "life",  "being",  "under",   "don't", "never",   "it's"};

static const char han_characters[] =
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后"
    "作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因"
    "只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应"
    "战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿"
    "原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太"
    "量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界"
    "达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今"
    "切院让识候带导争运笔织布线纬梭词句字典页读写歌诗春夏秋冬雨雪风花草树木石河江湖桥城村田米茶酒饭衣"
    "针红蓝绿黄黑灯夜晨早晚午星云火土铁银铜玉纸墨琴棋画船车轮步跑飞鸟鱼虫牛羊狗猫虎龙父母兄弟姐妹友客"
    "店街屋窗床桌椅碗刀剪丝棉麻染纺梳裁缝补旧远近深浅宽窄轻快慢忙闲静闹冷热暖凉甜苦酸咸香味音乐舞戏影"
    "梦醉醒笑哭喜怒忧愁爱恨怕敢愿肯答请谢借买卖换送寄收藏拾丢找寻坐站";

static const script scripts[] = {
    {.name = "latin",
     .common = english,
     .onsets = {"b", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v", "th", "br", "st"},
     .nuclei = {"a", "e", "i", "o", "u", "ea", "ou", "e"},
     .codas = {"", "n", "r", "l"},
     .space = " ",
     .comma = ",",
     .stop = ".",
     .question = "?",
     .open_quote = "\"",
     .close_quote = "\""},
    {.name = "accented",
     .onsets = {"b", "ç", "d", "f", "g", "l", "m", "ñ", "p", "r", "s", "t", "v", "ž", "br", "tr"},
     .nuclei = {"a", "é", "i", "o", "ü", "è", "ô", "ei"},
     .codas = {"", "n", "r", "ß"},
     .space = " ",
     .comma = ",",
     .stop = ".",
     .question = "?",
     .open_quote = "«",
     .close_quote = "»"},
    {.name = "cyrillic",
     .onsets = {"б", "в", "г", "д", "ж", "з", "к", "л", "м", "н", "п", "р", "с", "т", "ч", "ст"},
     .nuclei = {"а", "е", "и", "о", "у", "я", "ы", "ё"},
     .codas = {"", "н", "й", "л"},
     .space = " ",
     .comma = ",",
     .stop = ".",
     .question = "?",
     .open_quote = "«",
     .close_quote = "»"},
    {.name = "greek",
     .onsets = {"β", "γ", "δ", "θ", "κ", "λ", "μ", "ν", "π", "ρ", "σ", "τ", "φ", "χ", "ψ", "πρ"},
     .nuclei = {"α", "ε", "η", "ι", "ο", "υ", "ω", "ου"},
     .codas = {"", "ν", "λ", "ξ"},
     .space = " ",
     .comma = ",",
     .stop = ".",
     .question = ";",
     .open_quote = "«",
     .close_quote = "»"},
    {.name = "han",
     .han = han_characters,
     .space = "",
     .comma = "，",
     .stop = "。",
     .question = "？",
     .open_quote = "“",
     .close_quote = "”"},
};

enum { N_SCRIPTS = sizeof scripts / sizeof scripts[0] };

/* Of 16 sentences of mixed text, how many each script gets. */
static const uint8_t mixed_share[N_SCRIPTS] = {6, 2, 3, 2, 3};

/* xoshiro256++ (Blackman and Vigna, 2019), seeded by splitmix64. */
typedef struct random_state {
    uint64_t s[4];
} random_state;

static uint64_t mix(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static void random_seed(random_state *r, uint64_t seed) {
    for (int i = 0; i < 4; i++) {
        seed += 0x9e3779b97f4a7c15u;
        r->s[i] = mix(seed);
    }
}

static uint64_t rotate(uint64_t x, int n) {
    return (x << n) | (x >> (64 - n));
}

static uint64_t random_next(random_state *r) {
    uint64_t *s = r->s, result = rotate(s[0] + s[3], 23) + s[0], t = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

/* 0 .. n - 1, n below 2^32. */
static uint32_t random_below(random_state *r, uint32_t n) {
    return (uint32_t)(((random_next(r) >> 32) * n) >> 32);
}

/* A column of Walker's alias table: a draw below `threshold` stays, another goes to `alias`. */
typedef struct column {
    uint32_t threshold;
    uint32_t alias;
} column;

typedef struct generator {
    random_state random;
    uint64_t n_types;  /* words there are; UINT64_MAX without a bound */
    size_t line_width; /* columns; 0 for one endless line */
    uint32_t n_columns;
    uint32_t n_head; /* ranks with a column of their own; a column more stands for the tail */
    column columns[N_HEAD + 1];
    word head[N_SCRIPTS][N_HEAD];
} generator;

static void word_append(word *w, const char *text) {
    size_t n = strlen(text);

    memcpy(w->bytes + w->n_bytes, text, n);
    w->n_bytes = (uint8_t)(w->n_bytes + n);
    for (size_t i = 0; i < n; i++)
        w->n_columns = (uint8_t)(w->n_columns + (((uint8_t)text[i] & 0xc0) != 0x80) + ((uint8_t)text[i] >= 0xe0));
}

/* Writes `number` in n digits of `bits` bits, scrambled among the numbers of that length so that neighbours differ. */
static void word_append_digits(word *w, const script *s, uint64_t number, unsigned n, unsigned bits) {
    uint64_t mask = ((uint64_t)1 << (n * bits)) - 1;

    number = number * 0x9e3779b97f4a7c15u & mask;
    number ^= number >> (n * bits + 1) / 2;
    for (unsigned i = 0; i < n; i++, number >>= bits) {
        if (s->han) {
            char character[4] = {0};

            memcpy(character, s->han + 3 * (number & (N_HAN - 1)), 3);
            word_append(w, character);
        } else {
            word_append(w, s->onsets[number & (N_ONSETS - 1)]);
            word_append(w, s->nuclei[number >> 4 & (N_NUCLEI - 1)]);
            word_append(w, s->codas[number >> 7 & (N_CODAS - 1)]);
        }
    }
}

static word word_spell(const script *s, uint64_t rank) {
    word w = {{0}, 0, 0};
    unsigned n = 1;

    if (s->common) {
        if (rank < N_COMMON) {
            word_append(&w, s->common[rank]);
            return w;
        }
        rank -= N_COMMON;
    }
    while (rank >> (n * SYLLABLE_BITS) != 0) {
        rank -= (uint64_t)1 << (n * SYLLABLE_BITS);
        n++;
    }
    word_append_digits(&w, s, rank, n, SYLLABLE_BITS);
    return w;
}

/* Walker's alias table in Vose's construction, on integer weights: column i is filled up to the mean weight by a
 * heavier one. */
static void columns_fill(generator *g) {
    static uint64_t weight[N_HEAD + 1];
    static uint32_t light[N_HEAD + 1], heavy[N_HEAD + 1];
    uint32_t n = g->n_columns, n_light = 0, n_heavy = 0;
    uint64_t total = 0;

    for (uint32_t i = 0; i < g->n_head; i++)
        weight[i] = ((uint64_t)10 << 27) / (10 * i + 27);
    if (n > g->n_head)
        weight[g->n_head] = ((uint64_t)4 << 27) / 3; /* the integral of (N_HEAD / r)^1.75 / N_HEAD over the tail */
    for (uint32_t i = 0; i < n; i++)
        total += weight[i];
    for (uint32_t i = 0; i < n; i++) {
        weight[i] *= n;
        if (weight[i] < total)
            light[n_light++] = i;
        else
            heavy[n_heavy++] = i;
    }
    while (n_light && n_heavy) {
        uint32_t small = light[--n_light], large = heavy[n_heavy - 1];

        g->columns[small] = (column){(uint32_t)((weight[small] << 32) / total), large};
        weight[large] -= total - weight[small];
        if (weight[large] < total) {
            light[n_light++] = large;
            n_heavy--;
        }
    }
    while (n_heavy) {
        uint32_t i = heavy[--n_heavy];

        g->columns[i] = (column){UINT32_MAX, i};
    }
    while (n_light) {
        uint32_t i = light[--n_light];

        g->columns[i] = (column){UINT32_MAX, i};
    }
}

static void generator_init(generator *g, uint64_t seed, uint64_t n_types, size_t line_width) {
    random_seed(&g->random, seed);
    g->n_types = n_types;
    g->line_width = line_width;
    g->n_head = n_types < N_HEAD ? (uint32_t)n_types : N_HEAD;
    g->n_columns = n_types > N_HEAD ? g->n_head + 1 : g->n_head;
    columns_fill(g);
    for (size_t s = 0; s < N_SCRIPTS; s++)
        for (uint32_t rank = 0; rank < g->n_head; rank++)
            g->head[s][rank] = word_spell(&scripts[s], rank);
}

static uint64_t rank_draw_tail(generator *g) {
    const uint32_t again = 2553802834u; /* 2^-0.75 of 2^32 */

    for (;;) {
        unsigned octave = 0;
        uint64_t first, rank;

        while (octave < N_OCTAVES && (uint32_t)random_next(&g->random) < again)
            octave++;
        first = (uint64_t)N_HEAD << octave;
        rank = first + (random_next(&g->random) & (first - 1));
        if (rank < g->n_types)
            return rank;
    }
}

/* Draws a rank by the high half of a random number; its low half is the caller's. */
static uint64_t rank_draw(generator *g, uint64_t random) {
    uint64_t place = (random >> 32) * g->n_columns;
    column c = g->columns[place >> 32];
    uint32_t rank = (uint32_t)place < c.threshold ? (uint32_t)(place >> 32) : c.alias;

    return rank < g->n_head ? rank : rank_draw_tail(g);
}

/* The first letter in upper case. Everything that the scripts above begin a word with lies 32 above its capital, except
 * for ё and ž, which no word needs as a capital. */
static void word_capitalize(word *w) {
    uint8_t a = (uint8_t)w->bytes[0], b = (uint8_t)w->bytes[1];
    unsigned character = (a & 0x1fu) << 6 | (b & 0x3fu);

    if (a >= 'a' && a <= 'z') {
        w->bytes[0] = (char)(a - 32);
    } else if (a >= 0xc3 && a <= 0xd1 && a != 0xc5) {
        character -= 32;
        w->bytes[0] = (char)(0xc0 | character >> 6);
        w->bytes[1] = (char)(0x80 | (character & 0x3f));
    }
}

/* The text while it is made: a sentence is written behind n_bytes and then stays. */
typedef struct text {
    char bytes[BUFFER_BYTES + SENTENCE_BYTES];
    size_t n_bytes;
    size_t column;
} text;

static void text_append(text *t, const char *bytes, size_t n) {
    memcpy(t->bytes + t->n_bytes, bytes, n);
    t->n_bytes += n;
}

static void text_append_mark(text *t, const char *mark) {
    text_append(t, mark, strlen(mark));
    t->column += (uint8_t)mark[0] >= 0xe3 ? 2 : 1;
}

/* 7, 1875, 12,400, 3.14 */
static word number_spell(uint32_t random) {
    word w = {{0}, 0, 0};
    unsigned a = random >> 2 & 0x3ff, b = random >> 12 & 0x3ff;
    int n;

    switch (random & 3) {
    case 0:
        n = snprintf(w.bytes, WORD_BYTES, "%u", a % 100);
        break;
    case 1:
        n = snprintf(w.bytes, WORD_BYTES, "%u", 1200 + a % 830);
        break;
    case 2:
        n = snprintf(w.bytes, WORD_BYTES, "%u,%03u", 1 + a % 99, b % 1000);
        break;
    default:
        n = snprintf(w.bytes, WORD_BYTES, "%u.%u", a % 50, b % 100);
        break;
    }
    w.n_bytes = w.n_columns = (uint8_t)n;
    return w;
}

/* Writes a word behind a space or, where the line is full, a new line. Han text breaks between any two words. */
static void text_append_word(text *t, const generator *g, const script *s, const word *w, const char *mark) {
    if (t->column > 0 && g->line_width > 0 && t->column + w->n_columns + 1 > g->line_width) {
        t->bytes[t->n_bytes++] = '\n';
        t->column = 0;
    } else if (t->column > 0 && *s->space) {
        t->bytes[t->n_bytes++] = ' ';
        t->column++;
    }
    if (mark)
        text_append_mark(t, mark);
    memcpy(t->bytes + t->n_bytes, w->bytes, WORD_BYTES);
    t->n_bytes += w->n_bytes;
    t->column += w->n_columns;
}

static void sentence_append(text *t, generator *g, size_t script_index) {
    const script *s = &scripts[script_index];
    uint64_t shape = random_next(&g->random);
    unsigned n_words = 4 + (shape & 15) + (shape >> 4 & 15);
    bool quoted = (shape >> 8 & 15) == 0, asks = (shape >> 12 & 15) == 0;

    for (unsigned i = 0; i < n_words; i++) {
        uint64_t random = random_next(&g->random), rank;
        uint32_t chance = (uint32_t)random;
        word spelled;
        const word *w = &spelled;

        if ((chance & 127) == 0) {
            spelled = number_spell((uint32_t)random_next(&g->random));
        } else {
            rank = rank_draw(g, random);
            if (rank < g->n_head)
                w = &g->head[script_index][rank];
            else
                spelled = word_spell(s, rank);
            if (i == 0 || (chance >> 7 & 63) == 0) {
                spelled = *w;
                word_capitalize(&spelled);
                w = &spelled;
            }
        }
        text_append_word(t, g, s, w, i == 0 && quoted ? s->open_quote : NULL);
        if (i + 1 < n_words && (chance >> 13 & 15) == 0)
            text_append_mark(t, s->comma);
    }
    text_append_mark(t, asks ? s->question : s->stop);
    if (quoted)
        text_append_mark(t, s->close_quote);
}

static void paragraph_end(text *t, const generator *g) {
    if (g->line_width > 0) {
        text_append(t, "\n\n", 2);
        t->column = 0;
    }
}

static size_t mixed_draw(generator *g) {
    uint32_t draw = random_below(&g->random, 16);
    size_t s = 0;

    while (draw >= mixed_share[s])
        draw -= mixed_share[s++];
    return s;
}

/* Where a text of n bytes can end without splitting a character. */
static size_t character_floor(const char *bytes, size_t n) {
    while (n > 0 && ((uint8_t)bytes[n] & 0xc0) == 0x80)
        n--;
    return n;
}

/* Writes exactly n_bytes; the last of them are line feeds. script_index N_SCRIPTS is mixed text. */
static bool text_write(generator *g, size_t script_index, uint64_t n_bytes, FILE *out) {
    static text t;
    unsigned n_sentences_left = 0;

    while (n_bytes > 0) {
        size_t n;

        t.n_bytes = 0;
        while (t.n_bytes < BUFFER_BYTES) {
            if (n_sentences_left == 0)
                n_sentences_left = 3 + random_below(&g->random, 7);
            sentence_append(&t, g, script_index < N_SCRIPTS ? script_index : mixed_draw(g));
            if (--n_sentences_left == 0)
                paragraph_end(&t, g);
        }
        n = t.n_bytes;
        if (n >= n_bytes) {
            n = (size_t)n_bytes;
            for (size_t end = character_floor(t.bytes, n - 1); end < n; end++)
                t.bytes[end] = '\n';
        }
        if (fwrite(t.bytes, 1, n, out) != n)
            return false;
        n_bytes -= n;
    }
    return fflush(out) == 0;
}

static void usage(FILE *out) {
    fputs("usage: generate SIZE [OPTION]...\n"
          "Writes exactly SIZE bytes of made-up UTF-8 text to standard output. SIZE may end in K, M or G (powers of "
          "1024).\n"
          "The same options give the same bytes on every machine; a shorter text is the beginning of a longer one, but "
          "for\n"
          "its last character.\n"
          "\n"
          "  --seed N       another text for another number (default 1)\n"
          "  --types N      at most N distinct words, numbers aside (default: no bound; new ones keep coming)\n"
          "  --script NAME  latin (default), accented, cyrillic, greek, han, or mixed: another script every sentence\n"
          "  --width N      columns of a line (default 72); 0 writes one line without an end\n"
          "  -h, --help     this text\n"
          "\n"
          "Word frequencies follow Zipf and Mandelbrot, 1 / (rank + 2.7), down to rank 8192 and a steeper tail of "
          "exponent\n"
          "1.75 below, so that the vocabulary grows as in natural text (Heaps' law). In latin text the commonest words "
          "are\n"
          "English and words have about 4.5 letters; the others are made of syllables. Sentences, commas, quotations "
          "and\n"
          "numbers come in natural proportions.\n",
          out);
}

/* A decimal number, with a suffix K, M or G where `sizes`. */
static bool number_parse(const char *s, bool sizes, uint64_t *number) {
    static const char suffixes[] = "KMG";
    const char *suffix;
    unsigned shift = 0;
    char *end;

    if (*s < '0' || *s > '9')
        return false;
    errno = 0;
    *number = strtoull(s, &end, 10);
    if (errno != 0)
        return false;
    if (sizes && *end != '\0' && (suffix = strchr(suffixes, *end)) != NULL) {
        shift = 10 * (unsigned)(suffix - suffixes + 1);
        end++;
    }
    if (*end != '\0' || *number > UINT64_MAX >> shift)
        return false;
    *number <<= shift;
    return true;
}

static bool script_parse(const char *name, size_t *script_index) {
    for (size_t i = 0; i < N_SCRIPTS; i++) {
        if (strcmp(name, scripts[i].name) == 0) {
            *script_index = i;
            return true;
        }
    }
    *script_index = N_SCRIPTS;
    return strcmp(name, "mixed") == 0;
}

typedef struct settings {
    uint64_t n_bytes, seed, n_types, line_width;
    size_t script_index;
} settings;

static bool settings_parse(settings *set, int argc, char **argv) {
    bool sized = false;

    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        bool good;

        if (argv[i][0] != '-') {
            good = !sized && number_parse(argv[i], true, &set->n_bytes);
            sized = true;
        } else {
            if (strcmp(argv[i], "--seed") == 0)
                good = number_parse(value, false, &set->seed);
            else if (strcmp(argv[i], "--types") == 0)
                good = number_parse(value, false, &set->n_types) && set->n_types > 0;
            else if (strcmp(argv[i], "--width") == 0)
                good = number_parse(value, false, &set->line_width) && set->line_width <= SIZE_MAX / 2;
            else if (strcmp(argv[i], "--script") == 0)
                good = script_parse(value, &set->script_index);
            else
                good = false;
            i++;
        }
        if (!good)
            return false;
    }
    return sized;
}

int main(int argc, char **argv) {
    static generator g;
    settings set = {.seed = 1, .n_types = UINT64_MAX, .line_width = 72};

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0) {
            usage(stdout);
            return EXIT_SUCCESS;
        }
    }
    if (!settings_parse(&set, argc, argv)) {
        usage(stderr);
        return 2;
    }
    generator_init(&g, set.seed, set.n_types, (size_t)set.line_width);
    if (!text_write(&g, set.script_index, set.n_bytes, stdout)) {
        perror("generate");
        return 2;
    }
    return EXIT_SUCCESS;
}
