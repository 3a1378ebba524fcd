/* From the tree of a pattern to a program of streams, from its end to its begin.
 *
 * A place in the pattern stands for all that comes behind it: the stream of the places in the text from which that can
 * match, and the walk that it would take. What stands before makes a new place of it:
 *
 *     a         and(a, moved by 1)                            a{n}      a run of n is a run of n/2 and one moved: log n
 *     a{0,n}    add 1, 2, 4 ... steps: log n                  a*        reach
 *     x|y       both from the same place, or-ed               (...){n}  unrolled
 *     \b        and(edges of the word characters)          (...)*    a loop
 *
 * The same step is never made twice. A match begins where the place before the whole pattern says.
 *
 * Before an endless repeat of a group stands what follows it, or the group and again what stands before the repeat. The
 * least stream of which that is true is found by a loop: it starts with what follows, and adds where the group leads to
 * what is there so far. A round is as long as the longest match has repeats. Every operation on the way only ever adds
 * places when places are added, so the loop ends, and with what PCRE2 would find. As every repeat takes a byte, the
 * walk, which goes in a circle, comes to its end too.
 *
 * Where strange bytes may be in a match, a second stream is made of the same tree, of the places at which a match may
 * begin whatever they are: an upper bound. A character that may be strange is there a byte of its set, or one to four
 * strange bytes or bytes of the set; a word's edge may be anywhere beside them; and what a possessive repeat must not
 * leave over may be left over. All that PCRE2 can do is among that, and every operation keeps what is among it among
 * it. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "pattern/bits_inside.h"

enum { MOST_CHARACTER_BYTES = 4 };

/* Bytes keep each other's company: a row of them may be ten times as frequent as the product of their shares, and a
 * window of two without one is wanted. */
static const double most_factor_rate = 1.0 / 20 / BITS_WINDOW_BYTES;

_Static_assert(MOST_CHARACTER_BYTES *BITS_MOST_REPEAT <= 2 * BITS_MOST_MOVED, "a repeat moves by half its length");

typedef struct place {
    uint16_t stream, walk;
} place;

/* Characters of one or two bytes. */
typedef struct letter_set {
    byte_set bytes;
    pair_set pairs;
} letter_set;

/* A character of the pattern. What else it may be beyond ASCII only PCRE2 knows. */
typedef struct character {
    letter_set set;
    bool may_be_foreign, is_unknown;
} character;

/* A set with a stream of its own. That of a factor does not say which characters of two bytes it has: it is not looked
 * at where there are some. */
typedef struct known_set {
    letter_set set;
    bool is_of_factor;
} known_set;

typedef struct maker {
    bit_program *program;
    const char *why_not; /* the first reason; from then on nothing counts */
    bool is_unicode;
    thrum_newline newline;
    bit_phase rest;                  /* of the sets of which the first look has no need */
    known_set known[KERNEL_SETS];    /* by their streams */
    letter_set inside, first, later; /* of all characters; of those that may come first; of those that may not */
    letter_set word;                 /* of assertions */
    bool has_foreign, first_has_foreign;
    bool has_word_assertion, has_line_assertion;
    bool is_upper; /* the upper bound is made */
} maker;

static void refuse(maker *m, const char *why_not) {
    if (!m->why_not)
        m->why_not = why_not;
}

static byte_set set_of(const char *bytes) {
    byte_set set = {{0}};
    for (; *bytes; bytes++)
        byte_set_add(&set, (uint8_t)*bytes);
    return set;
}

static bool is_empty(const letter_set *set) {
    static const letter_set none;
    return memcmp(set, &none, sizeof none) == 0;
}

static letter_set common_to(const letter_set *a, const letter_set *b) {
    letter_set both;
    for (unsigned i = 0; i < 4; i++)
        both.bytes.words[i] = a->bytes.words[i] & b->bytes.words[i];
    for (unsigned i = 0; i < KERNEL_LEADS; i++)
        both.pairs.words[i] = a->pairs.words[i] & b->pairs.words[i];
    return both;
}

static bool is_part_of(const letter_set *part, const letter_set *whole) {
    letter_set both = common_to(part, whole);
    return memcmp(&both, part, sizeof both) == 0;
}

