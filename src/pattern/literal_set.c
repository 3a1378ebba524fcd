/* The occurrences of some texts.
 *
 * A sieve finds the places at which one of them may begin. There the texts are looked up by their first four bytes, in
 * a table of hashes; those that share them stand side by side in one sorted array:
 *
 *     "abbe"   ->  abbess  abbey  abbeys          a subject "abbeyX" sorts behind abbey, before abbeys
 *     "abbo"   ->  abbot                          -> abbey, or a text that it begins with, is all that can be here
 *
 * A text that begins with another one that was given before it can never be told, and is dropped; so of the texts at a
 * place the longest is the one that was given first. Texts of fewer than four bytes have tables of their own; looking
 * starts with the longest. Cost: what the sieve costs, and 10 to 20 ns for a candidate, most of it because
 * nobody can foretell which text it will be.
 *
 * Where letters beyond ASCII have a case, the texts are folded, and what is not ASCII of the subject is folded view by
 * view into memory of its own and searched there; what is found is told at the places that it came from. */
#include "pattern/literal_set.h"

#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"

enum {
    PREFIX_BYTES = 4,
    KEY_BYTES = 8, /* behind the prefix */
    SCREEN_BYTES = 8,
    N_PAIRS = 65536,
    BLOCKS_AT_ONCE = 16,
    VIEW_BYTES = 2048, /* at which occurrences begin; and those behind that one may reach */
    VIEW_MOST_BYTES = VIEW_BYTES + UTF8_MAX_BYTES + CASE_FOLD_MOST_SHRINKING * LITERAL_MOST_FOLDED_BYTES,
    NO_ENTRY = UINT32_MAX
};

typedef struct entry {
    uint64_t key; /* the bytes behind the prefix, the first one highest, zeros behind the last */
    const uint8_t *bytes;
    uint32_t n_bytes;
    uint32_t text;
    uint32_t parent; /* the longest other entry that this one begins with, of at least PREFIX_BYTES; or NO_ENTRY */
} entry;

/* The entries that begin with the same PREFIX_BYTES, or the only one that has as many bytes. */
typedef struct slot {
    uint32_t prefix;
    uint32_t n_prefix_bytes; /* 0: no such slot */
    uint32_t first, n;
} slot;

struct literal_set {
    sieve sieve_;
    bool is_caseless, keeps_all;
    const case_fold *fold; /* NULL: none */
    size_t least_bytes, most_bytes;
    bool has_prefixes[PREFIX_BYTES + 1]; /* by their length */
    slot *slots;
    uint64_t *screens; /* of the entries with PREFIX_BYTES and more, by the hash of the prefix */
    unsigned shift;    /* of a hash, to index slots and screens */
    uint8_t *shorts;   /* what may be the third byte of shorter ones, b % 8, by the first two; NULL: there are none */
    size_t n_entries;
    entry *entries;
    uint8_t *bytes; /* of the texts */
};

/* The bytes at a place, as entries are compared with them. */
typedef struct sight {
    const uint8_t *bytes;
    size_t n_bytes;
    uint32_t prefix; /* zeros behind the end */
    uint64_t key;
    bool is_caseless;
} sight;

/* --- bytes -------------------------------------------------------------------------------------------------------- */

static inline uint8_t fold_byte(uint8_t byte) {
    return byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
}

/* Each byte of the word that is A-Z made a-z. */
static inline uint64_t fold_word(uint64_t word) {
    const uint64_t each = UINT64_C(0x0101010101010101), top = each << 7;
    uint64_t low = word & ~top;
    uint64_t upper = ((low + (0x80 - 'A') * each) ^ (low + (0x7F - 'Z') * each)) & ~word & top;
    return word | upper >> 2;
}

