// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * ioctl.c - the calls of rs_device.h.
 *
 * Each structure is copied in once, checked, worked on as that copy, and copied out. The lock is
 * held while it is worked on and never while user memory is touched.
 */
#define RS_PLAIN_CALLS
#include "device.h"

#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "publish.h"
#include "sources.h"
#include "version.h"

/* Everything that a call's structure can be. */
union request {
	rs_device_plain_t plain;
	rs_device_version_t version;
	rs_device_make_t make;
	rs_device_select_t select;
	rs_device_describe_t describe;
	rs_device_snapshot_t snapshot;
	rs_device_control_t control;
	rs_device_sources_t sources;
};

/* `extra` is what a call brings from user memory, or takes there, beside its structure. */
typedef int (*work_t)(struct rs_linux_file *file, union request *request, void *extra);

struct call {
	unsigned int command;
	u32 flags; /* that there are */
	bool needs_set;
	bool changes; /* for files that are open for writing */
	bool tells; /* comes back with more than its result */
	work_t work;
};

/* "" is "default"; -EINVAL where there is no end. */
static int copy_name(char name[RS_NAME_BYTES], const char from[RS_NAME_BYTES])
{
	if (!memchr(from, '\0', RS_NAME_BYTES))
		return -EINVAL;
	strscpy(name, from[0] ? from : "default", RS_NAME_BYTES);
	return 0;
}

static int tell_version(struct rs_linux_file *file, union request *request, void *extra)
{
	request->version = (rs_device_version_t){
		.size = sizeof(request->version),
		.device_abi = RS_DEVICE_ABI,
		.ring_abi = RS_ABI_MAJOR << 16 | RS_ABI_MINOR,
		.version = RINGSCOPE_VERSION,
		.set_count = rs_linux_set_count,
		.memory_used = rs_linux_memory_used(),
		.memory_limit = rs_linux_memory_limit(),
	};
	return 0;
}

static int make(struct rs_linux_file *file, union request *request, void *extra)
{
	const rs_device_make_t *asked = &request->make;
	struct rs_linux_wish wish = {
		.plan = {
			.mode = asked->mode,
			.order = asked->order,
			.ring_bytes = asked->ring_bytes,
			.ring_memory = asked->ring_memory,
			.site_count = asked->site_count,
			.site_text_bytes = asked->site_text_bytes,
		},
		.is_ephemeral = asked->flags & RS_MAKE_EPHEMERAL,
	};
	struct rs_linux_set *set;
	int error;

	error = copy_name(wish.name, asked->name);
	if (error)
		return error;
	if (!rs_linux_hold_mappings(&file->mapped))
		return -EBUSY;
	set = rs_linux_set_make(&wish);
	if (!IS_ERR(set))
		rs_linux_select(file, set);
	rs_linux_allow_mappings(&file->mapped);
	return PTR_ERR_OR_ZERO(set);
}

static int select(struct rs_linux_file *file, union request *request, void *extra)
{
	char name[RS_NAME_BYTES];
	struct rs_linux_set *set;
	int error;

	error = copy_name(name, request->select.name);
	if (error)
		return error;
	set = rs_linux_set_find(name);
	if (!set)
		return -ENOENT;
	if (set == file->set)
		return 0;
	if (!rs_linux_hold_mappings(&file->mapped))
		return -EBUSY;
	rs_linux_select(file, set);
	rs_linux_allow_mappings(&file->mapped);
	return 0;
}

static struct rs_linux_set *set_of_number(u32 number)
{
	struct rs_linux_set *set;

	list_for_each_entry(set, &rs_linux_sets, in_sets)
		if (!number--)
			return set;
	return NULL;
}

