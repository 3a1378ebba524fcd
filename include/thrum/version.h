/* What this build is made of. */
#ifndef THRUM_VERSION_H
#define THRUM_VERSION_H

#include "thrum/api.h"

/* The version of the library at run time, "MAJOR.MINOR.PATCH". Static. */
THRUM_API const char *thrum_version(void);
/* One line for each library inside, such as "pcre2 10.42 (JIT)"; lines end with a newline. Static. Thread-safe. */
THRUM_API const char *thrum_version_libraries(void);
/* The instruction set that texts are worked on with: "portable", "avx2" or "avx512". It is the best that this processor
 * knows, or the best that is not above the one that the environment variable THRUM_ISA names when it is first asked
 * for; a variable that names none is ignored. Results do not depend on it. Static. Thread-safe. */
THRUM_API const char *thrum_isa(void);

#endif
