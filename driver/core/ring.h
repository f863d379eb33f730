/* SPDX-License-Identifier: MIT */
/*
 * ring.h - the write side of one ring: reserve, fill, commit or discard.
 *
 * Owns the protocol and nothing around it: no system call, no allocation, no clock, no thread. Called by the
 * driver shells, in any context, on any processor: exclusion comes from the atomics alone. DESIGN.md tells why.
 */
#ifndef RS_RING_H
#define RS_RING_H

#include "rs_abi.h"
#include "rs_status.h"

/* A producer's private view of one ring. Nothing in here is read back from shared memory. */
typedef struct {
	uint8_t *data;
	uint64_t ring_bytes;
	uint64_t entry_bytes_max;
	uint64_t tag_key[2];
	rs_ring_page_t *page;
	const uint64_t *read_pos; /* in the consumer's page: bounded before use */
	uint64_t *next_index;
	uint32_t number; /* of the ring in its set */
} rs_ring_t;

/* A reserved entry. `state` is its state word less the state itself. */
typedef struct {
	rs_entry_header_t *header;
	uint64_t state;
	uint64_t seq;
	uint64_t index;
} rs_claim_t;

/*
 * Reserves an entry for `length` payload bytes, marks it, and takes its index.
 *
 * `intent` is the calling context's own record, at its own nesting depth; it is written before the swap so that
 * a reader can step over this writer if it dies. Returns RS_OK, RS_FULL or RS_TOO_BIG; a refusal has taken an
 * attempt number and is counted.
 */
rs_status_t rs_ring_reserve(const rs_ring_t *ring, rs_intent_record_t *intent, uint64_t length,
			    rs_claim_t *claim) RS_MUST_USE;

/* Publishes everything that was stored in the entry before. */
void rs_ring_commit(const rs_claim_t *claim);

/* Takes the entry back; its numbers stay used. */
void rs_ring_discard(const rs_claim_t *claim);

#endif /* RS_RING_H */
