/* SPDX-License-Identifier: MIT */
/*
 * stall_test.c - writers that live and stand still inside an entry: the order goes on without it, its space is not given away, and
 * what the writer does later is counted and not delivered.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#ifdef _WIN32
#include <windows.h>
#endif

#include "host_thread.h"
#include "reading.h"
#include "rs_log.h"

#define STALL_MS 30u
#define USUAL_MS 1000u
#define NEVER_MS 1000000u

static rings_t set;
static reading_t reading;
static uint32_t order;

static void make(uint32_t rings)
{
	rings_make(&set, &(rs_plan_t){.ring_count = rings, .ring_bytes = 4096, .intent_count = 16, .order = order});
	rings_enter(&set, 9, rs_host_process_id());
}

static void begin(uint32_t stall_ms)
{
	memset(&reading, 0, sizeof(reading));
	REQUIRE_EQUAL(rs_capture_open(set.path, RS_OPEN_DRAIN, &reading.capture, &reading.message), RS_OK);
	reading.ring_count = rs_capture_stats(reading.capture, NULL, NULL, 0);
	rs_drain_tune(reading.capture, stall_ms, 0);
	REQUIRE_EQUAL(rs_drain_open(reading.capture, RS_POOL_BYTES_MIN, 0, 1, &reading.message), RS_OK);
}

/* Long enough for a writer to count as standing still; owners are looked up every tenth of a second. */
static void look_for_a_while(void)
{
	for (uint32_t n = 0; n < 30; n++) {
		reading_look(&reading);
		rs_sleep_ns(10000000);
	}
}

static rs_claim_t stand_still(uint32_t ring)
{
	return rings_hold(&set, ring, set.intents[9].records, 8);
}

static const uint32_t orders[] = {RS_ORDER_INDEX, RS_ORDER_CLOCK};
#define FOR_BOTH_ORDERS for (uint32_t each = 0; order = orders[each % 2], each < 2; each++)

TEST("a writer that stands still is passed after a while, and what it commits later is counted and not delivered")
{
	FOR_BOTH_ORDERS {
		make(2);
		begin(STALL_MS);
		const rs_claim_t held = stand_still(0);
		for (uint32_t n = 0; n < 10; n++)
			rings_put(&set, n % 2, 8);
		reading_look(&reading);
		CHECK_EQUAL(reading.row_count, 0);
		look_for_a_while();
		CHECK_EQUAL(reading.row_count, 10);
		CHECK_EQUAL(reading.rings[0].stalled, 1);
		CHECK_EQUAL(reading.rings[0].late, 0);
		/* Its space is not free, nor is what lies behind it. */
		CHECK_EQUAL(set.consumers[0].read_pos, 0);
		CHECK_EQUAL(set.consumers[1].read_pos, set.pages[1].reserve.position);
		rs_ring_commit(&held);
		reading_look(&reading);
		CHECK_EQUAL(set.consumers[0].read_pos, set.pages[0].reserve.position);
		reading_finish(&reading, 0);
		CHECK_EQUAL(reading.row_count, 10);
		CHECK_EQUAL(reading.rings[0].late, 1);
		CHECK_EQUAL(reading.rings[0].abandoned, 1);
		CHECK_EQUAL(reading.rings[0].pending, 0);
		reading_end(&reading);
		rings_drop(&set);
	}
}

TEST("a ring behind a writer that stands still fills up and refuses, and goes on when the writer has left its entry")
{
	FOR_BOTH_ORDERS {
		rs_claim_t claim;
		make(1);
		begin(STALL_MS);
		const rs_claim_t held = stand_still(0);
		look_for_a_while();
		uint32_t taken = 0;
		while (rings_begin(&set, 0, NULL, 8, &claim) == RS_OK) {
			rs_ring_commit(&claim);
			REQUIRE(taken++ < 100);
			reading_look(&reading);
		}
		CHECK_EQUAL(taken, 63);
		rs_ring_discard(&held);
		reading_look(&reading);
		rings_put(&set, 0, 8);
		reading_finish(&reading, 0);
		CHECK_EQUAL(reading.row_count, 64);
		CHECK_EQUAL(reading.rings[0].late, 1);
		CHECK_EQUAL(reading.rings[0].lost_full, 1);
		reading_end(&reading);
		rings_drop(&set);
	}
}

