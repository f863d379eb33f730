/* SPDX-License-Identifier: MIT */
/* event_payload.h - the raw arguments of a typed event, read from its payload. Layout: driver/EVENTS.md. */
#ifndef RS_EVENT_PAYLOAD_H
#define RS_EVENT_PAYLOAD_H

#include "event_site.h"

/* No site's arguments take more: a head, an original length, and what fifteen bits can count. */
#define EVENT_PAYLOAD_BYTES_MAX (RS_ARGUMENTS_MAX * (2u + 4u + 0x7fffu))

/* Of what has no length in the payload only `number` is set, of the others everything else. */
typedef struct {
	uint64_t number;      /* integers with their sign extended to 64 bits; floating point: its bits */
	const uint8_t *bytes; /* of texts and bytes, in the payload; null for a null pointer */
	uint32_t length;      /* in bytes, also of UTF-16 */
	uint32_t original;    /* as long as it was before it was cut */
	uint8_t is_cut;
} event_value_t;

/* Reads as many arguments as are whole; nothing is read outside of the payload, whatever stands in it. Returns how many; *left gets the bytes that
 * follow them. */
uint32_t event_payload_read(const event_site_t *site, const uint8_t *payload, uint32_t bytes, event_value_t *values, uint32_t *left);

#endif /* RS_EVENT_PAYLOAD_H */
