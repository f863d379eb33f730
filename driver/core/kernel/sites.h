/* SPDX-License-Identifier: MIT */
/*
 * sites.h - the call sites of all drivers that log: handles in their memory, and what those are bound to.
 *
 * A handle is bound on its first call in each publication of a set. Its level is a byte of its own, which the controller changes: a
 * caller looks at it before it has entered, when the set may be gone already.
 */
#ifndef RS_KERNEL_SITES_H
#define RS_KERNEL_SITES_H

#include "site_known.h"
#include "write.h"

/* Instead of a number: the site could not be registered in this set, and an event writes nothing. */
#define RS_SITE_REFUSED UINT32_MAX

extern rs_known_t rs_sites_known;

/* In a kernel the handle's reserved word holds the level that its pointer leads to. */
static inline uint8_t *rs_site_own_level(rs_site_t *site)
{
	return (uint8_t *)&site->reserved;
}

/* B2b: who sees that a site is bound sees its level. */
static inline int rs_site_needs_binding(const rs_site_t *site, uint32_t serial)
{
	return load_u64_acquire(&site->bound) >> 32 != serial;
}

/* A text or data site. Where the table has no room it obeys the level that is set for everything. [any] */
void rs_site_bind(const rs_producer_t *set, const rs_write_t *write, rs_site_t *site);

/* An event. RS_OK; RS_NO_SPACE (no table, or refused: silent from now on); RS_FULL (no scratch to register it in; counted). [any] */
rs_status_t rs_event_bind(const rs_producer_t *set, const rs_write_t *write, rs_event_site_t *event, const rs_piece_t *pieces);

/* Rules have changed: gives every site that is bound to this set its level. Waits. */
void rs_sites_level(const rs_producer_t *set);
/* The set is withdrawn and nobody is inside: its sites ask again. Waits. */
void rs_sites_reset(const rs_producer_t *set);
/* The driver ends, and nobody adds a site any more: every handle asks the next one, whose serials begin again. Waits. */
void rs_sites_exit(void);

/*
 * Changes the rules of a set's table, and where it is started the levels of its sites. One controller at a time. Waits. Returns RS_OK,
 * RS_NOT_FOUND (it has no table), RS_NO_MEMORY, RS_BAD_ARGUMENT or RS_NO_SPACE (core/site_change.h).
 */
rs_status_t rs_sites_control(const rs_producer_t *set, int is_started, const rs_rule_t *changes, uint32_t count, int is_reset) RS_MUST_USE;

#endif /* RS_KERNEL_SITES_H */
