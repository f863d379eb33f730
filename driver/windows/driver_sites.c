/* SPDX-License-Identifier: MIT */
/* driver_sites.c - call sites go with the driver in whose memory they lie. See driver_sites.h. PASSIVE_LEVEL. */
#define RS_PLAIN_CALLS
#include "driver_sites.h"

#include "lock.h"
#include "sites.h"

/* Of whoever goes through the handles or takes some out; new ones come without it. */
static rs_win_lock_t known_lock;

void rs_win_sites_init(void)
{
	rs_win_lock_init(&known_lock);
}

void rs_shell_lock_sites(void)
{
	rs_win_lock(&known_lock);
}

void rs_shell_unlock_sites(void)
{
	rs_win_unlock(&known_lock);
}

void ringscope_sites_forget(const void *begin, const void *end)
{
	/* No site was ever bound where the driver has not begun, and then there is no lock. */
	if (!rs_known_first(&rs_sites_known))
		return;
	rs_shell_lock_sites();
	rs_known_forget_range(&rs_sites_known, begin, end);
	rs_shell_unlock_sites();
}
