/* SPDX-License-Identifier: MIT */
/*
 * ring.c - see ring.h. Labels in comments (S1a, S1b …) are the ends of the order pairs in driver/DESIGN.md.
 */
#include "ring.h"

#include "atomics.h"
#include "tag.h"
#include "test_point.h"

#ifdef RS_TEST_POINTS
void (*rs_test_point_hook)(const char *name);
#endif

/* The two halves may be of different moments; the swap finds out. */
static rs_reserve_t load_reserve(const rs_ring_page_t *page)
{
	rs_reserve_t word;
	word.attempts = load_u64_relaxed(&page->reserve.attempts);
	/* S2b: the position before read_pos, or a read_pos of later would look like one from the future. */
	word.position = load_u64_acquire(&page->reserve.position);
	return word;
}

/*
 * A refusal takes an attempt number at an unchanged position, so that a hole in seq is exactly what was
 * refused there. It is counted before the swap: the counter may run ahead of the holes by the writers that
 * are between these two steps, and never falls behind them. Returns 0 when the word had changed.
 */
static int refuse(const rs_ring_t *ring, rs_intent_record_t *intent, rs_reserve_t seen, uint64_t *counter)
{
	rs_reserve_t next = {seen.position, seen.attempts + 1};
	store_u32_relaxed(&intent->ring_plus_1, 0);
	add_u64_relaxed(counter, 1);
	RS_TEST_POINT("refuse:counted");
	if (swap_reserve_full(&ring->page->reserve, &seen, next)) {
		RS_TEST_POINT("refuse:swapped");
		return 1;
	}
	add_u64_relaxed(counter, ~0ull);
	return 0;
}

rs_status_t rs_ring_reserve(const rs_ring_t *ring, rs_intent_record_t *intent, uint64_t length, rs_claim_t *claim)
{
	const int too_big = length > ring->entry_bytes_max - RS_ENTRY_HEADER_BYTES;
	const uint64_t need = too_big ? 0 : rs_entry_bytes(length);
	rs_reserve_t seen;
	uint64_t padding;

	for (;;) {
		RS_TEST_POINT("reserve:begin");
		seen = load_reserve(ring->page);
		RS_TEST_POINT("reserve:loaded");
		if (too_big) {
			if (refuse(ring, intent, seen, &ring->page->too_big))
				return RS_TOO_BIG;
			continue;
		}
		/* S1b: what the reader has read is read before it is overwritten. */
		const uint64_t used = seen.position - load_u64_acquire(ring->read_pos);
		/* `used` beyond the capacity: our position is of a while ago, or the consumer lies. */
		if (used > ring->ring_bytes && load_u64_relaxed(&ring->page->reserve.position) != seen.position)
			continue;
		const uint64_t offset = seen.position & (ring->ring_bytes - 1);
		const uint64_t room = ring->ring_bytes - offset;
		padding = room < need ? room : 0;
		if (used > ring->ring_bytes || used + padding + need > ring->ring_bytes) {
			if (refuse(ring, intent, seen, &ring->page->lost_full))
				return RS_FULL;
			continue;
		}
		store_u64_relaxed(&intent->position, seen.position);
		store_u32_relaxed(&intent->units, (uint32_t)((padding + need) / 8));
		store_u32_relaxed(&intent->ring_plus_1, ring->number + 1);
		RS_TEST_POINT("reserve:intended");
		/* D1a: the swap releases the intent record: who sees the position moved can find out by whom. */
		rs_reserve_t next = {seen.position + padding + need, seen.attempts + 1};
		if (swap_reserve_full(&ring->page->reserve, &seen, next))
			break;
	}
	RS_TEST_POINT("reserve:swapped");

	uint64_t position = seen.position;
	if (padding) {
		uint64_t *pad = (uint64_t *)(void *)(ring->data + (position & (ring->ring_bytes - 1)));
		/* M1a: a mark needs no order of its own: the reader takes from it only what is in the word. */
		store_u64_relaxed(pad, rs_state_word(RS_STATE_PADDING, padding / 8, rs_tag(position, ring->tag_key)));
		add_u64_relaxed(&ring->page->wraps, 1);
		position += padding;
		RS_TEST_POINT("reserve:padded");
	}
	claim->header = (rs_entry_header_t *)(void *)(ring->data + (position & (ring->ring_bytes - 1)));
	claim->state = rs_state_word(RS_STATE_NONE, need / 8, rs_tag(position, ring->tag_key));
	claim->seq = seen.attempts;
	/* M1a */
	store_u64_relaxed(&claim->header->state, claim->state | RS_STATE_RESERVED);
	RS_TEST_POINT("reserve:marked");

	/* I1a: release: an index below the counter means that its entry is reserved and marked. Acquire: an entry
	 * that was logged because of another one, on another processor, gets the larger index. */
	claim->index = add_u64_full(ring->next_index, 1);
	RS_TEST_POINT("reserve:indexed");
	return RS_OK;
}

void rs_ring_commit(const rs_claim_t *claim)
{
	RS_TEST_POINT("commit:begin");
	/* P1a: header and payload before the state that shows them. */
	store_u64_release(&claim->header->state, claim->state | RS_STATE_COMMITTED);
	RS_TEST_POINT("commit:done");
}

void rs_ring_discard(const rs_claim_t *claim)
{
	RS_TEST_POINT("discard:begin");
	/* P1a: a discarded entry shows its numbers too. */
	store_u64_release(&claim->header->state, claim->state | RS_STATE_DISCARDED);
	RS_TEST_POINT("discard:done");
}