static void add_letters(letter_set *to, const letter_set *from) {
    byte_set_add_all(&to->bytes, &from->bytes);
    pair_set_add_all(&to->pairs, &from->pairs);
}

/* --- what the pattern is made of --------------------------------------------------------------------------------- */

/* A node that always matches one character is as good as a character: what it matches is added. */
static bool add_character(const syntax_node *node, character *to) {
    if (node->kind == SYNTAX_CHARACTER) {
        byte_set_add_all(&to->set.bytes, &node->set);
        to->may_be_foreign = to->may_be_foreign || node->may_be_foreign || node->n_text_bytes > 0;
        to->is_unknown = !syntax_add_pairs(&to->set.pairs, node) || to->is_unknown;
        return true;
    }
    if (node->kind == SYNTAX_SEQUENCE)
        return node->child && !node->child->next && add_character(node->child, to);
    if (node->kind != SYNTAX_ALTERNATIVES || !node->child)
        return false;
    for (const syntax_node *child = node->child; child; child = child->next)
        if (!add_character(child, to))
            return false;
    return true;
}

static bool as_character(const syntax_node *node, character *made) {
    *made = (character){0};
    return add_character(node, made);
}

static uint16_t add_set(maker *m, bit_phase phase, const letter_set *set, bool is_of_factor) {
    kernel_sets *sets = m->program->sets;
    size_t number = kernel_sets_add(&sets[phase], set->bytes.words);
    number += phase == BIT_FIRST ? 0 : sets[BIT_FIRST].n_sets;
    m->known[number] = (known_set){*set, is_of_factor};
    return (uint16_t)number;
}

/* The number of a set's stream, which is added to those of a phase where it is new. */
static uint16_t number_of_set(maker *m, bit_phase phase, const letter_set *set, bool is_of_factor) {
    const kernel_sets *sets = m->program->sets;
    for (size_t i = 0; i < sets[BIT_FIRST].n_sets + sets[BIT_THEN].n_sets; i++) {
        known_set *known = &m->known[i];
        if (memcmp(&known->set.bytes, &set->bytes, sizeof set->bytes) != 0)
            continue;
        if (known->is_of_factor && !is_of_factor)
            *known = (known_set){*set, false};
        if (is_of_factor || memcmp(&known->set.pairs, &set->pairs, sizeof set->pairs) == 0)
            return (uint16_t)i;
    }
    return add_set(m, phase, set, is_of_factor);
}

static void survey_character(maker *m, const character *c, bool may_be_first, bool may_be_later) {
    if (is_empty(&c->set))
        refuse(m, "characters of more than two bytes");
    m->program->needs_pairs = m->program->needs_pairs || byte_set_is_empty(&c->set.bytes);
    if (c->is_unknown)
        refuse(m, "a letter whose cases are not known");
    add_letters(&m->inside, &c->set);
    m->has_foreign = m->has_foreign || c->may_be_foreign;
    if (may_be_first) {
        add_letters(&m->first, &c->set);
        m->first_has_foreign = m->first_has_foreign || c->may_be_foreign;
    }
    if (may_be_later)
        add_letters(&m->later, &c->set);
}

static void survey_assertion(maker *m, const syntax_node *node) {
    if (node->assertion == SYNTAX_LINE_BEGIN || node->assertion == SYNTAX_LINE_END) {
        m->has_line_assertion = true;
        return;
    }
    m->has_word_assertion = true;
    m->word.bytes = set_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    if (node->pairs)
        m->word.pairs = *node->pairs;
    else if (m->is_unicode)
        refuse(m, "memory");
}

static void survey(maker *m, const syntax_node *node, bool may_be_first, bool may_be_later) {
    character c;
    size_t n_children = 0;
    if (m->why_not)
        return;
    if (as_character(node, &c)) {
        survey_character(m, &c, may_be_first, may_be_later);
        return;
    }
    switch (node->kind) {
    case SYNTAX_ASSERTION:
        survey_assertion(m, node);
        break;
    case SYNTAX_REPEAT:
        if (node->max > 0)
            survey(m, node->child, may_be_first, may_be_later || node->max > 1);
        break;
    default:
        for (const syntax_node *child = node->child; child; child = child->next) {
            if (++n_children > BITS_STEPS)
                refuse(m, "too many parts");
            survey(m, child, may_be_first, may_be_later);
            if (node->kind == SYNTAX_ALTERNATIVES)
                continue;
            may_be_first = may_be_first && syntax_least_bytes(child) == 0;
            may_be_later = may_be_later || syntax_most_bytes(child) > 0;
        }
    }
}

