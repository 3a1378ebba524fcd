/* Ill-formed text, one well-formed stretch at a time.
 *
 * For JIT, what is ill-formed matches nothing: no character, no line end; it is there, and that is all. The interpreter
 * of PCRE2 10.42 has another idea of it: it takes the end of a well-formed stretch for the end of the subject ("\z"
 * matches there), skips places at which JIT tries, and goes by where the search began. So it is never shown ill-formed
 * text, but the stretches between, as subjects of their own:
 *
 *      a b c \n FF d é f E2 82 g       stretches "abc\n", "déf", "g"; and the empty one before each lead byte that
 *      |------|    |---|       |       leads no character, such as E2, since JIT tries there too
 *
 * The ends of a stretch are no ends of the subject. PCRE2 is told so where it can be (NOTBOL, NOTEOL). For the items
 * that take no such hints ("\A", "\G", "\z", "\Z", "\b", "\B", and "^", which never matches behind a final line end)
 * there is a second code with a callout before each item, which vetoes what would match wrongly; it serves wherever a
 * stretch is not the whole subject. Under a time limit both codes have callouts and look at the clock there, so that
 * not even a single attempt outlasts it.
 *
 * Look-behind needs what stands before the position: a stretch begins as far back as the program can look, or where it
 * really begins. Cost: every byte is checked once a search. */
#include "pattern/interpreter.h"

#include <string.h>

#include "map/system.h"
#include "text/utf8.h"

enum { CALLOUTS_PER_LOOK = 1024 /* at the clock */ };

/* Whether the next item of the pattern must fail here. */
static bool is_vetoed(const interpreter *in, const pcre2_callout_block *block) {
    const char *item = in->text + block->pattern_position;
    if (block->next_item_length == 1 && item[0] == '^')
        return !in->is_cut_behind && block->current_position == block->subject_length && block->current_position > 0;
    if (block->next_item_length != 2 || item[0] != '\\')
        return false;
    switch (item[1]) {
    case 'A':
        return in->is_cut_in_front;
    case 'G':
        return in->is_continued;
    case 'z':
    case 'Z':
        return in->is_cut_behind;
    case 'b':
    case 'B': /* for JIT, neither is true where both neighbours are ill-formed */
        return in->is_cut_in_front && in->is_cut_behind && block->subject_length == 0;
    default:
        return false;
    }
}

/* Whether the item before the next one is a verb (*COMMIT), named or not. */
static bool is_behind_commit(const interpreter *in, const pcre2_callout_block *block) {
    static const char verb[] = "(*COMMIT";
    size_t n_verb = sizeof verb - 1, end = block->pattern_position, at = end;
    if (at == 0 || in->text[--at] != ')')
        return false;
    while (at > 0 && in->text[at] != '(' && (at == end - 1 || in->text[at] != ')'))
        at--;
    return end - at > n_verb && memcmp(in->text + at, verb, n_verb) == 0;
}

int interpreter_callout(pcre2_callout_block *block, void *interpreter_) {
    interpreter *in = interpreter_;
    bool is_look = in->deadline_seconds > 0 && in->n_callouts++ % CALLOUTS_PER_LOOK == 0;
    if (is_look && system_seconds() >= in->deadline_seconds)
        return INTERPRETER_OUT_OF_TIME;
    if (!in->text)
        return 0;
    in->has_committed |= is_behind_commit(in, block);
    return is_vetoed(in, block);
}

void interpreter_begin(interpreter *in) {
    in->is_known = false;
}

/* --- stretches --------------------------------------------------------------------------------------------------- */

/* Length of the character that ends at `at`; 0 when none does. */
static size_t character_before(const uint8_t *subject, size_t at) {
    uint32_t code_point;
    size_t n_most = at < UTF8_MAX_BYTES ? at : UTF8_MAX_BYTES;
    for (size_t n = 1; n <= n_most; n++)
        if (!utf8_continues(subject[at - n]))
            return utf8_character(subject + at - n, n, &code_point) == n ? n : 0;
    return 0;
}

/* Sees to it that the known stretch has the position in it, goes back far enough, and ends where the visible text or
 * the well-formed does. */
