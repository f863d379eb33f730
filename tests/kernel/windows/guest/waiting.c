/* SPDX-License-Identifier: MIT */
/*
 * waiting.c - WAIT under Wine: what it comes back with, when, and what happens to it when its file, its set or its process goes.
 *
 *     waiting.exe DRIVER.sys        ends with 0 when nothing failed; a line for each check
 */
#include <stdio.h>
#include <string.h>

#include "service.h"

#include "load.h"

#define SERVICE "ringscope_test"
#define SOON 30000u /* ms; of what should come at once, on a machine that does something else too */
#define STATUS_TIMEOUT_ ((ULONG_PTR)0x102)
#define STATUS_CANCELLED_ ((ULONG_PTR)0xC0000120)
#define HELD "ringscope_held"

static HANDLE writer; /* an open file of its own: what it does is not held up by who waits */

/* A file that waits. */
typedef struct {
	HANDLE file;
	rs_device_wait_t asked;
	OVERLAPPED under_way;
} waiter_t;

static HANDLE open_on(const char *name)
{
	HANDLE file = rs_open_device(GENERIC_READ | GENERIC_WRITE, FILE_FLAG_OVERLAPPED);
	rs_device_select_t select = {.size = sizeof(select)};
	OVERLAPPED under_way = {.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
	DWORD told;

	snprintf(select.name, sizeof(select.name), "%s", name);
	if (!DeviceIoControl(file, RS_IOC_SELECT, &select, sizeof(select), NULL, 0, &told, &under_way) &&
	    (GetLastError() != ERROR_IO_PENDING || !GetOverlappedResult(file, &under_way, &told, TRUE)))
		CHECK("a file selects its set", 0);
	CloseHandle(under_way.hEvent);
	return file;
}

/* Returns whether it is under way; otherwise `under_way.Internal` says how it ended, or GetLastError. */
static int begin(waiter_t *waiter, uint32_t timeout_ms)
{
	DWORD told;

	waiter->asked = (rs_device_wait_t){.size = sizeof(waiter->asked), .timeout_ms = timeout_ms};
	waiter->under_way = (OVERLAPPED){.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL)};
	SetLastError(0);
	return !DeviceIoControl(waiter->file, RS_IOC_WAIT, &waiter->asked, sizeof(waiter->asked), NULL, 0, &told, &waiter->under_way) &&
	       GetLastError() == ERROR_IO_PENDING;
}

static int has_ended(waiter_t *waiter, DWORD within_ms, ULONG_PTR status)
{
	if (WaitForSingleObject(waiter->under_way.hEvent, within_ms) != WAIT_OBJECT_0) {
		printf("# still under way\n");
		return 0;
	}
	CloseHandle(waiter->under_way.hEvent);
	if (waiter->under_way.Internal != status)
		printf("# ended with %#llx\n", (unsigned long long)waiter->under_way.Internal);
	return waiter->under_way.Internal == status;
}

/* What asks and does not wait, or ends at once. */
static int ends_at_once(waiter_t *waiter, uint32_t timeout_ms, ULONG_PTR status)
{
	(void)begin(waiter, timeout_ms);
	return has_ended(waiter, SOON, status);
}

static void write_entries(uint32_t writes)
{
	rs_load_wish_t wish = {.threads = 1, .writes = writes};
	rs_load_account_t account;

	memcpy(&account, &wish, sizeof(wish));
	CHECK("somebody logs", rs_ask(writer, RS_IOC_LOAD, &account, sizeof(wish), sizeof(account)) && account.data == writes);
}

static void make(const char *name, uint32_t mode)
{
	rs_device_make_t made = {.size = sizeof(made), .ring_bytes = 1u << 20, .mode = mode};
	rs_device_plain_t plain = {.size = sizeof(plain)};

	snprintf(made.name, sizeof(made.name), "%s", name);
	CHECK("a set is made and started", ASK(writer, RS_IOC_MAKE, made) && ASK(writer, RS_IOC_START, plain));
}

static int is_forgotten(void)
{
	rs_device_plain_t plain = {.size = sizeof(plain)};
	int tries;

	/* Only who has the set to himself can remove it, and a file is closed when the system comes to it. */
	for (tries = 0; tries < 600; tries++) {
		if (ASK(writer, RS_IOC_REMOVE, plain))
			return 1;
		Sleep(50);
	}
	return 0;
}

static void remove_set(void)
{
	CHECK("the set goes", is_forgotten());
}

static void check_discard(void)
{
	waiter_t one, other;
	DWORD begun;

	make("default", RS_MODE_DISCARD);
	one.file = open_on("default");
	CHECK("nothing is there, and nobody waits for it", ends_at_once(&one, 0, STATUS_TIMEOUT_));
	begun = GetTickCount();
	CHECK("a wait begins", begin(&one, 300));
	CHECK("… and ends after its time", has_ended(&one, SOON, STATUS_TIMEOUT_) && GetTickCount() - begun >= 250);

	CHECK("another wait begins", begin(&one, RS_WAIT_FOR_EVER));
	CHECK("… and one file waits once",
	      !DeviceIoControl(one.file, RS_IOC_WAIT, &one.asked, sizeof(one.asked), NULL, 0, &begun, &(OVERLAPPED){0}) &&
		      GetLastError() == ERROR_BUSY);
	CHECK("… and lasts", WaitForSingleObject(one.under_way.hEvent, 300) == WAIT_TIMEOUT);
	other.file = open_on("default");
	CHECK("another file waits beside it", begin(&other, RS_WAIT_FOR_EVER));
	CHECK("who asks for something else meanwhile is answered",
	      ASK(writer, RS_IOC_DESCRIBE, ((rs_device_describe_t){.size = sizeof(rs_device_describe_t)})));
	begun = GetTickCount();
	write_entries(1);
	CHECK("one entry wakes both", has_ended(&one, SOON, 0) && has_ended(&other, SOON, 0));
	CHECK("… once it has waited for a while", GetTickCount() - begun >= 80);
	CHECK("who comes later does not wait", ends_at_once(&one, RS_WAIT_FOR_EVER, 0));
	CloseHandle(other.file);
	CloseHandle(one.file);
	remove_set();
}

