/* Three hash tables in one: words of at most 16 bytes, nearly all in most languages; of at most 48; and the others.
 *
 *      short entry, 32 bytes    | count : 8 | hash : 8 | bytes : 16 |
 *      middle entry, 64 bytes   | count : 8 | hash : 8 | bytes : 48                                   |
 *      long entry, 32 bytes     | count : 8 | hash : 8 | pointer : 8, n_bytes : 8 |
 *
 * A short or middle word lies in its entry, padded with zeros, in the one cache line that its hash names; a short one
 * is found by a single comparison of 128 bits. (Where letters take two or three bytes, many words are middle ones.)
 * Words whose padded key would be ambiguous, those that end in NUL and the empty word, count as long ones. So no key
 * is zero, an empty entry equals none, and the hot loop need not ask whether an entry is in use before it compares. A
 * long word is a pointer into the table's own arena.
 *
 * All tables use linear probing, but that the slot beside the home comes second, which is in the same line: few words
 * are looked for in two. They double when they are half full, that of the large middle entries at three quarters, small
 * ones of the others at a quarter. The slot of a word comes from the high bits of its hash, so the order of the slots
 * is that of the hashes, but for the words that collisions pushed aside and onwards:
 *
 *      hash    0 . . . . . . . . . . 2^64        partition p of 4 = the hashes whose two highest bits are p
 *      slots  |  p=0  |  p=1  |  p=2  |  p=3  |  and a tail past its end (of the last one at slot 0), up to the first
 *                    tail ->                     empty slot
 *
 * Hence a partition is read, and a table that doubles is moved, in one sweep forward on both sides. In a table that
 * holds one partition those highest bits are all the same; it takes the bits below them (n_bits_skipped).
 *
 * The price of keeping that order: filling a table that is too small in the order of the hash piles everything up at
 * its begin. A merge therefore makes room first.
 *
 * A bounded table does not double for ever. Where it is full at its bound it sheds: the words seen least often, three
 * quarters of them at least, are written to the tail partition after partition, and the frequent ones stay. A word may
 * come back and be shed again; who walks over a partition gets its rows from the slots and from each shedding, and adds
 * them up, in a cache. That is far cheaper than a table of millions of types, of which every word that is new or seldom
 * is a miss of all caches, and which has to be moved each time it doubles.
 *
 * Counting a word costs 1.5 to 4 ns while the frequent ones stay in the second-level cache. Words go through in
 * batches, all hashed by the kernel before the first is looked up; nearly all are found in their home, by a loop so
 * short that the processor works on many of them at once. Homes that may be outside the nearest cache are asked for a
 * batch ahead. */
#include "count/word_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "map/system.h"
#include "text/kernel.h"

enum {
    SHORT_BYTES = KERNEL_SHORT_BYTES,
    MIDDLE_BYTES = 48,
    N_BITS_SKIPPED_MAX = 24, /* leaves 40 bits for the slots */
    FAR_BYTES = 256 << 10,   /* homes in tables from this size on are asked for a batch ahead */
    ARENA_BLOCK_MIN_BYTES = 4096,
    ARENA_BLOCK_MAX_BYTES = 1 << 20
};

/* In use when count is not 0. */
typedef struct entry {
    uint64_t count;
    uint64_t hash;
    union {
        uint64_t bytes[SHORT_BYTES / 8]; /* of a short word; a middle one's go on behind the entry */
        struct {
            const uint8_t *bytes;
            size_t n_bytes;
        } word;
    } as;
} entry;

typedef struct middle_entry {
    uint64_t count;
    uint64_t hash;
    uint64_t bytes[MIDDLE_BYTES / 8];
} middle_entry;

typedef enum kind { SHORT, MIDDLE, LONG, KINDS } kind;
enum { SHORT_SHIFT = 5, MIDDLE_SHIFT = 6, LONG_SHIFT = 5 };

_Static_assert(sizeof(entry) == 1 << SHORT_SHIFT && sizeof(entry) == 1 << LONG_SHIFT, "an entry is half a cache line");
_Static_assert(sizeof(middle_entry) == 1 << MIDDLE_SHIFT, "a middle entry is a cache line");
_Static_assert(offsetof(entry, as) == offsetof(middle_entry, bytes), "entries begin alike");

static const struct {
    unsigned entry_shift; /* the binary logarithm of an entry's bytes */
    unsigned n_bits;      /* of the number of slots at first */
    unsigned n_quarters;  /* of them that may be in use while words come in any order: see slots_limit */
} kinds[KINDS] = {[SHORT] = {SHORT_SHIFT, 10, 2}, [MIDDLE] = {MIDDLE_SHIFT, 6, 3}, [LONG] = {LONG_SHIFT, 6, 2}};

