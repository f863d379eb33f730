/* SPDX-License-Identifier: MIT */
/*
 * recording.c - the reader's program beside the driver: it records while writers write, is killed, and is followed by another one.
 *
 *     recording.exe DRIVER.sys READER.exe WRITES     captures are C:\live, C:\killed and C:\after
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load_calls.h"
#include "reader_process.h"

#define SERVICE "ringscope_recording"
#define FIRST_SEGMENT "C:\\killed\\logs\\000001.arrows"
/* A first load, some of which a batch holds that ends before the next load begins. */
#define FIRST_WRITES 100u
/* Of a segment: more than its schema; more than all of the first load, so that a whole batch is in it; and then in the middle of something. */
#define BEGUN_BYTES (1u << 14)
#define KILL_AFTER_BYTES (1u << 20)
/* More than the rings hold, so that the reader is needed to the end. */
#define KILLED_TIMES 4u
#define PATIENCE_MS 60000
/* More than a writer, or a timer, has in one load. */
#define NUMBERS (1u << 20)

static HANDLE device;

static int is_claimed(void)
{
	rs_device_describe_t found = {.size = sizeof(found)};
	return ASK(device, RS_IOC_DESCRIBE, found) && found.is_claimed;
}

/* Begins to record the default set into a folder, and waits until it has it. */
static reader_process_t begin_reader(const char *program, const char *folder)
{
	reader_process_t reader;
	char words[2 * MAX_PATH];
	int tries;

	/* No writer dies here; one that gets no time is no fault. */
	snprintf(words, sizeof(words), "%s drain %s %s --stall-ms 600000", program, RS_DEVICE_PATH_WINDOWS, folder);
	reader = rs_begin_reader(words);
	for (tries = 0; tries < 600 && !is_claimed(); tries++)
		Sleep(100);
	CHECK("… and claims the set", is_claimed());
	return reader;
}

/* Waits until so much of the segment is stored. */
static int is_stored(uint32_t bytes)
{
	WIN32_FILE_ATTRIBUTE_DATA found = {0};
	int tries;

	for (tries = 0; tries < 100000 && found.nFileSizeLow < bytes; tries++) {
		Sleep(1);
		(void)GetFileAttributesExA(FIRST_SEGMENT, GetFileExInfoStandard, &found);
	}
	return found.nFileSizeLow >= bytes;
}

static DWORD WINAPI kill_in_the_middle(void *process)
{
	const DWORD was_stored = (DWORD)is_stored(KILL_AFTER_BYTES);

	TerminateProcess(process, 9);
	return was_stored;
}

static void kill_while_writing(reader_process_t *reader, uint32_t writes)
{
	HANDLE killer;
	DWORD was_stored = 0;
	uint32_t first = NUMBERS;
	int tries;

	rs_run_load(device, FIRST_WRITES, 0);
	CHECK("the reader begins to store", is_stored(BEGUN_BYTES));
	killer = CreateThread(NULL, 0, kill_in_the_middle, reader->process, 0, NULL);
	/* However fast the machine is, there is something to write until the reader is killed. */
	do {
		rs_run_load(device, writes, first);
		first += NUMBERS;
	} while (WaitForSingleObject(killer, 0) != WAIT_OBJECT_0);
	CHECK("the reader is killed", WaitForSingleObject(killer, PATIENCE_MS) == WAIT_OBJECT_0 &&
					      WaitForSingleObject(reader->process, PATIENCE_MS) == WAIT_OBJECT_0);
	CHECK("… in the middle of a segment", GetExitCodeThread(killer, &was_stored) && was_stored);
	CloseHandle(reader->input);
	for (tries = 0; tries < 1200 && is_claimed(); tries++)
		Sleep(50);
	CHECK("… and its claim goes with it", !is_claimed());
	/* And something that nobody reads then. */
	rs_run_load(device, writes / KILLED_TIMES, first);
}

static void record(const char *program, uint32_t writes)
{
	rs_device_make_t make = {.size = sizeof(make), .ring_bytes = 1u << 22};
	rs_device_describe_t found = {.size = sizeof(found)};
	rs_device_plain_t plain = {.size = sizeof(plain)};
	reader_process_t reader;

	CHECK("a set is made", ASK(device, RS_IOC_MAKE, make) && ASK(device, RS_IOC_DESCRIBE, found));
	CHECK("… and started", ASK(device, RS_IOC_START, plain));
	reader = begin_reader(program, "C:\\live");
	rs_run_load(device, writes, 0);
	rs_end_reader(&reader);
	reader = begin_reader(program, "C:\\killed");
	kill_while_writing(&reader, KILLED_TIMES * writes);
	reader = begin_reader(program, "C:\\after");
	rs_end_reader(&reader);
	rs_tell_snapshot(device, found.ring_count);
}

int main(int count, char **words)
{
	SC_HANDLE service;

	if (count != 4)
		return 2;
	service = rs_install(SERVICE, words[1]);
	CHECK("the driver starts", rs_start(service));
	device = rs_open_device(GENERIC_READ | GENERIC_WRITE, 0);
	CHECK("the device opens", device != INVALID_HANDLE_VALUE);
	if (device != INVALID_HANDLE_VALUE) {
		record(words[2], (uint32_t)atoi(words[3]));
		CloseHandle(device);
	}
	rs_remove(service);
	return rs_test_end();
}
