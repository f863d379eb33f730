/* SPDX-License-Identifier: MIT */
/* source.c - opening a ring set for reading, and what can be known of it. See rs_reader.h and capture.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atomics.h"
#include "capture.h"
#include "clock.h"
#include "device.h"
#include "host.h"
#include "host_file.h"
#include "site.h"
#include "tag.h"

#define CLOCK_FOREIGN_NS 10000000000ll /* anchors that disagree by more are of another machine or another boot */

uint32_t rs_reader_abi(void)
{
	return RS_ABI_MAJOR << 16 | RS_ABI_MINOR;
}

rs_status_t rs_set_make(const char *path, uint32_t ring_count, uint64_t ring_bytes, uint64_t ring_memory, uint32_t mode,
			uint32_t order, uint32_t clock_kind, rs_message_t *message)
{
	const rs_plan_t plan = {
		.mode = mode,
		.order = order,
		.clock_kind = clock_kind,
		.ring_count = ring_count ? ring_count : rs_host_processors(),
		.ring_bytes = ring_bytes,
		.ring_memory = ring_memory,
		.site_count = RS_SITE_COUNT_DEFAULT,
	};
	return rs_ringset_file_make(path, &plan, message->text, sizeof(message->text));
}

rs_status_t rs_set_make_in_memory(uint32_t ring_count, uint64_t ring_bytes, uint64_t ring_memory, uint32_t mode, uint32_t order,
				  uint32_t clock_kind, int32_t *file, rs_message_t *path, rs_message_t *message)
{
	const rs_plan_t plan = {
		.mode = mode,
		.order = order,
		.clock_kind = clock_kind,
		.ring_count = ring_count ? ring_count : rs_host_processors(),
		.ring_bytes = ring_bytes,
		.ring_memory = ring_memory,
		.site_count = RS_SITE_COUNT_DEFAULT,
	};
	return rs_ringset_memory_make(&plan, file, path->text, sizeof(path->text), message->text, sizeof(message->text));
}

void rs_set_release(int32_t file)
{
	rs_host_file_close(file);
}

/* One reader takes entries; the lock of a file ends with its process, however that ends. */
static rs_status_t lock_for_draining(rs_capture_t *capture, const char *path, rs_message_t *message)
{
	int is_ours = 1;
	/* Of a device that is the claim, which mapping it has made. */
	const int error = capture->file.is_device ? 0 : rs_host_file_lock(capture->file.file, &is_ours);
	if (error)
		return rs_host_fail(error, "cannot lock", path, message->text, sizeof(message->text));
	if (is_ours) {
		store_u32_relaxed(&capture->consumer_set->consumer_pid, capture->self_pid);
		return RS_OK;
	}
	snprintf(message->text, sizeof(message->text), "cannot drain %s: process %u drains it already", path,
		 load_u32_relaxed(&capture->consumer_set->consumer_pid));
	return RS_BUSY;
}

/* The newest anchor that its producer had finished writing. */
static rs_anchor_t newest_anchor(const rs_set_header_t *header)
{
	rs_anchor_t newest = header->anchors[0];
	for (uint32_t n = 1; n < RS_ANCHOR_COUNT; n++)
		if (header->anchors[n].generation > newest.generation)
			newest = header->anchors[n];
	return newest;
}

/* Whether what the set's ticks count can be read here at all. A kernel goes by a counter only where it trusts it, and its devices are this machine's:
 * that it knows better than a program can find out, which sees what a hypervisor shows. */
static int can_read_clock(const rs_ringset_file_t *file)
{
	const uint32_t kind = file->header.clock_kind;

	if (rs_host_clock_is_the_systems(kind) || kind == rs_host_clock_kind())
		return 1;
#ifdef RS_CLOCK_COUNTER
	return file->is_device && kind == RS_CLOCK_COUNTER;
#else
	return 0;
#endif
}

static void compare_clocks(rs_capture_t *capture)
{
	const rs_set_header_t *header = &capture->file.header;
	capture->first_anchor = newest_anchor(header);
	if (capture->is_image || !can_read_clock(&capture->file)) {
		capture->is_clock_foreign = capture->is_order_foreign = 1;
		return;
	}
	const rs_anchor_t now = rs_host_anchor(header->clock_kind);
	const double elapsed_ns = ((double)now.ticks - (double)capture->first_anchor.ticks) * 1e9 / (double)header->ticks_per_second;
	const double wall_ns = (double)now.unix_ns - (double)capture->first_anchor.unix_ns;
	const double apart_ns = elapsed_ns > wall_ns ? elapsed_ns - wall_ns : wall_ns - elapsed_ns;
	/* A rate that was measured in 10 ms may be off by 100 ppm after days. */
	capture->is_clock_foreign = elapsed_ns < 0 || apart_ns > CLOCK_FOREIGN_NS + 1e-4 * wall_ns;
	/* Wall clocks are set; counters that writers who live go by are ours. */
	capture->is_order_foreign = elapsed_ns < 0 || (capture->is_clock_foreign && rs_owner_nobody_lives(capture));
}

