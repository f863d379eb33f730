/* SPDX-License-Identifier: MIT */
/* service.c - see service.h. */
#include "service.h"

#include <stdio.h>

#include "load.h"

/* What the service manager may be busy for, on a machine that does something else too. */
#define BUSY_MS 120000u
#define LATE_TRIES 5
#define CLOSING_MS 60000u
#define PROCESS_TRIES 5
#define PROCESS_PAUSE_MS 300u

static unsigned failed;

int rs_check(const char *sentence, int is_so)
{
	const DWORD error = GetLastError();

	printf("%s %s (error %lu)\n", is_so ? "ok" : "FAILED", sentence, is_so ? 0ul : error);
	failed += !is_so;
	return is_so;
}

int rs_test_end(void)
{
	printf("failed %u\n", failed);
	fflush(stdout);
	return failed != 0;
}

int rs_ask(HANDLE file, DWORD code, void *buffer, DWORD in, DWORD out)
{
	DWORD told = 0;

	SetLastError(0);
	return DeviceIoControl(file, code, buffer, in, buffer, out, &told, NULL);
}

HANDLE rs_open_device(DWORD access, DWORD flags)
{
	return CreateFileA(RS_DEVICE_PATH_WINDOWS, access, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, flags, NULL);
}

SC_HANDLE rs_install(const char *name, const char *path)
{
	SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
	SC_HANDLE service = CreateServiceA(manager, name, name, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START,
					   SERVICE_ERROR_NORMAL, path, NULL, NULL, NULL, NULL, NULL);

	CHECK("the service is made", service != NULL);
	return service;
}

int rs_start(SC_HANDLE service)
{
	const ULONGLONG end = GetTickCount64() + BUSY_MS;
	int late = 0;

	while (service && !StartServiceA(service, 0, NULL)) {
		const DWORD error = GetLastError();

		/* It says that it is busy (1055), or gives up too early (1053). */
		if (error == ERROR_SERVICE_DATABASE_LOCKED ? GetTickCount64() > end : error != ERROR_SERVICE_REQUEST_TIMEOUT || ++late == LATE_TRIES)
			return 0;
		Sleep(2000);
	}
	return service != NULL;
}

int rs_wait_until_closed(void)
{
	const HANDLE closed = OpenEventA(SYNCHRONIZE, FALSE, "Global\\" RS_LOAD_CLOSED);
	const int is_closed = closed && WaitForSingleObject(closed, CLOSING_MS) == WAIT_OBJECT_0;

	if (closed)
		CloseHandle(closed);
	return is_closed;
}

void rs_remove(SC_HANDLE service)
{
	SERVICE_STATUS status;

	CHECK("the driver stops", service && rs_wait_until_closed() && ControlService(service, SERVICE_CONTROL_STOP, &status));
	CHECK("the service goes", service && DeleteService(service));
}

int rs_create_process(char *command, int is_inheriting, STARTUPINFOA *startup, PROCESS_INFORMATION *process)
{
	int tries = 1;

	while (!CreateProcessA(NULL, command, NULL, NULL, is_inheriting, 0, NULL, NULL, startup, process)) {
		if (tries++ == PROCESS_TRIES)
			return 0;
		Sleep(PROCESS_PAUSE_MS);
	}
	return 1;
}
