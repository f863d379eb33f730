/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * timing.h - which clock a set has, how fast it is, and its anchors in unix time.
 */
#ifndef RS_LINUX_TIMING_H
#define RS_LINUX_TIMING_H

#include "rs_abi.h"

/*
 * The counter where every processor has the same one, it never stops, and the kernel trusts it;
 * else RS_CLOCK_MONOTONIC_NS.
 */
u32 rs_linux_clock_kind(void);
u64 rs_linux_ticks_per_second(u32 kind);
/* Both clocks in one bracket, the narrowest of a few tries. Its generation is the caller's. */
rs_anchor_t rs_linux_anchor(u32 kind);

#endif /* RS_LINUX_TIMING_H */
