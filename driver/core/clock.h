/* SPDX-License-Identifier: MIT */
/*
 * clock.h - reading the processor's own time stamp counter, the clock of most ring sets.
 */
#ifndef RS_CLOCK_H
#define RS_CLOCK_H

#include "rs_abi.h"

#if defined(__x86_64__)
#define RS_CLOCK_COUNTER RS_CLOCK_TSC
/* Plain rdtsc: 9.5 ns where rdtscp costs 18. It may be read a few instructions early or late, which index order
 * does not depend on. */
static inline uint64_t rs_clock_counter(void)
{
	return __builtin_ia32_rdtsc();
}

/* Clock order: not before the locked instruction in front of it has been done, and not after what follows. LFENCE waits for all
 * earlier instructions to complete (Intel SDM vol. 2, LFENCE; AMD APM vol. 3, where the system has made it serialising, as
 * Linux and Windows do). */
static inline uint64_t rs_clock_counter_ordered(void)
{
	__builtin_ia32_lfence();
	const uint64_t ticks = __builtin_ia32_rdtsc();
	__builtin_ia32_lfence();
	return ticks;
}

/* The writer's end of it: what follows is a store that shows the entry, and stores retire in order. */
static inline uint64_t rs_clock_counter_after(void)
{
	__builtin_ia32_lfence();
	return __builtin_ia32_rdtsc();
}
#elif defined(__aarch64__)
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
