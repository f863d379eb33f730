/* SPDX-License-Identifier: MIT */
/*
 * ring.h - the write side of one ring: reserve, fill, commit or discard.
 *
 * Owns the protocol and nothing around it: no system call, no allocation, no clock, no thread. Called by the
 * driver shells, in any context, on any processor: exclusion comes from the atomics alone. Labels in comments (S1a,
 * S1b …) are the ends of the order pairs in driver/DESIGN.md, which tells why.
 */
#ifndef RS_RING_H
#define RS_RING_H

#include "atomics.h"
#include "rs_abi.h"
#include "rs_status.h"
#include "tag.h"
#include "test_point.h"

/* A producer's private view of one ring. Nothing in here is read back from shared memory. */
typedef struct {
	uint8_t *data;
	uint64_t ring_bytes;
	uint64_t entry_bytes_max;
	uint64_t tag_key[2];
	rs_ring_page_t *page;
	/* Everything before it is free: the consumer's read_pos, bounded before use, or the ring's own oldest_pos. */
	const uint64_t *floor_pos;
	uint64_t *next_index; /* null in clock order */
	uint32_t number; /* of the ring in its set */
	uint32_t is_overwriting;
} __attribute__((aligned(128))) rs_ring_t; /* a ring's number times a power of two */

/* What is known of a ring where it is written. */
enum rs_ring_kind {
	RS_RING_ANY,
	RS_RING_INDEXED, /* discard mode, index order */
	RS_RING_CLOCKED  /* discard mode, clock order */
};

/* A reserved entry. `state` is its state word less the state itself; `ticks` what the writer's clock said before, if it gave one. */
typedef struct {
	rs_entry_header_t *header;
	uint64_t state;
	uint64_t seq;
	uint64_t index;
	uint64_t ticks;
} rs_claim_t;

/* A writer's clock, read in the middle of its reservation; null for none. */
typedef uint64_t (*rs_ring_clock_t)(uint32_t clock_kind);

/* Where rs_ring_reserve goes when it cannot reserve at once; see ring.c. */
rs_status_t rs_ring_refuse(const rs_ring_t *ring, rs_intent_record_t *intent, rs_reserve_t seen, uint64_t *counter);
/* Gives an attempt number each to `count` entries of another log that were lost before they came here, and counts them as missed. `intent` is the
 * calling context's own record or, in code that is interrupted by no other write, any. */
void rs_ring_miss(const rs_ring_t *ring, rs_intent_record_t *intent, uint64_t count);
/* Whether a write of `length` bytes would find room now: for a writer that can wait, and rather does than be refused. Only the write itself
 * decides; 1 also where waiting would not help. */
int rs_ring_has_room(const rs_ring_t *ring, uint64_t length);
void rs_ring_pad(const rs_ring_t *ring, uint64_t position, uint64_t padding);
/* Overwrite mode: moves oldest_pos until `bytes` from `position` on fit. Returns RS_OK, RS_FULL (an unfinished entry is in the way) or
 * RS_AGAIN (the reserve word has moved). */
rs_status_t rs_ring_make_room(const rs_ring_t *ring, uint64_t position, uint64_t bytes);

/* The two halves may be of different moments; the swap finds out. */
static inline rs_reserve_t rs_ring_load_reserve(const rs_ring_page_t *page)
{
	rs_reserve_t word;
	word.attempts = load_u64_relaxed(&page->reserve.attempts);
	/* S2a: the position before floor_pos, or one of later would look like one from the future. */
	word.position = load_u64_acquire(&page->reserve.position);
	return word;
}

/*
 * Reserves an entry for `length` payload bytes, marks it, and takes its index (in clock order there is none: the caller reads
 * the clock next).
 *
 * `intent` is the calling context's own record, at its own nesting depth; it is written before the swap so that
 * a reader can step over this writer if it dies. Returns RS_OK, RS_FULL or RS_TOO_BIG; a refusal has taken an
 * attempt number and is counted.
 *
 * `kind` and `clock` are constants of the caller's: what the ring is known to be leaves out what it does not need. The clock is read as the
 * last thing before the swap: nothing is waited for there but the clock itself. Read at the beginning it keeps the loads behind it
 * waiting (9 ns more on an Intel Xeon), read after the swap it comes on top of both locked instructions.
 *
 * Inlined into its callers: a locked instruction waits for every store before it, so each register that a call
 * would save on the stack is paid for twice here.
 */
