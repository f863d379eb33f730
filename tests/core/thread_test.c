/* SPDX-License-Identifier: MIT */
/*
 * thread_test.c - threads, processes and handlers as writers: their first use, their place in the intent table, their end.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>

#include "killing.h"
#include "reading.h"

#define THREADS 8u

static rings_t set;
static reading_t reading;

/* What a program opened stays mapped until it ends: a thread may be inside of it. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:rs_open\n";
}

/* Makes rings and logs into them from this process. */
static void make_open(uint32_t rings, uint32_t intents)
{
	char message[512];
	rings_make(&set, &(rs_plan_t){.ring_count = rings, .ring_bytes = 1u << 16, .intent_count = intents});
	REQUIRE_EQUAL(rs_open(set.path, message, sizeof(message)), RS_OK);
}

static void drop_open(void)
{
	rs_close();
	rings_drop(&set);
}

static void send(uint32_t type)
{
	uint8_t payload[24];
	for (uint32_t n = 0; n < sizeof(payload); n++)
		payload[n] = payload_byte(type, n);
	CHECK_EQUAL(rs_send(type, ~type, payload, sizeof(payload)), RS_OK);
}

static uint32_t slots_of(uint32_t pid)
{
	uint32_t slots = 0;
	for (uint32_t n = 0; n < set.file.header.intent_count; n++)
		slots += load_u64_acquire(&set.intents[n].owner) >> 32 == pid;
	return slots;
}

static void run_threads(uint32_t count, void *(*run)(void *))
{
	pthread_t threads[THREADS];
	REQUIRE(count <= THREADS);
	for (uintptr_t n = 0; n < count; n++)
		REQUIRE_EQUAL(pthread_create(&threads[n], NULL, run, (void *)n), 0);
	for (uint32_t n = 0; n < count; n++)
		REQUIRE_EQUAL(pthread_join(threads[n], NULL), 0);
}

/* --- calls that log nothing ---------------------------------------------------------------------------------------- */

