/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * module_sites.h - call sites go with the module in whose memory they lie.
 */
#ifndef RS_LINUX_MODULE_SITES_H
#define RS_LINUX_MODULE_SITES_H

/* Hears of modules that end. 0, or what register_module_notifier returned. May sleep. */
int rs_linux_sites_init(void);
/* Nobody logs any more. May sleep. */
void rs_linux_sites_exit(void);

#endif /* RS_LINUX_MODULE_SITES_H */
