/* The undo journal.
 *
 *     header | OLD NEW | block | block | ... | end block
 *
 * A block says how many bytes and changes it has and where it begins in the file, then lists the changes:
 *
 *     all from one text to another:   gap                    (one byte, where the gap is below 128)
 *     each by itself:                 gap length old new
 *
 * where the gap is the distance from the end of the change before, gap and length being numbers of 7 bits a byte, the
 * lowest first. Blocks can be read by themselves, so many threads can make the changes of one journal.
 *
 * Each block carries a checksum over itself and the checksum of the block before, the first over that of the header;
 * the end block has no bytes and says how many changes there are. Every step of the checksum is a bijection of its
 * state and, for a given state, of the word put in: a change of up to eight bytes in line is always noticed.
 *
 * The order makes it safe: the journal is written, and synced, before the first byte of the file is changed, and
 * removed after the last is synced. So
 *
 *     no journal          the file is wholly old or wholly new
 *     not whole           nothing was changed
 *     whole               each byte at the places listed is the old one or the new one, all others are untouched
 *
 * and in the last case putting the old bytes back is right however often it is done, and cut short. A killed process
 * needs no syncing for this, since what was written stays in the system's memory in the order of its writing.
 *
 * Numbers are as the machine has them; another kind of machine sees another magic number. */
#include "map/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "map/beside.h"
#include "thrum/buffer.h"

typedef struct journal_header {
    uint64_t magic;
    uint64_t inode;
    uint64_t n_file_bytes;
    int64_t modified_seconds, modified_nanoseconds;
    uint64_t n_text_bytes;
    uint64_t checksum; /* of the above, OLD and NEW */
} journal_header;

typedef struct block_header {
    uint64_t n_bytes;
    uint64_t n_changes;
    uint64_t offset;
    uint64_t checksum; /* of the one before, the above and the bytes */
} block_header;

enum { BLOCK_BYTES = 64 << 10 };

static const uint64_t journal_magic = UINT64_C(0x31304F444E554854); /* "THUNDO01", lowest byte first */
static const char name_begin[] = ".", name_end[] = ".thrum-undo";

char *journal_path(const char *path) {
    const char *slash = strrchr(path, '/');
    return beside_name(path, name_begin, slash ? slash + 1 : path, name_end);
}

bool journal_is_name(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t n_name = strlen(name), n_end = sizeof name_end - 1;
    return name[0] == name_begin[0] && n_name > n_end && strcmp(name + n_name - n_end, name_end) == 0;
}

static uint64_t checksum(uint64_t state, const void *bytes, size_t n_bytes) {
    const uint8_t *from = bytes;
    state ^= n_bytes;
    for (uint64_t word; n_bytes > 0;) {
        size_t n = n_bytes < sizeof word ? n_bytes : sizeof word;
        word = 0;
        memcpy(&word, from, n);
        state = (state ^ word) * UINT64_C(0x9E3779B97F4A7C15);
        state ^= state >> 29;
        from += n;
        n_bytes -= n;
    }
    return state;
}

static uint64_t header_checksum(const journal_header *header, const uint8_t *old_bytes, const uint8_t *new_bytes) {
    uint64_t state = checksum(0, header, offsetof(journal_header, checksum));
    state = checksum(state, old_bytes, (size_t)header->n_text_bytes);
    return checksum(state, new_bytes, (size_t)header->n_text_bytes);
}

static uint64_t block_checksum(uint64_t before, const block_header *header, const uint8_t *bytes) {
    return checksum(checksum(before, header, offsetof(block_header, checksum)), bytes, (size_t)header->n_bytes);
}

/* --- writing ------------------------------------------------------------------------------------------------------ */

struct journal_writer {
    int descriptor;
    char *path;
    size_t n_text_bytes;
    thrum_buffer block; /* begins with room for the header */
    uint64_t n_block_changes, n_changes;
    uint64_t block_offset; /* where the block begins */
    uint64_t offset;       /* where the last change ended */
    uint64_t checksum;     /* of what was written last */
};

static thrum_status cannot_write(const journal_writer *writer, int failure, thrum_error *error) {
    return error_system(error, failure, writer->path, "cannot write the undo journal");
}

static void begin_block(journal_writer *writer) {
    thrum_buffer_clear(&writer->block);
    if (thrum_buffer_reserve(&writer->block, sizeof(block_header)))
        writer->block.n_bytes = sizeof(block_header);
    writer->n_block_changes = 0;
    writer->block_offset = writer->offset;
}

