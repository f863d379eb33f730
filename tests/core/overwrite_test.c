/* SPDX-License-Identifier: MIT */
/*
 * overwrite_test.c - rings in which the oldest entries make room: what is evicted, what is not, and what readers make of it.
 */
#define _GNU_SOURCE
#include <pthread.h>

#include "killing.h"
#include "reading.h"

static rings_t set;
static reading_t reading, other;

static void make(uint32_t rings, uint32_t order)
{
	rings_make(&set, &(rs_plan_t){
				 .ring_count = rings, .ring_bytes = 4096, .intent_count = 16, .mode = RS_MODE_OVERWRITE, .order = order});
	rings_enter(&set, 9, rs_host_process_id());
}

static uint64_t used(uint32_t ring)
{
	return set.pages[ring].reserve.position - set.pages[ring].oldest_pos;
}

TEST("a full ring takes every entry, and keeps as many of the newest as it holds")
{
	make(1, RS_ORDER_INDEX);
	for (uint32_t n = 0; n < 1000; n++) {
		rings_put(&set, 0, n % 400);
		REQUIRE(used(0) <= 4096);
	}
	CHECK_EQUAL(set.pages[0].reserve.attempts, 1000);
	CHECK_EQUAL(set.pages[0].lost_full, 0);
	reading_all(&reading, &set, 0);
	REQUIRE(reading.row_count > 4096 / (400 + 64));
	CHECK_EQUAL(reading.rows[reading.row_count - 1].seq, 999);
	for (uint32_t n = 0; n < reading.row_count; n++)
		CHECK_EQUAL(reading.rows[n].seq, 1000 - reading.row_count + n);
	/* A reader that came later accounts for what it could see. */
	CHECK_EQUAL(reading.rings[0].attempts, reading.row_count);
	CHECK_EQUAL(reading.rings[0].overwritten, 0);
	rings_drop(&set);
}

TEST("reading takes nothing away: two readers see the same, one after the other and side by side")
{
	make(2, RS_ORDER_INDEX);
	for (uint32_t n = 0; n < 300; n++)
		rings_put(&set, n % 3 == 0, n % 200);
	reading_begin(&reading, &set);
	reading_begin(&other, &set);
	reading_look(&reading);
	reading_look(&other);
	for (uint32_t n = 0; n < 5; n++)
		rings_put(&set, 1, 8);
	reading_finish(&reading, 0);
	reading_finish(&other, 0);
	REQUIRE_EQUAL(reading.row_count, other.row_count);
	for (uint32_t n = 0; n < reading.row_count; n++)
		CHECK_EQUAL(reading.rows[n].index, other.rows[n].index);
	CHECK_EQUAL(reading.rows[reading.row_count - 1].index, 304);
	reading_end(&reading);
	reading_end(&other);
	rings_drop(&set);
}

