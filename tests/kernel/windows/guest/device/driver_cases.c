/* SPDX-License-Identifier: MIT */
/*
 * driver_cases.c - the driver's own life: what it reads when it is loaded, stopping, starting again.
 *
 * Last of all cases, since the last of these leaves it unable to stop.
 */
#include "device_case.h"

static void restart(void)
{
	int error = stop_driver();

	expect(error == 0, "stop the driver: error %d", error);
	error = start_driver();
	expect(error == 0, "start the driver: error %d", error);
}

static void expect_gone(void)
{
	const HANDLE file = CreateFileA(RS_DEVICE_PATH_WINDOWS, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0,
					NULL);

	expect(file == INVALID_HANDLE_VALUE, "the device of a stopped driver opens");
	expect(GetLastError() == ERROR_FILE_NOT_FOUND, "opening the device of a stopped driver gave error %lu", GetLastError());
}

/* With a set that is started, mapped a moment ago, and known to the writers' call sites. */
static void stops_and_starts(void)
{
	for (int n = 0; n < 2; n++) {
		const int file = open_new_set(TEST_SET);

		expect_errno(0, start_set(file), "RS_IOC_START");
		say(100);
		unmap(map_producer(file, PROT_READ), 0);
		close_device(file);
		int error = stop_driver();

		expect(error == 0, "stop the driver: error %d", error);
		expect_gone();
		error = start_driver();
		expect(error == 0, "start the driver: error %d", error);
		const rs_device_version_t version = ask_version();

		expect(version.set_count == 0 && version.memory_used == 0, "%u sets of %llu bytes are there after a restart",
		       version.set_count, (unsigned long long)version.memory_used);
	}
}

static void views_outlive_the_driver(void)
{
	const int file = open_new_set(TEST_SET);
	const uint64_t bytes = describe_set(file).consumer_off;
	volatile uint64_t *const half = map_producer(file, PROT_READ);

	expect(half != MAP_FAILED, "map: %s", errno_name(errno));
	close_device(file);
	restart();
	expect(half[0] == RS_ABI_MAGIC, "the pages went with the driver");
	unmap((void *)(uintptr_t)half, bytes);
}

static void memory_limit_is_read(void)
{
	rs_device_make_t plan = make_plan("limited");

	set_parameter("MemoryLimitMiB", 1);
	restart();
	expect(ask_version().memory_limit == 1u << 20, "the limit is %llu bytes, expected 1 MiB",
	       (unsigned long long)ask_version().memory_limit);
	plan.ring_bytes = 1u << 20;
	const int file = open_device();

	expect_call(ENOSPC, file, RS_IOC_MAKE, &plan);
	expect(ask_version().memory_used == 0, "%llu bytes are used by what was refused", (unsigned long long)ask_version().memory_used);
	close_device(file);
	forget_parameters();
	restart();
	expect(ask_version().memory_limit == 256u << 20, "the limit is %llu bytes without the parameter, expected 256 MiB",
	       (unsigned long long)ask_version().memory_limit);
}

static void automatic_set(void)
{
	set_parameter("AutoStart", 1);
	set_parameter("RingBytes", 8192);
	set_parameter("Mode", RS_MODE_OVERWRITE);
	restart();
	const int file = open_set("");
	const rs_device_describe_t facts = describe_set(file);

	expect(strcmp(facts.name, "default") == 0, "it is called %s", facts.name);
	expect(facts.is_started && facts.mode == RS_MODE_OVERWRITE && facts.ring_bytes == 8192,
	       "started %u, mode %u, rings of %llu bytes; expected 1, %u, 8192", facts.is_started, facts.mode,
	       (unsigned long long)facts.ring_bytes, RS_MODE_OVERWRITE);
	close_device(file);
	forget_parameters();
	restart();
	expect(ask_version().set_count == 0, "%u sets are there without the parameter", ask_version().set_count);
}

/* A driver whose parameters cannot be says so when it is loaded, and leaves nothing. */
static void parameters_that_cannot_be(void)
{
	set_parameter("AutoStart", 1);
	set_parameter("RingBytes", 5000);
	int error = stop_driver();

	expect(error == 0, "stop the driver: error %d", error);
	error = start_driver();
	expect(error != 0, "it started with rings of 5000 bytes");
	expect_gone();
	note("refused with error %d", error);
	set_parameter("RingBytes", 8192);
	set_parameter("DebugPrint", 1);
	error = start_driver();
	expect(error != 0, "it started with a source that this system has not got");
	expect_gone();
	note("refused with error %d", error);
	forget_parameters();
	error = start_driver();
	expect(error == 0, "start the driver: error %d", error);
	expect(ask_version().set_count == 0, "%u sets are there", ask_version().set_count);
}

/* Wine's service manager has no answer for a driver that offers no unload: it calls the service stopping for ever. */
static void stays_while_it_is_used(void)
{
	const int file = open_new_set(TEST_SET);

	expect_errno(0, start_set(file), "RS_IOC_START");
	(void)ask_to_stop();
	Sleep(500);
	say(7);
	expect(count_attempts(file) == 7, "%llu attempts of 7 after a stop was asked for", (unsigned long long)count_attempts(file));
	remove_set(file);
}

const struct device_case driver_cases[] = {
	{"the driver stops and starts again, and nothing is left of its sets", stops_and_starts},
	{"views outlive the driver", views_outlive_the_driver},
	{"the memory limit is the parameter's", memory_limit_is_read},
	{"with AutoStart the set default is there and started, as the parameters have it", automatic_set},
	{"parameters that cannot be refuse the start and leave nothing", parameters_that_cannot_be},
	{"while somebody has the device open the driver stays", stays_while_it_is_used},
	{0},
};
