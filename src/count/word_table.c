/* Two hash tables in one: words of at most 16 bytes, nearly all, and the others.
 *
 *      entry, 32 bytes   | key or bytes, n_bytes : 16 | count : 8 | hash : 8 |
 *
 * A short word lies in its entry, padded with zeros, and is found by one comparison of 128 bits in the cache line that
 * its hash names. Words whose padded key would be ambiguous, those that end in NUL and the empty word, count as long
 * ones. So no key is zero, an empty entry equals none, and the hot loop need not ask whether an entry is in use before
 * it compares. A long word is a pointer into the table's own arena.
 *
 * Both tables use linear probing, are at most half full and double. The slot of a word comes from the high bits of its
 * hash, so the order of the slots is that of the hashes, but for the words that collisions pushed onwards:
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
 * Counting a word costs about 4 ns while the frequent ones stay in the second-level cache: words go through in groups,
 * all hashed before the first is looked up, so that the cache misses of a group overlap. */
#include "count/word_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "map/system.h"

enum {
    SHORT_WORD_BYTES = 16,
    N_GROUP = 8, /* words hashed ahead of the look-up */
    N_BITS_SHORT = 10,
    N_BITS_LONG = 6,
    N_BITS_SKIPPED_MAX = 24, /* leaves 40 bits for the slots */
    ARENA_BLOCK_MIN_BYTES = 4096,
    ARENA_BLOCK_MAX_BYTES = 1 << 20,
    HUGE_PAGE_BYTES = 2 << 20
};

_Static_assert((int)SHORT_WORD_BYTES <= (int)TOKEN_PADDING_BYTES, "a short word is read whole, whatever its length");

/* In use when count is not 0. */
typedef struct entry {
    union {
        uint64_t key[2]; /* of the short table */
        struct {
            const uint8_t *bytes;
            size_t n_bytes;
        } word; /* of the long table */
    } as;
    uint64_t count;
    uint64_t hash;
} entry;

typedef struct slots {
    entry *entries;
    uint64_t mask; /* number of slots - 1 */
    unsigned shift;
    unsigned n_bits;
    unsigned n_bits_skipped;
    uint64_t n_used;
} slots;

typedef struct arena_block {
    struct arena_block *next;
    size_t n_bytes;
    size_t capacity_bytes;
    uint8_t bytes[];
} arena_block;

struct word_table {
    word_seed seed;
    uint64_t n_tokens;
    slots shorts;
    slots longs;
    arena_block *arena; /* the one in use first */
    size_t n_arena_bytes;
};

/* ---- Hashing: the only place that knows how ---- */