static rs_status_t bind_rings(rs_capture_t *capture)
{
	const rs_set_header_t *header = &capture->file.header;
	const uint8_t *bytes = capture->file.bytes;

	capture->ring_count = header->ring_count;
	capture->is_kernel = (header->features & RS_FEATURE_KERNEL) != 0;
	capture->is_overwriting = header->mode == RS_MODE_OVERWRITE;
	capture->is_clock_ordered = header->order == RS_ORDER_CLOCK;
	capture->is_merging = capture->is_overwriting || capture->is_clock_ordered;
	capture->entry_bytes_max = rs_entry_bytes_max(header->ring_bytes);
	capture->consumer_set = (rs_consumer_set_t *)(void *)capture->file.consumer;
	capture->next_index = &((const rs_shared_page_t *)(const void *)(bytes + header->shared_off))->next_index;
	capture->window = capture->reach = RS_REACH_MIN;
	/* Every entry that the rings can hold may have to wait for one index. */
	while (capture->window < header->ring_count * (header->ring_bytes / 128) && capture->window < 1u << 20)
		capture->window *= 2;
	capture->slots = capture->is_merging ? NULL : calloc(capture->window, sizeof(*capture->slots));
	capture->heads = calloc(header->ring_count, sizeof(*capture->heads));
	capture->rings = calloc(header->ring_count, sizeof(*capture->rings));
	capture->published = calloc(header->ring_count, sizeof(*capture->published));
	capture->oldest = calloc(header->ring_count, sizeof(*capture->oldest));
	capture->seen = capture->is_kernel ? rs_seen_new() : NULL;
	if ((!capture->slots && !capture->is_merging) || !capture->heads || !capture->rings || !capture->published ||
	    !capture->oldest || (capture->is_kernel && !capture->seen))
		return RS_NO_MEMORY;
	for (uint32_t n = 0; n < header->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		ring->data = bytes + header->data_off + n * header->ring_bytes;
		ring->page = (const rs_ring_page_t *)(const void *)(bytes + header->ring_off) + n;
		ring->consumer = (rs_consumer_ring_t *)(void *)(capture->file.consumer + sizeof(rs_consumer_set_t)) + n;
		ring->number = n;
		ring->processor = load_u32_relaxed(&ring->page->processor) & 0xffffu;
	}
	return RS_OK;
}

static rs_status_t map_source(rs_capture_t *capture, const char *path, enum rs_map_rights rights, rs_message_t *message)
{
	return rs_device_is(path) ? rs_device_map(path, rights, &capture->file, message)
				  : rs_ringset_file_map(path, rights, &capture->file, message->text, sizeof(message->text));
}

static rs_status_t map_rings(rs_capture_t *capture, const char *path, rs_message_t *message)
{
	const int is_peek = (capture->flags & RS_OPEN_PEEK) != 0;
	const enum rs_map_rights rights = is_peek ? RS_MAP_PEEK : capture->is_image ? RS_MAP_IMAGE : RS_MAP_CONSUMER;
	const rs_status_t status = map_source(capture, path, rights, message);
	if (status != RS_NO_PERMISSION || rights != RS_MAP_CONSUMER)
		return status;
	/* Rings that overwrite are read without writing anything. */
	rs_message_t second;
	if (map_source(capture, path, RS_MAP_PEEK, &second) != RS_OK)
		return status;
	if (capture->file.header.mode == RS_MODE_OVERWRITE)
		return RS_OK;
	rs_ringset_file_unmap(&capture->file);
	return status;
}

