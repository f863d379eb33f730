/* SPDX-License-Identifier: MIT */
/*
 * service.c - the driver as a service: installed, started, stopped, given parameters.
 *
 *     service install DRIVER.sys | start | stop | remove
 */
#include "device_case.h"
#include "service.h"

#define SERVICE "ringscope_test"
#define PARAMETERS "SYSTEM\\CurrentControlSet\\Services\\" SERVICE "\\Parameters"
#define STOP_TRIES 240

static SC_HANDLE open_manager(void)
{
	const SC_HANDLE manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);

	expect(manager, "open the service manager: error %lu", GetLastError());
	return manager;
}

static SC_HANDLE open_service(void)
{
	const SC_HANDLE service = OpenServiceA(open_manager(), SERVICE, SERVICE_ALL_ACCESS);

	expect(service, "open the service: error %lu", GetLastError());
	return service;
}

int start_driver(void)
{
	return rs_start(open_service()) ? 0 : (int)GetLastError();
}

/* When it says that it has been stopped. */
int stop_driver(void)
{
	const SC_HANDLE service = open_service();
	SERVICE_STATUS status;

	expect(rs_wait_until_closed(), "somebody still has the device open (error %lu)", GetLastError());
	if (!ControlService(service, SERVICE_CONTROL_STOP, &status))
		return (int)GetLastError();
	for (int tries = 0; tries < STOP_TRIES; tries++) {
		if (QueryServiceStatus(service, &status) && status.dwCurrentState == SERVICE_STOPPED)
			return 0;
		Sleep(250);
	}
	return ERROR_SERVICE_REQUEST_TIMEOUT;
}

int ask_to_stop(void)
{
	SERVICE_STATUS status;

	return ControlService(open_service(), SERVICE_CONTROL_STOP, &status) ? 0 : (int)GetLastError();
}

void set_parameter(const char *name, uint32_t value)
{
	const LSTATUS status = RegSetKeyValueA(HKEY_LOCAL_MACHINE, PARAMETERS, name, REG_DWORD, &value, sizeof(value));

	expect(status == ERROR_SUCCESS, "set the parameter %s: error %ld", name, status);
}

void forget_parameters(void)
{
	(void)RegDeleteTreeA(HKEY_LOCAL_MACHINE, PARAMETERS);
}

int run_service_tool(int words, char **word)
{
	int error;

	if (words < 2 || strcmp(word[0], "service") != 0)
		return -1;
	if (words == 3 && strcmp(word[1], "install") == 0)
		return !rs_install(SERVICE, word[2]);
	if (strcmp(word[1], "start") == 0)
		error = start_driver();
	else if (strcmp(word[1], "stop") == 0)
		error = stop_driver();
	else if (strcmp(word[1], "remove") == 0)
		error = DeleteService(open_service()) ? 0 : (int)GetLastError();
	else
		return -1;
	if (error)
		fprintf(stderr, "%s the service: error %d\n", word[1], error);
	return error != 0;
}
