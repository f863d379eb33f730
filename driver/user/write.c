/* SPDX-License-Identifier: MIT */
/* write.c - the parts of a write that are rare. See write.h. */
#define _GNU_SOURCE
#include "write.h"

#include <sched.h>

uint32_t rs_write_ask_processor(uint32_t ring_count)
{
	const int processor = sched_getcpu();
	return processor < 0 ? 0 : (uint32_t)processor % ring_count;
}

void rs_write_note_deep(rs_thread_t *thread, uint32_t depth)
{
	if (thread->slot)
		store_u64_relaxed(&thread->slot->deep_writes, depth + 1 - RS_INTENT_DEPTH);
}

void rs_write_count_cost(const producer_set_t *set, const rs_ring_t *ring, uint64_t start)
{
	const uint64_t ticks = read_clock(set->clock_kind) - start;
	const uint32_t bucket = ticks ? 63u - (uint32_t)__builtin_clzll(ticks) : 0;
	add_u64_relaxed(&ring->page->write_cost[bucket], 1);
}
