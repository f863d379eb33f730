/* SPDX-License-Identifier: MIT */
/* system.c - the device, the test driver and processes of Windows in the words of device_case.h. */
#include "every_call.h"
#include "service.h"

/* Rings of a snapshot, or rules, behind a structure. */
#define BUFFER_BYTES (sizeof(rs_device_snapshot_t) + RS_CONTROL_MAX * sizeof(rs_rule_t))

static const struct {
	NTSTATUS status;
	int error;
} errors[] = {
	{STATUS_SUCCESS, 0},
	{STATUS_INVALID_PARAMETER, EINVAL},
	{STATUS_OBJECT_NAME_COLLISION, EEXIST},
	{STATUS_OBJECT_NAME_NOT_FOUND, ENOENT},
	{STATUS_DEVICE_BUSY, EBUSY},
	{STATUS_QUOTA_EXCEEDED, ENOSPC},
	{STATUS_BUFFER_TOO_SMALL, ENOSPC},
	{STATUS_INSUFFICIENT_RESOURCES, ENOMEM},
	{STATUS_NOT_SUPPORTED, EOPNOTSUPP},
	{STATUS_DEVICE_NOT_READY, ENODEV},
	{STATUS_INVALID_DEVICE_REQUEST, ENOTTY},
	{STATUS_ACCESS_DENIED, EACCES},
};

int error_of(NTSTATUS status)
{
	for (size_t n = 0; n < sizeof(errors) / sizeof(*errors); n++)
		if (errors[n].status == status)
			return errors[n].error;
	return (int)status;
}

const char *errno_name(int error)
{
	static char number[24];

	for (size_t n = 0; n < sizeof(errors) / sizeof(*errors); n++)
		if (errors[n].error == error)
			return error ? strerror(error) : "success";
	snprintf(number, sizeof(number), "status %#x", (unsigned)error);
	return number;
}

NTSTATUS control_device(int file, uint32_t code, const void *in, uint32_t in_bytes, void *out, uint32_t out_bytes, uint32_t *told)
{
	IO_STATUS_BLOCK block = {0};
	const NTSTATUS status = NtDeviceIoControlFile(handle_of(file), NULL, NULL, NULL, &block, code, (void *)(uintptr_t)in, in_bytes, out,
						      out_bytes);

	if (told)
		*told = (uint32_t)block.Information;
	return status;
}

static uint32_t bytes_of(uint32_t request)
{
	for (size_t n = 0; every_call[n].name; n++)
		if (every_call[n].request == request)
			return every_call[n].size;
	return sizeof(rs_device_plain_t);
}

/* What an address in a structure points to stands behind it in the buffer. */
static uint32_t put_behind(uint32_t request, uint8_t *buffer, uint32_t bytes)
{
	rs_device_control_t *const control = (void *)buffer;
	const uint64_t changes = control->changes;

	if (request == RS_IOC_SNAPSHOT)
		((rs_device_snapshot_t *)(void *)buffer)->rings = 0;
	if (request != RS_IOC_CONTROL || !changes)
		return bytes;
	control->changes = 0;
	expect(control->count <= RS_CONTROL_MAX, "no room for %u rules", control->count);
	memcpy(buffer + bytes, (const void *)(uintptr_t)changes, control->count * sizeof(rs_rule_t));
	return bytes + control->count * (uint32_t)sizeof(rs_rule_t);
}

int call(int file, unsigned long request, void *argument)
{
	const uint32_t bytes = bytes_of((uint32_t)request);
	uint8_t *const buffer = calloc(1, BUFFER_BYTES);
	uint32_t told = 0;

	memcpy(buffer, argument, bytes);
	const uint32_t in = put_behind((uint32_t)request, buffer, bytes);
	const rs_device_snapshot_t snapshot = *(const rs_device_snapshot_t *)argument;
	const uint32_t rings = request == RS_IOC_SNAPSHOT ? snapshot.ring_count * (uint32_t)sizeof(rs_device_ring_t) : 0;
	const NTSTATUS status = control_device(file, (uint32_t)request, buffer, in, buffer, bytes + rings, &told);

	if (NT_SUCCESS(status) && told >= bytes) {
		memcpy(argument, buffer, bytes);
		if (request == RS_IOC_SNAPSHOT) {
			((rs_device_snapshot_t *)argument)->rings = snapshot.rings;
			memcpy((void *)(uintptr_t)snapshot.rings, buffer + bytes, told - bytes);
		}
	}
	free(buffer);
	return error_of(status);
}

static int open_as(DWORD access)
{
	const HANDLE file = CreateFileA(RS_DEVICE_PATH_WINDOWS, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);

	expect(file != INVALID_HANDLE_VALUE, "open %s: error %lu", RS_DEVICE_PATH_WINDOWS, GetLastError());
	return (int)(intptr_t)file;
}

int open_device(void)
{
	return open_as(GENERIC_READ | GENERIC_WRITE);
}

int open_device_for_reading(void)
{
	return open_as(GENERIC_READ);
}

void close_device(int file)
{
	CloseHandle(handle_of(file));
}

rs_device_map_t map_handles(int file)
{
	rs_device_map_t map = {.size = sizeof(map)};

	expect_call(0, file, RS_IOC_MAP, &map);
	return map;
}

