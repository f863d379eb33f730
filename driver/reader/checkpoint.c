/* SPDX-License-Identifier: MIT */
/*
 * checkpoint.c - where a reader stands, published for the writers and for the reader that comes after it. See capture.h.
 *
 * The checkpoint of all rings is one unit: both halves of a pair are written in turn and the generation says which half
 * holds. Space is returned only after that, so that a reader which dies between the two steps has lost nothing.
 */
#include <stdio.h>
#include <string.h>

#include "atomics.h"
#include "capture.h"
#include "tag.h"

static rs_status_t refuse_page(rs_message_t *message, uint32_t ring)
{
	snprintf(message->text, sizeof(message->text),
		 "cannot go on where an earlier reader stopped: its page for ring %u contradicts the ring", ring);
	return RS_NOT_RINGS;
}

/* 0 when there is not so much to take: sums of what stands in a page could wrap around. */
static int take(uint64_t *from, uint64_t amount)
{
	if (amount > *from)
		return 0;
	*from -= amount;
	return 1;
}

static int is_passed(const rs_ring_view_t *ring, uint64_t position)
{
	for (uint32_t n = 0; n < ring->passed_count; n++)
		if (ring->passed[n] == position)
			return 1;
	return 0;
}

/* Whether an entry that the reader before had looked at may not have been delivered. */
static int may_wait(const rs_capture_t *capture, const rs_ring_view_t *ring, const rs_entry_header_t *header, uint64_t position)
{
	if (header->seq >= ring->count.next_seq)
		return 0;
	if (!capture->is_clock_ordered)
		return header->index >= capture->base && header->index < capture->known_index;
	const uint64_t base_ring = capture->base_ring_plus_1 - 1;
	if (!capture->base_ring_plus_1)
		return 1;
	if (header->ticks != capture->base_ticks)
		return header->ticks > capture->base_ticks;
	return ring->number != base_ring ? ring->number > base_ring : position > capture->base_position;
}

static void hold_again(rs_capture_t *capture, rs_ring_view_t *ring, const rs_entry_header_t *header, uint64_t position)
{
	if (capture->is_clock_ordered) {
		(void)rs_merge_add(capture, ring, header->ticks, position);
		return;
	}
	while (header->index - capture->base >= capture->reach && rs_place_widen(capture))
		;
	if (header->index - capture->base < capture->reach)
		(void)rs_place_add(capture, ring, header->index, position);
}

/* Entries that the reader before had looked at and perhaps not delivered. What it had stepped over or refused lies between them and is
 * counted already. Holds them again but for the first `skipped`; returns how many there are. */
static uint64_t find_waiting(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t skipped)
{
	const uint64_t mask = capture->file.header.ring_bytes - 1;
	uint64_t position = ring->cursor, found = 0;

	while (position < ring->scanned) {
		rs_entry_header_t header;
		uint64_t word;
		if (!rs_scan_word(capture, ring, position, ring->scanned, &word)) {
			position += rs_scan_gap(capture, ring, position, ring->scanned);
			continue;
		}
		/* Padding may be too short for a header, and lie at the end of what is mapped. */
		if (rs_state_of(word) == RS_STATE_COMMITTED && !is_passed(ring, position)) {
			memcpy(&header, ring->data + (position & mask), sizeof(header));
			if (rs_scan_is_sound(&header, rs_units_of(word)) && may_wait(capture, ring, &header, position) &&
			    found++ >= skipped)
				hold_again(capture, ring, &header, position);
		}
		position += rs_units_of(word) * 8;
	}
	return found;
}

/* By its account `held` of them were not delivered. Behind a passed entry there may be more with indexes from the base on: a reader that
 * ended delivered them without the index before them that could still come. They lie before those that are held. */
static void find_held(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t held)
{
	uint64_t skipped = 0;
	if (ring->passed_count) {
		const uint64_t found = find_waiting(capture, ring, UINT64_MAX);
		skipped = found > held ? found - held : 0;
	}
	(void)find_waiting(capture, ring, skipped);
}

