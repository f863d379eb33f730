/* SPDX-License-Identifier: MIT */
/*
 * set.h - a set's memory in a test program, and as a file that readers of ring sets open.
 */
#ifndef RS_TEST_SET_H
#define RS_TEST_SET_H

#include "service.h"

/* The sections of the set that `file` has selected; checks it. */
rs_device_map_t rs_map_set(HANDLE file);
/* Null: it may not be mapped so. */
void *rs_view(uint64_t handle, DWORD access);
/* Writes both halves behind each other; checks it. */
void rs_leave_set(const char *path, const rs_device_map_t *map, const void *shared, const void *consumer);

#endif /* RS_TEST_SET_H */
