// SPDX-License-Identifier: GPL-2.0 OR MIT
/* writers.c - waiting for whoever is inside of a write. See shell.h. */
#define RS_PLAIN_CALLS
#include "shell.h"

#include <linux/delay.h>
#include <linux/smp.h>

static void do_nothing(void *nothing)
{
}

/*
 * Waits until no processor is inside of a write that it has begun before. RCU does it where it
 * watches; it does not in the idle loop's innermost part and on the way in and out of the kernel,
 * from where drivers and probes may log. Those are waited for by their processor's own words: an
 * interrupt on each processor stands between what it did before and what it does after it has seen
 * that the pointer is gone.
 */
void rs_shell_wait_for_writers(void)
{
	int processor;

	synchronize_rcu();
	on_each_cpu(do_nothing, NULL, 1);
	for_each_possible_cpu(processor) {
		const struct rs_linux_cpu *cpu = per_cpu_ptr(rs_linux_cpus, processor);
		const u64 entered = READ_ONCE(cpu->entered);

		/* W1b: the depth before anything of the set is taken away. */
		while (smp_load_acquire(&cpu->depth) && READ_ONCE(cpu->entered) == entered)
			usleep_range(10, 50);
	}
}
