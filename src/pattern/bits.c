/* Running a program over windows of the subject.
 *
 * A window's streams go on behind its end, up to a breaker, or as far as the longest match may reach; they are cut to
 * whole steps. Where a match is bounded by neither, nor by the end of the subject, the window is left to PCRE2, and so
 * is one with so many unsure places that asking at each would take longer. All this depends on the text alone. What
 * stands in a stream behind the breaker may be anything: no operation carries it over a byte that is in no set.
 *
 * A breaker far behind, as where lines are long, is as far as the windows between need to see: the streams are made
 * once for all of them, unless they have unsure places.
 *
 * Places in streams are bytes, or characters, where there are some of two bytes. The masks of bytes that are kept, one
 * for each character, and how many are before each word of them lead from one to the other; begins and unsure places
 * are of bytes in either case.
 *
 * Before each stream lies a word for what stands before the window. */
#include "pattern/bits.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "pattern/bits_inside.h"
#include "text/utf8.h"

enum {
    WORDS_BEFORE = KERNEL_STREAM_STEP,
    WORDS_BEHIND = KERNEL_STREAM_STEP + BITS_MOST_MOVED / 64,
    MOST_WORDS = BITS_MOST_WINDOWS * BITS_WORDS,
    STRIDE = 137 * 8, /* lines of the nearest cache, so that windows of several streams lie in it side by side */
    LEAST_RUNS = 32,  /* wanted, for all of a window to be found at once */
    MOST_ROUNDS = 64, /* of the loops in a window */
    FEW_STRANGE = 16  /* bytes of a window beside which PCRE2 is asked in less time than squeezing takes */
};

_Static_assert(BITS_MOST_BOUND + 2 * KERNEL_MASK_BYTES * KERNEL_STREAM_STEP <
                   (BITS_MOST_WINDOWS - 1) * BITS_WINDOW_BYTES,
               "bounded matches stay in the streams");
_Static_assert(BITS_WORDS % KERNEL_STREAM_STEP == 0, "windows are whole steps");
_Static_assert(STRIDE >= WORDS_BEFORE + MOST_WORDS + WORDS_BEHIND, "streams have their room");
_Static_assert(MOST_WORDS * 64 < UINT16_MAX, "places in streams have 16 bits");

/* Behind the streams of the program, where it reads pairs. */
enum { KEPT, N_KEPT_BEFORE, PAIR_STREAMS };

size_t bits_window_n_bytes(const bit_program *program) {
    return (program->n_streams + (program->reads_pairs ? PAIR_STREAMS : 0)) * STRIDE * sizeof(uint64_t);
}

bool bits_window_init(bits_window *window, const bit_program *program) {
    *window = (bits_window){.streams = memory_own(bits_window_n_bytes(program), 1)};
    if (window->streams && program->reads_pairs)
        window->pairs = window->streams + program->n_streams * STRIDE;
    return window->streams != NULL;
}

void bits_window_release(bits_window *window) {
    free(window->streams);
    *window = (bits_window){0};
}

void bits_window_forget(bits_window *window) {
    window->n_next = 0;
}

static uint64_t *stream_of(const bits_window *window, uint16_t number) {
    return window->streams + (size_t)number * STRIDE + WORDS_BEFORE + window->n_words_before;
}

static bool has_bit(const uint64_t *stream, size_t place) {
    return stream[place / 64] >> place % 64 & 1;
}

static uint64_t bits_below(size_t n) {
    return n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
}

static bool has_any(const uint64_t *words, size_t n_words) {
    uint64_t all = 0;
    for (size_t i = 0; i < n_words; i++)
        all |= words[i];
    return all != 0;
}

/* The first place of a set bit at or after `from`; n_words * 64 when there is none. */
static inline size_t next_bit(const uint64_t *stream, size_t from, size_t n_words) {
    size_t i = from / 64;
    if (i >= n_words)
        return n_words * 64;
    uint64_t bits = stream[i] & ~bits_below(from % 64);
    while (bits == 0 && ++i < n_words)
        bits = stream[i];
    return bits ? i * 64 + (size_t)__builtin_ctzll(bits) : n_words * 64;
}

/* --- what the text is -------------------------------------------------------------------------------------------- */

typedef struct window_text {
    const uint8_t *bytes; /* of the window and behind */
    size_t n_bytes;       /* to the end of the subject */
    size_t n_places;      /* the same in the streams; more than they have, where they do not reach it */
    int before;           /* the byte before the window; -1: there is none */
} window_text;

