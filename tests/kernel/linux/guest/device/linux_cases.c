/* SPDX-License-Identifier: MIT */
/* linux_cases.c - what only Linux has of calls: addresses in structures, numbers that say a direction, sources. */
#include "every_call.h"

#define LAST_CALL 12u

static void bad_addresses(void)
{
	const int file = open_new_set("calls");
	uint8_t *const two = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *const wrong[] = {NULL, (void *)8, (void *)0xffff888000000000, (void *)0xffffffff81000000, (void *)-8, two + 4096 - 4};

	expect(two != MAP_FAILED && munmap(two + 4096, 4096) == 0, "make a page with nothing behind it: %s", strerror(errno));
	for (size_t n = 0; every_call[n].name; n++) {
		const uint32_t size = every_call[n].size;

		/* The size can be read, what follows it cannot. */
		memcpy(two + 4096 - 4, &size, sizeof(size));
		for (size_t k = 0; k < sizeof(wrong) / sizeof(*wrong); k++)
			expect_refusal(file, &every_call[n], wrong[k], EFAULT, "a bad address");
	}
	rs_device_snapshot_t snapshot = {.size = sizeof(snapshot), .rings = 0xffff888000000000, .ring_count = RS_RING_COUNT_MAX};

	expect_call(EFAULT, file, RS_IOC_SNAPSHOT, &snapshot);
	rs_device_control_t control = {.size = sizeof(control), .changes = 0xffff888000000000, .count = 1};

	expect_call(EFAULT, file, RS_IOC_CONTROL, &control);
	munmap(two, 4096);
	remove_set(file);
}

static void unknown_numbers(void)
{
	const int file = open_device();
	union any_call argument;

	for (unsigned number = 0; number < 256; number++) {
		if (number >= 1 && number <= LAST_CALL)
			continue;
		memset(&argument, 0, sizeof(argument));
		argument.size = sizeof(rs_device_plain_t);
		expect_errno(ENOTTY, call(file, _IOC(_IOC_READ | _IOC_WRITE, 'R', number, 8), &argument), "an unknown number");
		/* Another driver's number that happens to be ours. */
		expect_errno(ENOTTY, call(file, _IOC(_IOC_READ | _IOC_WRITE, 'Q', number, 8), &argument), "another type");
	}
	for (size_t n = 0; every_call[n].name; n++) {
		memset(&argument, 0, sizeof(argument));
		argument.size = every_call[n].size;
		expect_errno(ENOTTY, call(file, _IOC(_IOC_READ, 'R', n + 1, every_call[n].size), &argument), "another direction");
	}
	close(file);
}

static void too_few_rings_are_told(void)
{
	const int file = open_new_set("snapshot");
	const uint32_t count = describe_set(file).ring_count;
	rs_device_snapshot_t snapshot = {.size = sizeof(snapshot)};

	expect_call(ENOSPC, file, RS_IOC_SNAPSHOT, &snapshot);
	expect(snapshot.ring_count == count, "it says %u rings, there are %u", snapshot.ring_count, count);
	remove_set(file);
}

static void sources_that_cannot_be(void)
{
	const int file = open_new_set("sources");
	rs_device_sources_t sources = {.size = sizeof(sources), .sources = UINT64_C(1) << 63};

	expect_call(EINVAL, file, RS_IOC_SOURCES, &sources);
	sources.sources = RS_SOURCE_KMSG;
	expect_call(ENODEV, file, RS_IOC_SOURCES, &sources);
	remove_set(file);
	expect_call(EACCES, open_device_for_reading(), RS_IOC_SOURCES, &sources);
}

static void too_many_rules(void)
{
	static rs_rule_t rules[RS_CONTROL_MAX + 1];
	const int file = open_new_set("rules");
	rs_device_control_t control = {.size = sizeof(control), .changes = (uintptr_t)rules, .count = RS_CONTROL_MAX + 1};

	expect_call(E2BIG, file, RS_IOC_CONTROL, &control);
	remove_set(file);
}

/* Not only its open file: what is unmapped is left at once. */
static void left_when_unmapped(void)
{
	const int file = open_new_set("left");
	const int other = open_new_set("other");
	rs_device_select_t select = {.size = sizeof(select), .name = "other"};

	unmap(map_producer(file, PROT_READ), describe_set(file).consumer_off);
	expect_call(0, file, RS_IOC_SELECT, &select);
	close_device(file);
	remove_set(other);
}

static void nothing_selected_is_not_mapped(void)
{
	const int file = open_device();

	expect(mmap(NULL, RS_PAGE_BYTES, PROT_READ, MAP_SHARED, file, 0) == MAP_FAILED, "a file without a set was mapped");
	close_device(file);
}

const struct device_case linux_cases[] = {
	{"every call refuses an address that is not the program's with EFAULT", bad_addresses},
	{"unknown numbers, types and directions are refused with ENOTTY", unknown_numbers},
	{"a snapshot into too few rings says how many there are", too_few_rings_are_told},
	{"sources that cannot be are refused", sources_that_cannot_be},
	{"more rules than a call may bring are refused with E2BIG", too_many_rules},
	{"a file can select another set as soon as it has unmapped the first", left_when_unmapped},
	{"a file that has selected no set is not mapped", nothing_selected_is_not_mapped},
	{0},
};
