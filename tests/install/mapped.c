/* An example: what can be done with a mapped file, call by call. Everything is done to a copy, COPY, of FILE, and
 * checked; the first thing that is not as it should be is told, and ends the program with status 1.
 *
 *   mapped FILE COPY */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <thrum/thrum.h>

/* What is true goes on; what is not names itself. */
#define SEE(claim) ((claim) ? (void)0 : end_with(#claim))

static _Noreturn void end_with(const char *claim) {
    fprintf(stderr, "mapped: not so: %s\n", claim);
    exit(1);
}

static thrum_mapping *map(const char *path, thrum_access access, uint64_t offset, uint64_t n_bytes) {
    thrum_mapping *mapping;
    thrum_error error;
    if (thrum_mapping_open(&mapping, path, access, offset, n_bytes, &error) != THRUM_OK) {
        fprintf(stderr, "mapped: %s: %s\n", error.path, error.message);
        exit(2);
    }
    return mapping;
}

static bool is_text(thrum_slice slice, const char *text) {
    return slice.n_bytes == strlen(text) && memcmp(slice.bytes, text, slice.n_bytes) == 0;
}

/* The file as a string of bytes. */
static void read_and_find(const char *path) {
    thrum_mapping *whole = map(path, THRUM_ACCESS_READ, 0, THRUM_TO_END);
    uint64_t n_bytes = thrum_mapping_n_bytes(whole);
    thrum_slice slice;
    thrum_error error;
    SEE(thrum_mapping_slice(whole, 4, 5, &slice, NULL) == THRUM_OK && is_text(slice, "THRUM"));
    SEE(thrum_mapping_slice(whole, n_bytes, 1, &slice, &error) == THRUM_ERROR_ARGUMENT);
    uint64_t first = thrum_mapping_find(whole, " the ", 5, 0, INT64_MAX);
    uint64_t last = thrum_mapping_find_last(whole, " the ", 5, 0, INT64_MAX);
    SEE(first == 17 && last > first && last < n_bytes);
    SEE(thrum_mapping_find(whole, "no such text", 12, 0, INT64_MAX) == THRUM_NOT_FOUND);
    SEE(thrum_mapping_assign(whole, 0, "x", 1, &error) == THRUM_ERROR_ARGUMENT); /* it is read-only */
    const uint8_t *bytes = thrum_mapping_bytes(whole);
    uint64_t n_found;
    SEE(thrum_find_all(bytes, n_bytes, (const uint8_t *)" the ", 5, 0, &(thrum_run_options){0}, NULL, NULL, &n_found,
                       NULL) == THRUM_OK &&
        n_found > 100);
    thrum_mapping_close(whole);

    thrum_mapping *part = map(path, THRUM_ACCESS_READ, 4, 5);
    SEE(thrum_mapping_n_bytes(part) == 5 && memcmp(thrum_mapping_bytes(part), "THRUM", 5) == 0);
    SEE(thrum_mapping_open(&part, path, THRUM_ACCESS_READ, 0, n_bytes + 1, &error) == THRUM_ERROR_ARGUMENT);
}

/* The file as a file. */
static void seek_and_read(const char *path) {
    thrum_mapping *mapping = map(path, THRUM_ACCESS_READ, 0, THRUM_TO_END);
    thrum_cursor cursor;
    uint8_t byte;
    thrum_cursor_init(&cursor, mapping);
    SEE(is_text(thrum_cursor_read_line(&cursor), "THE THRUM BOX\n"));
    SEE(thrum_cursor_tell(&cursor) == 14 && thrum_cursor_read_byte(&cursor, &byte) && byte == '\n');
    SEE(thrum_cursor_seek(&cursor, 3, THRUM_SEEK_CURRENT, NULL) == THRUM_OK);
    SEE(is_text(thrum_cursor_read(&cursor, 3), "the"));
    SEE(thrum_cursor_seek(&cursor, -1, THRUM_SEEK_END, NULL) == THRUM_OK);
    SEE(is_text(thrum_cursor_read(&cursor, THRUM_TO_END), "\n"));
    SEE(thrum_cursor_read_line(&cursor).n_bytes == 0);

    /* A window over the file, 64 bytes forward and 32 back, sees every byte but those of its ends twice. */
    uint64_t n_bytes = thrum_mapping_n_bytes(mapping), n_seen = 0;
    SEE(thrum_cursor_seek(&cursor, 0, THRUM_SEEK_SET, NULL) == THRUM_OK);
    for (thrum_slice window; (window = thrum_cursor_read(&cursor, 64)).n_bytes == 64; n_seen++)
        SEE(thrum_cursor_seek(&cursor, -32, THRUM_SEEK_CURRENT, NULL) == THRUM_OK);
    SEE(n_seen == (n_bytes - 32) / 32);
    thrum_mapping_close(mapping);
}

