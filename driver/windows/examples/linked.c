/* SPDX-License-Identifier: MIT */
/*
 * linked.c - a driver with all of ringscope.sys linked in, which needs no other driver: rings and device come and go with it. Two such
 * drivers, or one and ringscope.sys, cannot be loaded at once, as there is one \\.\Ringscope.
 *
 * A driver with a device of its own takes MajorFunction[] as they are after rs_win_driver_begin, and passes on what is not for its own.
 */
#include "driver.h"

#include "ringscope.h"

static void NTAPI unload(PDRIVER_OBJECT driver)
{
	RINGSCOPE_END();
	rs_win_driver_end(driver);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING service);
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING service)
{
	NTSTATUS status;

	driver->DriverUnload = unload;
	status = rs_win_driver_begin(driver, service);
	if (NT_SUCCESS(status))
		rs_log(RS_INFO, "linked in, from %wZ", service);
	return status;
}
