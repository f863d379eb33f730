/* SPDX-License-Identifier: MIT */
/* disk.c - disk.h on Windows. */
#include "disk.h"

#include <windows.h>

#include <errno.h>
#include <fcntl.h>
#include <io.h>

#include "handle.h"
#include "host_file.h"
#include "text.h"

/* Less than a DWORD tells. */
#define WRITE_BYTES_MAX (1u << 30)

int rs_disk_begin(const char *path, int *file)
{
	return rs_host_handle_open(path, GENERIC_READ | GENERIC_WRITE, CREATE_NEW, FILE_ATTRIBUTE_NORMAL, file);
}

int rs_disk_append(int file, rs_disk_part_t *parts, uint32_t count)
{
	for (uint32_t n = 0; n < count; n++) {
		uint8_t *at = parts[n].iov_base;
		DWORD written;
		for (size_t rest = parts[n].iov_len; rest; rest -= written, at += written)
			if (!WriteFile(rs_host_handle(file), at, rest < WRITE_BYTES_MAX ? (DWORD)rest : WRITE_BYTES_MAX, &written, NULL))
				return rs_host_last_error();
	}
	return 0;
}

int rs_disk_cut(int file, uint64_t bytes)
{
	const LARGE_INTEGER end = {.QuadPart = (LONGLONG)bytes};
	return SetFilePointerEx(rs_host_handle(file), end, NULL, FILE_BEGIN) && SetEndOfFile(rs_host_handle(file)) ? 0 : rs_host_last_error();
}

int rs_disk_sync(int file)
{
	return FlushFileBuffers(rs_host_handle(file)) ? 0 : rs_host_last_error();
}

int rs_disk_end(int file)
{
	return CloseHandle(rs_host_handle(file)) ? 0 : rs_host_last_error();
}

int rs_disk_twin(int file)
{
	const HANDLE self = GetCurrentProcess();
	HANDLE twin;
	return DuplicateHandle(self, rs_host_handle(file), self, &twin, 0, FALSE, DUPLICATE_SAME_ACCESS) ? rs_host_number(twin) : -1;
}

FILE *rs_disk_open_aside(const char *path, int *error)
{
	wchar_t wide[RS_HOST_PATH_MAX];
	FILE *aside = NULL;

	*error = -ERROR_INVALID_NAME;
	if (!rs_host_wide(path, wide, RS_HOST_PATH_MAX))
		return NULL;
	aside = _wfopen(wide, L"wbN");
	*error = aside ? 0 : errno;
	return aside;
}

int rs_disk_end_aside(FILE *aside)
{
	int error = fflush(aside) != 0 || _commit(_fileno(aside)) != 0 ? errno : 0;
	if (fclose(aside) != 0 && !error)
		error = errno;
	return error;
}

int rs_disk_replace(const char *aside, const char *path)
{
	wchar_t from[RS_HOST_PATH_MAX], to[RS_HOST_PATH_MAX];

	if (!rs_host_wide(aside, from, RS_HOST_PATH_MAX) || !rs_host_wide(path, to, RS_HOST_PATH_MAX))
		return -ERROR_INVALID_NAME;
	return MoveFileExW(from, to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) ? 0 : rs_host_last_error();
}

int rs_disk_make_folder(const char *path)
{
	wchar_t wide[RS_HOST_PATH_MAX];

	if (!rs_host_wide(path, wide, RS_HOST_PATH_MAX))
		return -ERROR_INVALID_NAME;
	return CreateDirectoryW(wide, NULL) || GetLastError() == ERROR_ALREADY_EXISTS ? 0 : rs_host_last_error();
}

/* NTFS keeps a journal of its folders; there is no call for more. */
void rs_disk_sync_folder(const char *path)
{
	(void)path;
}
