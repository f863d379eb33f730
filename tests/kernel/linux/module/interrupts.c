// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * interrupts.c - softirq timers, hard-interrupt timers and NMIs that log, each on its own and nested in each other.
 *
 * Timers come when they come, mostly while a thread writes. What must not be left to luck is forced: a thread with an open entry
 * sends itself an interrupt, whose softirq has an open entry when it is interrupted again, and that one when an NMI comes.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/nmi.h>

#include "rs_test.h"

/* How long something that was sent to this processor itself is waited for, in ns; an emulated one takes its time. */
#define ARRIVAL_NS (200 * NSEC_PER_MSEC)

struct interrupts {
	struct hrtimer hard;
	struct hrtimer soft;
	struct irq_work tower_base; /* raises the softirq */
	struct irq_work tower_top; /* interrupts it */
	struct tasklet_struct tower_middle;
	u64 nmis; /* that came */
	u32 towers; /* that are complete */
};

static DEFINE_PER_CPU(struct interrupts, interrupts);
static bool is_stopping;

static u32 random_length(void)
{
	return rs_test_random() % (rs_test_settings.length_max + 1);
}

/* --- timers --- */

static void log_from_timer(enum rs_test_context context)
{
	const struct rs_test_entry entry = {
		.form = rs_test_random() % 8 == 0 ? RS_TEST_FORM_TEXT : RS_TEST_FORM_DATA,
		.length = random_length(),
		.is_in_place = rs_test_random() % 4 == 0,
	};

	rs_test_attempt(context, &entry);
}

/* Half to one and a half of the period, so that timers of all kinds fall on every part of a write. */
static enum hrtimer_restart rearm(struct hrtimer *timer)
{
	const u64 period = (u64)rs_test_settings.timer_us * NSEC_PER_USEC;

	if (READ_ONCE(is_stopping))
		return HRTIMER_NORESTART;
	hrtimer_forward_now(timer, ns_to_ktime(period / 2 + rs_test_random() % (u32)period));
	return HRTIMER_RESTART;
}

static enum hrtimer_restart fire_hard(struct hrtimer *timer)
{
	log_from_timer(RS_TEST_HARDIRQ);
	return rearm(timer);
}

static enum hrtimer_restart fire_soft(struct hrtimer *timer)
{
	/* Softirq handlers can be preempted by none but interrupts; attempts want that to be said. */
	preempt_disable();
	log_from_timer(RS_TEST_SOFTIRQ);
	preempt_enable();
	return rearm(timer);
}

static void start_here(void *unused)
{
	struct interrupts *const here = this_cpu_ptr(&interrupts);
	const ktime_t first = ns_to_ktime((u64)rs_test_settings.timer_us * NSEC_PER_USEC);

	hrtimer_start(&here->hard, first, HRTIMER_MODE_REL_PINNED_HARD);
	hrtimer_start(&here->soft, first, HRTIMER_MODE_REL_PINNED_SOFT);
}

void rs_test_timers_start(void)
{
	if (!rs_test_settings.timer_us)
		return;
	WRITE_ONCE(is_stopping, false);
	on_each_cpu(start_here, NULL, 1);
}

void rs_test_timers_stop(void)
{
	int cpu;

	WRITE_ONCE(is_stopping, true);
	for_each_possible_cpu(cpu) {
		hrtimer_cancel(&per_cpu_ptr(&interrupts, cpu)->hard);
		hrtimer_cancel(&per_cpu_ptr(&interrupts, cpu)->soft);
	}
}

/* --- NMIs --- */

/* Every NMI that nobody else wants is one of ours: sent by this module, or by the emulator's monitor. */
static int handle_nmi(unsigned int type, struct pt_regs *regs)
{
	struct interrupts *const here = this_cpu_ptr(&interrupts);
	const struct rs_test_entry entry = {
		.form = here->nmis % 4 == 3 ? RS_TEST_FORM_TEXT : RS_TEST_FORM_DATA,
		.length = random_length(),
		.is_in_place = here->nmis % 2,
	};

	rs_test_attempt(RS_TEST_NMI, &entry);
	WRITE_ONCE(here->nmis, here->nmis + 1);
	return NMI_HANDLED;
}

