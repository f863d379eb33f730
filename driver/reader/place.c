/* SPDX-License-Identifier: MIT */
/*
 * place.c - delivery by placing: rows in index order, in discard mode. See capture.h.
 *
 * An index is the row's place: entries go into a window by (index - base), and leave it from the front. Merging the rings by the
 * index at their heads would be wrong, since nested writes turn the order around within a ring.
 */
#include <stdlib.h>

#include "atomics.h"
#include "emission.h"
#include "tag.h"
#include "test_point.h"

#define PREFETCH_AHEAD 12u
#define WINDOW_MAX (1ull << 24)

int rs_place_add(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t index, uint64_t position)
{
	uint64_t *slot = &capture->slots[index & (capture->window - 1)];
	if (*slot)
		return 0;
	*slot = rs_slot(ring, position);
	ring->held++;
	capture->held++;
	return 1;
}

int rs_place_widen(rs_capture_t *capture)
{
	if (capture->reach < capture->window) {
		capture->reach = capture->reach * 2 < capture->window ? capture->reach * 2 : capture->window;
		return 1;
	}
	if (capture->window >= WINDOW_MAX)
		return 0;
	uint64_t *slots = calloc(capture->window * 2, sizeof(*slots));
	if (!slots)
		return 0;
	for (uint64_t index = capture->base; index < capture->base + capture->window; index++)
		slots[index & (capture->window * 2 - 1)] = capture->slots[index & (capture->window - 1)];
	free(capture->slots);
	capture->slots = slots;
	capture->window *= 2;
	capture->reach = capture->window;
	return 1;
}

static void drop_held(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t copy, uint64_t bytes)
{
	ring->held--;
	capture->held--;
	if (!copy)
		return;
	ring->copied--;
	rs_reorder_drop(&capture->reorder, copy, bytes);
}

static void prefetch_slot(const rs_capture_t *capture, uint64_t index)
{
	const uint64_t slot = capture->slots[index & (capture->window - 1)];
	if (slot > RS_SLOT_GONE && !rs_slot_copy(slot)) {
		const rs_ring_view_t *ring = rs_slot_ring(capture, slot);
		const uint8_t *entry =
			ring->data + (rs_slot_position(ring, slot) & (capture->file.header.ring_bytes - 1));
		__builtin_prefetch(entry);
		__builtin_prefetch(entry + 64);
	}
}

/* Past one index that will not come; past all of them at once where a producer claims more than a window of them. */
static void skip_gone(rs_capture_t *capture)
{
	if (capture->held || capture->decided < capture->base || capture->decided - capture->base <= capture->window) {
		capture->base++;
		return;
	}
	memset(capture->slots, 0, capture->window * sizeof(*capture->slots));
	capture->base = capture->decided;
}

/* Looked at before, but a producer that is not honest may have changed it since. */
static int is_still_good(rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, const rs_entry_header_t *header)
{
	uint64_t word;
	return rs_scan_word(capture, ring, position, ring->scanned, &word) && header->index == capture->base &&
	       rs_scan_is_sound(header, rs_units_of(word));
}

rs_status_t rs_place_emit(rs_capture_t *capture, uint64_t *rows)
{
	const uint64_t mask = capture->file.header.ring_bytes - 1;
	rs_emission_t emission;
	rs_status_t status = RS_OK;

	rs_emission_begin(&emission, capture);
	for (;;) {
		uint64_t *slot = &capture->slots[capture->base & (capture->window - 1)];
		if (*slot <= RS_SLOT_GONE) {
			if (*slot == 0 && capture->base >= capture->decided)
				break;
			/* Discarded, or its writer died. */
			*slot = 0;
			skip_gone(capture);
			continue;
		}
		prefetch_slot(capture, capture->base + PREFETCH_AHEAD);

		rs_ring_view_t *ring = rs_slot_ring(capture, *slot);
		const uint64_t copy = rs_slot_copy(*slot);
		const uint64_t position = rs_slot_position(ring, *slot);
		const uint8_t *entry = copy ? rs_reorder_at(&capture->reorder, copy) : ring->data + (position & mask);
		rs_entry_header_t header;
		memcpy(&header, entry, sizeof(header));
		RS_TEST_POINT("read:emitting");
		/* A copy does not change any more, but its number may have been another one when it was made. */
		if (copy ? header.index != capture->base : !is_still_good(capture, ring, position, &header)) {
			rs_count_changed(capture, ring);
			drop_held(capture, ring, copy, rs_entry_bytes(header.length));
			*slot = 0;
			capture->base++;
			continue;
		}
		if (!rs_emission_is_filtered(&emission, &header, ring)) {
			status = rs_emission_make_room(&emission, &header, ring->number);
			if (status != RS_OK)
				break;
			rs_emission_add(&emission, &header, ring, entry + sizeof(header));
			capture->stats.last_index = header.index;
		}
		ring->count.read++;
		drop_held(capture, ring, copy, rs_entry_bytes(header.length));
		*slot = 0;
		capture->base++;
	}
	rs_emission_end(&emission);
	*rows += rs_emission_taken(&emission);
	return status;
}

void rs_place_copy(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t limit)
{
	uint64_t position = ring->copied_to > ring->cursor ? ring->copied_to : ring->cursor;
	const uint64_t mask = capture->file.header.ring_bytes - 1;

	while (position < limit) {
		uint64_t word;
		if (!rs_scan_word(capture, ring, position, limit, &word)) {
			position += rs_scan_gap(capture, ring, position, limit);
			continue;
		}
		/* Padding may be too short for a header, and lie at the end of what is mapped. */
		if (rs_state_of(word) == RS_STATE_COMMITTED) {
			const rs_entry_header_t *header =
				(const rs_entry_header_t *)(const void *)(ring->data + (position & mask));
			const uint64_t index = load_u64_relaxed(&header->index);
			uint64_t *slot = &capture->slots[index & (capture->window - 1)];
			if (*slot == rs_slot(ring, position)) {
				const uint64_t copy = rs_copy_entry(capture, ring, position, index);
				if (!copy)
					break;
				*slot = rs_slot_of_copy(ring, copy);
			}
		}
		position += rs_units_of(word) * 8;
	}
	ring->copied_to = position;
}

void rs_place_move_cursors(rs_capture_t *capture)
{
	uint64_t left = 0;

	/* Cursors are what slot positions are counted from: the new ones are kept apart until all are known. */
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		capture->oldest[n] = capture->rings[n].scanned;
		left += capture->rings[n].held - capture->rings[n].copied;
	}
	for (uint64_t index = capture->base; left && index < capture->base + capture->window; index++) {
		const uint64_t slot = capture->slots[index & (capture->window - 1)];
		if (slot <= RS_SLOT_GONE || rs_slot_copy(slot))
			continue;
		left--;
		const rs_ring_view_t *ring = rs_slot_ring(capture, slot);
		const uint64_t position = rs_slot_position(ring, slot);
		if (position < capture->oldest[ring->number])
			capture->oldest[ring->number] = position;
	}
	for (uint32_t n = 0; n < capture->ring_count; n++)
		capture->rings[n].cursor = capture->oldest[n];
}