/* Each word is loaded once. Of a structure that is copied as a whole the compiler may read a member again, and whoever writes there may
 * have changed it in between: then what was checked is not what is used. */
static rs_checkpoint_t load_checkpoint(const rs_checkpoint_t *shared)
{
	uint64_t words[sizeof(rs_checkpoint_t) / 8];
	rs_checkpoint_t copy;

	for (uint32_t n = 0; n < sizeof(words) / 8; n++)
		words[n] = load_u64_relaxed((const uint64_t *)(const void *)shared + n);
	memcpy(&copy, words, sizeof(copy));
	return copy;
}

static int take_over_passed(rs_ring_view_t *ring, uint32_t half)
{
	const uint64_t count = ring->count.passed_count;

	if (count > RS_PASSED_MAX)
		return 0;
	for (uint32_t n = 0; n < count; n++) {
		ring->passed[n] = load_u64_relaxed(&ring->consumer->passed[half][n]);
		if ((ring->passed[n] & 7) || ring->passed[n] < (n ? ring->passed[n - 1] + 8 : ring->cursor) ||
		    ring->passed[n] >= ring->scanned)
			return 0;
	}
	ring->passed_count = (uint32_t)count;
	return 1;
}

rs_status_t rs_checkpoint_resume(rs_capture_t *capture, rs_message_t *message)
{
	const uint64_t ring_bytes = capture->file.header.ring_bytes;
	/* G1b: the half that the generation names is whole. */
	const uint64_t generation = load_u64_acquire(&capture->consumer_set->generation);
	const uint32_t half = generation & 1;

	uint64_t rows_left;

	capture->generation = generation;
	capture->base = rows_left = load_u64_relaxed(&capture->consumer_set->base_index[half]);
	capture->base_ticks = load_u64_relaxed(&capture->consumer_set->base_ticks[half]);
	capture->base_ring_plus_1 = load_u64_relaxed(&capture->consumer_set->base_ring_plus_1[half]);
	capture->base_position = load_u64_relaxed(&capture->consumer_set->base_position[half]);
	capture->known_index = load_u64_acquire(capture->next_index);
	if (!capture->is_clock_ordered && capture->base > capture->known_index) {
		snprintf(message->text, sizeof(message->text),
			 "cannot go on where an earlier reader stopped: its page is ahead of the index counter");
		return RS_NOT_RINGS;
	}
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		const rs_checkpoint_t found = load_checkpoint(&ring->consumer->checkpoint[half]);
		const uint64_t attempts = load_u64_acquire(&ring->page->reserve.attempts);
		const uint64_t position = load_u64_acquire(&ring->page->reserve.position);
		const uint64_t stored = load_u64_relaxed(&ring->consumer->stored_read);

		if (position - found.read_pos > ring_bytes || position - found.scanned_pos > ring_bytes ||
		    found.read_pos > found.scanned_pos || (found.read_pos & 7) || (found.scanned_pos & 7) ||
		    stored > found.read || attempts < found.next_seq)
			return refuse_page(message, n);
		ring->count = found;
		ring->cursor = found.read_pos;
		ring->scanned = found.scanned_pos;
		ring->is_begun = 1;
		/* Never added to anything: rs_hole_account takes at most what is missing. */
		ring->passed_abandoned = found.open_abandoned;
		ring->passed_corrupt = found.open_corrupt;
		if (!take_over_passed(ring, half))
			return refuse_page(message, n);
		uint64_t held = found.next_seq;
		if (!take(&held, found.read) || !take(&held, found.discarded) || !take(&held, found.refused) ||
		    !take(&held, found.abandoned) || !take(&held, found.corrupt) || !take(&held, found.overwritten))
			return refuse_page(message, n);
		find_held(capture, ring, held);
		/* Those that could not be placed again have been damaged since. */
		if (held < ring->held)
			return refuse_page(message, n);
		ring->unstored = found.read - stored;
		ring->start = found;
		ring->count.corrupt += held - ring->held;
		ring->hole.corrupt = held - ring->held;
		ring->hole.unstored = ring->unstored;
		ring->has_hole = ring->hole.corrupt || ring->hole.unstored;
		/* What is held or unstored was counted by the reader before, and becomes part of this account. */
		ring->start.next_seq = found.next_seq - held - ring->unstored;
		ring->wraps_start = load_u64_relaxed(&ring->page->wraps);
		rs_hole_resume(ring, found.refused + found.overwritten);
		capture->start_unstored += ring->unstored;
		capture->start_pending += position - ring->cursor;
		rows_left -= rows_left < found.read ? rows_left : found.read;
	}
	/* In clock order it numbers the rows to come, which must not wrap around whatever the counts say. */
	if (capture->is_clock_ordered && (rows_left || capture->base > INT64_MAX)) {
		snprintf(message->text, sizeof(message->text),
			 "cannot go on where an earlier reader stopped: its page tells of more rows than entries were read");
		return RS_NOT_RINGS;
	}
	return RS_OK;
}

