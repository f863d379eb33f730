/* SPDX-License-Identifier: MIT */
/*
 * reorder.h - memory for entries that wait for an earlier one, so that their rings can go on.
 *
 * One writer that stands still inside an entry holds up the order of all rings. What waits for it is copied here and its
 * space in the ring returned. Bounded: when it is full, the rings keep what comes and refuse what they cannot keep.
 */
#ifndef RS_REORDER_H
#define RS_REORDER_H

#include <stdint.h>

#include "rs_status.h"

#define RS_REORDER_CHUNK_BYTES (1ull << 20) /* holds the longest entry */
#define RS_REORDER_BYTES_DEFAULT (256ull << 20)

typedef struct {
	uint8_t *memory; /* reserved at once, backed when used; given back to the system when empty */
	uint32_t *live;  /* copies in each chunk */
	uint64_t chunk_count;
	uint64_t chunk;  /* where the next copy goes, and how far in */
	uint64_t used;
	uint64_t bytes;  /* in copies now */
} rs_reorder_t;

/* bytes in all, rounded up to whole chunks; 0: default. Returns RS_OK or RS_NO_MEMORY. */
rs_status_t rs_reorder_init(rs_reorder_t *reorder, uint64_t bytes) RS_MUST_USE;
void rs_reorder_fini(rs_reorder_t *reorder);

/* Room for a copy of so many bytes, a multiple of eight; its number for the calls below, or 0 when there is none. */
uint64_t rs_reorder_take(rs_reorder_t *reorder, uint64_t bytes);
uint8_t *rs_reorder_at(const rs_reorder_t *reorder, uint64_t copy);
void rs_reorder_drop(rs_reorder_t *reorder, uint64_t copy, uint64_t bytes);

#endif /* RS_REORDER_H */
