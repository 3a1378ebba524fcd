/* Rows go through stages, each of which sees many rows at a time:
 *
 *     cells ──► format->row ──► escape (terminals) ──► align (tables) ──► output
 *
 * The first stage is pure; `match` runs it on many threads and enters with report_rendered. */
#include "writer.h"

#include <string.h>

#include "escape.h"

enum { ROWS_BYTES = 1 << 16 };

thrum_status report_out_of_memory(thrum_error *error) {
    if (error)
        *error = (thrum_error){
            .code = THRUM_ERROR_MEMORY, .offset = THRUM_NO_OFFSET, .path = "", .message = "out of memory"};
    return THRUM_ERROR_MEMORY;
}

static thrum_status refuse_columns(thrum_error *error) {
    if (error)
        *error = (thrum_error){.code = THRUM_ERROR_ARGUMENT,
                               .offset = THRUM_NO_OFFSET,
                               .path = "",
                               .message = "--format uniq is for lists of counts: take another format"};
    return THRUM_ERROR_ARGUMENT;
}

static thrum_status write_buffer(report_writer *report, const thrum_buffer *buffer, thrum_error *error) {
    if (buffer->failed)
        return report_out_of_memory(error);
    return buffer->n_bytes ? thrum_output_write(report->output, buffer->bytes, buffer->n_bytes, error) : THRUM_OK;
}

/* The stages after rendering. */
static thrum_status pass_on(report_writer *report, const uint8_t *rows, size_t n_bytes, thrum_error *error) {
    if (n_bytes == 0)
        return THRUM_OK;
    if (report->style.escape) {
        thrum_buffer_clear(&report->escaped);
        escape_append(&report->escaped, rows, n_bytes, ESCAPE_TEXT);
        if (report->escaped.failed)
            return report_out_of_memory(error);
        rows = report->escaped.bytes;
        n_bytes = report->escaped.n_bytes;
    }
    if (!report->style.format->aligned)
        return thrum_output_write(report->output, rows, n_bytes, error);
    thrum_buffer_clear(&report->aligned);
    table_rows(&report->table, rows, n_bytes, &report->aligned);
    return write_buffer(report, &report->aligned, error);
}

static thrum_status drain(report_writer *report, thrum_error *error) {
    if (report->rows.failed)
        return report_out_of_memory(error);
    thrum_status status = pass_on(report, report->rows.bytes, report->rows.n_bytes, error);
    thrum_buffer_clear(&report->rows);
    return status;
}

thrum_status report_begin(report_writer *report, thrum_output *output, const report_style *style,
                          const report_column *columns, size_t n_columns, thrum_error *error) {
    const report_format *format = style->format;
    memset(report, 0, sizeof *report);
    report->output = output;
    report->style = *style;
    report->columns = (report_columns){columns, n_columns};
    report->n_to_skip = format->n_first_skipped;
    bool header = format->header && !style->no_header;
    if (format->counts_only && !uniq_fits(&report->columns))
        return refuse_columns(error);
    if (format->aligned && !table_init(&report->table, &report->columns, header && style->color))
        return report_out_of_memory(error);
    thrum_buffer_append_text(&report->rows, format->begin);
    if (header)
        format->header(&report->columns, &report->rows);
    return report->rows.failed ? report_out_of_memory(error) : THRUM_OK;
}

thrum_status report_row(report_writer *report, const report_cell *cells, thrum_error *error) {
    thrum_buffer *rows = &report->rows;
    size_t begin = rows->n_bytes;
    report->style.format->row(&report->columns, cells, rows);
    if (report->n_to_skip && !rows->failed) {
        rows->n_bytes -= report->n_to_skip;
        memmove(rows->bytes + begin, rows->bytes + begin + report->n_to_skip, rows->n_bytes - begin);
        report->n_to_skip = 0;
    }
    return rows->n_bytes < ROWS_BYTES && !rows->failed ? THRUM_OK : drain(report, error);
}

thrum_status report_rendered(report_writer *report, const uint8_t *rows, size_t n_bytes, thrum_error *error) {
    if (n_bytes == 0)
        return THRUM_OK;
    thrum_status status = drain(report, error);
    if (status != THRUM_OK)
        return status;
    size_t n_skipped = report->n_to_skip;
    report->n_to_skip = 0;
    return pass_on(report, rows + n_skipped, n_bytes - n_skipped, error);
}

thrum_status report_end(report_writer *report, thrum_error *error) {
    thrum_status status = drain(report, error);
    if (status != THRUM_OK)
        return status;
    if (report->style.format->aligned) {
        thrum_buffer_clear(&report->aligned);
        table_end(&report->table, &report->aligned);
        status = write_buffer(report, &report->aligned, error);
        if (status != THRUM_OK)
            return status;
    }
    const char *end = report->style.format->end;
    return thrum_output_write(report->output, end, strlen(end), error);
}

void report_release(report_writer *report) {
    thrum_buffer_release(&report->rows);
    thrum_buffer_release(&report->escaped);
    thrum_buffer_release(&report->aligned);
    table_release(&report->table);
}

report_cell report_text(const void *bytes, size_t n_bytes) {
    report_cell cell;
    cell.text.bytes = bytes;
    cell.text.n_bytes = n_bytes;
    return cell;
}

int64_t report_share(uint64_t part, uint64_t whole, uint64_t scale) {
    if (whole == 0)
        return 0;
    if (part <= (UINT64_MAX - whole / 2) / (scale * 100))
        return (int64_t)((part * scale * 100 + whole / 2) / whole);
    unsigned __int128 scaled = (unsigned __int128)part * scale * 100;
    return (int64_t)((scaled + whole / 2) / whole);
}
