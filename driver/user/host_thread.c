/* SPDX-License-Identifier: MIT */
/* host_thread.c - see host_thread.h. Linux; Windows has a file of the same name. */
#define _GNU_SOURCE
#include "host_thread.h"

#include <errno.h>
#include <sched.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

uint32_t rs_host_thread_id(void)
{
	return (uint32_t)syscall(SYS_gettid);
}

int rs_host_at_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void))
{
	return pthread_atfork(before, in_parent, in_child);
}

uint32_t rs_host_processor(void)
{
	const int processor = sched_getcpu();
	return processor < 0 ? 0 : (uint32_t)processor;
}

/* The C library tells by two words of its own where the area is. */
const uint32_t *rs_host_processor_word(void)
{
	static const uint32_t unknown = UINT32_MAX;
#if defined(__x86_64__) || defined(__aarch64__)
	if (__rseq_size)
		return &((const struct rseq *)((const char *)__builtin_thread_pointer() + __rseq_offset))->cpu_id;
#endif
	return &unknown;
}

uint32_t rs_host_processors_allowed(uint32_t *processors, uint32_t count)
{
	cpu_set_t allowed;
	uint32_t found = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
		return 0;
	for (uint32_t n = 0; n < CPU_SETSIZE && found < count; n++)
		if (CPU_ISSET(n, &allowed))
			processors[found++] = n;
	return found;
}

void rs_host_thread_keep_to(uint32_t processor)
{
	cpu_set_t only;

	CPU_ZERO(&only);
	CPU_SET(processor, &only);
	(void)pthread_setaffinity_np(pthread_self(), sizeof(only), &only);
}

void rs_host_condition_init(pthread_cond_t *condition)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

int rs_host_condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock, uint64_t until_ns)
{
	const struct timespec until = {(time_t)(until_ns / 1000000000u), (long)(until_ns % 1000000000u)};
	return pthread_cond_timedwait(condition, lock, &until) != ETIMEDOUT;
}
