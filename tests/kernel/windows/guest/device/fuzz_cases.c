/* SPDX-License-Identifier: MIT */
/*
 * fuzz_cases.c - any call with any bytes in buffers of any size, in any order, by two processes at once, one of them with files for
 * reading only among its own.
 *
 * Each has to end with a status that is documented; afterwards the driver works as before, and has its memory again.
 */
#include "every_call.h"
#include "xorshift.h"

#define CALLS_EACH 50000u
#define FILES 6u
#define FUZZ_SECONDS 40u
/* That a process makes at least, however long that takes it on a busy machine. */
#define CALLS_LEAST 1000u
#define LATE_SECONDS 600u

static const NTSTATUS documented[] = {
	STATUS_SUCCESS,		STATUS_INVALID_PARAMETER, STATUS_OBJECT_NAME_COLLISION,	 STATUS_OBJECT_NAME_NOT_FOUND,
	STATUS_DEVICE_BUSY,	STATUS_QUOTA_EXCEEDED,	  STATUS_INSUFFICIENT_RESOURCES, STATUS_NOT_SUPPORTED,
	STATUS_BUFFER_TOO_SMALL, STATUS_ACCESS_DENIED,	  STATUS_INVALID_DEVICE_REQUEST, STATUS_TIMEOUT,
};

/* The call that ended as none may. */
static char strange[100];

static int is_documented(NTSTATUS status)
{
	for (size_t n = 0; n < sizeof(documented) / sizeof(*documented); n++)
		if (documented[n] == status)
			return 1;
	return 0;
}

/* Of a buffer that the system itself cannot copy; the driver does not hear of it. */
static int is_of_no_buffer(NTSTATUS status)
{
	return status == STATUS_ACCESS_VIOLATION || status == STATUS_INVALID_USER_BUFFER;
}

static uint32_t count_of_calls(void)
{
	uint32_t count = 0;

	while (every_call[count].name)
		count++;
	return count;
}

/* What makes the call come further than its first check, most of the time. */
static void fill(union any_call *at, const struct a_call *of, uint64_t *state)
{
	static const char *const names[] = {"", "a", "b", TEST_SET};

	memset(at, 0, sizeof(*at));
	at->size = of->size;
	if (of->request == RS_IOC_MAKE || of->request == RS_IOC_SELECT)
		snprintf(at->make.name, sizeof(at->make.name), "%s", names[random_word(state) % 4]);
	if (of->request == RS_IOC_MAKE) {
		at->flags = random_word(state) & 1;
		at->make.ring_bytes = UINT64_C(4096) << random_word(state) % 6;
		at->make.mode = random_word(state) % 4 == 0;
		at->make.order = random_word(state) % 4 == 0;
		at->make.site_count = random_word(state) % 2 ? RS_DEVICE_NO_SITES : 64;
	} else if (of->request == RS_IOC_DESCRIBE) {
		at->flags = random_word(state) & 1;
		at->describe.number = (uint32_t)(random_word(state) % 4);
	} else if (of->request == RS_IOC_SNAPSHOT) {
		at->snapshot.ring_count = (uint32_t)(random_word(state) % 16);
	} else if (of->request == RS_IOC_SOURCES) {
		at->sources.sources = random_word(state) & (RS_SOURCE_DEBUG_PRINT | 1);
	} else if (of->request == RS_IOC_CONTROL) {
		at->flags = random_word(state) & 1;
		at->control.count = (uint32_t)(random_word(state) % 8);
		for (size_t n = 0; n < 32; n++)
			at->bytes[sizeof(at->control) + random_word(state) % (8 * sizeof(rs_rule_t))] = (uint8_t)random_word(state);
	}
}

static uint32_t natural_bytes(const union any_call *at, const struct a_call *of)
{
	if (of->request == RS_IOC_CONTROL)
		return of->size + at->control.count * (uint32_t)sizeof(rs_rule_t);
	return of->request == RS_IOC_SNAPSHOT ? of->size + at->snapshot.ring_count * (uint32_t)sizeof(rs_device_ring_t) : of->size;
}

static int is_test_driver(uint32_t code)
{
	return (code >> 16) == RS_DEVICE_TYPE && ((code >> 2) & 0xfff) >= 0x900;
}

