/* SPDX-License-Identifier: MIT */
/* emit.c - rows in index order into the batch under way. See capture.h. */
#include <string.h>

#include "atomics.h"
#include "capture.h"
#include "host.h"
#include "tag.h"
#include "utf8.h"

#define PREFETCH_AHEAD 12u

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

/* 1 when one more row of this kind goes into the batch as it is. */
static int has_room(const rs_batch_t *batch, const rs_entry_header_t *header, uint32_t ring)
{
	if (batch->rows == 0)
		return 1;
	if (batch->rows == batch->rows_max || batch->payload_bytes + header->length > batch->payload_max ||
	    batch->round_count == RS_BATCH_ROUNDS || header->index - batch->base_idx > UINT32_MAX)
		return 0;
	return batch->seq_known[ring] != batch->number + 1 || header->seq - batch->seq_base[ring] <= UINT32_MAX;
}

/* Payloads are small and padded to eight bytes on both sides: whole words, without a call. */
static inline void copy_words(uint8_t *to, const uint8_t *from, uint64_t length)
{
	if (length > 512) {
		memcpy(to, from, length);
		return;
	}
	for (uint64_t at = 0; at < length; at += 8)
		memcpy(to + at, from + at, 8);
}

static inline void append_row(rs_batch_t *batch, const rs_entry_header_t *header, const rs_ring_view_t *ring, const uint8_t *payload)
{
	const uint32_t row = batch->rows;
	uint8_t *to = batch->payload + batch->payload_bytes;
	uint32_t flags = header->flags & 0xffu & ~(uint32_t)RS_FLAG_INVALID_UTF8;

	if (row == 0)
		batch->base_idx = header->index;
	if (batch->seq_known[ring->number] != batch->number + 1) {
		batch->seq_known[ring->number] = batch->number + 1;
		/* Below the first row's: a nested write behind it may carry a smaller number. */
		batch->seq_base[ring->number] = header->seq - (header->seq < 1u << 30 ? header->seq : 1u << 30);
	}
	copy_words(to, payload, header->length);
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
}

static void end_round(rs_batch_t *batch, uint64_t rows, uint64_t read_ticks)
{
	if (!rows)
		return;
	batch->rounds[batch->round_count].rows = (uint32_t)rows;
	batch->rounds[batch->round_count].ticks = read_ticks;
	batch->round_count++;
}

static void drop_held(rs_capture_t *capture, rs_ring_view_t *ring)
{
	ring->held--;
	capture->held--;
}

static void prefetch_slot(const rs_capture_t *capture, uint64_t index)
{
	const uint64_t slot = capture->slots[index & (capture->window - 1)];
	if (slot > RS_SLOT_GONE) {
		const rs_ring_view_t *ring = rs_slot_ring(capture, slot);
		const uint8_t *entry =
			ring->data + (rs_slot_position(ring, slot) & (capture->file.header.ring_bytes - 1));
		__builtin_prefetch(entry);
		__builtin_prefetch(entry + 64);
	}
}

/* Past one index that will not come; past all of them at once where a producer claims more than a window of them. */
static void skip_gone(rs_capture_t *capture)
{
	if (capture->held || capture->decided < capture->base || capture->decided - capture->base <= capture->window) {
		capture->base++;
		return;
	}
	memset(capture->slots, 0, capture->window * sizeof(*capture->slots));
	capture->base = capture->decided;
}

rs_status_t rs_emit(rs_capture_t *capture, uint64_t *rows)
{
	const uint64_t mask = capture->file.header.ring_bytes - 1;
	const uint64_t read_ticks =
		capture->is_clock_foreign ? 0 : rs_host_clock_read(capture->file.header.clock_kind);
	rs_batch_t *batch = rs_emit_batch(capture, 0);
	uint64_t rows_before = batch ? batch->rows : 0;

	for (;;) {
		uint64_t *slot = &capture->slots[capture->base & (capture->window - 1)];
		if (*slot <= RS_SLOT_GONE) {
			if (*slot == 0 && capture->base >= capture->decided)
				break;
			/* Discarded, or its writer died. */
			*slot = 0;
			skip_gone(capture);
			continue;
		}
		prefetch_slot(capture, capture->base + PREFETCH_AHEAD);

		rs_ring_view_t *ring = rs_slot_ring(capture, *slot);
		const uint64_t position = rs_slot_position(ring, *slot);
		const uint8_t *entry = ring->data + (position & mask);
		rs_entry_header_t header;
		uint64_t word;
		memcpy(&header, entry, sizeof(header));
		/* Looked at before, but a producer that is not honest may have changed it since. */
		if (!rs_scan_word(capture, ring, position, ring->scanned, &word) || header.index != capture->base ||
		    !rs_scan_is_sound(&header, rs_units_of(word))) {
			capture->stats.violations++;
			ring->count.corrupt++;
			ring->hole.corrupt++;
			ring->has_hole = 1;
			drop_held(capture, ring);
			*slot = 0;
			capture->base++;
			continue;
		}
		if (!batch || !has_room(batch, &header, ring->number)) {
			if (batch) {
				end_round(batch, batch->rows - rows_before, read_ticks);
				rs_emit_seal(capture);
			}
			batch = rs_emit_batch(capture, 0);
			rows_before = 0;
			if (!batch)
				return RS_AGAIN;
		}
		if (batch->opened_ns == 0)
			batch->opened_ns = rs_monotonic_ns();
		append_row(batch, &header, ring, entry + sizeof(header));
		ring->count.read++;
		capture->stats.last_index = header.index;
		drop_held(capture, ring);
		*slot = 0;
		capture->base++;
		(*rows)++;
	}
	if (batch)
		end_round(batch, batch->rows - rows_before, read_ticks);
	return RS_OK;
}
