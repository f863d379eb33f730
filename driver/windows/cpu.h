/* SPDX-License-Identifier: MIT */
/*
 * cpu.h - what the processor says it can do.
 */
#ifndef RS_WIN_CPU_H
#define RS_WIN_CPU_H

#include "ddk.h"

enum { RS_CPU_EAX, RS_CPU_EBX, RS_CPU_ECX, RS_CPU_EDX };

/* Whether a bit is set in a register of a leaf of CPUID that there is. */
static inline int rs_win_cpu_has(unsigned int leaf, int which, unsigned int bit)
{
	int registers[4];

	__cpuid(registers, (int)(leaf & 0x80000000u));
	if ((unsigned int)registers[RS_CPU_EAX] < leaf)
		return 0;
	__cpuid(registers, (int)leaf);
	return ((unsigned int)registers[which] >> bit & 1) != 0;
}

#endif /* RS_WIN_CPU_H */
