/* SPDX-License-Identifier: MIT */
/* device.c - the device itself, opening and closing it, and which set an open file means. See device.h. */
#define RS_PLAIN_CALLS
#include "device.h"

#include "rs_device_windows.h"
#include "security.h"

#define KERNEL_NAME L"\\Device\\Ringscope"
#define PROGRAM_NAME L"\\DosDevices\\Ringscope"

_Dispatch_type_(IRP_MJ_CREATE) static DRIVER_DISPATCH on_create;
_Dispatch_type_(IRP_MJ_CLEANUP) static DRIVER_DISPATCH on_cleanup;
_Dispatch_type_(IRP_MJ_CLOSE) static DRIVER_DISPATCH on_close;

static uint32_t open_files;
static PDRIVER_UNLOAD unload;

void rs_win_select(rs_win_file_t *file, rs_win_set_t *set)
{
	if (file->set == set)
		return;
	rs_win_deselect(file);
	set->users++;
	file->set = set;
}

void rs_win_deselect(rs_win_file_t *file)
{
	rs_win_set_t *set = file->set;

	if (!set)
		return;
	rs_win_wait_end(file);
	file->set = NULL;
	if (file->has_mapped)
		set->mapped--;
	file->has_mapped = 0;
	if (set->claimer == file) {
		set->claimer = NULL;
		set->claimer_pid = 0;
	}
	if (!--set->users && set->is_ephemeral)
		rs_win_set_remove(set);
}

static NTSTATUS complete(PIRP request, NTSTATUS status)
{
	request->IoStatus.Status = status;
	request->IoStatus.Information = 0;
	IofCompleteRequest(request, IO_NO_INCREMENT);
	return status;
}

/* While somebody has the device open there is no way to unload it: the service's stop is refused instead of left pending. */
static void count_files(PDRIVER_OBJECT driver, int change)
{
	open_files += (uint32_t)change;
	driver->DriverUnload = open_files ? NULL : unload;
}

static NTSTATUS NTAPI on_create(PDEVICE_OBJECT device, PIRP request)
{
	PFILE_OBJECT opened = IoGetCurrentIrpStackLocation(request)->FileObject;
	rs_win_file_t *file;

	/* The device is no folder. */
	if (opened->FileName.Length)
		return complete(request, STATUS_OBJECT_NAME_NOT_FOUND);
	file = rs_win_allocate(sizeof(*file));
	if (!file)
		return complete(request, STATUS_INSUFFICIENT_RESOURCES);
	opened->FsContext = file;
	rs_win_lock(&rs_win_sets_lock);
	count_files(device->DriverObject, 1);
	rs_win_unlock(&rs_win_sets_lock);
	return complete(request, STATUS_SUCCESS);
}

/* The last handle is closed, by its process or by that one's end; requests may still be under way. */
static NTSTATUS NTAPI on_cleanup(PDEVICE_OBJECT device, PIRP request)
{
	rs_win_file_t *file = IoGetCurrentIrpStackLocation(request)->FileObject->FsContext;

	(void)device;
	if (file) {
		rs_win_lock(&rs_win_sets_lock);
		rs_win_deselect(file);
		rs_win_unlock(&rs_win_sets_lock);
	}
	return complete(request, STATUS_SUCCESS);
}

/* Nothing refers to the file any more. Wine comes only here, and not by on_cleanup. */
static NTSTATUS NTAPI on_close(PDEVICE_OBJECT device, PIRP request)
{
	PFILE_OBJECT opened = IoGetCurrentIrpStackLocation(request)->FileObject;
	rs_win_file_t *file = opened->FsContext;

	if (file) {
		opened->FsContext = NULL;
		rs_win_lock(&rs_win_sets_lock);
		rs_win_deselect(file);
		count_files(device->DriverObject, -1);
		rs_win_unlock(&rs_win_sets_lock);
		rs_win_free(file);
	}
	return complete(request, STATUS_SUCCESS);
}

/* Nobody can open the device before DriverEntry has returned (DO_DEVICE_INITIALIZING). */
static NTSTATUS protect(PDEVICE_OBJECT device)
{
	HANDLE handle;
	NTSTATUS status = ObOpenObjectByPointer(device, OBJ_KERNEL_HANDLE, NULL, WRITE_DAC, NULL, KernelMode, &handle);

	if (NT_SUCCESS(status)) {
		status = ZwSetSecurityObject(handle, DACL_SECURITY_INFORMATION, (PSECURITY_DESCRIPTOR)(uintptr_t)rs_win_device_security);
		(void)ZwClose(handle);
	}
	/* Wine has no rights on devices. */
	return rs_win_is_kernel() ? status : STATUS_SUCCESS;
}

NTSTATUS rs_win_device_make(PDRIVER_OBJECT driver)
{
	UNICODE_STRING name, link;
	PDEVICE_OBJECT device;
	NTSTATUS status;

	RtlInitUnicodeString(&name, KERNEL_NAME);
	RtlInitUnicodeString(&link, PROGRAM_NAME);
	status = IoCreateDevice(driver, 0, &name, RS_DEVICE_TYPE, FILE_DEVICE_SECURE_OPEN, FALSE, &device);
	if (!NT_SUCCESS(status))
		return status;
	status = protect(device);
	if (NT_SUCCESS(status))
		status = IoCreateSymbolicLink(&link, &name);
	if (!NT_SUCCESS(status)) {
		IoDeleteDevice(device);
		return status;
	}
	unload = driver->DriverUnload;
	driver->MajorFunction[IRP_MJ_CREATE] = on_create;
	driver->MajorFunction[IRP_MJ_CLEANUP] = on_cleanup;
	driver->MajorFunction[IRP_MJ_CLOSE] = on_close;
	driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = rs_win_device_control;
	return STATUS_SUCCESS;
}

void rs_win_device_remove(PDRIVER_OBJECT driver)
{
	UNICODE_STRING link;

	RtlInitUnicodeString(&link, PROGRAM_NAME);
	(void)IoDeleteSymbolicLink(&link);
	IoDeleteDevice(driver->DeviceObject);
}
