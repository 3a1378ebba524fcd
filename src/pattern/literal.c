/* Which texts every match has, and where the match that has one may begin.
 *
 * Spelling. A part of the tree that stands for a few texts is spelled: "[Ss]herlock" is "Sherlock" and "sherlock",
 * "a(?:b|c)?" is "ab", "ac" and "a", in the order in which PCRE2 would try them. When the whole pattern can be spelled,
 * the texts are the pattern: of those that begin at a place the first one in the list is the match. This is done once
 * with case and once without, where "(?i:the)" is one text.
 *
 * The factor. Otherwise the tree is walked for parts that every match goes through, and runs of such parts are spelled
 * as far as possible; here what is between characters, such as "\b", may be left out, and without case a letter may
 * stand for both: each match still has one of the texts. The rarest wins.
 *
 * The bound. Say the part in front of the factor has `least` to `most` bytes, all of them in the set U. Then the match
 * with an occurrence at a place p
 *   - begins at or before p - least,
 *   - begins at or after p - most,
 *   - and everything from its begin to p is in U: it begins at or after the first byte of the run of U that ends at p.
 * Let first(p) be the greater one of the last two. For q > p, first(q) >= first(p): the run that ends at q either
 * begins with the one that ends at p, or between the two. So with occurrences taken from left to right, no match that
 * is still to come begins before first(p), and those that begin before p - least + 1 and have the factor at p are all
 * in between.
 *
 * Without a bound at all, where the front is endless and U is every byte, PCRE2 has to try each place up to the last
 * occurrence, and the search for the texts comes on top: such factors are refused.
 *
 * In Unicode mode a foreign character is any run of bytes beyond ASCII, so that all of them are in U. It is spelled
 * only where its spellings are known, with U+017F and U+212A among those of s and k; case without spellings is that of
 * a-z alone. Texts with such characters are never the whole pattern. */
#include "pattern/literal.h"

#include <stdlib.h>
#include <string.h>

#include "pattern/text_list.h"
#include "text/rarity.h"

enum {
    MOST_CHOICES = 16,  /* of a character, to be spelled */
    MOST_REPEATS = 256, /* of a part that is spelled */
    SHOWN_TEXTS = 8,
    SHOWN_BYTES = 40
};

/* What may stand in front of an occurrence, within the match. */
typedef struct front {
    size_t least, most;
    byte_set set;
} front;

typedef struct factor {
    text_list texts; /* none: there is no factor */
    front before;
    double rate;            /* occurrences a byte, by estimate */
    double cost;            /* to compare factors by */
    bool has_endless_front; /* of a factor that was refused for it */
} factor;

struct literal_search {
    literal_set *set;
    front before;
    bool may_be_before[256]; /* before.set, for many quick looks */
    bool is_all_before;
    size_t worth_bytes;
    double cost;
    bool is_whole;
    bool is_caseless;
    text_list texts;
};

/* --- spelling ----------------------------------------------------------------------------------------------------- */

typedef struct speller {
    bool is_caseless; /* letters are spelled a-z, for either case */
    bool is_exact;    /* the texts match where the part does, and nowhere else */
} speller;

static bool spell(const speller *sp, const syntax_node *node, text_list *to);

