/* Changing a file in place by its journal, and back. */
#ifndef RUN_UNDO_H
#define RUN_UNDO_H

#include "map/target.h"
#include "thrum/error.h"

/* Makes the changes of a whole journal that this process wrote, on n_threads threads, and removes the journal. After a
 * failure it has put the old text back, or told that the journal stays. */
thrum_status undo_apply(const target *t, const char *journal, unsigned n_threads, thrum_error *error);

#endif