TEST("calls of a program that is not recorded, and calls with bad arguments, say so and log nothing")
{
	rs_slot_t slot;
	CHECK(!rs_is_open());
	CHECK_EQUAL(rs_send(1, 2, "x", 1), RS_NOT_OPEN);
	CHECK_EQUAL(rs_log(RS_INFO, "x"), RS_NOT_OPEN);
	CHECK_EQUAL(rs_reserve(RS_INFO, RS_KIND_DATA, 0, 0, 8, &slot), RS_NOT_OPEN);
	make_open(1, 4);
	CHECK(rs_is_open());
	CHECK_EQUAL(rs_send(1, 2, NULL, 1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_send(1, 2, NULL, 0), RS_OK);
	CHECK_EQUAL(rs_write(0, RS_KIND_TEXT, 0, 0, "x", 1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_write(RS_FATAL + 1, RS_KIND_TEXT, 0, 0, "x", 1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_write(RS_FATAL, RS_KIND_EVENT, 0, 0, "x", 1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(rs_reserve(RS_INFO, RS_KIND_DATA, 0, 0, 8, NULL), RS_BAD_ARGUMENT);
	const char *volatile no_format = NULL;
	CHECK_EQUAL(rs_log(RS_INFO, no_format, 1), RS_BAD_ARGUMENT);
	CHECK_EQUAL(set.pages[0].reserve.attempts, 1);
	rs_close();
	CHECK(!rs_is_open());
	CHECK_EQUAL(rs_send(1, 2, "x", 1), RS_NOT_OPEN);
	rings_drop(&set);
}

/* --- the first use ---------------------------------------------------------------------------------------------------- */

static void log_in_handler(int number)
{
	send((uint32_t)number);
}

static void *be_interrupted_first(void *argument)
{
	(void)argument;
	raise(SIGUSR1);
	CHECK_EQUAL(slots_of((uint32_t)getpid()), 1);
	send(1000);
	CHECK_EQUAL(slots_of((uint32_t)getpid()), 1);
	return NULL;
}

TEST("the first use of a thread may be in a signal handler")
{
	make_open(1, 8);
	signal(SIGUSR1, log_in_handler);
	run_threads(1, be_interrupted_first);
	signal(SIGUSR1, SIG_DFL);
	CHECK_EQUAL(slots_of((uint32_t)getpid()), 0);
	reading_all(&reading, &set, 0);
	REQUIRE_EQUAL(reading.row_count, 2);
	CHECK_EQUAL(reading.rows[0].type, SIGUSR1);
	CHECK_EQUAL(reading.rows[1].type, 1000);
	CHECK_EQUAL(reading.rows[0].pid, getpid());
	drop_open();
}

/* --- processors and depth ------------------------------------------------------------------------------------------------ */

static void *log_on_each_processor(void *argument)
{
	const uint32_t thread = (uint32_t)(uintptr_t)argument;
	for (uint32_t n = 0; n < 40; n++) {
		cpu_set_t one;
		CPU_ZERO(&one);
		CPU_SET((n + thread) % rs_host_processors(), &one);
		(void)sched_setaffinity(0, sizeof(one), &one);
		send(thread * 1000 + n);
	}
	return NULL;
}

TEST("processors for which there is no ring share the rings that are there")
{
	make_open(1, 16);
	run_threads(4, log_on_each_processor);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 160);
	CHECK_EQUAL(reading.rings[0].read, 160);
	drop_open();
}

static uint64_t deep_writes(void)
{
	uint64_t sum = 0;
	for (uint32_t n = 0; n < set.file.header.intent_count; n++)
		sum += set.intents[n].deep_writes;
	return sum;
}

TEST("entries may be reserved inside of entries, deeper than there are records, and end in reverse order")
{
	rs_slot_t slots[RS_INTENT_DEPTH + 3];
	make_open(1, 4);
	for (uint32_t n = 0; n < RS_INTENT_DEPTH + 3; n++) {
		REQUIRE_EQUAL(rs_reserve(RS_INFO, RS_KIND_DATA, n, ~n, 8, &slots[n]), RS_OK);
		CHECK_EQUAL(slots[n].length, 8);
		/* A reader can tell that there are more than the records say. */
		CHECK_EQUAL(deep_writes(), n < RS_INTENT_DEPTH ? 0 : n + 1 - RS_INTENT_DEPTH);
		CHECK_EQUAL((uintptr_t)slots[n].payload % 8, 0);
		for (uint32_t at = 0; at < 8; at++)
			((uint8_t *)slots[n].payload)[at] = payload_byte(n, at);
	}
	for (uint32_t n = RS_INTENT_DEPTH + 3; n > 0; n--) {
		if (n % 2)
			rs_commit(&slots[n - 1]);
		else
			rs_discard(&slots[n - 1]);
	}
	CHECK_EQUAL(deep_writes(), 0);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 4);
	CHECK_EQUAL(reading.rings[0].discarded, 3);
	drop_open();
}

/* The record that a write uses tells the depth at which its thread stands. */
static int is_first_record_used(uint32_t slot)
{
	const uint64_t before = set.pages[0].reserve.position;
	send(0);
	return load_u64_relaxed(&set.intents[slot].records[0].position) == before;
}

static uint32_t own_slot(void)
{
	uint32_t slot = 0;
	while (slot + 1 < set.file.header.intent_count && set.intents[slot].owner >> 32 != (uint32_t)getpid())
		slot++;
	return slot;
}

TEST("a refused write leaves its thread at the depth where it was")
{
	rs_slot_t slot;
	make_open(1, 4);
	send(0);
	for (uint32_t n = 0; n < 10; n++) {
		CHECK_EQUAL(rs_reserve(RS_INFO, RS_KIND_DATA, 0, 0, 1 << 20, &slot), RS_TOO_BIG);
		CHECK(is_first_record_used(own_slot()));
	}
	drop_open();
}

/* --- the intent table ------------------------------------------------------------------------------------------------------ */

static void *log_many(void *argument)
{
	const uint32_t thread = (uint32_t)(uintptr_t)argument;
	for (uint32_t n = 0; n < 60; n++)
		send(thread * 1000 + n);
	return NULL;
}

static void check_each_in_order(uint32_t threads)
{
	uint32_t next[THREADS] = {0};
	for (uint32_t n = 0; n < reading.row_count; n++) {
		const uint32_t thread = reading.rows[n].type / 1000;
		REQUIRE(thread < THREADS);
		CHECK_EQUAL(reading.rows[n].type % 1000, next[thread]++);
	}
	for (uint32_t n = 0; n < threads; n++)
		CHECK_EQUAL(next[n], 60);
}

TEST("threads for which the intent table has no slot log all the same")
{
	make_open(2, 1);
	run_threads(THREADS, log_many);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 60 * THREADS);
	check_each_in_order(THREADS);
	CHECK_EQUAL(slots_of((uint32_t)getpid()), 0);
	drop_open();
}

static void *log_once(void *argument)
{
	send((uint32_t)(uintptr_t)argument);
	CHECK_EQUAL(slots_of((uint32_t)getpid()), 1);
	return NULL;
}

static uint64_t unlisted_writers(void)
{
	return load_u64_relaxed(&((const rs_shared_page_t *)(const void *)set.next_index)->unlisted_writers);
}

TEST("a thread that ends leaves its slot to the next one, and no table fills up by that")
{
	make_open(1, 2);
	for (uint32_t n = 0; n < 30; n++) {
		run_threads(1, log_once);
		CHECK_EQUAL(slots_of((uint32_t)getpid()), 0);
	}
	CHECK_EQUAL(unlisted_writers(), 0);
	drop_open();
}

static pthread_key_t farewell;

static void log_farewell(void *value)
{
	send((uint32_t)(uintptr_t)value);
}

static void *log_at_the_end(void *argument)
{
	pthread_setspecific(farewell, (void *)777);
	send(1);
	return argument;
}

TEST("a thread may log while it ends, and takes no slot with it")
{
	make_open(1, 4);
	REQUIRE_EQUAL(pthread_key_create(&farewell, log_farewell), 0);
	run_threads(1, log_at_the_end);
	CHECK_EQUAL(slots_of((uint32_t)getpid()), 0);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 2);
	pthread_key_delete(farewell);
	drop_open();
}

/* --- other processes ---------------------------------------------------------------------------------------------------------- */

static void open_here(void)
{
	char message[512];
	REQUIRE_EQUAL(rs_open(set.path, message, sizeof(message)), RS_OK);
}

static uint32_t taken_slots(void)
{
	uint32_t slots = 0;
	for (uint32_t n = 0; n < set.file.header.intent_count; n++)
		slots += set.intents[n].owner != 0;
	return slots;
}

TEST("the slot of a killed process is kept until a reader has passed what it left behind, then it is free")
{
	static const struct {
		const char *step;
		uint32_t length;
		int is_at_end;
	} deaths[] = {
		{"reserve:swapped", 40, 0}, {"reserve:marked", 40, 0},	{"commit:begin", 40, 0},   {"reserve:swapped", 440, 1},
		{"reserve:padded", 440, 1}, {"reserve:marked", 440, 1}, {"reserve:indexed", 440, 1},
	};
	for (uint32_t n = 0; n < sizeof(deaths) / sizeof(deaths[0]); n++) {
		const unsigned complaints = check.complaints;
		rings_make_small(&set, 1);
		/* A living process keeps the dead one's entry from being given up without its record. */
		rings_enter(&set, 9, (uint32_t)getpid());
		for (uint32_t entry = 0; deaths[n].is_at_end && entry < 8; entry++)
			rings_put(&set, 0, entry < 7 ? 456 : 8);
		reading_all(&reading, &set, 0);
		kill_writer((killing_t){.set = &set, .step = deaths[n].step, .length = deaths[n].length});
		CHECK_EQUAL(taken_slots(), 2);
		open_here();
		CHECK_EQUAL(taken_slots(), 2);
		/* One look passes the padding, and then waits for a while whether the writer comes back. */
		reading_begin(&reading, &set);
		reading_look(&reading);
		reading_end(&reading);
		open_here();
		CHECK_EQUAL(taken_slots(), 2);
		reading_all(&reading, &set, 0);
		CHECK_EQUAL(reading.rings[0].abandoned, 1);
		CHECK_EQUAL(reading.rings[0].pending, 0);
		open_here();
		CHECK_EQUAL(taken_slots(), 1);
		rs_close();
		rings_drop(&set);
		if (check.complaints != complaints)
			fprintf(stderr, "    killed at %s%s\n", deaths[n].step, deaths[n].is_at_end ? ", behind a padding" : "");
	}
}

static void log_and_end(void *argument)
{
	open_here();
	send((uint32_t)(uintptr_t)argument);
	exit(check.complaints != 0);
}

TEST("a table that is full of processes that have ended has room for the next ones")
{
	rings_make_small(&set, 1);
	for (uint32_t n = 0; n < set.file.header.intent_count; n++) {
		/* No process has such a number. */
		set.intents[n].owner_start = 1;
		set.intents[n].owner = (uint64_t)(0x7f000000u + n) << 32 | 1;
	}
	for (uintptr_t n = 0; n < 3; n++)
		CHECK_EQUAL(check_in_child(log_and_end, (void *)n), 0);
	CHECK_EQUAL(unlisted_writers(), 0);
	CHECK_EQUAL(taken_slots(), 0);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 3);
	rings_drop(&set);
}

