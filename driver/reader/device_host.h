/* SPDX-License-Identifier: MIT */
/*
 * device_host.h - how a system lets the device of its driver be asked (device.c).
 *
 * What can fail returns 0 or an error for rs_host_fail.
 */
#ifndef RS_READER_DEVICE_HOST_H
#define RS_READER_DEVICE_HOST_H

#include <stddef.h>
#include <stdint.h>

#ifdef _WIN32
#include <windows.h>

#include "rs_device_windows.h"
#else
#include "rs_device.h"
#endif

/* 1 when the name is a device's. */
int rs_device_host_is(const char *device);
int rs_device_host_open(const char *device, int is_writing, int *file);
/* A call of rs_device.h; its structure is taken and filled. */
int rs_device_host_call(int file, unsigned long call, void *structure, size_t bytes);

/* What an error means in the words of rs_device.h. */
enum rs_device_refusal { RS_REFUSED_OTHERWISE, RS_REFUSED_NO_SUCH_CALL, RS_REFUSED_NOT_FOUND, RS_REFUSED_BUSY };
enum rs_device_refusal rs_device_host_why(int error);

/* The selected set's bytes before its consumer's part (offset 0), or that part. rs_host_file_unmap gives them back. */
int rs_device_host_map(int file, uint64_t offset, uint64_t bytes, int is_writing, uint8_t **part);

/* As rs_device_wait. */
int rs_device_host_wait(int file, uint64_t ns);

#endif /* RS_READER_DEVICE_HOST_H */
