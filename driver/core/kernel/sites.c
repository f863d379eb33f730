/* SPDX-License-Identifier: MIT */
/* sites.c - the part of sites.h that waits: going through the handles, and forgetting them. */
#define RS_PLAIN_CALLS
#include "sites.h"

#include "site_change.h"

void rs_sites_level(const rs_producer_t *set)
{
	rs_shell_lock_sites();
	/* W3b: the table's bytes stored, then the known sites, and their bytes behind. */
	fence_full();
	for (rs_site_t *site = rs_known_first(&rs_sites_known); site; site = site->next) {
		const uint64_t bound = load_u64_acquire(&site->bound);
		const uint32_t number = (uint32_t)bound;

		if (bound >> 32 != set->serial)
			continue;
		if (number != RS_SITE_REFUSED)
			store_u8_relaxed(rs_site_own_level(site), load_u8_relaxed(rs_site_level(&set->sites, number)));
		else if (site->source->kind != RS_KIND_EVENT)
			store_u8_relaxed(rs_site_own_level(site), load_u8_relaxed(set->default_level));
	}
	rs_shell_unlock_sites();
}

void rs_sites_reset(const rs_producer_t *set)
{
	rs_shell_lock_sites();
	for (rs_site_t *site = rs_known_first(&rs_sites_known); site; site = site->next)
		if (load_u64_acquire(&site->bound) >> 32 == set->serial)
			rs_site_store_level(site, NULL);
	rs_shell_unlock_sites();
}

static int is_any(const rs_site_t *site, const void *nothing)
{
	(void)site;
	(void)nothing;
	return 1;
}

void rs_sites_exit(void)
{
	rs_shell_lock_sites();
	for (rs_site_t *site = rs_known_first(&rs_sites_known); site; site = site->next)
		store_u64_release(&site->bound, 0);
	rs_known_forget(&rs_sites_known, is_any, NULL);
	rs_shell_unlock_sites();
}

rs_status_t rs_sites_control(const rs_producer_t *set, int is_started, const rs_rule_t *changes, uint32_t count, int is_reset)
{
	rs_change_room_t *room; /* too much for the stack */
	rs_status_t status;

	if (!set->sites.count)
		return RS_NOT_FOUND;
	if (!rs_changes_are_possible(changes, count))
		return RS_BAD_ARGUMENT;
	room = rs_shell_allocate(sizeof(*room));
	if (!room)
		return RS_NO_MEMORY;
	status = rs_site_change_rules(&set->sites, changes, count, is_reset, room);
	if (status == RS_OK && is_started)
		rs_sites_level(set);
	rs_shell_free(room);
	return status;
}
