/* SPDX-License-Identifier: MIT */
/* set.c - see set.h. */
#include "set.h"

#include <stdio.h>

rs_device_map_t rs_map_set(HANDLE file)
{
	rs_device_map_t map = {.size = sizeof(map)};

	CHECK("sections are handed over", ASK(file, RS_IOC_MAP, map));
	return map;
}

void *rs_view(uint64_t handle, DWORD access)
{
	SetLastError(0);
	return MapViewOfFile((HANDLE)(uintptr_t)handle, access, 0, 0, 0);
}

void rs_leave_set(const char *path, const rs_device_map_t *map, const void *shared, const void *consumer)
{
	const size_t rest = (size_t)(map->total_bytes - map->consumer_off);
	FILE *file = fopen(path, "wb");

	CHECK("the set is written to a file", file && fwrite(shared, 1, map->consumer_off, file) == map->consumer_off &&
						      fwrite(consumer, 1, rest, file) == rest);
	if (file)
		fclose(file);
}