/* Numbers the sets of all characters. */
static void add_character_sets(maker *m, const syntax_node *node) {
    character c;
    if (as_character(node, &c)) {
        if (m->program->sets[BIT_FIRST].n_sets + m->program->sets[BIT_THEN].n_sets >= BITS_SETS)
            refuse(m, "too many sets of characters");
        else
            number_of_set(m, m->rest, &c.set, false);
        return;
    }
    for (const syntax_node *child = node->child; child && !m->why_not; child = child->next)
        add_character_sets(m, child);
}

static const byte_set beyond_ascii = {{0, 0, UINT64_MAX, UINT64_MAX}};

/* What the program itself needs: the sets, and which of them. */
static void survey_own_sets(maker *m, letter_set sets[BIT_SETS], bool is_needed[BIT_SETS]) {
    bit_program *made = m->program;
    bool may_be_cr = m->newline == THRUM_NEWLINE_CRLF; /* "." then takes some of them, and not others */
    memset(sets, 0, BIT_SETS * sizeof *sets);
    sets[BIT_SET_WORD] = m->word;
    sets[BIT_SET_LINE_END].bytes = set_of(m->newline == THRUM_NEWLINE_LF ? "\n" : "\n\r");
    sets[BIT_SET_CR].bytes = set_of("\r");
    sets[BIT_SET_LF].bytes = set_of("\n");
    sets[BIT_SET_INSIDE] = m->inside;
    sets[BIT_SET_FIRST] = m->first;
    if (m->is_unicode && (m->has_foreign || m->has_word_assertion))
        sets[BIT_SET_STRANGE].bytes = beyond_ascii;
    if (may_be_cr)
        byte_set_add(&sets[BIT_SET_STRANGE].bytes, '\r');
    if (m->has_foreign)
        byte_set_add_all(&sets[BIT_SET_INSIDE].bytes, &beyond_ascii);
    if (m->first_has_foreign)
        byte_set_add_all(&sets[BIT_SET_FIRST].bytes, &beyond_ascii);
    made->has_strange = !is_empty(&sets[BIT_SET_STRANGE]);
    made->reads_pairs = m->is_unicode && made->has_strange;
    made->passes_over_crlf = m->newline != THRUM_NEWLINE_LF && byte_set_has(&m->first.bytes, '\n');
    is_needed[BIT_SET_WORD] = m->has_word_assertion;
    is_needed[BIT_SET_LINE_END] = m->has_line_assertion;
    is_needed[BIT_SET_CR] = is_needed[BIT_SET_LF] = made->passes_over_crlf;
    is_needed[BIT_SET_STRANGE] = is_needed[BIT_SET_FIRST] = made->has_strange;
    is_needed[BIT_SET_INSIDE] = made->has_strange || !made->is_bounded;
}

static uint16_t number_of_factor_set(maker *m, const byte_set *bytes) {
    letter_set set = {.bytes = *bytes};
    return number_of_set(m, BIT_FIRST, &set, true);
}

/* Numbers all sets. What a factor is found by, how far a window reaches and whether it has strange bytes is known
 * first; without a factor all is needed anyway, and made at once. The program's own may be the pattern's, but for line
 * ends, whose stream gets a bit more. */
