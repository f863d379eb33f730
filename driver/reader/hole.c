/* SPDX-License-Identifier: MIT */
/*
 * hole.c - what a hole in seq means.
 *
 * A hole between two neighbours of one ring is what was refused there, less what the scan stepped over between them. The
 * driver counts its refusals by cause; a hole whose cause those counters cannot separate is `mixed`, with its exact count. What a driver
 * missed because another log, which it passes on, had overwritten it is `overwritten`. In overwrite mode a reader that was overtaken finds a hole
 * too.
 */
#include "atomics.h"
#include "capture.h"

/* By how much `amount` is more than `limit`. */
static uint64_t above(uint64_t amount, uint64_t limit)
{
	return amount > limit ? amount - limit : 0;
}

/* What may come of counters that a producer made up stays the largest number there is. */
static uint64_t both(uint64_t one, uint64_t other)
{
	return one + other < one ? UINT64_MAX : one + other;
}

static uint64_t take(uint64_t *from, uint64_t at_most)
{
	const uint64_t amount = *from < at_most ? *from : at_most;
	*from -= amount;
	return amount;
}

/* The driver's counters of refusals. */
typedef struct {
	uint64_t full, big, missed;
} refusals_t;

static refusals_t load_refusals(const rs_ring_view_t *ring)
{
	return (refusals_t){
		.full = load_u64_relaxed(&ring->page->lost_full),
		.big = load_u64_relaxed(&ring->page->too_big),
		.missed = load_u64_relaxed(&ring->page->missed),
	};
}

/* Those of them that are not told apart and done with. */
static refusals_t untold(const rs_ring_view_t *ring, const refusals_t *counted)
{
	return (refusals_t){counted->full - ring->told_full, counted->big - ring->told_big, counted->missed - ring->told_missed};
}

static uint64_t sum(refusals_t refusals)
{
	return refusals.full + refusals.big + refusals.missed;
}

/* The driver counts a refusal before its attempt number shows: its counters are never behind the holes, and ahead by the
 * refusals that have not been met yet. When everything counted has been met, the past says nothing about what comes. */
static void settle(rs_ring_view_t *ring, const refusals_t *counted)
{
	if (ring->told_either != sum(untold(ring, counted)))
		return;
	ring->told_full = counted->full;
	ring->told_big = counted->big;
	ring->told_missed = counted->missed;
	ring->told_either = 0;
}

void rs_hole_resume(rs_ring_view_t *ring, uint64_t met)
{
	const refusals_t counted = load_refusals(ring);
	ring->told_either = met;
	settle(ring, &counted);
}

static void count_missed(rs_ring_view_t *ring, uint64_t as_missed)
{
	ring->count.overwritten += as_missed;
	ring->hole.overwritten += as_missed;
	ring->told_missed += as_missed;
}

static void count_refused(rs_ring_view_t *ring, uint64_t as_full, uint64_t as_big, uint64_t as_mixed)
{
	ring->count.refused += as_full + as_big + as_mixed;
	ring->lost_full += as_full;
	ring->too_big += as_big;
	ring->mixed += as_mixed;
	ring->hole.lost_full += as_full;
	ring->hole.too_big += as_big;
	ring->hole.mixed += as_mixed;
	ring->told_full += as_full;
	ring->told_big += as_big;
	ring->told_either += as_mixed;
}

static void split_refused(rs_ring_view_t *ring, uint64_t refused)
{
	const refusals_t counted = load_refusals(ring);
	const refusals_t left = untold(ring, &counted);
	uint64_t as_full = 0, as_big = 0, as_missed = 0;

	/* At most `big` of them were too big and `missed` were missed, so the rest met a full ring; and so on around. Counters that do not even
	 * cover what was met tell nothing. */
	if (sum(left) >= refused + ring->told_either) {
		as_full = above(refused, both(left.big, left.missed));
		as_big = above(refused, both(left.full, left.missed));
		as_missed = above(refused, both(left.full, left.big));
	}
	count_missed(ring, as_missed);
	count_refused(ring, as_full, as_big, refused - as_full - as_big - as_missed);
	settle(ring, &counted);
}

/* Overwrite mode, and entries have made room since the last neighbour: at most so many as the driver has counted were refused, and the
 * rest are overwritten. */
static void split_overwritten(rs_ring_view_t *ring, uint64_t missing)
{
	const refusals_t counted = load_refusals(ring);
	const refusals_t left = untold(ring, &counted);
	/* What was missed is overwritten too, wherever. */
	const uint64_t refused = above(left.full + left.big, ring->told_either);
	const uint64_t as_mixed = refused < missing ? refused : missing;

	ring->count.overwritten += missing - as_mixed;
	ring->hole.overwritten += missing - as_mixed;
	count_refused(ring, 0, 0, as_mixed);
	settle(ring, &counted);
}