/* Makes masks of the sets of a phase from a word on, up to n_words. The last bytes of the subject are copied, so that
 * nothing behind is read; what is behind is in no set. */
static void make_masks(bits_window *window, const bit_program *program, bit_phase phase, const window_text *text,
                       size_t first, size_t n_words) {
    const kernel *k = kernel_get();
    const kernel_sets *sets = &program->sets[phase];
    uint64_t *streams = stream_of(window, phase == BIT_FIRST ? 0 : (uint16_t)program->sets[BIT_FIRST].n_sets);
    size_t whole = text->n_bytes / 64 < n_words ? text->n_bytes / 64 : n_words;
    if (whole > first)
        k->set_masks(streams + first, STRIDE, text->bytes + first * 64, whole - first, sets);
    if (whole >= n_words)
        return;
    whole = whole > first ? whole : first;
    for (size_t i = 0; i < sets->n_sets; i++)
        memset(streams + i * STRIDE + whole, 0, (n_words - whole) * sizeof *streams);
    size_t n_rest = text->n_bytes > whole * 64 ? text->n_bytes - whole * 64 : 0;
    if (n_rest == 0)
        return;
    uint8_t rest[64] = {0};
    memcpy(rest, text->bytes + whole * 64, n_rest);
    k->set_masks(streams + whole, STRIDE, rest, 1, sets);
    for (size_t i = 0; i < sets->n_sets; i++)
        streams[i * STRIDE + whole] &= bits_below(n_rest);
}

static size_t whole_steps(size_t n_words) {
    return (n_words + KERNEL_STREAM_STEP - 1) / KERNEL_STREAM_STEP * KERNEL_STREAM_STEP;
}

/* Makes the first masks, as far as matches may reach that begin in the window or in the next ones, which are noted, and
 * one byte more. False: that is too far. */
static bool make_first_masks(bits_window *window, const bit_program *program, const window_text *text) {
    size_t n_last = text->n_bytes / 64 + 1; /* with the place at the end of the subject */
    window->n_words = whole_steps(n_last < BITS_WORDS ? n_last : BITS_WORDS);
    if (program->is_bounded) {
        size_t n_words = BITS_WORDS + program->n_most_bytes / 64 + 1;
        window->n_words = whole_steps(n_words < n_last ? n_words : n_last);
    }
    make_masks(window, program, BIT_FIRST, text, 0, window->n_words);
    if (program->is_bounded || n_last <= BITS_WORDS)
        return true;
    const uint64_t *inside = stream_of(window, program->own_sets[BIT_SET_INSIDE]);
    while (window->n_words < MOST_WORDS) {
        size_t i = window->n_words;
        window->n_words += KERNEL_STREAM_STEP;
        make_masks(window, program, BIT_FIRST, text, i, window->n_words);
        for (; i < window->n_words; i++)
            if (inside[i] != UINT64_MAX) {
                window->n_next = program->has_loops ? 0 : i / BITS_WORDS - 1;
                return true;
            }
    }
    return false;
}

static bool is_in_set(const bit_program *program, size_t number, uint8_t byte) {
    size_t n_first = program->sets[BIT_FIRST].n_sets, i = number < n_first ? number : number - n_first;
    const kernel_sets *sets = &program->sets[number < n_first ? BIT_FIRST : BIT_THEN];
    return sets->groups[i / KERNEL_SET_GROUP][byte] >> i % KERNEL_SET_GROUP & 1;
}

/* What the streams of sets that look back have to know of the byte before the window. Beyond ASCII it is strange, also
 * as a part of a character of two bytes: that costs a question to PCRE2 a window at most. */
static void set_words_before(bits_window *window, const bit_program *program, const window_text *text) {
    static const bit_set looked_back_at[] = {BIT_SET_WORD, BIT_SET_LINE_END, BIT_SET_CR, BIT_SET_STRANGE};
    for (size_t i = 0; i < sizeof looked_back_at / sizeof *looked_back_at; i++) {
        uint16_t set = program->own_sets[looked_back_at[i]];
        uint64_t is_in = text->before >= 0 && is_in_set(program, set, (uint8_t)text->before);
        stream_of(window, set)[-1] = is_in << 63;
    }
}

