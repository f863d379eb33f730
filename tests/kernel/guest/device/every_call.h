/* SPDX-License-Identifier: MIT */
/* every_call.h - all calls of the device, for what they have in common. */
#ifndef EVERY_CALL_H
#define EVERY_CALL_H

#include "device_case.h"

/* As large as any of the structures. */
union any_call {
	struct {
		uint32_t size, flags;
	};
	rs_device_version_t version;
	rs_device_make_t make;
	rs_device_select_t select;
	rs_device_describe_t describe;
	rs_device_plain_t plain;
	rs_device_snapshot_t snapshot;
	rs_device_control_t control;
	rs_device_sources_t sources;
#ifdef RS_IOC_MAP
	rs_device_map_t map;
#endif
#ifdef RS_IOC_WAIT
	rs_device_wait_t wait;
#endif
	uint8_t bytes[4096];
};

struct a_call {
	const char *name; /* null: there are no more */
	unsigned long request;
	uint32_t size;
	int needs_set;
};

extern const struct a_call every_call[];

/* Expects that this call of `argument` ends with `error`. */
void expect_refusal(int file, const struct a_call *of, void *argument, int error, const char *what);

#endif /* EVERY_CALL_H */
