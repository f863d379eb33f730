/* SPDX-License-Identifier: MIT */
/*
 * copy.c - entries that wait for long are copied out of their rings. See capture.h and reorder.h.
 *
 * A copied entry has been read: its space is returned, and what a reader that dies has copied is `unstored` to the next.
 */
#include <string.h>

#include "atomics.h"
#include "capture.h"
#include "tag.h"
#include "test_point.h"

void rs_count_changed(rs_capture_t *capture, rs_ring_view_t *ring)
{
	capture->stats.violations++;
	ring->count.corrupt++;
	ring->hole.corrupt++;
	ring->has_hole = 1;
	capture->has_news = 1;
}

uint64_t rs_copy_entry(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t position, uint64_t key)
{
	const uint64_t mask = capture->file.header.ring_bytes - 1;
	const uint8_t *entry = ring->data + (position & mask);
	rs_entry_header_t header;
	uint64_t word, oldest;

	/* What is not as it was when it was looked at stays where it is, and delivery finds out. */
	if (!rs_scan_word(capture, ring, position, ring->scanned, &word))
		return 0;
	memcpy(&header, entry, sizeof(header));
	if (!rs_scan_is_sound(&header, rs_units_of(word)) || (capture->is_clock_ordered ? header.ticks : header.index) != key)
		return 0;
	const uint64_t bytes = rs_units_of(word) * 8;
	const uint64_t copy = rs_reorder_take(&capture->reorder, bytes);
	if (!copy)
		return 0;
	uint8_t *to = rs_reorder_at(&capture->reorder, copy);
	memcpy(to, &header, sizeof(header));
	memcpy(to + sizeof(header), entry + sizeof(header), bytes - sizeof(header));
	if (rs_scan_has_made_room(capture, ring, position, &oldest)) {
		rs_reorder_drop(&capture->reorder, copy, bytes);
		return 0;
	}
	ring->copied++;
	return copy;
}

void rs_copy_waiting(rs_capture_t *capture)
{
	const uint64_t quarter = capture->file.header.ring_bytes / 4;

	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		/* Behind an entry that was passed no space can be returned. */
		const uint64_t limit = ring->passed_count ? ring->passed[0] : ring->scanned;
		if (ring->held == ring->copied || limit <= ring->cursor ||
		    load_u64_relaxed(&ring->page->reserve.position) - ring->cursor <= quarter)
			continue;
		if (capture->is_merging)
			rs_merge_copy(capture, ring, limit);
		else
			rs_place_copy(capture, ring, limit);
	}
}
