/* SPDX-License-Identifier: MIT */
/* life_cases.c - a set's life: made, started, stopped, reset, gone; what a producer notices of it. */
#include "device_case.h"

#define LIVES 100

static rs_device_plain_t plain = {.size = sizeof(plain)};

static void only_a_started_set_takes_entries(void)
{
	const int file = open_new_set(TEST_SET);

	say(10);
	expect(count_attempts(file) == 0, "a set that nobody started took %llu attempts", (unsigned long long)count_attempts(file));
	expect_call(0, file, RS_IOC_START, &plain);
	expect_call(0, file, RS_IOC_START, &plain);
	expect(describe_set(file).is_started, "it does not say that it is started");
	say(10);
	expect(count_attempts(file) == 10, "%llu attempts, expected 10", (unsigned long long)count_attempts(file));
	expect_call(0, file, RS_IOC_STOP, &plain);
	expect_call(0, file, RS_IOC_STOP, &plain);
	say(10);
	expect(count_attempts(file) == 10, "a stopped set went on to %llu", (unsigned long long)count_attempts(file));
	expect_call(0, file, RS_IOC_START, &plain);
	say(10);
	expect(count_attempts(file) == 20, "%llu attempts after the second start", (unsigned long long)count_attempts(file));
	remove_set(file);
	say(10);
}

static void reset_is_a_new_set(void)
{
	const int file = open_new_set(TEST_SET);
	const rs_device_describe_t before = describe_set(file);

	expect_call(0, file, RS_IOC_START, &plain);
	say(10);
	expect_call(0, file, RS_IOC_RESET, &plain);
	const rs_device_describe_t after = describe_set(file);

	expect(memcmp(before.set_id, after.set_id, sizeof(before.set_id)) != 0, "a reset set kept its identity");
	expect(count_attempts(file) == 0, "a reset set has %llu attempts", (unsigned long long)count_attempts(file));
	expect(after.is_started, "a reset set is not started any more");
	say(7);
	expect(count_attempts(file) == 7, "%llu attempts after the reset, expected 7", (unsigned long long)count_attempts(file));
	remove_set(file);
}

static void ephemeral_goes_with_the_last_file(void)
{
	rs_device_make_t plan = make_plan(TEST_SET);
	rs_device_select_t select = {.size = sizeof(select), .name = TEST_SET};
	const int maker = open_device();

	plan.flags = RS_MAKE_EPHEMERAL;
	expect_call(0, maker, RS_IOC_MAKE, &plan);
	expect_call(0, maker, RS_IOC_START, &plain);
	const int other = open_set(TEST_SET);

	close_device(maker);
	expect(describe_set(other).is_ephemeral, "it does not say that it is ephemeral");
	say(3);
	expect(count_attempts(other) == 3, "it took %llu attempts, expected 3", (unsigned long long)count_attempts(other));
	volatile uint64_t *const half = map_producer(other, PROT_READ);
	const uint64_t bytes = describe_set(other).consumer_off;

	close_device(other);
	expect(half[0] == RS_ABI_MAGIC, "its pages went while they were mapped");
	unmap((void *)(uintptr_t)half, bytes);
	const int late = open_device();

	expect_call(ENOENT, late, RS_IOC_SELECT, &select);
	say(3);
	expect(ask_version().memory_used == 0, "%llu bytes are still used", (unsigned long long)ask_version().memory_used);
	close_device(late);
}

/* Two files, two sets: neither's entries come into the other's. */
static void sets_are_apart(void)
{
	const int mine = open_new_set(TEST_SET);
	const int other = open_new_set("other");

	expect_call(0, mine, RS_IOC_START, &plain);
	expect_call(0, other, RS_IOC_START, &plain);
	say(5);
	expect(count_attempts(mine) == 5 && count_attempts(other) == 0, "%llu and %llu attempts, expected 5 and 0",
	       (unsigned long long)count_attempts(mine), (unsigned long long)count_attempts(other));
	const rs_device_describe_t described = describe_set(mine);
	rs_device_describe_t second = {.size = sizeof(second), .flags = RS_DESCRIBE_NTH, .number = 1};

	expect_call(0, mine, RS_IOC_DESCRIBE, &second);
	expect(strcmp(described.name, TEST_SET) == 0 && strcmp(second.name, "other") == 0, "sets are called %s and %s", described.name,
	       second.name);
	second.number = 2;
	expect_call(ENOENT, mine, RS_IOC_DESCRIBE, &second);
	remove_set(other);
	remove_set(mine);
}

static void counters_tell_no_lie(void)
{
	const int file = open_new_set(TEST_SET);
	rs_device_ring_t rings[RINGS_MAX];

	expect_call(0, file, RS_IOC_START, &plain);
	/* Far more than 64 KiB hold, and nobody reads. */
	say(3000);
	const rs_device_snapshot_t snapshot = take_snapshot(file, rings);
	uint64_t attempts = 0, full = 0;

	for (uint32_t n = 0; n < snapshot.ring_count; n++) {
		attempts += rings[n].attempts;
		full += rings[n].lost_full;
		expect(rings[n].position <= 65536, "ring %u of 64 KiB is filled up to %llu", n, (unsigned long long)rings[n].position);
	}
	expect(attempts == 3000, "%llu attempts, expected 3000", (unsigned long long)attempts);
	expect(snapshot.next_index == attempts - full, "%llu indexes for %llu attempts of which %llu were refused",
	       (unsigned long long)snapshot.next_index, (unsigned long long)attempts, (unsigned long long)full);
	expect(full > 1000, "only %llu of 3000 were refused by rings of 64 KiB", (unsigned long long)full);
	remove_set(file);
}

static void live_once(void)
{
	const int file = open_new_set(TEST_SET);
	const uint64_t bytes = describe_set(file).consumer_off;

	expect_errno(0, start_set(file), "RS_IOC_START");
	expect_errno(0, claim_set(file), "RS_IOC_CLAIM");
	void *const half = map_producer(file, PROT_READ);

	expect(half != MAP_FAILED, "map: %s", strerror(errno));
	say(20);
	unmap(half, bytes);
	remove_mapped_set(file);
}

static void sets_leave_nothing_behind(void)
{
	expect_no_leak(live_once, LIVES);
}

const struct device_case life_cases[] = {
	{"only a started set takes entries; starting and stopping twice is as good as once", only_a_started_set_takes_entries},
	{"a reset set is empty, has a new identity and goes on", reset_is_a_new_set},
	{"an ephemeral set goes with the last file that selected it", ephemeral_goes_with_the_last_file},
	{"entries of one set come into no other", sets_are_apart},
	{"a full ring refuses and counts each refusal", counters_tell_no_lie},
	{"a hundred sets leave no memory behind", sets_leave_nothing_behind},
	{0},
};
