/* SPDX-License-Identifier: MIT */
/*
 * pending.h - whether a kernel's rings hold something that is worth waking a reader for.
 *
 * For the code that waits on behalf of readers: the shell's timer or thread, and the call that begins to wait. Writers never come here.
 * Reads only, any context.
 */
#ifndef RS_PENDING_H
#define RS_PENDING_H

#include "ring.h"

#define RS_LITTLE_WAITS_NS 100000000ull /* what is less than a quarter of a ring is told of after this long */

/* How much stands in the fullest ring, and how much has ever been written. */
typedef struct {
	uint64_t most;
	uint64_t written;
} rs_fill_t;

static inline rs_fill_t rs_fill_of(const rs_ring_t *rings, uint32_t ring_count)
{
	rs_fill_t fill = {0, 0};
	uint32_t n;

	for (n = 0; n < ring_count; n++) {
		const rs_ring_t *ring = &rings[n];
		const uint64_t position = load_u64_relaxed(&ring->page->reserve.position);
		/* The consumer's word is a hint here: one that cannot be only wakes the consumer. */
		const uint64_t apart = position - load_u64_relaxed(ring->floor_pos);
		const uint64_t used = apart < ring->ring_bytes ? apart : ring->ring_bytes;

		if (used > fill.most)
			fill.most = used;
		fill.written += position;
	}
	return fill;
}

/* In overwrite mode nobody takes anything away: what is new since the reader was `told`. */
static inline uint64_t rs_pending_bytes(const rs_fill_t *fill, int is_overwriting, uint64_t told)
{
	return is_overwriting ? fill->written - told : fill->most;
}

static inline int rs_is_much(uint64_t pending, uint64_t ring_bytes)
{
	return pending >= ring_bytes / 4;
}

#endif /* RS_PENDING_H */
