/* SPDX-License-Identifier: MIT */
/*
 * merge.c - delivery by merging: clock order, and both orders in overwrite mode, where indexes lie far apart. See capture.h.
 *
 * An entry's key is its index or its ticks; ties of the clock are broken by ring, then position. Within a ring keys rise, but for
 * nested writes: what rises waits in the ring's queue, the rest as strays in one heap. Both are drained up to `decided`: no entry
 * with a smaller key will come.
 */
#include <stdlib.h>

#include "atomics.h"
#include "emission.h"
#include "tag.h"
#include "test_point.h"

#define QUEUE_MIN 1024u
#define STRAYS_COPIED_MAX 1024u

static rs_waiting_t *queue_at(const rs_queue_t *queue, uint64_t n)
{
	return &queue->entries[(queue->first + n) & (queue->capacity - 1)];
}

static int grow_queue(rs_queue_t *queue)
{
	const uint64_t capacity = queue->capacity ? queue->capacity * 2 : QUEUE_MIN;
	rs_waiting_t *entries = malloc(capacity * sizeof(*entries));
	if (!entries)
		return 0;
	for (uint64_t n = 0; n < queue->count; n++)
		entries[n] = *queue_at(queue, n);
	free(queue->entries);
	queue->entries = entries;
	queue->first = 0;
	queue->capacity = capacity;
	return 1;
}

static int is_before(const rs_waiting_t *a, uint32_t a_ring, const rs_waiting_t *b, uint32_t b_ring)
{
	if (a->key != b->key)
		return a->key < b->key;
	return a_ring != b_ring ? a_ring < b_ring : a->position < b->position;
}

/* --- strays: a binary heap, the smallest first --- */

static int is_stray_before(const rs_stray_t *a, const rs_stray_t *b)
{
	return is_before(&a->waiting, a->ring, &b->waiting, b->ring);
}

static int add_stray(rs_capture_t *capture, const rs_stray_t *stray)
{
	if (capture->stray_count == capture->stray_capacity) {
		const uint64_t capacity = capture->stray_capacity ? capture->stray_capacity * 2 : 64;
		rs_stray_t *strays = realloc(capture->strays, capacity * sizeof(*strays));
		if (!strays)
			return 0;
		capture->strays = strays;
		capture->stray_capacity = capacity;
	}
	uint64_t at = capture->stray_count++;
	for (; at && is_stray_before(stray, &capture->strays[(at - 1) / 2]); at = (at - 1) / 2)
		capture->strays[at] = capture->strays[(at - 1) / 2];
	capture->strays[at] = *stray;
	return 1;
}

static void drop_first_stray(rs_capture_t *capture)
{
	const rs_stray_t last = capture->strays[--capture->stray_count];
	const uint64_t count = capture->stray_count;
	uint64_t at = 0;

	for (uint64_t child = 1; child < count; child = at * 2 + 1) {
		if (child + 1 < count && is_stray_before(&capture->strays[child + 1], &capture->strays[child]))
			child++;
		if (!is_stray_before(&capture->strays[child], &last))
			break;
		capture->strays[at] = capture->strays[child];
		at = child;
	}
	if (count)
		capture->strays[at] = last;
}

int rs_merge_add(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t key, uint64_t position)
{
	rs_queue_t *queue = &ring->queue;
	const rs_waiting_t waiting = {key, position, 0};

	if (queue->count && key < queue->last_key) {
		const rs_stray_t stray = {waiting, ring->number};
		if (!add_stray(capture, &stray))
			return 0;
	} else {
		if (queue->count == queue->capacity && !grow_queue(queue))
			return 0;
		*queue_at(queue, queue->count++) = waiting;
		queue->last_key = key;
	}
	ring->held++;
	capture->held++;
	return 1;
}

/* --- the rings' queues by their first entries: a binary heap of ring numbers --- */

static int is_ring_before(const rs_capture_t *capture, uint32_t a, uint32_t b)
{
	return is_before(queue_at(&capture->rings[a].queue, 0), a, queue_at(&capture->rings[b].queue, 0), b);
}

static void sift_down(rs_capture_t *capture, uint32_t count, uint32_t at)
{
	uint32_t *heads = capture->heads;
	const uint32_t ring = heads[at];

	for (uint32_t child = at * 2 + 1; child < count; child = at * 2 + 1) {
		if (child + 1 < count && is_ring_before(capture, heads[child + 1], heads[child]))
			child++;
		if (!is_ring_before(capture, heads[child], ring))
			break;
		heads[at] = heads[child];
		at = child;
	}
	heads[at] = ring;
}