typedef struct arena_block {
    struct arena_block *next;
    size_t n_bytes;
    size_t capacity_bytes;
    uint8_t bytes[];
} arena_block;

typedef struct slots {
    uint8_t *entries;
    uint64_t mask; /* number of slots - 1 */
    kind kind;
    unsigned entry_shift;
    unsigned n_quarters; /* of the slots that may be in use */
    unsigned shift;
    unsigned n_bits;
    unsigned n_bits_skipped;
    uint64_t n_used;
    size_t most_bytes;  /* from which on they do not grow; 0: they always do */
    word_tail *tail;    /* where seldom words go then; the table's */
    arena_block *arena; /* of long words; the one in use first */
    size_t n_arena_bytes;
} slots;

struct word_table {
    const kernel *kernel;
    word_seed seed;
    uint64_t n_tokens;
    slots kinds[KINDS];
    word_tail tail;
};

word_seed word_seed_draw(void) {
    word_seed seed;
    if (!system_random(&seed, sizeof seed)) {
        /* Without a source of randomness the answers stay right; where the system put the stack is the next best. */
        const uintptr_t place = (uintptr_t)&seed;
        seed = (word_seed){{UINT64_C(0xd1b54a32d192ed03), UINT64_C(0xaef17502108ef2d9)}};
        seed.key[0] = kernel_get()->hash_bytes(seed.key, (const uint8_t *)&place, sizeof place);
        seed.key[1] = kernel_get()->hash_bytes(seed.key, (const uint8_t *)&place, sizeof place);
    }
    return seed;
}

/* ---- Slots: what all tables share ---- */

static inline uint64_t slots_home(const slots *table, uint64_t hash) {
    return hash >> table->shift & table->mask;
}

/* The slot to look at after n others: behind the home the one beside it, in the same pair, then all behind the two. */
static inline uint64_t slots_next(const slots *table, uint64_t home, uint64_t n) {
    return n < 2 ? home ^ n : ((home & ~UINT64_C(1)) + n) & table->mask;
}

static inline entry *slots_at(const slots *table, uint64_t slot) {
    return (entry *)(table->entries + (slot << table->entry_shift));
}

static size_t slots_n_bytes(const slots *table) {
    return (size_t)(table->mask + 1) << table->entry_shift;
}

/* Zeroed; from one huge page on, of huge pages. */
static uint8_t *entries_create(uint64_t n_slots, unsigned entry_shift) {
    if (n_slots > SIZE_MAX >> entry_shift)
        return NULL;
    size_t n_bytes = (size_t)n_slots << entry_shift;
    void *entries;
    if (n_bytes < SYSTEM_HUGE_PAGE_BYTES)
        return memory_own(n_bytes, 1);
    return system_map_huge(&entries, n_bytes) == 0 ? entries : NULL;
}

static void slots_release(slots *table) {
    if (table->entries && slots_n_bytes(table) >= SYSTEM_HUGE_PAGE_BYTES)
        system_unmap(table->entries, slots_n_bytes(table));
    else
        free(table->entries);
}

/* Empty entries, for slots of which all else is known. */
static bool slots_lay_out(slots *table, unsigned n_bits, unsigned n_bits_skipped) {
    table->entries = entries_create(UINT64_C(1) << n_bits, table->entry_shift);
    table->mask = (UINT64_C(1) << n_bits) - 1;
    table->shift = 64 - n_bits - n_bits_skipped;
    table->n_bits = n_bits;
    table->n_bits_skipped = n_bits_skipped;
    return table->entries;
}

static bool slots_init(slots *table, kind k) {
    *table = (slots){.kind = k, .entry_shift = kinds[k].entry_shift, .n_quarters = kinds[k].n_quarters};
    return slots_lay_out(table, kinds[k].n_bits, 0);
}

static entry *slots_first_free(const slots *table, uint64_t hash) {
    uint64_t home = slots_home(table, hash), n = 0;
    while (slots_at(table, slots_next(table, home, n))->count)
        n++;
    return slots_at(table, slots_next(table, home, n));
}

/* The pages of the old entries are given back as they have been read: most of the new ones' come from them, and memory
 * that the process never had before is slow to get. */
