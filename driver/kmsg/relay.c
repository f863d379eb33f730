/* SPDX-License-Identifier: MIT */
/* relay.c - see relay.h. */
#include "relay.h"

#include "open.h"
#include "record.h"
#include "rs_abi.h"

/* Where the record stands in the kernel's numbering. Returns how many are missing before it. */
static uint64_t go_on_behind(rs_kmsg_relay_t *relay, const rs_kmsg_record_t *found)
{
	/* A number that went back would be another kernel's: nothing can be said about what is missing. */
	const uint64_t missing = relay->has_begun && found->seq > relay->next_seq ? found->seq - relay->next_seq : 0;
	relay->has_begun = 1;
	relay->next_seq = found->seq + 1;
	relay->last_ns = found->time_ns;
	return missing;
}

void rs_kmsg_skip(rs_kmsg_relay_t *relay, const char *record, size_t record_bytes)
{
	rs_kmsg_record_t found;
	if (rs_kmsg_parse(record, record_bytes, &found) == RS_OK)
		(void)go_on_behind(relay, &found);
}

rs_status_t rs_kmsg_pass_on(rs_kmsg_relay_t *relay, char *record, size_t record_bytes)
{
	rs_kmsg_record_t found;
	if (rs_kmsg_parse(record, record_bytes, &found) != RS_OK) {
		const rs_passed_on_t as_it_is = {.ticks = relay->last_ns, .severity = RS_INFO};
		return rs_pass_on(&as_it_is, record, record_bytes);
	}
	const uint64_t missing = go_on_behind(relay, &found);
	if (missing) {
		const rs_status_t counted = rs_pass_on_missed(missing);
		if (counted != RS_OK)
			return counted;
	}
	const rs_passed_on_t entry = {
		.ticks = found.time_ns,
		/* The kernel tells a thread, and not of which process. */
		.tid = found.caller_kind == RS_KMSG_CALLER_TASK ? found.caller : 0,
		.remarks = (uint32_t)found.facility,
		.severity = (uint8_t)found.severity,
	};
	char *text = record + (found.body - record);
	return rs_pass_on(&entry, text, rs_kmsg_decode(found.body, found.body_bytes, text));
}
