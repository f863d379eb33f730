/* SPDX-License-Identifier: MIT */
/*
 * batch.h - batch buffers and the bounded pool of them that joins the drainer with the writer.
 *
 * A batch is filled by the drainer column by column and written by the writer without another copy. The pool is the only
 * back-pressure between the two: when it is empty the drainer waits, and what is lost then is counted in the rings.
 */
#ifndef RS_BATCH_H
#define RS_BATCH_H

#include <pthread.h>

#include "rs_reader.h"

/* Where attempts went that did not become rows. Neighbours that are not known have bit 0 or 1 of `known` clear; in
 * clock order a row's number is given out after its gap is written, and bit 2 is clear. */
typedef struct {
	uint64_t lost;
	uint64_t prev_seq, next_seq, prev_idx, next_idx, prev_ticks, next_ticks;
	uint16_t processor;
	uint8_t cause; /* rs_cause */
	uint8_t known; /* 1: prev, 2: next, 4: their idx too */
} rs_gap_t;

enum rs_cause {
	RS_CAUSE_LOST_FULL = 1,
	RS_CAUSE_OVERWRITTEN = 2,
	RS_CAUSE_TOO_BIG = 3,
	RS_CAUSE_ABANDONED = 4,
	RS_CAUSE_CORRUPT = 5,
	RS_CAUSE_UNSTORED = 6,
	RS_CAUSE_MIXED = 7
};

#define RS_BATCH_GAPS 8192u
#define RS_BATCH_ROUNDS 1024u

typedef struct rs_batch {
	struct rs_batch *next;
	uint32_t rows;
	uint32_t rows_max;
	uint64_t payload_bytes;
	uint64_t payload_max;

	/* Columns, rows_max each (offsets: one more). */
	uint32_t *idx_delta;
	uint64_t *ticks;
	uint32_t *seq_delta;
	uint16_t *processor;
	uint16_t *class_;
	uint32_t *pid, *tid, *type, *remarks;
	int32_t *offsets;
	uint8_t *payload; /* payload_max bytes and eight more */

	uint64_t base_idx;
	uint64_t opened_ns; /* monotonic; 0 while empty */
	uint32_t round_count;
	struct {
		uint32_t rows;
		uint64_t ticks;
	} rounds[RS_BATCH_ROUNDS];

	uint64_t *seq_base;  /* of each ring, valid where seq_known is this batch's number + 1 */
	uint64_t *seq_known;

	uint32_t gap_count;
	rs_gap_t *gaps; /* RS_BATCH_GAPS */

	/* Filled when the batch is sealed. */
	uint64_t number;
	rs_anchor_t anchor;
	uint64_t ticks_per_second;
	uint64_t drain_ticks;
	rs_ring_counters_t *counters; /* one a ring */
	uint64_t *read_total;         /* one a ring: checkpoint.read, for stored_read */
} rs_batch_t;

typedef struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	rs_batch_t *free;
	rs_batch_t *full_first, *full_last;
	rs_batch_t *batches;
	uint8_t *memory; /* of all of them */
	uint64_t bytes;
	uint32_t batch_count, used_count;
	uint64_t batch_bytes;
	int is_ended; /* no full batch will follow */
} rs_pool_t;

/* buffer_bytes in all, of which a batch takes at most 8 MiB. Returns RS_OK, RS_BAD_ARGUMENT (below RS_POOL_BYTES_MIN), RS_NO_MEMORY. */
#define RS_POOL_BYTES_MIN (4ull << 20)
rs_status_t rs_pool_init(rs_pool_t *pool, uint64_t buffer_bytes, uint32_t batch_rows, uint32_t ring_count) RS_MUST_USE;
void rs_pool_fini(rs_pool_t *pool);

/* An empty batch, or null when all are in use after waiting at most wait_ms. */
rs_batch_t *rs_pool_take_free(rs_pool_t *pool, uint32_t wait_ms);
void rs_pool_put_full(rs_pool_t *pool, rs_batch_t *batch);
/* The oldest full batch, which stays in the pool's order until rs_pool_release; null after wait_ms, or at the end. */
rs_batch_t *rs_pool_peek_full(rs_pool_t *pool, uint32_t wait_ms);
void rs_pool_release(rs_pool_t *pool, rs_batch_t *batch);
void rs_pool_end(rs_pool_t *pool);
/* 1 when the last batch has been released. */
int rs_pool_is_done(rs_pool_t *pool);
uint64_t rs_pool_used_bytes(rs_pool_t *pool);

#endif /* RS_BATCH_H */
