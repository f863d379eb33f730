// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * rs_storm.c - logs without a pause from a thread and a hard interrupt on every processor, while a program
 * takes the sets away that it logs into. Makes a set "mine" of its own and leaves it to ringscope.ko.
 */
#include <linux/cpumask.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/percpu.h>
#include <linux/topology.h>

#include "ringscope.h"

#define IRQ_EVERY_NS 200000
#define BURST 200

static DEFINE_PER_CPU(struct task_struct *, writers);
static DEFINE_PER_CPU(struct hrtimer, timers);

static ulong written;
module_param(written, ulong, 0444);
static ulong unheard;
module_param(unheard, ulong, 0444);

/* About: what two processors count at once may count once. */
static void count(rs_status_t status)
{
	if (status == RS_OK)
		WRITE_ONCE(written, READ_ONCE(written) + 1);
	else if (status == RS_NOT_OPEN)
		WRITE_ONCE(unheard, READ_ONCE(unheard) + 1);
}

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	RS_EVENT(RS_WARN, storm_irq, "timer=%p", timer);
	rs_log(RS_INFO, "interrupt");
	hrtimer_forward_now(timer, IRQ_EVERY_NS);
	return HRTIMER_RESTART;
}

static int write_on(void *nothing)
{
	struct hrtimer *timer = this_cpu_ptr(&timers);
	int n;

	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	timer->function = on_timer;
	hrtimer_start(timer, IRQ_EVERY_NS, HRTIMER_MODE_REL_PINNED_HARD);
	while (!kthread_should_stop()) {
		for (n = 0; n < BURST; n++) {
			count(rs_log(RS_INFO, "thread %d", n));
			count(RS_EVENT(RS_WARN, storm_thread, "n=%d text=%s", n, "text"));
		}
		cond_resched();
	}
	hrtimer_cancel(timer);
	return 0;
}

static void storm_exit(void)
{
	int processor;

	for_each_possible_cpu(processor)
		if (!IS_ERR_OR_NULL(per_cpu(writers, processor)))
			kthread_stop(per_cpu(writers, processor));
}

static int __init storm_init(void)
{
	int error = ringscope_set_make("mine", NULL);
	int processor;

	if (error)
		return error;
	for_each_online_cpu(processor) {
		struct task_struct *writer =
			kthread_create_on_node(write_on, NULL, cpu_to_node(processor), "rs_storm");

		per_cpu(writers, processor) = writer;
		if (IS_ERR(writer)) {
			storm_exit();
			return PTR_ERR(writer);
		}
		kthread_bind(writer, processor);
		wake_up_process(writer);
	}
	return 0;
}

module_init(storm_init);
module_exit(storm_exit);

MODULE_DESCRIPTION("Logs while sets come and go");
MODULE_LICENSE("Dual MIT/GPL");