static thrum_status write_block(journal_writer *writer, uint64_t offset, thrum_error *error) {
    if (writer->block.failed)
        return error_memory(error);
    block_header header = {
        .n_bytes = writer->block.n_bytes - sizeof header, .n_changes = writer->n_block_changes, .offset = offset};
    writer->checksum = header.checksum = block_checksum(writer->checksum, &header, writer->block.bytes + sizeof header);
    memcpy(writer->block.bytes, &header, sizeof header);
    int failure = system_write(writer->descriptor, writer->block.bytes, writer->block.n_bytes);
    if (failure)
        return cannot_write(writer, failure, error);
    begin_block(writer);
    return THRUM_OK;
}

static thrum_status write_header(journal_writer *writer, const system_file *file, const uint8_t *old_bytes,
                                 const uint8_t *new_bytes, thrum_error *error) {
    journal_header header = {.magic = journal_magic,
                             .inode = file->inode,
                             .n_file_bytes = file->n_bytes,
                             .modified_seconds = file->modified_seconds,
                             .modified_nanoseconds = file->modified_nanoseconds,
                             .n_text_bytes = writer->n_text_bytes};
    writer->checksum = header.checksum = header_checksum(&header, old_bytes, new_bytes);
    int failure = system_write(writer->descriptor, &header, sizeof header);
    if (!failure)
        failure = system_write(writer->descriptor, old_bytes, writer->n_text_bytes);
    if (!failure)
        failure = system_write(writer->descriptor, new_bytes, writer->n_text_bytes);
    return failure ? cannot_write(writer, failure, error) : THRUM_OK;
}

thrum_status journal_create(journal_writer **writer, const char *path, const system_file *file,
                            const uint8_t *old_bytes, const uint8_t *new_bytes, size_t n_text_bytes,
                            thrum_error *error) {
    enum { OWNER_ONLY = 0600 };
    *writer = NULL;
    journal_writer *made = calloc(1, sizeof *made);
    if (!made)
        return error_memory(error);
    made->descriptor = -1;
    made->n_text_bytes = n_text_bytes;
    char *own_path = journal_path(path);
    if (!own_path) {
        journal_abandon(made);
        return error_memory(error);
    }
    int failure = system_create(&made->descriptor, own_path, OWNER_ONLY);
    if (failure) {
        thrum_status status = error_system(error, failure, own_path, "cannot make the undo journal");
        free(own_path);
        journal_abandon(made);
        return status;
    }
    made->path = own_path;
    thrum_status status = write_header(made, file, old_bytes, new_bytes, error);
    begin_block(made);
    if (status == THRUM_OK)
        *writer = made;
    else
        journal_abandon(made);
    return status;
}

thrum_status journal_add(journal_writer *writer, const journal_change *change, thrum_error *error) {
    thrum_buffer *block = &writer->block;
    if (block->n_bytes >= BLOCK_BYTES) {
        thrum_status status = write_block(writer, writer->block_offset, error);
        if (status != THRUM_OK)
            return status;
    }
    uint8_t *numbers = thrum_buffer_reserve(block, 2 * NUMBER_MOST_BYTES);
    if (!numbers)
        return error_memory(error);
    uint8_t *end = number_write(numbers, change->offset - writer->offset);
    if (!writer->n_text_bytes)
        end = number_write(end, change->n_bytes);
    block->n_bytes += (size_t)(end - numbers);
    if (!writer->n_text_bytes) {
        thrum_buffer_append(block, change->old_bytes, change->n_bytes);
        thrum_buffer_append(block, change->new_bytes, change->n_bytes);
    }
    writer->offset = change->offset + change->n_bytes;
    writer->n_block_changes++;
    writer->n_changes++;
    return block->failed ? error_memory(error) : THRUM_OK;
}

static void release(journal_writer *writer) {
    thrum_buffer_release(&writer->block);
    free(writer->path);
    free(writer);
}

thrum_status journal_finish(journal_writer *writer, bool sync, thrum_error *error) {
    thrum_status status = writer->n_block_changes > 0 ? write_block(writer, writer->block_offset, error) : THRUM_OK;
    if (status == THRUM_OK)
        status = write_block(writer, writer->n_changes, error);
    int failure = status == THRUM_OK && sync ? system_sync(writer->descriptor) : 0;
    int close_failure = system_close(writer->descriptor);
    writer->descriptor = -1;
    if (!failure)
        failure = close_failure;
    if (!failure && status == THRUM_OK && sync)
        failure = system_sync_directory(writer->path);
    if (failure && status == THRUM_OK)
        status = cannot_write(writer, failure, error);
    if (status == THRUM_OK)
        release(writer);
    else
        journal_abandon(writer);
    return status;
}

void journal_abandon(journal_writer *writer) {
    if (!writer)
        return;
    if (writer->descriptor >= 0)
        (void)system_close(writer->descriptor);
    if (writer->path)
        (void)system_remove(writer->path);
    release(writer);
}

/* --- reading ------------------------------------------------------------------------------------------------------ */

