/* SPDX-License-Identifier: MIT */
/*
 * seed.c - a driver as they were written for Win-Kernel-Logger: nothing in it knows of Ringscope but the header's name.
 */
#include <ntddk.h>

#include "rs_compat.h"

typedef struct _PACKET {
	UINT32 Number;
	UCHAR Bytes[12];
} PACKET;

static void NTAPI DriverUnload(PDRIVER_OBJECT DriverObject)
{
	LogMessage("Driver %wZ is unloaded", &DriverObject->DriverName);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath);
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
	PACKET packet = {0, "first bytes"};
	NTSTATUS status;

	DriverObject->DriverUnload = DriverUnload;
	status = LogMessage("Driver is loaded from %wZ, %d packets follow", RegistryPath, 3);
	while (NT_SUCCESS(status) && packet.Number < 3) {
		packet.Number++;
		status = SendData(7, packet.Number, (PUCHAR)&packet, sizeof(packet));
	}
	return status;
}
