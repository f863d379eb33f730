/* SPDX-License-Identifier: MIT */
/*
 * memory.c - see memory.h.
 *
 * In a kernel: a view in system space, its pages locked by an MDL, and the MDL's own mapping, which stays valid at any IRQL. Under Wine
 * neither exists, and the view in the process of all drivers is used.
 */
#include "memory.h"

#include "lock_pages.h"
#include "platform.h"
#include "security.h"

#define OF_DRIVER ((HANDLE)(intptr_t)-1) /* the current process, which under Wine is the drivers' own */

void *rs_win_allocate(size_t bytes)
{
	void *memory = ExAllocatePoolWithTag(NonPagedPoolNx, bytes, RS_WIN_POOL_TAG);

	if (memory)
		memset(memory, 0, bytes);
	return memory;
}

void rs_win_free(void *memory)
{
	if (memory)
		ExFreePoolWithTag(memory, RS_WIN_POOL_TAG);
}

static NTSTATUS map_as_program(rs_win_memory_t *memory)
{
	SIZE_T bytes = (SIZE_T)memory->size;
	const NTSTATUS status =
		ZwMapViewOfSection(memory->section, OF_DRIVER, &memory->view, 0, 0, NULL, &bytes, ViewUnmap, 0, PAGE_READWRITE);

	if (NT_SUCCESS(status))
		memory->bytes = memory->view;
	return status;
}

static NTSTATUS map_in_kernel(rs_win_memory_t *memory)
{
	SIZE_T bytes = (SIZE_T)memory->size;
	PVOID section;
	NTSTATUS status = ObReferenceObjectByHandle(memory->section, SECTION_ALL_ACCESS, NULL, KernelMode, &section, NULL);

	if (!NT_SUCCESS(status))
		return status;
	status = MmMapViewInSystemSpace(section, &memory->view, &bytes);
	ObfDereferenceObject(section);
	if (!NT_SUCCESS(status)) {
		memory->view = NULL;
		return status;
	}
	memory->locked = IoAllocateMdl(memory->view, (ULONG)memory->size, FALSE, FALSE, NULL);
	if (!memory->locked)
		return STATUS_INSUFFICIENT_RESOURCES;
	status = rs_win_lock_pages(memory->locked);
	if (!NT_SUCCESS(status)) {
		IoFreeMdl(memory->locked);
		memory->locked = NULL;
		return status;
	}
	memory->bytes = MmMapLockedPagesSpecifyCache(memory->locked, KernelMode, MmCached, NULL, FALSE,
						     NormalPagePriority | MdlMappingNoExecute);
	return memory->bytes ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

NTSTATUS rs_win_memory_make(rs_win_memory_t *memory, uint64_t size)
{
	LARGE_INTEGER bytes = {.QuadPart = (LONGLONG)size};
	OBJECT_ATTRIBUTES attributes;
	NTSTATUS status;

	*memory = (rs_win_memory_t){.size = size};
	/* An MDL counts its bytes in 32 bits. */
	if (!size || size > UINT32_MAX - PAGE_SIZE)
		return STATUS_INSUFFICIENT_RESOURCES;
	InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, (PVOID)(uintptr_t)rs_win_section_security());
	status = ZwCreateSection(&memory->section, SECTION_ALL_ACCESS, &attributes, &bytes, PAGE_READWRITE, SEC_COMMIT, NULL);
	if (!NT_SUCCESS(status)) {
		memory->section = NULL;
		return status;
	}
	status = rs_win_is_kernel() ? map_in_kernel(memory) : map_as_program(memory);
	if (!NT_SUCCESS(status))
		rs_win_memory_free(memory);
	return status;
}

void rs_win_memory_free(rs_win_memory_t *memory)
{
	if (memory->locked) {
		if (memory->bytes)
			MmUnmapLockedPages(memory->bytes, memory->locked);
		MmUnlockPages(memory->locked);
		IoFreeMdl(memory->locked);
	}
	if (memory->view && rs_win_is_kernel())
		(void)MmUnmapViewInSystemSpace(memory->view);
	else if (memory->view)
		(void)ZwUnmapViewOfSection(OF_DRIVER, memory->view);
	if (memory->section)
		(void)ZwClose(memory->section);
	*memory = (rs_win_memory_t){0};
}

NTSTATUS rs_win_memory_hand(const rs_win_memory_t *memory, HANDLE process, ACCESS_MASK rights, HANDLE *handle)
{
	return ZwDuplicateObject(OF_DRIVER, memory->section, process, handle, rights | SECTION_QUERY, 0, 0);
}

void rs_win_memory_take_back(HANDLE process, HANDLE handle)
{
	(void)ZwDuplicateObject(process, handle, NULL, NULL, 0, 0, DUPLICATE_CLOSE_SOURCE);
}

uint64_t rs_win_memory_frame(const rs_win_memory_t *memory, uint64_t offset)
{
	return memory->locked ? MmGetMdlPfnArray(memory->locked)[offset / PAGE_SIZE] : UINT64_MAX;
}
