/* SPDX-License-Identifier: MIT */
/*
 * routine.h - what not every system, or not every import library, has: looked up when the driver begins. PASSIVE_LEVEL.
 */
#ifndef RS_WIN_ROUTINE_H
#define RS_WIN_ROUTINE_H

#include "ddk.h"

/* Null: the system has none of that name. */
static inline PVOID rs_win_find_routine(const WCHAR *name)
{
	UNICODE_STRING wanted;

	RtlInitUnicodeString(&wanted, name);
	return MmGetSystemRoutineAddress(&wanted);
}

#endif /* RS_WIN_ROUTINE_H */