/* --- fork in the middle ------------------------------------------------------------------------------------------------------------- */

static const char *fork_at;

static void log_in_child_of(const char *step)
{
	if (!fork_at || strcmp(step, fork_at) != 0)
		return;
	fork_at = NULL;
	const pid_t child = fork();
	if (child == 0) {
		/* Another thread of another process: it begins at depth 0, in a slot of its own. */
		rs_test_point_hook = NULL;
		check.complaints = 0;
		send(500);
		CHECK(is_first_record_used(own_slot()));
		CHECK_EQUAL(slots_of((uint32_t)getpid()), 1);
		_exit(check.complaints != 0);
	}
	int status = -1;
	CHECK_EQUAL(waitpid(child, &status, 0), child);
	CHECK_EQUAL(status, 0);
}

TEST("a child that is forked in the middle of a write logs as itself, and its parent's write ends as if it were alone")
{
	static const char *steps[] = {"reserve:begin",	"reserve:loaded",  "reserve:intended", "reserve:swapped",
				      "reserve:marked", "reserve:indexed", "commit:begin",	"commit:done"};
	for (uint32_t n = 0; n < sizeof(steps) / sizeof(steps[0]); n++) {
		const unsigned complaints = check.complaints;
		make_open(1, 8);
		send(1);
		const uint64_t before = set.pages[0].reserve.attempts;
		fork_at = steps[n];
		rs_test_point_hook = log_in_child_of;
		send(2);
		rs_test_point_hook = NULL;
		CHECK(is_first_record_used(own_slot()));
		reading_all(&reading, &set, 0);
		CHECK_EQUAL(reading.row_count, 5);
		CHECK_EQUAL(set.pages[0].reserve.attempts, before + 4);
		uint32_t of_child = 0;
		for (uint32_t row = 0; row < reading.row_count; row++)
			of_child += reading.rows[row].pid != (uint32_t)getpid();
		CHECK_EQUAL(of_child, 2);
		drop_open();
		if (check.complaints != complaints)
			fprintf(stderr, "    forked at %s\n", steps[n]);
	}
}

