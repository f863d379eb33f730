/* SPDX-License-Identifier: MIT */
/*
 * drain.c - rounds over all rings, the loop around them, and the end of a capture. See capture.h.
 *
 * One round: take a horizon if there is none; look at every ring's new entries (scan.c); when every ring has passed the
 * horizon, what is unseen below it is decided; deliver rows in index order (emit.c); return space (checkpoint.c).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "atomics.h"
#include "capture.h"
#include "device.h"
#include "host.h"
#include "tag.h"

#define BUSY_SLEEP_NS 1000000u
#define IDLE_SLEEP_NS 2000000u
#define DEFAULT_STALL_MS 1000u
#define NEWS_EVERY_NS 1000000000u  /* counters that changed without a row are stored that often */
#define DEFAULT_BATCH_AGE_MS 25u
/* A batch of so many rows is handed over at a third of that age: whoever follows sees them sooner. */
#define SOON_ROWS 512u
#define SOON_ROWS_A_RING 16u
#define SOON_PART 3u

uint64_t rs_monotonic_ns(void)
{
	return rs_host_clock_read(RS_CLOCK_MONOTONIC_NS);
}

void rs_sleep_ns(uint64_t ns)
{
	rs_host_sleep_ns(ns);
}

/* A reserve position that an honest producer can have; otherwise where the scan stands. */
static uint64_t bound_position(rs_capture_t *capture, const rs_ring_view_t *ring, uint64_t position)
{
	/* Overwriting writers wait for nobody: they may be laps ahead. */
	if (capture->is_overwriting && (int64_t)(position - ring->scanned) >= 0 && !(position & 7))
		return position;
	if (position - ring->scanned <= capture->file.header.ring_bytes &&
	    position - ring->cursor <= capture->file.header.ring_bytes && !(position & 7))
		return position;
	capture->stats.violations++;
	return ring->scanned;
}

/* The key below which nothing will come when every ring has been looked at up to positions that are loaded after this. */
static uint64_t load_horizon_key(const rs_capture_t *capture)
{
	/* I1b: whoever took an index below this had moved its reserve position before. */
	if (!capture->is_clock_ordered)
		return load_u64_acquire(capture->next_index);
	if (capture->is_order_foreign)
		return UINT64_MAX;
	/* C1b: whoever has not moved its reserve position yet will read a clock that is not before this. */
	return rs_host_clock_read_ordered(capture->file.header.clock_kind);
}

/* In this order, or an entry could be missed that the counter already speaks of: the index or clock, the attempts, the positions. */
static void take_horizon(rs_capture_t *capture)
{
	capture->horizon_key = load_horizon_key(capture);
	for (uint32_t n = 0; n < capture->ring_count; n++)
		/* R1b: attempts first: each of those has a position below the one loaded next. */
		capture->rings[n].horizon_attempts = load_u64_acquire(&capture->rings[n].page->reserve.attempts);
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		ring->horizon_position =
			bound_position(capture, ring, load_u64_acquire(&ring->page->reserve.position));
	}
	capture->has_horizon = 1;
}

/* The last horizon: both halves of each reserve word of one moment, so that the account closes exactly. */
static void take_last_horizon(rs_capture_t *capture)
{
	capture->horizon_key = load_horizon_key(capture);
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		uint64_t again = load_u64_acquire(&ring->page->reserve.attempts);
		uint64_t attempts, position;
		/* Every swap moves the attempts, so equal attempts on both sides mean that nothing moved. Bounded: a
		 * writer in a tight loop could win for ever, and then the halves are at most some entries apart. */
		for (int tries = 0; tries < 10000; tries++) {
			attempts = again;
			position = load_u64_acquire(&ring->page->reserve.position);
			again = load_u64_acquire(&ring->page->reserve.attempts);
			if (again == attempts)
				break;
		}
		ring->horizon_attempts = attempts;
		ring->horizon_position = bound_position(capture, ring, position);
	}
	capture->has_horizon = 1;
	capture->is_finishing = 1;
}

