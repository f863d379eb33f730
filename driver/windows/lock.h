/* SPDX-License-Identifier: MIT */
/*
 * lock.h - one thread at a time, at PASSIVE_LEVEL, with the system's services at hand meanwhile (a fast mutex forbids them). Never on a
 * write path. A thread that holds one is not suspended.
 */
#ifndef RS_WIN_LOCK_H
#define RS_WIN_LOCK_H

#include "ddk.h"

typedef struct {
	KEVENT free;
} rs_win_lock_t;

static inline void rs_win_lock_init(rs_win_lock_t *lock)
{
	KeInitializeEvent(&lock->free, SynchronizationEvent, TRUE);
}

static inline void rs_win_lock(rs_win_lock_t *lock)
{
	KeEnterCriticalRegion();
	(void)KeWaitForSingleObject(&lock->free, Executive, KernelMode, FALSE, NULL);
}

static inline void rs_win_unlock(rs_win_lock_t *lock)
{
	(void)KeSetEvent(&lock->free, IO_NO_INCREMENT, FALSE);
	KeLeaveCriticalRegion();
}

#endif /* RS_WIN_LOCK_H */
