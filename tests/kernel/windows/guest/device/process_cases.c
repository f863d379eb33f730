/* SPDX-License-Identifier: MIT */
/* process_cases.c - another process: what it has of this one's, and what is left of it when it is killed. */
#include "device_case.h"

#include <tlhelp32.h>

#define HELD "ringscope_held"
#define PATIENCE_SECONDS 60u
/* Between two looks at the driver's memory, and how many of them may differ. */
#define REST_MS 200u
#define REST_TRIES 100
#define REST_LOOKS 5
/* What is leaked stays; what goes later does so within these. */
#define LEAK_TRIES 60
#define LEAK_PAUSE_MS 1000u
/* More than these is a leak. Each set has more than 4 KiB of pool. */
#define MORE_RANGES 4u
#define MORE_BYTES (256u << 10)
#define MORE_HANDLES 8u

/* In another process: selects the set, claims and maps it, says so, and waits to be killed. */
static int hold(const char *name)
{
	const HANDLE held = OpenEventA(EVENT_MODIFY_STATE, FALSE, HELD);
	const int file = open_set(name);

	if (claim_set(file) || map_consumer(file, PROT_READ | PROT_WRITE) == MAP_FAILED)
		return 1;
	SetEvent(held);
	Sleep(INFINITE);
	return 0;
}

/* In another process: a handle's number of the first one is nothing here. Ends with 0 where it is as it has to be. */
static int look(const char *name, const char *handle)
{
	const int file = open_set(name);
	const HANDLE strange = (HANDLE)(uintptr_t)strtoull(handle, NULL, 10);

	if (MapViewOfFile(strange, FILE_MAP_READ, 0, 0, 0))
		return 1;
	if (claim_set(file) != EBUSY)
		return 2;
	if (map_consumer(file, PROT_READ | PROT_WRITE) != MAP_FAILED || map_producer(file, PROT_WRITE) != MAP_FAILED)
		return 3;
	return map_producer(file, PROT_READ) == MAP_FAILED ? 4 : 0;
}

/* Instead of a debugger's report. */
static LONG CALLBACK end_with_code(EXCEPTION_POINTERS *found)
{
	ExitProcess(found->ExceptionRecord->ExceptionCode);
}

/* In another process: stores into what producers write, which ends it. */
static int store(const char *name)
{
	SetUnhandledExceptionFilter(end_with_code);
	volatile uint8_t *const half = map_producer(open_set(name), PROT_READ);

	half[0] = 1;
	return 0;
}

int fuzz_in_process(const char *seed);

int run_helper(int words, char **word)
{
	if (words == 2 && strcmp(word[0], "hold") == 0)
		return hold(word[1]);
	if (words == 3 && strcmp(word[0], "look") == 0)
		return look(word[1], word[2]);
	if (words == 2 && strcmp(word[0], "store") == 0)
		return store(word[1]);
	if (words == 2 && strcmp(word[0], "fuzz") == 0)
		return fuzz_in_process(word[1]);
	return -1;
}

static HANDLE start_holder(const char *name)
{
	const HANDLE held = CreateEventA(NULL, TRUE, FALSE, HELD);
	char words[64];

	snprintf(words, sizeof(words), "hold %s", name);
	const HANDLE process = start_self(words);

	expect(WaitForSingleObject(held, PATIENCE_SECONDS * 1000) == WAIT_OBJECT_0, "the other process has not claimed the set");
	CloseHandle(held);
	return process;
}

/* The system closes the files of a process at some time after its end. */
static void kill_holder(HANDLE process)
{
	TerminateProcess(process, 9);
	WaitForSingleObject(process, INFINITE);
	CloseHandle(process);
}

static void death_frees_a_claim(void)
{
	const int file = open_new_set(TEST_SET);
	const HANDLE process = start_holder(TEST_SET);
	const DWORD pid = GetProcessId(process);
	rs_device_describe_t facts = describe_set(file);

	expect(facts.is_claimed && facts.claimer_pid == pid && facts.mapped == 1, "claimed %u by %u, mapped %u; expected 1, %lu, 1",
	       facts.is_claimed, facts.claimer_pid, facts.mapped, pid);
	expect_errno(EBUSY, claim_set(file), "RS_IOC_CLAIM of what another process has");
	kill_holder(process);
	for (int tries = 0; claim_set(file) != 0; tries++) {
		expect(tries < 1200, "its claim outlives it");
		Sleep(50);
	}
	facts = describe_set(file);
	expect(facts.mapped == 0 && facts.claimer_pid == GetCurrentProcessId(), "mapped %u, claimed by %u", facts.mapped, facts.claimer_pid);
	remove_set(file);
}

static void death_ends_an_ephemeral_set(void)
{
	rs_device_make_t plan = make_plan(TEST_SET);
	const int maker = open_device();

	plan.flags = RS_MAKE_EPHEMERAL;
	expect_call(0, maker, RS_IOC_MAKE, &plan);
	const HANDLE process = start_holder(TEST_SET);

	close_device(maker);
	expect(ask_version().set_count == 1, "%u sets are there, expected the one of the other process", ask_version().set_count);
	kill_holder(process);
	for (int tries = 0; ask_version().set_count != 0; tries++) {
		expect(tries < 1200, "its set outlives it");
		Sleep(50);
	}
	expect(ask_version().memory_used == 0, "%llu bytes are still used", (unsigned long long)ask_version().memory_used);
}

