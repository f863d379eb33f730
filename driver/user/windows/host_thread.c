/* SPDX-License-Identifier: MIT */
/* host_thread.c - host_thread.h on Windows 7 and later, with MinGW-w64's pthreads. */
#include "host_thread.h"

#include <windows.h>

#include <errno.h>

#include "host.h"

#define GROUP_PROCESSORS 64u

uint32_t rs_host_thread_id(void)
{
	return GetCurrentThreadId();
}

int rs_host_at_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void))
{
	(void)before;
	(void)in_parent;
	(void)in_child;
	return 0;
}

uint32_t rs_host_processor(void)
{
	PROCESSOR_NUMBER now;

	GetCurrentProcessorNumberEx(&now);
	return now.Group * GROUP_PROCESSORS + now.Number;
}

const uint32_t *rs_host_processor_word(void)
{
	static const uint32_t unknown = UINT32_MAX;
	return &unknown;
}

/* Of the group that the process has begun in. */
uint32_t rs_host_processors_allowed(uint32_t *processors, uint32_t count)
{
	DWORD_PTR allowed, installed;
	uint32_t found = 0;

	if (!GetProcessAffinityMask(GetCurrentProcess(), &allowed, &installed))
		return 0;
	for (uint32_t n = 0; n < GROUP_PROCESSORS && found < count; n++)
		if (allowed >> n & 1)
			processors[found++] = n;
	return found;
}

void rs_host_thread_keep_to(uint32_t processor)
{
	(void)SetThreadAffinityMask(GetCurrentThread(), (DWORD_PTR)1 << processor);
}

void rs_host_condition_init(pthread_cond_t *condition)
{
	pthread_cond_init(condition, NULL);
}

int rs_host_condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock, uint64_t until_ns)
{
	const uint64_t now_ns = rs_host_clock_read(RS_CLOCK_MONOTONIC_NS);
	const uint64_t rest_ns = until_ns > now_ns ? until_ns - now_ns : 0;
	const struct timespec rest = {(time_t)(rest_ns / 1000000000u), (long)(rest_ns % 1000000000u)};

	return pthread_cond_timedwait_relative_np(condition, lock, &rest) != ETIMEDOUT;
}
