/* SPDX-License-Identifier: MIT */
/*
 * drain_test.c - what a reader makes of rings whose content is known: order, waiting, windows, batches, and the account of what was
 * refused. Damaged content is spoiled_test.c's, dead writers are death_test.c's.
 */
#define _GNU_SOURCE
#include "reading.h"
#include "stepping.h"

static rings_t set;
static reading_t reading;

static void check_indexes(uint32_t count, const uint64_t *indexes)
{
	CHECK_EQUAL(reading.row_count, count);
	for (uint32_t n = 0; n < count && n < reading.row_count; n++)
		CHECK_EQUAL(reading.rows[n].index, indexes[n]);
}

static void check_gap(uint32_t n, uint64_t lost, uint32_t cause)
{
	REQUIRE(n < reading.gap_count);
	CHECK_EQUAL(reading.gaps[n].lost, lost);
	CHECK_EQUAL(reading.gaps[n].cause, cause);
}

/* --- order --------------------------------------------------------------------------------------------------- */

TEST("empty rings give nothing, and an account of nothing")
{
	rings_make_small(&set, 3);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count + reading.gap_count, 0);
	CHECK_EQUAL(reading.batch_count, 1);
	rings_drop(&set);
}

TEST("entries of several rings come out in the order of their index")
{
	static const uint8_t rings[] = {2, 0, 0, 1, 2, 2, 1, 0, 1, 1, 0, 2, 2, 0};
	rings_make_small(&set, 3);
	for (uint32_t n = 0; n < sizeof(rings); n++)
		rings_put(&set, rings[n], n);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, sizeof(rings));
	for (uint32_t n = 0; n < reading.row_count; n++) {
		CHECK_EQUAL(reading.rows[n].index, n);
		CHECK_EQUAL(reading.rows[n].processor, rings[n]);
		CHECK_EQUAL(reading.rows[n].length, n);
	}
	rings_drop(&set);
}