static bool slots_resize(slots *table, unsigned n_bits, unsigned n_bits_skipped) {
    slots resized = *table;
    if (n_bits + n_bits_skipped > 63 || !slots_lay_out(&resized, n_bits, n_bits_skipped))
        return false;
    bool is_mapped = slots_n_bytes(table) >= SYSTEM_HUGE_PAGE_BYTES;
    uint64_t page_mask = (SYSTEM_HUGE_PAGE_BYTES >> table->entry_shift) - 1;
    for (uint64_t slot = 0; slot <= table->mask; slot++) {
        const entry *old = slots_at(table, slot);
        if (old->count)
            memcpy(slots_first_free(&resized, old->hash), old, (size_t)1 << table->entry_shift);
        if (is_mapped && (slot & page_mask) == page_mask)
            system_unmap(slots_at(table, slot & ~page_mask), SYSTEM_HUGE_PAGE_BYTES);
    }
    if (!is_mapped)
        free(table->entries);
    *table = resized;
    return true;
}

/* How many of n_slots may be in use. A small table is left emptier, which costs little: of the words that share a home
 * all but one are looked for elsewhere, and no processor foresees which. */
static uint64_t slots_limit(const slots *table, uint64_t n_slots) {
    bool is_small = n_slots << table->entry_shift < SYSTEM_HUGE_PAGE_BYTES;
    return n_slots / 4 * (is_small && table->n_quarters == 2 ? 1 : table->n_quarters);
}

static const uint8_t *arena_copy(slots *table, const uint8_t *bytes, size_t n_bytes) {
    arena_block *block = table->arena;
    if (!block || block->capacity_bytes - block->n_bytes < n_bytes) {
        size_t capacity = block ? block->capacity_bytes * 2 : ARENA_BLOCK_MIN_BYTES;
        if (capacity > ARENA_BLOCK_MAX_BYTES)
            capacity = ARENA_BLOCK_MAX_BYTES;
        if (capacity < n_bytes)
            capacity = n_bytes;
        block = capacity <= SIZE_MAX - sizeof *block ? malloc(sizeof *block + capacity) : NULL;
        if (!block)
            return NULL;
        *block = (arena_block){.next = table->arena, .capacity_bytes = capacity};
        table->arena = block;
        table->n_arena_bytes += sizeof *block + capacity;
    }
    uint8_t *copy = block->bytes + block->n_bytes;
    if (n_bytes)
        memcpy(copy, bytes, n_bytes);
    block->n_bytes += n_bytes;
    return copy;
}

static void arena_free(slots *table) {
    for (arena_block *block = table->arena; block;) {
        arena_block *next = block->next;
        free(block);
        block = next;
    }
    table->arena = NULL;
    table->n_arena_bytes = 0;
}

/* ---- Walking over a partition ---- */

/* Goes over the entries of one partition: those that have their home in its slots, and may stand behind them. */
typedef struct partition_walk {
    const slots *from;
    uint64_t partition;
    unsigned n_partition_bits;
    uint64_t begin;  /* the partition's first slot */
    uint64_t n_home; /* how many it has */
    uint64_t n_done;
} partition_walk;

static partition_walk partition_begin(const slots *from, size_t partition, unsigned n_partition_bits) {
    partition_walk walk = {.from = from, .partition = partition, .n_partition_bits = n_partition_bits};
    if (from->n_bits_skipped) {
        walk.n_home = from->mask + 1;
    } else if (n_partition_bits <= from->n_bits) {
        unsigned n_bits = from->n_bits - n_partition_bits;
        walk.begin = (uint64_t)partition << n_bits;
        walk.n_home = UINT64_C(1) << n_bits;
    } else {
        walk.begin = (uint64_t)partition >> (n_partition_bits - from->n_bits);
        walk.n_home = 1;
    }
    if (walk.n_home == 1) { /* its words may be in either slot of a pair */
        walk.begin &= ~UINT64_C(1);
        walk.n_home = 2;
    }
    return walk;
}

static const entry *partition_next(partition_walk *walk) {
    const slots *from = walk->from;
    while (walk->n_done <= from->mask) {
        const entry *candidate = slots_at(from, (walk->begin + walk->n_done) & from->mask);
        if (!candidate->count && walk->n_done >= walk->n_home)
            return NULL;
        walk->n_done++;
        bool inside =
            walk->n_partition_bits == 0 || candidate->hash >> (64 - walk->n_partition_bits) == walk->partition;
        if (candidate->count && inside)
            return candidate;
    }
    return NULL;
}

/* The word of an entry; it lies in the table. */
static token word_of(const entry *from, kind k) {
    if (k == LONG)
        return (token){from->as.word.bytes, from->as.word.n_bytes};
    const uint8_t *bytes = (const uint8_t *)from + offsetof(entry, as);
    size_t last = (k == SHORT ? SHORT_BYTES : MIDDLE_BYTES) - 8;
    uint64_t end;
    while (memcpy(&end, bytes + last, sizeof end), end == 0)
        last -= 8;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    end = __builtin_bswap64(end);
#endif
    return (token){bytes, last + 8 - (size_t)__builtin_clzll(end) / 8};
}

