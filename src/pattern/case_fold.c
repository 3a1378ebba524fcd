/* Which letters are the same only PCRE2 can tell, whose Unicode may be another one than that of other libraries. It is
 * asked for all characters that a class of the texts' letters matches (in the planes 0 and 1, where all scripts with
 * case are, and without the letters of other scripts, which may be thousands), and for each of them, which of those
 * before it is the same. What comes first of them, in ASCII or with the lowest number, stands for all, so it never has
 * more bytes than another. Asking costs 1 to 2 ms.
 *
 * Folding looks each character beyond ASCII up in a table of 64 for all with the same lead; those of two bytes, such as
 * Cyrillic, without a branch. Cost: some 1 ns for such a character. */
#include "pattern/case_fold.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "pattern/syntax_probe.h"
#include "text/kernel.h"
#include "text/utf8.h"
#include "thrum/buffer.h"

enum {
    FIRST_BEYOND = 0x80,
    FIRST_SURROGATE = 0xD800,
    LAST_SURROGATE = 0xDFFF,
    N_CODE_POINTS = 0x20000,
    ROW = 64,         /* characters whose last byte alone differs */
    N_PAIR_ROWS = 32, /* of two bytes */
    N_ROWS = N_CODE_POINTS / ROW,
    N_LETTERS = 26
};

/* A character to be written: its bytes, the first one lowest. */
typedef uint32_t written;

struct case_fold {
    kernel_pairs kernel_pairs_[N_PAIR_ROWS]; /* the same for kernels; foreign are those that change their length */
    const kernel_pairs *kernel_rows[KERNEL_LEADS];
    written pairs[N_PAIR_ROWS][ROW]; /* of all characters of two bytes */
    uint16_t row_of[N_ROWS];         /* of the others: its number from 1 on; 0: all stay as they are */
    written (*rows)[ROW];            /* 0: the character stays */
    size_t n_rows, row_capacity;
};

/* --- characters --------------------------------------------------------------------------------------------------- */

static written written_of(const uint8_t *bytes, size_t n_bytes) {
    written w = 0;
    for (size_t i = 0; i < n_bytes; i++)
        w |= (written)bytes[i] << 8 * i;
    return w;
}

static inline size_t written_bytes(written w) {
    uint8_t lead = (uint8_t)w;
    return 1 + (size_t)(lead >= 0x80) + (size_t)(lead >= 0xE0) + (size_t)(lead >= 0xF0);
}

/* Writes UTF8_MAX_BYTES, of which those that count are told. */
static inline size_t put(uint8_t *to, written w) {
    for (unsigned i = 0; i < UTF8_MAX_BYTES; i++) /* compilers make one store of it */
        to[i] = (uint8_t)(w >> 8 * i);
    return written_bytes(w);
}

/* --- folding ------------------------------------------------------------------------------------------------------ */

/* What the character beyond ASCII that the bytes begin with becomes; 0: it stays. */
static inline written fold_character(const case_fold *fold, const uint8_t *bytes, size_t n_bytes, size_t *n_read) {
    uint32_t code_point;
    if (n_bytes > 1 && utf8_is_pair(bytes[0], bytes[1])) {
        *n_read = 2;
        return fold->pairs[bytes[0] & 0x1F][bytes[1] & 0x3F];
    }
    *n_read = utf8_step(bytes, n_bytes, &code_point);
    if (*n_read == 1 || code_point >= N_CODE_POINTS || fold->row_of[code_point / ROW] == 0)
        return 0;
    return fold->rows[fold->row_of[code_point / ROW] - 1][code_point % ROW];
}

