/* SPDX-License-Identifier: MIT */
/*
 * debugger.h - what a debugger finds the ring sets by: ringscope.windbg.js looks for the symbol ringscope_debugger in ringscope.pdb, and
 * needs no types then. Read only; nobody in the driver uses it.
 */
#ifndef RS_WIN_DEBUGGER_H
#define RS_WIN_DEBUGGER_H

#include "set.h"

#define RS_WIN_DEBUGGER_MAGIC 0x5247424457435352ull /* "RSCWDBGR" in memory */

typedef struct {
	uint64_t magic;
	uint32_t version; /* 1 */
	uint32_t reserved;
	const LIST_ENTRY *sets; /* every set, by its list entry */
	/* Offsets in a set, in bytes: of that list entry, of its name (32 bytes, ends with a zero), and of the addresses of its two
	 * mappings: what the driver writes, and what the reader does. */
	uint32_t in_sets, name, shared, reader;
} rs_win_debugger_t;

extern const rs_win_debugger_t ringscope_debugger;

#endif /* RS_WIN_DEBUGGER_H */
