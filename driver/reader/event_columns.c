/* SPDX-License-Identifier: MIT */
/* event_columns.c - the arguments of one event's rows as typed columns. See rs_events_columns. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "event_format.h"
#include "event_number.h"
#include "event_text.h"
#include "events.h"
#include "utf8.h"

/* Longer than a number's text in brackets behind an ellipsis. */
#define SUFFIX_BYTES 24u
/* Of what has no bytes in the payload and is no enumerator: "(null)" or the longest of event_names.h. */
#define NAME_BYTES_MAX 64u

enum part { PART_VALIDITY, PART_OFFSETS, PART_VALUES, PARTS };

/* Bytes of one value, 0 where that differs. */
static uint32_t width_of(uint64_t type)
{
	switch (type) {
	case RS_COLUMN_I8:
	case RS_COLUMN_U8:
		return 1;
	case RS_COLUMN_I16:
	case RS_COLUMN_U16:
		return 2;
	case RS_COLUMN_I32:
	case RS_COLUMN_U32:
	case RS_COLUMN_F32:
		return 4;
	case RS_COLUMN_I64:
	case RS_COLUMN_U64:
	case RS_COLUMN_F64:
		return 8;
	default:
		return 0;
	}
}

static int is_variable(uint64_t type)
{
	return type == RS_COLUMN_TEXT || type == RS_COLUMN_BYTES;
}

static event_memory_t *part_of(const rs_events_t *events, uint32_t column, enum part part)
{
	return &events->result.memory[column * PARTS + part];
}

void event_result_free(event_result_t *result)
{
	for (uint32_t n = 0; n < result->column_count * PARTS; n++)
		free(result->memory[n].at);
	free(result->memory);
	free(result->columns);
	free(result->row_numbers);
	*result = (event_result_t){0};
}

static int make_zeros(event_memory_t *memory, size_t bytes)
{
	memory->at = calloc(1, bytes + 1);
	memory->bytes = memory->capacity = bytes;
	return memory->at != NULL;
}

static int make_result(rs_events_t *events, const event_table_t *table, uint64_t rows)
{
	event_result_t *result = &events->result;
	event_result_free(result);
	const uint32_t count = table->column_count;
	result->row_numbers = malloc((rows + 1) * sizeof(*result->row_numbers));
	result->memory = calloc((size_t)count * PARTS + 1, sizeof(*result->memory));
	result->columns = calloc((size_t)count + 1, sizeof(*result->columns));
	if (!result->row_numbers || !result->memory || !result->columns)
		return 0;
	result->column_count = count;
	for (uint32_t n = 0; n < count; n++) {
		const uint64_t type = table->columns[n].type;
		result->columns[n] = (rs_event_column_t){.name = table->columns[n].name, .type = type, .null_count = rows};
		if (!make_zeros(part_of(events, n, PART_VALIDITY), (rows + 7) / 8))
			return 0;
		if (is_variable(type) ? !make_zeros(part_of(events, n, PART_OFFSETS), (rows + 1) * sizeof(int32_t)) :
					!make_zeros(part_of(events, n, PART_VALUES),
						    type == RS_COLUMN_BOOL ? (rows + 7) / 8 : rows * width_of(type)))
			return 0;
	}
	return 1;
}

/* A text as it stands in a column: valid, and with its original length where it was cut. Returns its bytes in events->line, from *at on. */
static int make_text(rs_events_t *events, const event_argument_t *argument, const event_value_t *value, uint32_t *at, uint32_t *bytes)
{
	uint64_t room = argument->type == RS_ARGUMENT_ENUM ? RS_SITE_BYTES_MAX : NAME_BYTES_MAX;
	if (event_type_bytes(argument->type) == 0)
		room = 3 * (uint64_t)value->length + SUFFIX_BYTES;
	if (!event_memory_reserve(&events->line, 4 * room))
		return 0;
	uint8_t *line = events->line.at;
	if (argument->type == RS_ARGUMENT_CHAR) {
		line[0] = (uint8_t)value->number;
		*bytes = 1;
	} else {
		*bytes = (uint32_t)(event_put_text(line, argument, value) - line);
	}
	*at = 0;
	if (!rs_utf8_is_valid(line, *bytes)) {
		*at = (uint32_t)room;
		*bytes = event_text_lenient(line, *bytes, line + room);
		line += room;
	}
	if (event_type_bytes(argument->type) == 0 && value->is_cut) {
		static const char ellipsis[] = "\xe2\x80\xa6(";
		uint8_t *end = line + *bytes;
		memcpy(end, ellipsis, sizeof(ellipsis) - 1);
		end = event_put_unsigned(end + sizeof(ellipsis) - 1, value->original);
		*end++ = ')';
		*bytes = (uint32_t)(end - line);
	}
	return 1;
}

