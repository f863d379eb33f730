/* SPDX-License-Identifier: MIT */
/*
 * ring_bind.h - a producer's private views of the rings of a set, made from its checked header. Whoever opens or makes a set calls it once.
 */
#ifndef RS_RING_BIND_H
#define RS_RING_BIND_H

#include "ring.h"

/* `set` is the first byte of what producers write, `consumer` the byte at consumer_off; `rings` has room for ring_count of them. */
void rs_rings_bind(const rs_set_header_t *header, uint8_t *set, uint8_t *consumer, rs_ring_t *rings);

/* What all rings of the set are. */
enum rs_ring_kind rs_rings_kind(const rs_set_header_t *header);

#endif /* RS_RING_BIND_H */
