/* SPDX-License-Identifier: MIT */
/* emit.c - the batch under way. See capture.h. */
#include "capture.h"
#include "host.h"

rs_batch_t *rs_emit_batch(rs_capture_t *capture, uint32_t wait_ms)
{
	if (capture->batch)
		return capture->batch;
	rs_batch_t *batch = rs_pool_take_free(&capture->pool, wait_ms);
	if (!batch) {
		capture->stats.pool_waits++;
		return NULL;
	}
	batch->number = capture->batch_number++;
	capture->batch = batch;
	return batch;
}

void rs_emit_seal(rs_capture_t *capture)
{
	rs_batch_t *batch = capture->batch;

	if (!batch)
		return;
	/* Before the writer may store it: what is stored and not counted here would be delivered again by the next reader. */
	rs_checkpoint_publish(capture);
	const rs_set_header_t *header = &capture->file.header;
	batch->anchor = capture->is_clock_foreign ? capture->first_anchor : rs_host_anchor(header->clock_kind);
	batch->drain_ticks = capture->is_clock_foreign ? 0 : rs_host_clock_read(header->clock_kind);
	batch->ticks_per_second = header->ticks_per_second;
	/* The header's rate was measured in a few milliseconds; what the two anchors span is longer. */
	const int64_t span_ns = (int64_t)((uint64_t)batch->anchor.unix_ns - (uint64_t)capture->first_anchor.unix_ns);
	if (span_ns > 1000000000) {
		const double rate = (double)(batch->anchor.ticks - capture->first_anchor.ticks) * 1e9 / (double)span_ns;
		const double ratio = rate / (double)header->ticks_per_second;
		/* A larger difference is a wall clock that was set, not a counter that drifts. */
		if (ratio > 0.999 && ratio < 1.001)
			batch->ticks_per_second = (uint64_t)(rate + 0.5);
	}
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_hole_counters(capture, &capture->rings[n], &batch->counters[n]);
		batch->read_total[n] = capture->rings[n].count.read;
	}
	capture->counted_ns = rs_monotonic_ns();
	capture->has_news = 0;
	capture->batch = NULL;
	rs_pool_put_full(&capture->pool, batch);
}