/* Overwrite mode: what lies farther back than one lap is gone, whatever oldest_pos says. */
static void catch_up(rs_capture_t *capture, rs_ring_view_t *ring)
{
	const uint64_t ring_bytes = capture->file.header.ring_bytes;

	/* The scan may be ahead of a horizon that was taken before it jumped. */
	if (!capture->is_overwriting || (int64_t)(ring->limit - ring->scanned) <= (int64_t)ring_bytes)
		return;
	ring->scanned = ring->limit - ring_bytes;
	ring->has_jumped = 1;
}

static uint64_t scan_all(rs_capture_t *capture)
{
	uint64_t taken = 0;
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		ring->limit = capture->is_finishing
				      ? ring->horizon_position
				      : bound_position(capture, ring, load_u64_acquire(&ring->page->reserve.position));
		if (ring->passed_count || ring->unfreed_count)
			rs_stall_look_after(capture, ring);
		catch_up(capture, ring);
		do {
			ring->is_blocked = 0;
			taken += rs_scan_ring(capture, ring);
		} while (ring->is_blocked && rs_stall_step_over(capture, ring));
	}
	return taken;
}

static int has_passed(const rs_ring_view_t *ring)
{
	return ring->scanned >= ring->horizon_position;
}

static void decide(rs_capture_t *capture)
{
	for (uint32_t n = 0; n < capture->ring_count; n++)
		if (!has_passed(&capture->rings[n]))
			return;
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		/* Attempts that were made before the horizon and are not in the ring: refused. */
		if (ring->is_begun && ring->count.next_seq < ring->horizon_attempts)
			rs_hole_account(capture, ring, ring->horizon_attempts, NULL);
	}
	if (capture->horizon_key > capture->decided)
		capture->decided = capture->horizon_key;
	if (!capture->is_finishing)
		capture->has_horizon = 0;
}

/* Everything before the oldest entry that is still held in its ring is done with, and so is its space, but for entries that were
 * passed while their writers may still write into them. */
static void move_cursors(rs_capture_t *capture)
{
	if (capture->is_merging)
		rs_merge_move_cursors(capture);
	else
		rs_place_move_cursors(capture);
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		if (ring->passed_count && ring->passed[0] < ring->cursor)
			ring->cursor = ring->passed[0];
	}
}

static rs_status_t emit(rs_capture_t *capture, uint64_t *rows)
{
	return capture->is_merging ? rs_merge_emit(capture, rows) : rs_place_emit(capture, rows);
}

static void publish_stats(rs_capture_t *capture)
{
	pthread_mutex_lock(&capture->stats_lock);
	capture->public_stats.entries = capture->stats.entries;
	capture->public_stats.gaps = capture->stats.gaps;
	capture->public_stats.violations = capture->stats.violations;
	capture->public_stats.pool_waits = capture->stats.pool_waits;
	capture->public_stats.last_index = capture->stats.last_index;
	for (uint32_t n = 0; n < capture->ring_count; n++)
		rs_hole_counters(capture, &capture->rings[n], &capture->published[n]);
	pthread_mutex_unlock(&capture->stats_lock);
}

static int is_any_parked(const rs_capture_t *capture)
{
	for (uint32_t n = 0; n < capture->ring_count; n++)
		if (capture->rings[n].scanned < capture->rings[n].limit && !capture->rings[n].is_blocked)
			return 1;
	return 0;
}

