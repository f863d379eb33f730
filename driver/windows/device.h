/* SPDX-License-Identifier: MIT */
/*
 * device.h - an open file of the device, and what each part of the device does with it. PASSIVE_LEVEL.
 */
#ifndef RS_WIN_DEVICE_H
#define RS_WIN_DEVICE_H

#include "set.h"
#include "wait.h"

/* Everything with rs_win_sets_lock. */
typedef struct rs_win_file {
	rs_win_set_t *set; /* selected, or null */
	int has_mapped;	   /* it has been given sections of that set */
	rs_win_wait_t wait;
} rs_win_file_t;

/* The selected set goes, and with it a claim; where it was ephemeral and nobody else has it, so does it. */
void rs_win_deselect(rs_win_file_t *file);
void rs_win_select(rs_win_file_t *file, rs_win_set_t *set);

/* Makes the device and its name for programs. */
NTSTATUS rs_win_device_make(PDRIVER_OBJECT driver);
void rs_win_device_remove(PDRIVER_OBJECT driver);

/* Of ioctl.c. */
_Dispatch_type_(IRP_MJ_DEVICE_CONTROL) DRIVER_DISPATCH rs_win_device_control;

/* Of control.c: what RS_IOC_CONTROL does. With the lock; `changes` is a private copy. */
NTSTATUS rs_win_control(rs_win_set_t *set, const rs_rule_t *changes, uint32_t count, int is_reset);

#endif /* RS_WIN_DEVICE_H */
