// SPDX-License-Identifier: GPL-2.0 OR MIT
/* set.c - see set.h. */
#define RS_PLAIN_CALLS
#include "set.h"

#include <linux/moduleparam.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "descriptor.h"
#include "dump.h"
#include "pages.h"
#include "publish.h"
#include "sites.h"
#include "sources.h"
#include "timing.h"

/* Every set, every open file's selection, and which sources are on. */
DEFINE_MUTEX(rs_linux_lock);
LIST_HEAD(rs_linux_sets);
u32 rs_linux_set_count;

static u64 memory_used;

/* Fails rather than have something killed for it. */
#define SET_MEMORY (GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

static ulong memory_limit_mib = 256;
module_param(memory_limit_mib, ulong, 0444);
MODULE_PARM_DESC(memory_limit_mib, "most memory that all ring sets together may take, in MiB (256)");

static bool raw_pointers;
module_param(raw_pointers, bool, 0444);
MODULE_PARM_DESC(raw_pointers, "let events show pointers as they are instead of hashed (0)");

u64 rs_linux_memory_used(void)
{
	return memory_used;
}

u64 rs_linux_memory_limit(void)
{
	return min_t(u64, memory_limit_mib, U64_MAX >> 20) << 20;
}

struct rs_linux_set *rs_linux_set_find(const char *name)
{
	struct rs_linux_set *set;

	list_for_each_entry(set, &rs_linux_sets, in_sets)
		if (!strcmp(set->producer.name, name))
			return set;
	return NULL;
}

static void anchor(struct work_struct *work)
{
	struct rs_linux_set *set = container_of(to_delayed_work(work), struct rs_linux_set,
						anchoring);

	rs_pages_store_anchor((rs_set_header_t *)set->bytes,
			      rs_linux_anchor(set->header.clock_kind), ++set->anchor_generation);
	queue_delayed_work(system_power_efficient_wq, &set->anchoring, HZ);
}

static int plan_header(const struct rs_linux_wish *wish, rs_set_header_t *header)
{
	rs_plan_t plan = wish->plan;

	plan.ring_count = nr_cpu_ids;
	plan.intent_count = nr_cpu_ids;
	if (!plan.ring_memory)
		plan.ring_memory = rs_linux_memory_limit() / 4;
	if (!plan.site_count)
		plan.site_count = RS_SITE_COUNT_DEFAULT;
	else if (plan.site_count == RS_DEVICE_NO_SITES)
		plan.site_count = 0;
	if (rs_ringset_plan(&plan, header, NULL, 0) != RS_OK)
		return -EINVAL;
	header->clock_kind = rs_linux_clock_kind();
	if (plan.order == RS_ORDER_CLOCK && header->clock_kind == RS_CLOCK_MONOTONIC_NS)
		return -EINVAL;
	header->ticks_per_second = rs_linux_ticks_per_second(header->clock_kind);
	header->features = RS_FEATURE_KERNEL;
	return 0;
}

static int find_room(const struct rs_linux_wish *wish, u64 need)
{
	if (rs_linux_set_find(wish->name))
		return -EEXIST;
	if (rs_linux_set_count == RS_SETS_MAX || need > rs_linux_memory_limit() ||
	    memory_used > rs_linux_memory_limit() - need)
		return -ENOSPC;
	return 0;
}

/* The pages of a set that is empty and new: another key, another identity. They are all zero. */
static void fill_pages(struct rs_linux_set *set)
{
	rs_set_header_t *header = &set->header;

	get_random_bytes(header->set_id, sizeof(header->set_id));
	get_random_bytes(header->tag_key, sizeof(header->tag_key));
	get_random_bytes(set->producer.pointer_key, sizeof(set->producer.pointer_key));
	set->made_unix_ns = ktime_get_real_ns();
	rs_pages_fill(header, set->bytes, &set->producer, rs_linux_anchor(header->clock_kind));
	set->anchor_generation = 0;
	queue_delayed_work(system_power_efficient_wq, &set->anchoring, HZ);
	rs_linux_descriptor_fill(set);
}