TEST("at most sixteen entries of a ring are passed at once: the next one holds up the order")
{
	order = RS_ORDER_INDEX;
	make(1);
	begin(STALL_MS);
	rs_claim_t held[RS_PASSED_MAX + 1];
	for (uint32_t n = 0; n <= RS_PASSED_MAX; n++)
		held[n] = stand_still(0);
	rings_put(&set, 0, 8);
	for (uint32_t n = 0; n <= RS_PASSED_MAX; n++) {
		look_for_a_while();
		if (reading.rings[0].stalled == RS_PASSED_MAX)
			break;
	}
	look_for_a_while();
	CHECK_EQUAL(reading.rings[0].stalled, RS_PASSED_MAX);
	CHECK_EQUAL(reading.row_count, 0);
	/* In any order. */
	rs_ring_commit(&held[7]);
	look_for_a_while();
	CHECK_EQUAL(reading.rings[0].stalled, RS_PASSED_MAX + 1);
	CHECK_EQUAL(reading.row_count, 1);
	CHECK_EQUAL(set.consumers[0].read_pos, 0);
	for (uint32_t n = 0; n <= RS_PASSED_MAX; n++)
		if (n != 7)
			rs_ring_commit(&held[n]);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].late, RS_PASSED_MAX + 1);
	CHECK_EQUAL(set.consumers[0].read_pos, set.pages[0].reserve.position);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("the next reader knows what was passed: a late commit is late to it too")
{
	FOR_BOTH_ORDERS {
		make(1);
		begin(STALL_MS);
		const rs_claim_t first = stand_still(0);
		rings_put(&set, 0, 8);
		const rs_claim_t second = stand_still(0);
		rings_put(&set, 0, 8);
		look_for_a_while();
		look_for_a_while();
		CHECK_EQUAL(reading.row_count, 2);
		reading_end(&reading);
		rs_ring_commit(&second);
		begin(STALL_MS);
		reading_look(&reading);
		CHECK_EQUAL(reading.rings[0].late, 1);
		CHECK_EQUAL(set.consumers[0].read_pos, 0);
		rs_ring_commit(&first);
		reading_finish(&reading, 0);
		CHECK_EQUAL(reading.row_count, 0);
		CHECK_EQUAL(reading.rings[0].late, 2);
		CHECK_EQUAL(reading.rings[0].attempts, 0);
		CHECK_EQUAL(set.consumers[0].read_pos, set.pages[0].reserve.position);
		reading_end(&reading);
		rings_drop(&set);
	}
}

TEST("while one ring stands still the others drain into memory, many laps, and come out in order")
{
	FOR_BOTH_ORDERS {
		make(2);
		begin(NEVER_MS);
		const rs_claim_t held = stand_still(0);
		for (uint32_t n = 0; n < 2000; n++) {
			rs_claim_t claim;
			if (rings_begin(&set, 1, NULL, n % 300, &claim) == RS_OK)
				rs_ring_commit(&claim);
			else
				break;
			reading_look(&reading);
		}
		CHECK_EQUAL(reading.row_count, 0);
		CHECK_EQUAL(set.pages[1].lost_full, 0);
		CHECK(reading.capture->reorder.bytes > 20 * 4096);
		CHECK_EQUAL(reading.rings[1].pending, 2000);
		rs_ring_commit(&held);
		reading_look(&reading);
		reading_finish(&reading, 0);
		CHECK_EQUAL(reading.row_count, 2001);
		CHECK_EQUAL(reading.rows[0].processor, 0);
		CHECK_EQUAL(reading.capture->reorder.bytes, 0);
		reading_end(&reading);
		rings_drop(&set);
	}
}

