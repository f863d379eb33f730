/* SPDX-License-Identifier: MIT */
/* set.c - see set.h. */
#define RS_PLAIN_CALLS
#include "set.h"

#include "crash.h"
#include "descriptor.h"
#include "pages.h"
#include "platform.h"
#include "publish.h"
#include "random.h"
#include "sites.h"
#include "sources.h"
#include "timing.h"

/* Every set, and every open file's selection. */
rs_win_lock_t rs_win_sets_lock;
LIST_ENTRY rs_win_sets = {&rs_win_sets, &rs_win_sets};
uint32_t rs_win_set_count;
uint64_t rs_win_memory_used;
uint64_t rs_win_memory_limit;
int rs_win_raw_pointers;

rs_win_set_t *rs_win_set_find(const char *name)
{
	LIST_ENTRY *entry;

	for (entry = rs_win_sets.Flink; entry != &rs_win_sets; entry = entry->Flink)
		if (strncmp(RS_WIN_SET_OF(entry)->producer.name, name, RS_NAME_BYTES) == 0)
			return RS_WIN_SET_OF(entry);
	return NULL;
}

static NTSTATUS plan_header(const rs_win_wish_t *wish, rs_set_header_t *header)
{
	rs_plan_t plan = wish->plan;

	plan.ring_count = rs_win_cpu_count;
	plan.intent_count = rs_win_cpu_count;
	if (!plan.ring_memory)
		plan.ring_memory = rs_win_memory_limit / 4;
	if (!plan.site_count)
		plan.site_count = RS_SITE_COUNT_DEFAULT;
	else if (plan.site_count == RS_DEVICE_NO_SITES)
		plan.site_count = 0;
	if (rs_ringset_plan(&plan, header, NULL, 0) != RS_OK)
		return STATUS_INVALID_PARAMETER;
	header->clock_kind = rs_win_clock_kind();
	if (plan.order == RS_ORDER_CLOCK && header->clock_kind == RS_CLOCK_QPC)
		return STATUS_INVALID_PARAMETER;
	header->ticks_per_second = rs_win_ticks_per_second(header->clock_kind);
	header->features = RS_FEATURE_KERNEL;
	return STATUS_SUCCESS;
}

static NTSTATUS find_room(const rs_win_wish_t *wish, uint64_t need)
{
	if (rs_win_set_find(wish->name))
		return STATUS_OBJECT_NAME_COLLISION;
	if (rs_win_set_count == RS_SETS_MAX || need > rs_win_memory_limit || rs_win_memory_used > rs_win_memory_limit - need)
		return STATUS_QUOTA_EXCEEDED;
	return STATUS_SUCCESS;
}

/* Zeroes a set that nobody writes to, all but the rules of its table of sites. */
static void empty_pages(rs_win_set_t *set)
{
	const rs_set_header_t *header = &set->header;
	const rs_site_table_t *sites = &set->producer.sites;
	uint8_t *shared = set->shared.bytes;

	memset(set->consumer.bytes, 0, header->total_bytes - header->consumer_off);
	if (!sites->count) {
		memset(shared, 0, header->consumer_off);
		return;
	}
	memset(shared, 0, header->site_off);
	sites->page->text_used = 0;
	sites->page->refused = 0;
	memset(shared + header->site_off + sizeof(rs_site_page_t), 0, header->consumer_off - header->site_off - sizeof(rs_site_page_t));
}

/* The pages of a set that is empty and new: another key, another identity. They are all zero. */
static void fill_pages(rs_win_set_t *set)
{
	rs_set_header_t *header = &set->header;

	rs_win_random(header->set_id, sizeof(header->set_id));
	rs_win_random(header->tag_key, sizeof(header->tag_key));
	rs_win_random(set->producer.pointer_key, sizeof(set->producer.pointer_key));
	set->made_unix_ns = rs_win_unix_ns();
	rs_pages_fill(header, set->shared.bytes, &set->producer, rs_win_anchor(header->clock_kind));
	set->anchor_generation = 1;
	rs_win_descriptor_fill(set);
	rs_win_crash_show(set);
}

