/* SPDX-License-Identifier: MIT */
/* scan.c - first look at each entry of a ring, in ring order. See capture.h. Protocol: driver/DESIGN.md. */
#include <stdlib.h>
#include <string.h>

#include "atomics.h"
#include "capture.h"
#include "host.h"
#include "tag.h"
#include "test_point.h"

int rs_scan_word(const rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, uint64_t limit, uint64_t *word)
{
	const uint64_t ring_bytes = capture->file.header.ring_bytes;
	const uint64_t offset = position & (ring_bytes - 1);
	/* P1b: header and payload are there when the state says so. M1b: the mark's own word is all that is used of a mark. */
	*word = load_u64_acquire((const uint64_t *)(const void *)(ring->data + offset));
	const uint64_t bytes = rs_units_of(*word) * 8;
	const uint64_t least = rs_state_of(*word) == RS_STATE_PADDING ? 8 : RS_ENTRY_HEADER_BYTES;
	return rs_tag_of(*word) == rs_tag(position, capture->file.header.tag_key) && bytes >= least &&
	       bytes <= capture->entry_bytes_max && bytes <= ring_bytes - offset && bytes <= limit - position;
}

uint64_t rs_scan_gap(const rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, uint64_t limit)
{
	uint64_t bytes = 8;
	uint64_t word;
	while (position + bytes < limit && !rs_scan_word(capture, ring, position + bytes, limit, &word) &&
	       rs_tag_of(word) != rs_tag(position + bytes, capture->file.header.tag_key))
		bytes += 8;
	return bytes;
}

int rs_scan_is_sound(const rs_entry_header_t *header, uint64_t units)
{
	return units * 8 >= RS_ENTRY_HEADER_BYTES && header->length <= units * 8 - RS_ENTRY_HEADER_BYTES &&
	       rs_entry_bytes(header->length) == units * 8 && header->kind <= RS_KIND_MAX && header->severity >= RS_TRACE &&
	       header->severity <= RS_FATAL &&
	       (!(header->flags & RS_FLAG_TRUNCATED) || header->length >= sizeof(uint32_t));
}

int rs_scan_has_made_room(rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, uint64_t *oldest)
{
	if (!capture->is_overwriting)
		return 0;
	/* O1b: a byte of whoever came after was seen only if this is beyond the entry. */
	fence_acquire();
	*oldest = load_u64_relaxed(&ring->page->oldest_pos);
	return (int64_t)(*oldest - position) > 0;
}

/* Overwrite mode: what was looked at has made room meanwhile. Goes on where the oldest entry is. */
static int has_jumped(rs_capture_t *capture, rs_ring_view_t *ring)
{
	uint64_t oldest;

	if (!rs_scan_has_made_room(capture, ring, ring->scanned, &oldest))
		return 0;
	/* May be beyond the position of this round; that one is loaded anew for the next. */
	if ((oldest & 7) || (int64_t)(load_u64_acquire(&ring->page->reserve.position) - oldest) < 0) {
		capture->stats.violations++;
		oldest = ring->limit;
	}
	ring->scanned = oldest;
	ring->has_jumped = 1;
	return 1;
}

/* The tail of the scan for an entry that validation refused: stepped over, and its seq becomes part of a hole. */
static void refuse_entry(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t bytes)
{
	capture->stats.violations++;
	ring->passed_corrupt++;
	ring->scanned += bytes;
}

/* An honest entry's numbers are below the counters that they were taken from. Those lines are the writers': they are
 * looked at again, after the entry, only when what is known of them does not suffice. */
static int are_numbers_possible(rs_capture_t *capture, rs_ring_view_t *ring, const rs_entry_header_t *header)
{
	if (header->seq >= ring->known_attempts)
		ring->known_attempts = load_u64_acquire(&ring->page->reserve.attempts);
	if (header->seq < ring->count.next_seq || header->seq >= ring->known_attempts)
		return 0;
	if (capture->is_clock_ordered) {
		if (header->ticks > capture->known_ticks && !capture->is_order_foreign)
			/* Processors' clocks may disagree a little; an entry of next year would hold up its ring until then. */
			capture->known_ticks = rs_host_clock_read(capture->file.header.clock_kind) +
					       capture->file.header.ticks_per_second;
		return header->ticks <= capture->known_ticks || capture->is_order_foreign;
	}
	if (header->index >= capture->known_index)
		capture->known_index = load_u64_acquire(capture->next_index);
	return header->index >= capture->base && header->index < capture->known_index;
}

