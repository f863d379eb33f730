/* SPDX-License-Identifier: MIT */
/*
 * write.h - a write of a kernel driver from its target's name to the commit; the protocol is in core/ring.h. Any context.
 *
 * What differs from system to system stands in each driver's shell.h, which is included here and gives, any context:
 *
 *	rs_write_t		a write under way: `cpu` (the words of the processor that it has entered; has `spare`, an intent record),
 *				`record` (which of that processor's intent records and scratches is its own), `processor` (whose ring)
 *	rs_shell_enter, rs_shell_leave		its beginning, and its end with the last use of a set (W1a)
 *	rs_shell_owner		the processor whose records it has
 *	rs_shell_scratch	its scratch; null: there is none left
 *	rs_shell_bring, rs_shell_stay, rs_shell_settle	before it reads what its caller points to, and when that is done
 *	rs_shell_started, rs_shell_show		which set stands in a place among the started ones
 *	rs_shell_clock, rs_shell_context_flags, rs_shell_pid, rs_shell_tid
 *	rs_shell_format, rs_shell_hash_pointer
 *	rs_shell_begin_deep, rs_shell_end_deep	counting writes that have no record of their own
 *	rs_shell_keep, rs_shell_kept		a write and its set in the private words of a slot
 *
 * and for what waits: rs_shell_lock_sites, rs_shell_unlock_sites, rs_shell_allocate (zeroed), rs_shell_free, rs_shell_wait_for_writers.
 */
#ifndef RS_KERNEL_WRITE_H
#define RS_KERNEL_WRITE_H

#include "shell.h"

/* Of the sets that are started: whoever changes one of them changes the generation behind it. */
extern uint64_t rs_started_generation;

/* Looks for a target's name among the started sets. Returns its place + 1, 0: none. */
uint32_t rs_target_look_up(struct ringscope_target *target);

/* U2a: a reader may not take the records of this processor for all that it is writing. */
rs_intent_record_t *rs_write_note_deep(const rs_write_t *write, rs_intent_t *slot);
void rs_write_end_deep(const rs_producer_t *set, const rs_write_t *write);
void rs_write_count_cost(const rs_producer_t *set, const rs_ring_t *ring, uint64_t start);
/* Counts an entry that there was no room to make; RS_FULL. */
rs_status_t rs_write_miss(const rs_producer_t *set, const rs_write_t *write);

/* The set that a target names, valid until rs_shell_leave; null: none is started. */
static inline __attribute__((always_inline)) const rs_producer_t *rs_target_find(struct ringscope_target *target)
{
	/* W2b: the generation before the pointers: one of an older generation is never taken for what has come in its place. */
	const uint64_t generation = load_u64_acquire(&rs_started_generation);
	const uint64_t found = load_u64_relaxed(&target->found);
	const uint32_t place = __builtin_expect(found >> 8 == generation, 1) ? (uint8_t)found : rs_target_look_up(target);

	return place ? rs_shell_started(place - 1) : NULL;
}

/* Reserves an entry and fills its header. */
static inline __attribute__((always_inline)) rs_status_t rs_write_begin(const rs_producer_t *set, const rs_write_t *write, rs_label_t label,
									 uint64_t length, rs_claim_t *claim, enum rs_ring_kind kind)
{
	const rs_ring_t *ring = &set->rings[write->processor];
	rs_intent_t *slot = &set->intents[rs_shell_owner(write)];
	rs_intent_record_t *intent =
		__builtin_expect(write->record < RS_INTENT_DEPTH, 1) ? &slot->records[write->record] : rs_write_note_deep(write, slot);
	const rs_status_t status = rs_entry_reserve(ring, intent, length, claim, kind, rs_shell_clock, set->clock_kind);

	if (__builtin_expect(status != RS_OK, 0)) {
		if (__builtin_expect(write->record >= RS_INTENT_DEPTH, 0))
			rs_write_end_deep(set, write);
		return status;
	}
	label.flags |= rs_shell_context_flags(write);
	rs_entry_fill(claim, label, (uint32_t)length, rs_shell_pid(), rs_shell_tid());
	return RS_OK;
}

/* Commits what rs_write_begin has reserved, and now and then counts what it cost. */
static inline __attribute__((always_inline)) void rs_write_finish(const rs_producer_t *set, const rs_write_t *write, const rs_claim_t *claim)
{
	const uint64_t start = claim->ticks;

	rs_ring_commit(claim);
	if (__builtin_expect(write->record >= RS_INTENT_DEPTH, 0))
		rs_write_end_deep(set, write);
	if (__builtin_expect(claim->seq % RS_COST_SAMPLE_EVERY == 0, 0))
		rs_write_count_cost(set, &set->rings[write->processor], start);
}

/* What no site stands for obeys the level that is set for everything. */
static inline int rs_write_is_off(const rs_producer_t *set, int severity)
{
	return severity < load_u8_relaxed(set->default_level);
}

#endif /* RS_KERNEL_WRITE_H */
