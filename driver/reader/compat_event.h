/* SPDX-License-Identifier: MIT */
/*
 * compat_event.h - typed events as text, for consumers in the style of the seed, which know text and data only.
 *
 * Call sites are read from the ring set's table when their first event comes. One thread at a time.
 */
#ifndef RS_COMPAT_EVENT_H
#define RS_COMPAT_EVENT_H

#include "rs_reader.h"

typedef struct {
	rs_events_t *events; /* null before the first event */
	uint8_t *known;      /* one bit for each site of the table */
} rs_compat_events_t;

/* The message of an event, at most `room` bytes. Returns its bytes; 0 where it does not fit or there is no memory. */
uint32_t rs_compat_event_text(rs_compat_events_t *events, const rs_capture_t *capture, const rs_row_t *row, void *text, uint32_t room);
void rs_compat_events_fini(rs_compat_events_t *events);

#endif /* RS_COMPAT_EVENT_H */
