/* SPDX-License-Identifier: MIT */
/*
 * fuzz_events.c - the fuzz target for typed events: descriptors and payloads that say anything.
 *
 * Input: u8 sites (bits 0-1; bit 7: their descriptors lie about their length as they like, else that is put right), for each u16 length and a
 * descriptor; then rows until the input ends, each u8 what (bits 0-1 kind, 2-3 site, 4
 * whether it was truncated), u16 length and a payload. Everything lies in blocks of its exact size, so that ASan sees a read or write outside.
 * Driven by libFuzzer, or by events_main.c where a compiler has none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_events.h"
#include "rs_reader.h"
#include "utf8.h"

#define ROWS_MAX 64u
#define SITES_MAX 3u

#define HOLDS(condition)                                                                                       \
	do {                                                                                                   \
		if (!(condition)) {                                                                            \
			fprintf(stderr, "BROKEN: %s:%d: %s\n", __FILE__, __LINE__, #condition);                \
			abort();                                                                               \
		}                                                                                              \
	} while (0)

typedef struct {
	const uint8_t *at, *end;
} input_t;

typedef struct {
	uint32_t rows;
	uint16_t *class_;
	uint32_t *type;
	int32_t *offsets;
	uint8_t *payload;
	uint64_t payload_bytes;
} batch_t;

static uint32_t take_number(input_t *input, uint32_t bytes)
{
	uint32_t number = 0;
	for (uint32_t n = 0; n < bytes && input->at < input->end; n++)
		number |= (uint32_t)*input->at++ << 8 * n;
	return number;
}

static const uint8_t *take(input_t *input, uint32_t *bytes)
{
	const uint8_t *at = input->at;
	const size_t left = (size_t)(input->end - at);
	if (*bytes > left)
		*bytes = (uint32_t)left;
	input->at += *bytes;
	return at;
}

/* A block of exactly so many bytes. */
static void *make_block(const void *from, size_t bytes)
{
	void *block = malloc(bytes);
	HOLDS(block || bytes == 0);
	if (bytes > 0)
		memcpy(block, from, bytes);
	return block;
}

static void add_sites(rs_events_t *events, input_t *input)
{
	const uint32_t first = take_number(input, 1);
	const uint32_t count = first & SITES_MAX;
	for (uint32_t site = 1; site <= count; site++) {
		uint32_t bytes = take_number(input, 2);
		const uint8_t *at = take(input, &bytes);
		void *descriptor = make_block(at, bytes);
		if (!(first & 0x80u) && bytes >= sizeof(bytes))
			memcpy(descriptor, &bytes, sizeof(bytes));
		const rs_status_t status = rs_events_add(events, site, descriptor, bytes);
		HOLDS(status == RS_OK || status == RS_BAD_ARGUMENT);
		HOLDS(rs_events_add(events, site, descriptor, bytes) == RS_EXISTS);
		free(descriptor);
	}
}

static batch_t make_batch(input_t *input)
{
	uint16_t class_[ROWS_MAX];
	uint32_t type[ROWS_MAX];
	int32_t offsets[ROWS_MAX + 1] = {0};
	uint8_t *payload = malloc((size_t)(input->end - input->at) + 1);
	uint32_t rows = 0;

	HOLDS(payload);
	for (; rows < ROWS_MAX && input->at < input->end; rows++) {
		const uint32_t what = take_number(input, 1);
		uint32_t bytes = take_number(input, 2);
		const uint8_t *at = take(input, &bytes);
		class_[rows] = (uint16_t)((what & 3u) | RS_INFO << 2 | (what >> 4 & 1u) << 8);
		type[rows] = what >> 2 & 3u;
		memcpy(payload + offsets[rows], at, bytes);
		offsets[rows + 1] = offsets[rows] + (int32_t)bytes;
	}
	const batch_t batch = {
		.rows = rows,
		.class_ = make_block(class_, rows * sizeof(*class_)),
		.type = make_block(type, rows * sizeof(*type)),
		.offsets = make_block(offsets, (rows + 1) * sizeof(*offsets)),
		.payload = make_block(payload, (size_t)offsets[rows]),
		.payload_bytes = (uint64_t)offsets[rows],
	};
	free(payload);
	return batch;
}

/* Formats into a block of so many bytes; the caller frees it. */
static uint8_t *format(rs_events_t *events, const batch_t *batch, int32_t *out_offsets, uint64_t room, uint64_t *needed)
{
	uint8_t *out = malloc(room);
	HOLDS(out || room == 0);
	*needed = rs_events_format(events, batch->rows, batch->class_, batch->type, batch->offsets, batch->payload, batch->payload_bytes,
				   out_offsets, out, room);
	return out;
}