rs_status_t rs_checkpoint_begin(rs_capture_t *capture, rs_message_t *message)
{
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		/* Never beyond the position that is loaded after it. */
		const uint64_t oldest = load_u64_acquire(&ring->page->oldest_pos);
		const uint64_t position = load_u64_acquire(&ring->page->reserve.position);
		if ((oldest & 7) || (int64_t)(position - oldest) < 0) {
			snprintf(message->text, sizeof(message->text),
				 "cannot read ring %u: its oldest entry lies beyond its newest", n);
			return RS_NOT_RINGS;
		}
		ring->cursor = ring->scanned = oldest;
		/* Nothing has made room yet: the account begins with the first attempt. */
		ring->is_begun = oldest == 0;
		ring->wraps_start = load_u64_relaxed(&ring->page->wraps);
		capture->start_pending += position - oldest;
	}
	return RS_OK;
}

void rs_checkpoint_publish(rs_capture_t *capture)
{
	const uint64_t generation = capture->generation + 1;
	const uint32_t half = generation & 1;

	if (capture->is_overwriting)
		return;
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		ring->count.read_pos = ring->cursor;
		ring->count.scanned_pos = ring->scanned;
		ring->count.passed_count = ring->passed_count;
		ring->count.open_abandoned = ring->passed_abandoned;
		ring->count.open_corrupt = ring->passed_corrupt;
		ring->consumer->checkpoint[half] = ring->count;
		/* What was copied is out of the ring: if it is not stored, it is lost. */
		ring->consumer->checkpoint[half].read += ring->copied;
		memcpy(ring->consumer->passed[half], ring->passed, ring->passed_count * sizeof(ring->passed[0]));
	}
	store_u64_relaxed(&capture->consumer_set->base_index[half], capture->base);
	store_u64_relaxed(&capture->consumer_set->base_ticks[half], capture->base_ticks);
	store_u64_relaxed(&capture->consumer_set->base_ring_plus_1[half], capture->base_ring_plus_1);
	store_u64_relaxed(&capture->consumer_set->base_position[half], capture->base_position);
	/* G1a: the whole half before the generation that names it. */
	store_u64_release(&capture->consumer_set->generation, generation);
	capture->generation = generation;
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		/* S1a: every byte below has been copied. Not written when unchanged: the writers read this line. */
		if (load_u64_relaxed(&ring->consumer->read_pos) != ring->cursor)
			store_u64_release(&ring->consumer->read_pos, ring->cursor);
	}
}

void rs_checkpoint_stored(rs_capture_t *capture, uint32_t ring, uint64_t read_total)
{
	if (capture->is_overwriting)
		return;
	/* Only the reader that comes next looks at it, when this one is dead. */
	store_u64_relaxed(&capture->rings[ring].consumer->stored_read, read_total);
}
