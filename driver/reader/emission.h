/* SPDX-License-Identifier: MIT */
/*
 * emission.h - one row after the other into the batch under way. Inlined into both orders of delivery (place.c, merge.c).
 */
#ifndef RS_EMISSION_H
#define RS_EMISSION_H

#include <string.h>

#include "capture.h"
#include "host.h"
#include "utf8.h"

/* Rows of one round that go into the same batch share their delivery time. */
typedef struct {
	rs_capture_t *capture;
	rs_batch_t *batch;
	uint64_t rows_before;
	uint64_t read_ticks;
	uint64_t rows; /* put into batches */
	uint64_t filtered;
} rs_emission_t;

static inline void rs_emission_begin(rs_emission_t *emission, rs_capture_t *capture)
{
	rs_batch_t *batch = rs_emit_batch(capture, 0);
	*emission = (rs_emission_t){
		.capture = capture,
		.batch = batch,
		.rows_before = batch ? batch->rows : 0,
		.read_ticks = capture->is_clock_foreign ? 0 : rs_host_clock_read(capture->file.header.clock_kind),
	};
}

static inline void rs_emission_end(rs_emission_t *emission)
{
	rs_batch_t *batch = emission->batch;
	const uint64_t rows = batch ? batch->rows - emission->rows_before : 0;
	if (!rows)
		return;
	batch->rounds[batch->round_count].rows = (uint32_t)rows;
	batch->rounds[batch->round_count].ticks = emission->read_ticks;
	batch->round_count++;
}

/* 1 when the entry becomes no row: it is counted here. */
static inline int rs_emission_is_filtered(rs_emission_t *emission, const rs_entry_header_t *header, rs_ring_view_t *ring)
{
	rs_capture_t *capture = emission->capture;

	if (!capture->filter || rs_filter_wants(capture->filter, header))
		return 0;
	emission->filtered++;
	ring->filtered++;
	/* Where nothing but this happens, that it was read has to be stored all the same. */
	capture->has_news = 1;
	return 1;
}

/* What was taken, whether or not it became rows. */
static inline uint64_t rs_emission_taken(rs_emission_t *emission)
{
	emission->capture->stats.entries += emission->rows;
	return emission->rows + emission->filtered;
}

/* 1 when one more row of this kind goes into the batch as it is. */
static inline int rs_emission_has_room(const rs_batch_t *batch, const rs_entry_header_t *header, uint32_t ring)
{
	if (batch->rows == 0)
		return 1;
	if (batch->rows == batch->rows_max || batch->payload_bytes + header->length > batch->payload_max ||
	    batch->round_count == RS_BATCH_ROUNDS || header->index - batch->base_idx > UINT32_MAX)
		return 0;
	return batch->seq_known[ring] != batch->number + 1 || header->seq - batch->seq_base[ring] <= UINT32_MAX;
}

/* A batch with room for the row: RS_OK, or RS_AGAIN when the pool is empty. */
static inline rs_status_t rs_emission_make_room(rs_emission_t *emission, const rs_entry_header_t *header, uint32_t ring)
{
	if (emission->batch && rs_emission_has_room(emission->batch, header, ring))
		return RS_OK;
	if (emission->batch) {
		rs_emission_end(emission);
		rs_emit_seal(emission->capture);
	}
	emission->batch = rs_emit_batch(emission->capture, 0);
	emission->rows_before = 0;
	return emission->batch ? RS_OK : RS_AGAIN;
}

/* Payloads are small and padded to eight bytes on both sides: whole words, without a call. */
static inline void rs_emission_copy(uint8_t *to, const uint8_t *from, uint64_t length)
{
	if (length > 512) {
		memcpy(to, from, length);
		return;
	}
	for (uint64_t at = 0; at < length; at += 8)
		memcpy(to + at, from + at, 8);
}

static inline void rs_emission_add(rs_emission_t *emission, const rs_entry_header_t *header, const rs_ring_view_t *ring,
				   const uint8_t *payload)
{
	rs_batch_t *batch = emission->batch;
	const uint32_t row = batch->rows;
	uint8_t *to = batch->payload + batch->payload_bytes;
	uint32_t flags = header->flags & 0xffu & ~(uint32_t)RS_FLAG_INVALID_UTF8;

	if (batch->opened_ns == 0)
		batch->opened_ns = rs_monotonic_ns();
	if (row == 0)
		batch->base_idx = header->index;
	if (batch->seq_known[ring->number] != batch->number + 1) {
		batch->seq_known[ring->number] = batch->number + 1;
		/* Below the first row's: a nested write behind it may carry a smaller number. */
		batch->seq_base[ring->number] = header->seq - (header->seq < 1u << 30 ? header->seq : 1u << 30);
	}
	rs_emission_copy(to, payload, header->length);
	if (header->kind == RS_KIND_TEXT) {
		const uint32_t trailer = flags & RS_FLAG_TRUNCATED ? (uint32_t)sizeof(uint32_t) : 0;
		/* The private copy is checked: what is stored is what was looked at. */
		if (!rs_utf8_is_valid(to, header->length - trailer))
			flags |= RS_FLAG_INVALID_UTF8;
	}
	batch->idx_delta[row] = (uint32_t)(header->index - batch->base_idx);
	batch->ticks[row] = header->ticks;
	batch->seq_delta[row] = (uint32_t)(header->seq - batch->seq_base[ring->number]);
	batch->processor[row] = (uint16_t)ring->processor;
	batch->class_[row] = (uint16_t)(header->kind | (uint32_t)header->severity << 2 | flags << 8);
	batch->pid[row] = header->pid;
	batch->tid[row] = header->tid;
	batch->type[row] = header->type;
	batch->remarks[row] = header->remarks;
	batch->payload_bytes += header->length;
	batch->offsets[row + 1] = (int32_t)batch->payload_bytes;
	batch->rows = row + 1;
	emission->rows++;
}

/* The row added last was being overwritten while it was copied. */
static inline void rs_emission_take_back(rs_emission_t *emission)
{
	rs_batch_t *batch = emission->batch;
	batch->rows--;
	batch->payload_bytes = (uint64_t)batch->offsets[batch->rows];
	emission->rows--;
}

#endif /* RS_EMISSION_H */
