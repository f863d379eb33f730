// SPDX-License-Identifier: GPL-2.0 OR MIT
/* device.c - opening and closing /dev/ringscope, and which set an open file means. See device.h. */
#define RS_PLAIN_CALLS
#include "device.h"

#include <linux/pid.h>
#include <linux/slab.h>

#include "device_file.h"

void rs_linux_select(struct rs_linux_file *file, struct rs_linux_set *set)
{
	lockdep_assert_held(&rs_linux_lock);
	if (file->set == set)
		return;
	rs_linux_deselect(file);
	set->users++;
	file->set = set;
}

void rs_linux_deselect(struct rs_linux_file *file)
{
	struct rs_linux_set *set = file->set;

	lockdep_assert_held(&rs_linux_lock);
	if (!set)
		return;
	rs_linux_poll_stop(file);
	file->set = NULL;
	if (set->claimer == file) {
		WRITE_ONCE(set->claimer, NULL);
		put_pid(set->claimer_pid);
		set->claimer_pid = NULL;
	}
	if (!--set->users && set->is_ephemeral)
		rs_linux_set_remove(set);
}

static int open(struct inode *inode, struct file *file)
{
	struct rs_linux_file *opened = kzalloc(sizeof(*opened), GFP_KERNEL_ACCOUNT);

	if (!opened)
		return -ENOMEM;
	rs_linux_poll_init(opened);
	file->private_data = opened;
	return nonseekable_open(inode, file);
}

/* Every mapping holds the file, so there is none any more and none can come. */
static int release(struct inode *inode, struct file *file)
{
	struct rs_linux_file *opened = file->private_data;

	mutex_lock(&rs_linux_lock);
	rs_linux_deselect(opened);
	mutex_unlock(&rs_linux_lock);
	kfree(opened);
	return 0;
}

const struct file_operations rs_linux_device_file = {
	.owner = THIS_MODULE,
	.open = open,
	.release = release,
	.unlocked_ioctl = rs_linux_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = rs_linux_mmap,
	.poll = rs_linux_poll,
};
