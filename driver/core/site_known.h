/* SPDX-License-Identifier: MIT */
/*
 * site_known.h - the handles of call sites that a shell has met: a list that takes new ones in any context, without a lock.
 *
 * Whoever walks it or takes something out has a lock of the shell's, so there is one at a time.
 */
#ifndef RS_SITE_KNOWN_H
#define RS_SITE_KNOWN_H

#include "rs_site.h"

typedef struct {
	rs_site_t *first;
} rs_known_t;

/* Puts a handle in front, once. [any context] */
void rs_known_add(rs_known_t *known, rs_site_t *site);

/* The first of them; the others by `next`. With the lock. */
static inline rs_site_t *rs_known_first(const rs_known_t *known)
{
	return __atomic_load_n(&known->first, __ATOMIC_ACQUIRE);
}

/* Takes out those for which `is_leaving` answers other than 0, and lets each ask anew. With the lock. */
void rs_known_forget(rs_known_t *known, int (*is_leaving)(const rs_site_t *site, const void *argument), const void *argument);

/* The same for those that lie from `begin` to `end`. With the lock. */
void rs_known_forget_range(rs_known_t *known, const void *begin, const void *end);

/* Whoever calls the site next asks for its level. [any context] */
static inline void rs_site_store_level(rs_site_t *site, const uint8_t *level)
{
	__atomic_store_n(&site->level, level, __ATOMIC_RELEASE);
}

#endif /* RS_SITE_KNOWN_H */
