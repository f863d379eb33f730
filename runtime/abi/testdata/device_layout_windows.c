/* SPDX-License-Identifier: MIT */
/* Prints the numbers of rs_device_windows.h, for device_layout_test.ts. */
#include <stddef.h>
#include <stdio.h>

/* As <winioctl.h> has them; the codes of Linux stay out. */
#undef __linux__
#define CTL_CODE(type, function, method, access) \
	(((unsigned)(type) << 16) | ((unsigned)(access) << 14) | ((unsigned)(function) << 2) | (unsigned)(method))
#define METHOD_BUFFERED 0
#define FILE_READ_ACCESS 1
#define FILE_WRITE_ACCESS 2

#include "device_calls.h"
#include "rs_device_windows.h"

#define NUMBER(name, value) printf("%s %llu\n", name, (unsigned long long)(value))
#define CALL(name, value) NUMBER(name, value);
#define AT(js, field) NUMBER("map." js, offsetof(rs_device_map_t, field))

int main(void)
{
	printf("path %s\n", RS_DEVICE_PATH_WINDOWS);
	NUMBER("map.bytes", sizeof(rs_device_map_t));
	AT("shared", shared);
	AT("consumer", consumer);
	AT("totalBytes", total_bytes);
	AT("consumerOff", consumer_off);

	DEVICE_CALLS(CALL)
	NUMBER("call.map", RS_IOC_MAP);
	return 0;
}
