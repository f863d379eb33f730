/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * sources.h - what can be recorded of the kernel without a module of one's own: interface of
 * sources/.
 *
 * A source is on for one set at a time. It writes by the functions below, in any context, from the
 * beginning of its start to the end of its stop; with static sites of its own, which need no
 * unloading:
 *
 *	#define RS_EVENT_SET my_set			   (struct rs_linux_set *, set by start)
 *	#include "source_events.h"
 *	RS_EVENT(RS_INFO, irq_handler, "irq=%d", irq);
 */
#ifndef RS_LINUX_SOURCES_H
#define RS_LINUX_SOURCES_H

#include "entries.h"

struct rs_linux_set;

struct rs_linux_source {
	const char *name;
	u64 bit; /* one of rs_device_source */
	/* Begins to write. 0; -EOPNOTSUPP: this kernel has not got it. Sleeps. */
	int (*start)(struct rs_linux_set *set);
	/* When it returns nothing of it runs or will. Sleeps. */
	void (*stop)(struct rs_linux_set *set);
};

/*
 * Leaves exactly `wanted` on for this set. 0, -EINVAL (no such source), -EBUSY (on for another
 * set), -ENODEV (the set is stopped), or what a source's start says; then all are as before. With
 * rs_linux_lock.
 */
int rs_linux_sources_switch(struct rs_linux_set *set, u64 wanted);

/* What a source writes, of texts by entries.h; remarks as there. [any] */
rs_status_t rs_linux_source_event(struct rs_linux_set *set, rs_event_site_t *event, int severity,
				  u32 remarks, const u64 *words, u32 bytes);
rs_status_t rs_linux_source_pieces(struct rs_linux_set *set, rs_event_site_t *event, int severity,
				   u32 remarks, const rs_piece_t *pieces);

#endif /* RS_LINUX_SOURCES_H */
