/* SPDX-License-Identifier: MIT */
/* dump_secondary.c - see dump_secondary.h. */
#include "dump_secondary.h"

#include "atomics.h"
#include "dump.h"
#include "platform.h"
#include "tag.h"

#define RECORD_BYTES ((uint32_t)sizeof(rs_secondary_record_t))
#define SITES_SHARE 4u /* of what the rings and the call sites have together */

typedef struct {
	const rs_secondary_set_t *of;
	rs_secondary_record_t *record; /* its SET */
	uint32_t number;
} written_set_t;

typedef struct {
	uint8_t *to;
	uint32_t room;
	uint32_t used;
	uint32_t record_count;
	uint32_t set_count;
	uint32_t flags;
	written_set_t sets[RS_SECONDARY_SETS_MAX];
} output_t;

static uint64_t round_up(uint64_t bytes)
{
	return (bytes + 7) & ~7ull;
}

/* The caller knows that there is room. */
static rs_secondary_record_t *begin_record(output_t *output, uint32_t kind, uint32_t set, uint64_t data_bytes)
{
	rs_secondary_record_t *record = (rs_secondary_record_t *)(void *)(output->to + output->used);

	*record = (rs_secondary_record_t){.kind = kind, .set = set, .data_bytes = data_bytes};
	output->used += RECORD_BYTES + (uint32_t)round_up(data_bytes);
	output->record_count++;
	return record;
}

static void write_bytes(output_t *output, const written_set_t *set, uint64_t offset, uint64_t bytes)
{
	rs_secondary_record_t *record = begin_record(output, RS_SECONDARY_BYTES, set->number, bytes);
	uint8_t *data = (uint8_t *)(record + 1);

	record->a = offset;
	memcpy(data, set->of->shared + offset, (size_t)bytes);
	memset(data + bytes, 0, (size_t)(round_up(bytes) - bytes));
}

static uint64_t intent_bytes(const rs_set_header_t *header)
{
	return header->intent_count * sizeof(rs_intent_t);
}

/* Of what is always there. A ring's own record is counted, its bytes are not. */
static uint64_t fixed_bytes(const rs_set_header_t *header)
{
	return RECORD_BYTES + sizeof(rs_set_header_t) + RS_SECONDARY_NAME_BYTES + RECORD_BYTES + round_up(RS_SECONDARY_SHARED_BYTES) +
	       RECORD_BYTES + intent_bytes(header) + (uint64_t)header->ring_count * (RECORD_BYTES + RS_SECONDARY_RING_PAGE_BYTES + RECORD_BYTES);
}

static void write_name(uint8_t *to, const char *name)
{
	uint32_t n;

	for (n = 0; n < RS_SECONDARY_NAME_BYTES - 1 && name[n]; n++)
		to[n] = (uint8_t)name[n];
	memset(to + n, 0, RS_SECONDARY_NAME_BYTES - n);
}

/* Returns the bytes of rings' records, for which room is kept. */
static uint32_t write_fixed(output_t *output, const rs_secondary_set_t *of)
{
	written_set_t *set = &output->sets[output->set_count];
	const rs_set_header_t *header = of->header;
	uint8_t *data;
	uint32_t n;

	*set = (written_set_t){.of = of, .number = output->set_count++};
	set->record = begin_record(output, RS_SECONDARY_SET, set->number, sizeof(*header) + RS_SECONDARY_NAME_BYTES);
	set->record->a = (uint64_t)of->made_unix_ns;
	data = (uint8_t *)(set->record + 1);
	/* The one in the pages has the newest anchors; where everything lies is taken from the other one. */
	memcpy(data, of->shared, sizeof(*header));
	write_name(data + sizeof(*header), of->name);
	write_bytes(output, set, header->shared_off, RS_SECONDARY_SHARED_BYTES);
	write_bytes(output, set, header->intent_off, intent_bytes(header));
	for (n = 0; n < header->ring_count; n++)
		write_bytes(output, set, header->ring_off + n * sizeof(rs_ring_page_t), RS_SECONDARY_RING_PAGE_BYTES);
	return header->ring_count * RECORD_BYTES;
}

/* Page, levels, slots, and of the texts what is used. */
static uint64_t site_bytes(const rs_secondary_set_t *set)
{
	const rs_set_header_t *header = set->header;
	const rs_site_page_t *page = (const rs_site_page_t *)(const void *)(set->shared + header->site_off);
	uint64_t used;

	if (!header->site_count)
		return 0;
	used = load_u64_relaxed(&page->text_used);
	if (used > header->site_text_bytes)
		used = header->site_text_bytes;
	return sizeof(*page) + header->site_count + header->site_count * sizeof(rs_site_slot_t) + used;
}

static void write_sites(output_t *output, uint32_t room)
{
	uint32_t n;

	for (n = 0; n < output->set_count; n++) {
		written_set_t *set = &output->sets[n];
		const uint64_t bytes = site_bytes(set->of);
		const uint64_t need = RECORD_BYTES + round_up(bytes);

		if (!bytes)
			continue;
		if (need > room) {
			set->record->b |= RS_SECONDARY_NO_SITES;
			output->flags |= RS_SECONDARY_SHORTENED;
			continue;
		}
		room -= (uint32_t)need;
		write_bytes(output, set, set->of->header->site_off, bytes);
	}
}

static const rs_ring_page_t *page_of(const rs_secondary_set_t *set, uint32_t ring)
{
	return (const rs_ring_page_t *)(const void *)(set->shared + set->header->ring_off) + ring;
}

/* Where the next entry would be; 0 where that is no position. */
static uint64_t end_of(const rs_secondary_set_t *set, uint32_t ring)
{
	const uint64_t position = load_u64_relaxed(&page_of(set, ring)->reserve.position);

	return position & 7 ? 0 : position;
}