static void check_messages(rs_events_t *events, const batch_t *batch)
{
	int32_t *offsets = make_block(batch->offsets, (batch->rows + 1) * sizeof(*offsets));
	int32_t *again = make_block(batch->offsets, (batch->rows + 1) * sizeof(*again));
	uint64_t needed, other;

	free(format(events, batch, offsets, 0, &needed));
	HOLDS(needed < INT32_MAX);
	uint8_t *exact = format(events, batch, offsets, needed, &other);
	HOLDS(other == needed && offsets[0] == 0 && (uint64_t)offsets[batch->rows] == needed);
	for (uint32_t row = 0; row < batch->rows; row++) {
		HOLDS(offsets[row] <= offsets[row + 1]);
		HOLDS(rs_utf8_is_valid(exact + offsets[row], (size_t)(offsets[row + 1] - offsets[row])));
	}
	/* A message that has room to spare is made in place, others are copied there. */
	uint8_t *roomy = format(events, batch, again, needed + 100000, &other);
	HOLDS(other == needed && memcmp(offsets, again, (batch->rows + 1) * sizeof(*offsets)) == 0);
	HOLDS(needed == 0 || memcmp(exact, roomy, needed) == 0);
	free(exact);
	free(roomy);
	if (needed > 0) {
		free(format(events, batch, again, needed - 1, &other));
		HOLDS(other == needed);
	}
	free(offsets);
	free(again);
}

static uint64_t width_of(const rs_event_column_t *column, uint64_t rows)
{
	static const uint8_t widths[] = {0, 0, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8};
	return column->type == RS_COLUMN_BOOL ? (rows + 7) / 8 : rows * widths[column->type];
}

static void check_column(const rs_event_column_t *column, uint64_t rows)
{
	uint64_t valid = 0;
	HOLDS(column->type >= RS_COLUMN_BOOL && column->type <= RS_COLUMN_BYTES);
	HOLDS(rs_utf8_is_valid((const uint8_t *)column->name, strlen(column->name)) && column->name[0]);
	for (uint64_t row = 0; row < rows; row++)
		valid += !column->validity || (column->validity[row / 8] >> row % 8 & 1);
	HOLDS(valid + column->null_count == rows);
	if (column->type < RS_COLUMN_TEXT) {
		HOLDS(!column->offsets && column->value_bytes == width_of(column, rows));
		return;
	}
	HOLDS(column->offsets[0] == 0 && (uint64_t)column->offsets[rows] == column->value_bytes);
	for (uint64_t row = 0; row < rows; row++) {
		const int32_t from = column->offsets[row], to = column->offsets[row + 1];
		HOLDS(from <= to);
		HOLDS(column->type == RS_COLUMN_BYTES || rs_utf8_is_valid(column->values + from, (size_t)(to - from)));
	}
}

static void check_columns(rs_events_t *events, const batch_t *batch)
{
	const char *name;
	for (uint32_t n = 0; (name = rs_events_name(events, n)); n++) {
		rs_event_table_t table;
		HOLDS(rs_events_columns(events, name, batch->rows, batch->class_, batch->type, batch->offsets, batch->payload,
					batch->payload_bytes, &table) == RS_OK);
		HOLDS(table.rows <= batch->rows);
		for (uint64_t row = 0; row < table.rows; row++)
			HOLDS(table.row_numbers[row] < batch->rows && (row == 0 || table.row_numbers[row] > table.row_numbers[row - 1]));
		for (uint64_t at = 0; at < table.column_count; at++) {
			check_column(&table.columns[at], table.rows);
			for (uint64_t before = 0; before < at; before++)
				HOLDS(strcmp(table.columns[before].name, table.columns[at].name) != 0);
		}
	}
}

static void check_lies(rs_events_t *events, batch_t *batch)
{
	uint64_t needed;
	int32_t *offsets = make_block(batch->offsets, (batch->rows + 1) * sizeof(*offsets));
	if (batch->payload_bytes > 0) {
		batch->payload_bytes--;
		free(format(events, batch, offsets, 16, &needed));
		HOLDS(needed == RS_EVENTS_REFUSED);
		batch->payload_bytes++;
	}
	batch->offsets[batch->rows / 2] -= INT32_MAX;
	free(format(events, batch, offsets, 16, &needed));
	HOLDS(needed == RS_EVENTS_REFUSED);
	free(offsets);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	input_t input = {bytes, bytes + count};
	rs_events_t *events = rs_events_new();
	HOLDS(events);
	add_sites(events, &input);
	batch_t batch = make_batch(&input);
	check_messages(events, &batch);
	check_columns(events, &batch);
	check_lies(events, &batch);
	free(batch.class_);
	free(batch.type);
	free(batch.offsets);
	free(batch.payload);
	rs_events_free(events);
	return 0;
}
