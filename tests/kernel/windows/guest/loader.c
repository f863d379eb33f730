/* SPDX-License-Identifier: MIT */
/*
 * loader.c - a driver that loads others. Wine has a process for each driver that its service manager starts, and a copy of ringscope.sys in
 * each; what a driver loads is in that driver's own, where all have one ringscope.sys as in a kernel.
 */
#include <ntddk.h>

#define SERVICE(name) RTL_CONSTANT_STRING(L"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\" name)

static UNICODE_STRING ringscope = SERVICE(L"ringscope");
static UNICODE_STRING loggers[] = {SERVICE(L"ringscope_hello"), SERVICE(L"ringscope_seed")};

/* Times that it is tried; a pause between them. */
#define UNLOAD_TRIES 600u
#define PAUSE_100NS 500000

/* Wine tells a driver of a closed file some time after that, and does not say that it has not unloaded one that is in use: it is gone when it is
 * no longer known. */
static void NTAPI unload(PDRIVER_OBJECT driver)
{
	LARGE_INTEGER pause = {.QuadPart = -PAUSE_100NS};
	ULONG tries;

	(void)driver;
	for (tries = 0; tries < UNLOAD_TRIES && NT_SUCCESS(ZwUnloadDriver(&ringscope)); tries++)
		(void)KeDelayExecutionThread(KernelMode, FALSE, &pause);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING service);
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING service)
{
	NTSTATUS status = ZwLoadDriver(&ringscope);
	ULONG n;

	(void)service;
	driver->DriverUnload = unload;
	for (n = 0; n < sizeof(loggers) / sizeof(*loggers) && NT_SUCCESS(status); n++) {
		status = ZwLoadDriver(&loggers[n]);
		if (NT_SUCCESS(status))
			status = ZwUnloadDriver(&loggers[n]);
	}
	return status;
}
