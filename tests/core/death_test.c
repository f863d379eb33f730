/* SPDX-License-Identifier: MIT */
/*
 * death_test.c - writers that are killed at each step of a write, among others that live: nothing stalls, nothing is lost but
 * what they had not committed, and the account closes.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>

#include "killing.h"
#include "reading.h"

static rings_t set;
static reading_t reading;

static void make(uint32_t rings)
{
	rings_make_small(&set, rings);
	/* A living process that logs too: nothing may be given up only because nobody is left. */
	rings_enter(&set, 9, (uint32_t)getpid());
	rings_save(&set);
}

/* What a killed write leaves to a reader. */
static const struct {
	const char *step;
	uint32_t length; /* payload; 4000 is too big for the ring */
	int is_full, is_at_end, is_discarded;
	uint64_t attempts, read, abandoned, full, big, mixed;
} deaths[] = {
	{"reserve:begin", 40, 0, 0, 0, .attempts = 0},
	{"reserve:loaded", 40, 0, 0, 0, .attempts = 0},
	{"reserve:intended", 40, 0, 0, 0, .attempts = 0},
	{"reserve:swapped", 40, 0, 0, 0, .attempts = 1, .abandoned = 1},
	{"reserve:swapped", 440, 0, 1, 0, .attempts = 1, .abandoned = 1},
	{"reserve:padded", 440, 0, 1, 0, .attempts = 1, .abandoned = 1},
	{"reserve:marked", 40, 0, 0, 0, .attempts = 1, .abandoned = 1},
	{"reserve:marked", 440, 0, 1, 0, .attempts = 1, .abandoned = 1},
	{"reserve:indexed", 40, 0, 0, 0, .attempts = 1, .abandoned = 1},
	{"reserve:indexed", 440, 0, 1, 0, .attempts = 1, .abandoned = 1},
	{"commit:begin", 40, 0, 0, 0, .attempts = 1, .abandoned = 1},
	{"commit:done", 40, 0, 0, 0, .attempts = 1, .read = 1},
	{"discard:begin", 40, 0, 0, 1, .attempts = 1, .abandoned = 1},
	{"discard:done", 40, 0, 0, 1, .attempts = 1},
	{"refuse:counted", 40, 1, 0, 0, .attempts = 0},
	{"refuse:swapped", 40, 1, 0, 0, .attempts = 1, .full = 1},
	{"refuse:counted", 4000, 0, 0, 0, .attempts = 0},
	{"refuse:swapped", 4000, 0, 0, 0, .attempts = 1, .big = 1},
};
#define DEATHS (sizeof(deaths) / sizeof(deaths[0]))

/* Fills ring 0 up to where the death needs it and reads that. Returns how many entries there were. */
static uint32_t prepare(uint32_t n)
{
	uint32_t before = 0;
	if (deaths[n].is_at_end || deaths[n].is_full) {
		const uint32_t most = deaths[n].is_full ? 8 : 7;
		for (; before < most; before++)
			rings_put(&set, 0, 456);
	}
	if (deaths[n].is_at_end) {
		rings_put(&set, 0, 8); /* 448 bytes are left before the end of the buffer */
		before++;
	}
	return before;
}

static void die(uint32_t n)
{
	kill_writer((killing_t){
		.set = &set, .step = deaths[n].step, .length = deaths[n].length, .is_discarded = deaths[n].is_discarded});
}

TEST("a writer killed at any step costs at most its own entry, while another process lives and logs")
{
	make(1);
	for (uint32_t n = 0; n < DEATHS; n++) {
		const unsigned complaints = check.complaints;
		rings_restore(&set);
		uint32_t others = prepare(n);
		if (deaths[n].is_at_end) {
			reading_all(&reading, &set, 0);
			others = 0;
		}
		die(n);
		reading_begin(&reading, &set);
		if (deaths[n].is_full)
			reading_look(&reading);
		for (uint32_t more = 0; more < 3; more++, others++) {
			const rs_claim_t claim = rings_hold(&set, 0, set.intents[9].records, 24);
			rs_ring_commit(&claim);
		}
		reading_finish(&reading, 0);
		const rs_ring_counters_t *ring = &reading.rings[0];
		CHECK_EQUAL(ring->attempts, deaths[n].attempts + others);
		CHECK_EQUAL(ring->read, deaths[n].read + others);
		CHECK_EQUAL(ring->abandoned, deaths[n].abandoned);
		CHECK_EQUAL(ring->lost_full, deaths[n].full);
		CHECK_EQUAL(ring->too_big, deaths[n].big);
		CHECK_EQUAL(ring->discarded, deaths[n].attempts - deaths[n].read - deaths[n].abandoned - deaths[n].full - deaths[n].big);
		CHECK_EQUAL(ring->pending, 0);
		CHECK_EQUAL(ring->corrupt, 0);
		reading_end(&reading);
		if (check.complaints != complaints)
			fprintf(stderr, "    killed at %s, %u bytes%s\n", deaths[n].step, deaths[n].length,
				deaths[n].is_at_end ? ", at the end of the buffer" : "");
	}
	rings_drop(&set);
}

