// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * irq.c - handlers of interrupts and softirqs, from their begin to their end. See probe.h.
 *
 * Entries of irq_handler carry the flag of a hard interrupt, those of softirq that of a softirq;
 * pid and tid are whose time it is that they take.
 */
#include <linux/interrupt.h>
#include <trace/events/irq.h>

#include "probe.h"

static const rs_enum_name_t return_names[] = {{IRQ_NONE, "unhandled"}, {IRQ_HANDLED, "handled"}, {IRQ_WAKE_THREAD, "wake_thread"}};
static const rs_enum_names_t returns = {"irqreturn", ARRAY_SIZE(return_names), return_names};

/* In the order of the kernel's numbers, which are a promise to /proc/softirqs. */
static const rs_enum_name_t vector_names[] = {
	{HI_SOFTIRQ, "HI"},
	{TIMER_SOFTIRQ, "TIMER"},
	{NET_TX_SOFTIRQ, "NET_TX"},
	{NET_RX_SOFTIRQ, "NET_RX"},
	{BLOCK_SOFTIRQ, "BLOCK"},
	{IRQ_POLL_SOFTIRQ, "IRQ_POLL"},
	{TASKLET_SOFTIRQ, "TASKLET"},
	{SCHED_SOFTIRQ, "SCHED"},
	{HRTIMER_SOFTIRQ, "HRTIMER"},
	{RCU_SOFTIRQ, "RCU"},
};

static_assert(ARRAY_SIZE(vector_names) == NR_SOFTIRQS);

static const rs_enum_names_t vectors = {"softirq", ARRAY_SIZE(vector_names), vector_names};

static void on_handler_entry(void *data, int irq, struct irqaction *action)
{
	const struct rs_probe *source = data;

	RS_BEGIN(RS_TRACE, irq_handler, "irq=%d name=%s", irq, action->name);
}

static void on_handler_exit(void *data, int irq, struct irqaction *action, int ret)
{
	const struct rs_probe *source = data;

	RS_END(RS_TRACE, irq_handler, "irq=%d ret=%s", irq, rs_enum(ret, &returns));
}

static void on_softirq_entry(void *data, unsigned int vector)
{
	const struct rs_probe *source = data;

	RS_BEGIN(RS_TRACE, softirq, "vec=%u [action=%s]", vector, RS_ARG(action, rs_enum(vector, &vectors)));
}

static void on_softirq_exit(void *data, unsigned int vector)
{
	const struct rs_probe *source = data;

	RS_END(RS_TRACE, softirq, "vec=%u [action=%s]", vector, RS_ARG(action, rs_enum(vector, &vectors)));
}

RS_TRACEPOINT_SOURCE(IRQ_HANDLER_ENTRY, irq_handler_entry, on_handler_entry);
RS_TRACEPOINT_SOURCE(IRQ_HANDLER_EXIT, irq_handler_exit, on_handler_exit);
RS_TRACEPOINT_SOURCE(SOFTIRQ_ENTRY, softirq_entry, on_softirq_entry);
RS_TRACEPOINT_SOURCE(SOFTIRQ_EXIT, softirq_exit, on_softirq_exit);
