#include "count/count_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/error.h"
#include "map/system.h"
#include "thrum/buffer.h"
#include "thrum/output.h"

enum {
    VERSION = 1,
    PIECE_BYTES = 128 << 10,    /* given to and taken from zstd at a time */
    HEADER_MAX_BYTES = 1 << 20, /* of the first line */
    NUMBER_MAX_BYTES = 21
};

static const char first_bytes[] = "#thrum\t";
static const char *const key_names[N_COUNT_KEYS] = {"token", "case", "normalize", "ngram", "skip", "lemmas", "pattern"};

/* --- the header -------------------------------------------------------------------------------------------------- */

bool count_header_set(count_header *header, count_key key, const char *value) {
    char *copy = strdup(value);
    if (!copy)
        return false;
    free(header->values[key]);
    header->values[key] = copy;
    return true;
}

void count_header_release(count_header *header) {
    for (size_t i = 0; i < N_COUNT_KEYS; i++)
        free(header->values[i]);
    *header = (count_header){0};
}

const char *count_key_name(count_key key) {
    return key_names[key];
}

const char *count_file_library(void) {
    static char text[32];
    static const unsigned parts[] = {10000, 100, 1};
    if (!*text) {
        unsigned version = ZSTD_versionNumber();
        snprintf(text, sizeof text, "zstd %u.%u.%u", version / parts[0], version / parts[1] % 100, version % 100);
    }
    return text;
}

/* --- text -------------------------------------------------------------------------------------------------------- */

static void append_escaped(thrum_buffer *to, const uint8_t *bytes, size_t n_bytes) {
    size_t begin = 0;
    for (size_t i = 0; i < n_bytes; i++) {
        const char *escape = bytes[i] == '\t' ? "\\t" : bytes[i] == '\n' ? "\\n" : bytes[i] == '\\' ? "\\\\" : NULL;
        if (!escape)
            continue;
        thrum_buffer_append(to, bytes + begin, i - begin);
        thrum_buffer_append_text(to, escape);
        begin = i + 1;
    }
    thrum_buffer_append(to, bytes + begin, n_bytes - begin);
}

/* Appends what was escaped; false when it is not what append_escaped writes. */
static bool append_unescaped(thrum_buffer *to, const uint8_t *bytes, size_t n_bytes) {
    const uint8_t *end = bytes + n_bytes;
    while (bytes < end) {
        const uint8_t *slash = memchr(bytes, '\\', (size_t)(end - bytes));
        thrum_buffer_append(to, bytes, (size_t)((slash ? slash : end) - bytes));
        if (!slash)
            return true;
        int letter = end - slash > 1 ? slash[1] : 0;
        const char *byte = letter == 't' ? "\t" : letter == 'n' ? "\n" : letter == '\\' ? "\\" : NULL;
        if (!byte)
            return false;
        thrum_buffer_append(to, byte, 1);
        bytes = slash + 2;
    }
    return true;
}

