/* Where a text may be cut so that both sides can be worked on alone. */
#ifndef TEXT_BOUNDARY_H
#define TEXT_BOUNDARY_H

#include <stddef.h>
#include <stdint.h>

typedef enum boundary_rule {
    BOUNDARY_CHARACTER,   /* between UTF-8 characters (ill-formed stretches: see boundary.c) and not inside CR LF */
    BOUNDARY_LINE,        /* after a line feed, and between characters */
    BOUNDARY_BYTE,        /* anywhere but inside CR LF */
    BOUNDARY_WORD_ASCII,  /* not inside a run of [A-Za-z] */
    BOUNDARY_WORD_SPACE,  /* not inside a run of bytes other than ASCII white space */
    BOUNDARY_WORD_UNICODE /* where word segmentation may start afresh, whatever the ICU at hand and whatever stands
                             before */
} boundary_rule;

/* The first place at or after `from` (from <= n_bytes) where the text may be cut; n_bytes when there is none before. 0
 * and n_bytes always are such places. Depends on the bytes alone. */
size_t boundary_next(boundary_rule rule, const uint8_t *bytes, size_t n_bytes, size_t from);

#endif