TEST("a smaller index behind a larger one comes out first, as nested writes leave them")
{
	rings_make_small(&set, 2);
	static const uint64_t first[] = {7, 5, 6, 1, 9}, second[] = {8, 2, 0, 4, 3};
	for (uint32_t n = 0; n < 5; n++) {
		rings_put_at(&set, 0, first[n]);
		rings_put_at(&set, 1, second[n]);
	}
	reading_all(&reading, &set, 0);
	check_indexes(10, (const uint64_t[]){0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
	rings_drop(&set);
}

TEST("an uncommitted entry holds up exactly what comes after it in the order or in its ring")
{
	rings_make_small(&set, 2);
	rs_intent_record_t *living = rings_enter(&set, 0, rs_host_process_id());
	rings_put(&set, 0, 8);                                      /* 0 */
	rings_put(&set, 1, 8);                                      /* 1 */
	const rs_claim_t open = rings_hold(&set, 0, living, 8);     /* 2 */
	rings_put(&set, 1, 8);                                      /* 3 */
	rings_put(&set, 0, 8);                                      /* 4 */
	reading_begin(&reading, &set);
	for (uint32_t n = 0; n < 5; n++)
		reading_look(&reading);
	check_indexes(2, (const uint64_t[]){0, 1});
	CHECK_EQUAL(set.consumers[0].read_pos, 64);
	CHECK_EQUAL(set.consumers[1].read_pos, 64);
	rs_ring_commit(&open);
	reading_look(&reading);
	check_indexes(5, (const uint64_t[]){0, 1, 2, 3, 4});
	CHECK_EQUAL(set.consumers[0].read_pos, 192);
	reading_finish(&reading, 0);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("a marked entry without an index holds up its ring and nobody else")
{
	rings_make_small(&set, 2);
	rs_intent_record_t *living = rings_enter(&set, 0, rs_host_process_id());
	const rs_claim_t open = rings_hold(&set, 0, living, 8);
	/* As if the index had not been taken yet. */
	*set.next_index = 0;
	for (uint32_t n = 0; n < 5; n++)
		rings_put(&set, 1, 8);
	reading_begin(&reading, &set);
	reading_look(&reading);
	CHECK_EQUAL(reading.row_count, 5);
	open.header->index = add_u64_full(set.next_index, 1);
	rs_ring_commit(&open);
	reading_finish(&reading, 0);
	check_indexes(6, (const uint64_t[]){0, 1, 2, 3, 4, 5});
	reading_end(&reading);
	rings_drop(&set);
}

TEST("a discarded entry leaves its index out and holds up nothing")
{
	rings_make_small(&set, 2);
	rings_put(&set, 0, 8);
	const rs_claim_t first = rings_hold(&set, 0, NULL, 8);
	const rs_claim_t second = rings_hold(&set, 1, NULL, 8);
	rings_put(&set, 1, 8);
	rs_ring_discard(&first);
	rs_ring_discard(&second);
	reading_all(&reading, &set, 0);
	check_indexes(2, (const uint64_t[]){0, 3});
	CHECK_EQUAL(reading.rings[0].discarded, 1);
	CHECK_EQUAL(reading.rings[1].discarded, 1);
	CHECK_EQUAL(reading.gap_count, 0);
	rings_drop(&set);
}

TEST("the last delivered index is that of a row, not of what was discarded behind it")
{
	rings_make_small(&set, 1);
	rings_put(&set, 0, 8);
	const rs_claim_t claim = rings_hold(&set, 0, NULL, 8);
	rs_ring_discard(&claim);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.stats.last_index, 0);
	rings_drop(&set);
}

TEST("an index that nobody ever carries is waited for no longer than one horizon")
{
	rings_make_small(&set, 2);
	rings_put(&set, 0, 8);
	*set.next_index += 3;
	rings_put(&set, 1, 8);
	reading_begin(&reading, &set);
	reading_look(&reading);
	reading_look(&reading);
	check_indexes(2, (const uint64_t[]){0, 4});
	reading_finish(&reading, 0);
	reading_end(&reading);
	rings_drop(&set);
}

/* One entry far ahead, reserved before smaller ones that lie behind it in its ring: the writer was preempted before its index. */
static void check_far(uint64_t distance)
{
	const unsigned complaints = check.complaints;
	/* Holds more of the smallest entries than the reader can place before it makes its window larger. */
	rings_make(&set, &(rs_plan_t){.ring_count = 2, .ring_bytes = 1u << 20, .intent_count = 16});
	const rs_claim_t slow = rings_hold(&set, 0, NULL, 8);
	*set.next_index = 0;
	rings_put(&set, 0, 8); /* index 0, behind the slow one */
	for (uint64_t n = 1; n < distance; n++) {
		const rs_claim_t claim = rings_put(&set, 1, 0);
		REQUIRE_EQUAL(claim.index, n);
	}
	slow.header->index = add_u64_full(set.next_index, 1);
	rs_ring_commit(&slow);
	reading_begin(&reading, &set);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.row_count, distance + 1);
	CHECK_EQUAL(reading.rows[0].index, 0);
	CHECK_EQUAL(reading.rows[0].processor, 0);
	CHECK_EQUAL(reading.rows[distance].processor, 0);
	CHECK_EQUAL(reading.stats.violations, 0);
	reading_end(&reading);
	rings_drop(&set);
	if (check.complaints != complaints)
		fprintf(stderr, "    %llu indexes ahead\n", (unsigned long long)distance);
}

TEST("an entry whose index is farther ahead than the reader looks comes out in its place, and what is behind it too")
{
	static const uint64_t distances[] = {2, RS_REACH_MIN - 1, RS_REACH_MIN, RS_REACH_MIN + 1, 18500};
	for (uint32_t n = 0; n < sizeof(distances) / sizeof(distances[0]); n++)
		check_far(distances[n]);
}

TEST("rings and numbers beyond 32 bits, and around 2^63, drain like any other")
{
	static const uint64_t places[] = {1ull << 32, 1ull << 48, 1ull << 63};
	for (uint32_t n = 0; n < 3; n++) {
		rings_make_small(&set, 2);
		for (uint32_t ring = 0; ring < 2; ring++)
			rings_start_at(&set, ring, places[n] - 2048, places[n] - 10, places[n] - 20);
		reading_begin(&reading, &set);
		for (uint32_t lap = 0; lap < 6; lap++) {
			for (uint32_t entry = 0; entry < 14; entry++)
				rings_put(&set, entry % 2, 400);
			reading_look(&reading);
		}
		rings_refuse(&set, 1, 2, 0);
		reading_finish(&reading, 0);
		CHECK_EQUAL(reading.row_count, 84);
		CHECK_EQUAL(reading.rows[0].index, places[n] - 20);
		CHECK_EQUAL(reading.rows[0].seq, places[n] - 10);
		CHECK_EQUAL(reading.rings[1].lost_full, 2);
		CHECK(reading.rings[0].wraps > 0);
		reading_end(&reading);
		rings_drop(&set);
	}
}

/* --- refusals ------------------------------------------------------------------------------------------------- */

TEST("a hole is lost_full, too_big or both where the counters can tell, and says between which neighbours it lies")
{
	rings_make_small(&set, 1);
	rings_refuse(&set, 0, 2, 0);
	rings_put(&set, 0, 8); /* seq 2 */
	rings_refuse(&set, 0, 0, 3);
	rings_put(&set, 0, 8); /* seq 6 */
	reading_begin(&reading, &set);
	/* Both causes had been counted when the first hole was looked at. */
	reading_look(&reading);
	CHECK_EQUAL(reading.rings[0].mixed + reading.rings[0].lost_full + reading.rings[0].too_big, 5);
	reading_end(&reading);
	rings_drop(&set);

	rings_make_small(&set, 1);
	reading_begin(&reading, &set);
	rings_refuse(&set, 0, 2, 0);
	rings_put(&set, 0, 8);
	reading_look(&reading);
	check_gap(0, 2, RS_CAUSE_LOST_FULL);
	CHECK_EQUAL(reading.gaps[0].known, 6);
	CHECK_EQUAL(reading.gaps[0].next_seq, 2);
	CHECK_EQUAL(reading.gaps[0].next_ticks, reading.rows[0].ticks);
	rings_refuse(&set, 0, 0, 3);
	rings_put(&set, 0, 8);
	reading_look(&reading);
	check_gap(1, 3, RS_CAUSE_TOO_BIG);
	CHECK_EQUAL(reading.gaps[1].known, 7);
	CHECK_EQUAL(reading.gaps[1].prev_seq, 2);
	CHECK_EQUAL(reading.gaps[1].prev_idx, 0);
	CHECK_EQUAL(reading.gaps[1].next_seq, 6);
	CHECK_EQUAL(reading.gaps[1].next_idx, 1);
	/* Both in one hole, and both counters moved by exactly that. */
	rings_refuse(&set, 0, 4, 5);
	rings_put(&set, 0, 8);
	reading_look(&reading);
	CHECK_EQUAL(reading.rings[0].lost_full, 2 + 4);
	CHECK_EQUAL(reading.rings[0].too_big, 3 + 5);
	CHECK_EQUAL(reading.rings[0].mixed, 0);
	/* At the end, with nothing behind. */
	rings_refuse(&set, 0, 0, 1);
	reading_finish(&reading, 0);
	check_gap(4, 1, RS_CAUSE_TOO_BIG);
	CHECK_EQUAL(reading.gaps[4].known, 5);
	CHECK_EQUAL(reading.gaps[4].prev_seq, 16);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("of two holes, what the counters cannot tell apart is mixed, with its exact count")
{
	rings_make_small(&set, 1);
	reading_begin(&reading, &set);
	rings_put(&set, 0, 8);
	rings_refuse(&set, 0, 2, 1);
	rings_put(&set, 0, 8);
	rings_refuse(&set, 0, 1, 2);
	rings_put(&set, 0, 8);
	reading_look(&reading);
	CHECK_EQUAL(reading.rings[0].mixed, 6);
	check_gap(0, 3, RS_CAUSE_MIXED);
	check_gap(1, 3, RS_CAUSE_MIXED);
	/* What comes after is told apart again. */
	rings_refuse(&set, 0, 2, 0);
	rings_put(&set, 0, 8);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].mixed, 6);
	CHECK_EQUAL(reading.rings[0].lost_full, 2);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("of a hole that is larger than one counter the rest is of the other cause")
{
	rings_make_small(&set, 1);
	reading_begin(&reading, &set);
	rings_put(&set, 0, 8);
	rings_refuse(&set, 0, 5, 0);
	rings_put(&set, 0, 8);
	rings_refuse(&set, 0, 0, 2);
	rings_put(&set, 0, 8);
	reading_look(&reading);
	/* Two were too big, so three of the first five at least were not. */
	check_gap(0, 3, RS_CAUSE_LOST_FULL);
	check_gap(1, 2, RS_CAUSE_MIXED);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].lost_full + reading.rings[0].too_big + reading.rings[0].mixed, 7);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("what the driver missed of another log is overwritten, at its place, whatever else was refused before and after")
{
	rings_make_small(&set, 1);
	reading_begin(&reading, &set);
	rings_put(&set, 0, 8);
	rings_miss(&set, 0, 7);
	rings_put(&set, 0, 8); /* seq 8 */
	reading_look(&reading);
	check_gap(0, 7, RS_CAUSE_OVERWRITTEN);
	CHECK_EQUAL(reading.gaps[0].prev_seq, 0);
	CHECK_EQUAL(reading.gaps[0].next_seq, 8);
	rings_refuse(&set, 0, 2, 0);
	rings_put(&set, 0, 8);
	reading_look(&reading);
	check_gap(1, 2, RS_CAUSE_LOST_FULL);
	/* All three causes in one hole, and all of what was counted is in it. */
	rings_miss(&set, 0, 3);
	rings_refuse(&set, 0, 4, 5);
	rings_put(&set, 0, 8);
	reading_look(&reading);
	CHECK_EQUAL(reading.rings[0].overwritten, 7 + 3);
	CHECK_EQUAL(reading.rings[0].lost_full, 2 + 4);
	CHECK_EQUAL(reading.rings[0].too_big, 5);
	rings_miss(&set, 0, 1);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].overwritten, 7 + 3 + 1);
	CHECK_EQUAL(reading.rings[0].mixed, 0);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("what an earlier reader has counted as missed explains no later hole")
{
	rings_make_small(&set, 1);
	rings_put(&set, 0, 8);
	rings_miss(&set, 0, 7);
	rings_put(&set, 0, 8);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.rings[0].overwritten, 7);
	reading_begin(&reading, &set);
	rings_refuse(&set, 0, 3, 0);
	rings_put(&set, 0, 8);
	reading_look(&reading);
	CHECK_EQUAL(reading.rings[0].lost_full, 3);
	rings_miss(&set, 0, 2);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].attempts, 3 + 1 + 2);
	CHECK_EQUAL(reading.rings[0].overwritten, 2);
	CHECK_EQUAL(reading.rings[0].mixed, 0);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("counters that nobody can have counted so far explain at most what is missing")
{
	static const uint64_t made_up[] = {0, 1, 1ull << 62, 1ull << 63, UINT64_MAX - 1, UINT64_MAX};
	const uint32_t count = sizeof(made_up) / sizeof(made_up[0]);
	for (uint32_t n = 0; n < count * count * count; n++) {
		rings_make_small(&set, 1);
		reading_begin(&reading, &set);
		rings_put(&set, 0, 8);
		rings_miss(&set, 0, 5);
		rings_put(&set, 0, 8);
		set.pages[0].lost_full = made_up[n % count];
		set.pages[0].too_big = made_up[n / count % count];
		set.pages[0].missed = made_up[n / count / count];
		reading_finish(&reading, 0);
		CHECK_EQUAL(rs_hole_lost(&reading.rings[0]), 5);
		CHECK(reading.rings[0].mixed <= 5);
		reading_end(&reading);
		rings_drop(&set);
	}
}

