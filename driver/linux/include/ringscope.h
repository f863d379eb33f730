/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * ringscope.h - what a Linux kernel module includes to log into the rings of ringscope.ko.
 *
 *	rs_log(RS_INFO, "queue %u is up", number);
 *	rs_send(type, remarks, buffer, length);
 *	RS_EVENT(RS_INFO, nvme_complete, "queue=%u status=%s", queue, rs_errno(error));
 *
 * and RS_BEGIN, RS_END, RS_SCOPE: rs_log.h and rs_event.h tell what they mean. Calls without a
 * site: rs_vlog, rs_write, rs_reserve.
 *
 * A module logs into the set "default" while that is started, and otherwise does nothing. For a set
 * of another name, before the include: #define RINGSCOPE_TARGET my_target, and in one of its files
 * RINGSCOPE_DEFINE_TARGET(my_target, "net");
 *
 * Any context: task, softirq, hard interrupt, NMI, preemption and interrupts on or off, under any
 * lock. No lock, no allocation, no printk on the way. Between rs_reserve and rs_commit or
 * rs_discard preemption is off.
 */
#ifndef RINGSCOPE_H
#define RINGSCOPE_H

#include <linux/module.h>
#include <linux/version.h>

#include "rs_event.h"
#include "rs_log.h"

#ifdef RINGSCOPE_ITSELF
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
MODULE_IMPORT_NS("RINGSCOPE");
#else
MODULE_IMPORT_NS(RINGSCOPE);
#endif

/* A set of a module's own; 0 means the default of the device's (rs_device.h). */
struct ringscope_plan {
	u64 ring_bytes;
	u64 ring_memory;
	u32 mode;
	u32 order;
	u32 site_count;
	u32 site_text_bytes;
};

/*
 * May sleep. The device does not remove a set that a module has made: the module does, or its end
 * does. A set that readers have open then is stopped, and goes with the last of them. `name` may be
 * null: "default"; `plan` may be null. Return 0, -EINVAL, -EEXIST, -ENOSPC (memory limit, number of
 * sets), -ENOMEM, -ENOENT (no such set).
 */
int ringscope_set_make_for(struct module *module, const char *name,
			   const struct ringscope_plan *plan);
#define ringscope_set_make(name, plan) ringscope_set_make_for(THIS_MODULE, name, plan)
int ringscope_set_remove(const char *name);
int ringscope_set_start(const char *name);
int ringscope_set_stop(const char *name);

#endif /* RINGSCOPE_H */