static uint32_t gather_heads(rs_capture_t *capture)
{
	uint32_t count = 0;
	for (uint32_t n = 0; n < capture->ring_count; n++)
		if (capture->rings[n].queue.count)
			capture->heads[count++] = n;
	for (uint32_t at = count / 2; at-- > 0;)
		sift_down(capture, count, at);
	return count;
}

static void drop_first(rs_queue_t *queue)
{
	queue->first = (queue->first + 1) & (queue->capacity - 1);
	queue->count--;
	if (queue->copied)
		queue->copied--;
}

/* --- delivery --- */

static void count_overwritten(rs_capture_t *capture, rs_ring_view_t *ring)
{
	ring->count.overwritten++;
	ring->hole.overwritten++;
	ring->has_hole = 1;
	capture->has_news = 1;
}

static int is_still_good(rs_capture_t *capture, const rs_ring_view_t *ring, const rs_waiting_t *waiting, const rs_entry_header_t *header)
{
	uint64_t word;
	return rs_scan_word(capture, ring, waiting->position, ring->scanned, &word) &&
	       (capture->is_clock_ordered ? header->ticks : header->index) == waiting->key &&
	       rs_scan_is_sound(header, rs_units_of(word));
}

/* In clock order the rows' numbers are given out here. */
static void note_delivered(rs_capture_t *capture, const rs_ring_view_t *ring, const rs_waiting_t *waiting, uint64_t index)
{
	capture->base = index + 1;
	if (!capture->is_clock_ordered)
		return;
	const rs_waiting_t base = {capture->base_ticks, capture->base_position, 0};
	if (capture->base_ring_plus_1 && is_before(waiting, ring->number, &base, (uint32_t)capture->base_ring_plus_1 - 1))
		return; /* clocks that disagree: the base stays where it was */
	capture->base_ticks = waiting->key;
	capture->base_ring_plus_1 = ring->number + 1ull;
	capture->base_position = waiting->position;
}

/* What an entry in its ring, or a copy of one, is good for. */
enum finding { GOOD, CHANGED, OVERWRITTEN };

static enum finding examine(rs_capture_t *capture, const rs_ring_view_t *ring, const rs_waiting_t *waiting,
			    const rs_entry_header_t *header)
{
	uint64_t oldest;
	const int is_good = waiting->copy || is_still_good(capture, ring, waiting, header);

	if (!waiting->copy && rs_scan_has_made_room(capture, ring, waiting->position, &oldest))
		return OVERWRITTEN;
	/* An index that was delivered already is nobody else's. */
	return is_good && (capture->is_clock_ordered || header->index >= capture->base) ? GOOD : CHANGED;
}

/* RS_OK when the entry is dealt with, RS_AGAIN when the pool is empty. */
static rs_status_t deliver(rs_emission_t *emission, rs_ring_view_t *ring, const rs_waiting_t *waiting)
{
	rs_capture_t *capture = emission->capture;
	const uint64_t mask = capture->file.header.ring_bytes - 1;
	const uint8_t *entry =
		waiting->copy ? rs_reorder_at(&capture->reorder, waiting->copy) : ring->data + (waiting->position & mask);
	rs_entry_header_t header;
	uint64_t oldest;

	memcpy(&header, entry, sizeof(header));
	RS_TEST_POINT("read:emitting");
	enum finding finding = examine(capture, ring, waiting, &header);
	/* The number is given out before: a filter decides about rows, not about numbers. */
	if (finding == GOOD && capture->is_clock_ordered)
		header.index = capture->base;
	if (finding == GOOD && !rs_emission_is_filtered(emission, &header, ring)) {
		const rs_status_t status = rs_emission_make_room(emission, &header, ring->number);
		if (status != RS_OK)
			return status;
		rs_emission_add(emission, &header, ring, entry + sizeof(header));
		RS_TEST_POINT("read:delivered");
		if (!waiting->copy && rs_scan_has_made_room(capture, ring, waiting->position, &oldest)) {
			rs_emission_take_back(emission);
			finding = OVERWRITTEN;
		} else {
			capture->stats.last_index = header.index;
		}
	}
	if (waiting->copy) {
		ring->copied--;
		rs_reorder_drop(&capture->reorder, waiting->copy, rs_entry_bytes(header.length));
	}
	if (finding == OVERWRITTEN) {
		count_overwritten(capture, ring);
	} else if (finding == CHANGED) {
		rs_count_changed(capture, ring);
	} else {
		ring->count.read++;
		note_delivered(capture, ring, waiting, header.index);
	}
	return RS_OK;
}

