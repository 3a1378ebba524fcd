/* Count files: what a pass counted, to be kept and merged. One zstd frame with a checksum, of lines of text:
 *
 *      #thrum <TAB> version=1 <TAB> token=unicode <TAB> ... <TAB> tokens=9 <TAB> bytes=50 <TAB> documents=2
 *      word <TAB> count <TAB> documents
 *      ...
 *
 * The words are in bytewise order, each once; in them, and in the values of the first line, tab, newline and backslash
 * are written \t, \n and \\. Where by_document=no, the last column is 0: how many documents have the words was not
 * counted. There is nothing in a file that the same counts could have otherwise: no time, no machine, no name. */
#ifndef COUNT_COUNT_FILE_H
#define COUNT_COUNT_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "count/word_merge.h"
#include "thrum/error.h"

/* What has to be the same in files whose counts are added, by the names of the first line. */
typedef enum count_key {
    COUNT_TOKEN,     /* unicode, ascii, space, pattern, bytes (a pattern that takes each byte as a character) */
    COUNT_CASE,      /* fold, keep */
    COUNT_NORMALIZE, /* none, nfc, nfkc */
    COUNT_NGRAM,
    COUNT_SKIP,
    COUNT_LEMMAS,  /* none, or a number that tells them from others */
    COUNT_PATTERN, /* what a pattern was made of */
    N_COUNT_KEYS
} count_key;

/* Initialise with {0}. The strings are the header's own. */
typedef struct count_header {
    char *values[N_COUNT_KEYS];
    bool by_document;
    uint64_t n_tokens;
    uint64_t n_bytes;
    uint64_t n_documents; /* inputs, whether counted for each word or not */
} count_header;

/* Takes a copy of a value. False without memory. */
bool count_header_set(count_header *header, count_key key, const char *value);
void count_header_release(count_header *header);
/* The name of a key, as the first line has it. */
const char *count_key_name(count_key key);

/* Writes a file that appears whole or not at all. */
typedef struct count_writer count_writer;

thrum_status count_writer_open(count_writer **writer, const char *path, const count_header *header, thrum_error *error);
/* In order of words, each once, with a count above 0. */
thrum_status count_writer_add(count_writer *writer, const word_record *record, thrum_error *error);
/* Frees the writer in any case; the file stands under its name only when all went well. */
thrum_status count_writer_close(count_writer *writer, thrum_error *error);
/* NULL is allowed. */
void count_writer_discard(count_writer *writer);

/* Reads a file, in bounded memory; whatever is not as it should be is THRUM_ERROR_FORMAT. */
typedef struct count_reader count_reader;

/* Opens a file, "-" is standard input, and reads its first line. */
thrum_status count_reader_open(count_reader **reader, const char *path, thrum_error *error);
const count_header *count_reader_header(const count_reader *reader);
/* The reader is a word_source: count_reader_next and count_reader_close take it as their context. Once the end has been
 * told, the whole file was right. */
thrum_status count_reader_next(void *reader, word_record *record, bool *found, thrum_error *error);
void count_reader_close(void *reader);

/* About what a reader has in memory of a file that count_writer wrote. */
enum { COUNT_READER_BYTES = 3 << 20 };

/* "zstd 1.5.4". Static. */
const char *count_file_library(void);

#endif