/* Bytes of a ring that hold, or held, entries. */
static uint64_t need_of(const rs_secondary_set_t *set, uint32_t ring)
{
	const uint64_t end = end_of(set, ring);

	return end < set->header->ring_bytes ? end : set->header->ring_bytes;
}

/* What all rings take where none takes more than `share`. */
static uint64_t sum_of_needs(const output_t *output, uint64_t share)
{
	uint64_t sum = 0;
	uint32_t n, ring;

	for (n = 0; n < output->set_count; n++) {
		const rs_secondary_set_t *set = output->sets[n].of;

		for (ring = 0; ring < set->header->ring_count; ring++) {
			const uint64_t need = need_of(set, ring);

			sum += need < share ? need : share;
		}
	}
	return sum;
}

/* The largest share, in units of eight bytes, with which all rings find room. */
static uint64_t find_share(const output_t *output, uint64_t room)
{
	uint64_t fits = 0, does_not = RS_RING_BYTES_MAX / 8 + 1;

	while (does_not - fits > 1) {
		const uint64_t middle = fits + (does_not - fits) / 2;

		if (sum_of_needs(output, middle * 8) <= room)
			fits = middle;
		else
			does_not = middle;
	}
	return fits * 8;
}

/* Whether the word at this position is an entry's, by the tag that it carries: bytes of a payload or of an earlier lap have none that fits. */
static int is_entry(const rs_set_header_t *header, const uint8_t *data, uint64_t position, uint64_t end)
{
	const uint64_t word = load_u64_relaxed((const uint64_t *)(const void *)(data + (position & (header->ring_bytes - 1))));
	const uint64_t bytes = rs_units_of(word) * 8;
	const enum rs_entry_state state = rs_state_of(word);

	return state >= RS_STATE_RESERVED && state <= RS_STATE_ABANDONED && rs_tag_of(word) == rs_tag(position, header->tag_key) &&
	       bytes >= (state == RS_STATE_PADDING ? 8 : RS_ENTRY_HEADER_BYTES) && bytes <= end - position;
}

static void copy_ring(const rs_set_header_t *header, const uint8_t *data, uint64_t first, uint64_t bytes, uint8_t *to)
{
	const uint64_t offset = first & (header->ring_bytes - 1);
	const uint64_t before_end = header->ring_bytes - offset < bytes ? header->ring_bytes - offset : bytes;

	memcpy(to, data + offset, (size_t)before_end);
	memcpy(to + before_end, data, (size_t)(bytes - before_end));
}

static void write_ring(output_t *output, written_set_t *set, uint32_t ring, uint64_t share)
{
	const rs_set_header_t *header = set->of->header;
	const uint8_t *data = set->of->shared + header->data_off + ring * header->ring_bytes;
	const rs_consumer_ring_t *consumers = (const rs_consumer_ring_t *)(const void *)(set->of->consumer + sizeof(rs_consumer_set_t));
	const uint64_t end = end_of(set->of, ring), need = need_of(set->of, ring);
	uint64_t first = end - (need < share ? need : share);
	rs_secondary_record_t *record;

	while (first < end && !is_entry(header, data, first, end))
		first += 8;
	if (need > share) {
		set->record->b |= RS_SECONDARY_SHORT_RINGS;
		output->flags |= RS_SECONDARY_SHORTENED;
	}
	record = begin_record(output, RS_SECONDARY_RING, set->number, end - first);
	record->a = ring;
	record->b = first;
	record->c = end;
	record->d = load_u64_relaxed(&consumers[ring].read_pos);
	copy_ring(header, data, first, end - first, (uint8_t *)(record + 1));
}

static void write_rings(output_t *output)
{
	const uint64_t records = (uint64_t)RECORD_BYTES;
	uint64_t room = output->room - output->used;
	uint64_t share;
	uint32_t n, ring;

	for (n = 0; n < output->set_count; n++)
		room -= output->sets[n].of->header->ring_count * records;
	share = find_share(output, room);
	for (n = 0; n < output->set_count; n++)
		for (ring = 0; ring < output->sets[n].of->header->ring_count; ring++)
			write_ring(output, &output->sets[n], ring, share);
}

static uint32_t finish(output_t *output, uint32_t os)
{
	rs_secondary_header_t *header = (rs_secondary_header_t *)(void *)output->to;

	*header = (rs_secondary_header_t){
		.magic = {RS_SECONDARY_MAGIC_LOW, RS_SECONDARY_MAGIC_HIGH},
		.version = RS_SECONDARY_VERSION,
		.header_bytes = sizeof(*header),
		.bytes = output->used,
		.record_count = output->record_count,
		.set_count = output->set_count,
		.os = os,
		.flags = output->flags,
	};
	header->crc32c = ~rs_dump_crc_add(~0u, output->to, output->used);
	return output->used;
}

uint32_t rs_secondary_write(const rs_secondary_set_t *sets, uint32_t set_count, uint32_t os, uint8_t *to, uint32_t room)
{
	output_t output = {.to = to, .room = room & ~7u, .used = sizeof(rs_secondary_header_t)};
	uint32_t kept = 0, n;

	if (room < sizeof(rs_secondary_header_t))
		return 0;
	for (n = 0; n < set_count; n++) {
		if (output.set_count == RS_SECONDARY_SETS_MAX || fixed_bytes(sets[n].header) > output.room - output.used - kept) {
			output.flags |= RS_SECONDARY_SHORTENED;
			continue;
		}
		kept += write_fixed(&output, &sets[n]);
	}
	write_sites(&output, (output.room - output.used - kept) / SITES_SHARE);
	write_rings(&output);
	return finish(&output, os);
}
