/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* export.h - the one way in which this module exports: GPL, in a namespace. */
#ifndef RS_LINUX_EXPORT_H
#define RS_LINUX_EXPORT_H

#include <linux/export.h>
#include <linux/kprobes.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define EXPORT_SYMBOL_RINGSCOPE(symbol) EXPORT_SYMBOL_NS_GPL(symbol, "RINGSCOPE")
#else
#define EXPORT_SYMBOL_RINGSCOPE(symbol) EXPORT_SYMBOL_NS_GPL(symbol, RINGSCOPE)
#endif

#endif /* RS_LINUX_EXPORT_H */