/* ---- Shedding: a bounded table that is full parts with its seldom words ---- */

/* The least count of the words that stay: a power of two, so that at most a quarter of them do, and none that was seen
 * once. Long words all go, and with them the arena. */
static uint64_t choose_kept(const slots *table) {
    uint64_t n_with[64] = {0}, n_kept = 0;
    unsigned log = 64;
    if (table->kind == LONG)
        return UINT64_MAX;
    for (uint64_t slot = 0; slot <= table->mask; slot++)
        if (slots_at(table, slot)->count)
            n_with[63 - __builtin_clzll(slots_at(table, slot)->count)]++;
    while (log > 1 && n_kept + n_with[log - 1] <= table->n_used / 4)
        n_kept += n_with[--log];
    return log < 64 ? UINT64_C(1) << log : UINT64_MAX;
}

/* Writes the seldom words to the tail and moves the others to `kept`. Returns how many those are. */
static size_t slots_part(const slots *table, uint64_t least_kept, uint8_t *kept) {
    const size_t entry_bytes = (size_t)1 << table->entry_shift;
    size_t n_kept = 0;
    for (size_t partition = 0; partition < WORD_TAIL_PARTITIONS; partition++) {
        partition_walk walk = partition_begin(table, partition, WORD_TAIL_BITS);
        for (const entry *next; (next = partition_next(&walk));) {
            if (next->count >= least_kept) {
                memcpy(kept + n_kept++ * entry_bytes, next, entry_bytes);
                continue;
            }
            token word = word_of(next, table->kind);
            word_tail_put(table->tail, &(word_row){word.bytes, word.n_bytes, next->count, next->hash});
        }
    }
    return n_kept;
}

static bool slots_shed(slots *table) {
    const size_t entry_bytes = (size_t)1 << table->entry_shift;
    uint64_t least_kept = choose_kept(table);
    size_t n_word_bytes = table->n_used * MIDDLE_BYTES + table->n_arena_bytes;
    uint8_t *kept = malloc((table->n_used / 4 + 1) * entry_bytes);
    bool is_shed = kept && word_tail_begin(table->tail, table->n_used, n_word_bytes);
    if (is_shed) {
        table->n_used = slots_part(table, least_kept, kept);
        word_tail_end(table->tail);
        memset(table->entries, 0, slots_n_bytes(table));
        arena_free(table);
        for (size_t i = 0; i < table->n_used; i++) {
            const entry *stays = (const entry *)(kept + i * entry_bytes);
            memcpy(slots_first_free(table, stays->hash), stays, entry_bytes);
        }
    }
    free(kept);
    return is_shed;
}

static bool is_bounded_at(const slots *table, size_t n_bytes) {
    return table->most_bytes && n_bytes >= table->most_bytes;
}

static bool slots_make_room(slots *table) {
    return is_bounded_at(table, slots_n_bytes(table)) ? slots_shed(table)
                                                      : slots_resize(table, table->n_bits + 1, table->n_bits_skipped);
}

/* An empty entry for a hash that is not in the table, already counted as used; NULL without memory. */
static entry *slots_insert(slots *table, uint64_t hash) {
    bool is_full = table->n_used + 1 > slots_limit(table, table->mask + 1);
    if (is_full && !slots_make_room(table))
        return NULL;
    entry *free_entry = slots_first_free(table, hash);
    free_entry->hash = hash;
    table->n_used++;
    return free_entry;
}

/* ---- One word, as it is looked up ---- */

typedef struct lookup {
    kind kind;
    uint64_t hash;
    uint64_t bytes[MIDDLE_BYTES / 8]; /* of a short or middle word, padded */
    token word;
} lookup;

static inline void copy_16(uint8_t *to, const uint8_t *bytes) {
    memcpy(to, bytes, 16);
}

/* Copies 17 to MIDDLE_BYTES bytes, without a jump: the pieces overlap as they need to. */
static inline void copy_middle(uint8_t *to, const uint8_t *bytes, size_t n_bytes) {
    size_t last = n_bytes - 16, second = last < 16 ? last : 16;
    copy_16(to, bytes);
    copy_16(to + second, bytes + second);
    copy_16(to + last, bytes + last);
}

static inline kind kind_of(const token *word) {
    size_t last = word->n_bytes - 1;
    if (last >= MIDDLE_BYTES || word->bytes[last] == 0)
        return LONG;
    return last < SHORT_BYTES ? SHORT : MIDDLE;
}

