/* SPDX-License-Identifier: MIT */
/*
 * host_file.c - host_file.h on Windows. Files are opened so that others may read, write, rename and remove them meanwhile, as elsewhere.
 *
 * A file cannot be cut short while somebody has it mapped (SetEndOfFile: ERROR_USER_MAPPED_FILE), so nothing has to be sealed.
 */
#include "host_file.h"

#include <windows.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "handle.h"
#include "rs_abi.h"
#include "text.h"

/* Of files that end with their last handle. */
#define MEMORY_FLAGS (FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE)
/* Behind everything that a file can hold: locks there keep nobody from reading and writing, which they would on Windows. */
#define DRAIN_LOCK_OFF 0x7fffffffu
#define RULES_LOCK_OFF 0x7ffffffeu

int rs_host_handle_open(const char *path, unsigned long access, unsigned long how, unsigned long flags, int *file)
{
	wchar_t wide[RS_HOST_PATH_MAX];

	*file = -1;
	if (!rs_host_wide(path, wide, RS_HOST_PATH_MAX))
		return -ERROR_INVALID_NAME;
	const HANDLE handle = CreateFileW(wide, access, RS_HOST_SHARE_ALL, NULL, how, flags, NULL);
	if (handle == INVALID_HANDLE_VALUE)
		return rs_host_last_error();
	*file = rs_host_number(handle);
	return 0;
}

int rs_host_file_open(const char *path, int is_writing, int *file)
{
	return rs_host_handle_open(path, is_writing ? GENERIC_READ | GENERIC_WRITE : GENERIC_READ, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, file);
}

int rs_host_file_make(const char *path, int *file)
{
	/* The user's own by the access list of the folder, which is that of the user's own files. */
	return rs_host_handle_open(path, GENERIC_READ | GENERIC_WRITE, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, file);
}

void rs_host_file_close(int file)
{
	CloseHandle(rs_host_handle(file));
}

void rs_host_file_remove(const char *path)
{
	wchar_t wide[RS_HOST_PATH_MAX];

	if (rs_host_wide(path, wide, RS_HOST_PATH_MAX))
		(void)DeleteFileW(wide);
}

int rs_host_file_exists(const char *path)
{
	wchar_t wide[RS_HOST_PATH_MAX];
	return rs_host_wide(path, wide, RS_HOST_PATH_MAX) && GetFileAttributesW(wide) != INVALID_FILE_ATTRIBUTES;
}

const char *rs_host_file_place(char *folder, size_t folder_bytes)
{
	wchar_t wide[MAX_PATH + 1];
	const DWORD length = GetTempPathW(MAX_PATH + 1, wide);

	/* It ends with a backslash. */
	if (!length || length > MAX_PATH ||
	    WideCharToMultiByte(CP_UTF8, 0, wide, (int)length - 1, folder, (int)folder_bytes - 1, NULL, NULL) <= 0)
		snprintf(folder, folder_bytes, ".");
	else
		folder[WideCharToMultiByte(CP_UTF8, 0, wide, (int)length - 1, NULL, 0, NULL, NULL)] = '\0';
	return folder;
}

int rs_host_file_make_in_memory(const char *name, int *file)
{
	static volatile LONG serial;
	char folder[1024], path[1200];

	/* FILE_ATTRIBUTE_TEMPORARY: Windows writes none of it to the disk while there is memory. */
	snprintf(path, sizeof(path), "%s\\%s.%lu.%ld", rs_host_file_place(folder, sizeof(folder)), name, GetCurrentProcessId(),
		 InterlockedIncrement(&serial));
	return rs_host_handle_open(path, GENERIC_READ | GENERIC_WRITE, CREATE_NEW, MEMORY_FLAGS, file);
}

int rs_host_file_seal(int file)
{
	(void)file;
	return 0;
}

int rs_host_file_name(int file, char *path, size_t path_bytes)
{
	wchar_t wide[RS_HOST_PATH_MAX];
	const DWORD length = GetFinalPathNameByHandleW(rs_host_handle(file), wide, RS_HOST_PATH_MAX, FILE_NAME_NORMALIZED);

	if (!length || length >= RS_HOST_PATH_MAX)
		return -1;
	return WideCharToMultiByte(CP_UTF8, 0, wide, -1, path, (int)path_bytes, NULL, NULL) - 1;
}