/* Lines end at the end of the subject, and begin at its begin; but none begins at its end. */
static void make_line_begins(bits_window *window, const bit_program *program, const window_text *text) {
    uint64_t *ends = stream_of(window, program->own_sets[BIT_SET_LINE_END]);
    uint64_t *begins = stream_of(window, program->line_begins);
    if (text->before < 0)
        ends[-1] = UINT64_C(1) << 63;
    kernel_get()->streams[KERNEL_STREAM_BEHIND](begins, ends, NULL, NULL, 0, window->n_words);
    if (text->n_places < window->n_words * 64) {
        uint64_t end = UINT64_C(1) << text->n_places % 64;
        ends[text->n_places / 64] |= end;
        begins[text->n_places / 64] &= ~end;
    }
}

/* --- characters of two bytes ------------------------------------------------------------------------------------- */

static uint64_t *pair_stream(const bits_window *window, size_t which) {
    return window->pairs + which * STRIDE;
}

/* Puts the characters into the masks and marks their first bytes. No byte behind the subject is read. */
static void mark_pairs(const bits_window *window, const bit_program *program, const window_text *text,
                       uint64_t *leads) {
    const kernel *k = kernel_get();
    size_t whole = (text->n_bytes - 1) / 64 < window->n_words ? (text->n_bytes - 1) / 64 : window->n_words;
    uint64_t *streams = stream_of(window, 0);
    k->pair_set_masks(streams, STRIDE, leads, text->bytes, whole, &program->pairs);
    if (whole == window->n_words)
        return;
    uint8_t rest[64 + 1] = {0};
    memcpy(rest, text->bytes + whole * 64, text->n_bytes - whole * 64);
    memset(leads + whole, 0, (window->n_words - whole) * sizeof *leads);
    k->pair_set_masks(streams + whole, STRIDE, leads + whole, rest, 1, &program->pairs);
}

/* Marks all bytes but the second ones, also of one that begins before the window. False when there are none.
 * The masks go on behind the streams to the end of the window. */
static bool mark_kept(bits_window *window, const window_text *text) {
    uint64_t *kept = pair_stream(window, KEPT), any = 0;
    uint64_t carried = text->before >= 0 && utf8_is_pair((uint8_t)text->before, text->bytes[0]);
    size_t i = 0;
    for (; i < window->n_words; i++) {
        uint64_t leads = kept[i];
        kept[i] = ~(leads << 1 | carried);
        carried = leads >> 63;
        any |= ~kept[i];
    }
    for (; i < BITS_WORDS; i++)
        kept[i] = UINT64_MAX;
    if (any)
        kernel_get()->running_counts(pair_stream(window, N_KEPT_BEFORE), kept, i);
    return any;
}

/* The place of a byte in the streams. */
static size_t place_of(const bits_window *window, size_t byte) {
    uint64_t before = pair_stream(window, KEPT)[byte / 64] & bits_below(byte % 64);
    return pair_stream(window, N_KEPT_BEFORE)[byte / 64] + kernel_get()->count_bits(&before, 1);
}

/* The byte at a place that is not before another byte. */
static size_t byte_of(const bits_window *window, size_t place, size_t from) {
    const uint64_t *kept = pair_stream(window, KEPT), *n_before = pair_stream(window, N_KEPT_BEFORE);
    size_t i = from / 64;
    while (n_before[i + 1] <= place)
        i++;
    const uint64_t one[2] = {UINT64_C(1) << (place - n_before[i]), 0};
    uint64_t bit;
    kernel_get()->spread(&bit, one, kept + i, 1);
    return i * 64 + (size_t)__builtin_ctzll(bit);
}

/* Makes the places of all sets' streams characters. False, and they stay bytes, where there are few of two bytes. */
static bool squeeze_pairs(bits_window *window, const bit_program *program, window_text *text) {
    const kernel *k = kernel_get();
    size_t n_words = window->n_words, n_sets = program->pairs.n_sets;
    const uint64_t *strange = stream_of(window, program->own_sets[BIT_SET_STRANGE]);
    if (!has_any(strange, n_words) || k->count_bits(strange, n_words) <= FEW_STRANGE)
        return false;
    mark_pairs(window, program, text, pair_stream(window, KEPT));
    if (!mark_kept(window, text))
        return false;
    for (size_t i = 0; i < n_sets; i++)
        k->squeeze(stream_of(window, (uint16_t)i), pair_stream(window, KEPT), n_words);
    size_t n_needed = whole_steps(pair_stream(window, N_KEPT_BEFORE)[n_words] / 64 + 1);
    text->n_places = text->n_bytes < n_words * 64 ? place_of(window, text->n_bytes) : SIZE_MAX;
    window->n_words = n_needed < n_words ? n_needed : n_words;
    window->n_byte_words = n_words;
    return true;
}

