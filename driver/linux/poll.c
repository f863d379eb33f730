// SPDX-License-Identifier: GPL-2.0 OR MIT
/*
 * poll.c - waking readers: when a ring is a quarter full, or when something has waited for 100 ms.
 *
 * Writers wake nobody. While somebody waits, a timer in softirq context looks at the rings once in
 * a millisecond. Queue and timer are the file's, not the set's: who waits holds the file, and
 * another thread may have it select another set meanwhile.
 */
#define RS_PLAIN_CALLS
#include "device.h"
#include "pending.h"

#include <linux/version.h>

#define LOOK_EVERY_NS NSEC_PER_MSEC
#define WAKE_FOR_LITTLE_EVERY 10u /* looks */

static u64 pending_bytes(const struct rs_linux_file *file, const rs_fill_t *fill)
{
	/* In the timer while somebody polls: either value is one that was told. */
	return rs_pending_bytes(fill, file->set->header.mode == RS_MODE_OVERWRITE,
				READ_ONCE(file->told));
}

static rs_fill_t look(const rs_producer_t *set)
{
	return rs_fill_of(set->rings, set->ring_count);
}

static enum hrtimer_restart on_timer(struct hrtimer *timer)
{
	struct rs_linux_file *file = container_of(timer, struct rs_linux_file, timer);
	const rs_fill_t fill = look(&file->set->producer);
	const u64 pending = pending_bytes(file, &fill);

	if (!wq_has_sleeper(&file->waiters)) {
		atomic_set(&file->is_timed, 0);
		/* W4a: the timer off, then whether somebody sleeps. */
		smp_mb();
		if (!wq_has_sleeper(&file->waiters) || atomic_xchg(&file->is_timed, 1))
			return HRTIMER_NORESTART;
	}
	/* Whether it is enough decides who is woken. */
	if (rs_is_much(pending, file->set->header.ring_bytes) ||
	    (++file->looks % WAKE_FOR_LITTLE_EVERY == 0 && pending))
		wake_up_interruptible_poll(&file->waiters, EPOLLIN | EPOLLRDNORM);
	hrtimer_forward_now(timer, ns_to_ktime(LOOK_EVERY_NS));
	return HRTIMER_RESTART;
}

static bool is_ready(struct rs_linux_file *file)
{
	const rs_fill_t fill = look(&file->set->producer);
	const u64 pending = pending_bytes(file, &fill);
	const u64 now = ktime_get_ns();

	if (!pending) {
		file->pending_since_ns = 0;
		return false;
	}
	if (!file->pending_since_ns)
		file->pending_since_ns = now;
	if (!rs_is_much(pending, file->set->header.ring_bytes) &&
	    now - file->pending_since_ns < RS_LITTLE_WAITS_NS)
		return false;
	file->pending_since_ns = 0;
	WRITE_ONCE(file->told, fill.written);
	return true;
}

__poll_t rs_linux_poll(struct file *opened, poll_table *table)
{
	struct rs_linux_file *file = opened->private_data;
	__poll_t found = 0;

	/* W4b: asleep first, then whether the timer is on. */
	poll_wait(opened, &file->waiters, table);
	mutex_lock(&rs_linux_lock);
	if (!file->set)
		found = EPOLLERR;
	else if (is_ready(file))
		found = EPOLLIN | EPOLLRDNORM;
	/*
	 * The queue says who waits, not the table: epoll is put there once, may have found
	 * something then, and asks again without a table.
	 */
	if (file->set && wq_has_sleeper(&file->waiters) && !atomic_xchg(&file->is_timed, 1))
		hrtimer_start(&file->timer, ns_to_ktime(LOOK_EVERY_NS), HRTIMER_MODE_REL_SOFT);
	mutex_unlock(&rs_linux_lock);
	return found;
}

void rs_linux_poll_init(struct rs_linux_file *file)
{
	init_waitqueue_head(&file->waiters);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&file->timer, on_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
#else
	hrtimer_init(&file->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_SOFT);
	file->timer.function = on_timer;
#endif
}

void rs_linux_poll_stop(struct rs_linux_file *file)
{
	hrtimer_cancel(&file->timer);
	atomic_set(&file->is_timed, 0);
	file->pending_since_ns = 0;
	file->told = 0;
	/* They find no set, or another one. */
	wake_up_interruptible_poll(&file->waiters, EPOLLERR);
}
