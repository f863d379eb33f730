/* SPDX-License-Identifier: MIT */
/*
 * hello.c - a driver that logs a text, raw bytes and a typed event into ringscope.sys, from which it imports.
 */
#include <ntddk.h>

#include "ringscope.h"

static void NTAPI unload(PDRIVER_OBJECT driver)
{
	(void)driver;
	rs_log(RS_INFO, "hello goes");
	/* Last: the calls' sites lie in this driver's memory. */
	RINGSCOPE_END();
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING service);
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING service)
{
	static const UCHAR bytes[] = {0xde, 0xad, 0xbe, 0xef};

	driver->DriverUnload = unload;
	rs_log(RS_INFO, "hello from %wZ", service);
	rs_send(42, 1, bytes, sizeof(bytes));
	RS_EVENT(RS_WARN, hello_loaded, "bytes=%u status=%s", (unsigned int)driver->DriverSize, rs_ntstatus((uint32_t)STATUS_DEVICE_BUSY));
	return STATUS_SUCCESS;
}
