/* SPDX-License-Identifier: MIT */
/*
 * write.h - a write of the user-mode driver from the open set to the commit, for the functions that programs call (log.c, event.c).
 *
 * Finds this processor's ring, this thread's intent record and the clock, and leaves the protocol to core/ring.h. Inlined into each of
 * them: a call between two locked instructions costs several ns. A thread may be moved to another processor at any instruction; it then
 * finishes in the ring where it began.
 */
#ifndef RS_WRITE_H
#define RS_WRITE_H

#include "entry.h"
#include "host.h"
#include "producer.h"

/* Processors that were not there when the rings were made share the rings that are. */
uint32_t rs_write_ask_processor(uint32_t ring_count) __attribute__((cold, visibility("hidden")));
/* U2a: before the swap: a reader may not take the records of this thread for all that it is writing. */
void rs_write_note_deep(rs_thread_t *thread, uint32_t depth) __attribute__((cold, visibility("hidden")));
/* Measured from before the reservation to after the commit: what the write cost its caller. In clock order from behind the
 * reservation: a second reading of the clock would cost every write more than that. */
void rs_write_count_cost(const producer_set_t *set, const rs_ring_t *ring, uint64_t start) __attribute__((cold, visibility("hidden")));

/* The kernel keeps the number in the thread's own memory: 0.5 ns where a call costs 4. */
static inline uint32_t current_ring(const rs_thread_t *thread, uint32_t ring_count)
{
	const uint32_t processor = load_u32_relaxed(thread->processor);
	return __builtin_expect(processor < ring_count, 1) ? processor : rs_write_ask_processor(ring_count);
}

static inline uint64_t read_clock(uint32_t clock_kind)
{
#ifdef RS_CLOCK_COUNTER
	if (__builtin_expect(clock_kind == RS_CLOCK_COUNTER, 1))
		return rs_clock_counter();
#endif
	return rs_host_clock_read(clock_kind);
}

static inline void end(void)
{
	barrier_signal();
	const uint32_t depth = --rs_thread.depth;
	if (__builtin_expect(depth >= RS_INTENT_DEPTH, 0) && rs_thread.slot)
		store_u64_release(&rs_thread.slot->deep_writes, depth - RS_INTENT_DEPTH);
}

/* Reserves an entry and fills its header. */
static inline __attribute__((always_inline)) rs_status_t begin(const producer_set_t *set, rs_label_t label, uint64_t length,
							       const rs_ring_t **ring, rs_claim_t *claim, enum rs_ring_kind kind)
{
	rs_thread_t *thread = &rs_thread;

	if (__builtin_expect(thread->table != &set->intents, 0))
		rs_thread_begin(&set->intents);
	const uint32_t depth = thread->depth;
	thread->depth = depth + 1;
	/* A handler that comes from here on sees the greater depth and leaves this record alone. */
	barrier_signal();
	rs_intent_record_t *intent = &thread->records[depth];
	if (__builtin_expect(depth >= RS_INTENT_DEPTH, 0)) {
		intent = &thread->spare;
		rs_write_note_deep(thread, depth);
	}

	*ring = &set->rings[current_ring(thread, set->ring_count)];
	const rs_status_t status = rs_entry_reserve(*ring, intent, length, claim, kind, read_clock, set->clock_kind);
	if (__builtin_expect(status != RS_OK, 0)) {
		end();
		return status;
	}
	rs_entry_fill(claim, label, (uint32_t)length, thread->pid, thread->tid);
	return RS_OK;
}

/* What no site stands for obeys the level that is set for everything. */
static inline int is_default_off(const producer_set_t *set, int severity)
{
	return severity < load_u8_relaxed(set->default_level);
}

/* Commits what `begin` has reserved, and now and then counts what it cost. */
static inline __attribute__((always_inline)) void finish(const producer_set_t *set, const rs_ring_t *ring, const rs_claim_t *claim)
{
	const uint64_t start = claim->header->ticks;
	rs_ring_commit(claim);
	end();
	if (__builtin_expect(claim->seq % RS_COST_SAMPLE_EVERY == 0, 0))
		rs_write_count_cost(set, ring, start);
}

#endif /* RS_WRITE_H */