static void check_overwrite(void)
{
	waiter_t one;

	make("default", RS_MODE_OVERWRITE);
	one.file = open_on("default");
	write_entries(1);
	CHECK("what is there is told once", ends_at_once(&one, RS_WAIT_FOR_EVER, 0) && begin(&one, RS_WAIT_FOR_EVER));
	CHECK("… nobody takes it away, and the next wait is for what is new", WaitForSingleObject(one.under_way.hEvent, 300) == WAIT_TIMEOUT);
	write_entries(1);
	CHECK("… which wakes", has_ended(&one, SOON, 0));
	CloseHandle(one.file);
	remove_set();
}

/* In another process: waits until it is killed. */
static int hold(void)
{
	waiter_t one = {.file = open_on("default")};
	HANDLE held = OpenEventA(EVENT_MODIFY_STATE, FALSE, HELD);

	if (!begin(&one, RS_WAIT_FOR_EVER))
		return 1;
	SetEvent(held);
	Sleep(INFINITE);
	return 0;
}

static void check_death(const char *self)
{
	HANDLE held = CreateEventA(NULL, TRUE, FALSE, HELD);
	STARTUPINFOA startup = {.cb = sizeof(startup)};
	PROCESS_INFORMATION process;
	char command[MAX_PATH + 8];

	make("default", RS_MODE_DISCARD);
	snprintf(command, sizeof(command), "%s hold", self);
	CHECK("another process begins", rs_create_process(command, FALSE, &startup, &process));
	CHECK("… and waits", WaitForSingleObject(held, 2 * SOON) == WAIT_OBJECT_0);
	TerminateProcess(process.hProcess, 9);
	WaitForSingleObject(process.hProcess, 2 * SOON);
	CHECK("when it is killed nothing is left of it", is_forgotten());
}

static void check_ends(void)
{
	rs_device_select_t select = {.size = sizeof(select), .name = "other"};
	OVERLAPPED selecting = {0};
	waiter_t one;
	DWORD told;

	make("other", RS_MODE_DISCARD);
	make("default", RS_MODE_DISCARD);
	one.file = open_on("default");
	CHECK("a wait is cancelled", begin(&one, RS_WAIT_FOR_EVER) && CancelIoEx(one.file, &one.under_way));
	CHECK("… and ends so", has_ended(&one, SOON, STATUS_CANCELLED_));
	CHECK("… and the next one begins", begin(&one, RS_WAIT_FOR_EVER));
	selecting.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
	CHECK("the file selects another set",
	      DeviceIoControl(one.file, RS_IOC_SELECT, &select, sizeof(select), NULL, 0, &told, &selecting) ||
		      (GetLastError() == ERROR_IO_PENDING && GetOverlappedResult(one.file, &selecting, &told, TRUE)));
	CHECK("… and does not wait for the old one", has_ended(&one, SOON, STATUS_CANCELLED_));
	CHECK("a wait is for a set", begin(&one, RS_WAIT_FOR_EVER));
	CloseHandle(one.file);
	remove_set();
	CHECK("the other set is selected", ASK(writer, RS_IOC_SELECT, select));
	CHECK("a file that is closed while it waits keeps no set", is_forgotten());
}

static void check_refusals(void)
{
	rs_device_wait_t asked = {.size = sizeof(asked)};
	HANDLE file = rs_open_device(GENERIC_READ, 0);

	CHECK("without a set there is nothing to wait for", !ASK(file, RS_IOC_WAIT, asked) && GetLastError() == ERROR_FILE_NOT_FOUND);
	asked.flags = 1;
	CHECK("a flag that there is not is refused", !ASK(file, RS_IOC_WAIT, asked) && GetLastError() == ERROR_INVALID_PARAMETER);
	CloseHandle(file);
	make("default", RS_MODE_DISCARD);
	asked = (rs_device_wait_t){.size = sizeof(asked), .reserved = 1};
	CHECK("what is reserved is 0", !ASK(writer, RS_IOC_WAIT, asked) && GetLastError() == ERROR_INVALID_PARAMETER);
	remove_set();
}

int main(int count, char **words)
{
	SC_HANDLE service;

	if (count == 2 && strcmp(words[1], "hold") == 0)
		return hold();
	if (count != 2)
		return 2;
	service = rs_install(SERVICE, words[1]);
	CHECK("the driver starts", rs_start(service));
	writer = rs_open_device(GENERIC_READ | GENERIC_WRITE, 0);
	if (CHECK("the device opens", writer != INVALID_HANDLE_VALUE)) {
		check_refusals();
		check_discard();
		check_overwrite();
		check_ends();
		check_death(words[0]);
		CloseHandle(writer);
	}
	rs_remove(service);
	return rs_test_end();
}
