/* SPDX-License-Identifier: MIT */
/*
 * debug_print.c - the source of what drivers print: switched by the device's call, called by the test driver as the system would.
 *
 *     debug_print.exe DRIVER.sys        leaves the set at C:\prints.bin; ends with 0 when nothing failed
 */
#include <stdio.h>
#include <string.h>

#include "set.h"

#include "load.h"

#define SERVICE "ringscope_prints"
#define LEFT_AT "C:\\prints.bin"

static HANDLE device;

static int offer(uint32_t is_there)
{
	return rs_ask(device, RS_IOC_OFFER_PRINTS, &is_there, sizeof(is_there), 0);
}

static int print_deep(const char *text, size_t length, uint32_t component, uint32_t level, uint32_t depth)
{
	rs_load_print_t wish = {.component = component, .level = level, .depth = depth, .length = (uint32_t)length};

	memcpy(wish.text, text, length);
	return rs_ask(device, RS_IOC_PRINT, &wish, sizeof(wish), 0);
}

static int print(const char *text, uint32_t component, uint32_t level)
{
	return print_deep(text, strlen(text), component, level, 0);
}

static int switch_to(HANDLE file, uint64_t wanted)
{
	rs_device_sources_t sources = {.size = sizeof(sources), .sources = wanted};

	return ASK(file, RS_IOC_SOURCES, sources) && sources.sources == wanted;
}

static int is_refused(HANDLE file, uint64_t wanted, DWORD error)
{
	return !switch_to(file, wanted) && GetLastError() == error;
}

static uint64_t sources_of(HANDLE file)
{
	rs_device_describe_t found = {.size = sizeof(found)};

	return ASK(file, RS_IOC_DESCRIBE, found) ? found.sources : UINT64_MAX;
}

static void make(HANDLE file, const char *name)
{
	rs_device_make_t made = {.size = sizeof(made), .ring_bytes = 1u << 16};

	snprintf(made.name, sizeof(made.name), "%s", name);
	CHECK("a set is made", ASK(file, RS_IOC_MAKE, made));
}

static void check_switching(void)
{
	HANDLE other = rs_open_device(GENERIC_READ | GENERIC_WRITE, 0);
	HANDLE looks = rs_open_device(GENERIC_READ, 0);
	rs_device_plain_t plain = {.size = sizeof(plain)};

	make(device, "prints");
	make(other, "other");
	CHECK("the source of a system that has not got it is refused", is_refused(device, RS_SOURCE_DEBUG_PRINT, ERROR_NOT_SUPPORTED));
	CHECK("a system that has it", offer(1));
	CHECK("a source that there is not is refused", is_refused(device, RS_SOURCE_DEBUG_PRINT | 1, ERROR_INVALID_PARAMETER));
	CHECK("a stopped set's is refused", is_refused(device, RS_SOURCE_DEBUG_PRINT, ERROR_NOT_READY));
	CHECK("both sets are started", ASK(device, RS_IOC_START, plain) && ASK(other, RS_IOC_START, plain));
	CHECK("who only reads is refused", is_refused(looks, RS_SOURCE_DEBUG_PRINT, ERROR_ACCESS_DENIED));
	CHECK("nobody is called yet", !print("too early", 1, 1) && GetLastError() == ERROR_NOT_FOUND);
	CHECK("the source is on", switch_to(device, RS_SOURCE_DEBUG_PRINT) && sources_of(device) == RS_SOURCE_DEBUG_PRINT);
	CHECK("… and twice is as once", switch_to(device, RS_SOURCE_DEBUG_PRINT));
	CHECK("for another set it is busy", is_refused(other, RS_SOURCE_DEBUG_PRINT, ERROR_BUSY) && sources_of(other) == 0);
	CHECK("off it is free", switch_to(device, 0) && !print("off", 1, 1) && switch_to(other, RS_SOURCE_DEBUG_PRINT));
	CHECK("a print goes there", print("into the other", 1, 1));
	CHECK("a reset leaves it on", ASK(other, RS_IOC_RESET, plain) && sources_of(other) == RS_SOURCE_DEBUG_PRINT);
	CHECK("a stop does not", ASK(other, RS_IOC_STOP, plain) && sources_of(other) == 0 && !print("stopped", 1, 1));
	CHECK("nor does a removal", ASK(other, RS_IOC_START, plain) && switch_to(other, RS_SOURCE_DEBUG_PRINT) &&
					    ASK(other, RS_IOC_REMOVE, plain) && !print("removed", 1, 1));
	CloseHandle(other);
	CloseHandle(looks);
}

static void print_all(void)
{
	char longer[RS_LOAD_PRINT_BYTES];

	memset(longer, 'x', sizeof(longer));
	CHECK("the source is on", switch_to(device, RS_SOURCE_DEBUG_PRINT));
	CHECK("every level is printed", print("an error\n", 101, 0) && print("a warning\r\n", 77, 1) && print("a trace", 77, 2) &&
						print("information\n\n", 101, 3) && print("a level of its own", 5, 9) &&
						print("a mask", 5, 0x80000012) && print("", 101, 3) && print("\n", 101, 3));
	CHECK("… and what is too long", print_deep(longer, sizeof(longer), 101, 3, 0));
	CHECK("… and what is as deep as may be", print_deep("deep", 4, 101, 3, 7));
	CHECK("what is deeper is taken", print_deep("too deep", 8, 101, 3, 8) && print_deep("too deep", 8, 101, 3, 9));
}

static void leave_set(void)
{
	const rs_device_map_t map = rs_map_set(device);
	const void *shared = rs_view(map.shared, FILE_MAP_READ);
	const void *consumer = rs_view(map.consumer, FILE_MAP_READ);

	if (CHECK("both halves are mapped", shared && consumer))
		rs_leave_set(LEFT_AT, &map, shared, consumer);
}

int main(int count, char **words)
{
	SC_HANDLE service;

	if (count != 2)
		return 2;
	service = rs_install(SERVICE, words[1]);
	CHECK("the driver starts", rs_start(service));
	device = rs_open_device(GENERIC_READ | GENERIC_WRITE, 0);
	if (CHECK("the device opens", device != INVALID_HANDLE_VALUE)) {
		check_switching();
		print_all();
		leave_set();
	}
	CloseHandle(device);
	/* With the source on. */
	rs_remove(service);
	return rs_test_end();
}