TEST("two writers killed side by side, each at any step, do not stall the ring")
{
	static const char *steps[] = {"reserve:intended", "reserve:swapped", "reserve:marked", "reserve:indexed", "commit:begin"};
	make(2);
	for (uint32_t first = 0; first < 5; first++) {
		for (uint32_t second = 0; second < 5; second++) {
			const unsigned complaints = check.complaints;
			rings_restore(&set);
			rings_put(&set, 0, 16);
			kill_writer((killing_t){.set = &set, .step = steps[first], .length = 40});
			kill_writer((killing_t){.set = &set, .step = steps[second], .length = 104});
			for (uint32_t n = 0; n < 2; n++)
				rings_put(&set, n, 16);
			reading_all(&reading, &set, 0);
			const int abandoned = (first > 0) + (second > 0);
			CHECK_EQUAL(reading.rings[0].abandoned + reading.rings[1].abandoned, abandoned);
			CHECK_EQUAL(reading.row_count, 3);
			CHECK_EQUAL(reading.rings[0].pending + reading.rings[1].pending, 0);
			if (check.complaints != complaints)
				fprintf(stderr, "    killed at %s, then at %s\n", steps[first], steps[second]);
		}
	}
	rings_drop(&set);
}

TEST("a writer killed together with the handler that interrupted it leaves two abandoned entries")
{
	static const char *steps[] = {"reserve:intended", "reserve:swapped", "reserve:marked", "reserve:indexed", "commit:begin"};
	make(1);
	for (uint32_t outer = 0; outer < 5; outer++) {
		for (uint32_t inner = 1; inner < 5; inner++) {
			const unsigned complaints = check.complaints;
			rings_restore(&set);
			kill_writer((killing_t){.set = &set, .again = steps[outer], .step = steps[inner], .length = 40});
			rings_put(&set, 0, 16);
			reading_all(&reading, &set, 0);
			CHECK_EQUAL(reading.rings[0].abandoned, outer > 0 ? 2 : 1);
			CHECK_EQUAL(reading.row_count, 1);
			CHECK_EQUAL(reading.rings[0].pending, 0);
			if (check.complaints != complaints)
				fprintf(stderr, "    at %s, its handler at %s\n", steps[outer], steps[inner]);
		}
	}
	rings_drop(&set);
}

TEST("entries behind a dead writer flow while the capture runs, not only at its end")
{
	make(2);
	kill_writer((killing_t){.set = &set, .step = "reserve:indexed", .length = 40});
	rings_put(&set, 0, 16);
	rings_put(&set, 1, 16);
	reading_begin(&reading, &set);
	for (uint32_t rounds = 0; reading.row_count < 2 && rounds < 2000; rounds++)
		(void)rs_drain_run(reading.capture, 1), reading_look(&reading);
	CHECK_EQUAL(reading.row_count, 2);
	reading_finish(&reading, 0);
	reading_end(&reading);
	rings_drop(&set);
}

TEST("an entry without a record is given up when every process that wrote is dead, and not before")
{
	make(1);
	rings_put(&set, 0, 16);
	(void)rings_hold(&set, 0, NULL, 40);
	rings_put(&set, 0, 16);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.rings[0].pending, 2);
	CHECK_EQUAL(reading.rings[0].abandoned, 0);
	rings_leave(&set, 9);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.rings[0].pending, 0);
	CHECK_EQUAL(reading.rings[0].abandoned, 1);
	CHECK_EQUAL(reading.row_count, 1);
	rings_drop(&set);
}

/* --- a process whose first thread has ended lives on in the others ------------------------------------------- */

static int go_on[2];

static void wait_inside(const char *step)
{
	char byte;
	if (strcmp(step, "reserve:indexed") == 0)
		while (read(go_on[0], &byte, 1) < 0)
			;
}

static void *write_in_thread(void *argument)
{
	rs_test_point_hook = wait_inside;
	write_to_death();
	_exit(argument ? 1 : 0);
}

static void run_leaderless_writer(void *argument)
{
	char message[512];
	pthread_t thread;
	(void)argument;
	close(go_on[1]);
	REQUIRE_EQUAL(rs_open(set.path, message, sizeof(message)), RS_OK);
	REQUIRE_EQUAL(pthread_create(&thread, NULL, write_in_thread, NULL), 0);
	pthread_exit(NULL);
}

static int is_zombie(pid_t pid)
{
	char path[64], line[512] = "";
	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	FILE *stat = fopen(path, "r");
	const size_t got = stat ? fread(line, 1, sizeof(line) - 1, stat) : 0;
	if (stat)
		fclose(stat);
	const char *name_end = got ? strrchr(line, ')') : NULL;
	return name_end && name_end[2] == 'Z';
}

TEST("a process whose main thread has ended while another is inside an entry is alive")
{
	int status = -1;
	rings_make_small(&set, 1);
	REQUIRE_EQUAL(pipe(go_on), 0);
	killing = (killing_t){.set = &set, .length = 40};
	fflush(NULL);
	const pid_t child = fork();
	if (child == 0) {
		run_leaderless_writer(NULL);
		_exit(1);
	}
	close(go_on[0]);
	while (!is_zombie(child) || *set.next_index == 0)
		sched_yield();
	CHECK(rs_host_process_alive((uint32_t)child, rs_host_process_start((uint32_t)child)));
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.rings[0].abandoned, 0);
	CHECK_EQUAL(reading.rings[0].pending, 1);
	close(go_on[1]);
	REQUIRE_EQUAL(waitpid(child, &status, 0), child);
	CHECK_EQUAL(status, 0);
	reading_all(&reading, &set, 0);
	CHECK_EQUAL(reading.row_count, 1);
	CHECK(!rs_host_process_alive((uint32_t)child, 0));
	rings_drop(&set);
}
