// SPDX-License-Identifier: GPL-2.0 OR MIT
/* recorder.c - the flight recorder of rs_crash: a set of its own with small rings, in which old entries make room. */
#define RINGSCOPE_TARGET rs_crash_recorder
#include "ringscope.h"

#include "crash.h"

RINGSCOPE_DEFINE_TARGET(rs_crash_recorder, "recorder");

int rs_crash_recorder_make(void)
{
	const struct ringscope_plan plan = { .ring_bytes = 64 << 10, .mode = RS_MODE_OVERWRITE };
	int error = ringscope_set_make("recorder", &plan);

	if (!error)
		error = ringscope_set_start("recorder");
	return error;
}

void rs_crash_recorder_remove(void)
{
	ringscope_set_remove("recorder");
}

int rs_crash_recorder_log(const char *context, int processor, u64 number)
{
	return rs_log(RS_INFO, "%s %d %llu", context, processor, number);
}
