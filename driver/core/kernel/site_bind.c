/* SPDX-License-Identifier: MIT */
/* site_bind.c - the part of sites.h that a write may come by: binding a handle. Any context. */
#define RS_PLAIN_CALLS
#include "sites.h"

#include "site_event.h"

rs_known_t rs_sites_known;

/*
 * Whoever binds and a controller that changes rules meanwhile: the handle is among the known ones before the level is looked at, and after
 * it has been stored the table's byte is looked at again.
 */
static void bind(const rs_producer_t *set, rs_site_t *site, uint32_t number, const uint8_t *level)
{
	uint8_t *own = rs_site_own_level(site);
	uint8_t seen = load_u8_relaxed(level);

	store_u8_relaxed(own, seen);
	rs_site_store_level(site, own);
	/* B2a: the level, and what an event's format says, before the number that makes them be used. */
	store_u64_release(&site->bound, (uint64_t)set->serial << 32 | number);
	for (;;) {
		/* W3a: our byte stored, then the table's byte loaded. */
		fence_full();
		if (load_u8_relaxed(level) == seen)
			return;
		seen = load_u8_relaxed(level);
		store_u8_relaxed(own, seen);
	}
}

void rs_site_bind(const rs_producer_t *set, const rs_write_t *write, rs_site_t *site)
{
	rs_scratch_t *scratch = rs_shell_scratch(write);
	const uint8_t *level = set->default_level;
	uint32_t number = RS_SITE_REFUSED;

	rs_known_add(&rs_sites_known, site);
	if (set->sites.count && scratch) {
		const rs_site_words_t words = {site->source, &scratch->arguments, NULL};

		scratch->arguments.count = 0;
		if (rs_site_register(&set->sites, &words, &number) == RS_OK)
			level = rs_site_level(&set->sites, number);
		else
			number = RS_SITE_REFUSED;
	}
	bind(set, site, number, level);
}

rs_status_t rs_event_bind(const rs_producer_t *set, const rs_write_t *write, rs_event_site_t *event, const rs_piece_t *pieces)
{
	static const uint8_t silent = RS_LEVEL_OFF;
	rs_scratch_t *scratch = rs_shell_scratch(write);
	rs_status_t status;
	uint32_t number;

	if (!set->sites.count)
		return RS_NO_SPACE;
	if (!scratch)
		return rs_write_miss(set, write);
	rs_known_add(&rs_sites_known, &event->site);
	status = rs_event_register(&set->sites, event, pieces, &scratch->arguments, &number);
	if (status == RS_OK)
		bind(set, &event->site, number, rs_site_level(&set->sites, number));
	else
		bind(set, &event->site, RS_SITE_REFUSED, &silent);
	return status;
}