/* From places to bytes. */
static void spread_pairs(const bits_window *window, uint64_t words[BITS_WORDS]) {
    uint64_t places[BITS_WORDS + 1];
    memcpy(places, words, BITS_WORDS * sizeof *words);
    places[BITS_WORDS] = 0;
    kernel_get()->spread(words, places, pair_stream(window, KEPT), BITS_WORDS);
}

/* Takes the second bytes with the first ones. */
static void add_seconds(const bits_window *window, uint64_t words[BITS_WORDS]) {
    const uint64_t *kept = pair_stream(window, KEPT);
    uint64_t carried = 0;
    for (size_t i = 0; i < BITS_WORDS; i++) {
        uint64_t bits = words[i];
        words[i] |= (bits << 1 | carried) & ~kept[i];
        carried = bits >> 63;
    }
}

/* --- steps ------------------------------------------------------------------------------------------------------- */

static bool add_stream(uint64_t *to, const uint64_t *from, size_t n_words) {
    uint64_t is_new = 0;
    for (size_t i = 0; i < n_words; i++) {
        is_new |= from[i] & ~to[i];
        to[i] |= from[i];
    }
    return is_new != 0;
}

static bool run_steps(bits_window *window, const bit_program *program, size_t first, size_t n_steps,
                      unsigned *n_rounds);

/* A loop within it starts afresh in each round. False when there are too many. */
static bool run_loop(bits_window *window, const bit_program *program, size_t at, unsigned *n_rounds) {
    const bit_step *loop = &program->steps[at];
    uint64_t *head = stream_of(window, loop->to);
    memcpy(head, stream_of(window, loop->a), window->n_words * sizeof *head);
    do {
        if (++*n_rounds > MOST_ROUNDS || !run_steps(window, program, at + 1, loop->n_inner, n_rounds))
            return false;
    } while (add_stream(head, stream_of(window, loop->b), window->n_words));
    return true;
}

static bool run_steps(bits_window *window, const bit_program *program, size_t first, size_t n_steps,
                      unsigned *n_rounds) {
    kernel_stream_function *const *streams = kernel_get()->streams;
    for (size_t i = first; i < first + n_steps; i++) {
        const bit_step *step = &program->steps[i];
        if (step->n_inner > 0) {
            if (!run_loop(window, program, i, n_rounds))
                return false;
            i += step->n_inner;
            continue;
        }
        streams[step->op](stream_of(window, step->to), stream_of(window, step->a), stream_of(window, step->b),
                          stream_of(window, step->c), step->n_moved, window->n_words);
    }
    return true;
}

/* --- unsure places ----------------------------------------------------------------------------------------------- */

/* A place is unsure where a match may begin that sees a strange byte: one stands before the place, or behind it with no
 * breaker between. From other places PCRE2 goes the ways that the streams know, and no others. */
static bool add_strange(bits_window *window, const bit_program *program) {
    const uint64_t *inside = stream_of(window, program->own_sets[BIT_SET_INSIDE]);
    const uint64_t *first = stream_of(window, program->own_sets[BIT_SET_FIRST]);
    const uint64_t *strange = stream_of(window, program->own_sets[BIT_SET_STRANGE]);
    const uint64_t *may_begin = stream_of(window, program->may_begin);
    uint64_t reach[MOST_WORDS + KERNEL_STREAM_STEP];
    unsigned n_rounds = 0;
    if (!has_any(strange - 1, window->n_words + 1))
        return true;
    stream_of(window, program->own_sets[BIT_SET_STRANGE])[window->n_words] = 0;
    kernel_get()->streams[KERNEL_STREAM_REACH](reach, inside, strange, NULL, 0, window->n_words);
    size_t n_words = window->n_words < BITS_WORDS ? window->n_words : BITS_WORDS;
    for (size_t i = 0; i < n_words; i++) {
        uint64_t behind = strange[i] << 1 | strange[(ptrdiff_t)i - 1] >> 63;
        window->unsure[i] = (reach[i] | strange[i] | behind) & first[i];
    }
    if (!has_any(window->unsure, n_words))
        return true;
    if (!run_steps(window, program, program->n_steps, program->n_upper_steps, &n_rounds))
        return false;
    for (size_t i = 0; i < n_words; i++)
        window->unsure[i] &= may_begin[i];
    return true;
}

