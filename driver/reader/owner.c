/* SPDX-License-Identifier: MIT */
/*
 * owner.c - whether the writer of an unfinished entry still lives. See capture.h.
 *
 * Passing an entry and giving back its space is right only when nobody can still write into it: its owner is known to be
 * dead. Owners are found by the intent records that writers leave before they reserve.
 */
#include "atomics.h"
#include "capture.h"
#include "host.h"
#include "tag.h"

typedef struct {
	uint32_t dead;       /* dead threads that meant to reserve exactly here */
	uint32_t alive;      /* living ones */
	uint64_t dead_bytes; /* extent that leads to a place where an entry begins, or ends the ring's content */
} claim_t;

static int leads_somewhere(const rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position)
{
	uint64_t word;
	return position == ring->limit || (position < ring->limit && rs_scan_word(capture, ring, position, ring->limit, &word));
}

static void consider(const rs_capture_t *capture, const rs_ring_view_t *ring, const rs_intent_t *slot, claim_t *claim)
{
	for (uint32_t depth = 0; depth < RS_INTENT_DEPTH; depth++) {
		const rs_intent_record_t *record = &slot->records[depth];
		const uint64_t position = load_u64_relaxed(&record->position);
		const uint64_t bytes = (uint64_t)load_u32_relaxed(&record->units) * 8;

		if (load_u32_relaxed(&record->ring_plus_1) != ring->number + 1 || ring->scanned - position >= bytes)
			continue;
		/* D1b: the position was seen to have moved, so the record of whoever moved it is there. */
		const uint64_t owner = load_u64_relaxed(&slot->owner);
		if (owner == 0)
			continue;
		if (rs_host_process_alive((uint32_t)(owner >> 32), load_u64_relaxed(&slot->owner_start))) {
			claim->alive++;
			continue;
		}
		claim->dead++;
		const uint64_t rest = position + bytes - ring->scanned;
		if (rest <= ring->limit - ring->scanned && leads_somewhere(capture, ring, ring->scanned + rest))
			claim->dead_bytes = rest;
	}
}

/* Nobody who ever wrote here is left: what is unfinished stays so, whether an intent record tells of it or not. */
static int are_all_dead(const rs_capture_t *capture, const rs_intent_t *intents)
{
	const rs_set_header_t *header = &capture->file.header;
	if (rs_host_process_alive(header->creator_pid, header->creator_start) && header->creator_pid != capture->self_pid)
		return 0;
	for (uint32_t n = 0; n < header->intent_count; n++) {
		const uint64_t owner = load_u64_relaxed(&intents[n].owner);
		if (owner && rs_host_process_alive((uint32_t)(owner >> 32), load_u64_relaxed(&intents[n].owner_start)))
			return 0;
	}
	return 1;
}

uint64_t rs_owner_dead_bytes(const rs_capture_t *capture, const rs_ring_view_t *ring, int is_marked, uint64_t word)
{
	const rs_set_header_t *header = &capture->file.header;
	const rs_intent_t *intents = (const rs_intent_t *)(const void *)(capture->file.bytes + header->intent_off);
	claim_t claim = {0};

	for (uint32_t n = 0; n < header->intent_count; n++)
		if (load_u64_relaxed(&intents[n].owner))
			consider(capture, ring, &intents[n], &claim);
	if (claim.alive)
		return 0;
	if (is_marked)
		return claim.dead || are_all_dead(capture, intents) ? rs_units_of(word) * 8 : 0;
	if (claim.dead_bytes)
		return claim.dead_bytes;
	if (!are_all_dead(capture, intents))
		return 0;
	/* No record tells how long the hole is. */
	return rs_scan_gap(capture, ring);
}