/* A number as thrum_buffer_append_number writes it: digits, the first not 0 when there are more. */
static bool parse_number(const uint8_t *bytes, size_t n_bytes, uint64_t *number) {
    *number = 0;
    if (n_bytes == 0 || n_bytes >= NUMBER_MAX_BYTES || (n_bytes > 1 && bytes[0] == '0'))
        return false;
    for (size_t i = 0; i < n_bytes; i++) {
        unsigned digit = bytes[i] - (unsigned)'0';
        if (digit > 9 || *number > (UINT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return true;
}

/* --- writing ----------------------------------------------------------------------------------------------------- */

struct count_writer {
    thrum_output *output;
    ZSTD_CCtx *context;
    thrum_buffer text; /* not yet compressed */
    uint8_t *compressed;
    size_t n_compressed_bytes;
};

static thrum_status compress(count_writer *writer, const uint8_t *bytes, size_t n_bytes, ZSTD_EndDirective how,
                             thrum_error *error) {
    ZSTD_inBuffer in = {bytes, n_bytes, 0};
    size_t n_left;
    do {
        ZSTD_outBuffer out = {writer->compressed, writer->n_compressed_bytes, 0};
        n_left = ZSTD_compressStream2(writer->context, &out, &in, how);
        if (ZSTD_isError(n_left))
            return error_set(error, THRUM_ERROR_MEMORY, NULL, "cannot compress: %s", ZSTD_getErrorName(n_left));
        thrum_status status = thrum_output_write(writer->output, writer->compressed, out.pos, error);
        if (status != THRUM_OK)
            return status;
    } while (how == ZSTD_e_end ? n_left > 0 : in.pos < in.size);
    return THRUM_OK;
}

/* The text goes to zstd in pieces of one size, so that the same text always becomes the same bytes. */
static thrum_status compress_pieces(count_writer *writer, thrum_error *error) {
    thrum_buffer *text = &writer->text;
    size_t at = 0;
    thrum_status status = text->failed ? error_memory(error) : THRUM_OK;
    for (; status == THRUM_OK && text->n_bytes - at >= PIECE_BYTES; at += PIECE_BYTES)
        status = compress(writer, text->bytes + at, PIECE_BYTES, ZSTD_e_continue, error);
    if (at > 0 && status == THRUM_OK) {
        memmove(text->bytes, text->bytes + at, text->n_bytes - at);
        text->n_bytes -= at;
    }
    return status;
}

static void append_field(thrum_buffer *to, const char *name, const char *value) {
    thrum_buffer_append(to, "\t", 1);
    thrum_buffer_append_text(to, name);
    thrum_buffer_append(to, "=", 1);
    append_escaped(to, (const uint8_t *)value, strlen(value));
}

static void append_number(thrum_buffer *to, const char *name, uint64_t number) {
    append_field(to, name, "");
    thrum_buffer_append_number(to, number);
}

static void append_header(thrum_buffer *to, const count_header *header) {
    thrum_buffer_append(to, first_bytes, sizeof first_bytes - 2); /* each field brings its own tab */
    append_number(to, "version", VERSION);
    for (size_t i = 0; i < N_COUNT_KEYS; i++)
        append_field(to, key_names[i], header->values[i]);
    append_field(to, "by_document", header->by_document ? "yes" : "no");
    append_number(to, "tokens", header->n_tokens);
    append_number(to, "bytes", header->n_bytes);
    append_number(to, "documents", header->n_documents);
    thrum_buffer_append(to, "\n", 1);
}

thrum_status count_writer_open(count_writer **writer, const char *path, const count_header *header,
                               thrum_error *error) {
    *writer = NULL;
    count_writer *made = calloc(1, sizeof *made);
    if (!made)
        return error_memory(error);
    made->n_compressed_bytes = ZSTD_CStreamOutSize();
    made->compressed = malloc(made->n_compressed_bytes);
    made->context = ZSTD_createCCtx();
    thrum_status status = made->compressed && made->context ? THRUM_OK : error_memory(error);
    if (status == THRUM_OK && ZSTD_isError(ZSTD_CCtx_setParameter(made->context, ZSTD_c_checksumFlag, 1)))
        status = error_memory(error);
    if (status == THRUM_OK)
        status = thrum_output_open(&made->output, path, error);
    if (status == THRUM_OK) {
        append_header(&made->text, header);
        *writer = made;
        return THRUM_OK;
    }
    count_writer_discard(made);
    return status;
}

thrum_status count_writer_add(count_writer *writer, const word_record *record, thrum_error *error) {
    thrum_buffer *text = &writer->text;
    append_escaped(text, record->bytes, record->n_bytes);
    thrum_buffer_append(text, "\t", 1);
    thrum_buffer_append_number(text, record->count);
    thrum_buffer_append(text, "\t", 1);
    thrum_buffer_append_number(text, record->documents);
    thrum_buffer_append(text, "\n", 1);
    return text->n_bytes >= PIECE_BYTES || text->failed ? compress_pieces(writer, error) : THRUM_OK;
}

thrum_status count_writer_close(count_writer *writer, thrum_error *error) {
    thrum_status status = compress_pieces(writer, error);
    if (status == THRUM_OK)
        status = compress(writer, writer->text.bytes, writer->text.n_bytes, ZSTD_e_end, error);
    if (status == THRUM_OK) {
        status = thrum_output_close(writer->output, error);
        writer->output = NULL;
    }
    count_writer_discard(writer);
    return status;
}

void count_writer_discard(count_writer *writer) {
    if (!writer)
        return;
    thrum_output_discard(writer->output);
    ZSTD_freeCCtx(writer->context);
    thrum_buffer_release(&writer->text);
    free(writer->compressed);
    free(writer);
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

struct count_reader {
    char *path;
    int descriptor;
    bool is_standard;
    ZSTD_DCtx *context;
    uint8_t *compressed;
    ZSTD_inBuffer in;
    bool is_all_read; /* of the compressed bytes */
    bool is_frame_over;
    uint8_t *text;
    size_t at, n_text_bytes;
    thrum_buffer line; /* one that does not lie in `text` as a whole */
    thrum_buffer words[2];
    uint64_t n_words;
    uint64_t n_tokens; /* so far */
    bool has_header;
    count_header header;
};

/* The place in the file is told by the line. */
static thrum_status refuse(const count_reader *reader, const char *what, thrum_error *error) {
    if (!reader->has_header)
        return error_set(error, THRUM_ERROR_FORMAT, reader->path, "is not a count file: %s", what);
    return error_set(error, THRUM_ERROR_FORMAT, reader->path, "is a damaged count file: line %llu: %s",
                     (unsigned long long)reader->n_words + 2, what);
}

static thrum_status read_compressed(count_reader *reader, thrum_error *error) {
    size_t n_read;
    int failure = system_read(reader->descriptor, reader->compressed, PIECE_BYTES, &n_read);
    if (failure)
        return error_system(error, failure, reader->path, "cannot read");
    reader->in = (ZSTD_inBuffer){reader->compressed, n_read, 0};
    reader->is_all_read = n_read < PIECE_BYTES;
    return THRUM_OK;
}

/* Gets more text, none only at the end of the frame. */
static thrum_status expand(count_reader *reader, thrum_error *error) {
    ZSTD_outBuffer out = {reader->text, PIECE_BYTES, 0};
    while (out.pos == 0 && !reader->is_frame_over) {
        if (reader->in.pos == reader->in.size && !reader->is_all_read) {
            thrum_status status = read_compressed(reader, error);
            if (status != THRUM_OK)
                return status;
        }
        bool was_at_end = reader->in.pos == reader->in.size;
        size_t n_left = ZSTD_decompressStream(reader->context, &out, &reader->in);
        if (ZSTD_getErrorCode(n_left) == ZSTD_error_prefix_unknown)
            return refuse(reader, "zstd did not compress it", error);
        if (ZSTD_isError(n_left))
            return refuse(reader, ZSTD_getErrorName(n_left), error);
        reader->is_frame_over = n_left == 0;
        if (was_at_end && out.pos == 0 && !reader->is_frame_over)
            return refuse(reader, "its end is missing", error);
    }
    reader->at = 0;
    reader->n_text_bytes = out.pos;
    return THRUM_OK;
}

/* The next line without its line feed; *line is NULL at the end of the text. It lives until the next call. */
static thrum_status next_line(count_reader *reader, const uint8_t **line, size_t *n_bytes, thrum_error *error) {
    thrum_buffer_clear(&reader->line);
    for (;;) {
        const uint8_t *from = reader->text + reader->at;
        size_t n_here = reader->n_text_bytes - reader->at;
        const uint8_t *feed = n_here ? memchr(from, '\n', n_here) : NULL;
        size_t n = feed ? (size_t)(feed - from) : n_here;
        reader->at += n + (feed != NULL);
        *line = from;
        *n_bytes = n;
        if (feed && reader->line.n_bytes == 0)
            return THRUM_OK;
        thrum_buffer_append(&reader->line, from, n);
        if (reader->line.failed)
            return error_memory(error);
        *line = reader->line.bytes;
        *n_bytes = reader->line.n_bytes;
        if (feed)
            return THRUM_OK;
        if (!reader->has_header && *n_bytes > HEADER_MAX_BYTES)
            return refuse(reader, "its first line is too long", error);
        thrum_status status = expand(reader, error);
        if (status != THRUM_OK)
            return status;
        if (reader->n_text_bytes == 0) {
            *line = NULL;
            return reader->line.n_bytes ? refuse(reader, "it has no end", error) : THRUM_OK;
        }
    }
}

/* Takes "\tNAME=" and the value behind it off the front of a line; false when something else stands there. */
static bool take_field(const uint8_t **line, size_t *n_bytes, const char *name, const uint8_t **value,
                       size_t *n_value) {
    size_t n_name = strlen(name);
    if (*n_bytes < n_name + 2 || **line != '\t' || memcmp(*line + 1, name, n_name) != 0 || (*line)[n_name + 1] != '=')
        return false;
    *value = *line + n_name + 2;
    size_t n_rest = *n_bytes - n_name - 2;
    const uint8_t *tab = n_rest ? memchr(*value, '\t', n_rest) : NULL;
    *n_value = tab ? (size_t)(tab - *value) : n_rest;
    *line = *value + *n_value;
    *n_bytes = n_rest - *n_value;
    return true;
}

static bool take_number(const uint8_t **line, size_t *n_bytes, const char *name, uint64_t *number) {
    const uint8_t *value;
    size_t n_value;
    return take_field(line, n_bytes, name, &value, &n_value) && parse_number(value, n_value, number);
}

/* False when it is no value, or without memory. */
static bool take_value(const uint8_t **line, size_t *n_bytes, count_header *header, count_key key) {
    const uint8_t *value;
    size_t n_value;
    thrum_buffer text = {0};
    bool taken = take_field(line, n_bytes, key_names[key], &value, &n_value) &&
                 append_unescaped(&text, value, n_value) && !(n_value && memchr(value, 0, n_value));
    thrum_buffer_append(&text, "", 1);
    taken = taken && !text.failed && count_header_set(header, key, (const char *)text.bytes);
    thrum_buffer_release(&text);
    return taken;
}

static bool take_by_document(const uint8_t **line, size_t *n_bytes, bool *by_document) {
    const uint8_t *value;
    size_t n_value;
    if (!take_field(line, n_bytes, "by_document", &value, &n_value))
        return false;
    *by_document = n_value == 3 && memcmp(value, "yes", 3) == 0;
    return *by_document || (n_value == 2 && memcmp(value, "no", 2) == 0);
}

static thrum_status read_header(count_reader *reader, thrum_error *error) {
    count_header *header = &reader->header;
    const uint8_t *line;
    size_t n_bytes, n_first = sizeof first_bytes - 2;
    uint64_t version;
    thrum_status status = next_line(reader, &line, &n_bytes, error);
    if (status != THRUM_OK)
        return status;
    if (!line || n_bytes < n_first || memcmp(line, first_bytes, n_first) != 0)
        return refuse(reader, "its first line does not begin with #thrum", error);
    line += n_first;
    n_bytes -= n_first;
    if (!take_number(&line, &n_bytes, "version", &version))
        return refuse(reader, "its first line does not say its version", error);
    if (version != VERSION)
        return error_set(error, THRUM_ERROR_FORMAT, reader->path,
                         "is a count file of version %llu; this program knows version %d", (unsigned long long)version,
                         VERSION);
    for (size_t i = 0; i < N_COUNT_KEYS; i++)
        if (!take_value(&line, &n_bytes, header, (count_key)i))
            return refuse(reader, "its first line does not say all that it should", error);
    if (!take_by_document(&line, &n_bytes, &header->by_document) ||
        !take_number(&line, &n_bytes, "tokens", &header->n_tokens) ||
        !take_number(&line, &n_bytes, "bytes", &header->n_bytes) ||
        !take_number(&line, &n_bytes, "documents", &header->n_documents) || n_bytes > 0)
        return refuse(reader, "its first line does not say all that it should", error);
    reader->has_header = true;
    return THRUM_OK;
}

thrum_status count_reader_open(count_reader **reader, const char *path, thrum_error *error) {
    *reader = NULL;
    count_reader *made = calloc(1, sizeof *made);
    if (!made)
        return error_memory(error);
    made->is_standard = strcmp(path, "-") == 0;
    made->path = strdup(made->is_standard ? "standard input" : path);
    made->descriptor = made->is_standard ? SYSTEM_STANDARD_INPUT : -1;
    made->compressed = malloc(PIECE_BYTES);
    made->text = malloc(PIECE_BYTES);
    made->context = ZSTD_createDCtx();
    thrum_status status =
        made->path && made->compressed && made->text && made->context ? THRUM_OK : error_memory(error);
    if (status == THRUM_OK && !made->is_standard) {
        int failure = system_open(&made->descriptor, path, SYSTEM_OPEN_READ);
        if (failure)
            status = error_system(error, failure, path, "cannot open");
    }
    if (status == THRUM_OK)
        status = read_header(made, error);
    if (status == THRUM_OK)
        *reader = made;
    else
        count_reader_close(made);
    return status;
}

const count_header *count_reader_header(const count_reader *reader) {
    return &reader->header;
}

/* At the end of the text: nothing may follow, and the counts are those that the header promised. */
static thrum_status check_end(count_reader *reader, thrum_error *error) {
    if (reader->in.pos == reader->in.size && !reader->is_all_read) {
        thrum_status status = read_compressed(reader, error);
        if (status != THRUM_OK)
            return status;
    }
    if (reader->in.pos < reader->in.size)
        return refuse(reader, "more follows behind the end", error);
    if (reader->n_tokens != reader->header.n_tokens)
        return refuse(reader, "the counts do not add up to the tokens of the first line", error);
    return THRUM_OK;
}

/* What is wrong with a line; NULL: nothing. */
static const char *parse_line(count_reader *reader, const uint8_t *line, size_t n_bytes, word_record *record) {
    const count_header *header = &reader->header;
    thrum_buffer *word = &reader->words[reader->n_words % 2], *before = &reader->words[(reader->n_words + 1) % 2];
    const uint8_t *end = line + n_bytes;
    const uint8_t *tab = n_bytes ? memchr(line, '\t', n_bytes) : NULL;
    const uint8_t *second = tab ? memchr(tab + 1, '\t', (size_t)(end - tab - 1)) : NULL;
    if (!second)
        return "it has no three columns";
    thrum_buffer_clear(word);
    thrum_buffer_reserve(word, 1); /* so that the empty word has a place too */
    if (!append_unescaped(word, line, (size_t)(tab - line)))
        return "the word is not escaped as it should be";
    if (!parse_number(tab + 1, (size_t)(second - tab - 1), &record->count) || record->count == 0)
        return "the count is not a number above 0 that fits into 64 bits";
    if (!parse_number(second + 1, (size_t)(end - second - 1), &record->documents) ||
        (record->documents == 0) == header->by_document || record->documents > header->n_documents ||
        record->documents > record->count)
        return "the number of documents cannot be";
    *record = (word_record){word->bytes, word->n_bytes, record->count, record->documents, WORD_NO_DOCUMENT};
    const word_record last = {.bytes = before->bytes, .n_bytes = before->n_bytes};
    if (reader->n_words > 0 && word_record_compare(&last, record, THRUM_WORDS_BY_WORD) >= 0)
        return "the word does not come behind that of the line before";
    if (record->count > header->n_tokens - reader->n_tokens)
        return "the counts add up to more than the tokens of the first line";
    return NULL;
}

thrum_status count_reader_next(void *reader_, word_record *record, bool *found, thrum_error *error) {
    count_reader *reader = reader_;
    const uint8_t *line;
    size_t n_bytes;
    *found = false;
    thrum_status status = next_line(reader, &line, &n_bytes, error);
    if (status != THRUM_OK)
        return status;
    if (!line)
        return check_end(reader, error);
    const char *fault = parse_line(reader, line, n_bytes, record);
    if (reader->words[reader->n_words % 2].failed)
        return error_memory(error);
    if (fault)
        return refuse(reader, fault, error);
    reader->n_words++;
    reader->n_tokens += record->count;
    *found = true;
    return THRUM_OK;
}

void count_reader_close(void *reader_) {
    count_reader *reader = reader_;
    if (!reader)
        return;
    if (reader->descriptor >= 0 && !reader->is_standard)
        (void)system_close(reader->descriptor);
    ZSTD_freeDCtx(reader->context);
    count_header_release(&reader->header);
    thrum_buffer_release(&reader->line);
    thrum_buffer_release(&reader->words[0]);
    thrum_buffer_release(&reader->words[1]);
    free(reader->compressed);
    free(reader->text);
    free(reader->path);
    free(reader);
}
