/* SPDX-License-Identifier: MIT */
/*
 * clock_test.c - clock order: entries by ticks, then ring, then position; rows numbered as they are delivered.
 */
#define _GNU_SOURCE
#include <pthread.h>

#include "reading.h"
#include "rs_log.h"

static rings_t set;
static reading_t reading;

static void make(uint32_t rings, uint32_t mode)
{
	rings_make(&set, &(rs_plan_t){
				 .ring_count = rings, .ring_bytes = 4096, .intent_count = 16, .mode = mode, .order = RS_ORDER_CLOCK});
	rings_enter(&set, 9, rs_host_process_id());
}

static void put_at(uint32_t ring, uint64_t ticks)
{
	const rs_claim_t claim = rings_hold(&set, ring, NULL, 8);
	claim.header->ticks = ticks;
	rs_ring_commit(&claim);
}

static void check_sorted(void)
{
	for (uint32_t n = 0; n < reading.row_count; n++) {
		CHECK_EQUAL(reading.rows[n].index, reading.rows[0].index + n);
		if (n)
			CHECK(reading.rows[n].ticks >= reading.rows[n - 1].ticks);
	}
}

TEST("no index is taken, and rows are numbered in the order of their ticks")
{
	make(3, RS_MODE_DISCARD);
	const uint64_t now = rs_host_clock_read(set.file.header.clock_kind) - 1000;
	for (uint32_t n = 0; n < 30; n++)
		put_at(n % 3, now + n * 7 % 31);
	CHECK_EQUAL(*set.next_index, 0);
	reading_all(&reading, &set, 0);
	REQUIRE_EQUAL(reading.row_count, 30);
	CHECK_EQUAL(reading.rows[0].index, 0);
	check_sorted();
	rings_drop(&set);
}

TEST("a number of rows that an earlier reader cannot have delivered is refused")
{
	make(2, RS_MODE_DISCARD);
	const uint64_t now = rs_host_clock_read(set.file.header.clock_kind) - 1000;
	for (uint32_t n = 0; n < 6; n++)
		put_at(n % 2, now + n);
	reading_all(&reading, &set, 0);
	put_at(0, now + 6);
	const uint64_t half = set.consumer_set->generation & 1;
	uint64_t *rows = &set.consumer_set->base_index[half];
	CHECK_EQUAL(*rows, 6);
	for (uint32_t n = 0; n < 3; n++) {
		/* The last one although each ring says that it was read as often as that. */
		if (n == 2)
			for (uint32_t ring = 0; ring < 2; ring++) {
				set.pages[ring].reserve.attempts += 1ull << 63;
				set.consumers[ring].checkpoint[half].read += 1ull << 63;
				set.consumers[ring].checkpoint[half].next_seq += 1ull << 63;
			}
		*rows = n == 0 ? 7 : UINT64_MAX;
		CHECK_EQUAL(reading_try(&reading, &set, RS_POOL_BYTES_MIN, 0), RS_NOT_RINGS);
		CHECK_SAYS(reading.message.text, "more rows than entries were read");
		rs_capture_close(reading.capture);
	}
	rings_drop(&set);
}

TEST("equal ticks go by ring, then by place in the ring")
{
	make(2, RS_MODE_DISCARD);
	const uint64_t now = rs_host_clock_read(set.file.header.clock_kind) - 1000;
	for (uint32_t n = 0; n < 12; n++)
		put_at(1 - n % 2, now);
	reading_all(&reading, &set, 0);
	REQUIRE_EQUAL(reading.row_count, 12);
	for (uint32_t n = 0; n < 12; n++) {
		CHECK_EQUAL(reading.rows[n].processor, n / 6);
		CHECK_EQUAL(reading.rows[n].seq, n % 6);
	}
	rings_drop(&set);
}

