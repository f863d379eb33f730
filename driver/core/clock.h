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
#elif defined(__aarch64__)
#define RS_CLOCK_COUNTER RS_CLOCK_CNTVCT
static inline uint64_t rs_clock_counter(void)
{
	uint64_t ticks;
	__asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
}
#endif

#endif /* RS_CLOCK_H */