void rs_test_nmi_self(void)
{
	struct interrupts *const here = this_cpu_ptr(&interrupts);
	const u64 before = READ_ONCE(here->nmis);
	const u64 until = ktime_get_mono_fast_ns() + ARRIVAL_NS;

	apic->send_IPI(smp_processor_id(), NMI_VECTOR);
	while (READ_ONCE(here->nmis) == before && ktime_get_mono_fast_ns() < until)
		cpu_relax();
}

/* --- a thread's entry, in it a softirq's, in it a hard interrupt's, in it an NMI's --- */

static void tower_top(struct irq_work *work)
{
	const struct rs_test_entry entry = {
		.length = random_length(),
		.is_in_place = true,
		.while_open = rs_test_nmi_self,
	};
	struct interrupts *const here = this_cpu_ptr(&interrupts);

	rs_test_attempt(RS_TEST_HARDIRQ, &entry);
	WRITE_ONCE(here->towers, here->towers + 1);
}

static void interrupt_softirq(void)
{
	struct interrupts *const here = this_cpu_ptr(&interrupts);
	const u32 before = READ_ONCE(here->towers);
	const u64 until = ktime_get_mono_fast_ns() + ARRIVAL_NS;

	irq_work_queue(&here->tower_top);
	while (READ_ONCE(here->towers) == before && ktime_get_mono_fast_ns() < until)
		cpu_relax();
}

static void tower_middle(struct tasklet_struct *tasklet)
{
	const struct rs_test_entry entry = {
		.length = random_length(),
		.is_in_place = true,
		.while_open = interrupt_softirq,
	};

	preempt_disable();
	rs_test_attempt(RS_TEST_SOFTIRQ, &entry);
	preempt_enable();
}

/* The softirq runs when this interrupt is left, on top of what it has interrupted. */
static void tower_base(struct irq_work *work)
{
	tasklet_hi_schedule(&this_cpu_ptr(&interrupts)->tower_middle);
}

void rs_test_tower_self(void)
{
	struct interrupts *const here = this_cpu_ptr(&interrupts);
	const u32 before = READ_ONCE(here->towers);
	const u64 until = ktime_get_mono_fast_ns() + ARRIVAL_NS;

	irq_work_queue(&here->tower_base);
	while (READ_ONCE(here->towers) == before && ktime_get_mono_fast_ns() < until)
		cpu_relax();
}

/* --- causes on another processor --- */

struct elsewhere {
	u32 chain;
	u32 step;
};

static void log_here(void *info)
{
	const struct elsewhere *const cause = info;
	const struct rs_test_entry entry = {
		.length = random_length(),
		.chain = cause->chain,
		.step = cause->step,
	};

	rs_test_attempt(RS_TEST_HARDIRQ, &entry);
}

void rs_test_log_elsewhere(u32 chain, u32 step)
{
	struct elsewhere cause = { chain, step };
	const int here = get_cpu();
	int there = cpumask_next(here, cpu_online_mask);

	if (there >= nr_cpu_ids)
		there = cpumask_first(cpu_online_mask);
	if (there != here)
		smp_call_function_single(there, log_here, &cause, 1);
	put_cpu();
}

int rs_test_interrupts_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		struct interrupts *const at = per_cpu_ptr(&interrupts, cpu);

		hrtimer_init(&at->hard, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
		at->hard.function = fire_hard;
		hrtimer_init(&at->soft, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_SOFT);
		at->soft.function = fire_soft;
		at->tower_base = IRQ_WORK_INIT_HARD(tower_base);
		at->tower_top = IRQ_WORK_INIT_HARD(tower_top);
		tasklet_setup(&at->tower_middle, tower_middle);
	}
	return register_nmi_handler(NMI_LOCAL, handle_nmi, 0, "rs_test");
}

void rs_test_interrupts_fini(void)
{
	int cpu;

	rs_test_timers_stop();
	unregister_nmi_handler(NMI_LOCAL, "rs_test");
	for_each_possible_cpu(cpu) {
		struct interrupts *const at = per_cpu_ptr(&interrupts, cpu);

		irq_work_sync(&at->tower_base);
		irq_work_sync(&at->tower_top);
		tasklet_kill(&at->tower_middle);
	}
}
