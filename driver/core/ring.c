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

/* What is left before the end of the buffer becomes an entry of its own. */
void rs_ring_pad(const rs_ring_t *ring, uint64_t position, uint64_t padding)
{
	uint64_t *word = (uint64_t *)(void *)(ring->data + (position & (ring->ring_bytes - 1)));
	/* M1a */
	store_u64_relaxed(word, rs_state_word(RS_STATE_PADDING, padding / 8, rs_tag(position, ring->tag_key)));
	add_u64_relaxed(&ring->page->wraps, 1);
	RS_TEST_POINT("reserve:padded");
}
