/* SPDX-License-Identifier: MIT */
/*
 * crash.h - what the driver puts into a crash dump: the pages of all sets into one that has the kernel's memory, their newest entries
 * (rs_dump_secondary.h) into every one, minidumps too.
 *
 * Beginning, ending, showing and hiding: PASSIVE_LEVEL, the latter two with rs_win_sets_lock. The others are for the machine that has
 * stopped: HIGH_LEVEL, one processor, and any place in the code of the others.
 */
#ifndef RS_WIN_CRASH_H
#define RS_WIN_CRASH_H

#include "set.h"

/* Registers with the system. Where that fails dumps lack what is here, and nothing else. */
void rs_win_crash_begin(void);
void rs_win_crash_end(void);

/* From when its pages are filled until before they go. */
void rs_win_crash_show(const rs_win_set_t *set);
void rs_win_crash_hide(const rs_win_set_t *set);

/* Contiguous in the driver's addresses. */
typedef struct {
	const void *at;
	uint64_t pages;
} rs_win_range_t;

/* Range number *next or a later one; *next is the number of the one behind it. 0: there is none. */
int rs_win_crash_next_range(uint32_t *next, rs_win_range_t *range);
/* Returns the bytes written. */
uint32_t rs_win_crash_newest(uint8_t *to, uint32_t room);

#endif /* RS_WIN_CRASH_H */