TEST("memory for the order that is full lets the rings fill: nothing is lost uncounted")
{
	FOR_BOTH_ORDERS {
		make(2);
		begin(NEVER_MS);
		rs_reorder_fini(&reading.capture->reorder);
		REQUIRE_EQUAL(rs_reorder_init(&reading.capture->reorder, 1), RS_OK); /* one chunk: 1 MiB */
		const rs_claim_t held = stand_still(0);
		uint32_t refused = 0;
		for (uint32_t n = 0; n < 6000; n++) {
			rs_claim_t claim;
			if (rings_begin(&set, 1, NULL, 200, &claim) == RS_OK)
				rs_ring_commit(&claim);
			else
				refused++;
			reading_look(&reading);
		}
		CHECK(refused > 1000);
		CHECK(refused < 2500);
		rs_ring_commit(&held);
		reading_finish(&reading, 0);
		CHECK_EQUAL(reading.row_count, 6001 - refused);
		CHECK_EQUAL(reading.rings[1].lost_full, refused);
		reading_end(&reading);
		rings_drop(&set);
	}
}

TEST("what a reader had copied when it died is unstored to the next one")
{
	FOR_BOTH_ORDERS {
		make(2);
		begin(NEVER_MS);
		const rs_claim_t held = stand_still(0);
		for (uint32_t n = 0; n < 500; n++) {
			rings_put(&set, 1, 100);
			reading_look(&reading);
		}
		const uint64_t copied = reading.capture->rings[1].copied;
		CHECK(copied > 400);
		reading_end(&reading);
		rs_ring_commit(&held);
		begin(NEVER_MS);
		CHECK_EQUAL(reading.capture->start_unstored, copied);
		reading_finish(&reading, 0);
		CHECK_EQUAL(reading.row_count, 501 - copied);
		CHECK_EQUAL(reading.rings[1].unstored, copied);
		reading_end(&reading);
		rings_drop(&set);
	}
}

/* A process that has ended. */
static uint32_t dead_process(void)
{
#ifdef _WIN32
	STARTUPINFOA startup = {.cb = sizeof(startup)};
	PROCESS_INFORMATION child;
	char command[] = "cmd.exe /c exit";
	REQUIRE(CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &child));
	WaitForSingleObject(child.hProcess, INFINITE);
	CloseHandle(child.hThread);
	CloseHandle(child.hProcess);
	return child.dwProcessId;
#else
	const pid_t child = fork();
	if (child == 0)
		_exit(0);
	REQUIRE(child > 0);
	waitpid(child, NULL, 0);
	return (uint32_t)child;
#endif
}

/* What a dead writer only meant to reserve, somebody without a record may have reserved. Returns what was freed of it. */
static uint64_t freed_of_dead_claim(int is_deep, int is_unlisted)
{
	make(1);
	begin(NEVER_MS);
	const uint32_t pid = dead_process();
	set.intents[1].owner_start = 1;
	store_u64_release(&set.intents[1].owner, (uint64_t)pid << 32);
	const rs_claim_t held = rings_hold(&set, 0, set.intents[1].records, 8);
	(void)held;
	store_u64_relaxed(&set.intents[9].deep_writes, (uint64_t)is_deep);
	store_u64_relaxed(&((rs_shared_page_t *)(void *)(set.file.bytes + set.file.header.shared_off))->unlisted_writers,
			  (uint64_t)is_unlisted);
	rings_put(&set, 0, 8);
	look_for_a_while();
	const uint64_t freed = set.consumers[0].read_pos;
	CHECK_EQUAL(reading.row_count, freed ? 1 : 0);
	reading_end(&reading);
	rings_drop(&set);
	return freed;
}

TEST("a dead writer's claim frees nothing while somebody who lives writes without a record")
{
	order = RS_ORDER_INDEX;
	CHECK(freed_of_dead_claim(0, 0) != 0);
	CHECK_EQUAL(freed_of_dead_claim(1, 0), 0);
	CHECK_EQUAL(freed_of_dead_claim(0, 1), 0);
}

static int is_any_blocked(void)
{
	for (uint32_t n = 0; n < reading.ring_count; n++)
		if (reading.capture->rings[n].scanned != load_u64_acquire(&set.pages[n].reserve.position))
			return 1;
	return 0;
}

static uint32_t joined; /* the thread that a test waits for */

/* Joins a thread that has put its number into `joined`. The system may show it for a while after that, and who is shown is alive. */
static void join_and_see_it_gone(pthread_t thread)
{
	REQUIRE_EQUAL(pthread_join(thread, NULL), 0);
#ifndef _WIN32
	char path[64];
	snprintf(path, sizeof(path), "/proc/self/task/%u", joined);
	for (uint32_t n = 0; access(path, F_OK) == 0; n++) {
		REQUIRE(n < 6000);
		rs_sleep_ns(10000000);
	}
#endif
}