static inline __attribute__((always_inline)) rs_status_t rs_ring_reserve_as(const rs_ring_t *ring, rs_intent_record_t *intent,
									     uint64_t length, rs_claim_t *claim,
									     enum rs_ring_kind kind, rs_ring_clock_t clock,
									     uint32_t clock_kind)
{
	const int is_overwriting = kind == RS_RING_ANY && ring->is_overwriting;
	const uint64_t need = rs_entry_bytes(length);
	rs_reserve_t seen;
	uint64_t padding;

	for (;;) {
		RS_TEST_POINT("reserve:begin");
		seen = rs_ring_load_reserve(ring->page);
		RS_TEST_POINT("reserve:loaded");
		if (__builtin_expect(length > ring->entry_bytes_max - RS_ENTRY_HEADER_BYTES, 0)) {
			if (rs_ring_refuse(ring, intent, seen, &ring->page->too_big) == RS_OK)
				return RS_TOO_BIG;
			continue;
		}
		/* S1b: what the reader has read is read before it is overwritten. S2b: and not before our own position.
		 * O2b: in overwrite mode the entries before oldest_pos were finished by their writers. */
		const uint64_t used = seen.position - load_u64_acquire(ring->floor_pos);
		const uint64_t offset = seen.position & (ring->ring_bytes - 1);
		const uint64_t room = ring->ring_bytes - offset;
		padding = __builtin_expect(room < need, 0) ? room : 0;
		/* `used` beyond the capacity: our position is of a while ago, or the consumer lies. Never in the sum
		 * below, where it could wrap around. */
		if (__builtin_expect(used > ring->ring_bytes || used + padding + need > ring->ring_bytes, 0)) {
			if (used > ring->ring_bytes && load_u64_relaxed(&ring->page->reserve.position) != seen.position)
				continue;
			const rs_status_t made = is_overwriting ? rs_ring_make_room(ring, seen.position, padding + need) : RS_FULL;
			if (made == RS_FULL && rs_ring_refuse(ring, intent, seen, &ring->page->lost_full) == RS_OK)
				return RS_FULL;
			if (made != RS_OK)
				continue;
		}
		store_u64_relaxed(&intent->position, seen.position);
		store_u32_relaxed(&intent->units, (uint32_t)((padding + need) / 8));
		store_u32_relaxed(&intent->ring_plus_1, ring->number + 1);
		/* Made ready here, so that the mark follows the swap at once. */
		const uint64_t position = seen.position + padding;
		claim->header = (rs_entry_header_t *)(void *)(ring->data + (position & (ring->ring_bytes - 1)));
		claim->state = rs_state_word(RS_STATE_NONE, need / 8, rs_tag(position, ring->tag_key));
		claim->seq = seen.attempts;
		claim->ticks = clock ? clock(clock_kind) : 0;
		RS_TEST_POINT("reserve:intended");
		/* D1a: the swap releases the intent record: who sees the position moved can find out by whom.
		 * R1a: and moves both halves as one. */
		const rs_reserve_t next = {position + need, seen.attempts + 1};
		if (__builtin_expect(swap_reserve_full(&ring->page->reserve, &seen, next), 1))
			break;
	}
	RS_TEST_POINT("reserve:swapped");
	if (is_overwriting)
		/* O1a: whoever sees a byte of ours there sees that the entry before has made room. */
		fence_release();

	if (__builtin_expect(padding != 0, 0))
		rs_ring_pad(ring, seen.position, padding);
	/* M1a: a mark needs no order of its own: the reader takes from it only what is in the word. */
	store_u64_relaxed(&claim->header->state, claim->state | RS_STATE_RESERVED);
	RS_TEST_POINT("reserve:marked");

	/* I1a: release: an index below the counter means that its entry is reserved and marked. Acquire: an entry
	 * that was logged because of another one, on another processor, gets the larger index. */
	claim->index = kind == RS_RING_INDEXED || (kind == RS_RING_ANY && ring->next_index) ? add_u64_full(ring->next_index, 1) : 0;
	RS_TEST_POINT("reserve:indexed");
	return RS_OK;
}

static inline rs_status_t rs_ring_reserve(const rs_ring_t *ring, rs_intent_record_t *intent, uint64_t length, rs_claim_t *claim)
{
	return rs_ring_reserve_as(ring, intent, length, claim, RS_RING_ANY, 0, 0);
}

/* Publishes everything that was stored in the entry before. */
static inline void rs_ring_commit(const rs_claim_t *claim)
{
	RS_TEST_POINT("commit:begin");
	/* P1a: header and payload before the state that shows them. */
	store_u64_release(&claim->header->state, claim->state | RS_STATE_COMMITTED);
	RS_TEST_POINT("commit:done");
}

/* Takes the entry back; its numbers stay used. */
static inline void rs_ring_discard(const rs_claim_t *claim)
{
	RS_TEST_POINT("discard:begin");
	/* P1a: a discarded entry shows its numbers too. */
	store_u64_release(&claim->header->state, claim->state | RS_STATE_DISCARDED);
	RS_TEST_POINT("discard:done");
}

#endif /* RS_RING_H */
