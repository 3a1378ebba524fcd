/* What PCRE2 says of letters where case does not matter. */
#ifndef PATTERN_SYNTAX_LETTER_H
#define PATTERN_SYNTAX_LETTER_H

#include <stdint.h>

#include "pattern/syntax.h"

/* Tells which characters PCRE2 takes for this one in Unicode mode, itself among them, in the order of their code
 * points. Returns how many; 0 where that is not known, as beyond U+FFFF and for letters that have ASCII alone. The
 * first time a letter costs some microseconds, or 20 where one of its spellings has three bytes. Thread-safe. */
unsigned syntax_letter_spellings(uint32_t code_point, uint16_t spellings[SYNTAX_MOST_SPELLINGS]);

#endif
