/* SPDX-License-Identifier: MIT */
/*
 * ringscope.h - what a Windows driver includes to log into the rings of ringscope.sys, after ntddk.h or wdm.h.
 *
 *	rs_log(RS_INFO, "queue %u is up", number);
 *	rs_send(type, remarks, buffer, length);
 *	RS_EVENT(RS_INFO, nvme_complete, "queue=%u status=%s", queue, rs_ntstatus(status));
 *
 * and RS_BEGIN, RS_END, RS_SCOPE: rs_log.h and rs_event.h tell what they mean. Calls without a site: rs_vlog, rs_write, rs_reserve.
 *
 * A driver logs into the set "default" while that is started, and otherwise does nothing. For a set of another name, before the
 * include: #define RINGSCOPE_TARGET my_target, and in one of its files RINGSCOPE_DEFINE_TARGET(my_target, "net");
 *
 * Any IRQL, NMI included; no lock, no pool, no wait on the way. rs_log knows what DbgPrint knows, without floating point: %wZ, %Z, %ws
 * and %S read their texts only below DISPATCH_LEVEL, as there; above it a mark stands in their place.
 *
 * Last of all in DriverUnload (and where DriverEntry fails) stands RINGSCOPE_END(): the sites in the driver's memory go with it.
 * GCC or Clang (in Visual Studio: the ClangCL toolset).
 */
#ifndef RINGSCOPE_H
#define RINGSCOPE_H

#ifndef RS_WINDOWS_KERNEL
#define RS_WINDOWS_KERNEL 1
#endif

#include "rs_event.h"
#include "rs_log.h"

/* The first byte of the driver's own image; the linker's. */
#ifdef __cplusplus
extern "C" const char __ImageBase[];
#else
extern const char __ImageBase[];
#endif

/* Bytes of an image: SizeOfImage of its optional header (PE format, "Optional header windows-specific fields": e_lfanew at 60, the
 * header 24 bytes behind it, the field 56 bytes on). */
static inline size_t ringscope_image_bytes(const char *image)
{
	uint32_t header, bytes;

	__builtin_memcpy(&header, image + 60, sizeof(header));
	__builtin_memcpy(&bytes, image + header + 24 + 56, sizeof(bytes));
	return bytes;
}

#define RINGSCOPE_END() ringscope_sites_forget(__ImageBase, __ImageBase + ringscope_image_bytes(__ImageBase))

#endif /* RINGSCOPE_H */
