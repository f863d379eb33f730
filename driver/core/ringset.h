/* SPDX-License-Identifier: MIT */
/*
 * ringset.h - where the parts of a ring set lie: planning a new one, checking one that was found.
 *
 * Pure arithmetic, used by every producer shell and by the reader; no system call, no allocation.
 */
#ifndef RS_RINGSET_H
#define RS_RINGSET_H

#include "rs_abi.h"
#include "rs_status.h"
#include "rs_types.h"

#define RS_RING_BYTES_DEFAULT (4ull << 20)
#define RS_RING_MEMORY_DEFAULT (256ull << 20)
#define RS_INTENT_COUNT_DEFAULT 1024u
#define RS_INTENT_COUNT_MAX 65536u
/* What the shells plan where nobody says otherwise: about 1.1 MiB. */
#define RS_SITE_COUNT_DEFAULT 4096u
#define RS_SITE_TEXT_BYTES_DEFAULT (1u << 20)

typedef struct {
	uint32_t ring_count;
	uint32_t intent_count; /* 0: default */
	uint32_t mode, order;
	uint64_t ring_bytes;  /* 0: min(4 MiB, ring_memory / ring_count), rounded down to a power of two */
	uint64_t ring_memory; /* 0: 256 MiB; all rings together */
	/* For the shell that makes the set. 0: the best that the host has; RS_CLOCK_MONOTONIC_NS, in index order, for entries whose
	 * times were taken by somebody else. */
	uint32_t clock_kind;
	uint32_t site_count;      /* 0: no table of call sites */
	uint32_t site_text_bytes; /* 0: 256 for each site, and no less than there may be */
} rs_plan_t;

/*
 * Fills geometry, magic and versions of `header` from `plan`; key, clock, identity and anchors are the caller's.
 * Returns RS_OK, or RS_BAD_ARGUMENT with a line in `message` that says which number cannot be.
 */
rs_status_t rs_ringset_plan(const rs_plan_t *plan, rs_set_header_t *header, char *message,
			    size_t message_bytes) RS_MUST_USE;

/*
 * Checks a private copy of a header against the number of bytes that are really there. Everything that is read
 * from `header` afterwards is within `total_bytes`. Returns RS_OK, RS_NOT_RINGS or RS_BAD_ABI with a line in `message`.
 */
rs_status_t rs_ringset_check(const rs_set_header_t *header, uint64_t available_bytes, char *message,
			     size_t message_bytes) RS_MUST_USE;

/* Whether a checked header names a table of call sites, and how many bytes that takes from site_off on. */
int rs_ringset_has_sites(const rs_set_header_t *header);
uint64_t rs_ringset_site_bytes(const rs_set_header_t *header);

#endif /* RS_RINGSET_H */