static void add_sets(maker *m, const syntax_node *root, const bits_factor *factor) {
    bit_program *made = m->program;
    letter_set sets[BIT_SETS];
    bool is_needed[BIT_SETS];
    survey_own_sets(m, sets, is_needed);
    m->rest = factor->n > 0 ? BIT_THEN : BIT_FIRST;
    for (size_t i = 0; i < factor->n; i++)
        number_of_factor_set(m, &factor->sets[i]);
    for (bit_set i = BIT_SET_STRANGE; i <= BIT_SET_INSIDE; i++)
        if (is_needed[i])
            made->own_sets[i] = number_of_set(m, BIT_FIRST, &sets[i], false);
    add_character_sets(m, root);
    for (bit_set i = 0; i < BIT_SET_LINE_END; i++)
        if (is_needed[i])
            made->own_sets[i] = number_of_set(m, m->rest, &sets[i], false);
    if (is_needed[BIT_SET_LINE_END])
        made->own_sets[BIT_SET_LINE_END] = add_set(m, m->rest, &sets[BIT_SET_LINE_END], false);
    made->n_streams = made->sets[BIT_FIRST].n_sets + made->sets[BIT_THEN].n_sets;
    for (size_t i = 0; i < made->n_streams && made->reads_pairs; i++)
        kernel_pair_sets_add(&made->pairs, m->known[i].set.pairs.words);
}

/* --- steps and walks --------------------------------------------------------------------------------------------- */

static uint16_t add_stream(maker *m) {
    if (m->program->n_streams == (m->is_upper ? 2 * BITS_STREAMS : BITS_STREAMS)) {
        refuse(m, "too many parts");
        return 0;
    }
    return (uint16_t)m->program->n_streams++;
}

static bit_step *new_step(maker *m) {
    bit_program *made = m->program;
    if (made->n_steps == (m->is_upper ? 2 * BITS_STEPS : BITS_STEPS))
        refuse(m, "too many parts");
    return m->why_not ? NULL : &made->steps[made->n_steps++];
}

static uint16_t add_step(maker *m, kernel_stream op, uint16_t a, uint16_t b, uint16_t c, size_t n_moved) {
    bit_program *made = m->program;
    for (size_t i = 0; i < made->n_steps; i++) {
        const bit_step *step = &made->steps[i];
        if (step->op == op && step->a == a && step->b == b && step->c == c && step->n_moved == n_moved &&
            step->n_inner == 0)
            return step->to;
    }
    bit_step *step = new_step(m);
    if (!step)
        return 0;
    *step = (bit_step){.op = op, .to = add_stream(m), .a = a, .b = b, .c = c, .n_moved = (uint16_t)n_moved};
    return step->to;
}

/* The upper bound is never walked on. */
static uint16_t add_walk(maker *m, bit_walk walk) {
    bit_program *made = m->program;
    if (m->is_upper)
        return 0;
    for (size_t i = 0; i < made->n_walks; i++) {
        const bit_walk *known = &made->walks[i];
        if (known->kind == walk.kind && known->is_lazy == walk.is_lazy && known->set == walk.set &&
            known->stream == walk.stream && known->next == walk.next && known->other == walk.other &&
            known->min == walk.min && known->max == walk.max)
            return (uint16_t)i;
    }
    if (made->n_walks == BITS_WALKS) {
        refuse(m, "too many parts");
        return 0;
    }
    made->walks[made->n_walks] = walk;
    return (uint16_t)made->n_walks++;
}

static uint16_t walk_bytes(maker *m, size_t n, uint16_t next) {
    const bit_walk *then = &m->program->walks[next];
    if (n == 0 || m->is_upper)
        return next;
    if (then->kind == BIT_WALK_BYTES)
        return add_walk(m, (bit_walk){.kind = BIT_WALK_BYTES, .min = (uint32_t)n + then->min, .next = then->next});
    return add_walk(m, (bit_walk){.kind = BIT_WALK_BYTES, .min = (uint32_t)n, .next = next});
}

static uint16_t moved_and(maker *m, uint16_t a, uint16_t b, size_t n_moved) {
    return b == BITS_ALL ? a : add_step(m, KERNEL_STREAM_AND, a, b, 0, n_moved);
}

static uint16_t either(maker *m, uint16_t a, uint16_t b) {
    if (a == BITS_ALL || b == BITS_ALL)
        return BITS_ALL;
    return a == b ? a : add_step(m, KERNEL_STREAM_ADD, a, a, b, 0);
}