static int describe(struct rs_linux_file *file, union request *request, void *extra)
{
	rs_device_describe_t *described = &request->describe;
	const struct rs_linux_set *set = described->flags & RS_DESCRIBE_NTH ?
						 set_of_number(described->number) :
						 file->set;

	if (described->reserved)
		return -EINVAL;
	if (!set)
		return -ENOENT;
	*described = (rs_device_describe_t){
		.size = sizeof(*described),
		.flags = described->flags,
		.number = described->number,
		.total_bytes = set->header.total_bytes,
		.consumer_off = set->header.consumer_off,
		.ring_bytes = set->header.ring_bytes,
		.ring_count = set->header.ring_count,
		.mode = set->header.mode,
		.order = set->header.order,
		.is_started = set->place != 0,
		.is_claimed = !!set->claimer,
		.claimer_pid = (u32)pid_vnr(set->claimer_pid),
		.mapped = (u32)atomic_read(&set->mapped),
		.is_ephemeral = set->is_ephemeral,
		.made_unix_ns = set->made_unix_ns,
		.sources = set->sources,
	};
	memcpy(described->name, set->producer.name, sizeof(described->name));
	memcpy(described->set_id, set->header.set_id, sizeof(described->set_id));
	return 0;
}

static int start(struct rs_linux_file *file, union request *request, void *extra)
{
	rs_linux_set_start(file->set);
	return 0;
}

static int stop(struct rs_linux_file *file, union request *request, void *extra)
{
	rs_linux_set_stop(file->set);
	return 0;
}

static int claim(struct rs_linux_file *file, union request *request, void *extra)
{
	struct rs_linux_set *set = file->set;

	if (set->header.mode == RS_MODE_OVERWRITE)
		return -EINVAL;
	if (set->claimer && set->claimer != file)
		return -EBUSY;
	if (!set->claimer) {
		WRITE_ONCE(set->claimer, file);
		set->claimer_pid = get_pid(task_tgid(current));
	}
	return 0;
}

static int reset(struct rs_linux_file *file, union request *request, void *extra)
{
	if (!rs_linux_hold_mappings(&file->set->mapped))
		return -EBUSY;
	rs_linux_set_reset(file->set);
	rs_linux_allow_mappings(&file->set->mapped);
	return 0;
}

static int remove(struct rs_linux_file *file, union request *request, void *extra)
{
	struct rs_linux_set *set = file->set;

	/* Nobody else has it, so mappings could only be this file's. */
	if (set->users > 1 || set->owner || !rs_linux_hold_mappings(&file->mapped))
		return -EBUSY;
	/* Deselecting an ephemeral one is removing it. */
	set->is_ephemeral = true;
	rs_linux_deselect(file);
	rs_linux_allow_mappings(&file->mapped);
	return 0;
}

/* As rs_reader's horizon: the counter, every ring's attempts, every ring's position. */
static int take_snapshot(struct rs_linux_file *file, union request *request, void *extra)
{
	const struct rs_linux_set *set = file->set;
	const rs_shared_page_t *shared = (void *)(set->bytes + set->header.shared_off);
	rs_device_snapshot_t *snapshot = &request->snapshot;
	const u32 room = snapshot->ring_count;
	rs_device_ring_t *rings = extra;
	u32 n;

	snapshot->ring_count = set->header.ring_count;
	if (room < snapshot->ring_count)
		return -ENOSPC;
	/* I1b */
	snapshot->next_index = load_u64_acquire(&shared->next_index);
	for (n = 0; n < snapshot->ring_count; n++) {
		const rs_reserve_t *word = &set->producer.rings[n].page->reserve;

		/* R1b: every ring's attempts before any position. */
		rings[n].attempts = load_u64_acquire(&word->attempts);
	}
	for (n = 0; n < snapshot->ring_count; n++) {
		const rs_ring_page_t *page = set->producer.rings[n].page;

		rings[n].position = load_u64_acquire(&page->reserve.position);
		rings[n].lost_full = load_u64_relaxed(&page->lost_full);
		rings[n].too_big = load_u64_relaxed(&page->too_big);
		rings[n].missed = load_u64_relaxed(&page->missed);
		rings[n].oldest_pos = load_u64_relaxed(&page->oldest_pos);
	}
	return 0;
}

static int control(struct rs_linux_file *file, union request *request, void *extra)
{
	return rs_linux_control(file->set, extra, request->control.count,
				request->control.flags & RS_CONTROL_RESET);
}

