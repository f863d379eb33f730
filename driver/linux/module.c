// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * module.c - ringscope.ko: loading, unloading, and the set that early logs go to.
 *
 * README.md tells how it is built, loaded and used; driver/DESIGN.md, "In a kernel", why it is
 * right.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#define RS_PLAIN_CALLS

#include <linux/miscdevice.h>
#include <linux/module.h>

#ifdef CONFIG_X86
#include <asm/cpufeature.h>
#endif

#include "api.h"
#include "device_file.h"
#include "module_sites.h"
#include "set.h"
#include "version.h"

static bool autostart;
module_param(autostart, bool, 0444);
MODULE_PARM_DESC(autostart, "make the set \"default\" and start it when the module is loaded (0)");

static ulong ring_bytes;
module_param(ring_bytes, ulong, 0444);
MODULE_PARM_DESC(ring_bytes, "autostart: bytes of each ring, a power of two (0: at most 4 MiB)");

static ulong ring_memory;
module_param(ring_memory, ulong, 0444);
MODULE_PARM_DESC(ring_memory, "autostart: bytes of all rings together (0: a quarter of the limit)");

static uint mode;
module_param(mode, uint, 0444);
MODULE_PARM_DESC(mode, "autostart: what a full ring does: 0 refuses new entries, 1 overwrites old ones");

static uint order;
module_param(order, uint, 0444);
MODULE_PARM_DESC(order, "autostart: 0 orders entries by one counter, 1 by the processors' clock");

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "ringscope",
	.fops = &rs_linux_device_file,
	.mode = 0660,
};

static int start_default(void)
{
	const struct rs_linux_wish wish = {
		.name = "default",
		.plan = {
			.mode = mode,
			.order = order,
			.ring_bytes = ring_bytes,
			.ring_memory = ring_memory,
		},
	};
	struct rs_linux_set *set;

	mutex_lock(&rs_linux_lock);
	set = rs_linux_set_make(&wish);
	if (!IS_ERR(set))
		rs_linux_set_start(set);
	mutex_unlock(&rs_linux_lock);
	if (IS_ERR(set))
		pr_err("cannot make the set \"default\": error %ld; look at this module's parameters\n",
		       PTR_ERR(set));
	return PTR_ERR_OR_ZERO(set);
}

static void remove_sets(void)
{
	struct rs_linux_set *set, *next;

	mutex_lock(&rs_linux_lock);
	list_for_each_entry_safe(set, next, &rs_linux_sets, in_sets)
		rs_linux_set_remove(set);
	mutex_unlock(&rs_linux_lock);
}

static int __init begin(void)
{
	int error;

#ifdef CONFIG_X86
	/* The reservation's swap. The first processors with 64 bits, and some emulated ones, lack it. */
	if (!boot_cpu_has(X86_FEATURE_CX16)) {
		pr_err("this processor has no instruction cmpxchg16b, which the rings need; of an emulated one choose another model\n");
		return -ENODEV;
	}
#endif
	rs_linux_cpus = alloc_percpu(struct rs_linux_cpu);
	if (!rs_linux_cpus)
		return -ENOMEM;
	error = rs_linux_sites_init();
	if (error)
		goto no_sites;
	if (autostart)
		error = start_default();
	if (error)
		goto no_set;
	error = misc_register(&device);
	if (error)
		goto no_device;
	return 0;

no_device:
	remove_sets();
no_set:
	rs_linux_sites_exit();
no_sites:
	free_percpu(rs_linux_cpus);
	return error;
}

/* No file is open and no module uses us, or we would not be here. */
static void __exit end(void)
{
	misc_deregister(&device);
	rs_linux_api_close();
	remove_sets();
	rs_linux_sites_exit();
	free_percpu(rs_linux_cpus);
}

module_init(begin);
module_exit(end);

MODULE_DESCRIPTION("Ring buffers for the logs of kernel drivers");
MODULE_VERSION(RINGSCOPE_VERSION);
MODULE_LICENSE("Dual MIT/GPL");