static void *map_half(int file, int is_consumer, int protection)
{
	const rs_device_map_t map = map_handles(file);
	const HANDLE section = (HANDLE)(uintptr_t)(is_consumer ? map.consumer : map.shared);
	void *const view = MapViewOfFile(section, protection & PROT_WRITE ? FILE_MAP_READ | FILE_MAP_WRITE : FILE_MAP_READ, 0, 0, 0);

	errno = view ? 0 : GetLastError() == ERROR_ACCESS_DENIED ? EACCES : EINVAL;
	CloseHandle((HANDLE)(uintptr_t)map.shared);
	CloseHandle((HANDLE)(uintptr_t)map.consumer);
	return view ? view : MAP_FAILED;
}

void *map_producer(int file, int protection)
{
	return map_half(file, 0, protection);
}

void *map_consumer(int file, int protection)
{
	return map_half(file, 1, protection);
}

void unmap(void *half, uint64_t bytes)
{
	(void)bytes;
	expect(UnmapViewOfFile(half), "unmap: error %lu", GetLastError());
}

static rs_load_account_t last[RS_LOAD_THREADS + RS_LOAD_TIMERS];
static uint32_t last_count;

void run_wish(const rs_load_wish_t *wish, rs_load_account_t *accounts)
{
	const uint32_t bytes = (wish->threads + wish->timers) * (uint32_t)sizeof(*accounts);
	const int file = open_device();
	const NTSTATUS status = control_device(file, RS_IOC_LOAD, wish, sizeof(*wish), accounts, bytes, NULL);

	expect(status == STATUS_SUCCESS, "the test driver ended its load with %#x", (unsigned)status);
	close_device(file);
}

static void load(rs_load_wish_t wish)
{
	memset(last, 0, sizeof(last));
	last_count = wish.threads + wish.timers;
	run_wish(&wish, last);
}

void say(unsigned entries)
{
	load((rs_load_wish_t){.threads = 1, .writes = entries});
}

void run_load(unsigned entries)
{
	load((rs_load_wish_t){
		.threads = 4,
		.timers = RS_LOAD_TIMERS,
		.writes = entries,
		.timer_ms = 1,
		.text_every = 16,
		.event_every = 32,
		.too_big_every = 31,
		.discard_every = 17,
		.is_bound = 1,
	});
}

uint64_t count_calls(const rs_load_account_t *at, const char *column)
{
	const uint64_t written = at->data + at->texts + at->events;
	const struct {
		const char *name;
		uint64_t calls;
	} columns[] = {
		{"written", written},
		{"discarded", at->discarded},
		{"full", at->full},
		{"too_big", at->too_big},
		{"off", at->off},
		{"closed", at->closed},
		{"other", at->other},
		/* Of a ring's: what is switched off, or finds no set, comes to none. */
		{"attempts", written + at->discarded + at->full + at->too_big},
	};

	for (size_t n = 0; n < sizeof(columns) / sizeof(*columns); n++)
		if (strcmp(columns[n].name, column) == 0)
			return columns[n].calls;
	expect(0, "the account has no column %s", column);
	return 0;
}

uint64_t sum_account(const char *column)
{
	uint64_t sum = 0;

	for (uint32_t n = 0; n < last_count; n++)
		sum += count_calls(&last[n], column);
	return sum;
}

/* Without an IRQL a writer may be on another processor by the time that it looks which one it is on: there is no account of each ring. */
void expect_attempts_by_ring(const rs_device_ring_t *rings, uint32_t count)
{
	uint64_t attempts = 0;

	for (uint32_t n = 0; n < count; n++)
		attempts += rings[n].attempts;
	expect(attempts == sum_account("attempts"), "the rings count %llu attempts, the writers %llu", (unsigned long long)attempts,
	       (unsigned long long)sum_account("attempts"));
}

void place_canaries(void)
{
	const int file = open_device();

	expect(control_device(file, RS_IOC_CANARIES, NULL, 0, NULL, 0, NULL) == STATUS_SUCCESS, "no memory for canaries");
	close_device(file);
}

uint64_t count_dead_canaries(void)
{
	const int file = open_device();
	uint64_t dead = 0;

	expect(control_device(file, RS_IOC_DEAD_CANARIES, NULL, 0, &dead, sizeof(dead), NULL) == STATUS_SUCCESS, "there are no canaries");
	close_device(file);
	return dead;
}

HANDLE start_self(const char *words)
{
	STARTUPINFOA startup = {.cb = sizeof(startup)};
	PROCESS_INFORMATION process;
	char path[MAX_PATH], command[1200];

	GetModuleFileNameA(NULL, path, sizeof(path));
	snprintf(command, sizeof(command), "\"%s\" %s", path, words);
	expect(rs_create_process(command, FALSE, &startup, &process), "start %s: error %lu", command, GetLastError());
	CloseHandle(process.hThread);
	return process.hProcess;
}

int64_t wait_for_end(HANDLE process, unsigned seconds)
{
	DWORD code = 0;
	const int has_ended = WaitForSingleObject(process, seconds * 1000) == WAIT_OBJECT_0;

	if (!has_ended) {
		TerminateProcess(process, 9);
		WaitForSingleObject(process, INFINITE);
	}
	GetExitCodeProcess(process, &code);
	CloseHandle(process);
	return has_ended ? (int64_t)code : -1;
}