int rs_host_file_allocate(int file, uint64_t bytes)
{
	const LARGE_INTEGER end = {.QuadPart = (LONGLONG)bytes};
	const LARGE_INTEGER start = {.QuadPart = 0};
	const HANDLE handle = rs_host_handle(file);

	/* Gives a file that is not sparse its room as well. */
	return SetFilePointerEx(handle, end, NULL, FILE_BEGIN) && SetEndOfFile(handle) && SetFilePointerEx(handle, start, NULL, FILE_BEGIN)
		       ? 0
		       : rs_host_last_error();
}

int rs_host_file_read_start(int file, void *start, size_t bytes, size_t *got, uint64_t *length)
{
	OVERLAPPED at = {.Offset = 0};
	LARGE_INTEGER size;
	DWORD there = 0;

	if (!GetFileSizeEx(rs_host_handle(file), &size))
		return rs_host_last_error();
	if (!ReadFile(rs_host_handle(file), start, (DWORD)bytes, &there, &at) && GetLastError() != ERROR_HANDLE_EOF)
		return rs_host_last_error();
	*got = there;
	*length = (uint64_t)size.QuadPart;
	return 0;
}

int rs_host_file_lock(int file, int *is_ours)
{
	OVERLAPPED at = {.OffsetHigh = DRAIN_LOCK_OFF};

	*is_ours = LockFileEx(rs_host_handle(file), LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at) != 0;
	if (*is_ours || GetLastError() == ERROR_LOCK_VIOLATION || GetLastError() == ERROR_IO_PENDING)
		return 0;
	return rs_host_last_error();
}

int rs_host_file_lock_rules(int file, int *lock)
{
	OVERLAPPED at = {.OffsetHigh = RULES_LOCK_OFF};
	const HANDLE again = ReOpenFile(rs_host_handle(file), GENERIC_READ | GENERIC_WRITE, RS_HOST_SHARE_ALL, 0);

	*lock = -1;
	if (again == INVALID_HANDLE_VALUE)
		return rs_host_last_error();
	*lock = rs_host_number(again);
	if (LockFileEx(again, LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &at))
		return 0;
	const int error = rs_host_last_error();
	CloseHandle(again);
	return error;
}

int rs_host_file_map(int file, uint64_t offset, uint64_t bytes, unsigned how, uint8_t **mapped)
{
	const DWORD rights = how & RS_HOST_MAP_OWN ? PAGE_WRITECOPY : how & RS_HOST_MAP_WRITE ? PAGE_READWRITE : PAGE_READONLY;
	const DWORD access = how & RS_HOST_MAP_OWN ? FILE_MAP_COPY : how & RS_HOST_MAP_WRITE ? FILE_MAP_WRITE : FILE_MAP_READ;
	const HANDLE section = CreateFileMappingW(rs_host_handle(file), NULL, rights, 0, 0, NULL);

	*mapped = NULL;
	if (!section)
		return rs_host_last_error();
	*mapped = MapViewOfFile(section, access, (DWORD)(offset >> 32), (DWORD)offset, bytes);
	const int error = *mapped ? 0 : rs_host_last_error();
	CloseHandle(section);
	if (!error && how & RS_HOST_MAP_NOW) {
		/* A wish: where it is not met pages come when they are used. */
		WIN32_MEMORY_RANGE_ENTRY all = {*mapped, bytes};
		(void)PrefetchVirtualMemory(GetCurrentProcess(), 1, &all, 0);
	}
	return error;
}

void rs_host_file_unmap(uint8_t *mapped, uint64_t bytes)
{
	(void)bytes;
	UnmapViewOfFile(mapped);
}

void *rs_host_memory_take(uint64_t bytes, int is_for_large_pages)
{
	/* Large ones take a privilege that nobody has by default. */
	(void)is_for_large_pages;
	return VirtualAlloc(NULL, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void rs_host_memory_forget(void *memory, uint64_t bytes)
{
	(void)VirtualAlloc(memory, bytes, MEM_RESET, PAGE_READWRITE);
}

void rs_host_memory_give_back(void *memory, uint64_t bytes)
{
	(void)bytes;
	VirtualFree(memory, 0, MEM_RELEASE);
}
