/* SPDX-License-Identifier: MIT */
/*
 * platform.h - the functions of a C library that the core calls: memcpy, strnlen. Kernels have them too, under another header.
 */
#ifndef RS_PLATFORM_H
#define RS_PLATFORM_H

#ifdef __KERNEL__
#include <linux/string.h>
#else
#include <string.h>
#endif

#ifdef RS_WINDOWS_KERNEL
/* That kernel exports one, but no document says at which IRQL it may be called. */
static inline size_t rs_platform_strnlen(const char *text, size_t most)
{
	size_t length = 0;

	while (length < most && text[length])
		length++;
	return length;
}
#define strnlen rs_platform_strnlen
#endif

#endif /* RS_PLATFORM_H */