static inline uint32_t load_prefix(const uint8_t *bytes) {
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static inline uint64_t load_key(const uint8_t *bytes) {
    uint64_t key = 0;
    for (unsigned i = 0; i < KEY_BYTES; i++) /* compilers make one load and a swap of it */
        key |= (uint64_t)bytes[i] << (8 * (KEY_BYTES - 1 - i));
    return key;
}

static sight sight_of(const uint8_t *bytes, size_t n_bytes, bool is_caseless) {
    uint8_t rest[PREFIX_BYTES + KEY_BYTES] = {0};
    const uint8_t *whole = bytes;
    if (n_bytes < sizeof rest) {
        memcpy(rest, bytes, n_bytes);
        whole = rest;
    }
    sight s = {bytes, n_bytes, load_prefix(whole), load_key(whole + PREFIX_BYTES), is_caseless};
    if (is_caseless) {
        s.prefix = (uint32_t)fold_word(s.prefix);
        s.key = fold_word(s.key);
    }
    return s;
}

/* As memcmp, from an offset on; the entry is folded already. */
static int compare_bytes(const entry *e, const sight *s, size_t from, size_t to) {
    if (!s->is_caseless)
        return memcmp(e->bytes + from, s->bytes + from, to - from);
    for (size_t i = from; i < to; i++) {
        int difference = (int)e->bytes[i] - (int)fold_byte(s->bytes[i]);
        if (difference)
            return difference;
    }
    return 0;
}

/* --- looking up --------------------------------------------------------------------------------------------------- */

static inline size_t slot_index(const literal_set *set, uint32_t prefix, uint32_t n_prefix_bytes) {
    return (prefix + n_prefix_bytes) * UINT32_C(0x9E3779B1) >> set->shift;
}

static inline slot *find_slot(const literal_set *set, uint32_t prefix, uint32_t n_prefix_bytes) {
    size_t i = slot_index(set, prefix, n_prefix_bytes), last = UINT32_MAX >> set->shift;
    while (set->slots[i].n_prefix_bytes != 0 &&
           (set->slots[i].prefix != prefix || set->slots[i].n_prefix_bytes != n_prefix_bytes))
        i = (i + 1) & last;
    return &set->slots[i];
}

/* Whether an entry with the same prefix and the same key sorts behind what is there. */
static bool is_tail_behind(const entry *e, const sight *s) {
    const size_t n_known = PREFIX_BYTES + KEY_BYTES;
    if (e->n_bytes <= n_known)
        return false;
    if (s->n_bytes < n_known)
        return true;
    int order = compare_bytes(e, s, n_known, e->n_bytes < s->n_bytes ? e->n_bytes : s->n_bytes);
    return order > 0 || (order == 0 && e->n_bytes > s->n_bytes);
}

/* What of the key counts for a text of so many bytes. */
static inline uint64_t key_mask(size_t n_bytes) {
    size_t n = n_bytes > PREFIX_BYTES ? n_bytes - PREFIX_BYTES : 0;
    return n >= KEY_BYTES ? UINT64_MAX : ~(UINT64_MAX >> 8 * n);
}

/* Whether an entry with the same prefix is there. */
static inline bool is_there(const entry *e, const sight *s) {
    const size_t n_known = PREFIX_BYTES + KEY_BYTES;
    if (e->n_bytes > s->n_bytes)
        return false;
    if (((e->key ^ s->key) & key_mask(e->n_bytes)) != 0)
        return false;
    return e->n_bytes <= n_known || compare_bytes(e, s, n_known, e->n_bytes) == 0;
}

/* The longest of the entries with the prefix that is there, or NULL. */
static inline const entry *longest_there(const literal_set *set, const slot *group, const sight *s) {
    const entry *e = &set->entries[group->first];
    for (size_t n = group->n, half; n > 1; n -= half) {
        half = n / 2;
        bool is_behind = e[half].key > s->key;
        if (__builtin_expect(e[half].key == s->key, false))
            is_behind = is_tail_behind(e + half, s);
        e += is_behind ? 0 : half;
    }
    while (!is_there(e, s)) {
        if (e->parent == NO_ENTRY)
            return NULL;
        e = &set->entries[e->parent];
    }
    return e;
}

/* --- one place ---------------------------------------------------------------------------------------------------- */

/* Of those that are there the one that was given first and that the judge takes, or NULL. */
static const entry *first_taken(const literal_set *set, const entry *longest, size_t begin, const literal_judge *judge,
                                const entry *best) {
    for (const entry *e = longest;; e = &set->entries[e->parent]) {
        if ((!best || e->text < best->text) && judge->takes(judge->context, begin, begin + e->n_bytes))
            best = e;
        if (e->parent == NO_ENTRY)
            return best;
    }
}

/* The longest entry there, among those that have as many bytes as a prefix of n, or more if n is PREFIX_BYTES. */
static inline const entry *longest_behind(const literal_set *set, const sight *s, uint32_t n) {
    const uint32_t prefix = s->prefix & UINT32_MAX >> 8 * (PREFIX_BYTES - n);
    const slot *group = find_slot(set, prefix, n);
    if (group->n_prefix_bytes == 0)
        return NULL;
    return n < PREFIX_BYTES ? &set->entries[group->first] : longest_there(set, group, s);
}

static const entry *short_entry_at(const literal_set *set, const sight *s, size_t begin, const literal_judge *judge,
                                   const entry *best) {
    for (uint32_t n = PREFIX_BYTES - 1; n > 0; n--) {
        const entry *e = set->has_prefixes[n] && s->n_bytes >= n ? longest_behind(set, s, n) : NULL;
        if (e && !judge)
            return e;
        if (e)
            best = first_taken(set, e, begin, judge, best);
    }
    return best;
}

static inline const entry *entry_at(const literal_set *set, const uint8_t *subject, size_t n_subject_bytes,
                                    size_t begin, const literal_judge *judge) {
    const sight s = sight_of(subject + begin, n_subject_bytes - begin, set->is_caseless);
    const entry *e = set->has_prefixes[PREFIX_BYTES] ? longest_behind(set, &s, PREFIX_BYTES) : NULL;
    if (e && judge)
        e = first_taken(set, e, begin, judge, NULL);
    return set->shorts && (judge || !e) ? short_entry_at(set, &s, begin, judge, e) : e;
}

/* --- many places -------------------------------------------------------------------------------------------------- */

/* A screen knows of the entries whose prefixes have its hash: in its 16 bits from 16, 32 and 48 on, what b % 16 may be
 * of the second, third and fourth byte behind the prefix (the sieve has looked at the first); and 15 more bits of the
 * prefix, unless the lowest bit says that it is not a single one. A screen without entries lets nothing pass. */

static inline uint32_t screen_tag(uint32_t prefix) {
    return prefix * UINT32_C(0x85EBCA6B) >> 16 & 0xFFFE;
}

static inline uint64_t screen_bit(unsigned behind, uint8_t byte) {
    return UINT64_C(1) << (16 * behind + byte % 16);
}

/* 1 or 0. */
static inline uint32_t passes_screen(uint64_t screen, uint32_t prefix, uint32_t following) {
    uint32_t is_other = (((uint32_t)screen ^ screen_tag(prefix)) & 0xFFFE) != 0;
    uint64_t passed = screen >> (16 + (following >> 8 & 15)) & screen >> (32 + (following >> 16 & 15)) &
                      screen >> (48 + (following >> 24 & 15));
    return (uint32_t)passed & 1 & ((uint32_t)screen | (is_other ^ 1));
}

/* Whether an entry may be at a place with enough bytes behind it. In no case a branch, which would be foretold wrongly.
 */
static inline uint32_t may_be_at(const literal_set *set, const uint8_t *bytes) {
    uint32_t prefix = load_prefix(bytes), following = load_prefix(bytes + PREFIX_BYTES);
    if (set->is_caseless)
        prefix = (uint32_t)fold_word(prefix);
    uint32_t may_be = passes_screen(set->screens[slot_index(set, prefix, PREFIX_BYTES)], prefix, following);
    if (set->shorts)
        may_be |= set->shorts[prefix % N_PAIRS] >> (prefix >> 16 & 7) & 1;
    return may_be;
}

/* Writes down the candidates of some blocks but those that can be told at a glance to be none. */
static size_t screen_blocks(const literal_set *set, const literal_field *field, const sieve_block *blocks,
                            size_t n_blocks, size_t *places) {
    const literal_judge *judge = field->judge;
    size_t n = 0;
    for (size_t i = 0; i < n_blocks; i++) {
        const size_t place = blocks[i].place;
        const bool is_whole = field->n_subject_bytes - place >= SIEVE_BLOCK + SCREEN_BYTES;
        uint64_t left = blocks[i].candidates;
        if (judge && judge->may_begin)
            left &= judge->may_begin(judge->context, place);
        for (; left; left &= left - 1) {
            places[n] = place + (size_t)__builtin_ctzll(left);
            n += is_whole ? may_be_at(set, field->subject + places[n]) : 1;
        }
    }
    return n;
}

static size_t find_plain(const literal_set *set, const literal_field *field, size_t *from, literal_hit *hits,
                         size_t most) {
    size_t n_subject_bytes = field->n_subject_bytes, place = *from, n = 0;
    size_t n_places = n_subject_bytes >= set->least_bytes ? n_subject_bytes - set->least_bytes + 1 : 0;
    size_t end = field->end < n_places ? field->end : n_places;
    while (place < end && n < most) {
        sieve_block blocks[BLOCKS_AT_ONCE];
        size_t places[BLOCKS_AT_ONCE * SIEVE_BLOCK], next = place;
        size_t n_blocks = sieve_find(&set->sieve_, field->subject, n_subject_bytes, &next, end, blocks, BLOCKS_AT_ONCE);
        size_t n_left = screen_blocks(set, field, blocks, n_blocks, places);
        for (size_t i = 0; i < n_left && n < most; i++) {
            if (places[i] < place)
                continue;
            const entry *e = entry_at(set, field->subject, n_subject_bytes, places[i], field->judge);
            if (!e)
                continue;
            hits[n++] = (literal_hit){places[i], e->n_bytes, e->text};
            place = places[i] + (field->is_separate ? e->n_bytes : 1);
        }
        next = next < end ? next : end; /* the last block is looked at beyond it, but not told of */
        if (n < most && place < next)
            place = next;
    }
    *from = n < most && place < field->end ? field->end : place;
    return n;
}

/* --- folded ------------------------------------------------------------------------------------------------------- */

/* A part of a subject, folded. */
typedef struct view {
    const case_fold *fold;
    const literal_field *field; /* the subject's */
    size_t begin, end;          /* the part */
    bool has_shrunk;
    size_t *known_folded, *known; /* where the last occurrence begins, folded and in the subject */
} view;

/* Where an occurrence begins in the subject; one is seldom asked for before the last one. */
static size_t begin_of(const view *v, size_t folded) {
    if (!v->has_shrunk)
        return v->begin + folded;
    if (folded < *v->known_folded) {
        *v->known_folded = 0;
        *v->known = v->begin;
    }
    *v->known = case_fold_origin(v->fold, v->field->subject, v->end, *v->known, folded - *v->known_folded);
    *v->known_folded = folded;
    return *v->known;
}

static size_t end_of(const view *v, size_t begin, size_t n_folded) {
    return v->has_shrunk ? case_fold_origin(v->fold, v->field->subject, v->end, begin, n_folded) : begin + n_folded;
}

static bool view_takes(const void *context, size_t folded_begin, size_t folded_end) {
    const view *v = context;
    const literal_judge *judge = v->field->judge;
    size_t begin = begin_of(v, folded_begin);
    return judge->takes(judge->context, begin, end_of(v, begin, folded_end - folded_begin));
}

/* Finds those that begin before `end`, and moves *from to it or behind the last one. */
static size_t find_in_view(const literal_set *set, const literal_field *field, size_t *from, size_t end,
                           literal_hit *hits, size_t most) {
    uint8_t folded[VIEW_MOST_BYTES + CASE_FOLD_PAIRS_SLACK_BYTES];
    size_t known_folded = 0, known = *from, at = 0, n_ahead = CASE_FOLD_MOST_SHRINKING * set->most_bytes;
    view v = {.fold = set->fold,
              .field = field,
              .begin = *from,
              .end = field->n_subject_bytes - end > n_ahead ? end + n_ahead : field->n_subject_bytes,
              .known_folded = &known_folded,
              .known = &known};
    const uint8_t *bytes = field->subject + v.begin;
    size_t n_begins = end - v.begin, n_folded = v.end - v.begin;
    if (!case_fold_pairs(v.fold, bytes, n_folded, field->n_subject_bytes - v.begin, folded)) {
        n_begins = case_fold_bytes(v.fold, bytes, n_begins, folded);
        n_folded = n_begins + case_fold_bytes(v.fold, field->subject + end, v.end - end, folded + n_begins);
        v.has_shrunk = n_folded < v.end - v.begin;
    }
    const literal_judge judge = {.takes = view_takes, .context = &v};
    const literal_field inside = {.subject = folded,
                                  .n_subject_bytes = n_folded,
                                  .end = n_begins,
                                  .is_separate = field->is_separate,
                                  .judge = field->judge ? &judge : NULL};
    size_t n = find_plain(set, &inside, &at, hits, most);
    for (size_t i = 0; i < n; i++) {
        hits[i].begin = begin_of(&v, hits[i].begin);
        hits[i].n_bytes = (uint32_t)(end_of(&v, hits[i].begin, hits[i].n_bytes) - hits[i].begin);
    }
    *from = at == n_begins ? end : begin_of(&v, at);
    return n;
}

/* View by view. A subject's begin and the places behind occurrences are between characters, and so are the views' ends.
 */
static size_t find_folded(const literal_set *set, const literal_field *field, size_t *from, literal_hit *hits,
                          size_t most) {
    const kernel *kernel_ = kernel_get();
    const size_t n_subject_bytes = field->n_subject_bytes;
    size_t n = 0, last = field->end < n_subject_bytes ? field->end : n_subject_bytes;
    while (*from < last && n < most) {
        size_t end = last - *from > VIEW_BYTES ? *from + VIEW_BYTES : last;
        for (unsigned i = 1; i < UTF8_MAX_BYTES && end < n_subject_bytes && utf8_continues(field->subject[end]); i++)
            end++;
        size_t n_seen = end - *from + set->most_bytes, n_left = n_subject_bytes - *from;
        n_seen = n_seen < n_left ? n_seen : n_left;
        literal_field part = *field;
        part.end = end;
        if (kernel_->ascii_end(field->subject + *from, n_seen) == n_seen)
            n += find_plain(set, &part, from, hits + n, most - n);
        else
            n += find_in_view(set, field, from, end, hits + n, most - n);
    }
    if (n < most && *from < field->end)
        *from = field->end;
    return n;
}

size_t literal_set_find(const literal_set *set, const literal_field *field, size_t *from, literal_hit *hits,
                        size_t most) {
    return set->fold ? find_folded(set, field, from, hits, most) : find_plain(set, field, from, hits, most);
}

/* --- making ------------------------------------------------------------------------------------------------------- */

static int compare_entries(const void *a_, const void *b_) {
    const entry *a = a_, *b = b_;
    int order = memcmp(a->bytes, b->bytes, a->n_bytes < b->n_bytes ? a->n_bytes : b->n_bytes);
    if (order != 0)
        return order;
    if (a->n_bytes != b->n_bytes)
        return a->n_bytes < b->n_bytes ? -1 : 1;
    return a->text < b->text ? -1 : 1;
}

static bool begins_with(const entry *e, const entry *begin) {
    return begin->n_bytes <= e->n_bytes && memcmp(e->bytes, begin->bytes, begin->n_bytes) == 0;
}

/* Gives the sorted entries their parents, and drops those that are never told. */
static void link_entries(literal_set *set) {
    uint32_t n_kept = 0, parent = NO_ENTRY;
    for (size_t i = 0; i < set->n_entries; i++) {
        entry e = set->entries[i];
        while (parent != NO_ENTRY && !begins_with(&e, &set->entries[parent]))
            parent = set->entries[parent].parent;
        if (parent != NO_ENTRY) {
            const entry *before = &set->entries[parent];
            if (set->keeps_all ? before->n_bytes == e.n_bytes : before->text < e.text)
                continue;
        }
        e.parent = parent;
        parent = n_kept;
        set->entries[n_kept++] = e;
    }
    set->n_entries = n_kept;
}

static bool copy_texts(literal_set *set, const sieve_text *texts, size_t n_texts) {
    size_t n_bytes = 0;
    for (size_t i = 0; i < n_texts; i++)
        n_bytes += texts[i].n_bytes;
    set->bytes = malloc(n_bytes + PREFIX_BYTES + KEY_BYTES);
    set->entries = malloc(n_texts * sizeof *set->entries);
    if (!set->bytes || !set->entries)
        return false;
    uint8_t *to = set->bytes;
    set->least_bytes = SIZE_MAX;
    for (size_t i = 0; i < n_texts; i++) {
        size_t n = texts[i].n_bytes;
        if (set->fold)
            n = case_fold_bytes(set->fold, texts[i].bytes, n, to);
        else
            memcpy(to, texts[i].bytes, n);
        for (size_t k = 0; k < n && set->is_caseless; k++)
            to[k] = fold_byte(to[k]);
        sight s = sight_of(to, n, false);
        set->entries[i] = (entry){.key = s.key, .bytes = to, .n_bytes = (uint32_t)n, .text = (uint32_t)i};
        set->least_bytes = n < set->least_bytes ? n : set->least_bytes;
        set->most_bytes = n > set->most_bytes ? n : set->most_bytes;
        to += n;
    }
    set->n_entries = n_texts;
    return true;
}

static uint32_t n_prefix_bytes_of(const entry *e) {
    return e->n_bytes < PREFIX_BYTES ? e->n_bytes : PREFIX_BYTES;
}

static size_t count_prefixes(const literal_set *set) {
    size_t n = 0;
    for (size_t i = 0; i < set->n_entries; i++) {
        const entry *e = &set->entries[i], *before = i > 0 ? e - 1 : NULL;
        uint32_t n_bytes = n_prefix_bytes_of(e);
        n += !before || n_prefix_bytes_of(before) != n_bytes || memcmp(before->bytes, e->bytes, n_bytes) != 0;
    }
    return n;
}

static void admit_to_screen(uint64_t *screen, uint32_t prefix, const entry *e) {
    if (*screen == 0)
        *screen = screen_tag(prefix);
    else if ((*screen & 0xFFFE) != screen_tag(prefix))
        *screen |= 1;
    for (unsigned behind = 1; behind < SCREEN_BYTES - PREFIX_BYTES; behind++) {
        size_t at = PREFIX_BYTES + behind;
        *screen |= e->n_bytes > at ? screen_bit(behind, e->bytes[at]) : UINT64_C(0xFFFF) << 16 * behind;
    }
}

static void admit_short(literal_set *set, const entry *e) {
    uint32_t n_pairs = e->n_bytes == 1 ? 256 : 1, pair = e->bytes[0];
    if (e->n_bytes > 1)
        pair |= (uint32_t)e->bytes[1] << 8;
    for (uint32_t i = 0; i < n_pairs; i++)
        set->shorts[pair + 256 * i] |= e->n_bytes == 3 ? (uint8_t)(1u << e->bytes[2] % 8) : UINT8_MAX;
}

static bool fill_slots(literal_set *set) {
    const size_t n_prefixes = count_prefixes(set);
    unsigned bits = 4;
    while ((size_t)1 << bits < 2 * n_prefixes && bits < 31)
        bits++;
    set->shift = 32 - bits;
    set->slots = calloc((size_t)1 << bits, sizeof *set->slots);
    set->screens = calloc((size_t)1 << bits, sizeof *set->screens);
    set->shorts = set->least_bytes < PREFIX_BYTES ? calloc(N_PAIRS, 1) : NULL;
    if (!set->slots || !set->screens || (set->least_bytes < PREFIX_BYTES && !set->shorts))
        return false;
    for (uint32_t i = 0; i < set->n_entries; i++) {
        const entry *e = &set->entries[i];
        uint32_t n = n_prefix_bytes_of(e);
        const sight s = sight_of(e->bytes, e->n_bytes, false);
        slot *group = find_slot(set, s.prefix, n);
        if (group->n_prefix_bytes == 0)
            *group = (slot){.prefix = s.prefix, .n_prefix_bytes = n, .first = i};
        group->n++;
        set->has_prefixes[n] = true;
        if (n < PREFIX_BYTES)
            admit_short(set, e);
        else
            admit_to_screen(&set->screens[slot_index(set, s.prefix, n)], s.prefix, e);
    }
    return true;
}

/* Links that leave a group are of no use: shorter texts are looked up in any case. */
static void cut_links(literal_set *set) {
    for (size_t i = 0; i < set->n_entries; i++) {
        uint32_t *parent = &set->entries[i].parent;
        if (*parent != NO_ENTRY && set->entries[*parent].n_bytes < PREFIX_BYTES)
            *parent = NO_ENTRY;
    }
}

static bool make_sieve(literal_set *set, const kernel *chosen) {
    sieve_text *texts = malloc(set->n_entries * sizeof *texts);
    if (!texts)
        return false;
    for (size_t i = 0; i < set->n_entries; i++)
        texts[i] = (sieve_text){set->entries[i].bytes, set->entries[i].n_bytes};
    bool ok = sieve_init(&set->sieve_, texts, set->n_entries, set->is_caseless, chosen);
    free(texts);
    return ok;
}

literal_set *literal_set_create(const sieve_text *texts, size_t n_texts, const literal_set_options *options) {
    literal_set *set = calloc(1, sizeof *set);
    if (!set)
        return NULL;
    set->is_caseless = options->is_caseless;
    set->keeps_all = options->keeps_all;
    set->fold = options->fold;
    bool ok = copy_texts(set, texts, n_texts);
    if (ok) {
        qsort(set->entries, set->n_entries, sizeof *set->entries, compare_entries);
        link_entries(set);
        ok = make_sieve(set, options->kernel_) && fill_slots(set);
        cut_links(set);
    }
    if (ok)
        return set;
    literal_set_free(set);
    return NULL;
}

void literal_set_free(literal_set *set) {
    if (!set)
        return;
    sieve_release(&set->sieve_);
    free(set->slots);
    free(set->screens);
    free(set->shorts);
    free(set->entries);
    free(set->bytes);
    free(set);
}
