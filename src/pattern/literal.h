/* Finding matches by the literal texts that they must contain.
 *
 * From the tree of a pattern a factor is taken: a small set of texts of which every match has at least one, with a
 * bound on how far before it the match may begin. The texts are searched at the speed of memory; PCRE2 is asked only
 * around what is found. */
#ifndef PATTERN_LITERAL_H
#define PATTERN_LITERAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pattern/literal_set.h"
#include "pattern/syntax.h"
#include "thrum/buffer.h"

/* A compiled search for the factor of one pattern. Constant: any number of threads may use it. */
typedef struct literal_search literal_search;

/* NULL when the pattern has no usable factor: *why_not is the reason, static, such as "no text of two bytes or more
 * that every match has", or "memory". */
literal_search *literal_compile(const syntax_tree *tree, const thrum_pattern_options *options, const char **why_not);
void literal_free(literal_search *search);

/* True when the texts are all that there is to a match, so that PCRE2 need not be asked: the matches are the separate
 * occurrences. */
bool literal_is_whole(const literal_search *search);
/* How many occurrences a byte of text has, as far as one can guess; those of many texts count for more. */
double literal_cost(const literal_search *search);
/* The texts, for people: appends such as `"Aaron", "Moses"`. */
void literal_describe(const literal_search *search, thrum_buffer *buffer);

const literal_set *literal_texts(const literal_search *search);
/* The fewest and the most bytes of a match in front of the occurrence; SIZE_MAX: no bound. */
size_t literal_least_before(const literal_search *search);
size_t literal_most_before(const literal_search *search);
/* Where occurrences are closer than so many bytes, PCRE2 alone is quicker; at least LITERAL_LEAST_WORTH_BYTES. */
enum { LITERAL_LEAST_WORTH_BYTES = 128 };
size_t literal_worth_bytes(const literal_search *search);
/* No match that has the factor at a place or behind it, and begins at or after `lowest`, begins before the result,
 * which is at most the place. For later places the result is never lower. */
size_t literal_first_begin(const literal_search *search, const uint8_t *subject, size_t place, size_t lowest);

#endif
