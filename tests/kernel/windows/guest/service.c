/* SPDX-License-Identifier: MIT */
/* service.c - see service.h. */
#include "service.h"

#include <stdio.h>

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
	int tries;

	for (tries = 0; tries < 5; tries++) {
		if (service && StartServiceA(service, 0, NULL))
			return 1;
		/* It says that it is busy (1055), or gives up too early (1053). */
		if (GetLastError() != ERROR_SERVICE_DATABASE_LOCKED && GetLastError() != ERROR_SERVICE_REQUEST_TIMEOUT)
			return 0;
		Sleep(2000);
	}
	return 0;
}
