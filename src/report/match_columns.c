#include "match_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const report_column fields[] = {
    [FIELD_FILE] = {"file", REPORT_TEXT},       [FIELD_LINE] = {"line", REPORT_NUMBER},
    [FIELD_COLUMN] = {"column", REPORT_NUMBER}, [FIELD_OFFSET] = {"offset", REPORT_NUMBER},
    [FIELD_GROUP] = {"match", REPORT_TEXT},
};

static void add(match_columns *columns, match_field field) {
    columns->names[columns->n] = fields[field];
    columns->columns[columns->n].field = field;
    columns->n++;
}

static void add_group(match_columns *columns, const thrum_pattern *pattern, size_t group) {
    match_column *column = &columns->columns[columns->n];
    const char *name = thrum_pattern_group_name(pattern, group);
    add(columns, FIELD_GROUP);
    column->group = group;
    snprintf(column->number, sizeof column->number, "%zu", group);
    columns->names[columns->n - 1].name = name ? name : column->number;
}

bool match_columns_init(match_columns *columns, const report_format *format, const match_field *shown, size_t n_shown,
                        const thrum_pattern *pattern) {
    size_t n_groups = pattern ? thrum_pattern_n_groups(pattern) : 0;
    *columns = (match_columns){.format = format, .n_captures = n_groups};
    columns->names = calloc(n_shown + n_groups, sizeof *columns->names);
    columns->columns = calloc(n_shown + n_groups, sizeof *columns->columns);
    if (!columns->names || !columns->columns || n_groups > MATCH_COLUMNS_MOST_GROUPS) {
        match_columns_release(columns);
        return false;
    }
    for (size_t i = 0; i < n_shown; i++)
        if (shown[i] != FIELD_GROUP || n_groups == 0)
            add(columns, shown[i]);
    for (size_t group = 1; group <= n_groups; group++)
        add_group(columns, pattern, group);
    return true;
}

void match_columns_release(match_columns *columns) {
    free(columns->names);
    free(columns->columns);
    *columns = (match_columns){0};
}

static report_cell group_cell(const thrum_match *match, size_t group) {
    report_cell cell = {.text = {NULL, 0}};
    const thrum_range *range = &match->groups[group];
    if (range->begin != THRUM_UNSET) {
        cell.text.n_bytes = range->end - range->begin;
        cell.text.bytes = cell.text.n_bytes ? (const void *)(match->subject + range->begin) : "";
    }
    return cell;
}

static report_cell cell_of(const thrum_match *match, const match_column *column) {
    switch (column->field) {
    case FIELD_FILE:
        return (report_cell){.text = {match->path, strlen(match->path)}};
    case FIELD_LINE:
        return (report_cell){.number = match->line};
    case FIELD_COLUMN:
        return (report_cell){.number = match->column};
    case FIELD_OFFSET:
        return (report_cell){.number = match->groups[0].begin};
    case FIELD_GROUP:
        break;
    }
    return group_cell(match, column->group);
}

thrum_status match_columns_format(const void *context, const thrum_match *match, thrum_buffer *buffer) {
    const match_columns *columns = context;
    const report_columns names = {columns->names, columns->n};
    report_cell cells[MATCH_COLUMNS_MOST_GROUPS + FIELD_GROUP + 1];
    for (size_t i = 0; i < columns->n; i++)
        cells[i] = cell_of(match, &columns->columns[i]);
    columns->format->row(&names, cells, buffer);
    return buffer->failed ? THRUM_ERROR_MEMORY : THRUM_OK;
}