static void free_set(rs_win_set_t *set)
{
	rs_win_descriptor_free(set);
	rs_win_free(set->producer.rings);
	rs_win_memory_free(&set->consumer);
	rs_win_memory_free(&set->shared);
	rs_win_free(set);
}

static NTSTATUS allocate_parts(rs_win_set_t *set)
{
	const rs_set_header_t *header = &set->header;
	NTSTATUS status;

	set->producer.rings = rs_win_allocate(header->ring_count * sizeof(rs_ring_t));
	if (!set->producer.rings)
		return STATUS_INSUFFICIENT_RESOURCES;
	status = rs_win_descriptor_allocate(set);
	if (NT_SUCCESS(status))
		status = rs_win_memory_make(&set->shared, header->consumer_off);
	if (NT_SUCCESS(status))
		status = rs_win_memory_make(&set->consumer, header->total_bytes - header->consumer_off);
	return status;
}

static NTSTATUS allocate(const rs_win_wish_t *wish, const rs_set_header_t *header, rs_win_set_t **made)
{
	rs_win_set_t *set = rs_win_allocate(sizeof(*set));
	NTSTATUS status;

	if (!set)
		return STATUS_INSUFFICIENT_RESOURCES;
	memcpy(set->producer.name, wish->name, sizeof(set->producer.name));
	set->header = *header;
	set->is_ephemeral = wish->is_ephemeral;
	set->producer.has_raw_pointers = rs_win_raw_pointers;
	status = allocate_parts(set);
	if (!NT_SUCCESS(status))
		free_set(set);
	else
		*made = set;
	return status;
}

NTSTATUS rs_win_set_make(const rs_win_wish_t *wish, rs_win_set_t **made)
{
	rs_set_header_t header;
	rs_win_set_t *set;
	uint64_t memory;
	NTSTATUS status = plan_header(wish, &header);

	if (!NT_SUCCESS(status))
		return status;
	memory = header.total_bytes + sizeof(*set) + header.ring_count * sizeof(rs_ring_t) + rs_win_descriptor_bytes(&header);
	status = find_room(wish, memory);
	if (NT_SUCCESS(status))
		status = allocate(wish, &header, &set);
	if (!NT_SUCCESS(status))
		return status;
	set->memory = memory;
	rs_win_memory_used += memory;
	rs_win_set_count++;
	InsertTailList(&rs_win_sets, &set->in_sets);
	rs_pages_bind(&set->header, set->shared.bytes, set->consumer.bytes, &set->producer);
	fill_pages(set);
	*made = set;
	return STATUS_SUCCESS;
}

void rs_win_set_start(rs_win_set_t *set)
{
	if (!set->place)
		set->place = rs_set_publish(&set->producer);
}

void rs_win_set_stop(rs_win_set_t *set)
{
	if (!set->place)
		return;
	(void)rs_win_sources_switch(set, 0);
	rs_set_withdraw(set->place);
	set->place = 0;
	rs_sites_reset(&set->producer);
}

void rs_win_set_reset(rs_win_set_t *set)
{
	const int was_started = set->place != 0;
	const uint64_t sources = set->sources;

	rs_win_set_stop(set);
	rs_win_crash_hide(set);
	rs_win_descriptor_erase(set);
	empty_pages(set);
	fill_pages(set);
	if (!was_started)
		return;
	rs_win_set_start(set);
	(void)rs_win_sources_switch(set, sources);
}

void rs_win_set_remove(rs_win_set_t *set)
{
	rs_win_set_stop(set);
	RemoveEntryList(&set->in_sets);
	rs_win_set_count--;
	rs_win_memory_used -= set->memory;
	rs_win_crash_hide(set);
	rs_win_descriptor_erase(set);
	free_set(set);
}

void rs_win_sets_anchor(void)
{
	LIST_ENTRY *entry;

	rs_win_lock(&rs_win_sets_lock);
	for (entry = rs_win_sets.Flink; entry != &rs_win_sets; entry = entry->Flink) {
		rs_win_set_t *set = RS_WIN_SET_OF(entry);

		rs_pages_store_anchor((rs_set_header_t *)(void *)set->shared.bytes, rs_win_anchor(set->header.clock_kind),
				    ++set->anchor_generation);
	}
	rs_win_unlock(&rs_win_sets_lock);
}
