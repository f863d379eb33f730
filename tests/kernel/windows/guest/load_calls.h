/* SPDX-License-Identifier: MIT */
/* load_calls.h - having the test driver's writers write, and telling what they and the driver counted. */
#ifndef RS_TEST_LOAD_CALLS_H
#define RS_TEST_LOAD_CALLS_H

#include "service.h"

#include "load.h"

/* Four threads of so many writes each, and a timer; each numbers its own from `first` on. A line for each: account NUMBER DATA TEXTS EVENTS FULL OTHER. */
void rs_run_load(HANDLE device, uint32_t writes, uint32_t first);
/* Of the set that the device has selected: index NEXT, and a line for each ring: ring NUMBER ATTEMPTS LOST_FULL. */
void rs_tell_snapshot(HANDLE device, uint32_t ring_count);

#endif /* RS_TEST_LOAD_CALLS_H */