static void free_set(struct rs_linux_set *set)
{
	rs_linux_descriptor_free(set);
	vfree(set->producer.rings);
	vfree(set->bytes);
	put_pid(set->claimer_pid);
	kfree(set);
}

static struct rs_linux_set *allocate(const struct rs_linux_wish *wish,
				     const rs_set_header_t *header)
{
	struct rs_linux_set *set = kzalloc(sizeof(*set), GFP_KERNEL_ACCOUNT);

	if (!set)
		return NULL;
	INIT_LIST_HEAD(&set->in_sets);
	INIT_DELAYED_WORK(&set->anchoring, anchor);
	strscpy(set->producer.name, wish->name, sizeof(set->producer.name));
	set->header = *header;
	set->is_ephemeral = wish->is_ephemeral;
	set->owner = wish->owner;
	set->producer.has_raw_pointers = raw_pointers;
	set->bytes = __vmalloc(header->total_bytes, SET_MEMORY);
	set->producer.rings = __vmalloc(header->ring_count * sizeof(rs_ring_t),
					SET_MEMORY);
	if (!set->bytes || !set->producer.rings || rs_linux_descriptor_allocate(set)) {
		free_set(set);
		return NULL;
	}
	return set;
}

struct rs_linux_set *rs_linux_set_make(const struct rs_linux_wish *wish)
{
	rs_set_header_t header;
	struct rs_linux_set *set;
	u64 memory;
	int error;

	lockdep_assert_held(&rs_linux_lock);
	if (!wish->name[0])
		return ERR_PTR(-EINVAL);
	error = plan_header(wish, &header);
	if (error)
		return ERR_PTR(error);
	memory = header.total_bytes + header.ring_count * sizeof(rs_ring_t) +
		 (u64)rs_dump_block_count(header.total_bytes) * sizeof(rs_dump_block_t);
	error = find_room(wish, memory);
	if (error)
		return ERR_PTR(error);
	set = allocate(wish, &header);
	if (!set)
		return ERR_PTR(-ENOMEM);
	set->memory = memory;
	memory_used += memory;
	rs_linux_set_count++;
	list_add_tail(&set->in_sets, &rs_linux_sets);
	rs_pages_bind(&set->header, set->bytes, set->bytes + header.consumer_off, &set->producer);
	fill_pages(set);
	return set;
}

void rs_linux_set_start(struct rs_linux_set *set)
{
	lockdep_assert_held(&rs_linux_lock);
	if (!set->place)
		set->place = rs_set_publish(&set->producer);
}

void rs_linux_set_stop(struct rs_linux_set *set)
{
	lockdep_assert_held(&rs_linux_lock);
	if (!set->place)
		return;
	(void)rs_linux_sources_switch(set, 0);
	rs_set_withdraw(set->place);
	set->place = 0;
	rs_sites_reset(&set->producer);
}

void rs_linux_set_reset(struct rs_linux_set *set)
{
	const bool was_started = set->place;
	const u64 sources = set->sources;

	lockdep_assert_held(&rs_linux_lock);
	rs_linux_set_stop(set);
	cancel_delayed_work_sync(&set->anchoring);
	rs_linux_descriptor_erase(set);
	rs_linux_empty_pages(&set->header, set->bytes);
	fill_pages(set);
	if (!was_started)
		return;
	rs_linux_set_start(set);
	(void)rs_linux_sources_switch(set, sources);
}

void rs_linux_set_remove(struct rs_linux_set *set)
{
	lockdep_assert_held(&rs_linux_lock);
	rs_linux_set_stop(set);
	cancel_delayed_work_sync(&set->anchoring);
	list_del(&set->in_sets);
	rs_linux_set_count--;
	memory_used -= set->memory;
	rs_linux_descriptor_erase(set);
	free_set(set);
}
