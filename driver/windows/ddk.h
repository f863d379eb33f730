/* SPDX-License-Identifier: MIT */
/*
 * ddk.h - the system's headers as this driver sees them, and whether the system is a kernel at all.
 *
 * MinGW's ntifs.h contradicts its own winnt.h, so the few things that are needed of it, and what MinGW lacks, stand here.
 */
#ifndef RS_WIN_DDK_H
#define RS_WIN_DDK_H

#ifdef __MINGW32__
/* Defined there after intrin.h has declared them as something else, which makes Clang give each object one of its own. */
#include <intrin.h>
#define InterlockedBitTestAndSet rs_mingw_bit_test_and_set
#define InterlockedBitTestAndReset rs_mingw_bit_test_and_reset
#include <ntddk.h>
#undef InterlockedBitTestAndSet
#undef InterlockedBitTestAndReset
#else
#include <ntifs.h>
#endif

#include "rs_sal.h"
#include "rs_types.h"

#ifdef __MINGW32__
NTSYSAPI NTSTATUS NTAPI ZwDuplicateObject(HANDLE source_process, HANDLE source, HANDLE target_process, PHANDLE target, ACCESS_MASK access,
					  ULONG attributes, ULONG options);
NTSYSAPI NTSTATUS NTAPI ZwSetSecurityObject(HANDLE handle, SECURITY_INFORMATION information, PSECURITY_DESCRIPTOR descriptor);
NTSYSAPI NTSTATUS NTAPI ZwWaitForSingleObject(HANDLE object, BOOLEAN is_alertable, PLARGE_INTEGER timeout);
NTKERNELAPI NTSTATUS NTAPI ObOpenObjectByPointer(PVOID object, ULONG attributes, PACCESS_STATE passed, ACCESS_MASK access, POBJECT_TYPE type,
						 KPROCESSOR_MODE mode, PHANDLE handle);
/* Which calls of a device a routine answers; the other annotations are in driverspecs.h. */
#define _Dispatch_type_(function)
#ifndef MdlMappingNoExecute
#define MdlMappingNoExecute 0x40000000
#endif
#endif

/*
 * Wine runs drivers as programs: there is no IRQL, CR8 cannot be read, and views are what stays mapped. A driver of a real kernel lies in
 * the upper half of the addresses.
 */
static inline int rs_win_is_kernel(void)
{
	static const char here;

	return (intptr_t)&here < 0;
}

#endif /* RS_WIN_DDK_H */