/* The first way, and where it leads nowhere the other. */
static bit_walk walk_choice(place first, place other) {
    return (bit_walk){.kind = BIT_WALK_CHOICE, .stream = first.stream, .next = first.walk, .other = other.walk};
}

static place choice(maker *m, place first, place other) {
    bool is_one = first.stream == BITS_ALL || first.walk == other.walk;
    return (place){either(m, first.stream, other.stream), is_one ? first.walk : add_walk(m, walk_choice(first, other))};
}

/* A walk that is known only when others are that lead to it; it is like none of them. */
static uint16_t reserve_walk(maker *m) {
    return add_walk(m, (bit_walk){.kind = BIT_WALK_CHOICE, .stream = BITS_ALL, .next = (uint16_t)m->program->n_walks});
}

/* --- the nodes --------------------------------------------------------------------------------------------------- */

/* Where n bytes of a set stand: a run of n is two of half the length, which may have bytes in common. */
static uint16_t run_of(maker *m, uint16_t set, size_t n) {
    if (n == 1)
        return set;
    size_t half = (n + 1) / 2;
    uint16_t of_half = run_of(m, set, half);
    return add_step(m, KERNEL_STREAM_AND, of_half, of_half, 0, n - half);
}

/* From where up to n bytes of a set lead to a stream. */
static uint16_t up_to(maker *m, uint16_t set, size_t n, uint16_t stream) {
    if (stream == BITS_ALL)
        return BITS_ALL;
    for (size_t reached = 0; reached < n;) {
        size_t more = n - reached < reached + 1 ? n - reached : reached + 1;
        stream = add_step(m, KERNEL_STREAM_ADD, run_of(m, set, more), stream, stream, more);
        reached += more;
    }
    return stream;
}

static uint16_t endless_from(maker *m, uint16_t set, size_t min, uint16_t stream) {
    if (stream == BITS_ALL)
        return min == 0 ? BITS_ALL : run_of(m, set, min);
    uint16_t reach = add_step(m, KERNEL_STREAM_REACH, set, stream, 0, 0);
    if (min == 0)
        return either(m, reach, stream);
    return min == 1 ? reach : moved_and(m, run_of(m, set, min - 1), reach, min - 1);
}

/* From where min to max bytes of a set lead to a stream. */
static uint16_t run_before(maker *m, uint16_t set, size_t min, size_t max, uint16_t stream) {
    if (max == SIZE_MAX)
        return endless_from(m, set, min, stream);
    stream = up_to(m, set, max - min, stream);
    return min > 0 ? moved_and(m, run_of(m, set, min), stream, min) : stream;
}

/* The bytes that a character may consist of, and how many it may have at most. */
static uint16_t bytes_of(maker *m, const character *c, size_t *n_most) {
    uint16_t set = number_of_set(m, m->rest, &c->set, false);
    bool may_be_strange = c->may_be_foreign || m->newline == THRUM_NEWLINE_CRLF;
    *n_most = 1;
    if (!m->is_upper || !may_be_strange)
        return set;
    *n_most = MOST_CHARACTER_BYTES;
    return either(m, set, m->program->own_sets[BIT_SET_STRANGE]);
}

static place one_character(maker *m, const character *c, place behind) {
    size_t n_most;
    uint16_t bytes = bytes_of(m, c, &n_most);
    return (place){run_before(m, bytes, 1, n_most, behind.stream), walk_bytes(m, 1, behind.walk)};
}

static place repeat_character(maker *m, const syntax_node *repeat, const character *c, place behind) {
    size_t min = repeat->min, max = repeat->max, n_most;
    uint16_t set = bytes_of(m, c, &n_most);
    bool is_endless = max == SYNTAX_ENDLESS;
    if (min > BITS_MOST_REPEAT || (!is_endless && max > BITS_MOST_REPEAT)) {
        refuse(m, "a repeat of more than 512");
        return behind;
    }
    if (repeat->greed == SYNTAX_POSSESSIVE && min != max && behind.stream != BITS_ALL && !m->is_upper) {
        /* Without an end it stops where the run does, and nowhere before. */
        if (!is_endless)
            refuse(m, "a possessive repeat");
        behind.stream = add_step(m, KERNEL_STREAM_REMOVE, behind.stream, set, 0, 0);
    }
    place made = behind;
    made.stream = run_before(m, set, min, is_endless ? SIZE_MAX : max * n_most, behind.stream);
    if (min == max)
        made.walk = walk_bytes(m, min, behind.walk);
    else
        made.walk = add_walk(m, (bit_walk){.kind = BIT_WALK_REPEAT,
                                           .is_lazy = repeat->greed == SYNTAX_LAZY,
                                           .set = set,
                                           .stream = behind.stream,
                                           .next = behind.walk,
                                           .min = (uint32_t)min,
                                           .max = (uint32_t)max});
    return made;
}

