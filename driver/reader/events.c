/* SPDX-License-Identifier: MIT */
/* events.c - sites by number, and messages of whole batches. See rs_reader.h. */
#define _GNU_SOURCE
#include "events.h"

#include <stdlib.h>
#include <string.h>

#include "event_format.h"
#include "event_number.h"
#include "event_text.h"
#include "utf8.h"

event_site_t event_unknown_site = {.kind = RS_KIND_TEXT};

int event_memory_reserve(event_memory_t *memory, size_t bytes)
{
	if (bytes <= memory->capacity)
		return 1;
	const size_t capacity = bytes > 2 * memory->capacity ? bytes : 2 * memory->capacity;
	uint8_t *at = realloc(memory->at, capacity);
	if (!at)
		return 0;
	memory->at = at;
	memory->capacity = capacity;
	return 1;
}

rs_events_t *rs_events_new(void)
{
	rs_events_t *events = calloc(1, sizeof(*events));
	if (!events)
		return NULL;
	if (rs_host_numbers_init(&events->numbers))
		return events;
	free(events);
	return NULL;
}

void rs_events_free(rs_events_t *events)
{
	if (!events)
		return;
	for (uint32_t n = 0; n < events->site_capacity; n++)
		if (events->sites[n] != &event_unknown_site)
			free(events->sites[n]);
	event_tables_free(events);
	event_result_free(&events->result);
	rs_host_numbers_fini(&events->numbers);
	free(events->line.at);
	free(events->sites);
	free(events);
}

static int make_room(rs_events_t *events, uint32_t site)
{
	if (site <= events->site_capacity)
		return 1;
	uint32_t capacity = events->site_capacity ? events->site_capacity : 64;
	while (capacity < site)
		capacity *= 2;
	event_site_t **sites = realloc(events->sites, capacity * sizeof(*sites));
	if (!sites)
		return 0;
	memset(sites + events->site_capacity, 0, (capacity - events->site_capacity) * sizeof(*sites));
	events->sites = sites;
	events->site_capacity = capacity;
	return 1;
}

rs_status_t rs_events_add(rs_events_t *events, uint32_t number, const void *descriptor, uint32_t bytes)
{
	event_site_t *site = NULL;

	if (number == 0 || number > RS_EVENTS_SITE_MAX)
		return RS_BAD_ARGUMENT;
	if (!make_room(events, number))
		return RS_NO_MEMORY;
	if (events->sites[number - 1])
		return RS_EXISTS;
	const rs_status_t status = event_site_parse(descriptor, bytes, &site);
	if (status == RS_BAD_ARGUMENT)
		events->sites[number - 1] = &event_unknown_site;
	if (status != RS_OK)
		return status;
	site->number = number;
	if (site->kind == RS_KIND_EVENT && !event_table_add(events, site)) {
		free(site);
		return RS_NO_MEMORY;
	}
	events->sites[number - 1] = site;
	return RS_OK;
}

int event_batch_is_whole(uint32_t rows, const int32_t *offsets, uint64_t payload_bytes)
{
	int32_t before = 0;
	for (uint64_t row = 0; row <= rows; row++) {
		if (offsets[row] < before)
			return 0;
		before = offsets[row];
	}
	return (uint64_t)before <= payload_bytes;
}

/* One row of a batch, and where its message goes. */
typedef struct {
	const event_site_t *site; /* null: of an event nobody knows, or no event */
	uint32_t kind, type;
	const uint8_t *payload;
	uint32_t bytes;
} row_t;

/* Of the message about a site that nobody knows. */
#define UNKNOWN_BYTES 40u

/* Never nothing. */
static uint64_t room_of(const row_t *row)
{
	if (row->site)
		return event_format_room(row->site, row->bytes);
	return row->kind == RS_KIND_TEXT ? (uint64_t)row->bytes + 1 : UNKNOWN_BYTES;
}

static uint8_t *put_message(const row_t *row, uint8_t *out)
{
	static const char unknown[] = "<unknown site ";
	if (row->site)
		return event_format(row->site, row->payload, row->bytes, out);
	if (row->kind == RS_KIND_TEXT) {
		memcpy(out, row->payload, row->bytes);
		return out + row->bytes;
	}
	if (row->kind != RS_KIND_EVENT)
		return out;
	memcpy(out, unknown, sizeof(unknown) - 1);
	out = event_put_unsigned(out + sizeof(unknown) - 1, row->type);
	*out++ = '>';
	return out;
}

static int is_utf8(const row_t *row, const uint8_t *message, size_t bytes)
{
	if (row->site ? row->site->is_always_utf8 : row->kind != RS_KIND_TEXT)
		return 1;
	return rs_utf8_is_valid(message, bytes);
}

/* Makes the message elsewhere first: there may be no room for it, or something has to be put right. Returns its length, or RS_EVENTS_REFUSED. */
static uint64_t put_aside(rs_events_t *events, const row_t *row, uint8_t *out, uint64_t left)
{
	const uint64_t room = room_of(row);
	if (!event_memory_reserve(&events->line, 4 * room))
		return RS_EVENTS_REFUSED;
	uint8_t *line = events->line.at;
	uint64_t bytes = (uint64_t)(put_message(row, line) - line);
	if (!is_utf8(row, line, bytes)) {
		bytes = event_text_lenient(line, (uint32_t)bytes, line + room);
		line += room;
	}
	if (bytes > 0 && bytes <= left)
		memcpy(out, line, bytes);
	return bytes;
}

static uint64_t put_row(rs_events_t *events, const row_t *row, uint8_t *out, uint64_t left)
{
	if (room_of(row) <= left) {
		const uint64_t bytes = (uint64_t)(put_message(row, out) - out);
		if (is_utf8(row, out, bytes))
			return bytes;
	}
	return put_aside(events, row, out, left);
}

static uint64_t put_rows(rs_events_t *events, uint32_t rows, const uint16_t *class_, const uint32_t *type, const int32_t *offsets,
			 const uint8_t *payload, int32_t *out_offsets, uint8_t *out, uint64_t out_bytes)
{
	uint64_t used = 0;
	out_offsets[0] = 0;
	for (uint32_t n = 0; n < rows; n++) {
		const row_t row = {
			.site = event_find_site(events, class_[n], type[n]),
			.kind = class_[n] & 3u,
			.type = type[n],
			.payload = payload + offsets[n],
			.bytes = event_row_bytes(offsets, n, class_[n]),
		};
		const uint64_t left = used < out_bytes ? out_bytes - used : 0;
		const uint64_t bytes = put_row(events, &row, left ? out + used : NULL, left);
		if (bytes == RS_EVENTS_REFUSED)
			return bytes;
		used += bytes;
		out_offsets[n + 1] = used > INT32_MAX ? INT32_MAX : (int32_t)used;
	}
	return used;
}

uint64_t rs_events_format(rs_events_t *events, uint32_t rows, const uint16_t *class_, const uint32_t *type, const int32_t *offsets,
			  const uint8_t *payload, uint64_t payload_bytes, int32_t *out_offsets, uint8_t *out, uint64_t out_bytes)
{
	if (!event_batch_is_whole(rows, offsets, payload_bytes))
		return RS_EVENTS_REFUSED;
	if (!payload)
		payload = (const uint8_t *)"";
	rs_host_numbers_begin(&events->numbers);
	const uint64_t bytes = put_rows(events, rows, class_, type, offsets, payload, out_offsets, out, out_bytes);
	rs_host_numbers_end(&events->numbers);
	return bytes;
}
