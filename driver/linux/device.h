/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * device.h - an open file of /dev/ringscope, and what each part of the device does with it.
 */
#ifndef RS_LINUX_DEVICE_H
#define RS_LINUX_DEVICE_H

#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/poll.h>

#include "set.h"

struct rs_linux_file {
	/* Selected, or null. With rs_linux_lock, and changed only while `mapped` is held. */
	struct rs_linux_set *set;
	atomic_t mapped; /* mappings through this file, which keep the set; -1: none may come */
	/* Of poll.c. */
	wait_queue_head_t waiters;
	struct hrtimer timer;
	atomic_t is_timed;
	u32 looks;
	u64 pending_since_ns; /* 0: nothing is pending, as far as we saw */
	u64 told;	      /* bytes that had been written when poll last had something to tell */
};

/*
 * The selected set goes, and with it a claim; where it was ephemeral and nobody else has it, so
 * does it. With rs_linux_lock, and the file's `mapped` held.
 */
void rs_linux_deselect(struct rs_linux_file *file);
void rs_linux_select(struct rs_linux_file *file, struct rs_linux_set *set);

long rs_linux_ioctl(struct file *file, unsigned int command, unsigned long address);
int rs_linux_mmap(struct file *file, struct vm_area_struct *area);
__poll_t rs_linux_poll(struct file *file, poll_table *table);
void rs_linux_poll_init(struct rs_linux_file *file);
/* Before the file's set changes. With rs_linux_lock. */
void rs_linux_poll_stop(struct rs_linux_file *file);

/*
 * Of control.c: what RS_IOC_CONTROL does, in the kernel. With rs_linux_lock; `changes` is a private
 * copy.
 */
int rs_linux_control(struct rs_linux_set *set, const rs_rule_t *changes, u32 count, bool is_reset);

#endif /* RS_LINUX_DEVICE_H */
