/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* list.h - the sources of this folder, each defined where its probe is. */
#ifndef RS_LINUX_SOURCE_LIST_H
#define RS_LINUX_SOURCE_LIST_H

#include "sources.h"

#define RS_LINUX_SOURCES(X)  \
	X(kmsg)              \
	X(sched_switch)      \
	X(sched_wakeup)      \
	X(irq_handler_entry) \
	X(irq_handler_exit)  \
	X(softirq_entry)     \
	X(softirq_exit)      \
	X(block_rq_issue)    \
	X(block_rq_complete) \
	X(sys_enter)         \
	X(sys_exit)

#define RS_LINUX_SOURCE_DECLARE(name) extern const struct rs_linux_source rs_source_##name;
RS_LINUX_SOURCES(RS_LINUX_SOURCE_DECLARE)
#undef RS_LINUX_SOURCE_DECLARE

#endif /* RS_LINUX_SOURCE_LIST_H */
