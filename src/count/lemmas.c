/* Lemmas. Their forms are counted in a table, each as many times as the number of its lemma says; so the table finds
 * the number. */
#include "count/lemmas.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "count/word_table.h"
#include "thrum/mapping.h"

struct thrum_lemmas {
    word_table *forms; /* to numbers, from 1 */
    token *lemmas;
    size_t n, capacity;
    thrum_buffer bytes; /* of the lemmas, one after the other */
    uint64_t fingerprint;
};

void thrum_lemmas_free(thrum_lemmas *lemmas) {
    if (!lemmas)
        return;
    word_table_free(lemmas->forms);
    free(lemmas->lemmas);
    thrum_buffer_release(&lemmas->bytes);
    free(lemmas);
}

token lemmas_of(const thrum_lemmas *lemmas, token word) {
    uint64_t number = word_table_find(lemmas->forms, word.bytes, word.n_bytes);
    return number ? lemmas->lemmas[number - 1] : word;
}

uint64_t lemmas_fingerprint(const thrum_lemmas *lemmas) {
    return lemmas->fingerprint;
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

typedef struct reading {
    thrum_lemmas *lemmas;
    normalizer *normalizer_;
    thrum_buffer form; /* scratch */
    const char *path;
    size_t n_lines;
    thrum_error *error;
} reading;

static thrum_status refuse(const reading *r, const char *why) {
    return error_set(r->error, THRUM_ERROR_ARGUMENT, r->path, "line %zu %s: write a form, a tab and its lemma",
                     r->n_lines, why);
}

static token trimmed(const uint8_t *begin, const uint8_t *end) {
    while (begin < end && *begin == ' ')
        begin++;
    while (begin < end && end[-1] == ' ')
        end--;
    return (token){begin, (size_t)(end - begin)};
}

/* FNV-1a, going on from `hash`. */
static uint64_t hash_on(uint64_t hash, const uint8_t *bytes, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return (hash ^ '\t') * UINT64_C(0x100000001b3);
}

static thrum_status add(reading *r, token form, token lemma) {
    thrum_lemmas *lemmas = r->lemmas;
    thrum_buffer_clear(&r->form);
    if (!normalizer_append(r->normalizer_, form.bytes, form.n_bytes, &r->form))
        return error_memory(r->error);
    if (word_table_find(lemmas->forms, r->form.bytes, r->form.n_bytes))
        return THRUM_OK;
    size_t begin = lemmas->bytes.n_bytes;
    if (!memory_grow(&lemmas->lemmas, &lemmas->capacity, lemmas->n + 1, sizeof *lemmas->lemmas) ||
        !normalizer_append(r->normalizer_, lemma.bytes, lemma.n_bytes, &lemmas->bytes) ||
        !word_table_add_count(lemmas->forms, r->form.bytes, r->form.n_bytes, lemmas->n + 1))
        return error_memory(r->error);
    size_t n_lemma = lemmas->bytes.n_bytes - begin;
    uint64_t hash = hash_on(UINT64_C(0xcbf29ce484222325), r->form.bytes, r->form.n_bytes);
    lemmas->fingerprint += hash_on(hash, lemmas->bytes.bytes + begin, n_lemma);
    lemmas->lemmas[lemmas->n++].n_bytes = n_lemma;
    return THRUM_OK;
}

static thrum_status read_line(reading *r, const uint8_t *begin, const uint8_t *end) {
    r->n_lines++;
    if (end > begin && end[-1] == '\r')
        end--;
    if (begin == end || *begin == '#')
        return THRUM_OK;
    const uint8_t *tab = memchr(begin, '\t', (size_t)(end - begin));
    if (!tab)
        return refuse(r, "has no tab");
    if (memchr(tab + 1, '\t', (size_t)(end - tab - 1)))
        return refuse(r, "has more than one tab");
    token form = trimmed(begin, tab), lemma = trimmed(tab + 1, end);
    if (form.n_bytes == 0 || lemma.n_bytes == 0)
        return refuse(r, form.n_bytes == 0 ? "has no form" : "has no lemma");
    return add(r, form, lemma);
}

static thrum_status read_lines(reading *r, const uint8_t *bytes, size_t n_bytes) {
    static const uint8_t byte_order_mark[] = {0xEF, 0xBB, 0xBF};
    const uint8_t *at = bytes, *end = bytes + n_bytes;
    thrum_status status = THRUM_OK;
    if (n_bytes >= sizeof byte_order_mark && memcmp(bytes, byte_order_mark, sizeof byte_order_mark) == 0)
        at += sizeof byte_order_mark;
    while (at < end && status == THRUM_OK) {
        const uint8_t *feed = memchr(at, '\n', (size_t)(end - at));
        status = read_line(r, at, feed ? feed : end);
        at = feed ? feed + 1 : end;
    }
    return status;
}

/* Once all are there and their bytes no longer move. */
static void point(thrum_lemmas *lemmas) {
    const uint8_t *at = lemmas->bytes.bytes;
    for (size_t i = 0; i < lemmas->n; i++) {
        lemmas->lemmas[i].bytes = at;
        at += lemmas->lemmas[i].n_bytes;
    }
}

thrum_status lemmas_read(thrum_lemmas **lemmas, const char *path, normalizer *normalizer_, thrum_error *error) {
    const word_seed seed = word_seed_draw();
    thrum_mapping *mapping = NULL;
    reading r = {.normalizer_ = normalizer_, .path = path, .error = error};
    *lemmas = NULL;
    thrum_status status = thrum_mapping_open(&mapping, path, THRUM_ACCESS_READ, 0, THRUM_TO_END, error);
    if (status != THRUM_OK)
        return status;
    r.lemmas = calloc(1, sizeof *r.lemmas);
    if (!r.lemmas || !(r.lemmas->forms = word_table_create(&seed)))
        status = error_memory(error);
    if (status == THRUM_OK)
        status = read_lines(&r, thrum_mapping_bytes(mapping), thrum_mapping_n_bytes(mapping));
    thrum_mapping_close(mapping);
    thrum_buffer_release(&r.form);
    if (status == THRUM_OK) {
        point(r.lemmas);
        *lemmas = r.lemmas;
    } else {
        thrum_lemmas_free(r.lemmas);
    }
    return status;
}
