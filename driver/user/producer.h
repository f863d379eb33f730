/* SPDX-License-Identifier: MIT */
/*
 * producer.h - a ring set as a process writes into it, and which one that is now.
 */
#ifndef RS_PRODUCER_H
#define RS_PRODUCER_H

#include "atomics.h"
#include "ring.h"
#include "ringset_file.h"
#include "site.h"
#include "thread.h"

/* Everything a write needs, private to the process and never changed once it is published in `open_set`. */
typedef struct producer_set {
	uint32_t serial; /* of the sets that this process has opened: 1 … */
	uint32_t ring_count;
	uint32_t clock_kind;
	enum rs_ring_kind kind;
	rs_ring_t *rings;
	rs_intent_table_t intents;
	rs_site_table_t sites;
	const uint8_t *default_level; /* of what has no site */
	rs_ringset_file_t file;
	struct producer_set *before; /* opened earlier: it stays, since a thread may be inside of it */
} producer_set_t;

/* Of log.c. */
extern producer_set_t *rs_open_set __attribute__((visibility("hidden")));

static inline const producer_set_t *current_set(void)
{
	return __atomic_load_n(&rs_open_set, __ATOMIC_ACQUIRE);
}

#endif /* RS_PRODUCER_H */
