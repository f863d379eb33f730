/* SPDX-License-Identifier: MIT */
/* ring.c - the parts of a write that are rare. See ring.h. */
#include "ring.h"

#ifdef RS_TEST_POINTS
void (*rs_test_point_hook)(const char *name);
#endif

/*
 * A refusal takes an attempt number at an unchanged position, so that a hole in seq is exactly what was
 * refused there. It is counted before the swap: the counter may run ahead of the holes by the writers that
 * are between these two steps, and never falls behind them. Returns RS_AGAIN when the word had changed.
 */
rs_status_t rs_ring_refuse(const rs_ring_t *ring, rs_intent_record_t *intent, rs_reserve_t seen, uint64_t *counter)
{
	const rs_reserve_t next = {seen.position, seen.attempts + 1};

	store_u32_relaxed(&intent->ring_plus_1, 0);
	add_u64_relaxed(counter, 1);
	RS_TEST_POINT("refuse:counted");
	if (swap_reserve_full(&ring->page->reserve, &seen, next)) {
		RS_TEST_POINT("refuse:swapped");
		return RS_OK;
	}
	add_u64_relaxed(counter, ~0ull);
	return RS_AGAIN;
}

/* One number after the other: whoever writes at the same time is between two of them, as between any two refusals. */
void rs_ring_miss(const rs_ring_t *ring, rs_intent_record_t *intent, uint64_t count)
{
	while (count)
		if (rs_ring_refuse(ring, intent, rs_ring_load_reserve(ring->page), &ring->page->missed) == RS_OK)
			count--;
}

int rs_ring_has_room(const rs_ring_t *ring, uint64_t length)
{
	const uint64_t need = rs_entry_bytes(length);
	const rs_reserve_t seen = rs_ring_load_reserve(ring->page);
	/* Nothing is read or written on the strength of it: the reservation loads it again, and acquires. */
	const uint64_t used = seen.position - load_u64_relaxed(ring->floor_pos);
	const uint64_t room = ring->ring_bytes - (seen.position & (ring->ring_bytes - 1));
	const uint64_t padding = room < need ? room : 0;

	return ring->is_overwriting || need > ring->entry_bytes_max || used > ring->ring_bytes ||
	       used + padding + need <= ring->ring_bytes;
}

/* What is left before the end of the buffer becomes an entry of its own. */
void rs_ring_pad(const rs_ring_t *ring, uint64_t position, uint64_t padding)
{
	uint64_t *word = (uint64_t *)(void *)(ring->data + (position & (ring->ring_bytes - 1)));
	/* M1a */
	store_u64_relaxed(word, rs_state_word(RS_STATE_PADDING, padding / 8, rs_tag(position, ring->tag_key)));
	add_u64_relaxed(&ring->page->wraps, 1);
	RS_TEST_POINT("reserve:padded");
}

/* Finished by its writer, or by whoever knew that its writer is dead, and of a length that can be there. */
static uint64_t evictable_bytes(const rs_ring_t *ring, uint64_t word, uint64_t oldest, uint64_t position)
{
	const enum rs_entry_state state = rs_state_of(word);
	const uint64_t bytes = rs_units_of(word) * 8;

	if (rs_tag_of(word) != rs_tag(oldest, ring->tag_key) || bytes == 0 || bytes > position - oldest)
		return 0;
	return state == RS_STATE_COMMITTED || state == RS_STATE_DISCARDED || state == RS_STATE_PADDING ||
			       state == RS_STATE_ABANDONED
		       ? bytes
		       : 0;
}

rs_status_t rs_ring_make_room(const rs_ring_t *ring, uint64_t position, uint64_t bytes)
{
	rs_ring_page_t *page = ring->page;
	/* O2b */
	uint64_t oldest = load_u64_acquire(&page->oldest_pos);

	while (position + bytes - oldest > ring->ring_bytes) {
		RS_TEST_POINT("evict:begin");
		const uint64_t *word = (const uint64_t *)(const void *)(ring->data + (oldest & (ring->ring_bytes - 1)));
		/* P1b: its writer is done with it, or ours would be overwritten in turn. A1b: or dead, and a reader has said so. */
		const uint64_t length = position - oldest <= ring->ring_bytes
						? evictable_bytes(ring, load_u64_acquire(word), oldest, position)
						: 0;
		RS_TEST_POINT("evict:looked");
		if (!length) {
			/* Busy, or looked at late: another entry may stand there by now. */
			const uint64_t again = load_u64_acquire(&page->oldest_pos);
			return again != oldest || load_u64_relaxed(&page->reserve.position) != position ? RS_AGAIN : RS_FULL;
		}
		/* O2a: whoever takes this space comes behind its last writer. */
		if (swap_u64_full(&page->oldest_pos, &oldest, oldest + length))
			oldest += length;
		RS_TEST_POINT("evict:swapped");
	}
	return RS_OK;
}
