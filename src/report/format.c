#include "format.h"

#include <string.h>

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

/* Writes the decimal digits of a number, at least n_least of them. */
static uint8_t *put_digits(uint8_t *to, uint64_t number, unsigned n_least) {
    uint8_t digits[20];
    size_t begin = sizeof digits;
    for (; number >= 100; number /= 100) {
        uint64_t pair = number % 100;
        digits[--begin] = (uint8_t)('0' + pair % 10);
        digits[--begin] = (uint8_t)('0' + pair / 10);
    }
    digits[--begin] = (uint8_t)('0' + number % 10);
    if (number >= 10)
        digits[--begin] = (uint8_t)('0' + number / 10);
    while (sizeof digits - begin < n_least)
        digits[--begin] = '0';
    size_t n = sizeof digits - begin;
    memcpy(to, digits + begin, n);
    return to + n;
}

static uint8_t *put_decimals(uint8_t *to, int64_t value, unsigned n_decimals) {
    uint64_t size = value < 0 ? -(uint64_t)value : (uint64_t)value, unit = n_decimals == 2 ? 100 : 1000;
    if (value < 0)
        *to++ = '-';
    to = put_digits(to, size / unit, 1);
    *to++ = '.';
    return put_digits(to, size % unit, n_decimals);
}

uint8_t *format_put_number(uint8_t *to, const report_cell *cell, report_kind kind) {
    if (kind == REPORT_NUMBER)
        return put_digits(to, cell->number, 1);
    return kind == REPORT_HUNDREDTHS ? put_decimals(to, cell->hundredths, 2) : put_decimals(to, cell->thousandths, 3);
}

void format_number(const report_cell *cell, report_kind kind, thrum_buffer *buffer) {
    uint8_t *to = thrum_buffer_reserve(buffer, FORMAT_NUMBER_BYTES);
    if (to)
        buffer->n_bytes += (size_t)(format_put_number(to, cell, kind) - to);
}