static place before(maker *m, const syntax_node *node, place behind);

static place once_or_not(maker *m, const syntax_node *repeat, place once, place behind) {
    return repeat->greed == SYNTAX_LAZY ? choice(m, behind, once) : choice(m, once, behind);
}

static place several(maker *m, const syntax_node *node, uint32_t n, place behind) {
    for (uint32_t i = 0; i < n && !m->why_not; i++)
        behind = before(m, node, behind);
    return behind;
}

/* Where a match may end at the head, every place is one of its stream, and only the walk goes in a circle. */
static place endless_group(maker *m, const syntax_node *node, place behind) {
    bit_program *made = m->program;
    bool is_loop = behind.stream != BITS_ALL, is_lazy = node->greed == SYNTAX_LAZY;
    if (is_lazy && !is_loop)
        return several(m, node->child, node->min, behind);
    place head = {is_loop ? add_stream(m) : BITS_ALL, reserve_walk(m)};
    bit_step *loop = is_loop ? new_step(m) : NULL;
    size_t first = made->n_steps;
    place once = before(m, node->child, head);
    if (m->why_not)
        return behind;
    made->has_loops = made->has_loops || loop;
    if (loop)
        *loop = (bit_step){
            .to = head.stream, .a = behind.stream, .b = once.stream, .n_inner = (uint16_t)(made->n_steps - first)};
    if (!m->is_upper)
        made->walks[head.walk] = is_lazy ? walk_choice(behind, once) : walk_choice(once, behind);
    return node->min > 0 ? several(m, node->child, node->min - 1, once) : head;
}

static place repeat_group(maker *m, const syntax_node *node, place behind) {
    if (node->greed == SYNTAX_POSSESSIVE)
        refuse(m, "a possessive group");
    if (node->max == SYNTAX_ENDLESS)
        return endless_group(m, node, behind);
    place made = behind;
    for (uint32_t i = node->min; i < node->max && !m->why_not; i++)
        made = once_or_not(m, node, before(m, node->child, made), behind);
    return several(m, node->child, node->min, made);
}

static bool is_greedy_run(const syntax_node *node, character *c) {
    return node && node->kind == SYNTAX_REPEAT && node->max == SYNTAX_ENDLESS && node->greed == SYNTAX_GREEDY &&
           as_character(node->child, c);
}

/* Two greedy runs of a set behind one another are one: together they take as much as they can. */
static bool is_one_run(const syntax_node *first, const syntax_node *second) {
    character one, other;
    return is_greedy_run(first, &one) && is_greedy_run(second, &other) &&
           memcmp(&one.set, &other.set, sizeof one.set) == 0 && one.may_be_foreign == other.may_be_foreign &&
           first->min <= BITS_MOST_REPEAT && second->min <= BITS_MOST_REPEAT - first->min;
}

static place before_all(maker *m, const syntax_node *first, place behind) {
    if (!first)
        return behind;
    if (!is_one_run(first, first->next))
        return before(m, first, before_all(m, first->next, behind));
    syntax_node both = *first;
    both.min += first->next->min;
    both.next = first->next->next;
    return before_all(m, &both, behind);
}

static place before_any(maker *m, const syntax_node *first, place behind) {
    place made = before(m, first, behind);
    return first->next ? choice(m, made, before_any(m, first->next, behind)) : made;
}