rs_status_t rs_capture_open(const char *path, uint32_t flags, rs_capture_t **result, rs_message_t *message)
{
	*result = NULL;
	rs_capture_t *capture = calloc(1, sizeof(*capture));
	if (!capture) {
		snprintf(message->text, sizeof(message->text), "cannot open %s: %s", path, strerror(ENOMEM));
		return RS_NO_MEMORY;
	}
	capture->flags = flags;
	capture->is_image = (flags & RS_OPEN_IMAGE) != 0;
	capture->self_pid = rs_host_process_id();
	pthread_mutex_init(&capture->stats_lock, NULL);
	rs_status_t status = map_rings(capture, path, message);
	if (status == RS_OK) {
		status = bind_rings(capture);
		if (status != RS_OK)
			snprintf(message->text, sizeof(message->text), "cannot open %s: %s", path, strerror(ENOMEM));
	}
	if (status == RS_OK && !(flags & RS_OPEN_PEEK) && !capture->is_image && !capture->is_overwriting)
		status = lock_for_draining(capture, path, message);
	if (status == RS_OK) {
		compare_clocks(capture);
		status = capture->is_overwriting ? rs_checkpoint_begin(capture, message) : rs_checkpoint_resume(capture, message);
	}
	if (status != RS_OK) {
		rs_capture_close(capture);
		return status;
	}
	for (uint32_t n = 0; n < capture->ring_count; n++) {
		rs_ring_view_t *ring = &capture->rings[n];
		rs_hole_counters(capture, ring, &capture->published[n]);
		for (uint32_t bucket = 0; bucket < RS_COST_BUCKETS; bucket++)
			ring->write_cost_start[bucket] = load_u64_relaxed(&ring->page->write_cost[bucket]);
	}
	*result = capture;
	return RS_OK;
}

void rs_capture_close(rs_capture_t *capture)
{
	if (!capture)
		return;
	rs_store_destroy(capture);
	if (capture->has_pool)
		rs_pool_fini(&capture->pool);
	rs_reorder_fini(&capture->reorder);
	rs_filter_free(capture->filter);
	rs_seen_free(capture->seen);
	rs_ringset_file_unmap(&capture->file);
	rs_merge_fini(capture);
	free(capture->slots);
	free(capture->rings);
	free(capture->published);
	free(capture->oldest);
	free(capture);
}

void rs_capture_info(rs_capture_t *capture, rs_capture_info_t *info)
{
	const rs_set_header_t *header = &capture->file.header;
	*info = (rs_capture_info_t){
		.abi_major = header->abi_major,
		.abi_minor = header->abi_minor,
		.ring_count = header->ring_count,
		.mode = header->mode,
		.order = header->order,
		.clock_kind = header->clock_kind,
		.ring_bytes = header->ring_bytes,
		.ticks_per_second = header->ticks_per_second,
		.anchor_ticks = capture->first_anchor.ticks,
		.anchor_unix_ns = capture->first_anchor.unix_ns,
		.creator_pid = header->creator_pid,
		.creator_alive = !capture->is_image &&
				 (uint32_t)rs_host_thread_alive((uint64_t)header->creator_pid << 32, header->creator_start,
								header->creator_namespace),
		.start_pending = capture->start_pending,
		.start_unstored = capture->start_unstored,
		.features = header->features,
	};
	memcpy(info->set_id, header->set_id, sizeof(info->set_id));
}

uint32_t rs_capture_stats(rs_capture_t *capture, rs_capture_stats_t *stats, rs_ring_counters_t *rings, uint32_t count)
{
	pthread_mutex_lock(&capture->stats_lock);
	if (stats) {
		*stats = capture->public_stats;
		stats->pool_used_bytes = capture->has_pool ? rs_pool_used_bytes(&capture->pool) : 0;
		stats->stop_requested = load_u32_relaxed(&capture->stop);
	}
	for (uint32_t n = 0; rings && n < count && n < capture->ring_count; n++)
		rings[n] = capture->published[n];
	pthread_mutex_unlock(&capture->stats_lock);
	return capture->ring_count;
}

uint32_t rs_capture_write_cost(rs_capture_t *capture, uint64_t *counts, uint32_t rings)
{
	for (uint32_t n = 0; n < rings && n < capture->ring_count; n++) {
		const rs_ring_view_t *ring = &capture->rings[n];
		for (uint32_t bucket = 0; bucket < RS_COST_BUCKETS; bucket++)
			*counts++ = load_u64_relaxed(&ring->page->write_cost[bucket]) - ring->write_cost_start[bucket];
	}
	return capture->ring_count;
}

uint64_t rs_capture_refused_sites(rs_capture_t *capture)
{
	const rs_site_table_t table = rs_site_table_at(&capture->file.header, capture->file.bytes);
	return table.count ? load_u64_relaxed(&table.page->refused) : 0;
}

void rs_capture_stop(rs_capture_t *capture)
{
	store_u32_release(&capture->stop, 1);
}