/* Prepares a word that is not short. */
static inline void look_beyond(lookup *to, const word_table *table, token word) {
    to->word = word;
    to->kind = kind_of(&word);
    memset(to->bytes, 0, sizeof to->bytes);
    if (to->kind == MIDDLE)
        copy_middle((uint8_t *)to->bytes, word.bytes, word.n_bytes);
    to->hash = table->kernel->hash_bytes(table->seed.key, word.bytes, word.n_bytes);
}

static void look(lookup *to, const word_table *table, const uint8_t *bytes, size_t n_bytes) {
    token word = {bytes, n_bytes};
    if (kind_of(&word) != SHORT) {
        look_beyond(to, table, word);
        return;
    }
    kernel_hashes one;
    *to = (lookup){.kind = SHORT};
    memcpy(to->bytes, bytes, n_bytes);
    table->kernel->hash_tokens(&one, table->seed.key, &(token){(const uint8_t *)to->bytes, n_bytes}, 1);
    to->hash = one.hashes[0];
}

/* ---- Finding ---- */

static inline bool short_equals(const entry *candidate, const uint64_t *bytes) {
    return ((candidate->as.bytes[0] ^ bytes[0]) | (candidate->as.bytes[1] ^ bytes[1])) == 0;
}

static inline bool middle_equals(const middle_entry *candidate, const uint64_t *bytes) {
    uint64_t differing = 0;
    for (size_t i = 0; i < MIDDLE_BYTES / 8; i++)
        differing |= candidate->bytes[i] ^ bytes[i];
    return differing == 0;
}

static inline bool long_equals(const entry *candidate, const token *word) {
    return candidate->as.word.n_bytes == word->n_bytes &&
           (word->n_bytes == 0 || memcmp(candidate->as.word.bytes, word->bytes, word->n_bytes) == 0);
}

/* The entry of a short word, or the empty one at which the search ended. */
static inline entry *probe_short(const slots *table, uint64_t hash, const uint64_t *bytes) {
    uint64_t home = slots_home(table, hash);
    for (uint64_t n = 0;; n++) {
        entry *candidate = (entry *)table->entries + slots_next(table, home, n);
        if (short_equals(candidate, bytes) || !candidate->count)
            return candidate;
    }
}

/* The same for any other. */
static inline entry *probe_beyond(const slots *table, const lookup *wanted) {
    uint64_t home = slots_home(table, wanted->hash);
    for (uint64_t n = 0;; n++) {
        entry *candidate = slots_at(table, slots_next(table, home, n));
        if (!candidate->count)
            return candidate;
        if (candidate->hash == wanted->hash &&
            (wanted->kind == MIDDLE ? middle_equals((const middle_entry *)candidate, wanted->bytes)
                                    : long_equals(candidate, &wanted->word)))
            return candidate;
    }
}

static entry *probe(const word_table *table, const lookup *wanted) {
    const slots *table_slots = &table->kinds[wanted->kind];
    return wanted->kind == SHORT ? probe_short(table_slots, wanted->hash, wanted->bytes)
                                 : probe_beyond(table_slots, wanted);
}

/* ---- Adding: the callers keep the sum of tokens ---- */

static bool insert(word_table *table, const lookup *new, uint64_t count) {
    slots *into = &table->kinds[new->kind];
    entry *inserted = slots_insert(into, new->hash);
    const uint8_t *copy = inserted && new->kind == LONG ? arena_copy(into, new->word.bytes, new->word.n_bytes) : NULL;
    if (!inserted || (new->kind == LONG && !copy))
        return false;
    inserted->count = count;
    if (new->kind == SHORT) {
        memcpy(inserted->as.bytes, new->bytes, SHORT_BYTES);
    } else if (new->kind == MIDDLE) {
        memcpy(((middle_entry *)inserted)->bytes, new->bytes, MIDDLE_BYTES);
    } else {
        inserted->as.word.bytes = copy;
        inserted->as.word.n_bytes = new->word.n_bytes;
    }
    return true;
}

static bool add(word_table *table, const lookup *word, uint64_t count) {
    entry *found = probe(table, word);
    if (!found->count)
        return insert(table, word, count);
    found->count += count;
    return true;
}

/* ---- The table ---- */

word_table *word_table_create(const word_seed *seed) {
    word_table *table = memory_own(1, sizeof *table);
    if (!table)
        return NULL;
    table->kernel = kernel_get();
    table->seed = *seed;
    bool made = true;
    for (kind k = 0; k < KINDS && made; k++)
        made = slots_init(&table->kinds[k], k);
    if (made)
        return table;
    word_table_free(table);
    return NULL;
}