rs_status_t rs_drain_round(rs_capture_t *capture, uint64_t *rows)
{
	const uint64_t before = *rows;

	/* Gaps are written while scanning, so a batch has to be there first. */
	rs_batch_t *batch = rs_emit_batch(capture, 0);
	if (batch && batch->gap_count + RS_HOLE_GAPS_MAX > RS_BATCH_GAPS) {
		rs_emit_seal(capture);
		batch = rs_emit_batch(capture, 0);
	}
	if (!batch) {
		publish_stats(capture);
		return RS_AGAIN;
	}
	if (!capture->has_horizon)
		take_horizon(capture);
	const uint64_t taken = scan_all(capture);
	decide(capture);
	const uint64_t base = capture->base;
	const rs_status_t status = emit(capture, rows);
	if (status == RS_OK && capture->held && *rows == before)
		rs_copy_waiting(capture);
	move_cursors(capture);

	/* Entries wait because their index is far ahead, and nothing nearer is in sight: look farther. */
	capture->must_refuse_far = 0;
	if (taken || capture->base != base)
		capture->reach = RS_REACH_MIN;
	else if (status == RS_OK && !capture->is_merging && is_any_parked(capture))
		capture->must_refuse_far = !rs_place_widen(capture);

	/* Zeros in place of a file say nothing about anybody. */
	if (rs_ringset_file_is_cut(&capture->file))
		return RS_IO;
	rs_checkpoint_publish(capture);
	publish_stats(capture);
	return status;
}

/* Whether what a batch takes beside its rows, counters of every ring above all, is little beside them. */
static int is_worth(const rs_capture_t *capture, const rs_batch_t *batch)
{
	return batch->rows >= SOON_ROWS && batch->rows >= SOON_ROWS_A_RING * capture->ring_count;
}

static void seal_when_due(rs_capture_t *capture)
{
	const uint64_t now = rs_monotonic_ns();
	const rs_batch_t *batch = capture->batch;
	if (!batch)
		return;
	const uint64_t age_ns = batch->opened_ns ? now - batch->opened_ns : 0;
	const int is_old = age_ns >= capture->batch_age_ns || (age_ns >= capture->batch_age_ns / SOON_PART && is_worth(capture, batch));
	const int is_news = (capture->has_news || batch->gap_count) && now - capture->counted_ns >= NEWS_EVERY_NS;
	if (is_old || is_news)
		rs_emit_seal(capture);
}

/* More than a quarter of a ring is waiting: go on without a pause. */
static int is_behind(const rs_capture_t *capture)
{
	const uint64_t quarter = capture->file.header.ring_bytes / 4;
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		const rs_ring_view_t *ring = &capture->rings[n];
		if (!ring->is_blocked && load_u64_relaxed(&ring->page->reserve.position) - ring->scanned > quarter)
			return 1;
	}
	return 0;
}

rs_status_t rs_drain_open(rs_capture_t *capture, uint64_t buffer_bytes, uint32_t batch_rows, uint32_t batch_age_ms,
			  rs_message_t *message)
{
	const uint64_t bytes = buffer_bytes ? buffer_bytes : 256ull << 20;
	if (capture->flags & RS_OPEN_PEEK && !capture->is_overwriting) {
		snprintf(message->text, sizeof(message->text), "cannot drain rings that were opened to look only");
		return RS_BAD_ARGUMENT;
	}
	const rs_status_t status = rs_pool_init(&capture->pool, bytes, batch_rows, capture->ring_count);
	if (status == RS_BAD_ARGUMENT)
		snprintf(message->text, sizeof(message->text), "a buffer of %llu bytes is too small: at least %llu are needed",
			 (unsigned long long)bytes, (unsigned long long)RS_POOL_BYTES_MIN);
	else if (status != RS_OK)
		snprintf(message->text, sizeof(message->text), "cannot reserve %llu bytes of batch buffers: %s",
			 (unsigned long long)bytes, strerror(ENOMEM));
	if (status != RS_OK)
		return status;
	capture->batch_age_ns = (batch_age_ms ? batch_age_ms : DEFAULT_BATCH_AGE_MS) * 1000000ull;
	capture->counted_ns = rs_monotonic_ns();
	if (!capture->stall_ns)
		capture->stall_ns = DEFAULT_STALL_MS * 1000000ull;
	if (rs_reorder_init(&capture->reorder, capture->reorder_bytes) != RS_OK) {
		snprintf(message->text, sizeof(message->text), "cannot reserve %llu bytes to put entries in order: %s",
			 (unsigned long long)capture->reorder_bytes, strerror(ENOMEM));
		rs_pool_fini(&capture->pool);
		return RS_NO_MEMORY;
	}
	pthread_mutex_lock(&capture->stats_lock);
	capture->has_pool = 1;
	capture->public_stats.pool_bytes = capture->pool.batch_bytes * capture->pool.batch_count;
	pthread_mutex_unlock(&capture->stats_lock);
	return RS_OK;
}