/* Where words have an edge, or, beside strange bytes, may have one; `for_sure`, or are bound to. */
static uint16_t edges(maker *m, uint16_t word, bool for_sure) {
    uint16_t edges_ = add_step(m, KERNEL_STREAM_EDGES, word, 0, 0, 0), strange = m->program->own_sets[BIT_SET_STRANGE];
    if (!m->is_upper)
        return edges_;
    uint16_t beside = either(m, strange, add_step(m, KERNEL_STREAM_BEHIND, strange, 0, 0, 0));
    return for_sure ? add_step(m, KERNEL_STREAM_REMOVE, edges_, beside, 0, 0) : either(m, edges_, beside);
}

static place assertion(maker *m, syntax_assertion kind, place behind) {
    const bit_program *made = m->program;
    uint16_t word = made->own_sets[BIT_SET_WORD], stream = 0;
    bool is_negative = kind == SYNTAX_NO_WORD_BOUNDARY || kind == SYNTAX_NO_WORD_BEFORE || kind == SYNTAX_NO_WORD_AFTER;
    if (kind == SYNTAX_WORD_BOUNDARY || kind == SYNTAX_NO_WORD_BOUNDARY)
        stream = edges(m, word, is_negative);
    else if (kind == SYNTAX_NO_WORD_BEFORE)
        stream = add_step(m, KERNEL_STREAM_BEHIND, word, 0, 0, 0);
    else if (kind == SYNTAX_NO_WORD_AFTER)
        stream = word;
    else
        stream = kind == SYNTAX_LINE_BEGIN ? made->line_begins : made->own_sets[BIT_SET_LINE_END];
    if (!is_negative)
        behind.stream = moved_and(m, stream, behind.stream, 0);
    else if (behind.stream == BITS_ALL)
        behind.stream = add_step(m, KERNEL_STREAM_NOT, stream, 0, 0, 0);
    else
        behind.stream = add_step(m, KERNEL_STREAM_REMOVE, behind.stream, stream, 0, 0);
    return behind;
}

/* The place before a node, from the place behind it. */
static place before(maker *m, const syntax_node *node, place behind) {
    character c;
    if (m->why_not)
        return behind;
    if (as_character(node, &c))
        return one_character(m, &c, behind);
    switch (node->kind) {
    case SYNTAX_SEQUENCE:
        return before_all(m, node->child, behind);
    case SYNTAX_ALTERNATIVES:
        return node->child ? before_any(m, node->child, behind) : behind;
    case SYNTAX_REPEAT:
        if (node->max > 0 && as_character(node->child, &c))
            return repeat_character(m, node, &c, behind);
        return repeat_group(m, node, behind);
    default:
        return assertion(m, node->assertion, behind);
    }
}

/* --- what is known of the matches -------------------------------------------------------------------------------- */

/* Whether each match begins with an assertion that no word character stands before. */
static bool begins_behind_no_word(const syntax_node *node) {
    switch (node->kind) {
    case SYNTAX_ASSERTION:
        return node->assertion == SYNTAX_WORD_BOUNDARY || node->assertion == SYNTAX_NO_WORD_BEFORE;
    case SYNTAX_SEQUENCE:
        return node->child && begins_behind_no_word(node->child);
    case SYNTAX_REPEAT:
        return node->min > 0 && begins_behind_no_word(node->child);
    case SYNTAX_ALTERNATIVES:
        for (const syntax_node *child = node->child; child; child = child->next)
            if (!begins_behind_no_word(child))
                return false;
        return node->child != NULL;
    default:
        return false;
    }
}

/* No match begins inside another, either because no character that a match may begin with is a later one of any match;
 * or because all are word characters, and a match begins where none stands before: inside a match one does. */
static bool is_separate(const maker *m, const syntax_node *root) {
    letter_set common = common_to(&m->first, &m->later);
    return is_empty(&common) || (begins_behind_no_word(root) && is_part_of(&m->inside, &m->word));
}

/* The characters of every match; 0 when they vary. */
static size_t fixed_characters(const bit_program *made) {
    const bit_walk *walk = &made->walks[made->walk];
    return walk->kind == BIT_WALK_BYTES && made->walks[walk->next].kind == BIT_WALK_END ? walk->min : 0;
}