void rs_hole_account(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t seq, const rs_neighbour_t *next)
{
	uint64_t missing = seq - ring->count.next_seq;
	const uint64_t abandoned = take(&ring->passed_abandoned, missing);
	missing -= abandoned;
	const uint64_t corrupt = take(&ring->passed_corrupt, missing);
	missing -= corrupt;

	ring->count.abandoned += abandoned;
	ring->hole.abandoned += abandoned;
	ring->count.corrupt += corrupt;
	ring->hole.corrupt += corrupt;
	if (missing && ring->has_jumped)
		split_overwritten(ring, missing);
	else if (missing)
		split_refused(ring, missing);
	ring->count.next_seq = seq;
	ring->has_hole = 1;
	capture->has_news = 1;
	if (next) {
		/* What was stepped over and took no attempt number was no entry at all. */
		ring->passed_abandoned = 0;
		ring->passed_corrupt = 0;
		ring->has_jumped = 0;
	}
}

static void add_gap(rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t *lost, enum rs_cause cause,
		    const rs_neighbour_t *next)
{
	if (!*lost)
		return;
	rs_gap_t *gap = &capture->batch->gaps[capture->batch->gap_count++];
	*gap = (rs_gap_t){.lost = *lost, .processor = (uint16_t)ring->processor, .cause = (uint8_t)cause, .known = capture->is_clock_ordered ? 0 : 4};
	if (ring->previous.is_known) {
		gap->known |= 1;
		gap->prev_seq = ring->previous.seq;
		gap->prev_idx = ring->previous.idx;
		gap->prev_ticks = ring->previous.ticks;
	}
	if (next) {
		gap->known |= 2;
		gap->next_seq = next->seq;
		gap->next_idx = next->idx;
		gap->next_ticks = next->ticks;
	}
	capture->stats.gaps++;
	*lost = 0;
}

void rs_hole_flush(rs_capture_t *capture, rs_ring_view_t *ring, const rs_neighbour_t *next)
{
	rs_hole_t *hole = &ring->hole;
	ring->has_hole = 0;
	add_gap(capture, ring, &hole->unstored, RS_CAUSE_UNSTORED, next);
	add_gap(capture, ring, &hole->lost_full, RS_CAUSE_LOST_FULL, next);
	add_gap(capture, ring, &hole->overwritten, RS_CAUSE_OVERWRITTEN, next);
	add_gap(capture, ring, &hole->too_big, RS_CAUSE_TOO_BIG, next);
	add_gap(capture, ring, &hole->abandoned, RS_CAUSE_ABANDONED, next);
	add_gap(capture, ring, &hole->corrupt, RS_CAUSE_CORRUPT, next);
	add_gap(capture, ring, &hole->mixed, RS_CAUSE_MIXED, next);
}

void rs_hole_counters(const rs_capture_t *capture, const rs_ring_view_t *ring, rs_ring_counters_t *counters)
{
	const rs_checkpoint_t *now = &ring->count;
	const rs_checkpoint_t *start = &ring->start;

	*counters = (rs_ring_counters_t){
		.processor = ring->processor,
		.attempts = (ring->is_final ? ring->horizon_attempts : now->next_seq) - start->next_seq,
		.read = now->read - start->read,
		.discarded = now->discarded - start->discarded,
		.lost_full = ring->lost_full,
		.overwritten = now->overwritten - start->overwritten,
		.too_big = ring->too_big,
		.abandoned = now->abandoned - start->abandoned,
		.corrupt = now->corrupt - start->corrupt,
		.unstored = ring->unstored,
		.pending = ring->is_final ? ring->pending : ring->held,
		.wraps = load_u64_relaxed(&ring->page->wraps) - ring->wraps_start,
		.late = now->late - start->late,
		.stalled = now->stalled - start->stalled,
		.mixed = ring->mixed,
		.used_bytes = load_u64_relaxed(&ring->page->reserve.position) - ring->cursor,
		.capacity_bytes = capture->file.header.ring_bytes,
		.filtered = ring->filtered,
	};
	/* The position was loaded late and is the producer's word: never show more than the ring holds. */
	if (counters->used_bytes > counters->capacity_bytes)
		counters->used_bytes = counters->capacity_bytes;
}

uint64_t rs_hole_lost(const rs_ring_counters_t *counters)
{
	return counters->lost_full + counters->overwritten + counters->too_big + counters->abandoned +
	       counters->corrupt + counters->unstored + counters->mixed;
}
