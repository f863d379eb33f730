/* SPDX-License-Identifier: MIT */
/* sites.c - see sites.h. */
#define RS_PLAIN_CALLS
#include "sites.h"

#include <pthread.h>
#include <stdint.h>

/* A site that is refused asks for nothing any more: no severity reaches this level. */
static const uint8_t silent = RS_LEVEL_OFF;

/* Every handle that was ever bound and not forgotten. New ones come in front, without a lock; whoever walks or takes out has it. */
static rs_site_t *known;
static pthread_mutex_t known_lock = PTHREAD_MUTEX_INITIALIZER;

static void make_known(rs_site_t *site)
{
	uint32_t unknown = 0;
	/* One of all who call it for the first time; a handler in between leaves it to whom it interrupts. */
	if (load_u32_relaxed(&site->is_known) ||
	    !__atomic_compare_exchange_n(&site->is_known, &unknown, 1, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return;
	RS_SITE_POINT("handle:known");
	rs_site_t *first = __atomic_load_n(&known, __ATOMIC_RELAXED);
	do
		site->next = first;
	while (!__atomic_compare_exchange_n(&known, &first, site, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static void store_level(rs_site_t *site, const uint8_t *level)
{
	__atomic_store_n(&site->level, level, __ATOMIC_RELEASE);
}

/* Binds a handle: from here on calls go by this number and this level, as long as the set is the one that is open. */
static void bind(const producer_set_t *set, rs_site_t *site, uint32_t number, const uint8_t *level)
{
	store_level(site, level);
	/* B2a: the level, and what an event's format says, are there before the number that makes them be used. */
	store_u64_release(&site->bound, (uint64_t)set->serial << 32 | number);
	RS_SITE_POINT("handle:bound");
	/* B1a: the level, then which set is open: either we see that it is another one, or whoever opened that sees the level. */
	fence_full();
	RS_SITE_POINT("handle:levelled");
	if (current_set() != set)
		store_level(site, NULL);
}

void rs_sites_reset(void)
{
	/* B1b: the set that is open, then the levels. */
	fence_full();
	pthread_mutex_lock(&known_lock);
	for (rs_site_t *site = __atomic_load_n(&known, __ATOMIC_ACQUIRE); site; site = site->next)
		store_level(site, NULL);
	pthread_mutex_unlock(&known_lock);
}

void rs_sites_forget(const void *begin, const void *end)
{
	rs_site_t *kept = NULL, *last = NULL;

	pthread_mutex_lock(&known_lock);
	rs_site_t *site = __atomic_exchange_n(&known, NULL, __ATOMIC_ACQUIRE);
	while (site) {
		rs_site_t *next = site->next;
		if ((uintptr_t)site >= (uintptr_t)begin && (uintptr_t)site < (uintptr_t)end) {
			store_level(site, NULL);
			store_u32_release(&site->is_known, 0);
		} else {
			site->next = kept;
			kept = site;
			if (!last)
				last = site;
		}
		site = next;
	}
	if (kept) {
		rs_site_t *first = __atomic_load_n(&known, __ATOMIC_RELAXED);
		do
			last->next = first;
		while (!__atomic_compare_exchange_n(&known, &first, kept, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED));
	}
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
	return pthread_atfork(lock_known, unlock_known, unlock_known);
}

static rs_status_t register_site(const producer_set_t *set, const rs_site_source_t *source, const rs_arguments_t *arguments,
				 const rs_enum_names_t *const *enums, uint32_t *number)
{
	return rs_site_register(&set->sites, &(rs_site_words_t){source, arguments, enums}, number);
}

int rs_site_bind(const producer_set_t *set, rs_site_t *site, int severity)
{
	const rs_arguments_t none = {0};
	const uint8_t *level = set->default_level;
	uint32_t number = RS_SITE_REFUSED;

	make_known(site);
	if (set->sites.count && register_site(set, site->source, &none, NULL, &number) == RS_OK)
		level = rs_site_level(&set->sites, number);
	bind(set, site, number, level);
	return severity >= load_u8_relaxed(level);
}

/* The same bytes by everybody who comes by for the first time. */
static void keep_arguments(rs_event_site_t *event, const rs_arguments_t *arguments)
{
	for (uint32_t n = 0; n < arguments->count; n++) {
		store_u8_relaxed(&event->stored[n], arguments->types[n]);
		__atomic_store_n(&event->longest[n], arguments->longest[n], __ATOMIC_RELAXED);
	}
}

rs_status_t rs_event_bind(const producer_set_t *set, rs_event_site_t *event, int severity, const rs_piece_t *pieces)
{
	const rs_site_source_t *source = event->site.source;
	const rs_enum_names_t *enums[RS_ARGUMENTS_MAX] = {0};
	rs_arguments_t arguments;
	uint32_t number;

	if (!set->sites.count)
		return RS_NO_SPACE;
	make_known(&event->site);
	rs_status_t status = rs_arguments_read(source, &arguments);
	if (status != RS_OK) {
		rs_site_refuse(&set->sites);
	} else {
		for (uint32_t n = 0; pieces && n < arguments.count; n++)
			if (arguments.types[n] == RS_ARGUMENT_ENUM)
				enums[n] = pieces[n].at;
		status = register_site(set, source, &arguments, enums, &number);
	}
	if (status != RS_OK) {
		bind(set, &event->site, RS_SITE_REFUSED, &silent);
		return status;
	}
	keep_arguments(event, &arguments);
	const uint8_t *level = rs_site_level(&set->sites, number);
	bind(set, &event->site, number, level);
	return severity >= load_u8_relaxed(level) ? RS_OK : RS_OFF;
}