/* Line feeds of the word that stand behind a CR. */
static inline uint64_t crlf_word(const bits_window *window, const bit_program *program, size_t i) {
    const uint64_t *cr = stream_of(window, program->own_sets[BIT_SET_CR]);
    const uint64_t *lf = stream_of(window, program->own_sets[BIT_SET_LF]);
    return lf[i] & (cr[i] << 1 | cr[(ptrdiff_t)i - 1] >> 63);
}

static void add_crlf(bits_window *window, const bit_program *program) {
    size_t n_words = window->n_words < BITS_WORDS ? window->n_words : BITS_WORDS;
    for (size_t i = 0; i < n_words; i++)
        window->unsure[i] |= crlf_word(window, program, i);
}

/* Whether the next windows may have unsure places; what follows the breaker behind them counts, too. */
static bool is_next_unsure(const bits_window *window, const bit_program *program) {
    uint64_t any = 0;
    if (program->has_strange && has_any(stream_of(window, program->own_sets[BIT_SET_STRANGE]), window->n_words))
        return true;
    for (size_t i = 0; i < window->n_words && program->passes_over_crlf; i++)
        any |= crlf_word(window, program, i);
    return any != 0;
}

static uint64_t count_runs(const uint64_t words[BITS_WORDS]) {
    uint64_t begins[BITS_WORDS];
    begins[0] = words[0] & ~(words[0] << 1);
    for (size_t i = 1; i < BITS_WORDS; i++)
        begins[i] = words[i] & ~(words[i] << 1 | words[i - 1] >> 63);
    return kernel_get()->count_bits(begins, BITS_WORDS);
}

/* Whether PCRE2 is faster alone. Being asked costs it twice as much as a match that it finds without; what it finds
 * where nobody asks is saved, and so is the search through all the rest. */
static bool is_mostly_unsure(const bits_window *window) {
    enum { CHEAP_STRETCHES = 32, MOST_UNSURE_BYTES = BITS_WINDOW_BYTES / 2 };
    return kernel_get()->count_bits(window->unsure, BITS_WORDS) > MOST_UNSURE_BYTES ||
           count_runs(window->unsure) > CHEAP_STRETCHES + count_runs(window->begins) / 2;
}

/* --- a window ---------------------------------------------------------------------------------------------------- */

static void clear_behind(uint64_t words[BITS_WORDS], size_t n_bytes) {
    for (size_t i = n_bytes / 64; i < BITS_WORDS; i++)
        words[i] &= bits_below(n_bytes > i * 64 ? n_bytes - i * 64 : 0);
}

/* Whether what every match has is nowhere in sight; strange bytes may stand for anything. */
static bool is_without_factor(bits_window *window, const bit_program *program) {
    unsigned n_rounds = 0;
    if (program->factor == BITS_ALL)
        return false;
    (void)run_steps(window, program, 0, program->n_factor_steps, &n_rounds);
    return !has_any(stream_of(window, program->factor), window->n_words) &&
           !(program->has_strange && has_any(stream_of(window, program->own_sets[BIT_SET_STRANGE]), window->n_words));
}

/* The places in the window itself. */
static void take_window(bits_window *window, const bit_program *program) {
    const uint64_t *begins = stream_of(window, program->begins);
    for (size_t i = 0; i < BITS_WORDS; i++)
        window->begins[i] = window->is_without_factor ? 0 : begins[i] & ~window->unsure[i];
    if (window->has_pairs) {
        spread_pairs(window, window->begins);
        spread_pairs(window, window->unsure);
        add_seconds(window, window->unsure);
    }
    clear_behind(window->begins, window->n_text_bytes);
}

