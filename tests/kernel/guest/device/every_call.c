/* SPDX-License-Identifier: MIT */
/* every_call.c - see every_call.h. */
#include "every_call.h"

const struct a_call every_call[] = {
	{"VERSION", RS_IOC_VERSION, sizeof(rs_device_version_t), 0},
	{"MAKE", RS_IOC_MAKE, sizeof(rs_device_make_t), 0},
	{"SELECT", RS_IOC_SELECT, sizeof(rs_device_select_t), 0},
	{"DESCRIBE", RS_IOC_DESCRIBE, sizeof(rs_device_describe_t), 1},
	{"START", RS_IOC_START, sizeof(rs_device_plain_t), 1},
	{"STOP", RS_IOC_STOP, sizeof(rs_device_plain_t), 1},
	{"CLAIM", RS_IOC_CLAIM, sizeof(rs_device_plain_t), 1},
	{"SNAPSHOT", RS_IOC_SNAPSHOT, sizeof(rs_device_snapshot_t), 1},
	{"RESET", RS_IOC_RESET, sizeof(rs_device_plain_t), 1},
	{"REMOVE", RS_IOC_REMOVE, sizeof(rs_device_plain_t), 1},
	{"CONTROL", RS_IOC_CONTROL, sizeof(rs_device_control_t), 1},
	{"SOURCES", RS_IOC_SOURCES, sizeof(rs_device_sources_t), 1},
#ifdef RS_IOC_MAP
	{"MAP", RS_IOC_MAP, sizeof(rs_device_map_t), 1},
#endif
#ifdef RS_IOC_WAIT
	{"WAIT", RS_IOC_WAIT, sizeof(rs_device_wait_t), 1},
#endif
	{0},
};

void expect_refusal(int file, const struct a_call *of, void *argument, int error, const char *what)
{
	const int found = call(file, of->request, argument);

	expect(found == error, "%s with %s gave %s, expected %s", of->name, what, errno_name(found), errno_name(error));
}
