/* What this build is made of. */
#ifndef THRUM_VERSION_H
#define THRUM_VERSION_H

#include "thrum/api.h"

/* The version of the library at run time, "MAJOR.MINOR.PATCH". Static. */
THRUM_API const char *thrum_version(void);
/* One line for each library inside, such as "pcre2 10.42 (JIT)"; lines end with a newline. Static. Thread-safe. */
THRUM_API const char *thrum_version_libraries(void);

#endif
