/* SPDX-License-Identifier: MIT */
/*
 * irql.h - reading and changing the processor's IRQL, any IRQL, by the register that it is on x86-64.
 *
 * What the kit's own inline functions do there. The exported ones would be one more thing that the write path calls, and Wine, where
 * there is no IRQL, has not got all of them.
 */
#ifndef RS_WIN_IRQL_H
#define RS_WIN_IRQL_H

#include "ddk.h"

#if !defined(__x86_64__)
#error "irql.h: x86-64 only"
#endif

static inline KIRQL rs_win_irql(void)
{
	uint64_t level;

	if (!rs_win_is_kernel())
		return PASSIVE_LEVEL;
	__asm__ __volatile__("movq %%cr8, %0" : "=r"(level) : : "memory");
	return (KIRQL)level;
}

static inline void rs_win_set_irql(KIRQL level)
{
	const uint64_t wide = level;

	if (rs_win_is_kernel())
		__asm__ __volatile__("movq %0, %%cr8" : : "r"(wide) : "memory");
}

#endif /* RS_WIN_IRQL_H */
