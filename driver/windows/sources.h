/* SPDX-License-Identifier: MIT */
/*
 * sources.h - what is recorded of the system without a line of C in a driver: what RS_IOC_SOURCES switches. PASSIVE_LEVEL.
 */
#ifndef RS_WIN_SOURCES_H
#define RS_WIN_SOURCES_H

#include "set.h"

#include "rs_device_windows.h"

typedef VOID(NTAPI *rs_win_print_t)(PSTRING output, ULONG component, ULONG level);
/* DbgSetDebugPrintCallback. */
typedef NTSTATUS(NTAPI *rs_win_set_print_t)(rs_win_print_t print, BOOLEAN is_on);

/* Null: this system has not got it. While no source is on. */
void rs_win_sources_begin(rs_win_set_print_t set_print);
/* Every source is off. When it returns no code of ours is run by the system any more. */
void rs_win_sources_end(void);

/*
 * Leaves exactly `wanted` on for this set. STATUS_INVALID_PARAMETER (no such source), STATUS_NOT_SUPPORTED (this system has not got it),
 * STATUS_DEVICE_NOT_READY (the set is stopped), STATUS_DEVICE_BUSY (on for another set), or what the system says when it is switched on;
 * then all is as before. With rs_win_sets_lock.
 */
NTSTATUS rs_win_sources_switch(rs_win_set_t *set, uint64_t wanted);

#endif /* RS_WIN_SOURCES_H */
