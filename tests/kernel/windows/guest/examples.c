/* SPDX-License-Identifier: MIT */
/*
 * examples.c - loads the example drivers under Wine, with a set that is started by itself, and leaves the set behind.
 *
 *     examples.exe FOLDER RINGS.bin imports   FOLDER has the drivers; ends with 0 when nothing failed
 *     examples.exe FOLDER RINGS.bin linked    the driver that has all of it linked in
 */
#include <stdio.h>
#include <string.h>

#include "set.h"

static const char *folder;

static SC_HANDLE install(const char *name)
{
	char path[MAX_PATH];

	snprintf(path, sizeof(path), "%s\\%s.sys", folder, name);
	return rs_install(name, path);
}

static void stop(SC_HANDLE service, const char *sentence)
{
	SERVICE_STATUS status;

	CHECK(sentence, service && ControlService(service, SERVICE_CONTROL_STOP, &status));
	CHECK("… and goes", service && DeleteService(service));
}

/* As an administrator does it, before the driver is loaded. */
static void start_by_itself(const char *service)
{
	const DWORD on = 1, bytes = 65536;
	char name[128];
	HKEY key;

	snprintf(name, sizeof(name), "SYSTEM\\CurrentControlSet\\Services\\%s\\Parameters", service);
	CHECK("the parameters are set", !RegCreateKeyExA(HKEY_LOCAL_MACHINE, name, 0, NULL, 0, KEY_WRITE, NULL, &key, NULL) &&
						!RegSetValueExA(key, "AutoStart", 0, REG_DWORD, (const BYTE *)&on, sizeof(on)) &&
						!RegSetValueExA(key, "RingBytes", 0, REG_DWORD, (const BYTE *)&bytes, sizeof(bytes)));
	RegCloseKey(key);
}

/* Without ringscope.sys being started: in a process of its own it is only imported from. */
static void check_not_started(SC_HANDLE hello)
{
	SERVICE_STATUS status;

	CHECK("a driver that logs starts where nothing has begun", rs_start(hello));
	CHECK("… and stops", ControlService(hello, SERVICE_CONTROL_STOP, &status));
}

static void leave(const char *path)
{
	rs_device_select_t select = {.size = sizeof(select)};
	rs_device_describe_t found = {.size = sizeof(found)};
	rs_device_plain_t plain = {.size = sizeof(plain)};
	HANDLE device = rs_open_device(GENERIC_READ | GENERIC_WRITE, 0);
	rs_device_map_t map;

	CHECK("the set is there without anybody having asked for it", ASK(device, RS_IOC_SELECT, select));
	CHECK("… as the parameters say", ASK(device, RS_IOC_DESCRIBE, found) && found.is_started && found.ring_bytes == 65536);
	CHECK("… and is stopped", ASK(device, RS_IOC_STOP, plain));
	map = rs_map_set(device);
	rs_leave_set(path, &map, rs_view(map.shared, FILE_MAP_READ), rs_view(map.consumer, FILE_MAP_READ));
	CloseHandle(device);
}

/* Of what a driver loads; those that it has loaded go with it. */
static void run_imports(const char *path)
{
	SC_HANDLE ringscope = install("ringscope"), hello = install("ringscope_hello"), seed = install("ringscope_seed");
	SC_HANDLE loader = install("loader");

	start_by_itself("ringscope");
	check_not_started(hello);
	if (CHECK("ringscope.sys and the drivers that import from it are loaded", rs_start(loader)))
		leave(path);
	stop(loader, "the driver with the rings stops");
	CHECK("the other services go", DeleteService(ringscope) && DeleteService(hello) && DeleteService(seed));
}

static void run_linked(const char *path)
{
	SC_HANDLE service = install("ringscope_linked");

	start_by_itself("ringscope_linked");
	if (CHECK("a driver with everything linked in starts", rs_start(service)))
		leave(path);
	stop(service, "the driver with the rings stops");
}

int main(int count, char **words)
{
	if (count != 4)
		return 2;
	folder = words[1];
	if (strcmp(words[3], "linked") == 0)
		run_linked(words[2]);
	else
		run_imports(words[2]);
	return rs_test_end();
}
