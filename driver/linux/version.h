/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* version.h - what the driver calls itself. */
#ifndef RS_LINUX_VERSION_H
#define RS_LINUX_VERSION_H

#define RINGSCOPE_VERSION "0.1.0"

#endif /* RS_LINUX_VERSION_H */
