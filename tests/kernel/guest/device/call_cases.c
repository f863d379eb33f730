/* SPDX-License-Identifier: MIT */
/* call_cases.c - what every call of the device has in common: sizes, flags, reserved fields, a set to work on. */
#include "every_call.h"

static void wrong_sizes_and_flags(void)
{
	const int file = open_new_set("calls");
	const uint32_t off_by[] = {(uint32_t)-1, 1, 4, 8, 0x80000000u};

	for (size_t n = 0; every_call[n].name; n++) {
		union any_call argument;

		for (size_t k = 0; k < sizeof(off_by) / sizeof(*off_by); k++) {
			memset(&argument, 0, sizeof(argument));
			argument.size = every_call[n].size + off_by[k];
			expect_refusal(file, &every_call[n], &argument, EINVAL, "a wrong size");
		}
		memset(&argument, 0, sizeof(argument));
		expect_refusal(file, &every_call[n], &argument, EINVAL, "the size 0");
		for (uint32_t bit = 1; bit < 32; bit++) {
			memset(&argument, 0, sizeof(argument));
			argument.size = every_call[n].size;
			argument.flags = 1u << bit; /* bit 0 means something for three of them */
			expect_refusal(file, &every_call[n], &argument, EINVAL, "an unknown flag");
		}
	}
	remove_set(file);
}

static void reserved_fields(void)
{
	const int file = open_new_set("calls");
	rs_device_describe_t describe = {.size = sizeof(describe), .reserved = 1};
	rs_device_snapshot_t snapshot = {.size = sizeof(snapshot), .reserved = 1};
	rs_device_control_t control = {.size = sizeof(control), .reserved = 1};

	expect_call(EINVAL, file, RS_IOC_DESCRIBE, &describe);
	expect_call(EINVAL, file, RS_IOC_SNAPSHOT, &snapshot);
	expect_call(EINVAL, file, RS_IOC_CONTROL, &control);
	remove_set(file);
}

static void no_set_selected(void)
{
	const int file = open_device();

	for (size_t n = 0; every_call[n].name; n++) {
		union any_call argument = {.size = every_call[n].size};

		if (every_call[n].needs_set)
			expect_refusal(file, &every_call[n], &argument, ENOENT, "no set selected");
	}
	close_device(file);
}

static void version_is_told(void)
{
	const rs_device_version_t version = ask_version();

	expect(version.device_abi == RS_DEVICE_ABI, "device ABI %u, expected %u", version.device_abi, RS_DEVICE_ABI);
	expect(version.ring_abi == (RS_ABI_MAJOR << 16 | RS_ABI_MINOR), "ring ABI %#x", version.ring_abi);
	expect(memchr(version.version, 0, sizeof(version.version)), "the version has no end");
	expect(version.set_count == 0 && version.memory_used == 0, "%u sets of %llu bytes are left from before", version.set_count,
	       (unsigned long long)version.memory_used);
	note("driver %s", version.version);
}

const struct device_case call_cases[] = {
	{"the device tells its version, and that no set is there", version_is_told},
	{"every call refuses a wrong size and unknown flags with EINVAL", wrong_sizes_and_flags},
	{"calls with reserved fields that are not 0 are refused with EINVAL", reserved_fields},
	{"calls of a file that has selected no set are refused with ENOENT", no_set_selected},
	{0},
};
