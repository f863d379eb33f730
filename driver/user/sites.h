/* SPDX-License-Identifier: MIT */
/*
 * sites.h - the call sites of this process: handles that stand in the program's own memory, and what they are bound to.
 *
 * A handle is bound on its first call in each ring set. Opening another set, or none, resets those that are known; unloading a library
 * forgets those in it.
 */
#ifndef RS_SITES_H
#define RS_SITES_H

#include "rs_event.h"
#include "producer.h"

/* Instead of a number: the site could not be registered in this set, and writes nothing. */
#define RS_SITE_REFUSED UINT32_MAX

/* B2b: who sees that a site is bound sees its level. */
static inline int rs_site_needs_binding(const rs_site_t *site, uint32_t serial)
{
	return __builtin_expect(load_u64_acquire(&site->bound) >> 32 != serial, 0) != 0;
}

/* Of a site that is bound. Whoever came by while somebody else was binding it may have looked at a level that was not there yet. */
static inline int rs_site_is_off(const rs_site_t *site, int severity)
{
	return __builtin_expect(!rs_site_is_on(site, severity), 0) != 0;
}

/* Registers a text or data site. Where the table has no room it obeys the level that is set for everything. Returns whether a call of this
 * severity is written. [any] */
int rs_site_bind(const producer_set_t *set, rs_site_t *site, int severity) __attribute__((cold, noinline));

/* Registers an event. `pieces` has the names of its enums, or is null where it has none. Returns RS_OK; RS_OFF; RS_NO_SPACE (no table);
 * otherwise it has been refused and is silent from now on. [any] */
rs_status_t rs_event_bind(const producer_set_t *set, rs_event_site_t *event, int severity, const rs_piece_t *pieces)
	__attribute__((cold, noinline));

/* Another set is open, or none: after that is stored, every known handle asks again. */
void rs_sites_reset(void);

/* Once for the process. Returns 0 or an errno. */
int rs_sites_setup(void);

#endif /* RS_SITES_H */