/* False: the whole window is unsure. */
static bool make_streams(bits_window *window, const bit_program *program, window_text *text) {
    size_t n_done = program->n_factor_steps;
    unsigned n_rounds = 0;
    window->has_unsure = window->has_pairs = false;
    if (!make_first_masks(window, program, text))
        return false;
    window->is_without_factor = is_without_factor(window, program);
    if (window->is_without_factor)
        return true;
    make_masks(window, program, BIT_THEN, text, 0, window->n_words);
    window->has_pairs = program->reads_pairs && squeeze_pairs(window, program, text);
    if (window->has_pairs)
        n_done = 0; /* the factor's streams may serve others, too */
    set_words_before(window, program, text);
    if (program->line_begins != BITS_ALL)
        make_line_begins(window, program, text);
    if (!run_steps(window, program, n_done, program->n_steps - n_done, &n_rounds))
        return false;
    if (program->has_strange && !add_strange(window, program))
        return false;
    if (program->passes_over_crlf)
        add_crlf(window, program);
    clear_behind(window->unsure, text->n_places);
    window->has_unsure = (program->has_strange || program->passes_over_crlf) && has_any(window->unsure, BITS_WORDS);
    if (window->n_next > 0 && (window->has_pairs || is_next_unsure(window, program)))
        window->n_next = 0;
    return true;
}

void bits_window_fill(bits_window *window, const bit_program *program, const uint8_t *subject, size_t n_subject_bytes,
                      size_t number) {
    size_t begin = number * BITS_WINDOW_BYTES, n_on = number - window->number;
    window_text text = {.bytes = subject + begin,
                        .n_bytes = n_subject_bytes - begin,
                        .n_places = n_subject_bytes - begin,
                        .before = begin > 0 ? subject[begin - 1] : -1};
    bool is_made = number > window->number && n_on <= window->n_next;
    window->number = number;
    window->n_text_bytes = text.n_bytes;
    if (window->has_unsure)
        memset(window->unsure, 0, sizeof window->unsure);
    if (is_made) {
        window->n_next -= n_on;
        window->n_words -= n_on * BITS_WORDS;
        window->n_words_before += n_on * BITS_WORDS;
        window->has_unsure = window->is_unsure = false;
        take_window(window, program);
        return;
    }
    window->n_next = window->n_words_before = 0;
    window->is_unsure = !make_streams(window, program, &text);
    if (!window->is_unsure) {
        take_window(window, program);
        window->is_unsure = window->has_unsure && is_mostly_unsure(window);
    }
    if (window->is_unsure) {
        memset(window->begins, 0, sizeof window->begins);
        memset(window->unsure, 0xFF, sizeof window->unsure);
        clear_behind(window->unsure, text.n_bytes);
        window->has_unsure = true;
        window->n_next = 0;
    }
}

static size_t begin_of(const bits_window *window) {
    return window->number * BITS_WINDOW_BYTES;
}

size_t bits_window_next(const bits_window *window, size_t position) {
    size_t from = position - begin_of(window);
    for (size_t i = from / 64; i < BITS_WORDS; i++, from = i * 64) {
        uint64_t bits = (window->begins[i] | window->unsure[i]) & ~bits_below(from % 64);
        if (bits)
            return begin_of(window) + i * 64 + (size_t)__builtin_ctzll(bits);
    }
    return begin_of(window) + BITS_WINDOW_BYTES;
}

size_t bits_window_next_unsure(const bits_window *window, size_t position) {
    size_t from = window->has_unsure ? position - begin_of(window) : BITS_WINDOW_BYTES;
    return begin_of(window) + next_bit(window->unsure, from, BITS_WORDS);
}

size_t bits_window_next_sure(const bits_window *window, size_t position) {
    size_t from = position - begin_of(window);
    for (size_t i = from / 64; i < BITS_WORDS; i++, from = i * 64) {
        uint64_t bits = ~window->unsure[i] & ~bits_below(from % 64);
        if (bits)
            return begin_of(window) + i * 64 + (size_t)__builtin_ctzll(bits);
    }
    return begin_of(window) + BITS_WINDOW_BYTES;
}

bool bits_window_is_unsure(const bits_window *window, size_t position) {
    return has_bit(window->unsure, position - begin_of(window));
}

/* --- ends -------------------------------------------------------------------------------------------------------- */

/* The end of the run of a set that a place is in, at most `most` places on. */
static inline size_t run_end(const uint64_t *set, size_t place, size_t most, size_t n_words) {
    size_t i = place / 64, last = most < n_words * 64 ? most : n_words * 64 - 1;
    uint64_t others = ~set[i] & ~bits_below(place % 64);
    while (others == 0 && i < last / 64)
        others = ~set[++i];
    size_t end = others ? i * 64 + (size_t)__builtin_ctzll(others) : last;
    return end < last ? end : last;
}