TEST("a reader that is overtaken counts exactly what it missed as overwritten, and places it")
{
	make(1, RS_ORDER_INDEX);
	reading_begin(&reading, &set);
	for (uint32_t n = 0; n < 10; n++)
		rings_put(&set, 0, 8);
	reading_look(&reading);
	CHECK_EQUAL(reading.row_count, 10);
	for (uint32_t n = 0; n < 500; n++)
		rings_put(&set, 0, 8); /* 64 fit */
	reading_look(&reading);
	CHECK_EQUAL(reading.row_count, 10 + 64);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].overwritten, 500 - 64);
	CHECK_EQUAL(reading.rings[0].attempts, 510);
	CHECK_EQUAL(reading.rings[0].mixed, 0);
	REQUIRE_EQUAL(reading.gap_count, 1);
	CHECK_EQUAL(reading.gaps[0].prev_seq, 9);
	CHECK_EQUAL(reading.gaps[0].next_seq, 510 - 64);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("what was read before it was overwritten is not lost")
{
	make(1, RS_ORDER_INDEX);
	reading_begin(&reading, &set);
	for (uint32_t round = 0; round < 50; round++) {
		for (uint32_t n = 0; n < 30; n++)
			rings_put(&set, 0, 8);
		reading_look(&reading);
	}
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.row_count, 1500);
	CHECK_EQUAL(rs_hole_lost(&reading.rings[0]), 0);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("an unfinished entry is never evicted: what would need its place is refused and counted")
{
	rs_claim_t claim;
	make(1, RS_ORDER_INDEX);
	reading_begin(&reading, &set);
	rings_put(&set, 0, 8);
	const rs_claim_t held = rings_hold(&set, 0, set.intents[9].records, 8);
	uint32_t taken = 0;
	while (rings_begin(&set, 0, NULL, 8, &claim) == RS_OK) {
		rs_ring_commit(&claim);
		REQUIRE(taken++ < 100);
	}
	/* The first one has made room, the held one has not. */
	CHECK_EQUAL(taken, 63);
	CHECK_EQUAL(rs_state_of(held.header->state), RS_STATE_RESERVED);
	CHECK_EQUAL(set.pages[0].lost_full, 1);
	rs_ring_commit(&held);
	rings_put(&set, 0, 8);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].attempts, reading.row_count + rs_hole_lost(&reading.rings[0]));
	CHECK_EQUAL(reading.rings[0].overwritten + reading.rings[0].mixed + reading.rings[0].lost_full, 3);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("a jump that has missed nothing does not make the next hole an overwritten one")
{
	rs_claim_t claim;
	make(1, RS_ORDER_INDEX);
	reading_begin(&reading, &set);
	for (uint32_t n = 0; n < 7; n++)
		rings_put(&set, 0, 456);
	rings_put(&set, 0, 8);
	reading_look(&reading);
	/* Before the end of the buffer lies padding, and it makes room, but nothing behind it does. */
	rings_put(&set, 0, 440);
	for (uint32_t n = 0; n < 7; n++)
		rings_put(&set, 0, 456);
	REQUIRE_EQUAL(set.pages[0].oldest_pos, 4096);
	reading_look(&reading);
	for (uint32_t n = 0; n < 3; n++)
		CHECK_EQUAL(rings_begin(&set, 0, NULL, 4096, &claim), RS_TOO_BIG);
	rings_put(&set, 0, 8);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.row_count, 17);
	CHECK_EQUAL(reading.rings[0].too_big, 3);
	CHECK_EQUAL(rs_hole_lost(&reading.rings[0]), 3);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("entries of which not one can be believed are all counted, though nothing tells where the account begins")
{
	make(2, RS_ORDER_INDEX);
	for (uint32_t n = 0; n < 300; n++)
		rings_put(&set, 0, 8);
	/* Whoever wrote it: no entry can have an index that was not given out yet. */
	*set.next_index = 0;
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 0);
	CHECK_EQUAL(reading.rings[0].corrupt, 64);
	CHECK_EQUAL(reading.rings[0].attempts, 64);
	CHECK_EQUAL(reading.rings[1].attempts, 0);
	rings_drop(&set);
}

TEST("behind a writer that stands still no more than about a ringful of another ring's entries waits")
{
	uint64_t most = 0;
	make(2, RS_ORDER_INDEX);
	memset(&reading, 0, sizeof(reading));
	REQUIRE_EQUAL(rs_capture_open(set.path, RS_OPEN_DRAIN, &reading.capture, &reading.message), RS_OK);
	reading.ring_count = 2;
	rs_drain_tune(reading.capture, 60000, 4096);
	REQUIRE_EQUAL(rs_drain_open(reading.capture, RS_POOL_BYTES_MIN, 0, 1, &reading.message), RS_OK);
	const rs_claim_t held = rings_hold(&set, 0, set.intents[9].records, 8);
	/* More than the least memory for copies takes. */
	for (uint32_t round = 0; round < 600; round++) {
		for (uint32_t n = 0; n < 7; n++)
			rings_put(&set, 1, 456);
		reading_look(&reading);
		const uint64_t waiting = reading.capture->rings[1].held - reading.capture->rings[1].copied;
		most = waiting > most ? waiting : most;
	}
	CHECK(most <= 4096 / RS_ENTRY_HEADER_BYTES + 8);
	rs_ring_commit(&held);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[1].attempts, 4200);
	CHECK_EQUAL(reading.rings[1].read + reading.rings[1].overwritten, 4200);
	CHECK_EQUAL(reading.rings[0].read, 1);
	reading_end(&reading);
	rings_drop(&set);
}

static rings_t *racing;
static uint32_t race_writes;

/* Between the look at an entry and its delivery a whole lap goes by. */
static void overtake(const char *step)
{
	static int is_inside;
	if (is_inside || !race_writes || strcmp(step, killing.again) != 0)
		return;
	is_inside = 1;
	for (; race_writes; race_writes--)
		rings_put(racing, 0, 8);
	is_inside = 0;
}

