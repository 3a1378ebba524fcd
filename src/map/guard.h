/* Which addresses are mapped files, for the SIGBUS handler: see guard.c. */
#ifndef MAP_GUARD_H
#define MAP_GUARD_H

#include <stdbool.h>
#include <stddef.h>

typedef struct guard_slot guard_slot;

/* Notes whole mapped pages, guarded or not: the handler may be installed later. NULL without memory. */
guard_slot *guard_register(void *pages, size_t n_bytes, bool writable);
/* True when the handler had to put zeros in the place of pages. */
bool guard_lost(const guard_slot *slot);
/* Before the pages are unmapped; NULL is allowed. */
void guard_release(guard_slot *slot);

#endif