static bool is_letter(unsigned byte) {
    return (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
}

static bool spell_character(const speller *sp, const syntax_node *node, text_list *to) {
    if (node->may_be_foreign && (sp->is_exact || node->n_spellings == 0))
        return false;
    byte_set folded = {{0}};
    for (unsigned b = 0; b < 256; b++) {
        bool folds = sp->is_caseless && is_letter(b);
        if (!byte_set_has(&node->set, (uint8_t)b))
            continue;
        if (folds && sp->is_exact && !byte_set_has(&node->set, (uint8_t)(b ^ 0x20)))
            return false;
        byte_set_add(&folded, (uint8_t)(folds ? b | 0x20 : b));
    }
    for (unsigned b = 0; b < 256; b++) {
        const uint8_t byte = (uint8_t)b;
        if (byte_set_has(&folded, byte) && (to->n == MOST_CHOICES || !text_list_add(to, &byte, 1)))
            return false;
    }
    for (unsigned i = 0; i < node->n_spellings; i++)
        if (!text_list_add(to, node->spellings[i].bytes, node->spellings[i].n_bytes))
            return false;
    return node->n_text_bytes == 0 || text_list_add(to, node->text, node->n_text_bytes);
}

static bool spell_sequence(const speller *sp, const syntax_node *node, text_list *to) {
    bool ok = text_list_add(to, NULL, 0);
    for (const syntax_node *child = node->child; child && ok; child = child->next) {
        text_list spelled = {0};
        ok = spell(sp, child, &spelled) && text_list_cross(to, &spelled);
        text_list_release(&spelled);
    }
    return ok;
}

static bool spell_alternatives(const speller *sp, const syntax_node *node, text_list *to) {
    bool ok = true;
    for (const syntax_node *child = node->child; child && ok; child = child->next) {
        text_list spelled = {0};
        ok = spell(sp, child, &spelled) && text_list_join(to, &spelled);
        text_list_release(&spelled);
    }
    return ok;
}

/* What is tried for one repeat more or none: greedy "once more, or not", lazy the other way round. */
static bool spell_one_more(const text_list *once, bool is_lazy, text_list *rest) {
    text_list more = {0}, made = {0};
    bool ok = text_list_join(&more, once) && text_list_cross(&more, rest);
    ok = ok && (!is_lazy || text_list_add(&made, NULL, 0)) && text_list_join(&made, &more);
    ok = ok && (is_lazy || text_list_add(&made, NULL, 0));
    text_list_release(&more);
    text_list_release(rest);
    *rest = made;
    return ok;
}

static bool spell_repeat(const speller *sp, const syntax_node *node, text_list *to) {
    if (node->max > MOST_REPEATS)
        return false;
    text_list once = {0}, rest = {0};
    bool ok = spell(sp, node->child, &once) && text_list_least_bytes(&once) > 0;
    bool has_choice = once.n > 1 || node->min != node->max;
    ok = ok && !(sp->is_exact && node->greed == SYNTAX_POSSESSIVE && has_choice);
    ok = ok && text_list_add(to, NULL, 0) && text_list_add(&rest, NULL, 0);
    for (uint32_t i = 0; i < node->min && ok; i++)
        ok = text_list_cross(to, &once);
    for (uint32_t i = node->min; i < node->max && ok; i++)
        ok = spell_one_more(&once, node->greed == SYNTAX_LAZY, &rest);
    ok = ok && text_list_cross(to, &rest);
    text_list_release(&once);
    text_list_release(&rest);
    return ok;
}

/* Makes an empty list the texts of a part, in the order in which they are tried; false when that cannot be done, with
 * anything in the list. */
static bool spell(const speller *sp, const syntax_node *node, text_list *to) {
    switch (node->kind) {
    case SYNTAX_CHARACTER:
        return spell_character(sp, node, to);
    case SYNTAX_SEQUENCE:
        return spell_sequence(sp, node, to);
    case SYNTAX_ALTERNATIVES:
        return spell_alternatives(sp, node, to);
    case SYNTAX_REPEAT:
        return spell_repeat(sp, node, to);
    case SYNTAX_ASSERTION:
        return !sp->is_exact && text_list_add(to, NULL, 0);
    }
    return false;
}

/* --- how good a factor is ----------------------------------------------------------------------------------------- */

static const double most_rate = 1.0 / 256;

static unsigned rarity_of(uint8_t byte, bool is_caseless) {
    unsigned rarity = byte_rarity[byte];
    if (is_caseless && is_letter(byte) && byte_rarity[byte ^ 0x20] < rarity)
        rarity = byte_rarity[byte ^ 0x20];
    return rarity;
}

/* Bytes of words keep to each other's company: a text is not as rare as the product of its bytes, but some power of it
 * (0.6, by counts of words and syllables in prose). */
static double text_rate(sieve_text text, bool is_caseless) {
    unsigned half_bits = 0;
    for (size_t i = 0; i < text.n_bytes && half_bits < 100; i++)
        half_bits += rarity_of(text.bytes[i], is_caseless);
    unsigned bits = text.n_bytes == 1 ? half_bits / 2 : half_bits * 3 / 10;
    return 1.0 / (double)(UINT64_C(1) << (bits < 40 ? bits : 40));
}

static double list_rate(const text_list *texts, bool is_caseless) {
    double sum = 0;
    for (size_t i = 0; i < texts->n; i++)
        sum += text_rate(text_list_get(texts, i), is_caseless);
    return sum;
}

/* Up to 8 texts have buckets of their own in the sieve. */
static double cost_of(const text_list *texts, double rate) {
    return texts->n <= 8 ? rate : texts->n <= 64 ? 4 * rate : 64 * rate;
}

/* --- the factor --------------------------------------------------------------------------------------------------- */

static size_t add(size_t a, size_t b) {
    return a > SIZE_MAX - b ? SIZE_MAX : a + b;
}

static void add_bytes(byte_set *set, const syntax_node *node) {
    if (node->kind == SYNTAX_CHARACTER)
        byte_set_add_all(set, &node->set);
    if (node->kind == SYNTAX_CHARACTER && (node->may_be_foreign || node->n_text_bytes > 0))
        set->words[2] = set->words[3] = UINT64_MAX;
    for (const syntax_node *child = node->child; child; child = child->next)
        add_bytes(set, child);
}

/* What stands in front of that which follows a part. */
static front front_behind(const front *before, const syntax_node *node) {
    front behind = {add(before->least, syntax_least_bytes(node)), add(before->most, syntax_most_bytes(node)),
                    before->set};
    add_bytes(&behind.set, node);
    return behind;
}

static void factor_release(factor *f) {
    text_list_release(&f->texts);
}

static bool is_full(const byte_set *set) {
    return (set->words[0] & set->words[1] & set->words[2] & set->words[3]) == UINT64_MAX;
}

/* Takes the texts, unless the factor at hand is better; the list is empty then. */
static void offer(const speller *sp, text_list *texts, const front *before, factor *best) {
    if (texts->n > 0 && text_list_least_bytes(texts) > 0) {
        double rate = list_rate(texts, sp->is_caseless), cost = cost_of(texts, rate);
        if (before->most == SIZE_MAX && is_full(&before->set)) {
            best->has_endless_front = best->has_endless_front || rate <= most_rate;
        } else if (best->texts.n == 0 || cost < best->cost) {
            factor_release(best);
            *best = (factor){*texts, *before, rate, cost, best->has_endless_front};
            *texts = (text_list){0};
        }
    }
    text_list_release(texts);
}

static void find_factor(const speller *sp, const syntax_node *node, const front *before, factor *best);

/* Texts that grow part by part. */
typedef struct text_run {
    text_list texts;
    front before;
} text_run;

/* Ends a run and begins the next one; false without memory. */
static bool begin_run(const speller *sp, text_run *run, const front *before, factor *best) {
    offer(sp, &run->texts, &run->before, best);
    run->before = *before;
    return text_list_add(&run->texts, NULL, 0);
}

/* Adds the texts of a part, or begins anew with them. */
static bool extend_run(const speller *sp, text_run *run, const text_list *spelled, const front *before, factor *best) {
    return text_list_cross(&run->texts, spelled) ||
           (begin_run(sp, run, before, best) && text_list_cross(&run->texts, spelled));
}

/* Two runs: one that takes all that can be spelled, and one of those parts only that have a single text. */
static void find_in_sequence(const speller *sp, const syntax_node *node, const front *before, factor *best) {
    front here = *before;
    text_run all = {.before = here}, plain = {.before = here};
    bool ok = begin_run(sp, &all, &here, best) && begin_run(sp, &plain, &here, best);
    for (const syntax_node *child = node->child; child && ok; child = child->next) {
        text_list spelled = {0};
        front behind = front_behind(&here, child);
        if (spell(sp, child, &spelled)) {
            ok =
                extend_run(sp, &all, &spelled, &here, best) &&
                (spelled.n == 1 ? extend_run(sp, &plain, &spelled, &here, best) : begin_run(sp, &plain, &behind, best));
        } else {
            find_factor(sp, child, &here, best);
            ok = begin_run(sp, &all, &behind, best) && begin_run(sp, &plain, &behind, best);
        }
        text_list_release(&spelled);
        here = behind;
    }
    offer(sp, &all.texts, &all.before, best);
    offer(sp, &plain.texts, &plain.before, best);
}

/* A match goes through one of the alternatives: the texts of all of them together. */
static void find_in_alternatives(const speller *sp, const syntax_node *node, const front *before, factor *best) {
    text_list texts = {0};
    front wide = *before;
    bool ok = true;
    wide.least = SIZE_MAX;
    for (const syntax_node *child = node->child; child && ok; child = child->next) {
        factor f = {0};
        find_factor(sp, child, before, &f);
        ok = f.texts.n > 0 && text_list_join(&texts, &f.texts);
        best->has_endless_front = best->has_endless_front || f.has_endless_front;
        wide.least = f.before.least < wide.least ? f.before.least : wide.least;
        wide.most = f.before.most > wide.most ? f.before.most : wide.most;
        byte_set_add_all(&wide.set, &f.before.set);
        factor_release(&f);
    }
    if (ok)
        offer(sp, &texts, &wide, best);
    text_list_release(&texts);
}

/* Betters the factor by those of a part that every match goes through. */
static void find_factor(const speller *sp, const syntax_node *node, const front *before, factor *best) {
    text_list spelled = {0};
    if (spell(sp, node, &spelled))
        offer(sp, &spelled, before, best);
    text_list_release(&spelled);
    if (node->kind == SYNTAX_SEQUENCE)
        find_in_sequence(sp, node, before, best);
    else if (node->kind == SYNTAX_ALTERNATIVES)
        find_in_alternatives(sp, node, before, best);
    else if (node->kind == SYNTAX_REPEAT && node->min > 0)
        find_factor(sp, node->child, before, best);
}

/* --- compiling ---------------------------------------------------------------------------------------------------- */

/* The better one of two factors; releases the other. */
static bool take_better(factor *found, factor *other, bool is_other_better) {
    factor_release(is_other_better ? found : other);
    if (is_other_better)
        *found = *other;
    return is_other_better;
}

/* PCRE2 may step over the place between CR and LF, depending on how the pattern has its line feeds. */
static bool may_begin_between(const text_list *texts, const thrum_pattern_options *options) {
    bool has_line_feed = false;
    for (size_t i = 0; i < texts->n && !options->literal; i++)
        has_line_feed = has_line_feed || text_list_get(texts, i).bytes[0] == '\n';
    return has_line_feed;
}

static factor spell_whole(const syntax_tree *tree, bool is_caseless, const thrum_pattern_options *options) {
    const speller exact = {is_caseless, true};
    text_list texts = {0};
    factor found = {0};
    if (spell(&exact, tree->root, &texts))
        offer(&exact, &texts, &(front){0}, &found);
    text_list_release(&texts);
    /* Single bytes that are everywhere are not for a search that makes something of each. */
    bool is_everywhere = found.texts.n > 0 && text_list_least_bytes(&found.texts) == 1 && found.rate > most_rate;
    if (is_everywhere || may_begin_between(&found.texts, options))
        factor_release(&found);
    return found;
}

static bool find_whole(const syntax_tree *tree, const thrum_pattern_options *options, bool *is_caseless,
                       factor *found) {
    factor other = spell_whole(tree, true, options);
    *found = spell_whole(tree, false, options);
    *is_caseless =
        take_better(found, &other, other.texts.n > 0 && (found->texts.n == 0 || other.texts.n < found->texts.n));
    return found->texts.n > 0;
}

static bool find_any(const syntax_tree *tree, bool *is_caseless, factor *found, const char **why_not) {
    factor other = {0};
    const speller with_case = {false, false}, without_case = {true, false};
    *found = other;
    find_factor(&with_case, tree->root, &(front){0}, found);
    find_factor(&without_case, tree->root, &(front){0}, &other);
    *why_not = found->has_endless_front || other.has_endless_front
                   ? "no bound on where a match before its rare text begins"
                   : "no rare text that every match has";
    *is_caseless = take_better(found, &other, other.texts.n > 0 && (found->texts.n == 0 || other.cost < found->cost));
    if (found->texts.n > 0 && found->rate > most_rate)
        factor_release(found);
    return found->texts.n > 0;
}

static literal_set *make_set(const text_list *texts, bool is_caseless) {
    sieve_text *all = malloc(texts->n * sizeof *all);
    if (!all)
        return NULL;
    for (size_t i = 0; i < texts->n; i++)
        all[i] = text_list_get(texts, i);
    literal_set *set =
        literal_set_create(all, texts->n, &(literal_set_options){.is_caseless = is_caseless, .kernel_ = kernel_get()});
    free(all);
    return set;
}

static void note_front(literal_search *made) {
    made->is_all_before = true;
    for (unsigned b = 0; b < 256; b++) {
        made->may_be_before[b] = byte_set_has(&made->before.set, (uint8_t)b);
        made->is_all_before = made->is_all_before && made->may_be_before[b];
    }
}

/* The prices: some 40 ns for a call of PCRE2 around an occurrence, 1 to 2 ns for a byte that PCRE2 passes without help.
 * It needs none where it looks for the same: one text that every match begins with, whose first byte is rare. And what
 * begins with ".*" passes whole lines at a time. */
static size_t worth_bytes(const literal_search *search) {
    enum { RARE = 16, FOR_PREFIX = 1024, FOR_LINE = 256, FOR_OTHERS = LITERAL_LEAST_WORTH_BYTES };
    const front *before = &search->before;
    if (before->most == 0 && search->texts.n == 1 &&
        rarity_of(text_list_get(&search->texts, 0).bytes[0], search->is_caseless) >= RARE)
        return FOR_PREFIX;
    bool has_all_visible = true;
    for (unsigned b = ' '; b < 0x7F; b++)
        has_all_visible = has_all_visible && search->may_be_before[b];
    return has_all_visible && before->most == SIZE_MAX ? FOR_LINE : FOR_OTHERS;
}

literal_search *literal_compile(const syntax_tree *tree, const thrum_pattern_options *options, const char **why_not) {
    factor found = {0};
    bool is_caseless = false;
    bool is_whole = find_whole(tree, options, &is_caseless, &found);
    if (!is_whole && !find_any(tree, &is_caseless, &found, why_not))
        return NULL;
    literal_search *made = calloc(1, sizeof *made);
    if (made) {
        *made = (literal_search){.set = make_set(&found.texts, is_caseless),
                                 .before = found.before,
                                 .cost = found.cost,
                                 .is_whole = is_whole,
                                 .is_caseless = is_caseless,
                                 .texts = found.texts};
        note_front(made);
        made->worth_bytes = worth_bytes(made);
        if (made->set)
            return made;
    }
    free(made);
    factor_release(&found);
    *why_not = "memory";
    return NULL;
}

void literal_free(literal_search *search) {
    if (!search)
        return;
    literal_set_free(search->set);
    text_list_release(&search->texts);
    free(search);
}

bool literal_is_whole(const literal_search *search) {
    return search->is_whole;
}

double literal_cost(const literal_search *search) {
    return search->cost;
}

static void describe_text(sieve_text text, thrum_buffer *buffer) {
    static const char digits[] = "0123456789abcdef";
    thrum_buffer_append_text(buffer, "\"");
    for (size_t i = 0; i < text.n_bytes && i < SHOWN_BYTES; i++) {
        uint8_t byte = text.bytes[i];
        if (byte < ' ' || byte == 0x7F)
            thrum_buffer_append(buffer, (char[]){'\\', 'x', digits[byte >> 4], digits[byte & 15]}, 4);
        else
            thrum_buffer_append(buffer, &byte, 1);
    }
    thrum_buffer_append_text(buffer, text.n_bytes > SHOWN_BYTES ? "...\"" : "\"");
}

void literal_describe(const literal_search *search, thrum_buffer *buffer) {
    size_t n = search->texts.n;
    for (size_t i = 0; i < n && i < SHOWN_TEXTS; i++) {
        thrum_buffer_append_text(buffer, i ? ", " : "");
        describe_text(text_list_get(&search->texts, i), buffer);
    }
    if (n > SHOWN_TEXTS) {
        thrum_buffer_append_text(buffer, " and ");
        thrum_buffer_append_number(buffer, n - SHOWN_TEXTS);
        thrum_buffer_append_text(buffer, " more");
    }
    thrum_buffer_append_text(buffer, search->is_caseless ? " in either case" : "");
}

/* --- the bound ---------------------------------------------------------------------------------------------------- */

const literal_set *literal_texts(const literal_search *search) {
    return search->set;
}

size_t literal_least_before(const literal_search *search) {
    return search->before.least;
}

size_t literal_most_before(const literal_search *search) {
    return search->before.most;
}

size_t literal_worth_bytes(const literal_search *search) {
    return search->worth_bytes;
}

size_t literal_first_begin(const literal_search *search, const uint8_t *subject, size_t place, size_t lowest) {
    const front *before = &search->before;
    if (before->most < place && place - before->most > lowest)
        lowest = place - before->most;
    size_t at = place;
    if (search->is_all_before)
        return lowest < place ? lowest : place;
    while (at > lowest && search->may_be_before[subject[at - 1]])
        at--;
    return at;
}