static bool is_blank(const uint8_t *bytes, size_t n_bytes) {
    for (size_t i = 0; i < n_bytes; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* The header, which decides between all states but BEGUN and WHOLE. */
static journal_state read_header(journal_view *view, const uint8_t *bytes, size_t n_bytes, uint64_t *sum) {
    journal_header header;
    if (n_bytes < sizeof header || is_blank(bytes, sizeof header))
        return JOURNAL_BLANK;
    memcpy(&header, bytes, sizeof header);
    size_t n_left = n_bytes - sizeof header;
    if (header.magic != journal_magic)
        return JOURNAL_ALIEN;
    /* The texts are written after the header, so that they may be missing while it is there. */
    bool is_cut = header.n_text_bytes > n_left / 2;
    *view = (journal_view){.bytes = bytes,
                           .n_bytes = n_bytes,
                           .inode = header.inode,
                           .n_file_bytes = header.n_file_bytes,
                           .modified_seconds = header.modified_seconds,
                           .modified_nanoseconds = header.modified_nanoseconds};
    if (is_cut)
        return JOURNAL_BEGUN;
    view->n_text_bytes = (size_t)header.n_text_bytes;
    view->old_bytes = bytes + sizeof header;
    view->new_bytes = view->old_bytes + view->n_text_bytes;
    view->first_block = sizeof header + 2 * view->n_text_bytes;
    *sum = header.checksum;
    if (header_checksum(&header, view->old_bytes, view->new_bytes) != header.checksum)
        return JOURNAL_ALIEN;
    return JOURNAL_WHOLE;
}

static bool read_block(const journal_view *view, size_t place, block_header *header) {
    if (place > view->n_bytes || view->n_bytes - place < sizeof *header)
        return false;
    memcpy(header, view->bytes + place, sizeof *header);
    return header->n_bytes <= view->n_bytes - place - sizeof *header;
}

bool journal_next_block(const journal_view *view, size_t *place, journal_block *block) {
    block_header header;
    if (!read_block(view, *place, &header) || header.n_bytes == 0)
        return false;
    const uint8_t *begin = view->bytes + *place + sizeof header;
    *block = (journal_block){view, begin, begin + header.n_bytes, header.offset, header.n_changes};
    *place += sizeof header + (size_t)header.n_bytes;
    return true;
}

static bool get_number(journal_block *block, uint64_t *number) {
    *number = 0;
    for (unsigned shift = 0; block->at < block->end && shift < 64; shift += 7) {
        uint8_t byte = *block->at++;
        *number |= (uint64_t)(byte & 127) << shift;
        if (byte < 128)
            return true;
    }
    return false;
}

bool journal_next_change(journal_block *block, journal_change *change) {
    const journal_view *view = block->view;
    uint64_t gap, n_bytes = view->n_text_bytes;
    if (block->n_changes == 0 || !get_number(block, &gap) || (!n_bytes && !get_number(block, &n_bytes)))
        return false;
    uint64_t n_left = view->n_file_bytes > block->offset ? view->n_file_bytes - block->offset : 0;
    if (gap > n_left || n_bytes > n_left - gap)
        return false;
    *change = (journal_change){block->offset + gap, view->old_bytes, view->new_bytes, (size_t)n_bytes};
    if (!view->n_text_bytes) {
        if (n_bytes > (size_t)(block->end - block->at) / 2)
            return false;
        change->old_bytes = block->at;
        change->new_bytes = block->at + n_bytes;
        block->at += 2 * n_bytes;
    }
    block->offset = change->offset + n_bytes;
    block->n_changes--;
    return true;
}

/* True when the blocks are all there, are what was written, and say what can be done. */
static bool check_blocks(const journal_view *view, uint64_t sum) {
    size_t place = view->first_block;
    uint64_t n_changes = 0, offset = 0;
    for (block_header header; read_block(view, place, &header);) {
        if (block_checksum(sum, &header, view->bytes + place + sizeof header) != header.checksum)
            return false;
        sum = header.checksum;
        journal_block block;
        if (!journal_next_block(view, &place, &block))
            return header.n_changes == 0 && header.offset == n_changes && place + sizeof header == view->n_bytes;
        if (block.offset < offset)
            return false;
        journal_change change;
        while (journal_next_change(&block, &change))
            n_changes++;
        offset = block.offset;
        if (block.n_changes > 0 || block.at != block.end)
            return false;
    }
    return false;
}

journal_state journal_look(journal_view *view, const uint8_t *bytes, size_t n_bytes) {
    uint64_t sum;
    return read_header(view, bytes, n_bytes, &sum);
}

journal_state journal_check(journal_view *view, const uint8_t *bytes, size_t n_bytes) {
    uint64_t sum;
    journal_state state = read_header(view, bytes, n_bytes, &sum);
    return state == JOURNAL_WHOLE && !check_blocks(view, sum) ? JOURNAL_BEGUN : state;
}
