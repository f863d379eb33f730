/* SPDX-License-Identifier: MIT */
/*
 * wait.h - calls of WAIT that are pending: one for each open file, until its set has something to take.
 *
 * Writers wake nobody; the driver's thread looks at the rings while somebody waits. PASSIVE_LEVEL with rs_win_sets_lock.
 */
#ifndef RS_WIN_WAIT_H
#define RS_WIN_WAIT_H

#include "ddk.h"

struct rs_win_file;

/* Of an open file. */
typedef struct {
	LIST_ENTRY in_waits;	   /* linked while there may be a request */
	PIRP request;		   /* with the lock of wait.c, for whoever cancels comes at DISPATCH_LEVEL */
	uint64_t deadline_ns;	   /* of rs_win_now_ns; UINT64_MAX: none */
	uint64_t pending_since_ns; /* 0: nothing was there at the last look */
	uint64_t told;		   /* overwrite mode: how much had been written when this file was last told */
} rs_win_wait_t;

void rs_win_waits_init(void);
/*
 * STATUS_PENDING: the request belongs to whoever ends the wait, and is not touched any more. STATUS_SUCCESS: there is something.
 * STATUS_TIMEOUT: there is not, and timeout_ms is 0. STATUS_DEVICE_BUSY: this file waits already. The file has selected a set.
 */
NTSTATUS rs_win_wait_begin(struct rs_win_file *file, PIRP request, uint32_t timeout_ms);
/* Before the file's set goes or becomes another one. */
void rs_win_wait_end(struct rs_win_file *file);
/* Ends every wait that has something or has lasted long enough. Returns whether there is another one. Of the driver's thread. */
int rs_win_waits_look(void);

#endif /* RS_WIN_WAIT_H */
