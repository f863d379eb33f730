// SPDX-License-Identifier: GPL-2.0 OR MIT
/* empty_pages.c - see set.h. */
#define RS_PLAIN_CALLS
#include "set.h"

#include <linux/sched.h>
#include <linux/string.h>

#include "site.h"

void rs_linux_empty_pages(const rs_set_header_t *header, u8 *bytes)
{
	const rs_site_table_t sites = rs_site_table_at(header, bytes);
	const size_t step = 1 << 20;
	size_t at;

	for (at = 0; at < header->total_bytes; at += step) {
		const size_t left = min_t(u64, step, header->total_bytes - at);
		u8 *rules = sites.count ? (u8 *)sites.page : bytes + header->total_bytes;
		const size_t rules_at = rules - bytes;

		/* The rules' page begins a region, so it lies in one step as a whole. */
		if (rules_at < at || rules_at >= at + left) {
			memset(bytes + at, 0, left);
		} else {
			memset(bytes + at, 0, rules_at - at);
			sites.page->text_used = 0;
			sites.page->refused = 0;
			memset(rules + RS_PAGE_BYTES, 0, at + left - rules_at - RS_PAGE_BYTES);
		}
		cond_resched();
	}
}
