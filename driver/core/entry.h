/* SPDX-License-Identifier: MIT */
/*
 * entry.h - a write between the ring that a shell has found and the payload that it fills: the clock by the ring's order, and the header.
 *
 * Inlined into the shells' writes: a call between two locked instructions costs several ns. Any context.
 */
#ifndef RS_ENTRY_H
#define RS_ENTRY_H

#include "clock.h"
#include "ring.h"

/* What a write carries besides its bytes. */
typedef struct {
	uint32_t type, remarks;
	uint8_t kind, severity;
	uint16_t flags;
} rs_label_t;

/* One write in so many reads the clock once more, and counts what it has cost. */
#define RS_COST_SAMPLE_EVERY 1024u

static inline int rs_severity_is_good(int severity)
{
	return severity >= RS_TRACE && severity <= RS_FATAL;
}

/* Of what comes in by a general form: an event has a function of its own. */
static inline int rs_kind_is_good(int kind)
{
	return kind == RS_KIND_TEXT || kind == RS_KIND_DATA;
}

/* rs_ring_reserve_as, and then, in clock order, the clock: in the middle of the reservation it would be too early. */
static inline __attribute__((always_inline)) rs_status_t rs_entry_reserve(const rs_ring_t *ring, rs_intent_record_t *intent, uint64_t length,
									   rs_claim_t *claim, enum rs_ring_kind kind, rs_ring_clock_t clock,
									   uint32_t clock_kind)
{
	const int is_clocked = kind == RS_RING_CLOCKED || (kind == RS_RING_ANY && !ring->next_index);
	const rs_status_t status = is_clocked ? rs_ring_reserve_as(ring, intent, length, claim, kind, NULL, 0)
					      : rs_ring_reserve_as(ring, intent, length, claim, kind, clock, clock_kind);

#ifdef RS_CLOCK_COUNTER
	if (is_clocked && __builtin_expect(status == RS_OK, 1))
		/* C1a: behind the swap: whoever read an earlier clock sees the reservation, or this is not before it. */
		claim->ticks = rs_clock_counter_after();
#endif
	return status;
}

static inline __attribute__((always_inline)) void rs_entry_fill(const rs_claim_t *claim, rs_label_t label, uint32_t length, uint32_t pid,
								 uint32_t tid)
{
	rs_entry_header_t *header = claim->header;

	header->index = claim->index;
	header->seq = claim->seq;
	header->ticks = claim->ticks;
	header->pid = pid;
	header->tid = tid;
	header->remarks = label.remarks;
	header->type = label.type;
	header->length = length;
	header->kind = label.kind;
	header->severity = label.severity;
	header->flags = label.flags;
}

static inline void rs_entry_end(const rs_claim_t *claim, int is_kept)
{
	if (is_kept)
		rs_ring_commit(claim);
	else
		rs_ring_discard(claim);
}

/* Of a write that took so many ticks of its clock, in its ring's histogram. */
static inline void rs_entry_count_cost(const rs_ring_t *ring, uint64_t ticks)
{
	const uint32_t bucket = ticks ? 63u - (uint32_t)__builtin_clzll(ticks) : 0;

	(void)add_u64_relaxed(&ring->page->write_cost[bucket], 1);
}

#endif /* RS_ENTRY_H */
