// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * maybe.c - a module that logs where ringscope.ko is loaded and works the same where it is not; it
 * may come and go meanwhile.
 *
 * It ticks ten times a second, from a timer, so in softirq context. What it counts stands in
 * /sys/module/ringscope_maybe/parameters: ticks, and how many of them were logged.
 */
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/timer.h>

#define RINGSCOPE_TARGET maybe_log
#include "ringscope_embed.h"

RINGSCOPE_DEFINE_TARGET(maybe_log, "default");

static unsigned long ticks, logged;
module_param(ticks, ulong, 0444);
module_param(logged, ulong, 0444);

static void on_tick(struct timer_list *timer)
{
	ticks++;
	if (RS_EVENT(RS_INFO, maybe_tick, "tick=%lu logged=%lu", ticks, logged) == RS_OK)
		logged++;
	mod_timer(timer, jiffies + HZ / 10);
}

static DEFINE_TIMER(ticker, on_tick);

static int __init maybe_init(void)
{
	const int error = ringscope_embed_start(&maybe_log);

	if (error)
		return error;
	rs_log(RS_INFO, "ticking");
	mod_timer(&ticker, jiffies + HZ / 10);
	return 0;
}

static void __exit maybe_exit(void)
{
	del_timer_sync(&ticker);
	rs_log(RS_INFO, "%lu ticks, %lu of them logged", ticks, logged);
	ringscope_embed_stop(&maybe_log);
}

module_init(maybe_init);
module_exit(maybe_exit);
MODULE_DESCRIPTION("Logs with Ringscope where that is loaded");
MODULE_LICENSE("Dual MIT/GPL");
