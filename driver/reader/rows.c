/* SPDX-License-Identifier: MIT */
/* rows.c - entries one by one, for C programs. See rs_reader.h. */
#include "capture.h"

static void fill_row(const rs_capture_t *capture, const rs_batch_t *batch, uint32_t at, rs_row_t *row)
{
	const uint32_t class_ = batch->class_[at];
	uint32_t ring = 0;
	while (ring < capture->ring_count && capture->rings[ring].processor != batch->processor[at])
		ring++;
	*row = (rs_row_t){
		.index = batch->base_idx + batch->idx_delta[at],
		.seq = (ring < capture->ring_count ? batch->seq_base[ring] : 0) + batch->seq_delta[at],
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
	if (batch)
		/* Handed out is as good as stored: nobody else will do either. */
		for (uint32_t n = 0; n < capture->ring_count; n++)
			rs_checkpoint_stored(capture, n, batch->read_total[n]);
	capture->row_batch = batch;
	capture->row_at = 0;
	return batch;
}

rs_status_t rs_capture_next(rs_capture_t *capture, rs_row_t *row)
{
	while (!capture->row_batch || capture->row_at == capture->row_batch->rows)
		if (!next_batch(capture))
			return capture->is_finishing ? RS_END : RS_AGAIN;
	fill_row(capture, capture->row_batch, capture->row_at++, row);
	return RS_OK;
}
