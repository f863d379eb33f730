/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * crash.h - what rs_crash counts itself, in a page of its own that a reader of the image finds by its magic.
 *
 * Every writer counts an attempt before it begins and its result when it has ended: the difference is what was in flight when the
 * machine stopped. tests/kernel/linux/crash_account.ts is the other side.
 */
#ifndef RS_CRASH_H
#define RS_CRASH_H

#include <linux/types.h>

#define RS_CRASH_PROCESSORS 8
#define RS_CRASH_MAGIC_LOW 0x4148534152435352ull /* "RSCRASHA" */
#define RS_CRASH_MAGIC_HIGH 0x91c25be0544e5543ull /* "CUNT", then bytes that are no text */

enum rs_crash_context { RS_CRASH_THREAD, RS_CRASH_SOFTIRQ, RS_CRASH_HARDIRQ, RS_CRASH_CONTEXTS };
enum rs_crash_set { RS_CRASH_DEFAULT, RS_CRASH_RECORDER, RS_CRASH_SETS };

struct rs_crash_count {
	u64 begun;
	u64 done;
	u64 refused;
};

struct rs_crash_account {
	u64 magic[2];
	u64 processors;
	u64 last_words; /* number in the last message before the panic; 0 before */
	struct rs_crash_count count[RS_CRASH_PROCESSORS][RS_CRASH_CONTEXTS][RS_CRASH_SETS];
};

/* recorder.c: logs into the set of that name. Return what rs_log returns. */
int rs_crash_recorder_make(void);
void rs_crash_recorder_remove(void);
int rs_crash_recorder_log(const char *context, int processor, u64 number);

#endif /* RS_CRASH_H */