/* Returns whether it ended as it may. */
static int call_at_random(int file, uint64_t *state, uint32_t calls)
{
	static union any_call at, out;
	const struct a_call *const of = &every_call[random_word(state) % calls];
	uint32_t code = (uint32_t)of->request;

	fill(&at, of, state);
	uint32_t in_bytes = natural_bytes(&at, of), out_bytes = in_bytes;

	if (random_word(state) % 3 == 0)
		at.bytes[random_word(state) % (of->size + 64)] ^= (uint8_t)(1u << random_word(state) % 8);
	if (random_word(state) % 8 == 0)
		in_bytes = (uint32_t)(random_word(state) % 256);
	if (random_word(state) % 8 == 0)
		out_bytes = (uint32_t)(random_word(state) % 256);
	if (random_word(state) % 32 == 0)
		code ^= 1u << random_word(state) % 32;
	if (random_word(state) % 64 == 0)
		code = (uint32_t)random_word(state);
	if (is_test_driver(code))
		return 1;
	/* Or there would be little else. */
	if (code == RS_IOC_WAIT)
		at.wait.timeout_ms %= 3;
	const int is_null = random_word(state) % 64 == 0;
	const NTSTATUS status = control_device(file, code, is_null ? NULL : &at, in_bytes, is_null ? NULL : &out, out_bytes, NULL);

	/* Sections' handles are this process's to close. */
	if (status == STATUS_SUCCESS && code == RS_IOC_MAP && !is_null) {
		CloseHandle((HANDLE)(uintptr_t)out.map.shared);
		CloseHandle((HANDLE)(uintptr_t)out.map.consumer);
	}
	/* Another device's numbers may mean something to the system. */
	const int is_right = code >> 16 != RS_DEVICE_TYPE ? !NT_SUCCESS(status)
							  : is_documented(status) || (is_null && is_of_no_buffer(status));

	if (!is_right)
		snprintf(strange, sizeof(strange), "%#x of %u bytes in and %u out ended with %#x", code, in_bytes, out_bytes,
			 (unsigned)status);
	return is_right;
}

/* Returns how many calls were made; 0 where one ended as none may. */
static uint32_t fuzz(uint64_t state)
{
	const ULONGLONG end = GetTickCount64() + FUZZ_SECONDS * 1000;
	const uint32_t calls = count_of_calls();
	int files[FILES];
	uint32_t made = 0;

	for (size_t n = 0; n < FILES; n++)
		files[n] = n == 0 ? open_device_for_reading() : open_device();
	while (made < CALLS_EACH && (made < CALLS_LEAST || GetTickCount64() < end)) {
		const size_t n = random_word(&state) % FILES;

		if (random_word(&state) % 64 == 0) {
			close_device(files[n]);
			files[n] = random_word(&state) % 4 ? open_device() : open_device_for_reading();
		}
		if (!call_at_random(files[n], &state, calls))
			return 0;
		made++;
	}
	for (size_t n = 0; n < FILES; n++)
		close_device(files[n]);
	return made;
}

int fuzz_in_process(const char *seed)
{
	const uint32_t made = fuzz(0x9e3779b97f4a7c15 * strtoull(seed, NULL, 10));

	if (!made)
		fprintf(stderr, "%s\n", strange);
	return made ? 0 : 1;
}

static void random_calls(void)
{
	const HANDLE other = start_self("fuzz 2");
	const uint32_t made = fuzz(0x9e3779b97f4a7c15);

	const int64_t code = wait_for_end(other, FUZZ_SECONDS + LATE_SECONDS);

	expect(made, "%s", strange);
	expect(code == 0, "the other process ended with %lld (1: a status that is not documented)", (long long)code);
	remove_all_sets();
	const rs_device_version_t version = ask_version();

	expect(version.set_count == 0 && version.memory_used == 0, "%u sets of %llu bytes are left", version.set_count,
	       (unsigned long long)version.memory_used);
	const int file = open_new_set(TEST_SET);

	expect_errno(0, start_set(file), "RS_IOC_START");
	say(5);
	expect(count_attempts(file) == 5, "%llu attempts of 5 are counted", (unsigned long long)count_attempts(file));
	remove_set(file);
	note("%u calls of this process", made);
}

const struct device_case fuzz_cases[] = {
	{"random calls of two processes end with documented statuses and leave a sound driver behind", random_calls},
	{0},
};
