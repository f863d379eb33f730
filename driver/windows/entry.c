/* SPDX-License-Identifier: MIT */
/* entry.c - ringscope.sys: loading and unloading. */
#include "driver.h"

static DRIVER_UNLOAD unload;

static void NTAPI unload(PDRIVER_OBJECT driver)
{
	rs_win_driver_end(driver);
}

DRIVER_INITIALIZE DriverEntry;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING service)
{
	driver->DriverUnload = unload;
	return rs_win_driver_begin(driver, service);
}

/* Drivers that import from this one keep it loaded; the system asks export drivers for these two (DllInitialize, DllUnload). */
__declspec(dllexport) NTSTATUS NTAPI DllInitialize(PUNICODE_STRING service);
__declspec(dllexport) NTSTATUS NTAPI DllInitialize(PUNICODE_STRING service)
{
	(void)service;
	return STATUS_SUCCESS;
}

__declspec(dllexport) NTSTATUS NTAPI DllUnload(void);
__declspec(dllexport) NTSTATUS NTAPI DllUnload(void)
{
	return STATUS_SUCCESS;
}