TEST("whatever is refused where, the account closes and each cause is at least not overstated")
{
	uint32_t random = 1;
	for (uint32_t n = 0; n < 60; n++) {
		uint64_t full = 0, big = 0, missed = 0;
		rings_make_small(&set, 1);
		reading_begin(&reading, &set);
		for (uint32_t step = 0; step < 30; step++) {
			random = random * 1664525u + 1013904223u;
			const uint32_t count = 1 + (random >> 8) % 3;
			switch ((random >> 28) % 5) {
			case 0:
				rings_refuse(&set, 0, count, 0);
				full += count;
				break;
			case 1:
				rings_refuse(&set, 0, 0, count);
				big += count;
				break;
			case 2:
				rings_miss(&set, 0, count);
				missed += count;
				break;
			case 3:
				rings_put(&set, 0, 0);
				break;
			default:
				reading_look(&reading);
			}
		}
		reading_finish(&reading, 0);
		const rs_ring_counters_t *ring = &reading.rings[0];
		CHECK_EQUAL(ring->lost_full + ring->too_big + ring->overwritten + ring->mixed, full + big + missed);
		CHECK(ring->lost_full <= full && ring->too_big <= big && ring->overwritten <= missed);
		reading_end(&reading);
		rings_drop(&set);
	}
}

