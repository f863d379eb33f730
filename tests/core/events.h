/* SPDX-License-Identifier: MIT */
/*
 * events.h - one ring that this process logs events into, and what lies there: entries as they were written, one after the other, and the
 * words of their sites.
 */
#ifndef EVENTS_H
#define EVENTS_H

#include "rings.h"
#include "rs_event.h"
#include "site.h"

static rings_t set;
static rs_site_table_t table;
static uint64_t next_pos; /* of the entry that take_entry gives next */

static inline void open_rings(const rings_t *rings)
{
	char message[512] = "";
	if (rs_open(rings->path, message, sizeof(message)) != RS_OK)
		check_complain(__FILE__, __LINE__, "%s", message);
	REQUIRE(rs_is_open());
}

static inline void make_events(uint32_t site_count)
{
	rings_make(&set, &(rs_plan_t){.ring_count = 1, .ring_bytes = 1u << 20, .intent_count = 32, .site_count = site_count});
	table = rs_site_table_at(&set.file.header, set.file.bytes);
	next_pos = 0;
	open_rings(&set);
}

static inline void drop_events(void)
{
	rs_close();
	rings_drop(&set);
}

static inline uint64_t attempts(void)
{
	return load_u64_relaxed(&set.pages[0].reserve.attempts);
}

static inline uint64_t refused(void)
{
	return load_u64_relaxed(&table.page->refused);
}

/* The next entry of the ring, which has to be there and finished. */
static inline const rs_entry_header_t *take_entry(void)
{
	const rs_ring_t *ring = &set.rings[0];
	for (;;) {
		REQUIRE(next_pos < load_u64_acquire(&ring->page->reserve.position));
		const rs_entry_header_t *entry = (const void *)(ring->data + (next_pos & (ring->ring_bytes - 1)));
		const uint64_t state = load_u64_acquire(&entry->state);
		REQUIRE_EQUAL(rs_tag_of(state), rs_tag(next_pos, ring->tag_key));
		next_pos += rs_units_of(state) * 8;
		if (rs_state_of(state) == RS_STATE_PADDING)
			continue;
		REQUIRE_EQUAL(rs_state_of(state), RS_STATE_COMMITTED);
		return entry;
	}
}

static inline int has_entries(void)
{
	return next_pos != load_u64_acquire(&set.pages[0].reserve.position);
}

static inline const uint8_t *payload_of(const rs_entry_header_t *entry)
{
	return (const uint8_t *)(entry + 1);
}

/* `name severity role line format | type:key …` of a site; what follows an enum's key is its names. */
static inline const char *words_of(uint32_t number)
{
	static char words[RS_SITE_BYTES_MAX * 2];
	uint8_t copy[RS_SITE_BYTES_MAX];
	rs_site_read_t read;
	const uint32_t bytes = rs_site_copy(&table, number, copy, &read);
	REQUIRE(bytes);
	int at = snprintf(words, sizeof(words), "%.*s %u %u %.*s |", (int)read.name.bytes, read.name.at, read.severity, read.role,
			  (int)read.format.bytes, read.format.at);
	uint32_t from = (uint32_t)((const uint8_t *)read.format.at - copy) + read.format.bytes;
	for (uint32_t n = 0; n < read.argument_count; n++) {
		const uint8_t type = copy[from];
		uint16_t length, count = 0;
		memcpy(&length, copy + from + 1, 2);
		at += snprintf(words + at, sizeof(words) - (size_t)at, " %u:%.*s", type, length, (const char *)copy + from + 3);
		from += 3u + length;
		if (type != RS_ARGUMENT_ENUM)
			continue;
		memcpy(&length, copy + from, 2);
		memcpy(&count, copy + from + 2 + length, 2);
		at += snprintf(words + at, sizeof(words) - (size_t)at, "(%.*s", length, (const char *)copy + from + 2);
		from += 4u + length;
		for (; count; count--) {
			int64_t value;
			memcpy(&value, copy + from, 8);
			memcpy(&length, copy + from + 8, 2);
			at += snprintf(words + at, sizeof(words) - (size_t)at, " %lld=%.*s", (long long)value, length,
				       (const char *)copy + from + 10);
			from += 10u + length;
		}
		at += snprintf(words + at, sizeof(words) - (size_t)at, ")");
	}
	CHECK_EQUAL(from, bytes);
	return words;
}

#define CHECK_WORDS(number, expected)                                                                          \
	do {                                                                                                   \
		const char *words_ = words_of(number);                                                         \
		if (strcmp(words_, expected) != 0)                                                             \
			check_complain(__FILE__, __LINE__, "the site is \"%s\", not \"%s\"", words_, expected); \
	} while (0)

#endif /* EVENTS_H */