void word_table_free(word_table *table) {
    if (!table)
        return;
    for (kind k = 0; k < KINDS; k++) {
        slots_release(&table->kinds[k]);
        arena_free(&table->kinds[k]);
    }
    word_tail_release(&table->tail);
    free(table);
}

void word_table_bound(word_table *table, size_t n_bytes) {
    for (kind k = 0; k < KINDS; k++) {
        table->kinds[k].most_bytes = n_bytes;
        table->kinds[k].tail = &table->tail;
    }
}

bool word_table_is_bounded(const word_table *table) {
    return table->kinds[SHORT].most_bytes > 0;
}

void word_table_clear(word_table *table) {
    for (kind k = 0; k < KINDS; k++) {
        memset(table->kinds[k].entries, 0, slots_n_bytes(&table->kinds[k]));
        table->kinds[k].n_used = 0;
        arena_free(&table->kinds[k]);
    }
    word_tail_release(&table->tail);
    table->n_tokens = 0;
}

size_t word_table_n_bytes(const word_table *table) {
    size_t n_bytes = sizeof *table + table->tail.n_bytes;
    for (kind k = 0; k < KINDS; k++)
        n_bytes += slots_n_bytes(&table->kinds[k]) + table->kinds[k].n_arena_bytes;
    return n_bytes;
}

bool word_table_add_count(word_table *table, const uint8_t *bytes, size_t n_bytes, uint64_t count) {
    if (count == 0)
        return true;
    lookup word;
    look(&word, table, bytes, n_bytes);
    table->n_tokens += count;
    return add(table, &word, count);
}

/* While a table doubles, both its halves are there; what it sheds takes less than it does itself. */
static size_t slots_n_bytes_with(const slots *table, uint64_t n_words) {
    uint64_t n_slots = table->mask + 1, n_grown = n_slots;
    bool is_full;
    while ((is_full = slots_limit(table, n_grown) < table->n_used + n_words) &&
           !is_bounded_at(table, (size_t)n_grown << table->entry_shift))
        n_grown *= 2;
    return (size_t)(is_full ? n_grown * 2 : n_grown > n_slots ? n_grown + n_grown / 2 : n_slots) << table->entry_shift;
}

size_t word_table_n_bytes_with(const word_table *table, size_t n_words) {
    size_t n_bytes = sizeof *table + table->tail.n_bytes;
    for (kind k = 0; k < KINDS; k++)
        n_bytes += slots_n_bytes_with(&table->kinds[k], n_words) + table->kinds[k].n_arena_bytes;
    return n_bytes;
}

static unsigned n_bits_of(size_t n_partitions) {
    unsigned n_bits = 0;
    while (n_partitions >> n_bits > 1)
        n_bits++;
    return n_bits;
}

size_t word_table_partition(const word_table *table, const uint8_t *bytes, size_t n_bytes, size_t n_partitions) {
    lookup word;
    look(&word, table, bytes, n_bytes);
    unsigned n_bits = n_bits_of(n_partitions);
    return n_bits > 0 ? (size_t)(word.hash >> (64 - n_bits)) : 0;
}

uint64_t word_table_find(const word_table *table, const uint8_t *bytes, size_t n_bytes) {
    lookup word;
    look(&word, table, bytes, n_bytes);
    return probe(table, &word)->count;
}

/* ---- Adding many ---- */

static bool insert_short(slots *table, uint64_t hash, const uint64_t *bytes) {
    entry *inserted = slots_insert(table, hash);
    if (!inserted)
        return false;
    memcpy(inserted->as.bytes, bytes, SHORT_BYTES);
    inserted->count = 1;
    return true;
}

/* An entry may move onwards among those that follow each other, and this one back to its home. */
static void swap_entries(entry *a, entry *b) {
    entry moved = *a;
    *a = *b;
    *b = moved;
}

/* Adds a word that is not in its home. What is seen more often than the word there takes its place, so that most
 * searches end where they begin. Not for inlining: the loop that calls this keeps all it needs in registers. */
__attribute__((noinline)) static bool add_away(slots *table, uint64_t hash, const uint64_t *bytes) {
    entry *found = probe_short(table, hash, bytes), *home = slots_at(table, slots_home(table, hash));
    if (!found->count)
        return insert_short(table, hash, bytes);
    found->count++;
    if (found->count > home->count)
        swap_entries(found, home);
    return true;
}

/* Adds the words [from, to) of a batch. */
static inline bool add_range(slots *table, const kernel_hashes *batch, size_t from, size_t to) {
    slots at_hand = *table; /* out of reach of what is written to the entries */
    for (size_t i = from; i < to; i++) {
        entry *home = (entry *)at_hand.entries + slots_home(&at_hand, batch->hashes[i]);
        if (short_equals(home, batch->keys[i])) {
            home->count++;
            continue;
        }
        if (!add_away(table, batch->hashes[i], batch->keys[i]))
            return false;
        at_hand = *table;
    }
    return true;
}

