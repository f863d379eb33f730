// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * main.c - rs_crash: threads, softirqs and hard interrupts of every processor log until the machine panics in the middle of it.
 *
 *	insmod rs_crash.ko; until [ $(cat /sys/module/rs_crash/parameters/least) -gt 1000 ]; do sleep 0.1; done
 *	echo 1 > /sys/module/rs_crash/parameters/crash
 *
 * Never loaded anywhere but in a guest.
 */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/panic.h>

#include "ringscope.h"

#include "crash.h"

#define TIMER_NS NSEC_PER_MSEC
#define BURST 20

struct writers {
	struct task_struct *thread;
	struct hrtimer soft;
	struct hrtimer hard;
};

static DEFINE_PER_CPU(struct writers, writers);
static struct rs_crash_account *account;
static bool is_stopping;

static const char *const context_names[RS_CRASH_CONTEXTS] = { "thread", "softirq", "hardirq" };

/* Writers of one kind on one processor take turns, so plain counts do; an image has each of them as it was at that moment. */
static void log_into(enum rs_crash_set set, enum rs_crash_context context, int processor)
{
	struct rs_crash_count *count = &account->count[processor][context][set];
	const u64 number = count->begun;
	int result;

	WRITE_ONCE(count->begun, number + 1);
	barrier();
	if (set == RS_CRASH_DEFAULT)
		result = rs_log(RS_INFO, "%s %d %llu", context_names[context], processor, number);
	else
		result = rs_crash_recorder_log(context_names[context], processor, number);
	barrier();
	if (result == RS_OK)
		WRITE_ONCE(count->done, count->done + 1);
	else
		WRITE_ONCE(count->refused, count->refused + 1);
}

static void log_once(enum rs_crash_context context)
{
	const int processor = raw_smp_processor_id();

	log_into(RS_CRASH_DEFAULT, context, processor);
	log_into(RS_CRASH_RECORDER, context, processor);
}

static int run_thread(void *unused)
{
	while (!kthread_should_stop()) {
		int n;

		for (n = 0; n < BURST; n++)
			log_once(RS_CRASH_THREAD);
		usleep_range(2000, 4000);
	}
	return 0;
}

static enum hrtimer_restart rearm(struct hrtimer *timer)
{
	if (READ_ONCE(is_stopping))
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, ns_to_ktime(TIMER_NS));
	return HRTIMER_RESTART;
}

static enum hrtimer_restart fire_soft(struct hrtimer *timer)
{
	log_once(RS_CRASH_SOFTIRQ);
	return rearm(timer);
}

static enum hrtimer_restart fire_hard(struct hrtimer *timer)
{
	log_once(RS_CRASH_HARDIRQ);
	return rearm(timer);
}

static void start_timers(void *unused)
{
	struct writers *const here = this_cpu_ptr(&writers);

	hrtimer_init(&here->soft, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_SOFT);
	hrtimer_init(&here->hard, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	here->soft.function = fire_soft;
	here->hard.function = fire_hard;
	hrtimer_start(&here->soft, ns_to_ktime(TIMER_NS), HRTIMER_MODE_REL_PINNED_SOFT);
	hrtimer_start(&here->hard, ns_to_ktime(TIMER_NS), HRTIMER_MODE_REL_PINNED_HARD);
}

static void stop_writers(void)
{
	int cpu;

	WRITE_ONCE(is_stopping, true);
	for_each_online_cpu(cpu) {
		struct writers *const one = per_cpu_ptr(&writers, cpu);

		hrtimer_cancel(&one->soft);
		hrtimer_cancel(&one->hard);
		if (!IS_ERR_OR_NULL(one->thread))
			kthread_stop(one->thread);
	}
}

/* An entry that nobody will ever finish, and behind it the last words. */
static int crash(const char *value, const struct kernel_param *parameter)
{
	rs_slot_t slot;
	u64 words = 0;
	int cpu;

	for_each_online_cpu(cpu)
		words += READ_ONCE(account->count[cpu][RS_CRASH_THREAD][RS_CRASH_DEFAULT].done);
	preempt_disable();
	if (rs_reserve(RS_FATAL, RS_KIND_TEXT, 0, 0, 100, &slot) == RS_OK)
		memcpy(slot.payload, "never committed", 15);
	if (rs_log(RS_FATAL, "last words %llu", words) == RS_OK)
		WRITE_ONCE(account->last_words, words);
	pr_emerg("rs_crash: last words %llu\n", words);
	panic("rs_crash was asked to");
}

/* What the writer with the fewest entries has logged into one set. */
static int show_least(char *buffer, const struct kernel_param *parameter)
{
	u64 least = U64_MAX;
	int cpu, context, set;

	for_each_online_cpu(cpu)
		for (context = 0; context < RS_CRASH_CONTEXTS; context++)
			for (set = 0; set < RS_CRASH_SETS; set++)
				least = min(least, READ_ONCE(account->count[cpu][context][set].done));
	return sysfs_emit(buffer, "%llu\n", least);
}

static const struct kernel_param_ops least_ops = { .get = show_least };
module_param_cb(least, &least_ops, NULL, 0400);
MODULE_PARM_DESC(least, "entries that each writer has logged into each set at least");

static const struct kernel_param_ops crash_ops = { .set = crash };
module_param_cb(crash, &crash_ops, NULL, 0200);
MODULE_PARM_DESC(crash, "write anything to panic");

static int __init crash_init(void)
{
	int cpu, error;

	BUILD_BUG_ON(sizeof(*account) > PAGE_SIZE);
	if (num_possible_cpus() > RS_CRASH_PROCESSORS)
		return -EINVAL;
	account = (void *)get_zeroed_page(GFP_KERNEL);
	if (!account)
		return -ENOMEM;
	account->processors = num_online_cpus();
	account->magic[0] = RS_CRASH_MAGIC_LOW;
	account->magic[1] = RS_CRASH_MAGIC_HIGH;
	error = rs_crash_recorder_make();
	if (error) {
		free_page((unsigned long)account);
		return error;
	}
	on_each_cpu(start_timers, NULL, 1);
	for_each_online_cpu(cpu) {
		struct task_struct *thread = kthread_create_on_cpu(run_thread, NULL, cpu, "rs_crash/%u");

		per_cpu(writers, cpu).thread = thread;
		if (!IS_ERR(thread))
			wake_up_process(thread);
	}
	return 0;
}

static void __exit crash_exit(void)
{
	stop_writers();
	rs_crash_recorder_remove();
	free_page((unsigned long)account);
}

module_init(crash_init);
module_exit(crash_exit);
MODULE_DESCRIPTION("Logs from every context until the machine panics");
MODULE_LICENSE("Dual MIT/GPL");
