// SPDX-License-Identifier: GPL-2.0 OR MIT
/* timing.c - see timing.h. */
#define RS_PLAIN_CALLS
#include "timing.h"

#include <linux/irqflags.h>
#include <linux/ktime.h>

#include "shell.h"

#ifdef CONFIG_X86
#include <asm/cpufeature.h>
#include <asm/tsc.h>

u32 rs_linux_clock_kind(void)
{
	return boot_cpu_has(X86_FEATURE_CONSTANT_TSC) && boot_cpu_has(X86_FEATURE_NONSTOP_TSC) &&
			       !check_tsc_unstable() && tsc_khz ?
		       RS_CLOCK_TSC :
		       RS_CLOCK_MONOTONIC_NS;
}

u64 rs_linux_ticks_per_second(u32 kind)
{
	return kind == RS_CLOCK_TSC ? (u64)tsc_khz * 1000 : NSEC_PER_SEC;
}
#else
u32 rs_linux_clock_kind(void)
{
	return RS_CLOCK_MONOTONIC_NS;
}

u64 rs_linux_ticks_per_second(u32 kind)
{
	return NSEC_PER_SEC;
}
#endif

rs_anchor_t rs_linux_anchor(u32 kind)
{
	rs_anchor_t best = {};
	u64 narrowest = U64_MAX;
	int n;

	for (n = 0; n < 5; n++) {
		u64 before, ticks;
		s64 unix_ns;
		unsigned long flags;

		/* Uninterrupted, or an interrupt between the three would widen the bracket. */
		local_irq_save(flags);
		before = rs_shell_clock(kind);
		unix_ns = ktime_get_real_ns();
		ticks = rs_shell_clock(kind);
		local_irq_restore(flags);
		if (ticks - before >= narrowest)
			continue;
		narrowest = ticks - before;
		best.ticks = before + narrowest / 2;
		best.unix_ns = unix_ns;
		best.uncertainty_ns = kind == RS_CLOCK_MONOTONIC_NS ?
					      narrowest / 2 :
					      mul_u64_u64_div_u64(narrowest / 2, NSEC_PER_SEC,
								  rs_linux_ticks_per_second(kind));
	}
	return best;
}
