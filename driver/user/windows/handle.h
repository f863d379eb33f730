/* SPDX-License-Identifier: MIT */
/*
 * handle.h - handles as the numbers of host_file.h. Only their lower 32 bits mean something ("Interprocess Communication Between 32-bit and
 * 64-bit Applications").
 */
#ifndef RS_HOST_HANDLE_H
#define RS_HOST_HANDLE_H

#include <windows.h>

#include <stdint.h>

#define RS_HOST_SHARE_ALL (FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)

static inline HANDLE rs_host_handle(int number)
{
	return (HANDLE)(intptr_t)number;
}

static inline int rs_host_number(HANDLE handle)
{
	return (int)(intptr_t)handle;
}

/* As rs_host_fail takes it. */
static inline int rs_host_last_error(void)
{
	return -(int)GetLastError();
}

/* CreateFileW of a path in UTF-8. Returns 0, or an error for rs_host_fail. */
int rs_host_handle_open(const char *path, unsigned long access, unsigned long how, unsigned long flags, int *file);

#endif /* RS_HOST_HANDLE_H */
