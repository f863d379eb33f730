/* SPDX-License-Identifier: MIT */
/* disk.c - see disk.h. POSIX; Windows has a file of the same name. */
#define _GNU_SOURCE
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int rs_disk_begin(const char *path, int *file)
{
	*file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	return *file < 0 ? errno : 0;
}

int rs_disk_append(int file, rs_disk_part_t *parts, uint32_t count)
{
	while (count) {
		ssize_t written = writev(file, parts, (int)count);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return errno;
		while (count && (size_t)written >= parts->iov_len) {
			written -= (ssize_t)parts->iov_len;
			parts++;
			count--;
		}
		if (count) {
			parts->iov_base = (uint8_t *)parts->iov_base + written;
			parts->iov_len -= (size_t)written;
		}
	}
	return 0;
}

int rs_disk_cut(int file, uint64_t bytes)
{
	return ftruncate(file, (off_t)bytes) != 0 || lseek(file, (off_t)bytes, SEEK_SET) < 0 ? errno : 0;
}

int rs_disk_sync(int file)
{
	return fdatasync(file) == 0 ? 0 : errno;
}

int rs_disk_end(int file)
{
	return close(file) == 0 ? 0 : errno;
}

int rs_disk_twin(int file)
{
	return fcntl(file, F_DUPFD_CLOEXEC, 0);
}

FILE *rs_disk_open_aside(const char *path, int *error)
{
	FILE *aside = fopen(path, "we");
	*error = aside ? 0 : errno;
	return aside;
}

int rs_disk_end_aside(FILE *aside)
{
	int error = fflush(aside) != 0 || fdatasync(fileno(aside)) != 0 ? errno : 0;
	if (fclose(aside) != 0 && !error)
		error = errno;
	return error;
}

int rs_disk_replace(const char *aside, const char *path)
{
	return rename(aside, path) == 0 ? 0 : errno;
}

int rs_disk_make_folder(const char *path)
{
	return mkdir(path, 0755) == 0 || errno == EEXIST ? 0 : errno;
}

void rs_disk_sync_folder(const char *path)
{
	const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return;
	(void)fsync(folder);
	close(folder);
}