static rs_status_t append(event_memory_t *memory, const uint8_t *bytes, uint32_t count)
{
	if (memory->bytes + count > INT32_MAX)
		return RS_TOO_BIG;
	if (!event_memory_reserve(memory, memory->bytes + count))
		return RS_NO_MEMORY;
	if (count > 0)
		memcpy(memory->at + memory->bytes, bytes, count);
	memory->bytes += count;
	return RS_OK;
}

static rs_status_t put_value(rs_events_t *events, uint32_t column, uint64_t row, const event_argument_t *argument,
			     const event_value_t *value)
{
	rs_event_column_t *found = &events->result.columns[column];
	event_memory_t *values = part_of(events, column, PART_VALUES);
	const uint32_t width = width_of(found->type);
	rs_status_t status = RS_OK;

	if (event_type_bytes(argument->type) == 0 && !value->bytes)
		return RS_OK;
	if (found->type == RS_COLUMN_TEXT) {
		uint32_t at, bytes;
		if (!make_text(events, argument, value, &at, &bytes))
			return RS_NO_MEMORY;
		status = append(values, events->line.at + at, bytes);
	} else if (found->type == RS_COLUMN_BYTES) {
		status = append(values, value->bytes, value->length);
	} else if (found->type == RS_COLUMN_BOOL) {
		values->at[row / 8] |= (uint8_t)(value->number << row % 8);
	} else {
		memcpy(values->at + row * width, &value->number, width); /* little endian: the low bytes come first */
	}
	part_of(events, column, PART_VALIDITY)->at[row / 8] |= (uint8_t)(1u << row % 8);
	found->null_count--;
	return status;
}

static rs_status_t put_row(rs_events_t *events, const event_site_t *site, uint64_t row, const uint8_t *payload, uint32_t bytes)
{
	event_value_t values[RS_ARGUMENTS_MAX];
	uint32_t left;
	const uint32_t count = event_payload_read(site, payload, bytes, values, &left);

	for (uint32_t n = 0; n < count; n++) {
		const uint32_t columns[] = {site->columns[n], site->name_columns[n]};
		for (uint32_t at = 0; at < 2; at++) {
			const rs_status_t status = columns[at] == EVENT_NO_COLUMN ? RS_OK :
				put_value(events, columns[at], row, &site->arguments[n], &values[n]);
			if (status != RS_OK)
				return status;
		}
	}
	for (uint32_t n = 0; n < events->result.column_count; n++) {
		if (!is_variable(events->result.columns[n].type))
			continue;
		int32_t *offsets = (int32_t *)(void *)part_of(events, n, PART_OFFSETS)->at;
		offsets[row + 1] = (int32_t)part_of(events, n, PART_VALUES)->bytes;
	}
	return RS_OK;
}

static void hand_out(rs_events_t *events, uint64_t rows, rs_event_table_t *table)
{
	for (uint32_t n = 0; n < events->result.column_count; n++) {
		rs_event_column_t *column = &events->result.columns[n];
		const event_memory_t *values = part_of(events, n, PART_VALUES);
		column->validity = column->null_count ? part_of(events, n, PART_VALIDITY)->at : NULL;
		column->offsets = (const int32_t *)(const void *)part_of(events, n, PART_OFFSETS)->at;
		column->values = values->at ? values->at : (const uint8_t *)"";
		column->value_bytes = values->bytes;
	}
	*table = (rs_event_table_t){
		.rows = rows,
		.column_count = events->result.column_count,
		.row_numbers = events->result.row_numbers,
		.columns = events->result.columns,
	};
}

rs_status_t rs_events_columns(rs_events_t *events, const char *name, uint32_t rows, const uint16_t *class_, const uint32_t *type,
			      const int32_t *offsets, const uint8_t *payload, uint64_t payload_bytes, rs_event_table_t *table)
{
	const event_table_t *found = event_table_find(events, name);
	uint64_t count = 0, row = 0;

	if (!found)
		return RS_NOT_FOUND;
	if (!event_batch_is_whole(rows, offsets, payload_bytes))
		return RS_BAD_ARGUMENT;
	if (!payload)
		payload = (const uint8_t *)"";
	const uint32_t number = (uint32_t)(found - events->tables);
	for (uint32_t n = 0; n < rows; n++) {
		const event_site_t *site = event_find_site(events, class_[n], type[n]);
		count += site && site->table == number;
	}
	if (!make_result(events, found, count))
		return RS_NO_MEMORY;
	for (uint32_t n = 0; n < rows; n++) {
		const event_site_t *site = event_find_site(events, class_[n], type[n]);
		if (!site || site->table != number)
			continue;
		events->result.row_numbers[row] = n;
		const rs_status_t status = put_row(events, site, row++, payload + offsets[n], event_row_bytes(offsets, n, class_[n]));
		if (status != RS_OK)
			return status;
	}
	hand_out(events, count, table);
	return RS_OK;
}