TEST("an entry that makes room while it is being copied is not delivered, at whichever step that happens")
{
	static const char *const steps[] = {"read:looked", "read:copied", "read:emitting", "read:delivered"};
	for (uint32_t n = 0; n < sizeof(steps) / sizeof(steps[0]); n++)
		for (uint32_t writes = 1; writes < 200; writes += 13) {
			make(1, RS_ORDER_INDEX);
			reading_begin(&reading, &set);
			for (uint32_t entry = 0; entry < 64; entry++)
				rings_put(&set, 0, 8);
			racing = &set;
			race_writes = writes;
			killing.again = steps[n];
			rs_test_point_hook = overtake;
			reading_look(&reading);
			rs_test_point_hook = NULL;
			CHECK_EQUAL(race_writes, 0);
			reading_finish(&reading, 0);
			/* Rows are whole and in order (reading.h), and nothing is missing from the account. */
			CHECK_EQUAL(reading.rings[0].attempts, 64 + writes);
			CHECK_EQUAL(reading.rings[0].corrupt, 0);
			CHECK_EQUAL(reading.row_count + reading.rings[0].overwritten, 64 + writes);
			CHECK(reading.row_count >= 64);
			CHECK_EQUAL(reading.stats.violations, 0);
			reading_end(&reading);
			rings_drop(&set);
		}
}

TEST("what a dead writer left makes room after a reader has found it, at whichever step it died")
{
	static const struct {
		const char *step;
		uint32_t length;
	} deaths[] = {
		{"reserve:swapped", 40}, {"reserve:swapped", 440}, {"reserve:padded", 440}, {"reserve:marked", 40},
		{"reserve:marked", 440}, {"reserve:indexed", 40},  {"commit:begin", 40},
	};
	for (uint32_t n = 0; n < sizeof(deaths) / sizeof(deaths[0]); n++) {
		rs_claim_t claim;
		make(1, RS_ORDER_INDEX);
		reading_begin(&reading, &set);
		for (uint32_t entry = 0; entry < 7; entry++)
			rings_put(&set, 0, 456);
		rings_put(&set, 0, 8); /* 448 bytes are left before the end of the buffer */
		kill_writer((killing_t){.set = &set, .step = deaths[n].step, .length = deaths[n].length});
		uint32_t refused = 0;
		for (uint32_t entry = 0; entry < 100; entry++) {
			const rs_status_t status = rings_begin(&set, 0, NULL, 8, &claim);
			refused += status == RS_FULL;
			if (status == RS_OK)
				rs_ring_commit(&claim);
		}
		CHECK(refused > 0);
		reading_look(&reading);
		rs_sleep_ns(30000000); /* a writer that is merely preempted gets that long */
		reading_look(&reading);
		for (uint32_t entry = 0; entry < 100; entry++)
			rings_put(&set, 0, 8);
		reading_finish(&reading, 0);
		CHECK_EQUAL(reading.rings[0].abandoned, 1);
		CHECK_EQUAL(reading.rings[0].pending, 0);
		CHECK_EQUAL(reading.rings[0].corrupt, 0);
		reading_end(&reading);
		/* A reader that comes now finds nothing in the way. */
		reading_all(&reading, &set, 0);
		CHECK_EQUAL(reading.rings[0].abandoned, 0);
		CHECK_EQUAL(reading.row_count, 64);
		rings_drop(&set);
	}
}

static int is_refused(void)
{
	rs_claim_t claim;
	const rs_status_t status = rings_begin(&set, 0, NULL, 8, &claim);
	if (status == RS_OK)
		rs_ring_commit(&claim);
	return status == RS_FULL;
}

static void fill_behind_dead_writer(void)
{
	make(1, RS_ORDER_INDEX);
	rings_put(&set, 0, 8);
	kill_writer((killing_t){.set = &set, .step = "commit:begin", .length = 40});
	while (!is_refused())
		;
}

/* Until what the dead writer left was passed: a writer that is merely preempted gets some time. */
static void look_past_dead_writer(reading_t *who)
{
	while (who->capture->rings[0].scanned != set.pages[0].reserve.position) {
		reading_look(who);
		rs_sleep_ns(10000000);
	}
}

