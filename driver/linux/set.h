/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * set.h - the sets of this machine: making, starting, stopping, emptying, removing them.
 *
 * Everything here sleeps and is called with rs_linux_lock, but for what says otherwise. Nobody
 * copies to or from user memory with it, and mmap does not take it: sources are switched under it,
 * which waits for processors that are being plugged in, and those may wait for the mm's lock.
 */
#ifndef RS_LINUX_SET_H
#define RS_LINUX_SET_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "shell.h"
#include "ringset.h"
#include "rs_dump.h"

struct rs_linux_file;

struct rs_linux_set {
	rs_producer_t producer;
	struct list_head in_sets;
	rs_set_header_t header; /* as it was made; nothing is read back from the pages */
	u8 *bytes;              /* total_bytes, mapped by users */
	u64 memory;             /* that counts against the limit */
	s64 made_unix_ns;
	u64 sources;
	u32 place; /* among the started ones + 1; 0: stopped */
	u32 users; /* open files that have it selected */
	atomic_t mapped; /* mappings; -1: none may come just now */
	bool is_ephemeral;
	const struct module *owner; /* that made it; null: a user did */
	struct rs_linux_file *claimer;
	struct pid *claimer_pid;
	struct delayed_work anchoring;
	u64 anchor_generation;
	rs_dump_block_t *blocks;
	u32 block_count;
};

extern struct mutex rs_linux_lock;
extern struct list_head rs_linux_sets;
extern u32 rs_linux_set_count;

/*
 * A count of mappings is held at -1 while its owner may have none: mmap fails with EBUSY then
 * instead of waiting. False: there are some.
 */
static inline bool rs_linux_hold_mappings(atomic_t *mapped)
{
	return atomic_cmpxchg(mapped, 0, -1) == 0;
}

static inline void rs_linux_allow_mappings(atomic_t *mapped)
{
	atomic_set_release(mapped, 0);
}

struct rs_linux_wish {
	char name[RS_NAME_BYTES];
	rs_plan_t plan;
	bool is_ephemeral;
	const struct module *owner;
};

/* Null: there is none of that name. */
struct rs_linux_set *rs_linux_set_find(const char *name);
/* An error pointer: -EEXIST, -EINVAL, -ENOSPC, -ENOMEM. */
struct rs_linux_set *rs_linux_set_make(const struct rs_linux_wish *wish);
void rs_linux_set_start(struct rs_linux_set *set);
void rs_linux_set_stop(struct rs_linux_set *set);
/* Not while it is mapped. */
void rs_linux_set_reset(struct rs_linux_set *set);
/* A module has ended: its sets go as by rs_linux_set_abandon. Takes the lock itself. */
void rs_linux_sets_of_module_end(const struct module *module);
/* Its maker does not want it any more: removed now, or stopped and removed with its last reader. */
void rs_linux_set_abandon(struct rs_linux_set *set);
/* Not while it is mapped or selected. */
void rs_linux_set_remove(struct rs_linux_set *set);

/* Zeroes a set that nobody has mapped or writes to, all but the rules of its table of sites. */
void rs_linux_empty_pages(const rs_set_header_t *header, u8 *bytes);

u64 rs_linux_memory_used(void);
u64 rs_linux_memory_limit(void);

#endif /* RS_LINUX_SET_H */
