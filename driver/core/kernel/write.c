/* SPDX-License-Identifier: MIT */
/* write.c - the parts of a write that are rare. See write.h. Any context. */
#define RS_PLAIN_CALLS
#include "write.h"

uint64_t rs_started_generation;

static int is_same_name(const char *a, const char *b)
{
	uint32_t n = 0;

	while (n < RS_NAME_BYTES - 1 && a[n] && a[n] == b[n])
		n++;
	return a[n] == b[n];
}

uint32_t rs_target_look_up(struct ringscope_target *target)
{
	/* W2b: what is found belongs to this generation or to a later one; then it is looked up again. */
	const uint64_t generation = load_u64_acquire(&rs_started_generation);
	uint32_t place = 0;

	for (uint32_t n = 0; n < RS_SETS_MAX && !place; n++) {
		const rs_producer_t *set = rs_shell_started(n);

		if (set && is_same_name(set->name, target->name))
			place = n + 1;
	}
	store_u64_relaxed(&target->found, generation << 8 | place);
	return place;
}

rs_intent_record_t *rs_write_note_deep(const rs_write_t *write, rs_intent_t *slot)
{
	rs_shell_begin_deep(&slot->deep_writes);
	return &write->cpu->spare;
}

void rs_write_end_deep(const rs_producer_t *set, const rs_write_t *write)
{
	rs_shell_end_deep(&set->intents[rs_shell_owner(write)].deep_writes);
}

void rs_write_count_cost(const rs_producer_t *set, const rs_ring_t *ring, uint64_t start)
{
	rs_entry_count_cost(ring, rs_shell_clock(set->clock_kind) - start);
}

rs_status_t rs_write_miss(const rs_producer_t *set, const rs_write_t *write)
{
	/* It reserves nothing, so nobody looks for whose it was. */
	rs_intent_record_t none = {0};

	rs_ring_miss(&set->rings[write->processor], &none, 1);
	return RS_FULL;
}
