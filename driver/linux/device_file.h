/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* device_file.h - the operations of /dev/ringscope, for whoever registers it. */
#ifndef RS_LINUX_DEVICE_FILE_H
#define RS_LINUX_DEVICE_FILE_H

#include <linux/fs.h>

extern const struct file_operations rs_linux_device_file;

#endif /* RS_LINUX_DEVICE_FILE_H */