TEST("only refusals, and not one entry, are counted and stored as one gap without neighbours")
{
	rings_make_small(&set, 1);
	reading_begin(&reading, &set);
	rings_refuse(&set, 0, 0, 4);
	reading_look(&reading);
	CHECK_EQUAL(reading.rings[0].too_big, 4);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.gap_count, 1);
	check_gap(0, 4, RS_CAUSE_TOO_BIG);
	CHECK_EQUAL(reading.gaps[0].known, 4);
	reading_end(&reading);
	rings_drop(&set);
}

/* R1: the reader looks at the attempts, then an attempt is made, then it looks at the position. */
static unsigned attempts_made;
static rs_intent_record_t *between_intent;
static rs_claim_t between;

static void attempt_between(unsigned touches)
{
	if (touches != 2)
		return;
	between = rings_hold(&set, 0, between_intent, 8);
	attempts_made++;
}

static void attempt_whole_between(unsigned touches)
{
	attempt_between(touches);
	if (touches == 2)
		rs_ring_commit(&between);
}

TEST("an attempt between the two loads of a reserve word is no loss")
{
	if (!CAN_STEP)
		SKIP("single steps are x86-64's");
	rings_make_small(&set, 1);
	between_intent = rings_enter(&set, 0, rs_host_process_id());
	rings_put(&set, 0, 8);
	reading_begin(&reading, &set);
	uint64_t entries;
	attempts_made = 0;
	/* The reader's own mapping of the ring's page, which it may read anyhow. */
	watch_page(reading.capture->rings[0].page, PROT_NONE, PROT_READ, attempt_between);
	(void)rs_drain_once(reading.capture, &entries);
	unwatch_page();
	CHECK_EQUAL(attempts_made, 1);
	reading_look(&reading);
	/* It is not lost while its writer is inside. */
	CHECK_EQUAL(rs_hole_lost(&reading.rings[0]), 0);
	rs_ring_commit(&between);
	reading_look(&reading);
	CHECK_EQUAL(reading.row_count, 2);
	CHECK_EQUAL(rs_hole_lost(&reading.rings[0]), 0);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].attempts, 2);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("an attempt between the two loads of the last look belongs to this capture whole, or to the next one whole")
{
	if (!CAN_STEP)
		SKIP("single steps are x86-64's");
	rings_make_small(&set, 1);
	between_intent = rings_enter(&set, 0, rs_host_process_id());
	rings_put(&set, 0, 8);
	reading_begin(&reading, &set);
	attempts_made = 0;
	watch_page(reading.capture->rings[0].page, PROT_NONE, PROT_READ, attempt_whole_between);
	CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_OK);
	unwatch_page();
	CHECK_EQUAL(attempts_made, 1);
	reading_count(&reading);
	reading_check_account(&reading);
	CHECK_EQUAL(rs_hole_lost(&reading.rings[0]) + reading.rings[0].pending, 0);
	const uint32_t before = reading.row_count;
	reading_end(&reading);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(before + reading.row_count, 2);
	CHECK_EQUAL(rs_hole_lost(&reading.rings[0]), 0);
	rings_drop(&set);
}

