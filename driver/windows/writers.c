/* SPDX-License-Identifier: MIT */
/* writers.c - waiting for whoever is inside of a write. See shell.h. PASSIVE_LEVEL. */
#define RS_PLAIN_CALLS
#include "shell.h"

static void pause(void)
{
	LARGE_INTEGER a_while = {.QuadPart = -1000}; /* 100 µs, or the system's tick */

	(void)KeDelayExecutionThread(KernelMode, FALSE, &a_while);
}

/*
 * Waits for the slots that were taken when it began: each has to be seen free once. Whoever takes a slot later finds no pointer. That
 * a slot is taken again at each look delays this and nothing else.
 */
static void wait_for(const rs_win_cpu_t *cpu)
{
	/* W5a: the slots behind the pointer. */
	uint64_t left = load_u64_total(&cpu->busy);

	while (left) {
		pause();
		/* W1b: the slot before anything of the set is taken away. */
		left &= load_u64_acquire(&cpu->busy);
	}
	while (load_u64_total(&cpu->crowd))
		pause();
}

void rs_shell_wait_for_writers(void)
{
	uint32_t n;

	for (n = 0; n < rs_win_cpu_count; n++)
		wait_for(&rs_win_cpus[n]);
}