TEST("a nested write that read its clock first comes first, though it lies behind in its ring")
{
	make(1, RS_MODE_DISCARD);
	const rs_claim_t outer = rings_hold(&set, 0, NULL, 8);
	rings_put(&set, 0, 8);
	outer.header->ticks = rs_host_clock_read(set.file.header.clock_kind);
	rs_ring_commit(&outer);
	reading_all(&reading, &set, 0);
	REQUIRE_EQUAL(reading.row_count, 2);
	CHECK_EQUAL(reading.rows[0].seq, 1);
	CHECK_EQUAL(reading.rows[1].seq, 0);
	rings_drop(&set);
}

TEST("an entry is not delivered while another one with a smaller clock can still come")
{
	make(2, RS_MODE_DISCARD);
	reading_begin(&reading, &set);
	const rs_claim_t held = rings_hold(&set, 0, set.intents[9].records, 8);
	rings_put(&set, 1, 8);
	reading_look(&reading);
	reading_look(&reading);
	CHECK_EQUAL(reading.row_count, 0);
	rs_ring_commit(&held);
	reading_look(&reading);
	reading_look(&reading);
	REQUIRE_EQUAL(reading.row_count, 2);
	CHECK_EQUAL(reading.rows[0].processor, 0);
	reading_finish(&reading, 0);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("an entry whose clock is ahead of every clock is corrupt, and holds up nothing")
{
	make(2, RS_MODE_DISCARD);
	const uint64_t second = set.file.header.ticks_per_second;
	put_at(0, rs_host_clock_read(set.file.header.clock_kind) + 1000 * second);
	rings_put(&set, 0, 8);
	rings_put(&set, 1, 8);
	reading_begin(&reading, &set);
	reading_look(&reading);
	reading_look(&reading);
	CHECK_EQUAL(reading.row_count, 2);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].corrupt, 1);
	reading_end(&reading);
	rings_drop(&set);
}

/* As a set of this machine looks after somebody has set its wall clock. */
static void set_wall_clock(void)
{
	rs_anchor_t *anchors = ((rs_set_header_t *)(void *)set.file.bytes)->anchors;
	for (uint32_t n = 0; n < RS_ANCHOR_COUNT; n++)
		anchors[n].unix_ns -= 3600 * 1000000000ll;
}

TEST("a wall clock that was set changes no order while somebody lives who may log")
{
	for (uint32_t is_anybody_alive = 0; is_anybody_alive < 2; is_anybody_alive++) {
		make(2, RS_MODE_DISCARD);
		if (!is_anybody_alive)
			rings_leave(&set, 9);
		put_at(0, rs_host_clock_read(set.file.header.clock_kind) + 1000 * set.file.header.ticks_per_second);
		rings_put(&set, 1, 8);
		set_wall_clock();
		reading_all(&reading, &set, 0);
		CHECK(reading.row_count == 1 + !is_anybody_alive);
		/* Whoever lives goes by the clock that this reader can read, and nobody has logged in the future. */
		CHECK_EQUAL(reading.rings[0].corrupt, is_anybody_alive);
		rings_drop(&set);
	}
}

TEST("the next reader goes on where the one before stopped, between equal ticks too")
{
	make(2, RS_MODE_DISCARD);
	const uint64_t now = rs_host_clock_read(set.file.header.clock_kind) - 1000;
	for (uint32_t n = 0; n < 10; n++)
		put_at(n % 2, now);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 10);
	for (uint32_t n = 0; n < 10; n++)
		put_at(n % 2, now);
	reading_begin(&reading, &set);
	reading_look(&reading);
	/* This one ends in its middle: nothing of it was put off. */
	reading_end(&reading);
	put_at(0, now + 1);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 1);
	CHECK_EQUAL(reading.rows[0].index, 20);
	rings_drop(&set);
}

TEST("what a reader held behind a writer is delivered by the next one, once")
{
	make(2, RS_MODE_DISCARD);
	reading_begin(&reading, &set);
	rings_put(&set, 1, 8);
	reading_look(&reading);
	reading_look(&reading);
	CHECK_EQUAL(reading.row_count, 1);
	const rs_claim_t held = rings_hold(&set, 0, set.intents[9].records, 8);
	for (uint32_t n = 0; n < 5; n++)
		rings_put(&set, 1, 8);
	reading_look(&reading);
	CHECK_EQUAL(reading.row_count, 1);
	reading_end(&reading);
	rs_ring_commit(&held);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 6);
	CHECK_EQUAL(reading.rows[0].processor, 0);
	CHECK_EQUAL(reading.rows[0].index, 1);
	CHECK_EQUAL(reading.rings[0].corrupt + reading.rings[1].corrupt, 0);
	rings_drop(&set);
}

