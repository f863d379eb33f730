// SPDX-License-Identifier: GPL-2.0 OR MIT
/* control.c - changing the rules of a set's table of call sites. See device.h. */
#define RS_PLAIN_CALLS
#include "device.h"

#include "sites.h"

static int errno_of(rs_status_t status)
{
	switch (status) {
	case RS_OK:
		return 0;
	case RS_NOT_FOUND:
		return -EOPNOTSUPP;
	case RS_NO_MEMORY:
		return -ENOMEM;
	case RS_NO_SPACE:
		return -ENOSPC;
	default:
		return -EINVAL;
	}
}

int rs_linux_control(struct rs_linux_set *set, const rs_rule_t *changes, u32 count, bool is_reset)
{
	lockdep_assert_held(&rs_linux_lock);
	return errno_of(rs_sites_control(&set->producer, set->place, changes, count, is_reset));
}
