/* SPDX-License-Identifier: MIT */
/* outcome.c - rows and batches as they come, whatever the script does. See playing.h. */
#include "playing.h"

/* The first ring that has this processor's number. */
static uint32_t ring_of(uint32_t processor)
{
	uint32_t ring = 0;
	while (ring < playing.capture->ring_count && playing.capture->rings[ring].processor != processor)
		ring++;
	HOLDS(ring < playing.capture->ring_count, "a row of processor %u, which has no ring", processor);
	return ring;
}

int outcome_is_lone(uint32_t ring)
{
	uint32_t alike = 0;
	for (uint32_t n = 0; n < playing.capture->ring_count; n++)
		alike += playing.capture->rings[n].processor == playing.capture->rings[ring].processor;
	return alike == 1;
}

static void see_honest_row(uint32_t ring, const rs_row_t *row)
{
	const script_t *script = &playing.script;
	const scene_t *scene = script->scene;
	const uint64_t at = row->seq - SCENE_SEQ(ring);

	HOLDS(row->remarks == ~row->type, "ring %u, seq %llu: the header is not as it was written", ring, (ull_t)row->seq);
	if (scene->is_patterned)
		HOLDS(scene_is_payload(row->type, row->payload, row->length),
		      "ring %u, seq %llu: the payload is not as it was written", ring, (ull_t)row->seq);
	if (at >= SCENE_ENTRIES || scene->entry_at[ring][at] == SCENE_NONE)
		return;
	const uint32_t number = scene->entry_at[ring][at];
	const scene_entry_t *entry = &scene->entries[number];
	HOLDS(rs_entry_bytes(row->length) == entry->units * 8ull, "ring %u, seq %llu: a length of %u", ring, (ull_t)row->seq, row->length);
	if (scene->header.order == RS_ORDER_INDEX)
		HOLDS(row->index == entry->index, "ring %u, seq %llu: index %llx", ring, (ull_t)row->seq, (ull_t)row->index);
	HOLDS(!playing.is_delivered[number], "ring %u, seq %llu came twice", ring, (ull_t)row->seq);
	playing.is_delivered[number] = 1;
}

void outcome_see_row(const rs_row_t *row)
{
	HOLDS(!playing.rows || row->index > playing.last_index, "index %llx after %llx", (ull_t)row->index, (ull_t)playing.last_index);
	HOLDS(row->length <= playing.capture->entry_bytes_max - RS_ENTRY_HEADER_BYTES, "a payload of %u bytes", row->length);
	HOLDS(row->kind <= RS_KIND_MAX && row->severity >= RS_TRACE && row->severity <= RS_FATAL && row->flags <= 0xff,
	      "kind %u, severity %u, flags %x", row->kind, row->severity, row->flags);
	HOLDS(!playing.script.is_filtering || row->severity >= FILTER_LEAST || (row->kind == RS_KIND_TEXT && row->type == RS_TYPE_MARK),
	      "a row of severity %u, which nobody wants", row->severity);
	playing.last_index = row->index;
	playing.rows++;
	const uint32_t ring = ring_of(row->processor);
	playing.rows_of[ring]++;
	if (ring < playing.script.scene->header.ring_count && outcome_is_lone(ring) && script_is_ring_honest(&playing.script, ring))
		see_honest_row(ring, row);
}

static void see_rows(const rs_batch_t *batch)
{
	uint64_t rows = 0;
	HOLDS(batch->rows <= batch->rows_max && batch->payload_bytes <= batch->payload_max, "a batch that is too full");
	for (uint32_t n = 0; n < batch->round_count; n++)
		rows += batch->rounds[n].rows;
	HOLDS(rows == batch->rows, "a batch of %u rows whose rounds have %llu", batch->rows, (ull_t)rows);
	for (uint32_t n = 0; n < batch->rows; n++) {
		const uint32_t class_ = batch->class_[n];
		HOLDS(batch->offsets[n] >= 0 && batch->offsets[n] <= batch->offsets[n + 1] &&
			      (uint64_t)batch->offsets[n + 1] <= batch->payload_bytes,
		      "a row from %d to %d", batch->offsets[n], batch->offsets[n + 1]);
		outcome_see_row(&(rs_row_t){
			.index = batch->base_idx + batch->idx_delta[n],
			.seq = batch->seq_base[ring_of(batch->processor[n])] + batch->seq_delta[n],
			.ticks = batch->ticks[n],
			.processor = batch->processor[n],
			.type = batch->type[n],
			.remarks = batch->remarks[n],
			.length = (uint32_t)(batch->offsets[n + 1] - batch->offsets[n]),
			.kind = (uint8_t)(class_ & 3u),
			.severity = (uint8_t)(class_ >> 2 & 7u),
			.flags = (uint16_t)(class_ >> 8),
			.payload = batch->payload + batch->offsets[n],
		});
	}
}

uint64_t outcome_lost(const rs_ring_counters_t *ring)
{
	return ring->lost_full + ring->overwritten + ring->too_big + ring->abandoned + ring->corrupt + ring->unstored + ring->mixed;
}

void outcome_check_account(const rs_ring_counters_t *ring, const char *where)
{
	HOLDS(ring->attempts == ring->read + ring->discarded + outcome_lost(ring) + ring->pending,
	      "%s, processor %llu: %llu attempts, but read %llu, discarded %llu, lost %llu, pending %llu", where, (ull_t)ring->processor,
	      (ull_t)ring->attempts, (ull_t)ring->read, (ull_t)ring->discarded, (ull_t)outcome_lost(ring), (ull_t)ring->pending);
}

static void see_batch(const rs_batch_t *batch)
{
	HOLDS(batch->number == playing.batches, "batch %llu after batch %llu", (ull_t)batch->number, (ull_t)playing.batches - 1);
	playing.batches++;
	HOLDS(batch->gap_count <= RS_BATCH_GAPS, "%u gaps", batch->gap_count);
	for (uint32_t n = 0; n < batch->gap_count; n++) {
		const rs_gap_t *gap = &batch->gaps[n];
		HOLDS(gap->cause >= RS_CAUSE_LOST_FULL && gap->cause <= RS_CAUSE_MIXED && gap->known <= 7, "a gap of cause %u", gap->cause);
		playing.gaps_of[ring_of(gap->processor)][gap->cause] += gap->lost;
		playing.gaps++;
	}
	for (uint32_t n = 0; n < playing.capture->ring_count; n++)
		outcome_check_account(&batch->counters[n], "in a batch");
}

/* Does the writer's part. */
int outcome_take_batch(void)
{
	rs_batch_t *batch = playing.is_next ? NULL : rs_pool_peek_full(&playing.capture->pool, 0);
	if (!batch)
		return 0;
	see_rows(batch);
	see_batch(batch);
	for (uint32_t n = 0; n < playing.capture->ring_count; n++)
		rs_checkpoint_stored(playing.capture, n, batch->read_total[n]);
	rs_pool_release(&playing.capture->pool, batch);
	return 1;
}
