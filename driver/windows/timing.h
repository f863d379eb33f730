/* SPDX-License-Identifier: MIT */
/*
 * timing.h - which clock a set has, how fast it is, and its anchors in unix time. PASSIVE_LEVEL.
 */
#ifndef RS_WIN_TIMING_H
#define RS_WIN_TIMING_H

#include "ddk.h"
#include "rs_abi.h"

/* Finds the system's clock; about 20 ms. STATUS_NOT_SUPPORTED before Windows 8. */
NTSTATUS rs_win_timing_init(void);
/* The processor's counter where it is invariant and the system's own performance counter is made of it, else that one. */
uint32_t rs_win_clock_kind(void);
uint64_t rs_win_ticks_per_second(uint32_t kind);
int64_t rs_win_unix_ns(void);
/* Of the system's counter: since the machine was started, and never back. */
uint64_t rs_win_now_ns(void);
/* Both clocks in one bracket, the narrowest of a few tries. Its generation is the caller's. */
rs_anchor_t rs_win_anchor(uint32_t kind);

#endif /* RS_WIN_TIMING_H */
