// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * printer.c - prints to the kernel's log in every form and from every context, and knows nothing of Ringscope.
 *
 * Loading it prints each form once, then lines from a softirq, a hard interrupt and an NMI, and then from a thread on each processor while NMIs that come (the
 * test injects some) print too, until enough have come. How many lines of which context there were is the last thing it prints.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <asm/apic.h>
#include <asm/nmi.h>

static unsigned int lines = 500;
module_param(lines, uint, 0444);
MODULE_PARM_DESC(lines, "Lines of each thread, at least");

static int wanted_nmis;
module_param(wanted_nmis, int, 0444);
MODULE_PARM_DESC(wanted_nmis, "NMIs for which the threads go on printing, for at most PATIENCE_MS");

#define ARRIVAL_MS 200
#define PATIENCE_MS 300000
/* So that there is room in the rings and in the kernel's log for the lines of all that time. */
#define PAUSE_MS 10

static atomic_t nmis, threads_left;
static DECLARE_COMPLETION(threads_done);

static void print_levels(void)
{
	pr_emerg("printer: level 0\n");
	pr_alert("printer: level 1\n");
	pr_crit("printer: level 2\n");
	pr_err("printer: level 3\n");
	pr_warn("printer: level 4\n");
	pr_notice("printer: level 5\n");
	pr_info("printer: level 6\n");
	printk(KERN_DEBUG "printer: level 7\n");
	printk("printer: the default level\n");
	printk("%sprinter: level 3 by an argument\n", KERN_ERR);
}

static void print_forms(void)
{
	static char longest[900];

	memset(longest, 'x', sizeof(longest) - 1);
	pr_info("printer: %s end\n", longest);
	pr_info("printer: two lines\nin one\n");
	pr_info("printer: no line end");
	pr_info("printer: a backslash \\ and \xc3\xa9 and a tab\tin it\n");
	pr_info("\n");
	pr_warn("printer: begun");
	pr_cont(", continued");
	pr_cont(", ended\n");
}

static void print_softirq(struct tasklet_struct *tasklet)
{
	pr_info("printer: in a softirq\n");
}
static DECLARE_TASKLET(softirq, print_softirq);

static void print_hardirq(struct irq_work *work)
{
	pr_info("printer: in a hard interrupt\n");
	tasklet_schedule(&softirq);
}

/* Every NMI that nobody else wants is one of ours. */
static int print_nmi(unsigned int type, struct pt_regs *regs)
{
	pr_info("printer: nmi %d\n", atomic_inc_return(&nmis));
	return NMI_HANDLED;
}

static void print_contexts(void)
{
	static struct irq_work hardirq;
	unsigned int waited;

	init_irq_work(&hardirq, print_hardirq);
	irq_work_queue(&hardirq);
	irq_work_sync(&hardirq);
	tasklet_unlock_wait(&softirq);
	apic->send_IPI(raw_smp_processor_id(), NMI_VECTOR);
	for (waited = 0; !atomic_read(&nmis) && waited < ARRIVAL_MS; waited++)
		msleep(1);
}

static bool is_enough(unsigned int n, unsigned long begun)
{
	return n > lines && (atomic_read(&nmis) >= wanted_nmis || time_after(jiffies, begun + msecs_to_jiffies(PATIENCE_MS)));
}

static int print_lines(void *data)
{
	const unsigned long begun = jiffies;
	unsigned int n;

	for (n = 1; !is_enough(n, begun); n++) {
		pr_info("printer: thread %lu line %u\n", (unsigned long)data, n);
		if (n > lines)
			msleep(PAUSE_MS);
		else if (n % 8 == 0)
			cond_resched();
	}
	if (atomic_dec_and_test(&threads_left))
		complete(&threads_done);
	return 0;
}

static int print_threads(void)
{
	unsigned int cpu;

	atomic_set(&threads_left, (int)num_online_cpus());
	for_each_online_cpu(cpu) {
		struct task_struct *thread = kthread_create(print_lines, (void *)(unsigned long)cpu, "rs_printer/%u", cpu);

		if (IS_ERR(thread))
			return PTR_ERR(thread);
		kthread_bind(thread, cpu);
		wake_up_process(thread);
	}
	wait_for_completion(&threads_done);
	return 0;
}

static int __init printer_init(void)
{
	int error = register_nmi_handler(NMI_UNKNOWN, print_nmi, 0, "rs_printer");

	if (error)
		return error;
	print_levels();
	print_forms();
	print_contexts();
	error = print_threads();
	unregister_nmi_handler(NMI_UNKNOWN, "rs_printer");
	tasklet_kill(&softirq);
	pr_info("printer: done, nmis=%d error=%d\n", atomic_read(&nmis), error);
	return error;
}

/* There is no exit: its threads may still be about to return when init does. */
module_init(printer_init);
MODULE_DESCRIPTION("Prints in every form and context");
MODULE_LICENSE("Dual MIT/GPL");
