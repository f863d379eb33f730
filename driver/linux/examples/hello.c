// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * hello.c - the smallest module that logs: what `rs_log` says goes where printk does not, into the
 * rings of the set "default".
 */
#include <linux/module.h>

#include "ringscope.h"

static int __init hello_init(void)
{
	rs_log(RS_INFO, "hello from %s on processor %u", KBUILD_MODNAME, raw_smp_processor_id());
	return 0;
}

static void __exit hello_exit(void)
{
	rs_log(RS_INFO, "goodbye");
}

module_init(hello_init);
module_exit(hello_exit);
MODULE_DESCRIPTION("The smallest module that logs with Ringscope");
MODULE_LICENSE("Dual MIT/GPL");