TEST("what a dead writer left makes room by another reader where the one that oversees dies before it has come there")
{
	fill_behind_dead_writer();
	reading_begin(&other, &set);
	REQUIRE_EQUAL(rs_host_file_lock(other.capture->file.file, &other.capture->is_overseer), 0);
	CHECK(other.capture->is_overseer);
	reading_begin(&reading, &set);
	look_past_dead_writer(&reading);
	CHECK(is_refused());
	reading_end(&other);
	for (uint32_t n = 0; n < 1000 && is_refused(); n++) {
		rs_sleep_ns(10000000);
		reading_look(&reading);
	}
	for (uint32_t entry = 0; entry < 200; entry++)
		rings_put(&set, 0, 8);
	CHECK_EQUAL(reading.capture->rings[0].unfreed_count, 0);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].abandoned, 1);
	CHECK_EQUAL(reading.rings[0].pending, 0);
	CHECK_EQUAL(reading.rings[0].corrupt, 0);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("a reader that may not write keeps nobody from making room")
{
	fill_behind_dead_writer();
	memset(&other, 0, sizeof(other));
	REQUIRE_EQUAL(rs_capture_open(set.path, RS_OPEN_PEEK, &other.capture, &other.message), RS_OK);
	REQUIRE_EQUAL(rs_drain_open(other.capture, 0, 64, 1, &other.message), RS_OK);
	look_past_dead_writer(&other);
	CHECK(is_refused());
	reading_begin(&reading, &set);
	look_past_dead_writer(&reading);
	for (uint32_t entry = 0; entry < 200; entry++)
		rings_put(&set, 0, 8);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].abandoned, 1);
	reading_end(&reading);
	reading_end(&other);
	rings_drop(&set);
}

TEST("what several dead writers left in a row, without a record, makes room in pieces that can be entries")
{
	rs_claim_t claim, dead[3];
	/* Nobody is in the table, and the rings are this reader's own: whoever wrote is gone. */
	rings_make(&set, &(rs_plan_t){.ring_count = 1, .ring_bytes = 4096, .intent_count = 16, .mode = RS_MODE_OVERWRITE});
	rings_put(&set, 0, 8);
	for (uint32_t n = 0; n < 3; n++)
		dead[n] = rings_hold(&set, 0, NULL, 456);
	for (uint32_t n = 0; n < 3; n++)
		dead[n].header->state = 0;
	rings_put(&set, 0, 8);
	reading_begin(&reading, &set);
	reading_look(&reading);
	rs_sleep_ns(30000000);
	reading_look(&reading);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.row_count, 2);
	CHECK_EQUAL(rs_hole_lost(&reading.rings[0]), 3);
	reading_end(&reading);
	/* The next reader finds nothing there that it could not understand. */
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 2);
	CHECK_EQUAL(reading.rings[0].corrupt, 0);
	CHECK_EQUAL(reading.stats.violations, 0);
	for (uint32_t n = 0; n < 100; n++) {
		REQUIRE_EQUAL(rings_begin(&set, 0, NULL, 8, &claim), RS_OK);
		rs_ring_commit(&claim);
	}
	rings_drop(&set);
}

#if !defined(__SANITIZE_THREAD__) /* a reader that copies and asks afterwards is a race, on purpose */
static void *write_on(void *argument)
{
	const uint32_t ring = *(const uint32_t *)argument;
	rs_intent_record_t nobody = {0};
	for (uint32_t n = 0; n < CHECK_ROUNDS(200000); n++) {
		rs_claim_t claim;
		const uint32_t length = n % 301;
		if (rs_ring_reserve(&set.rings[ring], &nobody, length, &claim) != RS_OK)
			continue;
		rings_fill(&set, &claim, n, length);
		rs_ring_commit(&claim);
	}
	return NULL;
}

static void race_writers(uint32_t order)
{
	static const uint32_t numbers[2] = {0, 1};
	pthread_t threads[4];
	make(2, order);
	reading_begin(&reading, &set);
	for (uint32_t n = 0; n < 4; n++)
		REQUIRE_EQUAL(pthread_create(&threads[n], NULL, write_on, (void *)(uintptr_t)&numbers[n % 2]), 0);
	for (uint32_t n = 0; n < 300; n++) {
		reading_look(&reading);
		/* Only the rows of the last looks are kept. */
		if (reading.row_count > ROWS_MAX / 2 || reading.gap_count > GAPS_MAX / 2)
			break;
	}
	for (uint32_t n = 0; n < 4; n++)
		pthread_join(threads[n], NULL);
	reading_finish(&reading, 0);
	for (uint32_t n = 0; n < 2; n++) {
		CHECK_EQUAL(reading.rings[n].attempts, set.pages[n].reserve.attempts);
		CHECK_EQUAL(reading.rings[n].corrupt, 0);
		CHECK_EQUAL(reading.rings[n].pending, 0);
	}
	CHECK_EQUAL(reading.stats.violations, 0);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("writers that overwrite each other beside a reader tear nothing and lose nothing uncounted")
{
	race_writers(RS_ORDER_INDEX);
	race_writers(RS_ORDER_CLOCK);
}
#endif
