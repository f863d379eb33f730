/* SPDX-License-Identifier: MIT */
/* event_format.h - one payload as the message that its site's format makes of it. */
#ifndef RS_EVENT_FORMAT_H
#define RS_EVENT_FORMAT_H

#include "event_payload.h"

/* Room that event_format needs: a byte of the payload becomes three characters of a text at most, of UTF-16 or of hexadecimal pairs. */
static inline uint64_t event_format_room(const event_site_t *site, uint32_t payload_bytes)
{
	const uint32_t used = payload_bytes < EVENT_PAYLOAD_BYTES_MAX ? payload_bytes : EVENT_PAYLOAD_BYTES_MAX;
	return site->message_bytes + 3 * (uint64_t)used;
}

/* Writes the message, which may hold bytes that are not UTF-8 unless site->is_always_utf8 says otherwise, and returns its end. What is
 * wrong with the payload stands in the message: `<damaged: …>`. */
uint8_t *event_format(const event_site_t *site, const uint8_t *payload, uint32_t bytes, uint8_t *out);

/* What %s makes of a value: texts, bytes, and everything that has names. */
uint8_t *event_put_text(uint8_t *out, const event_argument_t *argument, const event_value_t *value);

#endif /* RS_EVENT_FORMAT_H */
