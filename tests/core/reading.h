/* SPDX-License-Identifier: MIT */
/*
 * reading.h - drains a ring set of rings.h and keeps what came out: rows, gaps, counters. Checks what every capture owes: rows in
 * index order and whole, gaps that say what the counters say, and an account that closes.
 */
#ifndef READING_H
#define READING_H

#include "capture.h"
#include "rings.h"

#define ROWS_MAX 20000u
#define GAPS_MAX 1000u
#define PATIENCE_MS 600000u /* with writers: one whose processor somebody else has for a second does not stand still */

typedef struct {
	uint64_t index, seq, ticks;
	uint32_t processor, pid, type, remarks, length;
} seen_row_t;

typedef struct {
	rs_capture_t *capture;
	rs_message_t message;
	uint32_t ring_count;
	uint32_t row_count, gap_count, batch_count;
	uint64_t batch_next; /* number that the next batch must carry */
	seen_row_t rows[ROWS_MAX];
	rs_gap_t gaps[GAPS_MAX];
	rs_ring_counters_t rings[RINGS_MAX];
	rs_capture_stats_t stats;
} reading_t;

static inline rs_status_t reading_try(reading_t *reading, const rings_t *set, uint64_t buffer_bytes, uint32_t batch_rows)
{
	memset(reading, 0, sizeof(*reading));
	rs_status_t status = rs_capture_open(set->path, RS_OPEN_DRAIN, &reading->capture, &reading->message);
	if (status == RS_OK) {
		reading->ring_count = rs_capture_stats(reading->capture, NULL, NULL, 0);
		rs_drain_tune(reading->capture, PATIENCE_MS, 0);
		status = rs_drain_open(reading->capture, buffer_bytes, batch_rows, 1, &reading->message);
	}
	return status;
}

static inline void reading_begin(reading_t *reading, const rings_t *set)
{
	const rs_status_t status = reading_try(reading, set, RS_POOL_BYTES_MIN, 0);
	if (status != RS_OK)
		check_complain(__FILE__, __LINE__, "%s", reading->message.text);
	REQUIRE_EQUAL(status, RS_OK);
}

static inline void see_row(reading_t *reading, const rs_batch_t *batch, uint32_t at)
{
	uint32_t ring = 0;
	while (ring + 1 < reading->ring_count && reading->capture->rings[ring].processor != batch->processor[at])
		ring++;
	const seen_row_t row = {
		.index = batch->base_idx + batch->idx_delta[at],
		.seq = batch->seq_base[ring] + batch->seq_delta[at],
		.ticks = batch->ticks[at],
		.processor = batch->processor[at],
		.pid = batch->pid[at],
		.type = batch->type[at],
		.remarks = batch->remarks[at],
		.length = (uint32_t)(batch->offsets[at + 1] - batch->offsets[at]),
	};
	const uint8_t *payload = batch->payload + batch->offsets[at];

	REQUIRE(reading->row_count < ROWS_MAX);
	if (reading->row_count)
		CHECK(row.index > reading->rows[reading->row_count - 1].index);
	CHECK_EQUAL(row.remarks, ~row.type);
	for (uint32_t n = 0; n < row.length; n++)
		if (payload[n] != payload_byte(row.type, n)) {
			check_complain(__FILE__, __LINE__, "byte %u of entry %u is torn", n, row.type);
			break;
		}
	reading->rows[reading->row_count++] = row;
}

/* Does the writer's part: takes the oldest full batch. Returns 0 when there is none. */
static inline int reading_take_batch(reading_t *reading)
{
	rs_batch_t *batch = rs_pool_peek_full(&reading->capture->pool, 0);
	if (!batch)
		return 0;
	CHECK_EQUAL(batch->number, reading->batch_next);
	reading->batch_next = batch->number + 1;
	reading->batch_count++;
	uint64_t rows = 0;
	for (uint32_t n = 0; n < batch->round_count; n++)
		rows += batch->rounds[n].rows;
	CHECK_EQUAL(rows, batch->rows);
	for (uint32_t n = 0; n < batch->rows; n++)
		see_row(reading, batch, n);
	REQUIRE(reading->gap_count + batch->gap_count <= GAPS_MAX);
	memcpy(&reading->gaps[reading->gap_count], batch->gaps, batch->gap_count * sizeof(rs_gap_t));
	reading->gap_count += batch->gap_count;
	for (uint32_t n = 0; n < reading->ring_count; n++)
		rs_checkpoint_stored(reading->capture, n, batch->read_total[n]);
	rs_pool_release(&reading->capture->pool, batch);
	return 1;
}

