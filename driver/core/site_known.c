/* SPDX-License-Identifier: MIT */
/* site_known.c - see site_known.h. */
#include "site_known.h"

#include "atomics.h"
#include "test_point.h"

static void push(rs_known_t *known, rs_site_t *first, rs_site_t *last)
{
	rs_site_t *behind = __atomic_load_n(&known->first, __ATOMIC_RELAXED);
	do
		last->next = behind;
	while (!__atomic_compare_exchange_n(&known->first, &behind, first, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

void rs_known_add(rs_known_t *known, rs_site_t *site)
{
	uint32_t unknown = 0;
	/* One of all who call it for the first time; a handler in between leaves it to whom it interrupts. */
	if (load_u32_relaxed(&site->is_known) ||
	    !__atomic_compare_exchange_n(&site->is_known, &unknown, 1, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return;
	RS_SITE_POINT("handle:known");
	push(known, site, site);
}

void rs_known_forget(rs_known_t *known, int (*is_leaving)(const rs_site_t *site, const void *argument), const void *argument)
{
	rs_site_t *kept = NULL, *last = NULL;
	rs_site_t *site = __atomic_exchange_n(&known->first, NULL, __ATOMIC_ACQUIRE);

	while (site) {
		rs_site_t *next = site->next;
		if (is_leaving(site, argument)) {
			rs_site_store_level(site, NULL);
			store_u32_release(&site->is_known, 0);
		} else {
			site->next = kept;
			kept = site;
			if (!last)
				last = site;
		}
		site = next;
	}
	if (kept)
		push(known, kept, last);
}

/* A range of addresses. */
typedef struct {
	uintptr_t begin, end;
} range_t;

static int is_in_range(const rs_site_t *site, const void *argument)
{
	const range_t *range = argument;
	return (uintptr_t)site >= range->begin && (uintptr_t)site < range->end;
}

void rs_known_forget_range(rs_known_t *known, const void *begin, const void *end)
{
	const range_t range = {(uintptr_t)begin, (uintptr_t)end};

	rs_known_forget(known, is_in_range, &range);
}
