/* SPDX-License-Identifier: MIT */
/* device_host.c - see device_host.h. Linux; Windows has a file of the same name. */
#define _GNU_SOURCE
#include "device_host.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>

#include "host_file.h"

int rs_device_host_is(const char *device)
{
	struct stat found;
	return stat(device, &found) == 0 && S_ISCHR(found.st_mode);
}

int rs_device_host_open(const char *device, int is_writing, int *file)
{
	return rs_host_file_open(device, is_writing, file);
}

int rs_device_host_call(int file, unsigned long call, void *structure, size_t bytes)
{
	(void)bytes; /* the call's number tells them */
	return ioctl(file, call, structure) == 0 ? 0 : errno;
}

enum rs_device_refusal rs_device_host_why(int error)
{
	switch (error) {
	case ENOTTY:
	case EINVAL:
		return RS_REFUSED_NO_SUCH_CALL;
	case ENOENT:
		return RS_REFUSED_NOT_FOUND;
	case EBUSY:
		return RS_REFUSED_BUSY;
	default:
		return RS_REFUSED_OTHERWISE;
	}
}

int rs_device_host_map(int file, uint64_t offset, uint64_t bytes, int is_writing, uint8_t **part)
{
	return rs_host_file_map(file, offset, bytes, (is_writing ? RS_HOST_MAP_WRITE : RS_HOST_MAP_READ) | RS_HOST_MAP_NOW, part);
}

int rs_device_host_wait(int file, uint64_t ns)
{
	struct pollfd wanted = {.fd = file, .events = POLLIN};
	const struct timespec limit = {(time_t)(ns / 1000000000u), (long)(ns % 1000000000u)};
	return ppoll(&wanted, 1, &limit, NULL) != 0;
}
