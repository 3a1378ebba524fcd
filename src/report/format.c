#include "format.h"

const report_format report_formats[REPORT_N_FORMATS] = {
    [REPORT_TABLE] = {"table", "", "", 0, true, false, tsv_header, tsv_row},
    [REPORT_TSV] = {"tsv", "", "", 0, false, false, tsv_header, tsv_row},
    [REPORT_CSV] = {"csv", "", "", 0, false, false, csv_header, csv_row},
    [REPORT_JSON] = {"json", "[", "\n]\n", 1, false, false, NULL, json_row},
    [REPORT_JSONL] = {"jsonl", "", "", 0, false, false, NULL, jsonl_row},
    [REPORT_UNIQ] = {"uniq", "", "", 0, false, true, NULL, uniq_row},
};

const char *const report_format_names[REPORT_N_FORMATS + 1] = {
    [REPORT_TABLE] = "table", [REPORT_TSV] = "tsv",     [REPORT_CSV] = "csv",
    [REPORT_JSON] = "json",   [REPORT_JSONL] = "jsonl", [REPORT_UNIQ] = "uniq",
};

enum { MOST_DECIMALS = 3 };

static void append_decimals(int64_t value, unsigned n_decimals, thrum_buffer *buffer) {
    uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value;
    char decimals[1 + MOST_DECIMALS] = ".";
    for (unsigned i = n_decimals; i > 0; i--) {
        decimals[i] = (char)('0' + size % 10);
        size /= 10;
    }
    if (value < 0)
        thrum_buffer_append(buffer, "-", 1);
    thrum_buffer_append_number(buffer, size);
    thrum_buffer_append(buffer, decimals, 1 + n_decimals);
}

void format_number(const report_cell *cell, report_kind kind, thrum_buffer *buffer) {
    if (kind == REPORT_NUMBER)
        thrum_buffer_append_number(buffer, cell->number);
    else if (kind == REPORT_HUNDREDTHS)
        append_decimals(cell->hundredths, 2, buffer);
    else
        append_decimals(cell->thousandths, 3, buffer);
}
