/* SPDX-License-Identifier: MIT */
/*
 * compat.c - the seed's names under load: threads that call LogMessage and SendData while ReadLogs runs, and the corners of
 * both. Written against rs_compat.h alone. Ends with 0 when everything that was accepted came out once, whole and in order.
 *
 *     compat HELLO       HELLO is driver/examples/hello.c, compiled
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rs_compat.h"

#define THREADS 4
#define ATTEMPTS 20000u
#define TYPE_DATA 50
#define TYPE_STOP 51
#define LONG_TEXT 5000

static PRING_BUFFER_CONTEXTS contexts;
static UCHAR accepted[THREADS][ATTEMPTS]; /* by attempt: 1 accepted, plus 2 for each time it was seen */
static UINT32 last_seen[THREADS];
static UINT64 last_index, entries;
static int failures;

static void expect(int is_so, const char *what)
{
	if (is_so)
		return;
	if (__atomic_fetch_add(&failures, 1, __ATOMIC_RELAXED) < 10)
		fprintf(stderr, "compat: not so: %s\n", what);
}

static void *driver_thread(void *argument)
{
	const UINT32 thread = *(const UINT32 *)argument;
	UCHAR data[64];

	for (UINT32 n = 0; n < ATTEMPTS; n++) {
		NTSTATUS status;
		/* Every ninth is tried until there is room for it: however late the reader comes, enough come out. */
		do {
			if (n % 2) {
				memset(data, (int)(n & 0xff), sizeof(data));
				memcpy(data, &n, sizeof(n));
				status = SendData(TYPE_DATA + thread * 100, n, data, 4 + n % 60);
			} else {
				status = LogMessage("thread %u message %u", thread, n);
			}
		} while (n % 9 == 0 && status == STATUS_INSUFFICIENT_RESOURCES);
		expect(NT_SUCCESS(status) || status == STATUS_INSUFFICIENT_RESOURCES, "an entry is taken or the ring is full");
		/* The entry may have been seen already. */
		__atomic_add_fetch(&accepted[thread][n], NT_SUCCESS(status), __ATOMIC_RELAXED);
	}
	while (!NT_SUCCESS(SendData(TYPE_STOP, thread, NULL, 0)))
		continue;
	return NULL;
}

static void see(UINT32 thread, UINT32 n)
{
	if (thread >= THREADS || n >= ATTEMPTS) {
		expect(0, "an entry is one that was logged");
		return;
	}
	expect(last_seen[thread] <= n, "a thread's entries come in its own order, and once");
	last_seen[thread] = n + 1;
}

static void callback(PLOG_ENTRY entry, SIZE_T length)
{
	static UINT32 stops;
	unsigned thread, n;

	expect(length == sizeof(LOG_ENTRY) + entry->Length, "length counts header and data");
	expect(entries == 0 || entry->Index > last_index, "entries come in the order of Index");
	expect(entry->Data[entry->Length] == 0, "a zero byte follows the data");
	expect(entry->Timestamp != 0 && entry->Processor < contexts->ProcessorCount, "time and processor are there");
	last_index = entry->Index;
	entries++;
	if (entry->LogLevel == 1) {
		expect(entry->Remarks == 0, "text has no remarks");
		expect(sscanf(entry->Data, "thread %u message %u", &thread, &n) == 2, "text is what was formatted");
		see(thread, n);
		__atomic_add_fetch(&accepted[thread][n], 2, __ATOMIC_RELAXED);
	} else if (entry->LogLevel == TYPE_STOP) {
		if (++stops == THREADS)
			stop_logger(contexts);
	} else {
		thread = (entry->LogLevel - TYPE_DATA) / 100;
		n = entry->Remarks;
		expect(entry->Length == 4 + n % 60 && memcmp(entry->Data, &n, 4) == 0, "data is what was sent");
		see(thread, n);
		__atomic_add_fetch(&accepted[thread][n], 2, __ATOMIC_RELAXED);
	}
}

/* --- corners, one entry at a time -------------------------------------------------------------------------- */

/* What hello's typed event says. */
static const char event_text[] = "bytes=4 head=de ad";

static struct {
	UINT32 count, level, length, remarks, has_event;
	CHAR text[8192];
} last;