void rs_scan_begin_account(rs_ring_view_t *ring, uint64_t seq)
{
	const uint64_t passed = ring->passed_abandoned + ring->passed_corrupt;

	ring->is_begun = 1;
	ring->has_jumped = 0;
	ring->count.next_seq = ring->start.next_seq = seq - (passed < seq ? passed : seq);
}

/* 1 when it waits for its turn, 0 when it cannot be, -1 when it has to wait in its ring. */
static int add_waiting(rs_capture_t *capture, rs_ring_view_t *ring, const rs_entry_header_t *header)
{
	/* Overwriting writers wait for nobody: behind a writer that stands still at most a ringful of places waits of each ring, and what comes
	 * meanwhile may be overwritten. What the horizon covers has to be taken, or it would never be passed. */
	if (capture->is_overwriting && ring->scanned >= ring->horizon_position &&
	    ring->held - ring->copied > capture->file.header.ring_bytes / RS_ENTRY_HEADER_BYTES)
		return -1;
	if (capture->is_merging)
		return rs_merge_add(capture, ring, capture->is_clock_ordered ? header->ticks : header->index, ring->scanned)
			       ? 1
			       : -1;
	if (header->index - capture->base >= capture->reach)
		/* Too far ahead for this round. */
		return capture->must_refuse_far ? 0 : -1;
	return rs_place_add(capture, ring, header->index, ring->scanned);
}

/* A number that nobody waits for. */
static void note_discarded(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t index)
{
	ring->count.discarded++;
	if (capture->is_merging)
		return;
	uint64_t *slot = &capture->slots[index & (capture->window - 1)];
	if (index - capture->base < capture->reach && !*slot)
		*slot = RS_SLOT_GONE;
}

uint64_t rs_scan_ring(rs_capture_t *capture, rs_ring_view_t *ring)
{
	const uint64_t mask = capture->file.header.ring_bytes - 1;
	uint64_t taken = 0;

	while (ring->scanned < ring->limit) {
		rs_entry_header_t header;
		uint64_t word;

		const int is_marked = rs_scan_word(capture, ring, ring->scanned, ring->limit, &word);
		RS_TEST_POINT("read:looked");
		if (has_jumped(capture, ring))
			continue;
		if (!is_marked && rs_tag_of(word) == rs_tag(ring->scanned, capture->file.header.tag_key)) {
			/* The right tag and a length that cannot be: no honest writer marks like that. */
			refuse_entry(capture, ring, rs_scan_gap(capture, ring, ring->scanned, ring->limit));
			continue;
		}
		if (!is_marked || rs_state_of(word) == RS_STATE_RESERVED) {
			ring->is_blocked = 1;
			return taken;
		}
		const uint64_t bytes = rs_units_of(word) * 8;
		const enum rs_entry_state state = rs_state_of(word);
		if (state == RS_STATE_PADDING) {
			ring->scanned += bytes;
			continue;
		}
		if (state == RS_STATE_ABANDONED) {
			ring->passed_abandoned++;
			ring->scanned += bytes;
			continue;
		}
		/* One copy; everything below looks at it only. */
		memcpy(&header, ring->data + (ring->scanned & mask), sizeof(header));
		RS_TEST_POINT("read:copied");
		if (has_jumped(capture, ring))
			continue;
		if ((state != RS_STATE_COMMITTED && state != RS_STATE_DISCARDED) ||
		    !rs_scan_is_sound(&header, bytes / 8) || !are_numbers_possible(capture, ring, &header)) {
			refuse_entry(capture, ring, bytes);
			continue;
		}
		if (!capture->batch || capture->batch->gap_count + RS_HOLE_GAPS_MAX > RS_BATCH_GAPS)
			return taken;
		const int added = state == RS_STATE_COMMITTED ? add_waiting(capture, ring, &header) : 1;
		if (added < 0)
			return taken;
		if (!added) {
			refuse_entry(capture, ring, bytes);
			continue;
		}
		if (!ring->is_begun)
			rs_scan_begin_account(ring, header.seq);
		const rs_neighbour_t here = {header.seq, header.index, header.ticks, 1};
		if (header.seq != ring->count.next_seq || ring->passed_abandoned || ring->passed_corrupt)
			rs_hole_account(capture, ring, header.seq, &here);
		if (ring->has_hole)
			rs_hole_flush(capture, ring, &here);
		if (state == RS_STATE_DISCARDED)
			note_discarded(capture, ring, header.index);
		ring->count.next_seq = header.seq + 1;
		ring->previous = here;
		ring->has_jumped = 0;
		ring->scanned += bytes;
		taken++;
	}
	return taken;
}
