/* SPDX-License-Identifier: MIT */
/* rows.c - entries one by one, for C programs. See rs_reader.h. */
#include "capture.h"

static uint32_t ring_of(const rs_capture_t *capture, const rs_batch_t *batch, uint32_t at)
{
	uint32_t ring = 0;
	while (ring + 1 < capture->ring_count && capture->rings[ring].processor != batch->processor[at])
		ring++;
	return ring;
}

static void fill_row(const rs_capture_t *capture, const rs_batch_t *batch, uint32_t at, rs_row_t *row)
{
	const uint32_t class_ = batch->class_[at];
	const uint32_t ring = ring_of(capture, batch, at);
	*row = (rs_row_t){
		.index = batch->base_idx + batch->idx_delta[at],
		.seq = batch->seq_base[ring] + batch->seq_delta[at],
		.ticks = batch->ticks[at],
		.processor = batch->processor[at],
		.pid = batch->pid[at],
		.tid = batch->tid[at],
		.remarks = batch->remarks[at],
		.type = batch->type[at],
		.length = (uint32_t)(batch->offsets[at + 1] - batch->offsets[at]),
		.kind = (uint8_t)(class_ & 3u),
		.severity = (uint8_t)(class_ >> 2 & 7u),
		.flags = (uint16_t)(class_ >> 8),
		.payload = batch->payload + batch->offsets[at],
	};
}

/* The entry that was handed out last is in safe hands now: its owner asks for the next one. With the first of a batch everything
 * before the batch is, too. */
static void count_handed(rs_capture_t *capture)
{
	const rs_batch_t *batch = capture->row_batch;
	const uint32_t ring = ring_of(capture, batch, capture->row_at - 1);
	capture->rings[ring].handed++;
	if (capture->row_at > 1)
		rs_checkpoint_stored(capture, ring, capture->rings[ring].handed);
	else
		for (uint32_t n = 0; n < capture->ring_count; n++)
			rs_checkpoint_stored(capture, n, capture->rings[n].handed);
}

/* The batch whose rows are handed out next; null when there is none. */
static rs_batch_t *next_batch(rs_capture_t *capture)
{
	if (capture->row_batch) {
		rs_pool_release(&capture->pool, capture->row_batch);
		capture->row_batch = NULL;
	}
	rs_batch_t *batch = rs_pool_peek_full(&capture->pool, 0);
	if (!batch && !capture->is_finishing) {
		uint64_t rows = 0;
		(void)rs_drain_round(capture, &rows);
		if (rows)
			rs_emit_seal(capture);
		batch = rs_pool_peek_full(&capture->pool, 0);
	}
	if (batch) {
		for (uint32_t n = 0; n < capture->ring_count; n++)
			capture->rings[n].handed = batch->read_total[n];
		for (uint32_t row = 0; row < batch->rows; row++)
			capture->rings[ring_of(capture, batch, row)].handed--;
	}
	capture->row_batch = batch;
	capture->row_at = 0;
	return batch;
}

rs_status_t rs_capture_next(rs_capture_t *capture, rs_row_t *row)
{
	if (capture->row_batch && capture->row_at > 0)
		count_handed(capture);
	while (!capture->row_batch || capture->row_at == capture->row_batch->rows)
		if (!next_batch(capture))
			return capture->is_finishing ? RS_END : RS_AGAIN;
	fill_row(capture, capture->row_batch, capture->row_at++, row);
	return RS_OK;
}
