/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* api.h - the end of what api.c offers. */
#ifndef RS_LINUX_API_H
#define RS_LINUX_API_H

struct ringscope_api;

extern struct ringscope_api ringscope_api;

/*
 * First of all in the module's exit. Modules that do not depend on this one hear that it goes only
 * after its exit, and call until then: no such call is under way when this returns, and none
 * begins. Sleeps.
 */
void rs_linux_api_close(void);

#endif /* RS_LINUX_API_H */