static void handles_are_of_their_process(void)
{
	const int file = open_new_set(TEST_SET);
	char words[64];

	expect_errno(0, claim_set(file), "RS_IOC_CLAIM");
	snprintf(words, sizeof(words), "look %s %llu", TEST_SET, (unsigned long long)map_handles(file).consumer);
	const int64_t code = wait_for_end(start_self(words), PATIENCE_SECONDS);

	expect(code == 0, "the other process ended with %lld (process_cases.c, look)", (long long)code);
	remove_mapped_set(file);
}

static void store_into_read_half_ends(void)
{
	const int file = open_new_set(TEST_SET);
	const int64_t code = wait_for_end(start_self("store " TEST_SET), PATIENCE_SECONDS);

	expect(code == (uint32_t)STATUS_ACCESS_VIOLATION, "the process that stored into the producer half ended with %#llx",
	       (long long)code);
	remove_set(file);
}

/* The process that runs the driver: Wine has one for it. */
static DWORD find_driver(void)
{
	PROCESSENTRY32 process = {.dwSize = sizeof(process)};
	const HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
	DWORD found = 0;

	for (BOOL is = Process32First(all, &process); is && !found; is = Process32Next(all, &process)) {
		MODULEENTRY32 module = {.dwSize = sizeof(module)};
		const HANDLE modules = CreateToolhelp32Snapshot(TH32CS_SNAPMODULE, process.th32ProcessID);

		for (BOOL has = Module32First(modules, &module); has; has = Module32Next(modules, &module))
			if (_stricmp(module.szModule, "load.sys") == 0)
				found = process.th32ProcessID;
		CloseHandle(modules);
	}
	CloseHandle(all);
	expect(found, "no process has the driver loaded");
	return found;
}

struct footprint {
	uint64_t mapped_ranges; /* views of sections */
	uint64_t private_bytes;
	uint64_t handles;
};

/* SystemExtendedHandleInformation. */
struct all_handles {
	ULONG_PTR count, reserved;
	struct {
		void *object;
		ULONG_PTR pid, handle;
		ULONG access;
		USHORT creator, type;
		ULONG attributes, reserved;
	} at[];
};

static uint64_t count_handles(DWORD pid)
{
	static uint8_t room[4 << 20];
	const struct all_handles *const all = (const void *)room;
	uint64_t handles = 0;
	const NTSTATUS status = NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)64, room, sizeof(room), NULL);

	expect(status == STATUS_SUCCESS, "list all handles: %#x", (unsigned)status);
	for (ULONG_PTR n = 0; n < all->count; n++)
		handles += all->at[n].pid == pid;
	expect(handles > 0, "the driver's process %lu has no handles", pid);
	return handles;
}

static struct footprint measure(DWORD pid)
{
	const HANDLE process = OpenProcess(PROCESS_QUERY_INFORMATION, FALSE, pid);
	struct footprint found = {.handles = count_handles(pid)};
	MEMORY_BASIC_INFORMATION range;
	uint8_t *at = NULL;

	expect(process, "open the driver's process: error %lu", GetLastError());
	for (; VirtualQueryEx(process, at, &range, sizeof(range)); at = (uint8_t *)range.BaseAddress + range.RegionSize) {
		found.mapped_ranges += range.State == MEM_COMMIT && range.Type == MEM_MAPPED;
		found.private_bytes += range.State == MEM_COMMIT && range.Type == MEM_PRIVATE ? range.RegionSize : 0;
	}
	CloseHandle(process);
	return found;
}

/* Where nothing ends any more: a thread's stack goes some time after the thread. */
static struct footprint measure_at_rest(DWORD pid)
{
	struct footprint found = measure(pid), before;
	int looks = 1;

	for (int tries = 0; tries < REST_TRIES && looks < REST_LOOKS; tries++) {
		before = found;
		Sleep(REST_MS);
		found = measure(pid);
		looks = memcmp(&before, &found, sizeof(found)) == 0 ? looks + 1 : 1;
	}
	return found;
}

static int is_leak(struct footprint before, struct footprint after)
{
	return after.mapped_ranges >= before.mapped_ranges + MORE_RANGES || after.private_bytes >= before.private_bytes + MORE_BYTES ||
	       after.handles >= before.handles + MORE_HANDLES;
}

void expect_no_leak(void (*once)(void), int times)
{
	const DWORD pid = find_driver();

	/* What is allocated once is there after the first few. */
	for (int n = 0; n < 5; n++)
		once();
	const struct footprint before = measure_at_rest(pid);

	for (int n = 0; n < times; n++)
		once();
	struct footprint after = measure_at_rest(pid);

	for (int tries = 0; tries < LEAK_TRIES && is_leak(before, after); tries++) {
		Sleep(LEAK_PAUSE_MS);
		after = measure(pid);
	}
	note("%+lld mapped ranges, %+lld KiB, %+lld handles after %d times", (long long)(after.mapped_ranges - before.mapped_ranges),
	     (long long)(after.private_bytes - before.private_bytes) / 1024, (long long)(after.handles - before.handles), times);
	expect(after.mapped_ranges < before.mapped_ranges + MORE_RANGES, "%llu more views than before",
	       (unsigned long long)(after.mapped_ranges - before.mapped_ranges));
	expect(after.private_bytes < before.private_bytes + MORE_BYTES, "%llu more bytes than before",
	       (unsigned long long)(after.private_bytes - before.private_bytes));
	expect(after.handles < before.handles + MORE_HANDLES, "%llu more handles than before", (unsigned long long)(after.handles - before.handles));
}

const struct device_case process_cases[] = {
	{"the claim of a process that is killed goes with it", death_frees_a_claim},
	{"an ephemeral set goes with the process that is killed", death_ends_an_ephemeral_set},
	{"handles of sections are those of the process that asked", handles_are_of_their_process},
	{"a store into the producer half ends its process", store_into_read_half_ends},
	{0},
};