static void *end_inside(void *argument)
{
	rs_slot_t slot;
	(void)argument;
	joined = rs_host_thread_id();
	REQUIRE_EQUAL(rs_reserve(RS_INFO, RS_KIND_DATA, 0, 0, 8, &slot), RS_OK);
	/* Its destructors run, its process lives. */
	pthread_exit(NULL);
	return NULL; /* for compilers that do not know that it is not reached */
}

TEST("a thread that ends inside an entry counts as dead while its process lives")
{
	pthread_t thread;
	char message[512];
	order = RS_ORDER_INDEX;
	rings_make(&set, &(rs_plan_t){.ring_count = rs_host_processors() < RINGS_MAX ? rs_host_processors() : RINGS_MAX,
				      .ring_bytes = 4096, .intent_count = 16});
	REQUIRE_EQUAL(rs_open(set.path, message, sizeof(message)), RS_OK);
	REQUIRE_EQUAL(pthread_create(&thread, NULL, end_inside, NULL), 0);
	join_and_see_it_gone(thread);
	begin(USUAL_MS); /* of patience for those who live */
	do {
		reading_look(&reading);
		rs_sleep_ns(10000000);
	} while (is_any_blocked());
	reading_finish(&reading, 0);
	uint64_t abandoned = 0, stalled = 0, pending = 0;
	for (uint32_t n = 0; n < reading.ring_count; n++) {
		abandoned += reading.rings[n].abandoned;
		stalled += reading.rings[n].stalled;
		pending += reading.rings[n].pending;
	}
	CHECK_EQUAL(abandoned, 1);
	CHECK_EQUAL(stalled, 0);
	CHECK_EQUAL(pending, 0);
	reading_end(&reading);
	rs_close();
	rings_drop(&set);
}

static __thread jmp_buf out;
static __thread int is_leaving;

/* As a handler does that interrupts a write just here and leaves by siglongjmp. */
static void leave_write(const char *step)
{
	if (is_leaving && strcmp(step, "reserve:marked") == 0) {
		is_leaving = 0;
		longjmp(out, 1);
	}
}

static pthread_barrier_t moment;

static void *leave_and_go_on(void *argument)
{
	(void)argument;
	joined = rs_host_thread_id();
	if (setjmp(out) == 0) {
		is_leaving = 1;
		(void)rs_send(1, ~1u, NULL, 0);
	}
	for (uint32_t n = 2; n < 12; n++)
		CHECK_EQUAL(rs_send(n, ~n, NULL, 0), RS_OK);
	pthread_barrier_wait(&moment);
	pthread_barrier_wait(&moment);
	return NULL;
}

TEST("a handler that leaves a write by longjmp costs that entry; the thread logs on, and the space is free when it has ended")
{
	pthread_t thread;
	char message[512];
	rings_make(&set, &(rs_plan_t){.ring_count = 1, .ring_bytes = 4096, .intent_count = 16});
	REQUIRE_EQUAL(rs_open(set.path, message, sizeof(message)), RS_OK);
	begin(STALL_MS);
	REQUIRE_EQUAL(pthread_barrier_init(&moment, NULL, 2), 0);
	rs_test_point_hook = leave_write;
	REQUIRE_EQUAL(pthread_create(&thread, NULL, leave_and_go_on, NULL), 0);
	pthread_barrier_wait(&moment);
	rs_test_point_hook = NULL;
	look_for_a_while();
	CHECK_EQUAL(reading.row_count, 10);
	CHECK_EQUAL(reading.rings[0].stalled, 1);
	CHECK_EQUAL(set.consumers[0].read_pos, 0);
	pthread_barrier_wait(&moment);
	join_and_see_it_gone(thread);
	look_for_a_while();
	CHECK_EQUAL(set.consumers[0].read_pos, set.pages[0].reserve.position);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.rings[0].abandoned, 1);
	CHECK_EQUAL(reading.rings[0].late, 0);
	pthread_barrier_destroy(&moment);
	reading_end(&reading);
	rs_close();
	rings_drop(&set);
}
