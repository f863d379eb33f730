/* SPDX-License-Identifier: MIT */
/* sites.c - see sites.h. */
#define RS_PLAIN_CALLS
#include "sites.h"

#include <pthread.h>

#include "host_thread.h"
#include "site_event.h"
#include "site_known.h"

/* A site that is refused asks for nothing any more: no severity reaches this level. */
static const uint8_t silent = RS_LEVEL_OFF;

/* Every handle that was ever bound and not forgotten. */
static rs_known_t known;
static pthread_mutex_t known_lock = PTHREAD_MUTEX_INITIALIZER;

/* Binds a handle: from here on calls go by this number and this level, as long as the set is the one that is open. */
static void bind(const producer_set_t *set, rs_site_t *site, uint32_t number, const uint8_t *level)
{
	rs_site_store_level(site, level);
	/* B2a: the level, and what an event's format says, are there before the number that makes them be used. */
	store_u64_release(&site->bound, (uint64_t)set->serial << 32 | number);
	RS_SITE_POINT("handle:bound");
	/* B1a: the level, then which set is open: either we see that it is another one, or whoever opened that sees the level. */
	fence_full();
	RS_SITE_POINT("handle:levelled");
	if (current_set() != set)
		rs_site_store_level(site, NULL);
}

void rs_sites_reset(void)
{
	/* B1b: the set that is open, then the levels. */
	fence_full();
	pthread_mutex_lock(&known_lock);
	for (rs_site_t *site = rs_known_first(&known); site; site = site->next)
		rs_site_store_level(site, NULL);
	pthread_mutex_unlock(&known_lock);
}

void rs_sites_forget(const void *begin, const void *end)
{
	pthread_mutex_lock(&known_lock);
	rs_known_forget_range(&known, begin, end);
	pthread_mutex_unlock(&known_lock);
}

static void lock_known(void)
{
	pthread_mutex_lock(&known_lock);
}

static void unlock_known(void)
{
	pthread_mutex_unlock(&known_lock);
}

int rs_sites_setup(void)
{
	/* A child that is forked while another thread walks would wait for that thread, which it does not have. */
	return rs_host_at_fork(lock_known, unlock_known, unlock_known);
}

int rs_site_bind(const producer_set_t *set, rs_site_t *site, int severity)
{
	const rs_arguments_t none = {0};
	const uint8_t *level = set->default_level;
	uint32_t number = RS_SITE_REFUSED;

	rs_known_add(&known, site);
	if (set->sites.count && rs_site_register(&set->sites, &(rs_site_words_t){site->source, &none, NULL}, &number) == RS_OK)
		level = rs_site_level(&set->sites, number);
	bind(set, site, number, level);
	return severity >= load_u8_relaxed(level);
}

rs_status_t rs_event_bind(const producer_set_t *set, rs_event_site_t *event, int severity, const rs_piece_t *pieces)
{
	rs_arguments_t arguments;
	uint32_t number;

	if (!set->sites.count)
		return RS_NO_SPACE;
	rs_known_add(&known, &event->site);
	const rs_status_t status = rs_event_register(&set->sites, event, pieces, &arguments, &number);
	if (status != RS_OK) {
		bind(set, &event->site, RS_SITE_REFUSED, &silent);
		return status;
	}
	const uint8_t *level = rs_site_level(&set->sites, number);
	bind(set, &event->site, number, level);
	return severity >= load_u8_relaxed(level) ? RS_OK : RS_OFF;
}
