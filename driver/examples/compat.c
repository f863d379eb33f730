/* SPDX-License-Identifier: MIT */
/*
 * compat.c - written against rs_compat.h alone, in the style of Win-Kernel-Logger: a "driver" that logs on two threads,
 * and a consumer in the same program that reads it continuously and prints each entry.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>

#include "rs_compat.h"

#define DEVICES 2
#define PACKETS 5
#define TYPE_PACKET 100
#define TYPE_END 101

static PRING_BUFFER_CONTEXTS contexts;
static int devices_ended;

static void *DriverThread(void *number)
{
	const UINT32 device = *(const UINT32 *)number;
	UCHAR packet[16];

	LogMessage("[device %u] started", (unsigned)device);
	for (UINT32 n = 0; n < PACKETS; n++) {
		for (SIZE_T i = 0; i < sizeof(packet); i++)
			packet[i] = (UCHAR)(device * 16 + n);
		NTSTATUS status = SendData(TYPE_PACKET, device, packet, sizeof(packet));
		if (!NT_SUCCESS(status))
			LogMessage("[device %u] packet %u was refused: 0x%08x", (unsigned)device, (unsigned)n,
				   (unsigned)status);
	}
	SendData(TYPE_END, device, NULL, 0);
	return NULL;
}

static void LogCallbackFunc(PLOG_ENTRY entry, SIZE_T length)
{
	(void)length;
	printf("[CPU%" PRIu32 "][%" PRIu64 "] level %" PRIu32 ": ", entry->Processor, entry->Index, entry->LogLevel);
	if (entry->LogLevel == 1)
		printf("%.*s\n", (int)entry->Length, entry->Data);
	else
		printf("%" PRIu32 " bytes of device %" PRIu32 "\n", entry->Length, entry->Remarks);
	if (entry->LogLevel == TYPE_END && ++devices_ended == DEVICES)
		stop_logger(contexts);
}

int main(void)
{
	pthread_t threads[DEVICES];
	UINT32 numbers[DEVICES];

	contexts = enable_logger(1024 * 1024);
	if (!contexts)
		return 1;
	for (UINT32 n = 0; n < DEVICES; n++) {
		numbers[n] = n;
		if (pthread_create(&threads[n], NULL, DriverThread, &numbers[n]) != 0)
			return 1;
	}
	ReadLogs(contexts, LogCallbackFunc, TRUE);
	for (UINT32 n = 0; n < DEVICES; n++)
		pthread_join(threads[n], NULL);
	disable_logger(contexts);
	return 0;
}
