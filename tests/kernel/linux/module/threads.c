// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * threads.c - one run: on each processor that is there a thread that attempts to log, under timers and NMIs.
 *
 * Interrupts stay on around the threads' writes; with them off nothing would ever nest.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "rs_test.h"

struct rs_test_settings rs_test_settings = {
	.count = 1000,
	.length_max = 200,
	.timer_us = 200,
	.text_every = 11,
	.event_every = 13,
	.discard_every = 17,
	.in_place_every = 3,
	.open_ns = 2000,
	.chain_every = 19,
	.nmi_every = 23,
	.tower_every = 29,
};

static atomic_t chains;

/* More than any ring takes: an entry has at most 512 KiB. */
#define TOO_BIG_LENGTH SZ_1M

/* Zero means never. */
static bool is_due(u32 n, u32 every)
{
	return every && n % every == every - 1;
}

static void attempt_with_preemption_off(const struct rs_test_entry *entry)
{
	preempt_disable();
	rs_test_attempt(RS_TEST_THREAD, entry);
	preempt_enable();
}

/* Here, on the next processor because of that, and here again because of that one. */
static void log_chain(u32 length)
{
	/* 0 means that an entry is of no chain. */
	const u32 chain = atomic_inc_return(&chains);
	u32 step = 0;

	attempt_with_preemption_off(&(struct rs_test_entry){ .length = length, .chain = chain, .step = step++ });
	rs_test_log_elsewhere(chain, step++);
	attempt_with_preemption_off(&(struct rs_test_entry){ .length = length, .chain = chain, .step = step });
}

static void log_once(u32 n)
{
	const struct rs_test_settings *const set = &rs_test_settings;
	struct rs_test_entry entry = {
		.length = rs_test_random() % (set->length_max + 1),
		.is_in_place = is_due(n, set->in_place_every),
	};

	if (is_due(n, set->chain_every))
		return log_chain(entry.length);
	if (is_due(n, set->tower_every)) {
		entry.is_in_place = true;
		entry.while_open = rs_test_tower_self;
	} else if (is_due(n, set->nmi_every)) {
		entry.is_in_place = true;
		entry.while_open = rs_test_nmi_self;
	} else if (is_due(n, set->discard_every)) {
		entry.is_in_place = true;
		entry.is_discarded = true;
	} else if (is_due(n, set->too_big_every)) {
		entry.length = TOO_BIG_LENGTH;
	} else if (is_due(n, set->text_every)) {
		entry.form = RS_TEST_FORM_TEXT;
	} else if (is_due(n, set->event_every)) {
		entry.form = RS_TEST_FORM_EVENT;
	} else if (entry.is_in_place) {
		entry.open_ns = set->open_ns;
	}
	attempt_with_preemption_off(&entry);
}

struct writer {
	struct task_struct *task;
	struct completion is_done;
};

static int write_entries(void *argument)
{
	struct writer *const writer = argument;
	u32 n;

	for (n = 0; n < rs_test_settings.count && !kthread_should_stop(); n++) {
		log_once(n);
		if (rs_test_settings.pause_us)
			usleep_range(rs_test_settings.pause_us, 2 * rs_test_settings.pause_us);
		cond_resched();
	}
	complete(&writer->is_done);
	/* A thread that has ended by itself could not be stopped. */
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static int start_writers(struct writer *writers)
{
	int status = 0;
	int cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu) {
		struct task_struct *const task = kthread_create_on_cpu(write_entries, &writers[cpu], cpu, "rs_test/%u");

		if (IS_ERR(task)) {
			status = PTR_ERR(task);
			break;
		}
		init_completion(&writers[cpu].is_done);
		writers[cpu].task = task;
	}
	cpus_read_unlock();
	for_each_possible_cpu(cpu)
		if (writers[cpu].task)
			wake_up_process(writers[cpu].task);
	return status;
}

static int stop_writers(struct writer *writers)
{
	int status = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		if (!writers[cpu].task)
			continue;
		if (!status)
			status = wait_for_completion_interruptible(&writers[cpu].is_done);
	}
	for_each_possible_cpu(cpu)
		if (writers[cpu].task)
			kthread_stop(writers[cpu].task);
	return status;
}

int rs_test_run(void)
{
	struct writer *const writers = kcalloc(nr_cpu_ids, sizeof(*writers), GFP_KERNEL);
	int started;
	int stopped;

	if (!writers)
		return -ENOMEM;
	rs_test_timers_start();
	started = start_writers(writers);
	stopped = stop_writers(writers);
	rs_test_timers_stop();
	kfree(writers);
	return started ?: stopped;
}
