#include "format.h"

const report_format report_formats[REPORT_N_FORMATS] = {
    [REPORT_TABLE] = {"table", "", "", 0, true, tsv_header, tsv_row},
    [REPORT_TSV] = {"tsv", "", "", 0, false, tsv_header, tsv_row},
    [REPORT_CSV] = {"csv", "", "", 0, false, csv_header, csv_row},
    [REPORT_JSON] = {"json", "[", "\n]\n", 1, false, NULL, json_row},
    [REPORT_JSONL] = {"jsonl", "", "", 0, false, NULL, jsonl_row},
};

const char *const report_format_names[REPORT_N_FORMATS + 1] = {
    [REPORT_TABLE] = "table", [REPORT_TSV] = "tsv",     [REPORT_CSV] = "csv",
    [REPORT_JSON] = "json",   [REPORT_JSONL] = "jsonl",
};

void format_number(const report_cell *cell, report_kind kind, thrum_buffer *buffer) {
    if (kind == REPORT_NUMBER) {
        thrum_buffer_append_number(buffer, cell->number);
        return;
    }
    uint64_t size = cell->hundredths < 0 ? -(uint64_t)cell->hundredths : (uint64_t)cell->hundredths;
    if (cell->hundredths < 0)
        thrum_buffer_append(buffer, "-", 1);
    thrum_buffer_append_number(buffer, size / 100);
    const char decimals[] = {'.', (char)('0' + size / 10 % 10), (char)('0' + size % 10)};
    thrum_buffer_append(buffer, decimals, sizeof decimals);
}