/* Writing: to this process alone, to the file, and beyond its end. */
static void write_and_resize(const char *path) {
    thrum_mapping *private_ = map(path, THRUM_ACCESS_COPY, 0, THRUM_TO_END);
    thrum_mapping *shared = map(path, THRUM_ACCESS_WRITE, 0, THRUM_TO_END);
    thrum_mapping *reader = map(path, THRUM_ACCESS_READ, 0, THRUM_TO_END);
    uint64_t n_bytes = thrum_mapping_n_bytes(shared);
    thrum_error error;
    thrum_cursor cursor;
    SEE(thrum_mapping_assign(private_, 4, "SHRUB", 5, NULL) == THRUM_OK);
    SEE(memcmp(thrum_mapping_bytes(reader), "THE THRUM", 9) == 0); /* copy on write: nobody sees it */
    SEE(thrum_mapping_assign_byte(shared, 0, 't', NULL) == THRUM_OK);
    thrum_cursor_init(&cursor, shared);
    SEE(thrum_cursor_seek(&cursor, 4, THRUM_SEEK_SET, NULL) == THRUM_OK);
    SEE(thrum_cursor_write(&cursor, "thrum", 5, NULL) == THRUM_OK && thrum_cursor_tell(&cursor) == 9);
    SEE(memcmp(thrum_mapping_bytes(reader), "tHE thrum", 9) == 0); /* write-through: everybody sees it */
    SEE(thrum_mapping_flush(shared, 0, 9, NULL) == THRUM_OK);      /* and the disk has it */
    SEE(thrum_mapping_assign(shared, n_bytes - 1, "xy", 2, &error) == THRUM_ERROR_ARGUMENT); /* no signal */
    thrum_mapping_close(private_);
    thrum_mapping_close(reader);

    SEE(thrum_mapping_resize(shared, n_bytes + 3, NULL) == THRUM_OK);
    SEE(thrum_mapping_assign(shared, n_bytes, "end", 3, NULL) == THRUM_OK);
    SEE(thrum_mapping_advise(shared, 0, THRUM_TO_END, THRUM_ADVICE_SEQUENTIAL, NULL) == THRUM_OK);
    SEE(thrum_mapping_resize(shared, n_bytes, NULL) == THRUM_OK && thrum_mapping_n_bytes(shared) == n_bytes);
    thrum_mapping_close(shared);
}

static void copy(const char *from, const char *to) {
    thrum_mapping *mapping = map(from, THRUM_ACCESS_READ, 0, THRUM_TO_END);
    size_t n_bytes = thrum_mapping_n_bytes(mapping);
    FILE *file = fopen(to, "wb");
    bool ok = file && fwrite(thrum_mapping_bytes(mapping), 1, n_bytes, file) == n_bytes;
    ok = file && fclose(file) == 0 && ok;
    thrum_mapping_close(mapping);
    SEE(ok);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: mapped FILE COPY\n", stderr);
        return 2;
    }
    copy(argv[1], argv[2]);
    read_and_find(argv[2]);
    seek_and_read(argv[2]);
    write_and_resize(argv[2]);
    return 0;
}
