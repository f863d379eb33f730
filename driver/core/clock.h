/* SPDX-License-Identifier: MIT */
/*
 * clock.h - reading the processor's own time stamp counter, the clock of most ring sets.
 */
#ifndef RS_CLOCK_H
#define RS_CLOCK_H

#include "rs_abi.h"

#if defined(__KERNEL__) && defined(__x86_64__)
#include <asm/tsc.h>
#endif

#if defined(__x86_64__)
#define RS_CLOCK_COUNTER RS_CLOCK_TSC
/* The second builtin belongs to SSE2, which a kernel is not compiled for; the first is unknown to Linux's checker. */
#ifdef __KERNEL__
static inline uint64_t rs_clock_rdtsc(void)
{
	return rdtsc();
}
#else
static inline uint64_t rs_clock_rdtsc(void)
{
	return __builtin_ia32_rdtsc();
}
#endif

#ifdef RS_IN_KERNEL
static inline void rs_clock_fence(void)
{
	__asm__ __volatile__("lfence" : : : "memory");
}
#else
static inline void rs_clock_fence(void)
{
	__builtin_ia32_lfence();
}
#endif

/* Plain rdtsc: 9.5 ns where rdtscp costs 18. It may be read a few instructions early or late, which index order
 * does not depend on. */
static inline uint64_t rs_clock_counter(void)
{
	return rs_clock_rdtsc();
}

/* Clock order: not before the locked instruction in front of it has been done, and not after what follows. LFENCE waits for all
 * earlier instructions to complete (Intel SDM vol. 2, LFENCE; AMD APM vol. 3, where the system has made it serialising, as
 * Linux and Windows do). */
static inline uint64_t rs_clock_counter_ordered(void)
{
	rs_clock_fence();
	const uint64_t ticks = rs_clock_rdtsc();
	rs_clock_fence();
	return ticks;
}

/* The writer's end of it: what follows is a store that shows the entry, and stores retire in order. */
static inline uint64_t rs_clock_counter_after(void)
{
	rs_clock_fence();
	return rs_clock_rdtsc();
}
#elif defined(__aarch64__) && !defined(__KERNEL__)
#define RS_CLOCK_COUNTER RS_CLOCK_CNTVCT
static inline uint64_t rs_clock_counter(void)
{
	uint64_t ticks;
	__asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
}

/* Clock order: DSB waits until earlier accesses are done for everybody, ISB keeps the counter from being read early
 * (Arm ARM D11.2.2). */
static inline uint64_t rs_clock_counter_ordered(void)
{
	uint64_t ticks;
	__asm__ __volatile__("dsb ish\n\tisb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(ticks) : : "memory");
	return ticks;
}

static inline uint64_t rs_clock_counter_after(void)
{
	return rs_clock_counter_ordered();
}
#endif

#endif /* RS_CLOCK_H */