/* A match is a greedy repeat of a set without an end, whatever it asserts. */
static bool goes_to_end_of_run(const bit_program *made) {
    const bit_walk *walk = &made->walks[made->walk];
    return walk->kind == BIT_WALK_REPEAT && walk->max == SYNTAX_ENDLESS && !walk->is_lazy &&
           made->walks[walk->next].kind == BIT_WALK_END;
}

static bool is_within(const syntax_node *node, const character *whole) {
    character c;
    if (as_character(node, &c))
        return is_part_of(&c.set, &whole->set) && (whole->may_be_foreign || !c.may_be_foreign);
    for (const syntax_node *child = node->child; child; child = child->next)
        if (!is_within(child, whole))
            return false;
    return true;
}

/* A match takes all places behind it in one run of a set at which a match begins: it is a greedy endless repeat and a
 * rest that has no other characters. So it goes on in the run from the last place at which the rest matches, and before
 * that place all begins of the run are, without a gap. */
static bool takes_run_of_begins(const syntax_node *root) {
    const syntax_node *first = root;
    character c;
    while (first->kind == SYNTAX_SEQUENCE && first->child)
        first = first->child;
    return first->kind == SYNTAX_REPEAT && first->max == SYNTAX_ENDLESS && first->greed == SYNTAX_GREEDY &&
           as_character(first->child, &c) && is_within(root, &c);
}

/* Without room for the upper bound all is taken for possible that a match may begin with. */
static void make_upper(maker *m, const syntax_node *root) {
    bit_program *made = m->program;
    size_t n_steps = made->n_steps, n_streams = made->n_streams;
    m->is_upper = true;
    place begin = before(m, root, (place){BITS_ALL, 0});
    made->may_begin = m->why_not ? made->own_sets[BIT_SET_FIRST] : begin.stream;
    made->n_upper_steps = m->why_not ? 0 : made->n_steps - n_steps;
    made->n_steps = n_steps;
    made->n_streams = m->why_not ? n_streams : made->n_streams;
    m->why_not = NULL;
}

static void make(maker *m, const syntax_node *root) {
    bit_program *made = m->program;
    made->n_most_bytes = syntax_most_bytes(root);
    made->is_bounded = made->n_most_bytes <= BITS_MOST_BOUND;
    made->line_begins = BITS_ALL;
    if (syntax_least_bytes(root) == 0)
        refuse(m, "matches of the empty text");
    survey(m, root, true, false);
    if (m->has_line_assertion && m->newline == THRUM_NEWLINE_CRLF)
        refuse(m, "an assertion about line ends of two bytes");
    if (m->why_not)
        return;
    bits_factor factor = bits_factor_of(root, most_factor_rate);
    add_sets(m, root, &factor);
    if (m->has_line_assertion)
        made->line_begins = add_stream(m);
    made->factor = BITS_ALL;
    for (size_t i = factor.n; i-- > 0;)
        made->factor = moved_and(m, number_of_factor_set(m, &factor.sets[i]), made->factor, 1);
    made->n_factor_steps = made->n_steps;
    place end = {BITS_ALL, add_walk(m, (bit_walk){.kind = BIT_WALK_END})};
    place begin = before(m, root, end);
    made->begins = begin.stream;
    made->walk = begin.walk;
    if (m->why_not)
        return;
    made->n_fixed = fixed_characters(made);
    made->is_separate = is_separate(m, root);
    made->is_run = takes_run_of_begins(root);
    made->takes_runs = goes_to_end_of_run(made) && (made->is_separate || made->is_run);
    if (made->has_strange)
        make_upper(m, root);
}

bit_program *bits_compile(const syntax_tree *tree, const thrum_pattern_options *options, const char **why_not) {
    maker m = {.is_unicode = !options->bytes, .newline = options->newline};
    m.program = memory_own(1, sizeof *m.program);
    if (!m.program) {
        *why_not = "memory";
        return NULL;
    }
    make(&m, tree->root);
    if (!m.why_not)
        return m.program;
    *why_not = m.why_not;
    bits_free(m.program);
    return NULL;
}

bool bits_need_pairs(const bit_program *program) {
    return program->needs_pairs;
}

void bits_free(bit_program *program) {
    free(program);
}