/* --- batches --------------------------------------------------------------------------------------------------- */

static uint32_t drain_in_batches(uint32_t batch_rows, uint32_t entries, uint32_t length)
{
	rings_make(&set, &(rs_plan_t){.ring_count = 1, .ring_bytes = 8u << 20, .intent_count = 16});
	REQUIRE_EQUAL(reading_try(&reading, &set, RS_POOL_BYTES_MIN, batch_rows), RS_OK);
	uint32_t left = entries;
	while (left || set.consumers[0].read_pos != set.pages[0].reserve.position) {
		uint64_t drained;
		for (uint32_t n = 0; n < 50 && left; n++, left--)
			rings_put(&set, 0, length);
		(void)rs_drain_once(reading.capture, &drained);
		reading_count(&reading);
	}
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.row_count, entries);
	const uint32_t batches = reading.batch_count;
	reading_end(&reading);
	rings_drop(&set);
	return batches;
}

TEST("a batch is full when it has its rows")
{
	CHECK(drain_in_batches(7, 700, 8) >= 100);
}

TEST("a batch is full when it has its payload")
{
	/* A quarter of the smallest pool, and 40 bytes for each row that it could have. */
	CHECK(drain_in_batches(0, 40, 200000) >= 40 / 5);
	CHECK(drain_in_batches(0, 12, 524224) >= 12);
}

