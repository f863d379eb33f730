/* SPDX-License-Identifier: MIT */
/*
 * stall.c - writers that are dead or stand still inside an entry. See capture.h; driver/DESIGN.md, "Death".
 *
 * Passing is not freeing: an entry of a writer that lives is passed after a while, so that the order goes on, but its space stays taken
 * until the writer has left it or is known to be dead. It would otherwise write into somebody else's entry.
 */
#include "atomics.h"
#include "capture.h"
#include "tag.h"
#include "test_point.h"

#define OWNER_GRACE_NS 20000000u /* a writer that is merely preempted comes back within that */
#define OWNER_RECHECK_NS 100000000u

static int is_finished(rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position, uint64_t limit, uint64_t *word)
{
	return rs_scan_word(capture, ring, position, limit, word) && rs_state_of(*word) != RS_STATE_RESERVED;
}

static void count_passed(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t bytes, int is_abandoned)
{
	if (is_abandoned)
		ring->passed_abandoned++;
	else
		ring->passed_corrupt++;
	ring->scanned += bytes;
	ring->blocked_since_ns = 0;
	capture->has_news = 1;
}

/* The owner lives, or nobody knows: the order goes on without this entry. */
static void pass_stalled(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t bytes)
{
	ring->passed[ring->passed_count++] = ring->scanned;
	ring->count.stalled++;
	count_passed(capture, ring, bytes, 1);
}

/* Its writer is dead: the space comes back, at once or when whoever oversees has come there. 0: too much waits for that already. */
static int give_back(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t position, uint64_t bytes)
{
	if (!capture->is_overwriting || rs_owner_abandon(capture, ring, position, bytes))
		return 1;
	if (ring->unfreed_count == RS_PASSED_MAX)
		return 0;
	ring->unfreed[ring->unfreed_count].position = position;
	ring->unfreed[ring->unfreed_count++].bytes = bytes;
	return 1;
}

static void look_after_unfreed(rs_capture_t *capture, rs_ring_view_t *ring)
{
	uint32_t left = 0;

	for (uint32_t n = 0; n < ring->unfreed_count; n++)
		if (!rs_owner_abandon(capture, ring, ring->unfreed[n].position, ring->unfreed[n].bytes))
			ring->unfreed[left++] = ring->unfreed[n];
	ring->unfreed_count = left;
}

int rs_stall_step_over(rs_capture_t *capture, rs_ring_view_t *ring)
{
	const uint64_t now = rs_monotonic_ns();
	const uint64_t grace = capture->is_finishing ? 0 : OWNER_GRACE_NS;
	uint64_t word, oldest;
	int is_known;

	if (ring->blocked_position != ring->scanned || ring->blocked_since_ns == 0) {
		ring->blocked_position = ring->scanned;
		ring->blocked_since_ns = now;
		ring->owner_checked_ns = 0;
	}
	if (now - ring->blocked_since_ns < grace ||
	    (ring->owner_checked_ns && now - ring->owner_checked_ns < OWNER_RECHECK_NS))
		return 0;
	ring->owner_checked_ns = now;
	const int is_marked = rs_scan_word(capture, ring, ring->scanned, ring->limit, &word);
	if (rs_scan_has_made_room(capture, ring, ring->scanned, &oldest))
		return 1; /* it was finished after the scan had looked */
	if (is_marked && rs_state_of(word) != RS_STATE_RESERVED)
		return 0;
	const uint64_t bytes = rs_owner_dead_bytes(capture, ring, ring->scanned, is_marked, word, &is_known);
	RS_TEST_POINT("read:owner");
	if (bytes) {
		uint64_t again;
		/* The owner is dead now; it may have marked or committed before it died, after the scan had looked. */
		if (is_finished(capture, ring, ring->scanned, ring->limit, &again) || again != word ||
		    rs_scan_has_made_room(capture, ring, ring->scanned, &oldest))
			return 1;
		if (!give_back(capture, ring, ring->scanned, bytes))
			return 0;
		count_passed(capture, ring, bytes, is_known);
		return 1;
	}
	if (!is_marked || now - ring->blocked_since_ns < capture->stall_ns || ring->passed_count == RS_PASSED_MAX)
		return 0;
	pass_stalled(capture, ring, rs_units_of(word) * 8);
	return 1;
}

void rs_stall_look_after(rs_capture_t *capture, rs_ring_view_t *ring)
{
	const uint64_t now = rs_monotonic_ns();
	const int is_owner_due = now - ring->passed_checked_ns >= OWNER_RECHECK_NS || capture->is_finishing;
	uint32_t left = 0;

	if (is_owner_due) {
		ring->passed_checked_ns = now;
		look_after_unfreed(capture, ring);
	}
	for (uint32_t n = 0; n < ring->passed_count; n++) {
		const uint64_t position = ring->passed[n];
		uint64_t word, oldest;
		int is_known;
		const int is_marked = rs_scan_word(capture, ring, position, ring->scanned, &word);
		if (rs_scan_has_made_room(capture, ring, position, &oldest)) {
			/* Only what is finished makes room. */
			ring->count.late++;
			continue;
		}
		if (is_marked && rs_state_of(word) != RS_STATE_RESERVED) {
			/* Passed is passed: it is not delivered any more. */
			ring->count.late++;
			capture->has_news = 1;
			continue;
		}
		const uint64_t bytes = is_owner_due ? rs_owner_dead_bytes(capture, ring, position, is_marked, word, &is_known) : 0;
		if (!bytes || !give_back(capture, ring, position, bytes))
			ring->passed[left++] = position;
	}
	ring->passed_count = left;
}
