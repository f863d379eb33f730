// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * main.c - the test module's beginning and end. It logs into the set "test", which somebody else makes and starts.
 */
#include <linux/module.h>

#include "rs_test.h"

RINGSCOPE_DEFINE_TARGET(rs_test_target, "test");

static int __init rs_test_init(void)
{
	int status = rs_test_accounts_init();

	if (status)
		return status;
	status = rs_test_interrupts_init();
	if (status)
		goto free_accounts;
	status = rs_test_debugfs_init();
	if (status)
		goto stop_interrupts;
	return 0;

stop_interrupts:
	rs_test_interrupts_fini();
free_accounts:
	rs_test_accounts_fini();
	return status;
}

static void __exit rs_test_exit(void)
{
	rs_test_debugfs_fini();
	rs_test_interrupts_fini();
	rs_test_canary_remove();
	rs_test_accounts_fini();
}

module_init(rs_test_init);
module_exit(rs_test_exit);
MODULE_DESCRIPTION("Logs from every context and counts what came of it");
MODULE_LICENSE("Dual MIT/GPL");