/* --- everything at once, in memory that one checker of races sees ---------------------------------------------------------------------- */

static uint32_t writers_left;

/* Writes straight into the set's own mapping, with records of its own. */
static void *write_directly(void *argument)
{
	const uint32_t thread = (uint32_t)(uintptr_t)argument;
	rs_intent_record_t *records = set.intents[thread].records;
	for (uint32_t n = 0; n < 600; n++) {
		rs_claim_t claim;
		const uint32_t length = (n * 29 + thread * 7) % 200;
		while (rs_ring_reserve(&set.rings[(thread + n / 50) % 2], &records[0], length, &claim) != RS_OK)
			sched_yield();
		rings_fill(&set, &claim, thread * 1000 + n, length);
		if (n % 10 == 9)
			rs_ring_discard(&claim);
		else
			rs_ring_commit(&claim);
	}
	__atomic_sub_fetch(&writers_left, 1, __ATOMIC_RELEASE);
	return NULL;
}

TEST("writers and a reader of the same bytes have an order for each of them, through many laps")
{
	pthread_t threads[3];
	rings_make_small(&set, 2);
	for (uint32_t n = 0; n < 3; n++)
		rings_enter(&set, n, (uint32_t)getpid());
	reading_begin(&reading, &set);
	/* The reader maps the file for itself; here it looks at the writers' own addresses, so that a checker of races sees both. */
	rs_capture_t *capture = reading.capture;
	for (uint32_t n = 0; n < 2; n++) {
		capture->rings[n].data = set.rings[n].data;
		capture->rings[n].page = &set.pages[n];
		capture->rings[n].consumer = &set.consumers[n];
	}
	capture->next_index = set.next_index;
	capture->consumer_set = set.consumer_set;
	writers_left = 3;
	for (uintptr_t n = 0; n < 3; n++)
		REQUIRE_EQUAL(pthread_create(&threads[n], NULL, write_directly, (void *)n), 0);
	while (__atomic_load_n(&writers_left, __ATOMIC_ACQUIRE))
		reading_look(&reading);
	for (uint32_t n = 0; n < 3; n++)
		REQUIRE_EQUAL(pthread_join(threads[n], NULL), 0);
	reading_look(&reading);
	reading_finish(&reading, 0);
	CHECK_EQUAL(reading.row_count, 3 * 540);
	CHECK_EQUAL(reading.rings[0].discarded + reading.rings[1].discarded, 3 * 60);
	CHECK(reading.rings[0].wraps > 10);
	CHECK_EQUAL(reading.stats.violations, 0);
	reading_end(&reading);
	rings_drop(&set);
}
