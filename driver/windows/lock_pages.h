/* SPDX-License-Identifier: MIT */
/*
 * lock_pages.h - MmProbeAndLockPages for writing, whose failure is an exception, as a function with a result (lock_pages.S).
 */
#ifndef RS_WIN_LOCK_PAGES_H
#define RS_WIN_LOCK_PAGES_H

#include "ddk.h"

/* STATUS_SUCCESS, or the code of the exception; then nothing is locked. Below DISPATCH_LEVEL. */
_IRQL_requires_max_(APC_LEVEL) NTSTATUS rs_win_lock_pages(_Inout_ PMDL memory);

#endif /* RS_WIN_LOCK_PAGES_H */