static void know_stretch(interpreter *in, const interpreter_call *call, size_t position, size_t n_bytes_back) {
    if (!in->is_known || position < in->begin || position > in->end || n_bytes_back > in->n_bytes_back) {
        in->begin = in->end = position;
        in->n_bytes_back = n_bytes_back;
        in->is_known = true;
        size_t n_back;
        while (position - in->begin < n_bytes_back && (n_back = character_before(call->subject, in->begin)) > 0)
            in->begin -= n_back;
    }
    if (in->end < call->n_visible_bytes)
        in->end += utf8_first_ill_formed(call->subject + in->end, call->n_visible_bytes - in->end);
}

/* The next place after a stretch's end at which JIT tries; n_visible_bytes when there is none. */
static size_t next_try(const interpreter_call *call, size_t end) {
    size_t at = end + 1;
    while (at < call->n_visible_bytes && utf8_continues(call->subject[at]))
        at++;
    return at;
}

/* --- matching ---------------------------------------------------------------------------------------------------- */

static int match_stretch(interpreter *in, const pattern_program *program, const interpreter_call *call, size_t position,
                         pcre2_match_context *context, pcre2_match_data *data) {
    size_t end = in->end < call->n_visible_bytes ? in->end : call->n_visible_bytes;
    uint32_t bits = call->bits | PCRE2_NO_JIT | PCRE2_NO_UTF_CHECK;
    in->is_continued = position > call->position;
    in->is_cut_in_front = in->begin > 0;
    in->is_cut_behind = end < call->n_visible_bytes;
    if (in->is_continued)
        bits &= ~(uint32_t)PCRE2_NOTEMPTY_ATSTART;
    if (in->is_cut_in_front)
        bits |= PCRE2_NOTBOL;
    if (in->is_cut_behind)
        bits |= PCRE2_NOTEOL;
    else if (end < call->n_subject_bytes)
        bits |= PCRE2_PARTIAL_HARD;
    size_t last_place = call->last_start < end ? call->last_start : end;
    if (in->is_cut_behind && position < end && last_place == end && utf8_continues(call->subject[end]))
        last_place = end - 1;
    pcre2_set_offset_limit(context, last_place - in->begin);
    bool is_stretch = program->stretch_code && (in->is_cut_in_front || in->is_cut_behind);
    in->text = is_stretch ? (const char *)program->stretch_text.bytes : NULL;
    in->has_committed = false;
    int n = pcre2_match(is_stretch ? program->stretch_code : program->interpreted_code, call->subject + in->begin,
                        end - in->begin, position - in->begin, bits, data, context);
    in->text = NULL;
    PCRE2_SIZE *ovector = pcre2_get_ovector_pointer(data);
    for (uint32_t i = 0; n >= 0 && i < 2 * pcre2_get_ovector_count(data); i++)
        ovector[i] += ovector[i] != PCRE2_UNSET ? in->begin : 0;
    return n;
}

/* Whether the search is over although there is text left. */
static bool is_given_up(const interpreter *in, const pattern_program *program, const interpreter_call *call,
                        size_t position) {
    uint32_t bits = call->bits;
    if (bits & PCRE2_ANCHORED)
        return true;
    pcre2_pattern_info(program->interpreted_code, PCRE2_INFO_ALLOPTIONS, &bits);
    return bits & PCRE2_ANCHORED || in->has_committed ||
           (call->last_start != PCRE2_UNSET && position > call->last_start);
}

int interpreter_match(interpreter *in, const pattern_program *program, const interpreter_call *call,
                      pcre2_match_context *context, pcre2_match_data *data) {
    for (size_t position = call->position;;) {
        if (call->is_utf) {
            know_stretch(in, call, position, program->n_bytes_back);
        } else {
            in->begin = 0;
            in->end = call->n_subject_bytes;
        }
        int n = match_stretch(in, program, call, position, context, data);
        if (n != PCRE2_ERROR_NOMATCH || in->end >= call->n_visible_bytes)
            return n;
        position = next_try(call, in->end);
        if (is_given_up(in, program, call, position))
            return PCRE2_ERROR_NOMATCH;
    }
}
