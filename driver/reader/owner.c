/* SPDX-License-Identifier: MIT */
/*
 * owner.c - whether the writer of an unfinished entry still lives. See capture.h.
 *
 * Passing an entry and giving back its space is right only when nobody can still write into it: its owner is known to be
 * dead. Owners are found by the intent records that writers leave before they reserve.
 *
 * The writers of a kernel are its contexts, which do not die one by one: while the machine runs all of them live, and in an image of its
 * memory none does.
 */
#include "atomics.h"
#include "capture.h"
#include "host.h"
#include "host_file.h"
#include "tag.h"

typedef struct {
	const rs_capture_t *capture;
	const rs_ring_view_t *ring;
	const rs_intent_t *intents;
	uint64_t position;  /* of what nobody has finished */
	uint64_t limit;
	int is_any_alive;   /* a living thread means to reserve here */
	int is_any_dead;
	uint64_t end; /* of the shortest dead claim that ends where something begins; 0: none */
} search_t;

/* What one intent record says of this ring; 0 when it speaks of another. */
static int read_claim(const search_t *search, const rs_intent_record_t *record, uint64_t *begin, uint64_t *end)
{
	if (load_u32_relaxed(&record->ring_plus_1) != search->ring->number + 1)
		return 0;
	/* D1b: the position was seen to have moved, so the record of whoever moved it is there. */
	*begin = load_u64_relaxed(&record->position);
	*end = *begin + (uint64_t)load_u32_relaxed(&record->units) * 8;
	/* No entry begins elsewhere, and the place may be looked at. */
	return (*begin & 7) == 0;
}

static int is_alive(const rs_capture_t *capture, const rs_intent_t *slot, uint64_t owner)
{
	if (capture->is_image || capture->is_kernel)
		return !capture->is_image;
	return rs_host_thread_alive(owner, load_u64_relaxed(&slot->owner_start), load_u64_relaxed(&slot->owner_namespace));
}

/* Calls `see` for each claim on the ring whose slot is taken. */
static void for_each_claim(search_t *search, void (*see)(search_t *search, const rs_intent_t *slot, uint64_t owner,
							  uint64_t begin, uint64_t end))
{
	for (uint32_t n = 0; n < search->capture->file.header.intent_count; n++) {
		const rs_intent_t *slot = &search->intents[n];
		const uint64_t owner = load_u64_relaxed(&slot->owner);
		uint64_t begin, end;
		for (uint32_t depth = 0; owner && depth < RS_INTENT_DEPTH; depth++)
			if (read_claim(search, &slot->records[depth], &begin, &end))
				see(search, slot, owner, begin, end);
	}
}

/* By whomever: a living writer that has reserved there and not marked yet begins there too. */
static int is_begun_by_claim(const search_t *search, uint64_t position)
{
	for (uint32_t n = 0; n < search->capture->file.header.intent_count; n++) {
		const rs_intent_t *slot = &search->intents[n];
		const uint64_t owner = load_u64_relaxed(&slot->owner);
		uint64_t begin, end;
		for (uint32_t depth = 0; owner && depth < RS_INTENT_DEPTH; depth++)
			if (read_claim(search, &slot->records[depth], &begin, &end) && begin == position)
				return 1;
	}
	return 0;
}

static int does_something_begin(const search_t *search, uint64_t position)
{
	const rs_ring_view_t *ring = search->ring;
	uint64_t word;
	/* A record is written anew only when its entry's word is there: records first, or both could be missed. */
	return position == search->limit ||
	       (position < search->limit && (is_begun_by_claim(search, position) ||
					     rs_scan_word(search->capture, ring, position, search->limit, &word)));
}

/* Of several dead writers that meant to reserve here one has done it: its extent ends where something begins. A claim of padding
 * and entry together also covers the entry behind the padding. */
static void consider(search_t *search, const rs_intent_t *slot, uint64_t owner, uint64_t begin, uint64_t end)
{
	const uint64_t here = search->position;
	if (here - begin >= end - begin)
		return;
	if (is_alive(search->capture, slot, owner)) {
		search->is_any_alive = 1;
		return;
	}
	search->is_any_dead = 1;
	if ((!search->end || end - here < search->end - here) && end - here <= search->limit - here &&
	    does_something_begin(search, end))
		search->end = end;
}

/* 1 when somebody who lives may be writing without a record: where a dead writer only meant to be, it may be the one who is. */
static int may_be_unrecorded(const search_t *search)
{
	const rs_set_header_t *header = &search->capture->file.header;
	const rs_shared_page_t *shared =
		(const rs_shared_page_t *)(const void *)(search->capture->file.bytes + header->shared_off);

	if (search->capture->is_image)
		return 0;
	/* U1b: an entry that was seen reserved by somebody who is not in the table comes behind this word. */
	if (load_u64_acquire(&shared->unlisted_writers))
		return 1;
	for (uint32_t n = 0; n < header->intent_count; n++) {
		const rs_intent_t *slot = &search->intents[n];
		const uint64_t owner = load_u64_relaxed(&slot->owner);
		/* U2b: the position was seen to have moved, so this says so if it was moved from deeper than the records. */
		if (owner && load_u64_acquire(&slot->deep_writes) && is_alive(search->capture, slot, owner))
			return 1;
	}
	return 0;
}

/* Nobody who ever wrote here is left: what is unfinished stays so, whether an intent record tells of it or not. */
static int are_all_dead(const rs_capture_t *capture, const rs_intent_t *intents)
{
	const rs_set_header_t *header = &capture->file.header;
	if (capture->is_image || capture->is_kernel)
		return capture->is_image;
	if (header->creator_pid != capture->self_pid &&
	    rs_host_thread_alive((uint64_t)header->creator_pid << 32, header->creator_start, header->creator_namespace))
		return 0;
	for (uint32_t n = 0; n < header->intent_count; n++) {
		const uint64_t owner = load_u64_relaxed(&intents[n].owner);
		if (owner && is_alive(capture, &intents[n], owner))
			return 0;
	}
	return 1;
}

