/* SPDX-License-Identifier: MIT */
/* sources.c - see sources.h. */
#define RS_PLAIN_CALLS
#include "sources.h"

#include "debug_print.h"

static rs_win_set_print_t set_print;
static int was_on;

void rs_win_sources_begin(rs_win_set_print_t of_the_system)
{
	set_print = of_the_system;
}

void rs_win_sources_end(void)
{
	LARGE_INTEGER a_while = {.QuadPart = -1000000}; /* 100 ms */

	/* A callback that has let go of its slot still has its last instructions to run, and nobody tells us when they have been. */
	if (was_on)
		(void)KeDelayExecutionThread(KernelMode, FALSE, &a_while);
	was_on = 0;
}

/* What is on for other sets. */
static uint64_t taken_by_others(const rs_win_set_t *set)
{
	LIST_ENTRY *entry;
	uint64_t taken = 0;

	for (entry = rs_win_sets.Flink; entry != &rs_win_sets; entry = entry->Flink)
		if (RS_WIN_SET_OF(entry) != set)
			taken |= RS_WIN_SET_OF(entry)->sources;
	return taken;
}

static NTSTATUS switch_on(rs_win_set_t *set)
{
	NTSTATUS status;

	rs_win_print_into(&set->producer);
	status = set_print(rs_win_debug_print, TRUE);
	if (!NT_SUCCESS(status)) {
		rs_win_print_into(NULL);
		return status;
	}
	set->sources = RS_SOURCE_DEBUG_PRINT;
	was_on = 1;
	return STATUS_SUCCESS;
}

/* No document says that the system waits for callbacks that are under way. */
static void switch_off(rs_win_set_t *set)
{
	(void)set_print(rs_win_debug_print, FALSE);
	rs_win_print_into(NULL);
	rs_shell_wait_for_writers();
	set->sources = 0;
}

NTSTATUS rs_win_sources_switch(rs_win_set_t *set, uint64_t wanted)
{
	if (wanted & ~(uint64_t)RS_WIN_SOURCES_ALL)
		return STATUS_INVALID_PARAMETER;
	if (wanted && !set_print)
		return STATUS_NOT_SUPPORTED;
	if (wanted && !set->place)
		return STATUS_DEVICE_NOT_READY;
	if (wanted & taken_by_others(set))
		return STATUS_DEVICE_BUSY;
	if (wanted && !set->sources)
		return switch_on(set);
	if (!wanted && set->sources)
		switch_off(set);
	return STATUS_SUCCESS;
}
