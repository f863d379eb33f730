/* SPDX-License-Identifier: MIT */
/*
 * debug_print.h - what the system calls with each text that a driver prints (DbgPrint and its like), in the context of who prints it.
 */
#ifndef RS_WIN_DEBUG_PRINT_H
#define RS_WIN_DEBUG_PRINT_H

#include "shell.h"

/*
 * Callbacks that can be under way on a processor: of a thread, a DPC, interrupts, an NMI. What is deeper is counted as missed: a print
 * that the callback itself causes would go on until the stack ends.
 */
#define RS_WIN_PRINTS_MAX 8u

/* Writes the text into the set that it goes to. The text is resident: it lies on the stack of who prints. [any] */
void NTAPI rs_win_debug_print(PSTRING output, ULONG component, ULONG level);

/* Null: into none. */
extern const rs_producer_t *rs_win_printed_into;

/* With rs_win_sets_lock. A callback that has begun before may have the set that it was until rs_shell_wait_for_writers returns. */
static inline void rs_win_print_into(const rs_producer_t *set)
{
	/* W5a: the pointer taken out, then the slots looked at. */
	store_u64_total((uint64_t *)(void *)&rs_win_printed_into, (uintptr_t)set);
}

#endif /* RS_WIN_DEBUG_PRINT_H */
