/* SPDX-License-Identifier: MIT */
/* compat_event.c - see compat_event.h. */
#include "compat_event.h"

#include <stdlib.h>

#include "capture.h"
#include "site.h"

static int has_begun(rs_compat_events_t *events, const rs_site_table_t *table)
{
	if (!events->known)
		events->known = calloc(table->count / 8 + 1, 1);
	if (!events->events)
		events->events = rs_events_new();
	return events->known && events->events;
}

/* The events of a number without a descriptor say that they are of an unknown site. 0: no memory. */
static int learn_site(rs_compat_events_t *events, const rs_site_table_t *table, uint32_t number)
{
	uint8_t descriptor[RS_SITE_BYTES_MAX];
	rs_site_read_t read;

	if (number == 0 || number > table->count || events->known[number / 8] >> number % 8 & 1)
		return 1;
	const uint32_t bytes = rs_site_copy(table, number, descriptor, &read);
	if (bytes && rs_events_add(events->events, number, descriptor, bytes) == RS_NO_MEMORY)
		return 0;
	events->known[number / 8] = (uint8_t)(events->known[number / 8] | 1u << number % 8);
	return 1;
}

uint32_t rs_compat_event_text(rs_compat_events_t *events, const rs_capture_t *capture, const rs_row_t *row, void *text, uint32_t room)
{
	const rs_site_table_t table = rs_site_table_at(&capture->file.header, capture->file.bytes);
	const uint16_t class_ = RS_KIND_EVENT;
	const int32_t offsets[] = {0, (int32_t)row->length};
	int32_t ends[2];

	if (!has_begun(events, &table) || !learn_site(events, &table, row->type))
		return 0;
	const uint64_t bytes =
		rs_events_format(events->events, 1, &class_, &row->type, offsets, row->payload, row->length, ends, text, room);
	/* RS_EVENTS_REFUSED is more than any room. */
	return bytes <= room ? (uint32_t)bytes : 0;
}

void rs_compat_events_fini(rs_compat_events_t *events)
{
	if (events->events)
		rs_events_free(events->events);
	free(events->known);
}
