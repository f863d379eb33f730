/* SPDX-License-Identifier: MIT */
/*
 * rs_types.h - the integer types of the C library, and of kernels that have none.
 *
 * The only file below include/ and core/ that asks which of the two it is compiled for to get its types.
 */
#ifndef RS_TYPES_H
#define RS_TYPES_H

/* Compiled into a kernel: Linux's own word, Microsoft's compiler's, or that of driver/windows, where the compiler has none. */
#if defined(__KERNEL__) || defined(_KERNEL_MODE) || defined(RS_WINDOWS_KERNEL)
#define RS_IN_KERNEL 1
#endif

#ifdef __KERNEL__
#include <linux/limits.h>
#include <linux/stdarg.h>
#include <linux/stddef.h>
#include <linux/types.h>
#ifndef UINT16_MAX
#define UINT16_MAX U16_MAX
#endif
#ifndef UINT32_MAX
#define UINT32_MAX U32_MAX
#endif
#ifndef UINT64_MAX
#define UINT64_MAX U64_MAX
#endif
#else
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#endif

#endif /* RS_TYPES_H */