static void ask_for_homes(const slots *table, const kernel_hashes *batch, size_t n) {
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch((entry *)table->entries + slots_home(table, batch->hashes[i]), 1);
}

/* Adds the words of a batch but for those that `others` has bits for. */
static inline bool add_shorts(slots *table, const kernel_hashes *batch, size_t n, uint64_t others) {
    size_t from = 0;
    for (; others; others &= others - 1) {
        size_t to = (size_t)__builtin_ctzll(others);
        if (!add_range(table, batch, from, to))
            return false;
        from = to + 1;
    }
    return add_range(table, batch, from, n);
}

/* Adds words that are not short. */
static bool add_beyond(word_table *table, const token *words, size_t n_words) {
    lookup lookups[KERNEL_BATCH];
    for (size_t i = 0; i < n_words; i++) {
        look_beyond(&lookups[i], table, words[i]);
        const slots *in = &table->kinds[lookups[i].kind];
        __builtin_prefetch(slots_at(in, slots_home(in, lookups[i].hash)), 1);
    }
    for (size_t i = 0; i < n_words; i++)
        if (!add(table, &lookups[i], 1))
            return false;
    return true;
}

/* Words as they come: tokens, or edges in a block. */
typedef struct words_in {
    const token *tokens;
    const uint8_t *block;
    const uint16_t *edges;
} words_in;

static inline token word_in(const words_in *in, size_t i) {
    if (in->tokens)
        return in->tokens[i];
    return (token){in->block + in->edges[2 * i], (size_t)(in->edges[2 * i + 1] - in->edges[2 * i])};
}

typedef struct hashed_batch {
    kernel_hashes hashes;
    size_t first, n;
    uint64_t others; /* those that are not short */
} hashed_batch;

/* Hashes the words from `first` on, none when there are no more, and asks for their homes where these may be far. */
static inline void hash_batch(hashed_batch *to, const word_table *table, const words_in *in, size_t first,
                              size_t n_words) {
    size_t n = n_words - first < KERNEL_BATCH ? n_words - first : KERNEL_BATCH;
    to->first = first;
    to->n = n;
    if (n == 0)
        return;
    to->others = in->tokens
                     ? table->kernel->hash_tokens(&to->hashes, table->seed.key, in->tokens + first, n)
                     : table->kernel->hash_runs(&to->hashes, table->seed.key, in->block, in->edges + 2 * first, n);
    if (slots_n_bytes(&table->kinds[SHORT]) >= FAR_BYTES)
        ask_for_homes(&table->kinds[SHORT], &to->hashes, n);
}

/* While the words of a batch are looked up, the homes of the next ones' come. */
static inline bool add_words(word_table *table, const words_in *in, size_t n_words) {
    hashed_batch batches[2];
    token beyond[KERNEL_BATCH];
    hash_batch(&batches[0], table, in, 0, n_words);
    for (size_t k = 0; batches[k].n > 0; k = 1 - k) {
        hashed_batch *batch = &batches[k];
        hash_batch(&batches[1 - k], table, in, batch->first + batch->n, n_words);
        if (!add_shorts(&table->kinds[SHORT], &batch->hashes, batch->n, batch->others))
            return false;
        table->n_tokens += batch->n;
        size_t n_beyond = 0;
        for (uint64_t others = batch->others; others; others &= others - 1)
            beyond[n_beyond++] = word_in(in, batch->first + (size_t)__builtin_ctzll(others));
        if (!add_beyond(table, beyond, n_beyond))
            return false;
    }
    return true;
}

bool word_table_add(word_table *table, const token *tokens, size_t n_tokens) {
    return add_words(table, &(words_in){.tokens = tokens}, n_tokens);
}

bool word_table_add_runs(word_table *table, const uint8_t *block, const uint16_t *edges, size_t n_words) {
    return add_words(table, &(words_in){.block = block, .edges = edges}, n_words);
}

/* ---- Reading ---- */

uint64_t word_table_n_types(const word_table *table) {
    uint64_t n_types = table->tail.n_records;
    for (kind k = 0; k < KINDS; k++)
        n_types += table->kinds[k].n_used;
    return n_types;
}

uint64_t word_table_n_tokens(const word_table *table) {
    return table->n_tokens;
}

static bool put_row(void *context, const word_row *row) {
    word_row **rows = context;
    *(*rows)++ = *row;
    return true;
}