rs_status_t rs_merge_emit(rs_capture_t *capture, uint64_t *rows)
{
	rs_emission_t emission;
	rs_status_t status = RS_OK;
	uint32_t count = gather_heads(capture);

	rs_emission_begin(&emission, capture);
	for (;;) {
		rs_stray_t next;
		int is_stray = capture->stray_count != 0;
		if (is_stray)
			next = capture->strays[0];
		if (count) {
			const uint32_t ring = capture->heads[0];
			const rs_waiting_t *first = queue_at(&capture->rings[ring].queue, 0);
			if (!is_stray || is_before(first, ring, &next.waiting, next.ring)) {
				next = (rs_stray_t){*first, ring};
				is_stray = 0;
			}
		} else if (!is_stray) {
			break;
		}
		if (next.waiting.key >= capture->decided && capture->decided != UINT64_MAX)
			break;
		rs_ring_view_t *ring = &capture->rings[next.ring];
		status = deliver(&emission, ring, &next.waiting);
		if (status != RS_OK)
			break;
		ring->held--;
		capture->held--;
		if (is_stray) {
			drop_first_stray(capture);
			continue;
		}
		drop_first(&ring->queue);
		if (ring->queue.count == 0)
			capture->heads[0] = capture->heads[--count];
		if (count)
			sift_down(capture, count, 0);
	}
	rs_emission_end(&emission);
	*rows += rs_emission_taken(&emission);
	/* Every index below is delivered or gone. */
	if (status == RS_OK && !capture->is_clock_ordered && capture->decided != UINT64_MAX && capture->decided > capture->base)
		capture->base = capture->decided;
	return status;
}

/* The first stray of a ring that is not copied, by position. */
static rs_waiting_t *first_stray(const rs_capture_t *capture, const rs_ring_view_t *ring)
{
	rs_waiting_t *first = NULL;
	for (uint64_t n = 0; n < capture->stray_count; n++) {
		rs_waiting_t *waiting = &capture->strays[n].waiting;
		if (capture->strays[n].ring == ring->number && !waiting->copy && (!first || waiting->position < first->position))
			first = waiting;
	}
	return first;
}

/* In ring order, strays too: behind the first that is not copied no space can be returned. */
void rs_merge_copy(rs_capture_t *capture, rs_ring_view_t *ring, uint64_t limit)
{
	rs_queue_t *queue = &ring->queue;

	/* Each costs a search. Honest writers nest a few deep. */
	if (capture->stray_count > STRAYS_COPIED_MAX)
		return;
	for (rs_waiting_t *stray = first_stray(capture, ring);;) {
		rs_waiting_t *waiting = queue->copied < queue->count ? queue_at(queue, queue->copied) : NULL;
		const int is_stray = stray && (!waiting || stray->position < waiting->position);
		if (is_stray)
			waiting = stray;
		if (!waiting || waiting->position >= limit)
			return;
		waiting->copy = rs_copy_entry(capture, ring, waiting->position, waiting->key);
		if (!waiting->copy)
			return;
		if (is_stray)
			stray = first_stray(capture, ring);
		else
			queue->copied++;
	}
}

void rs_merge_move_cursors(rs_capture_t *capture)
{
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		const rs_queue_t *queue = &ring->queue;
		ring->cursor = queue->copied < queue->count ? queue_at(queue, queue->copied)->position : ring->scanned;
	}
	for (uint64_t n = 0; n < capture->stray_count; n++) {
		const rs_stray_t *stray = &capture->strays[n];
		rs_ring_view_t *ring = &capture->rings[stray->ring];
		if (!stray->waiting.copy && stray->waiting.position < ring->cursor)
			ring->cursor = stray->waiting.position;
	}
}

void rs_merge_fini(rs_capture_t *capture)
{
	for (uint32_t n = 0; capture->rings && n < capture->ring_count; n++)
		free(capture->rings[n].queue.entries);
	free(capture->strays);
	free(capture->heads);
}
