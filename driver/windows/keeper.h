/* SPDX-License-Identifier: MIT */
/*
 * keeper.h - the driver's own thread: once a second the clocks of all sets, and while somebody waits the rings. PASSIVE_LEVEL.
 */
#ifndef RS_WIN_KEEPER_H
#define RS_WIN_KEEPER_H

#include "ddk.h"

NTSTATUS rs_win_keeper_start(void);
/* Returns when the thread has ended. */
void rs_win_keeper_stop(void);
/* Somebody waits from now on. */
void rs_win_keeper_wake(void);

#endif /* RS_WIN_KEEPER_H */