void word_table_rows(const word_table *table, word_row *rows) {
    (void)word_tail_walk(&table->tail, 0, 1, put_row, &rows);
    for (kind k = 0; k < KINDS; k++) {
        const slots *from = &table->kinds[k];
        for (uint64_t slot = 0; slot <= from->mask; slot++) {
            const entry *at = slots_at(from, slot);
            if (!at->count)
                continue;
            token word = word_of(at, k);
            *rows++ = (word_row){.bytes = word.bytes, .n_bytes = word.n_bytes, .count = at->count};
        }
    }
}

/* ---- Merging ---- */

/* Makes `into` so large that a partition of `from` fits even when every word is new. What is merged may fill three
 * quarters: it comes in order, and few words are looked for in it later. A table that is itself one partition of
 * several fills only its own share of the slots, so room is made as for all of them. */
static bool partition_reserve(slots *into, const slots *from, unsigned n_partition_bits) {
    uint64_t n_coming = from->n_used << from->n_bits_skipped >> n_partition_bits;
    unsigned n_bits = into->n_bits;
    into->n_quarters = 3;
    while (into->n_used + n_coming > UINT64_C(3) << n_bits >> 2)
        n_bits++;
    return n_bits == into->n_bits || slots_resize(into, n_bits, into->n_bits_skipped);
}

static lookup lookup_of(const entry *from, kind k) {
    lookup made = {.kind = k, .hash = from->hash};
    if (k == LONG)
        made.word = word_of(from, k);
    else
        memcpy(made.bytes, (const uint8_t *)from + offsetof(entry, as), k == SHORT ? SHORT_BYTES : MIDDLE_BYTES);
    return made;
}

static bool partition_merge(word_table *into, const word_table *from, size_t partition, unsigned n_partition_bits,
                            bool once) {
    for (kind k = 0; k < KINDS; k++) {
        if (!partition_reserve(&into->kinds[k], &from->kinds[k], n_partition_bits))
            return false;
        const entry *next;
        partition_walk walk = partition_begin(&from->kinds[k], partition, n_partition_bits);
        while ((next = partition_next(&walk))) {
            lookup word = lookup_of(next, k);
            uint64_t count = once ? 1 : next->count;
            if (!add(into, &word, count))
                return false;
            into->n_tokens += count;
        }
    }
    return true;
}

bool word_table_merge(word_table *into, word_table *const *tables, size_t n_tables, size_t partition,
                      size_t n_partitions) {
    unsigned n_partition_bits = n_bits_of(n_partitions);
    unsigned n_bits_skipped = n_partition_bits < N_BITS_SKIPPED_MAX ? n_partition_bits : N_BITS_SKIPPED_MAX;
    for (kind k = 0; k < KINDS; k++)
        if (!slots_resize(&into->kinds[k], into->kinds[k].n_bits, n_bits_skipped))
            return false;
    for (size_t i = 0; i < n_tables; i++)
        if (!partition_merge(into, tables[i], partition, n_partition_bits, false))
            return false;
    return true;
}

bool word_table_walk(const word_table *table, size_t partition, size_t n_partitions, word_row_callback *callback,
                     void *context) {
    for (kind k = 0; k < KINDS; k++) {
        const entry *next;
        partition_walk walk = partition_begin(&table->kinds[k], partition, n_bits_of(n_partitions));
        while ((next = partition_next(&walk))) {
            token word = word_of(next, k);
            const word_row row = {word.bytes, word.n_bytes, next->count, next->hash};
            if (!callback(context, &row))
                return false;
        }
    }
    return word_tail_walk(&table->tail, partition, n_partitions, callback, context);
}

/* Whole pages: that in which one call ends is where the next begins. */
void word_table_give_back(word_table *table, size_t begin, size_t end, size_t n_partitions) {
    const size_t page_mask = ~(size_t)(SYSTEM_HUGE_PAGE_BYTES - 1);
    unsigned n_partition_bits = n_bits_of(n_partitions);
    for (kind k = 0; k < KINDS; k++) {
        const slots *from = &table->kinds[k];
        if (slots_n_bytes(from) < SYSTEM_HUGE_PAGE_BYTES || from->n_bits_skipped || from->n_bits < n_partition_bits)
            continue;
        unsigned shift = from->n_bits - n_partition_bits + from->entry_shift;
        size_t first = (begin << shift) & page_mask, last = (end << shift) & page_mask;
        if (first < last)
            (void)system_advise(from->entries + first, last - first, SYSTEM_ADVICE_DONT_NEED);
    }
}

bool word_table_add_table(word_table *into, const word_table *from, bool once) {
    return partition_merge(into, from, 0, 0, once);
}