static void keep(PLOG_ENTRY entry, SIZE_T length)
{
	(void)length;
	last.count++;
	last.has_event |= entry->LogLevel == 1 && entry->Length == strlen(event_text) && !memcmp(entry->Data, event_text, entry->Length);
	last.level = entry->LogLevel;
	last.length = entry->Length;
	last.remarks = entry->Remarks;
	memcpy(last.text, entry->Data, entry->Length + 1);
}

static void read_what_is_there(void)
{
	memset(&last, 0, sizeof(last));
	expect(ReadLogs(contexts, keep, FALSE) == STATUS_SUCCESS, "one-shot reading succeeds");
}

static void check_corners(void)
{
	static CHAR long_text[LONG_TEXT + 1];
	static UCHAR big[1 << 20];
	UCHAR bytes[3] = {0, 1, 2};

	read_what_is_there();
	expect(last.count == 0, "one-shot reading of nothing returns");
	memset(long_text, 'x', LONG_TEXT);
	expect(LogMessage("%s", long_text) == STATUS_SUCCESS, "a long text is taken");
	read_what_is_there();
	expect(last.count == 1 && last.level == 1 && last.length == RS_COMPAT_TEXT_MAX, "and cut to 4095 bytes");
	expect(LogMessage("") == STATUS_SUCCESS, "an empty text is taken");
	read_what_is_there();
	expect(last.count == 1 && last.length == 0, "and comes out empty");
	expect(SendData(1, 0xffffffff, bytes, 3) == STATUS_SUCCESS, "the type may be 1, as a text's level is");
	read_what_is_there();
	expect(last.level == 1 && last.length == 3 && last.remarks == 0xffffffff && memcmp(last.text, bytes, 3) == 0,
	       "and the data is whole");
	expect(SendData(0, 0, NULL, 0) == STATUS_SUCCESS, "nothing can be sent");
	read_what_is_there();
	expect(last.count == 1 && last.level == 0 && last.length == 0, "and comes out as nothing of type 0");
	expect(SendData(7, 0, NULL, 1) == STATUS_INVALID_PARAMETER, "a null buffer of some length is refused");
	expect(SendData(7, 0, big, sizeof(big)) == STATUS_BUFFER_TOO_SMALL, "what no ring takes is refused");
	expect(LogMessage(NULL) == STATUS_INVALID_PARAMETER, "a null format is refused");
	expect(ReadLogs(NULL, keep, FALSE) == STATUS_INVALID_PARAMETER, "null contexts are refused");
	expect(ReadLogs(contexts, NULL, FALSE) == STATUS_INVALID_PARAMETER, "a null callback is refused");
	read_what_is_there();
	expect(last.count == 0, "what was refused does not come out");
}

/* enable_logger has named the rings in the environment. */
static void check_child(const char *program)
{
	expect(system(program) == 0, "a program can be started");
	read_what_is_there();
	expect(last.count == 4, "what it logs is read here");
	expect(last.has_event != 0, "a typed event comes as its message");
	expect(last.level == 7 && last.remarks == 42 && last.length == 4, "as the sender meant it");
}

static void check_account(void)
{
	UINT64 taken = 0;
	for (UINT32 thread = 0; thread < THREADS; thread++) {
		for (UINT32 n = 0; n < ATTEMPTS; n++) {
			taken += accepted[thread][n] != 0;
			expect(accepted[thread][n] == 0 || accepted[thread][n] == 3, "what was accepted comes out, and nothing else");
		}
	}
	expect(taken + THREADS == entries, "every entry is accounted for");
	expect(taken > ATTEMPTS / 10, "some are accepted");
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	UINT32 numbers[THREADS];

	expect(LogMessage("nobody listens") == STATUS_SUCCESS, "a driver that nobody records goes on");
	contexts = enable_logger(100000); /* no power of two */
	if (!contexts)
		return 1;
	check_corners();
	if (argc > 1)
		check_child(argv[1]);
	for (UINT32 n = 0; n < THREADS; n++) {
		numbers[n] = n;
		if (pthread_create(&threads[n], NULL, driver_thread, &numbers[n]) != 0)
			return 1;
	}
	expect(ReadLogs(contexts, callback, TRUE) == STATUS_SUCCESS, "continuous reading ends when it is stopped");
	for (UINT32 n = 0; n < THREADS; n++)
		pthread_join(threads[n], NULL);
	ReadLogs(contexts, callback, FALSE);
	check_account();
	disable_logger(contexts);
	if (failures)
		fprintf(stderr, "compat: %d failures\n", failures);
	return failures != 0;
}