uint64_t rs_owner_dead_bytes(const rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, int is_marked, uint64_t word,
			     int *is_known)
{
	search_t search = {
		.capture = capture,
		.ring = ring,
		.intents = (const rs_intent_t *)(const void *)(capture->file.bytes + capture->file.header.intent_off),
		.position = position,
		/* What was passed earlier lies before the scan. */
		.limit = position < ring->scanned ? ring->scanned : ring->limit,
	};

	*is_known = 1;
	for_each_claim(&search, consider);
	if (search.is_any_alive || may_be_unrecorded(&search))
		return 0;
	if (is_marked)
		return search.is_any_dead || are_all_dead(capture, search.intents) ? rs_units_of(word) * 8 : 0;
	if (search.end)
		return search.end - position;
	if (!are_all_dead(capture, search.intents))
		return 0;
	*is_known = 0;
	return rs_scan_gap(capture, ring, position, search.limit);
}

/* Writes one word of the producers' half, which is mapped read only, by a mapping of its own: in user mode everybody may act as the
 * driver. */
static void swap_word(const rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t offset, uint64_t expected, uint64_t desired)
{
	const uint64_t at = capture->file.header.data_off + ring->number * capture->file.header.ring_bytes + offset;
	const uint64_t page = at & ~(uint64_t)(RS_REGION_ALIGN - 1);
	uint8_t *bytes;
	if (rs_host_file_map(capture->file.file, page, RS_REGION_ALIGN, RS_HOST_MAP_WRITE, &bytes) != 0)
		return;
	(void)swap_u64_full((uint64_t *)(void *)(bytes + (at - page)), &expected, desired);
	rs_host_file_unmap(bytes, RS_REGION_ALIGN);
}

/* One at a time: bytes of an earlier lap may be what they were, and yet another lap's, when somebody else has been here meanwhile. */
static int is_overseer(rs_capture_t *capture)
{
	if (!capture->is_overseer)
		(void)rs_host_file_lock(capture->file.file, &capture->is_overseer);
	return capture->is_overseer;
}

static void abandon_extent(const rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, uint64_t bytes,
			   enum rs_entry_state state)
{
	const uint64_t offset = position & (capture->file.header.ring_bytes - 1);
	const uint64_t seen = load_u64_acquire((const uint64_t *)(const void *)(ring->data + offset));
	const uint64_t tag = rs_tag(position, capture->file.header.tag_key);

	/* A1a: exactly what was seen, or the entry was finished, or abandoned by another reader, meanwhile. */
	if (rs_tag_of(seen) != tag || rs_state_of(seen) == RS_STATE_RESERVED || rs_state_of(seen) == RS_STATE_NONE)
		swap_word(capture, ring, offset, seen, rs_state_word(state, bytes / 8, tag));
}

int rs_owner_abandon(rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, uint64_t bytes)
{
	const uint64_t ring_bytes = capture->file.header.ring_bytes;
	const uint64_t boundary = (position | (ring_bytes - 1)) + 1;
	/* Where an attempt is shown as abandoned: the entry behind a padding, or where the extent begins. */
	const uint64_t entry = bytes > boundary - position ? boundary : position;
	uint64_t oldest;

	/* In an image nobody waits for room; where the file may only be read, somebody else has to, and must get the lock. */
	if (capture->is_image || capture->file.is_read_only)
		return 1;
	if (!is_overseer(capture))
		return rs_scan_has_made_room(capture, ring, position, &oldest);
	/* Its writer is dead and nobody else may do this now: what has not made room yet does not change any more. */
	if (rs_scan_has_made_room(capture, ring, position, &oldest))
		return 1;
	/* In pieces that can be entries, the last first: what makes room in front of it lets writers come near. */
	for (uint64_t end = position + bytes; end > position;) {
		uint64_t begin = end - position > capture->entry_bytes_max ? end - capture->entry_bytes_max : position;
		if (end > boundary && begin < boundary)
			begin = boundary;
		const int is_entry = begin == entry && end - begin >= RS_ENTRY_HEADER_BYTES;
		abandon_extent(capture, ring, begin, end - begin, is_entry ? RS_STATE_ABANDONED : RS_STATE_PADDING);
		end = begin;
	}
	return 1;
}

int rs_owner_nobody_lives(const rs_capture_t *capture)
{
	const search_t search = {
		.capture = capture,
		.intents = (const rs_intent_t *)(const void *)(capture->file.bytes + capture->file.header.intent_off),
	};
	return !may_be_unrecorded(&search) && are_all_dead(capture, search.intents);
}

uint32_t rs_capture_writers(rs_capture_t *capture, rs_writer_t *writers, uint32_t count)
{
	const rs_set_header_t *header = &capture->file.header;
	const rs_intent_t *intents = (const rs_intent_t *)(const void *)(capture->file.bytes + header->intent_off);
	uint32_t found = 0;

	if (capture->seen)
		return count ? rs_seen_take(capture->seen, writers, count) : rs_seen_count(capture->seen);
	for (uint32_t n = 0; n < header->intent_count; n++) {
		const uint64_t owner = load_u64_acquire(&intents[n].owner);
		if (owner == 0)
			continue;
		if (found < count)
			writers[found] = (rs_writer_t){
				.start = load_u64_relaxed(&intents[n].owner_start),
				.name_space = load_u64_relaxed(&intents[n].owner_namespace),
				.pid = (uint32_t)(owner >> 32),
				.tid = (uint32_t)owner,
			};
		found++;
	}
	return found;
}