void rs_drain_tune(rs_capture_t *capture, uint32_t stall_ms, uint64_t reorder_bytes)
{
	capture->stall_ns = stall_ms * 1000000ull;
	capture->reorder_bytes = reorder_bytes;
}

rs_status_t rs_drain_once(rs_capture_t *capture, uint64_t *entries)
{
	*entries = 0;
	const rs_status_t status = rs_drain_round(capture, entries);
	seal_when_due(capture);
	return status;
}

/* A reader that looks at fresh entries all the time slows their writers 4 to 30 times. */
static void pause_between(rs_capture_t *capture, uint64_t rows)
{
	/* A driver wakes whoever has nothing to do; but not again for what could not be taken. */
	if (!rows && capture->file.is_device && !capture->was_woken) {
		capture->was_woken = rs_device_wait(&capture->file, IDLE_SLEEP_NS);
		return;
	}
	capture->was_woken = 0;
	rs_sleep_ns(rows ? BUSY_SLEEP_NS : IDLE_SLEEP_NS);
}

rs_status_t rs_drain_run(rs_capture_t *capture, uint32_t budget_ms)
{
	const uint64_t deadline = rs_monotonic_ns() + budget_ms * 1000000ull;

	for (;;) {
		uint64_t rows = 0;
		if (load_u32_acquire(&capture->stop))
			return RS_END;
		const rs_status_t status = rs_drain_round(capture, &rows);
		seal_when_due(capture);
		if (status == RS_IO)
			return RS_IO;
		if (rs_monotonic_ns() >= deadline)
			return RS_AGAIN;
		if (status == RS_AGAIN || !is_behind(capture))
			pause_between(capture, rows);
	}
}

static int have_all_passed(const rs_capture_t *capture)
{
	for (uint32_t n = 0; n < capture->ring_count; n++)
		if (!has_passed(&capture->rings[n]))
			return 0;
	return 1;
}

/* When the writer has to have given a batch back. Moves on only when it does. */
typedef struct {
	uint64_t wait_ns;
	uint64_t until_ns;
} writer_patience_t;

/* A batch with room for everything that is still to be said of each ring; null when the writer does not come along. */
static rs_batch_t *last_batch(rs_capture_t *capture, writer_patience_t *patience)
{
	for (;;) {
		if (capture->batch && capture->batch->gap_count + RS_HOLE_GAPS_MAX > RS_BATCH_GAPS)
			rs_emit_seal(capture);
		const uint64_t now = rs_monotonic_ns();
		const uint64_t left_ns = now < patience->until_ns ? patience->until_ns - now : 0;
		if (!rs_emit_batch(capture, (uint32_t)(left_ns / 1000000)))
			return NULL;
		patience->until_ns = rs_monotonic_ns() + patience->wait_ns;
		if (capture->batch->gap_count + RS_HOLE_GAPS_MAX <= RS_BATCH_GAPS)
			return capture->batch;
	}
}

/* What is held behind a hole that will not be filled any more comes out in its order. Returns 0 when the pool stays empty. */
static int deliver_held(rs_capture_t *capture, writer_patience_t *patience)
{
	while (capture->held) {
		uint64_t rows = 0;
		capture->decided = capture->is_merging ? UINT64_MAX : capture->base + capture->window;
		if (!last_batch(capture, patience))
			return 0;
		(void)emit(capture, &rows);
	}
	return 1;
}