/* Copies ASCII from the beginning of the bytes, and tells how many. */
static size_t copy_ascii(const uint8_t *bytes, size_t n_bytes, uint8_t *to) {
    size_t n = 0;
    for (uint64_t word; n + sizeof word <= n_bytes; n += sizeof word) {
        memcpy(&word, bytes + n, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
        memcpy(to + n, &word, sizeof word);
    }
    for (; n < n_bytes && bytes[n] < 0x80; n++)
        to[n] = bytes[n];
    return n;
}

size_t case_fold_bytes(const case_fold *fold, const uint8_t *bytes, size_t n_bytes, uint8_t *to) {
    size_t at = 0, n = 0;
    for (;;) {
        size_t n_ascii = copy_ascii(bytes + at, n_bytes - at, to + n), n_read;
        at += n_ascii;
        n += n_ascii;
        if (at == n_bytes)
            return n;
        written w = fold_character(fold, bytes + at, n_bytes - at, &n_read);
        if (!w) /* stays */
            memcpy(to + n, bytes + at, n_read);
        n += w ? put(to + n, w) : n_read;
        at += n_read;
    }
}

/* Whether a character that is none of two bytes, or changes its length, begins at one of the places and is folded. */
static bool folds_foreign(const case_fold *fold, const uint8_t *bytes, size_t n_bytes, uint64_t places) {
    for (; places; places &= places - 1) {
        size_t n_read, at = (size_t)__builtin_ctzll(places);
        if (at < n_bytes && bytes[at] >= 0x80 && fold_character(fold, bytes + at, n_bytes - at, &n_read))
            return true;
    }
    return false;
}

bool case_fold_pairs(const case_fold *fold, const uint8_t *bytes, size_t n_bytes, size_t n_readable, uint8_t *to) {
    enum { MOST_MASKS = 64 };
    uint64_t words[MOST_MASKS] = {0}, foreign[MOST_MASKS];
    const kernel *kernel_ = kernel_get();
    size_t n_masks = (n_bytes + KERNEL_MASK_BYTES - 1) / KERNEL_MASK_BYTES;
    if (!kernel_->pair_masks || n_masks > MOST_MASKS || n_readable <= n_masks * KERNEL_MASK_BYTES)
        return false;
    memcpy(to, bytes, n_masks * KERNEL_MASK_BYTES);
    kernel_->pair_masks(words, foreign, bytes, to, n_masks, fold->kernel_rows);
    for (size_t m = 0; m < n_masks; m++) {
        size_t begin = m * KERNEL_MASK_BYTES;
        if (foreign[m] && folds_foreign(fold, bytes + begin, n_bytes - begin, foreign[m]))
            return false;
    }
    return true;
}

size_t case_fold_origin(const case_fold *fold, const uint8_t *bytes, size_t n_bytes, size_t from, size_t n_folded) {
    while (n_folded > 0 && from < n_bytes) {
        size_t n_read = 1;
        written w = bytes[from] < 0x80 ? 0 : fold_character(fold, bytes + from, n_bytes - from, &n_read);
        size_t n_written = w ? written_bytes(w) : n_read;
        n_folded -= n_written < n_folded ? n_written : n_folded;
        from += n_read;
    }
    return from;
}

/* --- making ------------------------------------------------------------------------------------------------------- */

/* Something that PCRE2 is asked, in Unicode mode without case. */
typedef struct question {
    pcre2_code *code;
    pcre2_match_data *data;
} question;

static void question_release(question *q) {
    pcre2_code_free(q->code);
    pcre2_match_data_free(q->data);
}

static bool question_init(question *q, const uint8_t *text, size_t n_bytes) {
    const uint32_t bits = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS;
    int fault;
    PCRE2_SIZE offset;
    *q = (question){.code = pcre2_compile(text, n_bytes, bits, &fault, &offset, NULL),
                    .data = pcre2_match_data_create(1, NULL)};
    if (q->code && q->data) {
        (void)pcre2_jit_compile(q->code, PCRE2_JIT_COMPLETE); /* it answers without, too */
        return true;
    }
    question_release(q);
    return false;
}

/* The next match at or after *at; false when there is none, with *failed when PCRE2 fails. */
static bool question_ask(const question *q, const uint8_t *text, size_t n_bytes, size_t *at, size_t *end,
                         bool *failed) {
    int n = pcre2_match(q->code, text, n_bytes, *at, PCRE2_NO_UTF_CHECK, q->data, NULL);
    const PCRE2_SIZE *match = pcre2_get_ovector_pointer(q->data);
    *failed = *failed || (n < 0 && n != PCRE2_ERROR_NOMATCH);
    if (n < 0 || match[0] < *at || match[1] <= match[0])
        return false;
    *at = match[0];
    *end = match[1];
    return true;
}

static void append_all_beyond_ascii(thrum_buffer *to) {
    uint8_t *bytes = thrum_buffer_reserve(to, (size_t)UTF8_MAX_BYTES * N_CODE_POINTS);
    for (uint32_t c = FIRST_BEYOND; bytes && c < N_CODE_POINTS; c++)
        if (c < FIRST_SURROGATE || c > LAST_SURROGATE)
            to->n_bytes += utf8_write(c, to->bytes + to->n_bytes);
}

/* Appends a class of the different letters of the texts that may have another case; *n_letters is their number. False
 * without memory, or when PCRE2 fails. */
static bool append_class(thrum_buffer *to, const sieve_text *texts, size_t n_texts, size_t *n_letters) {
    question without_case = {0};
    uint64_t *is_seen = calloc(N_CODE_POINTS / 64, sizeof *is_seen);
    bool failed = !is_seen || !question_init(&without_case, (const uint8_t *)syntax_kinds_without_case,
                                             strlen(syntax_kinds_without_case));
    *n_letters = 0;
    thrum_buffer_append_text(to, "[");
    for (size_t i = 0; i < n_texts && !failed; i++) {
        uint32_t c = 0;
        for (size_t at = 0, n; at < texts[i].n_bytes && !failed; at += n) {
            const uint8_t *bytes = texts[i].bytes + at;
            size_t begin = 0, end;
            n = utf8_step(bytes, texts[i].n_bytes - at, &c);
            if (c >= N_CODE_POINTS || is_seen[c / 64] >> c % 64 & 1)
                continue;
            is_seen[c / 64] |= UINT64_C(1) << c % 64;
            bool is_letter = c < FIRST_BEYOND ? (c | 0x20) - 'a' < N_LETTERS
                                              : !question_ask(&without_case, bytes, n, &begin, &end, &failed);
            thrum_buffer_append(to, bytes, is_letter ? n : 0);
            *n_letters += is_letter;
        }
    }
    thrum_buffer_append_text(to, "]++");
    free(is_seen);
    question_release(&without_case);
    return !failed && !to->failed;
}

/* Makes a character become what is written. */
static bool fold_add(case_fold *fold, uint32_t code_point, written w) {
    if (code_point < N_PAIR_ROWS * ROW) {
        fold->pairs[code_point / ROW][code_point % ROW] = w;
        return true;
    }
    uint16_t *row = &fold->row_of[code_point / ROW];
    if (*row == 0) {
        if (!memory_grow(&fold->rows, &fold->row_capacity, fold->n_rows + 1, sizeof *fold->rows))
            return false;
        memset(fold->rows[fold->n_rows], 0, sizeof *fold->rows);
        *row = (uint16_t)++fold->n_rows;
    }
    fold->rows[*row - 1][code_point % ROW] = w;
    return true;
}

/* Folds a character to the one of `chosen` that is the same, or adds it to them. */
static bool fold_letter(case_fold *fold, const uint8_t *bytes, size_t n_bytes, uint32_t code_point,
                        thrum_buffer *chosen) {
    question q;
    bool failed = false;
    size_t at = 0, end = 0;
    if (!question_init(&q, bytes, n_bytes))
        return false;
    bool is_known = question_ask(&q, chosen->bytes, chosen->n_bytes, &at, &end, &failed);
    question_release(&q);
    if (is_known)
        return fold_add(fold, code_point, written_of(chosen->bytes + at, end - at));
    thrum_buffer_append(chosen, bytes, n_bytes);
    return !failed && !chosen->failed;
}

static bool fold_letters(case_fold *fold, const question *class, size_t *n_folded) {
    thrum_buffer all = {0}, chosen = {0};
    append_all_beyond_ascii(&all);
    thrum_buffer_append_text(&chosen, "abcdefghijklmnopqrstuvwxyz");
    bool failed = false, ok = !all.failed && !chosen.failed;
    for (size_t at = 0, end = 0; ok && question_ask(class, all.bytes, all.n_bytes, &at, &end, &failed); at = end) {
        for (size_t n; at < end && ok; at += n) {
            uint32_t code_point;
            n = utf8_step(all.bytes + at, end - at, &code_point);
            ok = fold_letter(fold, all.bytes + at, n, code_point, &chosen);
            ++*n_folded;
        }
    }
    thrum_buffer_release(&all);
    thrum_buffer_release(&chosen);
    return ok && !failed;
}

static case_fold *identity(void) {
    case_fold *made = memory_own(1, sizeof *made);
    for (uint32_t c = FIRST_BEYOND; made && c < N_PAIR_ROWS * ROW; c++) {
        uint8_t bytes[UTF8_MAX_BYTES];
        made->pairs[c / ROW][c % ROW] = written_of(bytes, utf8_write(c, bytes));
    }
    return made;
}

static void tell_kernels(case_fold *fold) {
    for (unsigned row = 0; row < N_PAIR_ROWS; row++) {
        kernel_pairs *pairs = &fold->kernel_pairs_[row];
        fold->kernel_rows[row] = pairs;
        for (unsigned i = 0; i < ROW; i++) {
            written w = fold->pairs[row][i];
            pairs->classes[i] = written_bytes(w) == 2 ? KERNEL_PAIR_LETTER : KERNEL_PAIR_FOREIGN;
            pairs->leads[i] = (uint8_t)w;
            pairs->nexts[i] = (uint8_t)(w >> 8);
        }
    }
}

bool case_fold_create(case_fold **fold, const sieve_text *texts, size_t n_texts) {
    thrum_buffer class = {0};
    question q = {0};
    size_t n_letters, n_folded = 0;
    *fold = NULL;
    bool ok = append_class(&class, texts, n_texts, &n_letters);
    if (ok && n_letters > 0) {
        *fold = identity();
        ok = *fold && question_init(&q, class.bytes, class.n_bytes);
        if (ok) {
            ok = fold_letters(*fold, &q, &n_folded);
            tell_kernels(*fold);
        }
        question_release(&q);
    }
    thrum_buffer_release(&class);
    if (!ok || n_folded == 0) {
        case_fold_free(*fold);
        *fold = NULL;
    }
    return ok;
}

void case_fold_free(case_fold *fold) {
    if (!fold)
        return;
    free(fold->rows);
    free(fold);
}
