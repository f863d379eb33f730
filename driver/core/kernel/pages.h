/* SPDX-License-Identifier: MIT */
/*
 * pages.h - what stands in the pages of a new set, and where its producers find it.
 */
#ifndef RS_KERNEL_PAGES_H
#define RS_KERNEL_PAGES_H

#include "producer.h"

/*
 * Once, when a set is made: `producer` gets what a write needs of its pages, but for the key. It stays as it is from here on, since who
 * waits for entries has the rings looked at at any time. `consumer` is the byte at consumer_off.
 */
void rs_pages_bind(const rs_set_header_t *header, uint8_t *set, uint8_t *consumer, rs_producer_t *producer);
/* Into pages that are all zero, or emptied; the rings get the header's key. `anchor` is the first one. */
void rs_pages_fill(rs_set_header_t *header, uint8_t *set, rs_producer_t *producer, rs_anchor_t anchor);
/* Stores an anchor where the oldest one was, as a reader may be looking. */
void rs_pages_store_anchor(rs_set_header_t *set, rs_anchor_t anchor, uint64_t generation);

#endif /* RS_KERNEL_PAGES_H */