/* Rounds up to the last horizon, for as long as something moves. Writers that are inside an entry get timeout_ms to leave it. */
static void drain_to_horizon(rs_capture_t *capture, uint32_t timeout_ms, writer_patience_t *patience)
{
	uint64_t writers_until_ns = rs_monotonic_ns() + timeout_ms * 1000000ull;

	for (;;) {
		uint64_t rows = 0;
		const uint64_t base = capture->base;
		const rs_status_t status = rs_drain_round(capture, &rows);
		const uint64_t now = rs_monotonic_ns();
		if (status == RS_IO)
			return;
		if (status == RS_OK && have_all_passed(capture) &&
		    (capture->is_merging ? !capture->held : capture->base >= capture->horizon_key))
			return;
		if (rows || capture->base != base) {
			/* The limits are for those who stand still, not for much work. */
			writers_until_ns = now + timeout_ms * 1000000ull;
			patience->until_ns = now + patience->wait_ns;
			continue;
		}
		if (status == RS_AGAIN ? now >= patience->until_ns : now >= writers_until_ns && !is_any_parked(capture))
			return;
		rs_sleep_ns(BUSY_SLEEP_NS);
	}
}

static void end_without_rings(rs_capture_t *capture)
{
	capture->is_finishing = 1;
	capture->has_horizon = 1;
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		ring->horizon_position = ring->scanned;
		ring->horizon_attempts = ring->count.next_seq;
	}
}

rs_status_t rs_drain_finish(rs_capture_t *capture, uint32_t timeout_ms)
{
	/* A disk that stands still for longer than this ends the capture unfinished. */
	const uint64_t wait_ns = (timeout_ms > 10000 ? timeout_ms : 10000) * 1000000ull;
	writer_patience_t patience = {wait_ns, rs_monotonic_ns() + wait_ns};

	if (!rs_ringset_file_is_cut(&capture->file)) {
		take_last_horizon(capture);
		drain_to_horizon(capture, timeout_ms, &patience);
	}
	/* Nothing in there is true any more: the account ends where it stood. */
	const int is_cut = rs_ringset_file_is_cut(&capture->file);
	if (is_cut)
		end_without_rings(capture);
	const uint64_t base = capture->base;
	rs_status_t result = deliver_held(capture, &patience) ? RS_OK : RS_AGAIN;
	move_cursors(capture);
	/* Nothing that was looked at is held any more, so the next reader may look for the indexes that were missing. */
	if (!capture->held && !capture->is_merging)
		capture->base = base;
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		/* Another ring may still have a writer inside; this one has none. */
		const int is_passed = !ring->is_begun || has_passed(ring);
		if (!ring->is_begun)
			/* Nothing of it was seen but what was stepped over. */
			rs_scan_begin_account(ring, ring->horizon_attempts);
		if (is_passed && ring->count.next_seq < ring->horizon_attempts)
			rs_hole_account(capture, ring, ring->horizon_attempts, NULL);
		/* An entry may say that it is of an attempt that came later, and be believed: it can have been made. */
		if (ring->horizon_attempts < ring->count.next_seq)
			ring->horizon_attempts = ring->count.next_seq;
		ring->pending = ring->horizon_attempts - ring->count.next_seq + ring->held;
		ring->is_final = 1;
		if (!ring->has_hole)
			continue;
		if (last_batch(capture, &patience))
			rs_hole_flush(capture, ring, NULL);
		else
			result = RS_AGAIN;
	}
	rs_checkpoint_publish(capture);
	publish_stats(capture);
	if (!last_batch(capture, &patience))
		result = RS_AGAIN;
	rs_emit_seal(capture);
	rs_pool_end(&capture->pool);
	return is_cut ? RS_IO : result;
}
