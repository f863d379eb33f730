/* SPDX-License-Identifier: MIT */
/* write.c - the parts of a write that are rare. See write.h. */
#include "write.h"

#include "host_thread.h"

uint32_t rs_write_ask_processor(uint32_t ring_count)
{
	return rs_host_processor() % ring_count;
}

void rs_write_note_deep(rs_thread_t *thread, uint32_t depth)
{
	if (thread->slot)
		store_u64_relaxed(&thread->slot->deep_writes, depth + 1 - RS_INTENT_DEPTH);
}

void rs_write_count_cost(const producer_set_t *set, const rs_ring_t *ring, uint64_t start)
{
	rs_entry_count_cost(ring, read_clock(set->clock_kind) - start);
}