static inline void reading_count(reading_t *reading)
{
	while (reading_take_batch(reading))
		;
	(void)rs_capture_stats(reading->capture, &reading->stats, reading->rings, RINGS_MAX);
}

/* One look at the rings; what it brings is there at once. */
static inline void reading_look(reading_t *reading)
{
	uint64_t entries = 0;
	REQUIRE_EQUAL(rs_drain_once(reading->capture, &entries), RS_OK);
	rs_emit_seal(reading->capture);
	reading_count(reading);
}

static inline uint64_t reading_gaps(const reading_t *reading, uint64_t processor, uint32_t cause)
{
	uint64_t lost = 0;
	for (uint32_t n = 0; n < reading->gap_count; n++)
		if (reading->gaps[n].processor == processor && reading->gaps[n].cause == cause)
			lost += reading->gaps[n].lost;
	return lost;
}

static inline uint64_t reading_rows_of(const reading_t *reading, uint64_t processor)
{
	uint64_t rows = 0;
	for (uint32_t n = 0; n < reading->row_count; n++)
		rows += reading->rows[n].processor == processor;
	return rows;
}

/* What holds for every capture that has ended. */
static inline void reading_check_account(const reading_t *reading)
{
	for (uint32_t n = 0; n < reading->ring_count; n++) {
		const rs_ring_counters_t *ring = &reading->rings[n];
		CHECK_EQUAL(ring->attempts, ring->read + ring->discarded + rs_hole_lost(ring) + ring->pending);
		CHECK_EQUAL(ring->read - ring->filtered, reading_rows_of(reading, ring->processor));
		CHECK_EQUAL(reading_gaps(reading, ring->processor, RS_CAUSE_LOST_FULL), ring->lost_full);
		CHECK_EQUAL(reading_gaps(reading, ring->processor, RS_CAUSE_TOO_BIG), ring->too_big);
		CHECK_EQUAL(reading_gaps(reading, ring->processor, RS_CAUSE_OVERWRITTEN), ring->overwritten);
		CHECK_EQUAL(reading_gaps(reading, ring->processor, RS_CAUSE_ABANDONED), ring->abandoned);
		CHECK_EQUAL(reading_gaps(reading, ring->processor, RS_CAUSE_CORRUPT), ring->corrupt);
		CHECK_EQUAL(reading_gaps(reading, ring->processor, RS_CAUSE_UNSTORED), ring->unstored);
		CHECK_EQUAL(reading_gaps(reading, ring->processor, RS_CAUSE_MIXED), ring->mixed);
	}
	CHECK_EQUAL(reading->stats.entries, reading->row_count);
	CHECK_EQUAL(reading->stats.gaps, reading->gap_count);
	if (reading->row_count)
		CHECK_EQUAL(reading->stats.last_index, reading->rows[reading->row_count - 1].index);
}

static inline void reading_finish(reading_t *reading, uint32_t timeout_ms)
{
	CHECK_EQUAL(rs_drain_finish(reading->capture, timeout_ms), RS_OK);
	reading_count(reading);
	reading_check_account(reading);
	CHECK(rs_pool_is_done(&reading->capture->pool));
}

static inline void reading_end(reading_t *reading)
{
	rs_capture_close(reading->capture);
	reading->capture = NULL;
}

/* Drains everything that is there, in one go. */
static inline void reading_all(reading_t *reading, const rings_t *set, uint32_t timeout_ms)
{
	reading_begin(reading, set);
	reading_finish(reading, timeout_ms);
	reading_end(reading);
}

#endif /* READING_H */