/* The space of an entry passes from its writer over the reader to the next writer, and the reader has a mapping of its own: TSan takes
 * the two for different memory. (In index order the counter that all writers share hides that.) */
#if !defined(__SANITIZE_THREAD__)
static uint32_t thread_count = 4, per_thread;

static void *log_on(void *argument)
{
	const uint32_t thread = *(const uint32_t *)argument;
	for (uint32_t n = 0; n < per_thread; n++) {
		uint8_t payload[40];
		const uint32_t serial = thread << 24 | n;
		for (uint32_t at = 0; at < sizeof(payload); at++)
			payload[at] = payload_byte(serial, at);
		while (rs_send(serial, ~serial, payload, sizeof(payload)) == RS_FULL)
			sched_yield();
	}
	return NULL;
}

TEST("four threads log while a reader drains: ticks never go back, and each thread keeps its own order")
{
	static const uint32_t numbers[] = {0, 1, 2, 3};
	pthread_t threads[4];
	char message[512];
	per_thread = CHECK_ROUNDS(4000);
	rings_make(&set, &(rs_plan_t){.ring_count = 2, .ring_bytes = 65536, .intent_count = 16, .order = RS_ORDER_CLOCK});
	REQUIRE_EQUAL(rs_open(set.path, message, sizeof(message)), RS_OK);
	reading_begin(&reading, &set);
	for (uint32_t n = 0; n < thread_count; n++)
		REQUIRE_EQUAL(pthread_create(&threads[n], NULL, log_on, (void *)(uintptr_t)&numbers[n]), 0);
	while (reading.row_count < thread_count * per_thread)
		reading_look(&reading);
	for (uint32_t n = 0; n < thread_count; n++)
		pthread_join(threads[n], NULL);
	reading_finish(&reading, 0);
	check_sorted();
	uint32_t next[4] = {0};
	for (uint32_t n = 0; n < reading.row_count; n++) {
		const uint32_t thread = reading.rows[n].type >> 24;
		CHECK_EQUAL(reading.rows[n].type & 0xffffff, next[thread]);
		next[thread]++;
	}
	CHECK_EQUAL(reading.stats.violations, 0);
	reading_end(&reading);
	rs_close();
	rings_drop(&set);
}

#endif

TEST("overwriting rings in clock order keep the newest entries, sorted")
{
	make(2, RS_MODE_OVERWRITE);
	for (uint32_t n = 0; n < 1000; n++)
		rings_put(&set, n % 2, 8);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 128);
	check_sorted();
	rings_drop(&set);
}

TEST("times on the monotonic clock that somebody else took are delivered as they are, in index order")
{
	rings_make(&set, &(rs_plan_t){.ring_count = 1, .ring_bytes = 4096, .intent_count = 16, .clock_kind = RS_CLOCK_MONOTONIC_NS});
	rings_enter(&set, 9, rs_host_process_id());
	/* Since boot: of long ago, in microseconds, two alike, and one that went back. */
	static const uint64_t ticks[] = {0, 1000, 5140900000, 5140900000, 5140899000, 6000000000};
	const uint32_t count = sizeof(ticks) / sizeof(ticks[0]);
	for (uint32_t n = 0; n < count; n++)
		put_at(0, ticks[n]);
	reading_all(&reading, &set, 0);
	REQUIRE_EQUAL(reading.row_count, count);
	for (uint32_t n = 0; n < count; n++) {
		CHECK_EQUAL(reading.rows[n].index, n);
		CHECK_EQUAL(reading.rows[n].ticks, ticks[n]);
	}
	CHECK_EQUAL(reading.gap_count, 0);
	rings_drop(&set);
}
