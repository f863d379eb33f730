/* SPDX-License-Identifier: MIT */
/* processors.c - the slots of each processor's writes: see shell.h. PASSIVE_LEVEL. */
#define RS_PLAIN_CALLS
#include "shell.h"

static rs_win_cpu_t *before;

NTSTATUS rs_win_cpus_make(void)
{
	/* Wine without /sys says none. */
	const uint32_t found = KeQueryMaximumProcessorCountEx(ALL_PROCESSOR_GROUPS), count = found ? found : 1;
	rs_win_cpu_t *made = rs_win_allocate(count * sizeof(*made));

	if (!made)
		return STATUS_INSUFFICIENT_RESOURCES;
	before = rs_win_cpus;
	/* Who is in a write now finds no set, and leaves by the address that it came with. */
	rs_win_cpus = made;
	rs_win_cpu_count = count;
	return STATUS_SUCCESS;
}

void rs_win_cpus_free(void)
{
	rs_win_cpu_t *made = rs_win_cpus;

	rs_win_cpu_count = 1;
	rs_win_cpus = before;
	rs_win_free(made);
}