/* The last place of a stream at or before one, and after or at another, where there must be one. */
static inline size_t last_bit(const uint64_t *stream, size_t place, size_t least) {
    size_t i = place / 64;
    uint64_t bits = stream[i] & bits_below(place % 64 + 1);
    while (bits == 0 && i > least / 64)
        bits = stream[--i];
    return bits ? i * 64 + 63 - (size_t)__builtin_clzll(bits) : least;
}

static inline size_t walk_repeat(const bits_window *window, const bit_walk *walk, size_t place) {
    size_t least = place + walk->min;
    if (walk->is_lazy)
        return walk->stream == BITS_ALL ? least : next_bit(stream_of(window, walk->stream), least, window->n_words);
    size_t most = walk->max == SYNTAX_ENDLESS ? SIZE_MAX : place + walk->max;
    size_t end = run_end(stream_of(window, walk->set), place, most, window->n_words);
    if (walk->stream == BITS_ALL || has_bit(stream_of(window, walk->stream), end))
        return end;
    return last_bit(stream_of(window, walk->stream), end, least);
}

/* The end of the match that begins at a place of the streams. */
static inline size_t walk(const bits_window *window, const bit_program *program, size_t place) {
    size_t n_places = window->n_words * 64;
    for (uint16_t at = program->walk; program->walks[at].kind != BIT_WALK_END && place < n_places;) {
        const bit_walk *walk = &program->walks[at];
        at = walk->next;
        if (walk->kind == BIT_WALK_BYTES)
            place += walk->min;
        else if (walk->kind == BIT_WALK_REPEAT)
            place = walk_repeat(window, walk, place);
        else if (!has_bit(stream_of(window, walk->stream), place))
            at = walk->other;
    }
    return place;
}

/* The end of the match that begins at a byte of the window. Whatever another process does to the text meanwhile, it
 * stays in the subject. */
static inline size_t walk_to_end(const bits_window *window, const bit_program *program, size_t byte) {
    size_t end;
    if (window->has_pairs) {
        size_t n_known = pair_stream(window, N_KEPT_BEFORE)[window->n_byte_words];
        size_t place = walk(window, program, place_of(window, byte));
        end = place < n_known ? byte_of(window, place, byte) : window->n_text_bytes;
    } else {
        end = walk(window, program, byte);
    }
    return end < window->n_text_bytes ? end : window->n_text_bytes;
}

size_t bits_window_end(const bits_window *window, const bit_program *program, size_t begin) {
    return begin_of(window) + walk_to_end(window, program, begin - begin_of(window));
}

/* Only the begins in [from, to), which is not empty, and of a run of them, where is_run, only the first. */
static void take_begins(uint64_t taken[BITS_WORDS], const bits_window *window, bool is_run, size_t from, size_t to) {
    size_t first = from / 64, last = (to - 1) / 64;
    memcpy(taken, window->begins, BITS_WORDS * sizeof *taken);
    memset(taken, 0, first * sizeof *taken);
    memset(taken + last + 1, 0, (BITS_WORDS - last - 1) * sizeof *taken);
    taken[first] &= ~bits_below(from % 64);
    taken[last] &= bits_below(to - last * 64);
    if (!is_run)
        return;
    if (window->has_pairs)
        add_seconds(window, taken);
    for (size_t i = BITS_WORDS; --i > 0;)
        taken[i] &= ~(taken[i] << 1 | taken[i - 1] >> 63);
    taken[0] &= ~(taken[0] << 1);
}

static uint64_t count_begins(const bits_window *window, const bit_program *program, size_t *place, size_t before) {
    uint64_t taken[BITS_WORDS];
    take_begins(taken, window, program->is_run, *place, before);
    uint64_t n = kernel_get()->count_bits(taken, BITS_WORDS);
    if (n > 0)
        *place = walk_to_end(window, program, last_bit(taken, before - 1, 0));
    return n;
}

/* Where each match is the rest of a run of one set, all are found at once: a begin added to the run is carried to its
 * end, and clears what it passes. Returns how many words that takes; 0 where a run ends at a place at which the rest of
 * the pattern does not match. */