/* Both halves of the 128-bit product, folded. */
static inline uint64_t mix(uint64_t a, uint64_t b) {
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 uint128;
    uint128 product = (uint128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t a_low = (uint32_t)a, a_high = a >> 32, b_low = (uint32_t)b, b_high = b >> 32;
    uint64_t low = a_low * b_low, middle = a_high * b_low + (low >> 32);
    uint64_t carry = a_low * b_high + (uint32_t)middle;
    return (a * b) ^ (a_high * b_high + (middle >> 32) + (carry >> 32));
#endif
}

/* The halves are multiplied after the seed has hidden them: without it nobody can tell which words collide. The second
 * round spreads what the first left uneven when one half is zero, as in every word of 8 bytes or fewer. */
static inline uint64_t hash_short(const word_seed *seed, uint64_t low, uint64_t high) {
    uint64_t mixed = mix(low ^ seed->key[0], high ^ seed->key[1]);
    return mix(mixed ^ seed->key[1], UINT64_C(0x9e3779b97f4a7c15));
}

static inline uint64_t load64(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* 16 bytes at a time, the last 16 over again; fewer are padded. The length tells apart what the padding does not. */
static uint64_t hash_long(const word_seed *seed, const uint8_t *bytes, size_t n_bytes) {
    uint64_t state = mix(n_bytes ^ seed->key[1], UINT64_C(0x9e3779b97f4a7c15));
    uint8_t padded[16] = {0};
    const uint8_t *last = padded;
    if (n_bytes < sizeof padded) {
        if (n_bytes)
            memcpy(padded, bytes, n_bytes);
    } else {
        last = bytes + n_bytes - sizeof padded;
        for (const uint8_t *at = bytes; at < last; at += sizeof padded)
            state = mix(state ^ load64(at) ^ seed->key[0], load64(at + 8) ^ seed->key[1]);
    }
    return hash_short(seed, load64(last) ^ state, load64(last + 8));
}

word_seed word_seed_draw(void) {
    word_seed seed;
    if (!system_random(&seed, sizeof seed)) {
        /* Without a source of randomness the answers stay right; where the system put the stack is the next best. */
        seed.key[0] = mix((uintptr_t)&seed, UINT64_C(0xd1b54a32d192ed03));
        seed.key[1] = mix(seed.key[0] ^ UINT64_C(0x8cb92ba72f3d8dd7), UINT64_C(0xaef17502108ef2d9));
    }
    return seed;
}

/* ---- Slots: what both tables share ---- */

static inline uint64_t slots_home(const slots *table, uint64_t hash) {
    return hash >> table->shift & table->mask;
}

/* Zeroed; from one huge page on, of huge pages. */
static entry *entries_create(uint64_t n_slots) {
    if (n_slots < HUGE_PAGE_BYTES / sizeof(entry))
        return memory_own(n_slots, sizeof(entry));
    if (n_slots > SIZE_MAX / sizeof(entry))
        return NULL;
    size_t n_bytes = n_slots * sizeof(entry);
    entry *entries = aligned_alloc(HUGE_PAGE_BYTES, n_bytes);
    if (entries) {
        system_advise_huge_pages(entries, n_bytes);
        memset(entries, 0, n_bytes);
    }
    return entries;
}

static bool slots_init(slots *table, unsigned n_bits, unsigned n_bits_skipped) {
    *table = (slots){.entries = entries_create(UINT64_C(1) << n_bits),
                     .mask = (UINT64_C(1) << n_bits) - 1,
                     .shift = 64 - n_bits - n_bits_skipped,
                     .n_bits = n_bits,
                     .n_bits_skipped = n_bits_skipped};
    return table->entries != NULL;
}

static entry *slots_first_free(slots *table, uint64_t hash) {
    uint64_t slot = slots_home(table, hash);
    while (table->entries[slot].count)
        slot = (slot + 1) & table->mask;
    return &table->entries[slot];
}

static bool slots_resize(slots *table, unsigned n_bits, unsigned n_bits_skipped) {
    slots resized;
    if (n_bits + n_bits_skipped > 63 || !slots_init(&resized, n_bits, n_bits_skipped))
        return false;
    for (uint64_t slot = 0; slot <= table->mask; slot++) {
        const entry *old = &table->entries[slot];
        if (old->count)
            *slots_first_free(&resized, old->hash) = *old;
    }
    resized.n_used = table->n_used;
    free(table->entries);
    *table = resized;
    return true;
}

/* An empty entry for a hash that is not in the table, already counted as used; NULL without memory. */
static entry *slots_insert(slots *table, uint64_t hash) {
    if ((table->n_used + 1) * 2 > table->mask + 1 && !slots_resize(table, table->n_bits + 1, table->n_bits_skipped))
        return NULL;
    entry *free_entry = slots_first_free(table, hash);
    free_entry->hash = hash;
    table->n_used++;
    return free_entry;
}

/* ---- Short words ---- */

static inline bool is_short(const uint8_t *bytes, size_t n_bytes) {
    return n_bytes - 1 < SHORT_WORD_BYTES && bytes[n_bytes - 1] != 0;
}

static inline bool key_equals(const entry *candidate, uint64_t low, uint64_t high) {
    return ((candidate->as.key[0] ^ low) | (candidate->as.key[1] ^ high)) == 0;
}

/* The entry of a key, or the empty one at which the search ended. */
static inline entry *short_probe(const slots *table, uint64_t hash, uint64_t low, uint64_t high) {
    uint64_t slot = slots_home(table, hash);
    for (;; slot = (slot + 1) & table->mask) {
        entry *candidate = &table->entries[slot];
        if (key_equals(candidate, low, high) || !candidate->count)
            return candidate;
    }
}

static bool short_insert(slots *table, uint64_t hash, uint64_t low, uint64_t high, uint64_t count) {
    entry *inserted = slots_insert(table, hash);
    if (!inserted)
        return false;
    inserted->as.key[0] = low;
    inserted->as.key[1] = high;
    inserted->count = count;
    return true;
}

static inline bool short_add(slots *table, uint64_t hash, uint64_t low, uint64_t high, uint64_t count) {
    entry *found = short_probe(table, hash, low, high);
    if (!found->count)
        return short_insert(table, hash, low, high, count);
    found->count += count;
    return true;
}

/* ---- Long words ---- */

static const uint8_t *arena_copy(word_table *table, const uint8_t *bytes, size_t n_bytes) {
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

static bool word_equals(const entry *candidate, uint64_t hash, const uint8_t *bytes, size_t n_bytes) {
    return candidate->hash == hash && candidate->as.word.n_bytes == n_bytes &&
           (n_bytes == 0 || memcmp(candidate->as.word.bytes, bytes, n_bytes) == 0);
}

static entry *long_probe(const slots *table, uint64_t hash, const uint8_t *bytes, size_t n_bytes) {
    uint64_t slot = slots_home(table, hash);
    while (table->entries[slot].count && !word_equals(&table->entries[slot], hash, bytes, n_bytes))
        slot = (slot + 1) & table->mask;
    return &table->entries[slot];
}

static bool long_add(word_table *table, uint64_t hash, const uint8_t *bytes, size_t n_bytes, uint64_t count) {
    entry *found = long_probe(&table->longs, hash, bytes, n_bytes);
    if (found->count) {
        found->count += count;
        return true;
    }
    const uint8_t *copy = arena_copy(table, bytes, n_bytes);
    entry *inserted = copy ? slots_insert(&table->longs, hash) : NULL;
    if (!inserted)
        return false;
    inserted->as.word.bytes = copy;
    inserted->as.word.n_bytes = n_bytes;
    inserted->count = count;
    return true;
}

/* ---- The table ---- */

word_table *word_table_create(const word_seed *seed) {
    word_table *table = memory_own(1, sizeof *table);
    if (!table)
        return NULL;
    table->seed = *seed;
    bool made = slots_init(&table->shorts, N_BITS_SHORT, 0) && slots_init(&table->longs, N_BITS_LONG, 0);
    if (!made) {
        word_table_free(table);
        return NULL;
    }
    return table;
}

static void arena_free(word_table *table) {
    for (arena_block *block = table->arena; block;) {
        arena_block *next = block->next;
        free(block);
        block = next;
    }
    table->arena = NULL;
    table->n_arena_bytes = 0;
}

void word_table_free(word_table *table) {
    if (!table)
        return;
    free(table->shorts.entries);
    free(table->longs.entries);
    arena_free(table);
    free(table);
}

static void slots_clear(slots *table) {
    memset(table->entries, 0, (size_t)(table->mask + 1) * sizeof *table->entries);
    table->n_used = 0;
}

void word_table_clear(word_table *table) {
    slots_clear(&table->shorts);
    slots_clear(&table->longs);
    arena_free(table);
    table->n_tokens = 0;
}

size_t word_table_n_bytes(const word_table *table) {
    return sizeof *table + (size_t)(table->shorts.mask + 1 + table->longs.mask + 1) * sizeof(entry) +
           table->n_arena_bytes;
}

bool word_table_add_count(word_table *table, const uint8_t *bytes, size_t n_bytes, uint64_t count) {
    if (count == 0)
        return true;
    bool added;
    if (is_short(bytes, n_bytes)) {
        uint64_t key[2] = {0};
        memcpy(key, bytes, n_bytes);
        added = short_add(&table->shorts, hash_short(&table->seed, key[0], key[1]), key[0], key[1], count);
    } else {
        added = long_add(table, hash_long(&table->seed, bytes, n_bytes), bytes, n_bytes, count);
    }
    table->n_tokens += added ? count : 0;
    return added;
}

typedef struct group_word {
    uint64_t low, high, hash;
} group_word;

/* Loads and hashes a group and asks for its slots. True when all words are short. */
static inline bool group_load(const word_table *table, const token *tokens, group_word *words) {
    /* Read from 16 - n on, n bytes are kept. */
    static const _Alignas(32) uint8_t keep[2 * SHORT_WORD_BYTES] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                                    255, 255, 255, 255, 255, 255, 255, 255};
    const word_seed seed = table->seed;
    const slots shorts = table->shorts;
    bool all_short = true;
    for (size_t i = 0; i < N_GROUP; i++) {
        const uint8_t *bytes = tokens[i].bytes;
        size_t last = tokens[i].n_bytes - 1;
        /* Every word is treated as a short one, so that there is nothing to jump over; the caller drops the result
         * when one was not. */
        size_t last_short = last % SHORT_WORD_BYTES;
        all_short &= (last < SHORT_WORD_BYTES) & (bytes[last_short] != 0);
        const uint8_t *mask = keep + SHORT_WORD_BYTES - 1 - last_short;
        uint64_t low = load64(bytes) & load64(mask), high = load64(bytes + 8) & load64(mask + 8);
        uint64_t hash = hash_short(&seed, low, high);
        __builtin_prefetch(&shorts.entries[slots_home(&shorts, hash)], 1);
        words[i] = (group_word){low, high, hash};
    }
    return all_short;
}

/* How many of the words were added, N_GROUP but for want of memory. */
static inline size_t group_add(slots *table, const group_word *words) {
    slots shorts = *table;
    for (size_t i = 0; i < N_GROUP; i++) {
        entry *found = short_probe(&shorts, words[i].hash, words[i].low, words[i].high);
        if (found->count) {
            found->count++;
            continue;
        }
        if (!short_insert(table, words[i].hash, words[i].low, words[i].high, 1))
            return i;
        shorts = *table;
    }
    return N_GROUP;
}

bool word_table_add(word_table *table, const token *tokens, size_t n_tokens) {
    size_t i = 0;
    while (i < n_tokens) {
        group_word words[N_GROUP];
        if (n_tokens - i >= N_GROUP && group_load(table, tokens + i, words)) {
            size_t n_added = group_add(&table->shorts, words);
            table->n_tokens += n_added;
            if (n_added < N_GROUP)
                return false;
            i += N_GROUP;
            continue;
        }
        size_t end = n_tokens - i < N_GROUP ? n_tokens : i + N_GROUP;
        for (; i < end; i++)
            if (!word_table_add_count(table, tokens[i].bytes, tokens[i].n_bytes, 1))
                return false;
    }
    return true;
}

uint64_t word_table_find(const word_table *table, const uint8_t *bytes, size_t n_bytes) {
    if (!is_short(bytes, n_bytes))
        return long_probe(&table->longs, hash_long(&table->seed, bytes, n_bytes), bytes, n_bytes)->count;
    uint64_t key[2] = {0};
    memcpy(key, bytes, n_bytes);
    return short_probe(&table->shorts, hash_short(&table->seed, key[0], key[1]), key[0], key[1])->count;
}

uint64_t word_table_n_types(const word_table *table) {
    return table->shorts.n_used + table->longs.n_used;
}

uint64_t word_table_n_tokens(const word_table *table) {
    return table->n_tokens;
}

static size_t key_n_bytes(const uint8_t *key) {
    size_t n = load64(key + 8) ? SHORT_WORD_BYTES : SHORT_WORD_BYTES / 2;
    while (key[n - 1] == 0)
        n--;
    return n;
}

void word_table_rows(const word_table *table, word_row *rows) {
    for (uint64_t slot = 0; slot <= table->shorts.mask; slot++) {
        const entry *from = &table->shorts.entries[slot];
        const uint8_t *key = (const uint8_t *)from->as.key;
        if (from->count)
            *rows++ = (word_row){.bytes = key, .n_bytes = key_n_bytes(key), .count = from->count};
    }
    for (uint64_t slot = 0; slot <= table->longs.mask; slot++) {
        const entry *from = &table->longs.entries[slot];
        if (from->count)
            *rows++ = (word_row){.bytes = from->as.word.bytes, .n_bytes = from->as.word.n_bytes, .count = from->count};
    }
}

/* ---- Merging ---- */

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
    return walk;
}

static const entry *partition_next(partition_walk *walk) {
    const slots *from = walk->from;
    while (walk->n_done <= from->mask) {
        const entry *candidate = &from->entries[(walk->begin + walk->n_done) & from->mask];
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

/* Makes `into` so large that a partition of `from` fits even when every word is new: three quarters full are borne
 * for the time of a sweep, which takes the entries in order. A table that is itself one partition of several fills only
 * its own share of the slots, so room is made as for all of them. */
static bool partition_reserve(slots *into, const slots *from, unsigned n_partition_bits) {
    uint64_t n_coming = from->n_used << from->n_bits_skipped >> n_partition_bits;
    unsigned n_bits = into->n_bits;
    while (into->n_used + n_coming > UINT64_C(3) << n_bits >> 2)
        n_bits++;
    return n_bits == into->n_bits || slots_resize(into, n_bits, into->n_bits_skipped);
}

static bool partition_merge(word_table *into, const word_table *from, size_t partition, unsigned n_partition_bits) {
    if (!partition_reserve(&into->shorts, &from->shorts, n_partition_bits) ||
        !partition_reserve(&into->longs, &from->longs, n_partition_bits))
        return false;
    const entry *next;
    partition_walk shorts = partition_begin(&from->shorts, partition, n_partition_bits);
    while ((next = partition_next(&shorts))) {
        if (!short_add(&into->shorts, next->hash, next->as.key[0], next->as.key[1], next->count))
            return false;
        into->n_tokens += next->count;
    }
    partition_walk longs = partition_begin(&from->longs, partition, n_partition_bits);
    while ((next = partition_next(&longs))) {
        if (!long_add(into, next->hash, next->as.word.bytes, next->as.word.n_bytes, next->count))
            return false;
        into->n_tokens += next->count;
    }
    return true;
}

bool word_table_merge(word_table *into, word_table *const *tables, size_t n_tables, size_t partition,
                      size_t n_partitions) {
    unsigned n_partition_bits = 0;
    while (n_partitions >> n_partition_bits > 1)
        n_partition_bits++;
    unsigned n_bits_skipped = n_partition_bits < N_BITS_SKIPPED_MAX ? n_partition_bits : N_BITS_SKIPPED_MAX;
    if (!slots_resize(&into->shorts, into->shorts.n_bits, n_bits_skipped) ||
        !slots_resize(&into->longs, into->longs.n_bits, n_bits_skipped))
        return false;
    for (size_t i = 0; i < n_tables; i++)
        if (!partition_merge(into, tables[i], partition, n_partition_bits))
            return false;
    return true;
}
