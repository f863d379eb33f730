/* SPDX-License-Identifier: MIT */
/* buffer_cases.c - what only Windows has of calls: buffers of any size, methods and types in the number, requests that are none. */
#include "every_call.h"

/* Beyond the largest structure. */
#define SIZES 168u
#define UNTOUCHED 0xa5

static int has_more(const struct a_call *of)
{
	return of->request == RS_IOC_SNAPSHOT || of->request == RS_IOC_CONTROL;
}

/* What comes back with more than a result. */
static int tells(const struct a_call *of)
{
	const uint32_t telling[] = {RS_IOC_VERSION, RS_IOC_DESCRIBE, RS_IOC_SNAPSHOT, RS_IOC_SOURCES, RS_IOC_MAP};

	for (size_t n = 0; n < sizeof(telling) / sizeof(*telling); n++)
		if (telling[n] == of->request)
			return 1;
	return 0;
}

static void expect_short(int file, const struct a_call *of, const void *in, uint32_t in_bytes, uint32_t out_bytes)
{
	uint8_t out[SIZES];
	uint32_t told;

	memset(out, UNTOUCHED, sizeof(out));
	const NTSTATUS status = control_device(file, of->request, in, in_bytes, out, out_bytes, &told);

	expect(status == STATUS_BUFFER_TOO_SMALL, "%s of %u bytes in and %u out ended with %#x", of->name, in_bytes, out_bytes,
	       (unsigned)status);
	for (uint32_t n = 0; n < sizeof(out); n++)
		expect(out[n] == UNTOUCHED, "%s of %u bytes in and %u out failed and wrote byte %u", of->name, in_bytes, out_bytes, n);
}

static void every_size(void)
{
	const int file = open_new_set("sizes");

	for (size_t n = 0; every_call[n].name; n++) {
		const struct a_call *const of = &every_call[n];
		uint8_t in[SIZES] = {0};

		memcpy(in, &of->size, sizeof(of->size));
		for (uint32_t bytes = 0; bytes < SIZES; bytes++) {
			if (bytes < of->size || (bytes > of->size && !has_more(of)))
				expect_short(file, of, in, bytes, of->size);
			if (bytes < of->size && tells(of))
				expect_short(file, of, in, of->size, bytes);
		}
	}
	remove_set(file);
}

static void no_buffers(void)
{
	const int file = open_new_set("nothing");
	rs_device_plain_t plain = {.size = sizeof(plain)};

	for (size_t n = 0; every_call[n].name; n++) {
		const NTSTATUS status = control_device(file, every_call[n].request, NULL, 0, NULL, 0, NULL);

		expect(status == STATUS_BUFFER_TOO_SMALL, "%s without buffers ended with %#x", every_call[n].name, (unsigned)status);
	}
	/* Addresses that are nobody's are the system's to refuse: the driver sees its copy or nothing. */
	for (size_t n = 0; every_call[n].name; n++) {
		const NTSTATUS status = control_device(file, every_call[n].request, (void *)8, every_call[n].size, NULL, 0, NULL);

		expect(!NT_SUCCESS(status), "%s of an address that is nobody's ended with %#x", every_call[n].name, (unsigned)status);
	}
	expect_call(0, file, RS_IOC_STOP, &plain);
	remove_set(file);
}

/* Rules that are announced and do not stand there, and the reverse. */
static void rules_of_another_number(void)
{
	const int file = open_new_set("rules");
	struct {
		rs_device_control_t control;
		rs_rule_t rules[4];
	} at = {.control = {.size = sizeof(at.control)}};
	const uint32_t counts[] = {0, 1, 2, 4, RS_CONTROL_MAX, RS_CONTROL_MAX + 1, 0x04000000, 0x40000000, UINT32_MAX};

	for (size_t n = 0; n < sizeof(counts) / sizeof(*counts); n++) {
		at.control.count = counts[n];
		const NTSTATUS status = control_device(file, RS_IOC_CONTROL, &at, sizeof(at.control) + 3 * sizeof(rs_rule_t), NULL, 0, NULL);

		expect(status == STATUS_INVALID_PARAMETER, "%u rules where 3 stand ended with %#x", counts[n], (unsigned)status);
	}
	remove_set(file);
}

/* A number says type, access and method too: with another one of them it is another call, which there is not. */
static void other_numbers(void)
{
	const int file = open_new_set("numbers");

	for (size_t n = 0; every_call[n].name; n++) {
		const uint32_t code = (uint32_t)every_call[n].request;
		const uint32_t others[] = {
			code | METHOD_IN_DIRECT, code | METHOD_OUT_DIRECT, code | METHOD_NEITHER, code ^ 1u << 16, code ^ 1u << 31,
			code & 0xffff, code & ~(3u << 14), code ^ 2u << 14, code ^ 0x2000,
		};
		union any_call argument = {.size = every_call[n].size};

		for (size_t k = 0; k < sizeof(others) / sizeof(*others); k++) {
			const NTSTATUS status = control_device(file, others[k], &argument, every_call[n].size, &argument,
							       every_call[n].size, NULL);

			expect(status == STATUS_INVALID_DEVICE_REQUEST, "%s as %#x ended with %#x", every_call[n].name, others[k],
			       (unsigned)status);
		}
	}
	for (uint32_t number = 0; number < 0x1000; number++) {
		const uint32_t code = CTL_CODE(RS_DEVICE_TYPE, number, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS);
		union any_call argument = {.size = sizeof(rs_device_plain_t)};
		/* RS_IOC_LOAD and what comes behind it are the test driver's. */
		int is_ours = code >= RS_IOC_LOAD && code <= RS_IOC_PRINT;

		for (size_t n = 0; every_call[n].name; n++)
			is_ours |= every_call[n].request == code;
		if (!is_ours)
			expect_errno(ENOTTY, call(file, code, &argument), "a number that is no call");
	}
	remove_set(file);
}

/* What is asked of a file and not of a device. */
static void other_requests(void)
{
	const int file = open_new_set("requests");
	uint8_t bytes[64] = {0};
	DWORD done = 0;

	expect(!ReadFile(handle_of(file), bytes, sizeof(bytes), &done, NULL), "%lu bytes were read", done);
	expect(!WriteFile(handle_of(file), bytes, sizeof(bytes), &done, NULL), "%lu bytes were written", done);
	expect(!SetEndOfFile(handle_of(file)), "the device's end was set");
	const HANDLE below = CreateFileA(RS_DEVICE_PATH_WINDOWS "\\below", GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
					 OPEN_EXISTING, 0, NULL);

	expect(below == INVALID_HANDLE_VALUE, "something below the device was opened");
	remove_set(file);
}

const struct device_case buffer_cases[] = {
	{"every call refuses every buffer that is too short or too long, and then writes nothing", every_size},
	{"every call refuses to work without buffers, and on an address that is nobody's", no_buffers},
	{"rules are as many as are announced, or none is taken", rules_of_another_number},
	{"numbers of another method, type, access or function are no calls", other_numbers},
	{"the device is neither read nor written, and has nothing below it", other_requests},
	{0},
};
