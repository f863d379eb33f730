/* SPDX-License-Identifier: MIT */
/* device_host.c - device_host.h on Windows: what MAP hands over are handles of sections. */
#include "device_host.h"

#include <string.h>

#include "handle.h"
#include "host.h"

/* STATUS_TIMEOUT, a success. */
#define TIMED_OUT ((ULONG_PTR)0x102)

/* Of what is not a file. */
#define DEVICE_PREFIX "\\\\.\\"

int rs_device_host_is(const char *device)
{
	return strncmp(device, DEVICE_PREFIX, sizeof(DEVICE_PREFIX) - 1) == 0;
}

int rs_device_host_open(const char *device, int is_writing, int *file)
{
	return rs_host_handle_open(device, is_writing ? GENERIC_READ | GENERIC_WRITE : GENERIC_READ, OPEN_EXISTING, 0, file);
}

int rs_device_host_call(int file, unsigned long call, void *structure, size_t bytes)
{
	DWORD told = 0;
	return DeviceIoControl(rs_host_handle(file), call, structure, (DWORD)bytes, structure, (DWORD)bytes, &told, NULL) ? 0 : rs_host_last_error();
}

enum rs_device_refusal rs_device_host_why(int error)
{
	switch (-error) {
	case ERROR_INVALID_FUNCTION:
	case ERROR_INVALID_PARAMETER:
	case ERROR_NOT_SUPPORTED:
		return RS_REFUSED_NO_SUCH_CALL;
	case ERROR_FILE_NOT_FOUND:
		return RS_REFUSED_NOT_FOUND;
	case ERROR_BUSY:
		return RS_REFUSED_BUSY;
	default:
		return RS_REFUSED_OTHERWISE;
	}
}

int rs_device_host_map(int file, uint64_t offset, uint64_t bytes, int is_writing, uint8_t **part)
{
	rs_device_map_t map = {.size = sizeof(map)};
	int error = rs_device_host_call(file, RS_IOC_MAP, &map, sizeof(map));

	*part = NULL;
	if (error)
		return error;
	const HANDLE shared = (HANDLE)(uintptr_t)map.shared, consumer = (HANDLE)(uintptr_t)map.consumer;
	/* A section that is shorter than it is said to be refuses a view of all of it. */
	*part = MapViewOfFile(offset ? consumer : shared, is_writing ? FILE_MAP_READ | FILE_MAP_WRITE : FILE_MAP_READ, 0, 0, bytes);
	error = *part ? 0 : rs_host_last_error();
	CloseHandle(shared);
	CloseHandle(consumer);
	return error;
}

int rs_device_host_wait(int file, uint64_t ns)
{
	rs_device_wait_t wanted = {.size = sizeof(wanted), .timeout_ms = (uint32_t)((ns + 999999) / 1000000)};
	OVERLAPPED under_way = {.Internal = 0};
	DWORD told = 0;

	/* The file is open for one call at a time, and who drains makes no other: this comes back when it has ended. */
	if (!DeviceIoControl(rs_host_handle(file), RS_IOC_WAIT, &wanted, sizeof(wanted), &wanted, sizeof(wanted), &told, &under_way)) {
		rs_host_sleep_ns(ns);
		return 0;
	}
	return under_way.Internal != TIMED_OUT;
}