TEST("a batch is full when it has its rounds")
{
	rings_make(&set, &(rs_plan_t){.ring_count = 1, .ring_bytes = 1u << 20, .intent_count = 16});
	memset(&reading, 0, sizeof(reading));
	REQUIRE_EQUAL(rs_capture_open(set.path, RS_OPEN_DRAIN, &reading.capture, &reading.message), RS_OK);
	reading.ring_count = 1;
	/* No batch is sealed for its age here. */
	REQUIRE_EQUAL(rs_drain_open(reading.capture, 0, 0, 1000000, &reading.message), RS_OK);
	for (uint32_t n = 0; n < 2 * RS_BATCH_ROUNDS + 10; n++) {
		uint64_t entries;
		rings_put(&set, 0, 8);
		CHECK_EQUAL(rs_drain_once(reading.capture, &entries), RS_OK);
		CHECK_EQUAL(entries, 1);
	}
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.batch_count, 3);
	CHECK_EQUAL(reading.row_count, 2 * RS_BATCH_ROUNDS + 10);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("a batch is full when it has no room for the gaps of one more hole")
{
	rings_make(&set, &(rs_plan_t){.ring_count = 1, .ring_bytes = 1u << 20, .intent_count = 16});
	uint32_t gaps = 0, batches = 0;
	reading_begin(&reading, &set);
	for (uint32_t n = 0; n < RS_BATCH_GAPS + 500; n++) {
		rings_refuse(&set, 0, 0, 1);
		rings_put(&set, 0, 0);
	}
	/* More gaps than a reading keeps: only counted. */
	for (uint32_t n = 0; n < 20; n++) {
		uint64_t entries;
		(void)rs_drain_once(reading.capture, &entries);
		if (n == 19)
			CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_OK);
		for (rs_batch_t *batch; (batch = rs_pool_peek_full(&reading.capture->pool, 0)); batches++) {
			CHECK(batch->gap_count <= RS_BATCH_GAPS);
			gaps += batch->gap_count;
			rs_pool_release(&reading.capture->pool, batch);
		}
	}
	CHECK_EQUAL(gaps, RS_BATCH_GAPS + 500);
	CHECK(batches >= 2);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("a pool that is full takes nothing, and loses nothing of what it could not take")
{
	rings_make(&set, &(rs_plan_t){.ring_count = 2, .ring_bytes = 8u << 20, .intent_count = 16});
	reading_begin(&reading, &set);
	for (uint32_t n = 0; n < 60; n++)
		rings_put(&set, n % 2, 100000);
	uint64_t entries = 0, taken = 0;
	rs_status_t status = RS_OK;
	for (uint32_t n = 0; n < 10 && status == RS_OK; n++, taken += entries)
		status = rs_drain_once(reading.capture, &entries);
	CHECK_EQUAL(status, RS_AGAIN);
	CHECK(taken > 0 && taken < 60);
	CHECK_EQUAL(rs_drain_once(reading.capture, &entries), RS_AGAIN);
	(void)rs_capture_stats(reading.capture, &reading.stats, NULL, 0);
	CHECK(reading.stats.pool_waits > 0);
	CHECK_EQUAL(reading.stats.pool_used_bytes, reading.stats.pool_bytes);
	/* The writers go on until the rings are full. */
	rs_claim_t claim;
	uint32_t more = 0;
	while (rings_begin(&set, 0, NULL, 100000, &claim) == RS_OK) {
		rs_ring_commit(&claim);
		more++;
	}
	while (reading.row_count < 60 + more) {
		REQUIRE(reading_take_batch(&reading));
		while (rs_drain_once(reading.capture, &entries) == RS_OK && entries)
			;
		rs_emit_seal(reading.capture);
	}
	reading_count(&reading);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].lost_full, 1);
	CHECK_EQUAL(reading.rings[1].lost_full, 0);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("the number of entries that one look took is its own, not added to anything")
{
	uint64_t entries = 12345;
	rings_make_small(&set, 1);
	rings_put(&set, 0, 8);
	reading_begin(&reading, &set);
	CHECK_EQUAL(rs_drain_once(reading.capture, &entries), RS_OK);
	CHECK_EQUAL(entries, 1);
	CHECK_EQUAL(rs_drain_once(reading.capture, &entries), RS_OK);
	CHECK_EQUAL(entries, 0);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("a pool that is too small, and draining what was opened to look only, are refused and say so")
{
	rings_make_small(&set, 1);
	CHECK_EQUAL(reading_try(&reading, &set, RS_POOL_BYTES_MIN - 1, 0), RS_BAD_ARGUMENT);
	CHECK_SAYS(reading.message.text, "too small");
	reading_end(&reading);
	REQUIRE_EQUAL(rs_capture_open(set.path, RS_OPEN_PEEK, &reading.capture, &reading.message), RS_OK);
	CHECK_EQUAL(rs_drain_open(reading.capture, 0, 0, 0, &reading.message), RS_BAD_ARGUMENT);
	CHECK_SAYS(reading.message.text, "look only");
	reading_end(&reading);
	rings_drop(&set);
}

/* --- rows for C programs ---------------------------------------------------------------------------------------- */

TEST("rows come one by one in order, with a private copy of their payload")
{
	rs_row_t row;
	rings_make_small(&set, 2);
	reading_begin(&reading, &set);
	CHECK_EQUAL(rs_capture_next(reading.capture, &row), RS_AGAIN);
	for (uint32_t lap = 0; lap < 5; lap++) {
		for (uint32_t n = 0; n < 6; n++)
			rings_put(&set, n % 2, 50 + n);
		for (uint32_t n = 0; n < 6; n++) {
			REQUIRE_EQUAL(rs_capture_next(reading.capture, &row), RS_OK);
			CHECK_EQUAL(row.index, lap * 6 + n);
			CHECK_EQUAL(row.seq, lap * 3 + n / 2);
			CHECK_EQUAL(row.processor, n % 2);
			CHECK_EQUAL(row.length, 50 + n);
			CHECK_EQUAL(row.kind, RS_KIND_DATA);
			CHECK_EQUAL(row.severity, RS_INFO);
			CHECK_EQUAL(row.pid, rs_host_process_id());
			for (uint32_t at = 0; at < row.length; at++)
				CHECK_EQUAL(((const uint8_t *)row.payload)[at], payload_byte(row.type, at));
		}
		CHECK_EQUAL(rs_capture_next(reading.capture, &row), RS_AGAIN);
	}
	rings_put(&set, 1, 8);
	CHECK_EQUAL(rs_drain_finish(reading.capture, 0), RS_OK);
	CHECK_EQUAL(rs_capture_next(reading.capture, &row), RS_OK);
	CHECK_EQUAL(row.index, 30);
	CHECK_EQUAL(rs_capture_next(reading.capture, &row), RS_END);
	reading_end(&reading);
	rings_drop(&set);
}

/* --- a writer that lives ------------------------------------------------------------------------------------------ */

TEST("at the end an entry whose writer lives is pending with all behind it in its ring, and nothing else is")
{
	rings_make_small(&set, 2);
	rs_intent_record_t *living = rings_enter(&set, 0, rs_host_process_id());
	rings_put(&set, 0, 8);
	const rs_claim_t open = rings_hold(&set, 0, living, 8);
	rings_put(&set, 0, 8);
	rings_refuse(&set, 0, 0, 2);
	rings_put(&set, 1, 8);
	rings_put(&set, 1, 8);
	reading_all(&reading, &set, 1);
	CHECK_EQUAL(reading.rings[0].attempts, 5);
	CHECK_EQUAL(reading.rings[0].read, 1);
	CHECK_EQUAL(reading.rings[0].pending, 4);
	CHECK_EQUAL(reading.rings[1].read, 2);
	CHECK_EQUAL(reading.rings[1].pending, 0);
	rs_ring_commit(&open);
	rings_drop(&set);
}
