/* SPDX-License-Identifier: MIT */
/* host.c - host.h and its errors on Windows 8 and later. Errors of the system are negative, those of the C library are its own. */
#include "host.h"

#include <windows.h>

#include <bcrypt.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "clock.h"
#include "text.h"

/* Younger than MinGW-w64's headers. */
#ifndef CREATE_WAITABLE_TIMER_HIGH_RESOLUTION
#define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 2
#endif
#ifndef ERROR_DISK_QUOTA_EXCEEDED
#define ERROR_DISK_QUOTA_EXCEEDED 1295
#endif

/* 1601-01-01, from which Windows counts, to 1970-01-01, in units of 100 ns. */
#define UNIX_EPOCH 116444736000000000ull
/* What the system's counter has where it is made of the processor's since Windows 10 1809 ("Acquiring high-resolution time stamps"). */
#define QPC_OF_COUNTER 10000000u
/* Of the processors that Windows can hand out in one group. */
#define GROUP_PROCESSORS 64u

static uint64_t read_qpc(void)
{
	LARGE_INTEGER now;
	QueryPerformanceCounter(&now);
	return (uint64_t)now.QuadPart;
}

static uint64_t qpc_rate(void)
{
	LARGE_INTEGER rate;
	QueryPerformanceFrequency(&rate);
	return (uint64_t)rate.QuadPart;
}

static uint64_t monotonic_ns(void)
{
	const uint64_t now = read_qpc(), rate = qpc_rate();
	return now / rate * 1000000000u + now % rate * 1000000000u / rate;
}

uint64_t rs_host_unix_ns(void)
{
	FILETIME now;
	GetSystemTimePreciseAsFileTime(&now);
	return (((uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime) - UNIX_EPOCH) * 100;
}

/* As the kernel driver chooses: driver/windows/timing.c. */
uint32_t rs_host_clock_kind(void)
{
#if defined(__x86_64__)
	unsigned int a, b, c, d;
	/* Invariant TSC: CPUID 8000_0007h, EDX bit 8 (AMD APM vol. 3, E.4.6; Intel SDM vol. 3, 18.17.1). */
	if (__get_cpuid(0x80000007u, &a, &b, &c, &d) && (d & 1u << 8) && qpc_rate() == QPC_OF_COUNTER)
		return RS_CLOCK_TSC;
#endif
	return RS_CLOCK_QPC;
}

int rs_host_clock_is_the_systems(uint32_t clock_kind)
{
	return clock_kind == RS_CLOCK_MONOTONIC_NS || clock_kind == RS_CLOCK_QPC;
}

void rs_host_sleep_ns(uint64_t ns)
{
	/* Since Windows 10 1803; a plain sleep takes up to 15.6 ms, the system's tick. */
	const HANDLE timer = CreateWaitableTimerExW(NULL, NULL, CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, TIMER_ALL_ACCESS);
	const LARGE_INTEGER due = {.QuadPart = -(LONGLONG)((ns + 99) / 100)};

	if (timer && SetWaitableTimer(timer, &due, 0, NULL, NULL, FALSE))
		(void)WaitForSingleObject(timer, INFINITE);
	else
		Sleep((DWORD)((ns + 999999) / 1000000));
	if (timer)
		CloseHandle(timer);
}

uint64_t rs_host_clock_read(uint32_t clock_kind)
{
	if (clock_kind == RS_CLOCK_COUNTER)
		return rs_clock_counter();
	return clock_kind == RS_CLOCK_QPC ? read_qpc() : monotonic_ns();
}

uint64_t rs_host_clock_read_ordered(uint32_t clock_kind)
{
	if (clock_kind == RS_CLOCK_COUNTER)
		return rs_clock_counter_ordered();
	/* The system may read the processor's counter for it, which is to be read neither before nor behind its place. */
	(void)rs_clock_counter_ordered();
	const uint64_t ticks = clock_kind == RS_CLOCK_QPC ? read_qpc() : monotonic_ns();
	(void)rs_clock_counter_ordered();
	return ticks;
}

uint64_t rs_host_clock_rate(uint32_t clock_kind)
{
	if (clock_kind == RS_CLOCK_MONOTONIC_NS)
		return 1000000000u;
	if (clock_kind == RS_CLOCK_QPC)
		return qpc_rate();
	const uint64_t start_ns = monotonic_ns();
	const uint64_t start = rs_host_clock_read(clock_kind);
	rs_host_sleep_ns(10000000);
	const uint64_t stop_ns = monotonic_ns();
	const uint64_t stop = rs_host_clock_read(clock_kind);
	return (uint64_t)((double)(stop - start) * 1e9 / (double)(stop_ns - start_ns));
}

/* Numbers of processors are flattened: group times 64 and the number in it, as rs_host_processor gives them. */
uint32_t rs_host_processors(void)
{
	const WORD groups = GetMaximumProcessorGroupCount();
	const DWORD configured = groups > 1 ? groups * GROUP_PROCESSORS : GetMaximumProcessorCount(0);
	return configured < 1 ? 1 : configured > RS_RING_COUNT_MAX ? RS_RING_COUNT_MAX : configured;
}

uint32_t rs_host_process_id(void)
{
	return GetCurrentProcessId();
}

/* Returns 1 when it can be looked at, 0 when there is none of this number, -1 when nothing can be seen. */
static int read_process(uint32_t pid, uint64_t *start, int *is_running)
{
	FILETIME born, died, kernel, user;
	const HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, pid);

	/* ERROR_INVALID_PARAMETER stands for a number that nobody has. */
	if (!process)
		return GetLastError() == ERROR_INVALID_PARAMETER ? 0 : -1;
	const int is_seen = GetProcessTimes(process, &born, &died, &kernel, &user) != 0;
	*is_running = WaitForSingleObject(process, 0) != WAIT_OBJECT_0;
	CloseHandle(process);
	if (!is_seen)
		return -1;
	*start = (uint64_t)born.dwHighDateTime << 32 | born.dwLowDateTime;
	return 1;
}