static size_t cover_runs(uint64_t covered[MOST_WORDS], const bits_window *window, const bit_program *program,
                         const uint64_t taken[BITS_WORDS]) {
    const bit_walk *walk = &program->walks[program->walk];
    const uint64_t *set = stream_of(window, walk->set);
    const uint64_t *then = walk->stream == BITS_ALL ? NULL : stream_of(window, walk->stream);
    uint64_t carry = 0, ends_elsewhere = 0;
    size_t i = 0;
    for (; i < window->n_words && (i < BITS_WORDS || carry); i++) {
        uint64_t begins = i < BITS_WORDS ? taken[i] : 0, sum = set[i] + begins, carried = sum + carry;
        carry = (sum < begins) | (carried < sum);
        covered[i] = set[i] & ~carried;
        ends_elsewhere |= then ? carried & ~set[i] & ~then[i] : 0;
    }
    return ends_elsewhere ? 0 : i;
}

static bool take_runs(const bits_window *window, const bit_program *program, size_t *place, size_t before,
                      thrum_range *ranges, uint64_t n_most, uint64_t *n_found) {
    uint64_t taken[BITS_WORDS], covered[MOST_WORDS];
    uint16_t edges[BITS_WINDOW_BYTES + 2 + KERNEL_EDGE_SLACK];
    take_begins(taken, window, program->is_run, *place, before);
    size_t n_words = cover_runs(covered, window, program, taken);
    if (n_words == 0)
        return false;
    uint64_t n = kernel_get()->edges(edges, covered, *place, n_words * 64) / 2, begin = begin_of(window);
    n = n < n_most ? n : n_most;
    for (uint64_t i = 0; i < n; i++)
        ranges[i] = (thrum_range){begin + edges[2 * i], begin + edges[2 * i + 1]};
    if (n > 0)
        *place = edges[2 * n - 1];
    *n_found = n;
    return true;
}

/* One after the other, where none begins inside another. */
static uint64_t take_separate(const bits_window *window, const bit_program *program, size_t *place, size_t before,
                              thrum_range *ranges, uint64_t n_most) {
    uint64_t taken[BITS_WORDS], n = 0, begin = begin_of(window);
    size_t n_fixed = window->has_pairs ? 0 : program->n_fixed;
    take_begins(taken, window, false, *place, before);
    for (size_t i = *place / 64; i < (before + 63) / 64; i++) {
        for (uint64_t bits = taken[i]; bits; bits &= bits - 1) {
            size_t found = i * 64 + (size_t)__builtin_ctzll(bits);
            if (n == n_most)
                return n;
            *place = n_fixed ? found + n_fixed : walk_to_end(window, program, found);
            ranges[n++] = (thrum_range){begin + found, begin + *place};
        }
    }
    return n;
}

/* One after the other. */
static uint64_t take_each(const bits_window *window, const bit_program *program, size_t *place, size_t before,
                          thrum_range *ranges, uint64_t n_most) {
    uint64_t n = 0, begin = begin_of(window);
    for (size_t i = *place / 64; n < n_most && i < (before + 63) / 64;) {
        uint64_t bits = window->begins[i] & bits_below(before - i * 64);
        if (*place > i * 64)
            bits &= *place - i * 64 < 64 ? ~bits_below(*place - i * 64) : 0;
        if (bits == 0) {
            i++;
            continue;
        }
        size_t found = i * 64 + (size_t)__builtin_ctzll(bits);
        *place = walk_to_end(window, program, found);
        if (ranges)
            ranges[n] = (thrum_range){begin + found, begin + *place};
        n++;
        i = *place / 64;
    }
    return n;
}

static uint64_t take(const bits_window *window, const bit_program *program, size_t *place, size_t before,
                     thrum_range *ranges, uint64_t n_most) {
    uint64_t n;
    if (*place >= before)
        return 0;
    if (!ranges && n_most >= BITS_WINDOW_BYTES && (program->is_separate || program->is_run))
        return count_begins(window, program, place, before);
    if (ranges && n_most >= LEAST_RUNS && program->takes_runs && !window->has_pairs &&
        take_runs(window, program, place, before, ranges, n_most, &n))
        return n;
    if (ranges && program->is_separate)
        return take_separate(window, program, place, before, ranges, n_most);
    return take_each(window, program, place, before, ranges, n_most);
}

uint64_t bits_window_matches(const bits_window *window, const bit_program *program, size_t *position, size_t before,
                             thrum_range *ranges, uint64_t n_most) {
    size_t begin = begin_of(window), place = *position - begin;
    uint64_t n = take(window, program, &place, before - begin, ranges, n_most);
    *position = begin + place;
    return n;
}
