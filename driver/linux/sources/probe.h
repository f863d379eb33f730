/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * probe.h - what the probes of this folder have in common, each called at one tracepoint of the
 * kernel.
 *
 * A probe writes by RS_EVENT and its like, to the set that its source is on for: `source`, which it
 * is passed. Where begin and end of something are in different threads it defines RS_EVENT_REQUEST,
 * the number of what begins and ends, before this include. Any context, NMI included: probes copy
 * and write; none sleeps, locks, allocates or prints. What a write does fires no tracepoint, so
 * nothing traces itself.
 */
#ifndef RS_LINUX_PROBE_H
#define RS_LINUX_PROBE_H

#include <linux/tracepoint.h>

#define RS_EVENT_SET (source->set)
#include "list.h"
#include "set.h"
#include "source_events.h"

struct rs_probe {
	const char *tracepoint_name;
	void *function;
	struct tracepoint *tracepoint; /* null: not looked for yet, or this kernel has none of the name */
	struct rs_linux_set *set;      /* changed only while the function is not called */
};

/* As start and stop of struct rs_linux_source. */
int rs_probe_start(struct rs_probe *probe, struct rs_linux_set *set);
void rs_probe_stop(struct rs_probe *probe);

/*
 * Defines the source of a tracepoint. The compiler compares the function with what the tracepoint
 * passes.
 */
#define RS_TRACEPOINT_SOURCE(constant, name, called)                                                         \
	static struct rs_probe probe_##name = {.tracepoint_name = #name, .function = (called)};              \
	static int start_##name(struct rs_linux_set *set)                                                    \
	{                                                                                                    \
		return rs_probe_start(&probe_##name, set);                                                   \
	}                                                                                                    \
	static void stop_##name(struct rs_linux_set *set)                                                    \
	{                                                                                                    \
		rs_probe_stop(&probe_##name);                                                                \
	}                                                                                                    \
	static void __maybe_unused check_##name(void)                                                        \
	{                                                                                                    \
		check_trace_callback_type_##name(called);                                                    \
	}                                                                                                    \
	const struct rs_linux_source rs_source_##name = {#name, RS_SOURCE_##constant, start_##name, stop_##name}

#endif /* RS_LINUX_PROBE_H */