uint64_t rs_host_process_start(uint32_t pid)
{
	uint64_t start;
	int is_running;
	return read_process(pid, &start, &is_running) == 1 ? start : 0;
}

/* Numbers of processes are the machine's. */
uint64_t rs_host_process_namespace(void)
{
	return 0;
}

int rs_host_process_alive(uint32_t pid, uint64_t start)
{
	uint64_t found;
	int is_running;

	if (pid == 0)
		return 1;
	const int seen = read_process(pid, &found, &is_running);
	if (seen <= 0)
		return seen != 0;
	return is_running && (start == 0 || found == start);
}

int rs_host_thread_alive(uint64_t owner, uint64_t start, uint64_t name_space)
{
	const uint32_t pid = (uint32_t)(owner >> 32), tid = (uint32_t)owner;

	if (name_space != 0)
		return 1;
	if (!rs_host_process_alive(pid, start))
		return 0;
	if (pid == 0 || tid == 0)
		return 1;
	const HANDLE thread = OpenThread(THREAD_QUERY_LIMITED_INFORMATION | SYNCHRONIZE, FALSE, tid);
	if (!thread)
		return GetLastError() != ERROR_INVALID_PARAMETER;
	/* The number may be a thread's of another process by now. */
	const int is_alive = WaitForSingleObject(thread, 0) != WAIT_OBJECT_0 && GetProcessIdOfThread(thread) == pid;
	CloseHandle(thread);
	return is_alive;
}

rs_status_t rs_host_random(void *bytes, size_t count)
{
	return BCryptGenRandom(NULL, bytes, (ULONG)count, BCRYPT_USE_SYSTEM_PREFERRED_RNG) == 0 ? RS_OK : RS_IO;
}

int rs_host_set_variable(const char *name, const char *value)
{
	return SetEnvironmentVariableA(name, value) && _putenv_s(name, value) == 0 ? 0 : ENOMEM;
}

void rs_host_complain(const char *line, size_t length)
{
	DWORD written;
	(void)WriteFile(GetStdHandle(STD_ERROR_HANDLE), line, (DWORD)length, &written, NULL);
}

static rs_status_t status_of(DWORD error)
{
	switch (error) {
	case ERROR_FILE_NOT_FOUND:
	case ERROR_PATH_NOT_FOUND:
	case ERROR_INVALID_NAME:
	case ERROR_BAD_NETPATH:
		return RS_NOT_FOUND;
	case ERROR_ACCESS_DENIED:
	case ERROR_WRITE_PROTECT:
	case ERROR_PRIVILEGE_NOT_HELD:
		return RS_NO_PERMISSION;
	case ERROR_FILE_EXISTS:
	case ERROR_ALREADY_EXISTS:
		return RS_EXISTS;
	case ERROR_DISK_FULL:
	case ERROR_HANDLE_DISK_FULL:
	case ERROR_DISK_QUOTA_EXCEEDED:
	case ERROR_FILE_TOO_LARGE:
		return RS_NO_SPACE;
	case ERROR_NOT_ENOUGH_MEMORY:
	case ERROR_OUTOFMEMORY:
	case ERROR_COMMITMENT_LIMIT:
	case ERROR_NO_SYSTEM_RESOURCES:
		return RS_NO_MEMORY;
	case ERROR_SHARING_VIOLATION:
	case ERROR_LOCK_VIOLATION:
	case ERROR_BUSY:
		return RS_BUSY;
	default:
		return RS_IO;
	}
}

rs_status_t rs_host_fail(int error, const char *what, const char *path, char *message, size_t message_bytes)
{
	const rs_status_t status = error < 0 ? status_of((DWORD)-error) : rs_host_library_status(error);
	char words[256];

	if (!message || !message_bytes)
		return status;
	if (error < 0)
		rs_host_words((DWORD)-error, words, sizeof(words));
	else
		snprintf(words, sizeof(words), "%s", strerror(error));
	snprintf(message, message_bytes, "%s %s: %s", what, path, words);
	return status;
}
