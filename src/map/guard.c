/* The SIGBUS guard.
 *
 * When another process truncates a file that we map, the pages past its new end are gone, and the next touch of one
 * raises SIGBUS in the thread that touched it: deep in a scanning loop or in compiled pattern code, from which there is
 * no way back. So the handler goes forward instead: it puts zeros in the place of everything from the page touched to
 * the end of the mapping, marks the mapping as lost, and returns; the touch is repeated and succeeds. The work goes on
 * over zeros, and whoever ordered it sees the mark afterwards and drops the result. A page that the disk cannot deliver
 * looks the same and is treated the same.
 *
 * The handler has to find the mapping of an address without a lock, because the thread that it interrupts might hold
 * it. Hence this registry:
 *
 *     blocks[0] -> 64 slots      blocks[1] -> 128 slots      blocks[2] -> 256 slots ...     never moved, never freed
 *     n_used    : slots ever handed out; the handler looks at slots 0 .. n_used
 *     free_head : stack of slots given back, as an index and a tag that changes at every step, so that a slot
 *                 which left the stack and came back between a thread's look and its exchange is noticed
 *
 * A slot counts its version up before and after it changes; the handler passes over one whose version is odd or moved.
 * That loses nothing: a mapping that is being touched is open, and its slot stands still. All atomics are sequentially
 * consistent: a registration costs some ten of them beside a system call of a microsecond, and a fault walks all slots
 * (10,000 take about 0.1 ms), once for each file truncated. */
#include "map/guard.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/error.h"
#include "map/system.h"
#include "thrum/mapping.h"

struct guard_slot {
    _Atomic uint32_t version; /* odd while begin, end and writable change */
    _Atomic uintptr_t begin, end;
    atomic_bool writable;
    atomic_bool lost;
    uint32_t index;
    _Atomic uint32_t next_free; /* 1 + index of the slot below in the stack, 0: none */
};

enum { FIRST_BLOCK_SLOTS = 64, N_BLOCKS = 25 };

static guard_slot *_Atomic blocks[N_BLOCKS];
static _Atomic uint32_t n_used;
static _Atomic uint64_t free_head; /* tag << 32 | 1 + index */

/* Block k holds the indexes from 64 * (2^k - 1) on. */
static unsigned block_of(uint32_t index, uint32_t *place) {
    unsigned block = 0;
    uint32_t n_slots = FIRST_BLOCK_SLOTS;
    for (; index >= n_slots; n_slots *= 2, block++)
        index -= n_slots;
    *place = index;
    return block;
}

/* For an index below n_used: its block was made before. */
static guard_slot *slot_at(uint32_t index) {
    uint32_t place;
    unsigned block = block_of(index, &place);
    return atomic_load(&blocks[block]) + place;
}

static guard_slot *make_slot(void) {
    uint32_t index = atomic_load(&n_used);
    uint32_t place;
    unsigned block;
    do {
        block = block_of(index, &place);
        if (block >= N_BLOCKS)
            return NULL;
        if (!atomic_load(&blocks[block])) {
            guard_slot *made = calloc((size_t)FIRST_BLOCK_SLOTS << block, sizeof *made);
            guard_slot *none = NULL;
            if (!made)
                return NULL;
            if (!atomic_compare_exchange_strong(&blocks[block], &none, made))
                free(made);
        }
    } while (!atomic_compare_exchange_weak(&n_used, &index, index + 1));
    guard_slot *slot = slot_at(index);
    slot->index = index;
    return slot;
}

static guard_slot *take_free_slot(void) {
    uint64_t head = atomic_load(&free_head);
    while ((uint32_t)head != 0) {
        guard_slot *slot = slot_at((uint32_t)head - 1);
        uint64_t next = ((head >> 32) + 1) << 32 | atomic_load(&slot->next_free);
        if (atomic_compare_exchange_weak(&free_head, &head, next))
            return slot;
    }
    return NULL;
}

static void set_range(guard_slot *slot, uintptr_t begin, uintptr_t end, bool writable) {
    atomic_fetch_add(&slot->version, 1);
    atomic_store(&slot->begin, begin);
    atomic_store(&slot->end, end);
    atomic_store(&slot->writable, writable);
    atomic_fetch_add(&slot->version, 1);
}

guard_slot *guard_register(void *pages, size_t n_bytes, bool writable) {
    guard_slot *slot = take_free_slot();
    if (!slot)
        slot = make_slot();
    if (!slot)
        return NULL;
    size_t page = system_page_bytes();
    atomic_store(&slot->lost, false);
    set_range(slot, (uintptr_t)pages, (uintptr_t)pages + (n_bytes + page - 1) / page * page, writable);
    return slot;
}

bool guard_lost(const guard_slot *slot) {
    return atomic_load(&slot->lost);
}

void guard_release(guard_slot *slot) {
    if (!slot)
        return;
    set_range(slot, 0, 0, false);
    uint64_t head = atomic_load(&free_head);
    do
        atomic_store(&slot->next_free, (uint32_t)head);
    while (!atomic_compare_exchange_weak(&free_head, &head, ((head >> 32) + 1) << 32 | (slot->index + 1)));
}

static size_t page_bytes; /* asked before the handler is installed */

/* Runs in the signal handler. */
static bool replace_lost_pages(uintptr_t address) {
    uint32_t n = atomic_load(&n_used);
    for (uint32_t i = 0; i < n; i++) {
        guard_slot *slot = slot_at(i);
        uint32_t version = atomic_load(&slot->version);
        uintptr_t begin = atomic_load(&slot->begin);
        uintptr_t end = atomic_load(&slot->end);
        bool writable = atomic_load(&slot->writable);
        if (version % 2 != 0 || version != atomic_load(&slot->version) || address < begin || address >= end)
            continue;
        uintptr_t page = address - address % page_bytes;
        atomic_store(&slot->lost, true);
        return system_map_zeros((void *)page, end - page, writable) == 0;
    }
    return false;
}

thrum_status thrum_mapping_guard(thrum_error *error) {
    enum { ABSENT, COMING, STANDING };
    static atomic_int state = ABSENT;
    for (;;) {
        int expected = ABSENT;
        if (atomic_compare_exchange_strong(&state, &expected, COMING))
            break;
        if (expected == STANDING)
            return THRUM_OK;
    }
    page_bytes = system_page_bytes();
    int failure = system_take_bus_faults(replace_lost_pages);
    atomic_store(&state, failure ? ABSENT : STANDING);
    return failure ? error_system(error, failure, NULL, "cannot guard against files that are truncated") : THRUM_OK;
}