static int switch_sources(struct rs_linux_file *file, union request *request, void *extra)
{
	const int error = rs_linux_sources_switch(file->set, request->sources.sources);

	request->sources.sources = file->set->sources;
	return error;
}

static const struct call calls[] = {
	{RS_IOC_VERSION, 0, false, false, true, tell_version},
	{RS_IOC_MAKE, RS_MAKE_EPHEMERAL, false, true, false, make},
	{RS_IOC_SELECT, 0, false, false, false, select},
	{RS_IOC_DESCRIBE, RS_DESCRIBE_NTH, false, false, true, describe},
	{RS_IOC_START, 0, true, true, false, start},
	{RS_IOC_STOP, 0, true, true, false, stop},
	{RS_IOC_CLAIM, 0, true, true, false, claim},
	{RS_IOC_SNAPSHOT, 0, true, false, true, take_snapshot},
	{RS_IOC_RESET, 0, true, true, false, reset},
	{RS_IOC_REMOVE, 0, true, true, false, remove},
	{RS_IOC_CONTROL, RS_CONTROL_RESET, true, true, false, control},
	{RS_IOC_SOURCES, 0, true, true, true, switch_sources},
};

static const struct call *find_call(unsigned int command)
{
	u32 n;

	for (n = 0; n < ARRAY_SIZE(calls); n++)
		if (calls[n].command == command)
			return &calls[n];
	return NULL;
}

/*
 * What a call brings from user memory beside its structure, or room for what it takes there; null:
 * nothing.
 */
static void *bring_extra(unsigned int command, const union request *request)
{
	if (command == RS_IOC_SNAPSHOT) {
		/* More than there are rings is not used. */
		const u32 count = min(request->snapshot.ring_count, nr_cpu_ids);

		return request->snapshot.reserved ?
			       ERR_PTR(-EINVAL) :
			       __vmalloc(max(count, 1u) * sizeof(rs_device_ring_t),
					 GFP_KERNEL_ACCOUNT | __GFP_ZERO) ?:
				       ERR_PTR(-ENOMEM);
	}
	if (command == RS_IOC_CONTROL) {
		const rs_device_control_t *asked = &request->control;

		if (asked->reserved)
			return ERR_PTR(-EINVAL);
		if (asked->count > RS_CONTROL_MAX)
			return ERR_PTR(-E2BIG);
		return vmemdup_user(u64_to_user_ptr(asked->changes),
				    asked->count * sizeof(rs_rule_t));
	}
	return NULL;
}

static int give_back(unsigned int command, void __user *address, const union request *request,
		     const void *extra)
{
	if (copy_to_user(address, request, _IOC_SIZE(command)))
		return -EFAULT;
	if (command == RS_IOC_SNAPSHOT &&
	    copy_to_user(u64_to_user_ptr(request->snapshot.rings), extra,
			 request->snapshot.ring_count * sizeof(rs_device_ring_t)))
		return -EFAULT;
	return 0;
}

long rs_linux_ioctl(struct file *opened, unsigned int command, unsigned long address)
{
	struct rs_linux_file *file = opened->private_data;
	void __user *user = (void __user *)address;
	const struct call *call = find_call(command);
	union request request = {};
	void *extra;
	int error;

	if (!call)
		return -ENOTTY;
	if (copy_from_user(&request, user, _IOC_SIZE(command)))
		return -EFAULT;
	if (request.plain.size != _IOC_SIZE(command) || request.plain.flags & ~call->flags)
		return -EINVAL;
	if (call->changes && !(opened->f_mode & FMODE_WRITE))
		return -EACCES;
	extra = bring_extra(command, &request);
	if (IS_ERR(extra))
		return PTR_ERR(extra);
	mutex_lock(&rs_linux_lock);
	error = call->needs_set && !file->set ? -ENOENT : call->work(file, &request, extra);
	mutex_unlock(&rs_linux_lock);
	if (!error && call->tells)
		error = give_back(command, user, &request, extra);
	else if (error == -ENOSPC && command == RS_IOC_SNAPSHOT &&
		 copy_to_user(user, &request, sizeof(request.snapshot)))
		error = -EFAULT;
	kvfree(extra);
	return error;
}
