// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * invariant.c - says of the emulated processor's counter what QEMU does not: that it is invariant.
 *
 * It is: QEMU derives it from one clock for all processors. Loaded before ringscope.ko, it lets clock order be tested in an
 * emulated machine. A module of its own, because what it sets stays set.
 */
#include <linux/cpumask.h>
#include <linux/module.h>
#include <asm/cpufeature.h>
#include <asm/processor.h>

static int __init invariant_init(void)
{
	int cpu;

	set_cpu_cap(&boot_cpu_data, X86_FEATURE_CONSTANT_TSC);
	set_cpu_cap(&boot_cpu_data, X86_FEATURE_NONSTOP_TSC);
	for_each_possible_cpu(cpu) {
		set_cpu_cap(&cpu_data(cpu), X86_FEATURE_CONSTANT_TSC);
		set_cpu_cap(&cpu_data(cpu), X86_FEATURE_NONSTOP_TSC);
	}
	return 0;
}

static void __exit invariant_exit(void)
{
}

module_init(invariant_init);
module_exit(invariant_exit);
MODULE_DESCRIPTION("Takes the emulated processor's counter for what it is");
MODULE_LICENSE("Dual MIT/GPL");
